"""Plan: what all companies of a portfolio should do together, for how much money."""

from collections.abc import Callable
from math import floor, log10

import streamlit as st

from db.services.planning import decisions_to_keep, plan_tasks
from db.services.portfolios import CHOSEN_FROM_A_LIST
from risk.alternatives.planning.answer import PreparedPlan, WorthSpending
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
from ui.charts.drawn import company_address
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    metric,
    open_startup,
    page_header,
    palette,
    stop_if_empty,
)
from ui.render.cards import Cards
from ui.render.page import column_table, short_table
from ui.server.downloads import file_button
from ui.tables import plan as plan_table
from ui.task_files import TaskFile, task_file
from ui.uncertainty import OF_TEN, Spread
from ui.words import headlines, marks, plan_words

#: The most of the margin that may depend on one developer, by the value in the address.
SHARES = {"any": None, "60": 0.6, "50": 0.5, "40": 0.4, "33": 1 / 3}
#: In their place: so many USD of margin a year, stated by themselves.
IN_USD = "usd"
MOST_USD = 1e12
#: Changes that are listed on the page; files have them all.
MOST_SHOWN = 500
PIN = "pin"
#: What stands below the chart, one at a time.
SECTIONS = {
    "who": "Who does what",
    "money": "What more money buys",
    "alone": "If everyone picks alone",
    "check": "Worst years and check",
}
#: What the click on "Keep decisions taken" came to, said once.
_KEPT = "plan_decisions_kept"
FILES = {
    TaskFile.CSV: ("Tasks for Jira or Linear (.csv)", "text/csv"),
    TaskFile.XLSX: (
        "Tasks (.xlsx)",
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
    full = wording.money(worth.full.spent_usd)
    return links.amount(
        "Budget for the first year, USD",
        name="usd",
        high=MOST_USD,
        default=default,
        hint=f"Type 300k, 1.2m or 300,000 and press Enter. All that is worth spending is {full}: "
        "what the best plan without a budget costs.",
    )


def pinned(prepared: PreparedPlan, portfolio: str) -> None:
    """Show what is decided already: pins with a button each, a new one, and decisions taken."""
    pins = links.read_list(PIN)
    said = st.session_state.pop(_KEPT, None)
    label = f"Decided already: {wording.counted(len(pins), 'pin')}" if pins else "Decided already"
    with st.container():
        st.markdown(f"**{label}**")
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
    """Ask for a company, one of its use cases and the option that must be in the plan; its pin."""
    table = prepared.table
    with st.grid(3, min_column_width=240):
        if len(table.startups) > CHOSEN_FROM_A_LIST:
            said = st.text_input("Company", key="pin_startup", placeholder="Its whole name")
            wanted = key_of(said)
            startup = next((one for one in table.startups if key_of(one) == wanted), None)
            if said and startup is None:
                st.caption(
                    f"“{wording.escaped(said)}” is none of the companies that have options here."
                )
        else:
            names = sorted(table.startups, key=str.casefold)
            startup = st.selectbox(
                "Company", names, key="pin_startup", index=None, placeholder="Choose one"
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


def figures(plan: Plan, *, placeholder: bool) -> None:
    """Show what a plan costs, removes and leaves; of placeholders shares come first."""
    with st.grid(3, min_column_width=155):
        _spent(plan, placeholder=placeholder)
        _removed(plan, placeholder=placeholder)
        _left(plan, placeholder=placeholder)


def _spent(plan: Plan, *, placeholder: bool) -> None:
    allowed = f"of {wording.money(plan.limits.budget_usd)} allowed"
    found = plan.ranges.spent
    if placeholder:
        spent, note = wording.money_range(found), f"placeholder; {allowed}"
    else:
        spent = wording.money(plan.spent_usd)
        note = f"{wording.money_range(found)} {OF_TEN}; {allowed}"
    spread = Spread(low=found.low, median=plan.spent_usd, high=found.high)
    metric("Cost in the first year", spent, note=note, spread=spread)


def _removed(plan: Plan, *, placeholder: bool) -> None:
    removed = plan.aal_today_usd - plan.aal_usd
    share = wording.percent(removed / max(plan.aal_today_usd, 1e-9))
    shares = wording.percent_range(plan.ranges.share)
    found = plan.ranges.removed
    if placeholder:
        value, note = share, f"{shares} {OF_TEN}; as placeholders, {wording.money_range(found)}"
    else:
        value = wording.money(removed)
        note = f"{wording.money_range(found)} {OF_TEN}; {share} ({shares}) of today’s loss"
    spread = Spread(low=max(found.low, 0.0), median=removed, high=found.high)
    metric("Loss removed a year", value, note=note, spread=spread)


def _left(plan: Plan, *, placeholder: bool) -> None:
    found, before = plan.ranges.after, plan.ranges.today
    if placeholder:
        value, note = (
            wording.money_range(found),
            f"placeholder; today {wording.money_range(before)}",
        )
    else:
        value = wording.money(plan.aal_usd)
        today = f"{wording.money(plan.aal_today_usd)} ({wording.money_range(before)})"
        note = f"{wording.money_range(found)} {OF_TEN}; today {today}"
    spread = Spread(low=found.low, median=plan.aal_usd, high=found.high)
    metric("Loss that stays", value, note=note, spread=spread)


def largest_changes(plan: Plan, portfolio: str) -> None:
    """Show the changes that remove most with their ranges; a name opens the company."""
    with card(
        plan_words.few_remove(plan),
        note=f"Expected loss removed a year: the mark is the mean, the bar its range {OF_TEN}.",
    ):
        st.html(charts.changes_html(plan, portfolio=portfolio, palette=palette()))


def choices(plan: Plan, portfolio: str) -> None:
    """Show who should do what; a click on a name opens the company. Files have all of it."""
    changed = plan.changed
    if not changed:
        st.markdown("Nobody changes anything.")
        st.caption(wording.escaped(plan_words.stays_words(plan)))
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
        cards=Cards(
            aside="aal_removed_usd",
            below=("use_case", "asks"),
            address=company_address(portfolio),
            palette=palette(),
        ),
    )
    st.caption(wording.escaped(plan_words.stays_words(plan)))


def task_buttons(plan: Plan, portfolio: str) -> None:
    """Offer the changes as a list of tasks: who, from what to what, begin by when, ask what."""
    store, actor, today = cached.store(), cached.actor(), cached.today()

    def make(kind: TaskFile) -> bytes:
        tasks = plan_tasks(store, actor, portfolio, plan.changed, today=today)
        return task_file(tasks, kind=kind, portfolio=portfolio, as_of=today)

    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, (label, mime) in FILES.items():
            file_button(
                label,
                lambda kind=kind: make(kind),  # type: ignore[misc] # the kind of this button
                file_name=f"{portfolio}-tasks.{kind}",
                mime=mime,
                key=f"tasks_{kind}",
                type="secondary",
                hint="Every change with owner, contact, day to begin by, cost and what to ask "
                "first. Jira and Linear import the CSV file.",
            )


def more_money(plan: Plan, wishes: Wishes, portfolio: str, *, placeholder: bool) -> None:
    """Draw what is lost at every budget, and say what the next and the last money do."""
    curve = cached.plans_by_budget(portfolio, plan.limits.max_share, wishes)
    finding = charts.frontier_alt(curve, placeholder=placeholder)
    with card(finding):
        chart(
            charts.frontier_figure(curve, plan, palette=palette()),
            alt=finding,
            key="frontier",
        )
        steps = plan_words.steps(plan, placeholder=placeholder)
        st.markdown("\n".join(f"- {wording.escaped(one)}" for one in steps))


def herd(plan: Plan, wishes: Wishes, portfolio: str, *, placeholder: bool) -> None:
    """Explain what it costs extra that everybody counts on the same capacity."""
    herding = cached.price_of_herding(portfolio, plan, wishes)
    crowds = plan_words.overcrowded(herding.crowds)
    with card(charts.crowd_alt(crowds)):
        st.markdown(wording.escaped(plan_words.herding_words(herding, placeholder=placeholder)))
        if not crowds:
            return
        chart(
            charts.crowd_figure(crowds, palette=palette()),
            alt=charts.crowd_alt(crowds),
            key="crowds",
        )
        table = st.expander("The same as a table", key="crowds_table", on_change="rerun")
        if table.open:
            with table:
                short_table(plan_table.CROWD, plan_table.crowd_rows(crowds))
        st.caption(
            "Spend a month that looks for capacity in the first week after the developer ends. "
            "Capacity is what the provider has spare on that day, scaled to this portfolio."
        )


def full_model(plan: Plan, wishes: Wishes, portfolio: str) -> None:
    """Say what the plan does to the worst years, and what the full model makes of it."""
    before, after = wording.money(plan.tvar95_today_usd), wording.money(plan.tvar95_usd)
    st.markdown(
        wording.escaped(
            f"The average of the worst 5 % of years falls from {before} to {after} by the plan’s "
            "own sums."
        )
    )
    check = cached.plan_check(portfolio, plan, wishes)
    st.markdown(wording.escaped(plan_words.check_words(check)))


def sections_of(plan: Plan, everybody: PreparedPlan) -> list[str]:
    """The sections that say something of this plan."""
    absent = set() if plan.is_of_many else {"money", "alone"}
    if not everybody.is_whole:
        absent.add("check")
    return [name for name in SECTIONS if name not in absent]


def the_rest(
    plan: Plan, wishes: Wishes, everybody: PreparedPlan, portfolio: str, *, placeholder: bool
) -> None:
    """Show one section at a time; what is not chosen is not computed."""
    section = links.sections(
        "More",
        sections_of(plan, everybody),
        name="section",
        default="who",
        shown=SECTIONS.__getitem__,
    )
    if section == "who":
        choices(plan, portfolio)
    elif section == "money":
        more_money(plan, wishes, portfolio, placeholder=placeholder)
    elif section == "alone":
        herd(plan, wishes, portfolio, placeholder=placeholder)
    else:
        full_model(plan, wishes, portfolio)


def show(portfolio: str, header: Callable[[str], None], *, placeholder: bool) -> None:
    """Show the controls, and the plan for what they ask; ``header`` shows its sentence on top.

    Raises:
        NoPlan: there is nothing to plan, or no choice keeps to what is asked.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place_of_budget = st.container(width=260)
        place_of_tasks = st.container()
    place_of_answer = st.container()
    everybody = cached.prepared_plan(portfolio)
    asked = bool(links.read_list(PIN) or links.read("share") or links.read("exclude"))
    label = "Limits and decisions, some set" if asked else "Limits and decisions"
    with st.expander(label, key="limits", icon=":material/tune:"):
        with st.grid(2, min_column_width=240):
            with st.container():
                limit = chosen_limit()
                share = share_of(limit, everybody)
            excluded = chosen_exclusions()
        pinned(everybody, portfolio)
    wishes = Wishes(pins=tuple(links.read_list(PIN)), excluded=excluded)
    worth = cached.worth_spending(portfolio, share, wishes)
    with place_of_budget:
        budget = chosen_budget(worth)
    plan = cached.plan(portfolio, PlanLimits(budget_usd=budget, max_share=share), wishes)
    header(plan_words.in_short(plan, placeholder=placeholder))
    with place_of_answer:
        figures(plan, placeholder=placeholder)
        if plan.changed:
            largest_changes(plan, portfolio)
    if plan.changed:
        with place_of_tasks:
            task_buttons(plan, portfolio)
    the_rest(plan, wishes, everybody, portfolio, placeholder=placeholder)


summary = chosen_summary()
stop_if_empty(summary, "Plan")
shown = answer_of(summary, title="Plan")
whole = shown.answer
place_of_header = st.container()


def titled(sentence: str) -> None:
    """Show the header with what the plan comes to."""
    with place_of_header:
        page_header(
            sentence,
            summary,
            marks=marks.explained(whole),
            as_of=whole.as_of,
            rests_on=marks.provenance(whole),
        )


say_if_updating(shown)
if whole.aal_usd <= 0:
    titled("Plan")
    empty_state(
        "There is nothing to plan yet.",
        "Nobody here depends on a language model that is known. Import a file with one line per "
        "company and provider, or answer open questions about names.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
doubt = headlines.placeholder(whole)
if doubt is not None:
    st.warning(wording.escaped(doubt), icon=":material/help:")
try:
    show(summary.name, titled, placeholder=doubt is not None)
except NoPlan as problem:
    titled("Plan")
    empty_state("There is no such plan.", str(problem))
st.caption(
    "One option for every use case, so that all together lose least: within the budget, the "
    "capacity that alternatives have when a provider ends, and what each company’s engineers can "
    "do in a quarter."
    + (
        " Texts of which nobody said whether they are a language model are in no figure here."
        if assessed_of(whole).table.questions.any()
        else ""
    )
)
