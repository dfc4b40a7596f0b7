"""Feeds that are asked by themselves: which are due, asked side by side, and what came of it.

A feed is claimed in the store before it is called, so that two processes never ask for the same
turn, and one that dies while it waits for an answer loses nothing: what it had not imported is
there the next time. Nothing is kept in memory between two rounds.
"""

import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import AskedToWait, StoreError
from db.importing.history import Changes
from db.records import FeedPollRecord, FeedRecord
from db.services.access import Action, Actor, authorize
from db.services.feeds import Fetch, import_feed
from db.services.incidents import IncidentImport
from db.web.addresses import AddressRule, is_public
from db.web.calling import fetch

log = logging.getLogger("downstream")

#: Feeds asked in one round, one of each host, and how many at a time.
MOST_A_ROUND = 12
_AT_A_TIME = 4
#: Longest wait after failures, or that a host may ask for.
LONGEST_WAIT = timedelta(days=1)
#: Waits vary by this share, so that feeds of many servers are not asked in the same second.
_JITTER = 0.1
_MOST_DOUBLINGS = 12
#: Whether this process may still act, asked inside the transaction of a claim.
Fence = Callable[[Session], bool]


@dataclass(frozen=True, kw_only=True)
class Poll:
    """What came of asking one feed. ``changes`` None: nothing new; ``problem``: it failed."""

    address: str
    changes: Changes | None = None
    problem: str | None = None


def count_polled(store: Store, actor: Actor) -> int:
    """Return how many feeds are asked by themselves.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the feeds")
    with store.read() as session:
        query = select(func.count()).where(FeedPollRecord.every_minutes.is_not(None))
        return session.scalar(query) or 0


def poll_feeds(
    store: Store,
    actor: Actor,
    *,
    may_act: Fence = lambda _: True,
    allowed: AddressRule = is_public,
    read: Fetch = fetch,
    dice: random.Random | None = None,
) -> tuple[Poll, ...]:
    """Ask the feeds that are due, at most one of each host, and import what is new.

    A host that fails is asked again after twice the wait each time, up to a day; one that asks to
    wait (429, 503 with Retry-After) is waited for, up to a day. ``may_act`` is asked in the
    transaction that claims a feed.

    Raises:
        StoreError: the store cannot be read or written.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT_INCIDENTS, "feeds that are due")
    dice = dice or random.Random()  # noqa: S311 - not a secret

    def ask(address: str) -> tuple[IncidentImport | None, StoreError | None]:
        try:
            found = import_feed(store, actor, address, allowed=allowed, by_itself=True, read=read)
        except StoreError as problem:
            return None, problem
        except Exception:  # one feed must not keep the others from their turn
            log.exception("The feed %s could not be read", address)
            return None, StoreError("It could not be read for a reason that is in the log.")
        return found.result, None

    with store.read() as session:
        wanted = _one_of_each_host(_due(session, store.now()))
    if not wanted:
        return ()
    claimed = store.transact(
        lambda session: _claimed(session, wanted, store.now(), may_act, dice), is_noticed=False
    )
    if not claimed:
        return ()
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="polling") as side_by_side:
        answers = list(side_by_side.map(ask, claimed))
    return tuple(
        _noted(store, address, result, problem, dice)
        for address, (result, problem) in zip(claimed, answers, strict=True)
    )


def _due(session: Session, now: datetime) -> list[str]:
    """Addresses whose turn has come, the one that waits longest first.

    One that was asked later than now was asked before the clock was set back: its turn is now.
    """
    query = (
        select(FeedRecord.address, FeedPollRecord.asked_at, FeedPollRecord.due_at)
        .join(FeedPollRecord)
        .where(FeedPollRecord.every_minutes.is_not(None))
    )
    found = [
        (due_at or now, address)
        for address, asked_at, due_at in session.execute(query)
        if due_at is None or due_at <= now or (asked_at is not None and asked_at > now)
    ]
    return [address for _, address in sorted(found)]


def _one_of_each_host(addresses: Sequence[str]) -> list[str]:
    """The first of each host; the others' turn comes in the next round."""
    first: dict[str | None, str] = {}
    for address in addresses:
        first.setdefault(urlsplit(address).hostname, address)
    return list(first.values())[:MOST_A_ROUND]


def _row(session: Session, address: str) -> FeedPollRecord | None:
    query = select(FeedPollRecord).join(FeedRecord).where(FeedRecord.address == address)
    return session.scalar(query)


def _claimed(
    session: Session, wanted: Sequence[str], now: datetime, may_act: Fence, dice: random.Random
) -> list[str]:
    """Those of the wanted that are still due, with their next turn put off."""
    if not may_act(session):
        return []
    due = set(_due(session, now))
    claimed = []
    for address in wanted:
        row = _row(session, address)
        if address in due and row is not None:
            row.asked_at, row.due_at = now, now + _varied(_usual(row), dice)
            claimed.append(address)
    return claimed


def _usual(row: FeedPollRecord) -> timedelta:
    return timedelta(minutes=row.every_minutes or 0)


def _after_failures(row: FeedPollRecord) -> timedelta:
    """The interval, doubled for each failure up to a day."""
    doubled: timedelta = _usual(row) * 2 ** min(row.failures, _MOST_DOUBLINGS)
    return min(doubled, max(_usual(row), LONGEST_WAIT))


def _varied(wait: timedelta, dice: random.Random) -> timedelta:
    return wait * dice.uniform(1 - _JITTER, 1 + _JITTER)


def _noted(
    store: Store,
    address: str,
    result: IncidentImport | None,
    problem: StoreError | None,
    dice: random.Random,
) -> Poll:
    """Note a failure and put the next turn off; return what came of it."""
    said = str(problem) if problem is not None else None
    if result is not None and not result.accepted:
        said = result.file.problems[0].message
    if said is None:
        changes = result.incidents if result is not None else None
        return Poll(address=address, changes=changes)
    asked_for = timedelta()
    if isinstance(problem, AskedToWait) and problem.seconds is not None:
        asked_for = min(timedelta(seconds=problem.seconds), LONGEST_WAIT)

    def work(session: Session) -> None:
        row = _row(session, address)
        if row is not None:
            row.failures, row.problem = row.failures + 1, said
            row.due_at = store.now() + max(_varied(_after_failures(row), dice), asked_for)

    store.transact(work, is_noticed=False)
    return Poll(address=address, problem=said)
