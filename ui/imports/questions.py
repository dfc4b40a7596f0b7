"""Questions of an import: into which portfolio, what is unclear, what a name stands for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

import streamlit as st

from db.engine import Store
from db.errors import StoreError
from db.services import reference
from db.services.access import Actor
from risk.catalog.records import UNSPECIFIED, Alias, Answer, Catalog
from risk.dora.packages import named_facts
from risk.inventory.columns import REQUIRED
from risk.inventory.intake_results import IntakeResult, Outcome, Question
from risk.inventory.mapping import CONSTANT, suggest_mapping
from ui import cached, wording
from ui.clicks import once_a_click
from ui.imports import state as importing
from ui.imports import unfinished
from ui.page import card, portfolio_label
from ui.words.question_words import choice_effect, choice_label

_NEW = "\x00new"
MOST_NAME_LETTERS = 200
#: Of more answers to a question one is chosen from a list.
_MOST_SIDE_BY_SIDE = 10
MOST_NAMES = 1_000
#: Open names in the grid, the dearest first; more come when these are answered.
MOST_ASKED = 200
_OPEN = "leave open"
#: What is asked for a needed column, what a choice of it is called, and one name for all records.
_ONE_ANSWER = {
    "startup": (
        "which companies are these records about?",
        "A column names them",
        "All are about one company",
    ),
    "provider": (
        "which providers do these records name?",
        "A column names them",
        "All are about one provider",
    ),
}


def ask_portfolio(file: importing.Upload) -> str | None:
    """Show the choice of portfolio; None until a new one has a name."""
    known = sorted(cached.portfolios(), key=lambda one: (one.invented, one.name.casefold()))
    options = [one.name for one in known if not one.invented]
    options += [_NEW, *(one.name for one in known if one.invented)]
    invented = {one.name for one in known if one.invented}
    if (home := importing.suggested_target()) in options:
        st.session_state["import_target"] = home
    wanted = importing.last_target() or _NEW
    with card("2 · The portfolio"), st.grid(2, min_column_width=240):
        chosen = st.selectbox(
            "Import into",
            options,
            index=options.index(wanted if wanted in options and wanted not in invented else _NEW),
            format_func=lambda name: "A new portfolio" if name == _NEW else portfolio_label(name),
            key="import_target",
        )
        if chosen != _NEW:
            unfinished.change(file.digest, portfolio=str(chosen))
            ask_day()
            if chosen in invented:
                st.warning(
                    "This portfolio is invented, for demonstration. Facts imported into it stand "
                    "among made-up ones. For real data choose a new portfolio."
                )
            return str(chosen)
        name = st.text_input(
            "Its name",
            value=_name_from(file.file_name),
            max_chars=MOST_NAME_LETTERS,
            key=f"import_name_{file.digest}",
        ).strip()
        if not name:
            st.caption("Give the portfolio a name to go on.")
            return None
        if any(name.casefold() == one.name.casefold() for one in known):
            st.caption(f"“{wording.escaped(name)}” exists; the records will be added to it.")
        return name


def ask_day() -> None:
    """Ask of which day the file is: on it ends what a complete file leaves out."""
    key = "import_day"
    st.session_state[key] = importing.settings().day
    st.date_input(
        "The file is of",
        key=key,
        format="YYYY-MM-DD",
        max_value=cached.today(),
        on_change=_day_changed,
        args=(key,),
        help="Empty: of today. What a complete file leaves out has ended on this day.",
    )


def _day_changed(key: str) -> None:
    chosen = st.session_state[key]
    importing.change_day(chosen if isinstance(chosen, date) else None)


def _name_from(file_name: str) -> str:
    if (register := named_facts(file_name)) is not None and register.day is not None:
        return f"{register.lei} {register.day.year}"
    stem = PurePath(file_name).stem.replace("_", " ").replace("-", " ")
    return " ".join(stem.split())[:60] or "My portfolio"


def missing_column(seen: importing.Previewed) -> str | None:
    """Return the one needed column that a file lacks and a reader can name, or None."""
    intake = seen.intake
    refused = intake.outcome is Outcome.REJECT_FILE
    if (
        not refused
        or not intake.header
        or all(p.code != "missing_columns" for p in intake.problems)
    ):
        return None
    used = {*intake.mapping.values(), *seen.mapping.values()}
    missing = [one for one in REQUIRED if one not in used]
    return missing[0] if len(missing) == 1 else None


def ask_missing_column(seen: importing.Previewed, missing: str) -> None:
    """Ask for the one needed column: which of the file's it is, or one name for all records."""
    header = [one for one in seen.intake.header if one]
    likely = [
        name
        for name, column in suggest_mapping(header, seen.intake.samples).items()
        if column == missing
    ]
    question, label, all_alike = _ONE_ANSWER[missing]
    with card(f"One answer is needed: {question}"), st.form("import_missing", border=False):
        with st.grid(2, min_column_width=240):
            column = st.selectbox(
                label,
                header,
                index=header.index(likely[0]) if likely else None,
                placeholder="Choose a column",
                key="import_missing_column",
            )
            name = st.text_input(
                all_alike,
                key="import_missing_name",
                max_chars=MOST_NAME_LETTERS,
                placeholder="Its name",
            ).strip()
        if st.form_submit_button("Read it this way", type="primary"):
            if not column and not name:
                st.error("Choose the column, or write one name for all records.")
                return
            answer = {f"{CONSTANT}{missing}": name} if name else {str(column): missing}
            importing.change_mapping(seen.intake.header, {**seen.mapping, **answer})
            st.rerun()


def ask_questions(intake: IntakeResult) -> None:
    """Show what must be decided before the file can be imported; the first choice is suggested."""
    answers: dict[str, str] = {}
    count = len(intake.confirm)
    title = "One answer is needed" if count == 1 else f"{count} answers are needed"
    with card(title), st.form("import_answers", border=False):
        for question in intake.confirm:
            answers[question.code] = _ask(question)
        if st.form_submit_button("Read it this way", type="primary"):
            importing.change_answers({code: one for code, one in answers.items() if one})
            st.rerun()


def _ask(question: Question) -> str:
    """Show one question with the cells it is about and what each answer makes of them."""
    if question.free:
        return _ask_name(question)
    effects = [choice_effect(question, one) for one in question.choices]
    st.markdown(f"**{wording.escaped(question.question)}**")
    if question.examples and not any(effects):
        st.code("\n".join(question.examples), language=None, wrap_lines=True)
    if len(question.choices) > _MOST_SIDE_BY_SIDE:
        return str(
            st.selectbox(
                question.question,
                question.choices,
                format_func=lambda choice: choice_label(question, choice),
                label_visibility="collapsed",
                key=f"import_answer_{question.code}",
            )
        )
    answer = st.radio(
        question.question,
        question.choices,
        format_func=lambda choice: _choice(question, choice),
        captions=[wording.escaped(one) for one in effects],
        label_visibility="collapsed",
        key=f"import_answer_{question.code}",
    )
    return str(answer)


def _ask_name(question: Question) -> str:
    """Show a question whose answer is a name: one of those known, or a new one."""
    return str(
        st.selectbox(
            question.question,
            question.choices,
            index=None,
            accept_new_options=True,
            placeholder="Choose, or write a name",
            key=f"import_answer_{question.code}",
        )
        or ""
    )


def _choice(question: Question, choice: str) -> str:
    label = wording.escaped(choice_label(question, choice))
    return f"{label} · *suggested*" if choice == question.choices[0] else label


def show_answers() -> None:
    """Say that questions were answered, and let the reader answer them again."""
    if importing.settings().assume:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            answered = wording.counted(len(importing.settings().assume), "question")
            st.markdown(f"**{answered} answered**", width="stretch")
            st.button("Ask again", on_click=importing.forget_answers)


def ask_about_names(found: Sequence[importing.ReadName], catalog: Catalog) -> None:
    """Let the reader decide what spellings stand for; the decisions are kept for all files."""
    asked = [one for one in found if one.resolution.answer is Answer.ASK][:MOST_ASKED]
    if asked:
        _ask_in_one_grid(asked, catalog)
    # Those to ask about come first; nobody scrolls further than this.
    texts = [one.resolution.text for one in found][:MOST_NAMES]
    if not texts:
        return
    with st.expander("Decide what a name stands for"), st.form("import_alias", border=False):
        text = st.selectbox("In the file", texts)
        with st.grid(3, min_column_width=180):
            answer = st.selectbox(
                "Does it use a language model?",
                [Answer.YES, Answer.NO],
                format_func=lambda one: wording.sentence_case(one.value),
            )
            developer = st.selectbox(
                "Models of", _providers(catalog, "developer"), format_func=wording.provider
            )
            host = st.selectbox(
                "Hosted by", _providers(catalog, "host"), format_func=wording.provider
            )
        if st.form_submit_button("Remember this"):
            _remember([_alias(str(text), answer, developer, host)])
            st.rerun()


def _ask_in_one_grid(asked: Sequence[importing.ReadName], catalog: Catalog) -> None:
    """Show every open name once, the dearest first, with what it may stand for to be answered."""
    st.markdown("**Names to decide, by spend and records**")
    rows = [
        {
            "Text in the file": one.resolution.text,
            "Records": one.records,
            "Spend per month, USD": one.spend_usd,
            "Language model?": _OPEN,
            "Models of": one.resolution.developer or UNSPECIFIED,
            "Hosted by": one.resolution.host or UNSPECIFIED,
            "Why": one.resolution.reason,
        }
        for one in asked
    ]
    choose = st.column_config.SelectboxColumn
    with st.form("import_names_grid", border=False):
        answered = st.data_editor(
            rows,
            hide_index=True,
            disabled=["Text in the file", "Records", "Spend per month, USD", "Why"],
            column_config={
                "Language model?": choose(options=[_OPEN, "yes", "no"], required=True),
                "Models of": choose(options=_providers(catalog, "developer"), required=True),
                "Hosted by": choose(options=_providers(catalog, "host"), required=True),
            },
            placeholder=wording.UNKNOWN,
            key="import_names_answers",
        )
        if st.form_submit_button("Remember these answers", type="primary"):
            _remember(answers_in(answered))
            st.rerun()


def answers_in(rows: Iterable[Mapping[str, Any]]) -> list[Alias]:
    """Return the decisions of the rows of the grid that were answered."""
    return [
        _alias(
            str(row["Text in the file"]),
            Answer(row["Language model?"]),
            str(row["Models of"]),
            str(row["Hosted by"]),
        )
        for row in rows
        if row["Language model?"] != _OPEN
    ]


def _providers(catalog: Catalog, role: str) -> list[str]:
    names = [one.name for one in catalog.providers.values() if role in one.roles]
    return [UNSPECIFIED, *sorted(names, key=str.casefold)]


def _alias(text: str, answer: Answer, developer: str, host: str) -> Alias:
    is_model = answer is Answer.YES
    return Alias(
        text=text,
        answer=answer,
        developer=developer if is_model else None,
        host=host if is_model else None,
        product=None,
        source="decided on the import page",
    )


def _keep_all(store: Store, actor: Actor, decided: Sequence[Alias]) -> None:
    for alias in decided:
        reference.add_alias(store, actor, alias)


def _remember(decided: Sequence[Alias]) -> None:
    """Keep decisions about spellings and read the file again with them."""
    if not decided:
        importing.say("Say of a name whether it is a language model: yes or no.")
        return
    try:
        once_a_click(_keep_all, cached.store(), cached.actor(), tuple(decided))
    except StoreError as problem:
        importing.say(str(problem))
        return
    importing.read_again()
    more = f" and {len(decided) - 1} more" if len(decided) > 1 else ""
    said = f"From now on “{decided[0].text}”{more} is read as you said."
    importing.say(said.replace("is read", "are read") if more else said)
