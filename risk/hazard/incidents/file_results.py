"""What reading a file of a provider's past produced: records, or every problem at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay
from risk.inventory.intake_results import Problem


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
    problems: tuple[Problem, ...] = ()
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
        """Planned work: in the source's counts, in no rate of falters."""
        return sum(one.level is IncidentLevel.MAINTENANCE for one in self.incidents)

    @property
    def without_service(self) -> int:
        """Incidents that name no service: they count for the provider alone."""
        return sum(not one.services for one in self.incidents)
