"""The tables of a DORA register that is to be written: rows by key, and their files."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from risk.inventory.formats import dora_codes as codes

#: Where the rows of one contract differ, the graver value counts; gravest first.
_GRAVER: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("b_07.01", "c0050"): (
        codes.NOT_SUBSTITUTABLE,
        codes.HIGHLY_COMPLEX,
        codes.MEDIUM_COMPLEXITY,
        codes.EASILY_SUBSTITUTABLE,
    ),
    ("b_07.01", "c0080"): (codes.NO, codes.YES),
    ("b_07.01", "c0100"): (codes.HIGH, codes.MEDIUM, codes.LOW),
    ("b_07.01", "c0110"): (codes.NOT_ASSESSED, codes.NO, codes.YES),
}


@dataclass(frozen=True, kw_only=True)
class CodedLine:
    """One row of a table: its cells by column code, and which record it was made of."""

    cells: Mapping[str, str]
    startup: str = ""
    use_case: str = ""
    provider: str = ""


@dataclass(frozen=True, kw_only=True)
class Register:
    """The tables of a register by name (``b_02.02``); ``stand_ins`` are names written as codes."""

    tables: Mapping[str, tuple[CodedLine, ...]]
    stand_ins: tuple[str, ...] = ()


def merged_by_key(table: str, lines: Sequence[CodedLine]) -> tuple[CodedLine, ...]:
    """Return one row for each key; where rows of one differ, the graver value or none."""
    by_key: dict[tuple[str, ...], list[CodedLine]] = {}
    for line in lines:
        by_key.setdefault(tuple(line.cells[c] for c in codes.KEYS[table]), []).append(line)
    return tuple(
        replace(
            its[0],
            cells={
                column: _agreed(table, column, [line.cells.get(column, "") for line in its])
                for column in codes.COLUMNS[table]
            },
        )
        for its in by_key.values()
    )


def _agreed(table: str, column: str, values: Sequence[str]) -> str:
    stated = list(dict.fromkeys(values))
    if len(stated) == 1:
        return stated[0]
    if column == "c0120" and table == "b_07.01":
        return "; ".join(filter(None, stated))
    order = _GRAVER.get((table, column), ())
    return next((value for value in order if value in stated), "")


def as_files(register: Register) -> dict[str, bytes]:
    """The files of the register by name: a CSV per table and the filing indicators.

    UTF-8, comma, CRLF; a table without rows is its header, and is said not to be reported.
    """
    files = {
        f"{name}.csv": _csv([columns, *([row.cells.get(c, "") for c in columns] for row in rows)])
        for name, columns in codes.COLUMNS.items()
        for rows in (register.tables[name],)
    }
    indicators = [
        [name.upper(), str(bool(register.tables[name])).lower()] for name in codes.COLUMNS
    ]
    files["FilingIndicators.csv"] = _csv([["templateID", "reported"], *indicators])
    return files


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return target.getvalue().encode("utf-8")
