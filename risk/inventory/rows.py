"""The rows of an inventory as columns: distinct values, and a code into them for each record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.inventory.records import (
    Depth,
    Evidence,
    ExitPlan,
    Fallback,
    Requirement,
    Resolution,
    SwitchBegun,
)
from risk.money.stated import Stated

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
        codes = self.codes[rows]
        return Coded(codes, self.values if len(codes) else self.values[:0])

    def unknown_where(self, rows: NDArray[np.bool_]) -> "Coded":
        """The column with nothing known of some records."""
        codes = np.where(rows, len(self.values), self.codes)
        return Coded(codes, np.append(self.values, object_array([None])))

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


@dataclass(frozen=True, kw_only=True)
class InventoryRow:
    """One accepted record with every canonical column, typed; None is unknown.

    ``resolution`` is what the provider text was read as. ``line`` is where the record began. An
    amount that was stated otherwise than in USD for its usual time stands beside it, ``…_stated``.
    """

    line: int
    startup: str
    provider: str
    resolution: Resolution
    fallback_resolution: Resolution | None = None
    website: str | None = None
    sector: str | None = None
    country: str | None = None
    notes: str | None = None
    annual_revenue_usd: float | None = None
    cash_usd: float | None = None
    monthly_burn_usd: float | None = None
    invested_usd: float | None = None
    spend_usd: float | None = None
    annual_revenue_stated: Stated | None = None
    cash_stated: Stated | None = None
    monthly_burn_stated: Stated | None = None
    invested_stated: Stated | None = None
    spend_stated: Stated | None = None
    tags: str | None = None
    stage: str | None = None
    fund: str | None = None
    ownership: float | None = None
    relationship: str | None = None
    watched_by: str | None = None
    contact_email: str | None = None
    gross_margin: float | None = None
    ai_revenue_share: float | None = None
    share: float | None = None
    engineers: float | None = None
    notice_days: float | None = None
    provider_notice_days: float | None = None
    buffer_hours: float | None = None
    use_case: str | None = None
    use_case_revenue_share: float | None = None
    requirement: Requirement | None = None
    model: str | None = None
    host: str | None = None
    region: str | None = None
    data_residency: str | None = None
    criticality: int | None = None
    depth: Depth | None = None
    fallback: Fallback | None = None
    fallback_provider: str | None = None
    fallback_tested_on: date | None = None
    exit_plan: ExitPlan | None = None
    switch_begun: SwitchBegun | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    renewal: date | None = None
    governing_law: str | None = None
    contract: str | None = None
    promised_availability: float | None = None
    as_of: date | None = None
    source: str | None = None
    evidence: Evidence | None = None
    dependency_key: str | None = None


@dataclass(frozen=True, eq=False)
class InventoryRows(Sequence[InventoryRow]):
    """Accepted records as columns: a sequence of rows, each made when it is asked for.

    ``columns`` are fields of :class:`InventoryRow` other than ``line``; those that the file lacks
    are absent. ``unread``: by startup the number of its lines that were refused, of those as well
    of which nothing else was read.
    """

    lines: Indices = field(default_factory=lambda: np.empty(0, np.int64))
    columns: Mapping[str, Coded] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)

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

    def __eq__(self, other: object) -> bool:
        """Whether the rows are the same, one by one."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as other sequences that are compared by content

    def taken(self, rows: Indices | NDArray[np.bool_]) -> "InventoryRows":
        """The rows at these places only."""
        columns = {name: column.taken(rows) for name, column in self.columns.items()}
        return InventoryRows(self.lines[rows], columns, self.unread)

    def identities(self, name: str) -> Indices:
        """As :attr:`Coded.identities`; a column that the file lacks is unknown throughout."""
        column = self.columns.get(name)
        return np.full(len(self), -1, np.int64) if column is None else column.identities
