"""Single points of failure, and pairs of them: roots whose loss stops use cases wholly.

Use cases that stand on the same routes in the same way have one signature, and fall to the same
roots and pairs, whatever they earn: so much is found once for each, and added up over the use
cases. Roots are removed one by one and in pairs and the routes asked again (as in fault trees,
Vesely et al. 1981). docs/method.md §5.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.hazard.durations import DURATION_GRID, DurationLaw
from risk.hazard.events import Event
from risk.hazard.supply_chain import OWN_OPERATION
from risk.inventory.records import Fallback
from risk.loss.columns import FALLBACKS
from risk.loss.exposures import ALL, Book, Exposures
from risk.loss.formulas import ON_TIME
from risk.loss.hazards import supplier_of
from risk.loss.margins import worlds_read
from risk.loss.reach import Reach
from risk.loss.stopped import OTHER, SAME, Asked, fast_counts, in_usd, stopped
from risk.loss.valuation import Worked
from risk.loss.valuing import WorldTables, by_chunks
from risk.portfolio.results import PairOfPoints, SinglePoint

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
DAYS_PER_YEAR = 365.0

#: Disruptions after which nothing is served: a regional block, a slow day or a dearer price is
#: less.
STOPPING_KINDS = (
    FailureKind.OUTAGE,
    FailureKind.MODEL_RETIREMENT,
    FailureKind.ACCESS_CUT,
    FailureKind.ACQUISITION,
    FailureKind.WIND_DOWN,
)
#: Codes of use cases are made small again before they outgrow 64 bits.
MOST_CODES = 2**62


@dataclass(frozen=True, kw_only=True)
class Signature:
    """On what a use case stands: each of its distinct routes as the nodes that must all be down.

    A route has its endpoint first, and its backup if that counts as a second way; ``every`` is
    True where all routes are needed, else any is enough.
    """

    every: bool
    routes: tuple[tuple[int, ...], ...]

    @cached_property
    def nodes(self) -> tuple[int, ...]:
        """The nodes of all routes, each once."""
        return tuple(sorted({node for one in self.routes for node in one}))

    def stops(self, down: Flags) -> Flags:
        """Which rows of ``down`` (rows, nodes of the signature) leave nothing served."""
        place = {node: column for column, node in enumerate(self.nodes)}
        gone = [down[:, [place[node] for node in one]].all(axis=1) for one in self.routes]
        return np.asarray(np.any(gone, axis=0) if self.every else np.all(gone, axis=0))

    def stop_together(self, one: Flags, other: Flags) -> Flags:
        """Which rows of both, (rows, nodes) each, leave nothing served, (rows, rows of other)."""
        place = {node: column for column, node in enumerate(self.nodes)}
        found = np.full((len(one), len(other)), not self.every)
        for route in self.routes:
            own = [place[node] for node in route]
            left = (~one[:, own]).astype(np.int32) @ (~other[:, own]).astype(np.int32).T
            found = found | (left == 0) if self.every else found & (left == 0)
        return found


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The signatures of a portfolio, and which each use case (use cases,) has.

    ``counted`` (dependencies,) is 1 where a backup is a second way, ``route`` (dependencies,) the
    place of each one's route among those of its signature.
    """

    signatures: tuple[Signature, ...]
    of_case: NDArray[np.int32]
    counted: NDArray[np.int32]
    route: NDArray[np.int32]


def signed(book: Book) -> Signed:
    """The signatures of a portfolio's use cases.

    A named backup that more than paper stands for is a second way.
    """
    one = book.exposures
    place = {end.node: number for number, end in enumerate(book.endpoints)}
    backed = np.array([way.backup is not None for way in book.routes], dtype=np.bool_)
    paper = FALLBACKS.index(Fallback.DOCUMENTED), FALLBACKS.index(Fallback.NONE)
    counted = backed[one.route] & ~np.isin(one.fallback, paper) if len(one.route) else one.route > 0
    part_of: dict[tuple[int, ...], int] = {}
    lookup = np.zeros((len(book.routes), 2), dtype=np.int64)
    for number, way in enumerate(book.routes):
        nodes = [place[way.endpoint.node]]
        lookup[number, 0] = part_of.setdefault(tuple(nodes), len(part_of))
        if way.backup is not None and way.backup.node != way.endpoint.node:
            nodes.append(place[way.backup.node])
        lookup[number, 1] = part_of.setdefault(tuple(nodes), len(part_of))
    part = lookup[one.route, counted.astype(np.int64)]
    return _numbered(one, part, counted.astype(np.int32), list(part_of))


def _numbered(
    one: Exposures, part: Places, counted: NDArray[np.int32], parts: Sequence[tuple[int, ...]]
) -> Signed:
    """Signatures numbered; use cases of as many dependencies are looked at together."""
    sizes = np.diff(one.link_start)
    known: dict[tuple[bool, tuple[int, ...]], int] = {}
    of_case = np.zeros(len(sizes), dtype=np.int32)
    route = np.zeros(len(part), dtype=np.int32)
    for size in np.flatnonzero(np.bincount(sizes)).tolist():
        cases = np.flatnonzero(sizes == size)
        links = one.link_start[:-1][cases][:, None] + np.arange(size)
        own = part[links]
        ordered = np.sort(own, axis=1) if size > 1 else own
        first, place = _alike(one.requirement[cases] == ALL, ordered, len(parts))
        number = np.zeros(len(first), dtype=np.int32)
        for at, case in enumerate(first.tolist()):
            distinct = tuple(np.unique(ordered[case]).tolist())
            every = bool(one.requirement[cases[case]] == ALL) and len(distinct) > 1
            number[at] = known.setdefault((every, distinct), len(known))
        of_case[cases] = number[place]
        if size > 1:
            route[links] = _ranks(own, ordered)
    return Signed(
        signatures=tuple(
            Signature(every=every, routes=tuple(parts[one] for one in members))
            for every, members in known
        ),
        of_case=of_case,
        counted=counted,
        route=route,
    )


def _alike(every: Flags, ordered: Places, parts: int) -> tuple[Places, Places]:
    """The first of each sort of use cases, and the sort of each; ``ordered`` (use cases, size)."""
    code = every.astype(np.int64)
    for column in ordered.T:
        code = code * parts + column
        if code.max(initial=0) > MOST_CODES // max(parts, 1):
            code = np.unique(code, return_inverse=True)[1].ravel()
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    return first, place.ravel()


def _ranks(own: Places, ordered: Places) -> Places:
    """The place of each route among the distinct ones of its use case, (use cases, size)."""
    rank = np.cumsum(np.diff(ordered, axis=1, prepend=ordered[:, :1]) > 0, axis=1)
    found = np.zeros_like(own)
    for column in range(own.shape[1]):
        before = (ordered < own[:, column][:, None]).sum(axis=1)
        found[:, column] = rank[np.arange(len(own)), before]
    return found


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """The disruptions that stop services and begin at a root of the map.

    ``place`` (n,) are their places among all, ``root`` (n,) those of their roots among ``roots``;
    ``rate`` (n,) is how often a year each comes.
    """

    events: tuple[Event, ...]
    place: Places
    roots: tuple[str, ...]
    root: Places
    rate: Array


def stopping_of(world_tables: WorldTables) -> Stopping:
    """Them on a portfolio's ground."""
    every = world_tables.worlds.hazards.events
    place = [
        number
        for number, one in enumerate(every)
        if one.kind in STOPPING_KINDS and one.only_country is None and one.root != OWN_OPERATION
    ]
    roots = tuple(sorted({every[one].root for one in place}))
    number = {name: at for at, name in enumerate(roots)}
    return Stopping(
        events=tuple(every[one] for one in place),
        place=np.array(place, dtype=np.int64),
        roots=roots,
        root=np.array([number[every[one].root] for one in place], dtype=np.int64),
        rate=world_tables.worlds.rates[0, 0][place] if place else np.zeros(0),
    )


@dataclass(frozen=True, kw_only=True)
class Meetings:
    """How pairs of roots stop use cases of one signature.

    Meeting i is of the disruptions ``one[i]`` and ``other[i]``, of the pair ``pair[i]`` among
    ``roots``; ``often`` times the days of both is how often they meet in a year.
    """

    roots: tuple[tuple[int, int], ...]
    pair: Places
    one: Places
    other: Places
    often: Array


class Stops:
    """What stops use cases of each signature, each looked up once."""

    def __init__(self, book: Book, world_tables: WorldTables, reach: Reach) -> None:
        self.reach, self.world_tables = reach, world_tables
        self._alone: dict[Signature, Flags] = {}
        self._meetings: dict[Signature, tuple[Meetings, Lengths] | None] = {}
        self.stopping = stopping_of(world_tables)
        self.suppliers = [supplier_of(one) for one in book.endpoints]
        self.reached = np.array(
            [reach.reached(one.root, one.kind) for one in self.stopping.events], dtype=np.bool_
        ).reshape(len(self.stopping.events), len(book.endpoints))
        self.alone_for = np.array(
            [one.only_startup is not None for one in self.stopping.events], dtype=np.bool_
        )

    def events_for(self, one: Signature) -> Flags:
        """Which disruptions may concern a signature, (events,): dealings only with suppliers."""
        direct = {self.suppliers[route[0]] for route in one.routes}
        dealt = np.array([event.root in direct for event in self.stopping.events], dtype=np.bool_)
        any_node = self.reached[:, list(one.nodes)].any(axis=1)
        return any_node & (dealt | ~self.alone_for)

    def alone(self, one: Signature) -> Flags:
        """Which disruptions can stop it each by itself, (events,): links may all pass at once."""
        if one not in self._alone:
            worst = self.reached[:, list(one.nodes)]
            stopped = one.stops(worst) if len(worst) else self.alone_for
            self._alone[one] = self.events_for(one) & stopped if len(worst) else stopped
        return self._alone[one]

    def shared(self, one: Signature) -> Array:
        """By route, the chance that all others are down if it is, (routes, all events)."""
        found = np.zeros((len(one.routes), len(self.stopping.events)))
        for number in np.flatnonzero(self.alone(one)):
            event = self.stopping.events[number]
            whole = self.reach.hits(event.root, event.kind, one.nodes).all_down
            for place, route in enumerate(one.routes):
                own = self.reach.hits(event.root, event.kind, tuple(sorted(route))).all_down
                found[place, number] = whole / own
        return found

    def meetings(self, one: Signature) -> "tuple[Meetings, Lengths] | None":
        """How pairs of roots stop it of which neither does alone; None if none does."""
        if one not in self._meetings:
            met = self._met(one)
            lengths = None if met is None else Lengths.of(met, self.world_tables, self.stopping)
            self._meetings[one] = None if met is None or lengths is None else (met, lengths)
        return self._meetings[one]

    def _met(self, one: Signature) -> Meetings | None:
        if len(one.nodes) < 2:
            return None
        root = self.stopping.root
        concerned = self.events_for(one) & ~np.isin(root, root[self.alone(one)])
        events = np.flatnonzero(concerned)
        if len(events) < 2:
            return None
        worst = self.reached[events][:, list(one.nodes)]
        able = one.stop_together(worst, worst) & (root[events][:, None] != root[events])
        events = events[able.any(axis=1)]
        if not len(events):
            return None
        hits = [
            self.reach.hits(event.root, event.kind, one.nodes)
            for event in (self.stopping.events[place] for place in events)
        ]
        down = np.concatenate([hit.down for hit in hits])
        chance = np.concatenate([hit.chance for hit in hits])
        of_way = np.repeat(np.arange(len(hits)), [len(hit.chance) for hit in hits])
        both = one.stop_together(down, down) * np.outer(chance, chance)
        start = np.flatnonzero(np.diff(of_way, prepend=-1))
        both = np.add.reduceat(np.add.reduceat(both, start, axis=0), start, axis=1)
        both[root[events][:, None] >= root[events]] = 0.0
        first, second = np.nonzero(both > 0)
        if not len(first):
            return None
        rate = self.stopping.rate[events]
        code = root[events[first]] * len(self.stopping.roots) + root[events[second]]
        pairs, pair = np.unique(code, return_inverse=True)
        return Meetings(
            roots=tuple(divmod(int(one), len(self.stopping.roots)) for one in pairs),
            pair=pair,
            one=events[first],
            other=events[second],
            often=rate[first] * rate[second] * both[first, second] / DAYS_PER_YEAR,
        )


def points_and_pairs(
    book: Book,
    world_tables: WorldTables,
    stops: Stops,
    margin: Array,
    *,
    worked: Callable[[Callable[[Book], Worked]], Worked] | None = None,
) -> tuple[tuple[SinglePoint, ...], tuple[PairOfPoints, ...]]:
    """Roots that stop some use case alone, and pairs that do only together; heaviest first.

    ``margin`` (use cases,) is USD a day. What a startup runs itself is a root of its own and no
    point that anybody shares. Losses are means over all worlds, for large portfolios over the
    first 16; ``worked`` finds those of the whole book from those of parts of it.
    """
    count = worlds_read(book.exposures, world_tables.worlds)
    known = signed(book)

    def work(part: Book) -> Worked:
        return _losses(part, world_tables, stops, known if part is book else signed(part), count)

    found = work(book) if worked is None else worked(work)
    loss, days = in_usd(found.sums, count), found.cases
    weights = np.bincount(known.of_case, margin, minlength=len(known.signatures))
    sizes = np.bincount(known.of_case, minlength=len(known.signatures))
    total = float(margin.sum())
    alone = [stops.alone(one) for one in known.signatures]
    points = _points(book, stops.stopping, known, alone, loss, sizes, weights / (total or 1.0))
    return points, _pairs(book, stops, known, margin, days, total)


def _losses(
    book: Book, world_tables: WorldTables, stops: Stops, known: Signed, worlds: int
) -> Worked:
    """Losses by root, and days to switch by use case, all chunks together."""
    events = len(world_tables.worlds.hazards.events)
    root = np.full(events, -1, dtype=np.int32)
    root[stops.stopping.place] = stops.stopping.root
    shared, row = _shared(book, stops, known, events)

    def part(pieces: list[tuple[int, Exposures]]) -> tuple[NDArray[np.int64], list[Array]]:
        loss, days = np.zeros(len(stops.stopping.roots), dtype=np.int64), [np.zeros((0, 2))]
        for start, one in pieces:
            cases = book.exposures.case_start[start]
            first = book.exposures.link_start[cases]
            own = slice(int(first), int(first) + len(one.route))
            asked = Asked(
                root=root,
                counted=np.ascontiguousarray(known.counted[own]),
                row=np.ascontiguousarray(row[own]),
                shared=shared,
            )
            found = stopped(one, world_tables, asked, worlds=worlds)
            loss[: len(found.loss)] += found.loss
            days.append(found.days)
        return loss, days

    parts = by_chunks(part, book.exposures)
    return Worked(
        cases=np.concatenate([some for one in parts for some in one[1]]),
        sums=np.sum([one[0] for one in parts], axis=0),
    )


def _shared(
    book: Book, stops: Stops, known: Signed, events: int
) -> tuple[Array, NDArray[np.int32]]:
    """Chances that the rest of a use case is down, and where each dependency's are.

    A use case that needs all or any of several routes loses them together, and needs none.
    """
    one = book.exposures
    tables, first = [np.zeros((0, events))], {}
    for number, signature in enumerate(known.signatures):
        if len(signature.routes) > 1 and not signature.every:
            first[number] = sum(map(len, tables))
            table = np.zeros((len(signature.routes), events))
            table[:, stops.stopping.place] = stops.shared(signature)
            tables.append(table)
    begins = np.full(len(known.signatures), -1, dtype=np.int32)
    begins[list(first)] = list(first.values())
    owner = np.repeat(np.arange(len(known.of_case)), np.diff(one.link_start))
    begin = begins[known.of_case[owner]]
    apart = (begin >= 0) & (one.combination[owner] < 0)
    row = np.where(apart, begin + known.route, -1).astype(np.int32)
    return np.ascontiguousarray(np.concatenate(tables)), row


def _points(
    book: Book,
    stopping: Stopping,
    known: Signed,
    alone: Sequence[Flags],
    loss: Array,
    sizes: Places,
    share: Array,
) -> tuple[SinglePoint, ...]:
    """The single points; ``share`` (signatures,) is each signature's part of all margin."""
    by_root = [np.unique(stopping.root[one]) for one in alone]
    startups = _startups(book, known, by_root, len(stopping.roots))
    cases, part = np.zeros(len(stopping.roots)), np.zeros(len(stopping.roots))
    kinds: list[set[str]] = [set() for _ in stopping.roots]
    for number, roots in enumerate(by_root):
        cases[roots] += sizes[number]
        part[roots] += share[number]
        for place in np.flatnonzero(alone[number]):
            kinds[stopping.root[place]].add(str(stopping.events[place].kind))
    found = [
        SinglePoint(
            root=name,
            kinds=tuple(sorted(kinds[place])),
            startups=int(startups[place]),
            use_cases=int(cases[place]),
            margin_share=float(part[place]),
            aal_usd=float(loss[place]),
        )
        for place, name in enumerate(stopping.roots)
        if cases[place] > 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.aal_usd, one.root)))


def _startups(
    book: Book, known: Signed, columns: Sequence[Iterable[int]], count: int
) -> NDArray[np.int64]:
    """How many startups have a use case whose signature has each column, (count,)."""
    listed = [np.asarray(one, dtype=np.int64) for one in columns]
    found = np.zeros(count, dtype=np.int64)
    fast_counts()(
        *(book.exposures.case_start, known.of_case),
        np.concatenate([[0], np.cumsum([len(one) for one in listed])]).astype(np.int64),
        np.concatenate([np.zeros(0, dtype=np.int64), *listed]),
        *(np.full(count, -1, dtype=np.int64), found),
    )
    return found


def _pairs(
    book: Book,
    stops: Stops,
    known: Signed,
    margin: Array,
    days: Array,
    total: float,
) -> tuple[PairOfPoints, ...]:
    """The pairs, and what they weigh.

    Two disruptions of rates λ, μ and lengths d, e meet λμ(d + e)/365 times a year, for d·e/(d + e)
    days that cost the use case's margin each.
    """
    stopping = stops.stopping
    place: dict[tuple[int, int], int] = {}
    sums: list[list[float]] = []
    kinds: list[set[str]] = []
    columns: list[list[int]] = [[] for _ in known.signatures]
    order = np.argsort(known.of_case, kind="stable")
    bounds = np.searchsorted(known.of_case[order], np.arange(len(known.signatures) + 1))
    for number, signature in enumerate(known.signatures):
        met = stops.meetings(signature)
        cases = order[bounds[number] : bounds[number + 1]]
        if met is None or not len(cases):
            continue
        found, lengths = met
        weight = margin[cases]
        often, lost = lengths.met(found, days[cases], weight)
        for at, pair in enumerate(found.roots):
            if pair not in place:
                place[pair] = len(place)
                sums.append([0.0, 0.0, 0.0, 0.0])
                kinds.append(set())
            one = sums[place[pair]]
            one[0] += len(cases)
            one[1] += float(weight.sum()) / total if total > 0 else 0.0
            one[2] = max(one[2], float(often[at]))
            one[3] += float(lost[at])
            columns[number].append(place[pair])
        for at, first, second in zip(found.pair, found.one, found.other, strict=True):
            both = (stopping.events[first].kind, stopping.events[second].kind)
            kinds[place[found.roots[at]]].update(map(str, both))
    startups = _startups(book, known, columns, len(place))
    pairs = [
        PairOfPoints(
            roots=(stopping.roots[one], stopping.roots[other]),
            kinds=tuple(sorted(kinds[at])),
            startups=int(startups[at]),
            use_cases=int(sums[at][0]),
            margin_share=sums[at][1],
            rate_per_year=sums[at][2],
            margin_usd_per_year=sums[at][3],
        )
        for (one, other), at in place.items()
    ]
    return tuple(sorted(pairs, key=lambda one: (-one.margin_usd_per_year, one.roots)))


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """How long the disruptions of meetings keep use cases down.

    As stated, or until one has switched for good, which lasts alike after many disruptions: days
    of each for each use case are a basis (use cases, 1 + ways) times ``part`` (events, 1 + ways).
    The first column of the basis is of ones, for those whose length is stated; ``mover`` (ways,)
    is how one switches and ``later`` (ways,) when after that. ``first`` and ``second`` (meetings,)
    are places among the events.
    """

    part: Array
    mover: Places
    later: Array
    first: Places
    second: Places

    @classmethod
    def of(cls, found: Meetings, world_tables: WorldTables, stopping: Stopping) -> "Lengths":
        """Those of the meetings of one signature."""
        world = world_tables.worlds.world
        events = np.unique(np.concatenate([found.one, found.other]))
        stated = np.array([_stated_days(stopping.events[one]) for one in events], dtype=np.float64)
        same = [stopping.events[one].kind is FailureKind.MODEL_RETIREMENT for one in events]
        mover = np.where(np.array(same, dtype=np.bool_), SAME, OTHER)
        later = (world.queue.mean(axis=0) - _time_to_move(world_tables))[stopping.place[events]]
        until = np.isnan(stated)
        ways, way = np.unique(
            np.column_stack([mover[until], later[until]]), axis=0, return_inverse=True
        )
        part = np.zeros((len(events), 1 + len(ways)))
        part[~until, 0] = stated[~until]
        part[np.flatnonzero(until), 1 + way.ravel()] = 1.0
        return cls(
            part=part,
            mover=ways[:, 0].astype(np.int64),
            later=ways[:, 1],
            first=np.searchsorted(events, found.one),
            second=np.searchsorted(events, found.other),
        )

    def met(self, found: Meetings, days: Array, margin: Array) -> tuple[Array, Array]:
        """By pair: how often the use case that meets it most often does, and USD a year in all.

        ``days`` (use cases, 2) until each has switched, ``margin`` (use cases,) USD a day.
        """
        basis = self._basis(days)
        both = self.part @ (basis.T @ (basis * margin[:, None])) @ self.part.T
        count = len(found.roots)
        lost: Array = np.bincount(
            found.pair, found.often * both[self.first, self.second], minlength=count
        ).astype(np.float64)
        # No use case meets a pair oftener than one that both kinds of switching take longest.
        longest = self._basis(days[_longest(days)]) @ self.part.T
        often = found.often * (longest[:, self.first] + longest[:, self.second])
        by_pair = [np.bincount(found.pair, one, minlength=count) for one in often]
        return np.max(by_pair, axis=0), lost

    def _basis(self, days: Array) -> Array:
        until = np.maximum(0.0, days[:, self.mover] + self.later)
        return np.column_stack([np.ones(len(days)), until])


def _longest(days: Array) -> Places:
    """The rows (rows, 2) that no other exceeds in both."""
    order = np.lexsort((days[:, 1], days[:, 0]))[::-1]
    second = days[order, 1]
    above = np.concatenate([[-np.inf], np.maximum.accumulate(second)[:-1]])
    return np.asarray(order[second > above])


def _time_to_move(world_tables: WorldTables) -> Array:
    """Days from the beginning of a move to the end that it is for, on average, (events,).

    From a retirement whoever is late has half of the notice that is left.
    """
    worlds = world_tables.worlds
    notice = worlds.world.notice.mean(axis=0)
    on_time = float(worlds.numbers[:, ON_TIME].mean())
    all_notice = worlds.hazards.passed + notice
    retired = on_time * all_notice + (1 - on_time) * notice / 2
    is_end = worlds.hazards.are(FailureKind.MODEL_RETIREMENT)
    return np.asarray(np.where(is_end, retired, notice))


def _stated_days(event: Event) -> float:
    """How long a disruption lasts on average; NaN where it lasts until one has switched."""
    if event.kind in PERMANENT_KINDS:
        return float("nan")
    law = event.duration
    if isinstance(law, DurationLaw):
        return float(law.partial_mean(np.array([np.inf]))[0])
    return float(DURATION_GRID[-1])
