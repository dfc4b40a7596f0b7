"""Deleting a portfolio with all that belongs to it, whatever table it is in."""

from sqlalchemy import ColumnElement, Table, delete, or_, select
from sqlalchemy.orm import Session

from db.records import Base, PastRegisterRecord, PortfolioRecord, table_of

_PORTFOLIOS, _PAST = table_of(PortfolioRecord), table_of(PastRegisterRecord)


def delete_portfolio_rows(session: Session, portfolio_id: int) -> int:
    """Delete a portfolio and every row that belongs to it; return how many rows that were.

    Hidden portfolios that hold it as of past days go with it. A row belongs to what its table says
    it cannot be without, else to what it may name.
    """
    past = select(_PAST.c.portfolio_id).where(_PAST.c.past_of == portfolio_id)
    portfolios = [portfolio_id, *session.scalars(past)]
    belongs: dict[Table, ColumnElement[bool]] = {_PORTFOLIOS: _PORTFOLIOS.c.id.in_(portfolios)}
    for table in Base.metadata.sorted_tables:
        if table is _PORTFOLIOS:
            continue
        links = [one for one in table.foreign_keys if one.column.table in belongs]
        if owning := [one for one in links if not one.parent.nullable] or links:
            belongs[table] = or_(
                *(
                    one.parent.in_(select(one.column).where(belongs[one.column.table]))
                    for one in owning
                )
            )
    every = 0
    for table in reversed(Base.metadata.sorted_tables):
        if table in belongs:
            every += session.connection().execute(delete(table).where(belongs[table])).rowcount
    return every
