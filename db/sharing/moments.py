"""Time for links: it never runs back, so that a clock that is set back revives nothing.

The latest moment ever seen is kept in the store, and more finely by each process.
"""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused, StoreError
from db.records import SharingRecord

_ONLY_ROW = 1
#: The longest that an owner lets links live, until somebody sets another number.
USUAL_LONGEST_DAYS = 90
#: How far the kept moment may lag behind while links are only looked at.
_NOTED_EVERY = timedelta(seconds=60)
#: A clock may be mended by this much without anybody noticing.
_TOLERATED = timedelta(minutes=5)
_latest: WeakKeyDictionary[Store, datetime] = WeakKeyDictionary()


def sharing_row(session: Session, store: Store) -> SharingRecord:
    """Return what holds for all links, in a write transaction."""
    row = session.get(SharingRecord, _ONLY_ROW)
    if row is None:
        row = SharingRecord(
            id=_ONLY_ROW, longest_days=USUAL_LONGEST_DAYS, latest_moment=store.now(), address=None
        )
        session.add(row)
        session.flush()
    return row


def moment(session: Session, store: Store) -> datetime:
    """Return what time it is for links: the clock's, or the latest ever seen if that is later."""
    kept = session.scalar(select(SharingRecord.latest_moment))
    known = [store.now(), *(one for one in (kept, _latest.get(store)) if one is not None)]
    _latest[store] = max(known)
    return _latest[store]


def note_moment(session: Session, store: Store) -> datetime:
    """Return :func:`moment` and keep it, in a write transaction."""
    now = moment(session, store)
    row = sharing_row(session, store)
    if now > row.latest_moment:
        row.latest_moment = now
    return now


def keep_noting(store: Store, now: datetime, kept: datetime | None, *, at_once: bool) -> None:
    """Keep the moment of a mere look, now and then or ``at_once``; a busy store may skip it."""
    if not at_once and kept is not None and now - kept < _NOTED_EVERY:
        return
    if kept is not None and now <= kept:
        return
    try:
        store.transact(lambda session: note_moment(session, store))
    except StoreError:
        return  # The process remembers it, and the next look tries again.


def require_a_right_clock(session: Session, store: Store) -> None:
    """Refuse to date anything by a clock that runs behind what was seen before.

    Raises:
        Refused: the clock was set back, or was far ahead for a while.
    """
    latest = moment(session, store)
    if store.now() < latest - _TOLERATED:
        raise Refused(
            f"This machine's clock says {store.now():%d %B %Y, %H:%M} UTC, but links were used at "
            f"{latest:%d %B %Y, %H:%M} UTC. Set the clock right. If it is right now and was ahead "
            "before, “downstream share reset-clock” ends all links and starts afresh."
        )


def forget_moments(session: Session, store: Store) -> None:
    """Start afresh from the clock; only after every link was ended."""
    _latest.pop(store, None)
    sharing_row(session, store).latest_moment = store.now()
