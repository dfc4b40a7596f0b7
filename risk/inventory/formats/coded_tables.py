"""Tables of the DORA Register of Information, and what the codes in them mean for an inventory.

Regulation (EU) 2022/2554; implementing standard (EU) 2024/2956 with corrigendum OJ L 2025/90725.
The tables of meanings below are the place for a compliance officer to correct.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from risk.inventory.formats.packages import Row, Sheet
from risk.inventory.refusals import FileRefused

#: B_06.01.0050 and .0100: how much depends on the function, on our scale from 1 to 5. A function
#: that was not assessed is unknown.
CRITICALITY: Mapping[tuple[str, str], str] = {
    ("x28", "x793"): "5",
    ("x28", "x792"): "4",
    ("x28", "x791"): "3",
    ("x28", ""): "4",
    ("x28", "x799"): "4",
    ("x29", "x793"): "3",
    ("x29", "x792"): "2",
    ("x29", "x791"): "1",
    ("x29", ""): "2",
    ("x29", "x799"): "2",
}
#: B_07.01.0080: an exit plan exists. Whether it was tried is not in the register.
EXIT_PLAN = {"x28": "written", "x29": "none"}
#: B_07.01.0110: alternatives are identified. That is a fallback on paper, if any.
FALLBACK = {"x28": "documented", "x29": "none"}
_SERVICES = (
    "project management",
    "development",
    "help desk",
    "security management",
    "provision of data",
    "data analysis",
    "hosting",
    "computation",
    "data storage",
    "telecommunication",
    "network infrastructure",
    "hardware",
    "software licences",
    "operation management",
    "consulting",
    "risk management",
    "cloud infrastructure (IaaS)",
    "cloud platform (PaaS)",
    "cloud software (SaaS)",
)
#: B_02.02.0060: what kind of service it is, S01 to S19.
SERVICE_TYPES = {f"s{number:02}": name for number, name in enumerate(_SERVICES, start=1)}
_YES_OR_NO = {"yes": "x28", "no": "x29", "true": "x28", "false": "x29"}
_OPEN_END = "9999-12-31"
_NOT_APPLICABLE = frozenset({"qx2007", "not applicable", "n/a", "x0"})


@dataclass(frozen=True)
class CodedRow:
    """One row of a table by column code; ``spoilt`` are the cells of one that does not fit."""

    line: int
    cells: Mapping[str, str]
    spoilt: tuple[str, ...] | None = None
    fault: str | None = None

    def __getitem__(self, code: str) -> str:
        return self.cells.get(code, "")


def coded_rows(sheet: Sheet) -> tuple[CodedRow, ...]:
    """The rows of one table under codes such as ``c0010``; none for an empty table.

    Raises :class:`FileRefused` (``missing_columns``) for a table without such a header.
    """
    if not sheet.rows:
        return ()
    header = [_column_code(cell) for cell in sheet.rows[0].cells]
    if "c0010" not in header:
        raise FileRefused(
            "missing_columns",
            f"{sheet.name}.csv has no column c0010. Export the register as plain CSV, with the"
            " codes c0010, c0020 and so on in the first line of every table.",
            line=sheet.rows[0].line,
            value=", ".join(sheet.rows[0].cells)[:200],
        )
    header = _corrected(sheet.name, header)
    return tuple(_coded(row, header) for row in sheet.rows[1:])


def _column_code(cell: str) -> str:
    text = cell.strip().casefold()
    return f"c{text}" if text.isdecimal() and len(text) == 4 else text


def _corrected(table: str, header: Sequence[str]) -> list[str]:
    """The codes as the corrigendum has them: B_06.01 began ten lower in the first publication."""
    if table == "b_06.01" and "c0110" in header and "c0050" not in header:
        moved = {f"c{code:04}": f"c{code - 10:04}" for code in range(60, 120, 10)}
        return [moved.get(code, code) for code in header]
    return list(header)


def _coded(row: Row, header: Sequence[str]) -> CodedRow:
    if row.fault is not None or len(row.cells) != len(header):
        return CodedRow(row.line, {}, row.cells, row.fault)
    cells = zip(header, row.cells, strict=True)
    return CodedRow(row.line, {code: cell.strip() for code, cell in cells})


def member(text: str) -> str:
    """A value without the name of its list, in small letters: ``eba_BT:x28`` is ``x28``."""
    code = text.rpartition(":")[2].strip().casefold()
    return _YES_OR_NO.get(code, code)


def country(text: str) -> str:
    """The country of ``eba_GA:FR``; nothing where a country does not apply."""
    return "" if member(text) in _NOT_APPLICABLE else text.rpartition(":")[2].strip()


def ending(text: str) -> str:
    """The day on which a contract ends; nothing for one without an end."""
    return "" if text.startswith(_OPEN_END) else text


def named(text: str) -> str:
    """A name or reference; nothing for the words that stand where none applies."""
    return "" if member(text) in _NOT_APPLICABLE else text
