"""Calendar: which models end and which contracts renew, against who must leave in time."""

from functools import partial

import streamlit as st

from risk.portfolio.deadlines import HORIZONS, DeadlineCalendar
from ui import cached, links, wording
from ui.cached import deadline_calendar
from ui.calendar_file import calendar_file, rests_on
from ui.charts import deadlines as charts
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    metric,
    open_startup,
    page_header,
    palette,
)
from ui.render.page import column_table, with_words
from ui.server.downloads import file_button
from ui.tables import deadline
from ui.tables.column import chosen
from ui.words import deadline_words

AHEAD = {"30": "30 days", "60": "60 days", "90": "90 days", "180": "180 days", "365": "A year"}


def figures(calendar: DeadlineCalendar) -> None:
    """Show how much ends within 30, 60 and 90 days, and what cannot be met any more."""
    near = calendar if calendar.days >= max(HORIZONS) else None
    with st.grid(4, min_column_width=155):
        for days in HORIZONS:
            if near is not None or days <= calendar.days:
                metric(
                    f"Within {days} days",
                    wording.counted(calendar.within(days), "deadline"),
                    note=f"at {wording.counted(calendar.startups_within(days), 'startup')}",
                )
        metric(
            "Late already",
            wording.counted(calendar.late, "deadline"),
            note="who begins today is not done in time",
        )


def timeline(calendar: DeadlineCalendar, portfolio: str) -> None:
    """Draw the most urgent ends."""
    alt = charts.deadline_alt(calendar.most_urgent)
    with card(
        "What to begin first",
        note="A bar is as long as the switch takes and ends on the day. Left of today it should "
        "have begun already.",
    ):
        chart(
            charts.deadline_figure(calendar.most_urgent, today=calendar.as_of, palette=palette()),
            alt=alt,
            key="deadlines_chart",
            opens={
                str(place): partial(open_startup, one.startup, portfolio)
                for place, one in enumerate(charts.most_urgent(calendar.most_urgent))
            },
        )


def all_deadlines(calendar: DeadlineCalendar, portfolio: str) -> None:
    """Show every deadline; a click on its name opens its startup."""
    st.subheader("Every deadline", anchor=False)
    if len(calendar) > len(calendar.deadlines):
        st.caption(
            f"Listed here and in the calendar file are the first {len(calendar.deadlines):,} of "
            f"{len(calendar):,} by day."
        )
    words = links.search("Search", placeholder="Startup, model, provider")
    searched = chosen(deadline.COLUMNS, ("startup", "of", "kind", "use_case"))
    shown = with_words(searched, deadline.rows_of(calendar.deadlines), words)
    column_table(
        deadline.PAGE,
        shown,
        key="deadlines",
        file_name=f"{portfolio}-deadlines.csv",
        files=deadline.VALUES,
        workbook="Deadlines",
        opens="startup",
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(shown)} deadlines with days to switch and slack.",
    )


portfolio = chosen_summary()
page_header(
    "Calendar",
    portfolio,
    rests_on="From the catalogue's last days, the register's renewal days and the model's days "
    "to switch.",
    description="Models that end and contracts that renew, against the days that leaving takes.",
)
with st.container(width=260):
    ahead = links.select(
        "Look ahead", list(AHEAD), name="days", default="90", shown=AHEAD.__getitem__
    )
calendar = deadline_calendar(portfolio.name, int(ahead))
if len(calendar):
    st.markdown(f"**{wording.escaped(deadline_words.finding(calendar))}**")
    figures(calendar)
    timeline(calendar, portfolio.name)
    said = rests_on(calendar, portfolio.name)
    file_button(
        "Calendar file (.ics)",
        lambda: calendar_file(calendar, portfolio=portfolio.name, rests_on=said),
        file_name=f"{portfolio.name}-deadlines.ics",
        mime="text/calendar",
        key="calendar_file",
    )
    all_deadlines(calendar, portfolio.name)
else:
    empty_state(
        deadline_words.finding(calendar),
        "Name models and renewal days in the inventory, or look further ahead.",
        page="pages/imports.py",
        label="Import a file",
    )
with st.expander("What this calendar cannot know", expanded=not len(calendar)):
    for sentence in deadline_words.unknown_in_words(calendar):
        st.markdown(f"- {wording.escaped(sentence)}")
    st.markdown(
        "- Last days are those that providers published, as the catalogue has read them "
        f"({wording.day(cached.catalog().catalogue_date)} or newer); days to switch are the "
        "model's estimate."
    )
