"""A portfolio plan in the terminal."""

from typing import TYPE_CHECKING

from risk.alternatives.planning.answer import PlanAnswer, PlanCheck
from risk.alternatives.planning.plan import Plan
from risk.alternatives.planning.table import PlanRanges
from ui import marks, wording
from ui.plan_words import most_better
from ui.render.json import document
from ui.render.terminal import printed
from ui.tables import plan as plan_table
from ui.terminal.output import Document, text

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Changes of a plan by prices that the terminal lists; JSON has them all.
MOST_SHOWN = 50


def plan_document(answer: PlanAnswer, check: PlanCheck | None) -> Document:
    """Return the plan, with the full model's figures before and after it where it was checked.

    Frontier and price of herding are left out where too few startups are planned for.

    A plan by prices is not: it lists its changes alone, and the figures are its own sums.
    """
    plan, curve = answer.plan, answer.frontier
    found: Document = {
        "budget_usd": plan.limits.budget_usd,
        "spent_usd": _cents(plan.spent_usd),
        "aal_before_usd": check.aal_before_usd if check else plan.aal_today_usd,
        "aal_after_usd": check.aal_after_usd if check else plan.aal_usd,
        "tvar95_before_usd": check.tvar95_before_usd if check else plan.tvar95_today_usd,
        "tvar95_after_usd": check.tvar95_after_usd if check else plan.tvar95_usd,
        "choices": [
            document(plan_table.VALUES, one)
            for one in plan_table.rows_of(plan.choices, of=plan.aal_today_usd)
        ],
        **_ranges(plan.ranges),
        "price_of_herding_usd": answer.herding.price_usd if answer.is_of_many else None,
        "frontier": [
            {
                "budget_usd": one.limits.budget_usd,
                "spent_usd": _cents(one.spent_usd),
                "aal_usd": one.aal_usd,
                "tvar95_usd": one.tvar95_usd,
                "total_usd_per_year": one.objective_usd,
            }
            for one in (curve.plans if answer.is_of_many else ())
        ],
        "gap": {"aal_usd": check.aal_gap_usd, "tvar95_usd": check.tvar95_gap_usd}
        if check
        else None,
        "optimality_gap": plan.gap,
        "next_step_usd": _step(plan.next_step),
    }
    return found if check else {**found, "startups_looked_at": plan.looked_at}


def _ranges(found: PlanRanges) -> Document:
    return {
        "spent_interval_usd": found.spent,
        "aal_removed_interval_usd": found.removed,
        "aal_removed_share_interval": found.share,
        "aal_before_interval_usd": found.today,
        "aal_after_interval_usd": found.after,
    }


def _loss_words(plan: Plan, before: float, after: float) -> str:
    """How the expected loss changes, the share first; ranges are 10 to 90 %."""
    found = plan.ranges
    return (
        f"Expected loss {wording.change(after / max(before, 1e-9) - 1)} "
        f"({wording.percent_range(found.share)} less): "
        f"{marks.median_and_range(before, found.today)} → "
        f"{marks.median_and_range(after, found.after)} a year"
    )


def _step(step: tuple[float, float] | None) -> Document | None:
    return None if step is None else {"cost": _cents(step[0]), "removes": _cents(step[1])}


def _cents(usd: float) -> float:
    return round(usd, 2)


def plan_tables(answer: PlanAnswer, check: PlanCheck | None) -> list["RenderableType"]:
    """Return what changes, most expected loss removed first, then what it comes to."""
    plan = answer.plan
    changed = plan.changed if check else plan.changed[:MOST_SHOWN]
    today = check.aal_before_usd if check else plan.aal_today_usd
    title = f"{wording.counted(len(plan.changed), 'change')} for "
    title += marks.median_and_range(plan.spent_usd, plan.ranges.spent)
    found = [
        printed(title, plan_table.TERMINAL, plan_table.rows_of(changed, of=today)),
        text(_checked_words(plan, check) if check else _priced_words(plan)),
    ]
    if answer.is_of_many:
        said = (
            f"Herding costs {wording.money(answer.herding.price_usd)} a year: if everybody took "
            f"their own best for the same money, {answer.herding.turned_away} of "
            f"{answer.herding.wanted} would find no room. All that is worth spending is "
            f"{wording.money(answer.frontier.full_usd)}."
        )
        found.append(text(said))
    return found


def _checked_words(plan: Plan, check: PlanCheck) -> str:
    staying = len(plan.choices) - len(plan.changed)
    return (
        f"{_loss_words(plan, check.aal_before_usd, check.aal_after_usd)}; "
        "average of the worst 5 % of years "
        f"{wording.money(check.tvar95_before_usd)} → "
        f"{wording.money(check.tvar95_after_usd)} (full model; it differs from the plan's own "
        f"sums by {wording.money(check.aal_gap_usd)} and "
        f"{wording.money(check.tvar95_gap_usd)}). "
        f"{wording.counted(staying, 'use case')} stay as they are."
    )


def _priced_words(plan: Plan) -> str:
    few = len(plan.changed) <= MOST_SHOWN
    more = "" if few else f" The first {MOST_SHOWN} are listed."
    return (
        f"{_loss_words(plan, plan.aal_today_usd, plan.aal_usd)}; "
        f"average of the worst 5 % of years {wording.money(plan.tvar95_today_usd)} → "
        f"{wording.money(plan.tvar95_usd)}, by what each disruption holds of today's worst "
        f"years. No plan is better by more than {most_better(plan.gap)}."
        f"{more} "
        f"The {wording.counted(plan.looked_at, 'startup')} with the largest losses were looked "
        "at; nobody else changes anything."
    )
