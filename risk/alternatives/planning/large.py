"""Plans of portfolios too large to list: the options of all startups as arrays, chosen by prices.

Dependencies that are alike in everything that decides what they are offered share their offers, so
that no record is read. The startups with the largest expected losses are looked at, as many as have
:data:`MOST_OPTIONS` together; the others stay. The tail counts by what each disruption holds of
today's worst years: that is right for a small change and a little too much for a large one.
docs/plan.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.offers import Offer, OfferMaker
from risk.alternatives.planning.arrays import PlanArrays
from risk.alternatives.planning.building import QUARTER_WEEKS
from risk.alternatives.planning.milp import PlanLimits
from risk.alternatives.planning.pinned import Pinned, what_pins_exceed
from risk.alternatives.planning.plan import NoPlan, PlanRanges, plan_ranges
from risk.alternatives.planning.prices import Priced, Scarce, priced_plan
from risk.alternatives.planning.rooms import Rooms
from risk.alternatives.planning.wishes import (
    Pinnable,
    Wishes,
    newly_on,
    pinned_places,
    startups_of,
)
from risk.alternatives.results import OptionClass
from risk.alternatives.valued import Choices, Valued, valued_options
from risk.alternatives.variants import Setting, owners_of
from risk.catalog.falters import SERVICE_KINDS
from risk.catalog.records import Answer
from risk.hazard.supply_chain import Endpoint, developer_node
from risk.inventory.records import CapacityClass, Dependency
from risk.loss.columns import (
    CONSENT_OF_CUSTOMERS,
    DEPTHS,
    FALLBACKS,
    RESIDENCY,
    DependencyColumns,
)
from risk.loss.exposures import SHARED
from risk.loss.rates import RATE_DRAWS
from risk.loss.tables import tables_of
from risk.loss.uncertainty import mean_over_worlds
from risk.loss.valuation import Valuation
from risk.loss.valuing import DRAWN_FACTS, MEAN, Ground, in_threads, value
from risk.portfolio.results import Interval

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Options that are valued at most, and worlds in which they are.
MOST_OPTIONS, WORLDS = 1_000_000, 16
#: Options that are valued at a time.
AT_ONCE = 2_048
#: What a record says of data whose code of the law is one of these.
DATA = {RESIDENCY: "a region", CONSENT_OF_CUSTOMERS: "regulated customers consent"}


@dataclass(frozen=True, kw_only=True)
class LargeGround:
    """A large portfolio made ready to plan.

    ``startup`` (dependencies,) are the rows of whose each dependency is, ``place`` (dependencies,)
    those of the dependencies among all. ``aal_usd`` and ``tvar95_usd`` are today's of the whole
    portfolio, ``tail`` (options,) what each option changes of the latter. ``pools`` and
    ``developers`` are what the arrays' codes stand for.
    """

    valuation: Valuation
    valued: Valued
    arrays: PlanArrays
    startup: Integers
    place: Integers
    tail: Array
    cost: Array
    aal_usd: float
    tvar95_usd: float
    pools: tuple[str, ...]
    developers: tuple[str, ...]

    @cached_property
    def looked_at(self) -> int:
        """How many startups have options in it."""
        return len(np.unique(self.startup))


@dataclass(frozen=True, kw_only=True)
class LargeChange:
    """One change of a large plan, USD, with the 10 to 90 % of what it removes and costs first.

    ``place`` is the dependency's row among all; ``use_case`` None: it was not read.
    """

    startup: str
    use_case: str | None
    place: int
    provider: str
    option: str
    option_class: OptionClass
    first_year_usd: float
    cost_usd_per_year: float
    weeks: float
    aal_removed_usd: float
    removed: Interval
    first_year: Interval


@dataclass(frozen=True, kw_only=True)
class LargePlan:
    """What a large portfolio does together, USD.

    ``changes`` come with the largest removed loss first, of ``dependencies`` that were looked at in
    ``looked_at`` startups; ``aal_today_usd`` and ``tvar95_today_usd`` are those of staying. ``gap``
    is the most by which a better plan could undercut this one, as a share of what all costs and
    loses. ``next_step`` is what the best further change would cost and remove (None: nothing more
    is worth its money).
    """

    limits: PlanLimits
    changes: Sequence[LargeChange]
    spent_usd: float
    cost_usd_per_year: float
    aal_usd: float
    tvar95_usd: float
    objective_usd: float
    gap: float
    shares: dict[str, float]
    next_step: tuple[float, float] | None
    looked_at: int
    dependencies: int
    aal_today_usd: float
    tvar95_today_usd: float
    ranges: PlanRanges


def large_ground(
    valuation: Valuation,
    *,
    judgements: Judgements = NO_JUDGEMENTS,
    pins: Sequence[str] = (),
    most_options: int = MOST_OPTIONS,
    worlds: int = WORLDS,
) -> LargeGround:
    """Value the options of a portfolio's startups, those with the largest losses first.

    Startups that ``pins`` begin with are among them. Of ``judgements`` only how alike models are
    counts: needs and answers of single startups are read on their own pages.

    Raises:
        NoPlan: a pin begins with no startup's name.
    """
    setting = Setting(
        catalog=valuation.catalog,
        assumptions=valuation.assumptions,
        today=valuation.today,
        before_signals=valuation.before_signals,
        count=min(worlds, valuation.worlds.count),
    )
    book, links = valuation.book, valuation.columns.dependencies
    maker = OfferMaker(setting, Judgements(alike=judgements.alike))
    kinds, of = _alike(links)
    offers = tuple(_possible(maker, _record(links, int(one), book.endpoints)) for one in kinds)
    sizes = np.array([len(one) for one in offers], dtype=np.int64)
    _, owner = owners_of(book.exposures)
    rows = _looked_at(
        valuation, np.bincount(owner, sizes[of], minlength=len(book.exposures)), most_options
    )
    pinned = np.array(startups_of(pins, valuation.members.names), dtype=np.int64)
    rows = np.union1d(rows, pinned)
    kept = np.flatnonzero(np.isin(owner, rows))
    part = replace(book, exposures=book.exposures.taken(rows))
    choices = Choices(offers=offers, of=of[kept], link=np.arange(len(kept)))
    valued = valued_options(part, choices, setting, years=False)
    tail = _tails(valuation, valued)
    return _ground(valuation, valued, tail, (owner[kept], kept), setting)


def _alike(links: DependencyColumns) -> tuple[Integers, Integers]:
    """One dependency of each kind, and the kind of every dependency."""
    tested = ~np.isnan(links.fallback_age)
    table = np.column_stack(
        [
            *(links.endpoint, links.backup, links.fallback, links.depth, links.legal),
            *(np.nan_to_num(links.promised), links.outlives, links.reserved, tested),
        ]
    ).astype(np.float64)
    _, first, of = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return first.astype(np.int64), of.ravel().astype(np.int64)


def _record(links: DependencyColumns, row: int, endpoints: Sequence[Endpoint]) -> Dependency:
    """What a record would say of a dependency's kind."""
    service = endpoints[int(links.endpoint[row])].service
    second = int(links.backup[row])
    backup = endpoints[second].service if second >= 0 else None
    fallback, depth = int(links.fallback[row]), int(links.depth[row])
    return Dependency(
        key="",
        provider_text=service.name,
        answer=Answer.YES,
        developer=service.developer,
        host=service.host,
        model=endpoints[int(links.endpoint[row])].model,
        data_residency=DATA.get(int(links.legal[row])),
        depth=None if depth < 0 else DEPTHS[depth],
        fallback=None if fallback < 0 else FALLBACKS[fallback],
        fallback_developer=backup.developer if backup else None,
        fallback_host=backup.host if backup else None,
        fallback_capacity=CapacityClass.RESERVED if links.reserved[row] else None,
        provider_notice_days=float(links.promised[row]) or None,
        escrow=bool(links.outlives[row]) or None,
    )


def _possible(maker: OfferMaker, dependency: Dependency) -> tuple[Offer, ...]:
    """What a dependency of this kind may take, staying first."""
    listed = maker.of("", "", dependency).listed
    return (listed[0], *(one for one in listed[1:] if one.allowed))


def _looked_at(valuation: Valuation, options: NDArray[Any], most: int) -> Integers:
    """The startups with the largest expected losses that have so many options together."""
    losses = valuation.answer.startups.mean
    order = np.argsort(-losses, kind="stable")
    order = order[(losses[order] > 0) & (options[order] > 0)]
    count = max(1, int(np.searchsorted(np.cumsum(options[order]), most, side="right")))
    return np.sort(order[:count]).astype(np.int64)


def _tails(valuation: Valuation, valued: Valued) -> Array:
    """What each option leaves of its use case's part of the portfolio's tail, (options,) in USD."""
    ground = valued.ground
    factor = tail_factors(valuation, ground)
    rates = ground.worlds.rates * factor[None, None, :]
    changed = replace(ground.worlds, rates=rates)
    known = [tables_of(changed, ground.signatures, k) for k in range(ground.count)]
    count = len(valued.variants)

    def part(starts: list[int]) -> list[Array]:
        found = []
        for start in starts:
            one, _ = valued.variants.taken(np.arange(start, min(start + AT_ONCE, count)))
            y = value(one, ground, tables=known.__getitem__).y
            found.append(mean_over_worlds(y[:, :, MEAN]))
        return found

    halves = in_threads(part, list(range(0, count, AT_ONCE)))
    return np.concatenate([one for half in halves for one in half])


def tail_factors(valuation: Valuation, ground: Ground) -> Array:
    """How many times its expected loss each disruption of a ground holds of today's tail.

    One that today's portfolio does not know counts like those of its kind.
    """
    hazards = valuation.worlds.hazards
    expected, held = valuation.answer.book.by_event, valuation.answer.book.tail.by_event
    service = hazards.are(*SERVICE_KINDS)
    together = held[-1] / max(float(expected[service].sum()), 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.where(expected > 0, held[:-1] / np.maximum(expected, 1e-300), np.nan)
    found = np.where(service, together, alone)
    place = {one: number for number, one in enumerate(hazards.events)}
    usual = {}
    for kind in dict.fromkeys(hazards.kinds.tolist()):
        same = (hazards.kinds == kind) & ~np.isnan(found)
        weight = expected[same]
        usual[kind] = float(found[same] @ weight / weight.sum()) if weight.sum() > 0 else 1.0
    kinds = ground.worlds.hazards.kinds.tolist()
    return np.array(
        [
            found[place[event]]
            if event in place and not np.isnan(found[place[event]])
            else usual.get(kind, 1.0)
            for event, kind in zip(ground.worlds.hazards.events, kinds, strict=True)
        ]
    )


def _ground(
    valuation: Valuation,
    valued: Valued,
    tail: Array,
    rows: tuple[Integers, Integers],
    setting: Setting,
) -> LargeGround:
    choices, figures, assumptions = valued.choices, valued.figures, setting.assumptions
    stay = choices.first[choices.owner]
    dearer = np.maximum(0.0, figures.run - figures.run[stay])
    cost = figures.once / assumptions.annualise_years + dearer
    ends: dict[Endpoint, int] = {}
    at = np.array([ends.setdefault(one[0].endpoint, len(ends)) for one in choices.offers])
    rooms = Rooms(tuple(ends), at[choices.of], figures.spend[choices.first], setting)
    named = [
        rooms.pool(offer, int(at[number]))
        for number, each in enumerate(choices.offers)
        for offer in each
    ]
    room = rooms.capacity()
    pools = {name: number for number, name in enumerate(sorted(room))}
    pool = np.array([-1 if one is None else pools[one] for one in named], dtype=np.int64)
    who: dict[str, int] = {}
    developer = np.array(
        [who.setdefault(developer_node(one.endpoint.service), len(who)) for one in choices.listed]
    )
    firms, startup = np.unique(rows[0], return_inverse=True)
    case = np.searchsorted(valued.variants.base.link_start, choices.link, side="right") - 1
    base = valued.variants.base
    together = (base.requirement[case] != SHARED) & (np.diff(base.link_start)[case] > 1)
    spare = np.zeros(len(firms))
    weeks = figures.staff[choices.first] * assumptions.engineers_available * QUARTER_WEEKS
    spare[startup] = weeks
    margin = figures.margin[choices.first]
    change = tail - tail[stay]
    answer = valuation.answer.book
    arrays = PlanArrays(
        start=np.concatenate([choices.first, [len(stay)]]),
        value=cost + figures.aal - figures.aal[stay] + assumptions.cost_of_capital * change,
        first_year=figures.once + dearer,
        weeks=figures.weeks,
        pool=pool[choices.place],
        developer=developer[choices.place],
        volume=rooms.volume,
        margin=margin / max(float(margin.sum()), 1e-300),
        startup=startup.ravel().astype(np.int64),
        group=np.where(together, case, -1).astype(np.int64),
        room=np.array([room[name] for name in pools]),
        spare=spare,
        developers=len(who),
    )
    return LargeGround(
        valuation=valuation,
        valued=valued,
        arrays=arrays,
        startup=rows[0],
        place=rows[1],
        tail=change,
        cost=cost,
        aal_usd=answer.mean,
        tvar95_usd=answer.tail.tvar,
        pools=tuple(pools),
        developers=tuple(who),
    )


NO_WISHES = Wishes()


def large_plan(ground: LargeGround, limits: PlanLimits, wishes: Wishes = NO_WISHES) -> LargePlan:
    """The best plan that prices find under the limits, with the options that the wishes leave.

    Raises:
        NoPlan: none keeps to them, a startup has a budget of its own, a pin names no option or
            several, or two wishes cannot both be kept.
    """
    if limits.startup_usd:
        raise NoPlan("Budgets of single startups are planned for portfolios of fewer startups.")
    if limits.budget_usd is not None and limits.budget_usd < 0:
        raise NoPlan(f"A budget of ${limits.budget_usd:,.0f} is below zero; write 0 or more.")
    pinned = _pinned(ground, wishes)
    exceeded = _exceeded(ground, limits, pinned)
    if exceeded is not None:
        raise NoPlan(exceeded)
    arrays, kept = ground.arrays.keeping(_left(ground, wishes, pinned))
    if not limits.room:
        arrays = replace(arrays, room=np.full(len(arrays.room), np.inf))
    if not limits.weeks:
        arrays = replace(arrays, spare=np.full(len(arrays.spare), np.inf))
    scarce = Scarce(
        budget=np.inf if limits.budget_usd is None else limits.budget_usd,
        share=np.inf if limits.max_share is None else limits.max_share,
    )
    found = priced_plan(arrays, scarce)
    if not found.within:
        within = "" if limits.budget_usd is None else f" for ${limits.budget_usd:,.0f}"
        raise NoPlan(
            f"No plan{within} was found that keeps every developer at {100 * scarce.share:g} % of "
            "the margin or below. Allow more on one developer, or a larger budget."
        )
    return _plan(ground, limits, found, kept)


def _pinned(ground: LargeGround, wishes: Wishes) -> dict[int, int]:
    """The option of each pinned dependency, by its number in the arrays."""
    if not wishes.pins:
        return {}
    names, arrays = ground.valuation.members.names, ground.arrays
    rows = startups_of(wishes.pins, names)
    every = {
        int(dep): _pinnable(ground, int(dep))
        for dep in np.flatnonzero(np.isin(ground.startup, rows))
    }
    places = pinned_places(wishes, every)
    return {dep: int(arrays.start[dep]) + place for dep, place in places.items()}


def _pinnable(ground: LargeGround, dep: int) -> Pinnable:
    arrays, choices, members = ground.arrays, ground.valued.choices, ground.valuation.members
    offers = choices.offers[int(choices.of[dep])]
    case = int(ground.valuation.columns.dependencies.case[ground.place[dep]])
    return Pinnable(
        startup=members.names[int(ground.startup[dep])],
        use_case=None if members.use_cases is None else members.use_cases[case],
        provider=offers[0].endpoint.service.name,
        options=tuple(one.candidate.title for one in offers),
        newly_on=tuple(newly_on(offers[0], one) for one in offers),
        group=None if arrays.group[dep] < 0 else int(arrays.group[dep]),
    )


def _exceeded(ground: LargeGround, limits: PlanLimits, pinned: Mapping[int, int]) -> str | None:
    """What pinned options alone exceed."""
    arrays, names = ground.arrays, ground.valuation.members.names
    changed = {dep: at for dep, at in pinned.items() if at != arrays.start[dep]}
    return what_pins_exceed(
        [
            Pinned(
                startup=names[int(ground.startup[dep])],
                first_year_usd=float(arrays.first_year[at]),
                weeks=float(arrays.weeks[at]),
                pool=None if arrays.pool[at] < 0 else ground.pools[int(arrays.pool[at])],
                volume=float(arrays.volume[dep]),
            )
            for dep, at in changed.items()
        ],
        limits,
        weeks={
            names[int(ground.startup[dep])]: float(arrays.spare[arrays.startup[dep]])
            for dep in changed
        },
        room=dict(zip(ground.pools, arrays.room.tolist(), strict=True)),
    )


def _left(ground: LargeGround, wishes: Wishes, pinned: Mapping[int, int]) -> NDArray[np.bool_]:
    """Which options the wishes leave, (options,)."""
    choices, start = ground.valued.choices, ground.arrays.start
    leads = [
        not newly_on(offers[0], one).isdisjoint(wishes.excluded)
        for offers in choices.offers
        for one in offers
    ]
    left = ~np.array(leads, dtype=bool)[choices.place]
    for dep, at in pinned.items():
        left[start[dep] : start[dep + 1]] = False
        left[at] = True
    return left


def _plan(ground: LargeGround, limits: PlanLimits, found: Priced, kept: Integers) -> LargePlan:
    """What a choice of the options ``kept`` comes to."""
    arrays, chosen = ground.arrays, kept[found.chosen]
    figures, assumptions = ground.valued.figures, ground.valuation.assumptions
    stay = arrays.start[:-1]
    removed = figures.aal[stay] - figures.aal[chosen]
    changed = np.flatnonzero(chosen != stay)
    changed = changed[np.argsort(-removed[changed], kind="stable")]
    aal = ground.aal_usd - float(removed.sum())
    tail = ground.tvar95_usd + float(ground.tail[chosen].sum())
    cost = float(ground.cost[chosen].sum())
    objective = cost + aal + assumptions.cost_of_capital * tail
    share = np.bincount(arrays.developer[chosen], arrays.margin, minlength=len(ground.developers))
    return LargePlan(
        limits=limits,
        changes=[_change(ground, int(dep), int(chosen[dep])) for dep in changed],
        spent_usd=float(arrays.first_year[chosen].sum()),
        cost_usd_per_year=cost,
        aal_usd=aal,
        tvar95_usd=tail,
        objective_usd=objective,
        gap=max(0.0, found.value - found.bound) / max(abs(objective), 1e-9),
        shares=dict(zip(ground.developers, share.tolist(), strict=True)),
        next_step=_next_step(ground, chosen, kept),
        looked_at=ground.looked_at,
        dependencies=len(chosen),
        aal_today_usd=ground.aal_usd,
        tvar95_today_usd=ground.tvar95_usd,
        ranges=_ranges(ground, chosen[changed], stay[changed]),
    )


def _ranges(ground: LargeGround, chosen: Integers, stay: Integers) -> PlanRanges:
    """The ranges of the changes together, in the first worlds."""
    book, arrays, figures = ground.valuation.answer.book, ground.arrays, ground.valued.figures
    loss = book.drawn[: ground.valued.ground.count].ravel()
    removed = _drawn(ground, stay) - _drawn(ground, chosen)
    # Costs move together: most of what is unsure about them is judgement, the same for all.
    dearer = arrays.first_year[chosen] - figures.once[chosen]
    ends = [float((one[chosen] + dearer).sum()) for one in (figures.once_low, figures.once_high)]
    found = plan_ranges(loss, removed, np.zeros(1))
    return replace(found, spent=Interval(low=ends[0], high=ends[1]))


def _drawn(ground: LargeGround, options: Integers) -> Array:
    """What some options leave together in every world and draw of rates, (draws,) USD."""
    valued = ground.valued

    def part(starts: list[int]) -> Array:
        found = np.zeros((valued.ground.count, RATE_DRAWS))
        for start in starts:
            one, _ = valued.variants.taken(options[start : start + AT_ONCE])
            found += value(one, valued.ground).y[:, :, 1:DRAWN_FACTS].sum(axis=1)
        return found

    halves = in_threads(part, list(range(0, len(options), AT_ONCE)))
    return np.asarray(sum(halves, np.zeros((valued.ground.count, RATE_DRAWS))).ravel())


def _change(ground: LargeGround, dep: int, column: int) -> LargeChange:
    figures, arrays, choices = ground.valued.figures, ground.arrays, ground.valued.choices
    offer = choices.listed[int(choices.place[column])]
    stay, members = int(arrays.start[dep]), ground.valuation.members
    dearer = float(arrays.first_year[column] - figures.once[column])
    case = int(ground.valuation.columns.dependencies.case[ground.place[dep]])
    return LargeChange(
        startup=members.names[int(ground.startup[dep])],
        use_case=None if members.use_cases is None else members.use_cases[case],
        place=int(ground.place[dep]),
        provider=choices.listed[int(choices.place[stay])].endpoint.service.name,
        option=offer.candidate.title,
        option_class=offer.candidate.option_class,
        first_year_usd=float(arrays.first_year[column]),
        cost_usd_per_year=float(ground.cost[column]),
        weeks=float(arrays.weeks[column]),
        aal_removed_usd=float(figures.aal[stay] - figures.aal[column]),
        removed=Interval(
            low=float(figures.removed_low[column]), high=float(figures.removed_high[column])
        ),
        first_year=Interval(
            low=float(figures.once_low[column]) + dearer,
            high=float(figures.once_high[column]) + dearer,
        ),
    )


def _next_step(ground: LargeGround, chosen: Integers, kept: Integers) -> tuple[float, float] | None:
    """First-year cost and removed loss of the further change that saves most for its money."""
    arrays, aal = ground.arrays, ground.valued.figures.aal
    old = chosen[arrays.owner]
    gain = arrays.value[old] - arrays.value
    more = arrays.first_year - arrays.first_year[old]
    worth = kept[(gain[kept] > 0) & (more[kept] > 0)]
    if not len(worth):
        return None
    best = int(worth[np.argmax(gain[worth] / more[worth])])
    return float(more[best]), float(aal[old[best]] - aal[best])
