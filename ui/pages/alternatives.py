"""Alternatives: what one use case could use instead, what it costs and what it leaves."""

from collections.abc import Sequence

import streamlit as st

from db.services.access import Action
from risk.alternatives.judgements import NEEDS, Judgement, Topic
from risk.alternatives.options import StartupNotFound
from risk.alternatives.results import Alternative, OptionClass
from risk.hazard.signals import HORIZON_DAYS
from risk.inventory.records import Startup
from risk.portfolio.results import PortfolioAssessment
from ui import cached, links, wording
from ui.answering import answer_of, say_if_updating
from ui.charts import alternatives as charts
from ui.page import card, chart, chosen_summary, empty_state, page_header, palette, stop_if_empty
from ui.panels.decision_panel import decide, decided
from ui.panels.decision_panel import message as decision_message
from ui.panels.evaluation_form import evaluation_form, evaluations_of
from ui.panels.judgement_form import TOPICS, message, value_form
from ui.render.page import column_table, short_table
from ui.startup_choice import ask_startup
from ui.tables import option, replacement, waiting
from ui.uncertainty import Spread, bar_html, widest
from ui.words import company_words, marks, option_words, waiting_words

#: What stands below the first screens, one at a time.
SECTIONS = {
    "costs": "Cost against loss",
    "takes": "What it takes",
    "covers": "What each covers",
    "out": "Ruled out",
    "waiting": "Worth of waiting",
    "close": "Look closely",
    "figures": "All figures",
}
_LOOKED_AT = "alternatives_looked_at"
#: On a phone the cards above say the verdicts, and no figure is broken off in a narrow cell.
_ON_A_PHONE = """<style>@media (max-width: 640px) {
.st-key-every_option :is(th, td):nth-child(2) { display: none }
.st-key-every_option :is(th, td):not(:first-child) { overflow-wrap: normal }
.st-key-every_option td:not(:first-child) { white-space: nowrap }
}</style>"""


def chosen_startup(portfolio: str, assessment: PortfolioAssessment) -> Startup:
    """Ask for the startup; without a choice it is the one with the largest expected loss."""
    name = ask_startup(assessment)
    try:
        return cached.record_of(portfolio, name)
    except StartupNotFound as unknown:
        show_header()
        empty_state(
            str(unknown),
            "Choose one in the list, and copy its name.",
            page="pages/startups.py",
            label="All companies",
        )
        st.stop()


def forget_another_startups_choice(startup: str, use_cases: list[str], keys: list[str]) -> None:
    """Drop what was chosen for the startup looked at before; a mistyped link is still named."""
    before = st.session_state.get(_LOOKED_AT, startup)
    st.session_state[_LOOKED_AT] = startup
    if before == startup:
        return
    if links.read("use_case") not in use_cases:
        links.write(use_case=None)
    if links.read("dependency") not in keys:
        links.write(dependency=None)


def chosen_options(startup: Startup, options: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Ask for the use case, and for the dependency where it has several; return its options."""
    use_cases = option_words.use_cases_with_options(startup, options)
    keys = [one.dependency_key for one in options]
    forget_another_startups_choice(startup.name, use_cases, keys)
    use_case = links.select("Use case", use_cases, name="use_case", default=use_cases[0])
    kept = tuple(one for one in options if one.use_case == use_case)
    record = next(one for one in startup.use_cases if one.name == use_case)
    keys = list(dict.fromkeys(one.dependency_key for one in kept))
    dependencies = {key: option_words.dependency_of(record, key) for key in keys}
    labels = {key: option_words.uses(one) if one else key for key, one in dependencies.items()}
    if len(keys) > 1:
        key = links.select(
            "Depends on", keys, name="dependency", default=keys[0], shown=labels.__getitem__
        )
    else:
        key = keys[0]
        st.caption(f"Today: {wording.escaped(labels[key])}.")
    return tuple(one for one in kept if one.dependency_key == key)


def recommendation(options: tuple[Alternative, ...]) -> None:
    """Say by when to start, how sure the recommendation is, and what would change it."""
    best = option_words.recommended(options)
    said = option_words.advice(options)
    # The last day of today's model and the day to start come before how sure it is.
    leads = sum(one.last_day is not None for one in options if one.recommended) + 1
    st.markdown(f"**{wording.escaped(' '.join(said[:leads]))}**")
    if said[leads:]:
        st.markdown(wording.escaped(" ".join(said[leads:])))
    if best is not None and best.ask:
        st.caption(wording.escaped(f"Still to ask: {'; '.join(best.ask)}."))


def cards(portfolio: str, startup: str, options: tuple[Alternative, ...]) -> None:
    """Show the recommended option, the runner-up and staying side by side, with their ranges."""
    base, shown = option_words.stay(options), option_words.compared(options)
    spreads = [
        Spread(low=one.left.low_usd, median=one.left.median_usd, high=one.left.high_usd)
        for one in shown
        if one.left is not None
    ]
    end = widest(spreads)
    for place, (column, one) in enumerate(zip(st.columns(len(shown)), shown, strict=True)):
        with column, st.container(border=True, height="stretch", gap="xsmall"):
            st.caption(wording.escaped(option_words.verdict(one)))
            st.subheader(wording.escaped(one.option), anchor=False)
            _figures(one, base, end)
            if base is not None and one is not base and not one.excluded:
                decide(portfolio, startup, one, base, key=f"card_{place}")


def _figures(one: Alternative, base: Alternative | None, end: float) -> None:
    """What is left a year with its range, and what it costs once and a year."""
    staying = one is base
    if one.left is None:
        said = f"{wording.money(one.residual_aal_usd)} of loss left a year"
        st.markdown(wording.escaped(said))
    else:
        left = Spread(low=one.left.low_usd, median=one.left.median_usd, high=one.left.high_usd)
        said = f"{wording.money(left.median)} of loss a year {'as it is' if staying else 'left'}"
        note = company_words.after_range(one)
        st.markdown(wording.escaped(said))
        st.html(bar_html(left, palette=palette(), label=f"{said}; {note}", end=end))
        st.caption(wording.escaped(note))
    if staying:
        bill = wording.money(one.run_usd_per_year)
        st.markdown(wording.escaped(f"{bill} a year to run, nothing once"))
        return
    run, today = one.run_usd_per_year, base.run_usd_per_year if base is not None else None
    extra = None if run is None or today is None else run - today
    more = "no more to run"
    if extra is None or abs(extra) >= 1:
        more = f"running cost {company_words.a_year_more(extra)} a year"
    st.markdown(
        wording.escaped(
            f"{company_words.once(one)} once; {more}; {wording.number(one.weeks)} engineer weeks"
        )
    )


def value_of_waiting(
    portfolio: str, startup: str, options: Sequence[Alternative], *, asked: bool
) -> None:
    """Show from which chance of a provider's end leaving and preparing pay; unasked in a crisis."""
    use_case, key = options[0].use_case, options[0].dependency_key
    base = option_words.stay(options)
    if base is not None and base.last_day and base.last_day.days_left <= HORIZON_DAYS:
        if asked:
            st.markdown("It has to be left anyway, so that waiting is no choice.")
        return
    known = cached.waiting_of(portfolio, startup, all_providers=asked)
    own = waiting_words.of_dependency(known, use_case, key)
    if not own and not asked:
        return
    for one in own:
        with card(f"If {one.provider} may end", note=waiting_words.chance(one)):
            st.markdown(f"**{wording.escaped(waiting_words.headline(one))}**")
            short_table(waiting.PAGE, waiting.rows_of(one))
    if not own:
        st.caption("Of no provider behind this dependency is it known how often such a one ends.")


def coverage(options: tuple[Alternative, ...]) -> None:
    """Show which option still serves while today's provider falters, by kind."""
    with card(
        "What each option covers",
        note="Of 100 disruptions of today's provider, during how many the option still serves. 0: "
        "it depends on the same failing provider. A better contract keeps nothing up: it gives "
        "time.",
    ):
        shown = option_words.serving(options)
        if not charts.covered_kinds(shown):
            st.markdown("No disruption reaches this dependency, so there is nothing to cover.")
            return
        chart(
            charts.coverage_figure(shown, palette=palette()),
            alt=charts.coverage_alt(shown),
            key="coverage",
        )
        for sentence in option_words.coverage_sentences(options, links.read("option")):
            st.markdown(f"- {wording.escaped(sentence)}")


def cost_against_loss(options: tuple[Alternative, ...]) -> None:
    """Show the options as points: cost of the first year against the loss that remains."""
    shown = option_words.possible(options)
    with card(
        charts.pareto_alt(options),
        note="Across: cost of the first year, one-off and running. Up: loss a year that remains. "
        "Down and to the left is better.",
    ):
        st.html(charts.pareto_html(shown, palette=palette()))
        unpriced = [one.option for one in shown if one.run_usd_per_year is None]
        if unpriced:
            names = wording.escaped(wording.listed(unpriced))
            st.caption(f"Not drawn, because no price is known: {names}.")


def what_it_takes(options: tuple[Alternative, ...]) -> None:
    """Show what the recommended option costs once, part by part, with where each comes from."""
    best = option_words.recommended(options)
    if best is None or not best.once:
        st.markdown("Nothing is recommended that costs anything once.")
        return
    with card("What the recommendation takes", note=option_words.cost_sentence(best)):
        short_table(option.COST, option.cost_rows(best))


def every_option(options: tuple[Alternative, ...], startup: str) -> None:
    """Show every option that can be taken with its money, the recommended one first."""
    ordered = option_words.ordered(options)
    base = option_words.stay(options)
    shown = [one for one in ordered if one is base or not one.excluded]
    out = len(ordered) - len(shown)
    with card("Every option", note=f"{out} more are ruled out: see below." if out else None):
        st.html(_ON_A_PHONE)
        with st.container(key="every_option"):
            short_table(
                option.BRIEF,
                option.rows_of(shown),
                key="options",
                file_name=f"{startup}-alternatives.csv",
                files=option.FILE,
                file_rows=option.rows_of(ordered),
            )


def all_figures(options: tuple[Alternative, ...], startup: str) -> None:
    """Show every figure of every option, the excluded ones last."""
    shown = option_words.ordered(options)
    column_table(
        option.PAGE,
        option.rows_of(shown),
        key="figures",
        file_name=f"{startup}-alternatives.csv",
        files=option.FILE,
        widths={"option": "large"},
        alt=f"{len(shown)} options with verdict, cost, effort and remaining loss.",
    )


def ruled_out(options: tuple[Alternative, ...]) -> None:
    """Show what is ruled out, with all of its reasons."""
    out = option_words.ruled_out(options)
    with card("Ruled out"):
        if not out:
            st.markdown("Nothing is ruled out.")
        for sentence in out:
            st.markdown(f"- {wording.escaped(sentence)}")


def the_rest(portfolio: str, startup: str, options: tuple[Alternative, ...]) -> None:
    """Show one section at a time of what the first screens leave out."""
    section = links.sections(
        "More",
        list(SECTIONS),
        name="section",
        default="close" if links.read("option") else "",
        shown=SECTIONS.__getitem__,
    )
    if section == "costs":
        cost_against_loss(options)
    elif section == "takes":
        what_it_takes(options)
    elif section == "covers":
        coverage(options)
    elif section == "out":
        ruled_out(options)
    elif section == "figures":
        all_figures(options, startup)
    elif section == "waiting":
        value_of_waiting(portfolio, startup, options, asked=True)
    elif section == "close":
        close_look(portfolio, startup, options)


def close_look(portfolio: str, startup: str, options: Sequence[Alternative]) -> None:
    """Show one option's checks beside the comparison of models; the recommended one first."""
    shown = [
        one for one in option_words.ordered(options) if one.option_class is not OptionClass.STAY
    ]
    names = [one.option for one in shown]
    with card("Look closely", note="What each option must meet, and how alike the models are"):
        message()
        name = links.select("Option to look at", names, name="option", default=names[0])
        chosen = next(one for one in shown if one.option == name)
        left, right = st.columns(2)
        with left:
            short_table(option.CHECK, option.check_rows(chosen))
        with right:
            _comparison(chosen)
        evaluations_of(portfolio, startup)
        if cached.may(Action.JUDGE):
            _answers(portfolio, startup, chosen)


def _comparison(one: Alternative) -> None:
    if one.comparison is None:
        st.markdown("It uses the same model as today.")
        return
    short_table(option.COMPARED, option.compared_rows(one.comparison))
    if one.comparison.likeness is not None:
        short_table(replacement.PART, replacement.part_rows(one.comparison.likeness))
    st.caption(wording.escaped(option_words.alike_sentence(one.comparison)))


def _answers(portfolio: str, startup: str, one: Alternative) -> None:
    """Forms for what is asked, for how alike the models are, and for the use case's needs."""
    forms = {"A question": "answer", "What the use case needs": "needs"}
    if one.comparison is not None:
        forms["How alike the models are"] = "alike"
        forms["An evaluation of your own"] = "evaluation"
    with st.expander("Answer a question or correct a fact"):
        kind = forms[st.selectbox("About", list(forms), key="close_about")]
        if kind == "evaluation" and one.comparison is not None:
            evaluation_form(portfolio, startup, one.use_case, one.comparison.models)
            return
        if kind == "answer" and one.checks:
            by_words = {f"{each.criterion}: {each.reason}": each for each in one.checks}
            words = st.selectbox("Question", list(by_words), key="close_question")
            criterion = by_words[words].criterion
            about = Judgement(
                topic=Topic.ANSWER,
                value="",
                reason="",
                startup=startup,
                use_case=one.use_case,
                subject=option_words.subject(one, criterion),
                other=criterion.value,
            )
        elif kind == "alike" and one.comparison is not None:
            about = Judgement(
                topic=Topic.ALIKE,
                value="",
                reason="",
                subject=one.comparison.models[0],
                other=one.comparison.models[1],
            )
        else:
            topic = st.selectbox(
                "Need", NEEDS, key="close_need", format_func=lambda each: TOPICS[each][0]
            )
            about = Judgement(
                topic=topic, value="", reason="", startup=startup, use_case=one.use_case
            )
        value_form(portfolio, about)


portfolio = chosen_summary()
stop_if_empty(portfolio, "Alternatives")
shown = answer_of(portfolio, title="Alternatives")
answer = shown.answer
header = st.container()


def show_header(title: str = "Alternatives", **state: str) -> None:
    """Show what the page is about: of the portfolio, or of one company."""
    with header:
        page_header(
            title,
            portfolio,
            marks=marks.explained(answer),
            as_of=answer.as_of,
            about=[state["startup"]] if state else (),
            rests_on=marks.provenance(answer),
            state=state,
        )
        say_if_updating(shown)


controls = st.grid(2, min_column_width=240)
with controls:
    startup = chosen_startup(portfolio.name, answer)
options = cached.alternatives_of(portfolio.name, startup.name)
if not options:
    show_header(startup=startup.name)
    empty_state(
        f"{startup.name} depends on no language model that is known.",
        "Choose another company, or import what it depends on.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
with controls:
    options = chosen_options(startup, options)
show_header(option_words.headline(options), startup=startup.name)
decision_message()
decided(portfolio.name, startup.name, options)
recommendation(options)
cards(portfolio.name, startup.name, options)
if all(one.option_class is OptionClass.STAY for one in options):
    st.caption("The catalogue knows no other option for this dependency.")
    st.stop()
value_of_waiting(portfolio.name, startup.name, options, asked=False)
every_option(options, startup.name)
the_rest(portfolio.name, startup.name, options)
