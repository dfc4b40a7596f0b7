"""Rows of the table of rates: how often, how sure, and what each rests on."""

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from risk.catalog.falters import EvidenceKind, FalterKind
from risk.hazard.rate_laws import RateLaw, market_tail
from ui import wording
from ui.rate_words import (
    BASIS_NAMES,
    RANGE_LEVEL,
    lasts_in_words,
    range_in_figures,
    sort_in_words,
)


def chosen_rates(laws: Iterable[RateLaw], kinds: Sequence[str]) -> list[RateLaw]:
    """Keep the kinds of falter that were asked for, in the order of the closed list."""
    order = list(FalterKind)
    kept = [one for one in laws if not kinds or one.row.kind.value in kinds]
    return sorted(kept, key=lambda one: (order.index(one.row.kind), -one.row.rate_per_year))


def rate_table(laws: Iterable[RateLaw]) -> pd.DataFrame:
    """Return a row a rate; the two columns on the market are empty where nothing was counted."""
    return pd.DataFrame([_row(one) for one in laws])


def _row(one: RateLaw) -> dict[str, object]:
    low, high = one.law.interval(RANGE_LEVEL)
    return {
        "Whose": whose(one.row.node),
        "Falter": f"{wording.falter(one.row.kind)}, {one.row.level}"
        if one.row.level
        else wording.falter(one.row.kind),
        "A year": one.row.rate_per_year,
        "80 % range": range_in_figures(low, high),
        "Lasts": lasts_in_words(one.row),
        "Rests on": one.sentence,
        "Market's weight": _market_weight(one),
        "Drawn to the market": one.shrunk.law.mean if one.shrunk else None,
        "Basis": BASIS_NAMES[one.row.basis],
        "Source": one.row.source,
        "As of": one.row.as_of,
    }


def _market_weight(one: RateLaw) -> float | None:
    """The market's part of the mean: what empirical Bayes gives it; all where none was watched."""
    if one.shrunk is not None:
        return one.shrunk.prior_weight
    return 1.0 if one.how is EvidenceKind.MARKET else None


def rate_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`rate_table`."""
    column = st.column_config
    return {
        "Whose": column.TextColumn(pinned=True, width=150),
        "Falter": column.TextColumn(width=175),
        "A year": column.NumberColumn(format="%.3g", width=75),
        "80 % range": column.TextColumn(
            width=150, help="The true rate lies between these with 80 % probability."
        ),
        "Lasts": column.TextColumn(width=330),
        "Rests on": column.TextColumn(width=370),
        "Market's weight": column.NumberColumn(
            format="percent",
            width=120,
            help="How much of the rate would be the market's average by empirical Bayes, the rest "
            "the provider's own record. Empty where nothing was counted.",
        ),
        "Drawn to the market": column.NumberColumn(
            format="%.3g",
            width=150,
            help="What the record says once it is drawn towards the market by that weight.",
        ),
        "Basis": column.TextColumn(width=150),
        "Source": column.TextColumn(width="large"),
        "As of": column.TextColumn(width=100),
    }


def whose(node: str) -> str:
    """Return a provider's name, or ``All services`` where the rate stands for every one."""
    return sort_in_words(node)


def unsure_share(laws: Sequence[RateLaw]) -> str:
    """Say how many rates were counted, and how many are judgement."""
    counted = sum(one.how in (EvidenceKind.COUNTED, EvidenceKind.MARKET) for one in laws)
    return (
        f"{counted} of {len(laws)} rates were counted from incidents, by the provider or by others "
        f"of its sort; {len(laws) - counted} rest on a stated figure."
    )


def lengths_in_words(laws: Sequence[RateLaw]) -> str:
    """Say how services' outages and slowdowns last, above a day too; empty if no rate tells."""
    tail = market_tail(one.row for one in laws)
    if tail is None:
        return ""
    half = 1 + tail.scale_days * (2**tail.shape - 1) / tail.shape
    return (
        f"Outages and slowdowns of services are lognormal up to a day. Longer are "
        f"{wording.percent(tail.share)} of them, drawn to a provider's own count, by a generalised "
        f"Pareto law that all providers share (shape {tail.shape:.2g}, scale "
        f"{tail.scale_days:.2g} days): half of those last beyond {half:.2g} days."
    )
