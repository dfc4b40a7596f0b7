"""Tables of what was done: imports and what each changed, decisions taken, the audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, NameKey, RowNumber

#: The kinds of batches: a file, what somebody changed or stated by hand, and a log or a bill.
FILE, CHANGE, USAGE = "import", "change", "usage"


class BatchRecord(Base):
    """One published import, or change by hand. A reading can be live only once in a portfolio.

    ``day`` is the day that the file is of (NULL: the day of its import), ``covers`` what it is
    complete for (:class:`db.importing.covering.Covers`; NULL: it was not said, so it only adds).
    """

    __tablename__ = "batches"
    __table_args__ = (
        Index(
            "uq_batches_live_digest",
            "portfolio_id",
            "digest",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]]
    options: Mapped[dict[str, Any]]
    records: Mapped[int]
    accepted: Mapped[int]
    rejected: Mapped[int]
    duplicate: Mapped[int]
    made_portfolio: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(32), default="import", server_default="import")
    day: Mapped[date | None]
    covers: Mapped[str | None] = mapped_column(String(32))
    published_at: Mapped[datetime]
    published_by: Mapped[Name]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class RowVersionRecord(Base):
    """One row before and after a batch. ``before`` NULL: the batch made the row.

    Rows that the batch only confirmed are told together: ``numbers`` holds their numbers
    (:func:`db.register.numbers.packed_numbers`), ``row_id`` the first. Undoing an earlier batch
    knows by it that somebody still vouches for them. Older batches told of each by itself, with
    ``before`` equal to ``after``.
    """

    __tablename__ = "row_versions"
    __table_args__ = (
        Index(None, "batch_id"),
        Index(None, "table_name", "row_id"),
    )

    id: Mapped[Identifier]
    batch_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("batches.id"))
    table_name: Mapped[str] = mapped_column(String(32))
    row_id: Mapped[int] = mapped_column(RowNumber)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]
    numbers: Mapped[bytes | None]


class MadeRowsRecord(Base):
    """Rows of one table that a large batch made, numbered one after the other from ``first_row``.

    ``fingerprints`` holds eight bytes for each row (:mod:`db.register.fingerprints`): a row that
    has another now was edited since.
    """

    __tablename__ = "made_rows"
    __table_args__ = (Index(None, "batch_id"),)

    id: Mapped[Identifier]
    batch_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("batches.id"))
    table_name: Mapped[str] = mapped_column(String(32))
    first_row: Mapped[int] = mapped_column(RowNumber)
    fingerprints: Mapped[bytes]


class DecisionRecord(Base):
    """What a startup decided to do about a use case, who does it and by when.

    Startup and use case are kept by name, so that a decision outlives a fresh import.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "portfolio_id", "startup_key"),)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    startup: Mapped[Name]
    startup_key: Mapped[NameKey]
    use_case: Mapped[str | None]
    option: Mapped[str]
    owner: Mapped[str]
    due: Mapped[date | None]
    done: Mapped[date | None]
    note: Mapped[str | None]
    decided_by: Mapped[Name]
    decided_at: Mapped[datetime]


class AuditRecord(Base):
    """Who did what to which object. Triggers refuse to change or delete a row.

    ``hash`` covers the row and the hash of the row before it.
    """

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[Name]
    role: Mapped[Name]
    action: Mapped[Name] = mapped_column(index=True)
    object_kind: Mapped[Name]
    object_name: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRecord(Base):
    """The last row of the trail, kept apart so that rows taken off its end show.

    There is one row; triggers let it move on by one and do nothing else to it.
    """

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("only_row = 1", name="only_row"),)

    only_row: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(RowNumber)
    hash: Mapped[str] = mapped_column(String(64))
