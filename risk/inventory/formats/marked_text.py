"""Text that a spreadsheet would run: written with an apostrophe before it, and read without.

A file of ours that holds such a cell has one more column, which names the columns of each row that
were marked. So the mark is taken off exactly where it was put, and an apostrophe that belongs to a
text stays.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from risk.inventory.columns import header_key
from risk.inventory.rejects import formula_safe
from risk.inventory.splitting import Record
from risk.inventory.tables import Table

MARK = "'"
COLUMN = "written_as_text"


def is_run_by_spreadsheets(text: str) -> bool:
    """Whether a spreadsheet could take ``text`` for a formula."""
    return formula_safe(text) != text


def marked(
    header: Sequence[str], row: Sequence[str], is_text: Sequence[bool]
) -> tuple[list[str], str]:
    """A row to write, with those cells marked that are texts and need it, and what the column says.

    The column is needed only where it says something of some row.
    """
    places = {
        place for place, cell in enumerate(row) if is_text[place] and is_run_by_spreadsheets(cell)
    }
    cells = [MARK + cell if place in places else cell for place, cell in enumerate(row)]
    return cells, " ".join(header[place] for place in sorted(places))


def has_marks(header: Sequence[str]) -> bool:
    """Whether the last column of a file says which texts were marked when it was written."""
    return bool(header) and header_key(header[-1]) == header_key(COLUMN)


def with_marks_removed(table: Table) -> Table:
    """``table`` as it was before it was written; one that is not ours stays as it is."""
    if not has_marks(table.header):
        return table
    keys = [header_key(name) for name in table.header]
    unmarked = table.changed(partial(_unmarked, table=table, keys=keys))
    return replace(unmarked, header=table.header[:-1], kept=table.kept[:-1])


def _unmarked(record: Record, table: Table, keys: Sequence[str]) -> Record:
    if len(record.cells) != table.width:
        return record
    named = {header_key(name) for name in record.cells[table.kept[-1]].split()}
    if not named:
        return record
    cells = list(record.cells)
    for key, place in zip(keys, table.kept, strict=True):
        if key in named and cells[place].startswith(MARK):
            cells[place] = cells[place][1:]
    return replace(record, cells=tuple(cells))
