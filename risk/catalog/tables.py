"""Read the CSV tables of reference facts strictly: a bad cell names its file, line and column."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


class CatalogError(ValueError):
    """A table of reference facts cannot be read; the message says where and what to write."""


@dataclass(frozen=True)
class Row:
    """One line of a table. Cells are trimmed; an empty cell is an unknown fact."""

    file: str
    line: int
    cells: dict[str, str]

    def error(self, column: str, problem: str) -> CatalogError:
        """An error that points at one cell of this row."""
        return CatalogError(f"{self.file}, line {self.line}, column {column}: {problem}")

    def text(self, column: str) -> str:
        """The cell, which may not be empty."""
        if not self.cells[column]:
            raise self.error(column, "this cell may not be empty.")
        return self.cells[column]

    def optional(self, column: str) -> str | None:
        """The cell, or None if it is empty."""
        return self.cells[column] or None

    def number(self, column: str, *, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise self.error(column, f"write a number such as 0.5, not '{text}'.") from None
        if not low <= value <= high:
            raise self.error(column, f"{text} is outside {low:g} to {high:g}.")
        return value

    def optional_number(self, column: str, *, low: float, high: float) -> float | None:
        """A number from ``low`` to ``high``, or None if the cell is empty."""
        return self.number(column, low=low, high=high) if self.cells[column] else None

    def day(self, column: str) -> date:
        """A date written as 2026-05-21."""
        text = self.text(column)
        try:
            return date.fromisoformat(text)
        except ValueError:
            problem = f"write a date such as 2026-05-21, not '{text}'."
            raise self.error(column, problem) from None

    def optional_day(self, column: str) -> date | None:
        """A date, or None if the cell is empty."""
        return self.day(column) if self.cells[column] else None

    def choice(self, column: str, kind: type[Choice]) -> Choice:
        """One word of a closed list."""
        return self._choice(column, self.text(column), kind)

    def choices(self, column: str, kind: type[Choice]) -> frozenset[Choice]:
        """One or more words of a closed list, joined by ``|``."""
        words = [word.strip() for word in self.text(column).split("|")]
        return frozenset(self._choice(column, word, kind) for word in words)

    def one_of(self, column: str, words: tuple[str, ...]) -> str:
        """One of these words; an empty cell counts if the empty word is among them."""
        if self.cells[column] not in words:
            known = ", ".join(word or "(empty)" for word in words)
            problem = f"'{self.cells[column]}' is unknown; write one of: {known}."
            raise self.error(column, problem)
        return self.cells[column]

    def known(self, column: str, names: Callable[[str], bool], what: str) -> str:
        """A name that another table must hold."""
        text = self.text(column)
        if not names(text):
            raise self.error(column, f"there is no {what} named '{text}'.")
        return text

    def _choice(self, column: str, word: str, kind: type[Choice]) -> Choice:
        try:
            return kind(word)
        except ValueError:
            words = ", ".join(one.value for one in kind)
            problem = f"'{word}' is unknown; write one of: {words}."
            raise self.error(column, problem) from None


def read_table(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a CSV table with exactly these columns, in any order.

    Raises:
        CatalogError: the file is missing or empty, a column is missing, unknown or named twice,
            or a line has the wrong number of cells.
    """
    if not path.is_file():
        raise CatalogError(f"{path.name}: the table is missing from {path.parent}.")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        if sorted(header) != sorted(columns):
            wanted, found = ", ".join(columns), ", ".join(header)
            raise CatalogError(f"{path.name}, line 1: the columns must be {wanted}; found {found}.")
        for cells in reader:
            if len(cells) != len(header):
                raise CatalogError(
                    f"{path.name}, line {reader.line_num}: "
                    f"expected {len(header)} cells, found {len(cells)}."
                )
            named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            yield Row(path.name, reader.line_num, named)
