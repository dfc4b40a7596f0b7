"""Drills of fallbacks and exits: dated evidence that changes the score and wears out."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import DrillImportRecord, DrillRecord, ImportedDrillRecord, PortfolioRecord
from db.register.evidence import as_drills
from db.register.lookup import dependency_of, startup_named, use_case_named
from db.register.naming import comparison_key
from db.register.portfolios import mark_written
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.visible import sees, visible_portfolio
from risk.alternatives.evidence import Drill, DrillKind
from risk.inventory.records import Dependency, Fallback, Startup, UseCase

#: A drill of longer than a year is a mistake in the unit.
MOST_HOURS = 8760.0
MOST_EVALS = 10_000_000
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class RecordedDrill:
    """A stored drill with its number, who noted it when, and whether it was withdrawn.

    ``import_number`` and ``file`` say which file brought it; None: it was noted by hand.
    """

    number: int
    drill: Drill
    by: str
    at: datetime
    withdrawn_by: str | None
    withdrawn_reason: str | None
    import_number: int | None = None
    file: str | None = None


@dataclass(frozen=True, kw_only=True)
class DrillNote:
    """What somebody notes of a drill. ``provider`` None: the use case's only one."""

    startup: str
    kind: DrillKind
    held_on: date
    evals_passed: int
    evals_total: int
    conducted_by: str
    source: str
    hours: float | None = None
    use_case: str | None = None
    provider: str | None = None


def record_drill(store: Store, actor: Actor, portfolio: str, note: DrillNote) -> int:
    """Note a drill and return its number. From now on it counts in the score.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: startup, use case or provider are unknown, figures make no sense, it lies in the
            future, nobody or no source is named, or there is no fallback that could be tried.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DRILL, f"{note.startup} of portfolio {portfolio}")
    check_drill(note, today=store.now().date())

    def work(session: Session) -> int:
        found = visible_portfolio(session, actor, portfolio)
        startup = startup_named(session, found, note.startup)
        row = drill_row(found, startup, note, actor=actor, at=store.now())
        session.add(row)
        session.flush()
        mark_written(found, at=store.now())
        _audit(store, session, actor, row, found.name)
        return row.id

    return store.transact(work)


def withdraw_drill(store: Store, actor: Actor, number: int, *, reason: str) -> None:
    """Take a drill back: it stays on record and counts no longer.

    Raises:
        Refused: there is no such drill, it was withdrawn before, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DRILL, f"drill {number}")
    if not reason.strip():
        raise Refused("Say why the drill no longer counts: others will want to know.")

    def work(session: Session) -> None:
        row = session.get(DrillRecord, number)
        if row is None or not sees(session, actor, row.portfolio_id):
            raise Refused(f"There is no drill {number}.")
        if row.withdrawn_at is not None:
            raise Refused(f"Drill {number} was withdrawn before, by {row.withdrawn_by}.")
        row.withdrawn_by, row.withdrawn_at = actor.name, store.now()
        row.withdrawn_reason = reason.strip()
        found = session.get_one(PortfolioRecord, row.portfolio_id)
        mark_written(found, at=store.now())
        _audit(store, session, actor, row, found.name, reason=reason.strip())

    store.transact(work)


def list_drills(
    store: Store, actor: Actor, portfolio: str, startup: str | None = None
) -> tuple[RecordedDrill, ...]:
    """Return the drills of a portfolio or of one startup, newest first, withdrawn ones included.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        query = (
            select(DrillRecord, DrillImportRecord)
            .outerjoin(ImportedDrillRecord, ImportedDrillRecord.drill_id == DrillRecord.id)
            .outerjoin(DrillImportRecord, DrillImportRecord.id == ImportedDrillRecord.import_id)
            .where(DrillRecord.portfolio_id == found.id)
        )
        if startup is not None:
            query = query.where(DrillRecord.startup_key == comparison_key(startup))
        rows = session.execute(
            query.order_by(DrillRecord.held_on.desc(), DrillRecord.id.desc())
        ).all()
        return tuple(
            RecordedDrill(
                number=row.id,
                drill=drill,
                by=row.recorded_by,
                at=row.recorded_at,
                withdrawn_by=row.withdrawn_by,
                withdrawn_reason=row.withdrawn_reason,
                import_number=None if file is None else file.id,
                file=None if file is None else file.file_name,
            )
            for (row, file), drill in zip(
                rows, as_drills([row for row, _ in rows], {}), strict=True
            )
        )


def drill_row(
    portfolio: PortfolioRecord, startup: Startup, note: DrillNote, *, actor: Actor, at: datetime
) -> DrillRecord:
    """Return the row of a drill that was checked, about the dependency that it names.

    Raises:
        Refused: use case or provider are unknown, or there is no fallback that could be tried.
    """
    case, dependency = _place_of(startup, note)
    if note.kind is DrillKind.FALLBACK and dependency.fallback in (None, Fallback.NONE):
        raise Refused(
            f"The register names no backup for “{case.name}”: import one first, then note "
            "that it was tried."
        )
    return DrillRecord(
        portfolio_id=portfolio.id,
        startup=startup.name,
        startup_key=comparison_key(startup.name),
        use_case=case.name,
        dependency_key=dependency.key,
        kind=note.kind,
        held_on=note.held_on,
        evals_passed=note.evals_passed,
        evals_total=note.evals_total,
        hours=note.hours,
        conducted_by=note.conducted_by.strip(),
        source=note.source.strip(),
        recorded_by=actor.name,
        recorded_at=at,
    )


def _place_of(startup: Startup, note: DrillNote) -> tuple[UseCase, Dependency]:
    """The use case and dependency of a drill; a key says both."""
    for case in startup.use_cases:
        for one in case.dependencies:
            if note.provider == one.key:
                return case, one
    case = use_case_named(startup, note.use_case)
    return case, dependency_of(case, note.provider)


def check_drill(note: DrillNote, *, today: date) -> None:
    """Refuse a drill whose figures make no sense, wherever it is told.

    Raises:
        Refused: with the sentence that says what to write instead.
    """
    if not 0 <= note.evals_passed <= note.evals_total <= MOST_EVALS:
        raise Refused(
            "Write how many evaluations passed and how many were run, for instance 47 of 50."
        )
    if note.evals_total == 0:
        raise Refused("A drill without a single evaluation proves nothing: run one first.")
    if note.hours is not None and not 0 <= note.hours <= MOST_HOURS:
        raise Refused(
            "Write how long it took in hours, from 0 to 8,760; leave it out if nobody did."
        )
    if note.held_on > today:
        raise Refused(f"{note.held_on} is still to come: note a drill once it was held.")
    if not note.conducted_by.strip() or not note.source.strip():
        raise Refused("Name who held the drill, and where it is written down.")
    if len(note.conducted_by.strip()) > _LONGEST_NAME:
        raise Refused(f"Name who held the drill in at most {_LONGEST_NAME} letters.")


def _audit(
    store: Store,
    session: Session,
    actor: Actor,
    row: DrillRecord,
    portfolio: str,
    reason: str | None = None,
) -> None:
    told = {
        "number": row.id,
        "use_case": row.use_case,
        "kind": row.kind.value,
        "held_on": row.held_on.isoformat(),
        "evals": f"{row.evals_passed} of {row.evals_total}",
        "hours": row.hours,
        "conducted_by": row.conducted_by,
        "source": row.source,
    }
    withdrawn = row.withdrawn_at is not None
    record(
        store,
        session,
        actor,
        Action.RECORD_DRILL,
        object_kind="drill",
        object_name=f"{portfolio}: {row.startup}",
        before=told if withdrawn else None,
        after=None if withdrawn else told,
        reason=reason,
    )
