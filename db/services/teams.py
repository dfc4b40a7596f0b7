"""Teams to which portfolios belong."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import PortfolioRecord, PortfolioTeamRecord
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.people import checked_team
from db.services.visible import visible_portfolio


@dataclass(frozen=True, kw_only=True)
class PortfolioTeam:
    """A portfolio and the team that it belongs to; None: it is everybody's."""

    portfolio: str
    team: str | None


def list_portfolio_teams(store: Store, actor: Actor) -> tuple[PortfolioTeam, ...]:
    """Return every portfolio by name with its team.

    Raises:
        NotAllowed: only an owner sees who works on what.
    """
    authorize(actor, Action.ASSIGN_TEAM, "the teams of portfolios")
    query = (
        select(PortfolioRecord.name, PortfolioTeamRecord.team)
        .outerjoin(PortfolioTeamRecord, PortfolioTeamRecord.portfolio_id == PortfolioRecord.id)
        .where(PortfolioRecord.live, PortfolioRecord.archived_at.is_(None))
        .order_by(PortfolioRecord.name_key)
    )
    with store.read() as session:
        return tuple(
            PortfolioTeam(portfolio=name, team=team) for name, team in session.execute(query)
        )


def assign_team(store: Store, actor: Actor, portfolio: str, team: str | None) -> None:
    """Let a portfolio belong to a team, so that no other sees it; None: to everybody.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: the team's name is too long or not printable.
        NotAllowed: only an owner gives portfolios to teams.
    """
    authorize(actor, Action.ASSIGN_TEAM, f"portfolio {portfolio}")
    named = checked_team(team)

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, portfolio)
        owned = session.get(PortfolioTeamRecord, found.id)
        before = owned.team if owned else None
        if named is None and owned is not None:
            session.delete(owned)
        elif named is not None:
            session.merge(PortfolioTeamRecord(portfolio_id=found.id, team=named))
        record(
            store,
            session,
            actor,
            Action.ASSIGN_TEAM,
            object_kind="portfolio",
            object_name=found.name,
            before={"team": before},
            after={"team": named},
        )

    store.transact(work)
