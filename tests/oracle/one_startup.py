"""One startup in one world, slowly and plainly: the arithmetic that the engine is held against.

Nothing here is shared with the engine. Disruptions and the ways in which they travel come from
``risk.hazard``; the rest is written out from docs/method.md §3. All facts must be known. ``begins``
(0 to 1) says when the startup begins to leave a model that ends: so many of all begin before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import exp

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import SELF_HOSTED, Catalog
from risk.hazard.durations import DURATION_GRID, DurationLaw, grid_weights
from risk.hazard.events import Event
from risk.hazard.supply_chain import OWN_OPERATION, developer_node
from risk.inventory.exposed import CONSENT, exposed_use_cases
from risk.inventory.records import Dependency, Depth, ExitPlan, Fallback, Requirement, Startup
from risk.loss.churn import CHURN_KNOTS
from tests.oracle.book import events_behind
from tests.oracle.likeness import times_as_unlike
from tests.oracle.patterns import EventPatterns, event_patterns
from tests.oracle.places import PlacedStartup, place_startup
from tests.oracle.runway import cash_out_probability, runway_months

ONCE = ("model_retirement", "access_cut", "acquisition", "wind_down")
FOR_GOOD = (*ONCE, "price_shock")
BILLED = ("outage", "degraded", "price_shock", "regional_block")
PROMISED = ("price_shock", "model_retirement", "access_cut", "acquisition")


@dataclass(frozen=True)
class Hit:
    """A dependency in a state: how badly it and its backup are down.

    ``times`` is how many times as unlike as a typical one a replacement is: of another developer,
    and of the same one.
    """

    one: Dependency
    severity: float
    backup: float
    times: tuple[float, float]


@dataclass(frozen=True)
class Way:
    """One way of losing: so often a year (or with this chance), so much."""

    event: Event
    rate: float
    loss: float


def expected_loss(startup: Startup, **world: object) -> float:
    """Σ rate · loss over everything that can reach the startup, USD a year."""
    return sum(one.rate * one.loss for one in ways(startup, **world))  # type: ignore[arg-type]


def ways(
    startup: Startup,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    begins: float = 0.0,
) -> Iterator[Way]:
    """Every disruption, way of travelling and length that costs the startup something."""
    placed = place_startup(startup, catalog, today)
    chain, events = events_behind([startup], catalog=catalog, assumptions=assumptions, today=today)
    suppliers = {supplier for _, _, supplier in placed.customers}
    for event in events:
        if event.only_startup is not None and event.root not in suppliers:
            continue
        patterns = told_apart(event_patterns(chain, event), placed)
        yield from _ways_of(startup, patterns, placed, assumptions, begins)


def told_apart(patterns: EventPatterns, placed: PlacedStartup) -> EventPatterns:
    """The patterns of a disruption as far as one startup can tell them apart."""
    nodes = sorted({one.node for one in placed.endpoints} & set(patterns.severity))
    if not nodes:
        return EventPatterns(event=patterns.event, probability=np.zeros(0), severity={})
    table = np.array([patterns.severity[node] for node in nodes])
    ways, place = np.unique(table.round(12), axis=1, return_inverse=True)
    chance = np.bincount(place.ravel(), patterns.probability)
    severity = dict(zip(nodes, ways, strict=True))
    return EventPatterns(event=patterns.event, probability=chance, severity=severity)


def _ways_of(
    startup: Startup,
    patterns: EventPatterns,
    placed: PlacedStartup,
    a: Assumptions,
    begins: float,
) -> Iterator[Way]:
    event = patterns.event
    # What comes at most once comes with the chance that it comes at all.
    often = event.rate_per_year
    if event.kind in ONCE:
        often = 1.0 if event.dated else 1 - exp(-event.rate_per_year)
    for pattern, chance in enumerate(patterns.probability):
        for days, weight in lengths(event):
            loss = startup_loss(startup, patterns, pattern, placed, days, a, begins)
            if loss > 0:
                yield Way(event, often * float(chance) * weight, loss)


def startup_loss(
    startup: Startup,
    patterns: EventPatterns,
    pattern: int,
    placed: PlacedStartup,
    days: float,
    a: Assumptions,
    begins: float = 0.0,
) -> float:
    """What one pattern of a disruption costs the startup if it lasts so many days."""
    loss = 0.0
    for share, case, members in lines_of(startup):
        hits = [_hit(one, patterns, pattern, placed, a) for one in members]
        margin = margin_of(startup, case, a) * share
        loss += line_loss(startup, case, hits, margin, patterns.event, days, a, begins)
    return loss


def lengths(event: Event) -> Iterator[tuple[float, float]]:
    """Days and the weight of each; one endless length for what does not come back."""
    if event.kind in FOR_GOOD:
        yield float("inf"), 1.0
        return
    assert isinstance(event.duration, DurationLaw)
    weights = grid_weights(event.duration)
    for days, weight in zip(DURATION_GRID, weights, strict=True):
        if weight > 0:
            yield float(days), float(weight)


def lines_of(startup: Startup) -> Iterator[tuple[float, object, tuple[Dependency, ...]]]:
    """What stops together: a dependency with its part, or all of a use case's dependencies."""
    for case, members in exposed_use_cases(startup):
        weight = 1.0 if case.revenue_share is None else case.revenue_share
        if case.requirement is Requirement.SHARED:
            for one in members:
                part = 1.0 if one.share is None else one.share
                yield weight * part, case, (one,)
        else:
            yield weight, case, members


def margin_of(startup: Startup, case: object, a: Assumptions) -> float:
    """M = revenue / 365 · AI share · criticality · gross margin or the least of it, USD a day."""
    critical = getattr(a, f"criticality_{case.criticality}")  # type: ignore[attr-defined]
    daily = startup.annual_revenue_usd / 365  # type: ignore[operator]
    margin = max(startup.gross_margin, a.least_margin)  # type: ignore[type-var]
    return daily * startup.ai_revenue_share * critical * margin  # type: ignore[operator]


def _hit(
    one: Dependency, patterns: EventPatterns, pattern: int, placed: PlacedStartup, a: Assumptions
) -> Hit:
    event, endpoint, beside = patterns.event, placed.endpoint_of[one.key], placed.backup_of[one.key]
    service = endpoint.service
    supplier = OWN_OPERATION if service.host == SELF_HOSTED else developer_node(service)
    severity = _at(patterns, endpoint.node, pattern)
    if event.only_startup is not None and event.root != supplier:
        severity = 0.0
    backup = (
        severity * a.fallback_shared_root if beside is None else _at(patterns, beside.node, pattern)
    )
    if event.kind == "wind_down" and (one.escrow or one.step_in):
        severity *= 1 - a.step_in_survival
    elsewhere, same = placed.pairs_of[one.key]
    times = times_as_unlike(elsewhere, a), times_as_unlike(same, a)
    return Hit(one, severity, backup, times)


def _at(patterns: EventPatterns, node: str, pattern: int) -> float:
    values = patterns.severity.get(node)
    return 0.0 if values is None else float(values[pattern])


def line_loss(
    startup: Startup,
    case: object,
    hits: list[Hit],
    margin: float,
    event: Event,
    days: float,
    a: Assumptions,
    begins: float,
) -> float:
    """What a line loses: the cheaper of waiting and leaving; for good there is only leaving."""
    down = [one for one in hits if one.severity > 0]
    if not down:
        return 0.0
    if event.kind == "price_shock":
        return price_loss(startup, down, margin, event, a)
    any_suffices = case.requirement is Requirement.ANY and len(hits) > 1  # type: ignore[attr-defined]
    if any_suffices and len(down) < len(hits):
        return 0.0
    kept = 1.0 if event.kind in FOR_GOOD else 1 - a.recapture
    combine = min if any_suffices else max
    left = combine(
        lost_service(min(days, gate(startup, one, event, a, begins)), one, case, a) for one in down
    )
    quality = max(unlike(one, event, a) for one in down) * a.quality_loss * a.quality_days
    leaving = margin * business(left, kept, quality, a)
    leaving += sum(cost(startup, one, event, a) for one in down)
    if event.kind in FOR_GOOD:
        return leaving
    waited = combine(lost_service(days, one, case, a) for one in down)
    return min(margin * business(waited, kept, 0.0, a), leaving)


def price_loss(
    startup: Startup, down: list[Hit], margin: float, event: Event, a: Assumptions
) -> float:
    """Pay the dearer price for its horizon, or until one has left."""
    horizon = a.price_horizon_months * 365 / 12
    stay = move = 0.0
    for hit in down:
        spend = hit.one.spend_usd_per_month or 0.0
        daily = (a.price_multiple - 1) * hit.severity * spend * 12 / 365
        stay += daily * horizon
        move += daily * min(gate(startup, hit, event, a), horizon)
        move += cost(startup, hit, event, a)
    quality = max(unlike(hit, event, a) for hit in down) * a.quality_loss * a.quality_days
    return min(stay, move + quality * margin)


def unlike(hit: Hit, event: Event, a: Assumptions) -> float:
    """How unlike the replacement is; what was tuned is lost whichever model comes."""
    if hit.one.depth is Depth.FINE_TUNED:
        return 1 - a.substitutability_fine_tuned
    if event.kind == "model_retirement":
        return min(1.0, (1 - a.substitutability_same_developer) * hit.times[1])
    return min(1.0, (1 - a.substitutability_frontier) * hit.times[0])


def effort(hit: Hit, event: Event, a: Assumptions) -> float:
    one = hit.one
    plan = {
        ExitPlan.NONE: 1.0,
        ExitPlan.WRITTEN: a.exit_plan_written,
        ExitPlan.TESTED: a.exit_plan_tested,
    }
    base = float(getattr(a, f"effort_{one.depth}"))
    return base * (1 + unlike(hit, event, a)) * plan[one.exit_plan or ExitPlan.NONE]


def gate(startup: Startup, hit: Hit, event: Event, a: Assumptions, begins: float = 0.0) -> float:
    """Days of service that leaving takes: T + queue - notice, never below none."""
    one = hit.one
    people = max(1.0, a.engineers_available * (startup.engineers or 0.0)) ** a.team_exponent
    legal = a.residency_review_days if one.data_residency else a.legal_days
    if CONSENT.search(one.data_residency or ""):
        legal = a.customer_consent_days
    reserved = one.fallback_capacity == "reserved"
    if not one.data_residency and (
        reserved or one.fallback in (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC)
    ):
        legal = 0.0
    needed = max(7 * effort(hit, event, a) / people, legal) + a.evaluation_days
    notice = event.notice_days
    if event.kind in PROMISED and not event.dated:
        notice = max(notice, one.provider_notice_days or 0.0)
    if event.kind == "model_retirement":
        notice = time_to_move(one, event, notice, a, begins)
    queue = 0.0
    if event.kind in (FailureKind.WIND_DOWN, FailureKind.ACQUISITION) and not reserved:
        queue = event.queue_days + a.queue_days
    return max(0.0, needed + queue - notice)


def time_to_move(
    one: Dependency, event: Event, notice: float, a: Assumptions, begins: float
) -> float:
    """Days between the beginning of the move and the last day.

    Who is on time begins when the end is announced; who is late at any time of the notice left, all
    alike: the last of all begins on the last day.
    """
    late = (begins - a.begins_on_time) / (1 - a.begins_on_time) if a.begins_on_time < 1 else -1.0
    if event.dated and one.switch_begun is not None:
        late = begins if one.switch_begun == "no" else -1.0
    return event.passed_days + notice if late < 0 else notice - late * notice


def cost(startup: Startup, hit: Hit, event: Event, a: Assumptions) -> float:
    """One-off: engineers, evaluation, tuning again, notice paid for nothing, a dearer price."""
    one = hit.one
    spend = one.spend_usd_per_month or 0.0
    found = effort(hit, event, a) * a.engineer_week_usd + a.evaluation_usd
    if one.depth is Depth.FINE_TUNED:
        found += a.fine_tune_usd
    found *= switch_part(startup, one, event)
    if event.kind in BILLED:
        notice = a.unknown_notice_days if one.notice_days is None else one.notice_days
        found += notice * 12 / 365 * spend
    return found + a.price_horizon_months * max(0.0, a.replacement_price_change) * spend


def switch_part(startup: Startup, one: Dependency, event: Event) -> float:
    """A dependency's part of what moving all of its startup's that move with it costs once.

    A model's end or price moves what calls that model there, everything else the whole service.
    """
    alike = ["developer", "host", "depth"]
    if event.kind in (FailureKind.MODEL_RETIREMENT, FailureKind.PRICE_SHOCK):
        alike.append("model")

    def moves_with(other: Dependency) -> bool:
        return all(getattr(other, name) == getattr(one, name) for name in alike)

    shares = [
        (other.key, share)
        for share, _, members in lines_of(startup)
        for other in members
        if moves_with(other)
    ]
    whole = sum(share for _, share in shares)
    own = sum(share for key, share in shares if key == one.key)
    return own / whole if whole > 0 else 1 / len(shares)


def lost_service(days: float, hit: Hit, case: object, a: Assumptions) -> float:
    """U = φ [min(τ, T⁺) + (1 - η(1 - φ_alt)) max(0, T⁺ - τ)]."""
    hours = case.buffer_hours  # type: ignore[attr-defined]
    felt = max(0.0, days - (a.buffer_hours if hours is None else hours) / 24)
    share, late = takes_over(hit.one, a)
    effective = share * (1 - hit.backup)
    return hit.severity * (min(late, felt) + (1 - effective) * max(0.0, felt - late))


def takes_over(one: Dependency, a: Assumptions) -> tuple[float, float]:
    """Share of the workload a fallback takes and after how many days; undated tests prove none."""
    state = one.fallback or Fallback.NONE
    if state is Fallback.NONE:
        return 0.0, 0.0
    if state is Fallback.TESTED:
        state = Fallback.UNTESTED
    return getattr(a, f"fallback_{state}"), getattr(a, f"failover_{state}_days")


def business(lost: float, kept: float, quality: float, a: Assumptions) -> float:
    """Days of margin: interruption, customers gone for good, worse quality; a year at most."""
    gone = churned(lost, a)
    return min(lost * kept + gone * a.churn_horizon_days + quality, a.churn_horizon_days)


def churned(lost: float, a: Assumptions) -> float:
    """The share of customers who do not come back, straight between the curve's knots."""
    knots = [knot * a.churn_scale_days for knot in CHURN_KNOTS]
    shares = [a.churn_maximum * (1 - exp(-(knot**a.churn_exponent))) for knot in CHURN_KNOTS]
    return float(np.interp(lost, knots, shares))


def money_after(
    startup: Startup, developer: str, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[float, float]:
    """Months of runway and chance to run out in 12 months, once a developer has wound down.

    Over the ways in which its end reaches the startup; what left for good is a month's margin every
    month. Only for startups that know cash and burn.
    """
    numbers, placed = assumptions, place_startup(startup, catalog, today)
    chain, events = events_behind([startup], catalog=catalog, assumptions=numbers, today=today)
    ends = [one for one in events if (one.kind, one.root) == ("wind_down", developer)]
    months, chance, rest = 0.0, 0.0, 1.0
    cash, burn = startup.cash_usd, startup.monthly_burn_usd
    assert cash is not None
    assert burn is not None
    if not ends:
        return min(runway_months(cash, burn), 1e9), _runs_out(cash, burn, burn, numbers)
    patterns = event_patterns(chain, max(ends, key=lambda one: one.rate_per_year))
    for pattern, probability in enumerate(patterns.probability):
        spent, gone = _money_lost(startup, patterns, pattern, placed, numbers)
        rest -= float(probability)
        months += float(probability) * min(runway_months(cash - spent, burn + gone), 1e9)
        chance += float(probability) * _runs_out(cash - spent, burn + gone, burn, numbers)
    months += rest * min(runway_months(cash, burn), 1e9)
    return months, chance + rest * _runs_out(cash, burn, burn, numbers)


def _runs_out(cash: float, burn: float, usual: float, a: Assumptions) -> float:
    return cash_out_probability(
        cash_usd=cash, burn_usd_per_month=burn, volatility_usd=a.burn_volatility * usual
    )


def _money_lost(
    startup: Startup, patterns: EventPatterns, pattern: int, placed: PlacedStartup, a: Assumptions
) -> tuple[float, float]:
    """USD at once and USD a month, in one pattern of an end."""
    spent = gone = 0.0
    event = patterns.event
    for share, case, members in lines_of(startup):
        down = [
            hit for one in members if (hit := _hit(one, patterns, pattern, placed, a)).severity > 0
        ]
        any_suffices = case.requirement is Requirement.ANY and len(members) > 1  # type: ignore[attr-defined]
        if not down or (any_suffices and len(down) < len(members)):
            continue
        combine = min if any_suffices else max
        lost = combine(lost_service(gate(startup, one, event, a), one, case, a) for one in down)
        worse = max(unlike(one, event, a) for one in down) * a.quality_loss * a.quality_days
        margin = margin_of(startup, case, a) * share
        spent += margin * min(lost + worse, 365)
        spent += sum(cost(startup, one, event, a) for one in down)
        gone += margin * 365 / 12 * churned(lost, a)
    return spent, gone
