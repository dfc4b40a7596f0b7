"""One option looked at closely: its checks, how alike the models are, and what is still asked."""

from collections.abc import Sequence

import streamlit as st

from db.services.access import Action
from risk.alternatives.judgements import NEEDS, Judgement, Topic
from risk.alternatives.results import Alternative, OptionClass
from ui import cached, links, wording
from ui.judgement_form import TOPICS, message, value_form
from ui.page import card
from ui.render.page import small_table
from ui.rows import alternatives as rows
from ui.rows import likeness


def close_look(portfolio: str, startup: str, options: Sequence[Alternative]) -> None:
    """Show one option's checks beside the comparison of models; the recommended one first."""
    shown = [one for one in rows.ordered(options) if one.option_class is not OptionClass.STAY]
    names = [one.option for one in shown]
    with card("Look closely", note="What each option must meet, and how alike the models are"):
        message()
        name = links.select("Option to look at", names, name="option", default=names[0])
        chosen = next(one for one in shown if one.option == name)
        left, right = st.columns(2)
        with left:
            small_table(rows.check_table(chosen))
        with right:
            _comparison(chosen)
        if cached.may(Action.JUDGE):
            _answers(portfolio, startup, chosen)


def _comparison(one: Alternative) -> None:
    if one.comparison is None:
        st.markdown("It uses the same model as today.")
        return
    small_table(rows.comparison_table(one.comparison))
    if one.comparison.likeness is not None:
        small_table(likeness.part_table(one.comparison.likeness))
    st.caption(wording.escaped(rows.alike_sentence(one.comparison)))


def _answers(portfolio: str, startup: str, one: Alternative) -> None:
    """Forms for what is asked, for how alike the models are, and for the use case's needs."""
    forms = {"A question": "answer", "What the use case needs": "needs"}
    if one.comparison is not None:
        forms["How alike the models are"] = "alike"
    with st.expander("Answer a question or correct a fact"):
        kind = forms[st.selectbox("About", list(forms), key="close_about")]
        if kind == "answer" and one.checks:
            by_words = {f"{each.criterion}: {each.reason}": each for each in one.checks}
            words = st.selectbox("Question", list(by_words), key="close_question")
            about = Judgement(
                topic=Topic.ANSWER,
                value="",
                reason="",
                startup=startup,
                use_case=one.use_case,
                subject=one.subject,
                other=by_words[words].criterion.value,
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
