"""Rates of rare events in cells, drawn together, clumps counted once, and scored on later time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from risk.hazard.cell_rates import Cell, Rival, check_cells, clump, fit_cells


def cells(*records: tuple[int, float], wide: float = 1.0) -> list[Cell]:
    return [
        Cell(name=f"cell {place}", events=events, years=years, days=events, clump=wide)
        for place, (events, years) in enumerate(records)
    ]


DIFFERENT = ((0, 100.0), (1, 75.0), (0, 230.0), (1, 100.0), (13, 272.0), (6, 134.0))


def test_a_clump_is_what_a_random_event_lies_in() -> None:
    assert clump([]) == 1
    assert clump(["a", "b", "c"]) == 1
    assert clump(["a", "a", "a"]) == 3
    # Two on one day and one on another: (4 + 1)/3.
    assert clump(["a", "a", "b"]) == pytest.approx(5 / 3)


def test_a_cell_without_an_event_has_the_rate_that_all_share_and_its_own_years() -> None:
    fit = fit_cells(cells(*DIFFERENT))
    prior = fit.prior.law
    assert fit.prior.fitted
    # (α + 0)/(β + 100).
    assert fit.cells[0].rate == pytest.approx(prior.shape / (prior.years + 100))
    assert 0 < fit.cells[0].rate < fit.pooled_rate


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(1, 300)), min_size=1, max_size=8))
def test_a_rate_lies_between_its_own_record_and_what_all_share(
    records: list[tuple[int, float]],
) -> None:
    fit = fit_cells(cells(*records))
    for one in fit.cells:
        ends = sorted((one.cell.events / one.cell.years, fit.prior.law.mean))
        assert ends[0] - 1e-12 <= one.rate <= ends[1] + 1e-12
        low, high = one.interval
        assert 0 <= low < high


# An example fits all cells twice in a twentieth of a second, and what is asked is a proportion.
@settings(max_examples=20)
@given(st.floats(1.1, 20))
def test_clumps_leave_the_rate_and_widen_its_interval(wide: float) -> None:
    single, clumped = fit_cells(cells(*DIFFERENT)), fit_cells(cells(*DIFFERENT, wide=wide))
    for one, other in zip(single.cells, clumped.cells, strict=True):
        assert other.rate == pytest.approx(one.rate)
        assert other.law.shape / other.law.years**2 == pytest.approx(
            wide * one.law.shape / one.law.years**2
        )


def test_counts_ahead_are_scored_as_a_multiple_of_a_negative_binomial() -> None:
    fit = fit_cells(cells(*DIFFERENT, wide=3.0))
    check = check_cells(
        fit, cells(*[(6, 50.0)] * 6), last_year=cells(*[(2, 100.0)] * 6), judged=0.15
    )
    ours = fit.cells[4].law
    # 50 years ahead hold M = 0, 1, … clumps of three: P(M ≤ m) of NegBin(a, b/(b + 50/3)).
    law = nbinom(ours.shape, ours.years / (ours.years + 50 / 3))
    counts = np.arange(3000)
    expected = ((law.cdf(counts // 3) - (counts >= 6)) ** 2).sum()
    assert check.cells[4].crps[Rival.FIT] == pytest.approx(expected, rel=1e-6)
    assert check.cells[4].expected[Rival.FIT] == pytest.approx(50 * fit.cells[4].rate)
    # The rivals by hand: 2 in 100 years make 1 in 50, and 0.15 a year 7.5.
    assert check.cells[4].expected[Rival.LAST_YEAR] == pytest.approx(1.0)
    assert check.cells[4].expected[Rival.JUDGED] == pytest.approx(7.5)
    assert check.cells[4].expected[Rival.POOLED] == pytest.approx(50 * 21 / 911)


def test_a_rival_that_is_right_is_named_as_better_and_a_count_outside_is_a_miss() -> None:
    fit = fit_cells(cells(*[(0, 100.0)] * 4))
    check = check_cells(
        fit, cells(*[(15, 100.0)] * 4), last_year=cells(*[(0, 100.0)] * 4), judged=0.15
    )
    assert check.better[0] is Rival.JUDGED
    assert not any(one.is_held for one in check.cells)
    quiet = check_cells(
        fit, cells(*[(0, 100.0)] * 4), last_year=cells(*[(0, 100.0)] * 4), judged=0.15
    )
    assert Rival.JUDGED not in quiet.better
    assert all(one.is_held for one in quiet.cells)


def test_a_cell_that_nobody_watched_later_is_not_scored() -> None:
    fit = fit_cells(cells(*DIFFERENT))
    later = cells((0, 0.0), *[(0, 10.0)] * 5)
    check = check_cells(fit, later, last_year=later, judged=0.1)
    assert [one.name for one in check.cells] == [f"cell {place}" for place in range(1, 6)]
