"""The chance of a wind-down before and after signals, and how sure it is."""

from dataclasses import replace
from datetime import timedelta
from math import exp, expm1, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from risk.assumptions import DEFAULTS
from risk.hazard.frequency import GammaLaw
from risk.hazard.signals import Signal, WindDown, drawn_ln_units, wind_down
from tests.hazard.test_signals import KINDS, SIGNALS, START, signal

#: Top-tier developer: median 0.006 and 95 % point 0.05 a year.
TOP = GammaLaw(0.5054, 0.5054 / 0.01307)
SURE = GammaLaw(1e9, 1e9 / 0.02)


def after(*signals: Signal, law: GammaLaw = TOP, days: float = 0.0, seed: int = 5) -> WindDown:
    return wind_down(law, signals, kinds=KINDS, as_of=START + timedelta(days=days), seed=seed)


def test_without_signals_the_chance_is_that_of_the_rate() -> None:
    # Relation 30. 1 - e^{-.01307 · 90/365} = 0.003218.
    quiet = after()
    assert quiet.probability == pytest.approx(0.003218, abs=1e-6)
    assert quiet.probability == pytest.approx(quiet.probability_before)
    assert quiet.rate_per_year == pytest.approx(0.01307)


def probability_within(rate_per_year: float, days: float) -> float:
    return -expm1(-rate_per_year * days / 365)


def test_a_dismissal_by_hand() -> None:
    # Odds .003218/.996782 = .0032281; times 8: .025825; P = .025825/1.025825 = .025175.
    dismissed = after(signal("chief_executive_dismissed"))
    assert dismissed.probability == pytest.approx(0.025175, abs=2e-6)
    # λ* = -ln(1 - P) · 365/90 = .1034 a year.
    assert dismissed.rate_per_year == pytest.approx(0.1034, abs=1e-4)
    assert probability_within(dismissed.rate_per_year, 90) == pytest.approx(dismissed.probability)


@settings(max_examples=30)
@given(SIGNALS, st.floats(0, 300))
def test_the_waterfall_leads_from_the_rate_to_the_answer(
    signals: list[Signal], days: float
) -> None:
    found = after(*signals, days=days)
    assert found.log_odds_after == found.log_odds_before + found.evidence.ln_units
    odds = found.probability / (1 - found.probability)
    assert log(odds) == pytest.approx(found.log_odds_after, abs=1e-6)


@settings(max_examples=30)
@given(SIGNALS, st.floats(1e-5, 20))
def test_the_chance_stays_strictly_between_0_and_1(signals: list[Signal], rate: float) -> None:
    # Relation 30.
    found = after(*signals, law=GammaLaw(1.0, 1 / rate), days=250)
    assert 0 < found.probability < 1
    assert 0 <= found.low <= found.high <= 1
    assert probability_within(found.rate_per_year, 90) == pytest.approx(found.probability)


@settings(max_examples=30)
@given(SIGNALS)
def test_removing_a_signal_for_lowers_the_chance(signals: list[Signal]) -> None:
    # Relation 30: a new strong signal of a group of its own, below the cap, always raises it.
    quiet = [one for one in signals if KINDS[one.kind].likelihood_ratio < 1]
    louder = after(*quiet, signal("regulator_suspension", 249), days=250)
    assert after(*quiet, days=250).probability < louder.probability


@settings(max_examples=20)
@given(SIGNALS, st.floats(0, 100))
def test_what_is_not_known_yet_leaves_answer_and_interval_as_they_are(
    signals: list[Signal], days: float
) -> None:
    # Relation 31, for every field including the draws.
    future = signal("staff_departures_confirmed", days + 1)
    assert after(*signals, future, days=days) == after(*signals, days=days)


@settings(max_examples=20)
@given(SIGNALS.flatmap(lambda known: st.tuples(st.just(known), st.permutations(known))))
def test_order_of_arrival_changes_nothing(pair: tuple[list[Signal], list[Signal]]) -> None:
    first, second = (after(*signals, days=250) for signals in pair)
    assert first.probability == second.probability
    assert (first.low, first.high) == pytest.approx((second.low, second.high))


def test_without_signals_the_interval_is_that_of_the_rate() -> None:
    # The 10 % and 90 % points of the Gamma law, each as a chance in 90 days.
    quiet = after()
    ends = gamma.ppf([0.1, 0.9], TOP.shape, scale=1 / TOP.years)
    # 20,000 draws: the 90 % point is known to about 2 %, the 10 % point of so skew a law to 7 %.
    assert quiet.high == pytest.approx(probability_within(ends[1], 90), rel=0.06)
    assert quiet.low == pytest.approx(probability_within(ends[0], 90), rel=0.25)


def test_of_a_rate_that_is_known_the_interval_is_that_of_the_ratio() -> None:
    # ln LR ~ N(ln 8, ½²): its 10 % and 90 % points are ln 8 ∓ 1.2816 · ½.
    found = after(signal("chief_executive_dismissed"), law=SURE)
    for end, sign in ((found.low, -1), (found.high, 1)):
        odds = exp(found.log_odds_before + log(8) + sign * 1.28155 * 0.5)
        assert end == pytest.approx(odds / (1 + odds), rel=0.03)


def test_with_nothing_unsure_the_draws_equal_the_point() -> None:
    # Two ways to the group discount: sorted by |w| line by line, and ρ·sum + (1 - ρ)·largest.
    known = [
        signal("chief_executive_dismissed"),
        signal("founder_or_chair_resigns", intensity=0.7),
        signal("second_interim_chief_executive"),
        signal("leadership_reinstated", reliability=0.5),
        signal("backer_commits"),
    ]
    exact = replace(DEFAULTS, signal_ratio_spread=0.0)
    drawn = drawn_ln_units(known, kinds=KINDS, as_of=START, seed=1, numbers=exact)
    assert np.ptp(drawn) == 0
    assert drawn[0] == pytest.approx(after(*known).evidence.ln_units)


def test_the_interval_is_repeatable_and_depends_on_the_seed_but_little() -> None:
    one = signal("staff_threaten_to_quit")
    assert after(one, seed=1) == after(one, seed=1)
    assert after(one, seed=1).high != after(one, seed=2).high
    assert after(one, seed=1).high == pytest.approx(after(one, seed=2).high, rel=0.1)


def test_hearing_the_same_twice_is_less_than_two_signals_and_more_than_one() -> None:
    one = signal("chief_executive_dismissed")
    twice = after(one, replace(one, source="another paper"))
    assert after(one).probability < twice.probability
    # ρ = ½: ln 8 + ½ ln 8, a factor of 8^1.5 = 22.6 rather than 64.
    assert twice.evidence.likelihood_ratio == pytest.approx(8**1.5)


def test_five_days_of_november_2023_raise_the_chance_and_the_end_of_the_crisis_lowers_it() -> None:
    known = [
        signal("chief_executive_dismissed"),
        signal("founder_or_chair_resigns"),
        signal("backer_commits", 1),
        signal("second_interim_chief_executive", 2),
        signal("staff_threaten_to_quit", 3),
        signal("leadership_reinstated", 4),
    ]
    by_day = [after(*known, days=day).probability for day in range(-1, 5)]
    before, dismissed, backed, interim, threatened, settled = by_day
    assert before == after().probability
    assert before < backed < interim < dismissed < threatened
    assert settled < interim
    assert threatened > 0.2
