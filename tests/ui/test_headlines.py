"""Headline figures as words."""

from dataclasses import replace

import pytest

from risk.portfolio.results import CashOutCount, Interval, VarianceShares
from tests.ui.sample import ACME, ASSESSMENT, CEDAR, RANGES
from ui.words import headlines, marks


@pytest.mark.parametrize(
    ("adjusted", "expected"),
    [(None, "as 1.4 equal ones"), (1.2, "as 1.2 equal ones"), (9.0, "as 1.4 equal ones")],
)
def test_providers_that_fall_together_count_as_fewer(adjusted: float | None, expected: str) -> None:
    shown = replace(ASSESSMENT, dependence_adjusted=adjusted)
    listed, note = headlines.concentration(shown)
    assert (listed, note) == ("3 providers", f"as concentrated {expected}")


def test_the_concentration_has_its_range_where_it_is_known() -> None:
    shown = replace(ASSESSMENT, dependence_adjusted=None)
    said = headlines.concentration(shown, RANGES)[1]
    assert said == "as concentrated as 1.4 (1.2–1.7) equal ones"
    stated = replace(RANGES, equal_ones=Interval(low=1.43, high=1.43))
    assert headlines.concentration(shown, stated) == headlines.concentration(shown)
    bar = headlines.concentration_spread(shown, RANGES)
    assert bar is not None
    assert (bar.low, round(bar.median, 1), bar.high) == (1.2, 1.4, 1.7)
    assert headlines.concentration_spread(shown, None) is None
    assert headlines.share_told("OpenAI", 0.82, RANGES) == "OpenAI 82 % (74–90 %)"
    assert headlines.share_reach("OpenAI", 0.82, RANGES) == "74–90 %"
    assert headlines.share_told("Nobody", 0.82, RANGES) == "Nobody 82 %"


def test_two_marks_say_how_much_is_known_and_what_the_rest_is() -> None:
    known, model = marks.explained(ACME)
    assert known[0] == "facts known 88 %"
    assert model[0] == "model: mostly judgement"
    assert "50 % is judgement, 25 % how often providers fail" in model[1]
    assert "by a factor of 2.2 up or down" in model[1]
    unsure = replace(ACME, variance_shares=VarianceShares(facts=0.7, rates=0.2, judgement=0.1))
    assert marks.explained(unsure)[1][0] == "model: mostly unknown facts"
    # Where nothing can be lost there is no model to doubt.
    assert len(marks.explained(CEDAR)) == 1


def test_who_runs_out_of_cash_is_a_count_with_its_range() -> None:
    count = CashOutCount(known=54, anyway=3, newly=5.0, newly_interval=Interval(low=0, high=13))
    assert headlines.out_of_cash(replace(ASSESSMENT, cash_out=count)) == (
        "5 more",
        "if their lead developer wound down; 0–13 in 8 of 10 worlds; 3 would anyway",
    )
    nobody = CashOutCount(known=0, anyway=0, newly=0.0, newly_interval=Interval(low=0, high=0))
    assert headlines.out_of_cash(replace(ASSESSMENT, cash_out=nobody))[0] == "unknown"


def test_the_story_of_a_startup_names_loss_days_and_cash() -> None:
    assert headlines.in_a_story(ACME) == (
        "The worst that may come is wind-down of OpenAI, once in 100 years: it would cost about "
        "$1.4M; leaving OpenAI takes about 24 days; its wind-down would leave 7 "
        "months of cash, of 12 today."
    )


def test_the_first_to_be_asked_have_the_widest_ranges_that_an_answer_narrows() -> None:
    # Bolt: 75,000² of which 40 %; Acme: 80,000² of which 12 %; Cedar has no question.
    assert headlines.first_questions(ASSESSMENT) == (
        ("Bolt $ [Legal]", "annual_revenue_usd"),
        ("Acme Notes", "Visit summaries / GPT-4o via Azure / exit_plan"),
    )


def test_the_rest_of_the_worst_years_is_counted_and_summed() -> None:
    # Acme 700,000 and Bolt 200,000 of the tail; by root OpenAI 800,000 and a model 100,000.
    assert headlines.tail_beyond(ASSESSMENT, "startup", 1) == (1, 200_000)
    assert headlines.tail_beyond(ASSESSMENT, "root", 1) == (1, 100_000)
    assert headlines.tail_beyond(ASSESSMENT, "startup", 5) == (0, 0)
