"""Reasons why a startup's score is high: what each thing it could do better contributes.

docs/method.md §4. Each set of factors moved to best practice is a variant of the startup with the
same row keys; all are valued in one call, on the same draws of what is unknown, and the difference
is shared out by Shapley values. Best practice is judgement and nothing is ever moved away from it.
Cash and burn decide how long a startup lasts, not its score, so they are no factor here. Where the
score comes from is another question and never mixed with this one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.variants import Setting, world_tables_for
from risk.catalog.records import SELF_HOSTED, Answer, Catalog, Role, Service
from risk.hazard.supply_chain import Endpoint
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import (
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Requirement,
    Startup,
    UseCase,
)
from risk.loss.columns import NO_AGREEMENT, Columns, columns_of
from risk.loss.exposures import Book, book_of
from risk.loss.score import exposure_score
from risk.loss.startup_years import startup_years
from risk.loss.uncertainty import range_of
from risk.loss.valuing import DRAWN_FACTS, value

Array = NDArray[np.float64]


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


FACTORS = tuple(Factor)
#: A fallback that no disruption of a provider takes along.
APART = Endpoint(
    Service(
        name="A provider apart",
        developer=None,
        host="A provider apart",
        form="api",
        source="what a backup on upstreams of its own would be",
        as_of="",
    ),
    None,
)


@dataclass(frozen=True, kw_only=True)
class FactorShare:
    """Score points that one factor adds beyond best practice; negative where it would cost."""

    factor: Factor
    points: float


@dataclass(frozen=True, kw_only=True)
class WhyHigh:
    """``score`` today and ``best_score`` with every factor at best practice, both 0 to 100.

    ``shares`` sum to ``score - best_score`` exactly, largest first.
    """

    startup: str
    score: float
    best_score: float
    shares: tuple[FactorShare, ...]


def why_high(startup: Startup, setting: Setting) -> WhyHigh:
    """Share out what lies between a startup's score and the one that best practice would give."""
    if not exposed_use_cases(startup):
        return WhyHigh(startup=startup.name, score=0.0, best_score=0.0, shares=())
    values = _scores_of(_improved(startup, setting), setting)
    shares = (
        FactorShare(factor=factor, points=float(one))
        for factor, one in zip(FACTORS, shapley_values(values), strict=True)
    )
    return WhyHigh(
        startup=startup.name,
        score=float(values[0]),
        best_score=float(values[-1]),
        shares=tuple(sorted(shares, key=lambda one: -one.points)),
    )


def _improved(startup: Startup, setting: Setting) -> Book:
    """The startup with every set of factors at best practice: the bits of its place in the book."""
    held = [startup]
    for number in range(1, 2 ** len(FACTORS)):
        last = number.bit_length() - 1
        before = held[number - (1 << last)]
        held.append(changed_startup(before, FACTORS[last], setting.catalog))
    return book_of(_apart(columns_of(held, catalog=setting.catalog, today=setting.today)))


def _apart(columns: Columns) -> Columns:
    """The columns with those factors moved that no record says."""
    links = columns.dependencies
    number = columns.cases.startup[links.case]

    def moved(factor: Factor) -> NDArray[np.bool_]:
        return np.asarray(number >> FACTORS.index(factor) & 1 > 0)

    legal = np.where(moved(Factor.LEGAL), NO_AGREEMENT, links.legal)
    backup = np.where(moved(Factor.SHARING), len(columns.endpoints), links.backup)
    return replace(
        columns,
        endpoints=(*columns.endpoints, APART),
        dependencies=replace(links, legal=legal.astype(np.int32), backup=backup.astype(np.int32)),
    )


def _scores_of(book: Book, setting: Setting) -> Array:
    """The scores of a book's startups, (startups,): medians over worlds and draws of rates."""
    world_tables = world_tables_for(book, setting)
    found = value(book.exposures, world_tables)
    tail = startup_years(book.exposures, world_tables).tail_ratio
    drawn = found.y[:, :, 1:DRAWN_FACTS]
    z = (1 + tail)[None, :, None] / 2 * drawn / np.maximum(found.profit, 1e-9)[:, :, None]
    return range_of(exposure_score(z, setting.assumptions)).median


def shapley_values(values: Array) -> Array:
    """Fair shares (factors,) of ``values[0] - values[-1]`` (Shapley 1953).

    ``values`` (2^factors,) is the outcome with each set of factors moved; bit i of the index says
    whether factor i is. Each factor gets its mean effect over all orders in which they could be
    moved: the shares sum to the whole difference, one without effect gets nothing, and those with
    the same effect get the same (Lundberg and Lee 2017). A positive share says that the outcome
    falls by so much when the factor is moved.
    """
    size = len(values)
    factors = size.bit_length() - 1
    sets = np.arange(size)
    moved = np.array([one.bit_count() for one in range(size)])
    weight = np.array(
        [factorial(n) * factorial(factors - n - 1) / factorial(factors) for n in range(factors)]
    )
    shares = np.zeros(factors)
    for factor in range(factors):
        without = sets[(sets >> factor) & 1 == 0]
        fall = values[without] - values[without | (1 << factor)]
        shares[factor] = weight[moved[without]] @ fall
    return shares


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
