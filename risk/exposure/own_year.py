"""One startup's year by itself: expected loss and tail, and what each is made of.

docs/method.md §4: the score rests on the expected loss and the tail value at risk at 95 %, and
both divide among dependencies, roots and kinds without a rest.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import FalterKind
from risk.exposure.event_losses import EventLoss
from risk.exposure.results import WorstFalter
from risk.hazard.durations import NEGLIGIBLE_WEIGHT
from risk.measures import compound_poisson, tail_contributions, tail_value_at_risk

Array = NDArray[np.float64]
TAIL_LEVEL = 0.95
CELLS = 4096

#: A part of a startup's loss: dependency key, root, kind.
PartKey = tuple[str, str, FalterKind]
#: Events that share one rate: root, kind, level.
Group = tuple[str, FalterKind, str]


@dataclass(frozen=True, kw_only=True)
class AnnualLoss:
    """One startup's year: arrays by draw, and parts (dependency key, root, kind) with money."""

    aal_usd: Array
    tvar95_usd: Array
    part_keys: tuple[PartKey, ...]
    part_aal_usd: Array
    part_tvar95_usd: Array


@dataclass(frozen=True, kw_only=True)
class OwnYear:
    """What the answer for one startup rests on.

    ``worst`` is the falter that costs most if it happens. ``wind_down_of`` gives the losses of a
    developer's wind-down with the likeliest notice, None where that does not reach the startup.
    """

    loss: AnnualLoss
    worst: WorstFalter | None
    wind_down_of: Callable[[str | None], EventLoss | None]


def own_year(losses: tuple[EventLoss, ...]) -> OwnYear:
    """The year of a startup from its event losses.

    Only the wind-downs among them are kept: all of them would take megabytes a startup.
    """
    ends = [one for one in losses if one.event.kind is FalterKind.WIND_DOWN]
    return OwnYear(
        loss=annual_loss(losses),
        worst=worst_falter(losses),
        wind_down_of=lambda developer: _wind_down_of(developer, ends),
    )


def annual_loss(losses: Iterable[EventLoss]) -> AnnualLoss:
    """Expected loss, tail value at risk at 95 % and their additive parts.

    AAL = Σ λ E[L]. The tail comes from the compound Poisson law of each draw; its parts are
    Euler contributions on the mean curves, scaled to the mean of the draws' tails.
    """
    events = [one for one in losses if one.event.rate_per_year > 0]
    if not events:
        nothing = np.zeros(1)
        return AnnualLoss(
            aal_usd=nothing,
            tvar95_usd=nothing,
            part_keys=(),
            part_aal_usd=np.zeros(0),
            part_tvar95_usd=np.zeros(0),
        )
    rates, by_draw, parts, often, keys = _masses(events)
    law = compound_poisson(by_draw[:, often], rates[often], cells=CELLS)
    tail = tail_value_at_risk(law, TAIL_LEVEL)
    mean_losses = parts.sum(axis=0)[often]
    mean_law = compound_poisson(mean_losses[None, :], rates[often], cells=CELLS)
    shares = tail_contributions(
        mean_losses, rates[often], parts[:, often], law=mean_law, level=TAIL_LEVEL
    )
    scale = tail.mean() / shares.sum() if shares.sum() > 0 else 0.0
    return AnnualLoss(
        aal_usd=by_draw @ rates,
        tvar95_usd=tail,
        part_keys=keys,
        part_aal_usd=parts @ rates,
        part_tvar95_usd=shares * scale,
    )


def figures_by_draw(losses: Iterable[EventLoss], *, cells: int = CELLS) -> tuple[Array, Array]:
    """Expected loss and tail value at risk at 95 % by draw, without what they are made of."""
    events = [one for one in losses if one.event.rate_per_year > 0]
    if not events:
        return np.zeros(1), np.zeros(1)
    rates, by_draw, _, often, _ = _masses(events)
    law = compound_poisson(by_draw[:, often], rates[often], cells=cells)
    return by_draw @ rates, tail_value_at_risk(law, TAIL_LEVEL)


def _masses(
    events: list[EventLoss],
) -> tuple[Array, Array, Array, NDArray[np.bool_], tuple[PartKey, ...]]:
    """Every (event, state, duration) as a mass: rates (n,), losses (draws, n), parts (k, n).

    The last but one (n,) is False for lengths that are too rare for the law of a year.
    """
    keys: dict[PartKey, int] = {}
    for one in events:
        for key, values in one.by_dependency.items():
            if values.any():
                keys.setdefault((key, one.event.root, one.event.kind), len(keys))
    rates, totals, parts, often = [], [], [], []
    for one in events:
        rate = one.event.rate_per_year * np.outer(one.probability, one.weights).ravel()
        kept = rate > 0
        rates.append(rate[kept])
        often.append(np.tile(one.weights > NEGLIGIBLE_WEIGHT, len(one.probability))[kept])
        totals.append(_flat(one.loss.total)[:, kept])
        block = np.zeros((len(keys), int(kept.sum())))
        for key, values in one.by_dependency.items():
            row = keys.get((key, one.event.root, one.event.kind))
            if row is not None:
                block[row] += _flat(values).mean(axis=0)[kept]
        parts.append(block)
    return (
        np.concatenate(rates),
        np.concatenate(totals, axis=1),
        np.concatenate(parts, axis=1),
        np.concatenate(often),
        tuple(keys),
    )


def _flat(values: Array) -> Array:
    """(states, draws, durations) to (draws, states · durations)."""
    return np.moveaxis(values, 1, 0).reshape(values.shape[1], -1)


def worst_falter(losses: Iterable[EventLoss]) -> WorstFalter | None:
    """The root and kind with the largest expected loss given that it happens."""
    found: dict[tuple[str, FalterKind, str], tuple[float, float]] = {}
    for one in losses:
        rate = one.event.rate_per_year
        loss = rate * float(one.expected_by_draw(one.loss.total).mean())
        total, rates = found.get(one.event.rate_group, (0.0, 0.0))
        found[one.event.rate_group] = (total + loss, rates + rate)
    worst = {group: total / rates for group, (total, rates) in found.items() if rates > 0}
    if not worst:
        return None
    root, kind, level = min(equal_to_most(worst))
    same = [rates for group, (_, rates) in found.items() if group[:2] == (root, kind)]
    return WorstFalter(
        root=root, kind=kind, loss_usd=worst[root, kind, level], rate_per_year=sum(same)
    )


def equal_to_most(losses: Mapping[Group, float]) -> list[Group]:
    """Those that cost most; in whichever order sums were made, the same ones tie."""
    most = max(losses.values())
    return [group for group, loss in losses.items() if loss >= most * (1 - 1e-9)]


def _wind_down_of(developer: str | None, ends: Iterable[EventLoss]) -> EventLoss | None:
    own = [one for one in ends if one.event.root == developer]
    return max(own, key=lambda one: one.event.rate_per_year, default=None)
