"""Who must sign in, and through whom: read from the environment, so that no file holds a secret.

========================================  ====================================================
``DOWNSTREAM_OIDC_ISSUER``                the provider's address, such as https://id.example.com
``DOWNSTREAM_OIDC_CLIENT_ID``             what the provider calls this dashboard
``DOWNSTREAM_OIDC_CLIENT_SECRET``         or ``…_CLIENT_SECRET_FILE``, a file that holds it
``DOWNSTREAM_OIDC_COOKIE_SECRET``         or ``…_FILE``; without it everybody signs in again
                                          after a restart
``DOWNSTREAM_BASE_URL``                   the dashboard's own address beyond this machine
========================================  ====================================================
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db.errors import Refused
from db.services.share_addresses import BASE_URL_VARIABLE, is_loopback, stated_base_url

PREFIX = "DOWNSTREAM_OIDC_"
#: Set by ``serve --insecure-open``: everybody who reaches the server is its owner.
INSECURE_OPEN = "DOWNSTREAM_INSECURE_OPEN"
_SHORTEST_COOKIE_SECRET = 32
_CALLBACK = "/oauth2callback"
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, kw_only=True)
class SignInSettings:
    """How people sign in. Secrets are left out when this is printed."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    base_url: str | None


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
    if len(cookie_secret) < _SHORTEST_COOKIE_SECRET:
        raise Refused(
            f"{PREFIX}COOKIE_SECRET is too short to be safe: write at least "
            f"{_SHORTEST_COOKIE_SECRET} random characters, or leave it out."
        )
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
