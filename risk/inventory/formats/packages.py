"""Contents of a workbook or an archive of tables once unpacked: sheets of text cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from risk.inventory.limits import Limits
from risk.inventory.refusals import Findings


class PackageKind(StrEnum):
    """What was unpacked."""

    WORKBOOK = "workbook"
    CSV_TABLES = "csv tables"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank, without the empty cells at its end; ``line`` counts from 1.

    ``fault`` is the code that spoils it and ``fault_at`` the cell at fault as it is shown.
    ``computed``: some of its values are the saved results of formulas.
    """

    line: int
    cells: tuple[str, ...]
    fault: str | None = None
    fault_at: str = ""
    computed: bool = False


@dataclass(frozen=True)
class KeyedRow:
    """One row of a table by the keys of its header; ``row`` is as it stands in the sheet.

    ``spoilt``: its cells cannot be told apart, and there are none.
    """

    row: Row
    cells: Mapping[str, str]
    spoilt: bool = False

    def __getitem__(self, key: str) -> str:
        """The cell under ``key``, trimmed; nothing where there is none."""
        return self.cells.get(key, "")


def keyed(row: Row, header: Sequence[str]) -> KeyedRow:
    """A row under the keys of a header."""
    cells = zip(header, row.cells, strict=False)
    return KeyedRow(row, {key: cell.strip() for key, cell in cells if key})


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table of a package. ``refusal``: why it cannot be read, as a code and a sentence."""

    name: str
    rows: tuple[Row, ...] = ()
    hidden: bool = False
    refusal: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Package:
    """All tables of a file, in its order."""

    kind: PackageKind
    sheets: tuple[Sheet, ...]


#: How a package is opened. Raises :class:`~risk.inventory.refusals.FileRefused` where it is unsafe,
#: too large, damaged, or something else.
Unpack = Callable[[bytes, Limits], Package]


def warn_about_formulas(rows: Sequence[Row], findings: Findings) -> None:
    """Say which rows hold results of formulas that the workbook saved."""
    for row in rows:
        if row.computed:
            findings.warn(
                "formula_values_used",
                row.line,
                f"Line {row.line} holds formulas; the results saved in the workbook were read.",
            )
