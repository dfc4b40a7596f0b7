"""Signed-in reader: the sign-in that Streamlit keeps, and the role that the store gives now."""

import hashlib
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from db.engine import Store
from db.errors import Refused
from db.services import people
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.people import SignIn
from ui.server.settings import is_asked_for

log = logging.getLogger("downstream")

#: Whoever has not signed in where one has to.
ANONYMOUS = Actor("anonymous", ActorRole.NONE)
#: After so many wrong codes the server must be started again, which makes a new one.
_MOST_WRONG_CODES = 10


class OwnerCode:
    """The code by which the first owner proves to have started the server; made once a start."""

    def __init__(self) -> None:
        self.code = secrets.token_urlsafe(18)
        self.digest = hashlib.sha256(self.code.encode()).hexdigest()
        self.wrong = 0

    @property
    def is_spent(self) -> bool:
        """Whether too many wrong codes were given."""
        return self.wrong >= _MOST_WRONG_CODES


_owner_code = OwnerCode()


def is_required() -> bool:
    """Whether nobody gets in without signing in; also where Streamlit's own file asks for it."""
    if is_asked_for():
        return True
    try:
        return "auth" in st.secrets
    except (StreamlitSecretNotFoundError, FileNotFoundError):
        return False


def signed_in() -> SignIn | None:
    """Return what the provider vouches for about this browser, or None."""
    user: dict[str, Any] = st.user.to_dict()
    known = all(user.get(name) for name in ("iss", "sub", "iat"))
    if not (user.get("is_logged_in") and known):
        return None
    return SignIn(
        issuer=str(user["iss"]),
        subject=str(user["sub"]),
        name=str(user.get("name") or user.get("preferred_username") or ""),
        email=str(user.get("email") or ""),
        at=datetime.fromtimestamp(int(user["iat"]), UTC),
    )


def actor(store: Callable[[], Store]) -> Actor:
    """Return who is looking, with the role that they have at this moment.

    Asked anew each time, also inside one run of a page: a click is answered before the page is.

    Raises:
        SignInExpired: they signed in too long ago, or have signed out.
    """
    return reader(store)()


def reader(store: Callable[[], Store]) -> Callable[[], Actor]:
    """Return what tells who is looking now, with the role that they have when it is asked.

    To be asked outside the page too, for what the page began; it raises as :func:`actor` does.
    """
    if not is_required():
        return lambda: LOCAL_OWNER
    found = signed_in()
    return lambda: ANONYMOUS if found is None else people.actor_of(store(), found)


def announce_owner_code(store: Store) -> None:
    """Print on the console how to become the first owner, while there is none."""
    if is_required() and not people.has_owner(store):
        # The console is the proof: the code is never logged, stored or sent.
        print(
            f"Downstream has no owner yet. Sign in, then claim it with this code: "
            f"{_owner_code.code}",
            flush=True,
        )


def claim(store: Store, code: str) -> Actor:
    """Make whoever is signed in the first owner, if this is the code on the console.

    Raises:
        Refused: it is not, or there is an owner already.
    """
    found = signed_in()
    if found is None:
        raise Refused("Sign in first.")
    if _owner_code.is_spent:
        raise Refused("Too many wrong codes. Restart the server; it prints a new one.")
    try:
        return people.claim_ownership(store, found, code=code, code_digest=_owner_code.digest)
    except Refused:
        _owner_code.wrong += 1
        raise


def sign_out(store: Store) -> None:
    """End this sign-in in every browser, here and at the provider."""
    found = signed_in()
    if found is not None:
        people.sign_out(store, found)
    st.logout()
