"""Elicited laws of rates."""

import pytest
from scipy.stats import gamma

from risk.hazard.rate_laws import elicited_gamma


@pytest.mark.parametrize(("median", "q95"), [(0.006, 0.05), (0.03, 0.12), (1.0, 2.0)])
def test_elicited_gamma_has_the_stated_median_and_95_percent_point(
    median: float, q95: float
) -> None:
    shape, scale = elicited_gamma(median, q95)
    assert gamma.ppf(0.5, shape, scale=scale) == pytest.approx(median)
    assert gamma.ppf(0.95, shape, scale=scale) == pytest.approx(q95)


def test_elicitation_refuses_a_95_percent_point_below_the_median() -> None:
    with pytest.raises(ValueError, match="above the median"):
        elicited_gamma(0.1, 0.05)
