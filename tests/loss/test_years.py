"""Laws of a year against years drawn plainly, and against many cells."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.falters import FalterKind
from risk.catalog.records import Retirement
from risk.inventory.records import Depth, Fallback, Requirement
from risk.loss.books import book_year
from risk.loss.own_years import own_years
from risk.loss.tails import tail_parts, tail_shares
from risk.loss.years import lay, lognormal_cells, mixed
from tests.loss import small
from tests.loss.test_kernels import EVERYTHING
from tests.oracle.years import disruptions, drawn_years, law_on_cells, tail_mean
from tests.small_world import AS_OF, TODAY, dependency, rate, small_catalog, startup

CATALOG = small_catalog(rates=EVERYTHING)
STARTUPS = (
    startup("Direct", dependency("a", "Alpha", "Alpha", model="alpha-1")),
    startup("Hosted", dependency("b", "Alpha", "Cloud", model="alpha-1", depth=Depth.AGENTS)),
    startup(
        "Backed",
        dependency(
            "c",
            "Beta",
            "Beta",
            fallback=Fallback.UNTESTED,
            fallback_developer="Alpha",
            fallback_host="Cloud",
        ),
        annual_revenue_usd=9_000_000.0,
    ),
    startup(
        "Both",
        dependency("d", "Alpha", "Alpha", model="alpha-1"),
        dependency("e", "Beta", "Beta"),
        requirement=Requirement.ALL,
    ),
    startup(
        "Either",
        dependency("f", "Alpha", "Cloud", model="alpha-1"),
        dependency("g", "Beta", "Beta"),
        requirement=Requirement.ANY,
    ),
)


def law_of(*startups, catalog=CATALOG):
    held = small.book(*startups, catalog=catalog)
    on = small.ground(held, catalog)
    _, kept = small.valued(held, on)
    return book_year(on, kept).law


def everything(*startups, catalog=CATALOG):
    drawn = list(small.begins(*startups, catalog=catalog))
    return disruptions(startups, catalog=catalog, assumptions=DEFAULTS, today=TODAY, begins=drawn)


@pytest.mark.parametrize(
    "startups",
    [STARTUPS, STARTUPS[3:4], STARTUPS[4:5], STARTUPS[:2]],
    ids=["five", "both", "either", "two hosts"],
)
def test_a_law_agrees_with_years_drawn_plainly(startups):
    law = law_of(*startups)
    years = drawn_years(everything(*startups), 200_000, seed=4).sum(axis=1)
    error = years.std() / np.sqrt(len(years))
    assert law.mean == pytest.approx(years.mean(), abs=3 * error)
    # Of the value at risk the parts say how sure it is; a law on cells knows it to a cell or two.
    risks = [np.quantile(one, 0.95) for one in years.reshape(20, -1)]
    unsure = 3 * np.std(risks) / np.sqrt(20)
    cell = law.losses.max() / 511
    assert law.value_at_risk(0.95) == pytest.approx(np.mean(risks), abs=unsure + 2 * cell)
    for level in (0.9, 0.95, 0.99):
        # The tail's mean over 20 parts of the years says how sure it is.
        parts = [
            tail_mean(np.sort(one), np.full(len(one), 1 / len(one)), level)
            for one in years.reshape(20, -1)
        ]
        unsure = 3 * np.std(parts) / np.sqrt(20)
        # Outages are one lognormal and losses lie on 512 cells: half a per cent beside chance.
        expected = np.mean(parts)
        assert law.tail_value_at_risk(level) == pytest.approx(
            expected, abs=unsure + 0.005 * expected
        )


def test_shares_of_the_tail_are_those_of_years_drawn_plainly():
    held = small.book(*STARTUPS, catalog=CATALOG)
    ground = small.ground(held, CATALOG)
    _, kept = small.valued(held, ground)
    shares = tail_shares(ground, kept, book_year(ground, kept))
    found = tail_parts(held.exposures, ground, shares).startups
    years = drawn_years(everything(*STARTUPS), 400_000, seed=9)
    whole = years.sum(axis=1)
    worst = years[np.argsort(whole)[-20_000:]]
    # The mean of each startup's part of the worst 5 % of years, and how sure that is. Outages are
    # shared out by their means, though the long ones weigh more: five per cent beside chance.
    unsure = 3 * worst.std(axis=0) / np.sqrt(len(worst))
    expected = worst.mean(axis=0)
    assert (np.abs(found - expected) < unsure + 0.05 * expected).all(), (found, expected)


def test_a_law_agrees_with_many_cells():
    exact, step = law_on_cells(everything(*STARTUPS))
    cells = np.arange(len(exact)) * step
    law = law_of(*STARTUPS)
    for level, tolerance in ((0.95, 0.003), (0.99, 0.004)):
        expected = tail_mean(cells, exact, level)
        assert law.tail_value_at_risk(level) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("one", STARTUPS, ids=lambda one: one.name)
def test_a_startups_own_tail_agrees_with_many_cells(one):
    held = small.book(one, catalog=CATALOG)
    found = own_years(held.exposures, small.ground(held, CATALOG))
    exact, step = law_on_cells(everything(one))
    cells = np.arange(len(exact)) * step
    assert found.tvar95[0] == pytest.approx(tail_mean(cells, exact, 0.95), rel=0.03)
    assert found.mean[0] == pytest.approx(cells @ exact, rel=0.01)


def test_what_comes_at_most_once_is_never_lost_twice():
    # A wind-down with p = 1 - e^-2 = 0.8647 and nothing else: two atoms, no third at twice the
    # loss, which a Poisson number would put there with probability 0.27.
    certain = small_catalog(rates=(rate("Alpha", FalterKind.WIND_DOWN, 2.0, notice_days=14),))
    law = law_of(startup("Direct", dependency("d", "Alpha", "Alpha")), catalog=certain)
    loss = law.mean / (1 - np.exp(-2))
    assert law.exceeded(np.array([1.01 * loss]))[0] == pytest.approx(0, abs=1e-9)
    assert law.exceeded(np.array([0.9 * loss]))[0] == pytest.approx(1 - np.exp(-2), rel=1e-6)


def test_a_dated_retirement_is_in_every_year():
    ends = Retirement(
        developer="Alpha",
        model="alpha-1",
        announced=None,
        shutdown=TODAY + timedelta(days=10),
        replacement=None,
        source="test",
        as_of=AS_OF,
    )
    law = law_of(
        startup("Direct", dependency("d", "Alpha", "Alpha", model="alpha-1")),
        catalog=replace(small_catalog(), retirements=(ends,)),
    )
    assert law.value_at_risk(0.001) == pytest.approx(law.mean, rel=0.003)
    assert law.value_at_risk(0.999) == pytest.approx(law.mean, rel=0.003)


def test_laying_keeps_mass_and_mean():
    found = lay(np.array([1.25, 0.0, 99.0]), np.array([0.5, 0.25, 0.25]), np.zeros(3, int), (1, 8))
    # 1.25 is laid 0.375 on cell 1 and 0.125 on cell 2; what is beyond the last cell lies on it.
    np.testing.assert_allclose(found[0], [0.25, 0.375, 0.125, 0, 0, 0, 0, 0.25], atol=1e-5)


def test_a_lognormal_on_cells_keeps_mass_mean_and_variance():
    found = lognormal_cells(np.array([40.0, 0.0]), np.array([25.0, 0.0]), 1.0)
    cells = np.arange(512)
    assert found.sum(axis=1) == pytest.approx([1, 1])
    assert found[0] @ cells == pytest.approx(40, rel=1e-9)
    # Splitting a mass between neighbours adds at most a quarter of a cell squared.
    assert 25 <= found[0] @ (cells - 40.0) ** 2 <= 25.25
    assert found[1, 0] == 1


def test_mixed_laws_have_their_quantiles():
    law = mixed(np.array([[0.0, 10.0], [0.0, 20.0]]), np.array([[0.5, 0.5], [0.5, 0.5]]))
    # Half of all years cost nothing, a quarter 10 and a quarter 20.
    assert law.value_at_risk(0.6) == 10
    assert law.value_at_risk(0.9) == 20
    assert law.tail_value_at_risk(0.5) == pytest.approx(15)
    assert law.exceeded(np.array([0.0, 10.0, 20.0])) == pytest.approx([0.5, 0.25, 0])
