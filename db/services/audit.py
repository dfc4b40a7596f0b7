"""The audit trail, for those who may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.auditing import NO_HASH, append_to_audit, checked_chain
from db.engine import Store
from db.records import AuditHeadRecord, AuditRecord, table_of
from db.services.access import Action, Actor, authorize

_AUDIT = table_of(AuditRecord)
_HEAD = table_of(AuditHeadRecord)


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
    """Whether every row fits the row before it.

    ``broken_at`` is the first that does not, and ``because`` says in what way. ``last_hash`` stands
    for all ``rows`` that fit: noted elsewhere, it shows later that they are still the same.
    """

    rows: int
    broken_at: int | None
    because: str | None
    last_hash: str


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


def list_audit(store: Store, actor: Actor, *, limit: int = 1000) -> tuple[AuditEntry, ...]:
    """Return the newest rows of the trail, newest first.

    Raises:
        NotAllowed: only an owner reads the trail.
    """
    authorize(actor, Action.READ_AUDIT, "the audit trail")
    columns = [_AUDIT.c[name] for name in AuditEntry.__dataclass_fields__]
    with store.read() as session:
        found = session.execute(select(*columns).order_by(_AUDIT.c.number.desc()).limit(limit))
        return tuple(AuditEntry(**row) for row in found.mappings())


def verify_audit(store: Store, actor: Actor) -> AuditCheck:
    """Check the chain of hashes from the first row to the last.

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
        )
    return AuditCheck(
        rows=chain.rows,
        broken_at=chain.broken_at,
        because=chain.because,
        last_hash=chain.last_hash,
    )
