"""Rows of columns as JSON objects, in the documented shape."""

from collections.abc import Sequence
from typing import Any

from ui.tables.column import Column, Record

#: Objects that are None where nothing in them is known.
OPTIONAL = frozenset({"worst", "days_to_switch_interval", "removed_usd", "amount_interval_usd"})


def document(columns: Sequence[Column], row: Record) -> dict[str, Any]:
    """Return one row; a value with a path stands there, one without under its key."""
    found: dict[str, Any] = {}
    for one in columns:
        *groups, name = one.path or (one.key,)
        place = found
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = row[one.key]
    return {
        name: None if name in OPTIONAL and not any(_known(value)) else value
        for name, value in found.items()
    }


def _known(group: Any) -> list[bool]:
    return [value is not None for value in group.values()]
