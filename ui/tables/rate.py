"""Rates of disruption as columns: how often, how sure, how long, and what each rests on."""

from collections.abc import Iterable, Sequence

from risk.catalog.failure_kinds import EvidenceKind, FailureKind
from risk.hazard.rate_laws import RateLaw, market_tail
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen
from ui.words.rate_words import (
    BASIS_NAMES,
    RANGE_LEVEL,
    lasts_in_words,
    range_in_figures,
    sort_in_words,
)


def row_of(one: RateLaw) -> Record:
    """Return a rate with its law, its 90 % range, and how it is drawn towards the market."""
    low, high = one.law.interval(0.9)
    shrunk = one.shrunk
    return {
        "kind": one.row.kind,
        "level": one.row.level,
        "from": one.row.node,
        "basis": one.row.basis,
        "evidence": one.how,
        "rate_per_year": one.row.rate_per_year,
        "low": low,
        "high": high,
        "law": {"shape": one.law.shape, "years": one.law.years},
        "rests_on": one.sentence,
        "towards_market": shrunk
        and {
            "rate_per_year": shrunk.law.mean,
            "prior_weight": shrunk.prior_weight,
            "weights": shrunk.sentence,
        },
    }


def rows_of(laws: Iterable[RateLaw]) -> list[Record]:
    """Return rates for readers: whose, how long, and how much of each is the market's."""
    return [
        {
            **row_of(one),
            "whose": sort_in_words(one.row.node),
            "range": range_in_figures(*one.law.interval(RANGE_LEVEL)),
            "lasts": lasts_in_words(one.row),
            "market_weight": _market_weight(one),
            "market_rate": one.shrunk and one.shrunk.law.mean,
            "source": one.row.source,
            "as_of": one.row.as_of,
        }
        for one in laws
    ]


def _market_weight(one: RateLaw) -> float | None:
    """The market's part of the mean: what empirical Bayes gives it; all where none was watched."""
    if one.shrunk is not None:
        return one.shrunk.prior_weight
    return 1.0 if one.how is EvidenceKind.MARKET else None


def chosen_rates(laws: Iterable[RateLaw], kinds: Sequence[str]) -> list[RateLaw]:
    """Keep the kinds of disruption that were asked for, in the order of the closed list."""
    order = list(FailureKind)
    kept = [one for one in laws if not kinds or one.row.kind.value in kinds]
    return sorted(kept, key=lambda one: (order.index(one.row.kind), -one.row.rate_per_year))


def _kind(row: Record) -> str:
    named = wording.disruption(row["kind"])
    return f"{named}, {row['level']}" if row["level"] else named


COLUMNS = (
    Column(key="whose", label="Whose", help="A provider's own, or of all of its sort."),
    Column(key="kind", label="Disruption", cell=_kind),
    Column(key="rate_per_year", label="A year", unit=Unit.RATE),
    Column(
        key="range",
        label=f"{wording.percent(RANGE_LEVEL)} range",
        help="The true rate lies between these with 80 % probability.",
    ),
    Column(key="lasts", label="Lasts"),
    Column(key="rests_on", label="Based on"),
    Column(
        key="market_weight",
        label="Market's weight",
        unit=Unit.SHARE,
        missing="–",
        help="How much of the rate would be the market's average by empirical Bayes, the rest the "
        "provider's own record. Empty where nothing was counted.",
    ),
    Column(
        key="market_rate",
        label="Drawn to the market",
        unit=Unit.RATE,
        missing="–",
        help="What the record says once it is drawn towards the market by that weight.",
    ),
    Column(key="basis", label="Basis", cell=lambda row: BASIS_NAMES[row["basis"]]),
    Column(key="source", label="Source"),
    Column(key="as_of", label="As of"),
)
PAGE = COLUMNS
TERMINAL = chosen(
    COLUMNS, "whose kind rate_per_year range rests_on market_weight market_rate".split()
)


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
