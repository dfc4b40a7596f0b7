"""The last answer about each portfolio: the whole as a document, its startups as columns."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
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
