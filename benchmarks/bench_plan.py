"""How long a plan takes: 200 dependencies, 8 options, 500 scenarios, made up from a fixed seed.

python -m benchmarks.bench_plan [dependencies] [options] [scenarios]
"""

import numpy as np

from benchmarks.measuring import Measurement, best_of
from risk.alternatives.planning.milp import PlanLimits
from risk.alternatives.planning.plan import GAP, best_plan
from risk.alternatives.planning.table import PlanDependency, PlanOption, PlanTable
from risk.alternatives.results import OptionClass
from risk.assumptions import DEFAULTS

PLACES = 6


def made_up(dependencies: int, options: int, scenarios: int, *, seed: int = 1) -> PlanTable:
    """A table in which a third of the years hit each dependency, and options help in part."""
    draw = np.random.default_rng(seed)
    base = draw.lognormal(10, 1, (dependencies, scenarios)) * (
        draw.random((dependencies, scenarios)) < 1 / 3
    )
    listed, columns = [], []
    for number in range(dependencies):
        kept = np.concatenate([[1.0], draw.uniform(0.1, 1.0, options - 1)])
        losses = base[number] * kept[:, None]
        columns.append(losses - base[number])
        costs = np.concatenate([[0.0], draw.lognormal(8.5, 1, options - 1)])
        choices = tuple(
            PlanOption(
                option=f"option {place}",
                option_class=OptionClass.OTHER_DEVELOPER if place else OptionClass.STAY,
                cost_usd_per_year=float(costs[place]),
                first_year_usd=float(2 * costs[place]),
                weeks=float(2 * (place > 0)),
                aal_usd=float(columns[-1][place].mean()),
                developer=f"developer {(number + place) % 4}",
                pool=f"place {draw.integers(PLACES)}" if place else None,
            )
            for place in range(options)
        )
        listed.append(
            PlanDependency(
                key=f"d{number}",
                startup=f"s{number // 2}",
                use_case="assistant",
                provider="",
                volume=float(draw.lognormal(8, 1)),
                margin_usd_per_year=float(draw.lognormal(13, 1)),
                aal_usd=float(base[number].mean()),
                options=choices,
            )
        )
    room = 0.1 * sum(one.volume for one in listed)
    return PlanTable(
        dependencies=tuple(listed),
        base_losses=base.sum(axis=0),
        changes=np.concatenate(columns).T,
        probability=np.full(scenarios, 1 / scenarios),
        room={f"place {place}": room for place in range(PLACES)},
        weeks={},
    )


def measure() -> list[Measurement]:
    """Plan with all the money that is worth spending, then with half of it."""
    table = made_up(200, 8, 500)
    all_of_it, full = best_of(1, lambda: best_plan(table, PlanLimits(), DEFAULTS))
    limits = PlanLimits(budget_usd=full.spent_usd / 2)
    half, plan = best_of(1, lambda: best_plan(table, limits, DEFAULTS))
    assert plan.spent_usd <= limits.budget_usd + 0.01, "a plan must keep to its budget"
    assert plan.objective_usd >= full.objective_usd * (1 - 2 * GAP), "less money cannot be better"
    what = "200 dependencies x 8 options x 500 scenarios"
    return [
        Measurement(what=f"{what}, all the money", seconds=all_of_it),
        Measurement(
            what=f"{what}, half of it", seconds=half, against="all", against_seconds=all_of_it
        ),
    ]
