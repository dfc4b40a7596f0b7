"""What an authority would find wrong with a register before it is filed, each with its mend."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from risk.inventory.formats import dora_codes as codes
from risk.inventory.formats.dora_tables import CodedLine, Register


class Weight(StrEnum):
    """Would the filing be rejected, or is a value only missing?"""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing wrong. ``rule`` is the authorities' number; the rest names the record to mend."""

    rule: str
    weight: Weight
    table: str
    column: str
    message: str
    startup: str = ""
    use_case: str = ""
    provider: str = ""


def lint(register: Register) -> tuple[Finding, ...]:
    """Every finding, errors first, in the order of the tables.

    Rules: 805 empty key, 806 key twice, 807 no such row in the other table, 808 a table that is
    reported without a row; e23680_e to e23682_e wanted values; v8816_m, v8817_m, v8825_m.
    """
    found = [
        *_stand_ins(register),
        *_empty_keys(register),
        *_keys_twice(register),
        *_missing_rows(register),
        *_missing_tables(register),
        *_wanted_values(register),
        *_conditions(register),
    ]
    return tuple(sorted(found, key=lambda one: one.weight is not Weight.ERROR))


def _finding(
    rule: str, table: str, column: str, message: str, *, line: CodedLine | None, weight: Weight
) -> Finding:
    return Finding(
        rule=rule,
        weight=weight,
        table=table.upper(),
        column=column,
        message=message,
        startup=line.startup if line else "",
        use_case=line.use_case if line else "",
        provider=line.provider if line else "",
    )


def _called(table: str, column: str) -> str:
    return codes.NAMES.get((table, column), f"column {column}")


def _stand_ins(register: Register) -> Iterator[Finding]:
    for name in register.stand_ins:
        yield _finding(
            "v8817_m",
            "b_05.01",
            "c0010",
            f"No official code of {name} is known, so its name stands in its place. Add a line"
            " with its LEI or EUID to the file of identifiers.",
            line=None,
            weight=Weight.ERROR,
        )


def _empty_keys(register: Register) -> Iterator[Finding]:
    for table, keys in codes.KEYS.items():
        for line in register.tables[table]:
            for column in keys:
                if not line.cells.get(column):
                    yield _finding(
                        "805",
                        table,
                        column,
                        f"The {_called(table, column)} is part of the key and may not be empty.",
                        line=line,
                        weight=Weight.ERROR,
                    )


def _keys_twice(register: Register) -> Iterator[Finding]:
    for table, keys in codes.KEYS.items():
        lines = register.tables[table]
        counted = Counter(tuple(line.cells.get(column, "") for column in keys) for line in lines)
        for key, times in counted.items():
            if times > 1:
                yield _finding(
                    "806",
                    table,
                    keys[0],
                    f"{times} rows have the key {', '.join(key)}. Join them or tell them apart.",
                    line=None,
                    weight=Weight.ERROR,
                )


def _missing_rows(register: Register) -> Iterator[Finding]:
    for (table, column), (other, key) in codes.FOREIGN_KEYS.items():
        there = {line.cells.get(key) for line in register.tables[other]}
        for line in register.tables[table]:
            value = line.cells.get(column, "")
            if value and value not in there:
                yield _finding(
                    "807",
                    table,
                    column,
                    f"“{value}” has no row in {other.upper()}. Add one there.",
                    line=line,
                    weight=Weight.ERROR,
                )


def _missing_tables(register: Register) -> Iterator[Finding]:
    if not any(register.tables.values()):
        yield _finding(
            "808",
            "b_02.02",
            "",
            "No table has a row, so nothing can be filed. Import what the entity depends on.",
            line=None,
            weight=Weight.ERROR,
        )


def _wanted_values(register: Register) -> Iterator[Finding]:
    for table, (rule, columns) in codes.NOT_NULL.items():
        for line in register.tables[table]:
            for column in columns:
                if not line.cells.get(column):
                    yield _finding(
                        rule,
                        table,
                        column,
                        f"The {_called(table, column)} is not known. State it, or fill it in"
                        " before filing; nothing is made up.",
                        line=line,
                        weight=Weight.WARNING,
                    )


def _conditions(register: Register) -> Iterator[Finding]:
    hard = (codes.NOT_SUBSTITUTABLE, codes.HIGHLY_COMPLEX)
    for line in register.tables["b_07.01"]:
        if line.cells.get("c0050") in hard and not line.cells.get("c0060"):
            yield _finding(
                "v8825_m",
                "b_07.01",
                "c0060",
                "A provider that is hard to replace needs the reason why.",
                line=line,
                weight=Weight.ERROR,
            )
    for line in register.tables["b_02.02"]:
        start, end = line.cells.get("c0070", ""), line.cells.get("c0080", "")
        if start and end and end <= start:
            yield _finding(
                "v8816_m",
                "b_02.02",
                "c0080",
                f"The contract ends on {end}, not after its start on {start}.",
                line=line,
                weight=Weight.ERROR,
            )
