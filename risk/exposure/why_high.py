"""Why a startup's score is high: what each thing it could do better contributes.

docs/method.md §4. Each set of factors is moved to best practice and the startup scored again on
the same events and the same draws of what is unknown; the difference is shared out by Shapley
values. Where the score comes from (:class:`risk.exposure.results.ExposurePart`) is another
question and never mixed with this one.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.best_practice import (
    Factor,
    changed_assumptions,
    changed_startup,
    unshared,
)
from risk.exposure.event_losses import EventLoss, Place, event_losses
from risk.exposure.numbers import (
    DependencyNumbers,
    StartupNumbers,
    UseCaseNumbers,
    exposed_use_cases,
    numbers_of,
)
from risk.exposure.own_year import CELLS, TAIL_LEVEL
from risk.exposure.places import place_startup
from risk.exposure.score import exposure_score, relative_loss
from risk.exposure.shapley import shapley_values
from risk.hazard.durations import NEGLIGIBLE_WEIGHT
from risk.hazard.event_catalogue import event_catalogue
from risk.hazard.patterns import EventPatterns, event_patterns
from risk.hazard.supply_chain import build_supply_chain
from risk.inventory.records import Dependency, Startup
from risk.measures import compound_poisson, tail_value_at_risk

Array = NDArray[np.float64]

#: Factors that change the startup's structure come first: those after them change numbers only,
#: so that all their sets are evaluated together, side by side as draws.
FACTORS = (
    Factor.CONCENTRATION,
    Factor.SHARING,
    Factor.NOTICE,
    Factor.FALLBACK,
    Factor.PORTABILITY,
    Factor.LEGAL,
    Factor.EXIT_PLAN,
)
STRUCTURES = 2**3
#: Draws whose laws are worked out at once.
AT_ONCE = 32
NUMBERS = (StartupNumbers, UseCaseNumbers, DependencyNumbers)


@dataclass(frozen=True, kw_only=True)
class FactorShare:
    """Score points that one factor adds beyond best practice; negative where it would cost."""

    factor: Factor
    points: float


@dataclass(frozen=True, kw_only=True)
class WhyHigh:
    """``score`` today and ``best_score`` with every factor at best practice, both 0 to 100.

    ``shares`` sum to ``score - best_score`` exactly, largest first.
    """

    startup: str
    score: float
    best_score: float
    shares: tuple[FactorShare, ...]


def why_high(
    startup: Startup, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> WhyHigh:
    """Share out what lies between a startup's score and the one that best practice would give."""
    if not exposed_use_cases(startup):
        return WhyHigh(startup=startup.name, score=0.0, best_score=0.0, shares=())
    events = _events(startup, catalog, assumptions, today)
    values = np.zeros(2 ** len(FACTORS))
    known: dict[Hashable, float] = {}
    for structure in range(STRUCTURES):
        sets = range(structure, len(values), STRUCTURES)
        moved = [_moved(one) for one in sets]
        changed = [_changed(startup, one, catalog) for one in moved]
        numbers = [
            numbers_of(record, assumptions=_numbers_for(one, assumptions), today=today)
            for record, one in zip(changed, moved, strict=True)
        ]
        places = place_startup(changed[0], catalog).places
        if Factor.SHARING in moved[0]:
            places = unshared(places)
        contents = [(tuple(sorted(places.items(), key=str)), _content(one)) for one in numbers]
        new = {
            content: one
            for content, one in zip(contents, numbers, strict=True)
            if content not in known
        }
        scores = _scores(list(new.values()), events, places, assumptions)
        known.update(zip(new, scores, strict=True))
        values[list(sets)] = [known[content] for content in contents]
    points = shapley_values(values)
    shares = (
        FactorShare(factor=factor, points=float(one))
        for factor, one in zip(FACTORS, points, strict=True)
    )
    return WhyHigh(
        startup=startup.name,
        score=float(values[0]),
        best_score=float(values[-1]),
        shares=tuple(sorted(shares, key=lambda one: -one.points)),
    )


def _moved(chosen: int) -> tuple[Factor, ...]:
    return tuple(one for bit, one in enumerate(FACTORS) if chosen >> bit & 1)


def _changed(startup: Startup, moved: Iterable[Factor], catalog: Catalog) -> Startup:
    for factor in moved:
        startup = changed_startup(startup, factor, catalog)
    return startup


def _numbers_for(moved: Iterable[Factor], assumptions: Assumptions) -> Assumptions:
    for factor in moved:
        assumptions = changed_assumptions(assumptions, factor)
    return assumptions


def _events(
    startup: Startup, catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[EventPatterns, ...]:
    """All events that could reach the startup today or once its workload is spread."""
    placed = [
        place_startup(one, catalog)
        for one in (startup, changed_startup(startup, Factor.CONCENTRATION, catalog))
    ]
    endpoints = [endpoint for one in placed for endpoint in one.endpoints]
    customers = [customer for one in placed for customer in one.customers]
    chain = build_supply_chain(catalog, endpoints, assumptions)
    events = event_catalogue(chain, catalog, assumptions, customers=customers, today=today)
    return tuple(event_patterns(chain, one) for one in events)


def _scores(
    numbers: Sequence[StartupNumbers],
    events: Iterable[EventPatterns],
    places: Mapping[str, Place],
    assumptions: Assumptions,
) -> Array:
    """The score of each variant of one startup, (variants,): the median over its draws."""
    if not numbers:
        return np.zeros(0)
    draws = max(len(one.gross_profit_usd) for one in numbers)
    together = _side_by_side(numbers, draws)
    losses = list(event_losses(together, events, places, assumptions))
    if not losses:
        return np.zeros(len(numbers))
    rates, by_draw, often = _masses(losses)
    tail = _tails(by_draw[:, often], rates[often])
    relative = relative_loss(by_draw @ rates, tail, together.gross_profit_usd)
    scores = exposure_score(relative, assumptions).reshape(len(numbers), draws)
    return np.asarray(np.median(scores, axis=1))


def _tails(losses: Array, rates: Array) -> Array:
    """Each draw's tail value at risk in USD, some draws at a time: their laws fit the cache."""
    found = np.empty(len(losses))
    for start in range(0, len(losses), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        law = compound_poisson(losses[some], rates, cells=CELLS)
        found[some] = tail_value_at_risk(law, TAIL_LEVEL)
    return found


def _masses(losses: Iterable[EventLoss]) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Every (event, state, duration) as a mass: rates (n,), losses (draws, n), often (n,)."""
    rates, by_draw, often = [], [], []
    for one in losses:
        rate = one.event.rate_per_year * np.outer(one.probability, one.weights).ravel()
        kept = rate > 0
        total = np.moveaxis(one.loss.total, 1, 0)
        rates.append(rate[kept])
        often.append(np.tile(one.weights > NEGLIGIBLE_WEIGHT, len(one.probability))[kept])
        by_draw.append(total.reshape(len(total), -1)[:, kept])
    return np.concatenate(rates), np.concatenate(by_draw, axis=1), np.concatenate(often)


def _content(one: Any) -> Hashable:
    """What decides a startup's losses: variants of equal content have equal scores."""
    if isinstance(one, np.ndarray):
        return one.tobytes()
    if isinstance(one, NUMBERS):
        return tuple(_content(getattr(one, field.name)) for field in fields(one))
    if isinstance(one, tuple):
        return tuple(_content(member) for member in one)
    if isinstance(one, Dependency):
        return one.key
    return None if isinstance(one, dict) else one


def _side_by_side(parts: Sequence[Any], draws: int) -> Any:
    """Variants of the same numbers as one, their draws one after the other."""
    first = parts[0]
    if isinstance(first, np.ndarray):
        return np.concatenate([np.broadcast_to(one, (draws,)) for one in parts])
    if isinstance(first, NUMBERS):
        names = [one.name for one in fields(first)]
        joined = {
            name: _side_by_side([getattr(one, name) for one in parts], draws) for name in names
        }
        return replace(first, **joined)
    if isinstance(first, tuple):
        return tuple(_side_by_side(members, draws) for members in zip(*parts, strict=True))
    return first
