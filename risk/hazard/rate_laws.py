"""Laws of rates: how often a node of the supply chain falters, as reference rows with Gamma laws.

Rates are read as fixtures/rates.csv states them. The law's mean is the rate that scoring uses, so
that uncertainty widens an answer without moving it. What each rate rests on stands in
fixtures/rate_evidence.csv:

- ``counted``: n events in T years. Shape n + ½ (Jeffreys), so the relative spread is
  1/√(n + ½); for a rate that is (n + ½)/T the law is exactly Jeffreys' posterior.
- ``market``: the average of the providers that were counted, for one that was not. Shape
  0.25 y · rate: a new provider may differ from the average far more than the average is unsure.
- ``elicited``: shape from the ratio of a stated 95 % point to a stated median.
- ``fitted``: of a sort of models at a sort of host, drawn towards all sorts
  (:mod:`risk.hazard.cell_rates`). Its shape is stated; all of the sort share one uncertain rate.
- ``learned``: from incidents that were imported since, or after signals
  (:mod:`risk.hazard.learned_rates`). Its shape is stated.
- ``judged``: one stated figure, whose spread (95 % point over median) is judgement too.

docs/method.md §1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import scipy

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import (
    PERMANENT_KINDS,
    EvidenceKind,
    FailureKind,
    FailureRate,
    RateEvidence,
    RateKey,
)
from risk.hazard.durations import (
    Duration,
    DurationLaw,
    LengthTail,
    LognormalDuration,
    Permanent,
    SplicedDuration,
)
from risk.hazard.frequency import (
    JEFFREYS_SHAPE,
    POOLED_YEARS,
    GammaLaw,
    MarketPrior,
    ProviderRecord,
    ShrunkRate,
    market_prior,
    shrunk_rate,
    weight_sentence,
)

DAYS_PER_YEAR = 365.0
#: 95 % point over median of a rate about whose spread nobody said anything (judgement).
USUAL_SPREAD = 3.0


@cache
def elicited_gamma(median: float, q95: float) -> tuple[float, float]:
    """Shape and scale of the Gamma law with this median and 95 % quantile (events a year).

    The shape solves F⁻¹(0.95)/F⁻¹(0.5) = q95/median; the scale is median / F⁻¹(0.5).

    Raises:
        ValueError: unless 0 < median < q95.
    """
    if not 0 < median < q95:
        raise ValueError("The 95 % rate must be above the median, and both above zero.")

    quantile = scipy.stats.gamma.ppf

    def excess(shape: float) -> float:
        return float(quantile(0.95, shape) / quantile(0.5, shape) - q95 / median)

    shape = float(scipy.optimize.brentq(excess, 0.05, 500.0))
    return shape, median / float(quantile(0.5, shape))


def rows_for(
    rates: Iterable[FailureRate],
    *,
    node: str,
    kinds: Iterable[FailureKind],
    defaults: Iterable[str],
) -> tuple[FailureRate, ...]:
    """The rows of ``node`` for these kinds; a kind it has none of comes from the first default."""
    names = (node, *defaults)
    by_node: dict[tuple[str, FailureKind], list[FailureRate]] = {}
    for row in rates:
        if row.node in names:
            by_node.setdefault((row.node, row.kind), []).append(row)
    return tuple(
        row
        for kind in kinds
        for row in next((by_node[name, kind] for name in names if (name, kind) in by_node), [])
    )


def duration_of(row: FailureRate, assumptions: Assumptions) -> Duration:
    """The duration law of a row of rates; permanent kinds have none."""
    law = None if row.kind in PERMANENT_KINDS else law_of_lengths(row)
    return Permanent() if law is None else law.stretched(assumptions.tail_stretch)


def law_of_lengths(row: FailureRate) -> DurationLaw | None:
    """The law of lengths as a row states it: lognormal, spliced where it states a tail too."""
    if row.duration_mu_ln_days is None:
        return None
    body = LognormalDuration(row.duration_mu_ln_days, row.duration_sigma or 1.0)
    tail = tail_of(row)
    return body if tail is None else SplicedDuration(body, tail)


def tail_of(row: FailureRate) -> LengthTail | None:
    """What a row states of lengths above a day, if anything."""
    if row.long_share is None or row.tail_shape is None or row.tail_scale_days is None:
        return None
    return LengthTail(row.long_share, row.tail_shape, row.tail_scale_days)


def market_tail(rates: Iterable[FailureRate]) -> LengthTail | None:
    """The tail of the services' outages that stands for every provider, if the facts state one."""
    services = (row for row in rates if (row.node, row.kind) == ("*service", FailureKind.OUTAGE))
    return next((tail for row in services if (tail := tail_of(row)) is not None), None)


@dataclass(frozen=True, kw_only=True)
class RateLaw:
    """A rate with its law, and in one sentence what it rests on.

    ``shrunk`` is what the record says when it is drawn towards the market average; None where
    nothing was counted. Scoring uses the rate of ``row``, the mean of ``law``.
    """

    row: FailureRate
    law: GammaLaw
    how: EvidenceKind
    sentence: str
    shrunk: ShrunkRate | None


def rate_law(row: FailureRate, evidence: RateEvidence | None) -> GammaLaw:
    """The Gamma law of a reference rate, with that rate as its mean.

    A rate without evidence has the usual spread of a judged one.

    Raises:
        ValueError: the rate is zero, which no Gamma law describes.
    """
    if row.rate_per_year <= 0:
        raise ValueError(f"{row.node}, {row.kind}: a rate of zero has no law.")
    shape = _shape(row, evidence)
    return GammaLaw(shape, shape / row.rate_per_year)


def rate_laws(
    rows: Iterable[FailureRate],
    *,
    rates: Iterable[FailureRate],
    evidence: Mapping[RateKey, RateEvidence],
) -> tuple[RateLaw, ...]:
    """A law for each of ``rows``; the market average comes from all ``rates`` that were counted.

    Rows with a rate of zero are left out: they never happen.
    """
    known, found = tuple(rates), []
    for row in rows:
        if row.rate_per_year <= 0:
            continue
        basis, shrunk = evidence.get(row.key), None
        if basis and basis.how is EvidenceKind.COUNTED and not row.node.startswith("*"):
            prior = market_average(known, kind=row.kind, level=row.level, evidence=evidence)
            shrunk = shrunk_rate(_record(row.node, basis), prior) if prior else None
        found.append(
            RateLaw(
                row=row,
                law=rate_law(row, basis),
                how=basis.how if basis else EvidenceKind.JUDGED,
                sentence=_sentence(row, basis),
                shrunk=shrunk,
            )
        )
    return tuple(found)


def market_average(
    rates: Iterable[FailureRate],
    *,
    kind: FailureKind,
    level: str,
    evidence: Mapping[RateKey, RateEvidence],
) -> MarketPrior | None:
    """The market's law of one kind and level, from every provider with a count; None if none."""
    records = [
        _record(row.node, found)
        for row in rates
        if (row.kind, row.level) == (kind, level)
        and not row.node.startswith("*")
        and (found := evidence.get(row.key)) is not None
        and found.how is EvidenceKind.COUNTED
    ]
    return market_prior(records) if records else None


def _shape(row: FailureRate, evidence: RateEvidence | None) -> float:
    if evidence is None:
        return elicited_gamma(1.0, USUAL_SPREAD)[0]
    if evidence.shape is not None:
        return evidence.shape
    if evidence.how is EvidenceKind.COUNTED and evidence.events is not None:
        return evidence.events + JEFFREYS_SHAPE
    if evidence.how is EvidenceKind.MARKET:
        return POOLED_YEARS * row.rate_per_year
    return elicited_gamma(1.0, evidence.spread or USUAL_SPREAD)[0]


def _sentence(row: FailureRate, evidence: RateEvidence | None) -> str:
    if evidence is None:
        return (
            f"Nothing is recorded of how sure this rate is: 95 % point {USUAL_SPREAD:g} × median."
        )
    match evidence.how:
        case EvidenceKind.COUNTED if row.node.startswith("*"):
            return f"Counted over all providers of this sort: {_count(evidence)}."
        case EvidenceKind.COUNTED:
            return f"{weight_sentence(0)}: {_count(evidence)}."
        case EvidenceKind.MARKET:
            return f"{weight_sentence(1)}: {_count(evidence)} of other providers."
        case EvidenceKind.FITTED:
            return f"Fitted to {_count(evidence)} of models, drawn towards the other sorts of host."
        case EvidenceKind.LEARNED:
            return f"{evidence.source[:1].upper()}{evidence.source[1:]}."
        case EvidenceKind.ELICITED:
            return "Judgement: a median and a 95 % point were stated."
    return f"One figure, {row.basis}; its 95 % point is taken as {evidence.spread:g} × median."


def _count(evidence: RateEvidence) -> str:
    events = "1 event" if evidence.events == 1 else f"{evidence.events} events"
    years = "1 year" if evidence.years == 1 else f"{evidence.years:g} years"
    return f"{events} in {years}"


def _record(node: str, evidence: RateEvidence) -> ProviderRecord:
    return ProviderRecord(provider=node, events=evidence.events or 0, years=evidence.years or 0.0)
