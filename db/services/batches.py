"""The list of imports: which file went into which portfolio, when, by whom, with what counts."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from db.engine import Store
from db.records import BatchRecord, PortfolioRecord, StagingRecord
from db.records.history import CHANGE
from db.register.naming import comparison_key
from db.services.access import Action, Actor, authorize
from db.services.visible import seen_by


@dataclass(frozen=True, kw_only=True)
class BatchSummary:
    """One line of the list of imports; times in UTC."""

    batch: int
    portfolio: str
    file_name: str
    at: datetime
    by: str
    records: int
    accepted: int
    rejected: int
    duplicate: int
    undone: bool
    undone_at: datetime | None = None
    undone_by: str | None = None
    day: date | None = None
    by_hand: bool = False


def list_batches(
    store: Store, actor: Actor, portfolio: str | None = None
) -> tuple[BatchSummary, ...]:
    """Return all imports, newest first, or those of one portfolio.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "imports")
    query = (
        select(BatchRecord, PortfolioRecord.name)
        .join(PortfolioRecord, PortfolioRecord.id == BatchRecord.portfolio_id)
        .where(BatchRecord.portfolio_id.not_in(select(StagingRecord.portfolio_id)))
        .where(seen_by(actor))
        .order_by(BatchRecord.id.desc())
    )
    if portfolio is not None:
        query = query.where(PortfolioRecord.name_key == comparison_key(portfolio))
    with store.read() as session:
        return tuple(_summary(batch, name) for batch, name in session.execute(query))


def _summary(batch: BatchRecord, portfolio: str) -> BatchSummary:
    return BatchSummary(
        batch=batch.id,
        portfolio=portfolio,
        file_name=batch.file_name,
        at=batch.published_at,
        by=batch.published_by,
        records=batch.records,
        accepted=batch.accepted,
        rejected=batch.rejected,
        duplicate=batch.duplicate,
        undone=batch.undone_at is not None,
        undone_at=batch.undone_at,
        undone_by=batch.undone_by,
        day=batch.day,
        by_hand=batch.kind == CHANGE,
    )
