"""Event losses written down by hand, for tests of simulated years."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import FalterKind
from risk.exposure.event_losses import EventLoss
from risk.exposure.vulnerability import LossParts
from risk.hazard.durations import DURATION_GRID, Duration, Permanent, grid_weights
from risk.hazard.events import Event

Array = NDArray[np.float64]


def falter(
    root: str,
    kind: FalterKind,
    rate: float,
    *,
    duration: Duration | None = None,
    notice_days: float = 0.0,
    shape: float | None = None,
    level: str = "",
) -> Event:
    """Permanent unless a duration is given."""
    return Event(
        root=root,
        kind=kind,
        level=level,
        rate_per_year=rate,
        severity=1.0,
        duration=duration or Permanent(),
        notice_days=notice_days,
        rate_shape=shape,
    )


def loss_of(event: Event, parts: Mapping[str, float], *, churned: float = 0.0) -> EventLoss:
    """One pattern; USD by dependency: once and for all, or by day for what lasts.

    ``churned`` is the share of it that goes with customers lost for good.
    """
    lasting = not isinstance(event.duration, Permanent)
    shape = DURATION_GRID if lasting else np.ones(1)
    curves = {key: (amount * shape)[None, None, :] for key, amount in parts.items()}
    total = np.asarray(sum(curves.values(), start=np.zeros((1, 1, len(shape)))))
    nothing = np.zeros_like(total)
    return EventLoss(
        event=event,
        probability=np.ones(1),
        pattern_state=np.zeros(1, dtype=np.int64),
        weights=_weights(event),
        by_dependency=curves,
        loss=LossParts(
            interruption=total * (1 - churned),
            churn=total * churned,
            quality=nothing,
            switching=nothing,
            price=nothing,
            lost_days=nothing,
            switched=nothing > 0,
        ),
    )


def _weights(event: Event) -> Array:
    if isinstance(event.duration, Permanent):
        return np.ones(1)
    return grid_weights(event.duration, DURATION_GRID)
