"""The table of incidents that the program exports, read back as the incidents that it was made of.

Unlike a published table it names every incident's provider and source, so nothing is added to it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from risk.hazard.incidents.cells import Row
from risk.hazard.incidents.file_results import FileFormat, HistoryFile
from risk.hazard.incidents.records import Incident
from risk.inventory.formats.marked_text import COLUMN as MARKED
from risk.inventory.formats.marked_text import MARK
from risk.inventory.intake_results import Problem

COLUMNS = "provider services reference level title started_at resolved_at source".split()
#: Between the services of one incident.
BETWEEN_SERVICES = "; "


def is_own_table(header: Sequence[str]) -> bool:
    """Whether a table has every column of the exported one."""
    return set(COLUMNS) <= set(header)


def read_own_table(rows: Sequence[Row]) -> HistoryFile:
    """The incidents of an exported table; every problem by line if one cannot be read."""
    read = [_incident(_unmarked(row)) for row in rows]
    problems = tuple(problem for row, _ in read for problem in row.problems)
    if not rows:
        sentence = "The file has a header and nothing below it."
        problems = (Problem(code="no_records", line=1, column=None, value=None, message=sentence),)
    incidents = () if problems else tuple(incident for _, incident in read)
    return HistoryFile(
        format=FileFormat.DOWNSTREAM, rows=len(rows), incidents=incidents, problems=problems
    )


def _unmarked(row: Row) -> Row:
    """The row without the apostrophes that keep a spreadsheet from running its texts."""
    marked = (row.text(MARKED) or "").split()
    cells = {
        name: cell.removeprefix(MARK) if name in marked else cell
        for name, cell in row.cells.items()
    }
    return Row(row.line, cells, row.problems)


def _incident(row: Row) -> tuple[Row, Incident]:
    started = row.moment("started_at")
    if started is None and not row.problems:
        row.required("started_at")
    services = (row.text("services") or "").split(BETWEEN_SERVICES)
    incident = Incident(
        provider=row.required("provider"),
        services=tuple(name for name in services if name),
        reference=row.required("reference"),
        level=row.level("level"),
        title=row.text("title"),
        started_at=started or datetime.min.replace(tzinfo=UTC),
        resolved_at=row.moment("resolved_at"),
        source=row.required("source"),
    )
    return row, incident
