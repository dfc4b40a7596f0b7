"""Deadlines as bars: from the day on which a switch must begin to the day on which it must end."""

from collections.abc import Sequence
from datetime import date

from risk.portfolio.deadlines import Deadline, DeadlineKind
from ui import wording
from ui.charts import drawn
from ui.theme import Palette

#: More bars cannot be read; the table has all.
MOST_SHOWN = 8


def most_urgent(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """The ends with the least slack: models that go first, then contracts; each line once.

    A model that goes breaks what stands on it, a contract that renews only binds longer.
    """
    ends = [one for one in deadlines if one.kind is not DeadlineKind.NOTICE]
    ends.sort(
        key=lambda one: (
            not one.late,
            one.kind is not DeadlineKind.RETIREMENT,
            one.slack_days,
            one.day,
            one.startup,
        )
    )
    by_line: dict[str, Deadline] = {}
    for one in ends:
        by_line.setdefault(_label(one), one)
    return list(by_line.values())[:MOST_SHOWN]


def deadlines_html(
    deadlines: Sequence[Deadline], *, today: date, portfolio: str, palette: Palette
) -> str:
    """One bar an end, as long as its switch; late ones in the colour of loss, today as a line."""
    stretches = [
        drawn.Stretch(
            label=_label(one),
            said=wording.sentence_case(slack_in_words(one)),
            start=one.start_by,
            end=one.ends_on,
            late=one.late,
            href=drawn.address("startup", portfolio=portfolio, startup=one.startup),
        )
        for one in most_urgent(deadlines)
    ]
    alt = deadline_alt(deadlines)
    return drawn.stretches_html(stretches, today=today, palette=palette, alt=alt)


def deadline_alt(deadlines: Sequence[Deadline]) -> str:
    """The most urgent ends in words."""
    named = [f"{_label(one)}, {slack_in_words(one)}" for one in most_urgent(deadlines)[:4]]
    return f"Least slack first: {'; '.join(named)}." if named else "Nothing ends."


def first_in_words(deadlines: Sequence[Deadline]) -> str:
    """The end to see to first, and how much time there is."""
    first = next(iter(most_urgent(deadlines)), None)
    return "Nothing ends" if first is None else f"First {_label(first)}, {slack_in_words(first)}"


def slack_in_words(one: Deadline) -> str:
    """``late by 5 days``, ``12 days of slack``, or ``begun in time`` where it is no longer late."""
    slack = round(one.slack_days)
    if slack < 0 and not one.late:
        return "begun in time"
    if slack < 0:
        return f"late by {wording.counted(-slack, 'day')}"
    return f"{wording.counted(slack, 'day')} of slack"


def _label(one: Deadline) -> str:
    if one.kind is DeadlineKind.RETIREMENT:
        return f"{one.startup}: {one.model} {'ended' if one.days_left < 0 else 'ends'}"
    return f"{one.startup}: {one.provider} renews"
