"""Contracts written as rows, any number at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.register.bulk import insert_rows, update_rows
from db.register.contracts import CHECKS, CONTRACTS, DETAILS, StoredContract
from risk.inventory.contracts import FACTS, SPEND, Contract

#: Numbers that one statement names.
_AT_ONCE = 500


def _as_row(contract: Contract) -> dict[str, Any]:
    facts = {name: getattr(contract, name) for name in FACTS if name != SPEND}
    amount = contract.annual_expense
    return {
        "reference": contract.reference,
        **facts,
        "expense_cents": None if amount is None else round(amount * 100),
    }


def write_contracts(
    session: Session,
    portfolio_id: int,
    contracts: Sequence[Contract],
    known: Mapping[str, StoredContract],
    *,
    by: str,
    at: datetime,
) -> None:
    """Write contracts as they shall stand; ``known`` are those of them that have a row."""
    signed = {"kept_by": by, "kept_at": at}
    new = [one for one in contracts if one.reference not in known]
    made = insert_rows(
        session,
        CONTRACTS,
        [{"portfolio_id": portfolio_id, "taken": None, **_as_row(one), **signed} for one in new],
    )
    numbers = dict(zip((one.reference for one in new), made, strict=True))
    changed = {
        known[one.reference].number: {**_as_row(one), **signed}
        for one in contracts
        if one.reference in known
    }
    update_rows(session, CONTRACTS, changed)
    others = [
        one
        for one in contracts
        if one.reference in known and one.checks != known[one.reference].contract.checks
    ]
    if others:
        rewritten = [known[one.reference].number for one in others]
        for start in range(0, len(rewritten), _AT_ONCE):
            some = rewritten[start : start + _AT_ONCE]
            session.connection().execute(CHECKS.delete().where(CHECKS.c.contract_id.in_(some)))
    insert_rows(
        session,
        CHECKS,
        [
            {
                "contract_id": numbers.get(one.reference) or known[one.reference].number,
                "provision": name,
                "state": check.state,
                **{detail: getattr(check, detail) for detail in DETAILS},
            }
            for one in (*new, *others)
            for name, check in one.checks.items()
        ],
    )
