"""Headers on every answer of the server: what a browser may load, and where it may be framed."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMLIT_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_POLICY = "Content-Security-Policy"
#: What is below these addresses is asked for anew each time, and found by no search engine.
_PRIVATE_PATHS = ("/s", "/export", "/api", "/mcp")
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def inline_script_hashes(html: str) -> str:
    """The policy's names for the inline scripts of a page, so that no other one may run."""
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def security_headers(*, frame_ancestors: str) -> dict[str, str]:
    """The headers of every answer; ``frame_ancestors`` as a policy writes it."""
    policy = (
        "default-src 'self'",
        f"script-src 'self' {inline_script_hashes(STREAMLIT_INDEX.read_text())}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {frame_ancestors}",
    )
    headers = {
        _POLICY: "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if frame_ancestors == "'none'":  # The older header knows no list.
        headers["X-Frame-Options"] = "DENY"
    return headers


class SecurityHeaders:
    """ASGI middleware that sets ``headers`` on every HTTP answer, errors included.

    Share links bring a stricter policy of their own, and keep it.
    """

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    if name == _POLICY and scope["path"].startswith("/s/"):
                        headers.setdefault(name, value)
                    else:
                        headers[name] = value
                if _is_private(scope["path"]):
                    for name, value in _PRIVATE.items():
                        headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _is_private(path: str) -> bool:
    """Whether an address is of a share link or of a file, refusals of both included."""
    return path in _PRIVATE_PATHS or path.startswith(tuple(f"{one}/" for one in _PRIVATE_PATHS))
