"""Taking tables out of the store, as CSV or Excel, so that nothing in them is run."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO
from pathlib import Path

import fixtures
from db.engine import Store
from db.errors import Refused
from db.register.as_inventory import lost_in_an_inventory
from db.services.access import Action, Actor, authorize
from db.services.exported_tables import OF_A_PORTFOLIO, OF_THE_STORE, Exported, Wanted
from db.services.visible import visible_portfolio
from risk.inventory.formats.export_tables import CannotBeWritten, Cell, ExportTable, as_csv
from risk.inventory.template import inventory_template, template_table, typed_table

#: The empty inventory to start from; it is in no store.
TEMPLATE = "template"
TABLES = (*OF_A_PORTFOLIO, *OF_THE_STORE, TEMPLATE)
_SAMPLE = Path(fixtures.__file__).parent / "sample_inventory.csv"


class FileKind(StrEnum):
    """The kinds of files that a table can be written as."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """A written table. ``left_out`` says in sentences what it has no place for."""

    file_name: str
    data: bytes
    rows: int
    left_out: tuple[str, ...] = ()


def export_table(
    store: Store,
    actor: Actor,
    table: str,
    *,
    kind: FileKind = FileKind.CSV,
    portfolio: str | None = None,
    today: date,
) -> ExportedFile:
    """Write one of :data:`TABLES`. The inventory reads back as the same portfolio.

    ``portfolio`` names whose table it is, and of the imports (``batches``) picks those into it.

    Raises:
        Refused: there is no such table, it needs a portfolio, or the kind of file cannot hold it.
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the table {table}")
    if table == TEMPLATE:
        return template_file(kind)
    make = _maker(table)
    if table in OF_A_PORTFOLIO and portfolio is None:
        raise Refused(f"The table “{table}” belongs to a portfolio: name one.")
    exported = make(Wanted(store=store, actor=actor, portfolio=portfolio, today=today))
    name = (
        f"{table}.{kind}" if portfolio is None else f"{_in_a_file_name(portfolio)}_{table}.{kind}"
    )
    return ExportedFile(
        file_name=name,
        data=_written(exported.table, kind),
        rows=len(exported.table.rows),
        left_out=exported.left_out,
    )


def not_in_an_inventory(store: Store, actor: Actor, portfolio: str) -> tuple[str, ...]:
    """Say in sentences what a portfolio holds that its inventory has no place for.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        return lost_in_an_inventory(session, visible_portfolio(session, actor, portfolio).id)


def template_file(kind: FileKind) -> ExportedFile:
    """Return the inventory file to start from, with invented rows."""
    table = template_table()
    # The CSV is the one that people fill in by hand, so it keeps the way in which they write.
    data = inventory_template() if kind is FileKind.CSV else _written(table, kind)
    name = f"downstream_inventory_template.{kind}"
    return ExportedFile(file_name=name, data=data, rows=len(table.rows))


def rows_file(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, kind: FileKind
) -> ExportedFile:
    """Write rows that somebody is looking at; ``title`` names the file and its sheet.

    Raises:
        Refused: the kind of file cannot hold them.
    """
    table = ExportTable(name=title, columns=tuple(columns), rows=tuple(tuple(row) for row in rows))
    return ExportedFile(
        file_name=f"{_in_a_file_name(title)}.{kind}",
        data=_written(table, kind),
        rows=len(table.rows),
    )


def sample_file(kind: FileKind) -> ExportedFile:
    """Return an inventory of invented startups to try an import with."""
    data = _SAMPLE.read_bytes()
    header, *rows = csv.reader(StringIO(data.decode("utf-8")))
    if kind is not FileKind.CSV:
        data = _written(typed_table(header, rows), kind)
    return ExportedFile(file_name=f"{_SAMPLE.stem}.{kind}", data=data, rows=len(rows))


def _maker(table: str) -> Callable[[Wanted], Exported]:
    make = OF_A_PORTFOLIO.get(table) or OF_THE_STORE.get(table)
    if make is None:
        raise Refused(f"There is no table “{table}”. There are: {', '.join(TABLES)}.")
    return make


def _written(table: ExportTable, kind: FileKind) -> bytes:
    try:
        if kind is FileKind.CSV:
            return as_csv(table)
        from risk.inventory.formats.workbook_writing import as_workbook

        return as_workbook(table)
    except CannotBeWritten as problem:
        raise Refused(str(problem)) from None


def _in_a_file_name(portfolio: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in portfolio)
    return kept.strip("_") or "portfolio"
