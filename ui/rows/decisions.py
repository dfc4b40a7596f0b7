"""Rows of decisions: what was chosen, who sees to it, and what of the promise is kept."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from db.services.decision_results import Decision, PromisedAndDone
from ui import wording


def status(one: Decision, today: date) -> str:
    """Return in a few words how far a decision is."""
    if not one.stands:
        return f"Taken back by {one.withdrawn_by}"
    if one.done is not None:
        return f"Done {wording.day(one.done)}"
    if one.due is not None and one.due < today:
        return f"Overdue since {wording.day(one.due)}"
    return f"Due {wording.day(one.due)}" if one.due else "To do"


def standing_first(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return decisions to carry out by due date, then done ones, then those taken back."""

    def place(one: Decision) -> tuple[bool, bool, date, int]:
        return not one.stands, one.done is not None, one.due or date.max, -one.number

    return tuple(sorted(decisions, key=place))


def decision_table(decisions: Sequence[Decision], today: date) -> pd.DataFrame:
    """Return a row per decision in the given order."""
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in decisions],
            "Use case": [one.use_case or "All" for one in decisions],
            "Option": [one.option for one in decisions],
            "Owner": [one.owner for one in decisions],
            "Status": [status(one, today) for one in decisions],
            "Promised a year": [one.promise.aal_removed_usd for one in decisions],
            "Once": [one.promise.one_off_usd for one in decisions],
            "Decided": [one.at.date() for one in decisions],
            "By": [one.by for one in decisions],
            "Note": [one.withdrawn_reason or one.note or "–" for one in decisions],
        }
    )


def decision_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`decision_table`."""
    column = st.column_config
    usd = column.NumberColumn(format="$%,d", width=140)
    return {
        "Startup": column.TextColumn(pinned=True, width="medium"),
        "Option": column.TextColumn(width="large"),
        "Promised a year": usd,
        "Once": usd,
        "Decided": column.DateColumn(format="D MMM YYYY", width=110),
    }


def sentence(one: Decision, today: date) -> str:
    """Return one decision in a sentence: option, owner, how far, and what it promised."""
    case = f"{wording.brief(one.use_case)}: " if one.use_case else ""
    promised = one.promise.aal_removed_usd
    worth = "" if promised is None else f" It promised {wording.money(promised)} less a year."
    how_far = status(one, today)
    return f"{case}{one.option}. {one.owner}; {how_far[:1].lower()}{how_far[1:]}.{worth}"


def promised_note(found: PromisedAndDone) -> str:
    """Return the sentence below the figures: how many, how late, and what they leave out."""
    parts = [f"{found.done} of {wording.counted(found.promised, 'decision')} carried out"]
    if found.overdue:
        parts.append(f"{found.overdue} overdue")
    if found.unmeasured:
        parts.append(f"{wording.counted(found.unmeasured, 'decision')} without a figure")
    return "; ".join(parts) + "."


MEANING = (
    "Each figure is what the option promised by itself on the day it was chosen. Options of one "
    "use case overlap, so the sum is the most to hope for. The score changes once the register or "
    "a drill shows that the work is done."
)
