"""Reference rates replaced by what was learned since: from imported incidents, and from signals.

Nothing is replaced silently: each new rate says in a sentence what it was, what it is and why.
docs/method.md §1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import log

from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.falters import Basis, FalterKind, FalterRate
from risk.catalog.rate_evidence import EvidenceKind, RateEvidence
from risk.catalog.records import Catalog, Role
from risk.hazard.calibration import months_of
from risk.hazard.duration_fitting import TooFewDurations, fit_durations, shrunk_law
from risk.hazard.durations import LognormalDuration
from risk.hazard.falter_settings import rate_factor, scaled_law
from risk.hazard.frequency import GammaLaw
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay
from risk.hazard.market_prior import weight_sentence
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.rate_laws import market_average, rate_law
from risk.hazard.rates import rows_for
from risk.hazard.signals import Signal, SignalKind, known_signals, signal_settings
from risk.hazard.track_record import first_month_watched, month_after
from risk.hazard.wind_down import wind_down

HOURS_PER_DAY = 24.0
#: Of the draws behind an interval that nobody asks for here.
SEED = 20231117
#: Which falter an incident of each level is.
KIND_OF_LEVEL: Mapping[IncidentLevel, FalterKind] = {
    IncidentLevel.CRITICAL: FalterKind.OUTAGE,
    IncidentLevel.MAJOR: FalterKind.OUTAGE,
    IncidentLevel.MINOR: FalterKind.DEGRADED,
}
#: Nodes of which a status page tells about single products, not about the whole.
WHOLE_CLOUDS = frozenset({Role.CLOUD, Role.EDGE})


@dataclass(frozen=True, kw_only=True)
class LearnedRate:
    """A reference rate that was replaced. ``before`` in events a year; ``sentence`` says why."""

    row: FalterRate
    evidence: RateEvidence
    before: float
    sentence: str


def with_learned(catalog: Catalog, learned: Sequence[LearnedRate]) -> Catalog:
    """The same reference facts with these rates in place of those that they replace."""
    if not learned:
        return catalog
    replaced = {(one.row.node, one.row.kind, one.row.level) for one in learned}
    kept = tuple(row for row in catalog.rates if (row.node, row.kind, row.level) not in replaced)
    evidence = {(one.row.node, one.row.kind, one.row.level): one.evidence for one in learned}
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
    discount: float,
    today: date,
) -> tuple[LearnedRate, ...]:
    """Rates and lengths of outages and slowdowns of every provider with imported incidents.

    A month's count y and its twelfth of a year count δ^age, the age in whole months up to the
    current one, which is the discounted Gamma-Poisson filter's forecast of it (§1). They are
    drawn towards the market's Gamma(α, β) of the reference facts, whose weight β/(β + T) grows as
    the record ages. Lengths are lognormal, shrunk to the pooled law (§1). Incidents that name
    services count where one of them is an API, if any of the provider's does. Clouds and edge
    networks are left as they are: their pages tell of single products.
    """
    told = [one for one in incidents if one.started_at.date() < today]
    watched = [one for one in days if one.day < today]
    return tuple(
        rate
        for provider in sorted({one.provider for one in told})
        for rate in _learned_of(provider, catalog, told, watched, discount=discount, today=today)
    )


def _learned_of(
    provider: str,
    catalog: Catalog,
    told: Sequence[Incident],
    watched: Sequence[ServiceDay],
    *,
    discount: float,
    today: date,
) -> Iterable[LearnedRate]:
    known = catalog.providers.get(provider)
    if known is None or known.roles & WHOLE_CLOUDS:
        return
    own = _of_the_api([one for one in told if one.provider == provider])
    last = [one.started_at.date() for one in own]
    last += [one.day for one in watched if one.provider == provider]
    since = first_month_watched(min(last))
    until = min(month_after(max(last)), today.replace(day=1))
    for level, kind in KIND_OF_LEVEL.items():
        base = _base(catalog, provider, kind, level)
        prior = market_average(
            catalog.rates, kind=kind, level=str(level), evidence=catalog.rate_evidence
        )
        months = months_of(
            (one for one in own if one.level is level), since=since, until=max(since, until)
        )
        if base is None or prior is None or not months:
            continue
        weights = [discount ** _months_between(one.first_day, today) for one in months]
        events = sum(weight * one.count for weight, one in zip(weights, months, strict=True))
        law = GammaLaw(prior.law.shape + events, prior.law.years + sum(weights) / 12)
        count = sum(one.count for one in months)
        why = (
            f"learned from {_counted(count, 'incident')} in {_counted(len(months), 'month')} "
            f"to {until:%b %Y}: {weight_sentence(prior.law.years / law.years)}"
        )
        yield _replaced(base, provider, law, why, _length(own, kind, base, catalog), today)


def _of_the_api(incidents: Sequence[Incident]) -> Sequence[Incident]:
    """Incidents that reach a provider's API, as far as it tells them from its applications'."""

    def named(one: Incident) -> bool:
        return any("api" in service.casefold() for service in one.services)

    if not any(map(named, incidents)):
        return incidents
    return [one for one in incidents if named(one) or not one.services]


def _base(
    catalog: Catalog, provider: str, kind: FalterKind, level: IncidentLevel
) -> FalterRate | None:
    rows = rows_for(catalog.rates, node=provider, kinds=(kind,), defaults=("*service",))
    return next((row for row in rows if row.level == str(level)), None)


def _length(
    incidents: Sequence[Incident], kind: FalterKind, base: FalterRate, catalog: Catalog
) -> LognormalDuration | None:
    """The law of lengths in days; None where too few are known to fit one."""
    pooled = next(
        (row for row in catalog.rates if row.node == "*service" and row.kind is kind), base
    )
    if pooled.duration_mu_ln_days is None or pooled.duration_sigma is None:
        return None
    hours = [one.hours for one in incidents if one.level and KIND_OF_LEVEL.get(one.level) is kind]
    try:
        fit = fit_durations(None if one is None else one / HOURS_PER_DAY for one in hours)
    except TooFewDurations:
        return None
    return shrunk_law(fit, LognormalDuration(pooled.duration_mu_ln_days, pooled.duration_sigma))


def _replaced(
    base: FalterRate,
    provider: str,
    law: GammaLaw,
    why: str,
    length: LognormalDuration | None,
    today: date,
) -> LearnedRate:
    row = replace(
        base,
        node=provider,
        rate_per_year=law.mean,
        duration_mu_ln_days=length.mu if length else base.duration_mu_ln_days,
        duration_sigma=length.sigma if length else base.duration_sigma,
        basis=Basis.FITTED,
        source=why,
        as_of=today.isoformat(),
    )
    return _learned(base, row, law.shape, why)


def _learned(base: FalterRate, row: FalterRate, shape: float, why: str) -> LearnedRate:
    kind = str(row.kind).replace("_", " ")
    return LearnedRate(
        row=row,
        evidence=RateEvidence(how=EvidenceKind.LEARNED, shape=shape, source=why),
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
    settings = signal_settings(assumptions)
    found = []
    for provider in sorted({one.provider for one in known}):
        own = [one for one in known if one.provider == provider]
        for base in provider_rates(catalog, chain, provider):
            if base.kind is not FalterKind.WIND_DOWN or base.rate_per_year <= 0:
                continue
            before = catalog.rate_evidence.get((base.node, base.kind, base.level))
            law = rate_law(base, before)
            ours = scaled_law(law, base.kind, assumptions)
            if ours is None:
                continue
            after = wind_down(ours, own, kinds=kinds, as_of=as_of, seed=SEED, settings=settings)
            if abs(after.evidence.ln_units) < log(1.01):
                continue
            why = (
                f"after {_counted(len(own), 'signal')}: "
                f"{after.probability:.2%} within {after.horizon_days:g} days"
            )
            row = replace(
                base,
                node=provider,
                rate_per_year=after.rate_per_year / rate_factor(base.kind, assumptions),
                source=f"{base.source}; {why}",
                as_of=as_of.date().isoformat(),
            )
            found.append(_with_notice(_learned(base, row, law.shape, why), before))
    return tuple(found)


def _with_notice(one: LearnedRate, before: RateEvidence | None) -> LearnedRate:
    """The learned rate with the 95 % point of the notice that the reference rate had."""
    notice = before.notice_q95_days if before else None
    return replace(one, evidence=replace(one.evidence, notice_q95_days=notice))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _months_between(month: date, today: date) -> int:
    return (today.year - month.year) * 12 + today.month - month.month
