"""The audit trail: one row for each write, chained by hashes so that a missing row shows.

A row's hash covers its own values and the hash of the row before it. Writers come one at a time
(:mod:`db.engine`), so the numbers have no gaps. The number and hash of the last row are kept beside
the trail, because a chain does not show that its end was cut off.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.records import AuditHeadRecord, AuditRecord, table_of

_AUDIT = table_of(AuditRecord)
_HEAD = table_of(AuditHeadRecord)
#: What the first row calls the hash before it.
NO_HASH = "0" * 64
#: No value under a name with one of these words is ever written down.
_SECRETS = ("token", "passcode", "password", "cookie", "secret")


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
    """Add one row in the caller's transaction and return its number.

    Raises:
        ValueError: ``before`` or ``after`` names a secret, which never goes into the trail.
    """
    _require_no_secret(before)
    _require_no_secret(after)
    # After the head, not after the last row: where the end was cut off, a gap stays and shows.
    last = session.execute(select(_HEAD.c.number, _HEAD.c.hash)).first()
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
    head = {"number": number, "hash": hash_of(row)}
    # The head first: where PostgreSQL let a writer begin a moment too early, it says at this row
    # that the transaction must be run again, and at the trail only that the number is taken.
    if last is None:
        session.execute(insert(_HEAD).values(only_row=1, **head))
    else:
        session.execute(update(_HEAD).values(**head))
    session.execute(insert(_AUDIT).values(**row, hash=head["hash"]))
    return number


def _require_no_secret(document: Mapping[str, Any] | None) -> None:
    for name, value in (document or {}).items():
        if any(word in name.lower() for word in _SECRETS):
            raise ValueError(f"“{name}” is a secret and may not be written to the audit trail.")
        if isinstance(value, Mapping):
            _require_no_secret(value)


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 over all values of an audit row but its own hash."""
    covered = {name: value for name, value in row.items() if name != "hash"}
    covered["at"] = covered["at"].astimezone(UTC).isoformat()
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What checking the trail found. ``broken_at``: the first row that does not fit, and why.

    ``last_hash`` is that of the last row that fits; it stands for everything up to there.
    """

    rows: int
    last_hash: str
    broken_at: int | None = None
    because: str | None = None


def checked_chain(
    rows: Iterable[Mapping[str, Any]],
    *,
    head_number: int,
    head_hash: str,
    noted: tuple[int, str] | None = None,
) -> Chain:
    """Follow the chain from its first row to its end, which must be the head.

    ``noted`` is number and hash of a row as they were once known outside the store.
    """
    number, previous = 0, NO_HASH
    for row in rows:
        because = _misfit(row, after=number, previous=previous)
        if noted is not None and row["number"] == noted[0] and row["hash"] != noted[1]:
            because = because or f"row {noted[0]} is not the one that was noted"
        if because is not None:
            return Chain(rows=number, last_hash=previous, broken_at=number + 1, because=because)
        number, previous = row["number"], row["hash"]
    end = max(head_number, noted[0] if noted else 0)
    if number < end:
        because = f"row {number + 1} and what followed, up to row {end}, is missing"
        return Chain(rows=number, last_hash=previous, broken_at=number + 1, because=because)
    if number > head_number or previous != head_hash:
        because = f"row {number} was not written by Downstream, which last wrote row {head_number}"
        return Chain(rows=number, last_hash=previous, broken_at=number, because=because)
    return Chain(rows=number, last_hash=previous)


def _misfit(row: Mapping[str, Any], *, after: int, previous: str) -> str | None:
    number = row["number"]
    if number != after + 1:
        return f"row {after + 1} is missing"
    if row["hash"] != hash_of(row):
        return f"row {number} was changed"
    if row["previous_hash"] != previous:
        return f"row {number} does not follow row {after}, so one of them was replaced"
    return None
