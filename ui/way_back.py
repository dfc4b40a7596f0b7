"""After signing in, back to the page that was asked for: a link from a colleague still leads there.

Streamlit's sign-in ends on the start page. So the page asked for is kept in a cookie of ours for
ten minutes, and the end of the sign-in is sent there instead.
"""

import re
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import sign_in

COOKIE = "downstream_way_back"
_SIGNED_IN_AT = "/oauth2callback"
_SECONDS = 600
_LONGEST = 2000
#: A page of ours: one path of words, with or without parameters.
_PAGE = re.compile(r"/[a-z]*(?:\?[^\s\\]*)?")


class WayBack:
    """ASGI middleware that remembers the page asked for, and returns to it after signing in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with the cookie set, or with the way back taken."""
        if scope["type"] != "http" or scope["method"] != "GET" or not sign_in.is_required():
            await self.app(scope, receive, send)
            return
        request = Request(scope)

        async def send_with_way(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if request.url.path == _SIGNED_IN_AT:
                    _lead_back(request, headers)
                elif headers.get("content-type", "").startswith("text/html"):
                    _remember(request, headers)
            await send(message)

        await self.app(scope, receive, send_with_way)


def page_of(cookie: str | None) -> str | None:
    """Return the page of ours that a cookie names, or None if it names anything else."""
    wanted = unquote(cookie or "")
    return wanted if _PAGE.fullmatch(wanted) and len(wanted) <= _LONGEST else None


def _remember(request: Request, headers: MutableHeaders) -> None:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if page_of(quote(asked)) is not None:
        _set(headers, quote(asked), seconds=_SECONDS)


def _lead_back(request: Request, headers: MutableHeaders) -> None:
    page = page_of(request.cookies.get(COOKIE))
    if page is not None and headers.get("location") == "/":
        headers["location"] = page
        _set(headers, "", seconds=0)


def _set(headers: MutableHeaders, value: str, *, seconds: int) -> None:
    cookie = f"{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    headers.append("set-cookie", cookie)
