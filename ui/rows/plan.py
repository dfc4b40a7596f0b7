"""Rows and words of a portfolio plan, for a founder and for whoever pays for it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from risk.alternatives.planning.answer import PlanAnswer
from risk.alternatives.planning.checking import PlanCheck
from risk.alternatives.planning.frontier import Frontier
from risk.alternatives.planning.herding import Crowd, PriceOfHerding
from risk.alternatives.planning.large import LargeChange, LargePlan
from risk.alternatives.planning.plan import Plan, PlanChoice
from risk.alternatives.results import OptionClass
from ui import wording

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


def headline(answer: PlanAnswer) -> str:
    """Say what the plan does for the money, in one sentence."""
    plan, today = answer.plan, answer.frontier.aal_today_usd
    if not plan.changed:
        return "For nothing, everybody stays as they are. Move the slider to see what money buys."
    removed = today - plan.aal_usd
    startups = len({one.dependency.startup for one in plan.changed})
    change = "changes" if len(plan.changed) == 1 else "change"
    return (
        f"For {wording.money(plan.spent_usd)} in the first year, "
        f"{wording.counted(len(plan.changed), 'use case')} of "
        f"{wording.counted(startups, 'startup')} {change}. The expected loss of the portfolio "
        f"falls by {wording.money(removed)} a year, {wording.percent(removed / today)} "
        "of it."
    )


def herding_words(herding: PriceOfHerding) -> str:
    """Explain the price of herding."""
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
    return (
        f"Checked by the full model: the expected loss goes from "
        f"{wording.money(check.aal_before_usd)} to {wording.money(check.aal_after_usd)} a year, "
        f"the average of the worst 5 % of years from {wording.money(check.tvar95_before_usd)} to "
        f"{wording.money(check.tvar95_after_usd)}. The plan's own sums differ from it by "
        f"{wording.money(check.aal_gap_usd)} and {wording.money(check.tvar95_gap_usd)}."
    )


def choice_table(choices: Sequence[PlanChoice]) -> pd.DataFrame:
    """Return a row per change: what to do, what it costs, what it removes."""
    return pd.DataFrame(
        {
            "Startup": [one.dependency.startup for one in choices],
            "Use case": [one.dependency.use_case for one in choices],
            "What to do": [ASKS[one.option.option_class] for one in choices],
            "Loss removed a year": [-one.option.aal_usd for one in choices],
            "First year": [one.option.first_year_usd for one in choices],
            "Engineer weeks": [one.option.weeks for one in choices],
            "Which one": [one.option.option for one in choices],
            "Today": [one.dependency.provider for one in choices],
        }
    )


def large_table(changes: Sequence[LargeChange]) -> pd.DataFrame:
    """Return a row per change of a plan by prices; a use case that was not read has no name."""
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in changes],
            "Use case": [one.use_case or "–" for one in changes],
            "What to do": [ASKS[one.option_class] for one in changes],
            "Loss removed a year": [one.aal_removed_usd for one in changes],
            "First year": [one.first_year_usd for one in changes],
            "Engineer weeks": [one.weeks for one in changes],
            "Which one": [one.option for one in changes],
            "Today": [one.provider for one in changes],
        }
    )


def large_download(changes: Sequence[LargeChange]) -> pd.DataFrame:
    """Return every change of a plan by prices with plain figures."""
    return pd.DataFrame(
        [
            {
                "startup": one.startup,
                "use_case": one.use_case,
                "provider": one.provider,
                "option": one.option,
                "class": one.option_class.value,
                "first_year_usd": round(one.first_year_usd, 2),
                "cost_usd_per_year": round(one.cost_usd_per_year, 2),
                "weeks": one.weeks,
                "expected_loss_removed_usd": one.aal_removed_usd,
            }
            for one in changes
        ]
    )


def most_better(gap: float) -> str:
    """Return a gap as the most by which another plan could be better: ``0.1 %``, never less."""
    return wording.percent(max(gap, 0.001))


def large_words(plan: LargePlan) -> str:
    """Say how good a plan by prices is, and whom it looked at."""
    return (
        f"{wording.counted(len(plan.changes), 'change')}. No plan is better by more than "
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
        "Loss removed a year": column.NumberColumn(format="$%,d", width=150),
        "First year": column.NumberColumn(
            format="$%,d", width=110, help="One-off cost, and what is dearer to run in a year."
        ),
        "Engineer weeks": column.NumberColumn(format="%.1f", width=125),
    }


def choice_download(choices: Sequence[PlanChoice]) -> pd.DataFrame:
    """Return every choice, those that stay too, with plain figures."""
    return pd.DataFrame(
        [
            {
                "startup": one.dependency.startup,
                "use_case": one.dependency.use_case,
                "provider": one.dependency.provider,
                "option": one.option.option,
                "class": one.option.option_class.value,
                "one_off_usd": round(one.option.one_off_usd, 2),
                "first_year_usd": round(one.option.first_year_usd, 2),
                "cost_usd_per_year": round(one.option.cost_usd_per_year, 2),
                "weeks": one.option.weeks,
                "expected_loss_removed_usd": -one.option.aal_usd,
                "needs_room_at": one.option.pool,
            }
            for one in choices
        ]
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
