"""Costs of options: weeks, days, once, and every year, in every world. docs/method.md §3, §6.

Costs are taken in the same worlds as losses, with the same judged numbers and the same draws of
what nobody stated, so that neither side is kept safer than the other and both speak of the same
startup.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.results import Candidate, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.likeness import PARTS, Relation, distance_factor, level_of, moved
from risk.catalog.records import Model
from risk.loss import draws, formulas, startups
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.facts import DEPTH_OF, ENGINEERS, PLAN_OF, SPEND, fact_at
from risk.loss.formulas import EFFORT, LEGAL
from risk.loss.startups import (
    AI_REVENUE,
    DAILY,
    FINE_TUNED,
    FIRM,
    TEAM,
    World,
    chosen,
    critical_of,
    firm_of,
    place_in_prior,
    plan_left,
    share_of,
)
from risk.loss.valuing import WorldTables

Array = NDArray[np.float64]

CLASSES = tuple(OptionClass)
RELATIONS = tuple(Relation)
HOURS_PER_YEAR = 8760.0
WEEKS_PER_YEAR = 52.0
#: Facts of a changed dependency by place: engineer weeks to move it to a wholly alike model, the
#: share of them that its exit plan leaves, days of agreements, 1 if it is fine-tuned, USD a month
#: that it spends, USD of margin a day that stop with it, people as good as the startup's (who are
#: fewer the more there are), and its engineers.
WEEKS, PLAN, LEGAL_DAYS, TUNED, SPENDS, MARGIN, PEOPLE, STAFF = range(8)
FACTS = 8


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What options ask for, (options,) each.

    ``kind`` is a place in :data:`CLASSES`, ``ratio`` the price over today's (NaN: not known),
    ``agreements`` how many a contract needs. ``alike`` is how alike the replacement is (0..1) where
    somebody decided or nothing is replaced; else it is worked out in each world, of a ``relation``
    (a place in :data:`RELATIONS`, -1: decided) with the ``parts`` of its distance and the ``usual``
    ones of its kind, (options, parts) each.
    """

    kind: NDArray[np.int64]
    alike: Array
    ratio: Array
    agreements: Array
    relation: NDArray[np.int64]
    parts: Array
    usual: Array

    @classmethod
    def of(cls, listed: Sequence[tuple[Candidate, float | None]]) -> "Terms":
        """The terms of candidates with their prices over today's."""
        contract = OptionClass.CONTRACT
        known = [one.likeness for one, _ in listed]
        nothing = (0.0,) * len(PARTS)
        parts = [nothing if one is None else one.distance.parts for one in known]
        usual = [nothing if one is None else one.usual for one in known]
        return cls(
            kind=np.array([CLASSES.index(one.option_class) for one, _ in listed], dtype=np.int64),
            alike=np.array([one.substitutability for one, _ in listed]),
            ratio=np.array([np.nan if ratio is None else ratio for _, ratio in listed]),
            agreements=np.array(
                [
                    (2.0 if one.changed.escrow else 1.0) if one.option_class is contract else 0.0
                    for one, _ in listed
                ]
            ),
            relation=np.array(
                [-1 if one is None else RELATIONS.index(one.relation) for one in known],
                dtype=np.int64,
            ),
            parts=np.array(parts).reshape(-1, len(PARTS)),
            usual=np.array(usual).reshape(-1, len(PARTS)),
        )

    def taken(self, rows: NDArray[np.int64]) -> "Terms":
        """The terms of some options."""
        return Terms(**{one.name: getattr(self, one.name)[rows] for one in fields(Terms)})

    def alike_in(self, numbers: Assumptions) -> Array:
        """How alike each replacement is by the numbers of one world, as in scores, (options,)."""
        levels = np.array([level_of(one, numbers) for one in RELATIONS])[self.relation]
        found = moved(levels, distance_factor(self.parts, self.usual, numbers))
        return np.where(self.relation < 0, self.alike, found)


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Engineer weeks, days until it works, USD once, USD a year to run; (worlds, options) each.

    The one-off cost is engineering, evaluation, repeated fine-tuning, and margin lost while a
    model that is less alike is tuned to the use case; for a contract, its negotiation. ``run`` is
    NaN where no price is known.
    """

    weeks: Array
    days: Array
    once: Array
    run: Array


def option_costs(terms: Terms, facts: Array, worlds: Sequence[tuple[Assumptions, float]]) -> Costs:
    """Costs of options at today's volume of tokens.

    ``facts`` (worlds, options, facts) are those of :func:`workloads`, ``worlds`` the judged
    numbers and the pace of switching of each.
    """
    shape = facts.shape[:2]
    found = {name: np.zeros(shape) for name in ("weeks", "days", "once", "run")}
    for k, (numbers, pace) in enumerate(worlds):
        for name, one in zip(found, _in_world(terms, facts[k], numbers, pace), strict=True):
            found[name][k] = one
    return Costs(**found)


def _in_world(
    terms: Terms, facts: Array, numbers: Assumptions, pace: float
) -> tuple[Array, Array, Array, Array]:
    """Weeks, days, USD once and USD a year in one world."""
    stay, tuned = facts[:, SPENDS] * 12, facts[:, TUNED] > 0

    def are(*kinds: OptionClass) -> NDArray[np.bool_]:
        return np.isin(terms.kind, [CLASSES.index(one) for one in kinds])

    own, host = are(OptionClass.SELF_HOST), are(OptionClass.OTHER_HOST)
    agreed = are(OptionClass.STAY, OptionClass.CONTRACT)
    beside = are(OptionClass.GATEWAY, OptionClass.RESERVED)
    moved = ~agreed & ~beside
    # Another model never replaces a fine-tuned one easily.
    alike, fine_tuned = terms.alike_in(numbers), numbers.substitutability_fine_tuned
    hard = np.where(terms.relation < 0, np.minimum(alike, fine_tuned), fine_tuned)
    alike = np.where(tuned & ~host, hard, alike)
    weeks = np.where(moved, facts[:, WEEKS] * (2 - alike) * facts[:, PLAN], 0.0)
    weeks = weeks + np.where(own | are(OptionClass.GATEWAY), numbers.gateway_weeks, 0.0)
    worse = facts[:, MARGIN] * (1 - alike) * numbers.quality_loss * numbers.quality_days
    again = np.where(tuned & ~host, numbers.fine_tune_usd, 0.0)
    once = weeks * numbers.engineer_week_usd + numbers.evaluation_usd
    once = once + np.where(moved, worse + again, 0.0)
    once = np.where(agreed, terms.agreements * numbers.contract_usd, once)
    legal = np.where(are(OptionClass.RESERVED), numbers.legal_days, facts[:, LEGAL_DAYS])
    days = pace * (np.maximum(7 * weeks / facts[:, PEOPLE], legal) + numbers.evaluation_days)
    days = np.where(agreed, np.where(are(OptionClass.STAY), 0.0, numbers.legal_days), days)
    there = np.where(np.isnan(terms.ratio), 1.0, terms.ratio)
    run = stay * terms.ratio
    run = np.where(are(OptionClass.STAY), stay, run)
    run = np.where(are(OptionClass.CONTRACT), stay * (1 + numbers.contract_spend_share), run)
    held = stay * (1 + numbers.reserved_spend_share * there)
    run = np.where(are(OptionClass.RESERVED), held, run)
    run = np.where(are(OptionClass.GATEWAY), stay * (1 + numbers.gateway_spend_share), run)
    run = np.where(own, _self_hosting(stay, numbers), run)
    return weeks, days, once, run


def _self_hosting(api_usd_per_year: Array, numbers: Assumptions) -> Array:
    """Rented GPUs for today's volume, and the share of an engineer who keeps them running."""
    gpus = np.maximum(numbers.gpu_count, api_usd_per_year / 12 / numbers.api_usd_per_month_per_gpu)
    people = numbers.self_host_engineer_share * numbers.engineer_week_usd * WEEKS_PER_YEAR
    return np.asarray(numbers.gpu_usd_per_hour * gpus * HOURS_PER_YEAR + people)


def price_ratio(candidate: Candidate, incumbent: Model | None, mix: float) -> float | None:
    """New price ÷ old per token, at the use case's mix of input tokens for each output token.

    Moving the same model counts its price there as today's where the catalogue lists none.
    """
    same_model = candidate.option_class is OptionClass.OTHER_HOST
    if same_model and incumbent is None:
        return 1.0
    second = candidate.option_class is OptionClass.RESERVED
    host = candidate.changed.fallback_host if second else candidate.changed.host
    new = _blended(candidate.model, host, mix)
    old = _blended(incumbent, None, mix)
    if same_model:
        return new / old if new and old else 1.0
    return new / old if new and old else None


def _blended(model: Model | None, host: str | None, mix: float) -> float | None:
    """USD per million tokens at this host; at the cheapest priced host if None or unlisted."""
    if model is None:
        return None
    prices = {
        offer.host: (mix * offer.input_usd_per_million_tokens + offer.output_usd_per_million_tokens)
        / (mix + 1)
        for offer in model.offers
        if offer.input_usd_per_million_tokens is not None
        and offer.output_usd_per_million_tokens is not None
    }
    if not prices:
        return None
    if model.developer in prices and host is None:
        return prices[model.developer]
    return prices.get(host or "", min(prices.values())) or None


def read_workloads(chunk: Any, at: Any, world: World, firm: Any, found: Any) -> None:
    """The facts of the changed dependency ``at`` (startups,) of each startup, (startups, FACTS)."""
    numbers = world.numbers
    for i in range(len(chunk.row)):
        firm_of(chunk, i, world, firm)
        case, link = chunk.case_start[i], at[i]
        critical, _ = critical_of(chunk, case, world)
        part = chunk.weight[case] * chunk.share[link]
        depth = chosen(chunk.depth[link], chunk.drawn[DEPTH_OF][link], 1, world)
        plan = chosen(chunk.plan[link], chunk.drawn[PLAN_OF][link], 2, world)
        found[i, WEEKS] = numbers[EFFORT + depth]
        found[i, PLAN] = plan_left(plan, chunk, link, numbers)
        found[i, LEGAL_DAYS] = numbers[LEGAL + chunk.legal[link]]
        found[i, TUNED] = 1.0 if depth == FINE_TUNED else 0.0
        spend = chunk.spend[link]
        if np.isnan(spend):
            share = share_of(spend, chunk.drawn[SPEND][link], SPEND, world)
            spend = share * firm[AI_REVENUE] * part / 12.0
        found[i, SPENDS] = spend
        found[i, MARGIN] = firm[DAILY] * critical * part
        found[i, PEOPLE] = firm[TEAM]
        staff = chunk.engineers[i]
        if np.isnan(staff):
            z = place_in_prior(chunk.drawn[ENGINEERS][i], ENGINEERS, world)
            staff = np.exp(fact_at(z, ENGINEERS, world.points))
        found[i, STAFF] = staff


@cache
def _fast() -> Any:
    return compiled(read_workloads, *draws.STEPS, *formulas.STEPS, *startups.STEPS)


def workloads(one: Exposures, at: NDArray[np.int64], world_tables: WorldTables) -> Array:
    """The facts of each startup's dependency ``at``, (worlds, startups, FACTS)."""
    found = np.zeros((world_tables.count, len(one), FACTS))
    loop, firm = _fast(), np.zeros(FIRM)
    for k in range(world_tables.count):
        loop(one.chunk(k), at, world_tables.worlds.at(k), firm, found[k])
    return found
