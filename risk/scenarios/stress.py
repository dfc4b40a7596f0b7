"""One falter, today, on the whole portfolio: who loses what, through whom, day by day.

Links that pass a falter only sometimes are averaged over: a startup on a licensed copy carries
the probability that the copy goes too. docs/method.md §2 and product page "Stress test".
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.herding import Herd, herd_after
from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.exposure.event_losses import EventLoss, event_losses
from risk.exposure.score import interval_of
from risk.exposure.solvency import money_after
from risk.exposure.vulnerability import MONEY_PARTS
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns, event_patterns
from risk.inventory.records import Portfolio
from risk.portfolio.book import Book, Member, open_book
from risk.scenarios.course import dependency_courses, gate_days, worst_stages
from risk.scenarios.event import filled, limited, path_days, scenario_event, shown_days
from risk.scenarios.results import WORST_HIT, Scenario, StressedStartup, StressResult
from risk.scenarios.roots import find_root

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class _Hit:
    """One startup under the scenario, with its mean loss at every point of the path.

    ``alone_usd`` is its loss if there were room for everybody.
    """

    startup: StressedStartup
    path: Array
    alone_usd: float


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
    catalog = limited(catalog, scenario)
    book = open_book(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    return stress_book(book, scenario, catalog=catalog, assumptions=assumptions, today=today)


def stress_book(
    book: Book, scenario: Scenario, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> StressResult:
    """The same for a portfolio that has been made ready, for several scenarios in a row."""
    root = find_root(scenario.root, book, catalog)
    event = scenario_event(scenario, root, book, catalog, assumptions)
    path = path_days(event)
    patterns = event_patterns(book.chain, event)
    crowd = None
    if scenario.customer is None:
        crowd = herd_after(patterns, book, catalog=catalog, assumptions=assumptions, today=today)
    found = _losing(book, patterns, path, crowd, assumptions)
    hit, others = _only_customer(found, scenario)
    names = {one.startup.startup for one in hit}
    customer = hit[0].startup.startup if scenario.customer and hit else scenario.customer
    by_day = sum((one.path for one in hit), np.zeros(len(path)))
    return StressResult(
        scenario=filled(scenario, event, root, customer),
        total_usd=sum(one.startup.loss_usd for one in hit),
        by_day=tuple(
            (float(day), float(usd)) for day, usd in zip(shown_days(path), by_day, strict=True)
        ),
        startups=tuple(one.startup for one in hit),
        unaffected=tuple(one.startup.name for one in book.members if one.startup.name not in names),
        herd=tuple(asdict(one) for one in crowd.alternatives) if crowd else None,
        note=_note(scenario, event, hit, others),
        crowd=crowd,
        queue_usd=sum(one.startup.loss_usd - one.alone_usd for one in hit),
    )


def _losing(
    book: Book,
    patterns: EventPatterns,
    path: Array,
    crowd: Herd | None,
    assumptions: Assumptions,
) -> list[_Hit]:
    """Every startup that the event can reach, the largest loss first."""
    if patterns.event.kind is FalterKind.LEADERSHIP_CRISIS:
        return []
    found = []
    for member in book.members:
        losses = event_losses(
            member.numbers,
            (patterns,),
            member.placed.places,
            assumptions,
            durations=path,
            crowding=crowd.crowding if crowd else None,
        )
        if losses:
            found.append(_hit(member, losses[0], patterns, book, crowd, assumptions))
    return sorted(found, key=lambda one: (-one.startup.loss_usd, one.startup.startup))


def _only_customer(found: list[_Hit], scenario: Scenario) -> tuple[list[_Hit], list[_Hit]]:
    """Those hit, and those who would be if the falter chose them instead."""
    wanted = scenario.customer
    if wanted is None:
        return found, []
    if wanted == WORST_HIT:
        return found[:1], found[1:]
    chosen = [one for one in found if one.startup.startup.casefold() == wanted.casefold()]
    return chosen, [one for one in found if one not in chosen]


def _hit(
    member: Member,
    loss: EventLoss,
    patterns: EventPatterns,
    book: Book,
    crowd: Herd | None,
    assumptions: Assumptions,
) -> _Hit:
    by_draw = loss.expected_by_draw(loss.loss.total)
    interval = interval_of(by_draw)
    runway, cash_out = money_after(member.startup, loss, assumptions)
    courses = dependency_courses(member, patterns, loss, assumptions, crowd)
    usd = float(by_draw.mean())
    startup = StressedStartup(
        startup=member.startup.name,
        loss_usd=usd,
        loss_low_usd=interval.low,
        loss_high_usd=interval.high,
        parts={
            name: float(loss.expected_by_draw(getattr(loss.loss, name)).mean())
            for name in MONEY_PARTS
        },
        hit_probability=float(loss.probability.sum()),
        lost_service_days=float(loss.expected_by_draw(loss.loss.lost_days).mean()),
        hit_through=_ways(member, patterns, book),
        switched_on_day=_switch_day(member, loss, assumptions, crowd),
        switched_alone_on_day=_switch_day(member, loss, assumptions, None),
        queue_days=crowd.queue_days_of(member.startup.name) if crowd else None,
        runway_months=runway,
        cash_out_probability=cash_out,
        stages=worst_stages(one.stages for one in courses),
    )
    alone = _loss_alone(member, patterns, assumptions) if crowd else usd
    return _Hit(startup=startup, path=_mean_path(loss), alone_usd=alone)


def _loss_alone(member: Member, patterns: EventPatterns, assumptions: Assumptions) -> float:
    losses = event_losses(member.numbers, (patterns,), member.placed.places, assumptions)
    return sum(float(one.expected_by_draw(one.loss.total).mean()) for one in losses)


def _mean_path(loss: EventLoss) -> Array:
    by_draw = np.einsum("s,sdn->dn", loss.probability, loss.loss.total)
    return np.asarray(by_draw.mean(axis=0))


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


def _switch_day(
    member: Member, loss: EventLoss, assumptions: Assumptions, crowd: Herd | None
) -> float | None:
    """Median day by which all that was hit has been switched; None if waiting is cheaper.

    The rush is counted if the ``crowd`` is given.
    """
    switched = loss.loss.switched[..., -1]
    if loss.probability @ switched.mean(axis=1) < loss.probability.sum() / 2:
        return None
    days = [
        gate_days(one, loss.event, assumptions, crowd)
        for case in member.numbers.use_cases
        for one in case.dependencies
        if loss.by_dependency[one.dependency.key].max() > 0
    ]
    return max(days, default=None)


def _note(scenario: Scenario, event: Event, hit: Sequence[_Hit], others: Sequence[_Hit]) -> str:
    if scenario.kind is FalterKind.LEADERSHIP_CRISIS:
        return (
            "A leadership crisis stops no service by itself. It makes outages, an acquisition and "
            "a wind-down likelier: test a wind-down to see what is at stake."
        )
    if not hit:
        return f"Nobody in this portfolio stands on {event.root} in a way that this falter reaches."
    note = (
        "Expected loss if it happens, averaged over links that pass a falter only sometimes and "
        "over facts that nobody stated."
    )
    if scenario.customer is None:
        return note
    if not others:
        return f"{hit[0].startup.startup} alone is cut off. {note}"
    next_one = others[0].startup
    return (
        f"{hit[0].startup.startup} alone is cut off; of the {len(others)} others who could be, "
        f"{next_one.startup} would lose most, ${next_one.loss_usd:,.0f}. {note}"
    )
