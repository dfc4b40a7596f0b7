"""Scores of forecasts against answers worked out by hand, and what must hold of any."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.hazard.forecast_scores import (
    FEWEST,
    Verdict,
    chance_score,
    scored,
    share_interval,
)
from risk.hazard.forecasts import Answered, Forecast, Kept, Outcome, Question, State
from risk.hazard.scoring_rules import pinball
from tests.hazard.test_forecasts import HOURS, LATER, LONG, kept

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_the_parts_of_a_brier_score_by_hand():
    # Twice 20 % (one came), twice 80 % (both came). Brier: (0.04 + 0.64 + 0.04 + 0.04)/4 = 0.19.
    # Groups 20 %: share ½, and 80 %: share 1; base ¾.
    # Reliability ½·0.3² + ½·0.2² = 0.065, resolution ½·0.25² + ½·0.25² = 0.0625, uncertainty 3/16.
    found = chance_score([(0.2, True), (0.2, False), (0.8, True), (0.8, True)])
    assert found.brier == pytest.approx(0.19)
    assert found.reliability == pytest.approx(0.065)
    assert found.resolution == pytest.approx(0.0625)
    assert found.uncertainty == pytest.approx(3 / 16)
    assert found.within == pytest.approx(0.0, abs=1e-12)
    assert (found.expected, found.happened) == (2.0, 3)
    # Always ¾: 3/16. Always 50 %: ¼, of which 0.19 leaves 76 %.
    assert found.base_rate.brier == pytest.approx(3 / 16)
    assert found.coin.brier == 0.25
    assert found.coin.skill == pytest.approx(0.24)


def test_of_few_questions_nothing_is_said():
    few = chance_score([(0.9, True)] * (FEWEST - 1))
    assert not few.is_enough
    assert {few.coin.verdict, few.base_rate.verdict} == {Verdict.TOO_FEW}
    enough = chance_score([(0.9, True)] * FEWEST)
    assert enough.is_enough
    assert enough.coin.verdict is Verdict.BETTER
    # Everything came: the share that came true was always right, and no score beats it.
    assert enough.base_rate.skill is None
    assert enough.base_rate.verdict is Verdict.WORSE


def test_a_difference_that_chance_may_make_is_none():
    mixed = chance_score([(0.45, False), (0.55, True), (0.55, False), (0.45, True)] * 5)
    assert mixed.coin.verdict is Verdict.NO_DIFFERENCE


def test_groups_say_how_few_they_are():
    # 3 of 3: the lower end solves p³ = 2.5 %, 0.292; the upper is 1. None of 3: 1 - 0.292.
    assert share_interval(3, 3) == (pytest.approx(0.2924, abs=1e-4), 1.0)
    assert share_interval(0, 3) == (0.0, pytest.approx(0.7076, abs=1e-4))
    (group,) = chance_score([(0.05, True)] * 3).groups
    assert (group.questions, group.happened, group.share) == (3, 3, 1.0)
    assert not group.is_held


@given(PAIRS)
def test_a_brier_score_is_the_sum_of_its_parts(pairs: list[tuple[float, bool]]):
    found = chance_score(pairs)
    parts = found.reliability - found.resolution + found.uncertainty + found.within
    assert found.brier == pytest.approx(parts)
    assert sum(one.questions for one in found.groups) == len(pairs)
    assert sum(one.happened for one in found.groups) == found.happened
    assert all(one.low <= one.share <= one.high for one in found.groups)


@given(PAIRS)
def test_an_answer_nearer_the_truth_never_scores_worse(pairs: list[tuple[float, bool]]):
    nearer = [((chance + came) / 2, came) for chance, came in pairs]
    assert chance_score(nearer).brier <= chance_score(pairs).brier
    assert chance_score(nearer).bits <= chance_score(pairs).bits + 1e-9


def test_a_chance_of_nothing_that_came_is_finite():
    assert chance_score([(0.0, True)]).bits == 1000


@pytest.mark.parametrize(
    ("level", "quantile", "came", "loss"),
    [(0.9, 10.0, 12.0, 1.8), (0.9, 10.0, 7.0, 0.3), (0.5, 4.0, 4.0, 0.0)],
)
def test_a_quantile_is_scored_by_its_pinball_loss(
    level: float, quantile: float, came: float, loss: float
):
    # Above: 0.9·2; below: 0.1·3.
    assert pinball(level, quantile, came) == pytest.approx(loss)


def of(asked: Forecast, number: int, outcome: Outcome | None, hours: float | None = None) -> Kept:
    said = None if outcome is None else Answered(outcome=outcome, hours=hours)
    return replace(kept(asked, said), number=number)


def test_only_what_is_over_and_answered_is_scored_and_the_most_surprising_comes_first():
    ahead = replace(LONG, last_day=date(2099, 1, 1))
    found = scored(
        [
            of(LONG, 1, Outcome.NO),
            of(LONG, 2, Outcome.YES),
            of(LONG, 3, None),
            of(LONG, 4, Outcome.VOID),
            of(ahead, 5, Outcome.YES),
            of(HOURS, 6, Outcome.AMOUNT, 11.0),
        ],
        today=LATER,
    )
    assert found.states == {
        State.AHEAD: 1,
        State.UNANSWERED: 1,
        State.SETTLED: 3,
        State.VOID: 1,
    }
    # 30 % and a yes: 1.7 bits; above the 90 % point: 2.3; 30 % and a no: 0.5.
    assert [one.number for one in found.settled] == [6, 2, 1]
    assert found.together is not None
    # 0.3 for each: (0.09 + 0.49)/2.
    assert (found.together.questions, found.together.brier) == (2, pytest.approx(0.29))
    assert set(found.by_question) == {Question.LONG_OUTAGE}
    amounts = found.amounts
    assert amounts is not None
    assert (amounts.questions, amounts.held, amounts.above) == (1, 0, 1)
    # 11 h beside 1, 2, 4, 6, 10: 0.1·10 + 0.25·9 + 0.5·7 + 0.75·5 + 0.9·1 = 11.4, a fifth of it.
    assert amounts.pinball == pytest.approx(2.28)


def test_of_nothing_there_is_no_score():
    found = scored([], today=LATER)
    assert (found.together, found.amounts, found.settled) == (None, None, ())
    with pytest.raises(ValueError, match="nothing to score"):
        chance_score([])
