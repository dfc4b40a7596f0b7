"""A stored register as the rows of an inventory file that reads back as the same register.

Each dependency is one row. Facts about its startup stand once, on the row that has the same source
and day, because that row's ``source`` and ``as_of`` will be theirs when the file is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from db.register.columns import column_of
from db.register.documents import Row
from db.register.rows import StoredRegister
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.inventory.records import Portfolio, Requirement
from risk.inventory.template import INVENTORY_COLUMNS

_USUAL = Requirement.SHARED
_STARTUP_FACTS = (
    "website sector country annual_revenue_usd gross_margin ai_revenue_share cash_usd"
    " monthly_burn_usd engineers invested_usd"
).split()
_OF_DEPENDENCY = {
    "provider": "provider_text",
    "fallback_provider": "fallback_provider_text",
    **{
        name: column_of(name)
        for name in (
            "model host region data_residency share spend_usd depth fallback fallback_tested_on"
            " exit_plan notice_days renewal source as_of"
        ).split()
    },
}


def inventory_table(register: StoredRegister) -> ExportTable:
    """Every dependency of a portfolio with all canonical columns, in the order of the register."""
    use_cases = _grouped(register.use_cases, "startup_id")
    dependencies = _grouped(register.dependencies, "use_case_id")
    facts = _grouped(register.facts, "startup_id")
    rows = [
        tuple(row.get(name) for name in INVENTORY_COLUMNS)
        for startup in register.startups
        for row in _rows_of(startup, use_cases[startup["id"]], dependencies, facts[startup["id"]])
    ]
    return ExportTable(name="Inventory", columns=INVENTORY_COLUMNS, rows=tuple(rows))


class _Groups(dict[int, list[Row]]):
    def __missing__(self, key: int) -> list[Row]:
        return []


def _grouped(rows: Iterable[Row], column: str) -> _Groups:
    groups = _Groups()
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def _rows_of(
    startup: Row, use_cases: Sequence[Row], dependencies: _Groups, facts: Sequence[Row]
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
        value = _stated(startup, name, column_of(name))
        if value is not None:
            fact = origin.get(name, {"source": None, "as_of": startup["as_of"]})
            max(rows, key=_agreement(fact))[name] = value
    return rows


def _rows_of_use_case(
    startup: Row, use_case: Row, dependencies: Sequence[Row]
) -> Iterator[dict[str, Cell]]:
    for place, dependency in enumerate(dependencies):
        row: dict[str, Cell] = {"startup": startup["name"], "use_case": use_case["name"]}
        row |= {name: _stated(dependency, name, col) for name, col in _OF_DEPENDENCY.items()}
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


def _stated(row: Row, name: str, column: str) -> Cell:
    """A stored value as a file states it: cents as an exact amount in USD."""
    value: Any = row[column]
    if value is not None and name.endswith("_usd"):
        return Decimal(value) / 100
    stated: Cell = value
    return stated


def lost_in_an_inventory(register: StoredRegister) -> tuple[str, ...]:
    """What the register holds that no inventory has a column for, as sentences."""
    with_use_case = {row["startup_id"] for row in register.use_cases}
    used = {row["use_case_id"] for row in register.dependencies}
    return _lost(
        bare=[row["name"] for row in register.startups if row["id"] not in with_use_case],
        empty=[row["name"] for row in register.use_cases if row["id"] not in used],
        shares=[row["name"] for row in register.use_cases if row["revenue_share"] is not None],
        joint=[row["name"] for row in register.use_cases if row["requirement"] != _USUAL],
    )


def lost_of_a_portfolio(portfolio: Portfolio) -> tuple[str, ...]:
    """The same of a portfolio that was read already."""
    use_cases = [one for startup in portfolio.startups for one in startup.use_cases]
    return _lost(
        bare=[one.name for one in portfolio.startups if not one.use_cases],
        empty=[one.name for one in use_cases if not one.dependencies],
        shares=[one.name for one in use_cases if one.revenue_share is not None],
        joint=[one.name for one in use_cases if one.requirement != _USUAL],
    )


def _lost(
    *, bare: Sequence[str], empty: Sequence[str], shares: Sequence[str], joint: Sequence[str]
) -> tuple[str, ...]:
    found = (
        (bare, "startups that depend on nothing"),
        (empty, "use cases that depend on nothing"),
        (shares, "use cases' shares of revenue"),
        (joint, "use cases that need all, or any one, of their providers"),
    )
    return tuple(
        f"{len(names)} {what}: an inventory has no place for this (first: {names[0]})."
        for names, what in found
        if names
    )
