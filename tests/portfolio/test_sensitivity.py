"""The tornado: the same numbers as scoring anew, at the ends of plausible ranges."""

from dataclasses import replace

import pytest

from risk.assumptions import DEFAULTS, Assumptions, assumption_rows, override
from risk.catalog.falters import FalterKind
from risk.inventory.records import Depth, ExitPlan, Fallback, Requirement
from risk.plausible import PLAUSIBLE
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.rescoring import ScoredBook, score_again, score_once
from risk.portfolio.sensitivity import (
    every_assumption,
    main_drivers,
    portfolio_sensitivity,
)
from tests.small_world import TODAY, dependency, portfolio, rate, small_catalog, startup

WORLD = small_catalog(
    rates=(
        rate("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14),
        rate("Alpha", FalterKind.OUTAGE, 12, days=(-2.0, 1.0)),
        rate("Alpha", FalterKind.LEADERSHIP_CRISIS, 0.2),
        rate("Alpha", FalterKind.PRICE_SHOCK, 0.2, notice_days=30),
        rate("Alpha", FalterKind.ACQUISITION, 0.05, notice_days=5),
        rate("Nimbus", FalterKind.OUTAGE, 2, days=(-1.0, 1.0)),
        rate("*model", FalterKind.MODEL_RETIREMENT, 0.3, notice_days=10),
        rate("*customer", FalterKind.ACCESS_CUT, 0.01, notice_days=5),
        rate("*region", FalterKind.REGIONAL_BLOCK, 0.03, days=(3.3, 1.0)),
    )
)

BOOK = portfolio(
    startup("Plain", dependency("a", "Alpha", "Alpha")),
    startup("Copied", dependency("b", "Alpha", "Cloud", depth=Depth.AGENTS)),
    startup(
        "Split",
        dependency("c", "Alpha", "Alpha", share=0.6, fallback=Fallback.DOCUMENTED),
        dependency("d", "Beta", "Beta", share=0.4, depth=Depth.FINE_TUNED),
        country="IT",
    ),
    startup(
        "Both",
        dependency("e", "Alpha", "Alpha", fallback=Fallback.UNTESTED, exit_plan=ExitPlan.WRITTEN),
        dependency("f", "Beta", "Beta", notice_days=None, data_residency="EU"),
        requirement=Requirement.ALL,
        case={"criticality": 3, "buffer_hours": None},
    ),
    startup(
        "Silent",
        dependency("g", "Alpha", "Alpha", depth=None, fallback=None, spend_usd_per_month=None),
        case={"criticality": None},
        annual_revenue_usd=None,
        gross_margin=None,
        ai_revenue_share=None,
        engineers=None,
    ),
)


@pytest.fixture(scope="module")
def book() -> ScoredBook:
    return score_once(BOOK, catalog=WORLD, assumptions=DEFAULTS, today=TODAY)


def anew(assumptions: Assumptions) -> tuple[float, float]:
    found = assess_portfolio(BOOK, catalog=WORLD, assumptions=assumptions, today=TODAY)
    return found.aal_usd, found.tvar95_usd


def test_scoring_once_gives_the_assessments_figures(book: ScoredBook) -> None:
    assert (book.figures.aal_usd, book.figures.tvar95_usd) == pytest.approx(anew(DEFAULTS))


@pytest.mark.parametrize("name", sorted(PLAUSIBLE))
def test_scoring_again_equals_scoring_anew(book: ScoredBook, name: str) -> None:
    row = next(one for one in assumption_rows(DEFAULTS) if one.name == name)
    furthest = max(row.plausible_low, row.plausible_high, key=lambda one: abs(one - row.value))
    again = score_again(book, {name: furthest})
    expected = anew(override(DEFAULTS, {name: furthest}))
    assert (again.aal_usd, again.tvar95_usd) == pytest.approx(expected, rel=1e-6)


def test_only_what_the_calculation_reads_can_move_it(book: ScoredBook) -> None:
    # Costs of choosing and the scale of the score come after the loss.
    for name in ("gpu_count", "cost_of_capital", "score_floor"):
        assert name not in book.read
        assert score_again(book, {name: getattr(DEFAULTS, name) * 1.5}) is book.figures
    assert {"churn_maximum", "rate_multiple", "queue_days"} <= book.read


def test_every_number_has_a_plausible_range_around_its_default_and_within_its_bounds() -> None:
    rows = assumption_rows(DEFAULTS)
    for row in rows:
        assert row.low <= row.plausible_low <= row.default <= row.plausible_high <= row.high
        assert row.plausible_low < row.plausible_high, row.name
    assert set(PLAUSIBLE) <= {row.name for row in rows}


def test_the_three_main_drivers_come_with_the_largest_swing_first() -> None:
    found = portfolio_sensitivity(
        BOOK, main_drivers(DEFAULTS), catalog=WORLD, assumptions=DEFAULTS, today=TODAY
    )
    names = [one.driver.name for one in found.swings]
    assert sorted(names) == ["churn curve", "fallback effectiveness", "queue_days"]
    swings = [one.aal_usd for one in found.swings]
    assert swings == sorted(swings, reverse=True)
    # The low end is the hopeful one, so nothing there costs more than today.
    for one in found.swings:
        assert one.at_low.aal_usd <= found.as_it_is.aal_usd + 1e-6 <= one.at_high.aal_usd + 2e-6


def test_a_swing_is_the_distance_between_its_two_ends() -> None:
    rates = [one for one in every_assumption(DEFAULTS) if one.name == "rate_multiple"]
    found = portfolio_sensitivity(BOOK, rates, catalog=WORLD, assumptions=DEFAULTS, today=TODAY)
    # Half and twice the rates: 2 - 0.5 = 1.5 times the expected loss; a crisis' window of 30 days
    # raises other rates by its own, so it is not quite straight.
    (one,) = found.swings
    assert (one.driver.low, one.driver.high) == ({"rate_multiple": 0.5}, {"rate_multiple": 2.0})
    assert one.aal_usd == pytest.approx(1.5 * found.as_it_is.aal_usd, rel=0.02)


def test_the_same_question_twice_has_the_same_answer_and_reports_progress() -> None:
    heard: list[float] = []

    def ask() -> object:
        return portfolio_sensitivity(
            BOOK,
            main_drivers(DEFAULTS),
            catalog=WORLD,
            assumptions=DEFAULTS,
            today=TODAY,
            progress=heard.append,
        )

    first = ask()
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert ask() == first


def test_a_range_contains_the_value_in_use() -> None:
    own = override(DEFAULTS, {"rate_multiple": 5.0})
    driver = next(one for one in every_assumption(own) if one.name == "rate_multiple")
    assert (driver.low["rate_multiple"], driver.high["rate_multiple"]) == (0.5, 5.0)


def test_the_points_of_an_unknown_fact_keep_their_order() -> None:
    with pytest.raises(ValueError, match="must rise"):
        override(DEFAULTS, {"unknown_revenue_low": 3_000_000})
    own = override(DEFAULTS, {"unknown_revenue_low": 1_900_000})
    for driver in every_assumption(own):
        override(own, driver.low)
        override(own, driver.high)


def test_an_empty_portfolio_moves_with_nothing() -> None:
    empty = replace(BOOK, startups=())
    found = portfolio_sensitivity(
        empty, main_drivers(DEFAULTS), catalog=WORLD, assumptions=DEFAULTS, today=TODAY
    )
    assert [one.aal_usd for one in found.swings] == [0, 0, 0]
