"""Who asks, from where, and whether a request comes from a page of ours."""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import Request

from db.errors import StoreError
from db.services.share_addresses import is_loopback, stated_base_url

#: How much of an address counts as one client: a home or an office has at least this much.
_KEPT_BITS = {4: 32, 6: 64}
_SHOWN_BITS = {4: 24, 6: 48}


def own_origin(request: Request) -> str | None:
    """Return the origin at which links may be opened by this request, or None.

    That is the https address that was set, or this machine's own for whoever sits at it.
    """
    host = request.headers.get("host", "")
    stated = _stated()
    if stated is not None and host.casefold() == urlsplit(stated).netloc.casefold():
        return stated
    name = urlsplit(f"//{host}").hostname
    if not is_loopback(name) or not is_loopback(request.client.host if request.client else None):
        return None
    return f"{request.url.scheme}://{host}"


def comes_from_own_page(request: Request, origin: str) -> bool:
    """Was a request sent by a page of ours? The browser says so, and no page can forge it."""
    site = request.headers.get("sec-fetch-site")
    return request.headers.get("origin") == origin and site in (None, "same-origin")


def is_form_of_own_page(request: Request, origin: str) -> bool:
    """Was a form sent by a page of ours? Without a referrer its origin is called “null”."""
    site = request.headers.get("sec-fetch-site")
    is_nameless = request.headers.get("origin") == "null" and site == "same-origin"
    return is_nameless or comes_from_own_page(request, origin)


def client_of(request: Request) -> str:
    """Return who asks, for counting failures; all addresses of one network of IPv6 are one.

    Nobody forwards requests where no https address is set, so that a forwarded address is then a
    lie, and all liars are one client.
    """
    if "x-forwarded-for" in request.headers and _stated() is None:
        return "forwarded"
    return _network(request, _KEPT_BITS)


def shown_client_of(request: Request) -> str:
    """Return who asks in the log of openings: an address without its end."""
    return _network(request, _SHOWN_BITS)


def _network(request: Request, bits: dict[int, int]) -> str:
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return "this machine"
    network = ipaddress.ip_network(f"{address}/{bits[address.version]}", strict=False)
    return str(network.network_address if bits is _KEPT_BITS else network)


def _stated() -> str | None:
    try:
        return stated_base_url()
    except StoreError:
        return None
