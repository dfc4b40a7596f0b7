"""Plans small enough to try every choice: tables made by hand, and drawn ones."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from hypothesis import strategies as st

from risk.alternatives.planning.plan import Plan
from risk.alternatives.planning.scenarios import DrawnYears
from risk.alternatives.planning.table import PlanLimits, PlanOption, PlanTable, Shared
from risk.alternatives.rationing import Priority
from risk.alternatives.results import OptionClass

STAY = OptionClass.STAY
MOVE = OptionClass.OTHER_DEVELOPER
BY_OPTION = (
    "cost",
    "first_year",
    "once",
    "weeks",
    "days",
    "aal",
    "pool",
    "developer",
    "kind",
    "left",
)


@dataclass(frozen=True)
class Option:
    what: PlanOption
    aal: float
    cost: float
    first_year: float
    weeks: float
    developer: str
    pool: str | None


@dataclass(frozen=True)
class Dependency:
    key: str
    startup: str
    options: tuple[Option, ...]
    volume: float
    margin: float
    aal: float
    group: str | None
    provider: str


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
    turn: Priority = Priority.NEW,
) -> Option:
    """``aal`` and ``cost`` are changes against staying, USD a year."""
    what = PlanOption(
        option=name,
        option_class=STAY if name == "stay" else MOVE,
        turn=turn,
        newly_on=frozenset() if leads_to is None else frozenset({leads_to}),
    )
    paid = cost if first_year is None else first_year
    return Option(what, aal, cost, paid, weeks, developer, pool)


def dependency(
    key: str,
    *options: Option,
    startup: str | None = None,
    volume: float = 1.0,
    margin: float = 100.0,
    aal: float = 100.0,
    group: str | None = None,
    provider: str = "Alpha API",
) -> Dependency:
    every = (option("stay", 0.0), *options)
    return Dependency(key, startup or key, every, volume, margin, aal, group, provider)


def table(
    *dependencies: Dependency,
    losses: Iterable[Iterable[float]] | None = None,
    headroom: dict[str, float] | None = None,
    weeks: dict[str, float] | None = None,
) -> PlanTable:
    """``losses`` (columns, scenarios) is what each option loses in equally likely scenarios.

    Without it every scenario is the mean: each dependency loses its expected loss.
    """
    held = sorted(
        dependencies, key=lambda one: [one.startup for one in dependencies].index(one.startup)
    )
    assert losses is None or list(dependencies) == held
    options = [one for each in held for one in each.options]
    owner = [each for each in held for _ in each.options]
    if losses is None:
        wide = np.array([[each.aal + one.aal] for each, one in zip(owner, options, strict=True)])
    else:
        wide = np.array([list(row) for row in losses], dtype=float)
    counts = [len(each.options) for each in held]
    start = np.cumsum([0, *counts])
    stay = wide[start[:-1]]
    pools = sorted(headroom or {})
    developers = sorted({one.developer for one in options})
    firms = list(dict.fromkeys(one.startup for one in held))
    groups = list(dict.fromkeys(one.group for one in held if one.group is not None))
    paid = np.array([one.first_year for one in options])
    base, probability = stay.sum(axis=0), np.full(wide.shape[1], 1 / wide.shape[1])
    return PlanTable(
        start=start,
        cost=np.array([one.cost for one in options]),
        first_year=paid,
        once=paid,
        weeks=np.array([one.weeks for one in options]),
        days=np.array([7 * one.weeks for one in options]),
        aal=np.array([one.aal for one in options]),
        pool=np.array([-1 if one.pool is None else pools.index(one.pool) for one in options]),
        developer=np.array([developers.index(one.developer) for one in options]),
        kind=np.arange(len(options)),
        volume=np.array([one.volume for one in held]),
        margin=np.array([one.margin for one in held]),
        startup=np.array([firms.index(one.startup) for one in held]),
        group=np.array([-1 if one.group is None else groups.index(one.group) for one in held]),
        headroom=np.array([(headroom or {})[name] for name in pools]),
        spare=np.array([(weeks or {}).get(name, np.inf) for name in firms]),
        pools=tuple(pools),
        developers=tuple(developers),
        startups=tuple(firms),
        use_cases=["assistant"] * len(held),
        providers=[one.provider for one in held],
        keys=[one.key for one in held],
        options=tuple(one.what for one in options),
        losses=DrawnYears(
            base=base,
            changes=(wide - np.repeat(stay, counts, axis=0)).T,
            probability=probability,
            loss=base.astype(np.float32),
            removed=(np.repeat(stay, counts, axis=0) - wide).T.astype(np.float32),
            first_year=paid[None, :].astype(np.float32),
        ),
        aal_usd=float(probability @ base),
        left=np.ones(len(options), dtype=bool),
    )


def years(made: PlanTable) -> DrawnYears:
    assert isinstance(made.losses, DrawnYears)
    return made.losses


def taken(plan: Plan) -> list[str]:
    return [one.option for one in plan.choices]


def titles(made: PlanTable, dep: int) -> list[str]:
    own = range(made.start[dep], made.start[dep + 1])
    return [made.named(column).option for column in own]


def inserted(made: PlanTable, column: int, **values: object) -> PlanTable:
    """The table with one more option after the others of its dependency, like ``column``."""
    dep = int(made.owner[column])
    place = int(made.start[dep + 1])
    lists = {
        name: np.insert(getattr(made, name), place, getattr(made, name)[column])
        for name in BY_OPTION
    }
    for name, value in values.items():
        lists[name][place] = value
    own, order = years(made), np.insert(np.arange(len(made.cost)), place, column)
    start = made.start.copy()
    start[dep + 1 :] += 1
    losses = replace(
        own,
        changes=own.changes[:, order],
        removed=own.removed[:, order],
        first_year=own.first_year[:, order],
    )
    return replace(made, start=start, losses=losses, **lists)  # type: ignore[arg-type]


def every_choice(
    made: PlanTable, limits: PlanLimits, cost_of_capital: float
) -> dict[tuple[int, ...], float]:
    """The objective of every choice that keeps to the limits, by the options' places."""
    found = {}
    for places in product(*(range(count) for count in np.diff(made.start))):
        chosen = made.stay + np.array(places)
        once, weeks = divided(made, chosen)
        if _keeps(made, limits, chosen, once, weeks):
            cost = float((made.cost + made.aal)[chosen].sum())
            if made.shared is not None:
                cost += float(once.sum()) / made.shared.years
            tail = made.losses.tail(made.taken(chosen))
            found[places] = made.aal_usd + cost + cost_of_capital * tail
    return found


def divided(made: PlanTable, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each chosen option pays more once and in weeks (dependencies,) if others share it.

    Every member of a group pays the whole in the table, and a part of it where several take it.
    """
    once, weeks = np.zeros(len(chosen)), np.zeros(len(chosen))
    if made.shared is not None:
        for groups, usd, work in zip(
            made.shared.groups, made.shared.usd, made.shared.weeks, strict=True
        ):
            for dep, column in enumerate(chosen.tolist()):
                same = sum(groups[one] == groups[column] for one in chosen.tolist())
                once[dep] -= usd[column] * (1 - 1 / same)
                weeks[dep] -= work[column] * (1 - 1 / same)
    return once, weeks


def _keeps(
    made: PlanTable, limits: PlanLimits, chosen: np.ndarray, once: np.ndarray, work: np.ndarray
) -> bool:
    slack = 1e-6
    spent = float(made.first_year[chosen].sum() + once.sum())
    if limits.budget_usd is not None and spent > limits.budget_usd + slack:
        return False
    if limits.max_share is not None and made.shares(chosen).max() > limits.max_share + slack:
        return False
    used = np.zeros(len(made.pools))
    weeks = np.zeros(len(made.startups))
    moved: dict[int, int] = {}
    for dep, column in enumerate(chosen.tolist()):
        weeks[made.startup[dep]] += made.weeks[column] + work[dep]
        if made.pool[column] >= 0:
            used[made.pool[column]] += made.volume[dep]
        if made.group[dep] >= 0:
            moved[made.group[dep]] = moved.get(made.group[dep], 0) + (column != made.stay[dep])
    return (
        (not limits.headroom or bool((used <= made.headroom + slack).all()))
        and bool((weeks <= made.spare + slack).all())
        and all(count <= 1 for count in moved.values())
    )


@st.composite
def tables(draw: st.DrawFn) -> PlanTable:
    """Up to four dependencies of two startups with up to three options each, in eight scenarios."""
    whole = st.integers(0, 100)
    dependencies, losses = [], []
    count = draw(st.integers(1, 4))
    for number in range(count):
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
                startup=f"s{2 * number // count}",
                volume=float(draw(st.integers(1, 5))),
                margin=float(draw(st.integers(1, 5))),
                aal=float(np.mean(base)),
            )
        )
    return table(
        *dependencies,
        losses=losses,
        headroom={"A": float(draw(st.integers(0, 8))), "B": float(draw(st.integers(0, 8)))},
        weeks={"s0": float(draw(st.integers(0, 8)))},
    )


@st.composite
def sharing_tables(draw: st.DrawFn) -> PlanTable:
    """Such tables in which options of one name, in one startup, share a cost and some weeks."""
    made = draw(tables())
    names = [made.named(column).option for column in range(len(made.cost))]
    whose = list(zip(made.startup[made.owner].tolist(), names, strict=True))
    number = {one: place for place, one in enumerate(sorted(set(whose)))}
    usd = [float(draw(st.integers(0, 60))) for _ in number]
    work = [float(draw(st.integers(0, 3))) for _ in number]
    own = np.array([number[one] for one in whose])
    moves = np.array([float(name != "stay") for name in names])
    none = np.zeros(len(whose))
    paid, weeks = moves * np.array(usd)[own], moves * np.array(work)[own]
    once = made.once + paid
    return replace(
        made,
        once=once,
        first_year=made.first_year + paid,
        cost=made.cost + paid / 3,
        weeks=made.weeks + weeks,
        shared=Shared(
            # What is built once nobody shares.
            groups=np.stack([own, np.arange(len(whose))]),
            usd=np.stack([paid, none]),
            weeks=np.stack([weeks, none]),
            sharers=np.ones((2, len(whose))),
            once=once,
            years=3.0,
        ),
    )


def random_case(seed: int) -> tuple[PlanTable, PlanLimits]:
    """Two to twelve startups of one to three dependencies, with limits that bind."""
    draw = np.random.default_rng(seed)
    firms = int(draw.integers(2, 13))
    held = []
    for number in range(firms):
        for place in range(int(draw.integers(1, 4))):
            aal = float(draw.lognormal(10, 1.2))
            options = []
            for each in range(int(draw.integers(1, 7))):
                paid = float(draw.lognormal(9, 1))
                options.append(
                    option(
                        f"o{each}",
                        -aal * float(draw.uniform(0, 0.9)),
                        cost=paid / 3,
                        first_year=paid,
                        weeks=float(draw.integers(0, 7)),
                        developer=("Alpha", "Beta", "Gamma")[int(draw.integers(3))],
                        pool=(None, "A", "B", "C")[int(draw.integers(4))],
                    )
                )
            held.append(
                dependency(
                    f"d{number}.{place}",
                    *options,
                    startup=f"s{number}",
                    volume=float(draw.integers(1, 9)),
                    margin=float(draw.integers(1, 9)),
                    aal=aal,
                    group=f"g{number}" if number % 4 == 0 else None,
                )
            )
    made = table(
        *held,
        headroom={name: float(draw.integers(0, 30)) for name in "ABC"},
        weeks={f"s{number}": float(draw.integers(2, 14)) for number in range(firms)},
    )
    dearest = float(np.maximum.reduceat(made.first_year, made.stay).sum())
    share = None if draw.random() < 0.6 else float(draw.uniform(0.5, 0.9))
    return made, PlanLimits(budget_usd=dearest * float(draw.uniform(0.05, 0.6)), max_share=share)
