"""What a status page tells of a provider's past: incidents, and minutes of outage by day.

Moments are in UTC. A day of an uptime page is a day where the page lives: status pages that
OpenAI, Anthropic and Character.AI publish count days in Pacific time, so an incident that began
at 05:57 UTC stands on the day before.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

#: The zone in which the uptime pages of the three published providers count their days.
PACIFIC = "America/Los_Angeles"
MINUTES_PER_DAY = 1440
#: How much of a minute of partial outage counts; a minute of major outage counts in full.
#: Chu et al., ICPE 2025: verified on all 5,243 service-days that the authors published.
PARTIAL_OUTAGE_WEIGHT = 0.3


class IncidentLevel(StrEnum):
    """How bad the provider itself said an incident was; ``MAINTENANCE`` was planned."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One incident of one provider. ``services`` keep the source's names; it may name none.

    ``resolved_at`` None: nobody said how long it lasted, which is not the same as no time at all.
    ``reference`` is the source's own id, unique inside ``source``. Moments carry a time zone.
    """

    provider: str
    services: tuple[str, ...]
    reference: str
    level: IncidentLevel | None
    title: str | None
    started_at: datetime
    resolved_at: datetime | None
    source: str

    @property
    def length(self) -> timedelta | None:
        """From the first word of it to the word that it is over; None if unknown."""
        return None if self.resolved_at is None else self.resolved_at - self.started_at

    @property
    def hours(self) -> float | None:
        """The length in hours; None if unknown."""
        length = self.length
        return None if length is None else length / timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ServiceDay:
    """Minutes of outage of one service on one day, as an uptime page shows them."""

    provider: str
    service: str
    day: date
    partial_minutes: float
    major_minutes: float
    source: str
    time_zone: str = PACIFIC

    @property
    def is_outage_day(self) -> bool:
        """Was there any outage at all, partial or major?"""
        return self.partial_minutes + self.major_minutes > 0

    @property
    def lost_minutes(self) -> float:
        """Minutes of full service lost: 0.3 · partial + 1.0 · major."""
        return PARTIAL_OUTAGE_WEIGHT * self.partial_minutes + self.major_minutes

    @property
    def availability(self) -> float:
        """The share of the day that was served, 0 to 1."""
        return 1 - self.lost_minutes / MINUTES_PER_DAY
