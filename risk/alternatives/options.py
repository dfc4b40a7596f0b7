"""What a startup should do: every option re-scored by the same model, ranked, one recommended.

docs/method.md §5: residual expected loss and tail, one-off and running cost, effort, what the
option covers, and what would flip the choice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.candidates import Candidate, candidates
from risk.alternatives.costs import OptionCost, option_cost, running_cost
from risk.alternatives.coverage import coverage
from risk.alternatives.filters import exclusions
from risk.alternatives.results import Alternative, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.exposure.assessment import annual_loss
from risk.exposure.event_losses import event_losses
from risk.exposure.numbers import exposed_use_cases, numbers_of
from risk.exposure.places import PlacedStartup, place_startup
from risk.hazard.events import event_catalogue
from risk.hazard.patterns import EventPatterns, event_patterns
from risk.hazard.supply_chain import build_supply_chain
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase

Array = NDArray[np.float64]


class StartupNotFound(ValueError):
    """The portfolio has no startup of this name."""


@dataclass(frozen=True, kw_only=True)
class _Scored:
    candidate: Candidate
    excluded: tuple[str, ...]
    ask: tuple[str, ...]
    covers: Mapping[FalterKind, float]
    down_together: Mapping[FalterKind, float]
    cost: OptionCost
    residual_aal_usd: float
    residual_tvar95_usd: float

    @classmethod
    def of(
        cls,
        candidate: Candidate,
        cost: OptionCost,
        residual: tuple[float, float],
        coverage_of: tuple[Mapping[FalterKind, float], Mapping[FalterKind, float]],
        excluded: tuple[str, ...],
        ask: tuple[str, ...],
    ) -> "_Scored":
        """Put an option's answers together; a price that nobody lists is one more question."""
        if cost.run_usd_per_year is None:
            ask = (*ask, "what it costs to run: no price in the catalogue")
        return cls(
            candidate=candidate,
            excluded=excluded,
            ask=ask,
            covers=coverage_of[0],
            down_together=coverage_of[1],
            cost=cost,
            residual_aal_usd=residual[0],
            residual_tvar95_usd=residual[1],
        )

    def result(self, use_case: str, dependency_key: str) -> Alternative:
        """The option as a result, before it is ranked."""
        changed = self.candidate.changed
        return Alternative(
            use_case=use_case,
            dependency_key=dependency_key,
            option=self.candidate.title,
            option_class=self.candidate.option_class,
            developer=changed.developer,
            host=changed.host,
            model=changed.model,
            excluded=self.excluded,
            ask=self.ask,
            covers=self.covers,
            down_together=self.down_together,
            weeks=self.cost.weeks,
            one_off_usd=self.cost.one_off_usd,
            run_usd_per_year=self.cost.run_usd_per_year,
            residual_aal_usd=self.residual_aal_usd,
            residual_tvar95_usd=self.residual_tvar95_usd,
            pareto=False,
            recommended=False,
            flips_if=None,
        )

    @property
    def allowed(self) -> bool:
        """Nothing rules it out and its running cost is known."""
        return not self.excluded and self.cost.run_usd_per_year is not None


def alternatives_for(
    portfolio: Portfolio,
    startup: str,
    *,
    use_case: str | None = None,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> tuple[Alternative, ...]:
    """Options for every exposed dependency of a startup, or of one of its use cases.

    Raises:
        StartupNotFound: no startup, or no use case, of this name.
    """
    found = next((one for one in portfolio.startups if one.name == startup), None)
    if found is None:
        raise StartupNotFound(f"There is no startup called '{startup}' in {portfolio.name}.")
    if use_case is not None and use_case not in {one.name for one in found.use_cases}:
        raise StartupNotFound(f"{startup} has no use case called '{use_case}'.")
    result: list[Alternative] = []
    for case, dependencies in exposed_use_cases(found):
        if use_case in (None, case.name):
            for dependency in dependencies:
                result.extend(_options_of(found, case, dependency, catalog, assumptions, today))
    return tuple(result)


def _options_of(
    startup: Startup,
    case: UseCase,
    dependency: Dependency,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> Iterable[Alternative]:
    listed = candidates(dependency, catalog=catalog, assumptions=assumptions, today=today)
    variants = {one: _with(startup, case, dependency, one.changed) for one in listed}
    placed = {one: place_startup(variants[one], catalog) for one in listed}
    events = _events(placed.values(), catalog, assumptions, today)
    stay = listed[0]
    stay_run = running_cost(variants[stay], case.name, dependency, assumptions, today)
    scored = []
    for one in listed:
        cost = option_cost(
            one,
            stay.model,
            variants[one],
            case.name,
            stay_run_usd=stay_run,
            assumptions=assumptions,
            today=today,
        )
        excluded, ask = exclusions(one, dependency, catalog=catalog, today=today)
        residual = _residual(variants[one], case.name, placed[one], events, assumptions, today)
        covers = coverage(
            events,
            incumbent=placed[stay].places[dependency.key].endpoint,
            option=_endpoint(one, placed[one], dependency),
            stays=one is stay,
        )
        scored.append(_Scored.of(one, cost, residual, covers, excluded, ask))
    return _ranked(scored, case, dependency, assumptions)


def _endpoint(one: Candidate, placed: PlacedStartup, dependency: Dependency) -> str:
    """Where the workload runs when today's provider is down: the fallback behind a gateway."""
    place = placed.places[dependency.key]
    if one.option_class is OptionClass.GATEWAY and place.fallback:
        return place.fallback
    return place.endpoint


def _with(startup: Startup, case: UseCase, old: Dependency, new: Dependency) -> Startup:
    """The startup with one dependency replaced."""
    changed = replace(
        case, dependencies=tuple(new if one.key == old.key else one for one in case.dependencies)
    )
    return replace(
        startup,
        use_cases=tuple(changed if one.name == case.name else one for one in startup.use_cases),
    )


def _events(
    placed: Iterable[PlacedStartup], catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[EventPatterns, ...]:
    """One event catalogue over today's and all options' endpoints."""
    listed = list(placed)
    endpoints = [endpoint for one in listed for endpoint in one.endpoints]
    customers = [customer for one in listed for customer in one.customers]
    chain = build_supply_chain(catalog, endpoints, assumptions)
    events = event_catalogue(chain, catalog, assumptions, customers=customers, today=today)
    return tuple(event_patterns(chain, one) for one in events)


def _residual(
    variant: Startup,
    use_case: str,
    placed: PlacedStartup,
    events: tuple[EventPatterns, ...],
    assumptions: Assumptions,
    today: date,
) -> tuple[float, float]:
    """Expected loss a year and its tail from this use case, in USD, with the option taken."""
    numbers = numbers_of(variant, assumptions=assumptions, today=today)
    case = tuple(one for one in numbers.use_cases if one.name == use_case)
    keys = {one.dependency.key for one in case[0].dependencies}
    places = {key: place for key, place in placed.places.items() if key in keys}
    only = replace(numbers, use_cases=case)
    losses = event_losses(only, events, places, assumptions)
    year = annual_loss(losses)
    return float(year.aal_usd.mean()), float(year.tvar95_usd.mean())


def _ranked(
    scored: list[_Scored], case: UseCase, dependency: Dependency, assumptions: Assumptions
) -> Iterable[Alternative]:
    """The options as results.

    Recommended is the one with the least extra cost and loss together among those that lose no
    more than staying. A lower bill counts as nothing: it is no reason to move, and a price per
    token says little about another model's bill.
    """
    stay = scored[0]
    allowed = [one for one in scored if one.allowed]
    efficient = [
        one for one in allowed if not any(_dominates(b, one, assumptions) for b in allowed)
    ]
    safe = [one for one in efficient if _loss(one, assumptions) <= _loss(stay, assumptions)]
    order = sorted(safe, key=lambda one: _extra(one, stay, assumptions) + _loss(one, assumptions))
    best = order[0] if order else None
    second = order[1] if len(order) > 1 else None
    for one in scored:
        result = one.result(case.name, dependency.key)
        yield replace(
            result,
            pareto=one in efficient,
            recommended=one is best,
            flips_if=_flip(one, best, order, stay, assumptions),
            runner_up=one is second,
        )


def _loss(one: _Scored, assumptions: Assumptions) -> float:
    """Expected loss plus the capital cost of the tail, USD a year."""
    return one.residual_aal_usd + assumptions.cost_of_capital * one.residual_tvar95_usd


def _extra(one: _Scored, stay: _Scored, assumptions: Assumptions) -> float:
    """What an option costs more than staying, USD a year; never below its one-off cost."""
    run, today = one.cost.run_usd_per_year or 0.0, stay.cost.run_usd_per_year or 0.0
    return one.cost.one_off_usd / assumptions.annualise_years + max(0.0, run - today)


def _dominates(a: _Scored, b: _Scored, assumptions: Assumptions) -> bool:
    """True if ``a`` is no worse in loss, cost and effort, and better in one of them."""
    first = (_loss(a, assumptions), a.cost.yearly_usd(assumptions), a.cost.weeks)
    second = (_loss(b, assumptions), b.cost.yearly_usd(assumptions), b.cost.weeks)
    return all(x <= y for x, y in zip(first, second, strict=True)) and first != second


def _flip(
    one: _Scored,
    best: _Scored | None,
    order: list[_Scored],
    stay: _Scored,
    assumptions: Assumptions,
) -> str | None:
    """How much more or less frequent falters must be for this option to overtake the best one.

    λ* = Δcost / Δloss: the multiple of all rates at which the two cost the same.
    """
    if best is None or not one.allowed:
        return None
    other = next((rival for rival in order if rival is not best), None) if one is best else best
    if other is None:
        return None
    cost = _extra(one, stay, assumptions) - _extra(other, stay, assumptions)
    saved = _loss(other, assumptions) - _loss(one, assumptions)
    if cost * saved <= 0:
        return None
    multiple = cost / saved
    if one is best:
        direction = "below" if saved > 0 else "above"
        return f"{other.candidate.title} wins if falters are {direction} {_times(multiple)}"
    direction = "above" if saved > 0 else "below"
    return f"Wins if falters are {direction} {_times(multiple)}"


def _times(multiple: float) -> str:
    """``0.4 times as frequent as assumed``, with two figures below ten."""
    digits = 2 if multiple < 1 else 1 if multiple < 10 else 0
    return f"{multiple:,.{digits}f} times as frequent as assumed"
