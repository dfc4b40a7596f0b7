"""The audit trail in words: what was before and after, and whether the record is whole."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ui import wording

if TYPE_CHECKING:
    from db.services.audit import AuditCheck


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


def verdict(check: "AuditCheck") -> str:
    """Return in a sentence whether the trail is whole."""
    if check.broken_at is not None:
        return (
            f"The trail was tampered with: {'; '.join((check.because or '', *check.snapshots))}. "
            f"The {wording.counted(check.rows, 'row')} before that fit."
        )
    if check.snapshots:
        return f"The trail fits together, but not the snapshots: {'; '.join(check.snapshots)}."
    if not check.rows:
        return "The trail is empty."
    whole = "The one row fits" if check.rows == 1 else f"All {check.rows:,} rows fit together"
    return (
        f"{whole}. Note this somewhere else, and a "
        f"later check can show that none was exchanged: {check.rows}:{check.last_hash}"
    )
