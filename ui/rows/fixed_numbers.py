"""Numbers of the model that no portfolio can change, and the ratios of what is heard."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from risk.alternatives.readiness import EASY_DAYS, MEDIUM_DAYS
from risk.assumptions import JUDGEMENT
from risk.hazard.frequency import JEFFREYS_SHAPE, POOLED_YEARS, SERVICE_DISCOUNT
from risk.hazard.rate_laws import USUAL_SPREAD
from risk.hazard.signals import HORIZON_DAYS, LEVEL, SignalKind
from risk.loss.answer import LEAST_KNOWN
from risk.loss.rates import RATE_DRAWS
from risk.loss.worlds import LARGE, WORLDS, WORLDS_OF_LARGE
from risk.loss.years import CELLS
from risk.portfolio.structure import LONG_DAYS
from ui import wording

#: Number, value, unit, what it does, source. Values come from where the model reads them.
_FIXED: tuple[tuple[str, float, str, str, str], ...] = (
    (
        "Substitutability: easy up to",
        EASY_DAYS,
        "days",
        "until the work runs elsewhere, for DORA's class “easily substitutable”",
        JUDGEMENT,
    ),
    (
        "Substitutability: medium up to",
        MEDIUM_DAYS,
        "days",
        "until the work runs elsewhere, for “medium complexity”; beyond it is highly complex",
        JUDGEMENT,
    ),
    (
        "Signals: horizon",
        HORIZON_DAYS,
        "days",
        "within which a wind-down is asked for",
        JUDGEMENT,
    ),
    (
        "Signals: interval",
        LEVEL,
        "(probability)",
        "that the stated range of a wind-down holds",
        "convention",
    ),
    (
        "Forgetting a month's incidents (δ)",
        SERVICE_DISCOUNT,
        "(share)",
        "what a month of outages still counts for a month later",
        "judgement, held against past months: see the track record",
    ),
    (
        "Prior of a counted rate",
        JEFFREYS_SHAPE,
        "events",
        "added to the count (Jeffreys' prior of a Poisson rate)",
        "convention",
    ),
    (
        "Market's strength where providers are too few",
        POOLED_YEARS,
        "years of record",
        "what the market's average is worth where its spread cannot be fitted",
        JUDGEMENT,
    ),
    (
        "Spread of a stated rate",
        USUAL_SPREAD,
        "× median",
        "95 % point of a rate of which one figure was stated and nothing else",
        JUDGEMENT,
    ),
    (
        "Long outage",
        LONG_DAYS,
        "day" if LONG_DAYS == 1 else "days",
        "outages beyond it count as falling together",
        JUDGEMENT,
    ),
    (
        "Facts stated for a band",
        LEAST_KNOWN,
        "of what facts can do to a score",
        "below it no band is given, because a letter would say more than anybody knows",
        JUDGEMENT,
    ),
    (
        "Worlds",
        WORLDS,
        "worlds",
        f"in which a portfolio is valued; {WORLDS_OF_LARGE} beyond {LARGE:,} startups",
        "numerical",
    ),
    (
        "Draws of rates",
        RATE_DRAWS,
        "draws",
        "of every uncertain rate in each world",
        "numerical",
    ),
    (
        "Grid of the year's law",
        CELLS,
        "cells",
        "on which the losses of a year are added up in each world",
        "numerical",
    ),
)


def fixed_table() -> pd.DataFrame:
    """Return a row a number that cannot be overridden, with its source."""
    return pd.DataFrame(
        [
            {
                "Number": name,
                "Value": f"{wording.figure(value)} {unit}",
                "What it does": wording.sentence_case(meaning),
                "Source": wording.sentence_case(source),
            }
            for name, value, unit, meaning, source in _FIXED
        ]
    )


def fixed_download() -> pd.DataFrame:
    """Return the same with plain figures, for a spreadsheet."""
    return pd.DataFrame(_FIXED, columns=["number", "value", "unit", "what_it_does", "source"])


def signal_table(kinds: Iterable[SignalKind]) -> pd.DataFrame:
    """Return a row a kind of signal: how it moves the odds, and for how long."""
    return pd.DataFrame(
        [
            {
                "What is heard": wording.sentence_case(one.meaning),
                "Group": wording.sentence_case(one.group.value),
                "Odds": f"× {one.likelihood_ratio:.3g}"
                if one.likelihood_ratio >= 1
                else f"÷ {1 / one.likelihood_ratio:.3g}",
                "Half after": wording.days(one.half_life_days),
                "Source": wording.sentence_case(one.source),
                "Kind": one.kind,
                "Likelihood ratio": one.likelihood_ratio,
            }
            for one in kinds
        ]
    )


#: Columns of :func:`signal_table` that only the downloaded file carries.
SIGNAL_DOWNLOAD_ONLY = ("Kind", "Likelihood ratio")


def signal_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`signal_table`."""
    text = st.column_config.TextColumn
    return {
        "What is heard": text(pinned=True, width=200),
        "Group": text(width=90),
        "Odds": text(width=65, help="By what factor such news moves the odds of a wind-down."),
        "Half after": text(width=85, help="Says half as much after so long."),
        "Source": text(width=340),
    }
