"""A leadership crisis as a state: it costs nothing itself and raises other rates while it lasts.

Outages and degraded service by one factor, acquisitions by another, for a window of days; what
it does to wind-downs is for signals to say (:mod:`risk.hazard.signals`). docs/method.md §1.
"""

from collections.abc import Mapping

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.hazard.rates import DAYS_PER_YEAR


def crisis_multiples(assumptions: Assumptions) -> Mapping[FalterKind, float]:
    """By what factor each kind is likelier during a crisis; other kinds stay as they are."""
    return {
        FalterKind.OUTAGE: assumptions.crisis_outage_multiple,
        FalterKind.DEGRADED: assumptions.crisis_outage_multiple,
        FalterKind.ACQUISITION: assumptions.crisis_acquisition_multiple,
    }


def in_crisis(days_since: float | None, assumptions: Assumptions) -> bool:
    """Is a crisis on, ``days_since`` it began? None: none began. The window's end is outside."""
    return days_since is not None and 0 <= days_since < assumptions.crisis_window_days


def rate_in_state(
    rate_per_year: float, kind: FalterKind, *, days_since: float | None, assumptions: Assumptions
) -> float:
    """Events a year of one kind, ``days_since`` a crisis began; None: no crisis."""
    if not in_crisis(days_since, assumptions):
        return rate_per_year
    return rate_per_year * crisis_multiples(assumptions).get(kind, 1.0)


def time_in_crisis(crises_per_year: float, assumptions: Assumptions) -> float:
    """The share of time spent in crisis, at most 1: crises a year times the window."""
    return min(1.0, crises_per_year * (assumptions.crisis_window_days / DAYS_PER_YEAR))


def average_factor(kind: FalterKind, *, crises_per_year: float, assumptions: Assumptions) -> float:
    """The factor on a kind's rate over a long time: 1 + share in crisis · (multiple - 1).

    With the state unknown, this is the mean of :func:`rate_in_state` over time.
    """
    share = time_in_crisis(crises_per_year, assumptions)
    return 1 + share * (crisis_multiples(assumptions).get(kind, 1.0) - 1)
