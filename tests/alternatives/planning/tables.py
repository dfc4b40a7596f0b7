"""Plans small enough to try every choice: tables made by hand, and drawn ones."""

from collections.abc import Iterable
from itertools import product

import numpy as np
from hypothesis import strategies as st

from risk.alternatives.planning.arrays import PlanArrays
from risk.alternatives.planning.milp import PlanLimits, developer_shares
from risk.alternatives.planning.table import (
    PlanDependency,
    PlanDraws,
    PlanOption,
    PlanTable,
    tail_value_at_risk,
)
from risk.alternatives.results import OptionClass

STAY = OptionClass.STAY
MOVE = OptionClass.OTHER_DEVELOPER


def option(
    name: str,
    aal: float,
    *,
    cost: float = 0.0,
    first_year: float | None = None,
    weeks: float = 0.0,
    developer: str = "Alpha",
    pool: str | None = None,
    leads_to: str | None = None,
) -> PlanOption:
    """``aal`` and ``cost`` are changes against staying, USD a year."""
    return PlanOption(
        option=name,
        option_class=STAY if name == "stay" else MOVE,
        cost_usd_per_year=cost,
        first_year_usd=cost if first_year is None else first_year,
        weeks=weeks,
        aal_usd=aal,
        developer=developer,
        pool=pool,
        newly_on=frozenset() if leads_to is None else frozenset({leads_to}),
    )


def dependency(
    key: str,
    *options: PlanOption,
    startup: str | None = None,
    volume: float = 1.0,
    margin: float = 100.0,
    aal: float = 100.0,
    group: str | None = None,
    provider: str = "Alpha API",
) -> PlanDependency:
    return PlanDependency(
        key=key,
        startup=startup or key,
        use_case="assistant",
        provider=provider,
        volume=volume,
        margin_usd_per_year=margin,
        aal_usd=aal,
        options=(option("stay", 0.0), *options),
        group=group,
    )


def table(
    *dependencies: PlanDependency,
    losses: Iterable[Iterable[float]] | None = None,
    room: dict[str, float] | None = None,
    weeks: dict[str, float] | None = None,
) -> PlanTable:
    """``losses`` (columns, scenarios) is what each option loses in equally likely scenarios.

    Without it every scenario is the mean: each dependency loses its expected loss.
    """
    options = [one for each in dependencies for one in each.options]
    owner = [each for each in dependencies for _ in each.options]
    if losses is None:
        wide = np.array(
            [[each.aal_usd + one.aal_usd] for each, one in zip(owner, options, strict=True)]
        )
    else:
        wide = np.array([list(row) for row in losses], dtype=float)
    first = np.cumsum([0, *(len(each.options) for each in dependencies[:-1])])
    counts = [len(each.options) for each in dependencies]
    stay = wide[first]
    return PlanTable(
        dependencies=dependencies,
        base_losses=stay.sum(axis=0),
        changes=(wide - np.repeat(stay, counts, axis=0)).T,
        probability=np.full(wide.shape[1], 1 / wide.shape[1]),
        draws=PlanDraws(
            loss=stay.sum(axis=0).astype(np.float32),
            removed=(np.repeat(stay, counts, axis=0) - wide).T.astype(np.float32),
            first_year=np.array([[one.first_year_usd for one in options]], dtype=np.float32),
        ),
        room=room or {},
        weeks=weeks or {},
    )


def every_choice(
    made: PlanTable, limits: PlanLimits, cost_of_capital: float
) -> dict[tuple[int, ...], float]:
    """The objective of every choice that keeps to the limits, by the options' places."""
    found = {}
    matrix, _ = developer_shares(made)
    for places in product(*(range(len(one.options)) for one in made.dependencies)):
        chosen = np.zeros(len(made.options))
        chosen[made.first_column + np.array(places)] = 1.0
        picked = [one.options[place] for one, place in zip(made.dependencies, places, strict=True)]
        if not _keeps(made, limits, picked, float((matrix @ chosen).max())):
            continue
        tail = tail_value_at_risk(made.losses(chosen), made.probability, 0.95)
        cost = sum(one.cost_usd_per_year + one.aal_usd for one in picked)
        found[places] = made.aal_usd + cost + cost_of_capital * tail
    return found


def _keeps(made: PlanTable, limits: PlanLimits, picked: list[PlanOption], share: float) -> bool:
    slack = 1e-6
    spent = sum(one.first_year_usd for one in picked)
    if limits.budget_usd is not None and spent > limits.budget_usd + slack:
        return False
    if limits.max_share is not None and share > limits.max_share + slack:
        return False
    pairs = list(zip(made.dependencies, picked, strict=True))
    used: dict[str, float] = {}
    weeks: dict[str, float] = {}
    moved: dict[str, int] = {}
    for one, option_ in pairs:
        weeks[one.startup] = weeks.get(one.startup, 0.0) + option_.weeks
        if option_.pool is not None:
            used[option_.pool] = used.get(option_.pool, 0.0) + one.volume
        if one.group is not None:
            moved[one.group] = moved.get(one.group, 0) + (option_.option_class is not STAY)
    return (
        all(units <= made.room[pool] + slack for pool, units in used.items() if limits.room)
        and all(units <= made.weeks.get(name, np.inf) + slack for name, units in weeks.items())
        and all(count <= 1 for count in moved.values())
    )


@st.composite
def tables(draw: st.DrawFn) -> PlanTable:
    """Up to four dependencies with up to three options each, in eight scenarios."""
    whole = st.integers(0, 100)
    dependencies, losses = [], []
    for number in range(draw(st.integers(1, 4))):
        base = [float(draw(whole)) * 10 for _ in range(8)]
        rows = [base]
        options = []
        for place in range(draw(st.integers(0, 3))):
            row = [float(draw(whole)) * 10 for _ in range(8)]
            rows.append(row)
            options.append(
                option(
                    f"o{place}",
                    float(np.mean(row) - np.mean(base)),
                    cost=float(draw(whole)),
                    first_year=float(draw(whole)),
                    weeks=float(draw(st.integers(0, 5))),
                    developer=draw(st.sampled_from(["Alpha", "Beta"])),
                    pool=draw(st.sampled_from([None, "A", "B"])),
                )
            )
        losses.extend(rows)
        dependencies.append(
            dependency(
                f"d{number}",
                *options,
                startup=f"s{number % 2}",
                volume=float(draw(st.integers(1, 5))),
                margin=float(draw(st.integers(1, 5))),
                aal=float(np.mean(base)),
            )
        )
    return table(
        *dependencies,
        losses=losses,
        room={"A": float(draw(st.integers(0, 8))), "B": float(draw(st.integers(0, 8)))},
        weeks={"s0": float(draw(st.integers(0, 8)))},
    )


def arrays_of(made: PlanTable, limits: PlanLimits) -> tuple[PlanArrays, list[int]]:
    """A table as arrays, without its tail; and its dependencies in the order of the arrays."""
    order = sorted(range(len(made.dependencies)), key=lambda n: made.dependencies[n].startup)
    held = [made.dependencies[n] for n in order]
    options = [one for each in held for one in each.options]
    pools = {name: place for place, name in enumerate(sorted(made.room))}
    developers = {name: n for n, name in enumerate(sorted({one.developer for one in options}))}
    firms = {name: n for n, name in enumerate(dict.fromkeys(one.startup for one in held))}
    groups = {one.group: n for n, one in enumerate(held) if one.group is not None}
    whole = sum(one.margin_usd_per_year for one in held)
    room = np.array([made.room[name] for name in pools])
    return (
        PlanArrays(
            start=np.cumsum([0, *(len(one.options) for one in held)]),
            value=np.array([one.cost_usd_per_year + one.aal_usd for one in options]),
            first_year=np.array([one.first_year_usd for one in options]),
            weeks=np.array([one.weeks for one in options]),
            pool=np.array([-1 if one.pool is None else pools[one.pool] for one in options]),
            developer=np.array([developers[one.developer] for one in options]),
            volume=np.array([one.volume for one in held]),
            margin=np.array([one.margin_usd_per_year / whole for one in held]),
            startup=np.array([firms[one.startup] for one in held]),
            group=np.array([groups.get(one.group, -1) for one in held]),
            room=room if limits.room else np.full(len(room), np.inf),
            spare=np.array([made.weeks.get(name, np.inf) for name in firms]),
            developers=len(developers),
        ),
        order,
    )
