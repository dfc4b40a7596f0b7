"""Forecasts that were kept, what came of them, and losses that companies had after a crisis.

A forecast is never changed: triggers refuse it. Answers and losses are added: the newest counts.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import (
    NEVER_REUSED,
    Base,
    Cents,
    Identifier,
    Name,
    NameKey,
    RowNumber,
    closed_list,
)
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.forecasts import Outcome, Question


class ForecastRecord(Base):
    """One dated question with what was said beforehand; once for a portfolio and a period.

    ``subject`` '' is the provider as a whole. ``probability`` and its range are NULL of an amount,
    ``quantiles`` of a question that is answered by yes or no.
    """

    __tablename__ = "forecasts"
    __table_args__ = (
        UniqueConstraint(
            "portfolio_id", "question", "provider", "subject", "first_day", "last_day"
        ),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability_is_a_fraction"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    question: Mapped[Question] = mapped_column(closed_list(Question, "question"))
    provider: Mapped[Name]
    subject: Mapped[Name]
    first_day: Mapped[date]
    last_day: Mapped[date]
    threshold: Mapped[float | None]
    probability: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    quantiles: Mapped[list[float] | None]
    basis: Mapped[str]
    model_version: Mapped[str] = mapped_column(String(32))
    kept_by: Mapped[Name]
    kept_at: Mapped[datetime]


class ForecastAnswerRecord(Base):
    """What somebody says came of a forecast. ``hours`` of an amount, ``day`` of a yes if known."""

    __tablename__ = "forecast_answers"
    __table_args__ = (
        Index(None, "forecast_id"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    forecast_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("forecasts.id"))
    outcome: Mapped[Outcome] = mapped_column(closed_list(Outcome, "outcome"))
    hours: Mapped[float | None]
    day: Mapped[date | None]
    source: Mapped[str]
    said_by: Mapped[Name]
    said_at: Mapped[datetime]


class RealisedLossRecord(Base):
    """What a company lost by a disruption, as somebody says; NULL is unknown.

    The newest about a company, a provider and a first day counts; ``taken_back`` that of none.
    """

    __tablename__ = "realised_losses"
    __table_args__ = (
        Index(None, "portfolio_id"),
        CheckConstraint("amount_cents >= 0", name="amount_cents_not_negative"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    startup: Mapped[Name]
    startup_key: Mapped[NameKey]
    provider: Mapped[Name]
    kind: Mapped[FailureKind] = mapped_column(closed_list(FailureKind, "kind"))
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    amount_cents: Mapped[Cents | None]
    source: Mapped[str]
    taken_back: Mapped[bool]
    noted_by: Mapped[Name]
    noted_at: Mapped[datetime]
