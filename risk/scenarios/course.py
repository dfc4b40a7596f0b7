"""Course of a disruption for a startup, moment by moment.

The same terms as the loss (docs/method.md §3), in the middle of the worlds: buffer, the fallback
taking over, the part of the work that it carries, and the end by switching or recovery.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.hazard.durations import FixedDuration
from risk.hazard.events import Event
from risk.loss.components import (
    HIGH,
    HIT,
    LINK_BUFFER,
    LINK_CARRIED,
    LINK_CHANCE,
    LINK_FAILOVER,
    LINK_KEPT,
    LINK_MOVED,
    LINK_NOTICE,
    LINK_SWITCH,
    LOW,
)
from risk.loss.exposures import Exposures
from risk.loss.valuation import Valuation
from risk.scenarios.event import filled, path_days, shown_days
from risk.scenarios.happening import Happening, dependencies_of, happening_of, losses_by, struck
from risk.scenarios.results import Scenario, Stage, StartupState

Array = NDArray[np.float64]

#: A fallback that carries less than this is as good as none.
LEAST_CARRIED = 0.005
#: From bad to good: of several dependencies the worst state is shown.
WORST_FIRST = (
    StartupState.WAITING,
    StartupState.FAILOVER,
    StartupState.DEGRADED,
    StartupState.DEARER,
    StartupState.BUFFER,
    StartupState.NOTICE,
    StartupState.SWITCHED,
    StartupState.RECOVERED,
)


@dataclass(frozen=True, kw_only=True)
class DependencyCourse:
    """One dependency's stages if it is hit; ``carried`` is the share that its fallback takes over.

    ``switch_days`` is the time to switch counted from the first notice, the queue included.
    """

    use_case: str
    service: str
    stages: tuple[Stage, ...]
    carried: float
    switch_days: float


def link_courses(happening: Happening, exposures: Exposures) -> dict[int, DependencyCourse]:
    """The courses of those dependencies of some startups that the disruption may hit, by place.

    Use cases have no names yet.
    """
    told = dependencies_of(happening, exposures)
    chance = told[:, :, LINK_CHANCE]
    with np.errstate(invalid="ignore", divide="ignore"):
        given = told / chance[:, :, None]
    found, routes = {}, happening.valuation.book.routes
    for place in np.flatnonzero(chance.max(axis=0, initial=0.0) > 0).tolist():
        middle = np.nanmedian(given[:, place], axis=0)
        carried, kept = float(middle[LINK_CARRIED]), float(middle[LINK_KEPT])
        found[place] = DependencyCourse(
            use_case="",
            service=routes[exposures.route[place]].endpoint.service.name,
            stages=_stages(happening.event, middle),
            carried=1 - (1 - carried) * (1 - kept),
            switch_days=float(middle[LINK_SWITCH]),
        )
    return found


def stages_of(happening: Happening, exposures: Exposures) -> tuple[tuple[Stage, ...], ...]:
    """What each of some startups goes through: the worst state of its dependencies."""
    links = np.repeat(
        np.repeat(np.arange(len(exposures)), np.diff(exposures.case_start)),
        np.diff(exposures.link_start),
    )
    own: list[list[tuple[Stage, ...]]] = [[] for _ in range(len(exposures))]
    for place, one in link_courses(happening, exposures).items():
        own[links[place]].append(one.stages)
    return tuple(worst_stages(each) for each in own)


def worst_stages(courses: Iterable[Sequence[Stage]]) -> tuple[Stage, ...]:
    """The worst state of several courses at every moment, neighbours of one state joined."""
    courses = [one for one in courses if one]
    if not courses:
        return ()
    last = max(stage.from_day for one in courses for stage in one)
    ends = {stage.to_day for one in courses for stage in one if stage.to_day is not None}
    cuts = sorted({stage.from_day for one in courses for stage in one} | ends)
    found: list[Stage] = []
    for start, end in zip(cuts, [*cuts[1:], None], strict=True):
        states = {state for one in courses if (state := _state_at(one, start)) is not None}
        if not states:
            continue
        state = next(one for one in WORST_FIRST if one in states)
        if found and found[-1].state is state:
            found[-1] = Stage(state=state, from_day=found[-1].from_day, to_day=end)
        else:
            found.append(Stage(state=state, from_day=start, to_day=end))
        if start >= last and end is None:
            break
    return tuple(found)


def state_on(stages: Sequence[Stage], day: float) -> StartupState | None:
    """The state at a moment; None before the course begins."""
    return _state_at(stages, day)


def _state_at(stages: Sequence[Stage], day: float) -> StartupState | None:
    for one in stages:
        if one.from_day <= day and (one.to_day is None or day < one.to_day):
            return one.state
    return None


def _stages(event: Event, middle: Array) -> tuple[Stage, ...]:
    """The stages of a dependency of which ``middle`` (OF_LINK,) is told."""
    permanent = event.kind in PERMANENT_KINDS
    notice, buffer = float(middle[LINK_NOTICE]), float(middle[LINK_BUFFER])
    # What escrow keeps going is carried as if by a fallback that is there at once.
    carried = max(float(middle[LINK_CARRIED]), float(middle[LINK_KEPT]))
    failover = 0.0 if middle[LINK_KEPT] > 0 else float(middle[LINK_FAILOVER])
    gate = max(0.0, float(middle[LINK_SWITCH]) - notice)
    switches = bool(middle[LINK_MOVED] >= 0.5)
    end: float | None = gate if switches else None
    last = StartupState.SWITCHED
    if isinstance(event.duration, FixedDuration):
        length = event.duration.days
        recovers = not switches or length <= gate
        end, last = (length, StartupState.RECOVERED) if recovers else (gate, last)
    steps: list[tuple[StartupState, float, float | None]] = []
    if permanent and notice > 0:
        steps.append((StartupState.NOTICE, -notice, 0.0))
    if event.kind is FailureKind.PRICE_SHOCK:
        steps.append((StartupState.DEARER, 0.0, end))
    else:
        steps.append((StartupState.BUFFER, 0.0, buffer))
        if carried > LEAST_CARRIED:
            steps.append((StartupState.FAILOVER, buffer, buffer + failover))
            steps.append((StartupState.DEGRADED, buffer + failover, end))
        else:
            steps.append((StartupState.WAITING, buffer, end))
    if end is not None:
        steps.append((last, end, None))
    return tuple(_within(steps, end))


def _within(
    steps: list[tuple[StartupState, float, float | None]], end: float | None
) -> Iterable[Stage]:
    """Cut every step at the end of the disruption and leave out what has no length."""
    ending = (StartupState.SWITCHED, StartupState.RECOVERED)
    for state, start, stop in steps:
        if end is not None and state not in ending:
            stop = end if stop is None else min(stop, end)
        if stop is None or stop > start:
            yield Stage(state=state, from_day=start, to_day=stop)


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
            replace(course, use_case=use_cases[case_of[place]])
            for place, course in link_courses(happening, one).items()
        ),
        by_day=tuple(zip(shown_days(path).tolist(), (lost / chance).tolist(), strict=True)),
        low_usd=float(found.told[0, LOW]) / chance,
        high_usd=float(found.told[0, HIGH]) / chance,
    )
