"""What of a portfolio a file can touch: the startups that it names.

A few records into a million startups must not read a million startups.
"""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.importing.fresh import Keys
from db.records import PortfolioRecord
from db.register.rows import (
    DEPENDENCIES,
    STARTUPS,
    USE_CASES,
    StoredRegister,
    read_register,
    side_by_side,
)
from db.services.counts import counted_once, startups_in
from risk.inventory.rows import InventoryRows

#: Startups up to which a portfolio is read whole: that takes five statements.
READ_WHOLE = 5_000
#: Names that one statement asks for.
_AT_ONCE = 4_000


def concerned_register(
    store: Store, session: Session, found: PortfolioRecord | None, rows: InventoryRows
) -> StoredRegister:
    """The register as far as the rows of a file can touch it; None has none."""
    if found is None:
        return StoredRegister()
    if startups_in(store, session, [found])[found.id] <= READ_WHOLE:
        return read_register(session, found.id)
    names = sorted(Keys(rows).names.tolist())
    read = side_by_side(
        read_register(session, found.id, names=names[start : start + _AT_ONCE])
        for start in range(0, len(names), _AT_ONCE)
    )
    elsewhere = _dependencies_of(store, session, found) - len(read.dependencies)
    return replace(read, elsewhere=elsewhere)


def _dependencies_of(store: Store, session: Session, found: PortfolioRecord) -> int:
    joined = DEPENDENCIES.join(USE_CASES).join(STARTUPS)
    query = select(func.count()).select_from(joined).where(STARTUPS.c.portfolio_id == found.id)
    key = ("dependencies", found.id, found.revision, found.updated_at)
    return counted_once(store, key, lambda: session.scalar(query) or 0)
