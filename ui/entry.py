"""Entry: who may come in where people sign in, and what the others see."""

import streamlit as st

from db.errors import Refused
from db.services.access import Actor, ActorRole
from db.services.people import SignInExpired, has_owner
from ui import cached, sign_in, wording
from ui.server.settings import is_insecure_open


def require_entry() -> Actor:
    """Return who is looking, or end the run with what they can do to get in."""
    try:
        actor = cached.actor()
    except SignInExpired as expired:
        _sign_in_page(str(expired))
        st.stop()
    if actor == sign_in.ANONYMOUS:
        _sign_in_page("Sign in to see the portfolios of your team.")
        st.stop()
    if actor.role is ActorRole.NONE:
        _waiting_page(actor)
        st.stop()
    return actor


def show_who(actor: Actor) -> None:
    """Say in the sidebar who is looking and what they may do."""
    with st.sidebar:
        if sign_in.is_required():
            team = f" · team {actor.team}" if actor.team else ""
            # As plain text: a name from outside must not become a link.
            st.text(f"{actor.name}\n{actor.role}{team}")
            st.button("Sign out", on_click=_sign_out, icon=":material/logout:")
        elif is_insecure_open():
            st.badge("OPEN TO EVERYBODY", color="red")
            st.caption("Nobody signs in: whoever reaches this server is its owner.")
        else:
            st.caption("Local use, without sign-in: whoever sits at this machine is the owner.")


def _sign_out() -> None:
    sign_in.sign_out(cached.store())


def _sign_in_page(sentence: str) -> None:
    st.title("Downstream", anchor=False)
    st.markdown("Who goes down when your LLM provider does?")
    with st.container(border=True, width=520):
        st.markdown(sentence)
        st.button("Sign in", type="primary", on_click=st.login, icon=":material/login:")


def _waiting_page(actor: Actor) -> None:
    st.title("No role yet", anchor=False)
    with st.container(border=True, width=520):
        st.text(f"You are signed in as {actor.name}.")
        if has_owner(cached.store()):
            st.markdown("Ask the owner of this Downstream for a role, then look again.")
            st.button("Look again", type="primary")
        else:
            _claim_form()
        st.button("Sign out", on_click=_sign_out, icon=":material/logout:")


def _claim_form() -> None:
    st.markdown("There is no owner yet. The code to become it is on the console of the server.")
    with st.form("claim", border=False):
        code = st.text_input("Owner's code", type="password", autocomplete="off")
        if not st.form_submit_button("Become the owner", type="primary"):
            return
    try:
        sign_in.claim(cached.store(), code)
    except Refused as refused:
        st.error(wording.escaped(refused))
    else:
        st.rerun()
