"""A portfolio plan in the terminal."""

from typing import TYPE_CHECKING

from risk.alternatives.planning.answer import PlanAnswer, PlanCheck
from risk.alternatives.planning.plan import Plan, Step
from risk.alternatives.planning.table import PlanRanges
from risk.alternatives.planning.wishes import Wishes
from ui import wording
from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import plan as plan_table
from ui.words import marks
from ui.words.plan_words import check_words, headline, herding_words, stays_words, steps

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Changes that the terminal lists; JSON and the file of tasks have them all.
MOST_SHOWN = 100


def plan_document(answer: PlanAnswer, check: PlanCheck | None, wishes: Wishes) -> Document:
    """Return the plan, with the full model's figures before and after it where it was checked.

    A plan by prices is not: it lists its changes alone, and the figures are its own sums. Frontier
    and price of herding are left out where too few startups are planned for.
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
        "pins": list(wishes.pins),
        "excluded": list(wishes.excluded),
        "price_of_herding_usd": answer.herding.price_usd if plan.is_of_many else None,
        "frontier": [
            {
                "budget_usd": one.limits.budget_usd,
                "spent_usd": _cents(one.spent_usd),
                "aal_usd": one.aal_usd,
                "tvar95_usd": one.tvar95_usd,
                "total_usd_per_year": one.objective_usd,
            }
            for one in (curve.plans if plan.is_of_many else ())
        ],
        "gap": {"aal_usd": check.aal_gap_usd, "tvar95_usd": check.tvar95_gap_usd}
        if check
        else None,
        "optimality_gap": plan.gap,
        "stay_on_ending": plan.on_ending,
        "last_step": _step(plan, plan.last_step),
        "next_step": _step(plan, plan.next_step),
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


def _step(plan: Plan, step: Step | None) -> Document | None:
    if step is None:
        return None
    return {
        "startup": step.startup,
        "use_case": step.use_case,
        "provider": step.provider,
        "option": step.option,
        "first_year_usd": _cents(step.first_year_usd),
        "aal_removed_usd": _cents(step.aal_removed_usd),
        "aal_removed_interval_usd": plan.removed_by(step),
        "tvar95_removed_usd": _cents(step.tail_removed_usd),
    }


def _cents(usd: float) -> float:
    return round(usd, 2)


def plan_tables(
    answer: PlanAnswer, check: PlanCheck | None, *, placeholder: bool
) -> list["RenderableType"]:
    """Return what changes, most expected loss removed first, between what it comes to in words."""
    plan = answer.plan
    shown = plan.changed[:MOST_SHOWN]
    said = [
        f"Expected loss {marks.median_and_range(plan.aal_today_usd, plan.ranges.today)} → "
        f"{marks.median_and_range(plan.aal_usd, plan.ranges.after)} a year; average of the worst "
        f"5 % of years {wording.money(plan.tvar95_today_usd)} → {wording.money(plan.tvar95_usd)}.",
        *steps(plan, placeholder=placeholder),
        stays_words(plan),
    ]
    if check:
        said.append(check_words(check))
    if len(shown) < len(plan.changed):
        said.append(f"The first {MOST_SHOWN} are listed.")
    if plan.is_of_many:
        said.append(herding_words(answer.herding, placeholder=placeholder))
        said.append(f"All that is worth spending is {wording.money(answer.frontier.full_usd)}.")
    rows = plan_table.rows_of(shown, of=plan.aal_today_usd)
    return [
        text(headline(plan, placeholder=placeholder)),
        printed("Who does what", plan_table.TERMINAL, rows),
        *map(text, said),
    ]
