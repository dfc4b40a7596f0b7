"""A table of our own columns, made from a document that is no table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from risk.inventory.columns import COLUMNS, REQUIRED
from risk.inventory.findings import Findings
from risk.inventory.layout import Header
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused
from risk.inventory.splitting import Record
from risk.inventory.tables import Table, table_below

_ORDER = (*REQUIRED, "use_case", *(name for name in COLUMNS if name not in (*REQUIRED, "use_case")))


@dataclass(frozen=True, kw_only=True)
class DerivedRow:
    """One record: canonical column → text. ``line`` is where the document says it.

    ``spoilt`` are the cells of a row that could not be read; its record is refused.
    """

    line: int
    values: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None
    fault_at: str = ""
    spoilt: tuple[str, ...] | None = None


def derived_table(
    rows: Sequence[DerivedRow], *, nothing: str, findings: Findings, limits: Limits
) -> Table:
    """The table of ``rows`` with the columns that any of them fills.

    ``startup`` is a column only if the document names the dependent company: otherwise the reader
    is asked for it. Raises :class:`FileRefused` (``no_records``, saying ``nothing``) without rows.
    """
    if not rows:
        raise FileRefused("no_records", nothing)
    filled = {name for row in rows for name, text in row.values.items() if text.strip()}
    if all(row.spoilt is not None for row in rows):
        # Nothing could be read of any row, which says nothing about its columns.
        filled = set(REQUIRED)
    columns = tuple(name for name in _ORDER if name in filled or name == "provider")
    records = [_record(row, columns) for row in rows]
    header = Header(0, columns, Record(0, columns, ",".join(columns)))
    return table_below(header, records, findings=findings, limits=limits)


def _record(row: DerivedRow, columns: tuple[str, ...]) -> Record:
    if row.spoilt is not None:
        # A record whose number of cells is wrong is refused as such.
        cells = row.spoilt if len(row.spoilt) != len(columns) else (*row.spoilt, "")
        return Record(row.line, cells, ", ".join(row.spoilt), fault=row.fault)
    cells = tuple(row.values.get(name, "") for name in columns)
    text = row.fault_at or ", ".join(cell for cell in cells if cell)
    return Record(row.line, cells, text, fault=row.fault)
