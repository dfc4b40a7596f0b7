"""Time of plans made up from a fixed seed: a small one whole, a large one by prices.

python -m benchmarks.bench_plan
"""

import numpy as np

from benchmarks.measuring import Measurement, best_of
from risk.alternatives.planning.plan import GAP, best_plan
from risk.alternatives.planning.prices import PlanArrays, priced_plan
from risk.alternatives.planning.scenarios import DrawnYears
from risk.alternatives.planning.table import PlanLimits, PlanOption, PlanTable
from risk.alternatives.results import OptionClass
from risk.assumptions import DEFAULTS

PLACES = 6


def made_up(dependencies: int, options: int, scenarios: int, *, seed: int = 1) -> PlanTable:
    """A table in which a third of the years hit each dependency, and options help in part."""
    draw = np.random.default_rng(seed)
    base = draw.lognormal(10, 1, (dependencies, scenarios)) * (
        draw.random((dependencies, scenarios)) < 1 / 3
    )
    count = dependencies * options
    changes, costs, pools = np.zeros((count, scenarios)), np.zeros(count), np.full(count, -1)
    volume, margin = np.zeros(dependencies), np.zeros(dependencies)
    for number in range(dependencies):
        own = slice(number * options, (number + 1) * options)
        kept = np.concatenate([[1.0], draw.uniform(0.1, 1.0, options - 1)])
        changes[own] = base[number] * kept[:, None] - base[number]
        costs[own][1:] = draw.lognormal(8.5, 1, options - 1)
        pools[own][1:] = [draw.integers(PLACES) for _ in range(options - 1)]
        volume[number], margin[number] = draw.lognormal(8, 1), draw.lognormal(13, 1)
    place, startups = np.arange(count) % options, -(-dependencies // 2)
    whole = base.sum(axis=0)
    return PlanTable(
        start=np.arange(dependencies + 1) * options,
        cost=costs,
        first_year=2 * costs,
        once=2 * costs,
        weeks=2.0 * (place > 0),
        days=14.0 * (place > 0),
        aal=changes.mean(axis=1),
        pool=pools,
        developer=(np.arange(count) // options + place) % 4,
        kind=place,
        volume=volume,
        margin=margin,
        startup=np.arange(dependencies) // 2,
        group=np.full(dependencies, -1),
        headroom=np.full(PLACES, 0.1 * volume.sum()),
        spare=np.full(startups, np.inf),
        pools=tuple(f"place {one}" for one in range(PLACES)),
        developers=tuple(f"developer {one}" for one in range(4)),
        startups=tuple(f"s{one}" for one in range(startups)),
        use_cases=["assistant"] * dependencies,
        providers=[""] * dependencies,
        keys=[f"d{one}" for one in range(dependencies)],
        options=tuple(
            PlanOption(
                option=f"option {one}",
                option_class=OptionClass.OTHER_DEVELOPER if one else OptionClass.STAY,
            )
            for one in range(options)
        ),
        losses=DrawnYears(
            base=whole,
            changes=changes.T,
            probability=np.full(scenarios, 1 / scenarios),
            loss=whole.astype(np.float32),
            removed=-changes.T.astype(np.float32),
            first_year=np.zeros((1, count), dtype=np.float32),
        ),
        aal_usd=float(whole.mean()),
        left=np.ones(count, dtype=bool),
    )


def made_large(
    dependencies: int, options: int, *, budget: float, share: float, seed: int = 1
) -> PlanArrays:
    """Two use cases a startup, options at 40 places and 12 developers, a third of them short."""
    draw = np.random.default_rng(seed)
    columns = dependencies * options
    first = np.arange(columns) % options == 0
    loss = np.repeat(draw.lognormal(10, 1.5, dependencies), options)
    cost = np.where(first, 0.0, draw.lognormal(8.5, 1, columns))
    kept = np.where(first, 1.0, draw.uniform(0.1, 1.05, columns))
    pool = np.where(first | (draw.random(columns) < 1 / 3), -1, draw.integers(0, 40, columns))
    volume, margin = draw.lognormal(8, 1, dependencies), draw.lognormal(13, 1, dependencies)
    weights = draw.lognormal(0, 1, 40)
    own = np.repeat(draw.choice(12, dependencies, p=np.arange(12, 0, -1) / 78), options)
    return PlanArrays(
        start=np.arange(dependencies + 1) * options,
        value=loss * (kept - 1) + cost / 3,
        first_year=cost,
        weeks=np.where(first, 0.0, draw.exponential(3, columns)),
        pool=pool,
        developer=np.where(first, own, draw.integers(0, 12, columns)),
        volume=volume,
        margin=margin / margin.sum(),
        startup=np.arange(dependencies) // 2,
        group=np.full(dependencies, -1),
        headroom=0.2 * volume.sum() * weights / weights.sum(),
        spare=draw.exponential(6, (dependencies + 1) // 2),
        developers=12,
        budget=budget,
        share=share,
    )


def measure_large() -> Measurement:
    """A million use cases with eight options each, within money, room and a most on a developer."""
    arrays = made_large(1_000_000, 8, budget=1e9, share=0.10)
    seconds, plan = best_of(1, lambda: priced_plan(arrays))
    assert plan.within, "a plan must keep to the share on one developer"
    assert plan.bound <= plan.value <= 0, "no plan is better than its bound"
    gap = (plan.value - plan.bound) / abs(plan.bound)
    return Measurement(
        what=f"1,000,000 use cases x 8 options by prices, gap {gap:.2%}", seconds=seconds
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
        measure_large(),
    ]
