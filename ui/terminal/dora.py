"""The DORA register in the terminal: folders as archives, findings as documents and tables."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from risk.inventory.formats.dora_export import Identifier
from risk.inventory.formats.dora_lint import Finding, Weight
from ui.render.terminal import Document, printed, text
from ui.tables import dora
from ui.terminal.failures import RefusedCommand, refuse_if
from ui.terminal.files import read_bytes

if TYPE_CHECKING:
    from rich.console import RenderableType

_MOST_SHOWN = 40


@contextmanager
def as_archive(path: Path) -> Iterator[Path]:
    """Give the register as one zip file: as it is, or the CSV files of a folder put together.

    The same files always make the same bytes, so that importing them again is noticed.
    """
    if not path.is_dir():
        yield path
        return
    files = sorted(one for one in path.iterdir() if one.suffix.lower() == ".csv")
    refuse_if(not files, f"{path} holds no .csv files: name the folder with b_02.02.csv in it.")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{path.resolve().name or 'register'}.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for one in files:
                archive.writestr(zipfile.ZipInfo(one.name), read_bytes(one))
        yield target


def known_identifiers(path: Path | None) -> Mapping[str, Identifier]:
    """Read the file of official codes; none where none is named."""
    from db.services.dora import read_identifiers

    return {} if path is None else read_identifiers(read_bytes(path))


def write_files(files: Mapping[str, bytes], folder: Path, *, replace: bool) -> list[str]:
    """Write every file, or none if one is there already and may not be replaced."""
    there = [name for name in files if (folder / name).exists()]
    refuse_if(
        there and not replace,
        f"{folder} already holds {', '.join(there)}: choose another folder, or add --force.",
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise RefusedCommand(f"{folder} cannot be written: {error.strerror}.") from None
    return list(files)


def findings_document(findings: Iterable[Finding]) -> Document:
    """Return how many findings there are of each weight, and all of them."""
    listed = list(findings)
    counted = {weight: sum(one.weight is weight for one in listed) for weight in Weight}
    return {
        "errors": counted[Weight.ERROR],
        "warnings": counted[Weight.WARNING],
        "findings": listed,
    }


def findings_tables(document: Document) -> "list[RenderableType]":
    """Return the first findings as a table, and how many there are."""
    listed: list[Finding] = document["findings"]
    if not listed:
        return [text("Nothing is missing and nothing contradicts.")]
    more = len(listed) - _MOST_SHOWN
    rest = [text(f"{more} more: --json lists them all.")] if more > 0 else []
    heading = f"{document['errors']} errors, {document['warnings']} warnings"
    return [printed(heading, dora.TERMINAL, dora.rows_of(listed[:_MOST_SHOWN])), *rest]
