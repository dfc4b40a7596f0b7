"""The price of herding: what it costs that everybody believes there is room for them.

docs/plan.md. Everybody takes their own best as if they were alone, and all come to the same few
alternatives. Who does not get in takes the next best that costs no more in the first year, and in
the end stays. The plan knows how much room there is; the difference is the price.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.planning.plan import Plan, best_plan
from risk.alternatives.planning.solving import Cuts
from risk.alternatives.planning.table import TAIL_LEVEL, PlanTable, tail_value_at_risk
from risk.alternatives.rationing import Choice, Priority, Rationed, Request, ration
from risk.assumptions import Assumptions
from risk.inventory.records import CapacityClass

Array = NDArray[np.float64]

TURNS: Mapping[CapacityClass, Priority] = {
    CapacityClass.RESERVED: Priority.COMMITTED,
    CapacityClass.CUSTOMER: Priority.CUSTOMER,
    CapacityClass.NEW: Priority.NEW,
}


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """One alternative in one scenario, USD of spend a month: asked for, room, used by the plan."""

    pool: str
    asked: float
    room: float
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
    alone = best_plan(table, replace(plan.limits, room=False), assumptions, cuts=cuts)
    chosen = chosen_columns(table, alone)
    parts, _ = under_rationing(table, chosen)
    yearly = table.column("cost_usd_per_year") + table.column("aal_usd")
    tail = tail_value_at_risk(table.losses(parts), table.probability, TAIL_LEVEL)
    cost = table.aal_usd + float(yearly @ parts) + assumptions.cost_of_capital * tail
    first = list(_asking(table, chosen))
    turned = [one for one in first if parts[one.column] < 1 - 1e-9]
    return PriceOfHerding(
        believed_usd=alone.objective_usd,
        alone_usd=cost,
        planned_usd=plan.objective_usd,
        turned_away=len(turned),
        wanted=len(first),
        crowds=_crowds(table, chosen, chosen_columns(table, plan)),
    )


def chosen_columns(table: PlanTable, plan: Plan) -> Array:
    """A plan's choices as ones and zeros (columns,)."""
    taken = {one.dependency.key: one.option for one in plan.choices}
    return np.array(
        [float(option is taken[one.key]) for one in table.dependencies for option in one.options]
    )


def under_rationing(table: PlanTable, chosen: Array) -> tuple[Array, Rationed]:
    """What everybody gets of what they chose: parts of every option (columns,), and who was served.

    The part of a dependency that finds no room takes what needs nobody's room, or stays.
    """
    parts = chosen.copy()
    asking = list(_asking(table, chosen))
    found = ration((one.request for one in asking), table.room)
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


def _asking(table: PlanTable, chosen: Array) -> Iterable[_Asking]:
    yearly = table.column("cost_usd_per_year") + table.column("aal_usd")
    for start, one in zip(table.first_column, table.dependencies, strict=True):
        own = range(start, start + len(one.options))
        column = max(own, key=lambda each: chosen[each])
        taken = table.options[column]
        if taken.pool is None or one.volume <= 0:
            continue
        affordable = [
            each
            for each in sorted(own, key=lambda each: yearly[each])
            if table.options[each].first_year_usd <= taken.first_year_usd
        ]
        ways = {taken.pool: column}
        for each in affordable:
            pool = table.options[each].pool
            # Staying comes to nothing: all options are told against it.
            if pool is not None and yearly[each] < 0:
                ways.setdefault(pool, each)
        turn = TURNS[taken.turn]
        yield _Asking(
            request=Request(
                key=one.key,
                units=one.volume,
                choices=tuple(
                    Choice(pool, max(turn, TURNS[table.options[each].turn]))
                    for pool, each in ways.items()
                ),
            ),
            column=column,
            ways=ways,
            otherwise=next((each for each in affordable if table.options[each].pool is None), None),
        )


def _crowds(table: PlanTable, alone: Array, planned: Array) -> tuple[Crowd, ...]:
    """Every pool that anybody asks for, the most crowded first."""
    volumes = np.array([table.dependencies[number].volume for number in table.owner])
    asked: dict[str, list[float]] = {}
    for option, volume, mine, ours in zip(table.options, volumes, alone, planned, strict=True):
        if option.pool is not None and mine + ours > 0:
            sums = asked.setdefault(option.pool, [0.0, 0.0])
            sums[0] += volume * mine
            sums[1] += volume * ours
    found = [
        Crowd(pool=pool, asked=float(mine), room=table.room[pool], planned=float(ours))
        for pool, (mine, ours) in asked.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.room - one.asked, one.pool)))
