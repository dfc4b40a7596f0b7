"""Simulated years against the exact law, and what common random numbers promise."""

from dataclasses import replace

import numpy as np
import pytest

from risk.assumptions import Assumptions, override
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.exposure.event_losses import EventLoss
from risk.hazard.events import Event
from risk.inventory.records import Portfolio
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.book import Book, all_losses, open_book
from risk.portfolio.simulation import Simulation, simulate, tail_by, tail_parts
from risk.portfolio.year_figures import SimulatedYears, YearFigures, exact_figures, laid_out
from risk.portfolio.yearly_counts import inverse_poisson
from tests.portfolio.hand_made import falter, loss_of
from tests.small_world import PLAIN, TODAY, dependency, portfolio, rate, small_catalog, startup

WIND_DOWN = rate("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14)
OUTAGE = rate("Alpha", FalterKind.OUTAGE, 12, days=(-2.0, 1.0))
BETA_OUTAGE = rate("Beta", FalterKind.OUTAGE, 12, days=(-2.0, 1.0))
CLOUD_OUTAGE = rate("Nimbus", FalterKind.OUTAGE, 0.5, days=(0.0, 1.0))
WORLD = small_catalog(rates=(WIND_DOWN, OUTAGE, BETA_OUTAGE, CLOUD_OUTAGE))

DIRECT = startup("Direct", dependency("d", "Alpha", "Alpha"))
COPIED = startup("Copied", dependency("c", "Alpha", "Cloud"))
BESIDE = startup("Beside", dependency("b", "Beta", "Beta"))
BOTH = startup("Both", dependency("x", "Alpha", "Alpha"), dependency("y", "Beta", "Beta"))
FOUR = portfolio(DIRECT, COPIED, BESIDE, BOTH)

Drawn = tuple[dict[str, tuple[EventLoss, ...]], dict[Event, np.ndarray]]


def opened(held: Portfolio, catalog: Catalog, **changes: float) -> Drawn:
    assumptions = override(PLAIN, changes)
    book = book_of(held, catalog, assumptions)
    losses = dict(all_losses(book, assumptions))
    return losses, {one.event: one.probability for one in book.events}


def book_of(held: Portfolio, catalog: Catalog, assumptions: Assumptions) -> Book:
    return open_book(held, catalog=catalog, assumptions=assumptions, today=TODAY)


def drawn(held: Portfolio = FOUR, catalog: Catalog = WORLD, **options: float) -> Simulation:
    years, seed = int(options.pop("years", 20_000)), int(options.pop("seed", 7))
    return simulate(*opened(held, catalog, **options), years=years, seed=seed)


def assert_within_three_standard_errors(simulation: Simulation, exact: YearFigures) -> None:
    table = simulation.event_loss_table
    expected = float((table["rate_per_year"] * table["mean_loss_usd"]).sum())
    quantile, tail = simulation.spreads(0.99)
    error = simulation.aal_standard_error_usd
    assert abs(simulation.aal_usd - expected) < 3 * error
    assert abs(simulation.var_usd(0.99) - exact.measures["var99_usd"]) < 3 * quantile.standard_error
    assert abs(simulation.tvar_usd(0.99) - exact.measures["tvar99_usd"]) < 3 * tail.standard_error


@pytest.mark.parametrize("frailty_variance", [0.0, 0.15])
def test_simulated_years_agree_with_the_exact_law_on_the_small_world(
    frailty_variance: float,
) -> None:
    assumptions = override(PLAIN, {"frailty_variance": frailty_variance})
    simulation = simulate(
        *opened(FOUR, WORLD), years=40_000, seed=7, frailty_variance=frailty_variance
    )
    book = book_of(FOUR, WORLD, assumptions)
    exact = exact_figures(book, laid_out(book, assumptions), assumptions)
    assert_within_three_standard_errors(simulation, exact)


def test_simulated_years_agree_with_the_exact_law_on_the_demo(
    catalog: Catalog, demo: Portfolio
) -> None:
    simulation = simulate(
        *opened(demo, catalog), years=20_000, seed=1, frailty_variance=PLAIN.frailty_variance
    )
    book = book_of(demo, catalog, PLAIN)
    exact = exact_figures(book, laid_out(book, PLAIN), PLAIN)
    assert_within_three_standard_errors(simulation, exact)
    # Who carries the tail, two ways: the largest five within a tenth of each other.
    simulated = tail_by(tail_parts(simulation, level=0.95), "startup")
    for name in sorted(exact.tail, key=lambda one: -exact.tail[one])[:5]:
        assert simulated[name] == pytest.approx(exact.tail[name], rel=0.1)


def test_the_same_seed_draws_the_same_years_to_the_last_byte() -> None:
    one, again = drawn(seed=3), drawn(seed=3)
    assert one.year_losses.tobytes() == again.year_losses.tobytes()
    assert one.largest_losses.tobytes() == again.largest_losses.tobytes()


def test_another_seed_draws_other_years_with_the_same_mean() -> None:
    one, other = drawn(seed=3), drawn(seed=4)
    assert one.year_losses.tobytes() != other.year_losses.tobytes()
    error = np.hypot(one.aal_standard_error_usd, other.aal_standard_error_usd)
    assert abs(one.aal_usd - other.aal_usd) < 4 * error


def test_the_first_years_are_the_same_however_many_are_drawn() -> None:
    short, long = drawn(years=12_345), drawn(years=20_000)
    assert short.year_losses.tobytes() == long.year_losses[:12_345].tobytes()


def test_neither_the_order_of_startups_nor_of_events_changes_a_year() -> None:
    losses, events = opened(FOUR, WORLD)
    backwards = simulate(
        dict(reversed(losses.items())), dict(reversed(events.items())), years=5_000, seed=7
    )
    assert backwards.year_losses == pytest.approx(drawn(years=5_000).year_losses, rel=1e-12)


def test_losses_can_be_streamed_one_startup_at_a_time() -> None:
    losses, events = opened(FOUR, WORLD)
    streamed = simulate(iter(losses.items()), events, years=5_000, seed=7)
    assert streamed.year_losses.tobytes() == drawn(years=5_000).year_losses.tobytes()


def test_a_higher_rate_never_makes_any_year_cheaper() -> None:
    # Common random numbers: more often means the same falters and then some.
    usual, doubled = drawn(years=8_000), drawn(years=8_000, rate_multiple=2)
    assert (doubled.year_losses >= usual.year_losses - 1e-6).all()
    assert doubled.year_losses.sum() > usual.year_losses.sum()


def test_counts_by_the_inverse_of_the_poisson_law() -> None:
    # P(N = 0) = e^{-1} = .3679 and P(N <= 1) = .7358.
    uniform = np.array([0.0, 0.36, 0.37, 0.73, 0.74])
    assert inverse_poisson(uniform, 1.0).tolist() == [0, 0, 1, 1, 2]
    many = np.random.default_rng(1).random(1_000)
    assert (inverse_poisson(many, 3.1) >= inverse_poisson(many, 3.0)).all()


def test_parts_of_the_tail_sum_to_it_however_they_are_grouped() -> None:
    simulation = drawn()
    parts = tail_parts(simulation, level=0.95)
    tail = simulation.tvar_usd(0.95)
    for column in ("startup", "dependency_key", "root", "kind"):
        assert sum(tail_by(parts, column).values()) == pytest.approx(tail, rel=1e-12)
    assert set(tail_by(parts, "root")) == {"Alpha", "Beta", "Nimbus"}
    assert set(tail_by(parts, "kind")) == {"outage", "wind_down"}


def test_parts_at_level_zero_are_the_parts_of_the_mean() -> None:
    simulation = drawn(years=5_000)
    parts = tail_by(tail_parts(simulation, level=0.0), "startup")
    assert sum(parts.values()) == pytest.approx(simulation.aal_usd, rel=1e-12)


def test_the_event_table_holds_the_losses_done_by_hand() -> None:
    # One wind-down costs Direct L, done by hand in tests/exposure/test_vulnerability.py; with
    # Copied, which goes down with it one time in five: mean 1.2 L, deviation √(.2 · .8) L.
    world = small_catalog(rates=(WIND_DOWN,))
    losses, _ = opened(portfolio(DIRECT, COPIED), world)
    single = float(losses["Direct"][0].loss.total[0, 0, 0])
    assert 380_000 < single < 390_000
    table = drawn(portfolio(DIRECT, COPIED), world, years=10).event_loss_table
    assert table["event_id"].tolist() == ["Alpha / wind_down"]
    assert table["rate_per_year"].tolist() == [0.1]
    assert table["mean_loss_usd"].iloc[0] == pytest.approx(1.2 * single)
    assert table["sd_loss_usd"].iloc[0] == pytest.approx(0.4 * single)


def test_an_events_parts_sum_to_its_mean_loss() -> None:
    simulation = drawn(years=10)
    parts = simulation.event_part_table.groupby("event_id")["mean_loss_usd"].sum()
    whole = simulation.event_loss_table.set_index("event_id")["mean_loss_usd"]
    assert set(parts.index) == set(whole.index)
    assert parts[whole.index].to_numpy() == pytest.approx(whole.to_numpy(), rel=1e-12)
    assert set(simulation.event_part_table["startup"]) == {"Direct", "Copied", "Beside", "Both"}


def test_years_tied_with_the_value_at_risk_share_the_tail_and_its_parts() -> None:
    # One event of $90,000, one year in ten: most years of the worst 5 % equal the value at risk.
    # It costs One twice what it costs Two, so they carry 2/3 and 1/3 of any tail.
    cut = falter("Alpha", FalterKind.ACCESS_CUT, 0.1)
    losses = {"One": (loss_of(cut, {"a": 60_000.0}),), "Two": (loss_of(cut, {"b": 30_000.0}),)}
    simulation = simulate(losses, {cut: np.ones(1)}, years=10_000, seed=2)
    assert simulation.var_usd(0.95) == 90_000
    assert (simulation.year_losses == 90_000).sum() > 500
    parts = tail_parts(simulation, level=0.95)
    tail = simulation.tvar_usd(0.95)
    assert tail_by(parts, "startup") == pytest.approx({"One": tail * 2 / 3, "Two": tail / 3})
    # k = 500 years: those above 90,000 whole, the rest of the 500 at 90,000.
    above = simulation.year_losses[simulation.year_losses > 90_000]
    assert tail == pytest.approx((above.sum() + (500 - len(above)) * 90_000) / 500)


def test_a_year_costs_at_least_its_largest_event() -> None:
    table = drawn(years=3_000).year_loss_table
    assert table["year"].tolist() == list(range(1, 3_001))
    assert (table["loss_usd"] >= table["largest_usd"] - 1e-6).all()
    assert (table["loss_usd"] > table["largest_usd"]).any()


def test_a_year_without_any_falter_costs_nothing() -> None:
    quiet = simulate({}, {}, years=10, seed=0)
    assert quiet.year_losses.tolist() == [0.0] * 10
    assert tail_parts(quiet, level=0.95).empty


@pytest.mark.parametrize(("years", "seed", "word"), [(0, 1, "one year"), (10, -1, "seed")])
def test_a_simulation_without_years_or_with_a_negative_seed_is_refused(
    years: int, seed: int, word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        simulate({}, {}, years=years, seed=seed)


def test_a_portfolio_assessed_by_simulation_says_so_and_how_sure_it_is() -> None:
    settings = SimulatedYears(years=5_000, seed=7)
    steady = override(PLAIN, {"frailty_variance": 0.0})
    result = assess_portfolio(
        FOUR, catalog=WORLD, assumptions=steady, today=TODAY, simulated=settings
    )
    exact = assess_portfolio(FOUR, catalog=WORLD, assumptions=steady, today=TODAY)
    note = result.simulation
    assert note is not None
    assert (note.years, note.seed) == (5_000, 7)
    assert note.tvar99_low_usd < result.tvar99_usd < note.tvar99_high_usd
    assert result.aal_usd == drawn(years=5_000).aal_usd
    # A startup's own figures stay exact; its part of the tail is simulated and still adds up.
    names = [replace(one, tvar95_contribution_usd=None) for one in result.startups]
    assert names == [replace(one, tvar95_contribution_usd=None) for one in exact.startups]
    parts = sum(one.tvar95_contribution_usd or 0.0 for one in result.startups)
    assert parts == pytest.approx(result.tvar95_usd)
    assert exact.simulation is None
