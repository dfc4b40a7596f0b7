"""The limits of a plan as rows of a mixed-integer linear programme. docs/plan.md.

Variables are x, one for every option (0 or 1), then one more: the tail, or a share.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint
from scipy.sparse import coo_array, csr_array, hstack

from risk.alternatives.planning.table import PlanTable

Array = NDArray[np.float64]

#: Money in thousands: the solver's tolerances are absolute.
UNIT_USD = 1_000.0


@dataclass(frozen=True, kw_only=True)
class PlanLimits:
    """What a plan must keep to; None: no limit.

    ``budget_usd`` is what all may spend in the first year beyond today's bills, ``max_share``
    (0..1) the most of the portfolio's margin that may stand on one developer. ``startup_usd`` maps
    startups to budgets of their own. With ``room`` False everybody believes that there is room
    everywhere; with ``weeks`` False nobody's engineers are counted.
    """

    budget_usd: float | None = None
    max_share: float | None = None
    startup_usd: dict[str, float] = field(default_factory=dict)
    room: bool = True
    weeks: bool = True


@dataclass(frozen=True)
class Rows:
    """Rows (rows, columns) of x with their bounds."""

    matrix: csr_array
    lower: Array
    upper: Array

    def padded(self, width: int) -> LinearConstraint:
        """The same with further variables that the rows do not touch."""
        empty = csr_array((self.matrix.shape[0], width - self.matrix.shape[1]))
        return LinearConstraint(csr_array(hstack([self.matrix, empty])), self.lower, self.upper)


def rows_of(table: PlanTable, limits: PlanLimits) -> Iterable[Rows]:
    """One option each; at most one change where dependencies stand together; and the limits."""
    owner, columns = table.owner, len(table.options)
    one = csr_array((np.ones(columns), (owner, np.arange(columns))))
    all_once = np.ones(len(table.dependencies))
    yield Rows(one, all_once, all_once)
    together = _together(table)
    if together is not None:
        yield _at_most(together, np.ones(together.shape[0]))
    first_year = table.column("first_year_usd")
    if limits.budget_usd is not None:
        yield _one_row(first_year / UNIT_USD, limits.budget_usd / UNIT_USD)
    startups = [one.startup for one in table.dependencies]
    if limits.startup_usd:
        own = {name: usd / UNIT_USD for name, usd in limits.startup_usd.items()}
        yield _by_startup(first_year / UNIT_USD, [startups[i] for i in owner], own)
    if limits.weeks:
        yield _by_startup(table.column("weeks"), [startups[i] for i in owner], dict(table.weeks))
    if limits.room and table.room:
        yield _room(table)
    if limits.max_share is not None:
        matrix, names = developer_shares(table)
        yield _at_most(matrix, np.full(len(names), limits.max_share))


def _at_most(matrix: csr_array, most: Array) -> Rows:
    return Rows(matrix, np.full(matrix.shape[0], -np.inf), most)


def _one_row(values: Array, most: float) -> Rows:
    return _at_most(csr_array(values[None, :]), np.array([most]))


def _by_startup(values: Array, names: list[str], most: dict[str, float]) -> Rows:
    """One row for each startup with a limit."""
    limited = sorted(set(names) & set(most))
    place = {name: row for row, name in enumerate(limited)}
    used = [column for column, name in enumerate(names) if name in place]
    rows = [place[names[column]] for column in used]
    matrix = coo_array((values[used], (rows, used)), shape=(len(limited), len(values)))
    upper = np.array([most[name] for name in limited])
    return _at_most(csr_array(matrix), upper)


def _together(table: PlanTable) -> csr_array | None:
    """One row for each use case whose dependencies stand or fall together: its changes."""
    groups = sorted({one.group for one in table.dependencies if one.group is not None})
    if not groups:
        return None
    place = {name: row for row, name in enumerate(groups)}
    staying = set(table.first_column.tolist())
    pairs = [
        (place[group], column)
        for column, number in enumerate(table.owner)
        if (group := table.dependencies[number].group) is not None and column not in staying
    ]
    rows, used = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    shape = (len(groups), len(table.options))
    return csr_array(coo_array((np.ones(len(pairs)), (rows, used)), shape=shape))


def _room(table: PlanTable) -> Rows:
    """Σ v x <= S of every pool, in thousands of USD a month."""
    names = sorted(table.room)
    place = {name: row for row, name in enumerate(names)}
    volumes = np.array([table.dependencies[number].volume for number in table.owner])
    used = [column for column, one in enumerate(table.options) if one.pool is not None]
    rows = [place[str(table.options[column].pool)] for column in used]
    shape = (len(names), len(table.options))
    matrix = coo_array((volumes[used] / UNIT_USD, (rows, used)), shape=shape)
    upper = np.array([table.room[name] for name in names]) / UNIT_USD
    return _at_most(csr_array(matrix), upper)


def developer_shares(table: PlanTable) -> tuple[csr_array, tuple[str, ...]]:
    """Shares of the margin by developer: a (developers, columns) matrix, and the developers."""
    names = tuple(sorted({one.developer for one in table.options}))
    place = {name: row for row, name in enumerate(names)}
    margin = np.array([table.dependencies[number].margin_usd_per_year for number in table.owner])
    total = sum(one.margin_usd_per_year for one in table.dependencies)
    rows = [place[one.developer] for one in table.options]
    columns = np.arange(len(rows))
    values = margin / total if total > 0 else np.zeros(len(rows))
    return csr_array((values, (rows, columns)), shape=(len(names), len(rows))), names
