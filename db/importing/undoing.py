"""Taking a batch back: every row as it was before, except those that somebody touched since."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from db.importing.publishing import ROW_VERSIONS
from db.records import BatchRecord, table_of
from db.register.bulk import update_rows
from db.register.documents import Row, as_document, from_document
from db.register.rows import (
    DEPENDENCIES,
    FACTS,
    STARTUPS,
    USE_CASES,
    StoredRegister,
    read_register,
)

_BATCHES = table_of(BatchRecord)
#: Children before parents, each with the column that names its parent.
_CHILDREN_FIRST = (DEPENDENCIES, USE_CASES, FACTS, STARTUPS)
_PARENTS_FIRST = (STARTUPS, FACTS, USE_CASES, DEPENDENCIES)
_PARENT = {"dependencies": "use_case_id", "use_cases": "startup_id"}


@dataclass(kw_only=True)
class Undoing:
    """What to do to the rows of one table, by number; for a row that is kept, why."""

    remove: list[int] = field(default_factory=list)
    restore: dict[int, Row] = field(default_factory=dict)
    keep: dict[int, str] = field(default_factory=dict)


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
    register = read_register(session, portfolio_id)
    later = _later_versions(session, portfolio_id=portfolio_id, batch_id=batch_id)
    versions = _versions(session, batch_id)
    children: Counter[tuple[str, int]] = Counter()
    done: dict[str, Undoing] = {}
    for table in _CHILDREN_FIRST:
        current = {row["id"]: row for row in register.rows(table)}
        undoing = _sort_out(table, current, versions.get(table.name, {}), later, children)
        done[table.name] = undoing
        removed = set(undoing.remove)
        for number, row in current.items():
            if table.name in _PARENT and number not in removed:
                children[_parent_table(table), row[_PARENT[table.name]]] += 1
        _carry_out(session, table, undoing)
    _splice(session, versions, later)
    return Undone(
        removed=len(done["dependencies"].remove),
        restored=sum(len(done[t.name].restore) for t in (STARTUPS, USE_CASES, DEPENDENCIES)),
        kept=_labels(register, done),
        because=tuple(why for table in _PARENTS_FIRST for why in done[table.name].keep.values()),
    )


def _parent_table(table: Table) -> str:
    return "use_cases" if table is DEPENDENCIES else "startups"


def _sort_out(
    table: Table,
    current: Mapping[int, Row],
    versions: Mapping[int, Row],
    later: Mapping[tuple[str, int], int],
    children: Counter[tuple[str, int]],
) -> Undoing:
    undoing = Undoing()
    for number, version in versions.items():
        before, after = version["before"], version["after"]
        row = current.get(number)
        if row is None or before == after:
            continue
        if (table.name, number) in later:
            undoing.keep[number] = "a later import speaks of it too"
        elif as_document(row) != after:
            undoing.keep[number] = "it was edited since"
        elif before is None and children[table.name, number]:
            undoing.keep[number] = "something that belongs to it is kept"
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
    """Return, by table and row, the first version that a later batch in force made."""
    found = session.execute(
        select(ROW_VERSIONS.c.table_name, ROW_VERSIONS.c.row_id, func.min(ROW_VERSIONS.c.id))
        .join(_BATCHES, _BATCHES.c.id == ROW_VERSIONS.c.batch_id)
        .where(
            _BATCHES.c.portfolio_id == portfolio_id,
            _BATCHES.c.id > batch_id,
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


def _labels(register: StoredRegister, done: Mapping[str, Undoing]) -> tuple[str, ...]:
    """Name the kept rows, each as deep as it lies: startup, use case, provider."""
    names = {row["id"]: row["name"] for row in register.startups}
    use_cases = {
        row["id"]: f"{names[row['startup_id']]} · {row['name']}" for row in register.use_cases
    }
    labels = {
        "startups": names,
        "use_cases": use_cases,
        "dependencies": {
            row["id"]: f"{use_cases[row['use_case_id']]} · {row['provider_text']}"
            for row in register.dependencies
        },
        "facts": {
            row["id"]: f"{names[row['startup_id']]}: {row['field']}" for row in register.facts
        },
    }
    return tuple(
        labels[table.name][number] for table in _PARENTS_FIRST for number in done[table.name].keep
    )
