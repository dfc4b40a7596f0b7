"""Registers of information in the terminal: archives, findings, files that are written."""

import csv
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risk.dora.findings import Finding, Weight
from risk.dora.schema import TABLES
from ui.render.terminal import Document, printed, text
from ui.tables import filings
from ui.terminal.commands.options import caller
from ui.terminal.failures import RefusedCommand, refuse_if
from ui.terminal.files import read_bytes

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.filing_checks import Checked
    from db.services.filings import CellDecision, Filing
    from risk.dora.drawing import Identifier

_MOST_SHOWN = 40


@contextmanager
def as_archive(path: Path) -> Iterator[Path]:
    """Give the register as one zip file: as it is, or the files of a folder put together.

    The same files always make the same bytes, so that importing them again is noticed.
    """
    if not path.is_dir():
        yield path
        return
    files = sorted(one for one in path.rglob("*") if one.is_file())
    tables = [one for one in files if one.suffix.lower() == ".csv"]
    refuse_if(not tables, f"{path} holds no .csv files: name the folder with b_02.02.csv in it.")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{path.resolve().name or 'register'}.zip"
        with zipfile.ZipFile(target, "w") as archive:
            is_package = (path / "META-INF").is_dir()
            prefix = f"{path.resolve().name}/" if is_package else ""
            for one in files:
                name = f"{prefix}{one.relative_to(path).as_posix()}"
                archive.writestr(zipfile.ZipInfo(name), read_bytes(one))
        yield target


def known_identifiers(path: Path | None) -> "Mapping[str, Identifier]":
    """Read the file of official codes; none where none is named."""
    from db.services.filings import read_identifiers

    return {} if path is None else read_identifiers(read_bytes(path))


def filing_of(store: "Store", number: int | None, portfolio: str | None) -> "Filing":
    """The register of a number, or the newest one of a portfolio."""
    from db.services.filings import list_filings, load_filing

    if number is not None:
        return load_filing(store, caller(), number)
    refuse_if(portfolio is None, "Name a register by its number, or its --portfolio.")
    known = list_filings(store, caller(), portfolio or "")
    refuse_if(
        not known,
        f"No register of information is kept of “{portfolio}”: import one with “dora import”, or"
        " draw one up with “dora draw”.",
    )
    return load_filing(store, caller(), known[0].number)


def write_files(files: Mapping[str, bytes], folder: Path, *, replace: bool) -> list[str]:
    """Write every file by its path, or none if one is there already and may not be replaced."""
    there = [name for name in files if (folder / name).exists()]
    refuse_if(
        there and not replace,
        f"{folder} already holds {', '.join(there[:5])}: choose another folder, or add --force.",
    )
    try:
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        raise RefusedCommand(f"{folder} cannot be written: {error.strerror}.") from None
    return list(files)


def cells_in(path: Path) -> "list[CellDecision]":
    """Read a CSV of cells: table, row, column, value."""
    from db.services.filings import CellDecision

    wanted = ["table", "row", "column", "value"]
    try:
        rows = list(csv.reader(read_bytes(path).decode("utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        raise RefusedCommand(f"{path} is no CSV in UTF-8: save it as such.") from None
    header = [one.strip().casefold() for one in rows[0]] if rows else []
    refuse_if(not set(wanted) <= set(header), f"{path} needs the columns {', '.join(wanted)}.")
    found = []
    for line, cells in enumerate(rows[1:], start=2):
        named = dict(zip(header, cells, strict=False))
        found.append(
            CellDecision(
                table=table_name(named["table"]),
                row=row_number(named.get("row", ""), where=f"{path}, line {line}: "),
                column=named["column"].strip().lower(),
                value=named.get("value", ""),
            )
        )
    return found


def row_text(number: int) -> str:
    """The number of a row as it is shown: rows that were added are ``+1``, ``+2`` and so on."""
    return f"+{-number}" if number < 0 else str(number)


def row_number(text: str, *, where: str = "") -> int:
    """The opposite of :func:`row_text`."""
    digits = text.strip()
    is_new = digits.startswith("+")
    digits = digits.removeprefix("+")
    refuse_if(
        not (digits.isascii() and digits.isdigit()),
        f"{where}“{text}” is no row: write its number as “dora show” prints it, such as 0 or +1.",
    )
    return -int(digits) if is_new else int(digits)


def table_name(text: str) -> str:
    """The table that is meant: ``b_02.02``, ``B_02.02`` or ``02.02``."""
    name = text.strip().upper().removesuffix(".CSV")
    name = name if name.startswith("B_") else f"B_{name}"
    refuse_if(name not in TABLES, f"There is no table {text}. There are: {', '.join(TABLES)}.")
    return name


def findings_document(checked: "Checked") -> Document:
    """Return whether it is ready to be filed, and all findings."""
    counted = {
        f"{weight}s" if weight is not Weight.ADVICE else "advice": sum(
            one.weight is weight for one in checked.findings
        )
        for weight in Weight
    }
    return {
        "ready": checked.ready,
        "said": checked.said,
        **counted,
        "tables": filings.progress_rows(checked.completion),
        "findings": filings.finding_rows(checked.findings),
    }


def findings_tables(document: Document, findings: Iterable[Finding]) -> "list[RenderableType]":
    """Return how far the tables are, the first findings, and how many there are."""
    listed = filings.finding_rows(findings)
    tables: list[Any] = [text(document["said"])]
    tables.append(printed("Tables", filings.PROGRESS, document["tables"]))
    if listed:
        tables.append(printed("Findings", filings.FINDINGS_TERMINAL, listed[:_MOST_SHOWN]))
    if len(listed) > _MOST_SHOWN:
        tables.append(text(f"{len(listed) - _MOST_SHOWN} more: --json lists them all."))
    return tables
