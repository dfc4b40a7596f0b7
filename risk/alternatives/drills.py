"""Drills as evidence: what a fallback or an exit that was tried says of a dependency.

docs/method.md §3, §6. Only a drill that passed counts, and only the newest one of its kind: a
fallback that failed last week is not tested, whatever it did last year.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from risk.assumptions import Assumptions
from risk.inventory.records import Dependency, ExitPlan, Fallback


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
    """The newest drill of a kind."""
    of_kind = [one for one in drills if one.kind is kind]
    return max(of_kind, key=lambda one: one.held_on, default=None)


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
