"""The audit trail, for those who may read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db.auditing import NO_HASH, append_to_audit, checked_chain
from db.engine import Store
from db.records import AuditHeadRecord, AuditRecord, SnapshotRecord, table_of
from db.services.access import Action, Actor, authorize
from db.sharing.canonical import content_digest

_AUDIT = table_of(AuditRecord)
_HEAD = table_of(AuditHeadRecord)
_SNAPSHOTS = table_of(SnapshotRecord)
#: A snapshot is up to some megabytes long.
_FEW_AT_ONCE = {"yield_per": 10}


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One write: who, when (UTC), what, to which object, and what changed."""

    number: int
    at: datetime
    actor: str
    role: str
    action: str
    object_kind: str
    object_name: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class AuditCheck:
    """Whether every row fits the row before it, and every snapshot the row of its making.

    ``broken_at`` is the first that does not, and ``because`` says in what way. ``last_hash`` stands
    for all ``rows`` that fit: noted elsewhere, it shows later that they are still the same.
    ``snapshots`` says of each that is not what was frozen which link it is and in what it differs.
    """

    rows: int
    broken_at: int | None
    because: str | None
    last_hash: str
    snapshots: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.broken_at is None and not self.snapshots


def record(
    store: Store,
    session: Session,
    actor: Actor,
    action: Action,
    *,
    object_kind: str,
    object_name: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write one row to the audit trail, in the transaction of the write it tells of."""
    append_to_audit(
        session,
        at=store.now(),
        actor=actor.name,
        role=actor.role,
        action=action,
        object_kind=object_kind,
        object_name=object_name,
        before=before,
        after=after,
        reason=reason,
    )


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which rows of the trail are wanted; nothing stated means all.

    ``since`` and ``until`` are days in UTC, both included. ``words`` must all occur in the object
    or the reason, whatever their case.
    """

    actors: Sequence[str] = ()
    actions: Sequence[str] = ()
    words: str = ""
    since: date | None = None
    until: date | None = None


EVERYTHING = AuditFilter()


def list_audit(
    store: Store, actor: Actor, wanted: AuditFilter = EVERYTHING, *, limit: int = 1000
) -> tuple[AuditEntry, ...]:
    """Return the newest rows of the trail that are wanted, newest first.

    Raises:
        NotAllowed: only an owner reads the trail.
    """
    authorize(actor, Action.READ_AUDIT, "the audit trail")
    columns = [_AUDIT.c[name] for name in AuditEntry.__dataclass_fields__]
    query = select(*columns).where(*_conditions(wanted))
    with store.read() as session:
        found = session.execute(query.order_by(_AUDIT.c.number.desc()).limit(limit))
        return tuple(AuditEntry(**row) for row in found.mappings())


def count_audit(store: Store, actor: Actor, wanted: AuditFilter = EVERYTHING) -> int:
    """Return how many rows of the trail are wanted.

    Raises:
        NotAllowed: only an owner reads the trail.
    """
    authorize(actor, Action.READ_AUDIT, "the audit trail")
    with store.read() as session:
        counted = select(func.count()).select_from(_AUDIT).where(*_conditions(wanted))
        return session.scalar(counted) or 0


def actors_and_actions(store: Store, actor: Actor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who ever wrote and what was ever done, each once and in order.

    Raises:
        NotAllowed: only an owner reads the trail.
    """
    authorize(actor, Action.READ_AUDIT, "the audit trail")
    with store.read() as session:
        who = session.scalars(select(_AUDIT.c.actor).distinct().order_by(_AUDIT.c.actor))
        what = session.scalars(select(_AUDIT.c.action).distinct().order_by(_AUDIT.c.action))
        return tuple(who), tuple(what)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actors:
        found.append(_AUDIT.c.actor.in_(wanted.actors))
    if wanted.actions:
        found.append(_AUDIT.c.action.in_(wanted.actions))
    if wanted.since is not None:
        found.append(_AUDIT.c.at >= _start_of(wanted.since))
    if wanted.until is not None:
        found.append(_AUDIT.c.at < _start_of(wanted.until + timedelta(days=1)))
    for word in wanted.words.split():
        somewhere = (_AUDIT.c.object_name, _AUDIT.c.object_kind, _AUDIT.c.reason)
        found.append(or_(*(one.icontains(word, autoescape=True) for one in somewhere)))
    return found


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def last_write(store: Store, actor: Actor) -> int:
    """Return a number that grows with everything that the trail tells of, in any process.

    Raises:
        NotAllowed: the actor may not read.
    """
    authorize(actor, Action.READ, "the store")
    with store.read() as session:
        return session.scalar(select(_HEAD.c.number)) or 0


def verify_audit(store: Store, actor: Actor, *, noted: tuple[int, str] | None = None) -> AuditCheck:
    """Check the chain of hashes from the first row to the last, and the snapshots against it.

    ``noted``: number and hash of a row as an earlier check gave them. A trail that somebody wrote
    anew from the start fits together, but not with what was noted outside the store.

    Raises:
        NotAllowed: only an owner reads the trail.
    """
    authorize(actor, Action.READ_AUDIT, "the audit trail")
    with store.read() as session:
        head = session.execute(select(_HEAD.c.number, _HEAD.c.hash)).first()
        found = session.execute(
            select(_AUDIT).order_by(_AUDIT.c.number), execution_options={"yield_per": 1000}
        )
        chain = checked_chain(
            (dict(row) for row in found.mappings()),
            head_number=head.number if head else 0,
            head_hash=head.hash if head else NO_HASH,
            noted=noted,
        )
        snapshots = tuple(_changed_snapshots(session))
    return AuditCheck(
        rows=chain.rows,
        broken_at=chain.broken_at,
        because=chain.because,
        last_hash=chain.last_hash,
        snapshots=snapshots,
    )


def _changed_snapshots(session: Session) -> Iterator[str]:
    """Say of every snapshot that is not what the trail says was frozen in what it differs."""
    made = select(_AUDIT.c.object_name, _AUDIT.c.after).where(
        _AUDIT.c.action == Action.MAKE_SHARE, _AUDIT.c.object_kind == "share link"
    )
    noted = {
        name.partition(" ")[0]: after["digest"]
        for name, after in session.execute(made)
        if isinstance(after, dict) and after.get("digest")
    }
    deleted = select(_AUDIT.c.after).where(_AUDIT.c.action == Action.DELETE_PORTFOLIO)
    for after in session.scalars(deleted):
        for link in (after or {}).get("share_links", ()):
            noted.pop(str(link), None)
    held = select(_SNAPSHOTS.c.link_id, _SNAPSHOTS.c.digest, _SNAPSHOTS.c.content)
    found = session.execute(held.order_by(_SNAPSHOTS.c.link_id), execution_options=_FEW_AT_ONCE)
    for link, digest, content in found:
        known = noted.pop(str(link), None)
        if known is None:
            yield f"of the making of snapshot {link} there is no row"
        elif content_digest(content) != known:
            yield f"snapshot {link} shows something else than was frozen"
        elif digest != known:
            yield f"the digest that is kept with snapshot {link} is not that of its making"
    yield from (f"snapshot {link} is missing" for link in noted)
