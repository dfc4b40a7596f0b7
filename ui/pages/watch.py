"""Watch: a portfolio beside the limits that its owner set, and what changed since last time."""

from collections.abc import Callable

import streamlit as st

from db.errors import StoreError
from db.services import watching
from db.services.access import Action
from db.services.limits import limit_history, set_limit
from risk.portfolio.watching import Finding, Measure, Watch
from ui import cached, wording
from ui.answering import answer_of, say_if_updating
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card, chosen_summary, page_header, portfolio_label, stop_if_empty
from ui.panels.subscriptions import who_is_told
from ui.render.page import column_table
from ui.tables.watch import HISTORY, history_of
from ui.words import figure_words
from ui.words import watch_words as words

_MESSAGE = "watch_message"


def measures(watch: Watch) -> None:
    """Show each measure beside its limit, with what moved it, and how sure a loss is."""
    with st.grid(2, min_column_width=300):
        for one in watch.findings:
            measure(one, compared=watch.since is not None, note=words.reach(one))


def measure(one: Finding, *, compared: bool, note: str | None) -> None:
    """Show one measure: its figure, its limit, who sets it, what moved it."""
    with card(words.MEASURE_NAMES[one.measure]):
        if one.exceeded:
            st.badge("Limit exceeded", color="red", icon=":material/warning:")
        elif one.limit is not None:
            st.badge("Within the limit", color="green", icon=":material/check:")
        st.metric(
            wording.escaped(f"Limit: {words.limit_in_words(one.measure, one.limit)}"),
            words.figure(one.measure, one.value),
            help=wording.escaped(figure_words.hint_of(words.MEASURE_NAMES[one.measure]) or ""),
        )
        said = [note, one.subject and (f"most at {one.subject}" if note else one.subject)]
        if any(said):
            st.caption(wording.escaped(" · ".join(part for part in said if part)))
        changed = words.change(one) if compared else None
        if changed:
            st.markdown(wording.escaped(changed))


def since_the_last_check(watch: Watch, portfolio: str) -> None:
    """Say what differs from the last check, and let the reader remember today's readings."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            wording.escaped(
                words.why(watch)
                or "Nothing was remembered yet, so nothing can be said of what changed."
            ),
            width="stretch",
        )
        if may(Action.REMEMBER_WATCH) and st.button(
            "Remember today's readings",
            icon=":material/bookmark_add:",
            help="The next check says what changed since now.",
        ):
            done(portfolio, watching.remember_watch, watch)


def set_a_limit(portfolio: str) -> None:
    """Ask for a limit and its reason."""
    with card("Set a limit", note="An empty number takes the limit away."):
        chosen = Measure(
            st.selectbox(
                "Measure",
                [one.value for one in Measure],
                format_func=lambda name: words.MEASURE_NAMES[Measure(name)],
            )
        )
        with st.form("limit", border=False):
            typed = st.number_input(
                f"Limit ({words.MEASURE_UNITS[chosen]})", value=None, placeholder="no limit"
            )
            reason = st.text_input("Why", placeholder="for instance: policy of the partners")
            if not st.form_submit_button("Set the limit", type="primary"):
                return
        value = typed / 100 if typed is not None and chosen in words.IN_PER_CENT else typed
        done(portfolio, set_limit, portfolio, chosen, value, reason)


def done(portfolio: str, ask: Callable[..., None], *what: object) -> None:
    """Do what the reader asked and start the page again, or say why not."""
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what)
    except StoreError as problem:
        st.error(wording.escaped(str(problem)))
        return
    st.session_state[_MESSAGE] = f"Done for {portfolio_label(portfolio)}."
    st.rerun()


portfolio = chosen_summary()
stop_if_empty(portfolio, "Watch")
shown = answer_of(portfolio, title="Watch")
header = st.container()
if sentence := st.session_state.pop(_MESSAGE, None):
    st.success(wording.escaped(sentence))
say_if_updating(shown)
if shown.making is not None:
    with header:
        page_header("Watch", portfolio, banner=False)
    st.stop()
watch = cached.watch(portfolio.name)
state = wording.sentence_case(words.headline(watch).removeprefix(f"{watch.portfolio}: "))
with header:
    page_header(state.rstrip("."), portfolio, banner=False)
since_the_last_check(watch, portfolio.name)
measures(watch)
if may(Action.SET_LIMIT):
    set_a_limit(portfolio.name)
history = history_of(cached.asked(limit_history, portfolio.name))
if history:
    with card("How the limits came to be"):
        column_table(HISTORY, history, key="limits", file_name=f"{portfolio.name}-limits.csv")
who_is_told(portfolio.name)
st.caption("Limits for this portfolio. A page shows a banner while one is exceeded.")
