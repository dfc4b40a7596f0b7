"""Story of one company on its page: its lead's end, what ends in red, and a question answered."""

from dataclasses import replace
from datetime import date

import pytest

from risk.portfolio.asked import Question, Reason
from risk.portfolio.deadlines import Deadline
from risk.portfolio.results import VarianceShares
from tests.ui import sample
from tests.ui.conftest import Open, questions_of_the_sample, texts
from ui import cached
from ui.words import company_words
from ui.words.company_words import EndTold

LEAD = EndTold(
    developer="OpenAI",
    chance=0.01,
    reaches=1.0,
    days_down=5.2,
    loss_usd=1_610_000,
    low_usd=700_000,
    high_usd=3_400_000,
    months_before=25.0,
    months_after=21.0,
    is_told=True,
)


def test_the_end_of_the_lead_is_told_in_days_money_and_cash() -> None:
    assert company_words.story(LEAD) == (
        "If OpenAI ended tomorrow it would be down about 5 days, lose about $1.6M and have 21 of "
        "25 months of cash left."
    )
    # A chance of 0.01 a year is one in 100.
    note = company_words.story_note(LEAD)
    assert "between $700k and $3.4M" in note
    assert "about 1 in 100" in note


def test_an_end_that_may_not_reach_the_company_says_so() -> None:
    assert "it reaches it in 40 % of cases" in company_words.story_note(replace(LEAD, reaches=0.4))


def test_where_too_little_is_known_the_end_has_a_bound_and_no_middle() -> None:
    little = replace(LEAD, is_told=False)
    said = company_words.story(little)
    assert "up to $3.4M" in said
    assert "$1.6M" not in said
    values = company_words.end_values(little)
    assert values["loss_median_usd"] is None
    assert values["loss_range_usd"] == [0.0, 3_400_000]


def test_what_facts_leave_is_told_of_the_loss_a_year_alone() -> None:
    def told(facts: float) -> str:
        shares = VarianceShares(facts=facts, rates=0.5, judgement=0.5 - facts)
        return company_words.left_by_facts(replace(sample.ACME, variance_shares=shares))

    assert "facts that nobody stated are 42 %; of this loss that is not worked out" in told(0.421)
    assert "are 0.4 %;" in told(0.0042)
    assert "are next to nothing;" in told(0.0)
    nothing = VarianceShares(facts=0.0, rates=0.0, judgement=0.0)
    assert company_words.left_by_facts(replace(sample.ACME, variance_shares=nothing)) == ""


def test_cash_is_told_only_where_it_is_known() -> None:
    assert company_words.cash_left(None, None) == ""
    assert "as many as today" in company_words.cash_left(25.0, 25.0)


@pytest.mark.usefixtures("answers")
def test_an_end_that_cannot_be_met_is_an_error_and_stands_before_one_that_can(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = sample.WEEK[0].about
    assert isinstance(late, Deadline)
    in_time = replace(late, ends_on=date(2026, 12, 1), slack_days=30.0)
    far = replace(in_time, days_left=300, ends_on=date(2027, 9, 1))
    monkeypatch.setattr(cached, "model_ends", lambda *args: (far, in_time, late))
    app = open_page("startup.py", startup="Acme Notes")
    assert not app.exception
    # 17 days are left and 24 are needed.
    assert len(app.error) == 1
    assert "gpt-4o" in app.error[0].value
    assert "7 days" in app.error[0].value
    assert len(app.warning) == 1
    assert "1 Dec 2026" in app.warning[0].value


@pytest.mark.usefixtures("answers")
def test_the_same_question_about_two_dependencies_is_asked_once(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = tuple(
        Question(
            field="exit_plan",
            reason=Reason.UNKNOWN,
            use_case="Visit summaries",
            dependency=key,
            provider="OpenAI",
            removes_usd=usd,
        )
        for key, usd in (("acme-3", 2_000.0), ("acme-4", 1_000.0))
    )
    monkeypatch.setattr(
        cached,
        "startup_questions",
        lambda *args, answered: replace(
            questions_of_the_sample(*args, answered=answered), questions=twice
        ),
    )
    app = open_page("startup.py", startup="Acme Notes")
    heading = "One question that would narrow the range by up to $3.0k a year"
    assert heading in [one.value.replace("\\", "") for one in app.subheader]
    assert texts(app).count(company_words.asked_about(twice[0])) == 1


@pytest.mark.usefixtures("part_store")
def test_an_answer_given_on_the_page_is_a_fact_of_the_register(open_page: Open) -> None:
    assert cached.record_of("demo", "Elderwick Maps").ai_revenue_share is None
    app = open_page("startup.py", startup="Elderwick Maps")
    next(one for one in app.button if one.key == "ask__ai_revenue_share_50%").click().run()
    assert not app.exception
    assert not app.error
    assert len(app.success) == 1
    assert cached.record_of("demo", "Elderwick Maps").ai_revenue_share == 0.5
