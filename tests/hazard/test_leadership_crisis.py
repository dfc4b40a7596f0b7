"""A crisis raises other rates while it lasts; over time that is the average that scoring uses."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.catalog.falters import FalterKind
from risk.hazard.event_catalogue import event_catalogue
from risk.hazard.leadership_crisis import (
    average_factor,
    in_crisis,
    rate_in_state,
    time_in_crisis,
)
from risk.hazard.supply_chain import Endpoint, build_supply_chain
from tests.small_world import PLAIN, rate, small_catalog

RAISED = {FalterKind.OUTAGE: 1.5, FalterKind.DEGRADED: 1.5, FalterKind.ACQUISITION: 5.0}


@pytest.mark.parametrize("kind", list(FalterKind))
def test_within_the_window_some_rates_are_raised(kind: FalterKind) -> None:
    at = rate_in_state(2.0, kind, days_since=10, assumptions=PLAIN)
    assert at == pytest.approx(2.0 * RAISED.get(kind, 1.0))


@pytest.mark.parametrize("days", [None, -1.0, 30.0, 400.0])
def test_outside_the_window_nothing_is_raised(days: float | None) -> None:
    assert not in_crisis(days, PLAIN)
    assert rate_in_state(2.0, FalterKind.OUTAGE, days_since=days, assumptions=PLAIN) == 2.0


def test_the_average_factor_by_hand() -> None:
    # 0.0202 crises a year of 30 days: 0.166 % of the time. Acquisitions: 1 + .00166 · 4 = 1.00664.
    share = time_in_crisis(0.0202, PLAIN)
    assert share == pytest.approx(0.0202 * 30 / 365)
    factor = average_factor(FalterKind.ACQUISITION, crises_per_year=0.0202, assumptions=PLAIN)
    assert factor == pytest.approx(1.006641, abs=1e-6)


@given(st.integers(1, 12))
def test_the_average_is_the_mean_of_the_state_over_time(crises: int) -> None:
    # So many crises a year, evenly spread and not overlapping: count days in and out.
    days = np.arange(0, 365, 365 / 3650)
    gap = 365 / crises
    rates = [
        rate_in_state(1.0, FalterKind.OUTAGE, days_since=day % gap, assumptions=PLAIN)
        for day in days
    ]
    factor = average_factor(FalterKind.OUTAGE, crises_per_year=crises, assumptions=PLAIN)
    assert np.mean(rates) == pytest.approx(factor, abs=2e-3)


def test_there_is_no_more_time_in_crisis_than_time() -> None:
    assert time_in_crisis(100, PLAIN) == 1
    assert average_factor(FalterKind.OUTAGE, crises_per_year=100, assumptions=PLAIN) == 1.5


def test_the_event_catalogue_uses_the_average_and_charges_no_crisis() -> None:
    # 2 crises a year of 30 days: 60/365 of the time, so outages 1 + .5 · 60/365 = 1.08219 as often.
    catalog = small_catalog(
        rates=(
            rate("Alpha", FalterKind.LEADERSHIP_CRISIS, 2.0),
            rate("Alpha", FalterKind.WIND_DOWN, 0.1),
            rate("Alpha", FalterKind.OUTAGE, 10.0, days=(-2.0, 1.0)),
        )
    )
    endpoint = Endpoint(catalog.services["Alpha API"], "alpha-1")
    chain = build_supply_chain(catalog, [endpoint], PLAIN)
    events = event_catalogue(chain, catalog, PLAIN, customers=(), today=date(2026, 11, 23))
    rates = {one.kind: one.rate_per_year for one in events if one.root == "Alpha"}
    assert rates[FalterKind.OUTAGE] == pytest.approx(10.8219, abs=1e-4)
    assert rates[FalterKind.WIND_DOWN] == 0.1
    assert FalterKind.LEADERSHIP_CRISIS not in rates
