"""Statements of the register about dependencies, beside the columns that losses come from.

Dependencies on language models go by their places: in the order of their startups', use cases' and
own numbers, as :mod:`db.register.loss_columns` lays them out.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.register.naming import comparison_key
from db.register.tables import (
    DEPENDENCIES,
    LIVE_DEPENDENCY,
    STARTUPS,
    USE_CASES,
    startups_of,
)
from risk.catalog.records import Answer
from risk.portfolio.deadlines import Renewals, Stated

#: Names that one statement asks for.
_AT_ONCE = 4_000
_IN_ORDER = (STARTUPS.c.id, USE_CASES.c.id, DEPENDENCIES.c.id)


def read_renewals(session: Session, portfolio_id: int) -> Renewals:
    """Every renewal that a portfolio states, or else the end of the contract."""
    place = (func.row_number().over(order_by=_IN_ORDER) - 1).label("place")
    day = func.coalesce(DEPENDENCIES.c.renewal, DEPENDENCIES.c.contract_end).label("renewal")
    every = _models(session, portfolio_id, place, day).subquery()
    query = select(every.c.place, every.c.renewal).where(every.c.renewal.is_not(None))
    found = session.execute(query.order_by(every.c.place)).all()
    return Renewals(
        link=np.array([row.place for row in found], dtype=np.int64),
        day=np.array([row.renewal.toordinal() for row in found], dtype=np.int64),
    )


def places_under(session: Session, portfolio_id: int, contract: str) -> list[int]:
    """The places of the dependencies that name a contract."""
    place = (func.row_number().over(order_by=_IN_ORDER) - 1).label("place")
    every = _models(session, portfolio_id, place, DEPENDENCIES.c.contract).subquery()
    query = select(every.c.place).where(every.c.contract == contract).order_by(every.c.place)
    return list(session.scalars(query))


def read_stated(
    session: Session, portfolio_id: int, startups: Sequence[str]
) -> dict[str, list[Stated]]:
    """What is stated of all dependencies of some startups, by the startup's name, in their order.

    A startup without any is left out.
    """
    columns = (
        *(STARTUPS.c.name.label("startup"), USE_CASES.c.name.label("use_case")),
        *(DEPENDENCIES.c.key, DEPENDENCIES.c.provider_text, DEPENDENCIES.c.developer),
        *(DEPENDENCIES.c.host, DEPENDENCIES.c.source, DEPENDENCIES.c.contract),
    )
    found: dict[str, list[Stated]] = {}
    keys = list(dict.fromkeys(map(comparison_key, startups)))
    for start in range(0, len(keys), _AT_ONCE):
        names = keys[start : start + _AT_ONCE]
        query = _models(session, portfolio_id, *columns).where(STARTUPS.c.name_key.in_(names))
        rows = session.execute(query.order_by(*_IN_ORDER))
        for name, own in groupby(rows, key=lambda row: str(row.startup)):
            found[name] = [
                Stated(
                    use_case=row.use_case,
                    key=row.key,
                    provider=row.provider_text,
                    developer=row.developer,
                    host=row.host,
                    source=row.source,
                    contract=row.contract,
                )
                for row in own
            ]
    return found


def read_contacts(
    session: Session, portfolio_id: int, startups: Sequence[str]
) -> dict[str, tuple[str | None, str | None]]:
    """Who sees to some startups, and whom to write to there, by the startup's name."""
    columns = STARTUPS.c.name, STARTUPS.c.watched_by, STARTUPS.c.contact_email
    found: dict[str, tuple[str | None, str | None]] = {}
    keys = list(dict.fromkeys(map(comparison_key, startups)))
    for start in range(0, len(keys), _AT_ONCE):
        names = keys[start : start + _AT_ONCE]
        query = select(*columns).where(
            startups_of(session, portfolio_id), STARTUPS.c.name_key.in_(names)
        )
        found |= {row.name: (row.watched_by, row.contact_email) for row in session.execute(query)}
    return found


def _models(session: Session, portfolio_id: int, *columns: object) -> Select[tuple[object, ...]]:
    """Columns of a portfolio's dependencies on language models."""
    joined = STARTUPS.join(USE_CASES).join(DEPENDENCIES)
    chosen: Select[tuple[object, ...]] = select(*columns).select_from(joined)  # type: ignore[call-overload] # columns
    return chosen.where(
        startups_of(session, portfolio_id), LIVE_DEPENDENCY, DEPENDENCIES.c.answer == Answer.YES
    )
