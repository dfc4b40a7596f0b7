"""The rows of ``batches``: which reading is in force, and noting a new one."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from db.importing.covering import CHOICES, Covering, Covers
from db.importing.reading import Reading
from db.importing.usage import usage_in_force
from db.records import BatchRecord, PortfolioRecord, StartupRecord
from db.records.history import CHANGE, FILE, USAGE
from risk.inventory.observed import UsageResult


def batch_in_force(session: Session, portfolio_id: int, reading: Reading) -> int | None:
    """Return the number of the batch that published this very reading, unless it was undone."""
    if isinstance(reading.intake, UsageResult):
        return usage_in_force(
            session,
            portfolio_id,
            reading.intake.usage,
            file_digest=reading.file_digest,
            options=reading.request.options,
        )
    return session.scalar(
        select(BatchRecord.id).where(
            BatchRecord.portfolio_id == portfolio_id,
            BatchRecord.digest == digest_in_turn(session, portfolio_id, reading),
            BatchRecord.undone_at.is_(None),
        )
    )


def digest_in_turn(session: Session, portfolio_id: int, reading: Reading) -> str:
    """Return the digest under which ``reading`` is in force, or would be if it were published.

    The same file asked for in the same way can be read otherwise in between, because a name was
    decided about. Once that decision is taken back, the first reading is a new batch, not the old.
    """
    if isinstance(reading.intake, UsageResult):
        # Whether it says anything new, its observations tell: see usage_in_force.
        last = session.scalar(select(func.max(BatchRecord.id))) or 0
        return hashlib.sha256(f"{reading.digest} after batch {last}".encode()).hexdigest()
    batches = session.execute(
        select(BatchRecord.id, BatchRecord.digest, BatchRecord.mapping, BatchRecord.options)
        .where(
            BatchRecord.portfolio_id == portfolio_id,
            BatchRecord.file_digest == reading.file_digest,
            BatchRecord.undone_at.is_(None),
        )
        .order_by(BatchRecord.id)
    ).all()
    asked = (dict(reading.intake.mapping), reading.request.options)
    alike = [one for one in batches if (one.mapping, one.options) == asked]
    digest = reading.digest
    same = [one.id for one in alike if one.digest == digest]
    complete = select(func.max(BatchRecord.id)).where(
        BatchRecord.portfolio_id == portfolio_id,
        BatchRecord.undone_at.is_(None),
        BatchRecord.covers.in_([one for one in CHOICES if one is not Covers.NOTHING]),
    )
    newest = session.scalar(complete) or 0
    if same and newest > max(same):
        # What it said was overtaken by a file that was complete: said again, it is news.
        return hashlib.sha256(f"{digest} after {newest}".encode()).hexdigest()
    for position, batch in enumerate(alike):
        if batch.digest == digest and position + 1 < len(alike):
            replaced = f"{digest} after {alike[position + 1].id}"
            digest = hashlib.sha256(replaced.encode()).hexdigest()
    return digest


def add_batch(
    session: Session,
    reading: Reading,
    *,
    portfolio_id: int,
    made_portfolio: bool,
    at: datetime,
    by: str,
    covering: Covering,
) -> int:
    """Note a new batch and return its number."""
    batch = BatchRecord(
        portfolio_id=portfolio_id,
        file_name=reading.request.file_name,
        file_digest=reading.file_digest,
        digest=digest_in_turn(session, portfolio_id, reading),
        mapping=dict(reading.intake.mapping),
        options=reading.request.options,
        records=reading.intake.records,
        accepted=reading.intake.accepted,
        rejected=reading.intake.rejected,
        duplicate=reading.intake.duplicate,
        made_portfolio=made_portfolio,
        kind=_kind_of(reading),
        day=covering.day,
        covers=covering.covers if covering.said else None,
        published_at=at,
        published_by=by,
    )
    session.add(batch)
    session.flush()
    return batch.id


def _kind_of(reading: Reading) -> str:
    if reading.request.by_hand:
        return CHANGE
    return USAGE if isinstance(reading.intake, UsageResult) else FILE


def add_change(
    session: Session,
    *,
    portfolio_id: int,
    said: str,
    rows: int,
    details: dict[str, Any],
    day: date,
    at: datetime,
    by: str,
) -> int:
    """Note a change by hand, in words, as a batch of its own, and return its number.

    ``rows`` counts the dependencies that it changes; ``details`` are kept with it.
    """
    # No two changes are the same one: a batch more is there at each.
    newest = session.scalar(select(func.max(BatchRecord.id))) or 0
    digest = hashlib.sha256(f"{said} after batch {newest} at {at}".encode()).hexdigest()
    batch = BatchRecord(
        portfolio_id=portfolio_id,
        file_name=said,
        file_digest=digest,
        digest=digest,
        mapping={},
        options=details,
        records=rows,
        accepted=rows,
        rejected=0,
        duplicate=0,
        made_portfolio=False,
        kind=CHANGE,
        day=day,
        covers=None,
        published_at=at,
        published_by=by,
    )
    session.add(batch)
    session.flush()
    return batch.id


def is_left_empty(session: Session, portfolio: PortfolioRecord) -> bool:
    """Whether imports made the portfolio and nothing of any of them is left."""
    of_portfolio = BatchRecord.portfolio_id == portfolio.id
    made_by_import = exists().where(of_portfolio, BatchRecord.made_portfolio)
    in_force = exists().where(of_portfolio, BatchRecord.undone_at.is_(None))
    startups = exists().where(StartupRecord.portfolio_id == portfolio.id)
    return bool(session.scalar(select(made_by_import & ~in_force & ~startups)))
