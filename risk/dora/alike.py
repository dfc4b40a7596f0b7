"""Cells of a register that must say the same: what is filled in or renamed in one changes in all.

A reference of a contract stands in nine tables. Which columns name the same thing follows from the
references of the taxonomy (:data:`risk.dora.schema.REFERENCES`).
"""

from collections.abc import Iterator, Mapping
from functools import cache

from risk.dora.drawing import is_awaited
from risk.dora.packages import Register
from risk.dora.schema import REFERENCES
from risk.dora.tables import Change, Row, Table

Place = tuple[str, str]
#: Where a thing is described: its name there is its name everywhere.
_OWNERS: tuple[Place, ...] = (
    ("B_01.02", "c0010"),
    ("B_02.01", "c0010"),
    ("B_05.01", "c0010"),
    ("B_06.01", "c0010"),
)
#: An identifier of a function is one within its entity: where the entity of either table stands.
_ENTITY_OF_FUNCTION: Mapping[Place, str] = {
    ("B_06.01", "c0010"): "c0040",
    ("B_02.02", "c0050"): "c0020",
}
#: Names without a reference of the taxonomy: who maintains the register, and branches.
_MORE: tuple[tuple[Place, Place], ...] = ((("B_01.01", "c0010"), ("B_01.02", "c0010")),)


@cache
def _same_things() -> Mapping[Place, frozenset[Place]]:
    """Every column with all those that name the same thing, itself among them."""
    groups: dict[Place, set[Place]] = {}

    def join(one: Place, other: Place) -> None:
        together = groups.setdefault(one, {one}) | groups.setdefault(other, {other})
        for place in together:
            groups[place] = together

    for reference in REFERENCES:
        for column, target in zip(reference.columns, reference.target_columns, strict=True):
            join((reference.table, column), (reference.target, target))
    for one, other in _MORE:
        join(one, other)
    return {place: frozenset(group) for place, group in groups.items()}


def spread(register: Register, change: Change) -> tuple[Change, ...]:
    """A change with all those that it brings, itself first.

    A cell that waits for something brings every cell that waits for the same; the name of a thing,
    where it is described, every cell that names it. Any other cell changes alone.
    """
    table = register.table(change.table)
    row = table.row(change.row)
    before = table.cell(row, change.column) if row is not None and change.column else ""
    if not before or not change.column or before == change.value:
        return (change,)
    places = [(change.table, change.row, change.column)]
    if is_awaited(before):
        places += [
            (name, one.number, code)
            for name, its in register.tables.items()
            for one in its.rows
            for code, at in its.places.items()
            if at < len(one.cells) and one.cells[at] == before
        ]
    elif (change.table, change.column) in _OWNERS:
        places += _naming(register, table, row, change.column, before)
    return tuple(
        Change(table=name, row=number, column=code, value=change.value)
        for name, number, code in dict.fromkeys(places)
    )


def _naming(
    register: Register, table: Table, row: Row | None, column: str, before: str
) -> Iterator[tuple[str, int, str]]:
    owner = _ENTITY_OF_FUNCTION.get((table.name, column))
    entity = table.cell(row, owner) if owner and row is not None else None
    twice = [
        one
        for one in table.rows
        if table.cell(one, column) == before and (owner is None or table.cell(one, owner) == entity)
    ]
    if len(twice) > 1:
        # Two rows have this name: which of them the others mean, nobody can tell.
        return
    for name, code in sorted(_same_things().get((table.name, column), ())):
        if name not in register.tables or (name, code) in _OWNERS:
            continue
        its, beside = register.table(name), _ENTITY_OF_FUNCTION.get((name, code))
        for one in its.rows:
            same = beside is None or its.cell(one, beside) == entity
            if same and its.cell(one, code) == before:
                yield name, one.number, code
