"""The rows of ``batches``: which reading is in force, and noting a new one."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.importing.reading import Reading
from db.records import BatchRecord, PortfolioRecord, StartupRecord


def batch_in_force(session: Session, portfolio_id: int, digest: str) -> int | None:
    """Return the number of the batch that published this very reading, unless it was undone."""
    return session.scalar(
        select(BatchRecord.id).where(
            BatchRecord.portfolio_id == portfolio_id,
            BatchRecord.digest == digest,
            BatchRecord.undone_at.is_(None),
        )
    )


def add_batch(
    session: Session,
    reading: Reading,
    *,
    portfolio_id: int,
    made_portfolio: bool,
    at: datetime,
    by: str,
) -> int:
    """Note a new batch and return its number."""
    batch = BatchRecord(
        portfolio_id=portfolio_id,
        file_name=reading.request.file_name,
        file_digest=reading.file_digest,
        digest=reading.digest,
        mapping=dict(reading.intake.mapping),
        options=reading.request.options,
        records=reading.intake.records,
        accepted=reading.intake.accepted,
        rejected=reading.intake.rejected,
        duplicate=reading.intake.duplicate,
        made_portfolio=made_portfolio,
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
