"""Scores kept as columns: one row for each startup of a portfolio that is scored in parts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Cents, Identifier, Name, NameKey, RowNumber


class ScoreRunRecord(Base):
    """One scoring of a whole portfolio. ``finished_at`` NULL: it is under way, or was given up.

    ``revision`` is the portfolio's that was scored. Losses are a year's. ``answer`` is JSON: what
    :mod:`db.services.kept_answers` says of the whole.
    """

    __tablename__ = "score_runs"
    __table_args__ = (Index(None, "portfolio_id", "finished_at"), NEVER_REUSED)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    revision: Mapped[int]
    as_of: Mapped[date]
    started_at: Mapped[datetime]
    started_by: Mapped[Name]
    finished_at: Mapped[datetime | None]
    startups: Mapped[int | None]
    aal_cents: Mapped[Cents | None]
    aal_low_cents: Mapped[Cents | None]
    aal_high_cents: Mapped[Cents | None]
    var95_cents: Mapped[Cents | None]
    tvar95_cents: Mapped[Cents | None]
    var99_cents: Mapped[Cents | None]
    tvar99_cents: Mapped[Cents | None]
    confidence: Mapped[str | None]
    model_version: Mapped[str | None]
    catalogue_date: Mapped[str | None]
    data_digest: Mapped[str | None]
    answer: Mapped[str | None]


class StartupScoreRecord(Base):
    """One startup's answer in one run; unknown figures are NULL.

    ``confidence_share``: how much of what moves its score is known and fresh, 0..1.
    """

    __tablename__ = "startup_scores"
    __table_args__ = (
        Index(None, "run_id", "score"),
        Index(None, "run_id", "aal_cents"),
        Index(None, "run_id", "tail_cents"),
    )

    run_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("score_runs.id"), primary_key=True)
    startup_key: Mapped[NameKey] = mapped_column(primary_key=True)
    score: Mapped[float]
    score_low: Mapped[float]
    score_high: Mapped[float]
    band: Mapped[str]
    confidence: Mapped[str]
    aal_cents: Mapped[Cents]
    aal_low_cents: Mapped[Cents]
    aal_high_cents: Mapped[Cents]
    tvar95_cents: Mapped[Cents]
    tail_cents: Mapped[Cents]
    worst_root: Mapped[str | None]
    worst_kind: Mapped[str | None]
    worst_cents: Mapped[Cents | None]
    lead_developer: Mapped[str | None]
    days_to_switch: Mapped[float | None]
    runway_months: Mapped[float | None]
    runway_months_after: Mapped[float | None]
    unknown_facts: Mapped[int]
    open_questions: Mapped[int]
    next_action: Mapped[str]
    confidence_share: Mapped[float | None]
