"""Tokens of programs as columns: what each may, and how often it was used."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from ui import wording
from ui.tables.column import Column, Record, Unit, attributes

if TYPE_CHECKING:
    from db.services.tokens import Token


def rows_of(tokens: Iterable["Token"]) -> list[Record]:
    """Return tokens without anything that lets somebody in."""
    known = "name scopes portfolio team per_minute state made_by made_at expires_at"
    return [{"id": one.token, **attributes(one, f"{known} last_used_at uses")} for one in tokens]


def _moment(at: datetime | None) -> str:
    return "never" if at is None else f"{wording.day(at.date())}, {at:%H:%M} UTC"


COLUMNS = (
    Column(key="id", label="No.", unit=Unit.COUNT),
    Column(key="name", label="Used by"),
    Column(key="state", label="State", cell=lambda row: wording.sentence_case(row["state"])),
    Column(key="scopes", label="May", unit=Unit.LIST),
    Column(key="portfolio", label="Portfolio", missing="all of its maker's"),
    Column(key="team", label="Team", missing="its maker's"),
    Column(key="made_by", label="Acts for"),
    Column(key="expires_at", label="Until", cell=lambda row: _moment(row["expires_at"])),
    Column(
        key="last_used_at",
        label="Last used",
        cell=lambda row: _moment(row["last_used_at"]),
        help="To the minute.",
    ),
    Column(key="uses", label="Requests", unit=Unit.COUNT),
)
