"""Likeness of two models from facts: how much worse off one is with a replacement.

A judged level says how unlike a typical replacement of its kind is (s of the table of assumptions).
Facts move a pair of models around that level: 1 − s = (1 − level) · k, where k compares the
distance of the pair with that of the typical pair of its kind. Distance is a weighted sum of five
parts, each the share of something that is lost and none below 0, so that a better replacement never
costs: preference of voters, context, modalities, tools and price class. Facts cannot judge how
unlike two models are on one's own task; they can say which of two replacements is the nearer. So
the level stays judgement, drawn from its range, and part of it is what no fact shows. A part that
is not known counts as that of the typical pair, never as alike. Voters rated models at many tasks
and in many languages: where the work is known its own ratings count, else the overall ones.
docs/method.md §3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import hypot, log

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.lookup import PRICE_FACTOR, class_usd
from risk.catalog.records import Catalog, Model, Purpose, Rating, Task
from risk.catalog.replacements import (
    HORIZON_DAYS,
    comparable_elsewhere,
    named_successor,
    one_of_each_developer,
    others_of_developer,
)

Array = NDArray[np.float64]

#: The parts of a distance, in their order.
PARTS = ("preference", "context", "modalities", "tools", "price")


class Relation(StrEnum):
    """What a replacement is; the value ends the name of its level among the assumptions."""

    SAME_MODEL = "same_model"
    SAME_DEVELOPER = "same_developer"
    ELSEWHERE = "frontier"
    OPEN_WEIGHTS = "open_weights"


#: What leaving a route leads to, by place: another developer's model, or another of the same one.
LEADS_TO = (Relation.ELSEWHERE, Relation.SAME_DEVELOPER)


@dataclass(frozen=True, kw_only=True)
class Preference:
    """The expected preference loss at a task: 0 none, 1 all voters; ``low`` to ``high``.

    ``today`` and ``other`` are the ratings that it is of.
    """

    task: Task
    loss: float
    low: float
    high: float
    today: Rating
    other: Rating


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far a replacement is from today's model: shares lost, 0 to 1; None is not known.

    ``preferences`` are those of the tasks that were asked for, the likest to the work first: the
    first is the part that counts, ``preference``. ``price`` is a fact that counts only where
    ``preference`` is not known.
    """

    preference: float | None = None
    context: float | None = None
    modalities: float | None = None
    tools: float | None = None
    price: float | None = None
    preferences: tuple[Preference, ...] = ()

    @property
    def counted(self) -> Preference | None:
        """The preference that counts; None where the two are not rated at the same task."""
        return next(iter(self.preferences), None)

    @property
    def parts(self) -> tuple[float, ...]:
        """The parts that count in the order of :data:`PARTS`, NaN where one is not known."""
        price = self.price if self.preference is None else 0.0
        values = (self.preference, self.context, self.modalities, self.tools, price)
        return tuple(float("nan") if one is None else one for one in values)


#: Of two models of which nothing is known.
UNKNOWN = Distance()
#: Of a model from itself.
NONE = Distance(preference=0.0, context=0.0, modalities=0.0, tools=0.0, price=0.0)


def preference_losses(points: Array) -> Array:
    """2·P − 1 of models ``points`` above their replacements, P = 1 / (1 + 10^(−points/400)).

    0 where the replacement is as good or better: as many voters prefer it as the other.
    """
    chance = 1.0 / (1.0 + np.exp(-np.asarray(points) * (log(10.0) / 400.0)))
    return np.asarray(np.maximum(0.0, 2.0 * chance - 1.0))


def preference_loss(points: float) -> float:
    """The preference loss of one model ``points`` above its replacement."""
    return float(preference_losses(np.array(points)))


def preference_between(today: Rating, other: Rating) -> Preference:
    """The preference loss between two ratings, with what their 95 % intervals leave of it.

    The ends of the two intervals are taken as independent.
    """
    points = today.rating - other.rating
    below = hypot(today.rating - today.low, other.high - other.rating)
    above = hypot(today.high - today.rating, other.rating - other.low)
    return Preference(
        task=today.task,
        loss=preference_loss(points),
        low=preference_loss(points - below),
        high=preference_loss(points + above),
        today=today,
        other=other,
    )


def distance_between(
    today: Model | None,
    other: Model | None,
    catalog: Catalog,
    tasks: Sequence[Task] = (Task.OVERALL,),
) -> Distance:
    """How far ``other`` is from today's model by the facts of the catalogue.

    Preference: at the first of ``tasks`` at which voters rated both.
    Context: the share of today's tokens that does not fit, none for embeddings, which are cut to
    size. Modalities: the share of what today's reads and writes that the other does not. Tools: all
    if today's calls them and the other does not. Price: ln(today's price / the other's) / ln 3, at
    most 1: what is sold that much cheaper is likely of another class, unless voters say otherwise.
    What a dearer one costs is counted as money elsewhere.
    """
    if today is None or other is None:
        return UNKNOWN
    if (today.developer, today.name) == (other.developer, other.name):
        return NONE
    preferences = tuple(
        preference_between(catalog.ratings[today.name, task], catalog.ratings[other.name, task])
        for task in tasks
        if (today.name, task) in catalog.ratings and (other.name, task) in catalog.ratings
    )
    return Distance(
        preference=preferences[0].loss if preferences else None,
        context=_context_lost(today, other),
        modalities=_modalities_lost(today, other),
        tools=_tools_lost(today, other),
        price=_price_fall(today, other),
        preferences=preferences,
    )


def _context_lost(today: Model, other: Model) -> float | None:
    if today.purpose is Purpose.EMBEDDING:
        return 0.0
    if not today.context_tokens or not other.context_tokens:
        return None
    return max(0.0, 1.0 - other.context_tokens / today.context_tokens)


def _modalities_lost(today: Model, other: Model) -> float | None:
    if not today.output_modalities or not other.output_modalities:
        return None
    lost = len(today.input_modalities - other.input_modalities)
    lost += len(today.output_modalities - other.output_modalities)
    return lost / (len(today.input_modalities) + len(today.output_modalities))


def _tools_lost(today: Model, other: Model) -> float | None:
    if today.tool_call is False:
        return 0.0
    if today.tool_call is None or other.tool_call is None:
        return None
    return 0.0 if other.tool_call else 1.0


def _price_fall(today: Model, other: Model) -> float | None:
    before, after = class_usd(today), class_usd(other)
    if not before or not after:
        return None
    return min(1.0, max(0.0, log(before / after) / log(PRICE_FACTOR)))


def distance_factor(parts: Array, usual: Array, numbers: Assumptions) -> Array:
    """k: how much further some pairs are than the typical pair of their kind, (…,).

    k = 1 + (1 − unseen)·(Σ w·part / Σ w·usual − 1), at most ``unlike_most``. Of the typical
    unlikeness the share ``unseen`` shows in no fact, so that k is never below it. Exactly 1 where
    no part is known, or where nothing is usual.

    Args:
        parts: (…, PARTS) shares lost, NaN where not known.
        usual: (…, PARTS) those of the typical pair of the kind.
        numbers: the weights of the parts: that of preference is 1.
    """
    far, typical = (np.zeros(np.broadcast_shapes(parts.shape, usual.shape)[:-1]) for _ in range(2))
    for place, weight in enumerate(weights_of(numbers)):
        own, mean = parts[..., place], usual[..., place]
        far = far + weight * np.where(np.isnan(own), mean, own)
        typical = typical + weight * mean
    ratio = np.divide(far, typical, out=np.ones_like(far), where=typical > 0)
    found = 1.0 + (1.0 - numbers.unlike_unseen) * (ratio - 1.0)
    return np.asarray(np.minimum(found, numbers.unlike_most))


def weights_of(numbers: Assumptions) -> tuple[float, ...]:
    """The weight of each part in the order of :data:`PARTS`; that of preference is the unit."""
    return (
        *(1.0, numbers.unlike_context_weight, numbers.unlike_modalities_weight),
        *(numbers.unlike_tools_weight, numbers.unlike_price_weight),
    )


def usual_of(catalog: Catalog, relations: Sequence[Relation]) -> Array:
    """The typical pair's parts of some kinds of replacement, (relations, PARTS)."""
    nothing = (0.0,) * len(PARTS)
    return np.array([catalog.usual_distances.get(one, nothing) for one in relations])


def level_of(relation: Relation, numbers: Assumptions) -> float:
    """How alike the typical replacement of a kind is."""
    return float(getattr(numbers, f"substitutability_{relation}"))


def alike(
    distance: Distance, relation: Relation, catalog: Catalog, numbers: Assumptions
) -> tuple[float, float]:
    """How alike a replacement is, 0 to 1, and the factor k on the unlikeness of its kind."""
    parts, usual = np.array([distance.parts]), usual_of(catalog, [relation])
    factor = float(distance_factor(parts, usual, numbers)[0])
    return float(moved(level_of(relation, numbers), factor)), factor


def moved(level: float | Array, factor: float | Array) -> float | Array:
    """1 − (1 − level)·k, never below 0; the level itself where k is 1."""
    return np.where(np.asarray(factor) == 1.0, level, np.maximum(0.0, 1.0 - (1.0 - level) * factor))


def leads_to(
    model: Model | None, host: str, catalog: Catalog, today: date
) -> tuple[Model | None, Model | None]:
    """What leaving a model at a host leads to, by place of :data:`LEADS_TO`; None is not known.

    Elsewhere: the closest of other developers' comparable models, which options offer first. At the
    same developer: the successor that it names, else :func:`other_of_developer`. Kept for each
    catalogue and day.
    """
    if model is None:
        return None, None
    asked = model.developer, model.name, host, today
    if asked not in catalog.replacements:
        comparable = comparable_elsewhere(model, catalog, today, not_of=model.developer)
        offered = (one for one, _ in one_of_each_developer(comparable, catalog))
        own = named_successor(model, catalog, host=host) or other_of_developer(
            *(model, catalog, today), developer=model.developer, host=host, besides=model.name
        )
        catalog.replacements[asked] = next(offered, None), own
    found: tuple[Model | None, Model | None] = catalog.replacements[asked]
    return found


def other_of_developer(
    model: Model | None,
    catalog: Catalog,
    today: date,
    *,
    developer: str | None,
    host: str | None,
    besides: str | None,
    days: float = HORIZON_DAYS,
) -> Model | None:
    """Another model of today's developer at the same host: the one to which a retirement leads.

    Of its models of the same class there the successor that it names, else the nearest by the usual
    weights: one with a rating before one without, then the newest.
    """
    others = others_of_developer(
        *(model, catalog, today), developer=developer, host=host, besides=besides, days=days
    )
    successor = named_successor(model, catalog, host=host) if model else None
    if successor in others:
        return successor
    if not others:
        return None
    parts = np.array([distance_between(model, one, catalog).parts for one in others])
    factor = distance_factor(parts, usual_of(catalog, [Relation.SAME_DEVELOPER]), DEFAULTS)
    return others[min(range(len(others)), key=lambda at: (np.isnan(parts[at, 0]), factor[at]))]


def distances_from(
    model: Model | None, host: str, catalog: Catalog, today: date
) -> tuple[Distance, ...]:
    """How far what leaving a model at a host leads to is, by place of :data:`LEADS_TO`."""
    found = leads_to(model, host, catalog, today)
    return tuple(distance_between(model, one, catalog) for one in found)
