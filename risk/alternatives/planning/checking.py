"""Put a plan to the full model: every startup changed, the whole portfolio valued again.

The plan adds up what each choice changes; the full model values all changes together, with every
disruption in every world. The difference is the plan's own error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from risk.alternatives.planning.plan import Plan, PlanChoice
from risk.alternatives.planning.table import TAIL_LEVEL
from risk.alternatives.variants import Setting, ground_for
from risk.inventory.records import Dependency, Startup
from risk.loss.answer import answer_on
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of


@dataclass(frozen=True, kw_only=True)
class PlanCheck:
    """Expected loss and 1-in-20-year loss of the full model in USD, before and after the plan.

    The two gaps are the full model's figure after the plan less the plan's own.
    """

    aal_before_usd: float
    aal_after_usd: float
    tvar95_before_usd: float
    tvar95_after_usd: float
    aal_gap_usd: float
    tvar95_gap_usd: float


def whole_portfolio(startups: Sequence[Startup], setting: Setting) -> tuple[float, float]:
    """Expected loss a year and its tail (TVaR 95 %) of the full model, USD."""
    book = book_of(columns_of(startups, catalog=setting.catalog, today=setting.today))
    answer = answer_on(ground_for(book, setting), book.exposures, setting.assumptions).book
    return answer.mean, float(answer.year.law.tail_value_at_risk(TAIL_LEVEL))


def check_plan(
    startups: Sequence[Startup],
    plan: Plan,
    setting: Setting,
    *,
    before: tuple[float, float],
) -> PlanCheck:
    """Value the portfolio as the plan would make it; ``before`` is the same for today."""
    after = whole_portfolio(planned_startups(startups, plan.choices), setting)
    return PlanCheck(
        aal_before_usd=before[0],
        aal_after_usd=after[0],
        tvar95_before_usd=before[1],
        tvar95_after_usd=after[1],
        aal_gap_usd=after[0] - plan.aal_usd,
        tvar95_gap_usd=after[1] - plan.tvar95_usd,
    )


def planned_startups(
    startups: Iterable[Startup], choices: Iterable[PlanChoice]
) -> tuple[Startup, ...]:
    """The register as it would be with every choice taken."""
    changed = {
        one.dependency.key: one.option.changed
        for one in choices
        if one.changes and one.option.changed is not None
    }
    return tuple(_changed(one, changed) for one in startups)


def _changed(startup: Startup, changed: Mapping[str, Dependency]) -> Startup:
    cases = tuple(
        replace(case, dependencies=tuple(changed.get(one.key, one) for one in case.dependencies))
        for case in startup.use_cases
    )
    return replace(startup, use_cases=cases)
