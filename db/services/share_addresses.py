"""Addresses of links: https for everybody, or this machine's own for one person."""

import ipaddress
import os
from urllib.parse import urlsplit

from db.engine import Store
from db.errors import Refused
from db.records import SharingRecord
from db.services.share_rules import sharing_row

BASE_URL_VARIABLE = "DOWNSTREAM_BASE_URL"
_USUAL = "http://127.0.0.1:8501"
_ADVICE = (
    f"Set {BASE_URL_VARIABLE} to the address at which readers reach it, such as "
    "https://downstream.example.org (a reverse proxy with a certificate stands there), and serve "
    "again."
)


def is_loopback(host: str | None) -> bool:
    """Does this host name mean the machine itself?"""
    if host is None:
        return False
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def stated_base_url() -> str | None:
    """Return the address that was set for readers, without a slash at its end, or None.

    Raises:
        Refused: it is no address, or one without https beyond this machine.
    """
    stated = os.environ.get(BASE_URL_VARIABLE, "").strip().rstrip("/")
    if not stated:
        return None
    url = urlsplit(stated)
    bare = not (url.path or url.query or url.fragment or url.username)
    if not url.hostname or not bare or url.scheme not in ("http", "https"):
        raise Refused(f"{BASE_URL_VARIABLE} is “{stated}”, which is no bare address. {_ADVICE}")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise Refused(f"{BASE_URL_VARIABLE} is “{stated}”: links beyond this machine need https.")
    return stated


def note_served(store: Store, *, address: str, port: int) -> None:
    """Remember where readers reach the dashboard, so that links made in the terminal lead there."""
    shown = f"[{address}]" if ":" in address else address
    served = stated_base_url() or f"http://{shown}:{port}"
    with store.read() as session:
        row = session.get(SharingRecord, 1)
        if row is not None and row.address == served:
            return
    store.transact(lambda session: setattr(sharing_row(session), "address", served))


def base_url(store: Store) -> str:
    """Return the address that links begin with; where it was never served, the usual one.

    Raises:
        Refused: the dashboard is served beyond this machine and no https address is set.
    """
    return known_base_url(store) or _USUAL


def known_base_url(store: Store) -> str | None:
    """Return the address that links begin with, or None if the dashboard was never served.

    Raises:
        Refused: the dashboard is served beyond this machine and no https address is set.
    """
    stated = stated_base_url()
    if stated is not None:
        return stated
    with store.read() as session:
        row = session.get(SharingRecord, 1)
        served = row.address if row else None
    if served is None:
        return None
    if served.startswith("http:") and not is_loopback(urlsplit(served).hostname):
        raise Refused(f"The dashboard is served beyond this machine, on {served}. {_ADVICE}")
    return served
