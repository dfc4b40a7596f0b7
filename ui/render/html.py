"""Rows of columns as tables of HTML: words in cells, each of which the template escapes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ui.tables.column import Column, Record, told

#: Drawings of ours below the words of a cell, by the key of its column.
Drawn = Mapping[str, Callable[[Record], str]]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands above a column, and whether its cells are set to the right."""

    label: str
    help: str = ""
    is_right: bool = False


@dataclass(frozen=True, kw_only=True)
class HtmlTable:
    """What a template shows: rows that stand open, more behind a tap, and how many are left out."""

    headings: tuple[Heading, ...]
    first: Sequence[Sequence[str]]
    more: Sequence[Sequence[str]] = ()
    left: int = 0


def html_table(
    columns: Sequence[Column],
    rows: Sequence[Record],
    *,
    noun: Sequence[Column] = (),
    opened: int,
    most: int,
    drawn: Drawn | None = None,
) -> HtmlTable:
    """Return the first ``most`` rows, ``opened`` of them without a tap.

    Rows may tell a part of the values of their ``noun``, all the same part: what they do not tell
    has no column, and is unknown to the others.
    """
    shown = told(columns, rows[0]) if rows else ()
    nothing = dict.fromkeys(one.key for one in noun)
    whole = [{**nothing, **row} for row in rows[:most]]
    cells = [tuple(_cell(one, row, drawn or {}) for one in shown) for row in whole]
    return HtmlTable(
        headings=tuple(
            Heading(label=one.label, help=one.help, is_right=one.unit.is_number) for one in shown
        ),
        first=cells[:opened],
        more=cells[opened:],
        left=max(0, len(rows) - most),
    )


def _cell(column: Column, row: Record, drawn: Drawn) -> str:
    """The words of a cell, and below them a drawing where its column has one."""
    said = column.text(row)
    if column.key not in drawn:
        return said
    return escape(said) + Markup(drawn[column.key](row))  # noqa: S704 - drawings of ours
