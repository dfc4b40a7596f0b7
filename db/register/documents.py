"""A row of a table as a JSON document, and back: what ``row_versions`` keeps."""

import enum
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, Table

Row = dict[str, Any]


def as_document(row: Mapping[str, Any]) -> Row:
    """Return all values but the row's number, as JSON can hold them."""
    return {name: plain_value(value) for name, value in row.items() if name != "id"}


def plain_value(value: Any) -> Any:
    """Return a value as JSON can hold it: an enum's value, a date as ISO text."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_document(table: Table, document: Mapping[str, Any]) -> Row:
    """Return the values to write into ``table``; the opposite of :func:`as_document`."""
    return {
        name: date.fromisoformat(value)
        if value is not None and isinstance(table.columns[name].type, Date)
        else value
        for name, value in document.items()
    }
