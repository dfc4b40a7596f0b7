"""Story of one company on its page: its lead developer's end, what is safer, what to ask, why."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from db.errors import StoreError
from db.services import statements
from db.services.access import Action
from db.services.statements import Statement
from db.sharing.question_content import written
from risk.alternatives.options import StartupNotFound
from risk.alternatives.ways import Way, ways_to_be_safer
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Dependency, Startup
from risk.portfolio.asked import STANDS_FOR, Question, Reason
from risk.portfolio.results import Source, StartupAssessment
from ui import cached, links, wording
from ui.cached import OneStartup
from ui.charts import why_high as why_charts
from ui.clicks import once_a_click
from ui.page import card, link, palette
from ui.panels.asking import ask_link
from ui.panels.decision_panel import decide
from ui.tables.register import open_questions
from ui.uncertainty import bar_html
from ui.words import company_words, headlines, marks, option_words
from ui.words.founder_words import ASKS

#: Dependencies and deadlines listed first; the others are counted.
MOST_LISTED, MOST_ENDS = 6, 3
#: Questions that are answered on the page, and answers that are buttons.
MOST_ASKED, MOST_TAPS = 2, 6
#: Days within which an end that can be met is told on top.
SOON = 90
_SAID = "what_was_answered"


def deadlines(portfolio: str, startup: str) -> None:
    """Say which models end: in red what cannot be met any more."""
    found = [
        one for one in cached.model_ends(portfolio, startup) if one.late or one.days_left <= SOON
    ]
    for one in sorted(found, key=lambda one: (not one.late, one.ends_on))[:MOST_ENDS]:
        said = wording.escaped(company_words.model_end(one))
        (st.error if one.late else st.warning)(said, icon=":material/event_busy:")
    if len(found) > MOST_ENDS:
        link(
            "calendar.py",
            f"and {wording.counted(len(found) - MOST_ENDS, 'more deadline')}",
            portfolio=portfolio,
        )


def story(found: OneStartup) -> None:
    """Say what the end of the lead developer would do, with its range as a bar."""
    one = found.answer
    with st.container(border=True, gap="xsmall"):
        if found.end is None:
            st.markdown(f"### {wording.escaped(headlines.in_a_story(one))}")
        else:
            told = company_words.end_told(found.end, is_told=marks.is_told(one))
            note = company_words.story_note(told)
            st.markdown(f"### {wording.escaped(company_words.story(told))}")
            st.html(bar_html(told.spread, palette=palette(), label=note))
            st.caption(wording.escaped(f"{note} {company_words.left_by_facts(one)}".rstrip()))
        st.caption(wording.escaped(headlines.in_a_line(one)))


def what_it_depends_on(startup: Startup) -> None:
    """List the use cases with the models behind them and what is spent on each."""
    rows = [(case.name, one) for case, those in exposed_use_cases(startup) for one in those]
    with card("What it depends on", note="Use case, model and host, spend a month"):
        colours = palette()
        few = _few(rows)
        above = ["", *(case for case, _ in few)]
        st.html(
            "".join(
                _row("" if case == before else case, one, colours.provider, colours.grid)
                for before, (case, one) in zip(above, few, strict=False)
            )
        )
        if len(rows) > MOST_LISTED:
            st.caption(f"and {len(rows) - MOST_LISTED:,} more: see Facts")
        if rows:
            st.caption(wording.escaped(company_words.backups([one for _, one in rows])))


def _few(rows: Sequence[tuple[str, Dependency]]) -> list[tuple[str, Dependency]]:
    """Those of the largest spend; of unknown spend last."""
    return sorted(rows, key=lambda row: -(row[1].spend_usd_per_month or 0.0))[:MOST_LISTED]


def _row(case: str, one: Dependency, colour: Callable[[str | None], str], line: str) -> str:
    shade = colour(one.developer or one.host)
    dot = (
        '<span aria-hidden="true" style="display:inline-block;width:9px;height:9px;'
        f'border-radius:50%;margin-right:6px;background:{shade}"></span>'
    )
    cells = (
        ("left", escape(wording.brief(case))),
        ("left", f"{dot}{escape(company_words.served_by(one))}"),
        ("right", escape(company_words.spend(one.spend_usd_per_month))),
    )
    drawn = "".join(
        f'<div style="text-align:{side};overflow-wrap:anywhere">{text}</div>'
        for side, text in cells
    )
    return (
        '<div style="display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.3fr) auto;'
        f'gap:2px 12px;padding:7px 0;border-bottom:1px solid {line}">{drawn}</div>'
    )


def ways(portfolio: str, startup: Startup) -> None:
    """Show the best options across all dependencies, each with its price and what it leaves."""
    options = cached.alternatives_of(portfolio, startup.name)
    found = ways_to_be_safer(options, cached.assumptions(portfolio))
    number = {1: "One way", 2: "Two ways", 3: "Three ways"}.get(len(found), "Ways")
    with card(f"{number} to be safer"):
        if not found:
            st.markdown("No option that is known makes it safer. Staying as today is best.")
        elif not any(one.must or one.gain_usd > 0 for one in found):
            st.caption("None saves more than it costs: by the numbers, staying as today is best.")
        for place, one in enumerate(found):
            _way(portfolio, startup.name, one, place)
        link("alternatives.py", "All options", portfolio=portfolio, startup=startup.name)


def _way(portfolio: str, startup: str, one: Way, place: int) -> None:
    colours = palette()
    title = escape(option_words.as_action(one.option))
    about = escape(wording.sentence_case(wording.brief(one.option.use_case)))
    alike = company_words.likeness(one.option.comparison)
    note = f"{about} {escape(alike)}" if alike else about
    figures = (
        (company_words.once(one.option), "once"),
        (company_words.a_year_more(one.extra_run_usd), "a year"),
        (
            company_words.before_after(one.stay, one.option),
            f"loss a year; after: {company_words.after_range(one.option)}",
        ),
    )
    cells = "".join(
        f'<div style="flex:{flex};min-width:0"><div style="font-weight:600">{escape(value)}</div>'
        f'<div style="color:{colours.muted};font-size:0.8rem">{escape(label)}</div></div>'
        for (value, label), flex in zip(
            figures, ("0 1 150px", "0 1 80px", "1 1 170px"), strict=True
        )
    )
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        gap="small",
    ):
        st.html(
            f'<div style="border-top:1px solid {colours.grid};padding-top:7px"><div>{title}</div>'
            f'<div style="color:{colours.muted};font-size:0.85rem">{note}</div>'
            f'<div style="display:flex;flex-wrap:wrap;gap:2px 14px;margin-top:3px">{cells}</div>'
            "</div>",
            width="stretch",
        )
        decide(portfolio, startup, one.option, one.stay, key=f"way_{place}")


def questions(portfolio: str, found: OneStartup) -> None:
    """Ask for the facts that remove most of the range, answered here; else what else is unsure."""
    asked = _open(portfolio, found)
    with card(_heading(asked)):
        said = st.session_state.pop(_SAID, None)
        if said:
            (st.success if said[0] else st.error)(wording.escaped(said[1]))
        can = cached.may(Action.IMPORT) and cached.view().as_of is None
        for alike in asked[:MOST_ASKED]:
            _question(portfolio, found.record, alike, can=can)
        if not asked:
            st.markdown(wording.escaped(headlines.what_is_unknown(found.answer)))
            for narrowing in found.answer.narrow_most:
                if narrowing.kind is not Source.FACTS:
                    st.caption(wording.escaped(marks.narrowed_by(narrowing)))
        if len(asked) > MOST_ASKED:
            st.caption(f"{wording.counted(len(asked) - MOST_ASKED, 'more question')} after these")
        _names_to_read(portfolio, found.record)
        ask_link(portfolio, found.record.name)


def _names_to_read(portfolio: str, record: Startup) -> None:
    """Lead to where it is decided what a text stands for, for all companies that wrote it."""
    texts = list(dict.fromkeys(one.provider_text for _, one in open_questions(record)))
    for text in texts[:MOST_ASKED]:
        link("questions.py", f"Say what “{text}” stands for", portfolio=portfolio, search=text)
    if len(texts) > MOST_ASKED:
        more = wording.counted(len(texts) - MOST_ASKED, "more name")
        link("questions.py", f"{more} that nobody can read", portfolio=portfolio)


def _open(portfolio: str, found: OneStartup) -> list[tuple[Question, ...]]:
    """What nobody stated and can be answered here, what removes most range first.

    Questions that read the same, such as of two use cases at one provider, are asked once, however
    the register spells the provider.
    """
    try:
        known = cached.startup_questions(portfolio, found.record.name, answered=0).questions
    except StartupNotFound:
        return []
    spelling = _spellings(found.record)
    alike: dict[str, list[Question]] = {}
    for one in known:
        if one.reason is Reason.UNKNOWN and one.field in ASKS and one.field != STANDS_FOR:
            as_called = replace(one, provider=spelling.get(one.dependency or "", one.provider))
            alike.setdefault(company_words.asked_about(as_called), []).append(as_called)
    return [tuple(each) for each in alike.values()]


def _spellings(record: Startup) -> dict[str, str]:
    """The shortest name that the register has for whoever serves a dependency, by its key."""
    links = [one for case in record.use_cases for one in case.dependencies]
    names: dict[object, str] = {}
    for one in links:
        who = _who(one)
        names[who] = min(names.get(who, one.provider_text), one.provider_text, key=len)
    return {one.key: names[_who(one)] for one in links}


def _who(one: Dependency) -> object:
    known = one.developer, one.host, one.product
    return known if any(known) else one.provider_text


def _heading(asked: Sequence[Sequence[Question]]) -> str:
    first = asked[:MOST_ASKED]
    if not first:
        return "What would narrow the range"
    removed = sum(one.removes_usd or 0.0 for each in first for one in each)
    many = "One question" if len(first) == 1 else "Two questions"
    if not removed:
        return f"{many} to answer"
    return f"{many} that would narrow the range by up to {wording.money(removed)} a year"


def _question(portfolio: str, record: Startup, alike: tuple[Question, ...], *, can: bool) -> None:
    one = alike[0]
    ask = ASKS[one.field]
    said = company_words.asked_about(one)
    st.markdown(wording.escaped(said))
    if not can:
        return
    state = partial(_state, portfolio, record, alike)
    key = f"ask_{one.dependency or ''}_{one.field}"
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        for text, label in list(ask.taps.items())[:MOST_TAPS]:
            st.button(wording.escaped(label), key=f"{key}_{text}", on_click=state, args=(text,))
        if ask.free:
            typed = f"{key}_typed"
            st.text_input(
                f"Answer{f' in {ask.unit}' if ask.unit else ''}",
                key=typed,
                placeholder=company_words.hint_of(one.field),
                label_visibility="collapsed",
                width=150,
                max_chars=200,
                on_change=_typed,
                args=(state, typed),
            )


def _typed(state: Callable[[str], None], key: str) -> None:
    text = str(st.session_state.get(key, "")).strip()
    if text:
        state(text)


def _state(portfolio: str, record: Startup, alike: Sequence[Question], text: str) -> None:
    """Write an answer into the register as facts stated by hand."""
    try:
        for one in alike:
            statement = _statement(record, one, text)
            once_a_click(
                statements.state_facts, cached.store(), cached.actor(), portfolio, statement
            )
    except StoreError as problem:
        st.session_state[_SAID] = (False, str(problem))
        return
    st.session_state[_SAID] = (True, "Kept. The figures count with it; undo it on page Import.")


def _statement(record: Startup, one: Question, text: str) -> Statement:
    about = next(
        (
            each
            for case in record.use_cases
            for each in case.dependencies
            if each.key == one.dependency and not one.is_of_a_use_case
        ),
        None,
    )
    return Statement(
        startup=record.name,
        facts={_COLUMNS.get(one.field, one.field): written(one.field, text)},
        use_case=one.use_case,
        provider=about.provider_text if about else None,
        model=about.model if about else None,
        as_of=cached.today(),
    )


#: Facts that an inventory calls otherwise than a question.
_COLUMNS = {"fallback_provider_text": "fallback_provider"}


def why(portfolio: str, one: StartupAssessment) -> None:
    """Say in a sentence why the risk is what it is; the parts stand below."""
    with card("Why the risk is what it is"):
        if not marks.is_told(one):
            known = headlines.percent_known(one)
            st.markdown(
                wording.escaped(
                    f"Too little is known for a score: facts known {known}. It lies between "
                    f"{one.score_interval.low:.0f} and {one.score_interval.high:.0f} of 100."
                )
            )
            return
        st.markdown(
            wording.escaped(why_charts.why_high_alt(cached.why_high(portfolio, one.startup)))
        )
        st.button(
            "The parts that add up",
            key="open_why",
            type="tertiary",
            icon=":material/arrow_forward:",
            on_click=partial(links.write, section="why"),
        )
