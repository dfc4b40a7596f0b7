"""Corrections in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui.share_page.startup_view import fact, label
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.corrections import Correction


def corrections_document(corrections: "Iterable[Correction]") -> list[Document]:
    """Return every correction with its changes, numbered as ``accept --only`` takes them."""
    return [
        {
            "id": one.number,
            "share": one.share,
            "portfolio": one.portfolio,
            "startup": one.startup,
            "message": one.message,
            "proposed_by": one.proposed_by,
            "proposed_at": one.proposed_at,
            "decision": one.decision,
            "batch": one.batch,
            "changes": [
                {
                    "change": change.place,
                    "dependency": change.of,
                    "field": change.field,
                    "before": change.before,
                    "now": change.now,
                    "proposed": change.proposed,
                    "accepted": change.place in one.accepted,
                }
                for change in one.changes
            ],
        }
        for one in corrections
    ]


def corrections_tables(document: list[Document]) -> list["RenderableType"]:
    """Return one table for each correction."""
    if not document:
        return [text("No correction came back yet.")]
    return [_one(one) for one in document]


def _one(one: Document) -> "RenderableType":
    state = one["decision"] or "waits"
    said = f" “{one['message']}”" if one["message"] else ""
    title = f"Correction {one['id']} of {one['startup']} ({one['portfolio']}), {state}.{said}"
    rows = [
        (
            str(change["change"]),
            label(change["field"]),
            change["dependency"] or "",
            fact(change["field"], change["before"]),
            fact(change["field"], change["now"]),
            fact(change["field"], change["proposed"]),
        )
        for change in one["changes"]
    ]
    return table(title, ("No.", "Fact", "Of", "In the snapshot", "Now", "Proposed"), rows)
