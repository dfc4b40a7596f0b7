"""What clouds publish of themselves: Google Cloud's incidents.json and AWS's data.json.

Levels are theirs, by what the colours of their pages stand for (judgement): an outage or a
disruption (red) is critical, a disruption or worse performance (orange) major, information minor.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from risk.hazard.incidents import gathering as gather
from risk.hazard.incidents.file_results import FileFormat, HistoryFile
from risk.hazard.incidents.records import Incident, IncidentLevel

GOOGLE_CLOUD = "Google Cloud"
AMAZON = "Amazon Web Services"
AWS_NOTE = (
    "AWS's feed tells when it first wrote of an event, and the length only in prose: no durations."
)
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
_MANY = "Multiple Products"
_RESOLVED = "[RESOLVED]"


def is_google_cloud(document: Any) -> bool:
    """Whether a JSON document is Google Cloud's list of incidents."""
    return _all_have(document, {"begin", "external_desc"})


def is_aws(document: Any) -> bool:
    """Whether a JSON document is AWS's archive of events."""
    return isinstance(document, dict) and isinstance(document.get("archive"), list)


def read_google_cloud(document: Sequence[Any]) -> HistoryFile:
    """Read Google Cloud's incidents, which state their beginning and end."""
    gathered = gather.Gathering(FileFormat.GOOGLE_CLOUD)
    for record in document:
        gathered.next_record()
        try:
            incident = _google_incident(_object(record))
            gathered.keep(incident, is_open=record.get("end") is None)
        except gather.LEFT_OUT as error:
            gathered.skip_for(error)
    return gathered.result()


def _google_incident(record: Mapping[str, Any]) -> Incident:
    began = gather.required_moment(record.get("begin"), "begin")
    ended = gather.moment(record.get("end"), "end")
    if ended is not None:
        gather.in_order([("begin", began), ("end", ended)])
    products = [
        one for one in gather.items(record.get("affected_products")) if isinstance(one, dict)
    ]
    named = gather.services([one.get("title") for one in products])
    alone = gather.clean(record.get("service_name"))
    return Incident(
        provider=GOOGLE_CLOUD,
        services=named or gather.services([alone] if alone != _MANY else []),
        reference=gather.reference(record.get("id") or record.get("number")),
        level=gather.level_in(record.get("status_impact"), _GOOGLE_LEVELS)
        or gather.level_in(record.get("severity"), _GOOGLE_LEVELS),
        title=gather.clean(record.get("external_desc")),
        started_at=began,
        resolved_at=None if ended == began else ended,
        source=FileFormat.GOOGLE_CLOUD.value,
    )


def read_aws(document: Mapping[str, Any]) -> HistoryFile:
    """Read AWS's events, one for each service and region; their lengths are unknown."""
    gathered = gather.Gathering(FileFormat.AWS, notes=(AWS_NOTE,))
    for name in ("archive", "current"):
        for record in gather.items(document.get(name)):
            gathered.next_record()
            try:
                incident = _aws_event(_object(record))
                gathered.keep(incident, is_open=name == "current")
            except gather.LEFT_OUT as error:
                gathered.skip_for(error)
    return gathered.result(tells_lengths=False)


def _aws_event(record: Mapping[str, Any]) -> Incident:
    service, seconds = gather.clean(record.get("service")), gather.clean(record.get("date"))
    if service is None:
        raise gather.Unreadable("names no service")
    try:
        began = datetime.fromtimestamp(int(seconds or ""), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise gather.Unreadable(f"has no moment in date: {seconds!r}") from None
    title = gather.clean(record.get("summary"))
    return Incident(
        provider=AMAZON,
        services=gather.services([record.get("service_name") or service]),
        # AWS gives its events no number: one service has one event at one second.
        reference=gather.reference(f"{service} {seconds}"),
        level=gather.level_in(record.get("status"), _AWS_LEVELS),
        title=title.removeprefix(_RESOLVED).strip() if title else None,
        started_at=began,
        resolved_at=None,
        source=FileFormat.AWS.value,
    )


def _object(record: Any) -> Mapping[str, Any]:
    if not isinstance(record, dict):
        raise gather.Unreadable("is no object")
    return record


def _all_have(document: Any, names: set[str]) -> bool:
    """Whether a document is a list of objects of which the first has these names."""
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and names <= set(document[0])
    )
