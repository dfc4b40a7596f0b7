"""What to do first in a portfolio: the options that remove most risk for their cost."""

from collections.abc import Callable, Iterable
from datetime import date

from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.options import alternatives_for
from risk.alternatives.results import Alternative, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.results import Action, PortfolioAssessment

#: Only the startups with the largest expected losses are looked at.
STARTUPS_CONSIDERED = 8


def do_first(
    portfolio: Portfolio,
    assessment: PortfolioAssessment,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    count: int = 5,
    judgements: Judgements = NO_JUDGEMENTS,
) -> tuple[Action, ...]:
    """The ``count`` recommended options with most expected loss removed per dollar a year.

    One action per use case, from the startups with the largest expected losses. ``judgements`` are
    what analysts said of needs, options and models.
    """
    return first_of(
        assessment,
        lambda startup: alternatives_for(
            portfolio,
            startup,
            catalog=catalog,
            assumptions=assumptions,
            today=today,
            judgements=judgements,
        ),
        assumptions=assumptions,
        count=count,
    )


def first_of(
    assessment: PortfolioAssessment,
    options_of: Callable[[str], Iterable[Alternative]],
    *,
    assumptions: Assumptions,
    count: int = 5,
) -> tuple[Action, ...]:
    """The same from whoever knows the options of a startup, so that none is scored twice."""
    worst = sorted(assessment.startups, key=lambda one: -one.aal_usd)[:STARTUPS_CONSIDERED]
    actions: list[tuple[float, Action]] = []
    for one in worst:
        if one.aal_usd <= 0:
            continue
        for stay, best in _recommended(options_of(one.startup)):
            removed = stay.residual_aal_usd - best.residual_aal_usd
            extra = (best.run_usd_per_year or 0.0) - (stay.run_usd_per_year or 0.0)
            # What is saved on the bill is no reason to do it first: only cost counts.
            yearly = best.one_off_usd / assumptions.annualise_years + max(0.0, extra)
            action = Action(
                startup=one.startup,
                use_case=best.use_case,
                what=best.option,
                aal_removed_usd=removed,
                one_off_usd=best.one_off_usd,
            )
            actions.append((removed / max(yearly, 1.0), action))
    actions.sort(key=lambda pair: -pair[0])
    first: dict[tuple[str, str], Action] = {}
    for _, action in actions:
        first.setdefault((action.startup, action.use_case), action)
    return tuple(first.values())[:count]


def _recommended(options: Iterable[Alternative]) -> Iterable[tuple[Alternative, Alternative]]:
    """Pairs of staying and the recommended other option, one pair per dependency."""
    by_key: dict[str, list[Alternative]] = {}
    for one in options:
        by_key.setdefault(one.dependency_key, []).append(one)
    for group in by_key.values():
        stay = next(one for one in group if one.option_class is OptionClass.STAY)
        best = next((one for one in group if one.recommended), stay)
        if best is not stay and best.residual_aal_usd < stay.residual_aal_usd:
            yield stay, best
