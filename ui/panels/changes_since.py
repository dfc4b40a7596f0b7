"""Changes since a day of before: the steps to the figures of now, who moved, and the course."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from db.errors import StoreError
from risk.portfolio.week import usual_day
from ui import cached, links, wording
from ui.charts.kept_runs import of_each_day, runs_alt, runs_figure
from ui.page import card, chart, palette
from ui.render.page import column_table, short_table
from ui.tables import run
from ui.words import run_words as words

if TYPE_CHECKING:
    from db.services.run_history import ChangesSince, KeptRun

#: Month ends before today that can be chosen though nothing was kept on them.
MONTH_ENDS = 12
#: Kept days that can be chosen, the newest ones.
MOST_DAYS = 60
NOTHING_BEFORE = "No earlier day is kept yet. From tomorrow on, this says what changed since."


def month_ends(today: date, count: int) -> list[date]:
    """The last days of so many months before that of today, newest first."""
    found = [today.replace(day=1) - timedelta(days=1)]
    while len(found) < count:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found


def section(portfolio: str) -> None:
    """Show the course of the kept figures, and the steps since a day that the reader chooses."""
    runs = cached.kept_runs(portfolio)
    left, right = st.columns(2)
    with left, card("What changed since"):
        _since(portfolio, runs)
    with right, card("Kept figures over time"):
        if not runs:
            st.caption(
                "Nothing is kept yet: each day's answer about the portfolio as it is leaves its "
                "figures here."
            )
            return
        if len(of_each_day(runs)) > 1:
            chart(runs_figure(runs, palette=palette()), alt=runs_alt(runs), key="kept_runs")
        st.caption(wording.escaped(runs_alt(runs)))
        with st.expander("As a table"):
            column_table(
                run.RUNS, run.runs_of(runs), key="runs", file_name=f"{portfolio}-history.csv"
            )


def _since(portfolio: str, runs: "Sequence[KeptRun]") -> None:
    """Ask for the day and show what changed since."""
    today = cached.today()
    kept = {one.day for one in of_each_day(runs)[-MOST_DAYS:] if one.day < today}
    days = sorted(kept | set(month_ends(today, MONTH_ENDS)), reverse=True)
    usual = usual_day(sorted(kept), today) or days[0]
    chosen = links.select(
        "Since",
        [one.isoformat() for one in days],
        name="since",
        default=usual.isoformat(),
        shown=lambda text: words.kept_day(
            date.fromisoformat(text), kept=date.fromisoformat(text) in kept
        ),
        what="day since when changes are told",
    )
    if not cached.is_waited_for(portfolio) and not st.button(
        "Work out the steps", help="Every step values the portfolio anew, which takes minutes."
    ):
        return
    try:
        found = cached.changes_since(portfolio, date.fromisoformat(chosen))
    except StoreError as refused:
        nothing_kept = links.read("since") is None and not kept
        st.info(NOTHING_BEFORE if nothing_kept else wording.escaped(str(refused)))
        return
    _show(found)


def _show(found: "ChangesSince") -> None:
    st.markdown(f"**{wording.escaped(words.in_short(found))}**")
    st.caption(wording.escaped(words.rests_on(found)))
    short_table(run.STEPS, run.steps_of(found))
    if found.movers:
        st.markdown("**Who moved most**")
        short_table(
            run.ON_PAGE,
            run.movers_of(found),
            key="movers",
            file_name=f"{found.portfolio}-since-{found.since.isoformat()}.csv",
            files=run.MOVERS,
        )
