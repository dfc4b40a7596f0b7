"""What a startup goes through, moment by moment, while its provider falters.

The same terms as the loss (docs/method.md §3) at the median of what nobody stated: buffer, the
fallback taking over, the part of the work that it carries, and the end by switching or recovery.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from risk.alternatives.herding import Herd
from risk.assumptions import Assumptions
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.exposure.event_losses import ALONE, Crowding, EventLoss
from risk.exposure.numbers import DependencyNumbers
from risk.exposure.promises import notice_days, promises_of, queue_days, share_lost
from risk.exposure.vulnerability import switch_terms
from risk.hazard.durations import FixedDuration
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.portfolio.book import Member
from risk.scenarios.results import Stage, StartupState

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


def dependency_courses(
    member: Member,
    patterns: EventPatterns,
    loss: EventLoss,
    assumptions: Assumptions,
    crowd: Herd | None = None,
) -> tuple[DependencyCourse, ...]:
    """The course of every dependency that the event may hit, in the order of the register.

    The ``crowd`` is the rush that the event sets off, if it does.
    """
    switches = _switches(loss)
    found = []
    for case in member.numbers.use_cases:
        for one in case.dependencies:
            key = one.dependency.key
            if loss.by_dependency[key].max() <= 0:
                continue
            promises = promises_of(one.dependency)
            event = replace(patterns.event, notice_days=notice_days(patterns.event, promises))
            # What escrow keeps going is carried as if by a fallback that is there at once.
            kept = 1 - share_lost(event.kind, promises, assumptions)
            carried = _carried(member, one, patterns, assumptions) * _rush(one, crowd).admission
            days = switch_median(one, event.kind, assumptions, crowd)
            found.append(
                DependencyCourse(
                    use_case=case.name,
                    service=member.placed.endpoint_of[key].service.name,
                    stages=_stages(
                        event,
                        buffer=case.buffer_days,
                        failover=0.0 if kept > 0 else float(np.median(one.failover_days)),
                        carried=max(carried, kept),
                        switch_days=days,
                        switches=switches,
                    ),
                    carried=1 - (1 - carried) * (1 - kept),
                    switch_days=days,
                )
            )
    return tuple(found)


def switch_median(
    one: DependencyNumbers, kind: FalterKind, assumptions: Assumptions, crowd: Herd | None = None
) -> float:
    """Median days from the first notice until the dependency has been switched."""
    queue = queue_days(kind, promises_of(one.dependency), assumptions)
    queue += _rush(one, crowd).queue_days
    return float(np.median(switch_terms(one, kind, assumptions).days)) + queue


def gate_days(
    one: DependencyNumbers, event: Event, assumptions: Assumptions, crowd: Herd | None = None
) -> float:
    """Median days from when the falter takes effect until the dependency has been switched."""
    notice = notice_days(event, promises_of(one.dependency))
    return max(0.0, switch_median(one, event.kind, assumptions, crowd) - notice)


def _rush(one: DependencyNumbers, crowd: Herd | None) -> Crowding:
    return crowd.crowding.get(one.dependency.key, ALONE) if crowd else ALONE


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


def _stages(
    event: Event,
    *,
    buffer: float,
    failover: float,
    carried: float,
    switch_days: float,
    switches: bool,
) -> tuple[Stage, ...]:
    permanent = event.kind in PERMANENT_KINDS
    gate = max(0.0, switch_days - event.notice_days)
    end: float | None = gate if switches else None
    last = StartupState.SWITCHED
    if isinstance(event.duration, FixedDuration):
        length = event.duration.days
        recovers = not switches or length <= gate
        end, last = (length, StartupState.RECOVERED) if recovers else (gate, last)
    steps: list[tuple[StartupState, float, float | None]] = []
    if permanent and event.notice_days > 0:
        steps.append((StartupState.NOTICE, -event.notice_days, 0.0))
    if event.kind is FalterKind.PRICE_SHOCK:
        steps.append((StartupState.DEARER, 0.0, end))
    else:
        steps.append((StartupState.BUFFER, 0.0, buffer))
        takes_over = carried > LEAST_CARRIED
        if takes_over:
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
    """Cut every step at the end of the falter and leave out what has no length."""
    ending = (StartupState.SWITCHED, StartupState.RECOVERED)
    for state, start, stop in steps:
        if end is not None and state not in ending:
            stop = end if stop is None else min(stop, end)
        if stop is None or stop > start:
            yield Stage(state=state, from_day=start, to_day=stop)


def _switches(loss: EventLoss) -> bool:
    """True if more likely than not, once hit, switching is cheaper than waiting."""
    switched = loss.loss.switched[..., -1].mean(axis=1)
    return bool(loss.probability @ switched >= loss.probability.sum() / 2)


def _carried(
    member: Member, one: DependencyNumbers, patterns: EventPatterns, assumptions: Assumptions
) -> float:
    """η (1 - φ_alt), averaged over the patterns in which the dependency itself is hit."""
    place = member.placed.places[one.dependency.key]
    severity = patterns.severity[place.endpoint]
    hit = patterns.probability * (severity > 0)
    if place.fallback is None:
        shared = severity * assumptions.fallback_shared_root
    else:
        shared = patterns.severity.get(place.fallback, np.zeros(len(severity)))
    works = 1 - float(hit @ shared) / float(hit.sum())
    return float(np.median(one.fallback_effectiveness)) * works
