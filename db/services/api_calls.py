"""Calls of programs that happen once: jobs, and requests that came with an Idempotency-Key.

The store keeps them for a day, so that every process tells the same of them and a restart forgets
none. The process that works on one says so every few seconds. Where it fell silent nobody knows
whether the call was done: that is told, and nothing is done twice by itself. Moments are those of
the processes' own clocks, which may differ by half a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe
from time import sleep
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import AnswerNotKept, JobNotFound, KeyUsedOtherwise, StoreError, TooManyJobs
from db.records import ApiCallRecord, table_of

KEPT = timedelta(days=1)
#: Unfinished jobs that one token may have at once.
MOST_AT_ONCE = 10
#: Calls of one token that are kept; the oldest that are done make room.
MOST_OF_A_TOKEN = 20_000
#: Bytes of an answer, and of all answers of one token, that are kept.
LONGEST_ANSWER = 50_000_000
MOST_BYTES_OF_A_TOKEN = 200_000_000
#: Seconds without a word after which a process is asked for a sign, and those that it then has.
SILENT_AFTER = 60.0
PATIENCE_SECONDS = 1.5

_CALLS = table_of(ApiCallRecord)
_OF_A_CALL = (
    *(_CALLS.c.name, _CALLS.c.command, _CALLS.c.is_job, _CALLS.c.share, _CALLS.c.begun_at),
    *(_CALLS.c.heard_at, _CALLS.c.done_at, _CALLS.c.fingerprint),
)


class CallState(StrEnum):
    """How far a call is. ``UNKNOWN``: its process fell silent, and may have done it or not."""

    RUNNING = "running"
    DONE = "done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ApiCall:
    """One call. ``share`` is how far it was when it was last heard of, 0 to 1."""

    name: str
    command: str
    is_job: bool
    state: CallState
    share: float
    begun_at: datetime
    heard_at: datetime


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a call was answered, as it is sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def begin_call(
    store: Store,
    token: int,
    command: str,
    *,
    is_job: bool,
    key: str | None = None,
    fingerprint: str = "",
    most_at_once: int = MOST_AT_ONCE,
    most_kept: int = MOST_OF_A_TOKEN,
) -> tuple[ApiCall, bool]:
    """Write down that a call begins, and whether it does: else it is the one that had this key.

    ``fingerprint`` is a digest of all that is asked.

    Raises:
        KeyUsedOtherwise: the token's key came with something else.
        TooManyJobs: the token has as many unfinished ones as it may.
        StoreError: the store cannot be written.
    """

    def work(session: Session) -> tuple[ApiCall, bool]:
        now = store.now()
        _forget_old(session, now)
        _keep_so_many(session, token, most_kept)
        if key is not None and (known := _with_key(session, token, key)) is not None:
            if known.fingerprint != fingerprint:
                raise KeyUsedOtherwise(
                    "This Idempotency-Key came with another request. Make a new one."
                )
            return _call(known), False
        if is_job and _unfinished(session, token, now) >= most_at_once:
            raise TooManyJobs(most_at_once)
        row: dict[str, Any] = {
            "name": token_urlsafe(16),
            "token_id": token,
            "command": command,
            "is_job": is_job,
            "key": key,
            "fingerprint": fingerprint,
            "share": 0.0,
            "begun_at": now,
            "heard_at": now,
            "size": 0,
        }
        session.execute(_CALLS.insert().values(row))
        return _call(_named(session, token, row["name"])), True

    call, is_new = store.whole.transact(work, is_noticed=False)
    return (call, True) if is_new else (_heard_of(store, token, call), False)


def find_job(store: Store, token: int, name: str) -> ApiCall:
    """Return a job of a token.

    Raises:
        JobNotFound: there is none, or it is another token's.
    """
    call = _found(store, token, name)
    if not call.is_job:
        raise JobNotFound
    return _heard_of(store, token, call)


def answer_of_call(store: Store, token: int, name: str) -> Answer:
    """Return what a call of a token that is done was answered.

    Raises:
        JobNotFound: there is no such call that is done, or it is another token's.
        AnswerNotKept: the answer was too long, or made room for newer ones.
    """
    one = _CALLS.c
    query = select(one.status, one.headers, one.body).where(
        one.name == name, one.token_id == token, one.done_at.is_not(None)
    )
    with store.whole.read() as session:
        found = session.execute(query).one_or_none()
    if found is None:
        raise JobNotFound
    if found.status is None:
        raise AnswerNotKept
    return Answer(status=found.status, headers=found.headers, body=found.body)


def hear_calls(store: Store, shares: Mapping[str, float]) -> None:
    """Note that calls are worked on, by name, and how far each is.

    Raises:
        StoreError: somebody else writes at this moment; say so again soon.
    """

    def work(session: Session) -> None:
        for name, share in shares.items():
            session.execute(
                update(_CALLS)
                .where(_CALLS.c.name == name, _CALLS.c.done_at.is_(None))
                .values(heard_at=store.now(), share=share)
            )

    store.whole.transact_at_once(work, is_noticed=False)


def finish_call(
    store: Store,
    name: str,
    answer: Answer,
    *,
    longest: int = LONGEST_ANSWER,
    most_bytes: int = MOST_BYTES_OF_A_TOKEN,
) -> None:
    """Keep the answer of a call, or that it was done where the answer has too many bytes.

    Raises:
        StoreError: the store cannot be written.
    """
    now, size = store.now(), len(answer.body)
    values: dict[str, Any] = {"share": 1.0, "heard_at": now, "done_at": now}
    if size <= longest:
        said = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
        values |= {**said, "size": size}

    def work(session: Session) -> None:
        session.execute(update(_CALLS).where(_CALLS.c.name == name).values(values))
        token = session.scalar(select(_CALLS.c.token_id).where(_CALLS.c.name == name))
        _make_room(session, token, most_bytes)

    store.whole.transact(work, is_noticed=False)


def drop_call(store: Store, name: str) -> None:
    """Forget a call that did nothing, so that its key may come again.

    Raises:
        StoreError: the store cannot be written.
    """

    def work(session: Session) -> None:
        session.execute(delete(_CALLS).where(_CALLS.c.name == name))

    store.whole.transact(work, is_noticed=False)


def are_old_calls(store: Store) -> bool:
    """Whether any call is kept for longer than it should be."""
    old = store.now() - KEPT
    query = select(_CALLS.c.name).where(_CALLS.c.heard_at < old).limit(1)
    with store.whole.read() as session:
        return session.scalar(query) is not None


def forget_calls(store: Store) -> None:
    """Delete the calls that nobody was heard to work on for a day.

    Raises:
        StoreError: the store cannot be written.
    """
    store.whole.transact(lambda session: _forget_old(session, store.now()), is_noticed=False)


# --- Rows -----------------------------------------------------------------------------------------


def _found(store: Store, token: int, name: str) -> ApiCall:
    with store.whole.read() as session:
        row = _named(session, token, name)
    if row is None or row.heard_at < store.now() - KEPT:
        raise JobNotFound
    return _call(row)


def _heard_of(store: Store, token: int, call: ApiCall) -> ApiCall:
    """The same call, as unknown where its process says nothing although it could.

    While somebody writes, a process waits with what it has to say: only a store in which anybody
    may write makes a silence telling.
    """
    if call.state is not CallState.RUNNING or not _is_silent(call.heard_at, store.now()):
        return call
    try:
        store.whole.transact_at_once(lambda session: None, is_noticed=False)
    except StoreError:
        return call
    sleep(PATIENCE_SECONDS)
    again = _found(store, token, call.name)
    if again.state is CallState.RUNNING and _is_silent(again.heard_at, store.now()):
        return replace(again, state=CallState.UNKNOWN)
    return again


def _is_silent(heard_at: datetime, now: datetime) -> bool:
    return (now - heard_at).total_seconds() > SILENT_AFTER


def _named(session: Session, token: int, name: str) -> Any:
    query = select(*_OF_A_CALL).where(_CALLS.c.name == name, _CALLS.c.token_id == token)
    return session.execute(query).one_or_none()


def _with_key(session: Session, token: int, key: str) -> Any:
    query = select(*_OF_A_CALL).where(_CALLS.c.token_id == token, _CALLS.c.key == key)
    return session.execute(query).one_or_none()


def _call(row: Any) -> ApiCall:
    return ApiCall(
        name=row.name,
        command=row.command,
        is_job=row.is_job,
        state=CallState.RUNNING if row.done_at is None else CallState.DONE,
        share=row.share,
        begun_at=row.begun_at,
        heard_at=row.heard_at,
    )


def _unfinished(session: Session, token: int, now: datetime) -> int:
    one = _CALLS.c
    query = select(func.count()).where(
        one.token_id == token,
        one.is_job,
        one.done_at.is_(None),
        one.heard_at >= now - timedelta(seconds=SILENT_AFTER),
    )
    return session.scalar(query) or 0


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(_CALLS).where(_CALLS.c.heard_at < now - KEPT))


def _keep_so_many(session: Session, token: int, most: int) -> None:
    """Forget the oldest calls of a token that are done, where it has too many."""
    one = _CALLS.c
    many = session.scalar(select(func.count()).where(one.token_id == token)) or 0
    if many < most:
        return
    oldest = (
        select(one.name)
        .where(one.token_id == token, one.done_at.is_not(None))
        .order_by(one.done_at)
        .limit(many - most + 1)
    )
    session.execute(delete(_CALLS).where(one.name.in_(oldest)))


def _make_room(session: Session, token: int | None, most_bytes: int) -> None:
    """Forget the oldest answers of a token whose answers have too many bytes; they were done."""
    one = _CALLS.c
    every = session.scalar(select(func.sum(one.size)).where(one.token_id == token)) or 0
    left = every - most_bytes
    if left <= 0:
        return
    sized = select(one.name, one.size).where(one.token_id == token, one.size > 0)
    for name, size in session.execute(sized.order_by(one.done_at, one.name)).all():
        session.execute(
            update(_CALLS)
            .where(one.name == name)
            .values(status=None, headers=None, body=None, size=0)
        )
        left -= size
        if left <= 0:
            return
