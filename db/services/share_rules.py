"""Rules for all links: how long one may live."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import SharingRecord
from db.services.access import Action, Actor, authorize
from db.services.audit import record

#: The longest that an owner lets links live, until somebody sets another number.
USUAL_LONGEST_DAYS = 90
_LONGEST_POSSIBLE_DAYS = 3650
_ONLY_ROW = 1


def sharing_row(session: Session) -> SharingRecord:
    """Return what holds for all links, in a write transaction."""
    row = session.get(SharingRecord, _ONLY_ROW)
    if row is None:
        row = SharingRecord(id=_ONLY_ROW, longest_days=USUAL_LONGEST_DAYS, address=None)
        session.add(row)
        session.flush()
    return row


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
        row = sharing_row(session)
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
