"""Invented portfolios of any size, as the columns that the loss engine reads.

Places are those of :mod:`benchmarks.synthetic`, as unevenly popular; sizes of companies are
lognormal. A startup has 4.5 dependencies on average. Of a third of the startups nothing is known
but their vendors, and a sixth state what they spend but not what they earn. A few use cases need
all or any of two dependencies. Everything comes from one seed.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic import COUNTRIES, PLACES
from risk.catalog.lookup import service_for
from risk.catalog.records import Catalog
from risk.hazard.supply_chain import Endpoint
from risk.loss.columns import (
    AGREEMENT,
    DEPTHS,
    FALLBACKS,
    PLANS,
    CaseColumns,
    Columns,
    DependencyColumns,
    StartupColumns,
)

Array = NDArray[np.float64]
Places = NDArray[np.int64]

DEPENDENCIES = 4.5
BARE, SPENDING = 1 / 3, 1 / 6
#: Of use cases, how many need all, and how many any of two dependencies.
NEED_ALL, NEED_ANY = 0.01, 0.01
COUNTRY_SHARES = (0.45, 0.15, 0.1, 0.1, 0.08, 0.05, 0.07)
#: Of no, documented, untested, tested and automatic fallback, in the order of their codes.
FALLBACK_SHARES = (0.5, 0.2, 0.15, 0.1, 0.05)
#: Where a backup is named at all, and one of the few that most name.
NAMED, BACKUPS = 0.5, 6
HOURS = (np.nan, 4.0, 24.0)


def invented_columns(
    startups: int, *, catalog: Catalog, seed: int = 7, together: bool = True
) -> Columns:
    """The columns of so many startups; without ``together`` every dependency stands alone."""
    need_all, need_any = (NEED_ALL, NEED_ANY) if together else (0.0, 0.0)
    draw = np.random.default_rng(seed)
    endpoints = tuple(
        Endpoint(service_for(catalog, developer, host), model)
        for developer, host, models in PLACES
        for model in models
    )
    cases = int(startups * DEPENDENCIES / (1 + need_all + need_any))
    owner = np.sort(
        np.concatenate([np.arange(startups), draw.integers(0, startups, cases - startups)])
    )
    requirement = draw.choice(3, cases, p=(1 - need_all - need_any, need_all, need_any))
    kind = draw.choice(3, startups, p=(BARE, SPENDING, 1 - BARE - SPENDING))
    case = np.repeat(np.arange(cases), np.where(requirement > 0, 2, 1))
    revenue = np.exp(draw.normal(np.log(2e6), 1.5, startups))
    return Columns(
        countries=COUNTRIES,
        endpoints=endpoints,
        startups=_startups(draw, revenue, kind),
        cases=_cases(draw, owner, requirement, kind),
        dependencies=_dependencies(draw, owner, case, requirement, kind, revenue, len(endpoints)),
    )


def _rows(draw: np.random.Generator, count: int) -> NDArray[np.uint32]:
    return draw.integers(0, 2**32, count, dtype=np.uint32)


def _ages(draw: np.random.Generator, count: int) -> Array:
    return draw.integers(0, 400, count).astype(np.float64)


def _startups(draw: np.random.Generator, revenue: Array, kind: Places) -> StartupColumns:
    count = len(revenue)
    silent = kind == 0

    def stated(values: Array, unless: NDArray[np.bool_] = silent) -> Array:
        return np.where(unless, np.nan, values)

    return StartupColumns(
        row=_rows(draw, count),
        country=draw.choice(len(COUNTRIES), count, p=COUNTRY_SHARES).astype(np.int32),
        revenue=stated(revenue, kind < 2),
        gross_margin=stated(draw.uniform(0.4, 0.9, count)),
        ai_share=stated(draw.uniform(0.1, 0.9, count)),
        engineers=stated(np.maximum(1.0, revenue / 4e5)),
        cash=stated(revenue * draw.uniform(0.3, 2.0, count), kind < 2),
        burn=stated(revenue / 20, kind < 2),
        revenue_age=stated(_ages(draw, count), kind < 2),
        margin_age=stated(_ages(draw, count)),
        ai_share_age=stated(_ages(draw, count)),
        engineers_age=stated(_ages(draw, count)),
        answered=np.where(silent, 0, 1).astype(np.int32),
        answered_age=stated(_ages(draw, count)),
    )


def _cases(
    draw: np.random.Generator, owner: Places, requirement: Places, kind: Places
) -> CaseColumns:
    count, silent = len(owner), kind[owner] == 0
    return CaseColumns(
        row=_rows(draw, count),
        startup=owner.astype(np.int32),
        requirement=requirement.astype(np.int32),
        criticality=np.where(silent, -1, draw.integers(1, 6, count)).astype(np.int32),
        revenue_share=np.full(count, np.nan),
        buffer_hours=np.where(silent, np.nan, draw.choice(HOURS, count, p=(0.8, 0.1, 0.1))),
        age=_ages(draw, count),
    )


def _dependencies(
    draw: np.random.Generator,
    owner: Places,
    case: Places,
    requirement: Places,
    kind: Places,
    revenue: Array,
    endpoints: int,
) -> DependencyColumns:
    count = len(case)
    popularity = 1 / np.arange(1, endpoints + 1)
    endpoint = draw.choice(endpoints, count, p=popularity / popularity.sum())
    backup = draw.choice(BACKUPS, count, p=popularity[:BACKUPS] / popularity[:BACKUPS].sum())
    fallback = draw.choice(len(FALLBACKS), count, p=FALLBACK_SHARES)
    silent = kind[owner[case]] == 0
    named = (fallback >= 2) & (draw.random(count) < NAMED) & (backup != endpoint)
    named &= ~silent & (requirement[case] == 0)
    tested = (fallback == 3) & ~silent
    spend = revenue[owner[case]] * 0.02 / 12 / DEPENDENCIES

    def code(options: int) -> NDArray[np.int32]:
        return np.where(silent, -1, draw.integers(0, options, count)).astype(np.int32)

    return DependencyColumns(
        row=_rows(draw, count),
        case=case.astype(np.int32),
        endpoint=endpoint.astype(np.int32),
        backup=np.where(named, backup, -1).astype(np.int32),
        fallback=np.where(silent, -1, fallback).astype(np.int32),
        depth=code(len(DEPTHS)),
        plan=code(len(PLANS)),
        legal=np.full(count, AGREEMENT, dtype=np.int32),
        share=np.full(count, np.nan),
        spend=np.where(silent, np.nan, spend),
        notice=np.full(count, np.nan),
        promised=np.zeros(count),
        contract_left=np.full(count, np.nan),
        fallback_age=np.where(tested, draw.integers(0, 800, count), np.nan),
        plan_age=np.full(count, np.nan),
        takeover=np.full(count, np.nan),
        outlives=np.zeros(count, dtype=np.int32),
        reserved=np.zeros(count, dtype=np.int32),
        begun=np.full(count, -1, dtype=np.int32),
        age=_ages(draw, count),
    )
