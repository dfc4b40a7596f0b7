"""Share links in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui import wording
from ui.terminal.output import Document, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.shares import NewShare, Share


def new_share_document(made: "NewShare", *, passcode: str | None) -> Document:
    """Return the link and what goes with it; it is told this once."""
    return {
        "id": made.share,
        "kind": made.kind,
        "link": made.link,
        "passcode": passcode,
        "expires_at": made.expires_at,
        "content_sha256": made.digest,
    }


def shares_document(shares: "Iterable[Share]") -> list[Document]:
    """Return every link without its secrets."""
    return [
        {
            "id": one.share,
            "kind": one.kind,
            "state": one.state,
            "portfolio": one.portfolio,
            "startup": one.startup,
            "stress_test": one.stress_test,
            "redacted": one.redacted,
            "passcode": one.has_passcode,
            "made_by": one.made_by,
            "made_at": one.made_at,
            "expires_at": one.expires_at,
            "opens": one.opens,
            "last_opened_at": one.last_opened_at,
            "content_sha256": one.digest,
        }
        for one in shares
    ]


def _shown(one: Document) -> str:
    part = one["startup"] or one["stress_test"]
    return one["portfolio"] if part is None else f"{one['portfolio']}: {part}"


def shares_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            str(one["id"]),
            str(one["kind"]),
            str(one["state"]),
            _shown(one),
            ", ".join(one["redacted"]) or "nothing",
            "yes" if one["passcode"] else "no",
            wording.day(one["expires_at"].date()),
            str(one["opens"]),
            wording.day(one["last_opened_at"].date()) if one["last_opened_at"] else "never",
        )
        for one in document
    ]
    columns = (
        *("ID", "Kind", "State", "Shows", "Left out", "Passcode"),
        *("Expires", "Opened", "Last opened"),
    )
    return [table("Share links", columns, rows, right=("ID", "Opened"))]
