"""Words and choices of a portfolio plan, for a founder and for whoever pays for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from risk.alternatives.planning.answer import PlanCheck
from risk.alternatives.planning.herding import Crowd, PriceOfHerding
from risk.alternatives.planning.plan import Plan, Step
from risk.alternatives.planning.tasks import Begin, Task
from risk.alternatives.planning.wishes import DecisionsKept
from risk.portfolio.deadlines import DeadlineKind
from ui import wording
from ui.words import marks


def headline(plan: Plan, *, placeholder: bool = False) -> str:
    """Say what the plan does for the money, in one sentence; shares first for placeholders."""
    today = plan.aal_today_usd
    if not plan.changed:
        return "At this budget everybody stays as they are."
    startups = len({one.startup for one in plan.changed})
    change = "changes" if len(plan.changed) == 1 else "change"
    who = f"{wording.counted(len(plan.changed), 'use case')} of "
    who += f"{wording.counted(startups, 'company', 'companies')} {change}"
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


def in_short(plan: Plan, *, placeholder: bool = False) -> str:
    """Say what a plan removes for its money in which range, and what the next money would do."""
    if not plan.changed:
        if plan.next_step is None:
            return "No change here saves more than it costs"
        return f"For {wording.money(plan.limits.budget_usd)} nobody changes anything yet"
    count = wording.counted(len(plan.changed), "change")
    verb = "removes" if len(plan.changed) == 1 else "remove"
    if placeholder:
        share = wording.percent((plan.aal_today_usd - plan.aal_usd) / plan.aal_today_usd)
        reach = wording.percent_range(plan.ranges.share)
        return f"{count} {verb} {share} of the expected loss ({reach})"
    removed = marks.median_and_range(plan.aal_today_usd - plan.aal_usd, plan.ranges.removed)
    said = f"For {wording.money(plan.spent_usd)}, {count} {verb} {removed} a year"
    following = plan.next_step
    if following is None or following.aal_removed_usd <= 0:
        return said
    more = marks.median_and_range(following.aal_removed_usd, plan.removed_by(following))
    return f"{said}; the next {wording.money(following.first_year_usd)} would remove {more}"


def few_remove(plan: Plan) -> str:
    """Say how few of the changes remove half of what all of them do."""
    removed = [one.aal_removed_usd for one in plan.changed]
    half = sum(removed) / 2
    if len(removed) < 3 or half <= 0:
        return "What each change removes a year"
    few = next(place for place in range(1, len(removed) + 1) if sum(removed[:place]) >= half)
    if few == len(removed):
        return "What each change removes a year"
    verb = "removes" if few == 1 else "remove"
    return f"{few} of {len(removed):,} changes {verb} half of it"


def steps(plan: Plan, *, placeholder: bool = False) -> tuple[str, ...]:
    """Say what the next money would buy, and what the last money in the plan did, a sentence each.

    Of placeholders that they are.
    """
    start = "As placeholders: the" if placeholder else "The"
    last, following = plan.last_step, plan.next_step
    if following is None:
        said = [
            "Nothing more pays: no further change for which there are capacity and engineers saves "
            "more than it costs."
        ]
    else:
        said = [
            f"{start} next {wording.money(following.first_year_usd)} "
            f"{_removes(plan, following, 'would remove')}: {_what(following)}."
        ]
    if last is not None:
        said.append(
            f"{start} last {wording.money(last.first_year_usd)} in the plan "
            f"{_removes(plan, last, 'remove')}: {_what(last)}."
        )
    return tuple(said)


def _removes(plan: Plan, step: Step, verb: str) -> str:
    """What a step takes off: the expected loss with its range, the worst years where it does."""
    removed = marks.median_and_range(max(0.0, step.aal_removed_usd), plan.removed_by(step))
    said = f"{verb} {removed} a year of expected loss"
    if step.tail_removed_usd <= 0:
        return said
    return f"{said} and {wording.money(step.tail_removed_usd)} of the worst 5 % of years"


def _what(step: Step) -> str:
    case = "" if step.use_case is None else f" ({step.use_case})"
    return f"{step.startup}{case}, {step.option}"


def kept_words(kept: DecisionsKept) -> str:
    """Say how many decisions a plan keeps, and which it cannot."""
    if not kept.pins and not kept.left_out:
        return "Nothing has been decided here yet."
    said = f"{wording.counted(len(kept.pins), 'decision')} kept."
    if kept.left_out:
        said += f" Not an option of this plan any longer: {wording.listed(kept.left_out)}."
    return said


def task(one: Task, asks: str) -> str:
    """Return a task in a few words: what is asked, and where to."""
    return f"{asks}: {one.choice.option.removeprefix('Gateway: ')}"


def ticket(row: Mapping[str, Any]) -> dict[str, str]:
    """Return title and description of a task, for a list of tasks such as Jira or Linear."""
    lines = [
        f"From {row['from']} to {row['to']}.",
        f"One-off cost {wording.money(row['one_off_usd'])}, "
        f"{wording.number(row['weeks'])} engineer weeks.",
    ]
    if row["use_case"]:
        lines.insert(0, f"Use case: {row['use_case']}.")
    if row["start_by"] is not None:
        lines.insert(0, f"Begin by {row['start_by'].isoformat()}: {row['start_by_reason']}.")
    if row["owner"]:
        lines.append(f"Owner: {row['owner']}.")
    if row["ask_first"]:
        lines.append(f"Ask first: {'; '.join(row['ask_first'])}.")
    return {"title": f"{row['startup']}: {row['task']}", "description": " ".join(lines)}


def begin_because(begin: Begin) -> str:
    """Return what a task must meet that is begun by its day."""
    on = wording.day(begin.ends_on)
    if begin.because is DeadlineKind.RETIREMENT:
        return f"{begin.of} ends on {on}"
    if begin.because is DeadlineKind.NOTICE:
        return f"last day of notice: the contract with {begin.of} renews on {on}"
    return f"the contract with {begin.of} renews on {on}"


def herding_words(herding: PriceOfHerding, *, placeholder: bool = False) -> str:
    """Explain what it costs extra if everyone picks alone; of placeholders in shares."""
    if herding.wanted == 0:
        return "At this budget nobody needs capacity at another provider, so nobody is in the way."
    if herding.turned_away == 0:
        return (
            "At this budget there is capacity for everybody's own best choice: picking alone costs "
            "nothing extra."
        )
    start = (
        f"If every company took its own best option for the same money, "
        f"{herding.turned_away} of {wording.counted(herding.wanted, 'use case')} counting on "
        "another provider would get too little capacity there on the day when theirs ends. They "
        "would take what is left, or nothing."
    )
    if placeholder:
        more = herding.price_usd / max(herding.planned_usd, 1e-9)
        return (
            f"{start} Cost and losses together would be {wording.percent(abs(more))} "
            f"{'higher' if more > 0 else 'lower'} than with the plan."
        )
    if herding.price_usd < 0:
        return (
            f"{start} Keeping strictly to the capacity that there is costs "
            f"{wording.money(-herding.price_usd)} a year more than that crowd does."
        )
    return (
        f"{start} Cost and losses together would come to {wording.money(herding.alone_usd)} a "
        f"year; with the plan it is {wording.money(herding.planned_usd)}. The difference, "
        f"{wording.money(herding.price_usd)} a year, is the extra cost if everyone picks alone."
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


def stays_words(plan: Plan) -> str:
    """Say how many stay as they are; of a plan by prices how good it is, and whom it looked at."""
    if not plan.is_by_prices:
        staying = len(plan.choices) - len(plan.changed)
        said = f"{wording.counted(staying, 'use case')} stay{'s' if staying == 1 else ''} the same."
        return f"{said}{_on_ending(plan)}"
    return (
        f"{wording.counted(len(plan.choices), 'change')}. No plan is better by more than "
        f"{most_better(plan.gap)}. The "
        f"{wording.counted(plan.looked_at, 'company', 'companies')} with the largest "
        "losses were looked at; nobody else changes anything. The worst years are "
        f"reckoned by what each disruption holds of them today.{_on_ending(plan)}"
    )


def _on_ending(plan: Plan) -> str:
    """Say how many stay on a model that ends; empty where none does."""
    count = plan.on_ending
    if not count:
        return ""
    return (
        f" {wording.counted(count, 'use case')} stay{'s' if count == 1 else ''} on a model with a "
        "published last day: leaving it costs more than it saves or than there is. The page "
        "Alternatives says what to move to, and by when."
    )


def overcrowded(crowds: Sequence[Crowd], *, most: int = 6) -> list[Crowd]:
    """Return the alternatives that are asked for more than they have, the worst first."""
    return [one for one in crowds if one.asked > one.headroom][:most]
