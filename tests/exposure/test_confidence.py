"""How much of what moves a score is known and fresh (relation 34 of the method)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.falters import FalterKind
from risk.catalog.records import Answer
from risk.exposure.confidence import confidence_share
from risk.exposure.fact_probes import SORTS, FactProbes, swings
from risk.exposure.numbers import probed_numbers
from risk.exposure.priors import CRITICALITY, DEPTH, EXIT_PLAN, FALLBACK
from risk.inventory.records import Depth, ExitPlan, Fallback, Startup
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.book import open_book
from risk.portfolio.confidence import confidence_shares, probed_scores
from tests.hazard.test_falter_settings import WORLD
from tests.small_world import TODAY, dependency, portfolio, rate, startup

#: Every fact at its prior median. The spend is 5 % of the AI revenue, ½ · 2 m, a twelfth a month.
MEDIAN: Mapping[str, Any] = {
    "annual_revenue_usd": 2_000_000.0,
    "gross_margin": 0.65,
    "ai_revenue_share": 0.5,
    "engineers": 8.0,
    "criticality": 4,
    "depth": Depth.PROMPTS,
    "exit_plan": ExitPlan.NONE,
    "fallback": FactProbes("").known_or_choice("fallback", None, FALLBACK)[0],
    "spend_usd": 0.05 * 0.5 * 2_000_000 / 12,
}
STATED: Mapping[str, Any] = {
    "annual_revenue_usd": 9_000_000.0,
    "gross_margin": 0.8,
    "ai_revenue_share": 0.9,
    "engineers": 20.0,
    "criticality": 5,
    "depth": Depth.AGENTS,
    "exit_plan": ExitPlan.WRITTEN,
    "fallback": Fallback.UNTESTED,
    "spend_usd": 4_000.0,
}
COMPANY = ("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers")
FACTS = st.fixed_dictionaries(
    {sort: st.sampled_from([None, STATED[sort], MEDIAN[sort]]) for sort in SORTS}
)


def ash(facts: Mapping[str, Any], as_of: date | None = TODAY) -> Startup:
    one = dependency(
        "a",
        "Beta",
        "Beta",
        model="nova-1",
        depth=facts["depth"],
        exit_plan=facts["exit_plan"],
        fallback=facts["fallback"],
        spend_usd_per_month=facts["spend_usd"],
        as_of=as_of,
    )
    return startup(
        "Ash",
        one,
        case={"criticality": facts["criticality"]},
        as_of=as_of,
        **{name: facts[name] for name in COMPANY},
    )


def share(one: Startup, today: date = TODAY, assumptions: Assumptions = DEFAULTS) -> float:
    book = open_book(portfolio(one), catalog=WORLD, assumptions=assumptions, today=today)
    return confidence_shares(book, {}, assumptions, today)[one.name]


def test_the_medians_are_those_of_the_priors() -> None:
    probes = FactProbes("")
    tables = {"criticality": CRITICALITY, "depth": DEPTH, "exit_plan": EXIT_PLAN}
    for sort, prior in tables.items():
        assert probes.known_or_choice(sort, None, prior)[0] == MEDIAN[sort]


def test_by_hand() -> None:
    # Revenue moves the score by 30 points and is 180 days old, so ½ of it counts; the depth moves
    # it by 10 and is 365 days old, ½; the fallback by 20 and nobody knows it; engineers by 20, of
    # today. Open questions could add 20. (30 · ½ + 10 · ½ + 0 + 20) / (80 + 20) = 0.4.
    one = ash({**STATED, "fallback": None}, as_of=TODAY)
    case = one.use_cases[0]
    old = replace(case.dependencies[0], as_of=TODAY - timedelta(days=365))
    one = replace(
        one,
        use_cases=(replace(case, dependencies=(old,)),),
        stated_on={"annual_revenue_usd": TODAY - timedelta(days=180)},
    )
    points = {"annual_revenue_usd": 30.0, "depth": 10.0, "fallback": 20.0, "engineers": 20.0}
    found = confidence_share(
        one,
        probed_numbers(one, assumptions=DEFAULTS, today=TODAY),
        dict.fromkeys(SORTS, 0.0) | points,
        hidden=20.0,
        assumptions=DEFAULTS,
        today=TODAY,
    )
    assert found == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("sort", "low", "high"),
    [
        ("annual_revenue_usd", 300_000.0, 15_000_000.0),
        ("gross_margin", 0.45, 0.8),
        ("engineers", 2.0, 40.0),
        ("criticality", 2, 5),
        ("depth", Depth.RAW_API, Depth.AGENTS),
        ("exit_plan", ExitPlan.WRITTEN, ExitPlan.NONE),
        ("fallback", Fallback.TESTED, Fallback.NONE),
    ],
)
@pytest.mark.parametrize("facts", [STATED, MEDIAN])
def test_a_fact_weighs_what_the_score_moves_between_the_ends_of_its_prior(
    sort: str, low: Any, high: Any, facts: dict[str, Any]
) -> None:
    # Whether a fallback stands on a contract is read from the record, not from what it might be.
    free = override(DEFAULTS, {"legal_days": 0})

    def score(value: Any) -> float:
        one = ash({**facts, sort: value})
        found = assess_portfolio(portfolio(one), catalog=WORLD, assumptions=free, today=TODAY)
        return found.startups[0].score

    book = open_book(portfolio(ash(facts)), catalog=WORLD, assumptions=free, today=TODAY)
    ((_, scores),) = probed_scores(book, free, TODAY)
    # The grid of the year is coarser here: a tenth of a point.
    assert swings(scores)[sort] == pytest.approx(abs(score(high) - score(low)), abs=0.1)
    assert scores[0] == pytest.approx(score(facts[sort]), abs=0.1)


@settings(max_examples=40, deadline=None)
@given(FACTS, st.sampled_from(SORTS), st.integers(0, 2_000))
def test_34_knowing_a_fact_at_its_median_never_lowers_confidence(
    facts: dict[str, Any], sort: str, age: int
) -> None:
    day = TODAY - timedelta(days=age)
    before = {**facts, sort: None}
    median = MEDIAN[sort]
    if sort == "spend_usd":
        revenue = facts["annual_revenue_usd"] or MEDIAN["annual_revenue_usd"]
        part = facts["ai_revenue_share"] or MEDIAN["ai_revenue_share"]
        median = 0.05 * revenue * part / 12
    after = {**facts, sort: median}
    assert share(ash(after, day)) >= share(ash(before, day)) - 1e-9


@settings(max_examples=40, deadline=None)
@given(FACTS, st.integers(0, 2_000), st.integers(0, 2_000))
def test_34_older_facts_never_raise_confidence(facts: dict[str, Any], one: int, two: int) -> None:
    newer, older = sorted((one, two))
    fresh = share(ash(facts, TODAY - timedelta(days=newer)))
    assert share(ash(facts, TODAY - timedelta(days=older))) <= fresh + 1e-12
    assert 0 <= fresh <= 1


def test_34_nothing_known_is_zero_and_everything_known_today_is_one() -> None:
    assert share(ash(dict.fromkeys(SORTS))) == 0
    assert share(ash(STATED)) == pytest.approx(1)
    assert share(ash(STATED, TODAY + timedelta(days=9))) == pytest.approx(1)


def test_facts_without_a_day_have_the_age_assumed_for_them() -> None:
    undated = share(ash(STATED, None))
    assert undated == pytest.approx(share(ash(STATED, TODAY - timedelta(days=365))))
    newer = override(DEFAULTS, {"undated_fact_days": 0})
    assert share(ash(STATED, None), assumptions=newer) == pytest.approx(1)


@pytest.mark.parametrize("name", ["company_fact_half_life", "dependency_fact_half_life"])
def test_facts_that_last_longer_make_an_old_answer_surer(name: str) -> None:
    old = ash(STATED, TODAY - timedelta(days=300))
    assert share(old, assumptions=override(DEFAULTS, {name: 1_000})) > share(old)


def test_a_later_test_of_the_fallback_makes_it_fresh() -> None:
    old = ash(STATED, TODAY - timedelta(days=700))
    case = old.use_cases[0]
    tested = replace(case.dependencies[0], fallback_tested_on=TODAY)
    assert share(replace(old, use_cases=(replace(case, dependencies=(tested,)),))) > share(old)


def test_a_register_that_names_no_language_model_knows_so_and_an_open_one_knows_nothing() -> None:
    def named(answer: Answer) -> Startup:
        one = replace(dependency("a", "Mason", None, as_of=TODAY), answer=answer)
        return startup("Ash", one, as_of=TODAY)

    assert share(named(Answer.NO)) == 1
    assert share(named(Answer.NO), today=TODAY + timedelta(days=365)) == pytest.approx(0.5)
    assert share(named(Answer.ASK)) == 0
    assert share(replace(named(Answer.NO), use_cases=())) == 0


def test_open_questions_make_an_answer_less_sure() -> None:
    # Were the vendor Alpha, which ends every other year, the score would be far worse.
    world = replace(WORLD, rates=(*WORLD.rates, rate("Alpha", FalterKind.WIND_DOWN, 0.5)))

    def answered(*more: Any) -> float:
        one = ash(STATED)
        case = one.use_cases[0]
        one = replace(one, use_cases=(replace(case, dependencies=(*case.dependencies, *more)),))
        found = assess_portfolio(portfolio(one), catalog=world, assumptions=DEFAULTS, today=TODAY)
        return found.startups[0].confidence_share

    asked = replace(dependency("b", "Alpha", "Alpha", as_of=TODAY), answer=Answer.ASK)
    assert answered() == pytest.approx(1)
    assert answered(asked) < 1
