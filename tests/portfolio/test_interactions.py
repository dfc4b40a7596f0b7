"""What adding events up leaves out: against closed forms and against following days one by one."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.falters import FalterKind
from risk.hazard.durations import FixedDuration, LognormalDuration
from risk.hazard.events import Event
from risk.inventory.records import Portfolio, Requirement
from risk.portfolio.book import all_losses, open_book
from risk.portfolio.dependents import Dependent, dependents
from risk.portfolio.draws import start_days
from risk.portfolio.event_table import event_tables
from risk.portfolio.interactions import interaction_effect, year_changes
from risk.portfolio.simulation import BLOCK, Simulation, simulate
from risk.portfolio.startup_ways import hits_by_startup, startup_ways
from tests.portfolio.hand_made import falter, loss_of
from tests.small_world import TODAY, dependency, portfolio, rate, small_catalog, startup

OUTAGE = falter("Alpha", FalterKind.OUTAGE, 4, duration=FixedDuration(9.0))
SLOW = falter("Beta", FalterKind.DEGRADED, 6, duration=FixedDuration(5.0))
ACCESS_CUT = falter("Alpha", FalterKind.ACCESS_CUT, 0.5)
RETIREMENT = falter("alpha-1", FalterKind.MODEL_RETIREMENT, 1.0, level="dated")
WIND_DOWN = falter("Alpha", FalterKind.WIND_DOWN, 0.2)

ONE = Dependent(
    lines=(("a",),),
    moving_days={"a": {}},
    margin_usd_per_day=10_000.0,
    cash_usd=None,
    burn_usd_per_month=None,
)


def drawn(costs: dict[Event, float], *, years: int = 20_000, churned: float = 0.0) -> Simulation:
    """One startup with one line; USD a day, or once and for all."""
    losses = {
        "One": tuple(loss_of(event, {"a": usd}, churned=churned) for event, usd in costs.items())
    }
    return simulate(losses, {event: np.ones(1) for event in costs}, years=years, seed=11)


def test_at_a_price_a_day_a_year_costs_its_days_down_counted_one_by_one() -> None:
    # Outages and slowdowns at the same $1,000 a day: a year costs the length of their union.
    simulation = drawn({OUTAGE: 1_000.0, SLOW: 1_000.0}, years=300)
    changes = year_changes(simulation, {"One": ONE})
    together = simulation.year_losses + changes.overlaps
    stretches: list[list[tuple[float, float]]] = [[] for _ in range(300)]
    for table in simulation.tables:
        length = table.event.duration.days  # type: ignore[union-attr]
        starts = start_days(table.event, seed=11, block=0, size=BLOCK)
        for one, days in zip(simulation.occurrences_in(table, 0), starts, strict=False):
            for year in one.years:
                stretches[year].append((days[year], days[year] + length))
    expected = [1_000 * _length(found) for found in stretches]
    assert together == pytest.approx(expected)
    assert changes.overlaps.min() < -4_000


def _length(stretches: list[tuple[float, float]]) -> float:
    covered, reach = 0.0, 0.0
    for first, last in sorted(stretches):
        covered += max(0.0, last - max(first, reach))
        reach = max(reach, last)
    return covered


def test_a_dependency_is_left_at_most_once_a_year() -> None:
    # Added up: λ = .5 a year. Followed: P(N >= 1) = 1 - e^-.5 = .3935 times $100,000.
    effect = interaction_effect(drawn({ACCESS_CUT: 100_000.0}, years=50_000), {"One": ONE})
    expected = 100_000 * (1 - exp(-0.5) - 0.5)
    assert abs(effect.aal.change_usd - expected) < 4 * effect.aal.standard_error_usd
    assert effect.aal.change_usd == effect.overlaps_usd
    assert effect.insolvency_usd == 0.0
    # At most 100,000 in any year, and more than one year in a hundred has one.
    assert effect.var99.additive_usd + effect.var99.change_usd == 100_000


def test_a_retirement_with_a_published_date_keeps_its_mean() -> None:
    # It comes once for certain and is drawn as a count of mean 1, so its repeats stay.
    effect = interaction_effect(drawn({RETIREMENT: 100_000.0}, years=2_000), {"One": ONE})
    assert effect.aal.change_usd == 0.0
    assert effect.aal.standard_error_usd == 0.0


def test_falters_of_hours_do_not_interact() -> None:
    short = falter("Alpha", FalterKind.OUTAGE, 40, duration=FixedDuration(0.2))
    effect = interaction_effect(drawn({short: 1_000.0}, years=2_000), {"One": ONE})
    assert (effect.aal.change_usd, effect.tvar99.change_usd) == (0.0, 0.0)


def test_half_of_all_wind_downs_end_a_startup_half_way_through_the_year_on_average() -> None:
    # A wind-down costs all cash at once; it comes with P = 1 - e^-.2 and on day X of the first of
    # N: 365 - X is on average 365 (1 - (1 - e^-λ)/λ) over all years = 365 · .0936 days of $10,000.
    poor = replace(ONE, cash_usd=1e6, burn_usd_per_month=0.0)
    simulation = drawn({WIND_DOWN: 2e6}, years=50_000)
    effect = interaction_effect(simulation, {"One": poor})
    chance = 1 - exp(-0.2)
    assert effect.insolvencies_per_year == pytest.approx(chance, abs=4 * 0.0018)
    days = 365 * (1 - chance / 0.2)
    assert effect.insolvency_usd == pytest.approx(10_000 * days, rel=0.05)
    # Without knowing its cash nothing is said, and the startup is counted.
    unknown = interaction_effect(simulation, {"One": ONE})
    assert (unknown.insolvency_usd, unknown.not_followed) == (0.0, 1)
    assert effect.not_followed == 0


def test_the_same_seed_changes_the_same_years_and_more_years_do_not_change_the_first() -> None:
    costs = {OUTAGE: 1_000.0, SLOW: 400.0, WIND_DOWN: 2e6}
    poor = {"One": replace(ONE, cash_usd=1e6, burn_usd_per_month=0.0)}
    one, again = (year_changes(drawn(costs, years=12_345), poor) for _ in range(2))
    longer = year_changes(drawn(costs, years=20_000), poor)
    assert one.overlaps.tobytes() == again.overlaps.tobytes()
    assert one.insolvency.tobytes() == again.insolvency.tobytes()
    assert one.overlaps.tobytes() == longer.overlaps[:12_345].tobytes()
    assert one.ended.tobytes() == longer.ended[:12_345].tobytes()


def test_a_startup_of_which_nothing_is_known_is_left_as_it_is() -> None:
    effect = interaction_effect(drawn({OUTAGE: 1_000.0}, years=1_000), {})
    assert effect.aal.change_usd == 0.0


ALPHA = dependency("d", "Alpha", "Alpha")
BETA = dependency("e", "Beta", "Beta")
RATES = (
    rate("Alpha", FalterKind.WIND_DOWN, 0.2, notice_days=14),
    rate("Alpha", FalterKind.OUTAGE, 6, days=(0.5, 1.2)),
    rate("Nimbus", FalterKind.OUTAGE, 4, days=(0.5, 1.2)),
)


def followed(held: Portfolio, *, years: int = 10_000) -> tuple[Simulation, dict[str, Dependent]]:
    catalog = small_catalog(rates=RATES)
    book = open_book(held, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    losses = all_losses(book, DEFAULTS)
    events = {one.event: one.probability for one in book.events}
    return simulate(losses, events, years=years, seed=2), dependents(book, DEFAULTS)


def test_lines_are_dependencies_where_work_is_shared_and_use_cases_where_it_is_not() -> None:
    shared = startup("Shared", ALPHA, BETA)
    both = startup("Both", ALPHA, BETA, requirement=Requirement.ALL)
    _, facts = followed(portfolio(shared, both), years=1)
    assert facts["Shared"].lines == (("d",), ("e",))
    assert facts["Both"].lines == (("d", "e"),)
    # $3.65 m of gross profit a year; a million in cash at 100,000 a month does not last it.
    assert facts["Both"].margin_usd_per_day == pytest.approx(10_000)
    assert not facts["Both"].lasts_the_year


def test_on_real_curves_overlaps_spare_and_the_end_of_cash_costs() -> None:
    held = portfolio(startup("Direct", ALPHA, cash_usd=1_300_000.0))
    simulation, facts = followed(held)
    changes = year_changes(simulation, facts)
    assert changes.overlaps.mean() < 0 < changes.insolvency.mean()
    assert 0 < changes.ended.mean() < 1
    # A year without any long falter is the year it was.
    table = simulation.year_loss_table
    assert (changes.overlaps[table["loss_usd"] == 0] == 0).all()
    effect = interaction_effect(simulation, facts)
    assert effect.aal.additive_usd == simulation.aal_usd
    total = effect.overlaps_usd + effect.insolvency_usd
    assert effect.aal.change_usd == pytest.approx(total)
    # Comparing the same years is surer than comparing two means of different years.
    assert effect.aal.standard_error_usd < simulation.aal_standard_error_usd


def test_two_startups_change_by_what_each_changes_alone() -> None:
    held = portfolio(startup("Direct", ALPHA), startup("Beside", BETA))
    simulation, facts = followed(held)
    both = year_changes(simulation, facts)
    alone = [year_changes(simulation, {name: facts[name]}) for name in facts]
    assert both.overlaps == pytest.approx(sum(one.overlaps for one in alone))


def test_lognormal_outages_are_followed_from_a_day_upwards() -> None:
    # Median a day: half of 8 a year are long. Expected loss to the shorter ones, by limited
    # expectation: e^{σ²/2} Φ(-σ) with σ = 1 is 1.6487 · .1587 = .2616 days each.
    event = falter("Alpha", FalterKind.OUTAGE, 8, duration=LognormalDuration(0.0, 1.0))
    tables = event_tables({"One": (loss_of(event, {"a": 1_000.0}),)}, {event: np.ones(1)})
    ways = startup_ways(ONE, hits_by_startup(tables)["One"], tables)
    assert ways.short_usd_per_day * 365 == pytest.approx(8 * 261.6, rel=1e-3)
