"""Leadership among processes: one of all that use a store does what must be done once.

The leader raises a number in the store every ten seconds. Whoever waits looks at it and takes over
when it stood still for 35 seconds *of its own uninterrupted clock*; the leader stops acting 25
seconds after it began its last rise. So no two clocks are compared, and one that is set back or
forward gives neither two leaders nor none. A leader that slept through all that and wakes up meets
:meth:`Leadership.holds` in the transaction of each thing that it would do.
"""

import secrets
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import StoreError
from db.records import LeaseRecord

#: Seconds between two rises; after which a leader acts no more; after which another takes over.
RENEWED_EVERY = 10.0
TRUSTED_FOR = 25.0
TAKEN_OVER_AFTER = 35.0
#: What the server's schedule is called among the leases.
SCHEDULE = "schedule"


class Leadership:
    """One process's view of one lease; to be asked by one thread."""

    def __init__(
        self,
        store: Store,
        name: str = SCHEDULE,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock`` counts seconds and never goes back; tests turn it."""
        self._store = store
        self._name = name
        self._clock = clock
        self._me = secrets.token_hex(8)
        self._seen: tuple[str | None, int] | None = None
        self._seen_at = float("-inf")
        self._renewed_at = float("-inf")

    @property
    def is_trusted(self) -> bool:
        """Whether this process leads, as far as it can know without asking."""
        return self._clock() - self._renewed_at < TRUSTED_FOR

    def leads(self) -> bool:
        """Renew the lease, or take it over where its holder is gone; return whether it is ours.

        A store that cannot be written right now leaves things as they are.

        Raises:
            StoreError: the store cannot be read.
        """
        began = self._clock()
        if began - self._renewed_at < RENEWED_EVERY:
            return True
        if not self._may_be_taken(began):
            return False
        try:
            taken = self._store.transact(self._take, is_noticed=False)
        except StoreError:
            return self.is_trusted
        if taken:
            self._renewed_at = began
        return taken

    def holds(self, session: Session) -> bool:
        """Whether the lease is still ours, inside the transaction of what depends on it."""
        row = session.get(LeaseRecord, self._name)
        return row is not None and row.holder == self._me

    def give_up(self) -> None:
        """Let another lead at once. A store that cannot be written is left: others will see."""

        def work(session: Session) -> None:
            row = session.get(LeaseRecord, self._name)
            if row is not None and row.holder == self._me:
                row.holder = None

        if self._renewed_at == float("-inf"):
            return
        self._renewed_at = float("-inf")
        try:
            self._store.transact(work, is_noticed=False)
        except StoreError:
            return

    def _may_be_taken(self, now: float) -> bool:
        """Whether nobody else is seen to live; notes what is seen, and since when."""
        with self._store.read() as session:
            row = session.get(LeaseRecord, self._name)
            found = (row.holder, row.beat) if row is not None else (None, 0)
        if found[0] is None or found[0] == self._me:
            self._seen = found
            return True
        if found != self._seen:
            self._seen, self._seen_at = found, now
        return now - self._seen_at >= TAKEN_OVER_AFTER

    def _take(self, session: Session) -> bool:
        row = session.get(LeaseRecord, self._name)
        if row is None:
            row = LeaseRecord(name=self._name, holder=None, beat=0)
            session.add(row)
        # Whoever rose since we looked lives; so does whoever took it before us.
        if row.holder not in (None, self._me) and (row.holder, row.beat) != self._seen:
            return False
        row.holder, row.beat, row.renewed_at = self._me, row.beat + 1, self._store.now()
        return True
