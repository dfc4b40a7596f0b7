"""Rows of the Shares page: links, their openings, and corrections as a diff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from db.services.corrections import ProposedChange
from db.services.shares import Share, ShareKind, ShareOpen, ShareState
from ui import wording
from ui.share_page import words
from ui.share_page.startup_view import fact, label

KINDS = {ShareKind.LIVE: "Live view", ShareKind.SNAPSHOT: "Snapshot"}
STATES = {
    ShareState.OPEN: "Open",
    ShareState.EXPIRED: "Expired",
    ShareState.REVOKED: "Revoked",
}


def share_table(shares: Sequence[Share]) -> pd.DataFrame:
    """Return one row a link, in the given order."""
    return pd.DataFrame(
        {
            "Link": [one.share for one in shares],
            "State": [STATES[one.state] for one in shares],
            "Kind": [KINDS[one.kind] for one in shares],
            "Shows": [shows(one) for one in shares],
            "Left out": [left_out(one) for one in shares],
            "Passcode": ["Yes" if one.has_passcode else "No" for one in shares],
            "Opened": [one.opens for one in shares],
            "Last opened": [moment(one.last_opened_at) for one in shares],
            "Expires": [moment(one.expires_at) for one in shares],
            "Made by": [one.made_by for one in shares],
        }
    )


def share_columns() -> dict[str, Any]:
    """Return the columns' widths and formats."""
    return {
        "Link": st.column_config.NumberColumn(width=60, format="%d"),
        "State": st.column_config.TextColumn(width=90),
        "Shows": st.column_config.TextColumn(width=220),
        "Opened": st.column_config.NumberColumn(format="%d", width=80),
    }


def moment(at: datetime | None) -> str:
    """Return ``25 Nov 2026, 11:00 UTC``, or that it never was."""
    return "never" if at is None else f"{wording.day(at.date())}, {at:%H:%M} UTC"


def shows(one: Share) -> str:
    """Return what a link is about."""
    book = "Demo portfolio" if one.portfolio == "demo" else one.portfolio
    if one.stress_test is not None:
        return f"Stress test: {one.stress_test} ({book})"
    return book if one.startup is None else f"{one.startup} ({book})"


def left_out(one: Share) -> str:
    """Return what a link leaves out, in words."""
    return words.left_out(one.redacted) or "Nothing"


def open_table(opens: Sequence[ShareOpen]) -> pd.DataFrame:
    """Return one row an opening."""
    return pd.DataFrame(
        {
            "Opened": [moment(one.at) for one in opens],
            "From": [one.client for one in opens],
        }
    )


def change_table(changes: Sequence[ProposedChange]) -> pd.DataFrame:
    """Return a correction as a diff: one row a fact."""
    return pd.DataFrame(
        {
            "Fact": [what(one) for one in changes],
            "In the snapshot": [fact(one.field, one.before) for one in changes],
            "In the register now": [
                "no longer there" if one.is_gone else fact(one.field, one.now) for one in changes
            ],
            "Proposed": [fact(one.field, one.proposed) for one in changes],
        }
    )


def what(one: ProposedChange) -> str:
    """Return what a change is about."""
    return label(one.field) if one.of is None else f"{label(one.field)} ({one.of})"
