"""Plan: what all startups of a portfolio should do together, for how much money."""

from math import floor, log10

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.services.planning import decisions_to_keep, plan_tasks
from db.services.portfolios import CHOSEN_FROM_A_LIST
from risk.alternatives.planning.answer import PlanAnswer, PreparedPlan, WorthSpending
from risk.alternatives.planning.plan import Plan
from risk.alternatives.planning.table import NoPlan, PlanLimits
from risk.alternatives.planning.wishes import (
    Wishes,
    decisions_kept,
    key_of,
    pins_offered,
)
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
)
from ui.render.page import column_table, short_table
from ui.server.downloads import file_button
from ui.tables import plan as plan_table
from ui.task_files import TaskFile, task_file
from ui.uncertainty import OF_TEN
from ui.words import headlines, marks, plan_words

#: The most of the margin that may depend on one developer, by the value in the address.
SHARES = {"any": None, "60": 0.6, "50": 0.5, "40": 0.4, "33": 1 / 3}
#: In their place: so many USD of margin a year, stated by themselves.
IN_USD = "usd"
MOST_USD = 1e12
#: Changes that are listed on the page; files have them all.
MOST_SHOWN = 500
PIN = "pin"
#: What the click on "Keep decisions taken" came to, said once.
_KEPT = "plan_decisions_kept"
FILES = {
    TaskFile.CSV: ("Tasks, CSV", "text/csv"),
    TaskFile.XLSX: (
        "Tasks, Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    TaskFile.ICS: ("Days to begin (.ics)", "text/calendar"),
}


# --- What is asked for ----------------------------------------------------------------------------


def share_name(value: str) -> str:
    """Name a limit on one developer."""
    if value == IN_USD:
        return "At most an amount of margin"
    return "No limit" if value == "any" else f"At most {value} % of the margin"


def chosen_limit() -> str:
    """Ask for the most of the margin on any one developer."""
    return links.select(
        "On any one developer",
        [*SHARES, IN_USD],
        name="share",
        default="any",
        shown=share_name,
        what="limit on one developer",
        hint="Moves more than a plan without it would, so that no developer's end takes too much.",
    )


def share_of(limit: str, prepared: PreparedPlan) -> float | None:
    """Return a limit on one developer as a share of the margin; None: no limit."""
    if limit != IN_USD:
        return SHARES[limit]
    margin = prepared.margin_usd
    most = links.number(
        "Margin a year on one developer, USD",
        name="margin",
        low=0.0,
        high=MOST_USD,
        default=float(f"{margin / 2:.2g}"),
        step=round_step(margin),
        shown_as="%.0f",
        hint=f"All that depends on language models here is {wording.money(margin)} a year.",
    )
    return prepared.share_of_margin(most)


def round_step(usd: float) -> float:
    """Return a round step for amounts up to this one: a tenth to a hundredth of it."""
    return float(10 ** max(0, floor(log10(usd / 10)))) if usd >= 10 else 1.0


def chosen_exclusions() -> tuple[str, ...]:
    """Ask for the developers and hosts to which nobody shall newly go."""
    providers = cached.catalog().providers.values()
    names = [one.name for one in providers if {Role.DEVELOPER, Role.HOST} & one.roles]
    excluded = links.multiselect(
        "Nobody newly goes to",
        sorted(names, key=str.casefold),
        name="exclude",
        placeholder="Everybody may be chosen",
    )
    return tuple(sorted(excluded))


def chosen_budget(worth: WorthSpending) -> float:
    """Ask for the budget in dollars; a link of before may have it as a share of all (%)."""
    default = worth.usual_budget_usd
    percent = links.read("budget")
    if percent is not None:
        try:
            share = float(percent) / 100
        except ValueError:
            share = -1.0
        if 0 <= share <= 1:
            default = worth.part_usd(share)
        else:
            links.say_unknown("budget", percent)
    full = worth.full.spent_usd
    return links.number(
        "Budget for the first year, USD",
        name="usd",
        low=0.0,
        high=MOST_USD,
        default=default,
        step=round_step(full),
        shown_as="%.0f",
        hint=f"All that is worth spending is {wording.money(full)}: what the best plan without a "
        "budget costs.",
    )


def pinned(prepared: PreparedPlan, portfolio: str) -> None:
    """Show what is decided already: pins with a button each, a new one, and decisions taken."""
    pins = links.read_list(PIN)
    said = st.session_state.pop(_KEPT, None)
    label = f"Decided already: {wording.counted(len(pins), 'pin')}" if pins else "Decided already"
    with st.expander(label, key="decided_already", icon=":material/keep:"):
        st.caption("What is pinned is in every plan; the rest is planned around it.")
        if said:
            st.info(wording.escaped(said))
        for number, pin in enumerate(pins):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(wording.escaped(pin))
                st.button(
                    "Remove",
                    key=f"unpin_{number}",
                    type="tertiary",
                    icon=":material/close:",
                    help=f"Plan {pin} freely again",
                    on_click=_unpin,
                    args=(pin,),
                )
        option = _new_pin(prepared)
        with st.container(horizontal=True):
            st.button(
                "Pin this option",
                key="pin_add",
                icon=":material/keep:",
                disabled=option is None,
                on_click=_pin,
                args=(option,),
            )
            if cached.asked(decisions_to_keep, portfolio):
                st.button(
                    "Keep decisions taken",
                    key="keep_decisions",
                    icon=":material/playlist_add_check:",
                    help="Pins every decision that stands, as recorded under Alternatives.",
                    on_click=_keep_decisions,
                    args=(prepared, portfolio),
                )


def _new_pin(prepared: PreparedPlan) -> str | None:
    """Ask for a startup, one of its use cases and the option that must be in the plan; its pin."""
    table = prepared.table
    with st.grid(3, min_column_width=240):
        if len(table.startups) > CHOSEN_FROM_A_LIST:
            said = st.text_input("Startup", key="pin_startup", placeholder="Its whole name")
            wanted = key_of(said)
            startup = next((one for one in table.startups if key_of(one) == wanted), None)
            if said and startup is None:
                st.caption(
                    f"“{wording.escaped(said)}” is none of the startups that have options here."
                )
        else:
            names = sorted(table.startups, key=str.casefold)
            startup = st.selectbox(
                "Startup", names, key="pin_startup", index=None, placeholder="Choose one"
            )
        offered = {} if startup is None else pins_offered(table, startup)
        # A key of its own for each list: a choice from another one would stay behind.
        case = st.selectbox(
            "Use case", list(offered), key=f"pin_case_{startup}", disabled=not offered
        )
        pins = offered.get(case or "", {})
        option = st.selectbox(
            "Option", list(pins), key=f"pin_option_{startup}_{case}", disabled=not pins
        )
    return pins.get(option or "")


def _pin(pin: str) -> None:
    links.write_list(PIN, [*links.read_list(PIN), pin])


def _unpin(pin: str) -> None:
    links.write_list(PIN, [one for one in links.read_list(PIN) if one != pin])


def _keep_decisions(prepared: PreparedPlan, portfolio: str) -> None:
    kept = decisions_kept(prepared.table, cached.asked(decisions_to_keep, portfolio))
    links.write_list(PIN, [*links.read_list(PIN), *kept.pins])
    st.session_state[_KEPT] = plan_words.kept_words(kept)


# --- What the plan comes to -----------------------------------------------------------------------


def figures(plan: Plan, *, placeholder: bool) -> DeltaGenerator | None:
    """Show what a plan costs and removes; where amounts are placeholders, shares come first.

    Returns the place for the price of herding, None where so few are planned for that it says
    nothing.
    """
    with st.grid(4, min_column_width=155):
        _spent(plan, placeholder=placeholder)
        _loss(plan, placeholder=placeholder)
        _tail(plan, placeholder=placeholder)
        return st.container(height="stretch") if plan.is_of_many else None


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


def _price_of_herding(answer: PlanAnswer, *, placeholder: bool) -> None:
    herding = answer.herding
    share = wording.percent(herding.price_usd / max(herding.planned_usd, 1e-9))
    metric(
        "Price of herding",
        share if placeholder else wording.money(herding.price_usd),
        note="of cost and losses, if everybody chose alone"
        if placeholder
        else f"a year, {share} of cost and losses, if everybody chose alone",
    )


def choices(plan: Plan, portfolio: str) -> None:
    """Show who should do what; a click on a name opens the startup. Files have all of it."""
    changed = plan.changed
    st.subheader("Who does what", anchor=False)
    if not changed:
        st.markdown("Nobody changes anything.")
        return
    today, shown = plan.aal_today_usd, changed[:MOST_SHOWN]
    column_table(
        plan_table.PAGE,
        plan_table.rows_of(shown, of=today),
        key="choices",
        file_name=f"{portfolio}-plan.csv",
        files=plan_table.FILE,
        file_rows=plan_table.rows_of(plan.choices, of=today),
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(shown):,} of {len(changed):,} changes with cost, effort and the expected loss "
        "that they remove, most loss removed first.",
    )
    task_buttons(plan, portfolio)


def task_buttons(plan: Plan, portfolio: str) -> None:
    """Offer the changes as a list of tasks: who, from what to what, begin by when, ask what."""
    store, actor, today = cached.store(), cached.actor(), cached.today()

    def make(kind: TaskFile) -> bytes:
        tasks = plan_tasks(store, actor, portfolio, plan.changed, today=today)
        return task_file(tasks, kind=kind, portfolio=portfolio, as_of=today)

    with st.container(horizontal=True):
        for kind, (label, mime) in FILES.items():
            file_button(
                label,
                lambda kind=kind: make(kind),  # type: ignore[misc] # the kind of this button
                file_name=f"{portfolio}-tasks.{kind}",
                mime=mime,
                key=f"tasks_{kind}",
                type="tertiary",
                hint="Every change with owner, contact, day to begin by, cost and what to ask "
                "first.",
            )


def more_money(answer: PlanAnswer, *, placeholder: bool) -> None:
    """Draw what is lost at every budget."""
    finding = charts.frontier_alt(answer.frontier, placeholder=placeholder)
    with card("What more money buys", note=finding):
        chart(
            charts.frontier_figure(answer.frontier, answer.plan, palette=palette()),
            alt=finding,
            key="frontier",
        )


def herd(answer: PlanAnswer, *, placeholder: bool) -> None:
    """Explain what it costs that everybody counts on the same room."""
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


def show(portfolio: str, *, placeholder: bool) -> None:
    """Show the controls, and the plan for what they ask.

    Raises:
        NoPlan: there is nothing to plan, or no choice keeps to what is asked.
    """
    with st.grid(3, min_column_width=240):
        place_of_budget = st.container()
        place_of_limit = st.container()
        with place_of_limit:
            limit = chosen_limit()
        excluded = chosen_exclusions()
    place_of_pins = st.container()
    everybody = cached.prepared_plan(portfolio)
    with place_of_limit:
        share = share_of(limit, everybody)
    with place_of_pins:
        pinned(everybody, portfolio)
    wishes = Wishes(pins=tuple(links.read_list(PIN)), excluded=excluded)
    worth = cached.worth_spending(portfolio, share, wishes)
    with place_of_budget:
        budget = chosen_budget(worth)
    plan = cached.plan(portfolio, PlanLimits(budget_usd=budget, max_share=share), wishes)
    st.markdown(wording.escaped(plan_words.headline(plan, placeholder=placeholder)))
    place_of_herding = figures(plan, placeholder=placeholder)
    steps = plan_words.steps(plan, placeholder=placeholder)
    st.markdown("\n".join(f"- {wording.escaped(one)}" for one in steps))
    place_of_frontier = st.container()
    choices(plan, portfolio)
    st.caption(wording.escaped(plan_words.stays_words(plan)))
    if place_of_herding is not None:
        answer = cached.plan_answer(portfolio, plan, wishes)
        with place_of_herding:
            _price_of_herding(answer, placeholder=placeholder)
        with place_of_frontier:
            more_money(answer, placeholder=placeholder)
        herd(answer, placeholder=placeholder)
    if everybody.is_whole:
        check = cached.plan_check(portfolio, plan, wishes)
        st.caption(wording.escaped(plan_words.check_words(check)))


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
try:
    show(summary.name, placeholder=doubt is not None)
except NoPlan as problem:
    empty_state("There is no such plan.", str(problem))
