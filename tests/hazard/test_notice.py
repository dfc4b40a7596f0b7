"""A wind-down comes with short, usual or long notice where the notice itself is uncertain."""

from dataclasses import replace
from math import log

import pytest

from risk.catalog.falters import FalterKind
from risk.catalog.rate_evidence import EvidenceKind, RateEvidence
from risk.catalog.records import Catalog
from risk.hazard.events import Event
from tests.oracle.book import open_book
from tests.small_world import PLAIN, TODAY, dependency, portfolio, rate, small_catalog, startup

CLOSING = rate("Alpha", FalterKind.WIND_DOWN, 0.06, notice_days=14, level="closure")


def world(q95: float | None) -> Catalog:
    evidence = RateEvidence(how=EvidenceKind.JUDGED, spread=3.0, notice_q95_days=q95)
    key = ("Alpha", FalterKind.WIND_DOWN, "closure")
    return replace(small_catalog(rates=(CLOSING,)), rate_evidence={key: evidence})


def events(catalog: Catalog) -> tuple[Event, ...]:
    held = portfolio(startup("A", dependency("a", "Alpha", "Alpha")))
    book = open_book(held, catalog=catalog, assumptions=PLAIN, today=TODAY)
    return tuple(one.event for one in book.events)


def test_three_notices_stand_for_the_law_and_keep_its_moments() -> None:
    # σ = ln(90/14) / 1.645 = 1.1312. Points 14 e^(-√3 σ) = 1.97, 14 and 14 e^(√3 σ) = 99.3 days,
    # one, four and one case in six: 0.06 a year becomes 0.01, 0.04 and 0.01.
    found = events(world(90))
    assert [one.notice_days for one in found] == pytest.approx([1.973, 14, 99.34], rel=1e-3)
    assert [one.rate_per_year for one in found] == pytest.approx([0.01, 0.04, 0.01])
    spread = sum(one.rate_per_year / 0.06 * log(one.notice_days / 14) ** 2 for one in found)
    assert spread == pytest.approx((log(90 / 14) / 1.6448536) ** 2)


def test_the_three_share_one_uncertain_rate() -> None:
    found = events(world(90))
    assert len({one.level for one in found}) == 3
    assert {one.rate_group for one in found} == {("Alpha", FalterKind.WIND_DOWN, "closure")}
    assert len({one.rate_shape for one in found}) == 1


def test_a_notice_that_is_known_stays_one_event() -> None:
    assert [one.notice_days for one in events(world(None))] == [14]
