"""JSON that status pages publish: Atlassian Statuspage's, Google Cloud's and AWS's.

Of **Statuspage** (version 2, ``/api/v2/incidents.json``) an incident's length is from its stated
start to its stated end. Where all that was ever published is the word that it is over, start and
end are one moment and the length is unknown, as in the study of Chu et al., ICPE 2025. Stages whose
first stamps contradict each other leave it out.

**Clouds'** levels are by what the colours of their pages stand for (judgement): an outage or a
disruption (red) is critical, a disruption or worse performance (orange) major, information minor.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from risk.hazard.incidents import gathering as gather
from risk.hazard.incidents.gathering import STATUSPAGE, LeftOut, gathered
from risk.hazard.incidents.records import (
    FileFormat,
    HistoryFile,
    Incident,
    IncidentLevel,
    SkipReason,
)

AWS_NOTE = (
    "AWS's feed tells when it first wrote of an event, and the length only in prose: no durations."
)
_PLANNED = "scheduled_maintenances"
_STAGES = ("investigating", "identified", "monitoring", "resolved")
_OVER = frozenset({"resolved", "postmortem", "completed"})
_STATUSPAGE_LEVELS = {level.value: level for level in IncidentLevel}
_GOOGLE_LEVELS = {
    "service_outage": IncidentLevel.CRITICAL,
    "service_disruption": IncidentLevel.MAJOR,
    "service_information": IncidentLevel.MINOR,
    "high": IncidentLevel.CRITICAL,
    "medium": IncidentLevel.MAJOR,
    "low": IncidentLevel.MINOR,
}
_AWS_LEVELS = {
    "1": IncidentLevel.MINOR,
    "2": IncidentLevel.MAJOR,
    "3": IncidentLevel.CRITICAL,
}


def format_of(document: Any) -> FileFormat | None:
    """Which of the three a JSON document is, None for another one."""
    if isinstance(document, dict):
        if any(isinstance(document.get(name), list) for name in ("incidents", _PLANNED)):
            return FileFormat.STATUSPAGE_JSON
        return FileFormat.AWS if isinstance(document.get("archive"), list) else None
    return FileFormat.GOOGLE_CLOUD if has_fields(document, {"begin", "external_desc"}) else None


def has_fields(document: Any, names: set[str]) -> bool:
    """Whether a document is a list of objects of which the first has these fields."""
    return bool(gather.objects(gather.items(document)[:1])) and names <= set(document[0])


def read_document(file_format: FileFormat, document: Any, provider: str | None) -> HistoryFile:
    """Read one of the three; ``provider`` is whose page it is, where it does not say."""
    if file_format is FileFormat.STATUSPAGE_JSON:
        return _read_statuspage(document, provider)
    if file_format is FileFormat.GOOGLE_CLOUD:
        return gathered(file_format, document, _google_incident)
    return _read_aws(document)


def _read_statuspage(document: Mapping[str, Any], provider: str | None) -> HistoryFile:
    page = document.get("page")
    page = page if isinstance(page, dict) else {}
    title, address = gather.clean(page.get("name")), gather.clean(page.get("url"))
    owner = gather.owner_of(title, address, otherwise=provider)
    planned = gather.items(document.get(_PLANNED))
    ahead = {id(one) for one in planned}

    def read(record: Mapping[str, Any]) -> tuple[Incident, bool]:
        incident = _page_incident(record, owner, planned=id(record) in ahead)
        return incident, _status(record) not in _OVER

    records = [*gather.items(document.get("incidents")), *planned]
    return gathered(FileFormat.STATUSPAGE_JSON, records, read)


def _page_incident(record: Mapping[str, Any], owner: str | None, *, planned: bool) -> Incident:
    if owner is None:
        raise LeftOut("names no provider: say whose page it is")
    if _status(record) == "scheduled":
        raise LeftOut("is planned and has not begun", SkipReason.NOT_BEGUN)
    updates = gather.objects(record.get("incident_updates"))
    stated = gather.moment(record.get("started_at"), "started_at")
    began = stated or gather.required_moment(record.get("created_at"), "created_at")
    ended = gather.moment(record.get("resolved_at"), "resolved_at")
    _check_stages(updates, began, ended)
    level = gather.level_in(record.get("impact"), _STATUSPAGE_LEVELS)
    # What the incident names now, then what its updates named while it went on.
    parts = gather.objects(record.get("components"))
    for update in updates:
        parts += gather.objects(update.get("affected_components"))
    return Incident(
        provider=owner,
        services=gather.services([one.get("name") for one in parts]),
        reference=gather.reference(record.get("id")),
        level=IncidentLevel.MAINTENANCE if planned else level,
        title=gather.clean(record.get("name")),
        started_at=began,
        resolved_at=_known_end(updates, began, ended),
        source=STATUSPAGE,
    )


def _status(record: Mapping[str, Any]) -> str:
    return str(record.get("status") or "").lower()


def _check_stages(
    updates: Sequence[Mapping[str, Any]], began: datetime, ended: datetime | None
) -> None:
    """Leave out where begin and end, or the first stamps of stages, contradict each other."""
    first: dict[str, datetime] = {}
    for update in updates:
        stage = _status(update)
        stamp = gather.moment(update.get("display_at") or update.get("created_at"), "display_at")
        if stamp is not None and stage in _STAGES:
            first[stage] = min(stamp, first.get(stage, stamp))
    if ended is not None:
        gather.in_order([("started", began), ("resolved", ended)])
    gather.in_order((stage, first[stage]) for stage in _STAGES if stage in first)


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


def _google_incident(record: Mapping[str, Any]) -> tuple[Incident, bool]:
    began = gather.required_moment(record.get("begin"), "begin")
    ended = gather.moment(record.get("end"), "end")
    if ended is not None:
        gather.in_order([("begin", began), ("end", ended)])
    products = gather.objects(record.get("affected_products"))
    alone = gather.clean(record.get("service_name"))
    incident = Incident(
        provider="Google Cloud",
        services=gather.services([one.get("title") for one in products])
        or gather.services([alone] if alone != "Multiple Products" else []),
        reference=gather.reference(record.get("id") or record.get("number")),
        level=gather.level_in(record.get("status_impact"), _GOOGLE_LEVELS)
        or gather.level_in(record.get("severity"), _GOOGLE_LEVELS),
        title=gather.clean(record.get("external_desc")),
        started_at=began,
        resolved_at=None if ended == began else ended,
        source=FileFormat.GOOGLE_CLOUD.value,
    )
    return incident, record.get("end") is None


def _read_aws(document: Mapping[str, Any]) -> HistoryFile:
    """AWS's events, one for each service and region; their lengths are unknown."""
    current = gather.items(document.get("current"))
    going_on = {id(one) for one in current}
    records = [*gather.items(document.get("archive")), *current]

    def read(record: Mapping[str, Any]) -> tuple[Incident, bool]:
        return _aws_event(record), id(record) in going_on

    return gathered(FileFormat.AWS, records, read, notes=(AWS_NOTE,), tells_lengths=False)


def _aws_event(record: Mapping[str, Any]) -> Incident:
    service, seconds = gather.clean(record.get("service")), gather.clean(record.get("date"))
    if service is None:
        raise LeftOut("names no service")
    try:
        began = datetime.fromtimestamp(int(seconds or ""), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise LeftOut(f"has no moment in date: {seconds!r}") from None
    title = gather.clean(record.get("summary"))
    return Incident(
        provider="Amazon Web Services",
        services=gather.services([record.get("service_name") or service]),
        # AWS gives its events no number: one service has one event at one second.
        reference=gather.reference(f"{service} {seconds}"),
        level=gather.level_in(record.get("status"), _AWS_LEVELS),
        title=title.removeprefix("[RESOLVED]").strip() if title else None,
        started_at=began,
        resolved_at=None,
        source=FileFormat.AWS.value,
    )
