"""Two companies and two funds small enough to work out by hand, and what must hold for any.

Direct loses 383,539 if Alpha ends (p = 1 - e^{-.1} = 9.516 % a year), Beside depends on Beta, which
never fails here: tests/portfolio/test_three_startups.py. A dollar of margin is worth three.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.assumptions import override
from risk.catalog.failure_kinds import FailureKind
from risk.loss.valuation import Valuation
from risk.portfolio.assessment import assess
from risk.portfolio.funds import FundLoss, LookThrough, Stake, look_through
from tests.portfolio.test_three_startups import BESIDE, BUSY, COPIED, DIRECT, WORLD
from tests.small_world import PLAIN, laid_out, portfolio

#: Direct's margin lost if Alpha ends, and how often that comes.
LOST, CHANCE = 383_539, 0.0951626
RICH = replace(DIRECT, cash_usd=1e12)
POOR = replace(DIRECT, cash_usd=None)


def book(*startups: object, world: object = WORLD, middle: bool = True) -> Valuation:
    found = laid_out(portfolio(*startups), catalog=world, assumptions=PLAIN)  # type: ignore[arg-type]
    return found if middle else replace(found, middle=False, count=32)


def stake(
    fund: str,
    company: str,
    ownership: float | None = 0.1,
    value: float | None = 1e9,
    *,
    known: bool = True,
) -> Stake:
    return Stake(
        fund=fund,
        company=company,
        startup=company if known else None,
        ownership=ownership,
        value_usd=value,
        cost_usd=None,
    )


def fund(found: LookThrough, name: str) -> FundLoss:
    return next(one for one in found.funds if one.fund == name)


def test_a_fund_loses_what_it_owns_of_three_times_the_margin() -> None:
    # 10 % of 3 · 383,539 = 115,062 if Alpha ends; .0951626 of that a year is 10,950.
    found = look_through(
        book(RICH, BESIDE), [stake("One", "Direct"), stake("One", "Beside")], {"One": 1_095_000}
    )
    one = fund(found, "One")
    assert one.expected_usd == pytest.approx(CHANCE * 0.1 * 3 * LOST, rel=1e-4)
    assert one.expected_of_nav == pytest.approx(0.01, rel=1e-3)
    # It comes oftener than once in 20 years: each of the worst 5 % of years holds one.
    assert one.tvar95_usd == pytest.approx(0.1 * 3 * LOST, rel=0.01)
    assert [(s.company, s.root) for s in one.stakes] == [("Direct", "Alpha"), ("Beside", None)]
    assert one.stakes[1].expected_usd == 0
    assert [(p.root, p.kind, p.companies) for p in one.points] == [
        ("Alpha", FailureKind.WIND_DOWN, 1)
    ]
    assert one.points[0].worst_usd == pytest.approx(0.1 * 3 * LOST, rel=1e-3)


def test_no_disruption_takes_more_than_the_stake_is_worth() -> None:
    # 10 % of 3 · 383,539 would be 115,062; the stake is worth 50,000.
    one = fund(look_through(book(RICH), [stake("One", "Direct", 0.1, 50_000)], {}), "One")
    assert one.expected_usd == pytest.approx(CHANCE * 50_000, rel=1e-3)
    assert one.tvar95_usd == pytest.approx(50_000, rel=0.01)


def test_where_cash_runs_out_the_value_is_written_down_by_the_rise_of_its_chance() -> None:
    # Direct has ten months of cash: what Alpha's end adds to its chance of running out takes that
    # part of a stake of a billion, which is more than 10 % of 3 · 383,539.
    laid = book(DIRECT)
    startups = laid.answer.startups
    rise = float(startups.cash_out_after[0] - startups.cash_out[0])
    assert rise > 0
    one = fund(look_through(laid, [stake("One", "Direct")], {}), "One")
    assert one.expected_usd == pytest.approx(CHANCE * rise * 1e9, rel=1e-3)


def test_a_company_of_two_funds_counts_once_and_its_parts_add_up() -> None:
    found = look_through(
        book(RICH, BESIDE),
        [stake("One", "Direct", 0.1), stake("Two", "Direct", 0.2), stake("Two", "Beside")],
        {"One": 1e6, "Two": 1e6},
    )
    assert found.together.expected_usd == pytest.approx(CHANCE * 0.3 * 3 * LOST, rel=1e-4)
    assert found.together.nav_usd == 2e6
    direct = found.together.stakes[0]
    assert (direct.funds, direct.ownership) == (("One", "Two"), pytest.approx(0.3))
    assert len(found.together.stakes) == 2
    # They lose in the same years: the tails add up, as if one fund owned both parts.
    assert found.together.tvar95_usd == pytest.approx(
        fund(found, "One").tvar95_usd + fund(found, "Two").tvar95_usd, rel=0.01
    )


def test_what_the_register_does_not_know_is_told_and_no_zero() -> None:
    found = look_through(
        book(RICH),
        [stake("One", "Direct"), stake("One", "Stranger", 0.5, 7e6, known=False)],
        {"One": None},
    )
    one = fund(found, "One")
    assert (one.holdings, one.outside, one.outside_value_usd) == (2, 1, 7e6)
    assert one.expected_of_nav is None
    stranger = one.stakes[-1]
    assert (stranger.expected_usd, stranger.interval_usd) == (None, None)
    assert stranger.unknown == ("company",)


def test_a_company_of_which_nothing_is_listed_is_unknown() -> None:
    one = fund(look_through(book(replace(RICH, use_cases=())), [stake("One", "Direct")], {}), "One")
    assert (one.outside, one.stakes[0].expected_usd) == (1, None)
    assert one.stakes[0].unknown == ("dependencies",)


def test_unknown_ownership_widens_and_unknown_value_and_cash_are_counted() -> None:
    laid = replace(book(POOR, world=BUSY, middle=False), count=128)
    known = fund(look_through(laid, [stake("One", "Direct", 0.1, None)], {}), "One")
    drawn = fund(look_through(laid, [stake("One", "Direct", None, None)], {}), "One")
    assert (known.no_ownership, known.no_value, known.no_cash) == (0, 1, 1)
    assert (drawn.no_ownership, drawn.no_value, drawn.no_cash) == (1, 1, 1)
    assert drawn.expected_usd > 0
    wide, narrow = drawn.interval_usd, known.interval_usd
    assert wide.high / wide.low > 1.5 * narrow.high / narrow.low
    assert drawn.stakes[0].ownership is None


def test_a_fund_without_holdings_has_no_loss_and_says_of_how_many() -> None:
    one = fund(look_through(book(RICH), [], {"Empty": 1e6}), "Empty")
    assert (one.holdings, one.expected_usd, one.tvar95_usd) == (0, 0, 0)


def test_a_fund_that_owns_everything_at_one_for_one_is_the_portfolio() -> None:
    # Without a ceiling and a multiple of one the fund's year is the portfolio's.
    startups = [replace(one, cash_usd=None) for one in (DIRECT, COPIED, BESIDE)]
    laid = laid_out(
        portfolio(*startups), catalog=BUSY, assumptions=override(PLAIN, {"value_multiple": 1.0})
    )
    whole = assess(laid)
    one = look_through(laid, [stake("All", s.name, 1.0, None) for s in startups], {}).together
    assert one.expected_usd == pytest.approx(whole.aal_usd, abs=0.01 * 3)
    assert one.tvar95_usd == pytest.approx(whole.tvar95_usd, rel=1e-3)
    assert one.var95_usd == pytest.approx(whole.var95_usd, rel=1e-3)


shares = st.floats(0.0, 1.0)
values = st.one_of(st.none(), st.floats(0.0, 1e8))


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.none() | shares, values), max_size=5))
def test_funds_companies_and_roots_add_up_to_all_together(
    held: list[tuple[str, float | None, float | None]],
) -> None:
    names = ["Direct", "Copied", "Beside"]
    stakes = [stake(f, names[i % 3], o, v) for i, (f, o, v) in enumerate(held)]
    found = look_through(book(DIRECT, COPIED, BESIDE, world=BUSY, middle=False), stakes, {})
    whole = found.together.expected_usd
    assert sum(one.expected_usd for one in found.funds) == pytest.approx(whole, abs=0.005)
    for one in (*found.funds, found.together):
        parts = sum(s.expected_usd or 0.0 for s in one.stakes)
        assert parts == pytest.approx(one.expected_usd, abs=0.005)
        through = sum(p.expected_usd for p in one.points)
        assert through == pytest.approx(one.expected_usd, rel=1e-6, abs=0.005)
        assert one.tvar95_usd <= sum(f.tvar95_usd for f in found.funds) * 1.01 + 1


def test_an_empty_portfolio_of_funds_loses_nothing() -> None:
    found = look_through(book(), [], {})
    assert (found.funds, found.together.expected_usd) == ((), 0)
