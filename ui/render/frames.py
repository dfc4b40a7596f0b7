"""Rows of columns as pandas frames, for tables of pages, files and sheets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from ui import wording
from ui.tables.column import Column, Record, Unit

#: How a page shows figures, which stay figures there so that a reader can sort by them.
FORMATS = {
    Unit.USD: "$%,d",
    Unit.SHARE: "percent",
    Unit.DAYS: "%,d",
    Unit.MONTHS: "%,d",
    Unit.COUNT: "%,d",
    Unit.HOURS: "%.2f",
    Unit.FACTOR: "%.3g",
    Unit.RATE: "%.3g",
}


def sortable(columns: Sequence[Column], rows: Iterable[Record]) -> pd.DataFrame:
    """Return rows by label: figures and days as such, for sorting and files; all else in words."""
    listed = list(rows)
    return pd.DataFrame({one.label: [_value(one, row) for row in listed] for one in columns})


def _value(column: Column, row: Record) -> Any:
    if column.cell is None:
        value = row[column.key]
        if (value is None and column.missing == wording.UNKNOWN) or column.unit in FORMATS:
            return value  # A table says that it is unknown, a file is empty there.
        if value is not None and column.unit is Unit.DAY:
            return value.date() if isinstance(value, datetime) else value
    return column.text(row)
