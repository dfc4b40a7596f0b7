"""The register as of a past day: what is stored now, with everything later taken back in memory.

Batches that were undone count as never imported. What edits of a register did without a batch (a
portfolio saved whole) is not kept, so that nothing older than that can be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import accumulate

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import BatchRecord, MadeRowsRecord, RowVersionRecord, table_of
from db.register.bulk import Columns, read_columns
from db.register.recorded import recorded_days
from db.register.tables import (
    DEPENDENCIES,
    FACTS,
    REGISTER_TABLES,
    STARTUPS,
    USE_CASES,
)
from risk.inventory.rows import object_array

_VERSIONS = table_of(RowVersionRecord)
_MADE = table_of(MadeRowsRecord)
#: Of each table the column that names the row above, and the table that it stands in.
PARENTS = {
    FACTS.name: ("startup_id", STARTUPS.name),
    USE_CASES.name: ("startup_id", STARTUPS.name),
    DEPENDENCIES.name: ("use_case_id", USE_CASES.name),
}


@dataclass(frozen=True, kw_only=True)
class History:
    """The batches in force of a portfolio, in the order in which they were written.

    ``days`` are those from which each counts: that of its file, or of the batch before it if that
    is later, since what it says was then not known yet.
    """

    batches: tuple[int, ...]
    days: tuple[date, ...]
    published: tuple[datetime, ...]

    def known_at(self, moment: datetime) -> "History":
        """The same, as if each batch were of the day of its import, later ones to come."""
        days = tuple(moment.date() if at <= moment else date.max for at in self.published)
        return replace(self, days=days)

    def until(self, day: date) -> tuple[int, ...]:
        """The batches that count at the end of a day."""
        return tuple(one for one, of in zip(self.batches, self.days, strict=True) if of <= day)

    def after(self, day: date) -> tuple[int, ...]:
        """The batches that count later."""
        return tuple(one for one, of in zip(self.batches, self.days, strict=True) if of > day)

    def mark(self, day: date, revision: int) -> str:
        """Another text once the register as of a day rests on other batches or another revision."""
        told = (revision, self.until(day), self.after(day))
        return sha256(repr(told).encode()).hexdigest()


def history_of(session: Session, portfolio_id: int) -> History:
    """The batches in force of a portfolio."""
    query = (
        select(BatchRecord.id, BatchRecord.day, BatchRecord.published_at)
        .where(BatchRecord.portfolio_id == portfolio_id, BatchRecord.undone_at.is_(None))
        .order_by(BatchRecord.published_at, BatchRecord.id)
    )
    found = session.execute(query).all()
    days = accumulate((one.day or one.published_at.date() for one in found), max)
    return History(
        batches=tuple(one.id for one in found),
        days=tuple(days),
        published=tuple(one.published_at for one in found),
    )


def rows_as_of(
    session: Session, portfolio_id: int, history: History, day: date
) -> dict[str, Columns]:
    """The rows of a register that counted at the end of a day, by table and column.

    Facts and dependencies say on which day they had been recorded last.
    """
    tables = _all_rows(session, portfolio_id)
    later = history.after(day)
    for table in REGISTER_TABLES:
        tables[table.name] = _taken_back(session, table.name, tables[table.name], later)
    known = recorded_days(session, portfolio_id, only=history.until(day))
    for name in (FACTS.name, DEPENDENCIES.name):
        rows = dict(tables[name])
        own = _ordinals(rows["recorded_on"])
        numbers = rows["id"].astype(np.int64)
        found = known.of_rows(name, numbers, rows["batch_id"].tolist(), own)
        rows["recorded_on"] = object_array(
            [None if np.isnan(one) else date.fromordinal(int(one)).isoformat() for one in found]
        )
        tables[name] = rows
    return _counting(tables)


def _all_rows(session: Session, portfolio_id: int) -> dict[str, Columns]:
    own = select(STARTUPS.c.id).where(STARTUPS.c.portfolio_id == portfolio_id)
    cases = select(USE_CASES.c.id).where(USE_CASES.c.startup_id.in_(own))
    conditions = {
        STARTUPS: STARTUPS.c.portfolio_id == portfolio_id,
        FACTS: FACTS.c.startup_id.in_(own),
        USE_CASES: USE_CASES.c.startup_id.in_(own),
        DEPENDENCIES: DEPENDENCIES.c.use_case_id.in_(cases),
    }
    return {table.name: read_columns(session, table, one) for table, one in conditions.items()}


def _taken_back(session: Session, table: str, rows: Columns, later: Sequence[int]) -> Columns:
    """Rows of a table as they were before some batches, the last of them first."""
    numbers = rows["id"].astype(np.int64)
    there = np.ones(len(numbers), bool)
    columns = {name: values.copy() for name, values in rows.items()}
    for batch in reversed(later):
        of_batch = (_VERSIONS.c.batch_id == batch, _VERSIONS.c.table_name == table)
        told = select(_VERSIONS.c.row_id, _VERSIONS.c.before).where(
            *of_batch, _VERSIONS.c.numbers.is_(None)
        )
        for number, before in session.execute(told):
            place = int(np.searchsorted(numbers, number))
            if place == len(numbers) or numbers[place] != number:
                continue
            there[place] = before is not None
            for name in columns if before is not None else ():
                if name != "id":
                    columns[name][place] = before.get(name)
        made = select(_MADE.c.first_row, _MADE.c.fingerprints).where(
            _MADE.c.batch_id == batch, _MADE.c.table_name == table
        )
        for first, marks in session.execute(made):
            there &= ~((numbers >= first) & (numbers < first + len(marks) // 8))
    return {name: values[there] for name, values in columns.items()}


def _ordinals(
    days: np.ndarray[tuple[int], np.dtype[np.object_]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(
        [np.nan if one is None else date.fromisoformat(one).toordinal() for one in days], np.float64
    )


def _counting(tables: Mapping[str, Columns]) -> dict[str, Columns]:
    """The rows that had not ended, under others that had not."""
    found: dict[str, Columns] = {}
    for table in REGISTER_TABLES:
        rows = tables[table.name]
        counts = np.ones(len(rows["id"]), bool)
        if "until" in rows:
            counts &= pd.isna(rows["until"])
        if table.name in PARENTS:
            link, above = PARENTS[table.name]
            kept = found[above]["id"].astype(np.int64)
            counts &= np.isin(rows[link].astype(np.int64), kept)
        found[table.name] = {name: values[counts] for name, values in rows.items()}
    return found


def renumbered(
    tables: Mapping[str, Columns], first: Mapping[str, int], portfolio_id: int
) -> dict[str, Columns]:
    """The rows as those of another portfolio, each table numbered from ``first`` on."""
    found: dict[str, Columns] = {}
    for table in REGISTER_TABLES:
        rows = dict(tables[table.name])
        if table.name in PARENTS:
            link, above = PARENTS[table.name]
            old = tables[above]["id"].astype(np.int64)
            place = np.searchsorted(old, rows[link].astype(np.int64))
            rows[link] = (first[above] + place).astype(object)
        else:
            rows["portfolio_id"] = object_array([portfolio_id] * len(rows["id"]))
        rows["id"] = (first[table.name] + np.arange(len(rows["id"]))).astype(object)
        found[table.name] = rows
    return found
