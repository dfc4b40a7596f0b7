"""The model's numbers as columns: what each is, who changed it and why, and what it moves."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from risk.assumptions import AssumptionRow
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.assumptions import AssumptionChange
    from risk.portfolio.sensitivity import Swing


def row_of(
    row: AssumptionRow, change: "AssumptionChange | None", portfolio: str | None = None
) -> Record:
    """Return a number with its bounds, its plausible range, its source and its last change."""
    known = "value default unit low high plausible_low plausible_high meaning source changed"
    return {
        "name": row.name,
        "portfolio": portfolio,
        **attributes(row, known),
        "by": change and change.by,
        "at": change and change.at,
        "reason": change and change.reason,
    }


def rows_of(rows: Iterable[AssumptionRow], history: Iterable["AssumptionChange"]) -> list[Record]:
    """Return the numbers of a portfolio, each with its newest change (newest first in history)."""
    newest: dict[str, AssumptionChange] = {}
    for change in history:
        newest.setdefault(change.name, change)
    return [row_of(row, newest.get(row.name)) for row in rows]


def history_of(history: Iterable["AssumptionChange"]) -> list[Record]:
    """Return every change."""
    return [attributes(one, "name value by at reason") for one in history]


def swing_of(one: "Swing") -> Record:
    """Return what a portfolio loses a year at both ends of a driver."""
    return {
        "driver": one.driver.name,
        **attributes(one.driver, "sort low high"),
        "aal_low_usd": one.at_low.aal_usd,
        "aal_high_usd": one.at_high.aal_usd,
        "aal_swing_usd": one.aal_usd,
        "median_low_usd": one.at_low.median_usd,
        "median_high_usd": one.at_high.median_usd,
        "median_swing_usd": one.median_usd,
    }


def swings_of(swings: Iterable["Swing"]) -> list[Record]:
    """Return the same with names and ends in words."""
    # The list of numbers starts without what moves them.
    from ui.words.driver_words import driver_name, end_in_words

    return [
        {
            **swing_of(one),
            "name": driver_name(one.driver),
            "low_end": end_in_words(one.driver, 0),
            "high_end": end_in_words(one.driver, 1),
        }
        for one in swings
    ]


def churn_of(days: Sequence[float], shares: Sequence[float]) -> list[Record]:
    """Return the knots of the churn curve."""
    knots = zip(days, shares, strict=True)
    return [{"lost_days": day, "share_of_customers_lost": share} for day, share in knots]


def _why(row: Record) -> str:
    back = row["by"] is not None and not row["changed"]
    return f"Default put back: {row['reason']}" if back else row["reason"] or ""


def _last_change(row: Record) -> str:
    if row["by"] is None:
        return ""
    where = f"{row['portfolio']}: " if row["portfolio"] else ""
    return f"{where}{row['by']}, {wording.day(row['at'])}: {_why(row)}"


COLUMNS = (
    Column(key="number", label="Number", cell=lambda row: wording.assumption(row["name"])),
    Column(key="value", label="Value", cell=lambda row: wording.figure(row["value"])),
    Column(key="unit", label="Unit"),
    Column(key="meaning", label="Meaning", cell=lambda row: wording.sentence_case(row["meaning"])),
    Column(key="default", label="Default", cell=lambda row: wording.figure(row["default"])),
    Column(
        key="plausible",
        label="Plausible",
        cell=lambda row: wording.span(row["plausible_low"], row["plausible_high"]),
        help="What could reasonably be argued for; judgement.",
    ),
    Column(
        key="bounds",
        label="Bounds",
        cell=lambda row: wording.span(row["low"], row["high"]),
        help="What a change may say at all.",
    ),
    Column(key="source", label="Source", cell=lambda row: wording.sentence_case(row["source"])),
    Column(key="at", label="Changed", cell=lambda row: wording.day(row["at"]) if row["at"] else ""),
    Column(key="by", label="By", missing=""),
    Column(key="reason", label="Why", cell=_why),
    Column(key="name", label="Name", help="As the terminal knows it."),
    Column(key="last_change", label="Last change", cell=_last_change),
)
PAGE = COLUMNS[:-1]
SEARCHED = chosen(COLUMNS, "number name meaning source reason".split())
TERMINAL = chosen(COLUMNS, "name value default unit plausible meaning source last_change".split())
JUDGED = chosen(COLUMNS, "number value unit meaning plausible at by reason".split())
HISTORY = (
    Column(key="at", label="When", unit=Unit.DATE),
    COLUMNS[0],
    Column(
        key="value",
        label="Value",
        cell=lambda row: "default" if row["value"] is None else wording.figure(row["value"]),
    ),
    Column(key="by", label="By"),
    Column(key="reason", label="Why"),
)
SWINGS = (
    Column(key="name", label="Driver"),
    Column(key="low_end", label="Low end"),
    Column(key="high_end", label="High end"),
    Column(key="aal_low_usd", label="Expected loss, low", unit=Unit.USD),
    Column(key="aal_high_usd", label="Expected loss, high", unit=Unit.USD),
    Column(key="aal_swing_usd", label="Swing", unit=Unit.USD, help="Of the expected loss."),
    Column(key="median_low_usd", label="Median, low", unit=Unit.USD),
    Column(key="median_high_usd", label="Median, high", unit=Unit.USD),
    Column(key="median_swing_usd", label="Swing of the median", unit=Unit.USD),
)
TERMINAL_SWINGS = (SWINGS[0], *SWINGS[3:8])
CHURN = (
    Column(
        key="without",
        label="Without service",
        cell=lambda row: wording.days(row["lost_days"]),
    ),
    Column(key="lost_days", label="Days", cell=lambda row: f"{row['lost_days']:.4g}"),
    Column(
        key="share_of_customers_lost",
        label="Customers gone",
        cell=lambda row: f"{100 * row['share_of_customers_lost']:.3g} %",
    ),
)
