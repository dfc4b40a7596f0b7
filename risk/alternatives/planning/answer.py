"""The whole answer to "what should all do together": plans by budget, and the price of herding.

A plan of few startups is put to the full model: every startup changed, the whole portfolio valued
again. The plan adds up what each choice changes; the full model values all changes together, with
every disruption in every world. The difference is the plan's own error.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.planning.building import large_setting, large_table, plan_table
from risk.alternatives.planning.exact import Cuts
from risk.alternatives.planning.herding import PriceOfHerding, price_of_herding
from risk.alternatives.planning.plan import (
    Frontier,
    Plan,
    PlanChoice,
    Progress,
    best_plan,
    frontier,
)
from risk.alternatives.planning.scenarios import DrawnYears
from risk.alternatives.planning.table import TAIL_LEVEL, PlanLimits, PlanTable
from risk.alternatives.planning.wishes import Wishes, with_wishes
from risk.alternatives.variants import Setting, world_tables_for
from risk.inventory.records import Startup
from risk.loss.answer import answer_on
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of
from risk.loss.valuation import Valuation


@dataclass(frozen=True, kw_only=True)
class PreparedPlan:
    """A portfolio made ready to plan, for any limits and wishes.

    ``startups`` are those that the full model can value again, none of a large portfolio; ``today``
    are its expected loss and tail (TVaR 95 %) in USD.
    """

    startups: tuple[Startup, ...]
    setting: Setting
    today: tuple[float, float]
    table: PlanTable

    @property
    def is_whole(self) -> bool:
        """Whether the full model can check a plan of it."""
        return bool(self.startups)

    @property
    def margin_usd(self) -> float:
        """The margin a year that stands on language models."""
        return float(self.table.margin.sum())

    def share_of_margin(self, usd: float) -> float:
        """So many USD of margin a year as a share of all, at most 1."""
        return min(1.0, usd / max(self.margin_usd, 1e-9))

    def under(self, wishes: Wishes) -> "PreparedPlan":
        """The same with the options alone that the wishes leave.

        Raises:
            NoPlan: a pin names no option or several, or two wishes cannot both be kept.
        """
        return replace(self, table=with_wishes(self.table, wishes))

    def plan(self, limits: PlanLimits, cuts: Cuts | None = None) -> Plan:
        """The best plan under the limits.

        Raises:
            NoPlan: no choice keeps to them.
        """
        return best_plan(self.table, limits, self.setting.assumptions, cuts=cuts)


@dataclass(frozen=True, kw_only=True)
class PlanAnswer:
    """One budget's plan, what more money buys, and what herding costs."""

    plan: Plan
    frontier: Frontier
    herding: PriceOfHerding


@dataclass(frozen=True, kw_only=True)
class WorthSpending:
    """The plan without a budget, and what was found on the way that makes further ones quicker."""

    full: Plan
    cuts: Cuts

    @property
    def usual_budget_usd(self) -> float:
        """Half of what it costs in its first year, to two digits: a budget to begin with."""
        return float(f"{self.full.spent_usd / 2:.2g}")

    def part_usd(self, share: float) -> float:
        """A share (0..1) of what it costs, up to the cent, so that all of it is enough for it."""
        return math.ceil(100 * share * self.full.spent_usd) / 100


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


def prepared_plan(
    startups: Sequence[Startup], setting: Setting, *, judgements: Judgements = NO_JUDGEMENTS
) -> PreparedPlan:
    """Value every option of some startups once, in one call.

    Raises:
        NoPlan: there is nothing to plan.
    """
    held = tuple(startups)
    table = plan_table(held, setting, judgements=judgements)
    today = _whole_portfolio(held, setting)
    if isinstance(table.losses, DrawnYears):
        years = table.losses.widened(today[1])
        table = replace(table, losses=years, aal_usd=float(years.probability @ years.base))
    return PreparedPlan(startups=held, setting=setting, today=today, table=table)


def large_prepared(
    valuation: Valuation, *, judgements: Judgements = NO_JUDGEMENTS, pins: Sequence[str] = ()
) -> PreparedPlan:
    """Value the options of a portfolio of any size, those with the largest losses first.

    Raises:
        NoPlan: a pin begins with no startup's name, or there is nothing to plan.
    """
    table = large_table(valuation, judgements=judgements, pins=pins)
    today = (table.aal_usd, valuation.answer.book.tail.tvar)
    return PreparedPlan(startups=(), setting=large_setting(valuation), today=today, table=table)


def worth_spending(
    prepared: PreparedPlan, limits: PlanLimits, *, cuts: Cuts | None = None
) -> WorthSpending:
    """The plan under all limits but the budget.

    Raises:
        NoPlan: no choice keeps to them.
    """
    cuts = Cuts() if cuts is None else cuts
    full = prepared.plan(replace(limits, budget_usd=None), cuts)
    return WorthSpending(full=full, cuts=cuts)


def plan_for(
    prepared: PreparedPlan, limits: PlanLimits, *, progress: Progress | None = None
) -> PlanAnswer:
    """The plan under these limits, beside the frontier of all budgets.

    Without a budget it is the usual one.

    Raises:
        NoPlan: no choice keeps to the limits.
    """
    cuts = Cuts()
    # A budget that nothing can be done with is refused by its own name.
    plan = None if limits.budget_usd is None else prepared.plan(limits, cuts)
    worth = worth_spending(prepared, limits, cuts=cuts)
    if plan is None:
        usual = replace(limits, budget_usd=worth.usual_budget_usd)
        plan = prepared.plan(usual, worth.cuts.copy())
    curve = plans_by_budget(prepared, worth, progress=progress)
    return answer_of(prepared, worth, plan, curve)


def plans_by_budget(
    prepared: PreparedPlan, worth: WorthSpending, *, progress: Progress | None = None
) -> Frontier:
    """The plan of every step of money."""
    return frontier(
        prepared.table,
        worth.full.limits,
        prepared.setting.assumptions,
        full=worth.full,
        cuts=worth.cuts.copy(),
        progress=progress,
    )


def answer_of(
    prepared: PreparedPlan, worth: WorthSpending, plan: Plan, curve: Frontier
) -> PlanAnswer:
    """A plan with the frontier and the price of herding at its budget."""
    return PlanAnswer(plan=plan, frontier=curve, herding=herding_of(prepared, worth, plan))


def herding_of(prepared: PreparedPlan, worth: WorthSpending, plan: Plan) -> PriceOfHerding:
    """What it costs extra, at the budget of a plan, if everybody picks alone."""
    assumptions = prepared.setting.assumptions
    return price_of_herding(prepared.table, plan, assumptions, cuts=worth.cuts.copy())


def checked(prepared: PreparedPlan, plan: Plan) -> PlanCheck:
    """The plan put to the full model."""
    before = prepared.today
    after = _whole_portfolio(planned_startups(prepared.startups, plan.choices), prepared.setting)
    return PlanCheck(
        aal_before_usd=before[0],
        aal_after_usd=after[0],
        tvar95_before_usd=before[1],
        tvar95_after_usd=after[1],
        aal_gap_usd=after[0] - plan.aal_usd,
        tvar95_gap_usd=after[1] - plan.tvar95_usd,
    )


def _whole_portfolio(startups: Sequence[Startup], setting: Setting) -> tuple[float, float]:
    """Expected loss a year and its tail (TVaR 95 %) of the full model, USD."""
    book = book_of(columns_of(startups, catalog=setting.catalog, today=setting.today))
    answer = answer_on(world_tables_for(book, setting), book.exposures, setting.assumptions).book
    return answer.mean, float(answer.year.law.tail_value_at_risk(TAIL_LEVEL))


def planned_startups(
    startups: Iterable[Startup], choices: Iterable[PlanChoice]
) -> tuple[Startup, ...]:
    """The register as it would be with every choice taken."""
    changed = {one.key: one.changed for one in choices if one.changes and one.changed is not None}
    return tuple(
        replace(
            firm,
            use_cases=tuple(
                replace(
                    case,
                    dependencies=tuple(changed.get(one.key, one) for one in case.dependencies),
                )
                for case in firm.use_cases
            ),
        )
        for firm in startups
    )
