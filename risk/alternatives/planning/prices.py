"""Plans of many startups: prices for what is scarce, each startup choosing for itself.

Money, room and the share of a developer are limits that all startups have in common. At a price for
each (Lagrange), the plan falls apart into startups, and what all of them then come to, less the
prices of what there is, is a bound: no plan is better (Geoffrion 1974). The prices are found by
subgradient steps (Polyak 1969), first on a sample of startups, then on all. What the choices at the
last prices use too much of is given back where that costs least, and what is left is handed out
where it saves most; the gap between that plan and the bound is told. docs/plan.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.compiling import compiled

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Startups on which prices are found first, and steps there and on all of them.
SAMPLE, SAMPLE_STEPS, STEPS = 20_000, 240, 24
#: How fast prices follow what is asked for at first, and after how many steps half as fast.
FIRST_PACE, SLOWER = 0.7, 12
#: A startup with so many ways to choose is tried in all of them if its engineers' weeks are short.
MOST_WAYS = 4_096
#: Steps between two attempts at a plan that keeps to all limits.
BETWEEN = 12
#: What an option comes to that cannot be taken, USD.
IMPOSSIBLE = 1e30
#: A limit counts as kept up to this share of it.
SLACK = 1e-6


@dataclass(frozen=True, kw_only=True)
class PlanArrays:
    """What the loops read: options of dependencies that may be taken, the first to go back to.

    As in :class:`risk.alternatives.planning.table.PlanTable`, but ``value`` is what an option costs
    and loses more than staying, USD a year, with the price of its tail, and ``margin`` a share of
    all. Scarce are money (``budget``), room, weeks, and the most on one developer (``share``);
    infinite: no limit.
    """

    start: Integers
    value: Array
    first_year: Array
    weeks: Array
    pool: Integers
    developer: Integers
    volume: Array
    margin: Array
    startup: Integers
    group: Integers
    headroom: Array
    spare: Array
    developers: int
    budget: float = np.inf
    share: float = np.inf

    @cached_property
    def owner(self) -> Integers:
        """The dependency of every option, (options,)."""
        return np.repeat(np.arange(len(self.volume)), np.diff(self.start))

    def keeping(self, columns: Integers) -> "PlanArrays":
        """The same with some options alone, one at least of each dependency."""
        counts = np.bincount(self.owner[columns], minlength=len(self.volume))
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return replace(self, start=start, **{one: getattr(self, one)[columns] for one in BY_OPTION})

    def may_be_better(self, found: "Priced") -> NDArray[np.bool_]:
        """Which options (options,) a better plan than one found may have.

        At its prices every other option is so much dearer than its dependency's best one that the
        bound with it lies above the plan. All, where the plan does not keep to the limits.
        """
        if not found.within:
            return np.ones(len(self.value), dtype=np.bool_)
        money, rest = found.prices[0], found.prices[1:]
        headroom, share = rest[: len(self.headroom)], rest[len(self.headroom) :]
        own = self.value + money * self.first_year + share[self.developer] * self.margin[self.owner]
        own += np.append(headroom, 0.0)[self.pool] * self.volume[self.owner]
        least = np.minimum.reduceat(own, self.start[:-1])
        limits = np.concatenate(
            [[self.budget], self.headroom, np.full(self.developers, self.share)]
        )
        paid = float(found.prices @ np.where(np.isfinite(limits), limits, 0.0))
        more = own - least[self.owner]
        return np.asarray(float(least.sum()) - paid + more <= found.value)

    def sample(self) -> tuple["PlanArrays", float]:
        """Evenly spread startups with their part of what there is, and that part."""
        count = len(self.spare)
        kept = np.zeros(count, dtype=bool)
        kept[(np.arange(SAMPLE) * count) // SAMPLE] = True
        deps = kept[self.startup]
        columns = np.flatnonzero(deps[self.owner])
        part, margin = SAMPLE / count, self.margin[deps]
        found = replace(
            self,
            start=np.concatenate([[0], np.cumsum(np.diff(self.start)[deps])]),
            **{one: getattr(self, one)[columns] for one in BY_OPTION},
            volume=self.volume[deps],
            margin=margin / max(float(margin.sum()), 1e-300),
            startup=(np.cumsum(kept) - 1)[self.startup[deps]],
            group=self.group[deps],
            headroom=self.headroom * part,
            spare=self.spare[kept],
            budget=self.budget * part,
        )
        return found, part


BY_OPTION = ("value", "first_year", "weeks", "pool", "developer")


@dataclass(frozen=True, kw_only=True)
class Priced:
    """Chosen options (dependencies,), what they come to against staying, and a bound below it.

    ``proved`` is the bound as it was proved, before rounding; ``within`` is False if no plan was
    found that keeps to the share on one developer. ``prices`` (1 + pools + developers,) are USD a
    year for a dollar of the first year, a USD a month of each pool, and all of the margin on one
    developer.
    """

    chosen: Integers
    value: float
    bound: float
    proved: float
    prices: Array
    within: bool


def price_options(first: Any, last: Any, prices: Any, made: Any, own: Any) -> None:
    """What every option of a startup comes to at some prices, but for its engineers' weeks."""
    start, value, first_year, _, pool, developer, volume, margin = made
    money, headroom, share = prices
    base = start[first]
    for dep in range(first, last):
        for column in range(start[dep], start[dep + 1]):
            cost = value[column] + money * first_year[column]
            cost += share[developer[column]] * margin[dep]
            if pool[column] >= 0:
                cost += headroom[pool[column]] * volume[dep]
            own[column - base] = cost


def choose_for(
    first: Any, last: Any, omega: Any, own: Any, start: Any, weeks: Any, group: Any, chosen: Any
) -> Any:
    """A startup's best choice at a price for weeks, at most one change a group: price and weeks."""
    total, used, base = 0.0, 0.0, start[first]
    winner, gain = -1, 0.0
    for dep in range(first, last):
        best, stay = start[dep], own[start[dep] - base] + omega * weeks[start[dep]]
        least = stay
        for column in range(start[dep] + 1, start[dep + 1]):
            cost = own[column - base] + omega * weeks[column]
            if cost < least:
                best, least = column, cost
        if group[dep] < 0:
            chosen[dep] = best
            total += least
            used += weeks[best]
            continue
        if dep == first or group[dep - 1] != group[dep]:
            winner, gain = -1, 0.0
        chosen[dep] = start[dep]
        total += stay
        if stay - least > gain:
            if winner >= 0:
                used -= weeks[chosen[winner]]
                total += gain
                chosen[winner] = start[winner]
            winner, gain = dep, stay - least
            chosen[dep] = best
            total -= gain
            used += weeks[best]
    return total, used


def choose_exactly(
    first: Any,
    last: Any,
    most: Any,
    own: Any,
    start: Any,
    weeks: Any,
    group: Any,
    chosen: Any,
    at: Any,
) -> Any:
    """A startup's best choice within its weeks, by trying every one; its price.

    ``at`` is a place for the option that is tried of each dependency.
    """
    base = start[first]
    for dep in range(first, last):
        at[dep - first] = start[dep]
    least, more = 1e300, True
    while more:
        total, used, moved, held = 0.0, 0.0, 0, True
        for dep in range(first, last):
            column = at[dep - first]
            total += own[column - base]
            used += weeks[column]
            if group[dep] >= 0:
                if dep == first or group[dep - 1] != group[dep]:
                    moved = 0
                if column != start[dep]:
                    moved += 1
                if moved > 1:
                    held = False
        if held and total < least and used <= most * (1.0 + 1e-9):
            least = total
            for dep in range(first, last):
                chosen[dep] = at[dep - first]
        more = False
        for dep in range(first, last):
            at[dep - first] += 1
            if at[dep - first] < start[dep + 1]:
                more = True
                break
            at[dep - first] = start[dep]
    return least


def choose_within(
    first: Any, last: Any, most: Any, own: Any, start: Any, weeks: Any, group: Any, chosen: Any
) -> Any:
    """A startup's choice within its weeks at a price of its own for them; a bound on its price."""
    low, high = 0.0, 1.0
    best, used = choose_for(first, last, low, own, start, weeks, group, chosen)
    total, used = choose_for(first, last, high, own, start, weeks, group, chosen)
    best = max(best, total - high * most)
    while used > most * (1.0 + 1e-9) and high < 1e15:
        low, high = high, high * 8.0
        total, used = choose_for(first, last, high, own, start, weeks, group, chosen)
        best = max(best, total - high * most)
    for _ in range(24):
        middle = (low + high) / 2.0
        total, used = choose_for(first, last, middle, own, start, weeks, group, chosen)
        best = max(best, total - middle * most)
        if used > most * (1.0 + 1e-9):
            low = middle
        else:
            high = middle
    choose_for(first, last, high, own, start, weeks, group, chosen)
    return best


def choose_all(
    bounds: Any,
    spare: Any,
    prices: Any,
    made: Any,
    group: Any,
    chosen: Any,
    headroom: Any,
    found: Any,
) -> None:
    """Every startup's best choice at some prices, within its own weeks; the sum of their prices.

    ``room`` are places for a startup's options and its dependencies.
    """
    total, start, weeks = 0.0, made[0], made[3]
    own, at = headroom
    for s in range(len(bounds) - 1):
        first, last = bounds[s], bounds[s + 1]
        price_options(first, last, prices, made, own)
        least, used = choose_for(first, last, 0.0, own, start, weeks, group, chosen)
        if used > spare[s] * (1.0 + 1e-9):
            ways = 1.0
            for dep in range(first, last):
                ways *= start[dep + 1] - start[dep]
            most = spare[s]
            if ways <= MOST_WAYS:
                least = choose_exactly(first, last, most, own, start, weeks, group, chosen, at)
            else:
                least = choose_within(first, last, most, own, start, weeks, group, chosen)
        total += least
    found[0] = total


def give_back(order: Any, over: Any, made: Any, chosen: Any, use: Any, share: Any) -> None:
    """Let those who lose least stay, one after the other, until no pool and no budget is exceeded.

    ``over`` are the budget, the rooms and the most on a developer, ``use`` (1 + pools,) is what is
    used of the former. Nobody goes back to a developer that would then carry too much.
    """
    start, _, first_year, _, pool, developer, volume, margin = made
    budget, headroom, most = over
    for place in range(len(order)):
        dep = order[place]
        column = chosen[dep]
        if column == start[dep]:
            continue
        crowded = pool[column] >= 0 and use[1 + pool[column]] > headroom[pool[column]]
        if not crowded and (use[0] <= budget or first_year[column] <= 0.0):
            continue
        home = developer[start[dep]]
        if home != developer[column] and share[home] + margin[dep] > most:
            continue
        use[0] -= first_year[column]
        if pool[column] >= 0:
            use[1 + pool[column]] -= volume[dep]
        share[developer[column]] -= margin[dep]
        share[home] += margin[dep]
        chosen[dep] = start[dep]


def hand_out(
    order: Any,
    limits: Any,
    made: Any,
    who: Any,
    chosen: Any,
    use: Any,
    share: Any,
    changed: Any,
    relieve: bool,
) -> None:
    """Hand out what is left, option by option in order, wherever it still fits.

    With ``relieve`` only what takes somebody off a developer that carries too much, at any cost.

    ``use`` (1 + pools + startups,) is what is used of money, rooms and weeks, ``share``
    (developers,) of the margin, ``changed`` (groups,) how many of each have changed.
    """
    start, value, first_year, weeks, pool, developer, volume, margin = made
    budget, headroom, spare, most = limits
    owner, startup, group = who
    pools = len(headroom)
    for place in range(len(order)):
        column = order[place]
        dep = owner[column]
        old = chosen[dep]
        away = share[developer[old]] > most and developer[column] != developer[old]
        if relieve != away or (not relieve and value[column] >= value[old]):
            continue
        more = first_year[column] - first_year[old]
        if use[0] + more > budget and more > 0.0:
            continue
        firm = 1 + pools + startup[dep]
        longer = weeks[column] - weeks[old]
        if longer > 0.0 and use[firm] + longer > spare[startup[dep]] * (1.0 + 1e-9):
            continue
        other = pool[column] >= 0 and pool[column] != pool[old]
        if other and use[1 + pool[column]] + volume[dep] > headroom[pool[column]]:
            continue
        moves = developer[column] != developer[old]
        if moves and share[developer[column]] + margin[dep] > most:
            continue
        fresh = old == start[dep]
        if group[dep] >= 0 and fresh and changed[group[dep]] > 0:
            continue
        if group[dep] >= 0 and fresh:
            changed[group[dep]] += 1
        use[0] += more
        use[firm] += longer
        if pool[old] >= 0:
            use[1 + pool[old]] -= volume[dep]
        if pool[column] >= 0:
            use[1 + pool[column]] += volume[dep]
        share[developer[old]] -= margin[dep]
        share[developer[column]] += margin[dep]
        chosen[dep] = column


@cache
def _fast(loop: Callable[..., Any]) -> Callable[..., Any]:
    return compiled(loop, price_options, choose_for, choose_exactly, choose_within)


def priced_plan(arrays: PlanArrays) -> Priced:
    """The plan of many startups with its bound: see the head of this module."""
    prices = np.zeros(1 + len(arrays.headroom) + arrays.developers)
    if len(arrays.spare) <= 2 * SAMPLE:
        return _Search(arrays).run(prices, SAMPLE_STEPS)
    small, part = arrays.sample()
    prices = _Search(small).run(prices, SAMPLE_STEPS).prices
    prices[1 + len(arrays.headroom) :] /= part
    return _Search(arrays).run(prices, STEPS)


class _Search:
    """The search for prices on some startups, with the best plan and the best bound so far."""

    def __init__(self, arrays: PlanArrays) -> None:
        # Where there is no room at all, an option is impossible, not dear.
        shut = arrays.headroom <= 0
        closed = np.isin(arrays.pool, np.flatnonzero(shut))
        arrays = replace(
            arrays,
            value=np.where(closed, IMPOSSIBLE, arrays.value),
            headroom=np.where(shut, np.inf, arrays.headroom),
        )
        self.arrays = arrays
        self.bounds = np.searchsorted(arrays.startup, np.arange(len(arrays.spare) + 1)).astype(
            np.int64
        )
        self.made = tuple(
            np.ascontiguousarray(getattr(arrays, name))
            for name in ("start", *BY_OPTION, "volume", "margin")
        )
        self.limits = np.concatenate(
            [[arrays.budget], arrays.headroom, np.full(arrays.developers, arrays.share)]
        )
        #: What one unit of each price is taken of, so that steps are alike.
        self.unit = np.where(np.isfinite(self.limits), np.maximum(self.limits, 1e-12), 1.0)
        self.best: Priced | None = None
        firms = np.diff(self.bounds)
        columns = np.diff(arrays.start[self.bounds])
        self.headroom = (
            np.zeros(int(columns.max(initial=0))),
            np.zeros(int(firms.max(initial=0)), dtype=np.int64),
        )

    def run(self, prices: Array, steps: int) -> Priced:
        """Steps from some prices on; the best plan found, with the best bound."""
        price = prices * self.unit
        price[~np.isfinite(self.limits)] = 0.0
        self.bound, self.top = -np.inf, price
        if not price.any():
            self._bid(steps // 2)
        self._descend(steps)
        chosen, _, _ = self._at(self.top)
        self._keep(self._repaired(chosen, self.top), self.top)
        best = self.best
        if best is None:
            raise AssertionError("the search keeps a plan at its first step")
        return replace(
            best,
            bound=min(self.bound, best.value),
            proved=self.bound,
            prices=self.top / self.unit,
        )

    def _bid(self, steps: int) -> None:
        """Raise the price of what is asked for too much and lower the others, in proportion."""
        chosen, dual, over = self._at(np.zeros(len(self.limits)))
        self._proved(dual, np.zeros(len(self.limits)))
        self._keep(self._repaired(chosen, self.top), self.top)
        limited = np.isfinite(self.limits)
        if not (over > 0).any():
            return
        price = np.where(limited, abs(dual) / max(int((over > 0).sum()), 1), 0.0)
        for step in range(steps):
            chosen, dual, over = self._at(price)
            self._proved(dual, price)
            pace = FIRST_PACE / (1 + step / SLOWER)
            price = price * np.exp(pace * np.clip(over, -1.0, 1.0))

    def _proved(self, dual: float, price: Array) -> bool:
        """Take a bound if it is the best so far."""
        if dual <= self.bound:
            return False
        self.bound, self.top = dual, price.copy()
        return True

    def _descend(self, steps: int) -> None:
        """Subgradient steps towards the best plan known."""
        price, pace, since = self.top.copy(), 1.0, 0
        for step in range(steps):
            chosen, dual, over = self._at(price)
            since = 0 if self._proved(dual, price) else since + 1
            if step % BETWEEN == 0:
                self._keep(self._repaired(chosen, price), price)
            if since >= 4:
                pace, since, price = pace / 2, 0, self.top.copy()
                chosen, dual, over = self._at(price)
            slope = np.where((price <= 0) & (over < 0), 0.0, over)
            size = float(slope @ slope)
            known = self.best.value if self.best and self.best.within else 0.95 * dual
            distance = max(known - dual, 0.0)
            if size <= 0 or distance <= 1e-7 * max(abs(dual), 1.0) or pace < 1e-4:
                break
            price = np.maximum(0.0, price + pace * distance / size * slope)

    def _at(self, price: Array) -> tuple[Integers, float, Array]:
        """Choices at some prices, the bound that they prove, and what they use too much (share)."""
        arrays, own = self.arrays, price / self.unit
        pools = 1 + len(arrays.headroom)
        chosen = arrays.start[:-1].copy()
        found = np.zeros(1)
        _fast(choose_all)(
            *(self.bounds, arrays.spare, (float(own[0]), own[1:pools], own[pools:])),
            *(self.made, arrays.group, chosen, self.headroom, found),
        )
        limited = np.isfinite(self.limits)
        use = self._use(chosen)
        over = np.where(limited, (use - np.where(limited, self.limits, 0.0)) / self.unit, 0.0)
        paid = float((price * np.where(limited, self.limits / self.unit, 0.0)).sum())
        return chosen, float(found[0]) - paid, over

    def _use(self, chosen: Integers) -> Array:
        """What choices use of money, rooms and margins by developer."""
        arrays = self.arrays
        pool = arrays.pool[chosen]
        own = pool >= 0
        headroom = np.bincount(pool[own], arrays.volume[own], minlength=len(arrays.headroom))
        share = np.bincount(arrays.developer[chosen], arrays.margin, minlength=arrays.developers)
        return np.concatenate([[arrays.first_year[chosen].sum()], headroom, share])

    def _keep(self, chosen: Integers, price: Array) -> None:
        """Take a plan that keeps to the limits if it is better than the best so far."""
        use = self._use(chosen)
        within = bool((use <= self.limits * (1 + SLACK) + SLACK).all())
        value = float(self.arrays.value[chosen].sum())
        best = self.best
        better = best is None or (within, -value) > (best.within, -best.value)
        if better:
            self.best = Priced(
                chosen=chosen,
                value=value,
                bound=-np.inf,
                proved=-np.inf,
                prices=price / self.unit,
                within=within,
            )

    def _repaired(self, chosen: Integers, price: Array) -> Integers:
        """Choices made to keep to the limits: given back, moved off developers, handed out."""
        chosen = chosen.copy()
        self._give_back(chosen, np.inf)
        if np.isfinite(self.arrays.share):
            self._hand_out(chosen, price, relieve=True)
            self._give_back(chosen, self.arrays.share)
        self._hand_out(chosen, price, relieve=False)
        return chosen

    def _give_back(self, chosen: Integers, most: float) -> None:
        """Let those stay who lose least for what they cost, until rooms and budget are kept."""
        arrays, stay = self.arrays, self.arrays.start[:-1]
        use = self._use(chosen)
        pools = len(arrays.headroom)
        gain = arrays.value[stay] - arrays.value[chosen]
        cost = arrays.first_year[chosen] + 1e-9
        moved = np.flatnonzero(chosen != stay)
        order = moved[np.argsort((gain / cost)[moved], kind="stable")]
        share = use[1 + pools :].copy()
        limits = (arrays.budget, arrays.headroom, most)
        _fast(give_back)(order, limits, self.made, chosen, use[: 1 + pools].copy(), share)

    def _hand_out(self, chosen: Integers, price: Array, *, relieve: bool) -> None:
        arrays = self.arrays
        use = self._use(chosen)
        pools = len(arrays.headroom)
        order = self._relieving(chosen, price, use) if relieve else self._saving(chosen, price)
        weeks = np.bincount(arrays.startup, arrays.weeks[chosen], minlength=len(arrays.spare))
        grouped = arrays.group >= 0
        changed = np.bincount(
            arrays.group[grouped],
            (chosen != arrays.start[:-1])[grouped],
            minlength=int(arrays.group.max(initial=-1)) + 1,
        )
        _fast(hand_out)(
            order,
            (np.inf if relieve else arrays.budget, arrays.headroom, arrays.spare, arrays.share),
            self.made,
            (arrays.owner, arrays.startup, arrays.group),
            chosen,
            np.concatenate([use[: 1 + pools], weeks]),
            use[1 + pools :].copy(),
            changed.astype(np.float64),
            relieve,
        )

    def _scarcity(self, price: Array) -> Array:
        """What every option uses of money and rooms, at their prices."""
        arrays, own = self.arrays, price / self.unit
        headroom = np.append(own[1 : 1 + len(arrays.headroom)], 0.0)
        return np.asarray(
            own[0] * arrays.first_year + headroom[arrays.pool] * arrays.volume[arrays.owner]
        )

    def _saving(self, chosen: Integers, price: Array) -> Integers:
        """Options that save anything, those first that save most for what they use."""
        arrays = self.arrays
        gain = arrays.value[chosen[arrays.owner]] - arrays.value
        worth = np.flatnonzero(gain > 0)
        used = self._scarcity(price)[worth] + 1e-3 * arrays.first_year[worth] + 1e-9
        return worth[np.argsort(-gain[worth] / used, kind="stable")]

    def _relieving(self, chosen: Integers, price: Array, use: Array) -> Integers:
        """Options that lead off developers that carry too much, the cheapest first."""
        arrays = self.arrays
        over = use[1 + len(arrays.headroom) :] > arrays.share
        leads = over[arrays.developer[chosen]][arrays.owner] & ~over[arrays.developer]
        worth = np.flatnonzero(leads & (arrays.value < IMPOSSIBLE))
        dear = arrays.value + self._scarcity(price)
        extra = dear[worth] - dear[chosen][arrays.owner[worth]]
        moved = np.maximum(arrays.margin[arrays.owner[worth]], 1e-300)
        return worth[np.argsort(extra / moved, kind="stable")]
