"""The rush in a world of two providers, each half of the market, with the arithmetic."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from risk.alternatives.herding import Herd
from risk.alternatives.rationing import Priority
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog, MarketShare
from risk.inventory.records import CapacityClass, Fallback, Startup
from risk.scenarios.results import Scenario, StressResult
from risk.scenarios.stress import stress
from tests.scenarios.small import central
from tests.small_world import dependency, portfolio, rate, small_catalog, startup


def shares(**by_service: float) -> Mapping[str, MarketShare]:
    return {
        name.replace("_", " "): MarketShare(
            share=share, low=share, high=share, source="test", as_of="2026-11-23"
        )
        for name, share in by_service.items()
    }


WORLD = replace(
    small_catalog(rates=(rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14),)),
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
RESERVED = startup(
    "Reserved",
    dependency(
        "r",
        "Alpha",
        "Alpha",
        model="alpha-1",
        fallback=Fallback.UNTESTED,
        fallback_developer="Beta",
        fallback_host="Beta",
        fallback_capacity=CapacityClass.RESERVED,
    ),
)


def stressed(
    *startups: Startup,
    kind: FailureKind = FailureKind.WIND_DOWN,
    days: float | None = None,
    assumptions: Assumptions = DEFAULTS,
    world: Catalog = WORLD,
) -> StressResult:
    scenario = Scenario(id="", title="", root="Alpha", kind=kind, days=days)
    return stress(central(portfolio(*startups), world, assumptions=assumptions), scenario)


def rush(*startups: Startup, **settings: object) -> Herd | None:
    return stressed(*startups, **settings).crowd  # type: ignore[arg-type]


def test_one_startup_waits_as_long_as_the_market_does_on_average() -> None:
    # $1,000 a month, of which 0.6 looks for room in the first week. It is 1,000 / 0.5 of the market
    # for each displaced share, so Beta has 0.5 · 0.15 · 2,000 = 150 for it. In the market 0.3 ask
    # for 0.075: 0.225 queue, and Beta grows by 0.5 · 0.02 = 0.01 a day. On average over all who
    # ask that is 0.225/0.3 · (0.225/2)/0.01 = 8.4375 days.
    found = rush(NEW)
    assert found is not None
    assert found.market_share == pytest.approx(0.5)
    (beta,) = (one for one in found.alternatives if one.alternative == "Beta API")
    assert (beta.displaced, beta.capacity, beta.admitted) == pytest.approx((600, 150, 150))
    (member,) = found.members
    assert (member.startup, member.key) == ("New", "n")
    assert member.queue_days == pytest.approx(8.4375)
    assert found.longest_wait_days == member.queue_days


def test_a_paying_customer_is_served_before_a_newcomer() -> None:
    # Two of 1,000: Beta has 300. Warm, whose backup it is, asks for 600 and gets them; New none.
    found = rush(NEW, WARM)
    assert found is not None
    by_name = {one.startup: one for one in found.members}
    assert by_name["Warm"].priority is Priority.CUSTOMER
    assert by_name["Warm"].admitted == pytest.approx(300)
    assert by_name["New"].admitted == pytest.approx(0)
    assert (found.askers, found.turned_away) == (2, 2)


def test_who_reserved_is_served_first_and_waits_for_nobody() -> None:
    found = rush(NEW, WARM, RESERVED)
    assert found is not None
    by_name = {one.startup: one for one in found.members}
    # Three of 1,000: Beta has 450, of which Reserved's 600 take all.
    assert by_name["Reserved"].priority is Priority.COMMITTED
    assert by_name["Reserved"].admitted == pytest.approx(450)
    assert by_name["Warm"].admitted == 0
    waits = {one.startup: one.queue_days for one in stressed(NEW, RESERVED).startups}
    assert waits["New"] == pytest.approx(8.4375)
    assert waits["Reserved"] == 0


def test_with_endless_headroom_nobody_waits_and_everybody_finds_room() -> None:
    found = rush(NEW, WARM, assumptions=replace(DEFAULTS, herd_headroom=5.0))
    assert found is not None
    # Beta's 5.0 · 0.5 · 4,000 = 10,000 are more than the 1,200 that are asked for.
    assert found.admitted_usd_per_month == pytest.approx(found.displaced_usd_per_month)
    assert found.displaced_usd_per_month == pytest.approx(1_200)
    assert found.longest_wait_days == 0


def test_without_growth_nobody_crashes() -> None:
    found = stressed(NEW, assumptions=replace(DEFAULTS, herd_growth=0.0))
    assert found.total_usd > 0


def test_only_a_long_outage_sets_everybody_in_motion() -> None:
    assert rush(NEW, kind=FailureKind.OUTAGE, days=1.0) is None
    assert rush(NEW, kind=FailureKind.OUTAGE, days=1.5) is not None
    assert rush(NEW, kind=FailureKind.PRICE_SHOCK) is None


def test_many_with_the_same_choices_ask_as_one() -> None:
    many = [
        startup(f"S{place}", dependency(f"k{place}", "Alpha", "Alpha", model="alpha-1"))
        for place in range(50)
    ]
    found = rush(*many)
    assert found is not None
    assert len(found.groups) == 1
    assert len(found.members) == found.askers == 50
    assert found.groups[0].units == pytest.approx(sum(one.units for one in found.members))
    assert found.groups[0].admitted == pytest.approx(sum(one.admitted for one in found.members))


def test_where_nobodys_size_is_known_there_is_no_queue_to_work_out() -> None:
    result = stressed(NEW, world=replace(WORLD, market={}))
    assert result.herd is None
    assert result.startups[0].queue_days is None


def test_a_stress_test_says_the_switching_day_alone_and_with_the_queue() -> None:
    result = stressed(NEW)
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
