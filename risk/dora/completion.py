"""Completion of a register: which needed cells are filled, and what stands in the way of filing.

A cell is needed where its column is a key, where a rule wants it, where its row says nothing
without it, and where its condition holds. What is merely advised or optional is not counted.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from risk.dora.findings import Finding, Weight
from risk.dora.packages import FilingFacts, Register
from risk.dora.schema import COLUMNS, TABLES, Column, Need
from risk.dora.sheets import YES, Sheet, Sheets

_ALWAYS = frozenset((Need.KEY, Need.WANTED, Need.NEEDED))
_NO_FINANCIAL_ENTITY = frozenset(("", "eba_CT:x317", "eba_CT:x318"))


@dataclass(frozen=True, kw_only=True)
class Filled:
    """How far one table is: its rows, the cells that are needed, and those of them that are filled.

    ``missing`` has the empty ones by column. ``errors`` and ``warnings`` count findings.
    """

    table: str
    rows: int
    needed: int
    filled: int
    missing: Mapping[str, int]
    errors: int
    warnings: int

    @property
    def share(self) -> float | None:
        """The part of the needed cells that is filled, 0 to 1; None where none is needed yet."""
        return self.filled / self.needed if self.needed else None


@dataclass(frozen=True, kw_only=True)
class Completion:
    """How far a register is, table by table in the order of the taxonomy.

    ``errors`` and ``warnings`` also count findings about the package. ``wanted_missing``: empty
    cells that a rule asks for or a key needs. ``hindrance`` says in a sentence what stands in the
    way, and is empty where nothing does.
    """

    tables: tuple[Filled, ...]
    errors: int
    warnings: int
    wanted_missing: int
    hindrance: str

    @property
    def needed(self) -> int:
        """The cells that are needed in all tables."""
        return sum(one.needed for one in self.tables)

    @property
    def filled(self) -> int:
        """Those of them that are filled."""
        return sum(one.filled for one in self.tables)

    @property
    def share(self) -> float | None:
        """The part of the needed cells that is filled, 0 to 1; None where none is needed yet."""
        return self.filled / self.needed if self.needed else None

    @property
    def ready(self) -> bool:
        """Is nothing wrong that rejects the filing, and nothing missing that a rule wants?"""
        return not self.hindrance


def completion_of(
    register: Register, facts: FilingFacts, findings: Sequence[Finding]
) -> Completion:
    """How far a register is. ``findings`` are those of :func:`risk.dora.lint.lint` for the same."""
    sheets = Sheets(register, facts)
    by_weight = {
        weight: Counter(one.table for one in findings if one.weight is weight) for weight in Weight
    }
    errors, warnings = by_weight[Weight.ERROR], by_weight[Weight.WARNING]
    tables: list[Filled] = []
    wanted: Counter[str] = Counter()
    for name in TABLES:
        sheet = sheets[name]
        needed = filled = 0
        missing: dict[str, int] = {}
        for column in COLUMNS[name].values():
            asked, there = _counted(sheets, sheet, column)
            needed, filled = needed + asked, filled + there
            if asked > there:
                missing[column.code] = asked - there
                if column.need in _ALWAYS:
                    wanted[name] += asked - there
        tables.append(
            Filled(
                table=name,
                rows=len(sheet),
                needed=needed,
                filled=filled,
                missing=MappingProxyType(missing),
                errors=errors[name],
                warnings=warnings[name],
            )
        )
    return Completion(
        tables=tuple(tables),
        errors=errors.total(),
        warnings=warnings.total(),
        wanted_missing=wanted.total(),
        hindrance=_hindrance(errors.total(), wanted),
    )


def _hindrance(errors: int, missing: Mapping[str, int]) -> str:
    parts: list[str] = []
    if errors:
        parts.append(f"{errors:,} error{'s' if errors > 1 else ''}")
    if total := sum(missing.values()):
        table, most = max(missing.items(), key=lambda one: one[1])
        where = f"all in {table}" if most == total else f"{most:,} of them in {table}"
        parts.append(
            f"1 value is missing, in {table}"
            if total == 1
            else f"{total:,} values are missing, {where}"
        )
    return "; ".join(parts)


def _counted(sheets: Sheets, sheet: Sheet, column: Column) -> tuple[int, int]:
    """How many cells of a column are needed, and how many of them are filled."""
    cells = sheet.columns[column.code]
    if column.need in _ALWAYS:
        return len(cells), len(cells) - cells.count("")
    holds = _CONDITIONS.get((column.table, column.code))
    if column.need is not Need.CONDITIONAL or holds is None:
        return 0, 0
    asked = [cell for cell, needed in zip(cells, holds(sheets, sheet), strict=True) if needed]
    return len(asked), len(asked) - asked.count("")


_Condition = Callable[[Sheets, Sheet], Sequence[bool]]


def _where(code: str, *values: str) -> _Condition:
    """Where another cell of the row holds one of the values."""
    return lambda _, sheet: [cell in values for cell in sheet.columns[code]]


def _with(code: str) -> _Condition:
    """Where another cell of the row is filled."""
    return lambda _, sheet: [bool(cell) for cell in sheet.columns[code]]


def _is_critical(sheets: Sheets, sheet: Sheet) -> Sequence[bool]:
    critical = sheets.critical
    users = zip(sheet.columns["c0050"], sheet.columns["c0020"], strict=True)
    return [user in critical for user in users]


def _stores_for_critical(sheets: Sheets, sheet: Sheet) -> Sequence[bool]:
    stores = sheet.columns["c0140"]
    return [
        critical and said == YES
        for critical, said in zip(_is_critical(sheets, sheet), stores, strict=True)
    ]


def _has_ended(sheets: Sheets, sheet: Sheet) -> Sequence[bool]:
    day = sheets.facts.day
    last = day.isoformat() if day else ""
    return [bool(end) and end <= last for end in sheet.columns["c0080"]]


def _is_direct(sheets: Sheets, sheet: Sheet) -> Sequence[bool]:
    direct = set(sheets["B_03.02"].columns["c0020"]) - {""}
    return [code in direct for code in sheet.columns["c0010"]]


def _is_financial(_: Sheets, sheet: Sheet) -> Sequence[bool]:
    return [kind not in _NO_FINANCIAL_ENTITY for kind in sheet.columns["c0040"]]


#: When a conditional cell is needed; ``Column.condition`` says the same in words.
_CONDITIONS: Mapping[tuple[str, str], _Condition] = {
    ("B_01.02", "c0100"): _with("c0110"),
    ("B_01.02", "c0110"): _is_financial,
    ("B_02.01", "c0030"): _where("c0020", "eba_CO:x3"),
    ("B_02.02", "c0090"): _has_ended,
    ("B_02.02", "c0100"): _is_critical,
    ("B_02.02", "c0110"): _is_critical,
    ("B_02.02", "c0120"): _is_critical,
    ("B_02.02", "c0140"): _is_critical,
    ("B_02.02", "c0170"): _stores_for_critical,
    ("B_02.02", "c0180"): _is_critical,
    ("B_05.01", "c0040"): _with("c0030"),
    ("B_05.01", "c0090"): _with("c0100"),
    ("B_05.01", "c0100"): _is_direct,
    ("B_05.01", "c0120"): _with("c0110"),
    ("B_07.01", "c0060"): _where("c0050", "eba_ZZ:x959", "eba_ZZ:x960"),
    ("B_07.01", "c0120"): _where("c0110", YES),
}


@dataclass(frozen=True)
class Marked:
    """A cell with findings: the worst weight, and the findings from the worst on."""

    weight: Weight
    findings: tuple[Finding, ...]


_WORST_FIRST = {weight: place for place, weight in enumerate(Weight)}


def cells_of(
    register: Register, findings: Sequence[Finding], table: str
) -> Mapping[tuple[int, str], Marked]:
    """Row number and column → what was found there, for the rows that the table has.

    A finding about a whole row stands under the column ``""``.
    """
    there = {row.number for row in register.table(table).rows}
    found: dict[tuple[int, str], list[Finding]] = {}
    for one in findings:
        if one.table == table and one.row is not None and one.row in there:
            found.setdefault((one.row, one.column), []).append(one)
    return {
        cell: Marked(its[0].weight, tuple(its))
        for cell, its in (
            (cell, sorted(its, key=lambda one: _WORST_FIRST[one.weight]))
            for cell, its in found.items()
        )
    }
