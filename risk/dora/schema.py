"""Columns, closed lists and references of the fifteen tables of a register of information.

Codes, keys, lists and references are those of the EBA's taxonomy 4.0; labels are those of its list
of values; meanings are in our own words. Nobody's official validator has seen these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from risk.inventory.shipped import shipped


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    WHOLE = "whole"
    MONEY = "money"
    LINK = "link"


class Need(StrEnum):
    """How much a cell is needed.

    ``KEY``: an empty one rejects the filing (805). ``WANTED``: a rule of the authorities warns.
    ``NEEDED``: the row says nothing without it. ``CONDITIONAL``: only where ``Column.condition``
    holds. ``ADVISED``: the standard asks for it and no rule does. ``OPTIONAL``: nobody asks.
    """

    KEY = "key"
    WANTED = "wanted"
    NEEDED = "needed"
    CONDITIONAL = "conditional"
    ADVISED = "advised"
    OPTIONAL = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: ``list`` names its closed list, ``rule`` the rule that wants it filled."""

    table: str
    code: str
    kind: Kind
    list: str
    need: Need
    rule: str
    condition: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Values of ``columns`` of ``table`` that must stand in ``target_columns`` of ``target``."""

    id: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


def _columns() -> dict[str, dict[str, Column]]:
    found: dict[str, dict[str, Column]] = {}
    for row in shipped("filing_columns"):
        one = Column(
            table=row["table"],
            code=row["column"],
            kind=Kind(row["kind"]),
            list=row["list"],
            need=Need(row["need"]),
            rule=row["rule"],
            condition=row["condition"],
            meaning=row["meaning"],
        )
        found.setdefault(one.table, {})[one.code] = one
    return found


def _lists() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in shipped("filing_lists"):
        found.setdefault(row["list"], {})[row["code"]] = row["label"]
    return found


#: table (``B_02.02``) → column (``c0010``) → the column, in the order of the taxonomy.
COLUMNS: Mapping[str, Mapping[str, Column]] = MappingProxyType(_columns())
TABLES = tuple(COLUMNS)
#: table → its key columns; B_99.01 has none.
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        table: tuple(code for code, one in columns.items() if one.need is Need.KEY)
        for table, columns in COLUMNS.items()
    }
)
#: list → code → label; countries and currencies have none.
LISTS: Mapping[str, Mapping[str, str]] = MappingProxyType(_lists())
REFERENCES = tuple(
    Reference(
        id=row["id"],
        table=row["table"],
        columns=tuple(row["columns"].split()),
        target=row["target"],
        target_columns=tuple(row["target_key"].split()),
    )
    for row in shipped("filing_references")
)

#: What a table holds, in words.
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "B_01.01": "Entity that maintains the register",
        "B_01.02": "Entities in the scope",
        "B_01.03": "Branches",
        "B_02.01": "Contractual arrangements",
        "B_02.02": "Contractual arrangements by function",
        "B_02.03": "Links between intra-group arrangements",
        "B_03.01": "Entities that sign",
        "B_03.02": "Providers that sign",
        "B_03.03": "Entities that provide a service in the group",
        "B_04.01": "Entities that use a service",
        "B_05.01": "ICT third-party providers",
        "B_05.02": "Supply chains",
        "B_06.01": "Functions",
        "B_07.01": "Assessments of services",
        "B_99.01": "Definitions that the entity uses",
    }
)
#: What fills a key where nothing applies, and a date that has not come.
NO_COUNTRY, NOT_APPLICABLE, NO_END = "eba_GA:qx2007", "Not Applicable", "9999-12-31"


def file_of(table: str) -> str:
    """The file of a table in a package: ``b_02.02.csv``."""
    return f"{table.lower()}.csv"


def label_of(column: Column, value: str) -> str:
    """A code with its label, as a person reads it; the value itself where it has none."""
    label = LISTS.get(column.list, {}).get(value, "")
    return f"{label} ({value})" if label else value
