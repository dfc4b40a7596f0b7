"""Plan: what all startups of a portfolio should do together, for how much money."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.services.planning import PLANNED_WHOLE
from risk.alternatives.planning.answer import BudgetPlans, PlanAnswer
from risk.alternatives.planning.plan import STEPS, Plan
from risk.alternatives.planning.table import NoPlan, PlanLimits
from risk.alternatives.planning.wishes import Wishes
from risk.catalog.records import Role
from risk.portfolio.startups import assessed_of
from ui import cached, links, wording
from ui.answering import answer_of, say_if_updating
from ui.charts import plan as charts
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    metric,
    open_startup,
    page_header,
    palette,
    show_its_currency,
)
from ui.render.page import column_table, short_table
from ui.tables import plan as plan_table
from ui.uncertainty import OF_TEN
from ui.words import headlines, marks, plan_words

#: The most of the margin that may depend on one developer, by the value in the address.
SHARES = {"any": None, "60": 0.6, "50": 0.5, "40": 0.4, "33": 1 / 3}
DEFAULT_STEP = 50.0
#: Of a plan by prices: the budget before anybody asks, the largest one, and the changes shown.
DEFAULT_BUDGET, MOST_BUDGET, STEP_USD, MOST_SHOWN = 1_000_000.0, 1e12, 50_000.0, 500


def share_name(value: str) -> str:
    """Name a limit on one developer."""
    return "No limit" if value == "any" else f"At most {value} % of the margin"


def _tell(bar: DeltaGenerator, done: float) -> None:
    bar.progress(min(1.0, done), text="Scoring every option of every startup…")


def chosen_share() -> float | None:
    """Ask for the most of the margin on any one developer; None: no limit."""
    share = links.select(
        "On any one developer",
        list(SHARES),
        name="share",
        default="any",
        shown=share_name,
        what="limit on one developer",
        hint="Moves more than a plan without it would, so that no developer's end takes too much.",
    )
    return SHARES[share]


def chosen_wishes() -> Wishes:
    """Ask for the developers and hosts to which nobody shall newly go."""
    providers = cached.catalog().providers.values()
    names = [one.name for one in providers if {Role.DEVELOPER, Role.HOST} & one.roles]
    excluded = links.multiselect(
        "Nobody newly goes to",
        sorted(names, key=str.casefold),
        name="exclude",
        placeholder="Everybody may be chosen",
    )
    return Wishes(excluded=tuple(sorted(excluded)))


def asked_for() -> tuple[float | None, Wishes]:
    """Ask for the most on any one developer, and for who is excluded."""
    with st.grid(2, min_column_width=240):
        return chosen_share(), chosen_wishes()


def all_plans(portfolio: str, share: float | None, wishes: Wishes) -> BudgetPlans:
    """Return the plan of every step of money; end the page with a sentence if there is none."""
    bar = st.progress(0.0, text="Scoring every option of every startup…")
    try:
        found = cached.plans(portfolio, share, wishes, lambda done: _tell(bar, done))
    except NoPlan as problem:
        bar.empty()
        empty_state("There is no such plan.", str(problem))
        st.stop()
    bar.empty()
    return found


def figures(answer: PlanAnswer, *, placeholder: bool) -> None:
    """Show what the plan costs and removes; where amounts are placeholders, shares come first."""
    plan, herding = answer.plan, answer.herding
    with st.grid(4, min_column_width=155):
        _spent(plan, placeholder=placeholder)
        _loss(plan, placeholder=placeholder)
        _tail(plan, placeholder=placeholder)
        if not answer.is_of_many:
            return
        share = wording.percent(herding.price_usd / max(herding.planned_usd, 1e-9))
        metric(
            "Price of herding",
            share if placeholder else wording.money(herding.price_usd),
            note="of cost and losses, if everybody chose alone"
            if placeholder
            else f"a year, {share} of cost and losses, if everybody chose alone",
        )


def _spent(plan: Plan, *, placeholder: bool) -> None:
    allowed = f"of {wording.money(plan.limits.budget_usd)} allowed"
    if placeholder:
        spent, note = wording.money_range(plan.ranges.spent), f"placeholder; {allowed}"
    else:
        spent = wording.money(plan.spent_usd)
        note = f"{wording.money_range(plan.ranges.spent)} {OF_TEN}; {allowed}"
    metric("First year", spent, note=note)


def _loss(plan: Plan, *, placeholder: bool) -> None:
    today = plan.aal_today_usd
    change = wording.change(plan.aal_usd / max(today, 1e-9) - 1)
    share, after = wording.percent_range(plan.ranges.share), wording.money_range(plan.ranges.after)
    if placeholder:
        before = wording.money_range(plan.ranges.today)
        note = f"{share} less {OF_TEN}; as placeholders, {after} instead of {before}"
        metric("Expected loss a year", change, note=note)
        return
    note = f"{after} {OF_TEN}; today {wording.money(today)}: {change} ({share} less)"
    metric("Expected loss a year", wording.money(plan.aal_usd), note=note)


def _tail(plan: Plan, *, placeholder: bool) -> None:
    today = plan.tvar95_today_usd
    change = wording.change(plan.tvar95_usd / max(today, 1e-9) - 1)
    after, before = wording.money(plan.tvar95_usd), wording.money(today)
    if placeholder:
        shown, note = change, f"average; as placeholders, {after} instead of {before}"
    else:
        shown, note = after, f"average; today {before}: {change}"
    metric("Worst 5 % of years", shown, note=note)


def herd(answer: PlanAnswer, *, placeholder: bool) -> None:
    """Explain what it costs that everybody counts on the same room; of few it says nothing."""
    if not answer.is_of_many:
        return
    crowds = plan_words.overcrowded(answer.herding.crowds)
    with card("The price of herding"):
        st.markdown(
            wording.escaped(plan_words.herding_words(answer.herding, placeholder=placeholder))
        )
        if not crowds:
            return
        chart(
            charts.crowd_figure(crowds, palette=palette()),
            alt=charts.crowd_alt(crowds),
            key="crowds",
        )
        with st.expander("The same as a table"):
            short_table(plan_table.CROWD, plan_table.crowd_rows(crowds))
        st.caption(
            "Spend a month that looks for room in the first week after the developer ends. "
            "Room is the provider's spare capacity on that day, scaled to this portfolio."
        )


def more_money(answer: PlanAnswer, *, placeholder: bool) -> None:
    """Draw what is lost at every budget; of few it says nothing."""
    if not answer.is_of_many:
        return
    finding = charts.frontier_alt(answer.frontier, placeholder=placeholder)
    with card("What more money buys", note=finding):
        chart(
            charts.frontier_figure(answer.frontier, answer.plan, palette=palette()),
            alt=finding,
            key="frontier",
        )


def choices(answer: PlanAnswer, portfolio: str) -> None:
    """Show who should do what; a click on a name opens the startup."""
    changed = answer.plan.changed
    st.subheader("Who does what", anchor=False)
    if not changed:
        st.markdown("Nobody changes anything.")
        return
    today = answer.plan.aal_today_usd
    column_table(
        plan_table.PAGE,
        plan_table.rows_of(changed, of=today),
        key="choices",
        file_name=f"{portfolio}-plan.csv",
        files=plan_table.FILE,
        file_rows=plan_table.rows_of(answer.plan.choices, of=today),
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(changed)} changes with cost, effort and the expected loss they remove.",
    )
    staying = len(answer.plan.choices) - len(changed)
    st.caption(f"{wording.counted(staying, 'use case')} stay as they are.")


@st.fragment
def by_budget(plans: BudgetPlans, portfolio: str, wishes: Wishes, *, placeholder: bool) -> None:
    """Show the slider and the plan that it stands on; only this part runs again when it moves."""
    show_its_currency()
    percent = links.slider(
        "Budget, of all that is worth spending",
        name="budget",
        low=0.0,
        high=100.0,
        default=DEFAULT_STEP,
        step=100.0 / STEPS,
        shown_as="%.0f %%",
        hint="All that is worth spending is what the best plan without a budget would cost.",
    )
    plan = plan_words.at_budget(plans.frontier, percent / 100)
    if plan is None:
        empty_state(
            "No plan keeps to the limit on one developer for so little money.",
            f"It takes at least {wording.money(plans.frontier.plans[0].spent_usd)}: move the "
            "slider.",
        )
        return
    answer = cached.plan_answer(portfolio, plans, plan, wishes)
    st.markdown(wording.escaped(plan_words.headline(answer, placeholder=placeholder)))
    figures(answer, placeholder=placeholder)
    more_money(answer, placeholder=placeholder)
    choices(answer, portfolio)
    herd(answer, placeholder=placeholder)
    with st.spinner("Checking the plan with the full model…"):
        check = cached.plan_check(portfolio, answer.plan, wishes)
    st.caption(wording.escaped(plan_words.check_words(check)))


def by_prices(portfolio: str, *, placeholder: bool) -> None:
    """Show the plan of a portfolio too large to list every choice, for a budget in dollars."""
    controls = st.grid(3, min_column_width=240)
    with controls:
        budget = links.number(
            "Budget for the first year, USD",
            name="usd",
            low=0.0,
            high=MOST_BUDGET,
            default=DEFAULT_BUDGET,
            step=STEP_USD,
            shown_as="%.0f",
        )
        share, wishes = chosen_share(), chosen_wishes()
    try:
        with st.spinner("Valuing the options of the startups that lose most…"):
            plan = cached.plan_by_prices(
                portfolio, PlanLimits(budget_usd=budget, max_share=share), wishes
            )
    except NoPlan as problem:
        empty_state("There is no such plan.", str(problem))
        st.stop()
    large_figures(plan, placeholder=placeholder)
    changed = plan.changed
    st.subheader("Who does what", anchor=False)
    found = plan_table.rows_of(changed, of=plan.aal_today_usd)
    shown = found[:MOST_SHOWN]
    column_table(
        plan_table.PAGE,
        shown,
        key="choices",
        file_name=f"{portfolio}-plan.csv",
        files=plan_table.VALUES,
        file_rows=found,
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(shown):,} of {len(changed):,} changes, most loss removed first.",
    )
    st.caption(wording.escaped(plan_words.large_words(plan)))
    with st.spinner("Planning for every budget…"):
        answer = cached.plan_answer_by_prices(portfolio, plan, wishes)
    more_money(answer, placeholder=placeholder)
    herd(answer, placeholder=placeholder)


def large_figures(plan: Plan, *, placeholder: bool) -> None:
    """Show what a plan by prices costs and removes, and what the next change would."""
    with st.grid(4, min_column_width=155):
        _spent(plan, placeholder=placeholder)
        _loss(plan, placeholder=placeholder)
        _tail(plan, placeholder=placeholder)
        step = plan.next_step
        metric(
            "The next change",
            "–" if step is None else wording.money(step[0]),
            note="nothing more pays"
            if step is None
            else f"{'placeholder; ' if placeholder else ''}removes {wording.money(step[1])} a year",
        )


summary = chosen_summary()
shown = answer_of(summary, title="Plan")
whole = shown.answer
page_header(
    "Plan",
    summary,
    marks=marks.explained(whole),
    as_of=whole.as_of,
    rests_on=marks.provenance(whole),
    description="One option for every use case, so that all of them together lose least: within a "
    "budget, within the room that alternatives have when a provider ends, and within what each "
    "startup's engineers can do in a quarter.",
)
say_if_updating(shown)
if whole.aal_usd <= 0:
    empty_state(
        "There is nothing to plan yet.",
        "Nobody here depends on a language model that is known. Import a file with one line per "
        "startup and provider, or answer open questions about names.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
doubt = headlines.placeholder(whole)
if assessed_of(whole).table.questions.any():
    st.caption(
        "Texts of which nobody said whether they are a language model widen the range on Portfolio "
        "and are not planned for: they are in no figure here."
    )
if doubt is not None:
    st.warning(wording.escaped(doubt), icon=":material/help:")
if summary.startups > PLANNED_WHOLE:
    by_prices(summary.name, placeholder=doubt is not None)
    st.stop()
share, wishes = asked_for()
plans = all_plans(summary.name, share, wishes)
by_budget(plans, summary.name, wishes, placeholder=doubt is not None)
