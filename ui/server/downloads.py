"""Files that leave the pages: a page gives out a ticket, and a route of ours makes the file.

Every file goes this way. Streamlit's own downloads are kept under an address that asks for no
sign-in, and two big ones of one name can be taken for one another. A ticket is good for one file,
in the browser that its page was opened in, for as long as that page is open and its reader is
signed in and sees what they saw then.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import quote

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.errors import StoreError
from db.services.access import Action, Actor, NotAllowed, authorize
from ui import cached, money, sign_in
from ui.logs import note_failure
from ui.server.cookies import BROWSER

_GONE = (
    "This download is over, or was offered to another browser. Go back to the page, reload it, and "
    "click again; cookies of this site must be allowed."
)
_CHANGED = "What you may see has changed. Go back to the page and reload it."


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A file that is made when it is fetched: for whom, in which browser.

    ``reader`` says who the same sign-in is at the moment of asking; it raises where it ended.
    """

    make: Callable[[], bytes]
    file_name: str
    mime: str
    browser: str
    scope: str
    reader: Callable[[], Actor]


class Tickets:
    """The tickets that open pages have given out: one for each button of a session."""

    def __init__(self) -> None:
        self._handed: dict[str, Handed] = {}
        self._newest: dict[str, dict[str, str]] = {}
        self._lock = Lock()

    def give(self, handed: Handed, *, session: str, button: str) -> str:
        """Return a ticket; the one that the same button had before ends."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            known = self._newest.setdefault(session, {})
            self._handed.pop(known.get(button, ""), None)
            known[button] = ticket
            self._handed[ticket] = handed
        return ticket

    def find(self, ticket: str) -> Handed | None:
        """Return the file of a ticket that still counts."""
        with self._lock:
            return self._handed.get(ticket)

    def end_closed(self, is_open: Callable[[str], bool]) -> None:
        """End the tickets of sessions whose page is closed."""
        with self._lock:
            for session in [one for one in self._newest if not is_open(one)]:
                for ticket in self._newest.pop(session).values():
                    self._handed.pop(ticket, None)


tickets = Tickets()


def file_button(
    label: str,
    make: Callable[[], bytes],
    *,
    file_name: str,
    mime: str,
    key: str,
    hint: str | None = None,
    **look: Any,
) -> None:
    """Show a button for a file.

    ``make`` runs outside the page's script and so may not ask Streamlit for anything.
    """
    context = get_script_run_ctx()
    reader = sign_in.reader(cached.store)
    handed = Handed(
        make=_in_the_same_currency(make),
        file_name=file_name,
        mime=mime,
        browser=st.context.cookies.get(BROWSER, ""),
        scope=reader().scope,
        reader=reader,
    )
    ticket = tickets.give(handed, session=context.session_id if context else "", button=key)
    st.link_button(label, f"/export/{ticket}", icon=":material/download:", help=hint, **look)


def _in_the_same_currency(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """``make`` in the currency of the page, which is told to this run of its script alone."""
    shown = money.shown()

    def made() -> bytes:
        with money.shown_in(shown):
            return make()

    return made


async def export(request: Request) -> Response:
    """Make the file of a ticket and send it; without one that counts there is nothing here."""
    found = tickets.find(request.path_params["ticket"])
    browser = request.cookies.get(BROWSER, "")
    if found is None or not browser or not _equal(browser, found.browser):
        return PlainTextResponse(_GONE, status_code=404)
    try:
        data = await run_in_threadpool(_made, found)
    except StoreError as error:
        return PlainTextResponse(str(error), status_code=403)
    except Exception as error:  # the last door before the reader
        said = f"The file could not be made (error {note_failure(error)}). Nothing was changed."
        return PlainTextResponse(said, status_code=500)
    disposition = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    return Response(data, media_type=found.mime, headers={"Content-Disposition": disposition})


def _equal(first: str, second: str) -> bool:
    return hmac.compare_digest(first.encode(), second.encode())


def _made(found: Handed) -> bytes:
    """The bytes of a file, if its reader may still have it."""
    present = found.reader()
    authorize(present, Action.READ, "a file")
    if present.scope != found.scope:
        raise NotAllowed(_CHANGED)
    return found.make()


ROUTES = [Route("/export/{ticket}", export)]
