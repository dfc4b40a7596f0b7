"""What notice, escrow and reserved capacity take off a falter, done by hand."""

from dataclasses import replace

import numpy as np
import pytest

from risk.assumptions import Assumptions, override
from risk.catalog.falters import FalterKind
from risk.exposure.churn import churn_share
from risk.exposure.promises import Promises, notice_days
from risk.hazard.events import DATED
from risk.inventory.records import CapacityClass
from tests.portfolio.hand_made import falter
from tests.small_world import (
    PLAIN,
    dependency,
    in_the_middle,
    portfolio,
    rate,
    small_catalog,
    startup,
)

#: $10,000 of margin a day; 17 days to switch (tests/exposure/test_vulnerability.py).
QUALITY_AND_SWITCH = 67_500 + 9_500
#: An end at a rate of once in ten years comes in so many years, once at most.
ONCE = 1 - np.exp(-0.1)


def churned(days: float) -> float:
    """A year's margin of the customers lost, by the published curve (tests/exposure)."""
    return float(churn_share(np.array(days), PLAIN)) * 3_650_000


def expected(kind: FalterKind, assumptions: Assumptions = PLAIN, **facts: object) -> float:
    """Expected loss a year if the developer falters once in ten years, without notice."""
    node = "*customer" if kind is FalterKind.ACCESS_CUT else "Alpha"
    world = small_catalog(rates=(rate(node, kind, 0.1),))
    held = portfolio(startup("Any", dependency("d", "Alpha", "Alpha", **facts)))
    return in_the_middle(held, catalog=world, assumptions=assumptions).aal_usd


def test_agreed_notice_binds_a_provider_that_goes_on() -> None:
    # Without notice: 17 days down. 180 days agreed, 17 needed: nothing is lost but the switch.
    cut = expected(FalterKind.ACCESS_CUT)
    agreed = expected(FalterKind.ACCESS_CUT, provider_notice_days=180.0)
    assert cut == pytest.approx(ONCE * (170_000 + churned(17) + QUALITY_AND_SWITCH))
    assert agreed == pytest.approx(ONCE * QUALITY_AND_SWITCH)


def test_a_provider_that_is_wound_up_keeps_no_notice() -> None:
    agreed = expected(FalterKind.WIND_DOWN, provider_notice_days=180.0)
    assert agreed == pytest.approx(expected(FalterKind.WIND_DOWN))


def test_half_of_a_wound_up_service_goes_on_in_escrow() -> None:
    # 17 days at half service are 8.5 lost days; the switch costs the same.
    for right in ("escrow", "step_in"):
        kept = expected(FalterKind.WIND_DOWN, **{right: True})
        assert kept == pytest.approx(ONCE * (85_000 + churned(8.5) + QUALITY_AND_SWITCH))
    # It is for the wind-down alone: a customer that is thrown out gets nothing from it.
    assert expected(FalterKind.ACCESS_CUT, escrow=True) == pytest.approx(
        expected(FalterKind.ACCESS_CUT)
    )


def test_reserved_capacity_waits_in_no_queue() -> None:
    queued = override(PLAIN, {"queue_days": 20.0, "legal_days": 0.0})
    alone = override(PLAIN, {"legal_days": 0.0})
    kind = FalterKind.WIND_DOWN
    reserved = expected(kind, queued, fallback_capacity=CapacityClass.RESERVED)
    assert reserved == pytest.approx(expected(kind, alone))
    assert reserved < expected(kind, queued)
    for other in (CapacityClass.CUSTOMER, CapacityClass.NEW):
        assert expected(kind, queued, fallback_capacity=other) == pytest.approx(
            expected(kind, queued)
        )


def test_a_published_last_day_is_not_put_off_by_an_agreement() -> None:
    agreed = Promises(notice_days=365.0)
    retirement = falter("alpha-1", FalterKind.MODEL_RETIREMENT, 0.3, notice_days=180.0)
    assert notice_days(retirement, agreed) == 365
    assert notice_days(replace(retirement, level=DATED, notice_days=40.0), agreed) == 40
