"""The register with what drills showed, contracts promise and analysts said laid over it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from risk.alternatives.drills import Drill, with_drills
from risk.alternatives.judgements import Decided, Judgements, Needs
from risk.alternatives.results import Criterion
from risk.alternatives.topics import (
    AGREEMENTS,
    NEEDS,
    Judgement,
    Topic,
    criterion_of,
    read_value,
)
from risk.assumptions import Assumptions
from risk.inventory.records import Dependency, ExitPlan, Portfolio, Startup


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

    def shown(startup: Startup, dependency: Dependency) -> Dependency:
        key = (startup.name, dependency.key)
        tried = with_drills(dependency, by_key.get(key, ()), assumptions)
        return _as_agreed(tried, said.get(key, ()))

    return replace(
        portfolio,
        startups=tuple(
            _each(one, shown) if one.name in concerned else one for one in portfolio.startups
        ),
    )


def _each(startup: Startup, shown: Callable[[Startup, Dependency], Dependency]) -> Startup:
    return replace(
        startup,
        use_cases=tuple(
            replace(case, dependencies=tuple(shown(startup, one) for one in case.dependencies))
            for case in startup.use_cases
        ),
    )


def _as_agreed(dependency: Dependency, said: Iterable[Judgement]) -> Dependency:
    """With what its contract promises; an exit plan that an analyst judged stands as judged."""
    facts: dict[str, Any] = {}
    for one in said:
        value = read_value(one.topic, one.value)
        facts[one.topic.value] = value
        if one.topic is Topic.EXIT_PLAN and value is not ExitPlan.TESTED:
            facts["exit_plan_tested_on"] = None
    return replace(dependency, **facts) if facts else dependency


def judgements_of(said: Iterable[Judgement]) -> Judgements:
    """What analysts said, as the options' checks and costs read it."""
    needs: dict[tuple[str, str], dict[str, Any]] = {}
    answers: dict[tuple[str, str, str, Criterion], Decided] = {}
    alike: dict[tuple[str, str], Decided] = {}
    for one in said:
        if one.topic in NEEDS:
            facts = needs.setdefault((one.startup, one.use_case), {})
            facts[one.topic.value] = read_value(one.topic, one.value)
            continue
        criterion = criterion_of(one)
        if one.topic is Topic.ANSWER and criterion is not None:
            answers[one.startup, one.use_case, one.subject, criterion] = _decided(one)
        elif one.topic is Topic.ALIKE:
            alike[one.subject, one.other] = _decided(one)
    return Judgements(
        needs={key: Needs(**facts) for key, facts in needs.items()}, answers=answers, alike=alike
    )


def _decided(one: Judgement) -> Decided:
    value = read_value(one.topic, one.value)
    number = float(value) if isinstance(value, bool | float) else 0.0
    return Decided(value=number, reason=one.reason, by=one.by)


def overridden(said: Iterable[Judgement], topic: Topic) -> Mapping[tuple[str, str], Judgement]:
    """By (startup, dependency key): what stands instead of a derived figure."""
    return {(one.startup, one.dependency_key): one for one in said if one.topic is topic}
