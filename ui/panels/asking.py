"""Asking founders: the questions to one startup, or to several, and the links made, shown once."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.exports import FileKind, rows_file
from db.services.question_forms import (
    USUAL_DUE_DAYS,
    AskedStartup,
    ask_proposed,
    list_question_forms,
)
from db.services.questions import StartupQuestions
from db.services.share_rules import longest_share_days
from db.services.shares import USUAL_DAYS
from db.sharing.question_form import LONGEST_NAME, LONGEST_NOTE, LONGEST_OWN, MOST_OWN, Asking
from risk.alternatives.options import StartupNotFound
from risk.portfolio.asked import FEWEST, MOST, PROPOSED
from ui import cached, wording
from ui.clicks import once_a_click
from ui.page import card, link
from ui.server.downloads import file_button
from ui.sharing import may_share
from ui.tables import question as columns
from ui.words.founder_words import mail_of

#: Startups that are asked with one click.
MOST_AT_ONCE = 100
_MADE = "questions_just_made"


def ask_link(portfolio: str, startup: str) -> None:
    """Lead to asking a startup, and say how far the newest form to it is."""
    if may_share():
        forms = cached.asked(list_question_forms)
        last = next(
            (one for one in forms if (one.portfolio, one.startup) == (portfolio, startup)), None
        )
        if last is not None:
            row = columns.form_row(last)
            state, far = (one.text(row) for one in columns.FORMS[2:4])
            on = wording.day(last.made_at.date())
            st.caption(f"Asked on {on}: {state.lower()}, {far} answered.")
            link("questions.py", "Its answers", portfolio=portfolio, form=str(last.share))
    link("questions.py", "Ask the founder", portfolio=portfolio, startup=startup)


def ask_one(portfolio: str, found: StartupQuestions) -> None:
    """Ask one startup: which questions, in whose name, until when."""
    note = (
        "Chosen by the range that an answer removes; take some away or add others."
        if found.has_uses
        else "Nothing that it uses is known, so that the form asks for that first."
    )
    with card(f"Ask {found.startup}", note=note):
        if found.not_known:
            said = wording.counted(len(found.not_known), "question")
            st.caption(f"{said} somebody there could not answer before: not proposed again.")
        key = f"ask_{portfolio}_{found.startup}"
        with st.form(key, border=False):
            rows = [columns.question_row(number, one) for number, one in enumerate(found.questions)]
            places = {one.about: number for number, one in enumerate(found.questions)}
            chosen = st.multiselect(
                f"Questions, {MOST} at most",
                range(len(rows)),
                default=[places[one.about] for one in found.proposed[:PROPOSED]],
                format_func=lambda number: _labelled(rows[number]),
                max_selections=MOST,
                key=f"{key}_questions",
            )
            own = st.text_area(
                "Questions of your own, one a line",
                key=f"{key}_own",
                max_chars=MOST_OWN * LONGEST_OWN,
                height=68,
            )
            asking, options = _terms(key)
            if st.form_submit_button("Ask by a link", type="primary"):
                lines = tuple(line.strip() for line in own.splitlines() if line.strip())
                _make(
                    portfolio,
                    [found.startup],
                    {"own": lines, **asking},
                    {"only": tuple(chosen), **options},
                )
        _just_made(portfolio, found.startup)


def ask_several(portfolio: str, names: Sequence[str], first: Sequence[str]) -> None:
    """Ask several startups, each what narrows its own answer most; ``first`` are proposed."""
    note = "Each is asked what narrows its own answer most. The links are shown once, as a file."
    with card("Ask several companies", note=note):
        with st.form(f"ask_several_{portfolio}", border=False):
            chosen = st.multiselect(
                f"Companies, {MOST_AT_ONCE} at most",
                names,
                default=list(first),
                max_selections=MOST_AT_ONCE,
                key=f"several_{portfolio}",
            )
            most = st.slider(
                "Questions to each", FEWEST, MOST, PROPOSED, key=f"several_most_{portfolio}"
            )
            asking, options = _terms(f"several_terms_{portfolio}")
            if st.form_submit_button("Ask each by a link", type="primary", icon=":material/link:"):
                _make(portfolio, chosen, asking, {"most": int(most), **options})
        _just_made(portfolio, None)


def _labelled(row: Any) -> str:
    removes = row["removes_usd"]
    said = f" · removes {wording.money(removes)} of range" if removes else ""
    return f"{row['asks']}{said}"


def _terms(key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask what stands above the questions, and until when they can be answered."""
    note = st.text_input(
        "A line above the questions", key=f"{key}_note", max_chars=LONGEST_NOTE, placeholder="None"
    )
    longest = cached.asked(longest_share_days)
    with st.grid(3, min_column_width=150):
        asked_by = st.text_input(
            "Asked by", key=f"{key}_by", max_chars=LONGEST_NAME, placeholder="As they know you"
        )
        due = st.date_input(
            "Answers due",
            value=cached.today() + timedelta(days=USUAL_DUE_DAYS),
            min_value=cached.today(),
            key=f"{key}_due",
        )
        days = st.number_input(
            "Days until it expires", 1, longest, min(USUAL_DAYS, longest), key=f"{key}_days"
        )
    passcode = st.checkbox("Ask for a passcode of six words", key=f"{key}_passcode")
    due_on = due if isinstance(due, date) else cached.today()
    asking = {"note": note.strip(), "asked_by": asked_by.strip(), "due_on": due_on}
    return asking, {"days": int(days), "with_passcode": passcode}


def _make(
    portfolio: str, names: Sequence[str], asking: dict[str, Any], options: dict[str, Any]
) -> None:
    """Make a link for each startup; those that cannot be are named, and the others stand."""
    made: list[AskedStartup] = []
    refused: list[str] = []
    where = (portfolio, names[0] if len(names) == 1 and "only" in options else None)
    if not names:
        st.error("Choose at least one company.")
        return
    progress = st.progress(0.0, "Making the links…") if len(names) > 1 else None
    for place, name in enumerate(names):
        try:
            one = once_a_click(
                ask_proposed,
                cached.store(),
                cached.actor(),
                portfolio,
                name,
                Asking(**asking),
                today=cached.today(),
                **options,
            )
            made.append(one)
        except (StoreError, StartupNotFound) as problem:
            refused.append(f"{name}: {problem}" if len(names) > 1 else str(problem))
        if progress is not None:
            progress.progress((place + 1) / len(names))
        # Whatever ends this run, the links that were made are there to be copied.
        st.session_state[_MADE] = {"where": where, "made": made, "refused": refused}
    if progress is not None:
        progress.empty()


def _just_made(portfolio: str, startup: str | None) -> None:
    """Show the links that were made last, until another page or startup is opened."""
    known: dict[str, Any] | None = st.session_state.get(_MADE)
    if known is None or known["where"] != (portfolio, startup):
        return
    for sentence in known["refused"]:
        st.error(wording.escaped(sentence))
    made: list[AskedStartup] = known["made"]
    if not made:
        return
    if startup is not None:
        _one_made(made[0])
        return
    said = wording.counted(len(made), "link is", "links are")
    st.success(f"{said} made. The file is offered only now: it is the only place that has them.")
    rows = [columns.made_of(one) for one in made]
    keys = [one.key for one in columns.LINKS]

    def file() -> bytes:
        return rows_file(
            "Links", keys, [[row[key] for key in keys] for row in rows], kind=FileKind.CSV
        ).data

    file_button(
        f"The {said.split()[0]} links as CSV",
        file,
        file_name="question-links.csv",
        mime="text/csv",
        key="question_links",
    )


def _one_made(one: AskedStartup) -> None:
    st.success(f"Link {one.made.share} is made. It is shown only now: copy it.")
    st.code(one.made.link, language=None, wrap_lines=True)
    if one.passcode:
        st.caption("Its passcode, to be told on another way than the link:")
        st.code(one.passcode, language=None, wrap_lines=True)
    st.caption("A mail to copy:")
    mail = mail_of(
        to=one.contact_email,
        startup=one.startup,
        asked_by=one.asking.asked_by,
        due_on=one.asking.due_on,
        link=one.made.link,
    )
    st.code(mail, language=None, wrap_lines=True)
