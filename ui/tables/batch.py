"""Imports as columns: which file, into which portfolio, when and by whom, and how many records."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.batches import BatchSummary
    from db.services.import_results import UndoResult


def row_of(one: "BatchSummary") -> Record:
    """Return one import with its counts."""
    return attributes(
        one,
        "batch portfolio file_name at by records accepted rejected duplicate undone undone_at"
        " undone_by",
    )


def rows_of(batches: Iterable["BatchSummary"]) -> list[Record]:
    """Return every import."""
    return [row_of(one) for one in batches]


def kept_of(result: "UndoResult") -> list[Record]:
    """Return what undoing an import left as it is, and why."""
    kept = zip(result.kept_rows, result.kept_because, strict=True)
    return [{"kept": row, "because": why} for row, why in kept]


def state(row: Record) -> str:
    """Return whether a batch is in force or when it was undone."""
    if not row["undone"]:
        return "In force"
    return f"Undone {row['undone_at']:%d %b %Y}" if row["undone_at"] else "Undone"


COLUMNS = (
    Column(key="batch", label="Batch", unit=Unit.COUNT),
    Column(key="undone", label="State", cell=state),
    Column(key="portfolio", label="Portfolio"),
    Column(key="file_name", label="File"),
    Column(key="at", label="When (UTC)", unit=Unit.MOMENT),
    Column(key="by", label="By"),
    Column(key="records", label="Records", unit=Unit.COUNT),
    Column(key="accepted", label="Accepted", unit=Unit.COUNT),
    Column(key="rejected", label="Rejected", unit=Unit.COUNT),
    Column(key="duplicate", label="Identical", unit=Unit.COUNT, help="Lines that count once."),
)
TERMINAL = chosen(COLUMNS, "batch undone portfolio file_name at by accepted rejected".split())
KEPT = (Column(key="kept", label="Kept"), Column(key="because", label="Because"))
