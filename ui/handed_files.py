"""Big files that leave the pages go through a route of our own, which asks again who may have them.

Streamlit tells two big files of one name apart by their length and some samples, keeps them in
memory, and hands them to whoever knows their address. So a page gives out a ticket instead: good
for ten minutes, for one file, as long as whoever it was made for may still read.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.services.access import Actor
from ui import cached

SECONDS = 600
#: Files of bytes that are there already go through the route from here on.
BIG_BYTES = 500_000
_MOST_TICKETS = 500


@dataclass(frozen=True, kw_only=True)
class HandedFile:
    """A file that is made when it is fetched, and for whom."""

    make: Callable[[], bytes]
    file_name: str
    mime: str
    actor: Actor
    until: float


_tickets: OrderedDict[str, HandedFile] = OrderedDict()
_newest: dict[tuple[str, str], str] = {}
_lock = Lock()


def file_button(
    label: str,
    make: Callable[[], bytes],
    *,
    file_name: str,
    mime: str,
    key: str,
    is_big: bool,
    hint: str | None = None,
    **look: Any,
) -> None:
    """Show a button for a file, made when it is clicked; a big one comes through our own route.

    ``make`` runs outside the page's script and so may not ask Streamlit for anything.
    """
    options = {"icon": ":material/download:", "help": hint, **look}
    if not is_big:
        st.download_button(
            label, make, file_name=file_name, mime=mime, key=key, on_click="ignore", **options
        )
        return
    st.link_button(label, _address(make, file_name, mime, key), **options)


def _address(make: Callable[[], bytes], file_name: str, mime: str, key: str) -> str:
    """Give out a ticket; the one that the same button of the same reader had before ends."""
    context = get_script_run_ctx()
    button = (context.session_id if context else "", key)
    ticket = secrets.token_urlsafe(32)
    handed = HandedFile(
        make=make,
        file_name=file_name,
        mime=mime,
        actor=cached.actor(),
        until=time.monotonic() + SECONDS,
    )
    with _lock:
        _tickets.pop(_newest.pop(button, ""), None)
        _tickets[ticket], _newest[button] = handed, ticket
        while len(_tickets) > _MOST_TICKETS:
            _tickets.popitem(last=False)
        for known in [one for one, held in _newest.items() if held not in _tickets]:
            del _newest[known]
    return f"/export/{ticket}"


def handed(ticket: str) -> HandedFile | None:
    """Return the file of a ticket that still counts."""
    with _lock:
        found = _tickets.get(ticket)
    return found if found is not None and time.monotonic() < found.until else None
