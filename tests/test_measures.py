"""Risk measures against sums done by hand, Panjer's recursion and a closed form."""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.measures import (
    AnnualLossLaw,
    compound_poisson,
    effective_number,
    herfindahl,
    survival,
    tail_contributions,
    tail_value_at_risk,
    value_at_risk,
)

Array = NDArray[np.float64]


def panjer(severity: Array, rate: float, cells: int) -> Array:
    """p_0 = e^{-λ(1 - f_0)}; p_k = (λ / k) Σ_j j f_j p_{k-j} (Panjer 1981)."""
    law = np.zeros(cells)
    law[0] = exp(-rate * (1 - severity[0]))
    for k in range(1, cells):
        reach = min(k, len(severity) - 1)
        j = np.arange(1, reach + 1)
        law[k] = rate / k * (j * severity[1 : reach + 1] * law[k - j]).sum()
    return law


def test_compound_poisson_by_fourier_equals_panjers_recursion() -> None:
    # Losses of 1, 2 and 5 with rates 0.6, 0.3, 0.1: λ = 1.
    losses, rates = np.array([[1.0, 2.0, 5.0]]), np.array([0.6, 0.3, 0.1])
    law = compound_poisson(losses, rates, cells=128, ceiling=np.array([127.0]))
    severity = np.array([0.0, 0.6, 0.3, 0.0, 0.0, 0.1])
    assert law.step[0] == 1
    assert law.probability[0, :60] == pytest.approx(panjer(severity, 1.0, 128)[:60], abs=1e-12)


def test_the_mean_of_the_law_is_the_sum_of_rate_times_loss() -> None:
    # 0.6·1 + 0.3·2.5 + 0.1·7.25 = 2.075, although 2.5 and 7.25 lie between cells.
    losses, rates = np.array([[1.0, 2.5, 7.25]]), np.array([0.6, 0.3, 0.1])
    law = compound_poisson(losses, rates, cells=4096)
    mean = (law.probability[0] * np.arange(4096)).sum() * law.step[0]
    # The grid ends twelve standard deviations above the mean; what lies beyond wraps around.
    assert mean == pytest.approx(2.075, rel=1e-6)


def law_of(probabilities: list[float]) -> AnnualLossLaw:
    return AnnualLossLaw(np.array([probabilities]), np.array([10.0]))


def test_value_and_tail_value_at_risk_with_a_tie_at_the_level() -> None:
    # Losses 0, 10, 20, 30 with probabilities .90, .04, .04, .02. VaR95 = 20 (P(<= 10) = .94 < .95).
    # Worst 5 % of years: .02 at 30 and .03 of those at 20: (.02·30 + .03·20)/.05 = 24.
    law = law_of([0.90, 0.04, 0.04, 0.02])
    assert value_at_risk(law, 0.95)[0] == 20
    assert tail_value_at_risk(law, 0.95)[0] == pytest.approx(24)


def test_tail_value_at_risk_at_level_zero_is_the_mean() -> None:
    law = law_of([0.90, 0.04, 0.04, 0.02])
    assert tail_value_at_risk(law, 0.0)[0] == pytest.approx(0.4 + 0.8 + 0.6)


def test_contributions_of_two_independent_halves_are_equal_and_sum_to_the_whole() -> None:
    losses, rates = np.array([100.0, 100.0]), np.array([0.2, 0.2])
    parts = np.diag(losses)
    law = compound_poisson(losses[None, :], rates)
    shares = tail_contributions(losses, rates, parts, law=law, level=0.95)
    total = tail_value_at_risk(law, 0.95)[0]
    assert shares.sum() == pytest.approx(total)
    assert shares[0] == pytest.approx(shares[1])


def test_herfindahl_and_effective_number_of_a_hand_checked_case() -> None:
    # Shares .5 .3 .2: .25 + .09 + .04 = .38; 1/.38 = 2.6316
    shares = np.array([50.0, 30.0, 20.0])
    assert herfindahl(shares) == pytest.approx(0.38)
    assert effective_number(shares) == pytest.approx(2.6316, abs=1e-4)


@given(st.integers(1, 40))
def test_equal_shares_have_their_count_as_effective_number(count: int) -> None:
    assert effective_number(np.full(count, 7.0)) == pytest.approx(count)


some_losses = st.lists(st.floats(1, 1e6), min_size=1, max_size=6)


@given(some_losses, st.floats(0.01, 3))
def test_value_at_risk_never_exceeds_tail_value_at_risk(losses: list[float], rate: float) -> None:
    masses = np.array([losses])
    law = compound_poisson(masses, np.full(len(losses), rate), cells=1024)
    for level in (0.5, 0.9, 0.99):
        assert value_at_risk(law, level)[0] <= tail_value_at_risk(law, level)[0] + 1e-6
    tails = [tail_value_at_risk(law, level)[0] for level in (0.0, 0.5, 0.9, 0.99)]
    assert tails == sorted(tails)


@given(some_losses)
def test_survival_starts_at_one_and_falls(losses: list[float]) -> None:
    law = compound_poisson(np.array([losses]), np.full(len(losses), 0.3), cells=512)
    curve = survival(law)[0]
    assert curve[0] == pytest.approx(1)
    assert np.all(np.diff(curve) <= 1e-12)
