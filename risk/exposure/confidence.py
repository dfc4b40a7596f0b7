"""How sure an answer is: how much of what moves the score is known, and how fresh that is.

conf = Σ_f ω_f · known_f · 2^(-age_f/τ_f), ω_f the part of the score's movement that sort of fact f
has between its 10 % and its 90 % point. docs/method.md §4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from risk.assumptions import Assumptions
from risk.exposure.fact_probes import COMPANY_FACTS, SORTS
from risk.exposure.numbers import StartupNumbers, exposed_use_cases
from risk.inventory.records import Dependency, Startup, UseCase

#: Facts of a dependency by their sort, under the register's own names.
_OF_DEPENDENCY = {
    "depth": "depth",
    "exit_plan": "exit_plan",
    "fallback": "fallback",
    "spend_usd": "spend_usd_per_month",
}
#: The day of the newest evidence for a fact, beside that of its record.
_EVIDENCE = {"fallback": "fallback_tested_on", "exit_plan": "exit_plan_tested_on"}


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """Reads what a fact still counts on one day: 1 stated today, 0 never stated."""

    assumptions: Assumptions
    today: date

    def of(self, known: bool, day: date | None, half_life_days: float) -> float:
        """2^(-age/half-life) of a stated fact; one without a day has the age assumed for these."""
        if not known:
            return 0.0
        age = self.assumptions.undated_fact_days
        if day is not None:
            age = max(0.0, float((self.today - day).days))
        return float(2.0 ** (-age / half_life_days))

    def of_company(self, startup: Startup, sort: str) -> float:
        """One fact of the company."""
        day = startup.stated_on.get(sort, startup.as_of)
        half_life = self.assumptions.company_fact_half_life
        return self.of(getattr(startup, sort) is not None, day, half_life)

    def of_case(self, case: UseCase) -> float:
        """The criticality of a use case, as old as the newest record of its dependencies."""
        days = [day for one in case.dependencies if (day := _day(one))]
        half_life = self.assumptions.dependency_fact_half_life
        return self.of(case.criticality is not None, max(days, default=None), half_life)

    def of_dependency(self, one: Dependency, sort: str) -> float:
        """One fact of a dependency, as old as its record or a later test of it."""
        days = [day for day in (_day(one), _tested(one, sort)) if day is not None]
        half_life = self.assumptions.dependency_fact_half_life
        known = getattr(one, _OF_DEPENDENCY[sort]) is not None
        return self.of(known, max(days, default=None), half_life)


def confidence_share(
    startup: Startup,
    probed: StartupNumbers,
    swings: Mapping[str, float],
    *,
    hidden: float,
    assumptions: Assumptions,
    today: date,
) -> float:
    """The share 0..1 of what moves a startup's score that is known and fresh.

    Args:
        startup: the facts.
        probed: its numbers, of which draw 0 is the startup as it is.
        swings: points by which each sort of fact moves the score.
        hidden: points by which open questions could raise it; nothing of them is known.
        assumptions: half-lives of facts.
        today: the day on which ages are taken.
    """
    fresh = known_and_fresh(startup, probed, Freshness(assumptions=assumptions, today=today))
    total = sum(swings.values())
    weights = swings if total > 0 else dict.fromkeys(SORTS, 1.0)
    whole = sum(weights.values()) + max(0.0, hidden)
    return min(1.0, sum(weights[sort] * fresh[sort] for sort in SORTS) / whole)


def share_without_exposure(startup: Startup, assumptions: Assumptions, today: date) -> float:
    """The same for a startup that stands on no language model as far as anybody knows.

    What is known is that its dependencies are none; a register without dependencies, or with open
    questions, knows nothing.
    """
    named = [one for case in startup.use_cases for one in case.dependencies]
    if not named or any(one.answer.value == "ask" for one in named):
        return 0.0
    fresh = Freshness(assumptions=assumptions, today=today)
    half_life = assumptions.dependency_fact_half_life
    return sum(fresh.of(True, _day(one), half_life) for one in named) / len(named)


def known_and_fresh(
    startup: Startup, probed: StartupNumbers, fresh: Freshness
) -> Mapping[str, float]:
    """What each sort of fact still counts, 0..1, weighted by margin over the startup's work."""
    found = {sort: fresh.of_company(startup, sort) for sort in COMPANY_FACTS}
    of_case: list[tuple[float, float]] = []
    of_work: dict[str, list[tuple[float, float]]] = {sort: [] for sort in _OF_DEPENDENCY}
    for (case, _), numbers in zip(exposed_use_cases(startup), probed.use_cases, strict=True):
        margin = max(0.0, float(numbers.margin_usd_per_day[0]))
        of_case.append((margin, fresh.of_case(case)))
        for one in numbers.dependencies:
            weight = margin * float(one.share[0])
            for sort, known in of_work.items():
                known.append((weight, fresh.of_dependency(one.dependency, sort)))
    found["criticality"] = _mean(of_case)
    return found | {sort: _mean(known) for sort, known in of_work.items()}


def _mean(weighted: Iterable[tuple[float, float]]) -> float:
    pairs = list(weighted)
    total = sum(weight for weight, _ in pairs)
    if total <= 0:
        return sum(value for _, value in pairs) / len(pairs) if pairs else 0.0
    return sum(weight * value for weight, value in pairs) / total


def _day(one: Dependency) -> date | None:
    return one.as_of or one.recorded_on


def _tested(one: Dependency, sort: str) -> date | None:
    day: date | None = getattr(one, _EVIDENCE[sort]) if sort in _EVIDENCE else None
    return day
