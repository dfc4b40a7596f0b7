"""Startups of any sort on the small supply chain, and their losses."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from risk.assumptions import DEFAULTS, override
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.inventory.records import (
    CapacityClass,
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Portfolio,
    Startup,
    UseCase,
)
from risk.portfolio.results import PortfolioAssessment, StartupAssessment
from tests.small_world import dependency, in_the_middle, portfolio, rate, small_catalog, startup

RATES = (
    rate("Alpha", FailureKind.WIND_DOWN, 0.05, notice_days=14),
    rate("Alpha", FailureKind.OUTAGE, 12, days=(-2.0, 1.0), severity=0.8),
    rate("Alpha", FailureKind.LEADERSHIP_CRISIS, 0.1),
    rate("*model first-party top", FailureKind.PRICE_SHOCK, 0.2, notice_days=30),
    rate("Alpha", FailureKind.ACQUISITION, 0.05, notice_days=5),
    rate("Beta", FailureKind.WIND_DOWN, 0.1, notice_days=7),
    rate("Beta", FailureKind.OUTAGE, 6, days=(-1.0, 1.0), severity=0.5),
    rate("Nimbus", FailureKind.OUTAGE, 2, days=(-1.0, 1.2)),
    # How long outages last whose cause several share: without it the mean of those above by rate,
    # which falls where the one with the shorter outages falters more often.
    rate("*service", FailureKind.OUTAGE, 8, days=(-1.5, 1.0)),
    rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3, notice_days=10),
    rate("*customer", FailureKind.ACCESS_CUT, 0.02, notice_days=5),
    rate("*region", FailureKind.REGIONAL_BLOCK, 0.03, days=(3.3, 1.0)),
)
WORLD = small_catalog(rates=RATES)
ROUTES = (("Alpha", "Alpha"), ("Alpha", "Cloud"), ("Beta", "Beta"))
#: A tested fallback stays tested for 180 days.
TESTED_ON = date(2026, 10, 1)

routes = st.sampled_from(ROUTES)
factors = st.floats(1.0, 8.0)


@st.composite
def dependencies(draw: st.DrawFn, key: str = "d", **facts: object) -> Dependency:
    """Any dependency whose facts are all known, but for those given."""
    developer, host = draw(routes)
    made = dependency(
        key,
        developer,
        host,
        depth=draw(st.sampled_from(list(Depth))),
        fallback=draw(st.sampled_from(list(Fallback))),
        fallback_tested_on=TESTED_ON,
        exit_plan=draw(st.sampled_from(list(ExitPlan))),
        spend_usd_per_month=draw(st.floats(0, 50_000)),
        notice_days=draw(st.floats(0, 120)),
        provider_notice_days=draw(st.sampled_from((None, 60.0, 200.0))),
        escrow=draw(st.sampled_from((None, True))),
        fallback_capacity=draw(st.sampled_from((None, *CapacityClass))),
    )
    return replace(made, **facts)  # type: ignore[arg-type]


@st.composite
def startups(draw: st.DrawFn, name: str = "Any") -> Startup:
    """Any startup with one use case on one dependency; every fact is known."""
    return startup(
        name,
        draw(dependencies(key=name)),
        case={
            "criticality": draw(st.integers(1, 5)),
            "buffer_hours": draw(st.floats(0, 12)),
        },
        annual_revenue_usd=draw(st.floats(1e5, 5e7)),
        gross_margin=draw(st.floats(0.1, 0.9)),
        ai_revenue_share=draw(st.floats(0.1, 1)),
        engineers=draw(st.floats(1, 60)),
    )


def assess(*members: Startup, world: Catalog = WORLD, **changes: float) -> PortfolioAssessment:
    """The whole assessment of a portfolio of these startups."""
    assumptions = override(DEFAULTS, changes)
    book: Portfolio = portfolio(*members)
    return in_the_middle(book, catalog=world, assumptions=assumptions)


def alone(one: Startup, world: Catalog = WORLD, **changes: float) -> StartupAssessment:
    """The answer for one startup that is the whole portfolio."""
    return assess(one, world=world, **changes).startups[0]


def aal(one: Startup, world: Catalog = WORLD, **changes: float) -> float:
    """Its average annual loss in USD."""
    return alone(one, world, **changes).aal_usd


def with_case(one: Startup, **facts: object) -> Startup:
    """The startup with other facts of its first use case."""
    case: UseCase = replace(one.use_cases[0], **facts)  # type: ignore[arg-type]
    return replace(one, use_cases=(case, *one.use_cases[1:]))


def with_dependency(one: Startup, **facts: object) -> Startup:
    """The startup with other facts of its first dependency."""
    first, *others = one.use_cases[0].dependencies
    changed = replace(first, **facts)  # type: ignore[arg-type]
    return with_case(one, dependencies=(changed, *others))


def with_rates(world: Catalog, kind: FailureKind, **facts: object) -> Catalog:
    """The world in which every disruption of one kind has other facts."""
    rates = tuple(
        replace(row, **facts) if row.kind is kind else row  # type: ignore[arg-type]
        for row in world.rates
    )
    return replace(world, rates=rates)


def no_more(less: float, more: float) -> bool:
    """Is ``less`` at most ``more``, but for what single precision and grids are worth?"""
    return less <= more + 1e-5 * max(1.0, abs(more))
