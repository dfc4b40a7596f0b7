"""How often one may fail. Counted in the store, so that a restart forgets nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.records import ShareAttemptRecord, table_of

_ATTEMPTS = table_of(ShareAttemptRecord)

TOKEN = "token"  # noqa: S105 - a kind of attempt
PASSCODE = "passcode"
_KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``most`` failed attempts within ``within``."""

    most: int
    within: timedelta


UNKNOWN_TOKENS = Limit(most=60, within=timedelta(minutes=1))
WRONG_BY_LINK = Limit(most=5, within=timedelta(minutes=15))
WRONG_BY_CLIENT = Limit(most=30, within=timedelta(hours=1))


def note_attempt(
    session: Session, kind: str, *, client: str, at: datetime, link_id: int | None = None
) -> int:
    """Count one attempt as failed and return its number; old ones are forgotten."""
    session.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.at < at - _KEPT))
    attempt = ShareAttemptRecord(kind=kind, link_id=link_id, client=client, at=at)
    session.add(attempt)
    session.flush()
    return attempt.id


def take_back(session: Session, attempt: int) -> None:
    """Uncount an attempt that turned out right."""
    session.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.id == attempt))


def unknown_tokens_wait(session: Session, client: str, now: datetime) -> float | None:
    """Return how many seconds a client must wait before it tries another token, or None."""
    condition = (_ATTEMPTS.c.kind == TOKEN) & (_ATTEMPTS.c.client == client)
    return _wait(session, condition, UNKNOWN_TOKENS, now)


def passcode_wait(session: Session, link_id: int, client: str, now: datetime) -> float | None:
    """Return how many seconds link or client must wait before another passcode, or None."""
    wrong = _ATTEMPTS.c.kind == PASSCODE
    waits = (
        _wait(session, wrong & (_ATTEMPTS.c.link_id == link_id), WRONG_BY_LINK, now),
        _wait(session, wrong & (_ATTEMPTS.c.client == client), WRONG_BY_CLIENT, now),
    )
    return max((one for one in waits if one is not None), default=None)


def is_first_in_a_while(session: Session, client: str, now: datetime) -> bool:
    """Has this client not failed with a token within the last minute? Then it is worth a note."""
    since = now - UNKNOWN_TOKENS.within
    query = select(func.count()).where(
        _ATTEMPTS.c.kind == TOKEN, _ATTEMPTS.c.client == client, _ATTEMPTS.c.at > since
    )
    return not session.scalar(query)


def _wait(session: Session, condition: object, limit: Limit, now: datetime) -> float | None:
    """Seconds until fewer than ``limit.most`` attempts lie within the limit's time."""
    query = (
        select(_ATTEMPTS.c.at)
        .where(condition, _ATTEMPTS.c.at > now - limit.within)  # type: ignore[arg-type]  # a clause
        .order_by(_ATTEMPTS.c.at.desc())
        .offset(limit.most - 1)
        .limit(1)
    )
    blocking = session.scalar(query)
    if blocking is None:
        return None
    seconds: float = (blocking + limit.within - now).total_seconds()
    return max(1.0, seconds)
