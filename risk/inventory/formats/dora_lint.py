"""Checks of a register as an authority makes them before it is filed, each with its correction."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from risk.inventory.formats import dora_codes as codes
from risk.inventory.formats.dora_export import CodedLine, Register


class Weight(StrEnum):
    """Would the filing be rejected, or is a value only missing?"""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing wrong. ``rule`` is the authorities' number; the rest names the record."""

    rule: str
    weight: Weight
    table: str
    column: str
    message: str
    startup: str = ""
    use_case: str = ""
    provider: str = ""


@dataclass(frozen=True)
class _Fault:
    rule: str
    table: str
    column: str
    message: str
    line: CodedLine | None = None
    weight: Weight = Weight.ERROR


def lint(register: Register) -> tuple[Finding, ...]:
    """Every finding, errors first, in the order of the tables.

    Rules: 805 empty key, 806 key twice, 807 no such row in the other table, 808 a table that is
    reported without a row; e23680_e to e23682_e wanted values; v8816_m, v8817_m, v8825_m.
    """
    found = [*_code_faults(register), *_table_faults(register), *_value_faults(register)]
    return tuple(
        Finding(
            rule=one.rule,
            weight=one.weight,
            table=one.table.upper(),
            column=one.column,
            message=one.message,
            startup=one.line.startup if one.line else "",
            use_case=one.line.use_case if one.line else "",
            provider=one.line.provider if one.line else "",
        )
        for one in sorted(found, key=lambda one: one.weight is not Weight.ERROR)
    )


def _called(table: str, column: str) -> str:
    return codes.NAMES.get((table, column), f"column {column}")


def _code_faults(register: Register) -> Iterator[_Fault]:
    """Names that stand where an official code should, and keys that name no row or several."""
    for name in register.stand_ins:
        yield _Fault(
            "v8817_m",
            "b_05.01",
            "c0010",
            f"No official code of {name} is known, so its name stands in its place. Add a line"
            " with its LEI or EUID to the file of identifiers.",
        )
    for table, keys in codes.KEYS.items():
        for line in register.tables[table]:
            for column in (key for key in keys if not line.cells.get(key)):
                message = f"The {_called(table, column)} is part of the key and may not be empty."
                yield _Fault("805", table, column, message, line)
    for table, keys in codes.KEYS.items():
        lines = register.tables[table]
        counted = Counter(tuple(line.cells.get(column, "") for column in keys) for line in lines)
        for key, times in counted.items():
            if times > 1:
                message = (
                    f"{times} rows have the key {', '.join(key)}. Join them or tell them apart."
                )
                yield _Fault("806", table, keys[0], message)


def _table_faults(register: Register) -> Iterator[_Fault]:
    """Rows that another table lacks, and a register without any."""
    for (table, column), (other, key) in codes.FOREIGN_KEYS.items():
        there = {line.cells.get(key) for line in register.tables[other]}
        for line in register.tables[table]:
            value = line.cells.get(column, "")
            if value and value not in there:
                message = f"“{value}” has no row in {other.upper()}. Add one there."
                yield _Fault("807", table, column, message, line)
    if not any(register.tables.values()):
        message = "No table has a row, so nothing can be filed. Import what the entity depends on."
        yield _Fault("808", "b_02.02", "", message)


def _value_faults(register: Register) -> Iterator[_Fault]:
    """Values that are wanted, and values that do not go together."""
    for table, lines in register.tables.items():
        wanted = [(rule, column) for (name, column), rule in codes.WANTED.items() if name == table]
        for line in lines:
            for rule, column in wanted:
                if not line.cells.get(column):
                    message = (
                        f"The {_called(table, column)} is not known. State it, or fill it in before"
                        " filing; nothing is made up."
                    )
                    yield _Fault(rule, table, column, message, line, Weight.WARNING)
    hard = (codes.NOT_SUBSTITUTABLE, codes.HIGHLY_COMPLEX)
    for line in register.tables["b_07.01"]:
        if line.cells.get("c0050") in hard and not line.cells.get("c0060"):
            message = "A provider that is hard to replace needs the reason why."
            yield _Fault("v8825_m", "b_07.01", "c0060", message, line)
    for line in register.tables["b_02.02"]:
        start, end = line.cells.get("c0070", ""), line.cells.get("c0080", "")
        if start and end and end <= start:
            message = f"The contract ends on {end}, not after its start on {start}."
            yield _Fault("v8816_m", "b_02.02", "c0080", message, line)
