"""The market's queue: W(q) and ψ by hand, and what must hold for every size of a provider."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.loading import load_catalog
from risk.hazard.durations import Permanent
from risk.hazard.events import Event
from risk.hazard.market_queue import market_queue, queued

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_half_the_market_leaves_a_queue_of_three_weeks():
    # Q = 0.5 · 0.6 = 0.3; S = 0.5 · 0.15 = 0.075; growth 0.5 · 0.02 = 0.01 a day.
    queue = market_queue(0.5, DEFAULTS)
    assert queue.wait_days(0.05) == 0
    assert queue.wait_days(0.175) == pytest.approx(10)
    assert queue.wait_days(0.3) == pytest.approx(22.5)
    # A quarter waits not at all, the rest between 0 and 22.5 days: 0.75 · 11.25.
    assert queue.mean_wait_days(0.0, 0.3) == pytest.approx(8.4375)
    assert queue.mean_wait_days(0.0, 0.075) == 0


def test_a_small_provider_leaves_no_queue():
    queue = market_queue(0.01, DEFAULTS)
    assert queue.mean_wait_days(0.0, queue.demand) == 0


@given(st.floats(0, 1))
def test_with_endless_headroom_nobody_waits(share):
    if share > 0.999:
        return
    endless = replace(DEFAULTS, herd_headroom=1e9)
    queue = market_queue(share, endless)
    assert queue.mean_wait_days(0.0, queue.demand) == 0


@given(st.floats(0.01, 0.95), st.floats(0.01, 0.95))
def test_the_larger_the_provider_the_longer_the_queue(one, other):
    small, large = (market_queue(share, DEFAULTS) for share in sorted((one, other)))
    assert small.mean_wait_days(0, small.demand) <= large.mean_wait_days(0, large.demand) + 1e-9


@given(st.floats(0.01, 0.9), st.floats(0, 1), st.floats(0, 1))
def test_the_mean_wait_lies_between_the_first_and_the_last_place(share, one, other):
    queue = market_queue(share, DEFAULTS)
    first, last = (place * queue.demand for place in sorted((one, other)))
    mean = queue.mean_wait_days(first, last)
    assert queue.wait_days(first) - 1e-9 <= mean <= queue.wait_days(last) + 1e-9


def test_scores_wait_as_long_as_the_market_does_on_average():
    # OpenAI has 0.24 + 0.10 + 0.01 of the market. Q = 0.35 · 0.6 = 0.21, S = 0.65 · 0.15 = 0.0975,
    # growth 0.65 · 0.02 = 0.013 a day: the last waits 8.654 days, 0.1125/0.21 of all wait at all.
    closure = Event(
        root="OpenAI",
        kind=FailureKind.WIND_DOWN,
        level="closure",
        rate_per_year=0.01,
        severity=1.0,
        duration=Permanent(),
        notice_days=14.0,
    )
    outage = replace(closure, kind=FailureKind.OUTAGE)
    small = replace(closure, root="Cohere")
    found = queued([closure, outage, small], load_catalog(FIXTURES), DEFAULTS)
    assert [one.queue_days for one in found] == pytest.approx([2.318, 0, 0], abs=1e-3)
