"""The rush in a world of two providers, each half of the market, with the arithmetic."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from risk.alternatives.herding import Herd, herd_after, queue_days
from risk.alternatives.rationing import Choice, Priority, Request, ration
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.market import MarketShare
from risk.hazard.durations import FixedDuration, Permanent
from risk.hazard.events import Event
from risk.hazard.market_queue import market_queue
from risk.hazard.patterns import event_patterns
from risk.inventory.records import Fallback, Startup
from risk.portfolio.book import open_book
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress_portfolio
from tests.small_world import TODAY, dependency, portfolio, rate, small_catalog, startup


def shares(**by_service: float) -> Mapping[str, MarketShare]:
    return {
        name.replace("_", " "): MarketShare(
            share=share, low=share, high=share, source="test", as_of="2026-11-23"
        )
        for name, share in by_service.items()
    }


WORLD = replace(
    small_catalog(rates=(rate("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14),)),
    market=shares(Alpha_API=0.5, Beta_API=0.5, Alpha_on_Cloud=0.0),
)
NEW = startup("New", dependency("n", "Alpha", "Alpha", model="alpha-1"))
WARM = startup(
    "Warm",
    dependency(
        "w",
        "Alpha",
        "Alpha",
        model="alpha-1",
        fallback=Fallback.UNTESTED,
        fallback_developer="Beta",
        fallback_host="Beta",
    ),
)


def rush(
    *startups: Startup,
    kind: FalterKind = FalterKind.WIND_DOWN,
    days: float | None = None,
    assumptions: Assumptions = DEFAULTS,
) -> Herd | None:
    book = open_book(portfolio(*startups), catalog=WORLD, assumptions=assumptions, today=TODAY)
    event = Event(
        root="Alpha",
        kind=kind,
        level="test",
        rate_per_year=0.0,
        severity=1.0,
        duration=Permanent() if days is None else FixedDuration(days),
        notice_days=0.0,
    )
    return herd_after(
        event_patterns(book.chain, event),
        book,
        catalog=WORLD,
        assumptions=assumptions,
        today=TODAY,
    )


def test_one_startup_waits_as_long_as_the_market_does_on_average() -> None:
    # $1,000 a month, of which 0.6 looks for room in the first week. It is 1,000 / 0.5 of the market
    # for each displaced share, so Beta has 0.5 · 0.15 · 2,000 = 150 for it: 450 of 600 queue, and
    # Beta grows by 0.5 · 0.02 · 2,000 = 20 a day. 450/600 · (450/2)/20 = 8.4375 days.
    found = rush(NEW)
    assert found is not None
    assert found.market_share == pytest.approx(0.5)
    (beta,) = (one for one in found.alternatives if one.alternative == "Beta API")
    assert (beta.displaced, beta.capacity, beta.admitted) == pytest.approx((600, 150, 150))
    assert found.crowding["n"].queue_days == pytest.approx(8.4375)
    market = market_queue(0.5, DEFAULTS)
    assert found.crowding["n"].queue_days == pytest.approx(market.mean_wait_days(0, market.demand))


def test_a_paying_customer_is_served_before_a_newcomer_and_its_fallback_gets_the_room() -> None:
    # Two of 1,000: Beta has 300, growth is 40 a day. Warm asks for 600 and gets 300: ψ = 1/2, and
    # its 300 wait 300/2/40 = 3.75 days: half of that. New's 600 wait (300 + 600/2)/40 = 15 days.
    found = rush(NEW, WARM)
    assert found is not None
    assert found.crowding["w"].admission == pytest.approx(0.5)
    assert found.crowding["w"].queue_days == pytest.approx(1.875)
    assert found.crowding["n"].queue_days == pytest.approx(15)


def test_with_endless_headroom_nobody_waits_and_every_fallback_works_in_full() -> None:
    found = rush(NEW, WARM, assumptions=replace(DEFAULTS, herd_headroom=5.0))
    assert found is not None
    # Beta's 5.0 · 0.5 · 4,000 = 10,000 are more than the 1,200 that are asked for.
    for one in found.crowding.values():
        assert (one.queue_days, one.admission) == (0.0, 1.0)


def test_only_a_long_outage_sets_everybody_in_motion() -> None:
    assert rush(NEW, kind=FalterKind.OUTAGE, days=1.0) is None
    assert rush(NEW, kind=FalterKind.OUTAGE, days=1.5) is not None
    assert rush(NEW, kind=FalterKind.PRICE_SHOCK) is None


def test_where_nobodys_size_is_known_there_is_no_queue_to_work_out() -> None:
    world = replace(WORLD, market={})
    scenario = Scenario(id="", title="", root="Alpha", kind=FalterKind.WIND_DOWN)
    result = stress_portfolio(
        portfolio(NEW), scenario, catalog=world, assumptions=DEFAULTS, today=TODAY
    )
    assert result.herd is None
    assert result.startups[0].queue_days is None


def test_a_stress_test_says_the_switching_day_alone_and_with_the_queue() -> None:
    scenario = Scenario(id="", title="", root="Alpha", kind=FalterKind.WIND_DOWN)
    result = stress_portfolio(
        portfolio(NEW), scenario, catalog=WORLD, assumptions=DEFAULTS, today=TODAY
    )
    # T_sw = 17 days less 14 of notice; then 8.4375 days of queue.
    (hit,) = result.startups
    assert hit.switched_alone_on_day == pytest.approx(3.0)
    assert hit.queue_days == pytest.approx(8.4375)
    assert hit.switched_on_day == pytest.approx(11.4375)
    assert hit.lost_service_days == pytest.approx(11.4375)
    # Quality and the switch itself cost the same; 8.4375 more days cost 10,000 each and customers.
    assert result.queue_usd > 84_375
    assert result.total_usd - result.queue_usd == pytest.approx(383_539, abs=5)
    assert result.herd == (
        {"alternative": "Alpha on Cloud", "displaced": 600.0, "capacity": 0.0, "admitted": 0.0},
        pytest.approx(
            {"alternative": "Beta API", "displaced": 600.0, "capacity": 150.0, "admitted": 150.0}
        ),
    )


def test_the_backlog_of_a_higher_class_is_served_first() -> None:
    crowd = [
        Request(key="a", units=10, choices=(Choice("A", Priority.COMMITTED),)),
        Request(key="b", units=10, choices=(Choice("A", Priority.NEW),)),
    ]
    found = ration(crowd, {"A": 4})
    # a: 6 left wait 6/2/2 = 1.5 days, six tenths of the demand; b: all 10 wait (6 + 5)/2 days.
    waits = queue_days(crowd, found, growth=2.0)
    assert waits == {"a": pytest.approx(0.9), "b": pytest.approx(5.5)}
