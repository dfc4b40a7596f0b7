"""What reading a file of a provider's past produced: records, or every problem at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay
from risk.inventory.intake_results import Problem


class FileFormat(StrEnum):
    """The tables that are recognised, by their header."""

    INCIDENT_STAGES = "incident-stages"
    UPTIME_DAYS = "uptime-days"


class SkipReason(StrEnum):
    """Why a row that can be read is not used."""

    STAMPS_OUT_OF_ORDER = "stamps out of order"
    REPEATED = "repeated"


@dataclass(frozen=True, kw_only=True)
class SkippedRow:
    """A row that is left out, by its line, and why. ``incident`` is what it said."""

    line: int
    reference: str
    reason: SkipReason
    message: str
    incident: Incident | None = None


@dataclass(frozen=True, kw_only=True)
class HistoryFile:
    """What a file said. Where there are ``problems`` there are no records, whatever was right."""

    format: FileFormat | None
    rows: int
    incidents: tuple[Incident, ...] = ()
    service_days: tuple[ServiceDay, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def skipped_by_reason(self) -> Mapping[str, int]:
        """How many rows were left out, for every reason."""
        found = Counter(row.reason for row in self.skipped)
        return {reason.value: found[reason] for reason in SkipReason}

    @property
    def unknown_duration(self) -> int:
        """Incidents told only when they were over: counted, but in no duration."""
        return sum(one.resolved_at is None for one in self.incidents)

    @property
    def maintenance(self) -> int:
        """Planned work: in the source's counts, in no rate of falters."""
        return sum(one.level is IncidentLevel.MAINTENANCE for one in self.incidents)

    @property
    def without_service(self) -> int:
        """Incidents that name no service: they count for the provider alone."""
        return sum(not one.services for one in self.incidents)
