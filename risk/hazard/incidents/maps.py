"""Tables and lists of incidents in any columns: a map says which field of a record is what.

A map is a small JSON file, for instance
``{"reference": "id", "started": ["seen"], "resolved": "over", "provider": "vendor"}``. Two shapes
that were published come with the product: the ICPE 2025 table (:data:`ICPE_2025`, the same
answers as its own reader) and what openlog collected from status pages (:data:`OPENLOG`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from risk.hazard.incidents import gathering as gather
from risk.hazard.incidents.cells import NotATable, provider_name, rows_of
from risk.hazard.incidents.file_results import FileFormat, HistoryFile
from risk.hazard.incidents.records import Incident, IncidentLevel
from risk.hazard.incidents.status_pages import incident_of, owner_of

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
ICPE_2025 = IncidentMap(
    reference="incident_id",
    started=("investigating_timestamp", "identified_timestamp", "monitoring_timestamp"),
    resolved="resolved_timestamp",
    provider="provider",
    title="Incident_Title",
    level="incident_impact_level",
)

_OPENLOG_FIELDS = frozenset({"incident_id", "timestamp", "resolved_at", "affected_products"})
_TUPLES = frozenset({"started", "service_flags"})


def is_openlog(document: Any) -> bool:
    """Whether a JSON document is a list of openlog's records."""
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and set(document[0]) >= _OPENLOG_FIELDS
    )


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
    gathered = gather.Gathering(file_format, notes=[mapped.note] if mapped.note else [])
    tells_lengths = False
    for record in records:
        gathered.next_record()
        try:
            if not isinstance(record, Mapping):
                raise gather.Unreadable("is no object")
            incident = _incident(record, mapped, provider, file_format)
            tells_lengths |= incident.resolved_at is not None
            gathered.keep(incident)
        except gather.LEFT_OUT as error:
            gathered.skip_for(error)
    return _said(gathered.result(tells_lengths=tells_lengths))


def _said(file: HistoryFile) -> HistoryFile:
    """With the sentence that no record tells a length, where that is so."""
    if file.tells_lengths or not file.incidents:
        return file
    sentence = "No record tells when its incident was over: no durations."
    return replace(file, notes=(*file.notes, sentence))


def _incident(
    record: Mapping[str, Any], mapped: IncidentMap, provider: str | None, file_format: FileFormat
) -> Incident:
    number = gather.reference(record.get(mapped.reference))
    stages = [(name, _moment(record, name, mapped)) for name in mapped.started]
    if mapped.resolved is not None:
        stages.append((mapped.resolved, _moment(record, mapped.resolved, mapped)))
    told = [(name, stamp) for name, stamp in stages if stamp is not None]
    if not told:
        raise gather.Unreadable(f"has no moment in {', '.join(name for name, _ in stages)}")
    gather.in_order(told)
    first = [stamp for name, stamp in told if name in mapped.started]
    over = next((stamp for name, stamp in told if name == mapped.resolved), None)
    began = min(first) if first else told[-1][1]
    named = gather.clean(record.get(mapped.provider)) if mapped.provider else None
    owner = _owner(named, number, provider)
    known = incident_of(number)
    return Incident(
        provider=owner,
        services=_services(record, mapped),
        reference=known[1] if known else number,
        level=_level(record.get(mapped.level) if mapped.level else None, mapped),
        title=gather.clean(record.get(mapped.title)) if mapped.title else None,
        started_at=began,
        resolved_at=over if first and over and over > began else None,
        # Two owners of tables may number their incidents alike.
        source=known[0] if known else f"{file_format.value}: {owner}"[:200],
    )


def _owner(named: str | None, number: str, provider: str | None) -> str:
    by_page = owner_of(None, number)
    if by_page is not None:
        return by_page
    owner = provider_name(named) if named else provider
    if not owner:
        raise gather.Unreadable("names no provider: say whom the file is about")
    return owner[:200]


def _moment(record: Mapping[str, Any], name: str, mapped: IncidentMap) -> datetime | None:
    return gather.moment(record.get(name), name, naive_is_utc=mapped.naive_is_utc)


def _level(value: Any, mapped: IncidentMap) -> IncidentLevel | None:
    word = str(value).strip().lower() if value is not None else ""
    return _LEVELS.get(mapped.levels.get(word, word).removesuffix(".0"))


def _services(record: Mapping[str, Any], mapped: IncidentMap) -> tuple[str, ...]:
    stated = record.get(mapped.services) if mapped.services else None
    if isinstance(stated, str):
        stated = stated.split(";")
    listed: Sequence[Any] = stated if isinstance(stated, list) else []
    # Collectors take the points of a report for its products; no product ends in a full stop.
    named = [one for one in listed if not str(one).rstrip().endswith(".")]
    flags = [name for name in mapped.service_flags if str(record.get(name)).strip().lower() in _SET]
    return gather.services([*named, *flags])
