"""Tables of columns in the terminal."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ui.tables.column import Column, Record
from ui.terminal.output import table

if TYPE_CHECKING:
    from rich.console import RenderableType


def printed(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Record],
    *,
    is_whole: Callable[[Record], bool] = lambda row: True,
) -> "RenderableType":
    """Return rows as a table for people; numbers stand on the right.

    Of a row that is not whole only what it has is shown, as it is.
    """
    return table(
        title,
        [one.label for one in columns],
        [
            [one.text(row) if is_whole(row) else row.get(one.key) or "" for one in columns]
            for row in rows
        ],
        right=[one.label for one in columns if one.unit.is_number],
    )
