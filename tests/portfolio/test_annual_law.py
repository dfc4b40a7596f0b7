"""The year's law with uncertain rates and frailty, against closed forms."""

from math import comb, lgamma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.measures import compound_poisson, tail_value_at_risk, value_at_risk
from risk.portfolio.annual_law import (
    EventMasses,
    annual_law,
    contributions,
    tail_sum_error,
)

Array = NDArray[np.float64]


def event(
    rate: float,
    *losses: float,
    shape: float | None = None,
    frail: bool = False,
    owner: int = 0,
    owners: int = 2,
) -> EventMasses:
    """Equally likely losses, all of one owner."""
    amounts = np.array(losses)
    parts = np.zeros((owners, len(losses)))
    parts[owner] = amounts
    return EventMasses(
        rate_per_year=rate,
        rate_shape=shape,
        frail=frail,
        losses=amounts,
        probability=np.full(len(losses), 1 / len(losses)),
        parts=parts,
    )


def counts(rate: float, shape: float, cells: int) -> Array:
    """NegBin(size a, p = b/(b+1)), b = a/λ: Γ(a+k)/(Γ(a) k!) p^a (1-p)^k."""
    b = shape / rate
    p = b / (b + 1)
    k = np.arange(cells)
    log = np.array([lgamma(shape + i) - lgamma(shape) - lgamma(i + 1) for i in k])
    return np.asarray(np.exp(log + shape * np.log(p) + k * np.log1p(-p)))


def on_unit_cells(one: EventMasses, frailty: float) -> Array:
    """P(sum is k losses): masses of the grid gathered around each multiple of the loss."""
    year = annual_law([one], frailty_variance=frailty, cells=2**14)
    size = one.losses[0] / year.law.step[0]
    index = np.round(np.arange(2**14) / size).astype(int)
    return np.bincount(index, weights=year.law.probability[0], minlength=40)[:10]


def test_one_uncertain_rate_makes_negative_binomial_counts() -> None:
    # λ ~ Gamma(a = 2, b = 4): mean .5. P(0) = (4/5)^2 = .64, P(1) = 2 · .64 · .2 = .256.
    found = on_unit_cells(event(0.5, 1_000.0, shape=2.0), 0.0)
    assert found[0] == pytest.approx(0.64, abs=1e-7)
    assert found[1] == pytest.approx(0.256, abs=1e-7)
    assert found == pytest.approx(counts(0.5, 2.0, 10), abs=1e-7)


def test_frailty_makes_the_same_counts_as_a_gamma_rate_of_shape_one_over_its_variance() -> None:
    found = on_unit_cells(event(3.0, 1_000.0, frail=True), 0.25)
    assert found == pytest.approx(counts(3.0, 4.0, 10), abs=1e-7)


def test_known_rates_give_the_compound_poisson_law() -> None:
    events = [event(0.6, 100.0), event(0.4, 250.0, 400.0)]
    year = annual_law(events, frailty_variance=0.0, cells=2**12)
    plain = compound_poisson(
        np.array([[100.0, 250.0, 400.0]]),
        np.array([0.6, 0.2, 0.2]),
        cells=2**12,
        ceiling=year.law.step * (2**12 - 1),
    )
    assert year.law.probability[0] == pytest.approx(plain.probability[0], abs=1e-12)


def test_frailty_keeps_the_mean_and_adds_theta_lambda_squared_to_the_variance() -> None:
    # Var N = λ + θ λ²: λ = 40, θ = .15: 40 + 240 = 280.
    one = event(40.0, 1.0, frail=True)
    year = annual_law([one], frailty_variance=0.15, cells=2**14)
    grid = np.arange(2**14) * year.law.step[0]
    mean = (year.law.probability[0] * grid).sum()
    spread = (year.law.probability[0] * grid**2).sum() - mean**2
    assert mean == pytest.approx(40, rel=1e-6)
    assert spread == pytest.approx(280, rel=1e-3)


def test_two_frail_events_move_together() -> None:
    # Cov = θ λ_A λ_B: the sum's variance exceeds that of two independent frail events.
    a, b = event(10.0, 1.0, frail=True), event(10.0, 1.0, frail=True, owner=1)
    both = annual_law([a, b], frailty_variance=0.2, cells=2**13)
    grid = np.arange(2**13) * both.law.step[0]
    mean = (both.law.probability[0] * grid).sum()
    spread = (both.law.probability[0] * grid**2).sum() - mean**2
    # 10 + 10 + θ (10 + 10)² = 20 + .2 · 400 = 100
    assert spread == pytest.approx(100, rel=1e-3)


def test_an_uncertain_rare_event_keeps_the_mean_and_worsens_the_tail() -> None:
    sure = annual_law([event(0.05, 1e6)], frailty_variance=0.0)
    unsure = annual_law([event(0.05, 1e6, shape=0.5)], frailty_variance=0.0)
    assert value_at_risk(sure.law, 0.99)[0] <= tail_value_at_risk(unsure.law, 0.99)[0]
    assert tail_value_at_risk(unsure.law, 0.99)[0] > tail_value_at_risk(sure.law, 0.99)[0]


rates = st.floats(0.05, 3)
shapes = st.one_of(st.none(), st.floats(0.4, 20))
amounts = st.lists(st.floats(10, 1e4), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(rates, amounts, shapes, st.booleans()), min_size=1, max_size=4),
    st.sampled_from([0.0, 0.15]),
)
def test_contributions_sum_to_the_tail_and_need_hardly_any_scaling(
    listed: list[tuple[float, list[float], float | None, bool]], frailty: float
) -> None:
    events = [
        event(rate, *losses, shape=shape, frail=frail, owner=i % 2)
        for i, (rate, losses, shape, frail) in enumerate(listed)
    ]
    year = annual_law(events, frailty_variance=frailty)
    by_owner, by_event = contributions(events, year, level=0.95)
    total = tail_value_at_risk(year.law, 0.95)[0]
    assert by_owner.sum() == pytest.approx(total, rel=1e-9)
    assert sum(one.sum() for one in by_event) == pytest.approx(total, rel=1e-9)
    # A single loss off the grid's cells is the worst case; many losses do far better.
    assert tail_sum_error(events, year, level=0.95) < 5e-2


def test_the_hand_checked_binomial_coefficient_agrees() -> None:
    # Γ(2 + k)/(Γ(2) k!) = k + 1 = C(k + 1, k)
    expected = [comb(k + 1, k) * 0.64 * 0.2**k for k in range(5)]
    assert counts(0.5, 2.0, 5) == pytest.approx(expected)
