"""Importing an inventory file: what it would change, publishing it, and taking it back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import BatchNotFound, Refused
from db.importing.batches import add_change, batch_in_force, is_left_empty
from db.importing.changes import Changes
from db.importing.comparison import compare
from db.importing.covering import COMPLETE_FOR, Covering, Covers
from db.importing.planning import plan_import
from db.importing.reading import ImportRequest, Reading, read_file, read_usage_file, usage_format_of
from db.importing.undoing import undo
from db.importing.usage import (
    COUNTED_AGAIN,
    batches_of,
    counted,
    earlier,
    remembered_answers,
    shown_alone,
    startup_of,
)
from db.importing.writing import write_plan
from db.records import BatchRecord, PortfolioRecord, StagingRecord
from db.records.history import CHANGE
from db.register.naming import comparison_key
from db.register.portfolios import mark_written
from db.register.tables import STARTUPS, startups_of
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.batches import BatchSummary, list_batches
from db.services.concerned import concerned_rows
from db.services.contract_records import keep_contracts
from db.services.file_scopes import asked_about, scope_of, told_what_stays
from db.services.import_results import (
    ImportNeedsAnswers,
    ImportPreview,
    ImportRefused,
    NamesDecided,
    PortfolioChanged,
    PublishedBatch,
    UndoResult,
)
from db.services.publishing import NO_PORTFOLIO, Job, publish
from db.services.reference import load_resolver
from db.services.visible import portfolio_to_write, sees
from risk.dora.contracts import contracts_in
from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.mapping import Remembered
from risk.inventory.observed import Earlier, rows_observed
from risk.inventory.progress import Progress, part, unheard
from risk.inventory.resolution import Resolver
from risk.inventory.usage.dependencies import Source

__all__ = [
    "NO_PORTFOLIO",
    "BatchSummary",
    "Changes",
    "ImportNeedsAnswers",
    "ImportPreview",
    "ImportRefused",
    "NamesDecided",
    "PortfolioChanged",
    "PublishedBatch",
    "UndoResult",
    "list_batches",
    "preview_import",
    "publish_import",
    "undo_batch",
]

#: Startups that are offered where a log or a bill does not say whose it is.
_OFFERED = 500
#: How much of the work is done once the file is read.
_READ = 0.3


def preview_import(
    store: Store,
    actor: Actor,
    *,
    data: bytes,
    files: tuple[Path, ...] = (),
    file_name: str,
    portfolio: str,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    split_products: bool = False,
    day: date | None = None,
    remembered: Remembered | None = None,
    progress: Progress = unheard,
) -> ImportPreview:
    """Read a file and compare it with a portfolio, which need not exist yet. Writes nothing.

    ``remembered`` is asked for a mapping, once the header is known, if none is given. ``day`` is
    the day that the file is of (default: today); what a complete file leaves out ended on it.
    A log or a bill is known by its content; ``files`` in the place of ``data`` are its parts, or
    one too large to be held.

    Raises:
        Refused: the day is still to come.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT, f"portfolio {portfolio}")
    request = ImportRequest(
        data=data,
        files=files,
        file_name=file_name,
        mapping=mapping,
        assume=assume,
        split_products=split_products,
        day=day,
    )
    reading = _read(
        store, actor, request, portfolio, load_resolver(store, actor), progress, remembered
    )
    if not reading.is_publishable:
        return ImportPreview(reading=reading, changes=Changes(), already_batch=None)
    with store.read() as session:
        found = portfolio_to_write(session, actor, portfolio)
        scope = scope_of(session, found, reading, today=store.now().date())
        stored = concerned_rows(
            store, session, found, reading.intake.rows, whole=scope.covering.ends
        )
        already = batch_in_force(session, found.id, reading) if found else None
        revision = found.revision if found and found.live else None
    rest = part(progress, _READ, 1.0)
    found_out = compare(
        reading.intake.rows, stored, file_name=file_name, covering=scope.covering, progress=rest
    )
    told = told_what_stays(scope, reading.intake)
    intake = told if already else asked_about(scope, found_out, told)
    return ImportPreview(
        reading=replace(reading, intake=intake),
        changes=found_out.changes,
        already_batch=already,
        disagreements=found_out.disagreements,
        revision=revision,
    )


def publish_import(
    store: Store,
    actor: Actor,
    *,
    data: bytes,
    files: tuple[Path, ...] = (),
    file_name: str,
    portfolio: str,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    split_products: bool = False,
    day: date | None = None,
    by_hand: bool = False,
    expected_revision: int | None = None,
    read: Reading | None = None,
    progress: Progress = unheard,
) -> PublishedBatch:
    """Publish the accepted records of a file as one batch, or nothing at all.

    The portfolio is made if it does not exist. ``expected_revision``: that of the preview
    (:data:`NO_PORTFOLIO` if there was none), to be asked again if somebody else wrote in between.
    ``read``: what the preview read; the file is read again only if it is another, is to be read
    otherwise, or if names were decided in between. ``progress`` hears how much is done,
    0 to 1; what it raises ends the work, with nothing written. ``by_hand``: the program wrote the
    file of what somebody stated here; it only adds.

    Raises:
        ImportRefused: no record can be imported.
        ImportNeedsAnswers: questions are open.
        PortfolioChanged: the portfolio is not at ``expected_revision`` any more.
        NamesDecided: the previewed file reads otherwise since somebody decided about a name.
        Refused: the day of the file is still to come.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT, f"portfolio {portfolio}")
    request = ImportRequest(
        data=data,
        files=files,
        file_name=file_name,
        mapping=mapping,
        assume=assume,
        split_products=split_products,
        day=day,
        by_hand=by_hand,
    )
    resolver = load_resolver(store, actor)
    if read is not None and read.request == request and read.resolver is resolver:
        reading = read
    else:
        reading = _read(store, actor, request, portfolio, resolver, progress)
        if read is not None and read.request == request and read.digest != reading.digest:
            raise NamesDecided
    if reading.intake.outcome is Outcome.CONFIRM:
        # The question what a file is complete for may have been answered by another import.
        open_still = tuple(one for one in reading.intake.confirm if one.code != COMPLETE_FOR)
        intake = replace(reading.intake, confirm=open_still, outcome=_outcome(reading.intake))
        reading = reading if open_still else replace(reading, intake=intake)
    if reading.intake.outcome is Outcome.CONFIRM:
        raise ImportNeedsAnswers(reading.intake)
    if not reading.is_publishable:
        raise ImportRefused(reading.intake)
    if expected_revision is None:
        # What a log or a bill says rests on what was known when it was read.
        expected_revision = reading.revision
    job = Job(store, actor, reading, portfolio, expected_revision, part(progress, _READ, 1.0))
    if reading.intake.format != "dora":
        return publish(job)
    # The zip says more than an inventory holds: kept whole, it can be filled in and filed. It is
    # read before anything is written, so that an import is never half done.
    from db.services.filings import keep_register, read_kept

    source = f"register of information, {file_name}"
    contracts = contracts_in(read_kept(data, file_name=file_name), source=source)
    published = publish(job)
    keep_register(store, actor, portfolio, data, file_name=file_name)
    keep_contracts(store, actor, portfolio, contracts, source=source)
    return published


def _read(
    store: Store,
    actor: Actor,
    request: ImportRequest,
    portfolio: str,
    resolver: Resolver,
    progress: Progress,
    remembered: Remembered | None = None,
) -> Reading:
    """Read an inventory, or a log or a bill against what is known of its startup."""
    told, today = part(progress, 0.0, _READ), store.now().date()
    format_ = None if request.by_hand else usage_format_of(request)
    if format_ is None and not request.files:
        return read_file(request, resolver, told, remembered, today=today)
    with store.read() as session:
        found = portfolio_to_write(session, actor, portfolio)

        def known(startup: str, source: Source, first: date, last: date) -> Earlier:
            if found is None:
                return Earlier()
            return earlier(session, found.id, startup, source, first, last)

        return read_usage_file(
            request,
            resolver,
            startups=_names_in(session, found),
            known=known,
            remembered=remembered_answers(session, found.id, format_) if found else {},
            revision=NO_PORTFOLIO if found is None or not found.live else found.revision,
            today=today,
        )


def _names_in(session: Session, found: PortfolioRecord | None) -> list[str]:
    """The first startups of a portfolio by name, to be offered."""
    if found is None:
        return []
    query = select(STARTUPS.c.name).where(startups_of(session, found.id))
    return list(session.scalars(query.order_by(STARTUPS.c.name_key).limit(_OFFERED)))


def _outcome(intake: IntakeResult) -> Outcome:
    return Outcome.PARTIAL if intake.rejected else Outcome.ACCEPT


def undo_batch(store: Store, actor: Actor, batch: int) -> UndoResult:
    """Put everything a batch wrote back to what it was, except rows that were touched since.

    Raises:
        BatchNotFound: there is no such batch.
        Refused: it was undone already.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.UNDO, f"batch {batch}")
    with store.read() as session:
        startup = startup_of(session, batch)
    # Names are only read again where other logs and bills of the startup are counted again.
    resolver = None if startup is None else load_resolver(store, actor)

    def work(session: Session) -> UndoResult:
        found = session.get(BatchRecord, batch)
        if found is None or session.get(StagingRecord, found.portfolio_id) is not None:
            raise BatchNotFound(batch)
        if not sees(session, actor, found.portfolio_id):
            raise BatchNotFound(batch)
        if found.undone_at is not None:
            raise Refused(f"Batch {batch} was undone already, on {found.undone_at:%d %B %Y}.")
        portfolio = session.get_one(PortfolioRecord, found.portfolio_id)
        undone = undo(session, portfolio_id=portfolio.id, batch_id=batch)
        found.undone_at, found.undone_by = store.now(), actor.name
        if startup is not None and resolver is not None:
            _count_usage_again(store, session, actor, portfolio, startup, resolver)
        mark_written(portfolio, at=store.now())
        session.flush()
        portfolio.live = not is_left_empty(session, portfolio)
        result = UndoResult(
            batch=batch,
            removed=undone.removed,
            restored=undone.restored,
            kept=len(undone.kept),
            kept_rows=undone.kept,
            kept_because=undone.because,
        )
        record(
            store,
            session,
            actor,
            Action.UNDO,
            object_kind="batch",
            object_name=f"{portfolio.name}: batch {batch}",
            after={"removed": result.removed, "restored": result.restored, "kept": result.kept},
        )
        return result

    return store.transact(work)


def _count_usage_again(
    store: Store,
    session: Session,
    actor: Actor,
    portfolio: PortfolioRecord,
    startup: str,
    resolver: Resolver,
) -> None:
    """Let the register say what the logs and bills that are left show of a startup.

    Each was counted with those before it, one of which is undone. Of such counts one is in force.
    """
    session.flush()
    whose = {COUNTED_AGAIN: comparison_key(startup)}
    in_force = select(BatchRecord).where(
        BatchRecord.portfolio_id == portfolio.id,
        BatchRecord.kind == CHANGE,
        BatchRecord.undone_at.is_(None),
    )
    for before in session.scalars(in_force.order_by(BatchRecord.id.desc())).all():
        if before.options == whose:
            undo(session, portfolio_id=portfolio.id, batch_id=before.id)
            before.undone_at, before.undone_by = store.now(), actor.name
    session.flush()
    series = batches_of(session, portfolio.id, startup)
    if not series:
        return
    today = store.now().date()
    dependencies = counted(session, portfolio.id, startup, resolver)
    rows = rows_observed(startup, dependencies, resolver, today)
    covering = Covering(
        covers=Covers.SOURCE,
        day=today,
        series=frozenset(series),
        spoken=shown_alone(session, portfolio.id, series),
    )
    stored = concerned_rows(store, session, portfolio, rows, whole=True)
    said = f"Usage of {startup}, counted again"
    plan = plan_import(rows, stored, file_name=said, covering=covering)
    if not any(one.changed.any() or len(one.new) for one in plan.tables):
        return
    change = add_change(
        session,
        portfolio_id=portfolio.id,
        said=said,
        rows=len(rows),
        details=whose,
        day=today,
        at=store.now(),
        by=actor.name,
    )
    write_plan(session, plan.tables, portfolio_id=portfolio.id, batch_id=change)
