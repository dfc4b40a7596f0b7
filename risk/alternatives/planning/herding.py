"""The price of herding: what it costs that everybody believes there is room for them.

docs/plan.md. Everybody takes their own best as if they were alone, and all come to the same few
alternatives. Who does not get in takes the next best that costs no more in the first year, and in
the end stays. The plan knows how much room there is; the difference is the price.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.planning.exact import Cuts
from risk.alternatives.planning.plan import Plan, best_plan
from risk.alternatives.planning.sharing import as_taken
from risk.alternatives.planning.table import PlanTable
from risk.alternatives.rationing import Choice, Rationed, Request, ration
from risk.assumptions import Assumptions

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """One alternative in one scenario, USD of spend a month: asked for, room, used by the plan."""

    pool: str
    asked: float
    headroom: float
    planned: float


@dataclass(frozen=True, kw_only=True)
class PriceOfHerding:
    """USD a year, cost and loss and λ · tail together.

    ``believed_usd`` is what everybody's own best would come to if there were room for all,
    ``alone_usd`` what it comes to once room is handed out, ``planned_usd`` what the plan comes to.
    ``turned_away`` counts the use cases that do not get all the room they came for.
    """

    believed_usd: float
    alone_usd: float
    planned_usd: float
    turned_away: int
    wanted: int
    crowds: tuple[Crowd, ...]

    @property
    def price_usd(self) -> float:
        """What herding costs a year."""
        return self.alone_usd - self.planned_usd


def price_of_herding(
    table: PlanTable, plan: Plan, assumptions: Assumptions, *, cuts: Cuts | None = None
) -> PriceOfHerding:
    """Compare a plan with everybody's own best under the same limits, but for the room."""
    alone = best_plan(table, replace(plan.limits, headroom=False), assumptions, cuts=cuts)
    table = as_taken(table, alone.chosen)
    parts, _ = under_rationing(table, alone.chosen)
    tail = table.losses.tail(parts)
    wanted = np.array([one.column for one in _asking(table, alone.chosen)], dtype=np.int64)
    return PriceOfHerding(
        believed_usd=alone.objective_usd,
        alone_usd=table.aal_usd
        + float((table.cost + table.aal) @ parts)
        + assumptions.cost_of_capital * tail,
        planned_usd=plan.objective_usd,
        turned_away=int((parts[wanted] < 1 - 1e-9).sum()),
        wanted=len(wanted),
        crowds=_crowds(table, alone.chosen, plan.chosen),
    )


def under_rationing(table: PlanTable, chosen: Integers) -> tuple[Array, Rationed]:
    """What everybody gets of what they chose: parts of every option (columns,), and who was served.

    The part of a dependency that finds no room takes what needs nobody's room, or stays.
    """
    parts = table.taken(chosen)
    asking = list(_asking(table, chosen))
    found = ration(
        (one.request for one in asking),
        dict(zip(table.pools, table.headroom.tolist(), strict=True)),
    )
    for one in asking:
        parts[one.column] = 0.0
        for pool, units in found.admitted[one.request.key].items():
            parts[one.ways[pool]] += units / one.request.units
        if one.otherwise is not None:
            parts[one.otherwise] += found.unserved[one.request.key] / one.request.units
    return parts, found


@dataclass(frozen=True)
class _Asking:
    """A dependency that needs room for its chosen ``column``, and the option that each pool means.

    ``otherwise`` is the column for what finds no room, None where a pin left none to stay: that
    loses what staying does, from which all columns are told.
    """

    request: Request
    column: int
    ways: Mapping[str, int]
    otherwise: int | None


def _asking(table: PlanTable, chosen: Integers) -> Iterable[_Asking]:
    yearly, pool = table.cost + table.aal, table.pool
    asking = (table.pool[chosen] >= 0) & (table.volume > 0)
    for dep in np.flatnonzero(asking).tolist():
        column = int(chosen[dep])
        own = np.arange(table.start[dep], table.start[dep + 1])
        own = own[table.left[own] & (table.first_year[own] <= table.first_year[column])]
        affordable = own[np.argsort(yearly[own], kind="stable")].tolist()
        ways = {table.pools[pool[column]]: column}
        for each in affordable:
            # Staying comes to nothing: all options are told against it.
            if pool[each] >= 0 and yearly[each] < 0:
                ways.setdefault(table.pools[pool[each]], each)
        turn = table.named(column).turn
        yield _Asking(
            request=Request(
                key=table.keys[dep],
                units=float(table.volume[dep]),
                choices=tuple(
                    Choice(name, max(turn, table.named(each).turn)) for name, each in ways.items()
                ),
            ),
            column=column,
            ways=ways,
            otherwise=next((each for each in affordable if pool[each] < 0), None),
        )


def _crowds(table: PlanTable, alone: Integers, planned: Integers) -> tuple[Crowd, ...]:
    """Every pool that anybody asks for, the most crowded first."""
    asked, used = (
        np.bincount(pool[pool >= 0], table.volume[pool >= 0], minlength=len(table.pools))
        for pool in (table.pool[alone], table.pool[planned])
    )
    wanted = np.union1d(table.pool[alone], table.pool[planned])
    found = [
        Crowd(
            pool=table.pools[pool],
            asked=float(asked[pool]),
            headroom=float(table.headroom[pool]),
            planned=float(used[pool]),
        )
        for pool in wanted[wanted >= 0].tolist()
    ]
    return tuple(sorted(found, key=lambda one: (one.headroom - one.asked, one.pool)))
