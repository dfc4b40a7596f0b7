"""The audit trail: one row for each write, chained by hashes so that a missing row shows.

A row's hash covers its own values and the hash of the row before it. Writers come one at a time
(:mod:`db.engine`), so the numbers have no gaps.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db.records import AuditRecord, table_of

_AUDIT = table_of(AuditRecord)
#: What the first row calls the hash before it.
NO_HASH = "0" * 64


def append_to_audit(
    session: Session,
    *,
    at: datetime,
    actor: str,
    role: str,
    action: str,
    object_kind: str,
    object_name: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> int:
    """Add one row in the caller's transaction and return its number."""
    last = session.execute(
        select(_AUDIT.c.number, _AUDIT.c.hash).order_by(_AUDIT.c.number.desc()).limit(1)
    ).first()
    number = last.number + 1 if last else 1
    row = {
        "number": number,
        "at": at,
        "actor": actor,
        "role": role,
        "action": action,
        "object_kind": object_kind,
        "object_name": object_name,
        "before": before,
        "after": after,
        "reason": reason,
        "previous_hash": last.hash if last else NO_HASH,
    }
    session.execute(insert(_AUDIT).values(**row, hash=hash_of(row)))
    return number


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 over all values of an audit row but its own hash."""
    covered = {name: value for name, value in row.items() if name != "hash"}
    covered["at"] = covered["at"].astimezone(UTC).isoformat()
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(rows: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the number of the first row that does not fit its chain, or None if all do."""
    number, previous = 0, NO_HASH
    for row in rows:
        fits = row["number"] == number + 1 and row["previous_hash"] == previous
        if not fits or row["hash"] != hash_of(row):
            return number + 1
        number, previous = row["number"], row["hash"]
    return None
