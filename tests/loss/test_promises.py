"""What notice, escrow and reserved capacity take off a disruption, done by hand."""

from dataclasses import replace
from datetime import timedelta
from math import exp

import pytest

from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Retirement
from risk.inventory.records import CapacityClass
from tests.loss.small import central
from tests.oracle.one_startup import churned as share_gone
from tests.small_world import AS_OF, TODAY, dependency, rate, small_catalog, startup

#: The chance that a disruption of once in ten years comes within the year.
CHANCE = 1 - exp(-0.1)
#: $10,000 of margin a day; 17 days to switch (tests/loss/test_kernels.py).
QUALITY_AND_SWITCH = 67_500 + 9_500


def churned(days: float) -> float:
    """A year's margin of the customers lost."""
    return share_gone(days, DEFAULTS) * 3_650_000


def expected(kind: FailureKind, assumptions: Assumptions = DEFAULTS, **facts: object) -> float:
    """Expected loss a year if the developer falters once in ten years, without notice."""
    node = "*customer" if kind is FailureKind.ACCESS_CUT else "Alpha"
    world = small_catalog(rates=(rate(node, kind, 0.1),))
    one = startup("Any", dependency("d", "Alpha", "Alpha", **facts))
    return float(central(one, catalog=world, assumptions=assumptions)[0])


def test_agreed_notice_binds_a_provider_that_goes_on() -> None:
    # Without notice: 17 days down. 180 days agreed, 17 needed: nothing is lost but the switch.
    cut = expected(FailureKind.ACCESS_CUT)
    agreed = expected(FailureKind.ACCESS_CUT, provider_notice_days=180.0)
    assert cut == pytest.approx(CHANCE * (170_000 + churned(17) + QUALITY_AND_SWITCH))
    assert agreed == pytest.approx(CHANCE * QUALITY_AND_SWITCH)


def test_a_provider_that_is_wound_up_keeps_no_notice() -> None:
    agreed = expected(FailureKind.WIND_DOWN, provider_notice_days=180.0)
    assert agreed == pytest.approx(expected(FailureKind.WIND_DOWN))


def test_half_of_a_wound_up_service_goes_on_in_escrow() -> None:
    # 17 days at half service are 8.5 lost days; the switch costs the same.
    for right in ("escrow", "step_in"):
        kept = expected(FailureKind.WIND_DOWN, **{right: True})
        assert kept == pytest.approx(CHANCE * (85_000 + churned(8.5) + QUALITY_AND_SWITCH))
    # It is for the wind-down alone: a customer that is thrown out gets nothing from it.
    assert expected(FailureKind.ACCESS_CUT, escrow=True) == pytest.approx(
        expected(FailureKind.ACCESS_CUT)
    )


def test_reserved_capacity_waits_in_no_queue() -> None:
    queued = override(DEFAULTS, {"queue_days": 20.0, "legal_days": 0.0})
    alone = override(DEFAULTS, {"legal_days": 0.0})
    kind = FailureKind.WIND_DOWN
    reserved = expected(kind, queued, fallback_capacity=CapacityClass.RESERVED)
    assert reserved == pytest.approx(expected(kind, alone))
    assert reserved < expected(kind, queued)
    for other in (CapacityClass.CUSTOMER, CapacityClass.NEW):
        assert expected(kind, queued, fallback_capacity=other) == pytest.approx(
            expected(kind, queued)
        )


def test_a_published_last_day_is_not_put_off_by_an_agreement() -> None:
    ends = Retirement(
        developer="Alpha",
        model="alpha-1",
        announced=None,
        shutdown=TODAY + timedelta(days=10),
        replacement=None,
        source="test",
        as_of=AS_OF,
    )
    world = replace(small_catalog(), retirements=(ends,))
    link = dependency("d", "Alpha", "Alpha", model="alpha-1")
    agreed = replace(link, provider_notice_days=365.0)
    usual = central(startup("Any", link), catalog=world)[0]
    assert central(startup("Any", agreed), catalog=world)[0] == usual > 0
