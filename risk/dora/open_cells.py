"""Open cells of a register that was drawn up: what is asked, where it stands, what a filing lacks.

An open cell says what it waits for (:func:`risk.dora.drawing.awaited`). In a filing it is empty, so
the lint finds it; here its findings say what to state, and that it is stated once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from risk.dora.drawing import is_awaited
from risk.dora.findings import Finding, Weight, in_order, meaning_of, row_name
from risk.dora.packages import Register
from risk.dora.schema import KEYS
from risk.dora.tables import Change, Row, Table, changed


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Something that open cells wait for: in words, one of the cells, and how many there are."""

    what: str
    table: str
    row: int
    column: str
    cells: int


def with_open_cells(register: Register) -> Register:
    """The register as it would be filed: cells that wait for something are empty."""
    tables = {**register.tables}
    for name, table in register.tables.items():
        emptied = [
            Change(table=name, row=row.number, column=column, value="")
            for row, column, _ in _open(table)
        ]
        if emptied:
            tables[name] = changed(table, emptied)
    return replace(register, tables=tables)


def _open(table: Table) -> Iterator[tuple[Row, str, str]]:
    for row in table.rows:
        for column, place in table.places.items():
            if place < len(row.cells) and is_awaited(row.cells[place]):
                yield row, column, row.cells[place]


def asked(register: Register) -> tuple[Asked, ...]:
    """Everything that open cells wait for, what stands in most cells first."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for name, table in register.tables.items():
        for row, column, text in _open(table):
            found.setdefault(text, []).append((name, row.number, column))
    every = [
        Asked(what=text[1:-1], table=its[0][0], row=its[0][1], column=its[0][2], cells=len(its))
        for text, its in found.items()
    ]
    return tuple(sorted(every, key=lambda one: -one.cells))


def explained(findings: Sequence[Finding], register: Register) -> tuple[Finding, ...]:
    """Findings of the register as it would be filed, with what its open cells wait for.

    ``register`` is the one in which open cells still say it. A row in which nothing but open cells
    stands is one to fill in, not one to remove.
    """
    waiting = {
        (name, row.number, column): text
        for name, table in register.tables.items()
        for row, column, text in _open(table)
    }
    if not waiting:
        return tuple(findings)
    rows = {place[:2] for place in waiting}
    kept = [
        replace(one, message=_message(waiting[place]), fix=None)
        if (place := (one.table, one.row or 0, one.column)) in waiting
        else one
        for one in findings
        if one.column or (one.table, one.row) not in rows
    ]
    there = {(one.table, one.row, one.column) for one in kept}
    return in_order([*kept, *_missing(waiting, there, register)])


def _message(text: str) -> str:
    return f"Waits for the {text[1:-1]}. State it once: it stands wherever it belongs."


def _missing(
    waiting: Mapping[tuple[str, int, str], str],
    there: Iterable[tuple[str, int | None, str]],
    register: Register,
) -> Iterator[Finding]:
    """Open keys of rows in which the lint saw nothing at all."""
    known = set(there)
    for (name, number, column), text in waiting.items():
        if column not in KEYS[name] or (name, number, column) in known:
            continue
        table = register.table(name)
        row = table.row(number)
        yield Finding(
            rule="805",
            weight=Weight.ERROR,
            table=name,
            column=column,
            row=number,
            line=row.line if row else None,
            key=row_name(table, row) if row else "",
            meaning=meaning_of(name, column),
            message=_message(text),
        )
