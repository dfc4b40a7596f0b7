"""One disruption, today, on the whole portfolio: who loses what, through whom, day by day.

Links that pass a disruption only sometimes are averaged over: a startup on a licensed copy carries
the probability that the copy goes too. Everything else is as uncertain as in the score, in the
first of its worlds. docs/method.md §9.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.break_even import pays_from
from risk.alternatives.herding import Displaced, Herd, causes_herd, herd_after
from risk.catalog.failure_kinds import FailureKind
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
    WHOLE,
)
from risk.loss.exposures import Exposures
from risk.loss.runway import LONGEST_RUNWAY_MONTHS, MONTHS_AHEAD, fast_before
from risk.loss.travel import Links
from risk.loss.uncertainty import HIGH
from risk.loss.uncertainty import LOW as LOWER
from risk.loss.valuation import Valuation
from risk.money.figures import dollars
from risk.portfolio.results import BeforeAfter
from risk.scenarios.course import stages_of
from risk.scenarios.event import filled, path_days, shown_days
from risk.scenarios.happening import (
    Happening,
    Struck,
    happening_of,
    losses_by,
    mean_of,
    struck,
)
from risk.scenarios.results import WORST_HIT, Scenario, StressedStartup, StressResult

Array = NDArray[np.float64]
Places = NDArray[np.int64]

MONEY_PARTS = ("interruption", "churn", "quality", "switching", "price")
#: Startups that are made at once where all are.
AT_ONCE = 4_096
#: From this probability on a startup more likely than not runs out of cash within 12 months.
LIKELY = 0.5
#: Startups by which the loss is followed day by day, at most; of more, evenly spread ones.
FOLLOWED = 400


@dataclass(frozen=True, kw_only=True, eq=False)
class StressedStartups(Sequence[StressedStartup]):
    """The startups that a happening hits, the largest loss first, made when somebody looks.

    ``rows`` (hit,) are their rows in the portfolio, ``told`` (hit, MONEY) what it costs each by the
    places in :mod:`risk.loss.components`; all else is worked out of those that are looked at.
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
            return self.at(range(*place.indices(len(self))))
        return self.at([range(len(self))[place]])[0]

    def __iter__(self) -> Iterator[StressedStartup]:
        for start in range(0, len(self), AT_ONCE):
            yield from self[start : start + AT_ONCE]

    def at(self, places: Sequence[int]) -> tuple[StressedStartup, ...]:
        """Those at some places."""
        chosen = np.array(places, dtype=np.int64)
        figures = zip(self._whole(chosen), self._before[chosen].tolist(), strict=True)
        return tuple(self._made(place, *own) for place, own in zip(places, figures, strict=True))

    def name(self, place: int) -> str:
        """The name of one."""
        return self.happening.valuation.members.names[int(self.rows[place])]

    @cached_property
    def loss_usd(self) -> Array:
        """The mean loss of each, (hit,)."""
        return mean_of(self.told)

    @cached_property
    def moves(self) -> Array:
        """What leaving now costs each for certain, (hit,)."""
        return np.asarray(self.told[:, MOVING] / np.maximum(self.told[:, HIT], 1e-300))

    @cached_property
    def break_even(self) -> Array:
        """The probability from which on leaving pays each, (hit,); infinite: never."""
        return pays_from(self.moves, 0.0, self.loss_usd)

    @cached_property
    def newly_out(self) -> NDArray[np.bool_]:
        """Who likely runs out of cash within 12 months and would not otherwise, (hit,)."""
        # The first look says of whom this may be so at all in half of the worlds.
        found = (self.told[:, CHANCE] >= 0.5) & (self._before[:, 1] < LIKELY)
        places = np.flatnonzero(found)
        found[places] = self._whole(places)[:, CHANCE] >= LIKELY
        return np.asarray(found)

    @property
    def newly_out_count(self) -> int | None:
        """How many that are; None where of nobody it is known how long the cash lasts."""
        unknown = np.isnan(self.told[:, CHANCE]) | np.isnan(self._before[:, 1])
        return None if len(self) and unknown.all() else int(self.newly_out.sum())

    @cached_property
    def losing(self) -> "StressedStartups":
        """Those that lose something."""
        return self.first(int((self.loss_usd > 0).sum()))

    def first(self, count: int) -> "StressedStartups":
        """The ``count`` that lose most."""
        if count == len(self):
            return self
        return replace(self, rows=self.rows[:count], told=self.told[:count])

    def named(self, names: Collection[str]) -> dict[str, StressedStartup]:
        """Those of them that have these names."""
        known = self.happening.valuation.members.place
        place = {row: number for number, row in enumerate(self.rows.tolist())}
        found = [name for name in names if known.get(name) in place]
        return dict(zip(found, self.at([place[known[name]] for name in found]), strict=True))

    @cached_property
    def by_way(self) -> Mapping[str, Places]:
        """The ways on which they are hit, and whom each hits: places among them, rising."""
        one = self.happening.valuation.book.exposures
        place = np.full(len(one), -1, dtype=np.int64)
        place[self.rows] = np.arange(len(self.rows))
        owner = np.repeat(np.arange(len(one)), np.diff(one.case_start))
        whose = place[np.repeat(owner, np.diff(one.link_start))]
        # Small numbers are put in order by counting.
        small = one.route.astype(np.uint16) if one.route.max(initial=0) < 1 << 16 else one.route
        order = np.argsort(small, kind="stable")
        ends = np.concatenate([[0], np.cumsum(np.bincount(one.route))])
        hit: dict[str, NDArray[np.bool_]] = {}
        for route in range(len(ends) - 1):
            own = whose[order[ends[route] : ends[route + 1]]]
            own = own[own >= 0]
            if len(own) and (way := self._ways(route)) is not None:
                hit.setdefault(way, np.zeros(len(self), dtype=bool))[own] = True
        return {way: np.flatnonzero(flags) for way, flags in hit.items()}

    def followed(self, count: int) -> tuple[StressedStartup, ...]:
        """The first ``count`` with the stages that each goes through."""
        if not len(self):
            return ()
        stages = stages_of(self.happening, self._exposures.taken(self.rows[:count]))
        return tuple(
            replace(startup, stages=own) for startup, own in zip(self[:count], stages, strict=True)
        )

    @property
    def _exposures(self) -> Exposures:
        return self.happening.valuation.book.exposures

    def _whole(self, places: Places) -> Array:
        """All that is told of those at some places, (places, WHOLE)."""
        return struck(self.happening, self._exposures.taken(self.rows[places]), columns=WHOLE).told

    @cached_property
    def _before(self) -> Array:
        """Months left and the chance of running out of each as it is, (hit, 2)."""
        one, found = self._exposures, np.zeros((len(self), 2))
        volatility = self.happening.valuation.assumptions.burn_volatility
        fast_before()(one.cash[self.rows], one.burn[self.rows], volatility, MONTHS_AHEAD, found)
        return found

    @cached_property
    def _ways(self) -> Callable[[int], str | None]:
        return ways_of(self.happening)

    def _made(self, place: int, told: Array, before: Sequence[float]) -> StressedStartup:
        queues = any(strike.queue > 0 for strike in self.happening.strikes)
        return StressedStartup(
            startup=self.name(place),
            loss_usd=float(self.loss_usd[place]),
            loss_low_usd=float(told[components.LOW]),
            loss_median_usd=float(told[components.MEDIAN]),
            loss_high_usd=float(told[components.HIGH]),
            parts={name: float(told[INTERRUPTION + part]) for part, name in enumerate(MONEY_PARTS)},
            hit_probability=float(told[HIT]),
            lost_service_days=float(told[LOST]),
            hit_through=self._through(int(self.rows[place])),
            switched_on_day=_day(told[DAY]),
            switched_alone_on_day=_day(told[ALONE_DAY]),
            queue_days=float(told[WAIT]) if queues else None,
            runway_months=BeforeAfter(before=_months(before[0]), after=_months(told[MONTHS])),
            cash_out_probability=BeforeAfter(before=_known(before[1]), after=_known(told[CHANCE])),
            move_usd=float(told[MOVING] / told[HIT]) if told[HIT] > 0 else 0.0,
        )

    def _through(self, row: int) -> tuple[str, ...]:
        one = self._exposures
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
        return f"{' → '.join(nodes)} ({100 * chance:.0f} %)"

    return way


def stress(valuation: Valuation, scenario: Scenario) -> StressResult:
    """What every startup loses if the scenario happens today, in USD, with its range over worlds.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has the scenario's root name.
    """
    happening = happening_of(valuation, scenario)
    one, names = valuation.book.exposures, valuation.members.names
    if scenario.kind is FailureKind.LEADERSHIP_CRISIS:
        nobody = struck(happening, one.stretch(0, 0))
        return _result(happening, nobody, nobody, names)
    rush = scenario.customer is None and causes_herd(happening.event)
    every = struck(happening, one, spend=rush and bool(happening.catalog.market))
    return _result(happening, every, _only_customer(every, scenario, names), names)


def stressed_alone(
    valuation: Valuation, startup: str, scenario: Scenario
) -> StressedStartup | None:
    """What the scenario does to one startup, as the stress test of all says; None: nothing.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has the scenario's root name.
        KeyError: the portfolio has no such startup.
    """
    happening = happening_of(valuation, scenario)
    rows = np.array([valuation.members.place[startup]], dtype=np.int64)
    found = struck(happening, valuation.book.exposures.taken(rows))
    if not len(found.rows):
        return None
    return StressedStartups(happening=happening, rows=rows, told=found.told)[0]


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
    scenario = happening.scenario
    loss = mean_of(hit.told)
    order = np.lexsort((hit.rows, -loss))
    startups = StressedStartups(happening=happening, rows=hit.rows[order], told=hit.told[order])
    customer = scenario.customer
    if customer is not None and len(startups):
        customer = names[int(startups.rows[0])]
    low, median, high = _total_range(every, hit)
    crowd = _crowd(happening, every)
    spared = np.ones(len(names), dtype=bool)
    spared[hit.rows] = False
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
        newly_out_of_cash=startups.newly_out_count,
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


def _crowd(happening: Happening, every: Struck) -> Herd | None:
    """The rush that the event sets off, if it does."""
    if not len(every.rows) or every.moved is None:
        return None
    valuation = happening.valuation
    severity, units = every.moved.T
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


def kinds_that_reach(happening: Happening) -> tuple[FailureKind, ...]:
    """Kinds of disruption of the same root that can reach somebody in the portfolio."""
    valuation = happening.valuation
    links = Links(happening.worlds.hazards.chain, happening.catalog, (valuation.assumptions,))
    nodes = {one.endpoint.node for one in valuation.book.routes}
    costs = (kind for kind in FailureKind if kind is not FailureKind.LEADERSHIP_CRISIS)
    return tuple(kind for kind in costs if nodes & links.reached(happening.event.root, kind))


def _note(happening: Happening, startups: Sequence[StressedStartup], every: Struck) -> str:
    scenario, root = happening.scenario, happening.event.root
    if scenario.kind is FailureKind.LEADERSHIP_CRISIS:
        return (
            "A leadership crisis stops no service by itself. It makes outages, an acquisition and "
            "a wind-down likelier: an incident of this provider says how likely, and whom to call."
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
        f"lose most, {dollars(losses[rest[0]])}. {note}"
    )
