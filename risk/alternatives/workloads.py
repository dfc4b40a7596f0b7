"""Workloads: what the cost of a change hangs on, read from the same draws as its losses.

Facts that nobody stated are those of the world in which the loss is taken, so that costs and
benefits speak of the same startup. docs/method.md §6.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss import draws, formulas, startups
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.facts import DEPTH_OF, ENGINEERS, PLAN_OF, SPEND, fact_at
from risk.loss.formulas import EFFORT, LEGAL
from risk.loss.startups import (
    AI_REVENUE,
    DAILY,
    FINE_TUNED,
    FIRM,
    TEAM,
    World,
    chosen,
    critical_of,
    firm_of,
    place_in_prior,
    plan_left,
    share_of,
)
from risk.loss.valuing import Ground

Array = NDArray[np.float64]

#: Facts of a changed dependency by place: engineer weeks to move it to a wholly alike model, the
#: share of them that its exit plan leaves, days of agreements, 1 if it is fine-tuned, USD a month
#: that it spends, USD of margin a day that stop with it, people as good as the startup's (who are
#: fewer the more there are), and its engineers.
WEEKS, PLAN, LEGAL_DAYS, TUNED, SPENDS, MARGIN, PEOPLE, STAFF = range(8)
FACTS = 8


def read_workloads(chunk: Any, at: Any, world: World, firm: Any, found: Any) -> None:
    """The facts of the changed dependency ``at`` (startups,) of each startup, (startups, FACTS)."""
    numbers = world.numbers
    for i in range(len(chunk.row)):
        firm_of(chunk, i, world, firm)
        case, link = chunk.case_start[i], at[i]
        critical, _ = critical_of(chunk, case, world)
        part = chunk.weight[case] * chunk.share[link]
        depth = chosen(chunk.depth[link], chunk.drawn[DEPTH_OF][link], 1, world)
        plan = chosen(chunk.plan[link], chunk.drawn[PLAN_OF][link], 2, world)
        found[i, WEEKS] = numbers[EFFORT + depth]
        found[i, PLAN] = plan_left(plan, chunk, link, numbers)
        found[i, LEGAL_DAYS] = numbers[LEGAL + chunk.legal[link]]
        found[i, TUNED] = 1.0 if depth == FINE_TUNED else 0.0
        spend = chunk.spend[link]
        if np.isnan(spend):
            share = share_of(spend, chunk.drawn[SPEND][link], SPEND, world)
            spend = share * firm[AI_REVENUE] * part / 12.0
        found[i, SPENDS] = spend
        found[i, MARGIN] = firm[DAILY] * critical * part
        found[i, PEOPLE] = firm[TEAM]
        staff = chunk.engineers[i]
        if np.isnan(staff):
            z = place_in_prior(chunk.drawn[ENGINEERS][i], ENGINEERS, world)
            staff = np.exp(fact_at(z, ENGINEERS, world.points))
        found[i, STAFF] = staff


@cache
def _fast() -> Any:
    return compiled(read_workloads, *draws.STEPS, *formulas.STEPS, *startups.STEPS)


def workloads(one: Exposures, at: NDArray[np.int64], ground: Ground) -> Array:
    """The facts of each startup's dependency ``at``, (worlds, startups, FACTS)."""
    found = np.zeros((ground.count, len(one), FACTS))
    loop, firm = _fast(), np.zeros(FIRM)
    for k in range(ground.count):
        loop(one.chunk(k), at, ground.worlds.at(k), firm, found[k])
    return found
