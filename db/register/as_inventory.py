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

from db.register.columns import STATED, column_of
from db.register.documents import Row
from db.register.evidence import drill_rows, judgement_rows
from db.register.naming import dependency_key
from db.register.rows import Groups, StoredRegister, grouped
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.inventory.limits import LIMITS
from risk.inventory.records import DEPENDS_ON_NOTHING, Requirement
from risk.inventory.template import INVENTORY_COLUMNS
from risk.money.stated import Stated, Unit, stated_of

_STARTUP_FACTS = (
    "website sector country tags stage fund ownership relationship watched_by contact_email"
    " annual_revenue_usd gross_margin ai_revenue_share cash_usd monthly_burn_usd engineers"
    " invested_usd"
).split()
_USE_CASE_FACTS = "criticality requirement use_case_revenue_share buffer_hours".split()
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
            " exit_plan switch_begun notice_days provider_notice_days contract_start contract_end"
            " renewal contract governing_law promised_availability source as_of evidence"
        ).split()
    },
}
#: What a dependency is known by for good, whatever its names become.
_KEY = "dependency_key"
#: What a row says of where all that stands on it is from.
_ORIGIN = ("source", "as_of", "evidence")


def inventory_table(registers: Iterable[StoredRegister]) -> ExportTable:
    """Every startup, use case and dependency of a portfolio with all canonical columns, in order.

    What a dependency is known by has a column where its names of today do not say it; columns for
    amounts as they were stated follow where any was not in USD for its usual time. The register
    may come in stretches of startups, of which one at a time is held.
    """
    rows: list[tuple[Cell, ...]] = []
    more: list[dict[str, Cell]] = []
    for register in registers:
        for row in _rows(register):
            rows.append(tuple(row.get(name) for name in INVENTORY_COLUMNS))
            more.append({name: row[name] for name in (_KEY, *_AS_STATED) if name in row})
    used = tuple(
        name for name in (_KEY, *_AS_STATED) if any(others.get(name) is not None for others in more)
    )
    if used:
        pairs = zip(rows, more, strict=True)
        rows = [(*row, *(others.get(name) for name in used)) for row, others in pairs]
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
    places: dict[tuple[Cell, ...], dict[str, Cell]] = {}
    for row in rows:
        if row["provider"] != DEPENDS_ON_NOTHING:
            places.setdefault(tuple(row[name] for name in _ORIGIN), row)
    origin = {fact["field"]: fact for fact in facts}
    for name in _STARTUP_FACTS:
        cells = _cells(startup, name, column_of(name))
        if not cells:
            continue
        if name in origin:
            told = tuple(origin[name][one] for one in _ORIGIN)
        else:
            told = _likeliest(places, startup["as_of"])
        if told not in places:
            places[told] = _alone(startup) | dict(zip(_ORIGIN, told, strict=True))
            rows.append(places[told])
        places[told].update(cells)
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
    facts = {name: use_case[column_of(name)] for name in _USE_CASE_FACTS}
    if use_case["requirement"] == Requirement.SHARED:
        del facts["requirement"]
    name: dict[str, Cell] = {"use_case": use_case["name"]}
    if not dependencies:
        yield _alone(startup) | name | facts
    for place, dependency in enumerate(dependencies):
        row: dict[str, Cell] = {"startup": startup["name"], **name}
        for fact, column in _OF_DEPENDENCY.items():
            row |= {fact: None} | _cells(dependency, fact, column)
        if dependency["resolution_confidence"] is None:
            # It was never read from a text, so the host is not in the provider's name.
            row["host"] = dependency["host"]
        known_as, text = str(dependency["key"]), str(dependency["provider_text"])
        of_today = dependency_key(startup["name"], use_case["name"], text, dependency["model"])
        if known_as != of_today:
            row[_KEY] = known_as if len(known_as) <= LIMITS.name_characters else None
        yield row | (facts if place == 0 else {})


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


def naming_lines(register: StoredRegister) -> dict[str, dict[str, Cell]]:
    """By the key of each dependency the cells of a file that say which one it is."""
    names = {one["id"]: one["name"] for one in register.startups}
    cases = {one["id"]: one for one in register.use_cases if one["startup_id"] in names}
    return {
        one["key"]: {
            "startup": names[cases[one["use_case_id"]]["startup_id"]],
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
        (
            "drills that were held: the table of drills has them.",
            len(drill_rows(session, portfolio_id)),
        ),
        (
            "judgements of analysts: these are about this portfolio and stay in it.",
            len(judgement_rows(session, portfolio_id)),
        ),
    )
    return tuple(f"{count} {said}" for said, count in found if count)
