"""Mappings of columns, remembered from the last file with the same header.

The batches keep their mapping, so nothing else is stored: what was published is what is remembered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.engine import Store
from db.importing.covering import header_set as header_set
from db.records import BatchRecord, PortfolioRecord
from db.services.access import Action, Actor, authorize
from db.services.visible import seen_by
from risk.inventory.mapping import CONSTANT
from risk.inventory.rejects import own_columns


@dataclass(frozen=True, kw_only=True)
class RememberedMapping:
    """A mapping as :mod:`risk.inventory.mapping` describes it, and the batch that it is from."""

    mapping: Mapping[str, str | None]
    batch: int
    file_name: str
    at: datetime


def remembered_mapping(
    store: Store, actor: Actor, header: Iterable[str]
) -> RememberedMapping | None:
    """Return how the newest import with the same headers read them; one in force comes first.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "imports")
    wanted = header_set(header)
    query = (
        select(BatchRecord.id, BatchRecord.mapping, BatchRecord.file_name, BatchRecord.published_at)
        .join(PortfolioRecord, PortfolioRecord.id == BatchRecord.portfolio_id)
        .where(seen_by(actor))
        .order_by(BatchRecord.undone_at.is_not(None), BatchRecord.id.desc())
    )
    with store.read() as session:
        for batch, mapping, file_name, at in session.execute(query):
            if wanted and header_set(mapping) == wanted:
                return RememberedMapping(
                    mapping=_own_part(mapping), batch=batch, file_name=file_name, at=at
                )
    return None


def _own_part(mapping: Mapping[str, str | None]) -> dict[str, str | None]:
    names = [name for name in mapping if not name.startswith(CONSTANT)]
    without = own_columns(names)
    return {name: column for name, column in mapping.items() if name not in without}
