"""Portfolios and own files that an actor sees: the only way by which a service reaches one.

A portfolio belongs to one team or to everybody. Owners see all of them. To somebody of another
team it does not exist, so that nothing tells a wrong name from a hidden one.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from db.engine import view_of
from db.errors import PortfolioArchived, PortfolioNotFound, Refused
from db.records import PastRegisterRecord, PortfolioRecord, PortfolioTeamRecord, ScenarioFileRecord
from db.register.portfolios import find_portfolio, make_portfolio
from db.services.access import Actor, ActorRole


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``portfolios`` that holds for those that the actor sees.

    Nobody sees an archived one before it is brought back.
    """
    return and_(PortfolioRecord.archived_at.is_(None), of_team(actor))


def of_team(actor: Actor) -> ColumnElement[bool]:
    """As :func:`seen_by`, and those that are archived, too."""
    if actor.portfolio is not None:
        return and_(PortfolioRecord.id == actor.portfolio, of_team(replace(actor, portfolio=None)))
    if actor.role is ActorRole.OWNER:
        return true()
    others = select(PortfolioTeamRecord.portfolio_id)
    if actor.team is not None:
        others = others.where(PortfolioTeamRecord.team != actor.team)
    return PortfolioRecord.id.not_in(others)


def file_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``scenario_files`` that holds for those that the actor sees."""
    if actor.role is ActorRole.OWNER:
        return true()
    of_all = ScenarioFileRecord.team.is_(None)
    return of_all if actor.team is None else or_(of_all, ScenarioFileRecord.team == actor.team)


def sees(session: Session, actor: Actor, portfolio_id: int) -> bool:
    """Whether the actor sees the portfolio of that number."""
    query = select(PortfolioRecord.id).where(PortfolioRecord.id == portfolio_id, seen_by(actor))
    return session.scalar(query) is not None


def visible_portfolio(session: Session, actor: Actor, name: str) -> PortfolioRecord:
    """Return the portfolio of that name, whatever its case.

    Raises:
        PortfolioNotFound: there is none, or none that the actor sees.
        PortfolioArchived: it was put away.
        Refused: it is read as of a day for which its register was not made.
    """
    found = find_portfolio(session, name)
    if found is None or not found.live or not _is_of_team(session, actor, found.id):
        raise PortfolioNotFound(name)
    if found.archived_at is not None:
        raise PortfolioArchived(found.name)
    _refuse_other_past(session, found)
    return found


def kept_portfolio(session: Session, actor: Actor, name: str) -> PortfolioRecord:
    """Return the portfolio of that name, archived or left empty by an undo as it may be.

    Raises:
        PortfolioNotFound: there is none, or none of the actor's team.
    """
    found = find_portfolio(session, name)
    if found is None or not _is_of_team(session, actor, found.id):
        raise PortfolioNotFound(name)
    return found


def number_of_name(session: Session, name: str) -> int | None:
    """The number of whichever portfolio has this name, hidden ones included; None: it is free."""
    found = find_portfolio(session, name)
    return None if found is None else found.id


def _is_of_team(session: Session, actor: Actor, portfolio_id: int) -> bool:
    query = select(PortfolioRecord.id).where(PortfolioRecord.id == portfolio_id, of_team(actor))
    return session.scalar(query) is not None


def _refuse_other_past(session: Session, found: PortfolioRecord) -> None:
    """Refuse to read a portfolio as of a day for which its register was not made."""
    view = view_of(session)
    if view.as_of is None:
        return
    own, hidden = view.past or (None, None)
    kept = own == hidden or session.get(PastRegisterRecord, hidden or -1) is not None
    if own != found.id or not kept:
        raise Refused(
            f"The register of {found.name} as of {view.as_of:%d %B %Y} is not at hand. Ask for "
            "that day again."
        )


def portfolio_to_write(session: Session, actor: Actor, name: str) -> PortfolioRecord | None:
    """Return the portfolio of that name, even one left empty by an undo; None: the name is free.

    Raises:
        Refused: the name is another team's, or not that of the one portfolio that there is.
        PortfolioArchived: it was put away.
    """
    found = find_portfolio(session, name)
    if actor.portfolio is not None and (found is None or found.id != actor.portfolio):
        raise Refused(f"{actor.name} is for one portfolio, and “{name}” is another.")
    if found is not None and not _is_of_team(session, actor, found.id):
        raise Refused(f"The name “{name}” is taken by another team. Choose another name.")
    if found is not None and found.archived_at is not None:
        raise PortfolioArchived(found.name)
    return found


def new_portfolio(session: Session, actor: Actor, name: str, *, at: datetime) -> PortfolioRecord:
    """Add an empty portfolio, which belongs to the team of whoever makes it, if to any.

    Raises:
        Refused: the name is blank or longer than 200 characters.
    """
    made = make_portfolio(session, name, at=at)
    if actor.team is not None:
        session.add(PortfolioTeamRecord(portfolio_id=made.id, team=actor.team))
        session.flush()
    return made
