"""The audit trail in words: who, when, what, and what it was before and after."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from db.services.audit import AuditCheck, AuditEntry
from ui import wording

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


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """Return what changed as ``name: before → after``; what has no before is said alone."""
    old, new = before or {}, after or {}
    said = [_change(name, old, new) for name in {**old, **new}]
    return "; ".join(one for one in said if one)


def _change(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    words = name.replace("_", " ")
    if name not in old:
        return f"{words}: {_value(new[name])}"
    if name not in new:
        return f"{words}: {_value(old[name])} → gone"
    if old[name] == new[name]:
        return ""
    return f"{words}: {_value(old[name])} → {_value(new[name])}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def verdict(check: AuditCheck) -> str:
    """Return in a sentence whether the trail is whole."""
    if check.broken_at is not None:
        return (
            f"The trail was tampered with: {check.because}. "
            f"The {wording.counted(check.rows, 'row')} before that fit."
        )
    if not check.rows:
        return "The trail is empty."
    return (
        f"All {wording.counted(check.rows, 'row')} fit together. Note the number and this hash "
        f"somewhere else to show later that none was exchanged: {check.last_hash}"
    )


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
