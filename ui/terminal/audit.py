"""The audit trail in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui.rows.audit_words import changes, verdict
from ui.terminal.failures import RefusedCommand
from ui.terminal.output import Document, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.audit import AuditCheck, AuditEntry


def noted_row(text: str | None) -> tuple[int, str] | None:
    """Return row and hash as an earlier check printed them; RefusedCommand if they are not."""
    if text is None:
        return None
    number, _, row_hash = text.partition(":")
    if not number.isdecimal() or len(row_hash) != 64:
        raise RefusedCommand(
            "Write what “audit verify” printed as “noted”: the row, “:”, its hash."
        )
    return int(number), row_hash


def check_document(check: "AuditCheck") -> Document:
    """Return whether the trail is whole, and what to note of it elsewhere."""
    return {
        "whole": check.is_whole,
        "rows": check.rows,
        "broken_at": check.broken_at,
        "because": check.because,
        "snapshots": list(check.snapshots),
        "noted": f"{check.rows}:{check.last_hash}",
    }


def check_sentence(check: "AuditCheck") -> str:
    """Return the same for people."""
    return verdict(check)


def entries_document(entries: "Iterable[AuditEntry]") -> list[Document]:
    """Return every entry with all that is known of it."""
    return [
        {
            "number": one.number,
            "at": one.at,
            "actor": one.actor,
            "role": one.role,
            "action": one.action,
            "object_kind": one.object_kind,
            "object": one.object_name,
            "before": one.before,
            "after": one.after,
            "reason": one.reason,
        }
        for one in entries
    ]


def entries_tables(entries: "Iterable[AuditEntry]") -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            str(one.number),
            f"{one.at:%Y-%m-%d %H:%M}",
            one.actor,
            one.action,
            f"{one.object_kind}: {one.object_name}",
            changes(one.before, one.after),
        )
        for one in entries
    ]
    columns = ("No.", "When (UTC)", "Who", "What", "Object", "Before → after")
    return [table("What was written, newest first", columns, rows, right=("No.",))]
