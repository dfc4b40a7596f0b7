"""What a startup should do: every option re-scored by the same model, ranked, one recommended.

docs/method.md §6: residual expected loss and tail, one-off and running cost, effort, what the
option covers, and what would flip the choice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from risk.alternatives.candidates import candidates
from risk.alternatives.comparison import NOT_NAMED, comparison
from risk.alternatives.costs import OptionCost, Workload, option_cost, running_cost
from risk.alternatives.coverage import coverage
from risk.alternatives.filters import Question, checks, reasons, subject
from risk.alternatives.judgements import NO_JUDGEMENTS, Decided, Judgements, Needs, needs_of
from risk.alternatives.queueing import losses_by_queue, who_is_asked, worth_of_reserving
from risk.alternatives.ranking import ranked
from risk.alternatives.residuals import residuals
from risk.alternatives.results import (
    Alternative,
    Candidate,
    Check,
    Criterion,
    OptionClass,
    Verdict,
)
from risk.alternatives.variants import Setting, Variant, shared_events, variant_of
from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.numbers import exposed_use_cases
from risk.exposure.places import PlacedStartup
from risk.hazard.patterns import EventPatterns
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase


class StartupNotFound(ValueError):
    """The portfolio has no startup of this name."""


@dataclass(frozen=True, kw_only=True)
class _Situation:
    """One dependency today: what its use case needs, what was answered, what staying is like."""

    case: UseCase
    dependency: Dependency
    needs: Needs
    answers: Mapping[str, Mapping[Criterion, Decided]]
    stay: Candidate
    today: Variant
    events: tuple[EventPatterns, ...]
    setting: Setting


@dataclass(frozen=True, kw_only=True)
class ScoredDependency:
    """One dependency with its options, staying first, and what each makes of the startup."""

    startup: Startup
    case: UseCase
    dependency: Dependency
    options: tuple[Alternative, ...]
    variants: tuple[Variant, ...]


def alternatives_for(
    portfolio: Portfolio,
    startup: str,
    *,
    use_case: str | None = None,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    judgements: Judgements = NO_JUDGEMENTS,
) -> tuple[Alternative, ...]:
    """Options for every exposed dependency of a startup, or of one of its use cases.

    ``judgements`` are what analysts said of its needs, of the options, and of how alike models are.

    Raises:
        StartupNotFound: no startup, or no use case, of this name.
    """
    found = next((one for one in portfolio.startups if one.name == startup), None)
    if found is None:
        raise StartupNotFound(f"There is no startup called '{startup}' in {portfolio.name}.")
    if use_case is not None and use_case not in {one.name for one in found.use_cases}:
        raise StartupNotFound(f"{startup} has no use case called '{use_case}'.")
    setting = Setting(catalog=catalog, assumptions=assumptions, today=today)
    return tuple(
        option
        for one in scored_dependencies(found, setting, use_case=use_case, judgements=judgements)
        for option in one.options
    )


def scored_dependencies(
    startup: Startup,
    setting: Setting,
    *,
    use_case: str | None = None,
    judgements: Judgements = NO_JUDGEMENTS,
) -> Iterable[ScoredDependency]:
    """Every exposed dependency of a startup, or of one of its use cases, with its options."""
    for case, dependencies in exposed_use_cases(startup):
        if use_case in (None, case.name):
            for dependency in dependencies:
                yield _options_of(startup, case, dependency, judgements, setting)


def _options_of(
    startup: Startup,
    case: UseCase,
    dependency: Dependency,
    judgements: Judgements,
    setting: Setting,
) -> ScoredDependency:
    known = {"catalog": setting.catalog, "assumptions": setting.assumptions, "today": setting.today}
    listed = [
        _as_decided(one, dependency, judgements)
        for one in candidates(dependency, **known)  # type: ignore[arg-type]  # three named arguments
    ]
    variants = [variant_of(startup, case, dependency, one.changed, setting) for one in listed]
    situation = _Situation(
        case=case,
        dependency=dependency,
        needs=needs_of(dependency, judgements.needs.get((startup.name, case.name))),
        answers=_answers(startup.name, case.name, judgements),
        stay=listed[0],
        today=variants[0],
        events=shared_events((one.placed for one in variants), setting),
        setting=setting,
    )
    left = residuals(variants, case.name, situation.events, setting.assumptions)
    scored = [
        _scored(one, variant, situation, _alike(one, dependency, judgements), figures)
        for one, variant, figures in zip(listed, variants, left, strict=True)
    ]
    options = ranked(scored, setting.assumptions)
    staying = losses_by_queue(situation.today, case.name, situation.events, setting)
    return ScoredDependency(
        startup=startup,
        case=case,
        dependency=dependency,
        options=tuple(worth_of_reserving(one, options[0], staying, setting) for one in options),
        variants=tuple(variants),
    )


def _scored(
    one: Candidate,
    variant: Variant,
    situation: _Situation,
    decided: Decided | None,
    left: tuple[float, float],
) -> Alternative:
    """One option with its checks, cost, coverage and what it leaves, not yet ranked."""
    setting, key = situation.setting, situation.dependency.key
    question = Question(
        candidate=one,
        dependency=situation.dependency,
        needs=situation.needs,
        incumbent=situation.stay.model,
        catalog=setting.catalog,
        today=setting.today,
    )
    found = checks(question, situation.answers.get(subject(question), {}))
    covers, together = coverage(
        situation.events,
        incumbent=situation.today.placed.places[key].endpoint,
        option=_endpoint(one, variant.placed, key),
        stays=one.option_class in (OptionClass.STAY, OptionClass.CONTRACT),
    )
    return replace(
        _described(one, _cost(one, variant, situation), found, situation),
        covers=covers,
        down_together=together,
        residual_aal_usd=left[0],
        residual_tvar95_usd=left[1],
        subject=subject(question),
        comparison=comparison(one, situation.stay.model, decided),
    )


def _described(
    one: Candidate, cost: OptionCost, found: tuple[Check, ...], situation: _Situation
) -> Alternative:
    """What an option is and costs, without what it leaves; a price nobody lists is a question."""
    ask = reasons(found, Verdict.ASK)
    if cost.run_usd_per_year is None:
        ask = (*ask, "what it costs to run: no price in the catalogue")
    capacity, asked = who_is_asked(one)
    return Alternative(
        use_case=situation.case.name,
        dependency_key=situation.dependency.key,
        option=one.title,
        option_class=one.option_class,
        developer=one.changed.developer,
        host=one.changed.host,
        model=one.changed.model,
        excluded=reasons(found, Verdict.UNMET),
        ask=ask,
        covers={},
        down_together={},
        weeks=cost.weeks,
        one_off_usd=cost.one_off_usd,
        run_usd_per_year=cost.run_usd_per_year,
        residual_aal_usd=0.0,
        residual_tvar95_usd=0.0,
        pareto=False,
        recommended=False,
        flips_if=None,
        changed=one.changed,
        checks=found,
        switch_days=cost.days,
        capacity=capacity,
        needs_capacity_of=asked,
    )


def _cost(one: Candidate, variant: Variant, situation: _Situation) -> OptionCost:
    case, key = situation.case.name, situation.dependency.key
    assumptions = situation.setting.assumptions
    work = Workload(
        case=variant.case(case),
        numbers=variant.dependency(case, key),
        incumbent=situation.stay.model,
        stay_run_usd=running_cost(situation.today.dependency(case, key)),
        mix=situation.needs.input_per_output_tokens or assumptions.input_per_output_tokens,
    )
    return option_cost(one, work, assumptions)


def _endpoint(one: Candidate, placed: PlacedStartup, key: str) -> str:
    """Where the work is done when today's provider is down: at the second one, if there is one."""
    place = placed.places[key]
    second = one.option_class in (OptionClass.GATEWAY, OptionClass.RESERVED)
    return place.fallback if second and place.fallback else place.endpoint


def _alike(one: Candidate, dependency: Dependency, judgements: Judgements) -> Decided | None:
    """What an analyst decided of today's model and this option's."""
    return judgements.alike.get(
        (dependency.model or NOT_NAMED, one.model.name if one.model else "")
    )


def _as_decided(one: Candidate, dependency: Dependency, judgements: Judgements) -> Candidate:
    decided = _alike(one, dependency, judgements)
    return replace(one, substitutability=decided.value) if decided else one


def _answers(
    startup: str, use_case: str, judgements: Judgements
) -> Mapping[str, Mapping[Criterion, Decided]]:
    """The answers about this use case by subject and criterion."""
    found: dict[str, dict[Criterion, Decided]] = {}
    for (of_startup, of_case, about, criterion), decided in judgements.answers.items():
        if (of_startup, of_case) == (startup, use_case):
            found.setdefault(about, {})[criterion] = decided
    return found
