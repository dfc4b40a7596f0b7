"""One falter, today, on the whole portfolio: who loses what, through whom, day by day.

Links that pass a falter only sometimes are averaged over: a startup on a licensed copy carries
the probability that the copy goes too. docs/method.md §2 and product page "Stress test".
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.catalog.records import Catalog
from risk.exposure.event_losses import EventLoss, event_losses
from risk.exposure.score import interval_of
from risk.exposure.solvency import money_after
from risk.exposure.vulnerability import MONEY_PARTS, switch_terms
from risk.hazard.durations import Duration, FixedDuration, Permanent
from risk.hazard.events import Event, falter_rows
from risk.hazard.patterns import EventPatterns, event_patterns
from risk.inventory.records import Portfolio
from risk.portfolio.book import Book, Member, open_book
from risk.scenarios.results import Scenario, StressedStartup, StressResult

Array = NDArray[np.float64]

DEFAULT_DAYS: Mapping[FalterKind, float] = {
    FalterKind.OUTAGE: 1.0,
    FalterKind.DEGRADED: 1.0,
    FalterKind.REGIONAL_BLOCK: 28.0,
}
DEFAULT_SEVERITY: Mapping[FalterKind, float] = {FalterKind.DEGRADED: 0.3}
#: How long the day-by-day path of a permanent falter is drawn, in days after it takes effect.
PERMANENT_HORIZON_DAYS = 180.0
PATH_POINTS = 46


class UnknownRoot(ValueError):
    """The name is neither a provider, a service nor a model of the catalogue."""


def stress_portfolio(
    portfolio: Portfolio,
    scenario: Scenario,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> StressResult:
    """The expected loss of every startup if the scenario happens today, in USD.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has the scenario's root name.
    """
    book = open_book(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    root = find_root(scenario.root, book, catalog)
    event = scenario_event(scenario, root, book, catalog, assumptions)
    patterns = event_patterns(book.chain, event)
    path = _path_days(event)
    hit: list[StressedStartup] = []
    by_day = np.zeros(len(path))
    unaffected: list[str] = []
    for member in book.members:
        losses = event_losses(
            member.numbers, (patterns,), member.placed.places, assumptions, durations=path
        )
        if scenario.kind is FalterKind.LEADERSHIP_CRISIS or not losses:
            unaffected.append(member.startup.name)
            continue
        by_day += _mean_path(losses[0])
        hit.append(_stressed(member, losses[0], patterns, book, assumptions))
    return StressResult(
        scenario=_filled(scenario, event, root),
        total_usd=sum(one.loss_usd for one in hit),
        by_day=tuple(
            (float(day), float(usd)) for day, usd in zip(_shown(path), by_day, strict=True)
        ),
        startups=tuple(sorted(hit, key=lambda one: (-one.loss_usd, one.startup))),
        unaffected=tuple(unaffected),
        herd=None,
        note=_note(scenario, event, hit),
    )


def find_root(name: str, book: Book, catalog: Catalog) -> str:
    """The node meant by ``name``, ignoring case: provider, service or model.

    Raises:
        UnknownRoot: no such node; the message names the closest providers.
    """
    wanted = name.strip().casefold()
    for names in (catalog.providers, catalog.services, book.chain.graph.nodes, catalog.models):
        for one in names:
            if one.casefold() == wanted:
                return str(one)
    near = [one for one in catalog.providers if wanted[:4] and wanted[:4] in one.casefold()]
    hint = f" Did you mean {', '.join(near[:3])}?" if near else ""
    raise UnknownRoot(f"'{name}' is not a provider, service or model in the catalogue.{hint}")


def scenario_event(
    scenario: Scenario, root: str, book: Book, catalog: Catalog, assumptions: Assumptions
) -> Event:
    """The scenario as an event; what it leaves open comes from the model's own rates."""
    kind = scenario.kind
    rows = [row for row in falter_rows(root, catalog, book.chain) if row.kind is kind]
    fallback = [row for row in catalog.rates if row.kind is kind]
    row = next(iter(rows or fallback), None)
    notice = scenario.notice_days
    if notice is None:
        notice = row.notice_days if row else 0.0
    severity = scenario.severity
    if severity is None:
        blocked = kind is FalterKind.REGIONAL_BLOCK
        severity = assumptions.region_share if blocked else DEFAULT_SEVERITY.get(kind, 1.0)
    days = DEFAULT_DAYS.get(kind, 1.0) if scenario.days is None else scenario.days
    duration: Duration = Permanent() if kind in PERMANENT_KINDS else FixedDuration(days)
    return Event(
        root=root,
        kind=kind,
        level="scenario",
        rate_per_year=0.0,
        severity=severity,
        duration=duration,
        notice_days=notice,
        price_multiple=scenario.price_multiple or assumptions.price_multiple,
    )


def _path_days(event: Event) -> Array:
    """Points in time at which the loss is drawn; the last one carries the whole loss."""
    if isinstance(event.duration, FixedDuration):
        return np.linspace(0.0, max(event.duration.days, 1e-6), PATH_POINTS)
    return np.append(np.linspace(0.0, PERMANENT_HORIZON_DAYS, PATH_POINTS - 1), np.inf)


def _shown(path: Array) -> Array:
    """Infinity, the whole loss, is shown one year after the falter takes effect."""
    return np.where(np.isinf(path), 365.0, path)


def _mean_path(loss: EventLoss) -> Array:
    by_draw = np.einsum("s,sdn->dn", loss.probability, loss.loss.total)
    return np.asarray(by_draw.mean(axis=0))


def _stressed(
    member: Member,
    loss: EventLoss,
    patterns: EventPatterns,
    book: Book,
    assumptions: Assumptions,
) -> StressedStartup:
    by_draw = loss.expected_by_draw(loss.loss.total)
    interval = interval_of(by_draw)
    parts = {
        name: float(loss.expected_by_draw(getattr(loss.loss, name)).mean()) for name in MONEY_PARTS
    }
    chance = float(loss.probability.sum())
    runway, cash_out = money_after(member.startup, loss, assumptions)
    lost = float(loss.expected_by_draw(loss.loss.lost_days).mean())
    return StressedStartup(
        startup=member.startup.name,
        loss_usd=float(by_draw.mean()),
        loss_low_usd=interval.low,
        loss_high_usd=interval.high,
        parts=parts,
        hit_probability=chance,
        lost_service_days=lost,
        hit_through=_ways(member, patterns, book),
        switched_on_day=_switch_day(member, loss, assumptions),
        queue_days=None,
        runway_months=runway,
        cash_out_probability=cash_out,
    )


def _ways(member: Member, patterns: EventPatterns, book: Book) -> tuple[str, ...]:
    """The path from root to each service that may be hit, with the probability of being hit."""
    event = patterns.event
    found: dict[str, None] = {}
    for key, place in member.placed.places.items():
        severity = patterns.severity.get(place.endpoint)
        if severity is None or severity.max() <= 0:
            continue
        chance = float(patterns.probability @ (severity > 0))
        nodes = list(book.chain.path(event.root, place.endpoint, event.kind))[:-1]
        service = member.placed.endpoint_of[key].service.name
        if service not in nodes:
            nodes.append(service)
        found[f"{' → '.join(nodes)} ({chance:.0%})".replace("%)", " %)")] = None
    return tuple(found)


def _switch_day(member: Member, loss: EventLoss, assumptions: Assumptions) -> float | None:
    """Median day by which all that was hit has been switched; None if waiting is cheaper."""
    switched = loss.loss.switched[..., -1]
    if loss.probability @ switched.mean(axis=1) < loss.probability.sum() / 2:
        return None
    days = [
        float(np.median(switch_terms(one, loss.event.kind, assumptions).days))
        for case in member.numbers.use_cases
        for one in case.dependencies
        if loss.by_dependency[one.dependency.key].max() > 0
    ]
    return max(0.0, max(days) - loss.event.notice_days) if days else None


def _filled(scenario: Scenario, event: Event, root: str) -> Scenario:
    """The scenario with every setting spelled out."""
    if event.kind is FalterKind.LEADERSHIP_CRISIS:
        return replace(scenario, root=root)
    length = event.duration.days if isinstance(event.duration, FixedDuration) else None
    multiple = event.price_multiple if event.kind is FalterKind.PRICE_SHOCK else None
    return replace(
        scenario,
        root=root,
        days=length,
        severity=event.severity,
        notice_days=event.notice_days,
        price_multiple=multiple,
    )


def _note(scenario: Scenario, event: Event, hit: list[StressedStartup]) -> str:
    if scenario.kind is FalterKind.LEADERSHIP_CRISIS:
        return (
            "A leadership crisis stops no service by itself. It makes outages, an acquisition and "
            "a wind-down likelier: test a wind-down to see what is at stake."
        )
    if not hit:
        return f"Nobody in this portfolio stands on {event.root} in a way that this falter reaches."
    return (
        "Expected loss if it happens, averaged over links that pass a falter only sometimes and "
        "over facts that nobody stated. Queues for spare capacity are not modelled yet."
    )
