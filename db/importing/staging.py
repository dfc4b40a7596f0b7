"""Gathering an import's new rows under a hidden portfolio, and turning them live at once.

Rows go in by short transactions, so that other writers get their turn. Nobody sees them: their
startups belong to a portfolio that is not live. Publishing gives the startups to the real one,
and everything else hangs on them. Whatever happens before, nothing of it was ever visible, and
what a dead process left is dropped at the next start.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import StoreBusy, StoreError
from db.importing.batches import add_batch, digest_in_turn
from db.importing.covering import Covering
from db.importing.leases import lease, new_token, sweep
from db.importing.planning import PlannedTable
from db.importing.reading import Reading
from db.importing.writing import MADE_ROWS, Numbers, append_new, numbers_of
from db.records import (
    BatchRecord,
    PortfolioRecord,
    StagingRecord,
    table_of,
)
from db.register.rows import DEPENDENCIES, FACTS, STARTUPS, USE_CASES
from risk.inventory.progress import Progress

_STAGINGS = table_of(StagingRecord)
_PORTFOLIOS = table_of(PortfolioRecord)
_BATCHES = table_of(BatchRecord)
#: How many rows one short transaction writes.
_AT_ONCE = 20_000
#: Names that no reader can give: a portfolio's name is printable.
_HIDDEN = "\x1fstaging "
#: Rows of one table after the other: from, and up to.
_Stretch = list[tuple[PlannedTable, int, int]]


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Rows that wait to be published: under which portfolio, and as which batch."""

    portfolio_id: int
    batch_id: int


@contextmanager
def staged(
    store: Store,
    reading: Reading,
    tables: Sequence[PlannedTable],
    *,
    by: str,
    covering: Covering,
    progress: Progress,
) -> Iterator[Staged]:
    """Write rows that nobody sees; they are dropped at the end unless they were published."""
    token = new_token()
    with lease(store, token):
        found, numbers = store.transact(
            lambda session: _begin(session, store, reading, tables, by, covering, token)
        )
        try:
            _write(store, found, tables, numbers, progress)
            yield found
        finally:
            # What cannot be taken back now is at the next start; the import ends as it ended.
            with suppress(StoreError):
                if is_staged(store, found):
                    drop(store, found)


def _begin(
    session: Session,
    store: Store,
    reading: Reading,
    tables: Sequence[PlannedTable],
    by: str,
    covering: Covering,
    token: int,
) -> tuple[Staged, Numbers]:
    hidden = f"{_HIDDEN}{token}"
    portfolio = PortfolioRecord(
        name=hidden, name_key=hidden, live=False, revision=0, updated_at=store.now()
    )
    session.add(portfolio)
    session.flush()
    batch = add_batch(
        session,
        reading,
        portfolio_id=portfolio.id,
        made_portfolio=False,
        at=store.now(),
        by=by,
        covering=covering,
    )
    session.add(StagingRecord(portfolio_id=portfolio.id, batch_id=batch, started_at=store.now()))
    return Staged(portfolio_id=portfolio.id, batch_id=batch), numbers_of(session, tables)


def _write(
    store: Store,
    found: Staged,
    tables: Sequence[PlannedTable],
    numbers: Numbers,
    progress: Progress,
) -> None:
    every, done = sum(len(one.new) for one in tables), 0
    for stretch in _stretches(tables):

        def work(session: Session, stretch: _Stretch = stretch) -> None:
            for planned, start, end in stretch:
                append_new(
                    session,
                    planned,
                    numbers,
                    portfolio_id=found.portfolio_id,
                    batch_id=found.batch_id,
                    start=start,
                    end=end,
                )

        store.transact(work)
        done += sum(end - start for _, start, end in stretch)
        progress(done / every)


def _stretches(tables: Sequence[PlannedTable]) -> Iterator[_Stretch]:
    """All rows in order, as many at a time as one short transaction writes."""
    stretch: _Stretch = []
    left = _AT_ONCE
    for planned in tables:
        start = 0
        while start < len(planned.new):
            end = min(start + left, len(planned.new))
            stretch.append((planned, start, end))
            left -= end - start
            start = end
            if not left:
                yield stretch
                stretch, left = [], _AT_ONCE
    if stretch:
        yield stretch


def adopt(
    session: Session,
    found: Staged,
    reading: Reading,
    *,
    portfolio_id: int,
    made_portfolio: bool,
    at: datetime,
) -> None:
    """Turn the staged rows live in ``portfolio_id``, as a batch published ``at`` this moment.

    Raises:
        StoreBusy: the rows were dropped meanwhile.
    """
    if not _waits(session, found):
        raise StoreBusy("The rows of this import were taken away. Nothing was saved; try again.")
    session.execute(
        update(STARTUPS)
        .where(STARTUPS.c.portfolio_id == found.portfolio_id)
        .values(portfolio_id=portfolio_id)
    )
    session.execute(
        update(_BATCHES)
        .where(_BATCHES.c.id == found.batch_id)
        .values(
            portfolio_id=portfolio_id,
            digest=digest_in_turn(session, portfolio_id, reading),
            made_portfolio=made_portfolio,
            published_at=at,
        )
    )
    _forget(session, found)


def is_staged(store: Store, found: Staged) -> bool:
    """Whether the rows are still waiting."""
    with store.read() as session:
        return _waits(session, found)


def _waits(session: Session, found: Staged) -> bool:
    """Whether the staging is still this batch's: a hidden portfolio's number is given again."""
    staging = session.get(StagingRecord, found.portfolio_id)
    return staging is not None and staging.batch_id == found.batch_id


def drop(store: Store, found: Staged) -> None:
    """Take back staged rows, children before parents, a part at a time."""
    of_batch = (DEPENDENCIES, USE_CASES, FACTS, STARTUPS)
    with store.read() as session:
        made = session.execute(
            select(MADE_ROWS.c.id, MADE_ROWS.c.table_name, MADE_ROWS.c.first_row)
            .add_columns(MADE_ROWS.c.fingerprints)
            .where(MADE_ROWS.c.batch_id == found.batch_id)
        ).all()
    for table in of_batch:
        for row in (one for one in made if one.table_name == table.name):
            last = row.first_row + len(row.fingerprints) // 8 - 1

            def work(session: Session, row: Any = row, last: int = last) -> None:
                of_part = table.c.id.between(row.first_row, last)  # noqa: B023 - run at once
                session.execute(delete(table).where(of_part))  # noqa: B023 - run at once
                session.execute(delete(MADE_ROWS).where(MADE_ROWS.c.id == row.id))

            store.transact(work)

    def last_of_all(session: Session) -> None:
        session.execute(delete(_STAGINGS).where(_STAGINGS.c.portfolio_id == found.portfolio_id))
        session.execute(delete(_BATCHES).where(_BATCHES.c.id == found.batch_id))
        session.execute(delete(_PORTFOLIOS).where(_PORTFOLIOS.c.id == found.portfolio_id))

    store.transact(last_of_all)


def _forget(session: Session, found: Staged) -> None:
    session.execute(delete(_STAGINGS).where(_STAGINGS.c.portfolio_id == found.portfolio_id))
    session.execute(delete(_PORTFOLIOS).where(_PORTFOLIOS.c.id == found.portfolio_id))


def drop_leftovers(store: Store) -> int:
    """Drop what imports left that died before they could publish; return how many there were."""
    with store.read() as session:
        every = session.execute(
            select(_STAGINGS.c.portfolio_id, _STAGINGS.c.batch_id, _PORTFOLIOS.c.name).join(
                _PORTFOLIOS, _PORTFOLIOS.c.id == _STAGINGS.c.portfolio_id
            )
        ).all()
    dropped = 0
    for portfolio_id, batch_id, name in every:
        left = Staged(portfolio_id=portfolio_id, batch_id=batch_id)
        with lease(store, int(name.removeprefix(_HIDDEN))) as held:
            if held and is_staged(store, left):
                drop(store, left)
                dropped += 1
    sweep(store)
    return dropped
