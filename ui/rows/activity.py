"""The audit trail in words: who, when, what, and what it was before and after."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from db.services.audit import AuditEntry
from ui.rows.audit_words import changes

COLUMNS = ("No.", "When (UTC)", "Who", "Role", "What", "Object", "Before → after", "Reason")


def activity_table(entries: Iterable[AuditEntry]) -> pd.DataFrame:
    """Return one row an entry, in the order given."""
    rows = [
        (
            one.number,
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.actor,
            one.role,
            one.action,
            f"{one.object_kind}: {one.object_name}",
            changes(one.before, one.after),
            one.reason or "",
        )
        for one in entries
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def activity_columns() -> dict[str, Any]:
    """Widths of the columns."""
    return {
        "No.": st.column_config.NumberColumn(width=60),
        "When (UTC)": st.column_config.TextColumn(width=160),
        "Who": st.column_config.TextColumn(width=150),
        "Role": st.column_config.TextColumn(width=80),
        "What": st.column_config.TextColumn(width=130),
        "Object": st.column_config.TextColumn(width=220),
        "Before → after": st.column_config.TextColumn(width=330),
    }
