"""Which records of a file are plainly new: their startup is not in the register yet.

All rows of such a startup go in as they are, by column. A startup that is known, or whose rows
disagree about it, is left to the row-by-row comparison (:mod:`db.importing.merging`).
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from db.importing.changes import RowChange, Status
from db.importing.merging import STARTUP_FACTS, USE_CASE_FACTS
from db.register.naming import comparison_key, tidy, use_case_name
from risk.inventory.rows import Coded, Indices, InventoryRow, InventoryRows, combined, object_array


def named(rows: InventoryRows, name: str, rule: Callable[[Any], Any]) -> Coded:
    """A column with ``rule`` applied to its values; one value for all where the file lacks it."""
    column = rows.columns.get(name)
    if column is None:
        return Coded(np.zeros(len(rows), np.int64), object_array([rule(None)]))
    return column.mapped([rule(value) for value in column.values])


def _use_case_key(text: str | None) -> str:
    return comparison_key(use_case_name(text))


def last_stating(numbers: Indices, stated: Indices, count: int) -> Indices:
    """For each of ``count`` groups the last record that states a value, or -1."""
    last = np.full(count, -1, np.int64)
    stating = np.flatnonzero(stated >= 0)
    last[numbers[stating]] = stating
    return last


@dataclass(frozen=True, eq=False)
class Keys:
    """The startup, use case and dependency of each row, numbered by first appearance."""

    rows: InventoryRows

    @cached_property
    def startup_keys(self) -> Coded:
        """What names of startups are compared by."""
        return named(self.rows, "startup", lambda text: comparison_key(text))

    @cached_property
    def use_case_keys(self) -> Coded:
        """What names of use cases are compared by."""
        return named(self.rows, "use_case", _use_case_key)

    @cached_property
    def provider_keys(self) -> Coded:
        """What names of providers are compared by."""
        return named(self.rows, "provider", comparison_key)

    @cached_property
    def model_keys(self) -> Coded:
        """What names of models are compared by."""
        return named(self.rows, "model", comparison_key)

    @cached_property
    def startups(self) -> tuple[Indices, Indices]:
        """The number of each row's startup, and the first row of each startup."""
        return combined([self.startup_keys.identities])

    @cached_property
    def use_cases(self) -> tuple[Indices, Indices]:
        """The number of each row's use case, and the first row of each use case."""
        return combined([self.startups[0], self.use_case_keys.identities])

    @cached_property
    def dependencies(self) -> tuple[Indices, Indices]:
        """The number of each row's dependency, and the first row of each dependency."""
        parts = [self.use_cases[0], self.provider_keys.identities, self.model_keys.identities]
        return combined(parts)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """The key of each startup."""
        return self.startup_keys.objects[self.startups[1]]


def part_rows(rows: InventoryRows, known: Set[str]) -> tuple[InventoryRows, InventoryRows]:
    """Part rows by whether their startup is plainly new; ``known`` holds the register's keys.

    Returns:
        the fresh rows, which go in by column, and the rest, to be compared row by row.
    """
    keys = Keys(rows)
    numbers, first = keys.startups
    plain = np.array([name not in known for name in keys.names], bool)
    plain &= ~_disputed(rows, STARTUP_FACTS, numbers, len(first))
    use_cases, firsts = keys.use_cases
    disputed = _disputed(rows, USE_CASE_FACTS, use_cases, len(firsts))
    plain[numbers[firsts[disputed]]] = False
    dependencies, firsts = keys.dependencies
    plain[numbers[np.bincount(dependencies)[dependencies] > 1]] = False
    chosen = plain[numbers]
    return rows.taken(chosen), rows.taken(~chosen)


def _disputed(
    rows: InventoryRows, fields: Sequence[str], numbers: Indices, count: int
) -> NDArray[np.bool_]:
    """Which groups hold rows that state different values."""
    disputed = np.zeros(count, bool)
    for field in fields:
        stated = rows.identities(field)
        last = last_stating(numbers, stated, count)
        stating = np.flatnonzero(stated >= 0)
        differs = stated[stating] != stated[last[numbers[stating]]]
        disputed[numbers[stating[differs]]] = True
    return disputed


@dataclass(frozen=True, eq=False)
class NewRows(Sequence[RowChange]):
    """The changes that fresh rows and other changes make; each is made when it is asked for."""

    fresh: InventoryRows
    others: Sequence[RowChange]

    def __len__(self) -> int:
        """The number of changes."""
        return len(self.fresh) + len(self.others)

    @overload
    def __getitem__(self, index: int) -> RowChange: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[RowChange]: ...

    def __getitem__(self, index: int | slice) -> RowChange | Sequence[RowChange]:
        """One change, or some."""
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        place = range(len(self))[index]
        if place < len(self.fresh):
            return _new(self.fresh[place])
        return self.others[place - len(self.fresh)]

    def __iter__(self) -> Iterator[RowChange]:
        """The fresh rows, then the other changes."""
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Whether the changes are the same, one by one."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as other sequences that are compared by content


def _new(row: InventoryRow) -> RowChange:
    return RowChange(
        status=Status.NEW,
        startup=tidy(row.startup),
        use_case=use_case_name(row.use_case),
        provider=row.provider,
        model=row.model,
    )
