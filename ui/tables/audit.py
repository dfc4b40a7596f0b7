"""The audit trail as columns: who wrote what and when, what was before and after; and a verdict."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.audit import AuditCheck, AuditEntry


def rows_of(entries: "Iterable[AuditEntry]") -> list[Record]:
    """Return every entry with all that is known of it."""
    return [
        {
            **attributes(one, "number at actor role action object_kind"),
            "object": one.object_name,
            **attributes(one, "before after reason"),
        }
        for one in entries
    ]


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """Return what changed as ``name: before → after``; what has no before is said alone."""
    old, new = before or {}, after or {}
    said = [_change(name, old, new) for name in {**old, **new}]
    return "; ".join(one for one in said if one)


def _change(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    in_cents = name.endswith("_cents")
    words = name.removesuffix("_cents").replace("_", " ")
    words = words.replace("startups", "companies").replace("startup", "company")
    if name not in old:
        return f"{words}: {_value(new[name], in_cents)}"
    if name not in new:
        return f"{words}: {_value(old[name], in_cents)} → gone"
    if old[name] == new[name]:
        return ""
    return f"{words}: {_value(old[name], in_cents)} → {_value(new[name], in_cents)}"


def _value(value: Any, in_cents: bool = False) -> str:
    """A value as a reader writes it: an amount to the cent, yes or no, a list without brackets."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if in_cents and isinstance(value, int):
        return f"${value / 100:,.2f}".removesuffix(".00")
    if isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
        return ", ".join(str(one) for one in value) or "none"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


COLUMNS = (
    Column(key="number", label="No.", unit=Unit.COUNT),
    Column(key="at", label="When (UTC)", cell=lambda row: f"{row['at']:%Y-%m-%d %H:%M:%S}"),
    Column(key="actor", label="Who"),
    Column(key="role", label="Role", help="What the person was at that time."),
    Column(key="action", label="What"),
    Column(key="object", label="Object", cell=lambda row: f"{row['object_kind']}: {row['object']}"),
    Column(
        key="after", label="Before → after", cell=lambda row: changes(row["before"], row["after"])
    ),
    Column(key="reason", label="Reason", missing=""),
)
TERMINAL = chosen(COLUMNS, "number at actor action object after".split())


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
