"""Put a plan to the full model: every startup changed, the whole portfolio scored again.

The plan adds up what each choice changes; the full model scores all changes together, with every
event, uncertain rates and good and bad years. The difference is the plan's own error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from risk.alternatives.planning.plan import Plan, PlanChoice
from risk.alternatives.planning.solving import TAIL_LEVEL
from risk.alternatives.variants import Setting
from risk.inventory.records import Dependency, Portfolio, Startup
from risk.portfolio.book import open_book
from risk.portfolio.year_figures import laid_out, law_of_year


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


def whole_portfolio(portfolio: Portfolio, setting: Setting) -> tuple[float, float]:
    """Expected loss a year and its tail (TVaR 95 %) of the full model, USD."""
    book = open_book(
        portfolio, catalog=setting.catalog, assumptions=setting.assumptions, today=setting.today
    )
    year = law_of_year(laid_out(book, setting.assumptions), setting.assumptions)
    return year.aal_usd, year.tvar_usd(TAIL_LEVEL)


def check_plan(
    portfolio: Portfolio, plan: Plan, setting: Setting, *, before: tuple[float, float] | None = None
) -> PlanCheck:
    """Score the portfolio as the plan would make it; ``before`` is the same for today, if known."""
    first = whole_portfolio(portfolio, setting) if before is None else before
    after = whole_portfolio(planned_portfolio(portfolio, plan.choices), setting)
    return PlanCheck(
        aal_before_usd=first[0],
        aal_after_usd=after[0],
        tvar95_before_usd=first[1],
        tvar95_after_usd=after[1],
        aal_gap_usd=after[0] - plan.aal_usd,
        tvar95_gap_usd=after[1] - plan.tvar95_usd,
    )


def planned_portfolio(portfolio: Portfolio, choices: Iterable[PlanChoice]) -> Portfolio:
    """The register as it would be with every choice taken."""
    changed = {
        one.dependency.key: one.option.changed
        for one in choices
        if one.changes and one.option.changed is not None
    }
    return replace(portfolio, startups=tuple(_changed(one, changed) for one in portfolio.startups))


def _changed(startup: Startup, changed: Mapping[str, Dependency]) -> Startup:
    cases = tuple(
        replace(case, dependencies=tuple(changed.get(one.key, one) for one in case.dependencies))
        for case in startup.use_cases
    )
    return replace(startup, use_cases=cases)
