"""The inbox: one question for all whom it concerns, and what answers leave of the range."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.portfolio.assessment import assess
from risk.portfolio.inbox import Inbox, OpenName, OpenQuestion, inbox_of
from tests.portfolio.test_questions import FULL, laid_out


def question(name: str, *, narrows: float = 0.0, lowers: float = 0.0) -> OpenQuestion:
    return OpenQuestion(
        field=name,
        about=None,
        open=1,
        companies=1,
        first=(),
        narrows=narrows,
        lowers_usd=lowers,
        removes_usd=0.0,
    )


def test_answers_narrow_the_range_of_facts_and_take_texts_off_its_upper_end():
    # Facts: from 25 to 400 around 100; texts may add 60. Explaining 3/4 of the logarithm's variance
    # leaves half of its range, 50 to 200; "no" to a text of 40 leaves 20 of the 60 above that.
    inbox = Inbox(
        questions=(question("a", narrows=0.75), question("answer", lowers=40.0)),
        low=25.0,
        median=100.0,
        high=460.0,
        high_of_facts=400.0,
    )
    assert inbox.width_usd == 435.0
    first = inbox.after(1)
    assert (first.low, first.high) == pytest.approx((50.0, 260.0))
    both = inbox.after()
    assert (both.low, both.high) == pytest.approx((50.0, 220.0))
    assert inbox.removed_by(1) == pytest.approx(435.0 - 210.0)
    assert inbox.removed_by() == pytest.approx(435.0 - 170.0)


def test_one_question_stands_for_all_companies_that_left_it_open():
    blank = replace(FULL, annual_revenue_usd=None)
    held = laid_out(blank, replace(blank, name="Other"), replace(FULL, name="Known"))
    inbox = inbox_of(assess(held), held, ())
    revenue = inbox.by_key["annual_revenue_usd~"]
    assert (revenue.open, revenue.companies) == (2, 2)
    assert set(revenue.first) == {"Plain", "Other"}
    spend = next(one for one in inbox.questions if one.field == "spend_usd_per_month")
    assert (spend.companies, spend.about) == (3, held.book.routes[0].endpoint.service.name)
    assert [one.removes_usd for one in inbox.questions] == sorted(
        (one.removes_usd for one in inbox.questions), reverse=True
    )
    # All answers together leave what facts do not explain, and no less.
    assert sum(one.narrows for one in inbox.questions) <= assess(held).variance_shares.facts + 1e-9


def test_without_the_questions_of_each_the_best_fact_of_each_company_is_asked():
    blank = replace(FULL, annual_revenue_usd=None)
    held = laid_out(blank, replace(blank, name="Other"))
    inbox = inbox_of(assess(held), None, ())
    assert [(one.field, one.about, one.companies) for one in inbox.questions] == [
        ("annual_revenue_usd", None, 2)
    ]


def test_a_text_is_a_question_even_where_nothing_of_it_is_valued():
    held = laid_out(FULL)
    nobody = np.zeros(0, dtype=np.int64)
    text = OpenName(
        key="azure", text="Azure", companies=14, dependencies=20, rows=nobody, times=nobody
    )
    inbox = inbox_of(assess(held), held, (text,))
    asked = inbox.by_key["answer~azure"]
    assert (asked.about, asked.companies, asked.open) == ("Azure", 14, 20)
    assert asked.is_a_name


@given(parts=st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 50)), min_size=1, max_size=5))
def test_more_answers_never_leave_more_range(parts: list[tuple[float, float]]):
    asked = tuple(
        question(str(place), narrows=narrows, lowers=lowers)
        for place, (narrows, lowers) in enumerate(parts)
    )
    inbox = Inbox(questions=asked, low=10.0, median=50.0, high=400.0, high_of_facts=300.0)
    removed = [inbox.removed_by(count) for count in range(len(parts) + 1)]
    assert removed == sorted(removed)
    assert removed[0] == pytest.approx(0.0)
    assert removed[-1] <= inbox.width_usd
