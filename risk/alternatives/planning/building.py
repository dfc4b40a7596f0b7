"""Portfolios made ready to plan: options as a plan's columns, their worst years, and the room.

docs/plan.md. The options, their filters, costs and expected losses are those of the page
Alternatives; what is added is what each of them loses in the same years, and whose room it needs.
Of large portfolios no record is read: dependencies that are alike in everything that decides what
they are offered share their offers, the startups with the largest expected losses are looked at, as
many as have :data:`MOST_OPTIONS` together, and the others stay. Their tail counts by what each
disruption holds of today's worst years: that is right for a small change and a little too much for
a large one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.filters import reasons
from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.offers import OfferMaker, Offers
from risk.alternatives.options import asked_of, who_is_asked
from risk.alternatives.planning.headroom import Headrooms
from risk.alternatives.planning.scenarios import (
    WORLDS,
    YEARS,
    DrawnYears,
    chosen_years,
    losses_in_years,
)
from risk.alternatives.planning.table import (
    Losses,
    NothingToPlan,
    PlanOption,
    PlanTable,
    Shared,
    Unsure,
    place_key,
    plan_ranges,
)
from risk.alternatives.planning.wishes import newly_on, startups_of
from risk.alternatives.rationing import Priority
from risk.alternatives.results import Verdict
from risk.alternatives.valued import Choices, Valued, choices_of, valued_options
from risk.alternatives.variants import Setting, owners_of
from risk.catalog.failure_kinds import SERVICE_KINDS
from risk.catalog.records import Answer
from risk.hazard.supply_chain import Endpoint, developer_node
from risk.inventory.records import CapacityClass, Dependency, Startup
from risk.loss.columns import (
    CONSENT_OF_CUSTOMERS,
    DEPTHS,
    FALLBACKS,
    RESIDENCY,
    DependencyColumns,
    columns_of,
)
from risk.loss.exposures import SHARED, book_of
from risk.loss.rates import RATE_DRAWS
from risk.loss.tables import tables_of
from risk.loss.uncertainty import mean_over_worlds
from risk.loss.valuation import Valuation
from risk.loss.valuing import DRAWN_FACTS, MEAN, WorldTables, in_threads, value
from risk.portfolio.results import Interval

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

SCENARIOS = 500
#: Few options leave time for up to so many times the years and scenarios; as many as this for one.
MOST_TIMES = 8
OPTIONS_FOR_ONCE = 1_200
#: Weeks of a quarter: what a startup's engineers can spare in it bounds what it can change.
QUARTER_WEEKS = 13.0
#: Options of a large portfolio that are valued at most, and at a time.
MOST_OPTIONS, AT_ONCE = 1_000_000, 2_048
#: Few options of a large portfolio are valued in more worlds, so many of both together.
OPTIONS_TIMES_WORLDS = 4_000_000
#: What a record says of data whose code of the law is one of these.
DATA = {RESIDENCY: "a region", CONSENT_OF_CUSTOMERS: "regulated customers consent"}
TURNS = {
    CapacityClass.RESERVED: Priority.COMMITTED,
    CapacityClass.CUSTOMER: Priority.CUSTOMER,
    CapacityClass.NEW: Priority.NEW,
}


@dataclass(frozen=True, kw_only=True)
class _Named:
    """Dependencies by what a plan prints of them; ``startup`` are places among ``startups``."""

    startups: tuple[str, ...]
    startup: Integers
    use_cases: Sequence[str | None]
    keys: Sequence[str]


def plan_table(
    startups: Sequence[Startup], setting: Setting, *, judgements: Judgements = NO_JUDGEMENTS
) -> PlanTable:
    """Every allowed option of some startups, in the same years.

    Options that a filter rules out or whose price nobody lists are left out; one with open
    questions is in, and a plan says what has to be asked.

    Raises:
        NothingToPlan: they depend on no language model that is known.
    """
    asked, links = asked_of(startups, OfferMaker(setting, judgements))
    if not asked:
        raise NothingToPlan
    valued = valued_options(
        book_of(columns_of(startups, catalog=setting.catalog, today=setting.today)),
        choices_of([_possible(one.offers) for one in asked], links),
        setting,
        by_event=WORLDS,
        years=False,
        draws=True,
    )
    names = tuple(dict.fromkeys(one.startup.name for one in asked))
    named = _Named(
        startups=names,
        startup=np.array([names.index(one.startup.name) for one in asked]),
        use_cases=[one.case.name for one in asked],
        keys=[one.dependency.key for one in asked],
    )
    # One dependency of each use case: staying loses the same for all of them.
    _, cases = np.unique(valued.variants.case[valued.choices.first], return_index=True)
    years = _drawn_years(valued, named.startup, cases)
    return _table(valued, named, years, float(years.probability @ years.base), setting)


def _possible(listed: Offers) -> Offers:
    """What a dependency may take, staying first."""
    return (listed[0], *(one for one in listed[1:] if one.allowed))


def _table(
    valued: Valued, named: _Named, losses: Losses, aal_usd: float, setting: Setting
) -> PlanTable:
    """Valued options as a plan's columns."""
    choices, figures, base = valued.choices, valued.figures, valued.variants.base
    stay = choices.first[choices.owner]
    dearer = np.maximum(0.0, figures.run - figures.run[stay])
    ends: dict[Endpoint, int] = {}
    at = np.array([ends.setdefault(one[0].endpoint, len(ends)) for one in choices.offers])
    headrooms = Headrooms(tuple(ends), at[choices.of], figures.spend[choices.first], setting)
    asks = [
        headrooms.pool(offer, int(at[number]))
        for number, each in enumerate(choices.offers)
        for offer in each
    ]
    headroom = headrooms.capacity()
    pools = {name: number for number, name in enumerate(sorted(headroom))}
    stands = [developer_node(one.endpoint.service) for one in choices.listed]
    who = {name: number for number, name in enumerate(sorted(set(stands)))}
    case = valued.variants.case[choices.first]
    together = (base.requirement[case] != SHARED) & (np.diff(base.link_start)[case] > 1)
    spare = np.zeros(len(named.startups))
    share = setting.assumptions.engineers_available * QUARTER_WEEKS
    spare[named.startup] = figures.staff[choices.first] * share
    providers = [one[0].endpoint.service.name for one in choices.offers]
    return PlanTable(
        start=np.concatenate([choices.first, [len(stay)]]),
        cost=figures.once / setting.assumptions.annualise_years + dearer,
        first_year=figures.once + dearer,
        once=figures.once,
        weeks=figures.weeks,
        days=figures.days,
        aal=figures.aal - figures.aal[stay],
        pool=np.array([-1 if one is None else pools[one] for one in asks])[choices.place],
        developer=np.array([who[one] for one in stands])[choices.place],
        kind=choices.place,
        volume=headrooms.volume,
        margin=figures.margin[choices.first],
        startup=named.startup,
        group=np.where(together, case, -1).astype(np.int64),
        headroom=np.array([headroom[name] for name in pools]),
        spare=spare,
        pools=tuple(pools),
        developers=tuple(who),
        startups=named.startups,
        use_cases=named.use_cases,
        providers=[providers[one] for one in choices.of.tolist()],
        keys=named.keys,
        options=tuple(
            PlanOption(
                option=one.candidate.title,
                option_class=one.candidate.option_class,
                turn=TURNS[who_is_asked(one.candidate)[0]],
                newly_on=newly_on(each[0], one),
                ask=reasons(one.checks, Verdict.ASK),
                # What ends rules staying out; it is in the plan, for money may not reach all.
                ends=bool(one.excluded),
                changed=one.candidate.changed,
            )
            for each in choices.offers
            for one in each
        ),
        losses=losses,
        aal_usd=aal_usd,
        left=np.ones(len(stay), dtype=bool),
        shared=Shared(
            groups=figures.sharing,
            usd=figures.shared_usd,
            weeks=figures.shared_weeks,
            sharers=np.stack([figures.porters, figures.builders]),
            once=figures.once,
            years=setting.assumptions.annualise_years,
        ),
    )


def _drawn_years(valued: Valued, startup: Integers, cases: Integers) -> DrawnYears:
    """Years of all options, shifted so that their mean is the expected loss.

    ``cases`` are dependencies, one of each use case.
    """
    choices, figures, worlds = valued.choices, valued.figures, valued.world_tables.worlds
    # The tail of a few startups hangs on rare years.
    times = max(1, min(MOST_TIMES, OPTIONS_FOR_ONCE // len(figures.aal)))
    years = losses_in_years(
        figures.by_event,
        worlds.rates,
        worlds.hazards,
        startup[choices.owner],
        years=times * YEARS,
    )
    worst = np.maximum(0.0, np.maximum.reduceat(years, choices.first)).sum(axis=0)
    picked, probability = chosen_years(worst, times * SCENARIOS)
    kept = years[:, picked].T
    losses = kept + (figures.aal - probability @ kept)
    base, stay = losses[:, choices.first], choices.first[choices.owner]
    dearer = np.maximum(0.0, figures.run - figures.run[stay]).astype(np.float32)
    return DrawnYears(
        base=base[:, cases].sum(axis=1),
        changes=losses - base[:, choices.owner],
        probability=probability,
        loss=figures.drawn[:, choices.first[cases]].sum(axis=1),
        removed=figures.drawn[:, stay] - figures.drawn,
        first_year=figures.once_drawn + dearer,
    )


def large_table(
    valuation: Valuation,
    *,
    judgements: Judgements = NO_JUDGEMENTS,
    pins: Sequence[str] = (),
    most_options: int = MOST_OPTIONS,
    worlds: int | None = None,
) -> PlanTable:
    """The options of a portfolio of any size, those of the startups that lose most first.

    Startups that ``pins`` begin with are among them. They are valued in the first ``worlds``; None:
    in as many as so many options leave time for. Of ``judgements`` only how alike models are
    counts: needs and answers of single startups are read on their own pages.

    Raises:
        NoPlan: a pin begins with no startup's name, or there is nothing to plan.
    """
    if not len(valuation.columns.dependencies.endpoint):
        raise NothingToPlan
    setting = large_setting(valuation)
    book, links, members = valuation.book, valuation.columns.dependencies, valuation.members
    maker = OfferMaker(setting, Judgements(alike=judgements.alike))
    kinds, of = _alike(links)
    offers = tuple(
        _possible(maker.of("", "", _record(links, int(one), book.endpoints))) for one in kinds
    )
    sizes = np.array([len(one) for one in offers], dtype=np.int64)
    _, owner = owners_of(book.exposures)
    rows = _looked_at(
        valuation, np.bincount(owner, sizes[of], minlength=len(book.exposures)), most_options
    )
    rows = np.union1d(rows, np.array(startups_of(pins, members.names), dtype=np.int64))
    kept = np.flatnonzero(np.isin(owner, rows))
    if worlds is None:
        worlds = max(WORLDS, OPTIONS_TIMES_WORLDS // max(1, int(sizes[of[kept]].sum())))
    setting = replace(setting, count=min(worlds, valuation.worlds.count))
    part = replace(book, exposures=book.exposures.taken(rows))
    choices = Choices(offers=offers, of=of[kept], link=np.arange(len(kept)))
    valued = valued_options(part, choices, setting, years=False)
    firms, startup = np.unique(owner[kept], return_inverse=True)
    case = links.case[kept].tolist()
    named = _Named(
        startups=tuple(members.names[row] for row in firms.tolist()),
        startup=startup.ravel().astype(np.int64),
        use_cases=[None if members.use_cases is None else members.use_cases[one] for one in case],
        keys=[place_key(row) for row in kept.tolist()],
    )
    tail, book_answer = _tails(valuation, valued), valuation.answer.book
    losses = SharesOfTail(
        valued=valued,
        loss=book_answer.drawn[: valued.world_tables.count].ravel(),
        tvar95_usd=book_answer.tail.tvar,
        marginal=tail - tail[choices.first[choices.owner]],
    )
    return _table(valued, named, losses, book_answer.mean, setting)


def large_setting(valuation: Valuation) -> Setting:
    """What options of a valuation are valued with: its worlds."""
    return Setting(
        catalog=valuation.catalog,
        assumptions=valuation.assumptions,
        today=valuation.today,
        before_signals=valuation.before_signals,
        count=valuation.worlds.count,
    )


def _alike(links: DependencyColumns) -> tuple[Integers, Integers]:
    """One dependency of each kind, and the kind of every dependency."""
    _, promised = np.unique(np.nan_to_num(links.promised), return_inverse=True)
    key = np.zeros(len(promised), dtype=np.int64)
    # All that tells kinds apart in one number: rows would be compared column by column.
    for column in (
        *(links.endpoint, links.backup, links.fallback, links.depth, links.legal),
        *(promised, links.outlives, links.reserved, ~np.isnan(links.fallback_age)),
    ):
        told = np.asarray(column).astype(np.int64)
        told -= told.min(initial=0)
        key = key * (1 + told.max(initial=0)) + told
    _, first, of = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), of.astype(np.int64)


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


def _looked_at(valuation: Valuation, options: NDArray[Any], most: int) -> Integers:
    """The startups with the largest expected losses that have so many options together."""
    losses = valuation.answer.startups.mean
    order = np.argsort(-losses, kind="stable")
    order = order[(losses[order] > 0) & (options[order] > 0)]
    count = max(1, int(np.searchsorted(np.cumsum(options[order]), most, side="right")))
    return np.sort(order[:count]).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class SharesOfTail:
    """A tail by what each disruption holds of today's, ``tvar95_usd`` if everybody stays.

    ``marginal`` (options,) is what each option changes of it, ``loss`` (draws,) what everybody
    loses a year who stays.
    """

    valued: Valued
    loss: Array
    tvar95_usd: float
    marginal: Array

    def tail(self, parts: Array) -> float:
        """TVaR 95 % if ``parts`` (options,) of every option are taken."""
        return self.tvar95_usd + float(self.marginal @ parts)

    def slope(self, parts: Array) -> Array:
        """What each option changes of the tail, whatever the others."""
        return self.marginal

    def unsure(self, told: Integers, stay: Integers, more: Array) -> Unsure:
        """The ranges of options in the first worlds.

        Costs move together: most of what is unsure about them is judgement, the same for all.
        """
        figures = self.valued.figures
        dearer = np.maximum(0.0, figures.run[told] - figures.run[stay]) + more
        low, high = figures.once_low[told] + dearer, figures.once_high[told] + dearer
        spent = Interval(low=float(low.sum()), high=float(high.sum()))
        return Unsure(
            removed=_intervals(figures.removed_low[told], figures.removed_high[told]),
            first_year=_intervals(low, high),
            ranges=plan_ranges(self.loss, self._drawn(stay) - self._drawn(told), spent),
        )

    def _drawn(self, options: Integers) -> Array:
        """What some options leave together in every world and draw of rates, (draws,) USD."""
        world_tables = self.valued.world_tables
        empty = np.zeros((world_tables.count, RATE_DRAWS))

        def part(starts: list[int]) -> Array:
            found = empty.copy()
            for start in starts:
                one, _ = self.valued.variants.taken(options[start : start + AT_ONCE])
                found += value(one, world_tables).y[:, :, 1:DRAWN_FACTS].sum(axis=1)
            return found

        halves = in_threads(part, list(range(0, len(options), AT_ONCE)))
        return np.asarray(sum(halves, empty).ravel())


def _intervals(low: Array, high: Array) -> list[Interval]:
    return [Interval(low=a, high=b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _tails(valuation: Valuation, valued: Valued) -> Array:
    """What each option leaves of its use case's part of the portfolio's tail, (options,) in USD."""
    world_tables = valued.world_tables
    rates = world_tables.worlds.rates * tail_factors(valuation, world_tables)[None, None, :]
    changed = replace(world_tables.worlds, rates=rates)
    known = [tables_of(changed, world_tables.signatures, k) for k in range(world_tables.count)]
    count = len(valued.variants)

    def part(starts: list[int]) -> list[Array]:
        found = []
        for start in starts:
            one, _ = valued.variants.taken(np.arange(start, min(start + AT_ONCE, count)))
            y = value(one, world_tables, tables=known.__getitem__).y
            found.append(mean_over_worlds(y[:, :, MEAN]))
        return found

    halves = in_threads(part, list(range(0, count, AT_ONCE)))
    return np.concatenate([one for half in halves for one in half])


def tail_factors(valuation: Valuation, world_tables: WorldTables) -> Array:
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
    kinds = world_tables.worlds.hazards.kinds.tolist()
    return np.array(
        [
            found[place[event]]
            if event in place and not np.isnan(found[place[event]])
            else usual.get(kind, 1.0)
            for event, kind in zip(world_tables.worlds.hazards.events, kinds, strict=True)
        ]
    )
