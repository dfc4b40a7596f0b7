"""Tables of columns in the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.tables.column import Column, Record
from ui.terminal.output import table

if TYPE_CHECKING:
    from rich.console import RenderableType


def printed(title: str, columns: Sequence[Column], rows: Sequence[Record]) -> "RenderableType":
    """Return rows as a table for people; numbers stand on the right, what is not there is empty."""
    return table(
        title,
        [one.label for one in columns],
        [[_text(one, row) for one in columns] for row in rows],
        right=[one.label for one in columns if one.unit.is_number],
    )


def _text(column: Column, row: Record) -> str:
    try:
        return column.text(row)
    except KeyError:
        return row.get(column.key) or ""
