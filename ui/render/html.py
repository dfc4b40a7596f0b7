"""Rows of columns as tables of HTML: words in cells, each of which the template escapes."""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.tables.column import Column, Record, told


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
) -> HtmlTable:
    """Return the first ``most`` rows, ``opened`` of them without a tap.

    Rows may tell a part of the values of their ``noun``, all the same part: what they do not tell
    has no column, and is unknown to the others.
    """
    shown = told(columns, rows[0]) if rows else ()
    nothing = dict.fromkeys(one.key for one in noun)
    cells = [tuple(one.text({**nothing, **row}) for one in shown) for row in rows[:most]]
    return HtmlTable(
        headings=tuple(
            Heading(label=one.label, help=one.help, is_right=one.unit.is_number) for one in shown
        ),
        first=cells[:opened],
        more=cells[opened:],
        left=max(0, len(rows) - most),
    )
