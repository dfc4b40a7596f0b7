"""Small invented feeds in the shapes that status pages publish."""

import json
from typing import Any


def component(name: str) -> dict[str, str]:
    return {"name": name, "status": "operational"}


def update(status: str, at: str, *components: str) -> dict[str, Any]:
    return {
        "status": status,
        "body": "…",
        "display_at": at,
        "affected_components": [component(name) for name in components] or None,
    }


def page_incident(number: str, **stated: Any) -> dict[str, Any]:
    """One incident of Statuspage's version 2: an hour long, minor, on Chat."""
    return {
        "id": number,
        "name": f"Invented {number}",
        "status": "resolved",
        "impact": "minor",
        "created_at": "2026-06-01T10:00:00.500Z",
        "started_at": "2026-06-01T10:00:00.000Z",
        "resolved_at": "2026-06-01T11:00:00.000Z",
        "incident_updates": [
            update("resolved", "2026-06-01T11:00:00.000Z", "Chat"),
            update("investigating", "2026-06-01T10:00:00.000Z", "Chat", "API"),
        ],
        "components": [component("Chat")],
    } | stated


def status_page(*incidents: Any, name: str = "OpenAI", **more: Any) -> bytes:
    document = {"page": {"id": "p", "name": name}, "incidents": list(incidents), **more}
    return json.dumps(document).encode()


#: Seven records: one whole, one planned and begun, one planned for later, one of a severity that
#: nobody knows, one told only when it was over, one that ends before it begins, one without start.
SEVEN = status_page(
    page_incident("aaaaaaaaaaaa"),
    page_incident(
        "bbbbbbbbbbbb",
        status="in_progress",
        impact="maintenance",
        resolved_at=None,
        incident_updates=[update("in_progress", "2026-06-01T10:00:00Z")],
    ),
    page_incident("cccccccccccc", status="scheduled", impact="maintenance", resolved_at=None),
    page_incident("dddddddddddd", impact="catastrophic"),
    page_incident(
        "eeeeeeeeeeee",
        resolved_at="2026-06-01T10:00:00.000Z",
        incident_updates=[update("resolved", "2026-06-01T10:00:00Z")],
    ),
    page_incident("ffffffffffff", resolved_at="2026-06-01T09:00:00Z"),
    page_incident("gggggggggggg", started_at=None, created_at=None),
)


def atom(
    *entries: str, title: str = "Claude Status - Incident History", generator: str = ""
) -> bytes:
    made = f"<generator>{generator}</generator>" if generator else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{title}</title>{made}{''.join(entries)}</feed>"
    ).encode()


def page_entry(number: str, content: str, *, updated: str = "2026-01-02T03:04:05Z") -> str:
    """One entry of Statuspage's Atom; ``content`` is the HTML that it escapes."""
    escaped = content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"<entry><id>tag:status.claude.com,2005:Incident/1</id><updated>{updated}</updated>"
        f'<link rel="alternate" href="https://status.claude.com/incidents/{number}"/>'
        f'<title>Invented {number}</title><content type="html">{escaped}</content></entry>'
    )


def stamped(day: str, time: str, word: str) -> str:
    """One update as Statuspage writes it into an entry."""
    return (
        f"<p><small>{day.split()[0]} <var data-var='date'> {day.split()[1]}</var>, "
        f"<var data-var='time'>{time}</var> UTC</small><br><strong>{word}</strong> - Words.</p>"
    )


#: Over New Year: 22:30 on 31 December to 01:15 on 1 January is 2 h 45 min.
WHOLE_ENTRY = page_entry(
    "hhhhhhhhhhhh",
    stamped("Jan 1", "01:15", "Resolved")
    + stamped("Dec 31", "23:50", "Monitoring")
    + stamped("Dec 31", "22:30", "Investigating"),
    updated="2026-01-01T01:15:42Z",
)
OPEN_ENTRY = page_entry(
    "iiiiiiiiiiii",
    stamped("Jan 2", "03:04", "Update") + "<p><strong>Investigating</strong> - Words.</p>",
)

ULID = "01KEDRBQ2A3Y9JJ7G3F3YM4KT3"


def io_text(status: str = "Resolved", *components: str) -> str:
    items = "".join(f"<li>{name} (Operational)</li>" for name in components)
    return (
        f"<![CDATA[<b>Status: {status}</b><br/><br/>Words.<br/><b>Affected</b><ul>{items}</ul>]]>"
    )


def io_entry(number: str = ULID, status: str = "Resolved", *components: str) -> str:
    return (
        f"<entry><title><![CDATA[Invented]]></title><id>https://status.openai.com//incidents/{number}</id>"
        f'<link href="https://status.openai.com//incidents/{number}"/>'
        f'<updated>2026-01-08T02:45:00.100Z</updated><summary type="html">'
        f"{io_text(status, *components)}</summary></entry>"
    )


IO_ATOM = atom(io_entry(ULID, "Resolved", "Images"), title="OpenAI status", generator="incident.io")
IO_RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>OpenAI status</title>'
    "<link>https://status.openai.com/</link><description>x</description><item>"
    f"<title>Invented</title><link>https://status.openai.com//incidents/{ULID}</link>"
    f"<guid>https://status.openai.com//incidents/{ULID}</guid>"
    "<pubDate>Thu, 08 Jan 2026 02:45:00 GMT</pubDate>"
    f"<description>{io_text('Investigating', 'Images', 'Video &amp; sound')}</description>"
    "</item></channel></rss>"
).encode()


def cloud_incident(number: str, **stated: Any) -> dict[str, Any]:
    """One incident of Google Cloud's list: two hours, a disruption of two products."""
    return {
        "id": number,
        "begin": "2026-06-01T10:00:00+00:00",
        "created": "2026-06-01T12:30:00+00:00",
        "end": "2026-06-01T12:00:00+00:00",
        "external_desc": "Invented",
        "status_impact": "SERVICE_DISRUPTION",
        "severity": "medium",
        "service_name": "Multiple Products",
        "affected_products": [{"title": "Vertex AI"}, {"title": "Cloud Run"}],
    } | stated


#: An outage, one that is still open, one whose severity is a new word and that names one service.
GOOGLE = json.dumps(
    [
        cloud_incident("one", status_impact="SERVICE_OUTAGE", severity="high"),
        cloud_incident("two", end=None),
        cloud_incident(
            "three",
            status_impact="SERVICE_ODDITY",
            severity="odd",
            affected_products=[],
            service_name="Vertex AI",
        ),
    ]
).encode()


def aws_event(**stated: str) -> dict[str, str]:
    return {
        "service_name": "Amazon Bedrock (N. Virginia)",
        "summary": "[RESOLVED] Increased Error Rates",
        "date": "1638896496",
        "status": "1",
        "description": "<div>12:53 PM PST Between 12:15 PM and 12:21 PM …</div>",
        "service": "bedrock-us-east-1",
    } | stated


#: Three of the past, one of them twice, and one that goes on.
AWS = json.dumps(
    {
        "archive": [
            aws_event(),
            aws_event(),
            aws_event(service="iam", status="3"),
            aws_event(date="x"),
        ],
        "current": [aws_event(date="1638900000", status="2")],
    }
).encode()


def openlog_record(number: str, **stated: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "incident_id": number,
        "provider": "anthropic",
        "title": "Invented",
        "status": "operational",
        "message": "Jan 15 , 17:02 UTC Resolved - Words.",
        "affected_products": [],
        "timestamp": "2026-01-15T17:02:03",
        "resolved_at": None,
    } | stated


OPENLOG = json.dumps(
    [
        openlog_record("https://status.claude.com/incidents/aaaaaaaaaaaa"),
        openlog_record(
            f"https://status.openai.com//incidents/{ULID}",
            provider="openai",
            affected_products=["Conversations"],
        ),
        openlog_record(
            "tag:status.cloud.google.com,2025:feed:x.y",
            provider="google",
            affected_products=["Design a mechanism to prevent this by the end of the quarter."],
            timestamp="2026-01-18T20:15:43.921266",
        ),
    ]
).encode()
