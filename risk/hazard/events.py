"""The events of the model: one root that falters in one way, at its rate. docs/method.md §1."""

from dataclasses import dataclass

from risk.catalog.failure_kinds import FailureKind
from risk.hazard.durations import Duration

#: The level of a retirement whose day is published.
DATED = "dated"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A root that falters. ``severity`` is the share of its service lost, calibrated.

    ``only_startup`` limits the event to one customer (an access cut), ``only_country`` to
    startups of one country (a regional block; "" stands for an unknown country).
    ``rate_shape`` is the shape of the Gamma law whose mean the rate is; None: the rate is known.
    ``rate_of`` is the row of the reference facts whose uncertain rate all events of a sort share,
    "" where the rate is the event's own. ``queue_days`` is how long those who must leave queue for
    room elsewhere in the market, on average. Of a published retirement's notice ``notice_days``
    are left and ``passed_days`` have passed since the announcement.
    """

    root: str
    kind: FailureKind
    level: str
    rate_per_year: float
    severity: float
    duration: Duration
    notice_days: float
    price_multiple: float = 1.0
    only_startup: str | None = None
    only_country: str | None = None
    rate_shape: float | None = None
    rate_of: str = ""
    queue_days: float = 0.0
    passed_days: float = 0.0

    @property
    def dated(self) -> bool:
        """True for a retirement whose day is published."""
        return self.level == DATED

    @property
    def rate_group(self) -> tuple[str, FailureKind, str]:
        """Events of one group share one uncertain rate."""
        return self.rate_of or self.root, self.kind, self.level
