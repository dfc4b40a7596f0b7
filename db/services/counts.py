"""Counts that are dear on a million rows, made once for each state of what they count."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store, view_of
from db.records import PortfolioRecord
from db.register.slices import sliced
from db.register.tables import LIVE_STARTUP, STARTUPS

Count = TypeVar("Count")

#: States remembered for each open store; then all are counted anew.
_MOST = 4_096
_kept: WeakKeyDictionary[Store, dict[Hashable, Any]] = WeakKeyDictionary()


def startups_in(
    store: Store, session: Session, portfolios: Sequence[PortfolioRecord], *, whole: bool = False
) -> dict[int, int]:
    """How many startups these portfolios have, by their number.

    Through a view of some startups, how many of these; ``whole``: whatever the view.

    Whoever writes to a portfolio moves its revision and moment, so that an old count is never read.
    A transaction that has moved them must not count: its rows are not all there yet.
    """
    kept = _of(store)
    chosen = [] if whole else sliced(session)
    said = "all startups" if whole else "startups"
    keys = {one.id: (said, one.id, one.revision, one.updated_at) for one in portfolios}
    missing = [number for number, key in keys.items() if key not in kept]
    if missing:
        registers = {view_of(session).register_of(one): one for one in missing}
        query = (
            select(STARTUPS.c.portfolio_id, func.count())
            .where(STARTUPS.c.portfolio_id.in_(registers), LIVE_STARTUP, *chosen)
            .group_by(STARTUPS.c.portfolio_id)
        )
        counted = {registers[number]: count for number, count in session.execute(query)}
        kept.update({keys[number]: counted.get(number, 0) for number in missing})
    return {number: kept[key] for number, key in keys.items()}


def counted_once(store: Store, key: Hashable, count: Callable[[], Count]) -> Count:
    """What ``count`` returned the first time; ``key`` must name something that never changes."""
    kept = _of(store)
    if key not in kept:
        kept[key] = count()
    found: Count = kept[key]
    return found


def _of(store: Store) -> dict[Hashable, Any]:
    kept = _kept.setdefault(store, {})
    if len(kept) > _MOST:
        kept = _kept[store] = {}
    return kept
