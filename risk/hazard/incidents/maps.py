"""Tables and lists of incidents in any columns: a map says which field of a record is what.

A map is a small JSON file, for instance
``{"reference": "id", "started": ["seen"], "resolved": "over", "provider": "vendor"}``. One that was
published comes with the product: what openlog collected from status pages (:data:`OPENLOG`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from risk.hazard.incidents import gathering as gather
from risk.hazard.incidents.gathering import (
    LONGEST_NAME,
    LeftOut,
    gathered,
    incident_of,
    owner_of,
    provider_name,
)
from risk.hazard.incidents.records import FileFormat, HistoryFile, Incident, IncidentLevel
from risk.hazard.incidents.tables import NotATable, rows_of

_LEVELS = {level.value: level for level in IncidentLevel} | {
    str(place): level for place, level in enumerate(IncidentLevel)
}
_SET = frozenset({"1", "1.0", "true", "yes"})


class BadMap(ValueError):
    """A map of incidents cannot be used; the message says what to write."""


@dataclass(frozen=True, kw_only=True)
class IncidentMap:
    """Which field of a record is what; only ``reference`` and ``started`` must be there.

    ``started`` names one field or several in the order of their stages: the earliest counts, and
    without any of them an incident that was only told to be over has no known length. ``services``
    is a field with a list or a text parted by semicolons, ``service_flags`` are fields that say 1
    for a service. ``levels`` puts the file's words into ours. ``naive_is_utc`` reads a moment
    without time zone as UTC. ``records`` is the name under which a JSON object holds its list.
    """

    reference: str
    started: tuple[str, ...]
    resolved: str | None = None
    provider: str | None = None
    title: str | None = None
    level: str | None = None
    services: str | None = None
    service_flags: tuple[str, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    naive_is_utc: bool = False
    records: str | None = None
    note: str | None = None


OPENLOG = IncidentMap(
    reference="incident_id",
    started=("timestamp",),
    resolved="resolved_at",
    provider="provider",
    title="title",
    services="affected_products",
    naive_is_utc=True,
    note="The stamp is that of the last word, or of its collection: incidents began before it.",
)

OPENLOG_FIELDS = {"incident_id", "timestamp", "resolved_at", "affected_products"}
_TUPLES = frozenset({"started", "service_flags"})


def incident_map(text: str) -> IncidentMap:
    """The map that a JSON text holds.

    Raises:
        BadMap: the sentence says what is wrong with it.
    """
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMap(f"The map is no JSON: {error}.") from None
    known = {one.name for one in fields(IncidentMap)}
    if not isinstance(stated, dict) or not {"reference", "started"} <= set(stated):
        raise BadMap("The map is an object that names at least “reference” and “started”.")
    if unknown := sorted(set(stated) - known):
        raise BadMap(f"The map names {', '.join(unknown)}; it may name {', '.join(sorted(known))}.")
    try:
        return IncidentMap(**{name: _part(name, value) for name, value in stated.items()})
    except TypeError as error:
        raise BadMap(f"The map cannot be used: {error}.") from None


def _part(name: str, value: Any) -> Any:
    """One field of a map in the type that it must have."""
    if name in _TUPLES:
        named = (value,) if isinstance(value, str) else value
        if not isinstance(named, list | tuple) or not all(isinstance(one, str) for one in named):
            raise TypeError(f"“{name}” is the name of a field, or a list of names")
        if name == "started" and not named:
            raise TypeError("“started” names at least one field")
        return tuple(named)
    if name == "levels":
        if not isinstance(value, dict):
            raise TypeError("“levels” is an object from the file's words to ours")
        if bad := sorted({str(one) for one in value.values()} - set(_LEVELS)):
            raise TypeError(
                f"“levels” may lead to {', '.join(IncidentLevel)}, not {', '.join(bad)}"
            )
        return {str(word).strip().lower(): str(level) for word, level in value.items()}
    expected = bool if name == "naive_is_utc" else str
    if value is not None and not isinstance(value, expected):
        raise TypeError(f"“{name}” is {'true or false' if expected is bool else 'a text'}")
    return value


def read_mapped_table(data: bytes, mapped: IncidentMap, provider: str | None) -> HistoryFile:
    """Read a comma-separated table through a map.

    Raises:
        NotATable: the bytes are no table, or it lacks a column that the map names.
    """
    header, rows = rows_of(data)
    named = [mapped.reference, *mapped.started, *mapped.service_flags]
    named += [one for one in (mapped.resolved, mapped.provider, mapped.title) if one]
    named += [one for one in (mapped.level, mapped.services) if one]
    if missing := [name for name in named if name not in header]:
        raise NotATable(f"The map names columns that the file does not have: {', '.join(missing)}.")
    return read_mapped([row.cells for row in rows], mapped, provider)


def read_mapped_document(document: Any, mapped: IncidentMap, provider: str | None) -> HistoryFile:
    """Read a JSON document through a map.

    Raises:
        NotATable: there is no list of records where the map says.
    """
    found = document
    if mapped.records is not None and isinstance(document, dict):
        found = document.get(mapped.records)
    if not isinstance(found, list):
        where = f"under “{mapped.records}”" if mapped.records else "at its top"
        raise NotATable(f"The file has no list of records {where}.")
    return read_mapped(found, mapped, provider)


def read_mapped(
    records: Iterable[Any],
    mapped: IncidentMap,
    provider: str | None,
    *,
    file_format: FileFormat = FileFormat.MAPPED,
) -> HistoryFile:
    """Read records through a map; one that names its provider is that provider's."""

    def read(record: Mapping[str, Any]) -> tuple[Incident, bool]:
        return _incident(record, mapped, provider, file_format), False

    notes = [mapped.note] if mapped.note else []
    file = gathered(file_format, records, read, notes=notes)
    told = (*file.incidents, *(row.incident for row in file.skipped if row.incident))
    if any(one.resolved_at for one in told):
        return file
    if file.incidents:
        notes = [*file.notes, "No record tells when its incident was over: no durations."]
    return replace(file, tells_lengths=False, notes=tuple(notes) if file.incidents else file.notes)


def _incident(
    record: Mapping[str, Any], mapped: IncidentMap, provider: str | None, file_format: FileFormat
) -> Incident:
    number = gather.reference(record.get(mapped.reference))
    stages = (*mapped.started, *([mapped.resolved] if mapped.resolved else ()))
    stamps = [
        (name, gather.moment(record.get(name), name, naive_is_utc=mapped.naive_is_utc))
        for name in stages
    ]
    told = [(name, stamp) for name, stamp in stamps if stamp is not None]
    if not told:
        raise LeftOut(f"has no moment in {', '.join(stages)}")
    gather.in_order(told)
    first = [stamp for name, stamp in told if name in mapped.started]
    over = next((stamp for name, stamp in told if name == mapped.resolved), None)
    began = min(first) if first else told[-1][1]
    owner = _owner(record, mapped, number, provider)
    known = incident_of(number)
    stated = record.get(mapped.level) if mapped.level else None
    word = str(stated).strip().lower() if stated is not None else ""
    return Incident(
        provider=owner,
        services=_services(record, mapped),
        reference=known[1] if known else number,
        level=_LEVELS.get(mapped.levels.get(word, word).removesuffix(".0")),
        title=gather.clean(record.get(mapped.title)) if mapped.title else None,
        started_at=began,
        resolved_at=over if first and over and over > began else None,
        # Two owners of tables may number their incidents alike.
        source=known[0] if known else f"{file_format.value}: {owner}"[:200],
    )


def _owner(
    record: Mapping[str, Any], mapped: IncidentMap, number: str, provider: str | None
) -> str:
    if by_page := owner_of(None, number):
        return by_page
    named = gather.clean(record.get(mapped.provider)) if mapped.provider else None
    owner = provider_name(named) if named else provider
    if not owner:
        raise LeftOut("names no provider: say whom the file is about")
    return owner[:LONGEST_NAME]


def _services(record: Mapping[str, Any], mapped: IncidentMap) -> tuple[str, ...]:
    stated = record.get(mapped.services) if mapped.services else None
    if isinstance(stated, str):
        stated = stated.split(";")
    listed: Sequence[Any] = stated if isinstance(stated, list) else []
    # Collectors take the points of a report for its products; no product ends in a full stop.
    named = [one for one in listed if not str(one).rstrip().endswith(".")]
    flags = [name for name in mapped.service_flags if str(record.get(name)).strip().lower() in _SET]
    return gather.services([*named, *flags])
