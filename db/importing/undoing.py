"""Taking a batch back: every row as it was before, except those that somebody touched since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from sqlalchemy import Table, bindparam, delete, func, insert, null, select, update
from sqlalchemy.orm import Session

from db.importing.evidence import MOVED, Moves, follow, move_back
from db.importing.usage import undo_usage
from db.importing.writing import MADE_ROWS, ROW_VERSIONS
from db.records import BatchRecord, table_of
from db.register.bulk import append_rows, read_columns, update_rows
from db.register.documents import Row, as_document, from_document
from db.register.fingerprints import Fingerprints, fingerprinted, fingerprints
from db.register.numbers import packed_numbers, unpacked_numbers
from db.register.tables import DEPENDENCIES, FACTS, STARTUPS, USE_CASES
from risk.inventory.rows import Indices

_BATCHES = table_of(BatchRecord)
#: Children before parents, each with the column that names its parent.
_CHILDREN_FIRST = (DEPENDENCIES, USE_CASES, FACTS, STARTUPS)
_PARENTS_FIRST = (STARTUPS, FACTS, USE_CASES, DEPENDENCIES)
_AT_ONCE = 500
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


@dataclass(frozen=True, kw_only=True)
class Version:
    """One row before and after a batch; ``before`` None: the batch made it."""

    before: Row | None
    after: Row


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
    versions, made = _versions(session, batch_id), _made_by(session, batch_id)
    later = _later_mentions(session, portfolio_id=portfolio_id, batch_id=batch_id)
    done: dict[str, Undoing] = {}
    for table in _CHILDREN_FIRST:
        of_table = versions.get(table.name, {})
        current = _rows(session, table, list(of_table))
        spoken_of = later.of(table)
        undoing = _sort_out(current, of_table, spoken_of, _needed(session, table, current))
        _carry_out(session, table, undoing)
        undone = _undo_made(session, table, made.get(table.name, ()), spoken_of)
        undoing.keep |= undone.keep
        undoing.removed = len(undoing.remove) + undone.removed
        done[table.name] = undoing
        _hand_on(session, table, of_table, spoken_of)
        _hand_on_made(session, table, made.get(table.name, ()), spoken_of)
    follow(session, portfolio_id, _names_restored(session, versions, done))
    move_back(session, portfolio_id, session.get_one(BatchRecord, batch_id).options.get(MOVED, ()))
    undo_usage(session, batch_id)
    return Undone(
        removed=done["dependencies"].removed,
        restored=sum(len(done[t.name].restore) for t in (STARTUPS, USE_CASES, DEPENDENCIES)),
        kept=_labels(session, done),
        because=tuple(why for table in _PARENTS_FIRST for why in done[table.name].keep.values()),
    )


def _names_restored(
    session: Session,
    versions: Mapping[str, Mapping[int, Version]],
    done: Mapping[str, Undoing],
) -> Moves:
    """The names that rows have no longer, with those that they have again."""

    def other(table: Table, column: str) -> list[tuple[int, Row, Row]]:
        restored = done[table.name].restore.items()
        pairs = ((at, versions[table.name][at].after, row) for at, row in restored)
        return [(at, was, row) for at, was, row in pairs if was[column] != row[column]]

    use_cases = other(USE_CASES, "name")
    owners = _rows(session, STARTUPS, [row["startup_id"] for _, _, row in use_cases])
    return Moves(
        startups={
            was["name_key"]: (row["name_key"], row["name"])
            for _, was, row in other(STARTUPS, "name")
        },
        use_cases={
            (owners[row["startup_id"]]["name_key"], was["name_key"]): row["name"]
            for _, was, row in use_cases
        },
        dependencies={was["key"]: row["key"] for _, was, row in other(DEPENDENCIES, "key")},
    )


@dataclass(frozen=True, kw_only=True)
class _Confirmed:
    """Rows of one table that a later batch only confirmed: its version that tells of them."""

    version: int
    batch: int
    numbers: Indices


@dataclass(frozen=True, kw_only=True)
class _Mentions:
    """Where later batches in force speak of the rows of one table, the first of them that does.

    ``versions``: by row the version of its own. ``confirmed``: by place of the batch, first those
    that were published first. ``order``: the place of each batch.
    """

    versions: Mapping[int, tuple[int, int]]
    confirmed: Sequence[_Confirmed]
    order: Mapping[int, int]

    def first(self, numbers: Indices) -> dict[int, _Confirmed | int]:
        """For each of the rows that is spoken of, the version that is next for it."""
        found: dict[int, _Confirmed | int] = {}
        for one in reversed(self.confirmed):
            found |= dict.fromkeys(numbers[np.isin(numbers, one.numbers)].tolist(), one)
        for number in numbers.tolist():
            own, other = self.versions.get(number), found.get(number)
            if own is None:
                continue
            version, batch = own
            if not isinstance(other, _Confirmed) or self.order[batch] < self.order[other.batch]:
                found[number] = version
        return found


@dataclass(frozen=True, kw_only=True)
class _Later:
    """What later batches in force say, by table."""

    versions: Mapping[str, Mapping[int, tuple[int, int]]]
    confirmed: Mapping[str, Sequence[_Confirmed]]
    order: Mapping[int, int]

    def of(self, table: Table) -> _Mentions:
        """What they say of one table."""
        return _Mentions(
            versions=self.versions.get(table.name, {}),
            confirmed=self.confirmed.get(table.name, ()),
            order=self.order,
        )


def _later_mentions(session: Session, *, portfolio_id: int, batch_id: int) -> _Later:
    """What batches in force say that were published after this one.

    Later is who wrote later, as its first version tells: a large batch has its number long before
    it is published, and a version that was handed on to a batch is younger than its others.
    """
    begun = (
        select(ROW_VERSIONS.c.batch_id, func.min(ROW_VERSIONS.c.id).label("first"))
        .join(_BATCHES, _BATCHES.c.id == ROW_VERSIONS.c.batch_id)
        .where(_BATCHES.c.portfolio_id == portfolio_id)
        .group_by(ROW_VERSIONS.c.batch_id)
    )
    first: dict[int, int] = dict(session.execute(begun).all())
    in_force = set(
        session.scalars(
            select(_BATCHES.c.id).where(
                _BATCHES.c.portfolio_id == portfolio_id, _BATCHES.c.undone_at.is_(None)
            )
        )
    )
    own = first.get(batch_id, 0)
    order = {
        batch: version
        for batch, version in first.items()
        if batch in in_force and batch != batch_id and version > own
    }
    versions: dict[str, dict[int, tuple[int, int]]] = {}
    confirmed: dict[str, list[_Confirmed]] = {}
    for batch in sorted(order, key=order.__getitem__):
        told = session.execute(
            select(
                ROW_VERSIONS.c.id,
                ROW_VERSIONS.c.table_name,
                ROW_VERSIONS.c.row_id,
                ROW_VERSIONS.c.numbers,
            ).where(ROW_VERSIONS.c.batch_id == batch)
        )
        for version, table, row, numbers in told:
            if numbers is None:
                versions.setdefault(table, {}).setdefault(row, (version, batch))
            else:
                rows = unpacked_numbers(numbers)
                one = _Confirmed(version=version, batch=batch, numbers=rows)
                confirmed.setdefault(table, []).append(one)
    return _Later(versions=versions, confirmed=confirmed, order=order)


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
    current: Mapping[int, Row],
    versions: Mapping[int, Version],
    later: _Mentions,
    needed: Set[int],
) -> Undoing:
    undoing = Undoing()
    spoken_of = later.first(np.fromiter(versions, np.int64, len(versions)))
    for number, version in versions.items():
        before, after = version.before, version.after
        row = current.get(number)
        if row is None or (before is not None and _said(before) == _said(after)):
            continue
        if number in spoken_of:
            undoing.keep[number] = _LATER
        elif _said(as_document(row)) != _said(after):
            undoing.keep[number] = _EDITED
        elif before is None and number in needed:
            undoing.keep[number] = _NEEDED
        elif before is None:
            undoing.remove.append(number)
        else:
            undoing.restore[number] = before
    return undoing


def _said(document: Row) -> Row:
    """What a document says: a column that came later is unknown in documents from before.

    Days that follow from batches are no edits: a store that went back to an older schema lost them.
    """
    derived = ("since", "recorded_on")
    return {
        name: value for name, value in document.items() if value is not None and name not in derived
    }


def _carry_out(session: Session, table: Table, undoing: Undoing) -> None:
    if undoing.remove:
        session.connection().execute(
            delete(table).where(table.c.id == bindparam("row_number")),
            [{"row_number": number} for number in undoing.remove],
        )
    every = {column.name: None for column in table.columns if column.name != "id"}
    restored = {at: from_document(table, every | row) for at, row in undoing.restore.items()}
    update_rows(session, table, restored)


def _versions(session: Session, batch_id: int) -> dict[str, dict[int, Version]]:
    """What a batch wrote, row by row; those that it only confirmed are left out."""
    found = session.execute(
        select(ROW_VERSIONS).where(
            ROW_VERSIONS.c.batch_id == batch_id, ROW_VERSIONS.c.numbers.is_(None)
        )
    )
    versions: dict[str, dict[int, Version]] = {}
    for row in found.mappings():
        one = Version(before=row["before"], after=row["after"])
        versions.setdefault(row["table_name"], {})[row["row_id"]] = one
    return versions


def _hand_on(
    session: Session, table: Table, versions: Mapping[int, Version], later: _Mentions
) -> None:
    """Let the next version of each row follow on what was before the batch that is undone.

    A batch that only confirmed a row has from now on a version of it.
    """
    following, added = [], []
    spoken_of = later.first(np.fromiter(versions, np.int64, len(versions)))
    for number, at in spoken_of.items():
        version = versions[number]
        if isinstance(at, int):
            following.append({"version": at, "earlier": version.before})
        else:
            row = {"batch_id": at.batch, "table_name": table.name, "row_id": number}
            added.append(row | {"before": version.before, "after": version.after})
    if following:
        session.connection().execute(
            update(ROW_VERSIONS)
            .where(ROW_VERSIONS.c.id == bindparam("version"))
            .values(before=bindparam("earlier")),
            following,
        )
    append_rows(session, ROW_VERSIONS, added)
    _take_out(session, spoken_of)


def _take_out(session: Session, spoken_of: Mapping[int, _Confirmed | int]) -> None:
    """Take rows that a batch has versions of from those that it only confirmed."""
    by_version: dict[int, tuple[_Confirmed, list[int]]] = {}
    for number, one in spoken_of.items():
        if isinstance(one, _Confirmed):
            by_version.setdefault(one.version, (one, []))[1].append(number)
    for version, (one, numbers) in by_version.items():
        rest = np.setdiff1d(one.numbers, numbers)
        session.execute(
            update(ROW_VERSIONS)
            .where(ROW_VERSIONS.c.id == version)
            .values(numbers=packed_numbers(rest))
        )


@dataclass(frozen=True, kw_only=True)
class _Made:
    """Rows that a batch made, from the first on, and their fingerprints then."""

    first: int
    marks: Fingerprints

    @property
    def last(self) -> int:
        return self.first + len(self.marks) - 1

    @property
    def numbers(self) -> Indices:
        return self.first + np.arange(len(self.marks))


def _made_by(session: Session, batch_id: int) -> dict[str, list[_Made]]:
    """What a batch made, by table."""
    found: dict[str, list[_Made]] = {}
    query = (
        select(MADE_ROWS.c.table_name, MADE_ROWS.c.first_row, MADE_ROWS.c.fingerprints)
        .where(MADE_ROWS.c.batch_id == batch_id)
        .order_by(MADE_ROWS.c.first_row)
    )
    for table, first, marks in session.execute(query):
        one = _Made(first=first, marks=np.frombuffer(marks, np.uint64))
        found.setdefault(table, []).append(one)
    return found


def _hand_on_made(session: Session, table: Table, made: Iterable[_Made], later: _Mentions) -> None:
    """Let whoever speaks next of a row that the batch made have made it."""
    for part in made:
        spoken_of = later.first(part.numbers)
        of_own = [at for at in spoken_of.values() if isinstance(at, int)]
        for some in _parts(of_own):
            session.execute(
                update(ROW_VERSIONS).where(ROW_VERSIONS.c.id.in_(some)).values(before=null())
            )
        by_batch: dict[int, list[int]] = {}
        for number, at in spoken_of.items():
            if isinstance(at, _Confirmed):
                by_batch.setdefault(at.batch, []).append(number)
        for batch, numbers in by_batch.items():
            rows = np.sort(np.array(numbers))
            for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
                marks = part.marks[run - part.first].tobytes()
                row = {"table_name": table.name, "first_row": int(run[0]), "fingerprints": marks}
                session.execute(insert(MADE_ROWS), [row | {"batch_id": batch}])
        _take_out(session, spoken_of)


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
    session: Session, table: Table, made: Iterable[_Made], later: _Mentions
) -> _MadeUndone:
    """Remove the rows of one table that a batch made, save those touched since or still needed."""
    undone = _MadeUndone()
    for part in made:
        current = read_columns(session, table, table.c.id.between(part.first, part.last))
        numbers = current["id"].astype(np.int64)
        if not len(numbers):
            continue
        marks = fingerprints(fingerprinted(current))
        edited = set(numbers[marks != part.marks[numbers - part.first]].tolist())
        needed = _needed_between(session, table, part.first, part.last)
        spoken_of = later.first(numbers)
        kept: dict[int, str] = {}
        for number in numbers.tolist():
            if number in spoken_of:
                kept[number] = _LATER
            elif number in edited:
                kept[number] = _EDITED
            elif number in needed:
                kept[number] = _NEEDED
        _remove(session, table, numbers, kept)
        undone.removed += len(numbers) - len(kept)
        undone.keep |= kept
    return undone


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
