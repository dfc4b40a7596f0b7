"""Part of a portfolio that a file can touch: the startups that it names.

A few records into a million startups must not read a million startups.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.importing.keys import Keys
from db.importing.planning import StoredRows
from db.records import PortfolioRecord
from db.register.bulk import Columns, is_among, read_columns
from db.register.tables import (
    DEPENDENCIES,
    FACTS,
    LIVE_DEPENDENCY,
    STARTUPS,
    USE_CASES,
    startups_of,
)
from db.services.counts import counted_once, startups_in
from risk.inventory.rows import InventoryRows

#: Startups up to which a portfolio is read whole: that takes four statements.
READ_WHOLE = 5_000


def concerned_rows(
    store: Store,
    session: Session,
    found: PortfolioRecord | None,
    rows: InventoryRows,
    *,
    whole: bool,
) -> StoredRows:
    """The register as far as the rows of a file can touch it; None has none.

    ``whole``: the file can touch what it does not name.
    """
    if found is None:
        return StoredRows()
    of_portfolio = STARTUPS.c.portfolio_id == found.id
    if whole or startups_in(store, session, [found])[found.id] <= READ_WHOLE:
        return StoredRows(tables=_read(session, of_portfolio))
    names = Keys(rows).all_names.tolist()
    # Those that had another name: there are few.
    renamed = select(STARTUPS.c.name_key).where(of_portfolio, STARTUPS.c.other_names.is_not(None))
    named = is_among(session, STARTUPS.c.name_key, {*names, *session.scalars(renamed)})
    tables = _read(session, of_portfolio & named)
    live = sum(one is None for one in tables[DEPENDENCIES.name]["until"])
    elsewhere = _dependencies_of(store, session, found) - live
    return StoredRows(tables=tables, elsewhere=elsewhere)


def rows_of_startups(session: Session, found: PortfolioRecord, names: Iterable[str]) -> StoredRows:
    """The rows of the startups with these keys, what has ended included."""
    named = is_among(session, STARTUPS.c.name_key, names)
    return StoredRows(tables=_read(session, (STARTUPS.c.portfolio_id == found.id) & named))


def _read(session: Session, chosen: ColumnElement[bool]) -> dict[str, Columns]:
    """The rows of some startups, by table and column."""
    of_startup = select(STARTUPS.c.id).where(chosen)
    of_use_case = select(USE_CASES.c.id).where(USE_CASES.c.startup_id.in_(of_startup))
    conditions = {
        STARTUPS: chosen,
        FACTS: FACTS.c.startup_id.in_(of_startup),
        USE_CASES: USE_CASES.c.startup_id.in_(of_startup),
        DEPENDENCIES: DEPENDENCIES.c.use_case_id.in_(of_use_case),
    }
    return {
        table.name: read_columns(session, table, condition)
        for table, condition in conditions.items()
    }


def _dependencies_of(store: Store, session: Session, found: PortfolioRecord) -> int:
    joined = DEPENDENCIES.join(USE_CASES).join(STARTUPS)
    query = (
        select(func.count())
        .select_from(joined)
        .where(startups_of(session, found.id), LIVE_DEPENDENCY)
    )
    key = ("dependencies", found.id, found.revision, found.updated_at)
    return counted_once(store, key, lambda: session.scalar(query) or 0)
