"""Three startups small enough to score by hand, and relations that must hold for any book.

Direct depends on Alpha's own API, Copied on Alpha's model at Cloud, Beside on Beta. The only
disruption is Alpha's wind-down, at a rate of once in ten years with fourteen days of notice.
Judgement and rates stand at their middle, so that a figure can be worked out.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.assumptions import override
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer
from risk.inventory.records import Portfolio, Requirement, Startup
from risk.portfolio.assessment import assess as assess_laid_out
from risk.portfolio.parts import parts_of
from risk.portfolio.results import NO_BAND, PortfolioAssessment, StartupAssessment
from tests.small_world import (
    PLAIN,
    dependency,
    in_the_middle,
    laid_out,
    portfolio,
    rate,
    small_catalog,
    startup,
)

WIND_DOWN = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14)
OUTAGE = rate("Alpha", FailureKind.OUTAGE, 12, days=(-2.0, 1.0))
BETA_OUTAGE = rate("Beta", FailureKind.OUTAGE, 12, days=(-2.0, 1.0))
WORLD = small_catalog(rates=(WIND_DOWN,))
BUSY = small_catalog(rates=(WIND_DOWN, OUTAGE, BETA_OUTAGE))

DIRECT = startup("Direct", dependency("d", "Alpha", "Alpha"))
COPIED = startup("Copied", dependency("c", "Alpha", "Cloud"))
BESIDE = startup("Beside", dependency("b", "Beta", "Beta"))


def assess(book: Portfolio, world: object = WORLD, **changes: float) -> PortfolioAssessment:
    assumptions = override(PLAIN, changes)
    return in_the_middle(book, catalog=world, assumptions=assumptions)  # type: ignore[arg-type]


def answer(result: PortfolioAssessment, name: str) -> StartupAssessment:
    return next(one for one in result.startups if one.startup == name)


def test_expected_losses_equal_the_sums_done_by_hand() -> None:
    # Loss given wind-down: 383,539 (tests/loss/test_kernels.py). A company ends at most
    # once: p = 1 - e^{-.1} = 9.516 %. Direct: .09516 · 383,539 = 36,498. Copied: the copy goes with
    # probability 0.2: 7,300.
    result = assess(portfolio(DIRECT, COPIED, BESIDE))
    assert answer(result, "Direct").aal_usd == pytest.approx(36_498.3, abs=1)
    assert answer(result, "Copied").aal_usd == pytest.approx(7_299.7, abs=1)
    assert answer(result, "Beside").aal_usd == 0
    assert result.aal_usd == pytest.approx(43_798.0, abs=2)


def test_the_exceedance_curve_steps_where_the_hand_made_one_does() -> None:
    # A wind-down costs 383,539, one in five 767,078. P(it happens) = 9.5 %: rarer than 1 in 10, so
    # nothing at 10 years. P(it takes both) .2 · 9.516 % = 1.9 %: 1 in 52.5. Losses lie on a grid.
    result = assess(portfolio(DIRECT, COPIED, BESIDE))
    by_period = {one.return_period_years: one for one in result.exceedance}
    assert by_period[10].oep_usd == 0
    assert by_period[20].oep_usd == pytest.approx(383_539, rel=0.01)
    assert by_period[50].oep_usd == pytest.approx(383_539, rel=0.01)
    assert by_period[100].oep_usd == pytest.approx(767_078, rel=0.01)
    # Nothing else ever happens, so that a year is its largest disruption.
    assert all(one.aep_usd == pytest.approx(one.oep_usd) for one in result.exceedance)


def test_diversification_is_told_of_five_and_never_beyond_all_of_it() -> None:
    # Five on one developer lose in the same years: the portfolio's worst years are five times the
    # worst year of one, 100 %. Four have no diversification to speak of, whatever it would be.
    same = [replace(DIRECT, name=f"Direct {number}") for number in range(5)]
    ratio = assess(portfolio(*same)).diversification
    assert ratio is not None
    assert 0.97 < ratio <= 1
    assert assess(portfolio(*same[:4], BESIDE)).diversification is None


def test_the_score_follows_its_formula() -> None:
    # P(a wind-down) = 9.5 % > 5 %, so that each of the worst 5 % of years holds one, and only one:
    # TVaR95 = 383,539; the year's grid of 64 cells is up to 2 % off. ρ = TVaR95 / AAL = 10.51 and
    # z = ½ (1 + ρ) · 36,498 / 3.65 m = 5.75 %.
    direct = answer(assess(portfolio(DIRECT)), "Direct")
    assert direct.tvar95_usd == pytest.approx(383_539, rel=0.02)
    z = (direct.aal_usd + direct.tvar95_usd) / 2 / 3_650_000
    assert direct.score == pytest.approx(100 * np.log1p(z / 0.01) / np.log1p(1 / 0.01), rel=1e-3)
    # Ten months of runway: it would run out of cash, so the band is D although the score says C.
    assert 40 < direct.score < 60
    assert (direct.band, direct.cash_out_override) == ("D", True)
    assert direct.facts_stated == 1


def test_parts_sum_to_the_score_and_to_the_money() -> None:
    book = laid_out(portfolio(DIRECT, COPIED, BESIDE), catalog=BUSY)
    found = parts_of(book, range(3))
    for one, parts in zip(assess_laid_out(book).startups, found, strict=True):
        assert sum(part.score for part in parts) == pytest.approx(one.score)
        assert sum(part.aal_usd for part in parts) == pytest.approx(one.aal_usd)
        assert sum(part.aal_usd for part in one.kinds) == pytest.approx(one.aal_usd)


def test_contributions_to_the_tail_sum_to_the_portfolios_tail() -> None:
    result = assess(portfolio(DIRECT, COPIED, BESIDE), BUSY)
    total = sum(one.tvar95_contribution_usd or 0.0 for one in result.startups)
    assert total == pytest.approx(result.tvar95_usd)


def test_concentration_of_three_equal_margins() -> None:
    # Developers: Alpha 2/3, Beta 1/3: HHI 4/9 + 1/9 = 5/9, effective number 1.8.
    # Services: three of 1/3: effective number 3.
    result = assess(portfolio(DIRECT, COPIED, BESIDE))
    assert result.concentration["developer"].effective_number == pytest.approx(1.8)
    assert result.concentration["service"].effective_number == pytest.approx(3)
    assert result.listed_providers == 2


def test_a_startup_without_language_models_has_no_loss_and_no_score() -> None:
    none = startup("None", dependency("n", None, None, share=None))
    quiet = replace(none.use_cases[0].dependencies[0], answer=Answer.NO)
    none = replace(none, use_cases=(replace(none.use_cases[0], dependencies=(quiet,)),))
    result = answer(assess(portfolio(none)), "None")
    assert (result.score, result.aal_usd, result.kinds) == (0, 0, ())
    assert (result.band, result.facts_stated) == ("A", 1)


def test_an_open_question_is_neither_zero_exposure_nor_a_known_fact() -> None:
    ask = startup("Ask", dependency("a", None, "Cloud"))
    asked = replace(ask.use_cases[0].dependencies[0], answer=Answer.ASK)
    ask = replace(ask, use_cases=(replace(ask.use_cases[0], dependencies=(asked,)),))
    result = answer(assess(portfolio(ask)), "Ask")
    assert result.open_questions == 1
    assert result.facts_known == 0
    assert result.band == NO_BAND


def test_an_open_question_widens_the_interval_to_what_a_yes_would_cost() -> None:
    world = small_catalog(
        rates=(WIND_DOWN, rate("*developer second", FailureKind.WIND_DOWN, 0.1, notice_days=14))
    )
    asked = dependency("a", None, "Cloud")
    made = startup("Both", dependency("d", "Alpha", "Alpha"))
    question = replace(asked, answer=Answer.ASK)
    case = replace(made.use_cases[0], name="other", dependencies=(question,))
    open_one = replace(made, use_cases=(case,))
    result = answer(assess(portfolio(open_one), world), "Both")
    yes = answer(
        assess(portfolio(replace(made, use_cases=(replace(case, dependencies=(asked,)),))), world),
        "Both",
    )
    assert result.aal_usd == 0
    assert result.aal_interval_usd.high == pytest.approx(yes.aal_usd)
    assert result.score_interval.high == pytest.approx(yes.score)


def test_an_empty_portfolio_has_an_answer() -> None:
    result = assess(portfolio())
    assert result.aal_usd == 0
    assert result.tvar99_usd == 0


def test_unknown_facts_widen_the_answer_and_are_never_zero() -> None:
    silent = replace(
        DIRECT,
        annual_revenue_usd=None,
        gross_margin=None,
        ai_revenue_share=None,
        cash_usd=None,
        monthly_burn_usd=None,
    )
    drawn = replace(laid_out(portfolio(silent), catalog=WORLD), middle=False, count=32)
    result = answer(assess_laid_out(drawn), "Direct")
    assert 0 < result.aal_interval_usd.low < result.median_usd < result.aal_interval_usd.high
    assert result.score_interval.high - result.score_interval.low > 10
    assert result.facts_stated < 1
    assert result.variance_shares.facts > 0.1
    assert set(result.unknown) >= {"annual_revenue_usd", "ai_revenue_share", "cash_usd"}
    assert result.runway_months.before is None
    assert result.cash_out_probability.after is None


def test_a_wind_down_shortens_the_runway_by_cash_and_by_lost_customers() -> None:
    # Before: 1,000,000 / 100,000 = 10 months. After: cash less 30,000 + 67,500 + 9,500 = 893,000;
    # churned margin 276,539 a year = 23,045 a month: 893,000 / 123,045 = 7.26 months.
    result = answer(assess(portfolio(DIRECT)), "Direct")
    assert result.runway_months.before == pytest.approx(10)
    assert result.runway_months.after == pytest.approx(7.2575, abs=0.001)
    assert result.cash_out_override


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 12))
def test_money_in_another_unit_scales_losses_and_leaves_the_score(factor: float) -> None:
    # Fixed costs scale along, as a change of currency does.
    before = answer(assess(portfolio(DIRECT), BUSY), "Direct")
    fixed = {
        name: getattr(PLAIN, name) * factor
        for name in ("evaluation_usd", "fine_tune_usd", "engineer_week_usd")
    }
    after = answer(assess(portfolio(scaled_startup(DIRECT, factor)), BUSY, **fixed), "Direct")
    assert after.aal_usd == pytest.approx(before.aal_usd * factor, rel=1e-6)
    assert after.score == pytest.approx(before.score, rel=1e-5)


def scaled_startup(one: Startup, factor: float) -> Startup:
    case = one.use_cases[0]
    changed = replace(case.dependencies[0], spend_usd_per_month=1_000.0 * factor)
    return replace(
        one,
        annual_revenue_usd=3_650_000.0 * factor,
        cash_usd=1_000_000.0 * factor,
        monthly_burn_usd=100_000.0 * factor,
        use_cases=(replace(case, dependencies=(changed,)),),
    )


def test_doubling_all_rates_doubles_average_annual_loss_and_raises_the_score() -> None:
    one = assess(portfolio(DIRECT, COPIED), BUSY)
    two = assess(portfolio(DIRECT, COPIED), BUSY, rate_multiple=2)
    # What comes at most once doubles its rate, not its chance: 1 - e^{-.2} = 18.1 %, not 19.0 %.
    p, q = 1 - np.exp(-0.1), 1 - np.exp(-0.2)
    ends = assess(portfolio(DIRECT, COPIED)).aal_usd
    assert two.aal_usd - ends * q / p == pytest.approx(2 * (one.aal_usd - ends), rel=1e-6)
    assert answer(two, "Direct").score > answer(one, "Direct").score


@settings(max_examples=20, deadline=None)
@given(st.permutations(["Direct", "Copied", "Beside"]))
def test_the_order_of_startups_changes_nothing(order: list[str]) -> None:
    known = {one.name: one for one in (DIRECT, COPIED, BESIDE)}
    shuffled = assess(portfolio(*(known[name] for name in order)), BUSY)
    plain = assess(portfolio(DIRECT, COPIED, BESIDE), BUSY)
    assert shuffled.aal_usd == plain.aal_usd
    assert shuffled.tvar95_usd == plain.tvar95_usd


@settings(max_examples=20, deadline=None)
@given(st.floats(0.05, 1), st.floats(0.05, 1))
def test_a_larger_share_of_the_workload_on_the_failing_provider_never_costs_less(
    a: float, b: float
) -> None:
    def on_alpha(share: float) -> float:
        parts = (
            dependency("x", "Alpha", "Alpha", share=share),
            dependency("y", "Beta", "Beta", share=1 - share),
        )
        return assess(portfolio(startup("Split", *parts))).aal_usd

    low, high = sorted((a, b))
    assert on_alpha(low) <= on_alpha(high) + 1e-6


def both(requirement: Requirement, second: str) -> float:
    hosts = {"Alpha": "Alpha", "Beta": "Beta"}
    made = startup(
        "Both",
        dependency("x", "Alpha", "Alpha"),
        dependency("y", second, hosts[second]),
        requirement=requirement,
    )
    return assess(portfolio(made), BUSY).aal_usd


def test_redundancy_helps_only_off_the_failing_root() -> None:
    alone = assess(portfolio(DIRECT), BUSY).aal_usd
    # A second route to the same developer falls together with the first and is charged once,
    # up to the cost of switching it as well.
    assert both(Requirement.ANY, "Alpha") >= alone - 1e-6
    # An independent route that suffices removes the loss: no disruption takes both.
    assert both(Requirement.ANY, "Beta") == pytest.approx(0, abs=1e-6)
    # Needing both adds the other's falters.
    assert both(Requirement.ALL, "Beta") > alone


def test_a_provider_nobody_named_is_charged_as_a_developer_of_its_own() -> None:
    top = rate("*developer second", FailureKind.WIND_DOWN, 0.04, notice_days=14)
    world = small_catalog(rates=(top,))
    unnamed = startup("Unnamed", dependency("u", None, "Cloud"))
    result = answer(assess(portfolio(unnamed), world), "Unnamed")
    assert result.aal_usd > 0
    assert result.kinds[0].root == "Unnamed developer on Cloud"
