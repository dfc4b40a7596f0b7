"""Limits on what somebody without an account does: tries, openings, files noted.

All of it is counted in the store, so that a restart forgets nothing, and each limit bounds how many
rows one client can make.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.records import ShareAttemptRecord, ShareVisitRecord

TOKEN = "token"  # noqa: S105 - a kind of attempt
PASSCODE = "passcode"
EXPORT = "export"
SAVE = "save"
_KEPT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``most`` within ``within``, which is no longer than attempts are kept."""

    most: int
    within: timedelta


UNKNOWN_TOKENS = Limit(most=60, within=timedelta(minutes=1))
WRONG_BY_LINK = Limit(most=5, within=timedelta(minutes=15))
WRONG_BY_CLIENT = Limit(most=30, within=_KEPT)
SAVED_BY_LINK = Limit(most=400, within=timedelta(minutes=10))
OPENED_BY_CLIENT = Limit(most=120, within=_KEPT)
#: How often the same failure, or the same file, is worth a row in the audit trail.
FAILURES_NOTED_EVERY = timedelta(minutes=1)
FILES_NOTED_EVERY = _KEPT


def note_attempt(
    session: Session, kind: str, *, client: str, at: datetime, link_id: int | None = None
) -> int:
    """Count one attempt and return its number; old ones are forgotten."""
    session.execute(delete(ShareAttemptRecord).where(ShareAttemptRecord.at < at - _KEPT))
    attempt = ShareAttemptRecord(kind=kind, link_id=link_id, client=client, at=at)
    session.add(attempt)
    session.flush()
    return attempt.id


def take_back(session: Session, attempt: int) -> None:
    """Uncount an attempt that turned out right, or was never looked at."""
    session.execute(delete(ShareAttemptRecord).where(ShareAttemptRecord.id == attempt))


def unknown_tokens_wait(session: Session, client: str, now: datetime) -> float | None:
    """Return how many seconds a client must wait before it tries another token, or None."""
    by_client = _of(TOKEN) & (ShareAttemptRecord.client == client)
    return _wait(session, ShareAttemptRecord.at, by_client, UNKNOWN_TOKENS, now)


def passcode_wait(session: Session, link_id: int, client: str, now: datetime) -> float | None:
    """Return how many seconds link or client must wait before another passcode, or None."""
    at, wrong = ShareAttemptRecord.at, _of(PASSCODE)
    of_link, by_client = ShareAttemptRecord.link_id == link_id, ShareAttemptRecord.client == client
    waits = (
        _wait(session, at, wrong & of_link, WRONG_BY_LINK, now),
        _wait(session, at, wrong & by_client, WRONG_BY_CLIENT, now),
    )
    return max((one for one in waits if one is not None), default=None)


def opening_wait(session: Session, link_id: int, client: str, now: datetime) -> float | None:
    """Return how many seconds a client must wait before it opens this link again, or None."""
    begun = (ShareVisitRecord.link_id == link_id) & (ShareVisitRecord.client == client)
    return _wait(session, ShareVisitRecord.started_at, begun, OPENED_BY_CLIENT, now)


def saving_wait(session: Session, link_id: int, now: datetime) -> float | None:
    """Return how many seconds the answers through a link must wait to be saved again, or None."""
    of_link = _of(SAVE) & (ShareAttemptRecord.link_id == link_id)
    return _wait(session, ShareAttemptRecord.at, of_link, SAVED_BY_LINK, now)


def is_worth_a_note(
    session: Session,
    kind: str,
    every: timedelta,
    *,
    client: str,
    now: datetime,
    link_id: int | None = None,
    but: int | None = None,
) -> bool:
    """Has this client done none of the kind to this link for so long, ``but`` one, if stated?"""
    query = select(func.count()).where(
        _of(kind),
        ShareAttemptRecord.client == client,
        ShareAttemptRecord.link_id.is_not_distinct_from(link_id),
        ShareAttemptRecord.at > now - every,
        ShareAttemptRecord.id.is_distinct_from(but),
    )
    return not session.scalar(query)


def _of(kind: str) -> ColumnElement[bool]:
    return ShareAttemptRecord.kind == kind


def _wait(
    session: Session,
    moment: InstrumentedAttribute[datetime],
    condition: ColumnElement[bool],
    limit: Limit,
    now: datetime,
) -> float | None:
    """Seconds until fewer than ``limit.most`` moments lie within the limit's time."""
    query = (
        select(moment)
        .where(condition, moment > now - limit.within)
        .order_by(moment.desc())
        .offset(limit.most - 1)
        .limit(1)
    )
    blocking = session.scalar(query)
    return None if blocking is None else max(1.0, (blocking + limit.within - now).total_seconds())
