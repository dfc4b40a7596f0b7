"""Atlassian Statuspage: the JSON of its version 2 (``/api/v2/incidents.json``).

An incident's length is from its stated start to its stated end. Where all that was ever published
is the word that it is over, start and end are one moment and the length is unknown, as in the
study of Chu et al., ICPE 2025. Stages whose first stamps contradict each other leave it out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from risk.hazard.incidents import gathering as gather
from risk.hazard.incidents.file_results import FileFormat, HistoryFile
from risk.hazard.incidents.records import Incident, IncidentLevel
from risk.hazard.incidents.status_pages import STATUSPAGE, owner_of

_LEVELS = {level.value: level for level in IncidentLevel}
_STAGES = ("investigating", "identified", "monitoring", "resolved")
_OVER = frozenset({"resolved", "postmortem", "completed"})
_LISTS = ("incidents", "scheduled_maintenances")


def is_statuspage(document: Any) -> bool:
    """Whether a JSON document has the shape of Statuspage's version 2."""
    return isinstance(document, dict) and any(
        isinstance(document.get(name), list) for name in _LISTS
    )


def read_statuspage(document: Mapping[str, Any], provider: str | None) -> HistoryFile:
    """Read incidents and maintenances; ``provider`` is whose page it is, where it does not say."""
    page = document.get("page")
    page = page if isinstance(page, dict) else {}
    title, address = gather.clean(page.get("name")), gather.clean(page.get("url"))
    owner = owner_of(title, address, otherwise=provider)
    gathered = gather.Gathering(FileFormat.STATUSPAGE_JSON)
    for name in _LISTS:
        planned = name == "scheduled_maintenances"
        for record in gather.items(document.get(name)):
            gathered.next_record()
            try:
                if not isinstance(record, dict):
                    raise gather.Unreadable("is no object")
                incident = _incident(record, owner, planned=planned)
                gathered.keep(incident, is_open=_status(record) not in _OVER)
            except gather.LEFT_OUT as error:
                gathered.skip_for(error)
    return gathered.result()


def _incident(record: Mapping[str, Any], owner: str | None, *, planned: bool) -> Incident:
    if owner is None:
        raise gather.Unreadable("names no provider: say whose page it is")
    if _status(record) == "scheduled":
        raise gather.NotBegun
    updates = [one for one in gather.items(record.get("incident_updates")) if isinstance(one, dict)]
    stated = gather.moment(record.get("started_at"), "started_at")
    began = stated or gather.required_moment(record.get("created_at"), "created_at")
    ended = gather.moment(record.get("resolved_at"), "resolved_at")
    gather.in_order(_stages(updates, began, ended))
    level = gather.level_in(record.get("impact"), _LEVELS)
    return Incident(
        provider=owner,
        services=_services(record, updates),
        reference=gather.reference(record.get("id")),
        level=IncidentLevel.MAINTENANCE if planned else level,
        title=gather.clean(record.get("name")),
        started_at=began,
        resolved_at=_known_end(updates, began, ended),
        source=STATUSPAGE,
    )


def _status(record: Mapping[str, Any]) -> str:
    return str(record.get("status") or "").lower()


def _stages(
    updates: Sequence[Mapping[str, Any]], began: datetime, ended: datetime | None
) -> list[tuple[str, datetime]]:
    """The first stamp of each stage in the order in which stages follow, then begin and end."""
    first: dict[str, datetime] = {}
    for update in updates:
        stage = _status(update)
        stamp = gather.moment(update.get("display_at") or update.get("created_at"), "display_at")
        if stamp is not None and stage in _STAGES:
            first[stage] = min(stamp, first.get(stage, stamp))
    if ended is not None:
        gather.in_order([("started", began), ("resolved", ended)])
    return [(stage, first[stage]) for stage in _STAGES if stage in first]


def _known_end(
    updates: Sequence[Mapping[str, Any]], began: datetime, ended: datetime | None
) -> datetime | None:
    """The end, unless only the word that it is over was ever published."""
    if ended is None:
        return None
    told_before = any(_status(one) not in _OVER for one in updates)
    if ended == began or (not told_before and (ended - began).total_seconds() < 1):
        return None
    return ended


def _services(record: Mapping[str, Any], updates: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the incident names now, then what its updates named while it went on."""
    parts = list(gather.items(record.get("components")))
    for update in updates:
        parts += gather.items(update.get("affected_components"))
    return gather.services([one.get("name") for one in parts if isinstance(one, dict)])
