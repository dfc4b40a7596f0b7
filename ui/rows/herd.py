"""Rows of a rush: who finds room where, who waits, and whose second choice is full as well."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from risk.alternatives.herding import Herd, HerdMember
from risk.alternatives.rationing import Priority
from risk.scenarios import hits
from risk.scenarios.results import StressResult
from ui import wording

#: What a priority is called on screen.
PRIORITIES = {
    Priority.COMMITTED: "Reserved capacity",
    Priority.CUSTOMER: "Customer already",
    Priority.NEW: "New customer",
}


def finding(result: StressResult, herd: Herd) -> str:
    """Say in words who finds room, what the queue costs, and for whom it is worst."""
    wanted, found = herd.displaced_usd_per_month, herd.admitted_usd_per_month
    size = wording.percent(herd.market_share)
    start = (
        f"{result.scenario.root} sets {size} of the whole market in motion. "
        f"Of the {wording.money(wanted)} a month that looks for another provider from this "
        f"portfolio in the first week, {wording.money(found)} finds room at once."
    )
    longest = herd.longest_wait_days
    if longest <= 0:
        return f"{start} Nobody has to wait."
    return (
        f"{start} The rest waits up to {wording.days(longest)}, which adds "
        f"{wording.money(result.queue_usd)} to the loss. For {herd.turned_away:,} of "
        f"{wording.counted(herd.askers, 'startup')} the second choice is full as well."
    )


def waiting(herd: Herd) -> tuple[HerdMember, ...]:
    """Return the displaced dependencies, the longest wait first."""
    return tuple(sorted(herd.members, key=lambda one: (-one.queue_days, -one.units, one.key)))


def member_table(members: Sequence[HerdMember], result: StressResult) -> pd.DataFrame:
    """Return a row per displaced dependency: where it asks first, and both switching times."""
    listed = hits.named(result.startups, (one.startup for one in members))
    alone = {name: one.switched_alone_on_day for name, one in listed.items()}
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in members],
            "Whose turn": [PRIORITIES[one.priority] for one in members],
            "Spend a month": [one.units for one in members],
            "Finds room": [one.admitted / one.units if one.units else 1.0 for one in members],
            "Asks first": [one.first_choice or wording.UNKNOWN for one in members],
            "Asks second": [one.second_choice or "–" for one in members],
            "Second full too": ["Yes" if one.second_gone else "No" for one in members],
            "Switched alone": [_day(alone.get(one.startup)) for one in members],
            "Queue": [wording.days(one.queue_days) for one in members],
        }
    )


def _day(day: float | None) -> str:
    return "Waits it out" if day is None else f"Day {day:.0f}"


def member_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`member_table`."""
    column = st.column_config
    return {
        "Startup": column.TextColumn(pinned=True, width="medium"),
        "Whose turn": column.TextColumn(
            width=140, help="Reserved capacity is served first, then customers, then the rest."
        ),
        "Spend a month": column.NumberColumn(format="$%,d", width=130),
        "Finds room": column.NumberColumn(format="percent", width=110, help="At once."),
        "Asks first": column.TextColumn(width=190),
        "Asks second": column.TextColumn(width=190),
        "Second full too": column.TextColumn(width=130),
        "Switched alone": column.TextColumn(
            width=130, help="Day on which the startup has switched if nobody else moves."
        ),
        "Queue": column.TextColumn(width=100, help="Days that the queue adds, on average."),
    }


def member_download(members: Sequence[HerdMember]) -> pd.DataFrame:
    """Return the same rows with plain figures."""
    return pd.DataFrame(
        [
            {
                "startup": one.startup,
                "dependency": one.key,
                "priority": int(one.priority),
                "spend_usd_per_month": one.units,
                "admitted_usd_per_month": one.admitted,
                "first_choice": one.first_choice,
                "second_choice": one.second_choice,
                "second_choice_full": one.second_gone,
                "queue_days": one.queue_days,
            }
            for one in members
        ]
    )
