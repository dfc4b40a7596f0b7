"""Tables of who is told what by themselves, and of the messages that go out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, Reference, RowNumber


class SubscriptionRecord(Base):
    """Somebody who is told, through which channel of the settings, and how often.

    ``recipient`` is an e-mail address, '' where the channel itself says whom it reaches.
    ``portfolio_id`` NULL: every portfolio that its maker sees. ``told`` are the limits that were
    exceeded when it was last told at once, by portfolio; ``digest_day`` is that of the last digest.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("channel", "recipient"), NEVER_REUSED)

    id: Mapped[Identifier]
    channel: Mapped[Name]
    recipient: Mapped[Name]
    portfolio_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    rhythm: Mapped[str] = mapped_column(String(8))
    at_once: Mapped[bool]
    made_by: Mapped[Name]
    made_by_person: Mapped[int | None]
    made_at: Mapped[datetime]
    told: Mapped[dict[str, Any]]
    told_at: Mapped[datetime | None]
    digest_day: Mapped[date | None]


class MessageRecord(Base):
    """One message of a subscription. ``key`` is what it is about: it is made once.

    ``due_at`` NULL: it was sent, or given up with ``problem``.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("subscription_id", "key"),)

    id: Mapped[Identifier]
    subscription_id: Mapped[Reference] = mapped_column(ForeignKey("subscriptions.id"))
    key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int]
    problem: Mapped[str | None]
    sent_at: Mapped[datetime | None]
