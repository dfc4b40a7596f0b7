"""Columns of distinct values with a code for each record, and rows made of them when asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.inventory.intake_results import InventoryRow

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """A column: ``codes`` (records) into ``values``; a value may stand there more than once."""

    codes: NDArray[Any]
    values: NDArray[np.object_]

    @cached_property
    def identities(self) -> Indices:
        """For each record a number, equal where values are equal; -1 where the value is None."""
        numbers: Indices = pd.factorize(self.values)[0].astype(np.int64)
        each: Indices = numbers[self.codes]
        return each

    @property
    def objects(self) -> NDArray[np.object_]:
        """The values of all records."""
        each: NDArray[np.object_] = self.values[self.codes]
        return each

    def taken(self, rows: Indices | NDArray[np.bool_]) -> "Coded":
        """The column of some records only."""
        return Coded(self.codes[rows], self.values)

    def mapped(self, values: Sequence[Any]) -> "Coded":
        """The same column with other values in the place of the distinct ones."""
        return Coded(self.codes, object_array(values))


def object_array(values: Sequence[Any]) -> NDArray[np.object_]:
    """``values`` as one dimension of objects, whatever they are."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


def combined(identities: Sequence[Indices]) -> tuple[Indices, Indices]:
    """Number the combinations of several columns by first appearance, and say where that was.

    Returns:
        the number of each record's combination, and the first record of each combination.
    """
    numbers = np.zeros(len(identities[0]), np.int64)
    for column in identities:
        span = int(column.max(initial=-1)) + 2
        numbers = pd.factorize(numbers * span + column + 1)[0].astype(np.int64)
    first = np.full(int(numbers.max(initial=-1)) + 1, len(numbers), np.int64)
    np.minimum.at(first, numbers, np.arange(len(numbers)))
    return numbers, first


@dataclass(frozen=True, eq=False)
class ColumnarRows(Sequence[InventoryRow]):
    """Accepted records as columns; a sequence of rows, each made when it is asked for.

    ``columns`` are fields of :class:`InventoryRow` other than ``line``; those that the file lacks
    are absent.
    """

    lines: Indices
    columns: Mapping[str, Coded]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> InventoryRow: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[InventoryRow]: ...

    def __getitem__(self, index: int | slice) -> InventoryRow | Sequence[InventoryRow]:
        """One row, or some of them, still as columns."""
        if isinstance(index, slice):
            return self.taken(np.arange(*index.indices(len(self))))
        line = int(self.lines[index])
        values = {name: one.values[one.codes[index]] for name, one in self.columns.items()}
        return InventoryRow(line=line, **values)

    def __iter__(self) -> Iterator[InventoryRow]:
        """The rows in the order of the file."""
        return (self[index] for index in range(len(self)))

    def taken(self, rows: Indices | NDArray[np.bool_]) -> "ColumnarRows":
        """The rows at these places only."""
        columns = {name: column.taken(rows) for name, column in self.columns.items()}
        return ColumnarRows(self.lines[rows], columns)

    def identities(self, name: str) -> Indices:
        """As :attr:`Coded.identities`; a column that the file lacks is unknown throughout."""
        column = self.columns.get(name)
        return np.full(len(self), -1, np.int64) if column is None else column.identities
