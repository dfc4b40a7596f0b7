"""Portfolios by themselves: another name, put away and brought back, deleted for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.records import PortfolioRecord, ShareLinkRecord, table_of
from db.register.deleting import delete_portfolio_rows
from db.register.naming import comparison_key
from db.register.portfolios import checked_name, mark_written
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.counts import startups_in
from db.services.visible import kept_portfolio, number_of_name, of_team, visible_portfolio

_LINKS = table_of(ShareLinkRecord)


@dataclass(frozen=True, kw_only=True)
class ArchivedPortfolio:
    """A portfolio that was put away; ``archived`` in UTC."""

    name: str
    startups: int
    archived: datetime


@dataclass(frozen=True, kw_only=True)
class DeletedPortfolio:
    """What was deleted for good: the portfolio's startups, its share links, rows in all."""

    name: str
    startups: int
    share_links: int
    rows: int


def rename_portfolio(store: Store, actor: Actor, portfolio: str, to: str) -> str:
    """Give a portfolio another name and return it as it is shown; its links go on.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: the new name is blank, too long, taken, or its name already.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.MANAGE_PORTFOLIO, f"portfolio {portfolio}")
    shown = checked_name(to)

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, portfolio)
        before = found.name
        if shown == before:
            raise Refused(f"“{before}” is its name already.")
        if number_of_name(session, shown) not in (None, found.id):
            raise Refused(f"The name “{shown}” is taken. Choose another name.")
        found.name, found.name_key = shown, comparison_key(shown)
        mark_written(found, at=store.now())
        session.execute(
            update(_LINKS).where(_LINKS.c.portfolio_id == found.id).values(portfolio=shown)
        )
        _note(session, store, actor, shown, before={"name": before}, after={"name": shown})

    store.transact(work)
    return shown


def archive_portfolio(
    store: Store, actor: Actor, portfolio: str, *, reason: str | None = None
) -> None:
    """Put a portfolio away: it is in no list, and its links do not open, until it is brought back.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: it is archived already.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.MANAGE_PORTFOLIO, f"portfolio {portfolio}")

    def work(session: Session) -> None:
        found = kept_portfolio(session, actor, portfolio)
        if not found.live:
            raise PortfolioNotFound(portfolio)
        if found.archived_at is not None:
            raise Refused(f"The portfolio “{found.name}” is archived already.")
        found.archived_at = store.now()
        _note(session, store, actor, found.name, after={"archived": True}, reason=reason)

    store.transact(work)


def unarchive_portfolio(store: Store, actor: Actor, portfolio: str) -> None:
    """Bring an archived portfolio back as it was.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: it is not archived.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.MANAGE_PORTFOLIO, f"portfolio {portfolio}")

    def work(session: Session) -> None:
        found = kept_portfolio(session, actor, portfolio)
        if found.archived_at is None:
            raise Refused(f"The portfolio “{found.name}” is not archived.")
        found.archived_at = None
        _note(session, store, actor, found.name, after={"archived": False})

    store.transact(work)


def list_archived(store: Store, actor: Actor) -> tuple[ArchivedPortfolio, ...]:
    """Return the portfolios that were put away, by name.

    Raises:
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.MANAGE_PORTFOLIO, "archived portfolios")
    query = select(PortfolioRecord).where(
        PortfolioRecord.live, PortfolioRecord.archived_at.is_not(None), of_team(actor)
    )
    with store.read() as session:
        found = session.scalars(query.order_by(PortfolioRecord.name_key)).all()
        startups = startups_in(store, session, found)
        return tuple(
            ArchivedPortfolio(name=one.name, startups=startups[one.id], archived=one.archived_at)
            for one in found
            if one.archived_at is not None
        )


def delete_portfolio(
    store: Store, actor: Actor, portfolio: str, *, typed: str, reason: str | None = None
) -> DeletedPortfolio:
    """Delete a portfolio with all that belongs to it. This cannot be undone.

    Its share links are revoked first; the trail names them. ``typed`` is the portfolio's name once
    more, as it is written. What was done stays in the trail, with the names that stand there.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: ``typed`` is not its name.
        NotAllowed: only an owner deletes a portfolio.
    """
    authorize(actor, Action.DELETE_PORTFOLIO, f"portfolio {portfolio}")

    def work(session: Session) -> DeletedPortfolio:
        found = kept_portfolio(session, actor, portfolio)
        name, number = found.name, found.id
        if typed != name:
            raise Refused(
                f"Nothing was deleted: to delete “{name}” for good, type its name exactly so."
            )
        startups = startups_in(store, session, [found])[number]
        links = session.scalars(
            select(ShareLinkRecord)
            .where(ShareLinkRecord.portfolio_id == number)
            .order_by(ShareLinkRecord.id)
        ).all()
        for link in links:
            if link.revoked_at is None:
                link.revoked_at, link.revoked_by = store.now(), actor.name
        numbers = [link.id for link in links]
        session.flush()
        session.expunge_all()
        rows = delete_portfolio_rows(session, number)
        record(
            store,
            session,
            actor,
            Action.DELETE_PORTFOLIO,
            object_kind="portfolio",
            object_name=name,
            before={"startups": startups, "rows": rows},
            after={"share_links": numbers},
            reason=reason,
        )
        return DeletedPortfolio(name=name, startups=startups, share_links=len(numbers), rows=rows)

    return store.transact(work)


def _note(
    session: Session,
    store: Store,
    actor: Actor,
    name: str,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object],
    reason: str | None = None,
) -> None:
    record(
        store,
        session,
        actor,
        Action.MANAGE_PORTFOLIO,
        object_kind="portfolio",
        object_name=name,
        before=before,
        after=after,
        reason=reason,
    )
