"""Turns away, before any route is asked, whoever may not speak to this server at all."""

import ipaddress
import re

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui import sign_in, sign_in_settings

#: Asked by monitors, which know no name of ours; they tell nothing.
_FOR_MONITORS = ("/healthz", "/readyz")
#: Streamlit's own counts, which it tells everybody who asks; ours at /metrics ask who does.
_FOR_NOBODY = "/_stcore/metrics"
_NAME_AND_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]*)(?::[0-9]*)?", re.IGNORECASE)


class Doorkeeper:
    """ASGI middleware that answers only to known names, and beyond this machine only if allowed.

    A foreign site whose name leads here could else read the local owner's pages (DNS rebinding);
    and a server started by hand on an open address would have everybody as its owner.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it in a sentence."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in _FOR_MONITORS:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        client = connection.client.host if connection.client else None
        refusal = None
        if not is_known_name(connection.headers.get("host"), known_names()):
            refusal = "This server has another name: see DOWNSTREAM_BASE_URL."
        elif scope["path"].startswith(_FOR_NOBODY):
            await PlainTextResponse("Not Found", status_code=404)(scope, receive, send)
            return
        elif comes_from_elsewhere(client) and not may_come_from_elsewhere():
            refusal = "This Downstream is for its own machine only."
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)


def known_names() -> list[str]:
    """The names that this server answers to."""
    return [*st.get_option("server.allowedHosts"), *sign_in_settings.allowed_hosts()]


def is_known_name(host: str | None, allowed: list[str]) -> bool:
    """Whether a Host header names this server; ``*`` among the allowed lets every name in."""
    if "*" in allowed:
        return True
    found = _NAME_AND_PORT.fullmatch(host or "")
    if found is None:
        return False
    return found[1].casefold().rstrip(".") in {one.casefold() for one in allowed}


def comes_from_elsewhere(client: str | None) -> bool:
    """Whether a client is another machine; a socket without an address is this one."""
    try:
        address = ipaddress.ip_address(client or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_loopback


def may_come_from_elsewhere() -> bool:
    """Whether other machines may ask: people sign in, or somebody opened the server to all."""
    return sign_in.is_required() or sign_in_settings.is_insecure_open()
