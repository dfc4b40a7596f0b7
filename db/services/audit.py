"""The audit trail, for those who may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.auditing import append_to_audit, first_broken
from db.engine import Store
from db.records import AuditRecord, table_of
from db.services.access import Action, Actor, authorize

_AUDIT = table_of(AuditRecord)


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
    """Whether every row fits the row before it. ``broken_at``: the first that does not."""

    rows: int
    broken_at: int | None


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
        found = session.execute(select(_AUDIT).order_by(_AUDIT.c.number)).mappings()
        rows = [dict(row) for row in found]
        return AuditCheck(rows=len(rows), broken_at=first_broken(rows))
