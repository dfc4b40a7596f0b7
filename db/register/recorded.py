"""The days on which facts and dependencies were recorded that name no day themselves.

That is the day of the file that last stated or confirmed them, unless the row says another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import VIEW
from db.records import BatchRecord, RowVersionRecord, table_of
from db.register.tables import DEPENDENCIES, FACTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Lists start without numpy, so that functions which calculate import it.
_VERSIONS = table_of(RowVersionRecord)
#: Where a session that reads keeps what it read.
_KEPT = "recorded days"
#: A day that is not known.
_NONE = 0


@dataclass(frozen=True, kw_only=True)
class RecordedDays:
    """Days of a portfolio's imports as ordinal numbers: by batch, and of rows they confirmed.

    ``confirmed`` has by table the numbers of rows, rising, each with the day of the last file that
    confirmed it.
    """

    imports: Mapping[int, int] = field(default_factory=dict)
    confirmed: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = field(
        default_factory=dict
    )
    mark: str = ""

    def of_rows(
        self,
        table: str,
        numbers: NDArray[np.int64],
        batches: Sequence[Any],
        own: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """The day of each row of a table as an ordinal number, NaN where nobody knows.

        ``batches`` wrote the rows last, ``own`` are days that rows say themselves, NaN: none.
        """
        import numpy as np

        known = self.imports
        found = np.fromiter((known.get(one, _NONE) for one in batches), np.int64, len(batches))
        rows, days = self.confirmed.get(table, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
        if len(rows):
            place = np.minimum(np.searchsorted(rows, numbers), len(rows) - 1)
            found = np.maximum(found, np.where(rows[place] == numbers, days[place], _NONE))
        days_of = np.where(found == _NONE, np.nan, found.astype(np.float64))
        return np.where(np.isnan(own), days_of, own)

    def of_row(self, table: str, row: Mapping[str, Any]) -> date | None:
        """The day of one row."""
        import numpy as np

        if row["recorded_on"] is not None:
            return date.fromisoformat(str(row["recorded_on"]))
        own = np.array([np.nan])
        (day,) = self.of_rows(table, np.array([row["id"]]), [row["batch_id"]], own).tolist()
        return None if np.isnan(day) else date.fromordinal(int(day))


def recorded_days(
    session: Session, portfolio_id: int, *, only: Collection[int] | None = None
) -> RecordedDays:
    """The days of a portfolio's imports in force, or of some of them, and what they confirmed.

    A session that only reads sees one moment, so that they are read once for it.
    """
    if VIEW not in session.info or only is not None:
        return _recorded_days(session, portfolio_id, only)
    kept: dict[int, RecordedDays] = session.info.setdefault(_KEPT, {})
    if portfolio_id not in kept:
        kept[portfolio_id] = _recorded_days(session, portfolio_id, None)
    return kept[portfolio_id]


def _recorded_days(
    session: Session, portfolio_id: int, only: Collection[int] | None
) -> RecordedDays:
    from db.register.numbers import unpacked_numbers

    query = select(BatchRecord.id, BatchRecord.day, BatchRecord.published_at).where(
        BatchRecord.portfolio_id == portfolio_id
    )
    imports = {number: (day or at.date()).toordinal() for number, day, at in session.execute(query)}
    told = (
        select(_VERSIONS.c.id, _VERSIONS.c.batch_id, _VERSIONS.c.table_name, _VERSIONS.c.numbers)
        .join(BatchRecord, BatchRecord.id == _VERSIONS.c.batch_id)
        .where(
            BatchRecord.portfolio_id == portfolio_id,
            BatchRecord.undone_at.is_(None),
            BatchRecord.kind == "import",
            _VERSIONS.c.numbers.is_not(None),
            _VERSIONS.c.table_name.in_([FACTS.name, DEPENDENCIES.name]),
        )
    )
    parts: dict[str, list[tuple[NDArray[np.int64], int]]] = {}
    marks = []
    for version, batch, table, packed in session.execute(told):
        if only is not None and batch not in only:
            continue
        parts.setdefault(table, []).append((unpacked_numbers(packed), imports[batch]))
        marks.append((version, imports[batch], len(packed)))
    confirmed = {table: _latest(some) for table, some in parts.items()}
    mark = sha256(repr((sorted(imports.items()), sorted(marks))).encode()).hexdigest()
    return RecordedDays(imports=imports, confirmed=confirmed, mark=mark if marks else "")


def _latest(
    parts: list[tuple[NDArray[np.int64], int]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of several confirmations, rising, each with the latest of its days."""
    import numpy as np

    rows = np.concatenate([numbers for numbers, _ in parts])
    days = np.concatenate([np.full(len(numbers), day) for numbers, day in parts])
    order = np.lexsort((days, rows))
    rows, days = rows[order], days[order]
    last = np.flatnonzero(np.diff(rows, append=-1))
    return rows[last], days[last]
