"""Tokens of programs: what each may, whose rights it has, how often it was used, what it called."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, RowNumber


class TokenRecord(Base):
    """One token. Of its secret only the SHA-256 is kept.

    ``made_by_person`` is who signed in to make it, if anybody had to; it never may more than they
    may now. ``portfolio_id`` and ``team`` NULL: it is not narrowed to one.
    """

    __tablename__ = "tokens"
    __table_args__ = (CheckConstraint("per_minute > 0", name="per_minute"), NEVER_REUSED)

    id: Mapped[Identifier]
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    scopes: Mapped[list[str]]
    portfolio_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    team: Mapped[str | None]
    per_minute: Mapped[int]
    made_by: Mapped[Name]
    made_by_person: Mapped[int | None] = mapped_column(RowNumber)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    last_used_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(BigInteger)


class TokenUseRecord(Base):
    """How many requests came with a token within one minute, of all processes; kept for an hour."""

    __tablename__ = "token_uses"

    token_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("tokens.id"), primary_key=True, autoincrement=False
    )
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    uses: Mapped[int]


class ApiCallRecord(Base):
    """A call that is a job, or came with an Idempotency-Key, and its answer; kept for a day.

    ``heard_at`` is when the process that works on it last said so, ``share`` how far it was then,
    0 to 1. ``done_at`` NULL: it is under way, or its process died. ``status`` NULL beside a
    ``done_at``: its answer was too long to be kept. ``size``: bytes of ``body``.
    """

    __tablename__ = "api_calls"
    __table_args__ = (UniqueConstraint("token_id", "key"), Index(None, "heard_at"))

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("tokens.id"))
    command: Mapped[Name]
    is_job: Mapped[bool]
    key: Mapped[str | None] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    share: Mapped[float]
    begun_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None]
    size: Mapped[int]
