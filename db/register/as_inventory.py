"""A stored register as the rows of an inventory file that reads back as the same register.

Each dependency is one row. Facts about its startup stand once, on the row that has the same source
and day, because that row's ``source`` and ``as_of`` will be theirs when the file is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from db.register.columns import STATED, column_of
from db.register.documents import Row
from db.register.rows import DEPENDENCIES, STARTUPS, USE_CASES, Groups, StoredRegister, grouped
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.inventory.records import Requirement
from risk.inventory.template import INVENTORY_COLUMNS
from risk.money.stated import Stated, Unit, stated_of

_USUAL = Requirement.SHARED
_STARTUP_FACTS = (
    "website sector country annual_revenue_usd gross_margin ai_revenue_share cash_usd"
    " monthly_burn_usd engineers invested_usd"
).split()
#: Columns that say of an amount how it was stated, where that was not in USD for its usual time.
_AS_STATED = tuple(
    f"{name.removesuffix('_usd')}_{part}"
    for name in STATED
    for part in ("stated", "currency", "rate_day")
)
_OF_DEPENDENCY = {
    "provider": "provider_text",
    "fallback_provider": "fallback_provider_text",
    **{
        name: column_of(name)
        for name in (
            "model host region data_residency share spend_usd depth fallback fallback_tested_on"
            " exit_plan switch_begun notice_days renewal source as_of"
        ).split()
    },
}


def inventory_table(registers: Iterable[StoredRegister]) -> ExportTable:
    """Every dependency of a portfolio with all canonical columns, in the order of the register.

    Columns for amounts as they were stated follow where any was not in USD for its usual time. The
    register may come in stretches of startups, of which one at a time is held.
    """
    rows: list[tuple[Cell, ...]] = []
    otherwise: list[dict[str, Cell]] = []
    for register in registers:
        for row in _rows(register):
            rows.append(tuple(row.get(name) for name in INVENTORY_COLUMNS))
            otherwise.append({name: row[name] for name in _AS_STATED if name in row})
    used = tuple(name for name in _AS_STATED if any(name in more for more in otherwise))
    if used:
        pairs = zip(rows, otherwise, strict=True)
        rows = [(*row, *(more.get(name) for name in used)) for row, more in pairs]
    return ExportTable(name="Inventory", columns=(*INVENTORY_COLUMNS, *used), rows=tuple(rows))


def _rows(register: StoredRegister) -> Iterator[dict[str, Cell]]:
    use_cases = grouped(register.use_cases, "startup_id")
    dependencies = grouped(register.dependencies, "use_case_id")
    facts = grouped(register.facts, "startup_id")
    for startup in register.startups:
        number = startup["id"]
        yield from _rows_of(startup, use_cases[number], dependencies, facts[number])


def _rows_of(
    startup: Row,
    use_cases: Sequence[Row],
    dependencies: Groups,
    facts: Sequence[Row],
) -> list[dict[str, Cell]]:
    rows = [
        row
        for use_case in use_cases
        for row in _rows_of_use_case(startup, use_case, dependencies[use_case["id"]])
    ]
    if not rows:
        return rows
    rows[0]["notes"] = startup["notes"]
    origin = {fact["field"]: fact for fact in facts}
    for name in _STARTUP_FACTS:
        cells = _cells(startup, name, column_of(name))
        if cells:
            fact = origin.get(name, {"source": None, "as_of": startup["as_of"]})
            max(rows, key=_agreement(fact)).update(cells)
    return rows


def _rows_of_use_case(
    startup: Row, use_case: Row, dependencies: Sequence[Row]
) -> Iterator[dict[str, Cell]]:
    for place, dependency in enumerate(dependencies):
        row: dict[str, Cell] = {"startup": startup["name"], "use_case": use_case["name"]}
        for name, column in _OF_DEPENDENCY.items():
            row |= {name: None} | _cells(dependency, name, column)
        if dependency["resolution_confidence"] is None:
            # It was never read from a text, so the host is not in the provider's name.
            row["host"] = dependency["host"]
        if place == 0:
            row["criticality"] = use_case["criticality"]
            row["buffer_hours"] = use_case["buffer_hours"]
        yield row


def _agreement(fact: Mapping[str, Any]) -> Callable[[Mapping[str, Cell]], tuple[bool, bool, bool]]:
    """How well a row says where a fact is from; the first of the best is taken."""

    def agreement(row: Mapping[str, Cell]) -> tuple[bool, bool, bool]:
        same_source, same_day = row["source"] == fact["source"], row["as_of"] == fact["as_of"]
        return same_source and same_day, same_day, same_source or row["source"] is None

    return agreement


def _cells(row: Row, name: str, column: str) -> dict[str, Cell]:
    """A stored value as a file states it: cents as an exact amount in USD, and as it was stated."""
    value: Any = row[column]
    cells: dict[str, Cell] = {}
    if value is not None:
        cells[name] = Decimal(value) / 100 if name.endswith("_usd") else value
    if name in STATED and row[STATED[name]] is not None:
        cells |= _as_stated(name.removesuffix("_usd"), stated_of(row[STATED[name]]))
    return cells


def _as_stated(fact: str, stated: Stated) -> dict[str, Cell]:
    unit = Unit(stated.currency, stated.per)
    cells: dict[str, Cell] = {f"{fact}_stated": stated.amount, f"{fact}_currency": unit.said}
    if stated.rate is not None:
        cells[f"{fact}_rate_day"] = stated.rate.day
    return cells


def lost_in_an_inventory(session: Session, portfolio_id: int) -> tuple[str, ...]:
    """What a stored portfolio holds that no inventory has a column for, as sentences."""
    own = STARTUPS.c.portfolio_id == portfolio_id
    of_case = (USE_CASES.c.startup_id == STARTUPS.c.id) & own
    uses = exists().where(USE_CASES.c.startup_id == STARTUPS.c.id)
    depends = exists().where(DEPENDENCIES.c.use_case_id == USE_CASES.c.id)
    asked = (
        (STARTUPS, own & ~uses, "startups that depend on nothing"),
        (USE_CASES, of_case & ~depends, "use cases that depend on nothing"),
        (
            USE_CASES,
            of_case & USE_CASES.c.revenue_share.is_not(None),
            "use cases' shares of revenue",
        ),
        (
            USE_CASES,
            of_case & (USE_CASES.c.requirement != _USUAL.value),
            "use cases that need all, or any one, of their providers",
        ),
    )
    found = []
    for table, which, what in asked:
        count, first = session.execute(
            select(func.count(), func.min(table.c.id)).where(which)
        ).one()
        if count:
            name = session.scalar(select(table.c.name).where(table.c.id == first))
            found.append(f"{count} {what}: an inventory has no place for this (first: {name}).")
    return tuple(found)
