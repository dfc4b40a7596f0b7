"""What an option costs: weeks, once, and every year. docs/method.md §2.2, §5.4."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from risk.alternatives.candidates import Candidate
from risk.alternatives.results import OptionClass
from risk.assumptions import Assumptions
from risk.catalog.records import Model
from risk.exposure.numbers import DependencyNumbers, numbers_of
from risk.exposure.switching import effort_weeks
from risk.inventory.records import Dependency, Startup

#: Input tokens per output token in a typical bill, where nobody stated the mix (judgement).
INPUT_PER_OUTPUT = 3.0
HOURS_PER_YEAR = 8760.0
WEEKS_PER_YEAR = 52.0


@dataclass(frozen=True, kw_only=True)
class OptionCost:
    """Engineer weeks, USD once, USD a year to run (None: no price known).

    The one-off cost is engineering, evaluation, repeated fine-tuning, and margin lost while a
    model that is less alike is tuned to the use case.
    """

    weeks: float
    one_off_usd: float
    run_usd_per_year: float | None

    def yearly_usd(self, assumptions: Assumptions) -> float:
        """One-off cost spread over the years of use, plus running cost."""
        return self.one_off_usd / assumptions.annualise_years + (self.run_usd_per_year or 0.0)


def running_cost(
    startup: Startup,
    use_case: str,
    dependency: Dependency,
    assumptions: Assumptions,
    today: date,
) -> float:
    """Today's spend on one dependency in USD a year (median over what is unknown)."""
    numbers = _numbers(startup, use_case, dependency.key, assumptions, today)
    return float(np.median(numbers.spend_usd_per_month)) * 12


def option_cost(
    candidate: Candidate,
    incumbent: Model | None,
    variant: Startup,
    use_case: str,
    *,
    stay_run_usd: float,
    assumptions: Assumptions,
    today: date,
) -> OptionCost:
    """Cost of taking one option instead of staying, at today's volume of tokens."""
    kind = candidate.option_class
    if kind is OptionClass.STAY:
        return OptionCost(weeks=0.0, one_off_usd=0.0, run_usd_per_year=stay_run_usd)
    numbers = _numbers(variant, use_case, candidate.changed.key, assumptions, today)
    if kind is OptionClass.GATEWAY:
        weeks = assumptions.gateway_weeks
        run = stay_run_usd * (1 + assumptions.gateway_spend_share)
        return _cost(weeks, False, run, assumptions)
    alike = np.full(1, candidate.substitutability)
    base = np.median(numbers.base_effort_weeks) * np.ones(1)
    plan = np.median(numbers.plan_factor) * np.ones(1)
    weeks = float(effort_weeks(base, alike, plan)[0])
    unlike = _quality_loss(variant, use_case, numbers, candidate, assumptions, today)
    redo = bool(np.median(numbers.fine_tuned)) and kind is not OptionClass.OTHER_HOST
    if kind is OptionClass.SELF_HOST:
        run = _self_hosting_usd_per_year(stay_run_usd, assumptions)
        return _cost(weeks + assumptions.gateway_weeks, redo, run, assumptions, unlike)
    ratio = _price_ratio(candidate, incumbent)
    run_usd = None if ratio is None else stay_run_usd * ratio
    return _cost(weeks, redo, run_usd, assumptions, unlike)


def _self_hosting_usd_per_year(api_usd_per_year: float, assumptions: Assumptions) -> float:
    """Rented GPUs for today's volume, and the share of an engineer who keeps them running."""
    gpus = max(assumptions.gpu_count, api_usd_per_year / 12 / assumptions.api_usd_per_month_per_gpu)
    people = assumptions.self_host_engineer_share * assumptions.engineer_week_usd * WEEKS_PER_YEAR
    return assumptions.gpu_usd_per_hour * gpus * HOURS_PER_YEAR + people


def _quality_loss(
    variant: Startup,
    use_case: str,
    numbers: DependencyNumbers,
    candidate: Candidate,
    assumptions: Assumptions,
    today: date,
) -> float:
    """Margin lost while a less alike model is tuned: m (1 - s) θ_q T_q, as after a falter."""
    cases = numbers_of(variant, assumptions=assumptions, today=today).use_cases
    margin = next(one.margin_usd_per_day for one in cases if one.name == use_case)
    exposed = float(np.median(margin * numbers.share))
    gap = 1 - candidate.substitutability
    return exposed * gap * assumptions.quality_loss * assumptions.quality_days


def _cost(
    weeks: float,
    redo: bool,
    run: float | None,
    assumptions: Assumptions,
    quality_usd: float = 0.0,
) -> OptionCost:
    one_off = weeks * assumptions.engineer_week_usd + assumptions.evaluation_usd + quality_usd
    if redo:
        one_off += assumptions.fine_tune_usd
    return OptionCost(weeks=weeks, one_off_usd=one_off, run_usd_per_year=run)


def _price_ratio(candidate: Candidate, incumbent: Model | None) -> float | None:
    """New price ÷ old per token, three input tokens to one output token.

    Moving the same model counts its price there as today's where the catalogue lists none.
    """
    if candidate.option_class is OptionClass.OTHER_HOST and incumbent is None:
        return 1.0
    new = _blended(candidate.model, candidate.changed.host)
    old = _blended(incumbent, None)
    if candidate.option_class is OptionClass.OTHER_HOST:
        return new / old if new and old else 1.0
    return new / old if new and old else None


def _blended(model: Model | None, host: str | None) -> float | None:
    """USD per million tokens at this host; at the cheapest priced host if None or unlisted."""
    if model is None:
        return None
    prices = {
        offer.host: (
            INPUT_PER_OUTPUT * offer.input_usd_per_million_tokens
            + offer.output_usd_per_million_tokens
        )
        / (INPUT_PER_OUTPUT + 1)
        for offer in model.offers
        if offer.input_usd_per_million_tokens is not None
        and offer.output_usd_per_million_tokens is not None
    }
    if not prices:
        return None
    if model.developer in prices and host is None:
        return prices[model.developer]
    return prices.get(host or "", min(prices.values())) or None


def _numbers(
    startup: Startup, use_case: str, key: str, assumptions: Assumptions, today: date
) -> DependencyNumbers:
    numbers = numbers_of(startup, assumptions=assumptions, today=today)
    return next(
        one
        for case in numbers.use_cases
        if case.name == use_case
        for one in case.dependencies
        if one.dependency.key == key
    )
