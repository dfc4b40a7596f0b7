"""Tables of registers of information: what came or was drawn up, and what was decided since."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, RowNumber


class FilingRecord(Base):
    """A register of information of one entity or group for one reference date.

    ``base`` is the zip as it came, or as it was drawn up (``drawn``); it never changes. What was
    decided since stands in :class:`FilingChangeRecord`. '' in who files means not stated yet.
    """

    __tablename__ = "filings"
    __table_args__ = (Index(None, "portfolio_id"), NEVER_REUSED)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    file_name: Mapped[str]
    base: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    base_digest: Mapped[str] = mapped_column(String(64))
    drawn: Mapped[bool]
    lei: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(8))
    country: Mapped[str] = mapped_column(String(8))
    day: Mapped[date | None]
    currency: Mapped[str] = mapped_column(String(8))
    decimals: Mapped[int]
    entry_point: Mapped[str]
    made_by: Mapped[Name]
    made_at: Mapped[datetime]
    packed_as: Mapped[str | None]
    packed_digest: Mapped[str | None] = mapped_column(String(64))
    packed_by: Mapped[str | None]
    packed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class FilingChangeRecord(Base):
    """What a person decided about a cell of a register of information, or about a row.

    Rows of this table are never changed: the newest of a cell counts, and ``value`` NULL takes back
    what was decided. ``column_code`` '' is a whole row, added or removed. ``reason`` is that of the
    proposal which was accepted, NULL for what was typed.
    """

    __tablename__ = "filing_changes"
    __table_args__ = (Index(None, "filing_id"), NEVER_REUSED)

    id: Mapped[Identifier]
    filing_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("filings.id"))
    table_name: Mapped[str] = mapped_column(String(8))
    row_number: Mapped[int]
    column_code: Mapped[str] = mapped_column(String(8))
    value: Mapped[str | None]
    reason: Mapped[str | None]
    changed_by: Mapped[Name]
    changed_at: Mapped[datetime]
