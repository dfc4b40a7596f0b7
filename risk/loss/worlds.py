"""Worlds: what is unknown about judgement, rates and facts, fixed together many times.

Inside a world only chance is left. Worlds rest on the catalogue, the table of assumptions and the
lines of a portfolio, on none of its facts, so that they are built once. What is to be left at its
middle (one of judgement, rates, facts) may be: that is how their parts of the uncertainty are told
apart, and how the engine is held against formulas. docs/method.md §7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.likeness import (
    LEADS_TO,
    PARTS,
    distance_factor,
    distances_from,
    usual_of,
)
from risk.catalog.records import Catalog
from risk.inventory.records import Depth, Fallback
from risk.loss.churn import churn_curve
from risk.loss.columns import FALLBACKS
from risk.loss.exposures import Book, Delay
from risk.loss.facts import COMMON, Priors, drawn_priors, priors_at
from risk.loss.formulas import CRITICAL, DAYS_PER_MONTH, EFFORT, LEGAL, NUMBERS, worn
from risk.loss.hazards import Hazards, WorldHazards, hazards_of, world_hazards
from risk.loss.judgement import (
    Judgement,
    central_judgement,
    drawn_judgement,
)
from risk.loss.laws import Laws, laws_of
from risk.loss.preferences import drawn_losses
from risk.loss.rates import central_rates, yearly
from risk.loss.startups import World

Array = NDArray[np.float64]

#: Worlds for portfolios up to so many startups, and for larger ones.
WORLDS, WORLDS_OF_LARGE, LARGE = 128, 64, 20_000


def worlds_for(startups: int) -> int:
    """How many worlds a portfolio of this size is valued in, on every page alike."""
    return WORLDS if startups <= LARGE else WORLDS_OF_LARGE


@dataclass(frozen=True, kw_only=True)
class RouteDistances:
    """How far what leaving each route's endpoint leads to is, elsewhere and at the same developer.

    ``parts`` (routes, 2, parts) are those of the facts (:mod:`risk.catalog.likeness`), of voters'
    overall ratings at their middle; ``preference`` (worlds, routes, 2) is the first part in every
    world.
    """

    parts: Array
    preference: Array

    def first(self, count: int) -> "RouteDistances":
        """The same in the first ``count`` worlds."""
        return RouteDistances(parts=self.parts, preference=self.preference[:count])

    def repeated(self, times: int) -> "RouteDistances":
        """The same worlds over and over."""
        return RouteDistances(parts=self.parts, preference=np.tile(self.preference, (times, 1, 1)))

    def in_world(self, k: int) -> Array:
        """The parts in one world, (routes, 2, parts)."""
        found = self.parts.copy()
        found[..., 0] = self.preference[k]
        return found


@dataclass(frozen=True, kw_only=True)
class Worlds:
    """Worlds of a portfolio's lines.

    ``numbers`` (worlds, NUMBERS) are judged numbers by their places in
    :mod:`risk.loss.formulas`, ``churn`` (worlds, 3, 32) the churn curve. ``effective`` and
    ``failover`` (worlds, profiles) are what a fallback takes over and when, ``buffer`` what nobody
    feels; a profile is a delay with a state of fallback. ``rates`` (worlds, 1 + draws, events).
    ``distances`` are those of what leaving each route's endpoint leads to, at another developer and
    at the same one, ``unlike`` (worlds, routes, 2) how many times as unlike as a typical
    replacement that makes it.
    """

    judgement: Judgement
    hazards: Hazards
    world: WorldHazards
    laws: Laws
    rates: Array
    priors: Priors
    numbers: Array
    churn: Array
    effective: Array
    failover: Array
    buffer: Array
    distances: RouteDistances
    unlike: Array

    @property
    def count(self) -> int:
        """How many worlds there are."""
        return len(self.numbers)

    def at(self, k: int, facts: int | None = None) -> World:
        """World k as the loops read it, with the common parts of facts of another if need be."""
        own = k if facts is None else facts
        return World(
            numbers=self.numbers[k],
            churn=self.churn[k],
            points=self.priors.points,
            shared=self.priors.shared,
            common=self.priors.common[own],
            mean=self.priors.mean[own],
            informed=self.priors.informed[own],
            steps=self.priors.steps,
            options=self.priors.options,
            kind=self.hazards.kinds,
            dated=self.hazards.dated,
            notice=self.world.notice[k],
            passed=self.hazards.passed,
            queue=self.world.queue[k],
            country=self.hazards.country,
            effective=self.effective[k],
            failover=self.failover[k],
            buffer=self.buffer[k],
            unlike=self.unlike[k],
        )


def worlds_of(
    book: Book,
    catalog: Catalog,
    assumptions: Assumptions,
    *,
    today: date,
    count: int,
    judgement: bool = True,
    rates: bool = True,
    facts: bool = True,
    before_signals: Mapping[str, float] | None = None,
) -> Worlds:
    """Worlds in which judgement, rates and common parts of facts are drawn, or left in the middle.

    What voters leave open of how alike models are is drawn with judgement.
    Facts that nobody stated have their own parts drawn in any case.
    """
    judged = (drawn_judgement if judgement else central_judgement)(assumptions, count)
    hazards = hazards_of(book, catalog, assumptions, today=today, before_signals=before_signals)
    often = yearly(hazards, assumptions, count) if rates else central_rates(hazards, count)
    common = np.zeros((count, len(COMMON)))
    priors = drawn_priors(assumptions, count) if facts else priors_at(assumptions, common)
    distances = route_distances(book, catalog, today, count=count, drawn=judgement)
    return built_worlds(book, catalog, assumptions, judged, hazards, often, priors, distances)


def route_distances(
    book: Book, catalog: Catalog, today: date, *, count: int, drawn: bool
) -> RouteDistances:
    """How far what leaving each route's endpoint leads to is from its model, in ``count`` worlds.

    Voters' preferences are ``drawn``, or the same in every world.
    """
    ends = [one.endpoint for one in book.routes]
    # Many routes differ in their backup alone.
    known = {
        (one.model, one.service.host): distances_from(
            catalog.models.get(one.model or ""), one.service.host, catalog, today
        )
        for one in dict.fromkeys(ends)
    }
    pairs = list(known.values())
    which = {key: place for place, key in enumerate(known)}
    of = np.array([which[one.model, one.service.host] for one in ends], dtype=np.int64)
    shape = len(pairs), len(LEADS_TO)
    each = [one for pair in pairs for one in pair]
    parts = np.array([one.parts for one in each]).reshape(*shape, len(PARTS))
    if drawn:
        lost = drawn_losses([one.counted for one in each], count).reshape(count, *shape)
        same = np.isnan(lost) & ~np.isnan(parts[None, :, :, 0])
        lost = np.where(same, parts[None, :, :, 0], lost)[:, of]
    else:
        lost = np.broadcast_to(parts[of][:, :, 0], (count, len(ends), len(LEADS_TO)))
    return RouteDistances(parts=parts[of], preference=lost)


def unlike_of(distances: RouteDistances, catalog: Catalog, numbers: Sequence[Assumptions]) -> Array:
    """How many times as unlike as a typical one each replacement is, (worlds, routes, 2)."""
    usual = usual_of(catalog, LEADS_TO)
    found = [distance_factor(distances.in_world(k), usual, one) for k, one in enumerate(numbers)]
    return np.ascontiguousarray(np.array(found).reshape(len(numbers), *distances.parts.shape[:2]))


def built_worlds(
    book: Book,
    catalog: Catalog,
    assumptions: Assumptions,
    judgement: Judgement,
    hazards: Hazards,
    rates: Array,
    priors: Priors,
    distances: RouteDistances,
    laws: Laws | None = None,
) -> Worlds:
    """Worlds under some judgement, rates and priors; ``laws`` are states that are known already.

    ``distances`` are those of :func:`route_distances`.
    """
    world = world_hazards(hazards, catalog, assumptions, judgement)
    effective, failover, buffer = profiles_of(book.delays, judgement.numbers)
    both = zip(judgement.numbers, judgement.pace, strict=True)
    return Worlds(
        judgement=judgement,
        hazards=hazards,
        world=world,
        laws=laws or laws_of(book, hazards, world, catalog, assumptions, judgement),
        rates=rates,
        priors=priors,
        numbers=np.array([numbers_of(one, float(pace)) for one, pace in both]),
        churn=np.array([churn_of(one) for one in judgement.numbers]),
        effective=effective,
        failover=failover,
        buffer=buffer,
        distances=distances,
        unlike=unlike_of(distances, catalog, judgement.numbers),
    )


def numbers_of(one: Assumptions, pace: float) -> Array:
    """The judged numbers of one world in their places (NUMBERS,)."""
    found = np.zeros(NUMBERS)
    found[CRITICAL : CRITICAL + 5] = [getattr(one, f"criticality_{level}") for level in range(1, 6)]
    found[EFFORT : EFFORT + 6] = [getattr(one, f"effort_{depth.value}") for depth in Depth]
    found[11:18] = (
        *(one.exit_plan_written, one.exit_plan_tested, one.substitutability_same_developer),
        *(one.substitutability_frontier, one.substitutability_fine_tuned),
        *(one.engineers_available, one.team_exponent),
    )
    legal = (0.0, one.legal_days, one.residency_review_days, one.customer_consent_days)
    found[LEGAL : LEGAL + 4] = legal
    found[22:] = (
        *(one.evaluation_days, pace, one.recapture, one.churn_horizon_days),
        *(one.quality_loss * one.quality_days, one.engineer_week_usd),
        *(one.evaluation_usd, one.fine_tune_usd, one.price_horizon_months * DAYS_PER_MONTH),
        one.price_horizon_months * max(0.0, one.replacement_price_change),
        *(one.unknown_notice_days / DAYS_PER_MONTH, max(0.0, one.price_multiple - 1.0)),
        *(one.step_in_survival, one.fallback_test_fresh_days, one.fallback_test_valid_days),
        *(one.least_margin, one.begins_on_time),
    )
    return found


def churn_of(one: Assumptions) -> Array:
    """The churn curve of one world: knots in days, shares lost, slopes from each on, (3, 32)."""
    knots, shares = churn_curve(one)
    return np.stack([knots, shares, np.append(np.diff(shares) / np.diff(knots), 0.0)])


def profiles_of(
    delays: Sequence[Delay], numbers: Sequence[Assumptions]
) -> tuple[Array, Array, Array]:
    """Effectiveness, days until it takes over, and buffer of every profile, (worlds, profiles)."""
    shape = len(numbers), len(delays), len(FALLBACKS)
    effective, failover, buffer = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    age = np.array([one.fallback_age for one in delays])
    ages, place = np.unique(age[~np.isnan(age)], return_inverse=True)
    takeover = np.array([one.takeover for one in delays])
    stated = np.array([one.buffer for one in delays])
    for k, one in enumerate(numbers):
        buffer[k] = np.where(np.isnan(stated), one.buffer_hours / 24, stated)[:, None]
        row = numbers_of(one, 1.0)
        old = np.full(len(delays), np.nan)
        old[~np.isnan(age)] = np.array([worn(float(days), row) for days in ages])[place]
        for code, state in enumerate(FALLBACKS):
            effective[k, :, code], failover[k, :, code] = _terms(state, old, takeover, one)
    flat = shape[0], shape[1] * shape[2]
    return effective.reshape(flat), failover.reshape(flat), buffer.reshape(flat)


def _terms(state: Fallback, old: Array, takeover: Array, one: Assumptions) -> tuple[Array, Array]:
    """Share of the workload that a fallback takes, and the days until it does, (delays,) each.

    ``old`` is the share of a test's worth that its age has taken (NaN: without a date, which proves
    nothing), ``takeover`` the days measured in a drill (NaN: none). An old test is worth what none
    is; a slow take-over that was measured is not forgotten.
    """
    nothing = np.zeros(len(old))
    if state is Fallback.NONE:
        return nothing, nothing
    usual = Fallback.UNTESTED if state is Fallback.TESTED else state
    share = nothing + getattr(one, f"fallback_{usual.value}")
    days = nothing + getattr(one, f"failover_{usual.value}_days")
    if state is not Fallback.TESTED:
        return share, days
    measured = np.where(np.isnan(takeover), one.failover_tested_days, takeover)
    dated = ~np.isnan(old)
    tested = (1 - old) * one.fallback_tested + old * one.fallback_untested
    late = (1 - old) * measured + old * np.maximum(measured, one.failover_untested_days)
    return np.where(dated, tested, share), np.where(dated, late, days)
