"""Simulated years are kept as one loss a year and startups as their curves: nothing by both."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from risk.catalog.falters import FalterKind
from risk.exposure.event_losses import EventLoss
from risk.hazard.durations import FixedDuration, LognormalDuration
from risk.hazard.events import Event
from risk.portfolio.dependents import Dependent
from risk.portfolio.interactions import year_changes
from risk.portfolio.simulation import simulate, tail_parts
from tests.portfolio.hand_made import falter, loss_of

OFTEN = falter("Alpha", FalterKind.OUTAGE, 6, duration=LognormalDuration(-1.0, 1.2), shape=9.0)
EVENTS = (
    OFTEN,
    replace(OFTEN, root="Beta"),
    falter("Alpha", FalterKind.DEGRADED, 3, duration=FixedDuration(4.0)),
    falter("Alpha", FalterKind.WIND_DOWN, 0.2, shape=0.5),
)
CHANCE: dict[Event, np.ndarray] = {event: np.ones(1) for event in EVENTS}
#: Beyond the blocks that are drawn at once, whatever the number of years.
FEW, MANY = 10_000, 30_000
SMALL, LARGE = 3, 12


def losses(startups: int) -> Iterator[tuple[str, tuple[EventLoss, ...]]]:
    for number in range(startups):
        name = f"Startup {number}"
        yield name, tuple(loss_of(event, {f"{name} key": 100.0}) for event in EVENTS)


def followed(startups: int) -> dict[str, Dependent]:
    return {
        f"Startup {number}": Dependent(
            lines=((f"Startup {number} key",),),
            moving_days={f"Startup {number} key": {FalterKind.WIND_DOWN: 40.0}},
            margin_usd_per_day=100.0,
            cash_usd=2_000.0,
            burn_usd_per_month=10.0,
        )
        for number in range(startups)
    }


def peak_bytes(*, startups: int, years: int) -> int:
    """Largest memory in use while simulating, attributing the tail and following startups."""
    tracemalloc.start()
    try:
        drawn = simulate(losses(startups), CHANCE, years=years, seed=1, frailty_variance=0.15)
        tail_parts(drawn, level=0.99)
        year_changes(drawn, followed(startups))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def peaks() -> dict[tuple[int, int], int]:
    peak_bytes(startups=1, years=1_000)
    return {
        (startups, years): peak_bytes(startups=startups, years=years)
        for startups in (SMALL, LARGE)
        for years in (FEW, MANY)
    }


def test_memory_grows_by_a_few_numbers_a_year_however_many_startups_and_falters(
    peaks: dict[tuple[int, int], int],
) -> None:
    # 15 falters a year of three numbers would be 360 bytes. Kept are a year's loss, its largest
    # event, its market, three changes and a weight with what making it takes: below 120 bytes.
    for startups in (SMALL, LARGE):
        growth = peaks[startups, MANY] - peaks[startups, FEW]
        assert growth / (MANY - FEW) < 120


def test_memory_grows_by_each_startups_curves_however_many_years(
    peaks: dict[tuple[int, int], int],
) -> None:
    # Four events of 56 durations and a few curves: tens of kB a startup, where one loss a year
    # would be 8 · 30,000 = 240 kB.
    for years in (FEW, MANY):
        growth = peaks[LARGE, years] - peaks[SMALL, years]
        assert growth / (LARGE - SMALL) < 60_000
