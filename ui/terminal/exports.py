"""Tables as files in the terminal."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ui.render.terminal import Document
from ui.terminal.commands.options import caller
from ui.terminal.failures import RefusedCommand, refuse_if

if TYPE_CHECKING:
    from db.engine import Store

KINDS = ("csv", "xlsx")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a table goes (None: the screen) and as what."""

    path: Path | None
    kind: str


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """What is to be written, and where. ``replace``: even over a file that is there."""

    table: str
    portfolio: str | None
    target: Target
    replace: bool = False
    on_screen: bool = True


def one_name(argument: str | None, option: str | None) -> str | None:
    """Return the portfolio, which may be named in two places but not differently."""
    refuse_if(
        argument is not None and option is not None and argument != option,
        f"Name one portfolio: {argument} or {option}.",
    )
    return argument if argument is not None else option


def target(*, kind: str | None, output: Path | None, csv: Path | None, xlsx: Path | None) -> Target:
    """Return where to write, and as what: as asked, as the file's name ends, or CSV.

    Raises RefusedCommand where that is contradictory.
    """
    paths = [path for path in (output, csv, xlsx) if path is not None]
    refuse_if(len(paths) > 1, "Name one file: --output, --csv or --xlsx.")
    refuse_if(kind is not None and kind not in KINDS, f"--format {kind}: write csv or xlsx.")
    path = paths[0] if paths else None
    short = "csv" if csv is not None else "xlsx" if xlsx is not None else None
    refuse_if(kind and short and kind != short, f"--format {kind} and --{short} contradict.")
    ending = path.suffix.lower().lstrip(".") if path is not None else ""
    chosen = kind or short or (ending if ending in KINDS else "csv")
    refuse_if(
        path is None and chosen == "xlsx", "An Excel workbook needs a file: add --output FILE.xlsx."
    )
    return Target(path=path, kind=chosen)


def run_export(store: "Store", request: ExportRequest, *, today: date) -> Document:
    """Write the table and return what was written where.

    Raises RefusedCommand if the file is there already or cannot be written.
    """
    from db.services.exports import FileKind, export_table

    path = request.target.path
    refuse_if(
        path is not None and path.exists() and not request.replace,
        f"There is a file {path} already: choose another name, or add --force to replace it.",
    )
    exported = export_table(
        store,
        caller(),
        request.table,
        kind=FileKind(request.target.kind),
        portfolio=request.portfolio,
        today=today,
    )
    if path is not None:
        _write(path, exported.data)
    elif request.on_screen:
        sys.stdout.write(exported.data.decode("utf-8-sig"))
    return {
        "table": request.table,
        "portfolio": request.portfolio,
        "format": request.target.kind,
        "file": path and str(path),
        "rows": exported.rows,
        "left_out": exported.left_out,
    }


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except FileNotFoundError:
        raise RefusedCommand(f"There is no folder {path.parent}.") from None
    except OSError as error:
        raise RefusedCommand(f"The file {path} cannot be written: {error.strerror}.") from None


def remarks(document: Document) -> list[str]:
    """Return what the file could not hold, and how many rows it has, as sentences."""
    written = f"{document['rows']:,} rows written to {document['file']}"
    return [*document["left_out"], *([written] if document["file"] else [])]
