"""Concentration of providers over many registers, and functions that rest on one alone.

Uses between companies of one group are no market and are left out. A contract's expense is split
equally over its distinct entity, provider and service. HHI is the sum of squared shares, the
effective number of providers its inverse.
"""

from dataclasses import dataclass

import numpy as np

from risk.dora.oversight import ALL, NO_CATEGORY, Level, level_places
from risk.dora.stack_codes import UNKNOWN, Floats, Ints
from risk.dora.stacked import SERVICES, Stacked
from risk.portfolio.structure import herfindahl

#: The place of all services together, and of rows without a known one.
EVERY_SERVICE, NO_SERVICE = len(SERVICES) + 1, len(SERVICES)
_ROOM = len(SERVICES) + 2
MEASURES = ("entities", "contracts", "expense", "assets")


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One measure in one market: HHI, effective number, and who has most of it. None: nothing."""

    hhi: float | None
    effective_number: float | None
    top: int | None
    top_share: float | None


@dataclass(frozen=True, kw_only=True)
class Market:
    """A category and a type of service: who serves it, and how concentrated that is.

    ``category`` is a place of the oversight, ``service`` in SERVICES, NO_SERVICE or EVERY_SERVICE.
    ``weighed`` is by measure; amounts that nobody states have no weight, ``no_expense`` contracts
    and ``no_assets`` entities.
    """

    category: int
    service: int
    providers: int
    entities: int
    contracts: int
    no_expense: int
    no_assets: int
    weighed: dict[str, Weighed]


def markets(stack: Stacked, *, level: Level = Level.GROUP) -> tuple[Market, ...]:
    """Every category and service, each alone and together; the largest first."""
    uses, entities = stack.uses, stack.entities
    rows = np.flatnonzero(~uses.intra_group & entities.financial[uses.entity])
    provider = level_places(stack, level)[uses.provider[rows]]
    entity, contract = uses.entity[rows], uses.contract[rows]
    category = entities.category[entity].astype(np.int64)
    category[category == UNKNOWN] = NO_CATEGORY
    service = uses.service[rows].astype(np.int64)
    service[service == UNKNOWN] = NO_SERVICE
    # Rows that differ in nothing but function or place are one.
    terms = _once(contract, entity, provider, service)
    entity, contract, provider = entity[terms], contract[terms], provider[terms]
    category, service = category[terms], service[terms]
    split = np.bincount(contract, minlength=len(stack.expense))
    cost = stack.expense[contract] / split[contract]
    found: list[Market] = []
    for of_category in (category, np.full_like(category, ALL)):
        for of_service in (service, np.full_like(service, EVERY_SERVICE)):
            cell = of_category * _ROOM + of_service
            found += _markets(cell, provider, entity, contract, cost, entities.assets)
    return tuple(sorted(found, key=lambda one: (-one.entities, one.category, one.service)))


def _markets(
    cell: Ints, provider: Ints, entity: Ints, contract: Ints, cost: Floats, assets: Floats
) -> list[Market]:
    """The markets of one way to divide the rows."""
    places, at = np.unique(cell, return_inverse=True)
    number = int(provider.max(initial=0)) + 1
    sides, side = np.unique(at * number + provider, return_inverse=True)
    users = _once(side, entity)
    deals = _once(side, contract)
    held = assets[entity[users]]
    spent = np.isnan(cost)
    weights = {
        "entities": np.bincount(side[users], minlength=len(sides)).astype(float),
        "contracts": np.bincount(side[deals], minlength=len(sides)).astype(float),
        "expense": np.bincount(side, np.where(spent, 0.0, cost), minlength=len(sides)),
        "assets": np.bincount(side[users], np.nan_to_num(held), minlength=len(sides)),
    }
    of_entities = _counted(at, entity, len(places))
    of_contracts = _counted(at, contract, len(places))
    no_expense = _counted(at[spent], contract[spent], len(places))
    blank = np.isnan(assets[entity])
    no_assets = _counted(at[blank], entity[blank], len(places))
    starts = np.searchsorted(sides, np.arange(len(places) + 1) * number)
    found = []
    for place in range(len(places)):
        here = slice(starts[place], starts[place + 1])
        who = sides[here] % number
        found.append(
            Market(
                category=int(places[place] // _ROOM),
                service=int(places[place] % _ROOM),
                providers=len(who),
                entities=int(of_entities[place]),
                contracts=int(of_contracts[place]),
                no_expense=int(no_expense[place]),
                no_assets=int(no_assets[place]),
                weighed={name: _weighed(weights[name][here], who) for name in MEASURES},
            )
        )
    return found


def _once(*columns: Ints) -> Ints:
    """Rows of distinct combinations, the first of each."""
    key = columns[0].astype(np.int64)
    for column in columns[1:]:
        key = np.unique(key, return_inverse=True)[1] * (int(column.max(initial=0)) + 1) + column
    return np.unique(key, return_index=True)[1]


def _counted(at: Ints, what: Ints, size: int) -> Ints:
    """How many distinct things there are at each place."""
    return np.bincount(at[_once(at, what)], minlength=size) if len(at) else np.zeros(size, int)


def _weighed(weights: Floats, who: Ints) -> Weighed:
    total = float(weights.sum())
    if total <= 0:
        return Weighed(hhi=None, effective_number=None, top=None, top_share=None)
    hhi = herfindahl(weights)
    best = int(np.argmax(weights))
    return Weighed(
        hhi=hhi,
        effective_number=1 / hhi,
        top=int(who[best]),
        top_share=float(weights[best]) / total,
    )


@dataclass(frozen=True, kw_only=True)
class SinglePoints:
    """Functions that one provider alone serves directly, by place of provider.

    ``sure``: critical or important, and no alternative identified. ``possible``: one of both may
    be so, since nobody says otherwise.
    """

    sure: Ints
    possible: Ints


def single_points(stack: Stacked, *, level: Level = Level.GROUP) -> SinglePoints:
    """Single points of failure over all registers."""
    uses = stack.uses
    place = level_places(stack, level)
    rows = np.flatnonzero(stack.entities.financial[uses.entity])
    function, provider = uses.function[rows], place[uses.provider[rows]]
    size = int(uses.function.max(initial=-1)) + 1
    served = _once(function, provider)
    alone = np.bincount(function[served], minlength=size) == 1
    critical = np.zeros(size, dtype=np.int64)
    critical[function] = uses.critical[rows]
    # An alternative is missing where one row says so, and unknown where one says nothing.
    said = uses.alternatives[rows]
    is_missing, is_open = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    is_missing[function[said == 0]] = True
    is_open[function[said < 0]] = True
    who = np.zeros(size, dtype=np.int64)
    who[function] = provider
    sure = alone & (critical == 1) & is_missing
    possible = alone & (critical != 0) & (is_missing | is_open)
    return SinglePoints(
        sure=np.bincount(who[sure], minlength=len(place)),
        possible=np.bincount(who[possible], minlength=len(place)),
    )
