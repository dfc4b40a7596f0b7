"""Text that a spreadsheet would run: written with an apostrophe before it, and read without.

A file of ours that holds such a cell has one more column, which names the columns of each row that
were marked. So the mark is taken off exactly where it was put, and an apostrophe that belongs to a
text stays.
"""

from collections.abc import Sequence
from dataclasses import replace

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
    header: Sequence[str], rows: Sequence[Sequence[str]], texts: Sequence[Sequence[bool]]
) -> list[list[str]]:
    """The header and rows to write; of those cells that ``texts`` says are texts some are marked.

    The column that says so is added only if some cell is.
    """
    written, places = [list(header)], [[COLUMN]]
    for row, is_text in zip(rows, texts, strict=True):
        here = {
            place
            for place, cell in enumerate(row)
            if is_text[place] and is_run_by_spreadsheets(cell)
        }
        written.append([MARK + cell if place in here else cell for place, cell in enumerate(row)])
        places.append([" ".join(header[place] for place in sorted(here))])
    if not any(place for (place,) in places[1:]):
        return written
    return [line + place for line, place in zip(written, places, strict=True)]


def has_marks(header: Sequence[str]) -> bool:
    """Whether the last column of a file says which texts were marked when it was written."""
    return bool(header) and header_key(header[-1]) == header_key(COLUMN)


def with_marks_removed(table: Table) -> Table:
    """``table`` as it was before it was written; one that is not ours stays as it is."""
    if not has_marks(table.header):
        return table
    keys = [header_key(name) for name in table.header]
    return replace(
        table,
        header=table.header[:-1],
        kept=table.kept[:-1],
        records=tuple(_unmarked(record, table, keys) for record in table.records),
    )


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
