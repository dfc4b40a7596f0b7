"""Drills in the terminal: what a table of them adds, and which backups must be tried."""

from pathlib import Path
from typing import TYPE_CHECKING

from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import readiness
from ui.terminal.commands.options import caller
from ui.terminal.files import read_bytes
from ui.terminal.own_tables import nothing_written, reading_document, reading_tables
from ui.words import backup_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.drill_files import DrillImport
    from risk.alternatives.backups import BackupEvidence

#: Lines shown to people; all of them are in the JSON document.
SHOWN = 20


def run_import(
    store: "Store",
    path: Path,
    portfolio: str,
    *,
    by: str | None,
    mapping: dict[str, str | None] | None,
    assume: dict[str, str],
    dry_run: bool,
) -> "DrillImport":
    """Read a table of drills and take it over, unless it is a dry run."""
    from db.services.drill_files import DrillFile, import_drills

    file = DrillFile(
        data=read_bytes(path), file_name=path.name, conducted_by=by, mapping=mapping, assume=assume
    )
    return import_drills(store, caller(), portfolio, file, dry_run=dry_run)


def import_document(found: "DrillImport") -> Document:
    """Return what a file said and added."""
    return {
        **reading_document(found.read),
        "changes": {
            "new": len(found.new),
            "known": found.known,
            "taken_back": found.taken_back,
            "same_day": found.same_day,
        },
        "new_drills": readiness.new_drills_of(found.new),
        "import": found.number,
    }


def import_tables(found: "DrillImport") -> list["RenderableType"]:
    """Return the same for people, and what to do next."""
    shown: list[RenderableType] = [text(backup_words.file_in_words(found))]
    if found.new:
        rows = readiness.new_drills_of(found.new[:SHOWN])
        title = "New drills" if len(rows) == len(found.new) else f"The first {SHOWN} new drills"
        shown.append(printed(title, readiness.NEW_DRILLS, rows))
    shown.extend(reading_tables(found.read))
    shown.append(text(_ending(found)))
    return shown


def _ending(found: "DrillImport") -> str:
    """Return what became of the file."""
    if found.number is not None:
        return (
            f"Import {found.number} of drills. “downstream drills undo-import {found.number}” "
            "takes it back."
        )
    if (why := nothing_written(found.read)) is not None:
        return why
    return "Nothing was written." if found.new else "Nothing is new, so nothing was written."


def backups_document(found: "BackupEvidence") -> Document:
    """Return the backups of a portfolio by what proves them."""
    rows = readiness.backups_of(found.told)
    return {
        "portfolio": found.portfolio,
        "as_of": found.as_of,
        "dependencies": found.dependencies,
        "without_backup": found.without,
        "backup_unknown": found.unknown,
        "counts": {one.name.lower(): count for one, count in found.counts.items()},
        "startups": {one.name.lower(): count for one, count in found.startups.items()},
        "unproven_usd": found.unproven_usd,
        "backups": [document(readiness.BACKUP_VALUES, row) for row in rows],
        "not_listed": found.more,
    }


def backups_tables(found: "BackupEvidence") -> list["RenderableType"]:
    """Return the same for people."""
    shown: list[RenderableType] = [text(backup_words.finding(found))]
    if found.told:
        rows = readiness.backups_of(found.told)
        shown.append(
            printed("Backups, what a drill helps most first", readiness.TERMINAL_BACKUPS, rows)
        )
    said = [backup_words.rests_on_nothing(found), *backup_words.not_in_the_list(found)]
    shown.extend(text(one) for one in said if one)
    return shown
