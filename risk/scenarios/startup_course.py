"""One startup through one disruption: what each dependency goes through, and the cost by day."""

from dataclasses import dataclass

import numpy as np

from risk.loss import components
from risk.loss.components import HIT
from risk.loss.valuation import Valuation
from risk.scenarios.course import DependencyCourse, link_courses
from risk.scenarios.event import filled, path_days, shown_days
from risk.scenarios.happening import happening_of, losses_by, struck
from risk.scenarios.results import Scenario


@dataclass(frozen=True, kw_only=True)
class StartupCourse:
    """``by_day`` is (day, USD lost by then) if the disruption hits, averaged over how it may hit.

    ``hit_probability`` is how likely it reaches the startup at all. Without ``courses`` it never
    does. ``low_usd`` and ``high_usd`` are the 10 and 90 % points of what is lost in the end.
    """

    scenario: Scenario
    hit_probability: float
    courses: tuple[DependencyCourse, ...]
    by_day: tuple[tuple[float, float], ...]
    low_usd: float = 0.0
    high_usd: float = 0.0


def startup_course(valuation: Valuation, startup: str, scenario: Scenario) -> StartupCourse:
    """What one startup of the portfolio goes through if the scenario happens today.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has the scenario's root name.
        KeyError: the portfolio has no such startup.
    """
    row = valuation.members.place[startup]
    happening = happening_of(valuation, scenario)
    shown = filled(scenario, happening.event, happening.event.root, scenario.customer)
    whole = valuation.book.exposures
    one = whole.taken(np.array([row]))
    found = struck(happening, one)
    if not len(found.rows):
        return StartupCourse(scenario=shown, hit_probability=0.0, courses=(), by_day=())
    named = valuation.members.use_cases
    cases = range(whole.case_start[row], whole.case_start[row + 1])
    use_cases = [named[case] if named is not None else "" for case in cases]
    case_of = np.repeat(np.arange(len(one.case_row)), np.diff(one.link_start))
    chance = float(found.told[0, HIT])
    path = path_days(happening.event)
    lost = losses_by(happening, one, path)[0]
    return StartupCourse(
        scenario=shown,
        hit_probability=chance,
        courses=tuple(
            DependencyCourse(
                use_case=use_cases[case_of[each.place]],
                service=valuation.book.routes[one.route[each.place]].endpoint.service.name,
                stages=each.stages,
                carried=each.carried,
                switch_days=each.switch_days,
            )
            for each in link_courses(happening, one)
        ),
        by_day=tuple(zip(shown_days(path).tolist(), (lost / chance).tolist(), strict=True)),
        low_usd=float(found.told[0, components.LOW]) / chance,
        high_usd=float(found.told[0, components.HIGH]) / chance,
    )
