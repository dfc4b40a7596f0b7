"""Questions to a startup: what an answer removes of its range, and which are asked first."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS
from risk.inventory.records import Evidence, Startup
from risk.loss.questions import range_removed
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.asked import FEWEST, MOST, Question, Reason, chosen, grouped
from risk.portfolio.assessment import assess
from risk.portfolio.questions import open_facts, questions_about
from tests.portfolio.test_sensitivity import WORLD
from tests.small_world import TODAY, dependency, portfolio, startup

FULL = startup("Plain", dependency("a", "Alpha", "Alpha", spend_usd_per_month=None), as_of=TODAY)


def laid_out(*startups: Startup) -> Valuation:
    return valuation_of(portfolio(*startups), catalog=WORLD, assumptions=DEFAULTS, today=TODAY)


def about(one: Startup) -> tuple[Question, ...]:
    return questions_about(one, laid_out(one))


def one(usd: float) -> np.ndarray:
    return np.array([usd])


def test_an_answer_leaves_the_root_of_what_it_does_not_explain_of_the_logarithm():
    # Explains 3/4 of the variance: half of the logarithm's range is left on either side of the
    # median 100. From 25 to 400, which is 100/4 to 100·4, it goes to 100/2 to 100·2: 375 - 150.
    assert range_removed(one(25.0), one(100.0), one(400.0), one(0.75)) == pytest.approx([225.0])
    assert range_removed(one(25.0), one(100.0), one(400.0), one(0.0)) == pytest.approx([0.0])
    assert range_removed(one(25.0), one(100.0), one(400.0), one(1.0)) == pytest.approx([375.0])
    # Without a median above zero it is of the range itself: half of 80 is left.
    assert range_removed(one(0.0), one(0.0), one(80.0), one(0.75)) == pytest.approx([40.0])


@given(
    ends=st.tuples(*[st.floats(0, 1e9)] * 3).map(sorted),
    narrows=st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted),
)
def test_more_is_removed_by_what_explains_more_and_never_more_than_there_is(
    ends: list[float], narrows: list[float]
):
    low, median, high = (np.full(2, end) for end in ends)
    less, more = range_removed(low, median, high, np.array(narrows)).tolist()
    slack = 1e-6 * (1 + ends[2])
    assert 0 <= less <= more + slack
    assert more <= ends[2] - ends[0] + slack


def test_what_is_promised_of_an_answer_comes_true_when_it_is_what_was_expected():
    """The range with the revenue stated at its prior's median, beside what was said of it."""
    blank = replace(FULL, annual_revenue_usd=None)
    (asked,) = [one for one in about(blank) if one.field == "annual_revenue_usd"]
    before, after = (
        float(found.high[0] - found.low[0])
        for found in (
            laid_out(blank).answer.startups,
            laid_out(replace(blank, annual_revenue_usd=DEFAULTS.unknown_revenue)).answer.startups,
        )
    )
    # Measured: 1,776,000 wide, 532,000 once it is stated; said: 606,000 is left.
    assert asked.removes_usd == pytest.approx(before - after, rel=0.15)


def test_unknown_facts_stand_first_and_the_portfolio_ranks_them_by_the_same_money():
    blank = replace(FULL, annual_revenue_usd=None, ai_revenue_share=None, cash_usd=None)
    asked = about(blank)
    narrowing = [one for one in asked if one.removes_usd is not None]
    assert list(asked[: len(narrowing)]) == narrowing
    assert narrowing[0].field == "annual_revenue_usd"
    fields = [one.field for one in asked]
    assert fields.index("cash_usd") >= len(narrowing)
    assert fields.index("cash_usd") < fields.index("gross_margin")  # known, to be confirmed at most
    held = laid_out(blank, replace(FULL, name="Known"))
    listed = open_facts(assess(held), held, most=2)
    assert [(one.startup, one.field) for one in listed] == [
        ("Plain", "annual_revenue_usd"),
        ("Plain", "ai_revenue_share"),
    ]
    assert [one.removes_usd for one in listed] == pytest.approx(
        [one.removes_usd for one in narrowing[:2]]
    )
    # Of a portfolio too large to keep its questions: the best one of each startup.
    best = open_facts(assess(held), None, most=9)
    assert [(one.startup, one.field) for one in best][:1] == [("Plain", "annual_revenue_usd")]
    assert best[0].removes_usd == pytest.approx(listed[0].removes_usd)


def test_what_is_old_or_worked_out_is_offered_to_be_confirmed_with_what_is_known():
    old = replace(FULL, as_of=TODAY - timedelta(days=400))
    worked_out = replace(
        FULL, evidence={"engineers": Evidence.IMPUTED}, stated_on={"engineers": TODAY}
    )
    # Half of a company's fact is left after 180 days: 2^(-400/180) = 0.21, below 0.7.
    assert {one.field for one in about(old) if one.reason is Reason.OLD} >= {
        *("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers"),
    }
    (imputed,) = [one for one in about(worked_out) if one.reason is Reason.IMPUTED]
    assert (imputed.field, imputed.now) == ("engineers", 2.0)
    assert all(one.now is not None for one in about(old) if one.reason is not Reason.UNKNOWN)


def test_a_form_has_three_to_fifteen_questions_and_none_that_is_left_out():
    asked = about(replace(FULL, annual_revenue_usd=None))
    assert len(chosen(asked, most=MOST)) <= MOST
    few = [Question(field=f"fact {number}", reason=Reason.KNOWN) for number in range(9)]
    assert len(chosen(few)) == FEWEST  # what is known and fresh only fills a form
    first = chosen(asked)[0]
    assert first.about not in {one.about for one in chosen(asked, but=[first.about])}
    for wrong in (FEWEST - 1, MOST + 1):
        with pytest.raises(ValueError, match="3 to 15"):
            chosen(asked, most=wrong)


def test_the_company_is_asked_about_first_then_use_case_by_use_case():
    two = startup(
        "Two",
        dependency("a", "Alpha", "Alpha", spend_usd_per_month=None, fallback=None, depth=None),
        dependency("b", "Beta", "Beta", spend_usd_per_month=None, fallback=None, depth=None),
        annual_revenue_usd=None,
        engineers=None,
    )
    asked = about(two)
    cases = [one.use_case for one in grouped(asked)]
    assert cases == sorted(cases, key=lambda name: (name is not None, name or ""))
    keys = [one.dependency for one in grouped(asked) if one.use_case and not one.is_of_a_use_case]
    assert keys == sorted(keys, key=str)
    assert sorted(grouped(asked), key=repr) == sorted(asked, key=repr)


def test_a_company_without_a_known_use_is_asked_what_it_is_like():
    nothing = Startup(name="New", use_cases=())
    asked = about(nothing)
    assert {one.field for one in asked} == {
        *("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers"),
        *("cash_usd", "monthly_burn_usd"),
    }
    assert all(one.reason is Reason.UNKNOWN for one in asked)
