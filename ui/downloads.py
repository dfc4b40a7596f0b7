"""Files that leave the pages, as CSV or Excel; in none of them a text can be run as a formula."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.services import exports
from db.services.exports import ExportedFile, FileKind
from risk.inventory.formats.export_tables import Cell
from ui import cached
from ui.server.downloads import file_button

KIND_NAMES = {FileKind.CSV: "CSV", FileKind.XLSX: "Excel"}
#: The media type of a workbook.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MIME = {FileKind.CSV: "text/csv", FileKind.XLSX: XLSX}
#: A sheet of Excel has this many rows, one of which is the header.
_EXCEL_ROWS = 1_048_576


def file_buttons(
    make: Callable[[FileKind], ExportedFile],
    *,
    name: str,
    key: str,
    rows: int | None = None,
    label: str | None = None,
) -> None:
    """Show a button for each kind of file; the file is made when its button is clicked.

    ``name`` is the file's name without its ending. ``make`` runs outside the page's script and so
    may not ask Streamlit for anything.
    """
    for kind in FileKind:
        kind_name = KIND_NAMES[kind]
        too_many = kind is FileKind.XLSX and rows is not None and rows >= _EXCEL_ROWS
        counted = f"{rows:,} rows as " if rows is not None else ""
        file_button(
            f"{label}, {kind_name}" if label else kind_name,
            _maker(make, kind),
            file_name=f"{name}.{kind}",
            mime=_MIME[kind],
            key=f"{key}_{kind}",
            type="tertiary",
            disabled=too_many,
            hint="More rows than Excel can hold: download the CSV."
            if too_many
            else f"Download {counted}{name}.{kind}",
        )


def _maker(make: Callable[[FileKind], ExportedFile], kind: FileKind) -> Callable[[], bytes]:
    return lambda: make(kind).data


@dataclass(frozen=True, kw_only=True)
class Later:
    """Rows of a file that are made when somebody asks for it, for a page need not wait for them.

    ``make`` runs outside the page's script and so may not ask Streamlit for anything.
    """

    make: Callable[[], pd.DataFrame]
    count: int


def table_buttons(rows: pd.DataFrame | Later, *, title: str, name: str, key: str) -> None:
    """Show buttons that download the rows of a table as they stand on the page."""

    def make(kind: FileKind) -> ExportedFile:
        made = rows.make() if isinstance(rows, Later) else rows
        return exports.rows_file(title, [*map(str, made.columns)], export_rows(made), kind=kind)

    if isinstance(rows, Later):
        file_buttons(make, name=name, key=key, rows=rows.count)
    else:
        file_buttons(make, name=name, key=key, rows=len(rows))


def export_rows(rows: pd.DataFrame) -> Iterable[Sequence[Cell]]:
    """Return the cells of a table as plain values; None is unknown."""
    return (tuple(_plain(value) for value in row) for row in rows.itertuples(index=False))


def _plain(value: Any) -> Cell:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value)) or None
    if pd.isna(value):
        return None
    if isinstance(value, date):
        return value
    stated: Cell = value.item() if hasattr(value, "item") else value
    return stated


def export_buttons(table: str, portfolio: str, *, label: str | None = None) -> None:
    """Show buttons that download a table of a portfolio which is read back as it is."""
    store, actor, today = cached.store(), cached.actor(), cached.today()

    def make(kind: FileKind) -> ExportedFile:
        return exports.export_table(
            store, actor, table, kind=kind, portfolio=portfolio, today=today
        )

    with st.container(horizontal=True):
        file_buttons(make, name=f"{portfolio}-{table}", key=table, label=label)
