"""Holdings on a page: a table is read, shown with its problems and changes, taken over, taken back.

And a form that states a fund's net asset value.
"""

from collections.abc import Callable

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.funds import (
    HoldingsFile,
    HoldingsImport,
    import_holdings,
    state_fund,
    undo_holdings,
)
from risk.inventory.holdings import COLUMNS
from risk.money.rates import quoted_on
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.panels.own_tables import Answers, looked_at, problems_of
from ui.server.uploads import file_uploader
from ui.words.fund_words import no_longer_held, unknown_companies

_MESSAGE = "funds_message"
NOTE = (
    f"A table with a line for each fund and company: {', '.join(COLUMNS)}. Other names of these "
    "columns are understood; what is not stated stays unknown."
)


def say_done() -> None:
    """Say what the last click did."""
    if sentence := st.session_state.pop(_MESSAGE, None):
        st.success(wording.escaped(sentence))


def import_card(portfolio: str, *, has_any: bool) -> None:
    """Ask for a table of holdings, show what it says, and take it over when told to."""
    if not may(Action.IMPORT):
        return
    with card("Import holdings", note=NOTE, height="content"):
        given = file_uploader("Holdings: CSV or Excel", type=["csv", "xlsx"], key="holdings")
        if given is None:
            if has_any:
                _undo(portfolio)
            return
        complete = st.checkbox(
            "The file has all holdings of the funds in it: end those that it does not name",
            key="holdings_complete",
        )
        data = given.getvalue()

        def file(answers: Answers) -> HoldingsFile:
            return HoldingsFile(data=data, file_name=given.name, complete=complete, assume=answers)

        looked = looked_at(
            "holdings",
            data,
            lambda answers: cached.asked(import_holdings, portfolio, file(answers), dry_run=True),
        )
        if looked is None:
            return
        found, answers = looked
        _show(found, portfolio)
        changes = bool(found.new or found.changed or found.ended)
        if not found.read.is_ready or not changes:
            return
        if st.button("Import these holdings", type="primary", icon=":material/check:"):
            _done(f"{given.name} was imported.", import_holdings, portfolio, file(answers))


def _show(found: HoldingsImport, portfolio: str) -> None:
    read = found.read
    counts = (
        (len(read.rows), "read"),
        (read.rejected, "rejected"),
        (found.new, "new"),
        (found.changed, "changed"),
        (found.unchanged, "unchanged"),
        (len(found.ended), "ended"),
    )
    st.markdown(", ".join(f"**{count:,}** {name}" for count, name in counts) + ".")
    for said in (no_longer_held(found.ended), unknown_companies(found.outside)):
        if said:
            st.caption(wording.escaped(said))
    problems_of(read, "holdings", portfolio)


def _undo(portfolio: str) -> None:
    if may(Action.UNDO) and st.button("Take the newest import back", icon=":material/undo:"):
        _done("The newest import of holdings was taken back.", undo_holdings, portfolio)


def value_card(portfolio: str, funds: tuple[str, ...]) -> None:
    """Ask for a fund's net asset value, its day and its source."""
    if not may(Action.STATE_FUND):
        return
    with (
        card("State a net asset value", note="An empty number takes it back.", height="content"),
        st.form("nav", border=False),
    ):
        fund = st.selectbox("Fund", funds, accept_new_options=True, index=0 if funds else None)
        nav = st.number_input("Net asset value", value=None, min_value=0.0, step=1e6)
        currency = st.selectbox("Its currency", quoted_on(), index=quoted_on().index("USD"))
        on = st.date_input("As of", value=None, max_value=cached.today(), format="YYYY-MM-DD")
        source = st.text_input("Source", placeholder="for instance: report of the third quarter")
        if st.form_submit_button("State it"):
            day = on if not isinstance(on, tuple) else None
            stated = {"on": day, "source": source, "currency": currency}
            _done(f"{fund}: stated.", state_fund, portfolio, fund or "", nav, **stated)


def _done(said: str, ask: Callable[..., object], *what: object, **named: object) -> None:
    """Do what the reader asked and start the page again, or say why not."""
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what, **named)
    except StoreError as refused:
        st.error(wording.escaped(refused), icon=":material/block:")
        return
    st.session_state[_MESSAGE] = said
    st.rerun()
