"""Models that a portfolio calls, and what leaving each leads to: how unlike, and by which facts.

What the quality loss of scores rests on, model by model. docs/method.md §3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.likeness import (
    LEADS_TO,
    Distance,
    Relation,
    alike,
    distance_between,
    leads_to,
)
from risk.catalog.records import Catalog, Model, Rating, Task
from risk.loss.valuation import Valuation

#: Models that are told of, those that most dependencies call first.
MOST_MODELS = 40


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """What leaving a model leads to; ``model`` None: nothing comparable is known.

    ``alike`` (0..1) is how alike the model takes it to be, ``factor`` how many times as unlike as
    a typical replacement of its kind that is; ``days`` of margin that a worse answer costs.
    """

    relation: Relation
    model: Model | None
    rating: Rating | None
    distance: Distance
    alike: float
    factor: float
    days: float


@dataclass(frozen=True, kw_only=True)
class ModelInUse:
    """A model at a host, how many dependencies call it, and the ways out of it."""

    model: Model
    host: str
    dependencies: int
    rating: Rating | None
    ways_out: tuple[WayOut, ...]


@dataclass(frozen=True, kw_only=True)
class ModelsInUse:
    """The models most called; ``named`` of ``dependencies`` name one that the catalogue knows."""

    models: tuple[ModelInUse, ...]
    dependencies: int
    named: int


def models_in_use(valuation: Valuation, *, most: int = MOST_MODELS) -> ModelsInUse:
    """The models that a portfolio's dependencies call, the ``most`` called first."""
    book, catalog = valuation.book, valuation.catalog
    count = np.bincount(book.exposures.route, minlength=len(book.routes)).tolist()
    calls: dict[tuple[str, str], int] = {}
    for route, dependencies in zip(book.routes, count, strict=True):
        name = route.endpoint.model
        if name in catalog.models:
            key = str(name), route.endpoint.service.host
            calls[key] = calls.get(key, 0) + dependencies
    listed = sorted(calls, key=lambda key: (-calls[key], key))[:most]
    return ModelsInUse(
        models=tuple(
            ModelInUse(
                model=catalog.models[name],
                host=host,
                dependencies=calls[name, host],
                rating=catalog.ratings.get((name, Task.OVERALL)),
                ways_out=ways_out(catalog.models[name], host, valuation),
            )
            for name, host in listed
        ),
        dependencies=sum(count),
        named=sum(calls.values()),
    )


def ways_out(model: Model, host: str, valuation: Valuation) -> tuple[WayOut, ...]:
    """What leaving a model at a host leads to, under the table of assumptions as it stands."""
    catalog, numbers = valuation.catalog, valuation.assumptions
    others = leads_to(model, host, catalog, valuation.today)
    return tuple(
        _way_out(model, other, relation, catalog, numbers)
        for other, relation in zip(others, LEADS_TO, strict=True)
    )


def _way_out(
    model: Model, other: Model | None, relation: Relation, catalog: Catalog, numbers: Assumptions
) -> WayOut:
    distance = distance_between(model, other, catalog)
    value, factor = alike(distance, relation, catalog, numbers)
    return WayOut(
        relation=relation,
        model=other,
        rating=catalog.ratings.get((other.name, Task.OVERALL)) if other else None,
        distance=distance,
        alike=value,
        factor=factor,
        days=quality_days(value, numbers),
    )


def quality_days(alike: float, numbers: Assumptions) -> float:
    """Days of margin that a replacement costs by worse answers: (1 − s) · loss · days."""
    return (1.0 - alike) * numbers.quality_loss * numbers.quality_days


def usual_parts(catalog: Catalog) -> Sequence[tuple[Relation, tuple[float, ...]]]:
    """The parts of the distance of a typical replacement, by what it is, where known."""
    return [
        (one, catalog.usual_distances[one]) for one in Relation if one in catalog.usual_distances
    ]
