"""Tables of who signed in here, what an owner lets them do, and of each team's portfolios."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, RowNumber


class PersonRecord(Base):
    """Somebody whom the sign-in provider vouches for: its address and its own name for them.

    ``name`` and ``email`` are what it said last, for the eye alone: both can change hands.
    ``signed_out_at``: a sign-in from before that moment counts no longer.
    """

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("role IN ('owner', 'analyst', 'viewer', 'none')", name="role_known"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[Name]
    email: Mapped[Name]
    role: Mapped[Name]
    team: Mapped[str | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    signed_out_at: Mapped[datetime | None]


class PortfolioTeamRecord(Base):
    """The team that a portfolio belongs to; one without a row here is everybody's."""

    __tablename__ = "portfolio_teams"

    portfolio_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("portfolios.id"), primary_key=True, autoincrement=False
    )
    team: Mapped[Name]
