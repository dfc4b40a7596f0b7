"""Rows of the page Assumptions: every number, its changes, and what it moves."""

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from db.services.assumptions import AssumptionChange
from risk.assumptions import JUDGEMENT, AssumptionRow, Assumptions
from risk.loss.churn import churn_curve
from risk.portfolio.sensitivity import Sensitivity
from ui import method_text, wording
from ui.driver_words import driver_name, end_in_words


def number_table(
    rows: Iterable[AssumptionRow], history: Iterable[AssumptionChange]
) -> pd.DataFrame:
    """Return a row per number with its newest change; unknown and unchanged are empty."""
    newest: dict[str, AssumptionChange] = {}
    for change in history:
        newest.setdefault(change.name, change)
    return pd.DataFrame([_number_row(row, newest.get(row.name)) for row in rows])


def _number_row(row: AssumptionRow, change: AssumptionChange | None) -> dict[str, object]:
    return {
        "Number": wording.assumption(row.name),
        "Value": wording.figure(row.value),
        "Unit": row.unit,
        "Meaning": wording.sentence_case(row.meaning),
        "Default": wording.figure(row.default),
        "Plausible": span(row.plausible_low, row.plausible_high),
        "Bounds": span(row.low, row.high),
        "Source": wording.sentence_case(row.source),
        "Changed": wording.day(change.at) if change else "",
        "By": change.by if change else "",
        "Why": why(change) if change else "",
        "Name": row.name,
    }


def why(change: AssumptionChange) -> str:
    """Return the reason of a change; one that put the default back says so."""
    return change.reason if change.value is not None else f"Default put back: {change.reason}"


def span(low: float, high: float) -> str:
    """Return ``0 to 1``."""
    return f"{wording.figure(low)} to {wording.figure(high)}"


#: Columns that only the downloaded file carries: the name that the terminal knows.
NUMBER_DOWNLOAD_ONLY = ("Name",)


def number_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`number_table`."""
    text = st.column_config.TextColumn
    return {
        "Number": text(pinned=True, width=190),
        "Value": text(width=100),
        "Unit": text(width=120),
        "Meaning": text(width=330),
        "Default": text(width=100),
        "Plausible": text(width=150, help="What could reasonably be argued for; judgement."),
        "Bounds": text(width=130, help="What a change may say at all."),
        "Source": text(width=110),
        "Changed": text(width=110),
        "By": text(width=110),
        "Why": text(width=260),
    }


def chosen_numbers(
    rows: Sequence[AssumptionRow], history: Iterable[AssumptionChange], *, only: Iterable[str]
) -> list[AssumptionRow]:
    """Keep what is ``changed`` (ever) or rests on ``judgement`` or on a ``source``; all if none."""
    ever = {change.name for change in history}
    kept = list(rows)
    for wish in only:
        tests = {
            "changed": lambda row: row.changed or row.name in ever,
            "judgement": lambda row: row.source == JUDGEMENT,
            "source": lambda row: row.source != JUDGEMENT,
        }
        kept = [row for row in kept if tests[wish](row)]
    return kept


def history_table(history: Iterable[AssumptionChange]) -> pd.DataFrame:
    """Return a row per change, newest first."""
    return pd.DataFrame(
        [
            {
                "When": wording.day(change.at),
                "Number": wording.assumption(change.name),
                "Value": "default" if change.value is None else wording.figure(change.value),
                "By": change.by,
                "Why": change.reason,
            }
            for change in history
        ]
    )


def swing_table(found: Sensitivity) -> pd.DataFrame:
    """Return a row per driver: its two ends and what the portfolio loses at each, in USD a year."""
    return pd.DataFrame(
        [
            {
                "Number": driver_name(one.driver),
                "Low end": end_in_words(one.driver, 0),
                "High end": end_in_words(one.driver, 1),
                "Expected loss, low": one.at_low.aal_usd,
                "Expected loss, high": one.at_high.aal_usd,
                "Swing": one.aal_usd,
                "Median, low": one.at_low.median_usd,
                "Median, high": one.at_high.median_usd,
                "Swing of the median": one.median_usd,
            }
            for one in found.swings
        ]
    )


def swing_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`swing_table`."""
    column = st.column_config
    money = {
        name: column.NumberColumn(format="$%,d", width=140)
        for name in (
            *("Expected loss, low", "Expected loss, high", "Swing"),
            *("Median, low", "Median, high", "Swing of the median"),
        )
    }
    ends = {name: column.TextColumn(width=150) for name in ("Low end", "High end")}
    return {"Number": column.TextColumn(pinned=True, width=190), **ends, **money}


def unread_in_words(found: Sensitivity) -> str:
    """Return one sentence that names the numbers on which no loss rests."""
    names = [wording.assumption(name).lower() for name in found.unread]
    return (
        "Scores, bands, options and drills read these, or nothing any more; the loss does not: "
        f"{wording.listed(names)}."
    )


def churn_knots(assumptions: Assumptions) -> tuple[list[float], list[float]]:
    """Return the published churn curve: days without service, and the share of customers gone."""
    days, shares = churn_curve(assumptions)
    return [float(one) for one in days], [float(one) for one in shares]


def churn_table(days: Sequence[float], shares: Sequence[float]) -> pd.DataFrame:
    """Return a row a knot of the churn curve."""
    return pd.DataFrame(
        {
            "Without service": [wording.days(one) for one in days],
            "Days": [f"{one:.4g}" for one in days],
            "Customers gone": [f"{100 * one:.3g} %" for one in shares],
        }
    )


def churn_download(days: Sequence[float], shares: Sequence[float]) -> pd.DataFrame:
    """Return the knots with plain figures, for a spreadsheet."""
    return pd.DataFrame({"lost_days": list(days), "share_of_customers_lost": list(shares)})


def churn_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`churn_table`."""
    column = st.column_config
    return {
        "Without service": column.TextColumn(pinned=True, width=150),
        "Days": column.TextColumn(width=110),
        "Customers gone": column.TextColumn(width=150),
    }


def left_out() -> list[str]:
    """Return what this version of the model leaves out, as docs/method.md says it."""
    return method_text.sentences(method_text.LEFT_OUT)
