"""Publishing what a file says: small files in one transaction, large ones prepared before it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import StoreBusy
from db.importing.batches import add_batch, batch_in_force
from db.importing.changes import Changes
from db.importing.comparison import Comparison, compare, compare_again
from db.importing.fresh_columns import new_tables
from db.importing.publishing import write_plan
from db.importing.reading import Reading
from db.importing.staging import Staged, adopt, staged
from db.metrics import IMPORTED_RECORDS, PUBLISHING
from db.records import PortfolioRecord
from db.register.portfolios import (
    checked_name,
    mark_written,
)
from db.services.access import Action, Actor
from db.services.audit import record
from db.services.concerned import concerned_register
from db.services.import_results import PortfolioChanged, PublishedBatch
from db.services.visible import new_portfolio, portfolio_to_write
from risk.inventory.columnar_rows import ColumnarRows
from risk.inventory.progress import Progress, part, unheard

#: The revision to expect of a portfolio that does not exist yet.
NO_PORTFOLIO = -1
#: How much of the work on a small file, once it is read, is done when the changes are known.
_PLANNED = 0.3
#: How often a large import begins again because others write to its portfolio.
_ATTEMPTS = 5


@dataclass(frozen=True)
class Job:
    """What is published, by whom, and where."""

    store: Store
    actor: Actor
    reading: Reading
    portfolio: str
    expected_revision: int | None
    progress: Progress


def publish(job: Job) -> PublishedBatch:
    """Publish what was read as one batch, or nothing at all.

    Raises:
        PortfolioChanged: the portfolio is not at ``expected_revision`` any more.
    """
    with job.store.read() as session:
        found = portfolio_to_write(session, job.actor, job.portfolio)
        already = batch_in_force(session, found.id, job.reading) if found else None
    if already is not None:
        return _already(already, job.reading)
    with PUBLISHING.time():
        published = (
            _publish_large(job)
            if isinstance(job.reading.intake.rows, ColumnarRows)
            else job.store.transact(lambda session: _publish(session, job))
        )
    intake = job.reading.intake
    for became in ("accepted", "rejected", "duplicate"):
        IMPORTED_RECORDS.labels(became).inc(getattr(intake, became))
    return published


def _publish_large(job: Job) -> PublishedBatch:
    """Write plainly new rows beforehand, where nobody sees them, then publish in a moment."""
    checked_name(job.portfolio)
    for _ in range(_ATTEMPTS):
        ready = _compared(job)
        if not ready.comparison.fresh:
            return job.store.transact(partial(_publish, job=job))
        tables = new_tables(ready.comparison.fresh, file_name=job.reading.request.file_name)
        with staged(
            job.store, job.reading, tables, by=job.actor.name, progress=job.progress
        ) as waiting:
            published = _publish_staged(job, ready, waiting)
        if published is not None:
            return published
    raise StoreBusy("Others keep writing to the portfolio. Nothing was saved; try again.")


def _publish_staged(job: Job, ready: "_Ready", waiting: Staged) -> PublishedBatch | None:
    """Publish staged rows; None if others have added one of their startups meanwhile."""
    for _ in range(_ATTEMPTS):
        try:
            return job.store.transact(partial(_publish, job=job, ready=ready, waiting=waiting))
        except _Overtaken:
            ready = _compared(job, parted=ready.comparison)
            if ready.comparison.is_overtaken:
                return None
    return None


@dataclass(frozen=True)
class _Ready:
    """A comparison with the portfolio as it was at ``revision``; None: it did not exist."""

    comparison: Comparison
    revision: int | None


class _Overtaken(Exception):
    """Somebody wrote to the portfolio after the comparison."""


def _compared(job: Job, parted: Comparison | None = None) -> _Ready:
    with job.store.read() as session:
        found = portfolio_to_write(session, job.actor, job.portfolio)
        register = concerned_register(job.store, session, found, job.reading.intake.rows)
        revision = found.revision if found else None
    file_name = job.reading.request.file_name
    if parted is not None:
        return _Ready(compare_again(parted, register, file_name=file_name), revision)
    return _Ready(compare(job.reading.intake.rows, register, file_name=file_name), revision)


def _publish(
    session: Session, job: Job, ready: _Ready | None = None, waiting: Staged | None = None
) -> PublishedBatch:
    store, reading = job.store, job.reading
    found = portfolio_to_write(session, job.actor, job.portfolio)
    already = batch_in_force(session, found.id, reading) if found else None
    if already is not None:
        return _already(already, reading)
    revision = found.revision if found is not None and found.live else NO_PORTFOLIO
    if job.expected_revision is not None and revision != job.expected_revision:
        raise PortfolioChanged(job.portfolio)
    if ready is not None and ready.revision != (found.revision if found else None):
        raise _Overtaken
    # Before the portfolio is marked as written: what is counted by its state is that of before.
    comparison = ready.comparison if ready else _planned(session, job, found)
    target = found or new_portfolio(session, job.actor, job.portfolio, at=store.now())
    made = found is None or not found.live
    batch = _batch(session, job, waiting, portfolio_id=target.id, made_portfolio=made)
    target.live = True
    mark_written(target, at=store.now())
    write_plan(
        session,
        comparison.plan,
        portfolio_id=target.id,
        batch_id=batch,
        progress=part(job.progress, _PLANNED, 1.0) if waiting is None else unheard,
    )
    published = PublishedBatch(
        batch=batch,
        changes=comparison.changes,
        already=False,
        intake=reading.intake,
        disagreements=comparison.plan.disagreements,
    )
    _note(session, store, job.actor, published, reading, target.name)
    return published


def _batch(
    session: Session,
    job: Job,
    waiting: Staged | None,
    *,
    portfolio_id: int,
    made_portfolio: bool,
) -> int:
    """The batch of this import: a new one, or that of the rows that wait for it."""
    made: dict[str, Any] = {
        "portfolio_id": portfolio_id,
        "made_portfolio": made_portfolio,
        "at": job.store.now(),
    }
    if waiting is None:
        return add_batch(session, job.reading, by=job.actor.name, **made)
    adopt(session, waiting, job.reading, **made)
    return waiting.batch_id


def _planned(session: Session, job: Job, found: PortfolioRecord | None) -> Comparison:
    return compare(
        job.reading.intake.rows,
        concerned_register(job.store, session, found, job.reading.intake.rows),
        file_name=job.reading.request.file_name,
        progress=part(job.progress, 0.0, _PLANNED),
    )


def _already(batch: int, reading: Reading) -> PublishedBatch:
    unchanged = Changes(unchanged=len(reading.intake.rows))
    return PublishedBatch(batch=batch, changes=unchanged, already=True, intake=reading.intake)


def _note(
    session: Session,
    store: Store,
    actor: Actor,
    published: PublishedBatch,
    reading: Reading,
    portfolio: str,
) -> None:
    record(
        store,
        session,
        actor,
        Action.IMPORT,
        object_kind="batch",
        object_name=f"{portfolio}: batch {published.batch}",
        after={
            "file_name": reading.request.file_name,
            "file_digest": reading.file_digest,
            "new": published.changes.new,
            "changed": published.changes.changed,
            "unchanged": published.changes.unchanged,
        },
    )
