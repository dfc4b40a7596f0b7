"""A table of contracts in the terminal: what it says, and what it changes."""

from pathlib import Path
from typing import TYPE_CHECKING

from ui.render.terminal import Document, text
from ui.terminal.commands.options import caller
from ui.terminal.files import read_bytes
from ui.terminal.own_tables import nothing_written, reading_document, reading_tables
from ui.words import contract_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.contract_records import ContractImport


def run_import(
    store: "Store",
    path: Path,
    portfolio: str,
    *,
    mapping: dict[str, str | None] | None,
    assume: dict[str, str],
    dry_run: bool,
) -> "ContractImport":
    """Read a table of contracts and take it over, unless it is a dry run."""
    from db.services.contract_records import ContractFile, import_contracts

    file = ContractFile(data=read_bytes(path), file_name=path.name, mapping=mapping, assume=assume)
    return import_contracts(store, caller(), portfolio, file, dry_run=dry_run)


def import_document(found: "ContractImport") -> Document:
    """Return what a file said and changed."""
    return {
        **reading_document(found.read),
        "changes": vars(found.kept),
        "written": found.written,
    }


def import_tables(found: "ContractImport") -> list["RenderableType"]:
    """Return the same for people, and what to do next."""
    shown: list[RenderableType] = [text(contract_words.file_in_words(found))]
    shown.extend(reading_tables(found.read))
    shown.append(text(_ending(found)))
    return shown


def _ending(found: "ContractImport") -> str:
    if not found.written:
        return nothing_written(found.read) or "Nothing was written."
    return "“downstream contracts apply --portfolio P” lets dependencies accept them."
