"""The facts of one startup as numbers to calculate with: one value per draw of what is unknown."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Answer
from risk.exposure.evidence import fallback_terms, plan_factor
from risk.exposure.fact_probes import FactProbes
from risk.exposure.priors import CRITICALITY, DEPTH, DRAWS, EXIT_PLAN, FALLBACK, FactDraws
from risk.exposure.switching import base_effort_weeks
from risk.inventory.records import (
    CapacityClass,
    Dependency,
    Depth,
    Fallback,
    Requirement,
    Startup,
    UseCase,
)

Array = NDArray[np.float64]
Option = TypeVar("Option")
DAYS_PER_YEAR = 365.0
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
#: Words in what is said about data by which customers must consent to a new provider.
CONSENT = re.compile(r"\b(?:consents?|regulated|einwilligung|zustimmung|consentement)\b", re.I)
#: Fallbacks that stand on an agreement that is signed already.
CONTRACTED = (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC)


@dataclass(frozen=True, kw_only=True)
class DependencyNumbers:
    """One dependency. Arrays have shape (draws,); shares 0..1, times in days, money in USD."""

    dependency: Dependency
    share: Array
    base_effort_weeks: Array
    plan_factor: Array
    engineers: Array
    legal_days: Array
    fine_tuned: Array
    fallback_effectiveness: Array
    failover_days: Array
    spend_usd_per_month: Array
    stranded_months: Array


@dataclass(frozen=True, kw_only=True)
class UseCaseNumbers:
    """One use case. ``margin_usd_per_day`` (draws,) is what stops when it stops wholly."""

    name: str
    requirement: Requirement
    margin_usd_per_day: Array
    buffer_days: float
    dependencies: tuple[DependencyNumbers, ...]


@dataclass(frozen=True, kw_only=True)
class StartupNumbers:
    """One startup. ``unknown`` maps each missing fact to the quantiles at which it was drawn."""

    name: str
    country: str
    gross_profit_usd: Array
    gross_profit_known: bool
    use_cases: tuple[UseCaseNumbers, ...]
    unknown: dict[str, Array]


def exposed_use_cases(startup: Startup) -> tuple[tuple[UseCase, tuple[Dependency, ...]], ...]:
    """The use cases that stand on a language-model provider, with those dependencies only."""
    found = []
    for use_case in startup.use_cases:
        models = tuple(one for one in use_case.dependencies if one.answer is Answer.YES)
        if models:
            found.append((use_case, models))
    return tuple(found)


def buffer_days(use_case: UseCase, assumptions: Assumptions) -> float:
    """Days for which nobody feels that a use case stands still."""
    hours = use_case.buffer_hours
    return (assumptions.buffer_hours if hours is None else hours) / 24


def numbers_of(startup: Startup, *, assumptions: Assumptions, today: date) -> StartupNumbers:
    """Turn facts into numbers; a missing fact becomes draws from its prior, never zero.

    A startup without missing facts needs one draw only.
    """
    certain = _numbers(startup, FactDraws(startup.name, 1), assumptions, today)
    if not certain.unknown:
        return certain
    return _numbers(startup, FactDraws(startup.name, DRAWS), assumptions, today)


def probed_numbers(startup: Startup, *, assumptions: Assumptions, today: date) -> StartupNumbers:
    """The startup as it is in draw 0, then with each sort of fact at its 10 and 90 % point."""
    return _numbers(startup, FactProbes(startup.name), assumptions, today)


def _numbers(
    startup: Startup, draws: FactDraws, assumptions: Assumptions, today: date
) -> StartupNumbers:
    revenue = draws.known_or_split_lognormal(
        "annual_revenue_usd", startup.annual_revenue_usd, _points(assumptions, "revenue")
    )
    margin = draws.known_or_share(
        "gross_margin", startup.gross_margin, _points(assumptions, "gross_margin")
    )
    ai_share = draws.known_or_share(
        "ai_revenue_share", startup.ai_revenue_share, _points(assumptions, "ai_share")
    )
    engineers = draws.known_or_split_lognormal(
        "engineers",
        max(startup.engineers, 0.5) if startup.engineers is not None else None,
        _points(assumptions, "engineers"),
    )
    profit = revenue * margin
    profit = np.where(profit > 0, profit, revenue * assumptions.fallback_gross_margin)
    exposed = exposed_use_cases(startup)
    reader = _Reader(draws, assumptions, today, engineers, revenue * ai_share)
    shares = _revenue_shares(exposed)
    use_cases = tuple(
        reader.use_case(use_case, models, shares[i], revenue * ai_share * margin / DAYS_PER_YEAR)
        for i, (use_case, models) in enumerate(exposed)
    )
    return StartupNumbers(
        name=startup.name,
        country=startup.country or "",
        gross_profit_usd=profit,
        gross_profit_known=None not in (startup.annual_revenue_usd, startup.gross_margin),
        use_cases=use_cases,
        unknown=draws.unknown,
    )


@dataclass
class _Reader:
    draws: FactDraws
    assumptions: Assumptions
    today: date
    engineers: Array
    ai_revenue: Array

    def use_case(
        self, use_case: UseCase, models: tuple[Dependency, ...], weight: float, margin: Array
    ) -> UseCaseNumbers:
        path = use_case.name
        levels = self.draws.known_or_choice(
            f"{path} / criticality", use_case.criticality, CRITICALITY
        )
        critical = _each(levels, lambda one: getattr(self.assumptions, f"criticality_{one}"))
        shares = _workload_shares(models, use_case.requirement)
        return UseCaseNumbers(
            name=path,
            requirement=use_case.requirement,
            margin_usd_per_day=margin * weight * critical,
            buffer_days=buffer_days(use_case, self.assumptions),
            dependencies=tuple(
                self.dependency(path, one, share, weight)
                for one, share in zip(models, shares, strict=True)
            ),
        )

    def dependency(
        self, path: str, one: Dependency, share: float, weight: float
    ) -> DependencyNumbers:
        assume, count = self.assumptions, self.draws.count
        name = f"{path} / {one.provider_text}"
        depths = self.draws.known_or_choice(f"{name} / depth", one.depth, DEPTH)
        plans = self.draws.known_or_choice(f"{name} / exit_plan", one.exit_plan, EXIT_PLAN)
        fallbacks = self.draws.known_or_choice(f"{name} / fallback", one.fallback, FALLBACK)
        terms = {state: fallback_terms(state, one, assume, self.today) for state in set(fallbacks)}
        spend_share = self.draws.known_or_share(
            f"{name} / spend_usd",
            None if one.spend_usd_per_month is None else 0.0,
            _points(assume, "spend_share"),
        )
        spend = self.draws.known_or_derived(
            f"{name} / spend_usd",
            one.spend_usd_per_month,
            spend_share * self.ai_revenue * weight * share / 12,
        )
        notice = assume.unknown_notice_days if one.notice_days is None else one.notice_days
        return DependencyNumbers(
            dependency=one,
            share=np.full(count, share),
            base_effort_weeks=_each(depths, lambda depth: base_effort_weeks(depth, assume)),
            plan_factor=_each(plans, lambda plan: plan_factor(plan, one, assume, self.today)),
            engineers=self.engineers,
            legal_days=np.full(count, _legal_days(one, assume)),
            fine_tuned=np.array([depth is Depth.FINE_TUNED for depth in depths]),
            fallback_effectiveness=np.array([terms[state][0] for state in fallbacks]),
            failover_days=np.array([terms[state][1] for state in fallbacks]),
            spend_usd_per_month=spend,
            stranded_months=np.full(count, notice / DAYS_PER_MONTH),
        )


def _each(drawn: tuple[Option, ...], value: Callable[[Option], float]) -> Array:
    """``value`` of each draw, asked once for each option."""
    values = {one: value(one) for one in set(drawn)}
    return np.array([values[one] for one in drawn])


def _points(assumptions: Assumptions, name: str) -> tuple[float, float, float]:
    """The 10 %, 50 % and 90 % points of an unknown fact."""
    low, middle, high = (
        float(getattr(assumptions, f"unknown_{name}{suffix}")) for suffix in ("_low", "", "_high")
    )
    return low, middle, high


def _revenue_shares(exposed: tuple[tuple[UseCase, tuple[Dependency, ...]], ...]) -> list[float]:
    """Shares of AI revenue by use case."""
    return _fill_shares([use_case.revenue_share for use_case, _ in exposed])


def _workload_shares(models: tuple[Dependency, ...], requirement: Requirement) -> list[float]:
    """Shares of a use case's workload; all count whole unless the workload is shared out."""
    if requirement is not Requirement.SHARED:
        return [1.0] * len(models)
    return _fill_shares([one.share for one in models])


def _fill_shares(stated: list[float | None]) -> list[float]:
    """Stated shares kept, the rest split evenly; scaled down if they come to more than 1.

    A silent entry beside stated ones that already fill the whole still gets an even part.
    """
    left = 1 - sum(one for one in stated if one is not None)
    silent = sum(one is None for one in stated)
    even = left / silent if silent and left > 1e-9 else 1 / max(len(stated), 1)
    shares = [even if one is None else one for one in stated]
    return [one / max(1.0, sum(shares)) for one in shares]


def _legal_days(one: Dependency, assumptions: Assumptions) -> float:
    """A contracted fallback needs no new agreement; data that must stay put needs a review.

    Where the text about data says that regulated customers must consent, they are asked first.
    """
    if one.data_residency:
        asked = CONSENT.search(one.data_residency) is not None
        return assumptions.customer_consent_days if asked else assumptions.residency_review_days
    reserved = one.fallback_capacity is CapacityClass.RESERVED
    contracted = reserved or one.fallback in CONTRACTED
    return 0.0 if contracted else assumptions.legal_days
