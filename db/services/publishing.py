"""Publishing what a file says: prepared where nobody sees it, then live in one transaction."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import StoreBusy
from db.importing.batches import batch_in_force
from db.importing.changes import Changes
from db.importing.comparison import Comparison, compare, compare_again
from db.importing.covering import Covering
from db.importing.reading import Reading
from db.importing.staging import Staged, adopt, staged
from db.importing.usage import write_usage
from db.importing.writing import write_plan
from db.metrics import IMPORTED_RECORDS, PUBLISHING
from db.records import PortfolioRecord
from db.register.portfolios import (
    checked_name,
    mark_written,
)
from db.services.access import Action, Actor
from db.services.audit import record
from db.services.concerned import concerned_rows
from db.services.file_scopes import asked_about, scope_of, told_what_stays
from db.services.import_results import ImportNeedsAnswers, PortfolioChanged, PublishedBatch
from db.services.visible import new_portfolio, portfolio_to_write
from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.observed import UsageResult
from risk.inventory.progress import Progress, part

#: The revision to expect of a portfolio that does not exist yet.
NO_PORTFOLIO = -1
#: How much of the work, once the file is read, is done when the changes are known, and when the
#: new rows are staged.
_PLANNED, _STAGED = 0.3, 0.8
#: How often an import begins again because others add the startups that it adds.
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
        ImportNeedsAnswers: it is not known what the file is complete for.
    """
    with job.store.read() as session:
        found = portfolio_to_write(session, job.actor, job.portfolio)
        already = batch_in_force(session, found.id, job.reading) if found else None
    if already is not None:
        return _already(already, job.reading)
    with PUBLISHING.time():
        published = _prepare_and_publish(job)
    intake = job.reading.intake
    for became in ("accepted", "rejected", "duplicate"):
        IMPORTED_RECORDS.labels(became).inc(getattr(intake, became))
    return published


def _prepare_and_publish(job: Job) -> PublishedBatch:
    """Write plainly new rows beforehand, where nobody sees them, then publish in a moment."""
    checked_name(job.portfolio)
    for _ in range(_ATTEMPTS):
        with job.store.read() as session:
            ready = _compared(job, session)
        tables = ready.comparison.fresh.tables
        writing = part(job.progress, _PLANNED, _STAGED)
        with staged(
            job.store,
            job.reading,
            tables,
            by=job.actor.name,
            covering=ready.covering,
            progress=writing,
        ) as waiting:
            published = _publish_staged(job, ready, waiting)
        if published is not None:
            return published
    raise StoreBusy("Others keep writing to the portfolio. Nothing was saved; try again.")


def _publish_staged(job: Job, ready: "_Ready", waiting: Staged) -> PublishedBatch | None:
    """Publish staged rows; None if others have added one of their startups meanwhile.

    Whoever finds the portfolio written to compares again: at first while others may write, at last
    while they wait, so that it ends however busy the portfolio is.
    """
    try:
        return job.store.transact(partial(_publish, job=job, ready=ready, waiting=waiting))
    except _Overtaken:
        with job.store.read() as session:
            ready = _compared(job, session, before=ready.comparison)
    try:
        work = partial(_publish, job=job, ready=ready, waiting=waiting, is_last=True)
        return None if ready.comparison.is_overtaken else job.store.transact(work)
    except _Overtaken:
        return None


@dataclass(frozen=True)
class _Ready:
    """A comparison with the portfolio as it was at ``revision``; None: it did not exist."""

    comparison: Comparison
    covering: Covering
    intake: IntakeResult
    revision: int | None


class _Overtaken(Exception):
    """Somebody wrote to the portfolio after the comparison."""


def _refuse_other_revision(job: Job, found: PortfolioRecord | None) -> None:
    """Refuse to publish into another portfolio than whoever publishes has seen."""
    revision = found.revision if found is not None and found.live else NO_PORTFOLIO
    if job.expected_revision is not None and revision != job.expected_revision:
        raise PortfolioChanged(job.portfolio)


def _compared(job: Job, session: Session, before: Comparison | None = None) -> _Ready:
    rows, file_name = job.reading.intake.rows, job.reading.request.file_name
    found = portfolio_to_write(session, job.actor, job.portfolio)
    if before is None:
        _refuse_other_revision(job, found)
    scope = scope_of(session, found, job.reading, today=job.store.now().date())
    covering = scope.covering
    stored = concerned_rows(job.store, session, found, rows, whole=covering.ends)
    if before is None:
        progress = part(job.progress, 0.0, _PLANNED)
        comparison = compare(
            rows, stored, file_name=file_name, covering=covering, progress=progress
        )
    else:
        comparison = compare_again(before, stored, file_name=file_name, covering=covering)
    intake = told_what_stays(scope, job.reading.intake)
    asked = asked_about(scope, comparison, intake)
    if asked.outcome is Outcome.CONFIRM:
        raise ImportNeedsAnswers(asked)
    return _Ready(comparison, covering, intake, found.revision if found else None)


def _publish(
    session: Session, job: Job, ready: _Ready, waiting: Staged, is_last: bool = False
) -> PublishedBatch:
    store, reading = job.store, job.reading
    found = portfolio_to_write(session, job.actor, job.portfolio)
    already = batch_in_force(session, found.id, reading) if found else None
    if already is not None:
        return _already(already, reading)
    _refuse_other_revision(job, found)
    if ready.revision != (found.revision if found else None):
        if not is_last:
            raise _Overtaken
        # Before the portfolio is marked as written: what is counted by its state is that of before.
        ready = _compared(job, session, before=ready.comparison)
        if ready.comparison.is_overtaken:
            raise _Overtaken
    comparison = ready.comparison
    target = found or new_portfolio(session, job.actor, job.portfolio, at=store.now())
    made = found is None or not found.live
    adopt(session, waiting, reading, portfolio_id=target.id, made_portfolio=made, at=store.now())
    target.live = True
    mark_written(target, at=store.now())
    write_plan(
        session,
        comparison.rest.tables,
        portfolio_id=target.id,
        batch_id=waiting.batch_id,
        progress=part(job.progress, _STAGED, 1.0),
    )
    if isinstance(reading.intake, UsageResult):
        write_usage(
            session, reading.intake.usage, portfolio_id=target.id, batch_id=waiting.batch_id
        )
    published = PublishedBatch(
        batch=waiting.batch_id,
        changes=comparison.changes,
        already=False,
        intake=ready.intake,
        disagreements=comparison.disagreements,
    )
    _note(session, store, job.actor, published, reading, target.name)
    return published


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
            "ended": published.changes.ended,
        },
    )
