"""What a startup could do better, each as a changed record: the factors of "why it is high".

docs/method.md §4. Best practice is judgement and nothing is ever moved away from it. Cash and
burn decide how long a startup lasts, not its score, so they are no factor here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from risk.catalog.records import SELF_HOSTED, Answer, Catalog, Role
from risk.inventory.records import (
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Requirement,
    Startup,
    UseCase,
)


class Factor(StrEnum):
    """What is moved to best practice."""

    FALLBACK = "fallback"
    PORTABILITY = "portability"
    NOTICE = "notice"
    LEGAL = "legal"
    CONCENTRATION = "concentration"
    EXIT_PLAN = "exit_plan"
    SHARING = "sharing"


#: Hours of delay that work which waits in a queue can bear.
PATIENT_HOURS = 4.0
#: Most of a workload on one developer that is still called spread.
SPREAD_SHARE = 0.5


def changed_startup(startup: Startup, factor: Factor, catalog: Catalog) -> Startup:
    """The startup's record with one factor at best practice; those not in records are left out."""
    if factor is Factor.CONCENTRATION:
        cases = tuple(_spread(case, catalog) for case in startup.use_cases)
    elif factor is Factor.NOTICE:
        cases = tuple(
            replace(
                _each(case, notice_days=0.0),
                buffer_hours=max(case.buffer_hours or 0.0, PATIENT_HOURS),
            )
            for case in startup.use_cases
        )
    else:
        facts = _FACTS.get(factor, {})
        cases = tuple(_each(case, **facts) for case in startup.use_cases)
    return replace(startup, use_cases=cases)


_FACTS: Mapping[Factor, Mapping[str, Any]] = {
    Factor.FALLBACK: {"fallback": Fallback.AUTOMATIC},
    Factor.PORTABILITY: {"depth": Depth.GATEWAY},
    Factor.EXIT_PLAN: {"exit_plan": ExitPlan.TESTED},
}


def _each(case: UseCase, **facts: Any) -> UseCase:
    changed = tuple(replace(one, **facts) for one in case.dependencies)
    return replace(case, dependencies=changed)


def _spread(case: UseCase, catalog: Catalog) -> UseCase:
    """Half of each workload that one developer dominates, on another top developer's own API."""
    if case.requirement is not Requirement.SHARED:
        return case
    used = {one.developer for one in case.dependencies if one.answer is Answer.YES}
    second = next(iter(_top_developers(catalog, used)), None)
    exposed = sum(one.answer is Answer.YES for one in case.dependencies)
    if second is None or len(used) != 1 or not exposed:
        return case
    return replace(
        case,
        dependencies=tuple(
            part
            for one in case.dependencies
            for part in _halves(one, second, 1 / exposed if one.share is None else one.share)
        ),
    )


def _halves(one: Dependency, second: str, share: float) -> Iterable[Dependency]:
    if one.answer is not Answer.YES or one.host == SELF_HOSTED:
        yield one
        return
    spend = one.spend_usd_per_month
    half = replace(
        one,
        share=share * SPREAD_SHARE,
        spend_usd_per_month=None if spend is None else spend * SPREAD_SHARE,
    )
    yield half
    yield replace(half, key=f"{one.key} (second)", developer=second, host=second, model=None)


def _top_developers(catalog: Catalog, used: Iterable[str | None]) -> Iterable[str]:
    """Developers of the first rank with an API of their own, by name, that are not yet used."""
    own = {one.developer for one in catalog.services.values() if one.developer == one.host}
    for name in sorted(catalog.providers):
        provider = catalog.providers[name]
        top = Role.DEVELOPER in provider.roles and provider.tier == "top"
        if top and name in own and name not in set(used):
            yield name
