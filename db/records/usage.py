"""Tables of observed usage: logs and bills, and what they showed by period and supplier."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, NameKey, RowNumber


class UsageFileRecord(Base):
    """A log or a bill of one startup, published with a batch.

    ``family`` and ``kind`` say where it is from; ``covered`` are the first and last days seen of
    each month; ``sums`` are its rows and its money by what became of them. Nothing of a person, a
    key or a request is kept.
    """

    __tablename__ = "usage_files"
    __table_args__ = (
        Index(None, "portfolio_id", "startup_key"),
        Index(None, "batch_id"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    batch_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("batches.id"))
    startup: Mapped[Name]
    startup_key: Mapped[NameKey]
    family: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    format: Mapped[str] = mapped_column(String(64))
    shown: Mapped[Name]
    first_day: Mapped[date]
    last_day: Mapped[date]
    covered: Mapped[dict[str, Any]]
    sums: Mapped[dict[str, Any]]


class ObservationRecord(Base):
    """What one file shows of one use case at one supplier in one period, mostly a day.

    NULL is what the file does not say. ``spend_micros`` are millionths of a dollar. ``ended_by`` is
    the batch whose file tells of the same days anew.
    """

    __tablename__ = "observations"
    __table_args__ = (Index(None, "file_id"), Index(None, "ended_by"), NEVER_REUSED)

    id: Mapped[Identifier]
    file_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("usage_files.id"))
    ended_by: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("batches.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    use_case: Mapped[Name]
    use_case_from: Mapped[str] = mapped_column(String(64))
    developer: Mapped[str | None]
    host: Mapped[str | None]
    cloud: Mapped[str | None]
    issuer: Mapped[str | None]
    gateway: Mapped[str | None]
    model: Mapped[str | None]
    model_as_billed: Mapped[str]
    asked: Mapped[str | None]
    spend_micros: Mapped[int | None] = mapped_column(BigInteger)
    spend_is_estimated: Mapped[bool]
    requests: Mapped[int | None] = mapped_column(BigInteger)
    failed: Mapped[int | None] = mapped_column(BigInteger)
    from_cache: Mapped[int | None] = mapped_column(BigInteger)
    fallbacks: Mapped[int | None] = mapped_column(BigInteger)
    input_tokens: Mapped[int | None] = mapped_column(BigInteger)
    cached_tokens: Mapped[int | None] = mapped_column(BigInteger)
    cache_write_tokens: Mapped[int | None] = mapped_column(BigInteger)
    output_tokens: Mapped[int | None] = mapped_column(BigInteger)
