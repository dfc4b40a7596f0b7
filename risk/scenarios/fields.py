"""Fields of a startup in a stress test by their documented names.

Files, JSON, pages and links read these. Losses are USD, shares 0 to 1; None is unknown, and of
``switched_on_day`` that the startup waits.
"""

from collections.abc import Mapping
from typing import Any

from risk.portfolio.results import BeforeAfter
from risk.scenarios.results import StressedStartup
from risk.scenarios.stress import MONEY_PARTS


def fields_of(one: StressedStartup) -> Mapping[str, Any]:
    """All fields of one startup, in the order of files."""
    return {
        "startup": one.startup,
        "loss_usd": one.loss_usd,
        "loss_low_usd": one.loss_low_usd,
        "loss_median_usd": one.loss_median_usd,
        "loss_high_usd": one.loss_high_usd,
        **{f"{part}_usd": one.parts.get(part, 0.0) for part in MONEY_PARTS},
        "lost_service_days": one.lost_service_days,
        "hit_probability": one.hit_probability,
        "hit_through": one.hit_through,
        "switched_on_day": one.switched_on_day,
        "switched_alone_on_day": one.switched_alone_on_day,
        "queue_days": one.queue_days,
        **_ends("runway_months", one.runway_months),
        **_ends("cash_out_probability", one.cash_out_probability),
    }


def _ends(name: str, one: BeforeAfter) -> dict[str, float | None]:
    """A figure today and after the disruption, with the range of the latter."""
    return {
        f"{name}_before": one.before,
        f"{name}_after": one.after,
        f"{name}_after_low": one.after_low,
        f"{name}_after_high": one.after_high,
    }
