"""Deadlines as bars: from the day on which a switch must begin to the day on which it must end."""

from collections.abc import Sequence
from datetime import date, datetime, time

import plotly.graph_objects as go

from risk.portfolio.deadlines import Deadline, DeadlineKind
from ui import wording
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

#: More bars cannot be read; the table has all.
MOST_SHOWN = 8
ROW_HEIGHT = 44
#: Points of a bar that a pointer can find.
POINTS = 13


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


def deadline_figure(deadlines: Sequence[Deadline], *, today: date, palette: Palette) -> go.Figure:
    """One bar an end, as long as its switch; late ones in the colour of loss, today as a line."""
    shown = most_urgent(deadlines)
    figure = Figure()
    for place, one in enumerate(shown):
        colour = palette.loss if one.late else palette.quantity
        figure.add_scatter(
            x=_along(one.start_by, one.ends_on),
            y=[place] * POINTS,
            # Unseen marks, because a line alone cannot be clicked.
            mode="lines+markers",
            line={"color": colour, "width": 9},
            marker={"size": 9, "opacity": 0},
            hovertemplate=f"{_label(one)}<br>begin by {wording.day(one.start_by)}, "
            f"ends {wording.day(one.ends_on)}<br>{slack_in_words(one)}<extra></extra>",
        )
        figure.add_scatter(
            x=[one.ends_on],
            y=[place],
            mode="markers",
            marker={"symbol": "line-ns", "size": 16, "line": {"width": 3, "color": colour}},
            hoverinfo="skip",
        )
        figure.add_annotation(
            x=0,
            xref="paper",
            y=place,
            yshift=15,
            xanchor="left",
            showarrow=False,
            # A phone cuts the end off, and how late it is must stay.
            text=f"{wording.sentence_case(slack_in_words(one))} · {_label(one)}",
            font={"color": palette.text, "size": 12},
            bgcolor=faded(palette.background, 0.75),
            borderpad=0,
        )
    _mark_today(figure, today, palette)
    figure.update_xaxes(type="date", tickformat="%-d %b", nticks=6)
    figure.update_yaxes(visible=False, range=[len(shown) - 0.4, -0.9])
    return finish(figure, palette=palette, height=ROW_HEIGHT * len(shown) + 60)


def _along(start: date, end: date) -> list[datetime]:
    """Moments from one day to another, so close that a pointer on the bar between finds one."""
    first = datetime.combine(start, time())
    step = (datetime.combine(end, time()) - first) / (POINTS - 1)
    return [first + place * step for place in range(POINTS)]


def _mark_today(figure: go.Figure, today: date, palette: Palette) -> None:
    figure.add_vline(x=today, line={"color": palette.warning, "dash": "dash", "width": 2})
    figure.add_annotation(
        x=today,
        y=0,
        yref="paper",
        yanchor="bottom",
        xanchor="left",
        xshift=4,
        showarrow=False,
        text="today",
        font={"color": palette.warning, "size": 12},
    )


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
