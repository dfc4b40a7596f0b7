"""What options cost: weeks, days, once, and every year, in every world. docs/method.md §3, §6.

Costs are taken in the same worlds as losses, with the same judged numbers and the same draws of
what nobody stated, so that neither side is kept safer than the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.results import Candidate, OptionClass
from risk.alternatives.workloads import (
    LEGAL_DAYS,
    MARGIN,
    PEOPLE,
    PLAN,
    SPENDS,
    TUNED,
    WEEKS,
)
from risk.assumptions import Assumptions
from risk.catalog.records import Model

Array = NDArray[np.float64]

CLASSES = tuple(OptionClass)
HOURS_PER_YEAR = 8760.0
WEEKS_PER_YEAR = 52.0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What options ask for, (options,) each.

    ``kind`` is a place in :data:`CLASSES`, ``alike`` how alike the replacement is (0..1), ``ratio``
    its price over today's (NaN: not known), ``agreements`` how many a contract needs.
    """

    kind: NDArray[np.int64]
    alike: Array
    ratio: Array
    agreements: Array


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

    ``facts`` (worlds, options, facts) are those of :mod:`risk.alternatives.workloads`, ``worlds``
    the judged numbers and the pace of switching of each.
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
    hard = np.minimum(terms.alike, numbers.substitutability_fine_tuned)
    alike = np.where(tuned & ~host, hard, terms.alike)
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
