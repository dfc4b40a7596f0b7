"""Words and choices of a portfolio plan, for a founder and for whoever pays for it."""

from collections.abc import Sequence

from risk.alternatives.planning.answer import PlanAnswer, PlanCheck
from risk.alternatives.planning.herding import Crowd, PriceOfHerding
from risk.alternatives.planning.plan import Frontier, Plan
from ui import wording
from ui.words import marks


def at_budget(curve: Frontier, share: float) -> Plan | None:
    """Return the plan for this share (0..1) of all that is worth spending, None below the first."""
    return curve.at(share * curve.full_usd + 0.01)


def headline(answer: PlanAnswer, *, placeholder: bool = False) -> str:
    """Say what the plan does for the money, in one sentence; shares first for placeholders."""
    plan, today = answer.plan, answer.plan.aal_today_usd
    if not plan.changed:
        return "At this budget everybody stays as they are."
    startups = len({one.startup for one in plan.changed})
    change = "changes" if len(plan.changed) == 1 else "change"
    who = f"{wording.counted(len(plan.changed), 'use case')} of "
    who += f"{wording.counted(startups, 'startup')} {change}"
    spent = marks.median_and_range(plan.spent_usd, plan.ranges.spent)
    removed = marks.median_and_range(today - plan.aal_usd, plan.ranges.removed)
    share = wording.percent((today - plan.aal_usd) / today)
    share += f" ({wording.percent_range(plan.ranges.share)})"
    falls = "the expected loss of the portfolio falls by"
    if placeholder:
        return (
            f"If {who}, {falls} {share}. As placeholders, that is {removed} a year for {spent} in "
            "the first year."
        )
    return f"For {spent} in the first year, {who}; {falls} {removed} a year, {share} of it."


def herding_words(herding: PriceOfHerding, *, placeholder: bool = False) -> str:
    """Explain the price of herding; of placeholders in shares."""
    if herding.wanted == 0:
        return "At this budget nobody needs room at another provider, so nobody is in the way."
    if herding.turned_away == 0:
        return (
            "At this budget there is room for everybody's own best choice: herding costs nothing."
        )
    start = (
        f"If every startup took its own best option for the same money, "
        f"{herding.turned_away} of {wording.counted(herding.wanted, 'use case')} counting on "
        "another provider would find too little room there on the day when theirs ends. They "
        "would take what is left, or nothing."
    )
    if placeholder:
        more = herding.price_usd / max(herding.planned_usd, 1e-9)
        return (
            f"{start} Cost and losses together would be {wording.percent(abs(more))} "
            f"{'higher' if more > 0 else 'lower'} than with the plan: that is the price of herding."
        )
    if herding.price_usd < 0:
        return (
            f"{start} Keeping strictly to the room that there is costs "
            f"{wording.money(-herding.price_usd)} a year more than that crowd does."
        )
    return (
        f"{start} Cost and losses together would come to {wording.money(herding.alone_usd)} a "
        f"year; with the plan it is {wording.money(herding.planned_usd)}. The difference, "
        f"{wording.money(herding.price_usd)} a year, is the price of herding."
    )


def check_words(check: PlanCheck) -> str:
    """Say what the full model makes of the plan, and how far the plan's own sums are off."""
    aal, tail = check.aal_before_usd or 1.0, check.tvar95_before_usd or 1.0
    return (
        "Checked by the full model with all changes at once: the expected loss changes by "
        f"{wording.change(check.aal_after_usd / aal - 1)}, the average of the worst 5 % of years "
        f"by {wording.change(check.tvar95_after_usd / tail - 1)}. The plan's own sums differ from "
        f"it by {wording.percent(abs(check.aal_gap_usd) / aal)} and "
        f"{wording.percent(abs(check.tvar95_gap_usd) / tail)} of what these are today."
    )


def most_better(gap: float) -> str:
    """Return a gap as the most by which another plan could be better: ``0.1 %``, never less."""
    return wording.percent(max(gap, 0.001))


def large_words(plan: Plan) -> str:
    """Say how good a plan by prices is, and whom it looked at."""
    return (
        f"{wording.counted(len(plan.choices), 'change')}. No plan is better by more than "
        f"{most_better(plan.gap)}. The {wording.counted(plan.looked_at, 'startup')} with "
        "the largest losses were looked at; nobody else changes anything. The worst years are "
        "reckoned by what each disruption holds of them today."
    )


def overcrowded(crowds: Sequence[Crowd], *, most: int = 6) -> list[Crowd]:
    """Return the alternatives that are asked for more than they have, the worst first."""
    return [one for one in crowds if one.asked > one.headroom][:most]
