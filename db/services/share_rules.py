"""What holds for all links: how long one may live, and by which clock."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import ShareLinkRecord, SharingRecord, table_of
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.sharing.moments import USUAL_LONGEST_DAYS, forget_moments, sharing_row

_LONGEST_POSSIBLE_DAYS = 3650
_LINKS = table_of(ShareLinkRecord)


def longest_share_days(store: Store, actor: Actor) -> int:
    """Return how many days a link may live at most.

    Raises:
        NotAllowed: the actor makes no links.
    """
    authorize(actor, Action.READ_SHARES, "the longest life of a share link")
    with store.read() as session:
        found = session.scalar(select(SharingRecord.longest_days))
        return found if found is not None else USUAL_LONGEST_DAYS


def set_longest_share_days(store: Store, actor: Actor, days: int) -> None:
    """Set how many days a link may live at most. Links that were made keep their day.

    Raises:
        Refused: it is not between 1 and 3,650 days.
        NotAllowed: only an owner sets it.
    """
    authorize(actor, Action.SET_SHARING, "the longest life of a share link")
    if not 1 <= days <= _LONGEST_POSSIBLE_DAYS:
        raise Refused(f"The maximum is a number of days from 1 to {_LONGEST_POSSIBLE_DAYS:,}.")

    def work(session: Session) -> None:
        row = sharing_row(session, store)
        before, row.longest_days = row.longest_days, days
        record(
            store,
            session,
            actor,
            Action.SET_SHARING,
            object_kind="sharing",
            object_name="longest days of a link",
            before={"days": before},
            after={"days": days},
        )

    store.transact(work)


def reset_share_clock(store: Store, actor: Actor) -> int:
    """End all links and forget the latest moment seen, after a clock was wrong; return how many.

    Raises:
        NotAllowed: only an owner does.
    """
    authorize(actor, Action.SET_SHARING, "the clock of the share links")

    def work(session: Session) -> int:
        still = _LINKS.c.revoked_at.is_(None)
        ended = session.scalar(select(func.count()).select_from(_LINKS).where(still)) or 0
        changed = {"revoked_at": store.now(), "revoked_by": actor.name}
        session.execute(update(_LINKS).where(still).values(**changed))
        forget_moments(session, store)
        record(
            store,
            session,
            actor,
            Action.SET_SHARING,
            object_kind="sharing",
            object_name="clock of the share links",
            after={"links_ended": ended},
        )
        return ended

    return store.transact(work)
