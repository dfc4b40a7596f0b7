"""What a contract changes in an event: longer notice, what outlives a wind-down, no queue.

docs/method.md §3, §6. An agreed notice binds a provider that goes on; one that is wound up, or a
court that bans it, keeps no promises. Escrow and step-in rights are for the wind-down alone: part
of the service goes on while one moves. Reserved capacity at the fallback is served before those who
come in the rush. A term that nobody stated promises nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import QUEUED_KINDS, FalterKind
from risk.hazard.events import Event
from risk.inventory.records import CapacityClass, Dependency

Array = NDArray[np.float64]

#: Falters that a provider decides on, and can therefore promise to announce.
PROMISED_KINDS = frozenset(
    {
        FalterKind.PRICE_SHOCK,
        FalterKind.MODEL_RETIREMENT,
        FalterKind.ACCESS_CUT,
        FalterKind.ACQUISITION,
    }
)


@dataclass(frozen=True)
class Promises:
    """What is agreed for one dependency: days of notice, who outlives whom, whose turn it is."""

    notice_days: float = 0.0
    outlives: bool = False
    reserved: bool = False


NO_PROMISES = Promises()


def promises_of(dependency: Dependency) -> Promises:
    """What a dependency's contract and reservations promise."""
    return Promises(
        notice_days=dependency.provider_notice_days or 0.0,
        outlives=bool(dependency.escrow or dependency.step_in),
        reserved=dependency.fallback_capacity is CapacityClass.RESERVED,
    )


def notice_days(event: Event, promises: Promises) -> float:
    """Days between the news and the falter: the agreed ones where they bind and are more.

    A retirement whose date is published already is not put off by an agreement.
    """
    if event.kind not in PROMISED_KINDS or event.dated:
        return event.notice_days
    return max(event.notice_days, promises.notice_days)


def queue_days(
    kind: FalterKind, promises: Promises, assumptions: Assumptions, market_days: float = 0.0
) -> float:
    """Days spent waiting for capacity at the alternative; none where it is reserved.

    ``market_days`` is how long the market queues after this event, to which the assumption adds.
    """
    if kind not in QUEUED_KINDS or promises.reserved:
        return 0.0
    return assumptions.queue_days + market_days


def share_lost(kind: FalterKind, promises: Promises, assumptions: Assumptions) -> float:
    """Share of a falter's severity that is left: escrow keeps part of a wound-up service going."""
    if kind is FalterKind.WIND_DOWN and promises.outlives:
        return 1.0 - assumptions.step_in_survival
    return 1.0
