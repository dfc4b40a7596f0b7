"""The model's numbers in the terminal: what they are, who changed them, what drives the result."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.assumptions import DEFAULTS, AssumptionRow, assumption_rows
from risk.portfolio.sensitivity import Sensitivity
from ui import wording
from ui.driver_words import driver_name
from ui.terminal.failures import RefusedCommand, refuse_if
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.assumptions import AssumptionChange

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
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import list_portfolios

    if portfolio is not None:
        return _of_portfolio(store, portfolio)
    names = [one.name for one in list_portfolios(store, LOCAL_OWNER)]
    shown = [Shown(portfolio=None, row=row, change=None) for row in assumption_rows(DEFAULTS)]
    for name in names:
        shown += [one for one in _of_portfolio(store, name) if one.row.changed]
    return shown


def _of_portfolio(store: "Store", portfolio: str) -> list[Shown]:
    from db.services.access import LOCAL_OWNER
    from db.services.assumptions import assumption_history, load_assumptions

    newest: dict[str, AssumptionChange] = {}
    for change in assumption_history(store, LOCAL_OWNER, portfolio):
        newest.setdefault(change.name, change)
    rows = assumption_rows(load_assumptions(store, LOCAL_OWNER, portfolio))
    return [Shown(portfolio=portfolio, row=row, change=newest.get(row.name)) for row in rows]


def change(
    store: "Store", name: str, value: str, *, reason: str, portfolio: str | None
) -> list[Document]:
    """Change one number in one portfolio, or in all there are, and return what stands now.

    Raises RefusedCommand if the value is no number, or there is no portfolio.
    """
    from db.services.access import LOCAL_OWNER
    from db.services.assumptions import set_assumption
    from db.services.portfolios import list_portfolios

    wanted = _value(value)
    names = [portfolio] if portfolio else [one.name for one in list_portfolios(store, LOCAL_OWNER)]
    refuse_if(not names, "There is no portfolio yet whose numbers could change: import one first.")
    changed = []
    for one in names:
        set_assumption(store, LOCAL_OWNER, one, name, wanted, reason)
        changed += [shown for shown in _of_portfolio(store, one) if shown.row.name == name]
    return assumptions_document(changed)


def _value(value: str) -> float | None:
    if value.casefold() == DEFAULT:
        return None
    try:
        return float(value)
    except ValueError:
        raise RefusedCommand(
            f"“{value}” is no number: write 0.5, or “default” to put the default back."
        ) from None


def assumptions_document(shown: Iterable[Shown]) -> list[Document]:
    """Return every number with its bounds, its plausible range, its source and its last change."""
    return [
        {
            "name": one.row.name,
            "portfolio": one.portfolio,
            "value": one.row.value,
            "default": one.row.default,
            "unit": one.row.unit,
            "low": one.row.low,
            "high": one.row.high,
            "plausible_low": one.row.plausible_low,
            "plausible_high": one.row.plausible_high,
            "meaning": one.row.meaning,
            "source": one.row.source,
            "changed": one.row.changed,
            "by": one.change and one.change.by,
            "at": one.change and one.change.at,
            "reason": one.change and one.change.reason,
        }
        for one in shown
    ]


def assumptions_tables(document: list[Document]) -> list["RenderableType"]:
    """Return one line for each number, with who changed it and why."""
    rows = [
        (
            one["name"],
            wording.figure(one["value"]),
            wording.figure(one["default"]) if one["changed"] else "",
            one["unit"],
            f"{wording.figure(one['plausible_low'])} to {wording.figure(one['plausible_high'])}",
            one["meaning"],
            one["source"],
            _last_change(one),
        )
        for one in document
    ]
    columns = ("Name", "Value", "Default", "Unit", "Plausible", "Meaning", "Source", "Changed")
    names = {one["portfolio"] for one in document} - {None}
    title = "The model's numbers" + (f", {wording.listed(sorted(names))}" if names else "")
    return [table(title, columns, rows, right=("Value", "Default"))]


def _last_change(one: Document) -> str:
    if one["by"] is None:
        return ""
    what = "" if one["changed"] else "default put back "
    return f"{one['portfolio']}: {what}by {one['by']}, {wording.day(one['at'])}: {one['reason']}"


#: Lines of the table that is printed; the document has all.
MOST_LINES = 30


def sensitivity_document(found: Sensitivity) -> Document:
    """Return the figures as they are, and every driver's, largest swing of expected loss first."""
    return {
        "portfolio": found.portfolio,
        "aal_usd": found.as_it_is.aal_usd,
        "median_usd": found.as_it_is.median_usd,
        "startups": found.startups,
        "sampled": found.sampled,
        "drivers": [
            {
                "driver": one.driver.name,
                "sort": one.driver.sort,
                "low": one.driver.low,
                "high": one.driver.high,
                "aal_low_usd": one.at_low.aal_usd,
                "aal_high_usd": one.at_high.aal_usd,
                "aal_swing_usd": one.aal_usd,
                "median_low_usd": one.at_low.median_usd,
                "median_high_usd": one.at_high.median_usd,
                "median_swing_usd": one.median_usd,
            }
            for one in found.swings
        ],
        "unread": found.unread,
    }


def sensitivity_tables(found: Sensitivity) -> list["RenderableType"]:
    """Return one line for each driver that moves most, and sentences about the others."""
    moving = [one for one in found.swings if one.aal_usd > 0 or one.median_usd > 0]
    shown = moving[:MOST_LINES]
    rows = [
        (
            driver_name(one.driver),
            wording.money(one.at_low.aal_usd),
            wording.money(one.at_high.aal_usd),
            wording.money(one.aal_usd),
            wording.money(one.at_low.median_usd),
            wording.money(one.at_high.median_usd),
        )
        for one in shown
    ]
    columns = ("Driver", "Loss at low", "Loss at high", "Swing", "Median at low", "Median at high")
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
        f"From {wording.number(found.sampled)} of {wording.number(found.startups)} startups, "
        "evenly spread, and scaled to all."
        if found.sampled < found.startups
        else "",
    ]
    return [table(title, columns, rows, right=columns[1:]), *(text(one) for one in said if one)]
