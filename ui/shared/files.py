"""The files of a share link, made from what its page shows and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.services.exports import FileKind, rows_file
from risk.inventory.formats.export_tables import Cell
from ui.shared.rendering import SharedPage
from ui.shared.words import Content

CONTENT = "content.json"
_MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, kw_only=True)
class SharedFile:
    """A file for a reader; its name says which link it is from and tells nothing else."""

    file_name: str
    media_type: str
    data: bytes


def file_of(page: SharedPage, name: str) -> SharedFile | None:
    """Return the file of that name: the table as CSV or Excel, or the content itself; or None."""
    stem = f"downstream-share-{page.share}"
    if name == CONTENT:
        return SharedFile(
            file_name=f"{stem}-content.json",
            media_type="application/json",
            data=page.text.encode(),
        )
    kind = next((one for one in FileKind if name == f"table.{one}"), None)
    if kind is None:
        return None
    columns, rows = _table(page.content)
    made = rows_file("Startups", columns, rows, kind=kind)
    return SharedFile(
        file_name=f"{stem}-table.{kind}", media_type=_MEDIA_TYPES[kind], data=made.data
    )


def _table(content: Content) -> tuple[list[str], list[list[Cell]]]:
    """Return every column that any row has, in the order of the first that has it."""
    if content["scope"] in ("portfolio", "scenario"):
        rows: Sequence[Mapping[str, Any]] = content["startups"]
    else:
        about = {"startup": content["startup"], **content.get("facts", {}), **content["answer"]}
        dependencies = content.get("dependencies") or [{}]
        rows = [
            {**about, **{_column(name): value for name, value in one.items()}}
            for one in dependencies
        ]
    columns = list(dict.fromkeys(["startup", *(name for row in rows for name in row)]))
    return columns, [[_cell(row.get(name)) for name in columns] for row in rows]


def _column(name: str) -> str:
    return {"answer": "is_language_model"}.get(name, name)


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return "; ".join(map(str, value)) or None
    found: Cell = value
    return found
