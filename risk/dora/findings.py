"""Findings of the lint: what is wrong with which cell, how much it weighs, and what comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from risk.dora.schema import COLUMNS, TABLES, TITLES
from risk.dora.tables import Row, Table


class Weight(StrEnum):
    """How much a finding weighs.

    ``ERROR``: the authority rejects the whole filing. ``WARNING``: its rules name it and the filing
    is taken. ``ADVICE``: the standard or practice asks for it and no rule that is in force does.
    """

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong, and with what.

    ``rule`` is the authorities' number (``805``, ``v8884_m``, ``VR_72``; ``FR:2.19`` is a section
    of the EBA's filing rules, ``xbrlce:`` an error of xBRL-CSV). Where they have none it is ours:
    ``LEI`` or ``ITS:`` and a word.
    ``table`` is empty for the package, ``column`` for a row, a table or the package. ``row`` is
    :attr:`Row.number`, ``line`` counts from 1 in the file. ``key`` names the row for a person.
    ``fix`` is the text that the cell should have, where that is beyond doubt: to be offered, never
    taken by itself; None where a person must know.
    """

    rule: str
    weight: Weight
    table: str = ""
    column: str = ""
    row: int | None = None
    line: int | None = None
    key: str = ""
    value: str = ""
    meaning: str = ""
    message: str
    fix: str | None = None


#: Which cells name a row of a table for a person: the first group of which one is stated.
_NAMED_BY = {
    "B_01.02": (
        ("c0020",),
        ("c0010",),
    ),
    "B_01.03": (
        ("c0030",),
        ("c0010",),
    ),
    "B_02.02": (("c0010", "c0050"),),
    "B_02.03": (("c0010", "c0020"),),
    "B_03.01": (("c0010", "c0020"),),
    "B_03.02": (("c0010", "c0020"),),
    "B_03.03": (("c0010", "c0020"),),
    "B_04.01": (("c0010", "c0020"),),
    "B_05.01": (
        ("c0050",),
        ("c0010",),
    ),
    "B_05.02": (("c0010", "c0060", "c0030"),),
    "B_06.01": (("c0010", "c0030"),),
    "B_07.01": (("c0010", "c0040"),),
    "B_99.01": (),
}


def row_name(table: Table, row: Row) -> str:
    """What names a row for a person: ``CA-2024-007 · F3``; its line where nothing does."""
    places, cells = table.places, row.cells
    for codes in _NAMED_BY.get(table.name, (("c0010",),)):
        named = [
            _without_prefix(cells[place].strip())
            for code in codes
            if (place := places.get(code)) is not None and place < len(cells)
        ]
        if text := " · ".join(filter(None, named)):
            return text
    return f"line {row.line}" if row.line else "new row"


def _without_prefix(cell: str) -> str:
    return cell.rpartition(":")[2] if cell.startswith("eba_") else cell


def meaning_of(table: str, column: str) -> str:
    """What a column holds, or a table where the column is empty; empty for an unknown one."""
    if column:
        known = COLUMNS[table].get(column)
        return known.meaning if known else ""
    return TITLES.get(table, "")


#: In the test run of 2024 86 % of what failed were missing values, 6.5 % LEIs, 4 % codes of lists,
#: 2.8 % double keys and dates; a broken package or reference rejects everything and stands before.
_GROUPS = (
    ("801", "802", "809", "306", "724", "FR:columns"),
    ("805", "xbrlce:unmappedCellValue"),
    ("807", "ITS:maintainer", "ITS:branch"),
    ("LEI", "v8890_m", "v8891_m", "v8826_m", "v8892_m", "VR_72"),
    ("503", "333"),
    ("806", "330"),
)
_GROUP_OF = {rule: place for place, rules in enumerate(_GROUPS, start=1) for rule in rules}
_MISSING, _OTHER = 2, len(_GROUPS) + 1
_WEIGHTS = {weight: place for place, weight in enumerate(Weight)}
#: Of the missing values 60 % were in B_02.02, 20 % in B_07.01 and 17 % in B_05.01.
_FIRST_TABLES = ("B_02.02", "B_07.01", "B_05.01")
_TABLES = {
    name: place
    for place, name in enumerate(
        ("", *_FIRST_TABLES, *(one for one in TABLES if one not in _FIRST_TABLES))
    )
}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as they should be worked through: errors first, then as the comments above say."""

    def place(one: Finding) -> tuple[int, int, int, bool, int, str, str]:
        if not one.table:
            group = 0
        elif one.rule in _GROUP_OF:
            group = _GROUP_OF[one.rule]
        else:
            # Rules v88… and e23… want a value where there is none.
            group = _MISSING if not one.value and one.rule[:1] in "ve" else _OTHER
        # What was added by hand stands behind what came, in the order in which it was added.
        row = one.row if one.row is not None else -1
        added = one.row is not None and one.row < 0
        number = -row if added else row
        return (
            _WEIGHTS[one.weight],
            group,
            _TABLES.get(one.table, 0),
            added,
            number,
            one.column,
            one.rule,
        )

    return tuple(sorted(findings, key=place))
