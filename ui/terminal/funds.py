"""Funds in the terminal: what they may lose, and what a table of holdings changes."""

from pathlib import Path
from typing import TYPE_CHECKING

from risk.portfolio.funds import FundLoss
from ui import wording
from ui.render.json import document
from ui.render.terminal import Document, printed, table, text
from ui.tables import fund, holding
from ui.terminal.commands.options import caller
from ui.terminal.files import read_bytes
from ui.terminal.own_tables import nothing_written, reading_document, reading_tables
from ui.words import fund_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.funds import FundsAnswer, HoldingsImport

#: Companies and roots shown to people; all of them are in the JSON document.
SHOWN = 20
NOTHING = "No fund is known yet: “downstream funds import FILE --portfolio P”."


def fund_document(one: FundLoss, answer: "FundsAnswer") -> Document:
    """Return what a fund, or all together, may lose: whole, by root and by company."""
    stated = {summary.name: summary for summary in answer.funds}.get(one.fund or "")
    return {
        **document(fund.VALUES, fund.row_of(one, stated)),
        "roots": [document(fund.POINTS, row) for row in fund.points_of(one.points)],
        "companies": [document(holding.VALUES, row) for row in holding.rows_of(one.stakes)],
    }


def funds_document(answer: "FundsAnswer") -> Document:
    """Return every fund and all of them together."""
    return {
        "portfolio": answer.portfolio,
        "as_of": answer.as_of,
        "worlds": answer.losses.worlds,
        "funds": [fund_document(one, answer) for one in answer.losses.funds],
        "together": fund_document(answer.losses.together, answer),
    }


def funds_tables(answer: "FundsAnswer") -> list["RenderableType"]:
    """Return the same for people: the funds, then what all of them together rest on."""
    if not answer.funds:
        return [text(NOTHING)]
    rows = fund.rows_of(answer.losses, answer.funds)
    label = f"Funds of {answer.portfolio}, as of {answer.as_of}"
    return [printed(label, fund.SHOWN, rows), *parts_tables(answer.losses.together)]


def parts_tables(one: FundLoss) -> list["RenderableType"]:
    """Return through whom value is lost, the companies, and what is unknown."""
    shown: list[RenderableType] = []
    if one.points:
        points = fund.points_of(one.points[:SHOWN])
        shown.append(printed("Through whom value is lost", fund.POINTS, points))
    if one.stakes:
        rows = holding.rows_of(one.stakes[:SHOWN])
        shown.append(printed("Companies, each once", holding.SHOWN, rows))
    if (unknown := fund_words.unknown_of(one)) is not None:
        shown.append(text(unknown))
    return shown


def run_import(
    store: "Store",
    path: Path,
    portfolio: str,
    *,
    complete: bool,
    fund: str | None,
    currency: str | None,
    mapping: dict[str, str | None] | None,
    assume: dict[str, str],
    dry_run: bool,
) -> "HoldingsImport":
    """Read a table of holdings and take it over, unless it is a dry run."""
    from db.services.funds import HoldingsFile, import_holdings

    file = HoldingsFile(
        data=read_bytes(path),
        file_name=path.name,
        complete=complete,
        fund=fund,
        currency=currency,
        mapping=mapping,
        assume=assume,
    )
    return import_holdings(store, caller(), portfolio, file, dry_run=dry_run)


def import_document(found: "HoldingsImport") -> Document:
    """Return what a file said and changed."""
    return {
        **reading_document(found.read),
        "changes": {"new": found.new, "changed": found.changed, "unchanged": found.unchanged},
        "ended": [{"fund": fund, "company": company} for fund, company in found.ended],
        "not_in_the_register": found.outside,
        "import": found.number,
    }


def import_tables(found: "HoldingsImport") -> list["RenderableType"]:
    """Return the same for people, and what to do next."""
    read = found.read
    counts = (
        ("Records", read.records),
        ("Accepted", len(read.rows)),
        ("Rejected", read.rejected),
        ("Duplicate", read.duplicate),
        ("New", found.new),
        ("Changed", found.changed),
        ("Unchanged", found.unchanged),
        ("Ended", len(found.ended)),
    )
    shown: list[RenderableType] = [
        table(
            "What the file says",
            ("", "Number"),
            [(name, wording.number(value)) for name, value in counts],
            right=("Number",),
        )
    ]
    shown.extend(reading_tables(found.read))
    if found.ended:
        shown.append(text(fund_words.no_longer_held(found.ended)))
    shown.append(text(ending(found)))
    return shown


def ending(found: "HoldingsImport") -> str:
    """Return what became of the file, and whom the register does not know."""
    read = found.read
    why = nothing_written(read)
    if read.confirm and why is not None:
        return why
    if found.number is not None:
        said = f"Import {found.number} of holdings. “downstream funds undo” takes it back."
    elif why is not None:
        said = why
    elif found.new or found.changed or found.ended:
        said = "Nothing was written."
    else:
        said = "Nothing is new, so nothing was written."
    return f"{said} {fund_words.unknown_companies(found.outside)}".strip()
