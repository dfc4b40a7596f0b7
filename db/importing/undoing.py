"""Taking a batch back: every row as it was before, except those that somebody touched since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from sqlalchemy import Table, bindparam, delete, func, null, select, update
from sqlalchemy.orm import Session

from db.importing.publishing import ROW_VERSIONS
from db.records import BatchRecord, MadeRowsRecord, table_of
from db.register.bulk import update_rows
from db.register.documents import Row, as_document, from_document, plain_value
from db.register.fingerprints import Fingerprints, fingerprinted, fingerprints
from db.register.rows import DEPENDENCIES, FACTS, STARTUPS, USE_CASES
from risk.inventory.rows import Indices, object_array

_BATCHES = table_of(BatchRecord)
#: Children before parents, each with the column that names its parent.
_CHILDREN_FIRST = (DEPENDENCIES, USE_CASES, FACTS, STARTUPS)
_PARENTS_FIRST = (STARTUPS, FACTS, USE_CASES, DEPENDENCIES)
_AT_ONCE = 500
_MADE_ROWS = table_of(MadeRowsRecord)
#: For each table whose rows others belong to: that table, and its column that names the row.
_PARENT_OF = {
    STARTUPS.name: USE_CASES.c.startup_id,
    USE_CASES.name: DEPENDENCIES.c.use_case_id,
}
_LATER, _EDITED, _NEEDED = (
    "a later import speaks of it too",
    "it was edited since",
    "something that belongs to it is kept",
)


@dataclass(kw_only=True)
class Undoing:
    """What to do to the rows of one table, by number; for a row that is kept, why."""

    remove: list[int] = field(default_factory=list)
    restore: dict[int, Row] = field(default_factory=dict)
    keep: dict[int, str] = field(default_factory=dict)
    removed: int = 0


@dataclass(frozen=True, kw_only=True)
class Undone:
    """Records removed, rows put back to earlier values, and rows kept, named for the reader.

    ``because`` says for each of ``kept`` why it stays.
    """

    removed: int
    restored: int
    kept: tuple[str, ...]
    because: tuple[str, ...]


def undo(session: Session, *, portfolio_id: int, batch_id: int) -> Undone:
    """Take back what a batch wrote.

    A row that a later batch changed or confirmed stays as it is; that later batch is noted to
    follow on what was before this one, so that undoing both, in any order, leaves nothing of
    either. A row whose values are no longer what this batch wrote was edited, and stays too.
    """
    later = _later_versions(session, portfolio_id=portfolio_id, batch_id=batch_id)
    versions = _versions(session, batch_id)
    done: dict[str, Undoing] = {}
    for table in _CHILDREN_FIRST:
        of_table = versions.get(table.name, {})
        current = _rows(session, table, list(of_table))
        undoing = _sort_out(table, current, of_table, later, _needed(session, table, current))
        _carry_out(session, table, undoing)
        made = _undo_made(session, table, batch_id=batch_id, later=later)
        undoing.keep |= made.keep
        undoing.removed = len(undoing.remove) + made.removed
        done[table.name] = undoing
    _splice(session, versions, later)
    _splice_made(session, batch_id, later)
    return Undone(
        removed=done["dependencies"].removed,
        restored=sum(len(done[t.name].restore) for t in (STARTUPS, USE_CASES, DEPENDENCIES)),
        kept=_labels(session, done),
        because=tuple(why for table in _PARENTS_FIRST for why in done[table.name].keep.values()),
    )


def _rows(session: Session, table: Table, numbers: Sequence[int]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for part in _parts(numbers):
        rows = session.execute(select(table).where(table.c.id.in_(part)))
        found |= {row["id"]: dict(row) for row in rows.mappings()}
    return found


def _parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Numbers in parts: databases limit how many values a statement may hold."""
    rest = iter(numbers)
    return iter(lambda: list(islice(rest, _AT_ONCE)), [])


def _needed(session: Session, table: Table, numbers: Iterable[int]) -> set[int]:
    """Which of the rows have others that belong to them."""
    parent = _PARENT_OF.get(table.name)
    if parent is None:
        return set()
    return {
        number
        for part in _parts(numbers)
        for number in session.scalars(select(parent).where(parent.in_(part)).distinct())
    }


def _sort_out(
    table: Table,
    current: Mapping[int, Row],
    versions: Mapping[int, Row],
    later: Mapping[tuple[str, int], int],
    needed: Set[int],
) -> Undoing:
    undoing = Undoing()
    for number, version in versions.items():
        before, after = version["before"], version["after"]
        row = current.get(number)
        if row is None or before == after:
            continue
        if (table.name, number) in later:
            undoing.keep[number] = _LATER
        elif as_document(row) != after:
            undoing.keep[number] = _EDITED
        elif before is None and number in needed:
            undoing.keep[number] = _NEEDED
        elif before is None:
            undoing.remove.append(number)
        else:
            undoing.restore[number] = from_document(table, before)
    return undoing


def _carry_out(session: Session, table: Table, undoing: Undoing) -> None:
    if undoing.remove:
        session.connection().execute(
            delete(table).where(table.c.id == bindparam("row_number")),
            [{"row_number": number} for number in undoing.remove],
        )
    update_rows(session, table, undoing.restore)


def _versions(session: Session, batch_id: int) -> dict[str, dict[int, Row]]:
    found = session.execute(select(ROW_VERSIONS).where(ROW_VERSIONS.c.batch_id == batch_id))
    versions: dict[str, dict[int, Row]] = {}
    for row in found.mappings():
        versions.setdefault(row["table_name"], {})[row["row_id"]] = dict(row)
    return versions


def _later_versions(
    session: Session, *, portfolio_id: int, batch_id: int
) -> dict[tuple[str, int], int]:
    """Return, by table and row, the first version that a later batch in force made.

    Later is who wrote later: a large batch has its number long before it is published.
    """
    own = session.scalar(
        select(func.min(ROW_VERSIONS.c.id)).where(ROW_VERSIONS.c.batch_id == batch_id)
    )
    found = session.execute(
        select(ROW_VERSIONS.c.table_name, ROW_VERSIONS.c.row_id, func.min(ROW_VERSIONS.c.id))
        .join(_BATCHES, _BATCHES.c.id == ROW_VERSIONS.c.batch_id)
        .where(
            _BATCHES.c.portfolio_id == portfolio_id,
            _BATCHES.c.id != batch_id,
            ROW_VERSIONS.c.id > (own or 0),
            _BATCHES.c.undone_at.is_(None),
        )
        .group_by(ROW_VERSIONS.c.table_name, ROW_VERSIONS.c.row_id)
    )
    return {(table, row_id): version for table, row_id, version in found}


def _splice(
    session: Session,
    versions: Mapping[str, Mapping[int, Row]],
    later: Mapping[tuple[str, int], int],
) -> None:
    """Let each later version follow on what was before the batch that is being undone."""
    following = [
        {"version": later[table, number], "earlier": version["before"]}
        for table, rows in versions.items()
        for number, version in rows.items()
        if (table, number) in later
    ]
    if following:
        session.connection().execute(
            update(ROW_VERSIONS)
            .where(ROW_VERSIONS.c.id == bindparam("version"))
            .values(before=bindparam("earlier")),
            following,
        )


def _splice_made(session: Session, batch_id: int, later: Mapping[tuple[str, int], int]) -> None:
    """Let the next version of a row that the batch made follow on nothing."""
    made = _made_by(session, batch_id)
    following = [
        version
        for (table, number), version in later.items()
        if any(table == name and number in numbers for name, numbers in made)
    ]
    for part in _parts(following):
        session.execute(
            update(ROW_VERSIONS).where(ROW_VERSIONS.c.id.in_(part)).values(before=null())
        )


def _labels(session: Session, done: Mapping[str, Undoing]) -> tuple[str, ...]:
    """Name the kept rows, each as deep as it lies: startup, use case, provider."""
    use_case = STARTUPS.c.name + " · " + USE_CASES.c.name
    startup_of = STARTUPS.c.id == USE_CASES.c.startup_id
    labels = {
        "startups": select(STARTUPS.c.id, STARTUPS.c.name),
        "facts": select(FACTS.c.id, STARTUPS.c.name + ": " + FACTS.c.field).join(
            STARTUPS, STARTUPS.c.id == FACTS.c.startup_id
        ),
        "use_cases": select(USE_CASES.c.id, use_case).join(STARTUPS, startup_of),
        "dependencies": select(DEPENDENCIES.c.id, use_case + " · " + DEPENDENCIES.c.provider_text)
        .join(USE_CASES, USE_CASES.c.id == DEPENDENCIES.c.use_case_id)
        .join(STARTUPS, startup_of),
    }
    found: list[str] = []
    for table in _PARENTS_FIRST:
        named: dict[int, str] = {}
        for part in _parts(done[table.name].keep):
            rows = session.execute(labels[table.name].where(table.c.id.in_(part)))
            named |= {row[0]: row[1] for row in rows}
        found += [named[number] for number in done[table.name].keep]
    return tuple(found)


@dataclass(kw_only=True)
class _MadeUndone:
    """How many rows were removed, and why each of the others is kept."""

    removed: int = 0
    keep: dict[int, str] = field(default_factory=dict)


def _undo_made(
    session: Session, table: Table, *, batch_id: int, later: Mapping[tuple[str, int], int]
) -> _MadeUndone:
    """Remove the rows of one table that a batch made, save those touched since or still needed."""
    undone = _MadeUndone()
    made = session.execute(
        select(_MADE_ROWS.c.first_row, _MADE_ROWS.c.fingerprints)
        .where(_MADE_ROWS.c.batch_id == batch_id, _MADE_ROWS.c.table_name == table.name)
        .order_by(_MADE_ROWS.c.first_row)
    ).all()
    for first, stored in made:
        marks = np.frombuffer(stored, np.uint64)
        numbers, found = _present(session, table, first, first + len(marks) - 1)
        edited = set(numbers[found != marks[numbers - first]].tolist())
        needed = _needed_between(session, table, first, first + len(marks) - 1)
        kept: dict[int, str] = {}
        for number in numbers.tolist():
            if (table.name, number) in later:
                kept[number] = _LATER
            elif number in edited:
                kept[number] = _EDITED
            elif number in needed:
                kept[number] = _NEEDED
        _remove(session, table, numbers, kept)
        undone.removed += len(numbers) - len(kept)
        undone.keep |= kept
    return undone


def _present(session: Session, table: Table, first: int, last: int) -> tuple[Indices, Fingerprints]:
    """The numbers of the rows that are still there, and their fingerprints now."""
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    rows = (
        session.connection()
        .exec_driver_sql(
            f'SELECT {listed} FROM "{table.name}" WHERE id BETWEEN {int(first)} AND {int(last)}'  # noqa: S608 - our own names and numbers
        )
        .all()
    )
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    columns = {
        name: object_array([plain_value(value) for value in values])
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    }
    return columns["id"].astype(np.int64), fingerprints(fingerprinted(columns))


def _needed_between(session: Session, table: Table, first: int, last: int) -> set[int]:
    parent = _PARENT_OF.get(table.name)
    if parent is None:
        return set()
    return set(session.scalars(select(parent).where(parent.between(first, last)).distinct()))


def _remove(session: Session, table: Table, numbers: Indices, kept: Mapping[int, str]) -> None:
    if not len(numbers):
        return
    if not kept:
        every = table.c.id.between(int(numbers.min()), int(numbers.max()))
        session.execute(delete(table).where(every))
        return
    gone = [{"row_number": number} for number in numbers.tolist() if number not in kept]
    if gone:
        session.connection().execute(
            delete(table).where(table.c.id == bindparam("row_number")), gone
        )


def _made_by(session: Session, batch_id: int) -> list[tuple[str, range]]:
    """Return which rows a batch made, by table."""
    found = session.execute(
        select(_MADE_ROWS.c.table_name, _MADE_ROWS.c.first_row, _MADE_ROWS.c.fingerprints).where(
            _MADE_ROWS.c.batch_id == batch_id
        )
    )
    return [(table, range(first, first + len(marks) // 8)) for table, first, marks in found]
