"""Incidents that status pages told of providers: importing them, and describing the past."""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from db.engine import Store
from db.importing.history import (
    Changes,
    as_in_the_catalogue,
    revision_of_history,
    store_incidents,
    store_service_days,
    stored_incidents,
    stored_service_days,
)
from db.plugins import FEEDS, translated
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.reference import load_catalog
from risk.hazard.calibration import TrackRecord, track_records
from risk.hazard.incident_statistics import IncidentStatistics, Pooling, incident_statistics
from risk.hazard.incidents.gathering import provider_name
from risk.hazard.incidents.maps import IncidentMap
from risk.hazard.incidents.reading import read_history
from risk.hazard.incidents.records import FileFormat, HistoryFile, Incident, ServiceDay
from risk.hazard.rate_laws import market_tail

#: Of the random part of integral transforms.
SEED = 20240901


@dataclass(frozen=True, kw_only=True)
class IncidentImport:
    """What a file said and what became of it. Nothing is written where ``file`` has problems.

    ``unheard`` are the incidents that the store did not hold before.
    """

    file: HistoryFile
    incidents: Changes
    service_days: Changes
    unheard: tuple[Incident, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the file could be read."""
        return not self.file.problems


def import_incidents(
    store: Store,
    actor: Actor,
    *,
    data: bytes,
    file_name: str,
    provider: str | None = None,
    file_format: FileFormat | None = None,
    mapped: IncidentMap | None = None,
    trail_unchanged: bool = True,
) -> IncidentImport:
    """Read a table, a feed or a list of a provider's past; the same again changes nothing.

    ``provider`` is whom the file is about, where its records name nobody, ``mapped`` which field
    is what in a file of another shape. An incident or a day that the store holds with other values
    takes those of the file; a feed that tells no lengths takes none away. Without
    ``trail_unchanged`` a file that changes nothing leaves no row in the trail.

    Raises:
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT_INCIDENTS, file_name)
    plain = translated(FEEDS, data)
    read = read_history(plain.data, provider=provider, file_format=file_format, mapped=mapped)
    read = replace(read, notes=(*plain.left_out, *read.notes))
    found = as_in_the_catalogue(read, load_catalog(store, actor))
    if found.problems:
        return IncidentImport(file=found, incidents=Changes(), service_days=Changes())

    def work(session: Session) -> IncidentImport:
        changes, unheard = store_incidents(
            session,
            found.incidents,
            at=store.now(),
            keep_what_is_known=not found.tells_lengths,
        )
        result = IncidentImport(
            file=found,
            incidents=changes,
            unheard=unheard,
            service_days=store_service_days(session, found.service_days, at=store.now()),
        )
        told = result.incidents, result.service_days
        if not trail_unchanged and not any(one.new or one.changed for one in told):
            return result
        record(
            store,
            session,
            actor,
            Action.IMPORT,
            object_kind="incidents",
            object_name=file_name,
            after=_as_audited(result, data),
        )
        return result

    return store.transact(work)


def _as_audited(result: IncidentImport, data: bytes) -> dict[str, Any]:
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "format": result.file.format,
        "incidents": asdict(result.incidents),
        "service_days": asdict(result.service_days),
        "skipped": dict(result.file.skipped_by_reason),
    }


def load_incidents(
    store: Store, actor: Actor, *, provider: str | None = None, known_at: datetime | None = None
) -> tuple[Incident, ...]:
    """Return every incident that was imported, or one provider's, by start.

    Only what was recorded by ``known_at`` where a moment is given.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "incidents")
    with store.read() as session:
        return stored_incidents(session, _named(provider), known_at=known_at)


def load_service_days(
    store: Store, actor: Actor, *, provider: str | None = None, known_at: datetime | None = None
) -> tuple[ServiceDay, ...]:
    """Return every day of an uptime page that was imported, or one provider's, by day.

    Only what was recorded by ``known_at`` where a moment is given.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "incidents")
    with store.read() as session:
        return stored_service_days(session, _named(provider), known_at=known_at)


def history_revision(store: Store, actor: Actor) -> str:
    """Return a text that changes whenever an incident or a service-day is imported or replaced.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "incidents")
    with store.read() as session:
        return revision_of_history(session)


def describe_incidents(
    store: Store,
    actor: Actor,
    *,
    provider: str | None = None,
    pooling: Pooling = Pooling.SERVICE,
) -> tuple[IncidentStatistics, ...]:
    """Return repair times, gaps, rates and availability of what was imported.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "incidents")
    with store.read() as session:
        incidents = stored_incidents(session, _named(provider))
        days = stored_service_days(session, _named(provider))
    return incident_statistics(incidents, days, pooling=pooling)


def calibrate_incidents(
    store: Store,
    actor: Actor,
    *,
    provider: str | None = None,
    since: date | None = None,
    until: date | None = None,
    split: date | None = None,
    seed: int = SEED,
) -> tuple[TrackRecord, ...]:
    """Return how well past months would have been forecast, by provider.

    ``since``, ``until`` and ``split`` as in :func:`risk.hazard.calibration.track_records`.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "incidents")
    with store.read() as session:
        incidents, days = stored_incidents(session), stored_service_days(session)
    if not incidents:
        return ()
    tail = market_tail(load_catalog(store, actor).rates)
    # Lengths above a day are rare: their law is fitted to all providers, whoever is asked for.
    found = track_records(
        incidents, days, seed=seed, tail=tail, since=since, until=until, split=split
    )
    return tuple(one for one in found if one.provider == (_named(provider) or one.provider))


def _named(provider: str | None) -> str | None:
    return None if provider is None else provider_name(provider)
