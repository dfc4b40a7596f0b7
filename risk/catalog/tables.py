"""Read the CSV tables of reference facts strictly: a bad cell names its file, line and column."""

import csv
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar, get_args

Choice = TypeVar("Choice", bound=StrEnum)
Fact = TypeVar("Fact")
#: The least and the largest value of a number, by column.
Limits = Mapping[str, tuple[float, float]]


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

    def known(self, column: str, names: Container[str], what: str) -> str:
        """A name that another table must hold."""
        text = self.text(column)
        if text not in names:
            raise self.error(column, f"there is no {what} named '{text}'.")
        return text

    def new(
        self, key: object, found: Container[object], column: str, what: str = "", where: str = ""
    ) -> None:
        """Refuse a key that ``found`` holds already; ``what`` names it, else the cell does."""
        if key in found:
            raise self.error(column, f"{what or repr(self.text(column))} is listed twice{where}.")

    def fact(self, kind: type[Fact], limits: Limits | None = None, **given: object) -> Fact:
        """A record whose fields are columns of the table, each read as its type says.

        ``limits`` are those of its numbers; fields that are read otherwise are ``given``.
        """
        bounds = limits or {}
        values = {
            one.name: given[one.name]
            if one.name in given
            else self._typed(one.name, one.type, bounds.get(one.name))
            for one in fields(kind)  # type: ignore[arg-type]  # every fact is a dataclass
        }
        return kind(**values)

    def _typed(self, column: str, kind: Any, limits: tuple[float, float] | None) -> object:
        if limits is not None:
            read = self.optional_number if type(None) in get_args(kind) else self.number
            return read(column, low=limits[0], high=limits[1])
        if column == "as_of":
            return self.day(column).isoformat()
        if kind in _READERS:
            return _READERS[kind](self, column)
        several = get_args(kind)
        return self.choices(column, several[0]) if several else self.choice(column, kind)

    def _choice(self, column: str, word: str, kind: type[Choice]) -> Choice:
        try:
            return kind(word)
        except ValueError:
            words = ", ".join(one.value for one in kind)
            problem = f"'{word}' is unknown; write one of: {words}."
            raise self.error(column, problem) from None


_READERS: Mapping[Any, Callable[[Row, str], object]] = {
    str: Row.text,
    str | None: Row.optional,
    date: Row.day,
    date | None: Row.optional_day,
}


def columns_of(kind: type) -> tuple[str, ...]:
    """The columns of a table whose rows are records of this kind."""
    return tuple(one.name for one in fields(kind))


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


def shipped_rows(name: str) -> Iterator[Mapping[str, str]]:
    """The rows of a table that comes with the program and belongs to no catalogue."""
    return csv.DictReader(StringIO(files("fixtures").joinpath(name).read_text("utf-8")))
