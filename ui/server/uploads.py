"""Files that come in: from sessions whose reader may import, so many bytes, as long as they look.

Streamlit takes a file from whoever knows a session, signed in or not, and keeps it until the
session is forgotten. Here a page says which session may send files when it shows a place for them;
whoever sends one is asked for their right again; what a session and all together hold is limited;
and what closed sessions held is freed.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.errors import Refused, StoreError
from db.services.access import Action, Actor, authorize
from ui import cached, sign_in
from ui.server.downloads import tickets

_ADDRESS = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")
#: Bytes of files that one session, and all of them together, may hold at once.
MOST_OF_A_SESSION = 450_000_000
MOST_TOGETHER = 1_200_000_000
#: How long after its page was closed a session may come back, and its files are kept.
KEPT_SECONDS = 130.0


class Uploads:
    """Who may send files, and how much of them there may be.

    ``held`` tells the bytes of files that each session holds now.
    """

    def __init__(
        self,
        held: Callable[[], Mapping[str, int]],
        *,
        most_of_a_session: int = MOST_OF_A_SESSION,
        most_together: int = MOST_TOGETHER,
    ) -> None:
        self._held = held
        self._most_of_a_session = most_of_a_session
        self._most_together = most_together
        self._readers: dict[str, Callable[[], Actor]] = {}
        self._coming: dict[str, int] = defaultdict(int)
        self._lock = Lock()

    def allow(self, session: str, reader: Callable[[], Actor]) -> None:
        """Let a session send files for as long as its reader may import."""
        with self._lock:
            self._readers[session] = reader

    def require_allowed(self, session: str) -> None:
        """Refuse a session that no page let send files, or whose reader may not any more.

        Raises:
            StoreError: it may not; the sentence says why.
        """
        with self._lock:
            reader = self._readers.get(session)
        if reader is None:
            raise Refused("No page of yours asks for a file. Open the page and choose it there.")
        authorize(reader(), Action.IMPORT, "a file")

    @contextmanager
    def coming(self, session: str, size: int) -> Iterator[None]:
        """Count ``size`` bytes as coming while they do.

        Raises:
            Refused: the session, or all of them together, would hold too much.
        """
        with self._lock:
            held = self._held()
            own = held.get(session, 0) + self._coming[session] + size
            together = sum(held.values()) + sum(self._coming.values()) + size
            if own > self._most_of_a_session:
                raise Refused("This page holds as many files as it may. Reload it and send fewer.")
            if together > self._most_together:
                raise Refused(
                    "The server holds as many files as it may. Try again in some minutes."
                )
            self._coming[session] += size
        try:
            yield
        finally:
            with self._lock:
                self._coming[session] -= size
                if not self._coming[session]:
                    del self._coming[session]

    def end_closed(self, is_open: Callable[[str], bool]) -> None:
        """Take the right from sessions whose page is closed."""
        with self._lock:
            for session in [one for one in self._readers if not is_open(one)]:
                del self._readers[session]


def _held_by_streamlit() -> dict[str, int]:
    manager: Any = runtime.get_instance().uploaded_file_mgr
    return {
        session: sum(len(one.data) for one in list(files.values()))
        for session, files in list(manager.file_storage.items())
    }


uploads = Uploads(_held_by_streamlit)


def file_uploader(label: str, *, key: str, **look: Any) -> Any:
    """Show a place for a file, and return it or None; whoever may not import sees no such place."""
    context = get_script_run_ctx()
    reader = sign_in.reader(cached.store)
    if not reader().may(Action.IMPORT):
        return None
    if context is not None:
        uploads.allow(context.session_id, reader)
    return st.file_uploader(label, key=key, **look)


def free_what_closed_sessions_held() -> None:
    """Free files, rights and tickets of every session whose page is closed."""
    instance: Any = runtime.get_instance()
    is_open = instance.is_active_session
    for session in list(instance.uploaded_file_mgr.file_storage):
        if not is_open(session):
            instance.uploaded_file_mgr.remove_session_files(session)
    uploads.end_closed(is_open)
    tickets.end_closed(is_open)


class UploadGate:
    """ASGI middleware before Streamlit's own route of files, and after each session's end."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        gate: Uploads = uploads,
        at_the_end: Callable[[], None] = free_what_closed_sessions_held,
        kept_seconds: float = KEPT_SECONDS,
    ) -> None:
        self.app = app
        self.gate = gate
        self.at_the_end = at_the_end
        self.kept_seconds = kept_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse the file that it brings."""
        if scope["type"] == "websocket":
            try:
                await self.app(scope, receive, send)
            finally:
                asyncio.get_running_loop().call_later(self.kept_seconds, self.at_the_end)
            return
        found = _ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        session, size = found[1], HTTPConnection(scope).headers.get("content-length", "")
        if not size.isdecimal():
            await PlainTextResponse("State the length.", status_code=411)(scope, receive, send)
            return
        try:
            await run_in_threadpool(self.gate.require_allowed, session)
        except StoreError as error:
            await PlainTextResponse(str(error), status_code=403)(scope, receive, send)
            return
        try:
            with self.gate.coming(session, int(size)):
                await self.app(scope, receive, send)
        except Refused as error:
            await PlainTextResponse(str(error), status_code=413)(scope, receive, send)
