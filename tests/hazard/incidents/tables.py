"""Small invented tables in the columns of published status pages."""

INCIDENT_HEADER = (
    "incident_id,Incident_Title,incident_impact_level,provider,API,Chat,"
    "investigating_timestamp,identified_timestamp,monitoring_timestamp,resolved_timestamp"
)
UPTIME_HEADER = "Date,Service,partial_outage_minutes,major_outage_minutes,outage_flag,provider"


def at(day: int, time: str) -> str:
    """A moment of March 2024 in UTC."""
    return f"2024-03-{day:02} {time}:00+00:00"


def incident(
    reference: str,
    *,
    level: str = "2",
    provider: str = "openai",
    services: str = "1,0",
    investigating: str = "",
    identified: str = "",
    monitoring: str = "",
    resolved: str = "",
) -> str:
    """One row of the table of incidents."""
    stamps = f"{investigating},{identified},{monitoring},{resolved}"
    return f"{reference},Invented {reference},{level},{provider},{services},{stamps}"


def incident_table(*rows: str, header: str = INCIDENT_HEADER) -> bytes:
    return "\n".join((header, *rows, "")).encode()


def uptime_table(*rows: str, header: str = UPTIME_HEADER) -> bytes:
    return "\n".join((header, *rows, "")).encode()


#: Six incidents of an invented OpenAI: 1 h, 2 h and 30 h long, one of unknown length, one with
#: stamps out of order, and planned work of half an hour on Chat.
SIX = incident_table(
    incident("a", investigating=at(1, "00:00"), identified=at(1, "00:30"), resolved=at(1, "01:00")),
    incident("b", services="1,1", level="3", identified=at(3, "00:00"), resolved=at(3, "02:00")),
    incident("c", services="0,1", investigating=at(9, "00:00"), resolved=at(10, "06:00")),
    incident("d", level="1", resolved=at(11, "00:00")),
    incident(
        "e", investigating=at(12, "02:00"), identified=at(12, "01:00"), resolved=at(12, "03:00")
    ),
    incident("f", services="0,1", level="4", monitoring=at(13, "00:00"), resolved=at(13, "00:30")),
)
#: Four days of API and two of Chat, both of one provider under its other spellings.
SIX_DAYS = uptime_table(
    "2024-03-01,api,144,0,1,openai",
    "2024-03-02,api,0,0,0,openai",
    "2024-03-03,api,0,72,2,openai",
    "2024-03-04,api,0,0,0,openai",
    "2024-03-03,chat,20,30,2,OpenAI",
    "2024-03-04,chat,0,0,0,open ai",
)
