"""Why a score is high, on startups of a supply chain small enough to follow."""

from dataclasses import replace

import pytest

from risk.alternatives.why_high import Factor, WhyHigh, changed_startup, why_high
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Depth, ExitPlan, Fallback, Portfolio, Requirement, Startup
from risk.loss.answer import answer_on
from tests.alternatives.settings import central
from tests.loss.small import book, world_tables
from tests.small_world import dependency, rate, small_catalog, startup

WIND_DOWN = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14)
OUTAGE = rate("Alpha", FailureKind.OUTAGE, 12, days=(-2.0, 1.0))
BETA_OUTAGE = rate("Beta", FailureKind.OUTAGE, 12, days=(-2.0, 1.0))
BUSY = small_catalog(rates=(WIND_DOWN, OUTAGE, BETA_OUTAGE))
#: Hours long, practically never a day.
QUIET = small_catalog(rates=(rate("Alpha", FailureKind.OUTAGE, 12, days=(-2.0, 0.2)),))

DIRECT = startup("Direct", dependency("d", "Alpha", "Alpha"))


def explained(held: Startup, world: Catalog = BUSY) -> WhyHigh:
    return why_high(held, replace(central(world), count=8, drawn=True))


def points(why: WhyHigh) -> dict[Factor, float]:
    return {one.factor: one.points for one in why.shares}


def with_facts(held: Startup, **facts: object) -> Startup:
    case = held.use_cases[0]
    parts = tuple(replace(one, **facts) for one in case.dependencies)  # type: ignore[arg-type]
    return replace(held, use_cases=(replace(case, dependencies=parts),))


def score_of(held: Startup, world: Catalog = BUSY) -> float:
    of = book(held, catalog=world)
    answer = answer_on(world_tables(of, world, count=8, drawn=True), of.exposures, DEFAULTS)
    return float(answer.startups.score[0])


@pytest.mark.parametrize("revenue", [3_650_000.0, None], ids=["known", "unknown"])
def test_shares_sum_from_best_practice_to_the_score_that_the_page_shows(
    revenue: float | None,
) -> None:
    held = replace(DIRECT, annual_revenue_usd=revenue)
    why = explained(held)
    assert why.score == pytest.approx(score_of(held), abs=1e-9)
    assert sum(points(why).values()) == pytest.approx(why.score - why.best_score, abs=1e-9)
    assert why.best_score < why.score
    assert set(points(why)) == set(Factor)


def test_the_best_score_is_that_of_a_startup_with_everything_at_best_practice() -> None:
    best = DIRECT
    for factor in (Factor.NOTICE, Factor.FALLBACK, Factor.PORTABILITY, Factor.EXIT_PLAN):
        best = changed_startup(best, factor, BUSY)
    rest = points(explained(best))
    for factor in (Factor.NOTICE, Factor.FALLBACK, Factor.PORTABILITY, Factor.EXIT_PLAN):
        assert rest[factor] == pytest.approx(0, abs=1e-9)
    assert explained(best).score == pytest.approx(score_of(best), abs=1e-9)
    assert explained(best).best_score == pytest.approx(explained(DIRECT).best_score, abs=1e-9)


def test_what_only_delays_a_switch_does_not_matter_where_nobody_switches() -> None:
    # Outages of hours, never worth a switch: effort, agreements and the exit plan get nothing.
    found = points(explained(DIRECT, QUIET))
    for factor in (Factor.PORTABILITY, Factor.LEGAL, Factor.EXIT_PLAN):
        assert found[factor] == pytest.approx(0, abs=1e-6)
    assert found[Factor.FALLBACK] > 1
    assert found[Factor.NOTICE] > 1


def test_an_automatic_fallback_on_the_same_root_is_a_matter_of_sharing() -> None:
    # The fallback is there but falls with Alpha: all that a second root would bring is sharing's.
    same = with_facts(
        DIRECT,
        fallback=Fallback.AUTOMATIC,
        fallback_developer="Alpha",
        fallback_host="Alpha",
    )
    found = points(explained(same, QUIET))
    assert found[Factor.FALLBACK] == pytest.approx(0, abs=1e-9)
    assert found[Factor.SHARING] > 5


def test_two_developers_are_no_longer_concentrated() -> None:
    spread = startup("Spread", dependency("x", "Alpha", "Alpha"), dependency("y", "Beta", "Beta"))
    assert points(explained(spread))[Factor.CONCENTRATION] == pytest.approx(0, abs=1e-9)
    assert points(explained(DIRECT))[Factor.CONCENTRATION] != pytest.approx(0, abs=1e-3)


def test_spreading_halves_each_workload_over_another_developer_of_the_first_rank() -> None:
    changed = changed_startup(DIRECT, Factor.CONCENTRATION, BUSY).use_cases[0].dependencies
    assert [(one.developer, one.host, one.share) for one in changed] == [
        ("Alpha", "Alpha", 0.5),
        ("Beta", "Beta", 0.5),
    ]
    assert [one.spend_usd_per_month for one in changed] == [500.0, 500.0]
    assert len({one.key for one in changed}) == 2


@pytest.mark.parametrize("requirement", [Requirement.ALL, Requirement.ANY])
def test_only_a_shared_workload_can_be_spread(requirement: Requirement) -> None:
    held = startup("Not", dependency("d", "Alpha", "Alpha"), requirement=requirement)
    assert changed_startup(held, Factor.CONCENTRATION, BUSY) == held


def test_moving_never_makes_a_record_worse() -> None:
    case = replace(DIRECT.use_cases[0], buffer_hours=24.0)
    patient = replace(DIRECT, use_cases=(case,))
    assert changed_startup(patient, Factor.NOTICE, BUSY).use_cases[0].buffer_hours == 24.0


def test_a_startup_at_best_practice_has_nothing_to_explain_but_what_it_stands_on() -> None:
    best = with_facts(
        DIRECT,
        fallback=Fallback.AUTOMATIC,
        fallback_developer="Beta",
        fallback_host="Beta",
        depth=Depth.GATEWAY,
        exit_plan=ExitPlan.TESTED,
        notice_days=0.0,
    )
    found = points(explained(best))
    for factor in (Factor.FALLBACK, Factor.PORTABILITY, Factor.EXIT_PLAN, Factor.LEGAL):
        assert found[factor] == pytest.approx(0, abs=1e-9)


def test_a_startup_without_language_models_has_nothing_to_explain() -> None:
    none = with_facts(DIRECT, answer=Answer.NO)
    assert explained(none) == WhyHigh(startup="Direct", score=0, best_score=0, shares=())


def test_the_demo_is_explained_to_its_scores(catalog: Catalog, demo: Portfolio) -> None:
    held = demo.startups[0]
    why = explained(held, catalog)
    assert why.score == pytest.approx(score_of(held, catalog), abs=1e-9)
    assert sum(points(why).values()) == pytest.approx(why.score - why.best_score)
