"""The last answer about each portfolio: the whole as a document, its startups as columns."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, RowNumber


class KeptAnswerRecord(Base):
    """The last answer about a portfolio.

    ``revision`` is the portfolio's that was answered and ``rests_on`` the digest of whatever else
    the answer rests on but the day ``as_of``. ``answer`` is JSON.
    """

    __tablename__ = "kept_answers"
    __table_args__ = (UniqueConstraint("portfolio_id"), NEVER_REUSED)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    revision: Mapped[int]
    as_of: Mapped[date]
    rests_on: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime]
    kept_by: Mapped[Name]
    startups: Mapped[int]
    answer: Mapped[str]


class KeptColumnRecord(Base):
    """One column of an answer, or what its codes stand for, as a compressed Arrow file."""

    __tablename__ = "kept_columns"

    answer_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("kept_answers.id"), primary_key=True
    )
    name: Mapped[Name] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class RunRecord(Base):
    """The headline figures of an answer about a portfolio as it was on its ``day``, in USD a year.

    ``low_usd`` and ``high_usd`` are the 10 and 90 % points of the expected loss. Digests stand for
    what the answer rests on: reference facts, the register with assumptions (with what was learned
    in ``data_digest``), news and incidents, assumptions. ``effective_providers`` is NULL where
    nothing depends on a provider.
    """

    __tablename__ = "run_figures"
    __table_args__ = (Index(None, "portfolio_id", "day"), NEVER_REUSED)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    day: Mapped[date]
    made_at: Mapped[datetime]
    model_version: Mapped[str] = mapped_column(String(32))
    catalogue_date: Mapped[date]
    catalogue_digest: Mapped[str] = mapped_column(String(64))
    data_digest: Mapped[str] = mapped_column(String(64))
    register_digest: Mapped[str] = mapped_column(String(64))
    hazard_digest: Mapped[str] = mapped_column(String(64))
    assumptions_digest: Mapped[str] = mapped_column(String(64))
    startups: Mapped[int]
    aal_usd: Mapped[float]
    median_usd: Mapped[float]
    low_usd: Mapped[float]
    high_usd: Mapped[float]
    var95_usd: Mapped[float]
    tvar95_usd: Mapped[float]
    effective_providers: Mapped[float | None]


class RunColumnRecord(Base):
    """One column about the startups of a month's last answer, as a compressed Arrow file."""

    __tablename__ = "run_columns"

    run_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("run_figures.id"), primary_key=True)
    name: Mapped[Name] = mapped_column(primary_key=True)
    content: Mapped[bytes]
