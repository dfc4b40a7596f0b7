"""Files of drills: read, placed in the register, taken over in one go and taken back as a whole."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.importing.planning import names_in
from db.importing.unpacking import unpack_apart
from db.records import DrillImportRecord, DrillRecord, ImportedDrillRecord, PortfolioRecord
from db.register.evidence import as_drills
from db.register.lookup import near
from db.register.naming import comparison_key
from db.register.portfolios import mark_written
from db.register.rows import as_portfolio, read_register
from db.register.tables import STARTUPS, startups_of
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.drills import DrillNote, check_drill, drill_row
from db.services.visible import sees, visible_portfolio
from risk.alternatives.drill_files import DrillRow, placed_elsewhere, read_drills
from risk.alternatives.evidence import Drill
from risk.inventory.intake_results import Problem
from risk.inventory.own_tables import TableRead
from risk.inventory.records import Startup

#: Names that one statement asks for.
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class DrillFile:
    """A table of drills and how to read it; ``conducted_by`` holds for lines that name nobody."""

    data: bytes
    file_name: str
    conducted_by: str | None = None
    mapping: Mapping[str, str | None] | None = None
    assume: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class DrillImport:
    """What a table of drills says and adds.

    ``read`` has the lines that cannot be placed in the register among its rejects. ``number`` is
    the import's, None where nothing was written: it was only looked at, a question is open, or
    nothing is new. ``new`` are the drills that it adds, ``known`` counts those that stand already,
    ``taken_back`` those that somebody withdrew before, which stay so, and ``same_day`` the new ones
    of a day of which another drill of the same kind and dependency is known: both stay.
    """

    read: TableRead[DrillRow]
    number: int | None
    new: tuple[Drill, ...]
    known: int
    taken_back: int
    same_day: int


@dataclass(frozen=True, kw_only=True)
class DrillFileSummary:
    """A file of drills: how many it brought, how many stand, and who took it back."""

    number: int
    file_name: str
    by: str
    at: datetime
    drills: int
    standing: int
    undone_by: str | None
    undone_at: datetime | None


def import_drills(
    store: Store, actor: Actor, portfolio: str, file: DrillFile, *, dry_run: bool = False
) -> DrillImport:
    """Take over a table of drills in one go; the same table again adds nothing.

    What can be read and placed is taken, unless a question is open or the file is refused; every
    other line comes back with its reason. With ``dry_run`` nothing is written.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DRILL, f"drills of portfolio {portfolio}")
    read = read_drills(
        file.data,
        file_name=file.file_name,
        conducted_by=file.conducted_by,
        mapping=file.mapping,
        assume=file.assume,
        unpack=unpack_apart,
    )

    def planned(session: Session) -> tuple[PortfolioRecord, _Plan]:
        found = visible_portfolio(session, actor, portfolio)
        return found, _plan(session, found, read, actor=actor, at=store.now())

    def work(session: Session) -> DrillImport:
        found, plan = planned(session)
        if not plan.rows:
            return plan.told(None)
        number = _write(session, found, file, plan.rows, actor=actor, at=store.now())
        mark_written(found, at=store.now())
        record(
            store,
            session,
            actor,
            Action.RECORD_DRILL,
            object_kind="drills",
            object_name=f"{found.name}: {file.file_name}",
            after={"import": number, "drills": [row.id for row in plan.rows]},
        )
        return plan.told(number)

    if not dry_run and read.rows and read.is_ready:
        return store.transact(work)
    with store.read() as session:
        return planned(session)[1].told(None)


def undo_drill_import(store: Store, actor: Actor, number: int) -> DrillFileSummary:
    """Take back all drills of an import that still stand; they stay on record.

    Raises:
        Refused: there is no such import, or it was taken back before.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DRILL, f"import {number} of drills")

    def work(session: Session) -> DrillFileSummary:
        made = session.get(DrillImportRecord, number)
        if made is None or not sees(session, actor, made.portfolio_id):
            raise Refused(f"There is no import {number} of drills.")
        if made.undone_at is not None:
            raise Refused(f"Import {number} of drills was taken back before, by {made.undone_by}.")
        made.undone_by, made.undone_at = actor.name, store.now()
        own = select(ImportedDrillRecord.drill_id).where(ImportedDrillRecord.import_id == number)
        rows = session.scalars(
            select(DrillRecord).where(DrillRecord.id.in_(own), DrillRecord.withdrawn_at.is_(None))
        ).all()
        for row in rows:
            row.withdrawn_by, row.withdrawn_at = actor.name, made.undone_at
            row.withdrawn_reason = f"The file {made.file_name} was taken back."
        session.flush()
        found = session.get_one(PortfolioRecord, made.portfolio_id)
        mark_written(found, at=store.now())
        record(
            store,
            session,
            actor,
            Action.RECORD_DRILL,
            object_kind="drills",
            object_name=f"{found.name}: {made.file_name}",
            before={"import": number, "drills": [row.id for row in rows]},
        )
        return _summaries(session, found.id, only=number)[0]

    return store.transact(work)


def list_drill_files(store: Store, actor: Actor, portfolio: str) -> tuple[DrillFileSummary, ...]:
    """Return the files of drills that were taken over, newest first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        return _summaries(session, visible_portfolio(session, actor, portfolio).id)


def _summaries(
    session: Session, portfolio_id: int, *, only: int | None = None
) -> tuple[DrillFileSummary, ...]:
    query = (
        select(
            DrillImportRecord,
            func.count(DrillRecord.id),
            func.count(DrillRecord.id) - func.count(DrillRecord.withdrawn_at),
        )
        .join(ImportedDrillRecord, ImportedDrillRecord.import_id == DrillImportRecord.id)
        .join(DrillRecord, DrillRecord.id == ImportedDrillRecord.drill_id)
        .where(DrillImportRecord.portfolio_id == portfolio_id)
        .group_by(DrillImportRecord.id)
        .order_by(DrillImportRecord.id.desc())
    )
    if only is not None:
        query = query.where(DrillImportRecord.id == only)
    return tuple(
        DrillFileSummary(
            number=one.id,
            file_name=one.file_name,
            by=one.imported_by,
            at=one.imported_at,
            drills=drills,
            standing=standing,
            undone_by=one.undone_by,
            undone_at=one.undone_at,
        )
        for one, drills, standing in session.execute(query)
    )


# --- What a file adds -----------------------------------------------------------------------------

#: What makes two drills one: the dependency, the kind, the day, the figures, and who held it.
_Identity = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What a reading adds to what stands."""

    read: TableRead[DrillRow]
    rows: Sequence[DrillRecord]
    known: int
    taken_back: int
    same_day: int

    def told(self, number: int | None) -> DrillImport:
        """The plan as whoever asked is told it."""
        return DrillImport(
            read=self.read,
            number=number,
            new=as_drills(self.rows, {}),
            known=self.known,
            taken_back=self.taken_back,
            same_day=self.same_day,
        )


def _plan(
    session: Session,
    found: PortfolioRecord,
    read: TableRead[DrillRow],
    *,
    actor: Actor,
    at: datetime,
) -> _Plan:
    startups = _Register(session, found, {comparison_key(one.startup) for one in read.rows})
    standing, withdrawn = _identities(session, found)
    days = {identity[:3] for identity in standing}
    rows: list[DrillRecord] = []
    unplaced: list[tuple[DrillRow, Problem]] = []
    known = taken_back = same_day = 0
    for one in read.rows:
        try:
            row = _placed(startups, found, one, actor=actor, at=at)
        except Refused as reason:
            unplaced.append((one, placed_elsewhere(one, str(reason))))
            continue
        identity = _identity(row)
        if identity in standing:
            known += 1
        elif identity in withdrawn:
            taken_back += 1
        else:
            same_day += identity[:3] in days
            standing.add(identity)
            days.add(identity[:3])
            rows.append(row)
    return _Plan(
        read=read.without(unplaced),
        rows=rows,
        known=known,
        taken_back=taken_back,
        same_day=same_day,
    )


def _placed(
    startups: "_Register", found: PortfolioRecord, one: DrillRow, *, actor: Actor, at: datetime
) -> DrillRecord:
    """The row of a drill that a line tells of.

    Raises:
        Refused: the register has no place for it, or its figures make no sense.
    """
    startup = startups.named(one.startup)
    keys = {each.key for case in startup.use_cases for each in case.dependencies}
    note = DrillNote(
        startup=startup.name,
        kind=one.kind,
        held_on=one.held_on,
        evals_passed=one.evals_passed,
        evals_total=one.evals_total,
        conducted_by=one.conducted_by,
        source=one.source,
        hours=one.hours,
        use_case=startups.use_case(startup, one.use_case),
        provider=one.dependency_key if one.dependency_key in keys else one.provider,
    )
    check_drill(note, today=at.date())
    return drill_row(found, startup, note, actor=actor, at=at)


class _Register:
    """The startups of a portfolio that a file names, by their present or former names."""

    def __init__(self, session: Session, found: PortfolioRecord, keys: set[str]) -> None:
        self._session, self._found = session, found
        of_portfolio = startups_of(session, found.id)
        renamed = select(STARTUPS.c.name_key, STARTUPS.c.other_names).where(
            of_portfolio, STARTUPS.c.other_names.is_not(None)
        )
        self._had = {
            old: key
            for key, names in session.execute(renamed)
            for old in names_in(names)
            if old in keys
        }
        wanted = sorted(keys | set(self._had.values()))
        self._startups: dict[str, Startup] = {}
        #: Present names of use cases by the startup's key and a name that they had.
        self._cases: dict[tuple[str, str], str] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            register = read_register(session, found.id, names=wanted[start : start + _AT_ONCE])
            owners = {row["id"]: row["name_key"] for row in register.startups}
            for row in register.use_cases:
                for old in names_in(row["other_names"]):
                    self._cases[owners[row["startup_id"]], old] = row["name"]
            for one in as_portfolio(found, register).startups:
                self._startups[comparison_key(one.name)] = one

    def named(self, name: str) -> Startup:
        """The startup of this name.

        Raises:
            Refused: there is none; the sentence names those that begin alike.
        """
        key = comparison_key(name)
        startup = self._startups.get(key) or self._startups.get(self._had.get(key, ""))
        if startup is None:
            hint = near(self._session, self._found, key)
            raise Refused(f"There is no company “{name}” in {self._found.name}.{hint}")
        return startup

    def use_case(self, startup: Startup, name: str | None) -> str | None:
        """The present name of a use case, where it was renamed."""
        if name is None or comparison_key(name) in {
            comparison_key(one.name) for one in startup.use_cases
        }:
            return name
        return self._cases.get((comparison_key(startup.name), comparison_key(name)), name)


def _identity(row: DrillRecord) -> _Identity:
    return (
        *(row.dependency_key, row.kind, row.held_on),
        *(row.evals_passed, row.evals_total, row.hours),
        *(row.startup_key, comparison_key(row.conducted_by)),
    )


def _identities(session: Session, found: PortfolioRecord) -> tuple[set[_Identity], set[_Identity]]:
    """What stands, and what somebody withdrew; a file that was taken back as a whole is neither."""
    query = (
        select(DrillRecord, DrillImportRecord.undone_at)
        .outerjoin(ImportedDrillRecord, ImportedDrillRecord.drill_id == DrillRecord.id)
        .outerjoin(DrillImportRecord, DrillImportRecord.id == ImportedDrillRecord.import_id)
        .where(DrillRecord.portfolio_id == found.id)
    )
    standing, withdrawn = set[_Identity](), set[_Identity]()
    for row, undone_at in session.execute(query):
        if row.withdrawn_at is None:
            standing.add(_identity(row))
        elif row.withdrawn_at != undone_at:
            withdrawn.add(_identity(row))
    return standing, withdrawn


def _write(
    session: Session,
    found: PortfolioRecord,
    file: DrillFile,
    rows: Sequence[DrillRecord],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Write drills with the file that brought them; return the import's number."""
    made = DrillImportRecord(
        portfolio_id=found.id,
        file_name=file.file_name,
        file_digest=hashlib.sha256(file.data).hexdigest(),
        imported_by=actor.name,
        imported_at=at,
    )
    session.add_all([made, *rows])
    session.flush()
    session.add_all(ImportedDrillRecord(drill_id=row.id, import_id=made.id) for row in rows)
    session.flush()
    return made.id
