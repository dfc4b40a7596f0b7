"""Numbers of the model that no portfolio can change, as columns; with where each is read."""

from risk.alternatives.readiness import EASY_DAYS, MEDIUM_DAYS
from risk.assumptions import JUDGEMENT
from risk.hazard.frequency import JEFFREYS_SHAPE, POOLED_YEARS, SERVICE_DISCOUNT
from risk.hazard.rate_laws import USUAL_SPREAD
from risk.hazard.signals import HORIZON_DAYS, LEVEL
from risk.loss.answer import LEAST_KNOWN
from risk.loss.rates import RATE_DRAWS
from risk.loss.worlds import LARGE, WORLDS, WORLDS_OF_LARGE
from risk.loss.years import CELLS
from risk.portfolio.structure import LONG_DAYS
from ui import wording
from ui.tables.column import Column, Record

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
        f"in which a portfolio is valued; {WORLDS_OF_LARGE} beyond {LARGE:,} companies",
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


def rows() -> list[Record]:
    """Return every number with its unit, what it does and its source."""
    keys = ("number", "value", "unit", "what_it_does", "source")
    return [dict(zip(keys, one, strict=True)) for one in _FIXED]


COLUMNS = (
    Column(key="number", label="Number"),
    Column(
        key="value",
        label="Value",
        cell=lambda row: f"{wording.figure(row['value'])} {row['unit']}",
    ),
    Column(
        key="what_it_does",
        label="What it does",
        cell=lambda row: wording.sentence_case(row["what_it_does"]),
    ),
    Column(key="source", label="Source", cell=lambda row: wording.sentence_case(row["source"])),
)
