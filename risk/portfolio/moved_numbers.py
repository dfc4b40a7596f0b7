"""A portfolio valued again and again in the same first worlds, with some numbers moved each time.

Draws of everything else stay, so that nothing but what is moved differs. Only what a number enters
is worked out anew: expected losses are linear in rates, so that a moved rate needs no valuation at
all; most numbers leave the tables of outages as they are; those that change over which links
disruptions travel are laid out together, each as more worlds of one layout. docs/method.md §7.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import FailureKind
from risk.hazard.events import Event
from risk.loss.exposures import Book, Exposures
from risk.loss.facts import priors_at
from risk.loss.hazards import hazards_of, some_hazards, world_hazards
from risk.loss.judgement import Judgement
from risk.loss.laws import first_laws
from risk.loss.rates import RATE_DRAWS, yearly
from risk.loss.tables import Tables, tables_of
from risk.loss.valuation import Valuation
from risk.loss.valuing import (
    DRAWN_FACTS,
    MEAN,
    THREADS,
    WorldTables,
    value,
    world_tables_of,
)
from risk.loss.worlds import (
    Worlds,
    built_worlds,
    churn_of,
    numbers_of,
    profiles_of,
    unlike_of,
)

Array = NDArray[np.float64]

#: Worlds in which numbers are moved, and startups of which at most a sample is taken.
WORLDS, STARTUPS = 16, 1_000

#: Numbers that change over which links disruptions travel, and how badly down things are.
TRAVEL_NUMBERS = frozenset(
    {
        *("fallback_shared_root", "region_share", "upstream_reach", "upstream_loss"),
        *("licensed_outage", "licensed_wind_down", "licensed_price", "licensed_acquisition"),
        *("own_acquisition", "licensed_regional_block"),
    }
)
#: Numbers that change what fallbacks and buffers are worth.
PROFILE_NUMBERS = frozenset(
    {
        *("fallback_documented", "fallback_untested", "fallback_tested", "fallback_automatic"),
        *("failover_documented_days", "failover_untested_days", "failover_tested_days"),
        *("failover_automatic_days", "buffer_hours"),
        *("fallback_test_fresh_days", "fallback_test_valid_days"),
    }
)
#: Numbers that change how long disruptions last, what notice they leave, how long everyone queues.
EVENT_NUMBERS = frozenset(
    {
        *("tail_stretch", "queue_days", "herd_panic", "herd_headroom", "herd_growth"),
        *("herd_unlisted_share", "retirement_notice_general_days"),
        *("retirement_notice_specialised_days", "retirement_notice_preview_days"),
        *("retirement_notice_cloud_days", "retirement_notice_reseller_days"),
    }
)
#: Numbers that change how unlike the replacements of models are.
UNLIKE_NUMBERS = frozenset(
    {
        *("unlike_unseen", "unlike_most", "unlike_context_weight", "unlike_modalities_weight"),
        *("unlike_tools_weight", "unlike_price_weight"),
    }
)
#: Numbers that change what waiting through an outage costs, in days of margin.
WAITING_NUMBERS = PROFILE_NUMBERS | {
    *("tail_stretch", "recapture"),
    *("churn_maximum", "churn_scale_days", "churn_exponent", "churn_horizon_days"),
}


@dataclass(frozen=True, kw_only=True)
class Move:
    """What is moved, the same in every world; all else stays as it is there.

    ``numbers`` of the table of assumptions have these values, the ``pace`` of switching and where
    in its law the notice of a wind-down lies (``notice_z``) too, where given. ``common`` maps a
    fact (its place among :data:`risk.loss.facts.COMMON`) to where its common part lies.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    pace: float | Array | None = None
    notice_z: float | None = None
    common: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Losses:
    """What a portfolio loses in USD a year: ``mean`` (worlds,) and ``drawn`` (worlds, draws)."""

    mean: Array
    drawn: Array

    def plus(self, mean: Array, drawn: Array) -> "Losses":
        """The same with something added."""
        return Losses(mean=self.mean + mean, drawn=self.drawn + drawn)


@dataclass(frozen=True)
class Laboratory:
    """A portfolio, or evenly spread startups of a large one, in its first worlds.

    Losses are those of the startups taken: ``len(book.exposures)`` of ``len(valuation.members)``.
    """

    valuation: Valuation

    @cached_property
    def book(self) -> Book:
        """The startups taken, on the routes of the whole portfolio."""
        own = self.valuation.book
        return replace(own, exposures=sample_of(own.exposures, STARTUPS))

    @cached_property
    def count(self) -> int:
        """How many worlds numbers are moved in."""
        return min(WORLDS, self.valuation.worlds.count)

    @cached_property
    def base(self) -> Worlds:
        """The first worlds as they are."""
        whole, count = self.valuation.worlds, self.count
        return built_worlds(
            self.book,
            self.valuation.catalog,
            self.valuation.assumptions,
            whole.judgement.first(count),
            whole.hazards,
            whole.rates[:count],
            priors_at(self.valuation.assumptions, whole.priors.common[:count]),
            whole.distances.first(count),
            first_laws(whole.laws, count),
        )

    @cached_property
    def world_tables(self) -> WorldTables:
        """The lines in these worlds."""
        return world_tables_of(self.book, self.base)

    @cached_property
    def _plain(self) -> Array:
        return np.asarray(value(self.book.exposures, self.world_tables).y)

    @property
    def each(self) -> Array:
        """What each of the startups taken loses with nothing moved, (startups,) USD a year."""
        return np.asarray(self._plain[:, :, MEAN].mean(axis=0))

    @cached_property
    def as_it_is(self) -> Losses:
        """Losses with nothing moved."""
        return _sums(self._plain)

    def whole(self) -> Losses:
        """Losses of the startups taken in all worlds of the portfolio, nothing moved."""
        worlds = self.valuation.worlds
        if worlds.count == self.count:
            return self.as_it_is
        whole = self.valuation.world_tables
        return _sums(value(self.book.exposures, whole).y)

    def _valued(self, world_tables: WorldTables, tables: Callable[[int], Tables]) -> Losses:
        return _sums(value(self.book.exposures, world_tables, tables=tables).y)

    def moved(self, moves: Sequence[Move]) -> list[Losses]:
        """Losses under each move."""
        self._prepare()
        travels = [bool(one.numbers.keys() & TRAVEL_NUMBERS) for one in moves]
        found: dict[int, Losses] = {}
        far = [place for place, one in enumerate(travels) if one]
        with ThreadPoolExecutor(THREADS) as pool:
            near = [place for place, one in enumerate(travels) if not one]
            for place, losses in zip(
                near, pool.map(lambda place: self._near(moves[place]), near), strict=True
            ):
                found[place] = losses
            found.update(zip(far, self._far([moves[place] for place in far], pool), strict=True))
        return [found[place] for place in range(len(moves))]

    def _prepare(self) -> None:
        """What threads share is made before they ask for it."""
        self.world_tables.prepare()
        _ = self.as_it_is

    def _judged(self, move: Move) -> Judgement:
        base = self.base.judgement
        numbers = base.numbers
        if move.numbers:
            numbers = tuple(replace(one, **move.numbers) for one in numbers)
        return Judgement(
            z=base.z,
            numbers=numbers,
            pace=base.pace if move.pace is None else np.zeros(self.count) + move.pace,
            notice_z=base.notice_z if move.notice_z is None else np.full(self.count, move.notice_z),
        )

    def _near(self, move: Move) -> Losses:
        """Losses under a move after which disruptions travel as before."""
        own, base, names = self.valuation, self.base, move.numbers.keys()
        judged = self._judged(move)
        both = zip(judged.numbers, judged.pace, strict=True)
        worlds = replace(
            base,
            judgement=judged,
            numbers=np.array([numbers_of(one, float(pace)) for one, pace in both]),
        )
        if names & WAITING_NUMBERS:
            effective, failover, buffer = profiles_of(self.book.delays, judged.numbers)
            churn = np.array([churn_of(one) for one in judged.numbers])
            worlds = replace(
                worlds, churn=churn, effective=effective, failover=failover, buffer=buffer
            )
        if names & EVENT_NUMBERS or move.notice_z is not None:
            known = world_hazards(base.hazards, own.catalog, own.assumptions, judged)
            worlds = replace(worlds, world=known)
        if names & UNLIKE_NUMBERS:
            unlike = unlike_of(base.distances, own.catalog, judged.numbers)
            worlds = replace(worlds, unlike=unlike)
        facts = {name: at for name, at in move.numbers.items() if name.startswith("unknown_")}
        if facts or move.common:
            common = base.priors.common.copy()
            for fact, place in move.common.items():
                common[:, fact] = place
            worlds = replace(worlds, priors=priors_at(replace(own.assumptions, **facts), common))
        world_tables = WorldTables(
            worlds=worlds, signatures=self.world_tables.signatures, routes=self.world_tables.routes
        )
        if not names & WAITING_NUMBERS:
            return self._valued(world_tables, self.world_tables.table)
        tables = [tables_of(worlds, world_tables.signatures, k) for k in range(self.count)]
        return self._valued(world_tables, tables.__getitem__)

    def _far(self, moves: Sequence[Move], pool: ThreadPoolExecutor) -> list[Losses]:
        """Losses under moves after which disruptions travel otherwise: each is more worlds."""
        if not moves:
            return []
        own, base = self.valuation, self.base
        judged = [self._judged(one) for one in moves]
        together = Judgement(
            z=np.concatenate([one.z for one in judged]),
            numbers=tuple(numbers for one in judged for numbers in one.numbers),
            pace=np.concatenate([one.pace for one in judged]),
            notice_z=np.concatenate([one.notice_z for one in judged]),
        )
        rates = np.tile(base.rates, (len(moves), 1, 1))
        worlds = built_worlds(
            *(self.book, own.catalog, own.assumptions, together, base.hazards, rates),
            *(base.priors, base.distances.repeated(len(moves))),
        )
        # Facts are those of the first worlds, over and over.
        repeated = np.arange(worlds.count) % self.count
        priors = replace(
            base.priors,
            common=base.priors.common[repeated],
            mean=base.priors.mean[repeated],
            informed=base.priors.informed[repeated],
        )
        world_tables = world_tables_of(self.book, replace(worlds, priors=priors))

        def of_move(place: int) -> Losses:
            chosen = range(place * self.count, (place + 1) * self.count)
            tables = {k: tables_of(world_tables.worlds, world_tables.signatures, k) for k in chosen}
            found = value(
                self.book.exposures,
                world_tables,
                worlds=chosen,
                facts=lambda k: k % self.count,
                tables=tables.__getitem__,
            )
            return _sums(found.y)

        return list(pool.map(of_move, range(len(moves))))

    @cached_property
    def by_event(self) -> Array:
        """Each disruption's part of the mean in each world, (worlds, events)."""
        events = len(self.base.hazards.events)
        found = np.zeros((self.count, events))
        for k in range(self.count):
            parts = np.zeros((len(self.book.exposures), events))
            value(self.book.exposures, self.world_tables, parts=parts, worlds=[k])
            found[k] = parts.sum(axis=0)
        return found

    @cached_property
    def once_each(self) -> Array:
        """What one disruption of each sort a year costs, facts drawn, (worlds, events)."""
        base, room = self.base, 1 + RATE_DRAWS
        places = np.flatnonzero(self.by_event.any(axis=0))
        found = np.zeros_like(self.by_event)

        def some(first: int) -> tuple[NDArray[np.int64], Array]:
            asked = places[first : first + room]
            rates = np.zeros_like(base.rates)
            rates[:, np.arange(len(asked)), asked] = 1.0
            worlds = replace(base, rates=rates)
            tables = [tables_of(worlds, self.world_tables.signatures, k) for k in range(self.count)]
            y = value(self.book.exposures, self.world_tables, tables=tables.__getitem__).y.sum(
                axis=1
            )
            columns = [DRAWN_FACTS, *range(1, room)][: len(asked)]
            return asked, y[:, columns]

        with ThreadPoolExecutor(THREADS) as pool:
            for asked, losses in pool.map(some, range(0, len(places), room)):
                found[:, asked] = losses
        return found

    def at_rates(self, places: NDArray[np.int64], rates: Array) -> Losses:
        """Losses with the rates (worlds, 1 + draws, places) of some disruptions, all else as it is.

        Expected losses are linear in rates and in chances.
        """
        before = self.base.rates[:, :, places]
        usual = before[:, 0]
        times = np.divide(rates[:, 0], usual, out=np.ones_like(usual), where=usual > 0)
        return self.as_it_is.plus(
            ((times - 1) * self.by_event[:, places]).sum(axis=1),
            np.einsum("krp,kp->kr", rates[:, 1:] - before[:, 1:], self.once_each[:, places]),
        )

    def times_rate(
        self,
        places: NDArray[np.int64],
        factor: float,
        *,
        known: frozenset[FailureKind] = frozenset(),
    ) -> Losses:
        """Losses with the uncertain rates of some disruptions at so many times their mean.

        With ``known`` kinds it is what these share that is at ``factor``; each rate stays unsure.
        """
        some = some_hazards(self.base.hazards, places.astype(np.int32))
        shape = some.shape if known else np.full(len(places), np.inf)
        changed = replace(some, rate=some.rate * factor, shape=shape)
        rates = yearly(changed, self.valuation.assumptions, self.count, known=known)
        return self.at_rates(places, rates)

    def under(self, valuation: Valuation) -> Losses:
        """Losses of the same startups under other reference facts or numbers."""
        own = self.base.hazards
        hazards = hazards_of(
            self.book,
            valuation.catalog,
            valuation.assumptions,
            today=valuation.today,
            before_signals=valuation.before_signals,
        )
        if _without_rates(hazards.events) == _without_rates(own.events):
            rates = yearly(hazards, valuation.assumptions, self.count)
            return self.at_rates(np.arange(len(own.events)), rates)
        return Laboratory(replace(valuation, count=self.count)).as_it_is


def _without_rates(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(replace(one, rate_per_year=0.0, rate_shape=None) for one in events)


def _sums(y: Array) -> Losses:
    total = y.sum(axis=1)
    return Losses(mean=total[:, MEAN], drawn=total[:, 1:DRAWN_FACTS])


def sample_of(exposures: Exposures, startups: int) -> Exposures:
    """Evenly spread startups of a portfolio, or all of them."""
    if len(exposures) <= startups:
        return exposures
    places = (np.arange(startups) * len(exposures)) // startups
    return exposures.taken(places)
