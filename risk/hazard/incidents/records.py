"""Incidents and minutes of outage by day, as status pages tell them, and what a file of them said.

Moments are in UTC. A day of an uptime page is a day where the page lives: status pages that
OpenAI, Anthropic and Character.AI publish count days in Pacific time, so an incident that began
at 05:57 UTC stands on the day before.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind

if TYPE_CHECKING:  # Problems stand beside tables of pandas; who reads incidents alone needs none.
    from risk.inventory.intake_results import Problem

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


#: Which failure an incident of each level is.
KIND_OF_LEVEL: Mapping[IncidentLevel, FailureKind] = {
    IncidentLevel.CRITICAL: FailureKind.OUTAGE,
    IncidentLevel.MAJOR: FailureKind.OUTAGE,
    IncidentLevel.MINOR: FailureKind.DEGRADED,
}


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
    def hours(self) -> float | None:
        """From the first word of it to the word that it is over; None if unknown."""
        if self.resolved_at is None:
            return None
        return (self.resolved_at - self.started_at) / timedelta(hours=1)


def of_the_api(incidents: Sequence[Incident]) -> Sequence[Incident]:
    """Incidents that reach a provider's API, as far as it tells them from its applications'."""

    def named(one: Incident) -> bool:
        return any("api" in service.casefold() for service in one.services)

    if not any(map(named, incidents)):
        return incidents
    return [one for one in incidents if named(one) or not one.services]


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


class FileFormat(StrEnum):
    """What is recognised: tables by their header, feeds by how they begin."""

    INCIDENT_STAGES = "incident-stages"
    UPTIME_DAYS = "uptime-days"
    STATUSPAGE_JSON = "statuspage-json"
    STATUSPAGE_ATOM = "statuspage-atom"
    INCIDENT_IO_ATOM = "incident-io-atom"
    INCIDENT_IO_RSS = "incident-io-rss"
    GOOGLE_CLOUD = "google-cloud"
    AWS = "aws"
    OPENLOG = "openlog"
    DOWNSTREAM = "downstream"
    MAPPED = "mapped"


def problem(
    code: str, message: str, *, line: int = 0, column: str | None = None, value: str | None = None
) -> "Problem":
    """One thing that is wrong with a file, by default with the whole of it."""
    from risk.inventory.intake_results import Problem

    return Problem(code=code, line=line, column=column, value=value, message=message)


class SkipReason(StrEnum):
    """Why a record is not used."""

    STAMPS_OUT_OF_ORDER = "stamps out of order"
    REPEATED = "repeated"
    NOT_BEGUN = "planned, not begun"
    UNREADABLE = "cannot be read"


#: Named in every count, also where there were none.
_ALWAYS_COUNTED = (SkipReason.STAMPS_OUT_OF_ORDER, SkipReason.REPEATED)


@dataclass(frozen=True, kw_only=True)
class SkippedRow:
    """A record that is left out and why. ``incident`` is what it said.

    ``line`` is its line in a table, its place (from 1) in a feed.
    """

    line: int
    reference: str
    reason: SkipReason
    message: str
    incident: Incident | None = None


@dataclass(frozen=True, kw_only=True)
class HistoryFile:
    """What a file said. Where there are ``problems`` there are no records, whatever was right.

    ``notes`` say in sentences what this sort of file cannot tell. ``tells_lengths`` is False for
    one that says only once that an incident was. ``still_open`` incidents were not over yet.
    """

    format: FileFormat | None
    rows: int
    incidents: tuple[Incident, ...] = ()
    service_days: tuple[ServiceDay, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    problems: "tuple[Problem, ...]" = ()
    notes: tuple[str, ...] = ()
    tells_lengths: bool = True
    still_open: int = 0

    @property
    def skipped_by_reason(self) -> Mapping[str, int]:
        """How many records were left out, for every reason that there was."""
        found = Counter(row.reason for row in self.skipped)
        return {
            reason.value: found[reason]
            for reason in SkipReason
            if reason in _ALWAYS_COUNTED or found[reason]
        }

    @property
    def unknown_severity(self) -> int:
        """Incidents whose severity the file does not say, or says in a word that is not known."""
        return sum(one.level is None for one in self.incidents)

    @property
    def unknown_duration(self) -> int:
        """Incidents whose length nobody told: counted, but in no duration."""
        return sum(one.resolved_at is None for one in self.incidents)

    @property
    def maintenance(self) -> int:
        """Planned work: in the source's counts, in no rate of disruptions."""
        return sum(one.level is IncidentLevel.MAINTENANCE for one in self.incidents)

    @property
    def without_service(self) -> int:
        """Incidents that name no service: they count for the provider alone."""
        return sum(not one.services for one in self.incidents)
