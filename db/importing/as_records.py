"""A file's records as a portfolio that no store holds, as if they were imported into an empty one.

The plan of such an import is read as its rows would be: same names, same repetitions, same facts.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import numpy as np
from sqlalchemy import Enum

from db.importing.covering import added_on
from db.importing.planning import Plan, PlannedTable, StoredRows, plan_import
from db.records import PortfolioRecord
from db.register.documents import Row, from_document
from db.register.recorded import RecordedDays
from db.register.rows import StoredRegister, as_portfolio
from risk.inventory.intake_results import Problem
from risk.inventory.records import Portfolio
from risk.inventory.rows import InventoryRows

#: The number of the one import.
_BATCH = 1


def portfolio_of(
    rows: InventoryRows, *, name: str, file_name: str, day: date
) -> tuple[Portfolio, tuple[Problem, ...]]:
    """Return what an import of a file's rows on a day makes of an empty portfolio.

    The problems are contradictions between records about the same company or use case.
    """
    plan = plan_import(rows, StoredRows(), file_name=file_name, covering=added_on(day))
    record = PortfolioRecord(
        name=name, invented=False, revision=0, updated_at=datetime.combine(day, time())
    )
    return as_portfolio(record, _register(plan, day)), plan.disagreements


def _register(plan: Plan, day: date) -> StoredRegister:
    tables = {one.table.name: tuple(_rows(one)) for one in plan.tables}
    return StoredRegister(**tables, recorded=RecordedDays(imports={_BATCH: day.toordinal()}))


def _rows(planned: PlannedTable) -> Iterator[Row]:
    """The rows of a table as the database would give them, numbered from 1."""
    count = len(planned.places)
    nothing = dict.fromkeys(column.name for column in planned.table.columns)
    parents = np.zeros(count, np.int64) if planned.parents is None else planned.parents + 1
    lists = {
        column.name: column.type.enum_class
        for column in planned.table.columns
        if isinstance(column.type, Enum) and column.type.enum_class
    }
    for place in range(count):
        plain: dict[str, Any] = {name: one[place] for name, one in planned.columns.items()}
        row = from_document(planned.table, plain)
        for name, words in lists.items():
            row[name] = None if row.get(name) is None else words(row[name])
        own = {"id": place + 1, "batch_id": _BATCH, planned.link: int(parents[place])}
        yield {**nothing, **row, **own}
