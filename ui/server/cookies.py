"""Cookies of ours: by which a browser is known again, and back to the page that was asked for.

Streamlit's sign-in ends on the start page. So the page asked for is kept for ten minutes, and the
end of the sign-in is sent there instead: a link from a colleague still leads there.
"""

import re
import secrets
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import sign_in

#: Says nothing about who sits there; a download is for the browser that its page was opened in.
BROWSER = "downstream_browser"
WAY_BACK = "downstream_way_back"
_SIGNED_IN_AT = "/oauth2callback"
_WAY_BACK_SECONDS = 600
_LONGEST = 2000
#: A page of ours: one path of words, with or without parameters.
_PAGE = re.compile(r"/[a-z]*(?:\?[^\s\\]*)?")


class PageCookies:
    """ASGI middleware that gives cookies with pages, and leads back after signing in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with the cookies set, or with the way back taken."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        request = Request(scope)

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if request.url.path == _SIGNED_IN_AT:
                    _lead_back(request, headers)
                elif _asks_for_a_page(request):
                    _remember(request, headers)
            await send(message)

        await self.app(scope, receive, send_with_cookies)


def page_of(cookie: str | None) -> str | None:
    """Return the page of ours that a cookie names, or None if it names anything else."""
    wanted = unquote(cookie or "")
    return wanted if _PAGE.fullmatch(wanted) and len(wanted) <= _LONGEST else None


def _asks_for_a_page(request: Request) -> bool:
    """Whether a browser opens a page; that it has it already tells nothing of its cookies."""
    path = request.url.path
    is_page = path not in ("/s", "/api", "/mcp") and not path.startswith(("/s/", "/api/"))
    return "text/html" in request.headers.get("accept", "") and is_page


def _remember(request: Request, headers: MutableHeaders) -> None:
    if not request.cookies.get(BROWSER):
        _set(headers, BROWSER, secrets.token_urlsafe(24))
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if sign_in.is_required() and page_of(quote(asked)) is not None:
        _set(headers, WAY_BACK, quote(asked), f"; Max-Age={_WAY_BACK_SECONDS}")


def _lead_back(request: Request, headers: MutableHeaders) -> None:
    page = page_of(request.cookies.get(WAY_BACK))
    if page is not None and headers.get("location") == "/":
        headers["location"] = page
        _set(headers, WAY_BACK, "", "; Max-Age=0")


def _set(headers: MutableHeaders, name: str, value: str, age: str = "") -> None:
    headers.append("set-cookie", f"{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax")
