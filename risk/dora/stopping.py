"""A provider stops: entities, functions and assets that are hit, directly and through chains.

Whoever stands on the provider in a supply chain (B_05.02), at whatever rank, is taken to fall away
with it. Alternatives and exit plans are those from the direct provider, whom the entity would leave
to get away from a chain.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from risk.dora.oversight import Oversight, level_places
from risk.dora.stack_codes import Ints
from risk.dora.stacked import Stacked

#: A subcontractor without a rank stands behind every other.
_NO_RANK = 1_000


@dataclass(frozen=True, kw_only=True)
class Said:
    """How many critical or important functions have something: yes, no, and nobody says."""

    yes: int
    no: int
    unknown: int


@dataclass(frozen=True, kw_only=True)
class HitEntity:
    """One entity that is hit. ``category`` is a place in CATEGORIES or -1; ``assets`` in euro.

    ``rank``: 1 directly, 2 and more the nearest rank in a chain, None a chain without a rank.
    ``through`` are direct providers between. ``critical``: functions surely critical or important,
    ``maybe_critical`` those that nobody assessed.
    """

    lei: str
    name: str
    category: int
    assets: float | None
    is_financial: bool
    direct: bool
    chain: bool
    rank: int | None
    through: tuple[str, ...]
    functions: int
    critical: int
    maybe_critical: int


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """What falls away with one provider, the most assets first.

    ``by_rank`` counts entities by the nearest rank at which they reach it (0: not stated).
    ``functions`` are those of all entities; the two answers are about critical or important ones.
    """

    provider: int
    entities: tuple[HitEntity, ...]
    by_rank: dict[int, int]
    functions: int
    critical: int
    maybe_critical: int
    alternative: Said
    exit_plan: Said


def stopped(oversight: Oversight, provider: int) -> Stopped:
    """What falls away if the provider at a place stops."""
    stack = oversight.stack
    uses = stack.uses
    place = level_places(stack, oversight.level)
    direct = np.flatnonzero(place[uses.provider] == provider)
    links = np.flatnonzero(place[stack.chain.provider] == provider)
    links = links[place[uses.provider[stack.chain.use[links]]] != provider]
    use = np.concatenate([direct, stack.chain.use[links]])
    rank = np.concatenate([np.ones(len(direct), dtype=np.int64), stack.chain.rank[links]])
    rank[rank == 0] = _NO_RANK
    order = np.argsort(uses.entity[use], kind="stable")
    use, rank = use[order], rank[order]
    who, starts = np.unique(uses.entity[use], return_index=True)
    hit = [
        _hit(stack, place, int(entity), use[start:end], rank[start:end])
        for entity, start, end in zip(who, starts, [*starts[1:], len(use)], strict=True)
    ]
    ranks = Counter(one.rank or 0 for one in hit)
    critical = use[uses.critical[use] == 1]
    return Stopped(
        provider=provider,
        entities=tuple(sorted(hit, key=lambda one: (-(one.assets or 0), one.lei))),
        by_rank=dict(sorted(ranks.items())),
        functions=sum(one.functions for one in hit),
        critical=sum(one.critical for one in hit),
        maybe_critical=sum(one.maybe_critical for one in hit),
        alternative=_said(uses.function[critical], uses.alternatives[critical]),
        exit_plan=_said(uses.function[critical], uses.exit_plan[critical]),
    )


def _hit(stack: Stacked, place: Ints, entity: int, use: Ints, rank: Ints) -> HitEntity:
    uses, entities = stack.uses, stack.entities
    between = np.unique(place[uses.provider[use[rank != 1]]])
    names = sorted({str(stack.providers.name[at]) for at in between})
    function, first = np.unique(uses.function[use], return_index=True)
    critical = uses.critical[use[first]]
    nearest = int(rank.min())
    assets = float(entities.assets[entity])
    return HitEntity(
        lei=str(entities.lei[entity]),
        name=str(entities.name[entity]),
        category=int(entities.category[entity]),
        assets=None if np.isnan(assets) else assets,
        is_financial=bool(entities.financial[entity]),
        direct=bool((rank == 1).any()),
        chain=bool((rank != 1).any()),
        rank=None if nearest == _NO_RANK else nearest,
        through=tuple(names),
        functions=len(function),
        critical=int((critical == 1).sum()),
        maybe_critical=int((critical < 0).sum()),
    )


def _said(function: Ints, said: Ints) -> Said:
    """How many functions have it: no where one row says no, yes where all say yes."""
    every, at = np.unique(function, return_inverse=True)
    lowest = np.full(len(every), 1, dtype=np.int64)
    is_open = np.zeros(len(every), dtype=bool)
    np.minimum.at(lowest, at[said >= 0], said[said >= 0])
    is_open[at[said < 0]] = True
    no = lowest == 0
    return Said(
        yes=int((~no & ~is_open).sum()), no=int(no.sum()), unknown=int((~no & is_open).sum())
    )
