"""Rows and words of a portfolio plan, for a founder and for whoever pays for it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from risk.alternatives.planning.answer import PlanAnswer, PlanCheck
from risk.alternatives.planning.herding import Crowd, PriceOfHerding
from risk.alternatives.planning.plan import Frontier, Plan, PlanChoice
from risk.alternatives.results import OptionClass
from ui import marks, wording

#: What a kind of option asks of a startup, in its own words.
ASKS = {
    OptionClass.STAY: "Change nothing",
    OptionClass.OTHER_HOST: "Move the same model to another host",
    OptionClass.OTHER_MODEL: "Move to a newer model of the same developer",
    OptionClass.OTHER_DEVELOPER: "Move to another developer",
    OptionClass.SELF_HOST: "Run open weights yourself",
    OptionClass.GATEWAY: "Add a gateway that fails over by itself",
    OptionClass.RESERVED: "Reserve capacity elsewhere",
    OptionClass.CONTRACT: "Negotiate the contract",
}


def at_budget(curve: Frontier, share: float) -> Plan | None:
    """Return the plan for this share (0..1) of all that is worth spending, None below the first."""
    return curve.at(share * curve.full_usd + 0.01)


def headline(answer: PlanAnswer, *, placeholder: bool = False) -> str:
    """Say what the plan does for the money, in one sentence; shares first for placeholders."""
    plan, today = answer.plan, answer.plan.aal_today_usd
    if not plan.changed:
        return "For nothing, everybody stays as they are. Move the slider to see what money buys."
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


def choice_table(choices: Sequence[PlanChoice], *, of: float) -> pd.DataFrame:
    """Return a row per change: what to do, what it costs and removes, with 10–90 % ranges.

    ``of`` is the expected loss of the portfolio today, USD a year. A use case that was not read has
    no name.
    """
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in choices],
            "Use case": [one.use_case or "–" for one in choices],
            "What to do": [ASKS[one.option_class] for one in choices],
            "Of the loss": [100 * one.aal_removed_usd / of for one in choices],
            "Loss removed a year": [
                marks.median_and_range(one.aal_removed_usd, one.removed) for one in choices
            ],
            "First year": [
                marks.median_and_range(one.first_year_usd, one.first_year) for one in choices
            ],
            "Engineer weeks": [one.weeks for one in choices],
            "Which one": [one.option for one in choices],
            "Today": [one.provider for one in choices],
        }
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


def choice_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`choice_table`."""
    column = st.column_config
    return {
        "Startup": column.TextColumn(pinned=True, width="medium"),
        "Use case": column.TextColumn(width=160),
        "What to do": column.TextColumn(width=240),
        "Which one": column.TextColumn(width="large"),
        "Today": column.TextColumn(width=170),
        "Of the loss": column.NumberColumn(
            format="%.1f %%", width=100, help="Of the expected loss of the whole portfolio."
        ),
        "Loss removed a year": column.TextColumn(width=170),
        "First year": column.TextColumn(
            width=170, help="One-off cost, and what is dearer to run in a year."
        ),
        "Engineer weeks": column.NumberColumn(format="%.1f", width=125),
    }


def choice_download(choices: Sequence[PlanChoice], *, by_prices: bool = False) -> pd.DataFrame:
    """Return every choice, those that stay too, with plain figures; of plans by prices fewer."""
    found = pd.DataFrame(
        [
            {
                "startup": one.startup,
                "use_case": one.use_case,
                "provider": one.provider,
                "option": one.option,
                "class": one.option_class.value,
                "one_off_usd": round(one.one_off_usd, 2),
                "first_year_usd": round(one.first_year_usd, 2),
                "cost_usd_per_year": round(one.cost_usd_per_year, 2),
                "weeks": one.weeks,
                "expected_loss_removed_usd": one.aal_removed_usd,
                "expected_loss_removed_low_usd": one.removed.low,
                "expected_loss_removed_high_usd": one.removed.high,
                "first_year_low_usd": round(one.first_year.low, 2),
                "first_year_high_usd": round(one.first_year.high, 2),
                "needs_room_at": one.pool,
            }
            for one in choices
        ]
    )
    return found.drop(
        columns=["one_off_usd", "needs_room_at"] if by_prices else [], errors="ignore"
    )


def crowd_table(crowds: Sequence[Crowd]) -> pd.DataFrame:
    """Return a row per alternative that is asked for more than it has."""
    return pd.DataFrame(
        {
            "Room needed at": [one.pool for one in crowds],
            "Everybody's own best": [wording.money(one.asked) for one in crowds],
            "Room": [wording.money(one.room) for one in crowds],
            "The plan": [wording.money(one.planned) for one in crowds],
        }
    )


def overcrowded(crowds: Sequence[Crowd], *, most: int = 6) -> list[Crowd]:
    """Return the alternatives that are asked for more than they have, the worst first."""
    return [one for one in crowds if one.asked > one.room][:most]
