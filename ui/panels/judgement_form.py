"""A form for what an analyst knows beside the register: always with what it rests on."""

from collections.abc import Mapping, Sequence

import streamlit as st

from db.errors import StoreError
from db.services import judgements as service
from db.services.options import ReadyDependency
from risk.alternatives.judgements import Judgement, Topic
from ui import cached, wording
from ui.clicks import once_a_click

#: What each topic is called, and what to write.
TOPICS: Mapping[Topic, tuple[str, str]] = {
    Topic.CONTEXT_TOKENS: ("Tokens of context it needs", "32000"),
    Topic.INPUT_MODALITIES: ("What it reads", "text, image"),
    Topic.OUTPUT_MODALITIES: ("What it writes", "text, audio"),
    Topic.REALTIME: ("Somebody talks to it live", "yes or no"),
    Topic.TASK: ("Kind of work", "legal, coding, writing, …; overall where none fits"),
    Topic.LANGUAGE: ("Language", "German, French, …; other where none fits"),
    Topic.TOOL_CALLING: ("Calls tools", "yes or no"),
    Topic.STRUCTURED_OUTPUT: ("Needs structured output", "yes or no"),
    Topic.RESIDENCY: ("Where data must stay", "EU"),
    Topic.RETENTION_DAYS: ("Days a host may keep data", "0"),
    Topic.FINE_TUNING: ("Is fine-tuned", "yes or no"),
    Topic.INPUT_PER_OUTPUT_TOKENS: ("Input tokens for each output token", "12"),
    Topic.ANSWER: ("Answer to a question", "yes or no"),
    Topic.ALIKE: ("How alike the two models are", "0.8"),
    Topic.EVALUATION: ("Evaluation of your own", "noted in a form of its own"),
    Topic.PROVIDER_NOTICE_DAYS: ("Notice the provider must give, days", "90"),
    Topic.ESCROW: ("Weights or code in escrow", "yes or no"),
    Topic.STEP_IN: ("Step-in rights", "yes or no"),
    Topic.FALLBACK_CAPACITY: ("Capacity at the backup", "reserved, customer or new"),
    Topic.SUBSTITUTABILITY: (
        "Substitutability (DORA)",
        "not substitutable; highly complex substitutability; medium complexity in terms of "
        "substitutability; easily substitutable",
    ),
    Topic.EXIT_PLAN: ("Exit plan", "none, written or tested"),
}

_MESSAGE = "judgement_message"


def message() -> None:
    """Show the sentence left by the last judgement, once."""
    said = st.session_state.pop(_MESSAGE, None)
    if said:
        st.success(wording.escaped(said))


def judgement_form(
    portfolio: str,
    startup: str,
    dependencies: Mapping[str, ReadyDependency],
    topics: Sequence[Topic],
) -> None:
    """Let the reader state one thing about one dependency, or take back what was stated."""
    message()
    label = st.selectbox("Dependency", list(dependencies), key="judged_dependency")
    topic = st.selectbox("What", topics, key="judged_topic", format_func=lambda one: TOPICS[one][0])
    chosen = dependencies[label]
    about = Judgement(
        topic=topic,
        value="",
        reason="",
        startup=startup,
        use_case=chosen.use_case,
        dependency_key=chosen.dependency_key,
    )
    value_form(portfolio, about)


def value_form(portfolio: str, about: Judgement) -> None:
    """Ask for the value and its reason of a judgement about one thing, and keep it."""
    hint = TOPICS[about.topic][1]
    with st.form(f"judge_{about.topic}_{about.subject}_{about.other}", border=False):
        left, right = st.columns(2)
        value = left.text_input("Value", placeholder=hint, help=hint, max_chars=500)
        reason = right.text_input("What it rests on", max_chars=1000)
        with st.container(horizontal=True):
            kept = st.form_submit_button("Keep", type="primary")
            back = st.form_submit_button("Take back what was stated")
        said = Judgement(**{**about.__dict__, "value": value, "reason": reason})
        if kept or back:
            _keep(portfolio, said, back=back)


def _keep(portfolio: str, said: Judgement, *, back: bool) -> None:
    work = service.take_back_judgement if back else service.judge
    try:
        once_a_click(work, cached.store(), cached.actor(), portfolio, said)
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    name = TOPICS[said.topic][0]
    st.session_state[_MESSAGE] = (
        f"{name}: what was stated is taken back." if back else f"{name}: {said.value}. Kept."
    )
    st.rerun()
