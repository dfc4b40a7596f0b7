"""Watch: a portfolio, its slices and companies beside the limits that their owner set.

What changed since last time is named, and why.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from db.errors import StoreError
from db.services import watching
from db.services.access import Action
from db.services.limits import limit_history, set_limit
from db.services.portfolios import CHOSEN_FROM_A_LIST
from risk.portfolio.startups import assessed_of
from risk.portfolio.watching import WHOLE, About, Finding, Limit, Measure, Watch
from ui import cached, wording
from ui.answering import answer_of, say_if_updating
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card, chosen_summary, page_header, portfolio_label, stop_if_empty
from ui.panels.subscriptions import who_is_told
from ui.render.page import column_table
from ui.tables.column import chosen
from ui.tables.watch import COLUMNS, FILES, HISTORY, HISTORY_FILES, history_of, rows_of
from ui.words import figure_words
from ui.words import watch_words as words
from ui.words.view_words import slice_label

_MESSAGE = "watch_message"
_PART_COLUMNS = "about exceeded measure value limit low high subject unknown change".split()
_THE_WHOLE, _A_SLICE, _A_COMPANY = "The portfolio", "A slice of it", "One company"
#: Values of a field that are offered, those of most companies.
_OFFERED = 200


def measures(watch: Watch) -> None:
    """Show each measure of the whole beside its limit, then slices and companies that have any."""
    whole = [one for one in watch.findings if one.about == WHOLE]
    limited = [one for one in whole if one.limit is not None]
    compared = watch.since is not None
    with st.grid(3, min_column_width=260):
        for one in limited or whole:
            measure(one, compared=compared)
    parts = [one for one in rows_of(watch) if one["slices"] or one["startup"]]
    if parts:
        with card("Slices and companies", note="Those that have a limit of their own."):
            column_table(
                chosen(COLUMNS, _PART_COLUMNS),
                parts,
                key="parts",
                file_name=f"{watch.portfolio}-watch.csv",
                files=FILES,
            )
    if limited and (others := [one for one in whole if one.limit is None]):
        with card("Without a limit"):
            for one in others:
                unlimited(one, compared=compared)


def measure(one: Finding, *, compared: bool) -> None:
    """Show one measure: its figure, its limit, who sets it, what moved it."""
    with card(words.name_of(one)):
        if one.unchecked:
            st.badge("Cannot be checked", color="orange", icon=":material/help:")
        elif one.exceeded:
            st.badge("Limit exceeded", color="red", icon=":material/warning:")
        elif one.limit is not None:
            st.badge("Within the limit", color="green", icon=":material/check:")
        st.metric(
            wording.escaped(f"Limit: {words.limit_in_words(one.measure, one.limit)}"),
            words.figure(one.measure, one.value),
            help=_hint(one),
        )
        if said := words.where(one):
            st.caption(wording.escaped(said))
        changed = words.change(one) if compared else None
        if changed:
            st.markdown(wording.escaped(changed))


def unlimited(one: Finding, *, compared: bool) -> None:
    """Show one measure that has no limit in a line."""
    figure = words.figure(one.measure, one.value)
    said = [words.where(one), words.change(one) if compared else None]
    rest = " · ".join(part for part in said if part)
    named = f"{wording.escaped(words.name_of(one))}: **{wording.escaped(figure)}**"
    st.markdown(f"{named}  \n:small[{wording.escaped(rest)}]" if rest else named, help=_hint(one))


def _hint(one: Finding) -> str:
    return wording.escaped(figure_words.hint_of(words.MEASURE_NAMES[one.measure]) or "")


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


def set_a_limit(portfolio: str, names: Sequence[str], limits: Sequence[Limit]) -> None:
    """Ask for a limit, what it is about, and its reason."""
    with st.expander("Set a limit", icon=":material/add:"):
        st.caption("An empty number takes the limit away.")
        left, right = st.columns(2)
        with left:
            limited = Measure(
                st.selectbox(
                    "Measure",
                    [one.value for one in Measure],
                    format_func=lambda name: words.MEASURE_NAMES[Measure(name)],
                )
            )
            provider = None
            if limited.of_one_provider:
                provider = st.selectbox(
                    "Provider", sorted(cached.catalog().providers, key=str.casefold)
                )
        with right:
            about = ask_about(portfolio, names, limits)
        with st.form("limit", border=False):
            typed = st.number_input(
                f"Limit ({words.MEASURE_UNITS[limited]})", value=None, placeholder="no limit"
            )
            reason = st.text_input("Why", placeholder="for instance: policy of the partners")
            if not st.form_submit_button("Set the limit", type="primary"):
                return
        if about is None:
            st.error("Choose the companies that the limit is about.")
            return
        value = typed / 100 if typed is not None and limited in words.IN_PER_CENT else typed
        done(
            portfolio,
            *(set_limit, portfolio, limited, value, reason),
            provider=provider,
            slices=[f"{field}={one}" for field, one in about.slices],
            startup=about.startup,
        )


def ask_about(portfolio: str, names: Sequence[str], limits: Sequence[Limit]) -> About | None:
    """Ask what a limit is about; None: companies are wanted and none were chosen.

    What has a limit can be chosen though no company of the portfolio is it any more.
    """
    what = st.selectbox("About", [_THE_WHOLE, _A_SLICE, _A_COMPANY])
    if what == _THE_WHOLE:
        return WHOLE
    if what == _A_SLICE:
        offered = [
            (field, value)
            for field, values in cached.slice_choices(portfolio).items()
            for value in sorted(values, key=lambda one: (-values[one], one))[:_OFFERED]
        ]
        slices = st.multiselect(
            "Companies with",
            dict.fromkeys([*offered, *(pair for one in limits for pair in one.about.slices)]),
            format_func=lambda pair: slice_label(*pair),
            help="Several values of one field mean any of them, different fields all of them.",
        )
        return About(slices=tuple(slices)) if slices else None
    if len(names) > CHOSEN_FROM_A_LIST:
        startup = st.text_input("Company", placeholder="Its whole name")
    else:
        limited = {one.about.startup for one in limits if one.about.startup is not None}
        startup = st.selectbox("Company", sorted({*names, *limited}, key=str.casefold))
    return About(startup=startup) if startup else None


def done(portfolio: str, ask: Callable[..., None], *what: object, **named: object) -> None:
    """Do what the reader asked and start the page again, or say why not."""
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what, **named)
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
    answered = assessed_of(cached.assessment(portfolio.name)).table.names
    set_a_limit(portfolio.name, answered, cached.limits(portfolio.name))
history = history_of(cached.asked(limit_history, portfolio.name))
if history:
    with st.expander("How the limits came to be"):
        column_table(
            HISTORY,
            history,
            key="limits",
            file_name=f"{portfolio.name}-limits.csv",
            files=HISTORY_FILES,
        )
who_is_told(portfolio.name)
st.caption(
    "Limits of this portfolio, its slices and companies. Pages show a banner while one is exceeded."
)
