"""Evidence laid over the register: what drills showed, contracts promise and analysts said.

Only a drill that passed counts, and only the newest one of its kind: a fallback that failed last
week is not tested, whatever it did last year. docs/method.md §3, §6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from risk.alternatives.judgements import AGREEMENTS, Judgement, Topic, read_value
from risk.assumptions import Assumptions
from risk.inventory.records import Dependency, ExitPlan, Fallback, Portfolio, Startup


class DrillKind(StrEnum):
    """What was tried: failing over to the second provider, or leaving the first one for good."""

    FALLBACK = "fallback"
    EXIT = "exit"


@dataclass(frozen=True, kw_only=True)
class Drill:
    """One drill for one dependency.

    ``evals_passed`` of ``evals_total`` evaluations on the use case's own data passed; ``hours``
    until the work was done by the other provider (None: not measured).
    """

    startup: str
    use_case: str
    dependency_key: str
    kind: DrillKind
    held_on: date
    evals_passed: int
    evals_total: int
    hours: float | None
    conducted_by: str
    source: str

    def passed(self, pass_share: float) -> bool:
        """Whether at least this share of the evaluations passed; none at all proves nothing."""
        return self.evals_total > 0 and self.evals_passed >= pass_share * self.evals_total


def newest(drills: Iterable[Drill], kind: DrillKind) -> Drill | None:
    """The newest drill of a kind; of one day's the last that is told."""
    of_kind = [one for one in drills if one.kind is kind]
    return max(reversed(of_kind), key=lambda one: one.held_on, default=None)


def with_drills(
    dependency: Dependency, drills: Iterable[Drill], assumptions: Assumptions
) -> Dependency:
    """The dependency as its drills show it; without any it stays as the register has it.

    A passed drill of the fallback makes it tested on that day, unless the register has a newer
    test; failover that works by itself stays that. A failed one newer than any test makes it
    untested. The same holds for the exit plan, which after a failed drill is a written one.
    """
    known = list(drills)
    tried = newest(known, DrillKind.FALLBACK)
    if tried is not None:
        dependency = _with_fallback(dependency, tried, assumptions)
    left = newest(known, DrillKind.EXIT)
    if left is None:
        return dependency
    if left.passed(assumptions.drill_pass_share):
        return replace(dependency, exit_plan=ExitPlan.TESTED, exit_plan_tested_on=left.held_on)
    return replace(dependency, exit_plan=ExitPlan.WRITTEN, exit_plan_tested_on=None)


def _with_fallback(dependency: Dependency, tried: Drill, assumptions: Assumptions) -> Dependency:
    stated = dependency.fallback_tested_on
    if stated is not None and stated > tried.held_on:
        return dependency
    passed = tried.passed(assumptions.drill_pass_share)
    if dependency.fallback is Fallback.AUTOMATIC and passed:
        return dependency
    return replace(
        dependency,
        fallback=Fallback.TESTED if passed else Fallback.UNTESTED,
        fallback_tested_on=tried.held_on if passed else None,
        fallback_hours=tried.hours if passed else None,
    )


def with_evidence(
    portfolio: Portfolio,
    drills: Sequence[Drill],
    judgements: Sequence[Judgement],
    assumptions: Assumptions,
) -> Portfolio:
    """The portfolio as evidence shows it: what is scored, instead of what was once written down.

    A drill or agreement about a dependency that is no longer in the register changes nothing.
    """
    by_key: dict[tuple[str, str], list[Drill]] = {}
    for drill in drills:
        by_key.setdefault((drill.startup, drill.dependency_key), []).append(drill)
    said: dict[tuple[str, str], list[Judgement]] = {}
    for one in judgements:
        if one.topic in AGREEMENTS or one.topic is Topic.EXIT_PLAN:
            said.setdefault((one.startup, one.dependency_key), []).append(one)
    if not by_key and not said:
        return portfolio
    concerned = {startup for startup, _ in (*by_key, *said)}

    def shown(startup: Startup) -> Startup:
        if startup.name not in concerned:
            return startup
        cases = []
        for case in startup.use_cases:
            found = []
            for one in case.dependencies:
                key = (startup.name, one.key)
                tried = with_drills(one, by_key.get(key, ()), assumptions)
                found.append(_as_agreed(tried, said.get(key, ())))
            cases.append(replace(case, dependencies=tuple(found)))
        return replace(startup, use_cases=tuple(cases))

    return replace(portfolio, startups=tuple(shown(one) for one in portfolio.startups))


def _as_agreed(dependency: Dependency, said: Iterable[Judgement]) -> Dependency:
    """With what its contract promises; an exit plan that an analyst judged stands as judged."""
    facts: dict[str, Any] = {}
    for one in said:
        value = read_value(one.topic, one.value)
        facts[one.topic.value] = value
        if one.topic is Topic.EXIT_PLAN and value is not ExitPlan.TESTED:
            facts["exit_plan_tested_on"] = None
    return replace(dependency, **facts) if facts else dependency
