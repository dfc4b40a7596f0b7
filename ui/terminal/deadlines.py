"""What ends when, in the terminal."""

from typing import TYPE_CHECKING

from risk.portfolio.deadlines import HORIZONS, Deadline, DeadlineCalendar, DeadlineKind
from ui import wording
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType


def calendar_document(calendar: DeadlineCalendar, *, portfolio: str) -> Document:
    """Return the deadlines by day, how many lie within 30, 60 and 90 days, what is unknown."""
    return {
        "portfolio": portfolio,
        "as_of": calendar.as_of,
        "days": calendar.days,
        "within": {str(days): calendar.within(days) for days in HORIZONS},
        "passed": calendar.passed,
        "late": calendar.late,
        "found": len(calendar),
        "deadlines": [_deadline(one) for one in calendar.deadlines],
        "unknown": {
            "dependencies": calendar.dependencies,
            "without_model": calendar.without_model,
            "without_renewal": calendar.without_renewal,
            "renewals_passed": calendar.renewals_passed,
            "notice_unknown": calendar.notice_unknown,
            "begun_unknown": calendar.begun_unknown,
        },
    }


def _deadline(one: Deadline) -> Document:
    return {
        "kind": one.kind,
        "day": one.day,
        "ends_on": one.ends_on,
        "startup": one.startup,
        "use_case": one.use_case,
        "provider": one.provider,
        "model": one.model,
        "developer": one.developer,
        "host": one.host,
        "days_left": one.days_left,
        "days_to_switch": one.days_to_switch,
        "days_to_switch_range": [one.switch_range.low, one.switch_range.high],
        "slack_days": one.slack_days,
        "slack_days_range": [one.slack_range.low, one.slack_range.high],
        "start_by": one.start_by,
        "begun": one.begun,
        "notice_days": one.notice_days,
        "notice_too_short": one.notice_too_short,
        "replacement": one.replacement,
        "source": one.source,
    }


DAYS = ("Days to switch", "Slack")


def calendar_tables(calendar: DeadlineCalendar) -> list["RenderableType"]:
    """Return the same for people."""
    if not calendar.deadlines:
        return [
            text(f"Nothing that is known ends within {calendar.days} days."),
            text(unknown_in_words(calendar)),
        ]
    columns = ("Day", "In days", "Startup", "Use case", "What", *DAYS, "Move", "Replaced by")
    rows = [
        (
            one.day.isoformat(),
            str(one.days_left),
            one.startup,
            one.use_case,
            f"{one.kind.value}: {what_ends(one)}",
            f"{one.days_to_switch:.0f}",
            f"{one.slack_days:.0f}",
            wording.move(one),
            one.replacement or "",
        )
        for one in calendar.deadlines
    ]
    right = ("In days", *DAYS)
    return [
        table("What ends when", columns, rows, right=right),
        text("Slack below zero: who begins today is late."),
        *_not_listed(calendar),
        text(unknown_in_words(calendar)),
    ]


def _not_listed(calendar: DeadlineCalendar) -> list["RenderableType"]:
    """What is left out of a long list, in a sentence."""
    more = len(calendar) - len(calendar.deadlines)
    if not more:
        return []
    return [text(f"Listed are the first {len(calendar.deadlines):,}; {more:,} more end later.")]


def what_ends(one: Deadline) -> str:
    """Return the model that retires, or whose contract it is."""
    is_model = one.kind is DeadlineKind.RETIREMENT and one.model is not None
    return f"{one.model}" if is_model else one.provider


def unknown_in_words(calendar: DeadlineCalendar) -> str:
    """Return what the calendar cannot know, in a sentence."""
    total = wording.counted(calendar.dependencies, "dependency", "dependencies")
    parts = [
        f"{calendar.without_model:,} name no model",
        f"{calendar.without_renewal:,} state no renewal",
    ]
    if calendar.renewals_passed:
        parts.append(f"{calendar.renewals_passed:,} state one that has passed")
    if calendar.notice_unknown:
        parts.append(f"{calendar.notice_unknown:,} renew soon with a notice period nobody stated")
    said = f"Of {total}, {wording.listed(parts)}: what these hide is not in the list."
    if calendar.begun_unknown:
        ends = wording.counted(calendar.begun_unknown, "last day")
        said += f" Of {ends} ahead nobody said whether the move has begun."
    return said
