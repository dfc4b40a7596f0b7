"""Settings of the server, and what must hold before it answers anybody.

========================================  ====================================================
``DOWNSTREAM_OIDC_ISSUER``                the sign-in provider's address, https://id.example.com
``DOWNSTREAM_OIDC_CLIENT_ID``             what the provider calls this dashboard
``DOWNSTREAM_OIDC_CLIENT_SECRET``         or ``…_CLIENT_SECRET_FILE``, a file that holds it
``DOWNSTREAM_OIDC_COOKIE_SECRET``         or ``…_FILE``; without it everybody signs in again
                                          after a restart
``DOWNSTREAM_BASE_URL``                   the dashboard's own address beyond this machine
``DOWNSTREAM_TRUSTED_PROXIES``            addresses and networks whose X-Forwarded-For is believed
``DOWNSTREAM_FRAME_ANCESTORS``            origins that may frame the dashboard
``DOWNSTREAM_MCP_WRITES``                 1: tools of assistants at /mcp may write, confirmed
========================================  ====================================================
"""

import asyncio
import ipaddress
import os
import re
import secrets
import webbrowser
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db.errors import Refused
from db.services.share_addresses import BASE_URL_VARIABLE, is_loopback, stated_base_url

PREFIX = "DOWNSTREAM_OIDC_"
#: Set by ``serve --insecure-open``: everybody who reaches the server is its owner.
INSECURE_OPEN = "DOWNSTREAM_INSECURE_OPEN"
#: Set by ``demo``: the server opens its page once it answers.
OPEN_BROWSER = "DOWNSTREAM_OPEN_BROWSER"
#: Set to 1: assistants that may write are offered the tools that do.
ASSISTANTS_WRITE = "DOWNSTREAM_MCP_WRITES"
TRUSTED_PROXIES = "DOWNSTREAM_TRUSTED_PROXIES"
FRAME_ANCESTORS = "DOWNSTREAM_FRAME_ANCESTORS"
#: What the web server itself reads; set from TRUSTED_PROXIES, so that there is one setting.
FORWARDED_ALLOW_IPS = "FORWARDED_ALLOW_IPS"
_USUAL_PROXIES = "127.0.0.1,::1"
#: A secret has this many characters, this many different ones, and no less after compression.
_SECRET_LENGTH, _SECRET_LETTERS, _SECRET_PACKED = 32, 8, 32
_CALLBACK = "/oauth2callback"
_DISCOVERY = "/.well-known/openid-configuration"
_ORIGIN = re.compile(r"https://[a-z0-9.*-]+(?::\d+)?|'self'", re.IGNORECASE)

#: Most megabytes that one file may have.
LARGEST_UPLOAD = 200
#: Settings of Streamlit with the one value that is safe, and what would happen otherwise.
MUST_BE: dict[str, tuple[Any, str]] = {
    "client.showErrorDetails": ("none", "visitors would see tracebacks"),
    "client.disableDataExport": (True, "tables would offer files in which text runs as a formula"),
    "client.allowedOrigins": ([], "another site could speak to the pages that it frames"),
    "browser.gatherUsageStats": (False, "use would be reported to another host"),
    "server.enableStaticServing": (False, "files beside the program would be served"),
    "server.enableXsrfProtection": (True, "another site could upload in a visitor's name"),
    "server.enableCORS": (True, "another site could read what a visitor may"),
    "server.corsAllowedOrigins": ([], "another site could read what a visitor may"),
    "server.trustedUserHeaders": ({}, "whoever sends a header could say who they are"),
    "server.enableAgentApi": (False, "programs could drive the pages past the sign-in"),
    "server.baseUrlPath": ("", "the rules for each address would not be found"),
    "global.developmentMode": (False, "checks would be relaxed"),
}


@dataclass(frozen=True, kw_only=True)
class SignInSettings:
    """How people sign in. Secrets are left out when this is printed."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    base_url: str | None


def secrets_or_exit() -> dict[str, Any] | None:
    """Return what Streamlit needs for signing in; end the program where serving is not safe."""
    import streamlit as st

    from ui import sign_in

    try:
        settings = sign_in_settings()
        refuse_unsafe_settings()
        refuse_weak_secrets()
        refuse_foreign_proxies()
        frame_ancestors()
        stated_base_url()
        if not sign_in.is_required():
            refuse_open_address(st.get_option("server.address"))
    except Refused as refused:
        raise SystemExit(str(refused)) from None
    return as_streamlit_secrets(settings)


def is_asked_for() -> bool:
    """Whether anything about signing in is set; then nobody gets in without it."""
    return any(name.startswith(PREFIX) and value for name, value in os.environ.items())


def sign_in_settings() -> SignInSettings | None:
    """Return how people sign in, or None if nothing about it is set.

    Raises:
        Refused: something is missing or cannot be right; the sentence names it.
    """
    if not is_asked_for():
        return None
    issuer = _required("ISSUER").rstrip("/").removesuffix(_DISCOVERY)
    _require_secure(issuer, PREFIX + "ISSUER")
    cookie_secret = _secret("COOKIE_SECRET") or secrets.token_urlsafe(32)
    require_strong(cookie_secret, PREFIX + "COOKIE_SECRET")
    client_secret = _secret("CLIENT_SECRET")
    if not client_secret:
        raise Refused(_missing("CLIENT_SECRET"))
    return SignInSettings(
        issuer=issuer,
        client_id=_required("CLIENT_ID"),
        client_secret=client_secret,
        cookie_secret=cookie_secret,
        base_url=stated_base_url(),
    )


def as_streamlit_secrets(settings: SignInSettings | None) -> dict[str, Any] | None:
    """The settings as Streamlit's sign-in wants them; it fills in ``{port}``."""
    if settings is None:
        return None
    return {
        "auth": {
            "redirect_uri": (settings.base_url or "http://127.0.0.1:{port}") + _CALLBACK,
            "cookie_secret": settings.cookie_secret,
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "server_metadata_url": settings.issuer + _DISCOVERY,
        }
    }


def allowed_hosts() -> list[str]:
    """Names under which the dashboard may be asked for: this machine's, and that of its address."""
    own = urlsplit(os.environ.get(BASE_URL_VARIABLE, "").strip()).hostname
    return ["localhost", "127.0.0.1", "[::1]", *([own] if own else [])]


def is_insecure_open() -> bool:
    """Whether somebody asked for a server that lets everybody in."""
    return os.environ.get(INSECURE_OPEN) == "1"


def assistants_may_write() -> bool:
    """Whether tools of assistants over HTTP may write, each call confirmed."""
    return os.environ.get(ASSISTANTS_WRITE) == "1"


def frame_ancestors() -> str:
    """Return who may show pages of ours in a frame, as a content security policy writes it.

    Raises:
        Refused: the setting names something that is no https origin.
    """
    stated = os.environ.get(FRAME_ANCESTORS, "").split()
    if wrong := [one for one in stated if not _ORIGIN.fullmatch(one)]:
        raise Refused(
            f"{FRAME_ANCESTORS} lists https origins such as https://portal.example.org, "
            f"separated by spaces; “{wrong[0]}” is none."
        )
    return " ".join(stated) or "'none'"


def trusted_proxies() -> str:
    """Return whose X-Forwarded-For is believed: addresses and networks, with commas.

    Raises:
        Refused: one of them is no address and no network, or is everybody.
    """
    stated = re.split(r"[\s,]+", os.environ.get(TRUSTED_PROXIES, "").strip() or _USUAL_PROXIES)
    for one in stated:
        try:
            network = ipaddress.ip_network(one)
        except ValueError:
            network = None
        if network is None or network.prefixlen == 0:
            raise Refused(
                f"{TRUSTED_PROXIES} lists the addresses of your proxies, such as 172.28.0.0/16 or "
                f"127.0.0.1, separated by commas; “{one}” is none."
            )
    return ",".join(stated)


def refuse_unsafe_settings() -> None:
    """Look at Streamlit's settings as they are in force, wherever they came from.

    Raises:
        Refused: one of them is not safe; the sentence names it and what to do.
    """
    import streamlit as st

    for name, (safe, otherwise) in MUST_BE.items():
        found = st.get_option(name)
        if found != safe:
            raise Refused(
                f"The setting {name} is {found!r}, so {otherwise}. Start Downstream with "
                f"“downstream serve”, and set nothing that overrides its {safe!r}."
            )
    if not 0 < st.get_option("server.maxUploadSize") <= LARGEST_UPLOAD:
        raise Refused(f"The setting server.maxUploadSize must be at most {LARGEST_UPLOAD} (MB).")
    hosts = st.get_option("server.allowedHosts")
    if not hosts or ("*" in hosts and not is_insecure_open()):
        raise Refused("The setting server.allowedHosts must name the hosts that may be asked for.")


def refuse_weak_secrets() -> None:
    """Look at the secret that signs cookies as Streamlit would use it, wherever it came from.

    Raises:
        Refused: it could be guessed.
    """
    from streamlit.web.server.server_util import get_cookie_secret

    require_strong(get_cookie_secret(), "The cookie secret in Streamlit's own settings")


def require_strong(secret: str, name: str) -> None:
    """Refuse a secret that is short or has a pattern.

    Raises:
        Refused: it could be guessed.
    """
    packed = len(zlib.compress(secret.encode(), 9))
    if (
        len(secret) < _SECRET_LENGTH
        or len(set(secret)) < _SECRET_LETTERS
        or packed < _SECRET_PACKED
    ):
        raise Refused(
            f"{name} could be guessed: write at least {_SECRET_LENGTH} random characters (python "
            "-c 'import secrets; print(secrets.token_urlsafe(32))'), or leave it out."
        )


def refuse_foreign_proxies() -> None:
    """Look at whom the web server believes what they forward.

    Raises:
        Refused: others than the setting says.
    """
    in_force = os.environ.get(FORWARDED_ALLOW_IPS)
    wanted = trusted_proxies()
    if in_force == wanted or (in_force is None and wanted == _USUAL_PROXIES):
        return
    raise Refused(
        f"Whose X-Forwarded-For is believed is set by {TRUSTED_PROXIES} alone: unset "
        f"{FORWARDED_ALLOW_IPS}, and start Downstream with “downstream serve”."
    )


def refuse_open_address(address: str | None) -> None:
    """Refuse to listen beyond this machine while nobody has to sign in.

    Raises:
        Refused: the address is reachable from elsewhere, and no sign-in is set.
    """
    if is_loopback(address) or is_asked_for() or is_insecure_open():
        return
    raise Refused(
        f"On {address or 'every address'} everybody who reaches this machine would be the owner. "
        f"Set {PREFIX}ISSUER and the other sign-in settings (docs/deployment.md), or keep to "
        "--address 127.0.0.1. “--insecure-open” lets everybody in all the same."
    )


def _required(name: str) -> str:
    value = os.environ.get(PREFIX + name, "").strip()
    if not value:
        raise Refused(_missing(name))
    return value


def _missing(name: str) -> str:
    return (
        f"Signing in is only half set up: {PREFIX}{name} is missing. Set it, or unset everything "
        f"that begins with {PREFIX} to use Downstream alone on this machine."
    )


def _secret(name: str) -> str:
    value = os.environ.get(PREFIX + name, "").strip()
    file = os.environ.get(f"{PREFIX}{name}_FILE", "").strip()
    if value or not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Refused(f"The file of {PREFIX}{name}_FILE cannot be read: {file}") from None


def _require_secure(address: str, name: str) -> None:
    url = urlsplit(address)
    if url.scheme == "https" and url.hostname:
        return
    if url.scheme == "http" and is_loopback(url.hostname):
        return
    raise Refused(f"{name} is “{address}”: write an address that begins with https://.")


def open_browser_if_asked(port: int) -> None:
    """Let the server's own loop open the page in a browser, where ``demo`` asked for it."""
    if os.environ.pop(OPEN_BROWSER, ""):
        loop = asyncio.get_running_loop()
        loop.call_later(1.0, webbrowser.open, f"http://127.0.0.1:{port}")
