"""What an option costs: weeks, days, once, and every year. docs/method.md §3, §6."""

from dataclasses import dataclass

import numpy as np

from risk.alternatives.results import Candidate, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.records import Model
from risk.exposure.numbers import DependencyNumbers, UseCaseNumbers
from risk.exposure.switching import effort_weeks, switch_days

HOURS_PER_YEAR = 8760.0
WEEKS_PER_YEAR = 52.0


@dataclass(frozen=True, kw_only=True)
class OptionCost:
    """Engineer weeks, days until it works, USD once, USD a year to run (None: no price known).

    The one-off cost is engineering, evaluation, repeated fine-tuning, and margin lost while a
    model that is less alike is tuned to the use case; for a contract, its negotiation.
    """

    weeks: float
    days: float
    one_off_usd: float
    run_usd_per_year: float | None

    def yearly_usd(self, assumptions: Assumptions) -> float:
        """One-off cost spread over the years of use, plus running cost."""
        return self.one_off_usd / assumptions.annualise_years + (self.run_usd_per_year or 0.0)


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One dependency as it would be, in numbers, and what it costs to run today (USD a year).

    ``mix`` is input tokens for each output token.
    """

    case: UseCaseNumbers
    numbers: DependencyNumbers
    incumbent: Model | None
    stay_run_usd: float
    mix: float


def running_cost(numbers: DependencyNumbers) -> float:
    """Today's spend on one dependency in USD a year (median over what is unknown)."""
    return float(np.median(numbers.spend_usd_per_month)) * 12


def option_cost(candidate: Candidate, work: Workload, assumptions: Assumptions) -> OptionCost:
    """Cost of taking one option instead of staying, at today's volume of tokens."""
    kind, stay = candidate.option_class, work.stay_run_usd
    legal = float(np.median(work.numbers.legal_days))
    if kind is OptionClass.STAY:
        return OptionCost(weeks=0.0, days=0.0, one_off_usd=0.0, run_usd_per_year=stay)
    if kind is OptionClass.CONTRACT:
        agreements = 2 if candidate.changed.escrow else 1
        return OptionCost(
            weeks=0.0,
            days=assumptions.legal_days,
            one_off_usd=agreements * assumptions.contract_usd,
            run_usd_per_year=stay * (1 + assumptions.contract_spend_share),
        )
    if kind is OptionClass.RESERVED:
        there = _price_ratio(candidate, work) or 1.0
        run = stay * (1 + assumptions.reserved_spend_share * there)
        return _built(0.0, run, work, assumptions, legal=assumptions.legal_days)
    if kind is OptionClass.GATEWAY:
        run = stay * (1 + assumptions.gateway_spend_share)
        return _built(assumptions.gateway_weeks, run, work, assumptions, legal=legal)
    return _moved(candidate, work, assumptions, legal)


def _moved(
    candidate: Candidate, work: Workload, assumptions: Assumptions, legal: float
) -> OptionCost:
    """Cost of moving the work to another model or host."""
    kind = candidate.option_class
    tuned = bool(np.median(work.numbers.fine_tuned))
    alike = _alike(candidate, assumptions, tuned=tuned)
    base = np.full(1, np.median(work.numbers.base_effort_weeks))
    plan = np.full(1, np.median(work.numbers.plan_factor))
    weeks = float(effort_weeks(base, np.full(1, alike), plan)[0])
    extra = _quality_loss(work, alike, assumptions)
    if tuned and kind is not OptionClass.OTHER_HOST:
        extra += assumptions.fine_tune_usd
    if kind is OptionClass.SELF_HOST:
        run: float | None = _self_hosting_usd_per_year(work.stay_run_usd, assumptions)
        weeks += assumptions.gateway_weeks
    else:
        ratio = _price_ratio(candidate, work)
        run = None if ratio is None else work.stay_run_usd * ratio
    return _built(weeks, run, work, assumptions, legal=legal, extra_usd=extra)


def _alike(candidate: Candidate, assumptions: Assumptions, *, tuned: bool) -> float:
    """How alike the replacement is; another model never replaces a fine-tuned one easily."""
    if tuned and candidate.option_class is not OptionClass.OTHER_HOST:
        return min(candidate.substitutability, assumptions.substitutability_fine_tuned)
    return candidate.substitutability


def _self_hosting_usd_per_year(api_usd_per_year: float, assumptions: Assumptions) -> float:
    """Rented GPUs for today's volume, and the share of an engineer who keeps them running."""
    gpus = max(assumptions.gpu_count, api_usd_per_year / 12 / assumptions.api_usd_per_month_per_gpu)
    people = assumptions.self_host_engineer_share * assumptions.engineer_week_usd * WEEKS_PER_YEAR
    return assumptions.gpu_usd_per_hour * gpus * HOURS_PER_YEAR + people


def _quality_loss(work: Workload, alike: float, assumptions: Assumptions) -> float:
    """Margin lost while a less alike model is tuned: m (1 - s) θ_q T_q, as after a falter."""
    exposed = float(np.median(work.case.margin_usd_per_day * work.numbers.share))
    return exposed * (1 - alike) * assumptions.quality_loss * assumptions.quality_days


def _built(
    weeks: float,
    run: float | None,
    work: Workload,
    assumptions: Assumptions,
    *,
    legal: float,
    extra_usd: float = 0.0,
) -> OptionCost:
    engineers = np.full(1, np.median(work.numbers.engineers))
    days = switch_days(np.full(1, weeks), engineers, np.full(1, legal), assumptions)
    once = weeks * assumptions.engineer_week_usd + assumptions.evaluation_usd + extra_usd
    return OptionCost(weeks=weeks, days=float(days[0]), one_off_usd=once, run_usd_per_year=run)


def _price_ratio(candidate: Candidate, work: Workload) -> float | None:
    """New price ÷ old per token, at the use case's mix of input and output tokens.

    Moving the same model counts its price there as today's where the catalogue lists none.
    """
    same_model = candidate.option_class is OptionClass.OTHER_HOST
    if same_model and work.incumbent is None:
        return 1.0
    second = candidate.option_class is OptionClass.RESERVED
    host = candidate.changed.fallback_host if second else candidate.changed.host
    new = _blended(candidate.model, host, work.mix)
    old = _blended(work.incumbent, None, work.mix)
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
