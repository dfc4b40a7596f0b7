"""Tables of what happened to providers, of signals, and of numbers that somebody changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import Base, Identifier, Name, NameKey, RowNumber


class IncidentRecord(Base):
    """One incident of one service, as a status page or data set told it.

    ``resolved_at`` NULL: nobody said how long it lasted. ``reference`` is the source's own id. An
    incident of several services has a row for each; ``service`` '' stands for none named.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("source", "reference", "service"),
        Index(None, "provider", "started_at"),
    )

    id: Mapped[Identifier]
    provider: Mapped[Name]
    service: Mapped[Name]
    reference: Mapped[Name]
    level: Mapped[str | None]
    title: Mapped[str | None]
    started_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    source: Mapped[Name]
    recorded_at: Mapped[datetime]


class ServiceDayRecord(Base):
    """Minutes of outage of one service on one day, as an uptime page showed them.

    ``time_zone`` is where that page counts its days.
    """

    __tablename__ = "service_days"
    __table_args__ = (
        UniqueConstraint("source", "provider", "service", "date"),
        CheckConstraint("partial_minutes >= 0", name="partial_minutes_not_negative"),
        CheckConstraint("major_minutes >= 0", name="major_minutes_not_negative"),
    )

    id: Mapped[Identifier]
    provider: Mapped[Name]
    service: Mapped[Name]
    date: Mapped[date]
    partial_minutes: Mapped[float]
    major_minutes: Mapped[float]
    time_zone: Mapped[Name]
    source: Mapped[Name]
    recorded_at: Mapped[datetime]


class FeedRecord(Base):
    """An address from which incidents were imported, and what its server said of that version.

    ``etag`` and ``last_modified`` ask whether there is a newer one. ``changed_at`` is when it last
    gave something, ``checked_at`` when it was last asked.
    """

    __tablename__ = "feeds"

    id: Mapped[Identifier]
    address: Mapped[str] = mapped_column(String(1000), unique=True)
    provider: Mapped[str | None] = mapped_column(String(200))
    format: Mapped[str | None] = mapped_column(String(32))
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    checked_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class FeedPollRecord(Base):
    """How a feed is asked by itself, and what was found of its honesty.

    ``every_minutes`` NULL: it is asked by hand alone. ``failures`` are those in a row, ``problem``
    is the last one's; ``digest`` is the SHA-256 of what was read last. ``late`` counts incidents
    that were in no earlier version though they had begun more than a day before it was read,
    ``ahead`` those of the last version that began in its future, the last of them at ``ahead_at``.
    """

    __tablename__ = "feed_polls"

    feed_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("feeds.id"), primary_key=True, autoincrement=False
    )
    every_minutes: Mapped[int | None]
    asked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    newest_at: Mapped[datetime | None]
    gap_days: Mapped[float | None]
    late: Mapped[int] = mapped_column(default=0)
    late_at: Mapped[datetime | None]
    ahead: Mapped[int] = mapped_column(default=0)
    ahead_at: Mapped[datetime | None]


class LeaseRecord(Base):
    """Which process does what only one may do; ``beat`` rises while it lives.

    ``renewed_at`` is for the eye: clocks are never compared.
    """

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    holder: Mapped[str | None]
    beat: Mapped[int] = mapped_column(BigInteger)
    renewed_at: Mapped[datetime]


class WatchLimitRecord(Base):
    """A limit that somebody set for a portfolio, a slice of it or one company, and why.

    Rows are not changed, but that a company's follow its name: the newest one of what is limited
    counts, and a ``value`` of NULL takes the limit away. ``slices`` are texts such as
    ``country=DE``; without them and a ``startup`` it is about the whole portfolio. ``provider`` is
    whom a share is of.
    """

    __tablename__ = "watch_limits"
    __table_args__ = (Index(None, "portfolio_id", "measure"),)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    measure: Mapped[str] = mapped_column(String(32))
    value: Mapped[float | None]
    reason: Mapped[str]
    set_by: Mapped[Name]
    set_at: Mapped[datetime]
    provider: Mapped[Name | None]
    slices: Mapped[list[str] | None]
    startup: Mapped[Name | None]
    startup_key: Mapped[NameKey | None]


class WatchReadingRecord(Base):
    """What the last check of a portfolio's limits found; the next one says what changed since.

    ``reading`` holds the values and what they were made of.
    """

    __tablename__ = "watch_readings"

    portfolio_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("portfolios.id"), primary_key=True, autoincrement=False
    )
    read_at: Mapped[datetime]
    reading: Mapped[dict[str, Any]]


class SignalRecord(Base):
    """Something heard of a provider that moves the odds of a disruption."""

    __tablename__ = "signals"
    __table_args__ = (
        Index(None, "provider", "date"),
        CheckConstraint("intensity BETWEEN 0 AND 1", name="intensity_is_a_fraction"),
        CheckConstraint("reliability BETWEEN 0 AND 1", name="reliability_is_a_fraction"),
    )

    id: Mapped[Identifier]
    provider: Mapped[Name]
    kind: Mapped[Name]
    date: Mapped[date]
    intensity: Mapped[float]
    reliability: Mapped[float]
    source: Mapped[str]
    recorded_by: Mapped[Name]
    recorded_at: Mapped[datetime]


class AssumptionOverrideRecord(Base):
    """A number of the model that somebody changed for one portfolio, and why.

    Rows are never changed: the newest one of a name counts, and NULL puts the default back.
    """

    __tablename__ = "assumption_overrides"
    __table_args__ = (Index(None, "portfolio_id", "name"),)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    name: Mapped[Name]
    value: Mapped[float | None]
    reason: Mapped[str]
    changed_by: Mapped[Name]
    changed_at: Mapped[datetime]
