"""A table of contracts in the terminal: what it says, and what it changes."""

from pathlib import Path
from typing import TYPE_CHECKING

from risk.inventory.intake_results import Outcome
from ui.render.terminal import Document, printed, text
from ui.tables import problem
from ui.terminal.commands.options import caller
from ui.terminal.files import read_bytes
from ui.terminal.import_tables import question_table
from ui.words import contract_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.contract_records import ContractImport

#: Problems shown to people; all of them are in the JSON document.
SHOWN = 20


def run_import(
    store: "Store",
    path: Path,
    portfolio: str,
    *,
    mapping: dict[str, str | None] | None,
    assume: dict[str, str],
    dry_run: bool,
) -> "ContractImport":
    """Read a table of contracts and take it over, unless it is a dry run."""
    from db.services.contract_records import ContractFile, import_contracts

    file = ContractFile(data=read_bytes(path), file_name=path.name, mapping=mapping, assume=assume)
    return import_contracts(store, caller(), portfolio, file, dry_run=dry_run)


def import_document(found: "ContractImport") -> Document:
    """Return what a file said and changed."""
    read = found.read
    return {
        "outcome": read.outcome,
        "records": read.records,
        "accepted": len(read.lines),
        "rejected": read.rejected,
        "duplicate": read.duplicate,
        "mapping": read.mapping,
        "problems": read.problems,
        "confirm": [
            {"code": one.code, "question": one.question, "choices": one.choices}
            for one in read.confirm
        ],
        "changes": vars(found.kept),
        "written": found.written,
        "reject_file": read.reject_file if read.rejects else None,
    }


def import_tables(found: "ContractImport") -> list["RenderableType"]:
    """Return the same for people, and what to do next."""
    read = found.read
    shown: list[RenderableType] = [text(contract_words.file_in_words(found))]
    if read.problems:
        rows = problem.rows_of(read.problems[:SHOWN])
        shown.append(printed("Problems", problem.COLUMNS, rows))
    shown.extend(question_table(one) for one in read.confirm)
    shown.append(text(_ending(found)))
    return shown


def _ending(found: "ContractImport") -> str:
    if found.read.outcome is Outcome.CONFIRM:
        return "Nothing was written: answer the questions, or add --assume all."
    if found.read.outcome is Outcome.REJECT_FILE:
        return "The file was refused and nothing was written."
    if not found.written:
        return "Nothing was written."
    return "“downstream contracts apply --portfolio P” lets dependencies take them over."
