"""Laws of a year against years drawn plainly, and against many cells."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from risk.assumptions import DEFAULTS, override
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Retirement
from risk.inventory.records import Depth, Fallback, Requirement
from risk.loss.books import book_year
from risk.loss.startup_years import mix_years, startup_years
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

ENDS = Retirement(
    developer="Alpha",
    model="alpha-1",
    announced=None,
    shutdown=TODAY,
    replacement=None,
    source="test",
    as_of=AS_OF,
)


def law_of(*startups, catalog=CATALOG):
    held = small.book(*startups, catalog=catalog)
    on = small.world_tables(held, catalog)
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
    world_tables = small.world_tables(held, CATALOG)
    _, kept = small.valued(held, world_tables)
    shares = tail_shares(world_tables, kept, book_year(world_tables, kept))
    found = tail_parts(held.exposures, world_tables, shares).startups
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
    found = startup_years(held.exposures, small.world_tables(held, CATALOG))
    exact, step = law_on_cells(everything(one))
    cells = np.arange(len(exact)) * step
    assert found.tvar95[0] == pytest.approx(tail_mean(cells, exact, 0.95), rel=0.03)
    assert found.mean[0] == pytest.approx(cells @ exact, rel=0.01)


def test_what_comes_at_most_once_is_never_lost_twice():
    # A wind-down with p = 1 - e^-2 = 0.8647 and nothing else: two atoms, no third at twice the
    # loss, which a Poisson number would put there with probability 0.27.
    certain = small_catalog(rates=(rate("Alpha", FailureKind.WIND_DOWN, 2.0, notice_days=14),))
    law = law_of(startup("Direct", dependency("d", "Alpha", "Alpha")), catalog=certain)
    loss = law.mean / (1 - np.exp(-2))
    assert law.exceeded(np.array([1.01 * loss]))[0] == pytest.approx(0, abs=1e-9)
    assert law.exceeded(np.array([0.9 * loss]))[0] == pytest.approx(1 - np.exp(-2), rel=1e-6)


def test_a_dated_retirement_is_in_every_year():
    ends = replace(ENDS, shutdown=TODAY + timedelta(days=10))
    law = law_of(
        startup("Direct", dependency("d", "Alpha", "Alpha", model="alpha-1")),
        catalog=replace(small_catalog(), retirements=(ends,)),
    )
    assert law.value_at_risk(0.001) == pytest.approx(law.mean, rel=0.003)
    assert law.value_at_risk(0.999) == pytest.approx(law.mean, rel=0.003)


def test_the_1_in_20_year_loss_of_who_surely_loses_everything_is_everything():
    # The only disruption is a last day in ten days, and leaving a fine-tuned model takes one
    # engineer longer than a year. Each year costs a year's margin, 365 · $10,000, and leaving once:
    # 104 weeks · (2 - 0.4) · $4,000 + $2,000 evaluations + $15,000 tuning = $682,600.
    ends = replace(ENDS, shutdown=TODAY + timedelta(days=10))
    catalog = replace(small_catalog(), retirements=(ends,))
    long = override(DEFAULTS, {"effort_fine_tuned": 104})
    tuned = dependency("d", "Alpha", "Alpha", model="alpha-1", depth=Depth.FINE_TUNED)
    held = small.book(startup("Tuned", tuned, engineers=1.0), catalog=catalog)
    found = startup_years(held.exposures, small.world_tables(held, catalog, assumptions=long))
    assert found.mean == pytest.approx([4_332_600])
    assert found.var95 == pytest.approx([4_332_600])
    assert found.tvar95 == pytest.approx([4_332_600])
    many = small.world_tables(held, catalog, assumptions=long, count=16, drawn=True)
    found = startup_years(held.exposures, many)
    assert found.mean[0] < found.var95[0] <= found.tvar95[0] * (1 + 1e-9)


def test_mixing_finds_the_value_at_risk_wherever_the_mass_lies():
    # Two worlds on cells of 1 and of 2 USD. First startup: 10 for certain in one, 10 in the other;
    # second: 4 with 0.97 and 10 with 0.03 in one, nothing in the other: 1.5 % lose 10, so one year
    # in twenty costs 4 or more.
    laws, steps = np.zeros((2, 2, 11)), np.array([[1.0, 1.0], [2.0, 2.0]])
    laws[0, 0, 10] = laws[1, 0, 5] = 1.0
    laws[0, 1, 4], laws[0, 1, 10], laws[1, 1, 0] = 0.97, 0.03, 1.0
    found = np.zeros((2, 3))
    mix_years(laws, steps, 0.95, np.zeros(1_024), found)
    cell = 20 / 1_023
    assert found[:, 0] == pytest.approx([10, (0.97 * 4 + 0.03 * 10) / 2], abs=cell)
    assert found[:, 1] == pytest.approx([10, 4], abs=cell)
    assert found[:, 2] == pytest.approx([10, (0.015 * 10 + 0.035 * 4) / 0.05], abs=cell)
    # On a grid that ends where the loss lies, the last cell is the value at risk: not nothing.
    mix_years(laws[:1], steps[:1], 0.95, np.zeros(1_024), found)
    assert found[0] == pytest.approx([10, 10, 10], rel=1e-5)


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


def test_two_ends_of_one_provider_in_a_year_are_at_most_one_of_each():
    # Alpha may wind down, p = 1 - e^-0.1 = 9.516 %, at 383,536 USD, and may end its model with 30
    # days of notice, q = 1 - e^-0.3 = 25.918 %, at 35,600 (both tests/loss/test_kernels.py). Of
    # years (1 - p)(1 - q) = 67.0 % have neither, (1 - p)q = 23.5 % the model's end alone,
    # p(1 - q) = 7.05 % the wind-down alone, pq = 2.47 % both, which cost 419,136. Nothing ever
    # costs more; the mean is p · 383,536 + q · 35,600 = 45,725.
    rates = (
        rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14),
        rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3, notice_days=30),
    )
    one = startup("Direct", dependency("d", "Alpha", "Alpha", model="alpha-1"))
    catalog = small_catalog(rates=rates)
    law, p, q = law_of(one, catalog=catalog), 1 - np.exp(-0.1), 1 - np.exp(-0.3)
    assert law.mean == pytest.approx(45_725, rel=1e-3)
    above = law.exceeded(np.array([20_000.0, 200_000.0, 400_000.0, 430_000.0]))
    assert above == pytest.approx([p + q - p * q, p, p * q, 0], abs=1e-3)
    held = small.book(one, catalog=catalog)
    found = startup_years(held.exposures, small.world_tables(held, catalog))
    # In the worst 5 % of years Alpha winds down, and in 2.47 % of all years both come.
    assert found.tvar95[0] == pytest.approx(383_536 + p * q / 0.05 * 35_600, rel=0.03)
