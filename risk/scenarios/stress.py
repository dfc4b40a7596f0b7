"""One disruption, today, on the whole portfolio: who loses what, through whom, day by day.

Links that pass a disruption only sometimes are averaged over: a startup on a licensed copy carries
the probability that the copy goes too. Everything else is as uncertain as in the score, in the
first of its worlds. docs/method.md §9.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.herding import Displaced, Herd, causes_herd, herd_after
from risk.catalog.falters import FalterKind
from risk.loss import components
from risk.loss.components import (
    ALONE,
    ALONE_DAY,
    CHANCE,
    DAY,
    HIT,
    INTERRUPTION,
    LOST,
    MONTHS,
    MOVING,
    WAIT,
)
from risk.loss.runway import LONGEST_RUNWAY_MONTHS, MONTHS_AHEAD, fast_before
from risk.loss.travel import Links
from risk.loss.uncertainty import HIGH
from risk.loss.uncertainty import LOW as LOWER
from risk.loss.valuation import Valuation
from risk.portfolio.results import BeforeAfter
from risk.scenarios.course import stages_of
from risk.scenarios.event import filled, path_days, shown_days
from risk.scenarios.happening import (
    Happening,
    Struck,
    displaced_spend,
    happening_of,
    losses_by,
    mean_of,
    struck,
)
from risk.scenarios.results import WORST_HIT, Scenario, StressedStartup, StressResult

Array = NDArray[np.float64]
Places = NDArray[np.int64]

MONEY_PARTS = ("interruption", "churn", "quality", "switching", "price")
#: From this probability on a startup more likely than not runs out of cash within 12 months.
LIKELY = 0.5
#: Startups by which the loss is followed day by day, at most; of more, evenly spread ones.
FOLLOWED = 400


@dataclass(frozen=True, kw_only=True, eq=False)
class StressedStartups(Sequence[StressedStartup]):
    """The startups that a happening hits, the largest loss first, made when somebody looks.

    ``rows`` (hit,) are their rows in the portfolio, ``told`` the figures of each by their places in
    :mod:`risk.loss.components`.
    """

    happening: Happening
    rows: Places
    told: Array

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> StressedStartup: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[StressedStartup, ...]: ...
    def __getitem__(self, place: int | slice) -> StressedStartup | tuple[StressedStartup, ...]:
        if isinstance(place, slice):
            return tuple(self._made(one) for one in range(*place.indices(len(self))))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._made(place % len(self))

    def __iter__(self) -> Iterator[StressedStartup]:
        return (self._made(place) for place in range(len(self)))

    @cached_property
    def loss_usd(self) -> Array:
        """The mean loss of each, (hit,)."""
        return mean_of(self.told)

    def first(self, count: int) -> "StressedStartups":
        """The ``count`` that lose most."""
        return replace(self, rows=self.rows[:count], told=self.told[:count])

    def named(self, names: Collection[str]) -> dict[str, StressedStartup]:
        """Those of them that have these names."""
        members = self.happening.valuation.members
        place = {int(row): number for number, row in enumerate(self.rows.tolist())}
        rows = {name: members.place[name] for name in names if name in members.place}
        return {name: self[place[row]] for name, row in rows.items() if row in place}

    def by_way(self) -> dict[str, Places]:
        """The ways on which they are hit, and whom each hits: places among them, rising."""
        one = self.happening.valuation.book.exposures
        place = np.full(len(one), -1, dtype=np.int64)
        place[self.rows] = np.arange(len(self.rows))
        owner = np.repeat(np.arange(len(one)), np.diff(one.case_start))
        whose = place[np.repeat(owner, np.diff(one.link_start))]
        found: dict[str, list[Places]] = {}
        order = np.argsort(one.route, kind="stable")
        ends = np.searchsorted(one.route[order], np.arange(one.route.max(initial=-1) + 2))
        for route in range(len(ends) - 1):
            way = self._ways(route)
            own = whose[order[ends[route] : ends[route + 1]]]
            if way is not None and (own >= 0).any():
                found.setdefault(way, []).append(own[own >= 0])
        return {way: np.unique(np.concatenate(places)) for way, places in found.items()}

    def followed(self, count: int) -> tuple[StressedStartup, ...]:
        """The first ``count`` with the stages that each goes through."""
        if not len(self):
            return ()
        one = self.happening.valuation.book.exposures.taken(self.rows[:count])
        stages = stages_of(self.happening, one)
        return tuple(
            replace(startup, stages=own) for startup, own in zip(self[:count], stages, strict=True)
        )

    @cached_property
    def _before(self) -> Array:
        return money_before(self.happening.valuation, self.rows)

    @cached_property
    def _ways(self) -> Callable[[int], str | None]:
        return ways_of(self.happening)

    def _made(self, place: int) -> StressedStartup:
        valuation, told = self.happening.valuation, self.told[place]
        row = int(self.rows[place])
        queues = any(strike.queue > 0 for strike in self.happening.strikes)
        months, chance = self._before[place]
        return StressedStartup(
            startup=valuation.members.names[row],
            loss_usd=float(self.loss_usd[place]),
            loss_low_usd=float(told[components.LOW]),
            loss_median_usd=float(told[components.MEDIAN]),
            loss_high_usd=float(told[components.HIGH]),
            parts={name: float(told[INTERRUPTION + part]) for part, name in enumerate(MONEY_PARTS)},
            hit_probability=float(told[HIT]),
            lost_service_days=float(told[LOST]),
            hit_through=self._through(row),
            switched_on_day=_day(told[DAY]),
            switched_alone_on_day=_day(told[ALONE_DAY]),
            queue_days=float(told[WAIT]) if queues else None,
            runway_months=BeforeAfter(before=_months(months), after=_months(told[MONTHS])),
            cash_out_probability=BeforeAfter(before=_known(chance), after=_known(told[CHANCE])),
            move_usd=float(told[MOVING] / told[HIT]) if told[HIT] > 0 else 0.0,
        )

    def _through(self, row: int) -> tuple[str, ...]:
        one = self.happening.valuation.book.exposures
        first, last = one.link_start[one.case_start[row]], one.link_start[one.case_start[row + 1]]
        found = (self._ways(route) for route in one.route[first:last].tolist())
        return tuple(dict.fromkeys(way for way in found if way is not None))


def followed(result: StressResult, count: int) -> tuple[StressedStartup, ...]:
    """The startups that lose most, each with the stages that it goes through."""
    if isinstance(result.startups, StressedStartups):
        return result.startups.followed(count)
    return tuple(result.startups[:count])


def _day(day: float) -> float | None:
    return None if day < 0 else float(day)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _months(months: float) -> float | None:
    return float(months) if months < LONGEST_RUNWAY_MONTHS else None


def money_before(valuation: Valuation, rows: Places) -> Array:
    """Months left and the chance of running out of some startups as they are, (rows, 2)."""
    one, found = valuation.book.exposures, np.zeros((len(rows), 2))
    volatility = valuation.assumptions.burn_volatility
    fast_before()(one.cash[rows], one.burn[rows], volatility, MONTHS_AHEAD, found)
    return found


def ways_of(happening: Happening) -> Callable[[int], str | None]:
    """What says of a route by which path the event arrives there, and how likely; None: never."""
    laws, event = happening.worlds.laws.lasting, happening.event
    chain, routes = happening.worlds.hazards.chain, happening.valuation.book.routes
    known: dict[int, str | None] = {}

    def way(route: int) -> str | None:
        if route not in known:
            known[route] = _way(route)
        return known[route]

    def _way(route: int) -> str | None:
        first, last = laws.start[route], laws.start[route + 1]
        if last <= first:
            return None
        chance = float(np.median(laws.chance[:, first:last].sum(axis=1)))
        end = routes[route].endpoint
        nodes = list(chain.path(event.root, end.node, event.kind))[:-1]
        if end.service.name not in nodes:
            nodes.append(end.service.name)
        return f"{' → '.join(nodes)} ({chance:.0%})".replace("%)", " %)")

    return way


def stress(valuation: Valuation, scenario: Scenario) -> StressResult:
    """What every startup loses if the scenario happens today, in USD, with its range over worlds.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has the scenario's root name.
    """
    happening = happening_of(valuation, scenario)
    one, names = valuation.book.exposures, valuation.members.names
    if scenario.kind is FalterKind.LEADERSHIP_CRISIS:
        nobody = struck(happening, one.stretch(0, 0))
        return _result(happening, nobody, nobody, names)
    every = struck(happening, one)
    return _result(happening, every, _only_customer(every, scenario, names), names)


def _only_customer(every: Struck, scenario: Scenario, names: Sequence[str]) -> Struck:
    """Those hit where the scenario chooses one customer: that one alone."""
    if scenario.customer is None:
        return every
    mean = mean_of(every.told)
    if scenario.customer == WORST_HIT:
        chosen = np.argsort(-mean, kind="stable")[:1]
    else:
        wanted = scenario.customer.casefold()
        chosen = np.array(
            [place for place, row in enumerate(every.rows) if names[row].casefold() == wanted],
            dtype=np.int64,
        )
    return replace(every, rows=every.rows[chosen], told=every.told[chosen])


def _result(happening: Happening, every: Struck, hit: Struck, names: Sequence[str]) -> StressResult:
    scenario, valuation = happening.scenario, happening.valuation
    loss = mean_of(hit.told)
    order = np.lexsort((hit.rows, -loss))
    startups = StressedStartups(happening=happening, rows=hit.rows[order], told=hit.told[order])
    customer = scenario.customer
    if customer is not None and len(startups):
        customer = names[int(startups.rows[0])]
    low, median, high = _total_range(every, hit)
    spared = np.ones(len(names), dtype=bool)
    spared[hit.rows] = False
    crowd = _crowd(happening, hit) if customer is None else None
    return StressResult(
        scenario=filled(scenario, happening.event, happening.event.root, customer),
        total_usd=float(loss.sum()),
        total_low_usd=low,
        total_median_usd=median,
        total_high_usd=high,
        by_day=_by_day(happening, startups),
        startups=startups,
        unaffected=tuple(names[row] for row in np.flatnonzero(spared).tolist()),
        herd=tuple(asdict(one) for one in crowd.alternatives) if crowd else None,
        note=_note(happening, startups, every),
        crowd=crowd,
        queue_usd=float((loss - hit.told[:, ALONE]).sum()),
        newly_out_of_cash=_newly_out(valuation, hit),
        instead=() if len(startups) else kinds_that_reach(happening),
    )


def _total_range(every: Struck, hit: Struck) -> tuple[float, float, float]:
    """What all who are hit lose together: the 10 % point, the median, the 90 % point."""
    if len(hit.rows) < len(every.rows):
        places = components.LOW, components.MEDIAN, components.HIGH
        low, median, high = (float(hit.told[:, place].sum()) for place in places)
        return low, median, high
    low, median, high = np.quantile(every.totals, [LOWER, 0.5, HIGH]).tolist()
    return low, median, high


def _newly_out(valuation: Valuation, hit: Struck) -> int:
    """How many likely run out of cash within 12 months that would not otherwise."""
    before = money_before(valuation, hit.rows)[:, 1]
    return int(((hit.told[:, CHANCE] >= LIKELY) & (before < LIKELY)).sum())


def _by_day(happening: Happening, startups: StressedStartups) -> tuple[tuple[float, float], ...]:
    """The loss by each day; of very many startups, as that of evenly spread ones grows."""
    path = path_days(happening.event)
    lost = np.zeros(len(path))
    if len(startups):
        count = min(FOLLOWED, len(startups))
        places = (np.arange(count) * len(startups)) // count
        some = happening.valuation.book.exposures.taken(startups.rows[places])
        lost = losses_by(happening, some, path).sum(axis=0)
        whole = float(startups.loss_usd.sum())
        lost *= whole / lost[-1] if lost[-1] > 0 else 0.0
    return tuple(zip(shown_days(path).tolist(), lost.tolist(), strict=True))


def _crowd(happening: Happening, hit: Struck) -> Herd | None:
    """The rush that the event sets off, if it does."""
    valuation, event = happening.valuation, happening.event
    if not len(hit.rows) or not happening.catalog.market or not causes_herd(event):
        return None
    one = valuation.book.exposures
    severity, units = displaced_spend(happening, one)
    rows = np.flatnonzero(units > 0)
    return herd_after(
        Displaced(
            rows=rows,
            units=units[rows],
            severity=severity[rows],
            names=valuation.members.names,
            keys=valuation.members.keys,
        ),
        valuation.book,
        down=happening.down,
        queue_days=float(np.mean([strike.queue for strike in happening.strikes])),
        catalog=valuation.catalog,
        assumptions=valuation.assumptions,
        today=valuation.today,
    )


def kinds_that_reach(happening: Happening) -> tuple[FalterKind, ...]:
    """Kinds of disruption of the same root that can reach somebody in the portfolio."""
    valuation = happening.valuation
    links = Links(happening.worlds.hazards.chain, happening.catalog, (valuation.assumptions,))
    nodes = {one.endpoint.node for one in valuation.book.routes}
    costs = (kind for kind in FalterKind if kind is not FalterKind.LEADERSHIP_CRISIS)
    return tuple(kind for kind in costs if nodes & links.reached(happening.event.root, kind))


def _note(happening: Happening, startups: Sequence[StressedStartup], every: Struck) -> str:
    scenario, root = happening.scenario, happening.event.root
    if scenario.kind is FalterKind.LEADERSHIP_CRISIS:
        return (
            "A leadership crisis stops no service by itself. It makes outages, an acquisition and "
            "a wind-down likelier: test a wind-down to see what is at stake."
        )
    if not len(startups):
        return f"Nobody in this portfolio depends on {root} in a way that this disruption reaches."
    note = (
        "Expected loss if it happens, averaged over links that pass a disruption only sometimes; "
        "the range is over facts that nobody stated and numbers that are judged."
    )
    if scenario.customer is None:
        return note
    alone = f"{startups[0].startup} alone is cut off"
    losses = mean_of(every.told)
    others = np.lexsort((every.rows, -losses))
    names = happening.valuation.members.names
    rest = [place for place in others.tolist() if names[every.rows[place]] != startups[0].startup]
    if not rest:
        return f"{alone}. {note}"
    return (
        f"{alone}; of the {len(rest)} others who could be, {names[every.rows[rest[0]]]} would "
        f"lose most, ${losses[rest[0]]:,.0f}. {note}"
    )
