"""A stored register as the rows of an inventory file that reads back as the same register.

Each dependency is one row. Facts about its startup stand once, on a row of it with the same source,
day and evidence, because these are the row's for all that stands on it. A fact for which there is
no such row, and a startup or use case that depends on nothing, has a row of its own, which says in
the place of the provider that it names none.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from db.register.columns import column_of
from db.register.documents import Row
from db.register.evidence import drill_rows, judgement_rows
from db.register.naming import dependency_key
from db.register.rows import Groups, StoredRegister, grouped
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.inventory.limits import LIMITS
from risk.inventory.records import DEPENDS_ON_NOTHING, Requirement
from risk.inventory.template import INVENTORY_COLUMNS

_STARTUP_FACTS = (
    "website sector country tags stage fund ownership relationship watched_by contact_email"
    " annual_revenue_usd gross_margin ai_revenue_share cash_usd monthly_burn_usd engineers"
    " invested_usd"
).split()
_USE_CASE_FACTS = "criticality requirement use_case_revenue_share buffer_hours".split()
_OF_DEPENDENCY = {
    "provider": "provider_text",
    "fallback_provider": "fallback_provider_text",
    **{
        name: column_of(name)
        for name in (
            "model host region data_residency share spend_usd depth fallback fallback_tested_on"
            " exit_plan switch_begun notice_days provider_notice_days contract_start contract_end"
            " renewal governing_law promised_availability source as_of evidence"
        ).split()
    },
}
#: What a dependency is known by for good, whatever its names become.
_KEY = "dependency_key"
#: What a row says of where all that stands on it is from.
_ORIGIN = ("source", "as_of", "evidence")


def inventory_table(registers: Iterable[StoredRegister]) -> ExportTable:
    """Every startup, use case and dependency of a portfolio with all canonical columns, in order.

    What a dependency is known by has a column where its names of today do not say it. The register
    may come in stretches of startups, of which one at a time is held.
    """
    columns = (*INVENTORY_COLUMNS, _KEY)
    rows = [row for register in registers for row in _rows(register, columns)]
    if all(row[-1] is None for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return ExportTable(name="Inventory", columns=columns, rows=tuple(rows))


def _rows(register: StoredRegister, columns: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    use_cases = grouped(register.use_cases, "startup_id")
    dependencies = grouped(register.dependencies, "use_case_id")
    facts = grouped(register.facts, "startup_id")
    for startup in register.startups:
        number = startup["id"]
        for row in _rows_of(startup, use_cases[number], dependencies, facts[number]):
            yield tuple(row.get(name) for name in columns)


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
    places: dict[tuple[Cell, ...], dict[str, Cell]] = {}
    for row in rows:
        if row["provider"] != DEPENDS_ON_NOTHING:
            places.setdefault(tuple(row[name] for name in _ORIGIN), row)
    origin = {fact["field"]: fact for fact in facts}
    for name in _STARTUP_FACTS:
        value = _stated(startup, name, column_of(name))
        if value is None:
            continue
        if name in origin:
            told = tuple(origin[name][one] for one in _ORIGIN)
        else:
            told = _likeliest(places, startup["as_of"])
        if told not in places:
            places[told] = _alone(startup) | dict(zip(_ORIGIN, told, strict=True))
            rows.append(places[told])
        places[told][name] = value
    if not rows:
        rows.append(_alone(startup))
    rows[0]["notes"] = startup["notes"]
    return rows


def _likeliest(places: Iterable[tuple[Cell, ...]], day: Cell) -> tuple[Cell, ...]:
    """Where a fact stands best of which nobody noted where it is from: a row of the same day."""
    alike = [one for one in places if one[1] == day]
    return min(alike, key=lambda one: one[0] is not None, default=(None, day, None))


def _alone(startup: Row) -> dict[str, Cell]:
    """A row about a startup that names no dependency of it."""
    return {"startup": startup["name"], "provider": DEPENDS_ON_NOTHING}


def _rows_of_use_case(
    startup: Row, use_case: Row, dependencies: Sequence[Row]
) -> Iterator[dict[str, Cell]]:
    facts = {name: _stated(use_case, name, column_of(name)) for name in _USE_CASE_FACTS}
    if use_case["requirement"] == Requirement.SHARED:
        del facts["requirement"]
    name: dict[str, Cell] = {"use_case": use_case["name"]}
    if not dependencies:
        yield _alone(startup) | name | facts
    for place, dependency in enumerate(dependencies):
        row: dict[str, Cell] = {"startup": startup["name"], **name}
        row |= {name: _stated(dependency, name, col) for name, col in _OF_DEPENDENCY.items()}
        if dependency["resolution_confidence"] is None:
            # It was never read from a text, so the host is not in the provider's name.
            row["host"] = dependency["host"]
        known_as, text = str(dependency["key"]), str(dependency["provider_text"])
        of_today = dependency_key(startup["name"], use_case["name"], text, dependency["model"])
        if known_as != of_today:
            row[_KEY] = known_as if len(known_as) <= LIMITS.name_characters else None
        yield row | (facts if place == 0 else {})


def _stated(row: Row, name: str, column: str) -> Cell:
    """A stored value as a file states it: cents as an exact amount in USD."""
    value: Any = row[column]
    if value is not None and name.endswith("_usd"):
        return Decimal(value) / 100
    stated: Cell = value
    return stated


def naming_lines(register: StoredRegister, startup: str) -> dict[str, dict[str, Cell]]:
    """By the key of each dependency of a startup the cells of a file that say which one it is."""
    names = {one["id"]: one["name"] for one in register.startups if one["name"] == startup}
    cases = {one["id"]: one for one in register.use_cases if one["startup_id"] in names}
    return {
        one["key"]: {
            "startup": startup,
            "use_case": cases[one["use_case_id"]]["name"],
            "provider": one["provider_text"],
            "model": one["model"],
            # One that was never read from a text has no host in its provider's name.
            "host": one["host"] if one["resolution_confidence"] is None else one["host_text"],
        }
        for one in register.dependencies
        if one["use_case_id"] in cases
    }


def lost_in_an_inventory(session: Session, portfolio_id: int) -> tuple[str, ...]:
    """What is scored of a stored portfolio and no inventory has a column for, as sentences."""
    found = (
        ("drills that were held", len(drill_rows(session, portfolio_id))),
        ("judgements of analysts", len(judgement_rows(session, portfolio_id))),
    )
    return tuple(
        f"{count} {what}: these are about this portfolio and stay in it."
        for what, count in found
        if count
    )
