"""The model's numbers in the terminal: what they are, who changed them, what drives the result."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.assumptions import DEFAULTS, AssumptionRow, assumption_rows
from ui import wording
from ui.render.terminal import Document, printed, text
from ui.tables import assumption
from ui.tables.column import Record
from ui.terminal.commands.options import caller
from ui.terminal.failures import RefusedCommand, refuse_if

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.assumptions import AssumptionChange
    from risk.portfolio.sensitivity import Sensitivity

DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One number in one portfolio (None: in all there are), with its last change, if any."""

    portfolio: str | None
    row: AssumptionRow
    change: "AssumptionChange | None"


def numbers(store: "Store", portfolio: str | None) -> list[Shown]:
    """Return every number of one portfolio, or without one those that differ listed for each.

    A number that is the same in every portfolio has one entry.
    """
    from db.services.portfolios import list_portfolios

    if portfolio is not None:
        return _of_portfolio(store, portfolio)
    names = [one.name for one in list_portfolios(store, caller())]
    shown = [Shown(portfolio=None, row=row, change=None) for row in assumption_rows(DEFAULTS)]
    for name in names:
        shown += [one for one in _of_portfolio(store, name) if one.row.changed]
    return shown


def _of_portfolio(store: "Store", portfolio: str) -> list[Shown]:
    from db.services.assumptions import assumption_history, load_assumptions

    newest: dict[str, AssumptionChange] = {}
    for change in assumption_history(store, caller(), portfolio):
        newest.setdefault(change.name, change)
    rows = assumption_rows(load_assumptions(store, caller(), portfolio))
    return [Shown(portfolio=portfolio, row=row, change=newest.get(row.name)) for row in rows]


def change(
    store: "Store", name: str, value: str, *, reason: str, portfolio: str | None
) -> list[Record]:
    """Change one number in one portfolio, or in all there are, and return what stands now.

    Raises RefusedCommand if the value is no number, or there is no portfolio.
    """
    from db.services.assumptions import set_assumption
    from db.services.portfolios import list_portfolios

    wanted = _value(value)
    names = [portfolio] if portfolio else [one.name for one in list_portfolios(store, caller())]
    refuse_if(not names, "There is no portfolio yet whose numbers could change: import one first.")
    changed = []
    for one in names:
        set_assumption(store, caller(), one, name, wanted, reason)
        changed += [shown for shown in _of_portfolio(store, one) if shown.row.name == name]
    return rows_of(changed)


def _value(value: str) -> float | None:
    if value.casefold() == DEFAULT:
        return None
    try:
        return float(value)
    except ValueError:
        raise RefusedCommand(
            f"“{value}” is no number: write 0.5, or “default” to reset it."
        ) from None


def rows_of(shown: Iterable[Shown]) -> list[Record]:
    """Return every number with its last change."""
    return [assumption.row_of(one.row, one.change, one.portfolio) for one in shown]


def title_of(rows: Iterable[Record]) -> str:
    """Return what the table is called: whose numbers are in it."""
    names = {one["portfolio"] for one in rows} - {None}
    return "The model's numbers" + (f", {wording.listed(sorted(names))}" if names else "")


#: Lines of the table that is printed; the document has all.
MOST_LINES = 30


def sensitivity_document(found: "Sensitivity") -> Document:
    """Return the figures as they are, and every driver's, largest swing of expected loss first."""
    return {
        "portfolio": found.portfolio,
        "aal_usd": found.as_it_is.aal_usd,
        "median_usd": found.as_it_is.median_usd,
        "startups": found.startups,
        "sampled": found.sampled,
        "drivers": [assumption.swing_of(one) for one in found.swings],
        "unread": found.unread,
    }


def sensitivity_tables(found: "Sensitivity") -> list["RenderableType"]:
    """Return one line for each driver that moves most, and sentences about the others."""
    moving = [one for one in found.swings if one.aal_usd > 0 or one.median_usd > 0]
    shown = moving[:MOST_LINES]
    title = (
        f"{found.portfolio}: expected loss {wording.money(found.as_it_is.aal_usd)} a year, "
        f"median {wording.money(found.as_it_is.median_usd)}"
    )
    still = len(found.swings) - len(moving)
    said = [
        f"{wording.counted(len(moving) - len(shown), 'driver')} with a smaller swing: see --json."
        if len(shown) < len(moving)
        else "",
        f"{wording.counted(still, 'driver')} would move nothing here." if still else "",
        f"From {wording.number(found.sampled)} of {wording.number(found.startups)} companies, "
        "evenly spread, and scaled to all."
        if found.sampled < found.startups
        else "",
    ]
    drivers = printed(title, assumption.TERMINAL_SWINGS, assumption.swings_of(shown))
    return [drivers, *(text(one) for one in said if one)]
