"""Tables of columns in the terminal."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ui.tables.column import Column, Record
from ui.terminal.output import print_json, print_tables, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType


def printed(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Record],
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


def print_table(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Record],
    *,
    as_json: bool,
    nothing: str = "",
) -> None:
    """Print rows as they are for a program, or as a table for people, who read why it is empty."""
    if as_json:
        print_json(rows)
        return
    found = list(rows)
    print_tables([printed(title, columns, found) if found or not nothing else text(nothing)])
