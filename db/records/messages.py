"""Tables of who is told what by themselves, and of the messages that go out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, RowNumber


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


class ScheduledReportRecord(Base):
    """A report that goes to a list of people by itself, as its maker sees it on the day.

    ``slices`` are texts such as ``country=DE``, ``preset`` what is left out, ``recipients`` e-mail
    addresses, none where the channel itself says whom it reaches. ``pack_day`` is that of the last
    pack, and ``told`` what that one said, on ``told_on``, for the next to say what changed.
    ``due_at`` and ``attempts`` are of a pack that could not be made; ``waits_since`` of one that
    waits for the answer of its day.
    """

    __tablename__ = "scheduled_reports"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    slices: Mapped[list[str]]
    preset: Mapped[str] = mapped_column(String(16))
    forms: Mapped[list[str]]
    channel: Mapped[Name]
    recipients: Mapped[list[str]]
    every: Mapped[str] = mapped_column(String(8))
    made_by: Mapped[Name]
    made_by_person: Mapped[int | None]
    made_at: Mapped[datetime]
    pack_day: Mapped[date]
    told: Mapped[dict[str, Any]]
    told_on: Mapped[date | None]
    waits_since: Mapped[datetime | None]
    attempts: Mapped[int]
    due_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class MessageRecord(Base):
    """One message of a subscription or of a scheduled report, made once for its ``key``.

    ``recipient`` is whom a report goes to. ``due_at`` NULL: it was sent, or given up with
    ``problem``.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("subscription_id", "key"),
        UniqueConstraint("report_id", "key", "recipient"),
    )

    id: Mapped[Identifier]
    subscription_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("subscriptions.id"))
    report_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("scheduled_reports.id"))
    recipient: Mapped[Name | None]
    key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int]
    problem: Mapped[str | None]
    sent_at: Mapped[datetime | None]


class PackFileRecord(Base):
    """A file that goes with every message of a scheduled report which has this ``key``."""

    __tablename__ = "pack_files"
    __table_args__ = (UniqueConstraint("report_id", "key", "name"),)

    id: Mapped[Identifier]
    report_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("scheduled_reports.id"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[Name]
    size: Mapped[int]
    data: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    made_at: Mapped[datetime]
