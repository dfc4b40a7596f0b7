"""Rows of the table of deadlines, and what the calendar cannot know, in words."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from risk.portfolio.deadlines import (
    HORIZONS,
    Deadline,
    DeadlineCalendar,
    DeadlineKind,
)
from ui import wording

#: More startups than this are counted, not named.
MOST_NAMED = 10
KIND_NAMES = {
    DeadlineKind.RETIREMENT: "Model's last day",
    DeadlineKind.NOTICE: "Last day to give notice",
    DeadlineKind.RENEWAL: "Contract renews",
}


def deadline_table(deadlines: Iterable[Deadline]) -> pd.DataFrame:
    """Return a row per deadline, by day."""
    rows = list(deadlines)
    return pd.DataFrame(
        {
            "Day": [one.day for one in rows],
            "In days": [one.days_left for one in rows],
            "Startup": [one.startup for one in rows],
            "What": [KIND_NAMES[one.kind] for one in rows],
            "Of": [
                one.model if one.kind is DeadlineKind.RETIREMENT else one.provider for one in rows
            ],
            "Slack, days": [round(one.slack_days) for one in rows],
            "Days to switch": [round(one.days_to_switch) for one in rows],
            "Begin by": [one.start_by for one in rows],
            "Move": [wording.move(one) for one in rows],
            "Use case": [one.use_case for one in rows],
            "Replaced by": [one.replacement for one in rows],
            "Switch, 10-90 %": [
                f"{one.switch_range.low:.0f} to {one.switch_range.high:.0f}" for one in rows
            ],
            "Source": [one.source for one in rows],
        }
    )


def deadline_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`deadline_table`."""
    column = st.column_config
    date_format = "D MMM YYYY"
    return {
        "Day": column.DateColumn(format=date_format, width=105, pinned=True),
        "In days": column.NumberColumn(width=75, help="Below zero: the day has passed."),
        "Startup": column.TextColumn(width=170),
        "What": column.TextColumn(width=170),
        "Of": column.TextColumn(width=150),
        "Use case": column.TextColumn(width=150),
        "Days to switch": column.NumberColumn(
            width=110, help="Engineering beside legal, then evaluation. The model's estimate."
        ),
        "Slack, days": column.NumberColumn(
            width=95,
            help="Days until the end less days to switch. Below zero: who begins today is late.",
        ),
        "Begin by": column.DateColumn(format=date_format, width=105),
        "Move": column.TextColumn(
            width=150,
            help="Whether it has begun, and whether its whole notice was shorter than the switch.",
        ),
        "Replaced by": column.TextColumn(width=160),
        "Switch, 10-90 %": column.TextColumn(
            width=115, help="Range over unknown facts and over what is judged."
        ),
        "Source": column.TextColumn(width="large"),
    }


def finding(calendar: DeadlineCalendar) -> str:
    """Return what the reader must know first, in a sentence."""
    late = calendar.late
    if not len(calendar):
        return f"Nothing that is known ends within {calendar.days} days."
    total = wording.counted(len(calendar), "deadline")
    if not late:
        return f"{total} within {calendar.days} days; all can be met by who begins in time."
    startups = calendar.late_startups
    named = (
        wording.listed(startups[:3])
        if len(startups) <= 3
        else (f"{', '.join(startups[:3])} and {len(startups) - 3:,} more")
    )
    return f"{total}; {late:,} cannot be met by who begins today: {named}."


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
