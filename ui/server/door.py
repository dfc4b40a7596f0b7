"""The door: who may speak to this server, decided for every request before any route is asked.

1. The ``Host`` names this server; otherwise a foreign name that leads here could read its pages.
2. An ``Origin`` is absent or the server's own: no page of another site or another port of this
   machine reaches anything, the websocket, uploads and Streamlit's own checks included.
3. Without sign-in whoever sits at this machine is the owner, so pages are for this machine. With
   ``DOWNSTREAM_BASE_URL`` the address beyond it serves shared links and nothing else; and since a
   proxy may hide that a request came through it, pages ask for the key printed at the start.
4. Routes for programs ask every request for a token, so on this machine they need no such key.
5. A connection over which half a request came is not kept waiting for the rest.
"""

import asyncio
import hmac
import ipaddress
import re
import secrets
import socket
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h11
import streamlit as st
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from db.errors import StoreError
from db.services.share_addresses import is_loopback, stated_base_url
from ui import sign_in
from ui.server import settings

#: Asked by monitors, which know no name of ours; they tell nothing.
_FOR_MONITORS = ("/healthz", "/readyz")
#: Streamlit's counts, its interface for programs and its store of files: nothing of ours uses them.
_FOR_NOBODY = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/media")
_NAME_AND_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]*)(?::[0-9]*)?", re.IGNORECASE)
#: What proxies add. A request without any of them may still have come through one.
_FORWARDING = (
    *("forwarded", "via", "x-real-ip"),
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
)
#: How much of an address counts as one client: a home or an office has at least this much.
_KEPT_BITS = {4: 32, 6: 64}
_KEY_COOKIE = "downstream_own_pages"
#: A request that is not whole after so many seconds, or twice as many at most, is given up.
_WHOLE_AFTER_SECONDS = 10.0
#: A thread of Python works for so long while others wait; a page's takes all of it (5 ms without).
_TURN_SECONDS = 0.001
#: How server and client stand where only the client can go on: the head of a request is missing,
#: or the body of one that was answered already.
_WAITING = ((h11.IDLE, h11.IDLE), (h11.DONE, h11.SEND_BODY))

_OTHER_NAME = "This server has another name: see DOWNSTREAM_BASE_URL."
_OTHER_SITE = "This was sent by a page of another site, so nothing was done."
_LINKS_ALONE = "This address shows shared links alone. Open the link as it was sent to you."
_OWN_MACHINE = (
    "This Downstream is for its own machine only, and this came from another one or through a "
    "proxy. To let people in from elsewhere set DOWNSTREAM_BASE_URL and the sign-in settings."
)
_NEEDS_KEY = (
    "This server is reached from outside too, so your own pages open with the address that was "
    "printed when it started: the one that ends in “?key=…”."
)


class OwnPages:
    """The key to the owner's pages on a server that others reach and where nobody signs in."""

    def __init__(self) -> None:
        self._key = secrets.token_urlsafe(24)

    def announce(self, *, address: str, port: int) -> None:
        """Print the address of the owner's pages on the console, where they need a key."""
        if needs_key():
            # The console is the proof: the key is never logged, stored or sent.
            print(f"Your own pages: http://{address}:{port}/?key={self._key}", flush=True)

    def is_held(self, connection: HTTPConnection) -> bool:
        """Whether the browser brings the key as a cookie."""
        return self._is_key(connection.cookies.get(_KEY_COOKIE, ""))

    def taken(self, connection: HTTPConnection) -> Response | None:
        """The answer to the printed address: the key becomes a cookie; None: it is not the key."""
        given = parse_qs(connection.url.query).get("key", [""])[0]
        if connection.url.path != "/" or not self._is_key(given):
            return None
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(_KEY_COOKIE, self._key, path="/", httponly=True, samesite="lax")
        return answer

    def _is_key(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._key.encode())


own_pages = OwnPages()


class Door:
    """ASGI middleware that serves whom the module's rules let in, and tells the others why not."""

    def __init__(self, app: ASGIApp, *, key: OwnPages = own_pages) -> None:
        self.app = app
        self.key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it in a sentence."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in _FOR_MONITORS:
            await self.app(scope, receive, send)
            return
        answer = self._answer(HTTPConnection(scope))
        if answer is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, send)

    def _answer(self, connection: HTTPConnection) -> Response | None:
        """What is said instead of serving; None: it is served."""
        path = connection.url.path
        if not is_known_name(connection.headers.get("host"), known_names()):
            return _refusal(_OTHER_NAME)
        if path.startswith(_FOR_NOBODY):
            return PlainTextResponse("Not Found", status_code=404)
        if not has_own_origin(connection):
            return _refusal(_OTHER_SITE)
        if sign_in.is_required() or settings.is_insecure_open():
            return None
        is_link = path == "/s" or path.startswith("/s/")
        if is_base(connection):
            return None if is_link else _refusal(_LINKS_ALONE)
        if not is_from_this_machine(connection):
            return _refusal(_OWN_MACHINE)
        shows_token = path == "/mcp" or path.startswith("/api/")
        if is_link or shows_token or not needs_key() or self.key.is_held(connection):
            return None
        return self.key.taken(connection) or _refusal(_NEEDS_KEY)


def _refusal(sentence: str) -> Response:
    return PlainTextResponse(sentence, status_code=403)


def known_names() -> list[str]:
    """The names that this server answers to."""
    return [*st.get_option("server.allowedHosts"), *settings.allowed_hosts()]


def is_known_name(host: str | None, allowed: list[str]) -> bool:
    """Whether a Host header names this server; ``*`` among the allowed lets every name in."""
    name = _name_in(host)
    return "*" in allowed or (name != "" and name in {one.casefold() for one in allowed})


def _name_in(host: str | None) -> str:
    """The name in a Host header, without port; empty where it is none."""
    found = _NAME_AND_PORT.fullmatch(host or "")
    return found[1].casefold().rstrip(".") if found else ""


def _base() -> str | None:
    """The address that was set for readers beyond this machine, or None."""
    try:
        return stated_base_url()
    except StoreError:
        return None


def is_base(connection: HTTPConnection) -> bool:
    """Whether somebody asks at the address beyond this machine that was set."""
    name = urlsplit(_base() or "").hostname
    return not is_loopback(name) and _name_in(connection.headers.get("host")) == name


def needs_key() -> bool:
    """Whether others reach this server though nobody signs in to it."""
    base = _base()
    is_open = sign_in.is_required() or settings.is_insecure_open()
    return base is not None and not is_loopback(urlsplit(base).hostname) and not is_open


def own_origin(connection: HTTPConnection) -> str:
    """The origin of our own pages as this browser sees them."""
    host = connection.headers.get("host", "").casefold()
    base = _base()
    if base is not None and _name_in(host) == urlsplit(base).hostname:
        return base.casefold()
    return f"{'https' if connection.url.scheme in ('https', 'wss') else 'http'}://{host}"


def has_own_origin(connection: HTTPConnection) -> bool:
    """Whether no page of another origin sent this; browsers say so, and pages cannot forge it."""
    stated = connection.headers.getlist("origin")
    own = own_origin(connection)
    allowed = {own}
    if own != (_base() or "").casefold():
        # A proxy that ends https and does not say so.
        allowed.add(own.replace("http://", "https://", 1))
    return all(one.casefold() in allowed for one in stated)


def link_origin(request: Request) -> str | None:
    """The origin at which links may be opened by this request, or None.

    That is the address that was set for readers, or this machine's own for whoever sits at it.
    """
    if _base() is None:
        return own_origin(request) if is_from_this_machine(request) else None
    own = own_origin(request)
    return own if own == (_base() or "").casefold() else None


def is_sent_by_own_page(request: Request, origin: str) -> bool:
    """Whether a page of ours at ``origin`` sent this, as a browser says that does say."""
    site = request.headers.get("sec-fetch-site")
    return request.headers.get("origin") == origin and site in (None, "same-origin")


def is_from_this_machine(connection: HTTPConnection) -> bool:
    """Whether whoever asks sits at this machine, as far as the request tells."""
    client = connection.client  # A socket that is a file has no address and is of this machine.
    return (
        (client is None or is_this_machine(client.host))
        and is_loopback(_name_in(connection.headers.get("host")))
        and not any(name in connection.headers for name in _FORWARDING)
    )


def is_this_machine(client: str) -> bool:
    """Whether an address is one of this machine's own."""
    address = _address(client)
    return address is not None and address.is_loopback


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address of a client; one of IPv4 that is written as IPv6 is one of IPv4."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def client_of(request: Request) -> str:
    """Who asks, for counting; all addresses of one network of IPv6 are one client.

    Behind a trusted proxy that is whom the proxy names (``DOWNSTREAM_TRUSTED_PROXIES``).
    """
    address = _address(request.client.host) if request.client else None
    if address is None:
        return "unknown"
    if address.is_loopback:
        return "this machine"
    network = ipaddress.ip_network(f"{address}/{_KEPT_BITS[address.version]}", strict=False)
    return str(network.network_address)


def look_after_connections(*, seconds: float = _WHOLE_AFTER_SECONDS) -> None:
    """Answer without waiting, and close connections that wait for a byte for too long.

    What is small is sent at once, and whoever speaks to clients waits only so long for each page
    that is being worked out. The web server has a limit for silence between requests alone, and
    none for a request of which one byte has come.
    """
    sys.setswitchinterval(_TURN_SECONDS)
    begin: Any = H11Protocol.connection_made

    def connection_made(self: H11Protocol, transport: asyncio.Transport) -> None:
        begin(self, transport)
        send_at_once(transport)
        self.loop.call_later(seconds, _look_after, self, None, seconds)

    H11Protocol.connection_made = connection_made  # type: ignore[method-assign]  # no other way


def send_at_once(transport: asyncio.BaseTransport) -> None:
    """Let a connection's second small packet not wait for a word that the first has come.

    asyncio does so by itself only where a socket was made with its protocol's number, which
    Streamlit leaves out; the wait is some 40 ms for each answer.
    """
    line = transport.get_extra_info("socket")
    if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _look_after(connection: H11Protocol, before: object, seconds: float) -> None:
    """Close a connection that waits for its client since the last look, else look again later.

    ``before``: what it had answered at the last look if it waited then, in a list; else None.
    """
    if connection not in connection.connections or connection.transport.is_closing():
        return  # It was closed, or became a websocket.
    stands = (connection.conn.our_state, connection.conn.their_state)
    now = [connection.cycle] if stands in _WAITING else None
    if now is not None and now == before:
        connection.transport.close()
        return
    connection.loop.call_later(seconds, _look_after, connection, now, seconds)
