"""Oversight of providers over many registers: who is used by whom for what, as bounds.

Every figure is a pair: what the registers say surely, and what is possible where they say nothing.
A function whose criticality nobody assessed may be critical; an entity without a category may be
of any; an entity without assets may have any. So a share of assets can be bounded by 0 and 1 only:
then :attr:`Bounds.stated` tells the share of the assets that are stated. Totals by category are
those of the registers, or of a population that is given, whose other entities are unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from risk.dora.stack_codes import UNKNOWN, Flags, Floats, Ints
from risk.dora.stacked import CATEGORIES, NON_FINANCIAL, Stacked

#: Places beside those of CATEGORIES: entities without a category, and all together.
NO_CATEGORY = len(CATEGORIES)
ALL = NO_CATEGORY + 1
_PLACES = ALL + 1
#: The categories that a criterion is asked of.
FINANCIAL = tuple(at for at in range(len(CATEGORIES)) if at not in NON_FINANCIAL)
#: What one row of use says of an indicator; a pair of entity and provider has the highest of its.
_NOT_AT_ALL, _NO, MAYBE, YES = range(4)
_MATERIAL, _HIGHEST = 2, 2
_NOT_SUBSTITUTABLE, _HIGHLY_COMPLEX = 3, 2
_HARD_TO_MIGRATE, _NO_ALTERNATIVE = 0, 1


class Level(StrEnum):
    """As what providers are counted."""

    PERSON = "person"
    GROUP = "group"


class Indicator(StrEnum):
    """What is asked of an entity and a provider.

    ``ANY``, ``DIRECT`` and ``CHAIN``: uses its services, by contract or as a subcontractor's.
    ``CRITICAL…``: for critical or important functions, either way, and together. The others are
    about critical or important functions served directly, but for ``SENSITIVE``, about any.
    """

    ANY = "any"
    DIRECT = "direct"
    CHAIN = "chain"
    CRITICAL_DIRECT = "critical_direct"
    CRITICAL_CHAIN = "critical_chain"
    CRITICAL = "critical"
    NO_ALTERNATIVE = "no_alternative"
    HARD_TO_MIGRATE = "hard_to_migrate"
    RELIANCE = "reliance"
    SENSITIVE = "sensitive"
    IMPACT = "impact"


@dataclass(frozen=True, kw_only=True)
class Population:
    """How many financial entities there are of a category, and their assets in euro; None unknown.

    By place in CATEGORIES. Where it names a category, shares are of it, not of the registers.
    """

    entities: Mapping[int, int]
    assets: Mapping[int, float | None]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Entities of which an indicator holds, by cell: surely, and at most; with their assets.

    Assets in euro are those that are stated; ``blank`` counts the entities that state none.
    """

    sure: Ints
    possible: Ints
    assets_sure: Floats
    assets_possible: Floats
    blank_sure: Ints
    blank_possible: Ints


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Shares between 0 and 1: at least and at most; ``stated`` among what is stated (NaN: none)."""

    low: Floats
    high: Floats
    stated: Floats


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Financial entities by category place, with what is stated of their assets, in euro."""

    entities: Ints
    assets: Floats
    blank: Ints


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Each financial entity with each provider that it uses in any way, by place.

    ``state`` is what the entity's rows say of each indicator at most: 3 yes, 2 maybe, 1 no, 0 that
    none is about it.
    """

    provider: Ints
    entity: Ints
    state: Mapping[Indicator, Ints]


@dataclass(frozen=True, kw_only=True)
class Oversight:
    """All providers of a stack. A cell is a provider and a category that uses it in any way.

    ``provider`` is the place in ``stack.providers`` (of its ultimate parent, by group),
    ``category`` a place in CATEGORIES, NO_CATEGORY or ALL. ``inside``: providers that serve only
    their own group, by place of provider.
    """

    stack: Stacked
    level: Level
    pairs: Pairs
    provider: Ints
    category: Ints
    reach: Mapping[Indicator, Reach]
    totals: Totals
    population: Population | None
    inside: Flags

    @cached_property
    def cell_of_all(self) -> Ints:
        """The cell of all categories of each provider; -1 where nobody uses it."""
        return self._cells_of(ALL)

    @cached_property
    def cell_of_no_category(self) -> Ints:
        """The cell of entities without a category of each provider; -1 where there is none."""
        return self._cells_of(NO_CATEGORY)

    def _cells_of(self, category: int) -> Ints:
        found = np.full(len(self.stack.providers.code), UNKNOWN, dtype=np.int64)
        rows = np.flatnonzero(self.category == category)
        found[self.provider[rows]] = rows
        return found

    def entities(self, indicator: Indicator) -> Bounds:
        """The share of a category's entities, by cell."""
        reach, free, at = self.reach[indicator], self._free(indicator), self.category
        total, outside = self.totals.entities[at], self.outside[at]
        # Whoever has no category joins where that moves the share furthest; of a population the
        # whole is known, and entities in no register are in it.
        loose = np.where(self._is_given, 0, self._loose(self.totals.entities) - free.sure)
        joins = np.where(self._is_given, outside, free.possible)
        low = _share(reach.sure, total + outside + loose)
        high = _share(reach.possible + joins, total + joins)
        return Bounds(
            low=np.nan_to_num(low), high=np.nan_to_num(high), stated=_share(reach.sure, total)
        )

    def assets(self, indicator: Indicator) -> Bounds:
        """The share of a category's total assets, by cell.

        Without a population, whoever states no assets may hold next to nothing or nearly all; with
        one, they and the entities outside hold what is missing to its total.
        """
        reach, free, at = self.reach[indicator], self._free(indicator), self.category
        total = self.totals.assets[at]
        apart = self.totals.entities[at] + self._loose(self.totals.entities)
        apart = apart - reach.sure - free.sure
        blank = self.totals.blank[at] + self._loose(self.totals.blank)
        blank = blank - reach.blank_sure - free.blank_sure
        loose = self._loose(self.totals.assets) - free.assets_sure
        low = np.where(blank > 0, 0.0, np.nan_to_num(_share(reach.assets_sure, total + loose)))
        low = np.where((apart == 0) & (reach.sure > 0), 1.0, low)
        may_hold = reach.blank_possible + free.blank_possible
        high = _share(reach.assets_possible + free.assets_possible, total + free.assets_possible)
        high = np.where(may_hold > 0, 1.0, np.nan_to_num(high))

        whole = np.maximum(self._population_assets()[at], total)
        rest = np.where(may_hold + free.possible + self.outside[at] > 0, whole - total, 0.0)
        known = ~np.isnan(whole)
        low = np.where(known, np.nan_to_num(_share(reach.assets_sure, whole)), low)
        high = np.where(known, np.nan_to_num(_share(reach.assets_possible + rest, whole)), high)
        return Bounds(low=low, high=high, stated=_share(reach.assets_sure, total))

    def _free(self, indicator: Indicator) -> Reach:
        """The reach among entities without a category, who may be in any; none in ALL."""
        cell = self.cell_of_no_category[self.provider]
        there = (cell >= 0) & (self.category < NO_CATEGORY)
        return Reach(
            **{
                name: np.where(there, getattr(self.reach[indicator], name)[cell], 0)
                for name in Reach.__dataclass_fields__
            }
        )

    def _loose(self, totals: Ints | Floats) -> Ints | Floats:
        """What entities without a category add to each cell at most."""
        return np.where(self.category < NO_CATEGORY, totals[NO_CATEGORY], 0)

    @cached_property
    def _is_given(self) -> Flags:
        """Cells of whose category the population is given."""
        given = np.zeros(_PLACES, dtype=bool)
        given[list(self.population.entities if self.population else ())] = True
        return given[self.category]

    @cached_property
    def outside(self) -> Ints:
        """Entities of the population that are in no register, by category place."""
        found = np.zeros(_PLACES, dtype=np.int64)
        for at, number in (self.population.entities if self.population else {}).items():
            found[at] = max(0, number - int(self.totals.entities[at]))
        return found

    def _population_assets(self) -> Floats:
        found = np.full(_PLACES, np.nan)
        for at, amount in (self.population.assets if self.population else {}).items():
            if amount is not None:
                found[at] = amount
        return found


def oversee(
    stack: Stacked, *, level: Level = Level.GROUP, population: Population | None = None
) -> Oversight:
    """Who is used by how many financial entities, with what assets, for what."""
    uses, entities = stack.uses, stack.entities
    place = level_places(stack, level)
    direct = place[uses.provider]
    behind = place[stack.chain.provider]
    # By group, a subcontractor of the same group is no second provider.
    other = behind != direct[stack.chain.use]
    chain_use, behind = stack.chain.use[other], behind[other]
    inside = np.zeros(len(place), dtype=bool)
    inside[direct] = True
    inside[direct[~uses.intra_group]] = False
    inside[behind[~uses.intra_group[chain_use]]] = False

    row_use = np.concatenate([np.arange(len(uses)), chain_use])
    row_provider = np.concatenate([direct, behind])
    is_chain = np.arange(len(row_use)) >= len(uses)
    counts = entities.financial[uses.entity[row_use]]
    row_use, row_provider, is_chain = row_use[counts], row_provider[counts], is_chain[counts]
    number = max(len(entities.lei), 1)
    pairs, pair = np.unique(
        row_provider.astype(np.int64) * number + uses.entity[row_use], return_inverse=True
    )
    who, entity = pairs // number, pairs % number
    category = entities.category[entity].astype(np.int64)
    category[category == UNKNOWN] = NO_CATEGORY
    cells, cell = np.unique(who * _PLACES + category, return_inverse=True)
    alls, of_all = np.unique(who, return_inverse=True)
    cell_places = np.concatenate([cells, alls * _PLACES + ALL])
    order = np.argsort(cell_places, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    both = np.concatenate([rank[cell], rank[len(cells) + of_all]])

    def of_pairs(said: Ints) -> Ints:
        """The most that any row of a pair says."""
        found = np.zeros(len(pairs), dtype=np.int8)
        np.maximum.at(found, pair, said.astype(np.int8))
        return found

    states = {name: of_pairs(said) for name, said in _states(stack, row_use, is_chain).items()}
    assets = entities.assets[entity]
    return Oversight(
        stack=stack,
        level=level,
        pairs=Pairs(provider=who, entity=entity, state=states),
        provider=cell_places[order] // _PLACES,
        category=cell_places[order] % _PLACES,
        reach={name: _reach(said, assets, both, len(order)) for name, said in states.items()},
        totals=_totals(stack),
        population=population,
        inside=inside,
    )


def level_places(stack: Stacked, level: Level) -> Ints:
    """The place under which each legal person is counted: its own, or its ultimate parent's."""
    if level is Level.GROUP:
        return stack.providers.group
    return np.arange(len(stack.providers.code))


def _states(stack: Stacked, use: Ints, is_chain: Flags) -> dict[Indicator, Ints]:
    """What each row of use says of each indicator."""
    uses = stack.uses
    critical = _yes_no(uses.critical)[use]
    direct = ~is_chain
    none = np.full(len(use), _NOT_AT_ALL, dtype=np.int8)
    yes = np.full(len(use), YES, dtype=np.int8)
    alone = np.where(direct, critical, none)

    def for_critical(said: Ints) -> Ints:
        """Both that the function is critical, and what is said of the service."""
        return np.minimum(alone, said[use])

    return {
        Indicator.ANY: yes,
        Indicator.DIRECT: np.where(direct, yes, none),
        Indicator.CHAIN: np.where(is_chain, yes, none),
        Indicator.CRITICAL_DIRECT: alone,
        Indicator.CRITICAL_CHAIN: np.where(is_chain, critical, none),
        Indicator.CRITICAL: critical,
        Indicator.NO_ALTERNATIVE: for_critical(_no_alternative(stack)),
        Indicator.HARD_TO_MIGRATE: for_critical(_at_least(uses.substitutability, _HIGHLY_COMPLEX)),
        Indicator.RELIANCE: for_critical(_at_least(uses.reliance, _MATERIAL)),
        Indicator.SENSITIVE: np.where(direct, _at_least(uses.sensitive, _HIGHEST)[use], none),
        Indicator.IMPACT: for_critical(_at_least(uses.impact, _HIGHEST)),
    }


def _yes_no(said: Ints) -> Ints:
    return np.where(said < 0, MAYBE, np.where(said > 0, YES, _NO)).astype(np.int8)


def _at_least(said: Ints, level: int) -> Ints:
    return np.where(said < 0, MAYBE, np.where(said >= level, YES, _NO)).astype(np.int8)


def _no_alternative(stack: Stacked) -> Ints:
    """Whether no alternative is there: by the reason that is given, else by the answer itself."""
    said, reason = stack.uses.substitutability, stack.uses.reason
    by_answer = np.select(
        [said == _NOT_SUBSTITUTABLE, (said >= 0) & (said < _HIGHLY_COMPLEX)], [YES, _NO], MAYBE
    )
    by_reason = np.where(reason >= _NO_ALTERNATIVE, YES, _NO)
    asked = (reason >= 0) & (said >= _HIGHLY_COMPLEX)
    return np.where(asked, by_reason, by_answer).astype(np.int8)


def _reach(state: Ints, assets: Floats, cell: Ints, size: int) -> Reach:
    """Counts by cell; ``cell`` names the own category's for every pair, then that of all."""
    blank = np.isnan(assets)

    def counted(holds: Flags) -> tuple[Ints, Floats, Ints]:
        both = np.concatenate([holds, holds])
        stated = np.where(holds & ~blank, assets, 0.0)
        empty = np.concatenate([holds & blank, holds & blank])
        return (
            np.bincount(cell[both], minlength=size).astype(np.int64),
            np.bincount(cell, weights=np.tile(stated, 2), minlength=size).astype(np.float64),
            np.bincount(cell[empty], minlength=size).astype(np.int64),
        )

    sure, assets_sure, blank_sure = counted(state == YES)
    possible, assets_possible, blank_possible = counted(state >= MAYBE)
    return Reach(
        sure=sure,
        possible=possible,
        assets_sure=assets_sure,
        assets_possible=assets_possible,
        blank_sure=blank_sure,
        blank_possible=blank_possible,
    )


def _totals(stack: Stacked) -> Totals:
    mine = stack.entities.financial
    category = stack.entities.category[mine].astype(np.int64)
    category[category == UNKNOWN] = NO_CATEGORY
    assets = stack.entities.assets[mine]
    blank = np.isnan(assets)
    stated = np.where(blank, 0.0, assets)
    entities = np.bincount(category, minlength=_PLACES).astype(np.int64)
    amounts = np.bincount(category, weights=stated, minlength=_PLACES).astype(np.float64)
    blanks = np.bincount(category[blank], minlength=_PLACES).astype(np.int64)
    entities[ALL], amounts[ALL], blanks[ALL] = entities.sum(), amounts.sum(), blanks.sum()
    return Totals(entities=entities, assets=amounts, blank=blanks)


def _share(part: Ints | Floats, whole: Ints | Floats) -> Floats:
    """A share; NaN of nothing."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    found = np.full(part.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
