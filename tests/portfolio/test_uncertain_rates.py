"""Simulated years whose rates are not known for certain, against the exact law and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import gammaincinv

from risk.catalog.falters import FalterKind
from risk.exposure.event_losses import EventLoss
from risk.hazard.durations import FixedDuration
from risk.hazard.events import Event
from risk.measures import tail_value_at_risk, value_at_risk
from risk.portfolio.annual_law import EventMasses, annual_law, contributions
from risk.portfolio.random_streams import Purpose, event_stream, rate_stream
from risk.portfolio.simulation import Simulation, simulate, tail_by, tail_parts
from risk.portfolio.yearly_counts import (
    inverse_poisson,
    inverse_poisson_each,
    market_years,
    yearly_counts,
)
from tests.portfolio.hand_made import falter, loss_of

THETA = 0.15
OUTAGE = falter("Alpha", FalterKind.OUTAGE, 6, duration=FixedDuration(1.0), shape=40.0)
SLOW = falter("Beta", FalterKind.DEGRADED, 9, duration=FixedDuration(2.0), shape=3.0)
WIND_DOWN = falter("Alpha", FalterKind.WIND_DOWN, 0.05, shape=0.6)
RETIREMENT = falter("alpha-1", FalterKind.MODEL_RETIREMENT, 0.3, shape=2.0)
PRICE = falter("Beta", FalterKind.PRICE_SHOCK, 0.15)
#: USD by startup; of a day for the two that last.
COSTS: dict[Event, dict[str, float]] = {
    OUTAGE: {"One": 10_000.0, "Two": 4_000.0},
    SLOW: {"Two": 1_500.0, "Three": 2_500.0},
    WIND_DOWN: {"One": 900_000.0, "Three": 350_000.0},
    RETIREMENT: {"One": 60_000.0},
    PRICE: {"Two": 45_000.0, "Three": 20_000.0},
}
STARTUPS = ("One", "Two", "Three")
DAYS = {OUTAGE: 1.0, SLOW: 2.0}


def book() -> tuple[dict[str, tuple[EventLoss, ...]], dict[Event, np.ndarray]]:
    losses = {
        name: tuple(
            loss_of(event, {f"{name} key": costs[name]})
            for event, costs in COSTS.items()
            if name in costs
        )
        for name in STARTUPS
    }
    return losses, {event: np.ones(1) for event in COSTS}


def masses() -> list[EventMasses]:
    found = []
    for event, costs in COSTS.items():
        parts = np.array([[costs.get(name, 0.0) * DAYS.get(event, 1.0)] for name in STARTUPS])
        found.append(
            EventMasses(
                rate_per_year=event.rate_per_year,
                rate_shape=event.rate_shape,
                frail=event.frail,
                losses=parts.sum(axis=0),
                probability=np.ones(1),
                parts=parts,
            )
        )
    return found


def drawn(years: int = 20_000, theta: float = THETA, seed: int = 5) -> Simulation:
    return simulate(*book(), years=years, seed=seed, frailty_variance=theta)


@pytest.mark.parametrize("theta", [THETA, 0.0])
def test_a_million_years_agree_with_the_exact_law(theta: float) -> None:
    # Without frailty outages use their own Gamma laws, in both.
    simulation = drawn(1_000_000, theta)
    law = annual_law(masses(), frailty_variance=theta)
    expected = sum(float(one.rate_per_year * one.losses[0]) for one in masses())
    assert abs(simulation.aal_usd - expected) < 3 * simulation.aal_standard_error_usd
    quantile, tail = simulation.spreads(0.99)
    var99, tvar99 = value_at_risk(law.law, 0.99)[0], tail_value_at_risk(law.law, 0.99)[0]
    assert abs(simulation.var_usd(0.99) - var99) < 3 * quantile.standard_error
    assert abs(simulation.tvar_usd(0.99) - tvar99) < 3 * tail.standard_error
    # Who carries the tail, two ways: each startup within a twentieth.
    shares, _ = contributions(masses(), law, level=0.95)
    simulated = tail_by(tail_parts(simulation, level=0.95), "startup")
    for name, share in zip(STARTUPS, shares, strict=True):
        assert simulated[name] == pytest.approx(share, rel=0.05)


def test_known_rates_and_steady_markets_draw_the_years_they_always_drew() -> None:
    losses, events = book()
    known = {
        name: tuple(replace(one, event=replace(one.event, rate_shape=None)) for one in found)
        for name, found in losses.items()
    }
    certain = {replace(event, rate_shape=None): chance for event, chance in events.items()}
    plain = simulate(known, certain, years=3_000, seed=1)
    counts = np.zeros(3_000)
    for event in certain:
        happens = yearly_counts(event, None, seed=1, block=0, size=10_000, years=3_000)
        counts += happens * sum(COSTS[_named(event)].values()) * DAYS.get(_named(event), 1.0)
    assert plain.year_losses == pytest.approx(counts)


def _named(event: Event) -> Event:
    return next(one for one in COSTS if (one.root, one.kind) == (event.root, event.kind))


def test_one_uncertain_rate_makes_negative_binomial_counts() -> None:
    # λ ~ Gamma(a = 2, mean .5), b = 4: P(0) = (4/5)² = .64, P(1) = 2 · .64 · .2 = .256.
    event = falter("Alpha", FalterKind.WIND_DOWN, 0.5, shape=2.0)
    counts = np.concatenate([_counts(event, block=block) for block in range(20)])
    # Standard error of a share at 200,000 years: √(.64 · .36 / 200,000) = .0011.
    assert (counts == 0).mean() == pytest.approx(0.64, abs=0.004)
    assert (counts == 1).mean() == pytest.approx(0.256, abs=0.004)


def test_skipping_quiet_years_changes_no_count() -> None:
    # The inverse of the Gamma law is taken only where an occurrence is possible.
    for shape in (0.5, 3.0):
        event = falter("Alpha", FalterKind.ACCESS_CUT, 0.2, shape=shape)
        uniform = event_stream(event, Purpose.COUNTS, seed=3, block=0).random(10_000)
        height = rate_stream(event, seed=3, block=0).random(10_000)
        every = inverse_poisson_each(uniform, gammaincinv(shape, height) * 0.2 / shape)
        assert (_counts(event) == every).all()


def _counts(event: Event, *, block: int = 0, market: np.ndarray | None = None) -> np.ndarray:
    return yearly_counts(event, market, seed=3, block=block, size=10_000, years=10_000)


def test_customers_of_one_provider_share_one_uncertain_rate() -> None:
    # Var λ = mean²/a = .04/.5 = .08 is the covariance of two counts that share their rate.
    cut = falter("Alpha", FalterKind.ACCESS_CUT, 0.2, shape=0.5)
    other = falter("Beta", FalterKind.ACCESS_CUT, 0.2, shape=0.5)
    first, second = (replace(cut, only_startup=name) for name in ("One", "Two"))
    a, b, c = (
        np.concatenate([_counts(one, block=block) for block in range(20)])
        for one in (first, second, other)
    )
    assert np.cov(a, b)[0, 1] == pytest.approx(0.08, rel=0.1)
    assert abs(np.cov(a, c)[0, 1]) < 0.005


def test_good_and_bad_years_of_the_market_have_mean_one_and_the_stated_variance() -> None:
    years = market_years(frailty_variance=THETA, seed=2, size=10_000, years=200_000)
    assert years is not None
    assert years.mean() == pytest.approx(1, abs=0.004)
    assert years.var() == pytest.approx(THETA, rel=0.02)
    assert market_years(frailty_variance=0.0, seed=2, size=10_000, years=5) is None
    with pytest.raises(ValueError, match="variance"):
        market_years(frailty_variance=-0.1, seed=2, size=10_000, years=5)


def test_a_higher_rate_adds_occurrences_and_takes_none_away() -> None:
    market = market_years(frailty_variance=THETA, seed=3, size=10_000, years=10_000)
    for event in (OUTAGE, WIND_DOWN, RETIREMENT, PRICE):
        more = replace(event, rate_per_year=event.rate_per_year * 1.3)
        usual, raised = _counts(event, market=market), _counts(more, market=market)
        assert (raised >= usual).all()
        assert raised.sum() > usual.sum()


def test_counts_at_a_rate_of_their_own_equal_those_at_one_rate() -> None:
    uniform = np.random.default_rng(4).random(2_000)
    for rate in (0.03, 2.5, 40.0, 700.0):
        each = inverse_poisson_each(uniform, np.full(2_000, rate))
        assert (each == inverse_poisson(uniform, rate)).all()


def test_the_same_seed_draws_the_same_uncertain_years_to_the_last_byte() -> None:
    one, again, other = drawn(5_000), drawn(5_000), drawn(5_000, seed=6)
    assert one.year_losses.tobytes() == again.year_losses.tobytes()
    assert one.year_losses.tobytes() != other.year_losses.tobytes()
    longer = drawn(12_000)
    assert longer.year_losses[:5_000].tobytes() == one.year_losses.tobytes()


def test_parts_of_an_uncertain_tail_sum_to_it_however_they_are_grouped() -> None:
    simulation = drawn()
    parts = tail_parts(simulation, level=0.99)
    for column in ("startup", "dependency_key", "root", "kind"):
        total = sum(tail_by(parts, column).values())
        assert total == pytest.approx(simulation.tvar_usd(0.99), rel=1e-12)
