"""Words about a calendar of deadlines: what comes first, and what it cannot know."""

from risk.portfolio.deadlines import HORIZONS, DeadlineCalendar
from ui import wording

#: More startups than this are counted, not named.
MOST_NAMED = 10


def finding(calendar: DeadlineCalendar) -> str:
    """Return what the reader must know first, in a sentence."""
    late = calendar.late
    if not len(calendar):
        return f"Nothing that is known ends within {calendar.days} days."
    passed = "passed or " if len(calendar) > calendar.within(calendar.days) else ""
    total = f"{wording.counted(len(calendar), 'deadline')} {passed}within {calendar.days} days"
    if not late:
        return f"{total}; each can be met by who begins in time."
    startups = calendar.late_startups
    named = (
        wording.listed(startups[:3])
        if len(startups) <= 3
        else (f"{', '.join(startups[:3])} and {len(startups) - 3:,} more")
    )
    return f"{late:,} of {total} cannot be met any more: {named}."


def breaking_in_words(calendar: DeadlineCalendar, provider: str) -> str:
    """Return how many use cases lose a model of a provider in 30, 60 and 90 days, and who is late.

    The provider is the model's developer or its host.
    """
    own = calendar.of_models(provider)
    counts = [f"{own.within(days):,} in {days} days" for days in HORIZONS]
    said = f"Use cases of this portfolio that lose their model: {wording.listed(counts)}."
    late = own.late_startups
    if len(late) > MOST_NAMED:
        late = [*late[: MOST_NAMED - 1], f"{len(late) - MOST_NAMED + 1:,} more"]
    if late:
        return f"{said} Too late to switch in time: {wording.listed(late)}."
    for tightest in own.least_slack():
        slack = wording.counted(round(tightest.slack_days), "day")
        return f"{said} Least slack: {tightest.startup}, {slack}."
    return said


def unknown_in_words(calendar: DeadlineCalendar) -> list[str]:
    """Return what the calendar cannot know, a sentence each."""
    said = []
    if calendar.without_model:
        said.append(
            f"{_of(calendar.without_model, calendar)} name no model, so no last day can be known."
        )
    if calendar.without_renewal:
        said.append(f"{_of(calendar.without_renewal, calendar)} state no renewal.")
    if calendar.renewals_passed:
        said.append(
            f"{_of(calendar.renewals_passed, calendar)} state a renewal that has passed: ask for "
            "the new day."
        )
    if calendar.notice_unknown:
        said.append(
            f"{wording.counted(calendar.notice_unknown, 'contract')} that renew within "
            f"{calendar.days} days state no notice period, so the day to give it is not shown."
        )
    if calendar.begun_unknown:
        said.append(
            f"Of {wording.counted(calendar.begun_unknown, 'last day')} ahead nobody said whether "
            "the move has begun."
        )
    return said


def _of(number: int, calendar: DeadlineCalendar) -> str:
    return f"{number:,} of {wording.counted(calendar.dependencies, 'dependency', 'dependencies')}"
