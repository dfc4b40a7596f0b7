"""The card of tokens on the page People: making one, which is shown once, and ending one."""

import streamlit as st

from db.errors import StoreError
from db.services.tokens import (
    LONGEST_DAYS,
    USUAL_DAYS,
    Token,
    TokenScope,
    TokenState,
    create_token,
    list_tokens,
    revoke_token,
)
from ui import cached, sign_in, wording
from ui.page import card, portfolio_label
from ui.render.page import column_table
from ui.tables import token as columns

_MADE = "token_made"
_REFUSED = "token_refused"
_TEAM = "token_team"
_SCOPES = {
    TokenScope.READ: "Read",
    TokenScope.IMPORT: "Import, correct and decide",
    TokenScope.SHARE: "Make share links",
    TokenScope.ADMIN: "Administer",
}


def tokens() -> None:
    """Show the tokens there are, a form for another one, and once the one that was just made."""
    with card(
        "Tokens for programs",
        note="A program asks at /api/v1 as whoever made its token, and never may more than they "
        "may. A revoked token lets nobody in after two seconds.",
    ):
        _what_was_done()
        _form()
        known = cached.asked(list_tokens)
        if not known:
            st.caption("No token was made yet.")
            return
        column_table(
            columns.COLUMNS,
            columns.rows_of(known),
            key="tokens",
            file_name="tokens.csv",
            alt=f"{len(known)} tokens with what each may, until when, and when it was last used.",
        )
        _ending([one for one in known if one.state is TokenState.OPEN])


def _what_was_done() -> None:
    """Show the new token this once, or why there is none."""
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(wording.escaped(refused))
    if made := st.session_state.pop(_MADE, None):
        st.success("The token, shown only now. Copy it to where the program keeps its secrets.")
        st.code(made, language=None)


def _form() -> None:
    names = ["", *(one.name for one in cached.portfolios())]
    with st.form("token", border=False, clear_on_submit=True):
        with st.grid(4, min_column_width=170):
            st.text_input("Name of the program", key="token_name", max_chars=200)
            st.multiselect(
                "It may", list(_SCOPES), format_func=_SCOPES.__getitem__, key="token_scopes"
            )
            st.selectbox(
                "For which portfolio",
                names,
                format_func=lambda name: portfolio_label(name) if name else "All that you see",
                key="token_portfolio",
            )
            st.number_input("Days until it expires", 1, LONGEST_DAYS, USUAL_DAYS, key="token_days")
            if sign_in.is_required():
                st.text_input(
                    "For which team", key=_TEAM, placeholder="All that you see", max_chars=200
                )
        st.form_submit_button("Make a token", on_click=_make, icon=":material/key:")


def _make() -> None:
    asked = st.session_state
    try:
        made = cached.asked(
            create_token,
            asked["token_name"],
            asked["token_scopes"],
            portfolio=asked["token_portfolio"] or None,
            team=asked.get(_TEAM) or None,
            days=int(asked["token_days"]),
        )
    except StoreError as refused:
        asked[_REFUSED] = str(refused)
    else:
        asked[_MADE] = made.secret


def _ending(still: list[Token]) -> None:
    if not still:
        return
    with st.form("end_token", border=False), st.grid(3, min_column_width=170):
        labels = {one.token: f"{one.token}: {one.name}" for one in still}
        st.selectbox(
            "Token to revoke", list(labels), format_func=labels.__getitem__, key="token_to_end"
        )
        with st.container(height="stretch", vertical_alignment="bottom"):
            st.form_submit_button("Revoke", on_click=_end, icon=":material/block:")


def _end() -> None:
    try:
        cached.asked(revoke_token, st.session_state["token_to_end"])
    except StoreError as refused:
        st.session_state[_REFUSED] = str(refused)
