"""Tables of status pages in the columns of a published study, recognised by their headers.

They are those in which Chu, Talluri, Lu and Iosup (ICPE 2025) published three providers' pages:

* **incident stages**: an id, an impact level, one 0/1 column for each service, and the moments at
  which an incident was said to be investigated, identified, monitored and resolved;
* **uptime days**: a day, a service, and its minutes of partial and of major outage.

Where one line is wrong the whole file is refused, with every problem by line.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from risk.hazard.incidents.cells import NotATable, Row, provider_name, rows_of
from risk.hazard.incidents.file_results import FileFormat, HistoryFile, SkippedRow, SkipReason
from risk.hazard.incidents.records import Incident, ServiceDay
from risk.inventory.intake_results import Problem

_STAGES = ("investigating", "identified", "monitoring", "resolved")
_STAGE_COLUMNS = tuple(f"{stage}_timestamp" for stage in _STAGES)
#: What tells each table from every other one.
_SIGNATURES: dict[FileFormat, frozenset[str]] = {
    FileFormat.INCIDENT_STAGES: frozenset({"incident_id", *_STAGE_COLUMNS}),
    FileFormat.UPTIME_DAYS: frozenset(
        {"Date", "Service", "partial_outage_minutes", "major_outage_minutes"}
    ),
}
#: Columns of the table of incidents that are no service.
_NOT_A_SERVICE = frozenset(
    "incident_id incident_title incident_impact_level incident_color provider start_timestamp"
    " close_timestamp time_span over_one_day".split()
) | {
    f"{stage}_{part}"
    for stage in (*_STAGES, "postmortem")
    for part in ("flag", "timestamp", "description")
}


def read_table(data: bytes, *, provider: str | None, file_format: FileFormat | None) -> HistoryFile:
    """Read one of the two tables; ``file_format`` None: the one whose columns it has.

    Raises:
        NotATable: the bytes are no table, or its columns are those of neither.
    """
    header, rows = rows_of(data)
    recognised = _recognise(header, file_format)
    return _READERS[recognised](header, list(rows), provider)


def _recognise(header: Sequence[str], wanted: FileFormat | None) -> FileFormat:
    """The table whose columns the header has. Raises NotATable with what is missing."""
    candidates = _SIGNATURES if wanted is None else {wanted: _SIGNATURES[wanted]}
    for file_format, columns in candidates.items():
        if columns <= set(header):
            return file_format
    if wanted is not None:
        missing = ", ".join(sorted(_SIGNATURES[wanted] - set(header)))
        raise NotATable(f"The file is no table of {wanted.value}: it lacks {missing}.")
    raise NotATable(
        "The file is neither a table of incident stages (incident_id, investigating_timestamp, "
        "identified_timestamp, monitoring_timestamp, resolved_timestamp) nor one of uptime days "
        "(Date, Service, partial_outage_minutes, major_outage_minutes)."
    )


def _incident_stages(
    header: Sequence[str], rows: Sequence[Row], provider: str | None
) -> HistoryFile:
    services = [name for name in header if name and name.casefold() not in _NOT_A_SERVICE]
    kept: dict[str, Incident] = {}
    skipped: list[SkippedRow] = []
    for row in rows:
        incident, disorder = _incident(row, services, provider)
        if row.problems:
            continue
        if disorder is not None:
            skipped.append(_skip(row, incident, SkipReason.STAMPS_OUT_OF_ORDER, disorder))
        elif incident.reference not in kept:
            kept[incident.reference] = incident
        elif kept[incident.reference] == incident:
            skipped.append(_skip(row, incident, SkipReason.REPEATED, "repeats an earlier row"))
        else:
            row.problems.append(_contradiction(row, "incident_id", incident.reference))
    return _result(
        FileFormat.INCIDENT_STAGES, rows, incidents=tuple(kept.values()), skipped=tuple(skipped)
    )


def _incident(
    row: Row, services: Iterable[str], provider: str | None
) -> tuple[Incident, str | None]:
    """What a row says, and which of its stages comes before the one that precedes it."""
    stamps = {stage: row.moment(f"{stage}_timestamp") for stage in _STAGES}
    told = [(stage, stamp) for stage, stamp in stamps.items() if stamp is not None]
    first_word = [stamp for stage, stamp in told if stage != "resolved"]
    resolved = stamps["resolved"]
    begun = min(first_word) if first_word else resolved
    if begun is None and not row.problems:
        row.required("resolved_timestamp")
    incident = Incident(
        provider=provider_name(row.required("provider", otherwise=provider)),
        services=tuple(name for name in services if row.flag(name)),
        reference=row.required("incident_id"),
        level=row.level("incident_impact_level"),
        title=row.text("Incident_Title"),
        started_at=begun or datetime.min.replace(tzinfo=UTC),
        # Only the word that it is over was published, afterwards: its length is unknown.
        resolved_at=resolved if first_word else None,
        source=FileFormat.INCIDENT_STAGES.value,
    )
    return incident, _disorder(told)


def _disorder(told: Sequence[tuple[str, datetime]]) -> str | None:
    for (earlier, first), (later, second) in pairwise(told):
        if second < first:
            return f"says “{later}” at {second:%Y-%m-%d %H:%M}, before “{earlier}” at {first:%H:%M}"
    return None


def _uptime_days(header: Sequence[str], rows: Sequence[Row], provider: str | None) -> HistoryFile:
    kept: dict[tuple[object, ...], ServiceDay] = {}
    skipped: list[SkippedRow] = []
    for row in rows:
        day = ServiceDay(
            provider=provider_name(row.required("provider", otherwise=provider)),
            service=row.required("Service"),
            day=row.day("Date"),
            partial_minutes=row.minutes("partial_outage_minutes"),
            major_minutes=row.minutes("major_outage_minutes"),
            source=FileFormat.UPTIME_DAYS.value,
        )
        if row.problems:
            continue
        earlier = kept.setdefault((day.provider, day.service.casefold(), day.day), day)
        if earlier is not day and earlier == day:
            skipped.append(_skip(row, None, SkipReason.REPEATED, "repeats an earlier row"))
        elif earlier is not day:
            row.problems.append(_contradiction(row, "Date", f"{day.service} {day.day}"))
    return _result(
        FileFormat.UPTIME_DAYS, rows, service_days=tuple(kept.values()), skipped=tuple(skipped)
    )


_Reader = Callable[[Sequence[str], Sequence[Row], str | None], HistoryFile]
_READERS: dict[FileFormat, _Reader] = {
    FileFormat.INCIDENT_STAGES: _incident_stages,
    FileFormat.UPTIME_DAYS: _uptime_days,
}


def _result(
    file_format: FileFormat,
    rows: Sequence[Row],
    *,
    incidents: tuple[Incident, ...] = (),
    service_days: tuple[ServiceDay, ...] = (),
    skipped: tuple[SkippedRow, ...],
) -> HistoryFile:
    problems = tuple(problem for row in rows for problem in row.problems)
    if not rows:
        sentence = "The file has a header and nothing below it."
        problems = (Problem(code="no_records", line=1, column=None, value=None, message=sentence),)
    if problems:
        return HistoryFile(format=file_format, rows=len(rows), problems=problems)
    return HistoryFile(
        format=file_format,
        rows=len(rows),
        incidents=incidents,
        service_days=service_days,
        skipped=skipped,
    )


def _skip(row: Row, incident: Incident | None, reason: SkipReason, why: str) -> SkippedRow:
    reference = incident.reference if incident else ""
    return SkippedRow(
        line=row.line,
        reference=reference,
        reason=reason,
        message=f"Line {row.line}: {reference or 'the row'} {why}.",
        incident=incident,
    )


def _contradiction(row: Row, column: str, value: str) -> Problem:
    return Problem(
        code="contradiction",
        line=row.line,
        column=column,
        value=value,
        message=f"Line {row.line}, {column}: {value} stands twice and says two things. Keep one.",
    )
