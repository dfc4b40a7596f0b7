"""Reference rates replaced by what was learned since: from imported incidents, and from signals.

Nothing is replaced silently: each new rate says in a sentence what it was, what it is and why.
docs/method.md §1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import exp, inf, log
from statistics import fmean

from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.failure_kinds import Basis, EvidenceKind, FailureKind, FailureRate, RateEvidence
from risk.catalog.records import Catalog, Role
from risk.hazard.calibration import first_days, first_month_watched, month_after, months_of
from risk.hazard.durations import (
    TAIL_FROM_DAYS,
    LognormalDuration,
    drawn_tail,
    fit_lengths,
    shrunk_law,
)
from risk.hazard.failure_settings import rate_factor, scaled_law
from risk.hazard.frequency import MONTH_YEARS, GammaLaw, count_law, weight_sentence
from risk.hazard.incidents.records import KIND_OF_LEVEL, Incident, ServiceDay, of_the_api
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.rate_laws import market_average, rate_law, rows_for, tail_of
from risk.hazard.scoring_rules import crps_of_law
from risk.hazard.signals import Signal, SignalKind, known_signals, wind_down

HOURS_PER_DAY = 24.0
#: Shares of a record that are left after a month: what drifts is forgotten, what does not is kept.
DISCOUNTS = (1.0, 0.8, 0.6)
#: What is left of a record for each month since in which nobody watched.
GAP_DISCOUNT = 0.8
#: Of the draws behind an interval that nobody asks for here.
SEED = 20231117
#: Nodes of which a status page tells about single products, not about the whole.
WHOLE_CLOUDS = frozenset({Role.CLOUD, Role.EDGE})


@dataclass(frozen=True, kw_only=True)
class LearnedRate:
    """A reference rate that was replaced. ``before`` in events a year; ``sentence`` says why."""

    row: FailureRate
    evidence: RateEvidence
    before: float
    sentence: str


def with_learned(catalog: Catalog, learned: Sequence[LearnedRate]) -> Catalog:
    """The same reference facts with these rates in place of those that they replace."""
    if not learned:
        return catalog
    evidence = {one.row.key: one.evidence for one in learned}
    kept = (row for row in catalog.rates if row.key not in evidence)
    return replace(
        catalog,
        rates=(*kept, *(one.row for one in learned)),
        rate_evidence={**catalog.rate_evidence, **evidence},
        learned=(*catalog.learned, *(one.sentence for one in learned)),
    )


def learned_from_incidents(
    catalog: Catalog,
    incidents: Iterable[Incident],
    days: Iterable[ServiceDay] = (),
    *,
    today: date,
) -> tuple[LearnedRate, ...]:
    """Rates and lengths of outages and slowdowns of every provider with imported incidents.

    A month's count y and its twelfth of a year count δ^age, which is the discounted Gamma-Poisson
    filter's forecast (§1), for each of :data:`DISCOUNTS`, weighted by how well each forecast the
    record's own months (:func:`mixture`). They are drawn towards the market's Gamma(α, β) of the
    reference facts, whose weight β/(β + T) grows as the record ages. Lengths follow the law of the
    reference facts, shrunk to the pooled one, up to a day and above it (§1). Incidents that name
    services count where one of them is an API, if any of the provider's does. Clouds and edge
    networks are left as they are: their pages tell of single products.
    """
    told = [one for one in incidents if one.started_at.date() < today]
    watched = [one for one in days if one.day < today]
    return tuple(
        rate
        for provider in sorted({one.provider for one in told})
        for rate in _learned_of(provider, catalog, told, watched, today=today)
    )


def _learned_of(
    provider: str,
    catalog: Catalog,
    told: Sequence[Incident],
    watched: Sequence[ServiceDay],
    *,
    today: date,
) -> Iterable[LearnedRate]:
    known = catalog.providers.get(provider)
    if known is None or known.roles & WHOLE_CLOUDS:
        return
    own = of_the_api([one for one in told if one.provider == provider])
    last = [one.started_at.date() for one in own]
    last += [one.day for one in watched if one.provider == provider]
    since = first_month_watched(min(last))
    until = min(month_after(max(last)), today.replace(day=1))
    for level, kind in KIND_OF_LEVEL.items():
        rows = rows_for(catalog.rates, node=provider, kinds=(kind,), defaults=("*service",))
        base = next((row for row in rows if row.level == level), None)
        prior = market_average(
            catalog.rates, kind=kind, level=str(level), evidence=catalog.rate_evidence
        )
        months = months_of(
            (one for one in own if one.level is level), since=since, until=max(since, until)
        )
        if base is None or prior is None or not months:
            continue
        gap = len(first_days(months[-1].first_day, today)) - 2
        law, market = mixture(prior.law, [one.count for one in months], gap=gap)
        count = sum(one.count for one in months)
        why = (
            f"learned from {_counted(count, 'incident')} in {_counted(len(months), 'month')} "
            f"to {until:%b %Y}: {weight_sentence(market)}"
        )
        row = replace(
            _with_lengths(base, own, kind, catalog),
            node=provider,
            rate_per_year=law.mean,
            basis=Basis.FITTED,
            source=why,
            as_of=today.isoformat(),
        )
        yield _learned(base, row, law.shape, why)


def mixture(prior: GammaLaw, counts: Sequence[int], *, gap: int) -> tuple[GammaLaw, float]:
    """What months of counts say of a rate, and the market's weight in it.

    Each discount δ forecasts every month from those before it; its law of the rate weighs
    e^(-S/s), S being its CRPS over all months and s the mean CRPS of a month over all discounts.
    The law returned has the mean and the variance of the mixture. ``gap`` months that nobody
    watched since count :data:`GAP_DISCOUNT` each.
    """
    scores, laws = [], []
    for discount in DISCOUNTS:
        events, years, score = 0.0, 0.0, 0.0
        for count in counts:
            ahead = GammaLaw(prior.shape + events, prior.years + years)
            score += crps_of_law(count_law(ahead, years=MONTH_YEARS), count)
            events, years = discount * (events + count), discount * (years + MONTH_YEARS)
        fade = GAP_DISCOUNT**gap
        scores.append(score)
        laws.append(GammaLaw(prior.shape + fade * events, prior.years + fade * years))
    usual = fmean(scores) / len(counts)
    raw = [exp((min(scores) - score) / usual) for score in scores]
    weights = [one / sum(raw) for one in raw]
    weighed = list(zip(weights, laws, strict=True))
    mean = sum(weight * law.mean for weight, law in weighed)
    square = sum(weight * law.mean**2 * (1 + 1 / law.shape) for weight, law in weighed)
    shape = mean**2 / (square - mean**2)
    market = sum(weight * prior.years / law.years for weight, law in weighed)
    return GammaLaw(shape, shape / mean), market


def _with_lengths(
    base: FailureRate, incidents: Sequence[Incident], kind: FailureKind, catalog: Catalog
) -> FailureRate:
    """``base`` with the lengths of these incidents, drawn towards the pooled law of the market.

    The body is that of the incidents of the kind, up to a day where lengths have a tail; it stays
    where too few are known to fit one. The share above a day is of outages and slowdowns together.
    """
    pooled = next(
        (row for row in catalog.rates if row.node == "*service" and row.kind is kind), base
    )
    if pooled.duration_mu_ln_days is None or pooled.duration_sigma is None:
        return base
    known = [
        (KIND_OF_LEVEL[one.level], one.hours / HOURS_PER_DAY)
        for one in incidents
        if one.level is not None and one.level in KIND_OF_LEVEL and one.hours
    ]
    tail = tail_of(pooled)
    if tail is not None:
        beyond = sum(days > TAIL_FROM_DAYS for _, days in known)
        tail = drawn_tail(tail, incidents=len(known), beyond=beyond)
        base = replace(
            base,
            long_share=tail.share,
            tail_shape=tail.shape,
            tail_scale_days=tail.scale_days,
        )
    longest = TAIL_FROM_DAYS if tail else inf
    fit = fit_lengths(days for what, days in known if what is kind and days <= longest)
    if fit is None:
        return base
    law = shrunk_law(fit, LognormalDuration(pooled.duration_mu_ln_days, pooled.duration_sigma))
    return replace(base, duration_mu_ln_days=law.mu, duration_sigma=law.sigma)


def _learned(
    base: FailureRate, row: FailureRate, shape: float, why: str, *, notice: float | None = None
) -> LearnedRate:
    """``row`` in place of ``base``; ``notice`` is the 95 % point of that which the latter had."""
    kind = str(row.kind).replace("_", " ")
    return LearnedRate(
        row=row,
        evidence=RateEvidence(
            how=EvidenceKind.LEARNED, shape=shape, source=why, notice_q95_days=notice
        ),
        before=base.rate_per_year,
        sentence=(
            f"{row.node}, {kind} ({row.level}): {base.rate_per_year:.3g} a year before, "
            f"{row.rate_per_year:.3g} now, {why}"
        ),
    )


def learned_from_signals(
    catalog: Catalog,
    signals: Iterable[Signal],
    *,
    kinds: Mapping[str, SignalKind],
    as_of: datetime,
    assumptions: Assumptions = DEFAULTS,
) -> tuple[LearnedRate, ...]:
    """The wind-down rate λ* = -ln(1 - P)·365/H of every provider of whom something was heard.

    P is the chance within H = 90 days after the signals known at ``as_of`` (§1). How unsure the
    rate was before carries over; how unsure the likelihood ratios are is not in its law. A
    provider whose signals have worn out keeps its rate. The portfolio's factor on wind-downs is
    in P, and taken out of the rate again, as it multiplies every rate of the reference facts.
    """
    known = known_signals(signals, as_of)
    if not known:
        return ()
    chain = catalogue_chain(catalog, DEFAULTS)
    found = []
    for provider in sorted({one.provider for one in known}):
        own = [one for one in known if one.provider == provider]
        for base in provider_rates(catalog, chain, provider):
            if base.kind is not FailureKind.WIND_DOWN or base.rate_per_year <= 0:
                continue
            before = catalog.rate_evidence.get(base.key)
            law = rate_law(base, before)
            ours = scaled_law(law, base.kind, assumptions)
            if ours is None:
                continue
            after = wind_down(ours, own, kinds=kinds, as_of=as_of, seed=SEED, numbers=assumptions)
            if abs(after.evidence.ln_units) < log(1.01):
                continue
            why = (
                f"after {_counted(len(own), 'signal')}: "
                f"{100 * after.probability:.2f} % within {after.horizon_days:g} days"
            )
            row = replace(
                base,
                node=provider,
                rate_per_year=after.rate_per_year / rate_factor(base.kind, assumptions),
                source=f"{base.source}; {why}",
                as_of=as_of.date().isoformat(),
            )
            notice = before.notice_q95_days if before else None
            found.append(_learned(base, row, law.shape, why, notice=notice))
    return tuple(found)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
