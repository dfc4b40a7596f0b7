"""The links there are, who opened them, and ending one."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused, ShareNotFound
from db.records import PortfolioRecord, ShareLinkRecord, ShareVisitRecord, SnapshotRecord, table_of
from db.services.access import Action, Actor, ActorRole, NotAllowed, authorize
from db.services.shares import Share, ShareOpen, ShareState, kind_of, note_share
from db.services.visible import seen_by, sees

_VISITS = table_of(ShareVisitRecord)


def list_shares(store: Store, actor: Actor) -> tuple[Share, ...]:
    """Return every link to a portfolio that the actor sees, newest first, with its openings.

    Raises:
        NotAllowed: the actor makes no links.
    """
    authorize(actor, Action.READ_SHARES, "the share links")
    opens = (
        select(
            _VISITS.c.link_id,
            func.count().label("opens"),
            func.max(_VISITS.c.started_at).label("last"),
        )
        .group_by(_VISITS.c.link_id)
        .subquery()
    )
    query = (
        select(
            ShareLinkRecord, func.coalesce(opens.c.opens, 0), opens.c.last, SnapshotRecord.digest
        )
        .outerjoin(opens, opens.c.link_id == ShareLinkRecord.id)
        .outerjoin(SnapshotRecord, SnapshotRecord.link_id == ShareLinkRecord.id)
        .join(PortfolioRecord, PortfolioRecord.id == ShareLinkRecord.portfolio_id)
        .where(seen_by(actor))
        .order_by(ShareLinkRecord.id.desc())
    )
    with store.read() as session:
        return tuple(
            _share(link, store.now(), opens=number, last=last, digest=digest)
            for link, number, last, digest in session.execute(query)
        )


def _share(
    link: ShareLinkRecord, now: datetime, *, opens: int, last: datetime | None, digest: str | None
) -> Share:
    return Share(
        share=link.id,
        kind=kind_of(link),
        state=state_of(link, now),
        portfolio=link.portfolio,
        startup=link.startup,
        view=link.view,
        redacted=tuple(link.redacted),
        has_passcode=link.passcode_hash is not None,
        made_by=link.made_by,
        made_by_person=link.made_by_person,
        made_at=link.made_at,
        expires_at=link.expires_at,
        revoked_at=link.revoked_at,
        opens=opens,
        last_opened_at=last,
        digest=digest,
    )


def state_of(link: ShareLinkRecord, now: datetime) -> ShareState:
    """Return whether a link opens at a moment."""
    if link.revoked_at is not None:
        return ShareState.REVOKED
    return ShareState.EXPIRED if now >= link.expires_at else ShareState.OPEN


def list_opens(store: Store, actor: Actor, share: int) -> tuple[ShareOpen, ...]:
    """Return the openings of one link, newest first.

    Raises:
        ShareNotFound: there is no such link.
        NotAllowed: the actor makes no links.
    """
    authorize(actor, Action.READ_SHARES, f"share link {share}")
    query = select(ShareVisitRecord).where(ShareVisitRecord.link_id == share)
    with store.read() as session:
        visible_link(session, actor, share)
        found = session.scalars(query.order_by(ShareVisitRecord.id.desc()).limit(1000))
        return tuple(ShareOpen(share=share, at=one.started_at, client=one.client) for one in found)


def visible_link(session: Session, actor: Actor, share: int) -> ShareLinkRecord:
    """Return the link of that number.

    Raises:
        ShareNotFound: there is none, or it shows a portfolio that the actor does not see.
    """
    link = session.get(ShareLinkRecord, share)
    if link is None or not sees(session, actor, link.portfolio_id):
        raise ShareNotFound(share)
    return link


def revoke_share(store: Store, actor: Actor, share: int) -> Share:
    """End a link at once, also for whoever is looking at it: one's own, or as an owner any.

    Raises:
        ShareNotFound: there is no such link.
        Refused: it was ended already.
        NotAllowed: a colleague made it, or the actor makes no links.
    """
    authorize(actor, Action.REVOKE_SHARE, f"share link {share}")

    def work(session: Session) -> None:
        link = visible_link(session, actor, share)
        if not may_revoke(actor, link):
            raise NotAllowed(
                f"{link.made_by} made share link {share}. Ask them or an owner to revoke it."
            )
        if link.revoked_at is not None:
            raise Refused(f"Share link {share} was revoked already.")
        link.revoked_at, link.revoked_by = store.now(), actor.name
        whose = {"made_by": link.made_by}
        note_share(session, store, actor, Action.REVOKE_SHARE, link, after=whose)

    store.transact(work)
    return next(one for one in list_shares(store, actor) if one.share == share)


def may_revoke(actor: Actor, link: ShareLinkRecord | Share) -> bool:
    """Whether somebody may end a link that they see: makers their own, and owners any."""
    return actor.role is ActorRole.OWNER or link.made_by_person == actor.person
