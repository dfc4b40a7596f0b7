"""One startup through one falter: what each dependency goes through, and the cost by day."""

from dataclasses import dataclass
from datetime import date

from risk.alternatives.herding import herd_after
from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.event_losses import event_losses
from risk.hazard.patterns import event_patterns
from risk.inventory.records import Portfolio
from risk.portfolio.book import open_book
from risk.scenarios.course import DependencyCourse, dependency_courses
from risk.scenarios.event import filled, limited, path_days, scenario_event, shown_days
from risk.scenarios.results import Scenario
from risk.scenarios.roots import find_root


@dataclass(frozen=True, kw_only=True)
class StartupCourse:
    """``by_day`` is (day, USD lost by then) if the falter hits, averaged over how it may hit.

    ``hit_probability`` is how likely the falter reaches the startup at all. Without ``courses``
    it never does.
    """

    scenario: Scenario
    hit_probability: float
    courses: tuple[DependencyCourse, ...]
    by_day: tuple[tuple[float, float], ...]


def startup_course(
    portfolio: Portfolio,
    startup: str,
    scenario: Scenario,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> StartupCourse:
    """What one startup of the portfolio goes through if the scenario happens today.

    The others count too: they look for room at the same alternatives.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has the scenario's root name.
        KeyError: the portfolio has no such startup.
    """
    catalog = limited(catalog, scenario)
    book = open_book(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    root = find_root(scenario.root, book, catalog)
    event = scenario_event(scenario, root, book, catalog, assumptions)
    shown = filled(scenario, event, root, scenario.customer)
    member = {one.startup.name: one for one in book.members}[startup]
    patterns = event_patterns(book.chain, event)
    crowd = herd_after(patterns, book, catalog=catalog, assumptions=assumptions, today=today)
    path = path_days(event)
    losses = event_losses(
        member.numbers,
        (patterns,),
        member.placed.places,
        assumptions,
        durations=path,
        crowding=crowd.crowding if crowd else None,
    )
    if not losses:
        return StartupCourse(scenario=shown, hit_probability=0.0, courses=(), by_day=())
    loss = losses[0]
    chance = float(loss.probability.sum())
    mean = (loss.probability @ loss.loss.total.mean(axis=1)) / chance
    return StartupCourse(
        scenario=shown,
        hit_probability=chance,
        courses=dependency_courses(member, patterns, loss, assumptions, crowd),
        by_day=tuple(zip(shown_days(path).tolist(), mean.tolist(), strict=True)),
    )
