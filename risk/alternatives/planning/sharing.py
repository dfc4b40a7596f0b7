"""Costs that use cases of a startup share in a plan: paid by those alone that are in it.

What is ported or built once is divided among the use cases that take the same option. An option's
price therefore hangs on the others. A plan of few startups pays each shared cost once
(:class:`Joint`). A plan by prices is first looked for as if all that may share did, which no plan
undercuts; then each cost is divided among those that did take it, until nobody counts on somebody
who does not. docs/plan.md.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array, hstack

from risk.alternatives.planning.table import PlanTable, Shared

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


def takers(shared: Shared, columns: Integers | NDArray[np.bool_]) -> Array:
    """How many of some options share each option's costs, (2, options); staying shares nothing."""
    found = []
    for groups, pays in zip(shared.groups, paying(shared), strict=True):
        counts = np.bincount(
            groups[columns][pays[columns]], minlength=int(groups.max(initial=0)) + 1
        )
        found.append(counts[groups].astype(np.float64))
    return np.stack(found)


def paying(shared: Shared) -> NDArray[np.bool_]:
    """Which options (2, options) have anything to share."""
    return np.asarray((shared.usd > 0) | (shared.weeks > 0))


def with_sharers(table: PlanTable, sharers: Array) -> PlanTable:
    """The table with every shared cost divided by so many, (2, options)."""
    shared = table.shared
    if shared is None:
        return table
    less = 1 / sharers - 1 / shared.sharers
    once, weeks = (shared.usd * less).sum(axis=0), (shared.weeks * less).sum(axis=0)
    return replace(
        table,
        once=table.once + once,
        first_year=table.first_year + once,
        cost=table.cost + once / shared.years,
        weeks=table.weeks + weeks,
        shared=replace(shared, sharers=sharers),
    )


def unshared(table: PlanTable) -> PlanTable:
    """The table as if nobody shared anything."""
    return table if table.shared is None else with_sharers(table, np.ones_like(table.shared.usd))


@dataclass(frozen=True, kw_only=True)
class Joint:
    """Costs that options of several dependencies of a startup pay together, (costs,) each.

    USD a year and once, engineer weeks, and whose they are. ``member`` (pairs, options) is 1 for
    the options of one dependency that share one cost, ``of`` (pairs,) says which. ``sharers``
    (2, options) divides those costs by so many that nothing is left in the options.
    """

    cost: Array
    once: Array
    weeks: Array
    startup: Integers
    member: csr_array
    of: Integers
    sharers: Array

    @classmethod
    def nothing(cls, table: PlanTable) -> "Joint":
        """Nobody shares anything."""
        none, count = np.zeros(0), len(table.cost)
        return cls(
            cost=none,
            once=none,
            weeks=none,
            startup=np.zeros(0, dtype=np.int64),
            member=csr_array((0, count)),
            of=np.zeros(0, dtype=np.int64),
            sharers=np.ones((2, count)),
        )

    @classmethod
    def of_table(cls, table: PlanTable) -> "Joint":
        """Those of a table: of options that are left, of two dependencies at least."""
        shared = table.shared
        if shared is None:
            return cls.nothing(table)
        count, owner = len(table.cost), table.owner
        sharers = np.ones((2, count))
        found: list[tuple[float, float, int]] = []
        members: list[Integers] = []
        of: list[int] = []
        for sort, groups in enumerate(shared.groups):
            own = np.flatnonzero(table.left & paying(shared)[sort])
            own = own[np.argsort(groups[own], kind="stable")]
            edges = np.flatnonzero(np.diff(groups[own])) + 1
            for columns in np.split(own, edges):
                deps = owner[columns]
                if len(columns) == 0 or deps.min() == deps.max():
                    continue
                sharers[sort, columns] = np.inf
                for dep in np.unique(deps).tolist():
                    members.append(columns[deps == dep])
                    of.append(len(found))
                found.append(
                    (
                        float(shared.usd[sort, columns].max()),
                        float(shared.weeks[sort, columns].max()),
                        int(table.startup[deps[0]]),
                    )
                )
        if not found:
            return cls.nothing(table)
        usd, weeks, startup = (np.array(one) for one in zip(*found, strict=True))
        rows = np.repeat(np.arange(len(members)), [len(one) for one in members])
        columns = np.concatenate(members)
        shape = (len(members), count)
        return cls(
            cost=usd / shared.years,
            once=usd,
            weeks=weeks,
            startup=startup,
            member=csr_array((np.ones(len(columns)), (rows, columns)), shape=shape),
            of=np.array(of),
            sharers=sharers,
        )

    def paid(self, parts: Array) -> Array:
        """How much of each cost a choice (options,) pays: all, where anybody takes it."""
        found = np.zeros(len(self.cost))
        np.maximum.at(found, self.of, self.member @ parts)
        return found

    def rows(self) -> LinearConstraint:
        """Member · x less the cost's own variable is at most 0; a free variable stands between."""
        pairs = np.arange(len(self.of))
        shape = (len(pairs), len(self.cost))
        own = csr_array((-np.ones(len(pairs)), (pairs, self.of)), shape=shape)
        between = csr_array((len(pairs), 1))
        matrix = csr_array(hstack([self.member, between, own]))
        return LinearConstraint(matrix, -np.inf, np.zeros(len(pairs)))


def most_shared(table: PlanTable) -> PlanTable:
    """The table as if all shared that may: no option costs less in any plan."""
    shared = table.shared
    if shared is None:
        return table
    return with_sharers(table, np.maximum(1.0, takers(shared, table.left)))


def counted_on(table: PlanTable, chosen: Integers, *, first: bool) -> Array | None:
    """How many share each option if nobody counts on who did not take it, None if nobody does.

    At ``first`` what nobody took is its taker's own from then on.
    """
    shared = table.shared
    if shared is None:
        return None
    found = np.maximum(1.0, takers(shared, chosen))
    if (found[:, chosen] >= shared.sharers[:, chosen]).all():
        return None
    return found if first else np.minimum(shared.sharers, found)


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What each dependency pays for its chosen option, (dependencies,) each, in USD and weeks."""

    once: Array
    first_year: Array
    cost: Array
    weeks: Array

    @classmethod
    def of(cls, table: PlanTable, chosen: Integers) -> "Paid":
        """With what is shared divided among those of a choice that take it."""
        once, weeks = np.zeros(len(chosen)), np.zeros(len(chosen))
        shared, years = table.shared, 1.0
        if shared is not None:
            less = 1 / np.maximum(1.0, takers(shared, chosen)[:, chosen])
            less -= 1 / shared.sharers[:, chosen]
            once = (shared.usd[:, chosen] * less).sum(axis=0)
            weeks = (shared.weeks[:, chosen] * less).sum(axis=0)
            years = shared.years
        return cls(
            once=table.once[chosen] + once,
            first_year=table.first_year[chosen] + once,
            cost=table.cost[chosen] + once / years,
            weeks=table.weeks[chosen] + weeks,
        )


def as_taken(table: PlanTable, chosen: Integers) -> PlanTable:
    """The table with what is shared divided among those of a choice that take it."""
    shared = table.shared
    if shared is None:
        return table
    return with_sharers(table, np.maximum(1.0, takers(shared, chosen)))


def one_by_one(table: PlanTable, chosen: Integers) -> PlanTable:
    """The table with what each option costs, or leaving it saves, if all others stay as chosen.

    What another one pays anyway costs nothing more.
    """
    shared = table.shared
    if shared is None:
        return table
    old = chosen[table.owner]
    own = (shared.groups == shared.groups[:, old]) & paying(shared)[:, old]
    others = takers(shared, chosen) - own
    return with_sharers(table, np.where(others > 0, np.inf, 1.0))
