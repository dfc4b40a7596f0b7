"""Incidents and service-days as rows of the store, and back; what is new, changed or the same."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.records import IncidentRecord, ServiceDayRecord, table_of
from db.register.documents import Row
from db.register.naming import comparison_key
from risk.catalog.records import Catalog
from risk.hazard.incidents.records import HistoryFile, Incident, IncidentLevel, ServiceDay

One = TypeVar("One", Incident, ServiceDay)

#: What stands in the place of a service where the source names none.
_NO_SERVICE = ""
#: Databases limit how many values a statement may hold.
_AT_ONCE = 500


def as_in_the_catalogue(file: HistoryFile, catalog: Catalog) -> HistoryFile:
    """The file with providers as the catalogue spells them: ``deepgram`` is Deepgram."""
    spelling = {comparison_key(name): name for name in catalog.providers}
    incidents = tuple(
        replace(one, provider=spelling.get(comparison_key(one.provider), one.provider))
        for one in file.incidents
    )
    return replace(file, incidents=incidents)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """How many records of a file the store did not hold, held otherwise, or held like this."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def store_incidents(
    session: Session, incidents: Sequence[Incident], *, at: datetime, keep_what_is_known: bool
) -> tuple[Changes, tuple[Incident, ...]]:
    """Put incidents in the store and return those it did not hold; others are replaced.

    ``keep_what_is_known``: the file cannot tell everything (a feed without durations), so where it
    leaves a fact of a stored incident open, that fact stays.
    """
    from db.register.bulk import append_rows  # Who reads needs none of its columns.

    known = {_incident_key(one): one for one in stored_incidents(session)}
    if keep_what_is_known:
        incidents = [_completed(one, known.get(_incident_key(one))) for one in incidents]
    new, changed, same = _compare(incidents, known, _incident_key)
    by_source: dict[str, list[str]] = {}
    for one in changed:
        by_source.setdefault(one.source, []).append(one.reference)
    for source, references in by_source.items():
        for start in range(0, len(references), _AT_ONCE):
            part = references[start : start + _AT_ONCE]
            session.execute(
                delete(IncidentRecord).where(
                    IncidentRecord.source == source, IncidentRecord.reference.in_(part)
                )
            )
    rows = [row for one in (*new, *changed) for row in _incident_rows(one, at)]
    append_rows(session, table_of(IncidentRecord), rows)
    return Changes(new=len(new), changed=len(changed), unchanged=same), tuple(new)


def store_service_days(session: Session, days: Sequence[ServiceDay], *, at: datetime) -> Changes:
    """Put days in the store; one that is there with other minutes is replaced."""
    from db.register.bulk import append_rows

    numbered = dict(_numbered_days(session))
    known = {_day_key(day): day for day in numbered.values()}
    numbers = {_day_key(day): number for number, day in numbered.items()}
    new, changed, same = _compare(days, known, _day_key)
    outdated = [numbers[_day_key(day)] for day in changed]
    for start in range(0, len(outdated), _AT_ONCE):
        part = outdated[start : start + _AT_ONCE]
        session.execute(delete(ServiceDayRecord).where(ServiceDayRecord.id.in_(part)))
    rows = [_day_row(day, at) for day in (*new, *changed)]
    append_rows(session, table_of(ServiceDayRecord), rows)
    return Changes(new=len(new), changed=len(changed), unchanged=same)


def stored_incidents(
    session: Session, provider: str | None = None, *, known_at: datetime | None = None
) -> tuple[Incident, ...]:
    """Every stored incident, or one provider's, by start; the rows of one become one again.

    Only those recorded by ``known_at`` where a moment is given; one that was replaced since is
    not among them.
    """
    query = select(IncidentRecord).order_by(IncidentRecord.started_at, IncidentRecord.id)
    if known_at is not None:
        query = query.where(IncidentRecord.recorded_at <= known_at)
    if provider is not None:
        query = query.where(func.lower(IncidentRecord.provider) == provider.lower())
    rows: dict[tuple[str, str], list[IncidentRecord]] = {}
    for row in session.scalars(query):
        rows.setdefault((row.source, row.reference), []).append(row)
    return tuple(_incident(parts) for parts in rows.values())


def stored_service_days(
    session: Session, provider: str | None = None, *, known_at: datetime | None = None
) -> tuple[ServiceDay, ...]:
    """Every stored day, or one provider's, in order of time; ``known_at`` as of incidents."""
    return tuple(
        day
        for _, day in _numbered_days(session, known_at)
        if provider is None or day.provider.lower() == provider.lower()
    )


def revision_of_history(session: Session) -> str:
    """What stands for the stored history: how much there is, and when its newest row was made.

    An incident or a day that changes is written anew.
    """
    parts = [
        str(part)
        for table in (IncidentRecord, ServiceDayRecord)
        for part in session.execute(
            select(func.count(table.id), func.max(table.id), func.max(table.recorded_at))
        ).one()
    ]
    return " ".join(parts)


def _compare(
    records: Iterable[One], known: Mapping[Hashable, One], key: Callable[[One], Hashable]
) -> tuple[list[One], list[One], int]:
    new: list[One] = []
    changed: list[One] = []
    same = 0
    for record in records:
        stored = known.get(key(record))
        if stored is None:
            new.append(record)
        elif stored == record:
            same += 1
        else:
            changed.append(record)
    return new, changed, same


def _completed(told: Incident, stored: Incident | None) -> Incident:
    """What a poorer file tells, with what a richer one told before."""
    if stored is None:
        return told
    length_is_known = stored.resolved_at is not None and told.resolved_at is None
    return replace(
        told,
        services=told.services or stored.services,
        level=told.level or stored.level,
        title=told.title or stored.title,
        # A stamp of the last word is later than the beginning that another file stated.
        started_at=stored.started_at
        if length_is_known
        else min(told.started_at, stored.started_at),
        resolved_at=stored.resolved_at if length_is_known else told.resolved_at,
    )


def _incident_key(incident: Incident) -> Hashable:
    return incident.source, incident.reference


def _day_key(day: ServiceDay) -> Hashable:
    # A page that changes the case of a service's name still means the same service.
    return day.source, day.provider, day.service.casefold(), day.day


def _incident_rows(incident: Incident, at: datetime) -> list[Row]:
    return [
        {
            "provider": incident.provider,
            "service": service,
            "reference": incident.reference,
            "level": incident.level.value if incident.level else None,
            "title": incident.title,
            "started_at": incident.started_at,
            "resolved_at": incident.resolved_at,
            "source": incident.source,
            "recorded_at": at,
        }
        for service in incident.services or (_NO_SERVICE,)
    ]


def _incident(rows: Sequence[IncidentRecord]) -> Incident:
    first = rows[0]
    return Incident(
        provider=first.provider,
        services=tuple(row.service for row in rows if row.service != _NO_SERVICE),
        reference=first.reference,
        level=IncidentLevel(first.level) if first.level else None,
        title=first.title,
        started_at=first.started_at,
        resolved_at=first.resolved_at,
        source=first.source,
    )


def _day_row(day: ServiceDay, at: datetime) -> Row:
    return {
        "provider": day.provider,
        "service": day.service,
        "date": day.day,
        "partial_minutes": day.partial_minutes,
        "major_minutes": day.major_minutes,
        "time_zone": day.time_zone,
        "source": day.source,
        "recorded_at": at,
    }


def _numbered_days(
    session: Session, known_at: datetime | None = None
) -> list[tuple[int, ServiceDay]]:
    query = select(ServiceDayRecord).order_by(ServiceDayRecord.date, ServiceDayRecord.id)
    if known_at is not None:
        query = query.where(ServiceDayRecord.recorded_at <= known_at)
    return [
        (
            row.id,
            ServiceDay(
                provider=row.provider,
                service=row.service,
                day=row.date,
                partial_minutes=row.partial_minutes,
                major_minutes=row.major_minutes,
                source=row.source,
                time_zone=row.time_zone,
            ),
        )
        for row in session.scalars(query)
    ]
