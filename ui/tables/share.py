"""Share links as columns: what each shows and leaves out, and how often it was opened."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.shares import Share, ShareOpen

#: What is called otherwise than by its word; links and snapshots of the first edition have others.
_LEFT_OUT = {
    "names": "names of companies",
    "score": "score and band",
    "days_to_switch": "time to switch",
    "runway": "runway, cash and burn",
    "facts": "facts of the register",
}
KINDS = {"live": "Live view", "snapshot": "Snapshot", "questions": "Questions"}


def row_of(one: "Share") -> Record:
    """Return what is known of a link; nothing in it opens it."""
    return {
        "id": one.share,
        **attributes(one, "kind state portfolio startup stress_test incident redacted"),
        "passcode": one.has_passcode,
        **attributes(one, "made_by made_at expires_at opens last_opened_at"),
        "content_sha256": one.digest,
    }


def opening_of(one: "ShareOpen") -> Record:
    """Return one opening of a link."""
    return attributes(one, "at client")


def shows(row: Record) -> str:
    """Return what a link is about."""
    book: str = "Demo portfolio" if row["portfolio"] == "demo" else row["portfolio"]
    if row["stress_test"] is not None:
        return f"Stress test: {row['stress_test']} ({book})"
    if row["incident"] is not None:
        return f"{row['incident']} ({book})"
    return book if row["startup"] is None else f"{row['startup']} ({book})"


def left_out(row: Record) -> str:
    """Return what a link leaves out, in words."""
    return left_out_words(row["redacted"]) or "Nothing"


def left_out_words(words: Iterable[str]) -> str:
    """Return what was left out, in words, or nothing."""
    ordered = sorted(words, key=lambda word: word != "names")
    return wording.listed(_LEFT_OUT.get(word, word.replace("_", " ")) for word in ordered)


def moment(at: datetime | None) -> str:
    """Return ``25 Nov 2026, 11:00 UTC``, or that it never was."""
    return "never" if at is None else f"{wording.day(at.date())}, {at:%H:%M} UTC"


COLUMNS = (
    Column(key="id", label="Link", unit=Unit.COUNT),
    Column(key="state", label="State", cell=lambda row: wording.sentence_case(row["state"])),
    Column(
        key="kind",
        label="Kind",
        cell=lambda row: KINDS[row["kind"]],
        help="A live view follows the portfolio; a snapshot stays as it was; questions ask.",
    ),
    Column(key="portfolio", label="Shows", cell=shows),
    Column(key="redacted", label="Left out", unit=Unit.LIST, cell=left_out),
    Column(key="passcode", label="Passcode", unit=Unit.YES),
    Column(key="opens", label="Opened", unit=Unit.COUNT),
    Column(
        key="last_opened_at", label="Last opened", cell=lambda row: moment(row["last_opened_at"])
    ),
    Column(key="expires_at", label="Expires", cell=lambda row: moment(row["expires_at"])),
    Column(key="made_by", label="Made by"),
)
TERMINAL = chosen(
    COLUMNS, "id state kind portfolio redacted passcode opens last_opened_at expires_at".split()
)
OPENINGS = (
    Column(key="at", label="Opened", cell=lambda row: moment(row["at"])),
    Column(key="client", label="From"),
)


def rows_of(shares: Iterable["Share"]) -> list[Record]:
    """Return every link."""
    return [row_of(one) for one in shares]
