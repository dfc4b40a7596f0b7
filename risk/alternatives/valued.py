"""Options valued: what each leaves of its use case's year, what it removes, and what it costs.

One call values the options of any number of dependencies as variants on one ground. What an option
removes is taken world by world against staying, so that what both share is never counted as doubt.
docs/method.md §6.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.costs import (
    COST_PARTS,
    MARGIN,
    SPENDS,
    STAFF,
    Terms,
    numbers_of_options,
    option_costs,
    workloads,
)
from risk.alternatives.offers import Offer, Offers, untried
from risk.alternatives.sharing import Worth, groups_of, sharers
from risk.alternatives.variants import (
    CHANGED,
    Changes,
    Setting,
    Variants,
    codes_of,
    variants_of,
    world_tables_for,
)
from risk.catalog.failure_kinds import QUEUED_KINDS
from risk.hazard.supply_chain import Endpoint
from risk.loss.exposures import Book, Exposures, Route
from risk.loss.startup_years import WORLDS as WORLDS_OF_YEARS
from risk.loss.startup_years import startup_years
from risk.loss.uncertainty import HIGH, LOW, mean_over_worlds
from risk.loss.valuing import DRAWN_FACTS, MEAN, WorldTables, in_threads, value

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Options of a chunk.
CHUNK = 2_048
DAYS_PER_YEAR = 365.0
#: Costs of which the mean over the worlds is told.
AVERAGED = ("weeks", "days", "once", "run")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Dependencies of a book and what each is offered.

    ``offers`` are told apart once, ``of`` (dependencies,) says which each dependency has, ``link``
    (dependencies,) which row of the book it is.
    """

    offers: tuple[tuple[Offer, ...], ...]
    of: Integers
    link: Integers

    @cached_property
    def counts(self) -> Integers:
        """How many options each dependency has, (dependencies,)."""
        sizes = np.array([len(one) for one in self.offers], dtype=np.int64)
        return sizes[self.of] if len(self.of) else np.zeros(0, dtype=np.int64)

    @cached_property
    def owner(self) -> Integers:
        """The dependency of every option, (options,)."""
        return np.repeat(np.arange(len(self.of)), self.counts)

    @cached_property
    def first(self) -> Integers:
        """The option to stay, by dependency."""
        return (np.cumsum(self.counts) - self.counts).astype(np.int64)

    @cached_property
    def place(self) -> Integers:
        """Which of all distinct offers, one after the other, every option is, (options,)."""
        sizes = np.array([len(one) for one in self.offers], dtype=np.int64)
        starts = np.cumsum(sizes) - sizes
        return starts[self.of][self.owner] + np.arange(len(self.owner)) - self.first[self.owner]

    @cached_property
    def listed(self) -> tuple[Offer, ...]:
        """All distinct offers, one after the other."""
        return tuple(one for each in self.offers for one in each)


def choices_of(offers: Sequence[Offers], link: Sequence[int]) -> Choices:
    """Choices of dependencies that each have offers of their own."""
    return Choices(
        offers=tuple(offers),
        of=np.arange(len(offers)),
        link=np.array(link, dtype=np.int64),
    )


@dataclass(frozen=True, kw_only=True)
class ValuedOptions:
    """Figures of options, (options,) each: means over the worlds, for adding up, unless said.

    ``aal`` and ``tvar95`` are what an option leaves of its use case's year in USD. ``removed`` is
    what it takes off the expected loss against staying; ``removed_median`` with ``removed_low`` and
    ``removed_high`` (10 and 90 %) is what it may be. ``once`` and ``run`` (NaN: no price) are USD,
    ``once_low`` and ``once_high`` the range. ``porters`` and ``builders`` are how many use cases of
    the startup share the porting and what is built once; ``alone`` is what the option would cost
    once if none did. ``parts`` (COST_PARTS, 3, options) divides ``once``, as mean, low and high,
    where asked for. ``shared_usd`` and ``shared_weeks`` (2, options) are what porting, and what is
    built or signed once, take if nobody shares it; options of one number in ``sharing`` share it.
    ``margin`` is USD a year that stand on the dependency,
    ``spend`` USD a month, ``staff`` the engineers (median). ``by_event`` (worlds, options,
    disruptions) divides ``aal`` of some worlds, where asked for. So do ``drawn`` (worlds × draws of
    rates, options), what is left in each, and ``once_drawn`` and ``run_drawn`` (worlds, options),
    else without rows.
    """

    aal: Array
    tvar95: Array
    removed: Array
    removed_median: Array
    removed_low: Array
    removed_high: Array
    weeks: Array
    days: Array
    once: Array
    once_low: Array
    once_high: Array
    alone: Array
    porters: Array
    builders: Array
    shared_usd: Array
    shared_weeks: Array
    sharing: Integers
    parts: Array
    run: Array
    margin: Array
    spend: Array
    staff: Array
    by_event: Array
    drawn: NDArray[np.float32]
    once_drawn: NDArray[np.float32]
    run_drawn: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Valued:
    """Options with their figures, and the ground on which they were valued."""

    choices: Choices
    variants: Variants
    world_tables: WorldTables
    figures: ValuedOptions


def changes_of(choices: Choices) -> Changes:
    """The options of all dependencies as changes of a book."""
    listed = choices.listed
    place: dict[Endpoint, int] = {}
    ends = [place.setdefault(one.endpoint, len(place)) for one in listed]
    backups = [
        -1 if one.backup is None else place.setdefault(one.backup, len(place)) for one in listed
    ]
    tried = [
        untried(each[0].candidate.changed, one.candidate.changed)
        for each in choices.offers
        for one in each
    ]
    codes = [codes_of(one.candidate.changed) for one in listed]
    return Changes(
        link=choices.link[choices.owner],
        endpoint=np.array(ends, dtype=np.int64)[choices.place],
        backup=np.array(backups, dtype=np.int64)[choices.place],
        codes=np.array(codes, dtype=np.float64).reshape(-1, len(CHANGED))[choices.place],
        untried=np.array(tried, dtype=bool)[choices.place],
        endpoints=tuple(place),
    )


def valued_options(
    book: Book,
    choices: Choices,
    setting: Setting,
    *,
    also: Sequence[Route] = (),
    by_event: int = 0,
    years: bool = True,
    draws: bool = False,
    parts: bool = False,
) -> Valued:
    """Value all options of some dependencies of a book in one call.

    ``also`` are routes that the ground shall know, ``by_event`` the number of worlds in which
    losses are divided by disruption. Without ``years`` no tail is taken (NaN). With ``draws`` every
    world's figures are kept, so that what is chosen can be added up world by world; with ``parts``
    what each costs once is divided.
    """
    variants = variants_of(book, changes_of(choices), also=also)
    world_tables = world_tables_for(variants.book, setting)
    terms = Terms.of(
        [(each[0].candidate, one.candidate, one.ratio) for each in choices.offers for one in each]
    )
    allowed = np.array([one.allowed for one in choices.listed], dtype=np.bool_)
    numbers = numbers_of_options(world_tables, setting.assumptions, drawn=setting.drawn)

    def chunk(piece: tuple[int, int]) -> ValuedOptions:
        """The options of a stretch of dependencies."""
        start = int(choices.first[piece[0]])
        stop = int(choices.first[piece[1] - 1] + choices.counts[piece[1] - 1])
        one, at = variants.taken(np.arange(start, stop))
        stay = choices.first[choices.owner[start:stop]] - start
        y = value(one, world_tables).y
        asked = terms.taken(choices.place[start:stop])
        before = variants.base.depth[variants.changes.link[start:stop]]
        facts = workloads(one, at, before, world_tables)
        drawn = y[:, :, 1:DRAWN_FACTS]
        removed = drawn[:, stay] - drawn
        flat = np.moveaxis(removed, 1, 0).reshape(stop - start, -1)
        low, median, high = np.quantile(flat, [LOW, 0.5, HIGH], axis=1)
        aal, kept = mean_over_worlds(y[:, :, MEAN]), slice(None if draws else 0)
        tail = np.full(len(one), np.nan)
        if years:
            tail = startup_years(one, world_tables, worlds=WORLDS_OF_YEARS).tvar95
        alone = option_costs(asked, facts, numbers, drawn=setting.drawn)
        worth = Worth(
            costs=alone,
            loss=aal + setting.assumptions.cost_of_capital * np.nan_to_num(tail),
            allowed=allowed[choices.place[start:stop]],
            owner=choices.owner[start:stop],
            stay=stay,
            years=setting.assumptions.annualise_years,
        )
        ports, builds = groups_of(variants, np.arange(start, stop), asked)
        porters, builders = sharers(worth, ports, builds)
        cost = alone.shared(porters, builders)
        once_low, once_high = np.quantile(cost.once, [LOW, HIGH], axis=0)
        return ValuedOptions(
            aal=aal,
            tvar95=tail,
            removed=aal[stay] - aal,
            **{"removed_median": median, "removed_low": low, "removed_high": high},
            **{name: mean_over_worlds(getattr(cost, name)) for name in AVERAGED},
            **{"once_low": once_low, "once_high": once_high},
            **{"porters": porters, "builders": builders},
            shared_usd=np.stack([mean_over_worlds(one) for one in alone.shared_parts]),
            shared_weeks=np.stack(
                [mean_over_worlds(one) for one in (alone.porting, alone.building)]
            ),
            # A startup is in one stretch alone, so that the numbers of two never meet.
            sharing=np.stack([ports, builds]) + start,
            alone=mean_over_worlds(alone.parts.sum(axis=0)),
            parts=_parts(cost.parts) if parts else np.zeros((len(COST_PARTS), 3, 0)),
            margin=mean_over_worlds(facts[:, :, MARGIN]) * DAYS_PER_YEAR,
            spend=mean_over_worlds(facts[:, :, SPENDS]),
            staff=np.median(facts[:, :, STAFF], axis=0),
            by_event=_by_event(one, world_tables, by_event),
            drawn=np.moveaxis(drawn, 2, 1).reshape(-1, stop - start).astype(np.float32)[kept],
            once_drawn=cost.once.astype(np.float32)[kept],
            run_drawn=cost.run.astype(np.float32)[kept],
        )

    # The tables are made once, before the halves that share them begin.
    world_tables.prepare()
    firm = variants.startup[choices.first] if len(choices.of) else np.zeros(0, dtype=np.int64)
    halves = in_threads(lambda pieces: [chunk(one) for one in pieces], _pieces(choices, firm))
    found = [one for half in halves for one in half]
    axis = dict.fromkeys(("by_event", "drawn", "once_drawn", "run_drawn"), 1) | {"parts": 2}
    axis |= dict.fromkeys(("shared_usd", "shared_weeks", "sharing"), 1)
    figures = ValuedOptions(
        **{
            one.name: np.concatenate(
                [getattr(each, one.name) for each in found], axis=axis.get(one.name, 0)
            )
            for one in fields(ValuedOptions)
        }
    )
    return Valued(choices=choices, variants=variants, world_tables=world_tables, figures=figures)


def _pieces(choices: Choices, firm: Integers) -> list[tuple[int, int]]:
    """Stretches of dependencies whose options make up a chunk, two at least where there are.

    All of a startup stay together, for they share costs; ``firm`` is whose each dependency is.
    """
    count = len(choices.of)
    ends = np.cumsum(choices.counts)
    size = min(CHUNK, max(1, -(-int(ends[-1]) // 2))) if count else CHUNK
    edges, last = [0], 0
    for stop in range(1, count + 1):
        whole = stop == count or firm[stop - 1] != firm[stop]
        if stop == count or (whole and ends[stop - 1] - last >= size):
            edges.append(stop)
            last = int(ends[stop - 1])
    return list(pairwise(edges))


def _parts(values: Array) -> Array:
    """Parts of costs (parts, worlds, options) as mean, low and high, (parts, 3, options)."""
    mean = mean_over_worlds(np.moveaxis(values, 0, 1))
    low, high = np.quantile(values, [LOW, HIGH], axis=1)
    return np.stack([mean, low, high], axis=1)


def _by_event(one: Exposures, world_tables: WorldTables, worlds: int) -> Array:
    """Losses by disruption in the first worlds, (worlds, variants, disruptions)."""
    count = min(worlds, world_tables.count)
    found = np.zeros((count, len(one), len(world_tables.worlds.hazards.events)))
    for k in range(count):
        value(one, world_tables, worlds=[k], parts=found[k])
    return found


def queued(valued: Valued, rows: Integers, days: Sequence[float]) -> Array:
    """Expected losses of some options if customers queued so many days longer, (days, rows)."""
    world_tables, worlds = valued.world_tables, valued.world_tables.worlds
    one, _ = valued.variants.taken(rows)
    found = np.zeros((len(days), len(rows)))
    waits = worlds.hazards.are(*QUEUED_KINDS)
    for place, more in enumerate(days):
        queue = worlds.world.queue + np.where(waits, more, 0.0)
        longer = replace(worlds, world=replace(worlds.world, queue=queue))
        # How long one queues changes no table.
        on = replace(world_tables, worlds=longer)
        y = value(one, on, tables=world_tables.table).y
        found[place] = mean_over_worlds(y[:, :, MEAN])
    return found
