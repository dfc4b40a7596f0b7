"""Deadlines as a calendar file (iCalendar, RFC 5545) that mail and phones can read.

Every entry is a whole day with an id of its own, so that a file imported again moves entries
instead of doubling them.
"""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from risk.portfolio.deadlines import Deadline, DeadlineCalendar, DeadlineKind
from ui import wording

_PRODUCT = "-//Downstream//Retirements and renewals//EN"


def calendar_file(calendar: DeadlineCalendar, *, portfolio: str, rests_on: str) -> bytes:
    """Return the deadlines as an .ics file; the same deadlines give the same bytes.

    ``stands_on`` says what they come from (:func:`rests_on`).
    """
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Downstream: {portfolio}")
    made.add("x-wr-caldesc", rests_on.replace("\n", "; "))
    for deadline in calendar.deadlines:
        made.add_component(_event(deadline, portfolio, as_of=calendar.as_of))
    return bytes(made.to_ical())


def rests_on(calendar: DeadlineCalendar, portfolio: str) -> str:
    """Return what the days come from, a line each."""
    return "\n".join(
        (
            f"Portfolio: {portfolio}",
            f"Looked up: {calendar.as_of.isoformat()}",
            f"Catalogue of: {calendar.catalogue_date.isoformat()}",
        )
    )


def _event(deadline: Deadline, portfolio: str, *, as_of: date) -> Event:
    event = Event()
    event.add("uid", f"{_number(deadline, portfolio)}@downstream")
    event.add("dtstamp", datetime.combine(as_of, time(), tzinfo=UTC))
    event.add("dtstart", deadline.day)
    event.add("dtend", deadline.day + timedelta(days=1))
    event.add("summary", summary(deadline))
    event.add("description", description(deadline))
    event.add("categories", [deadline.kind.value])
    event.add("transp", "TRANSPARENT")
    remind = max(0.0, deadline.days_to_switch) if deadline.kind is DeadlineKind.RETIREMENT else 14.0
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary(deadline))
    alarm.add("trigger", -timedelta(days=round(remind)))
    event.add_component(alarm)
    return event


def _number(deadline: Deadline, portfolio: str) -> str:
    """An id that stays when the date moves."""
    parts = (portfolio, deadline.startup, deadline.dependency_key, deadline.kind, deadline.model)
    return sha256("\0".join(str(one) for one in parts).encode()).hexdigest()[:32]


def summary(deadline: Deadline) -> str:
    """Return what happens on the day, for a line of a calendar."""
    what = {
        DeadlineKind.RETIREMENT: f"{deadline.model} ends",
        DeadlineKind.NOTICE: f"Last day to give notice to {deadline.provider}",
        DeadlineKind.RENEWAL: f"Contract with {deadline.provider} renews",
    }
    return f"{deadline.startup}: {what[deadline.kind]}"


def description(deadline: Deadline) -> str:
    """Return what to know and do, and where the date is from."""
    slack = round(deadline.slack_days)
    lines = [
        f"Use case: {deadline.use_case}.",
        f"Days to switch: {deadline.days_to_switch:.0f}; begin by {deadline.start_by.isoformat()}.",
    ]
    if deadline.late:
        lines.append(f"Late by {wording.counted(-slack, 'day')}.")
    elif slack >= 0:
        lines.append(f"{wording.counted(slack, 'day')} of slack.")
    if said := wording.move(deadline):
        lines.append(f"{wording.sentence_case(said)}.")
    if deadline.kind is DeadlineKind.NOTICE:
        lines.append(f"The contract renews on {deadline.ends_on.isoformat()}.")
    if deadline.contract and deadline.kind is not DeadlineKind.RETIREMENT:
        lines.append(f"Contract: {deadline.contract}.")
    if deadline.replacement:
        lines.append(f"Replaced by {deadline.replacement}.")
    return "\n".join([*lines, f"Source: {deadline.source}."])
