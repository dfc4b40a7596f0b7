"""Calling other hosts, with little patience: reading a feed, and sending one message.

Nothing is called but addresses that somebody gave. Sizes and redirects are bounded, and so is the
whole call from the name to the last byte, however slowly a server sends; no proxy, cookie or
password of this machine is used.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from db.errors import AskedToWait, Refused
from db.web.addresses import AddressRule, Target, is_public, target_of

_LONGEST_WAIT_SECONDS = 30.0
_MOST_REDIRECTS = 3
LARGEST_ANSWER = 20_000_000
_NAME = "Downstream (reads status feeds)"
_NOT_CHANGED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Too many requests, and: not available now. Both may say when to ask again.
_WAIT = frozenset({429, 503})

Given = TypeVar("Given")


@dataclass(frozen=True, kw_only=True)
class Validators:
    """What a server said of the version it gave, to ask whether there is a newer one."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server gave. ``data`` None: nothing newer than what the validators stand for."""

    data: bytes | None
    validators: Validators


def fetch(
    address: str,
    *,
    known: Validators | None = None,
    allowed: AddressRule = is_public,
    largest: int = LARGEST_ANSWER,
    within: float = _LONGEST_WAIT_SECONDS,
) -> Answer:
    """Read an address, unless it did not change since ``known``.

    Raises:
        Refused: it may not be called, is not done ``within`` so many seconds, answers with an error
            or with more than ``largest`` bytes, or leads elsewhere too often.
        AskedToWait: it wants to be asked less often.
    """
    known = known or Validators()

    async def read(client: httpx.AsyncClient, target: Target) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            async with _asked(client, target, known) as response:
                if response.status_code not in _REDIRECTS:
                    return await _answer(response, target, known, largest)
                onward = urljoin(target.address, response.headers.get("location", ""))
            target = _redirected(target, await _looked_up(onward, allowed))
        raise Refused(f"{target.host} leads elsewhere more than {_MOST_REDIRECTS} times.")

    return _called(address, read, allowed, within)


def post_json(
    address: str,
    document: Mapping[str, Any],
    *,
    allowed: AddressRule = is_public,
    within: float = _LONGEST_WAIT_SECONDS,
) -> None:
    """Send one JSON message and wait for a yes; what else is answered is not read.

    Raises:
        Refused: the address may not be called, or does not answer with success ``within`` so many
            seconds.
    """

    async def send(client: httpx.AsyncClient, target: Target) -> None:
        async with client.stream(
            "POST",
            target.by_number,
            json=document,
            headers={"Host": target.host_header, "User-Agent": _NAME},
            extensions={"sni_hostname": target.host},
        ) as response:
            if not response.is_success:
                raise Refused(
                    f"{target.host} answered the message with status {response.status_code}."
                )

    _called(address, send, allowed, within)


def _called(
    address: str,
    call: Callable[[httpx.AsyncClient, Target], Awaitable[Given]],
    allowed: AddressRule,
    within: float,
) -> Given:
    """Run a call, and give all of it up when its time is over.

    No timeout of single reads does this: a server could send one byte within each of them.
    """

    async def run() -> Given:
        async with (
            asyncio.timeout(within),
            httpx.AsyncClient(timeout=within, trust_env=False, follow_redirects=False) as client,
        ):
            return await call(client, await _looked_up(address, allowed))

    try:
        # In a thread of its own: that of a page has an event loop, which this would take away.
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, run()).result()
    except (TimeoutError, httpx.TimeoutException):
        raise Refused(
            f"{urlsplit(address).hostname} was not done within {within:g} seconds; nothing was "
            "written."
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Refused(
            f"{urlsplit(address).hostname} cannot be reached ({type(error).__name__}); nothing was "
            "written."
        ) from None


async def _looked_up(address: str, allowed: AddressRule) -> Target:
    """Ask the name service in a thread of its own: it cannot be interrupted, only left behind."""
    found: Future[Target] = Future()

    def ask() -> None:
        if not found.set_running_or_notify_cancel():
            return  # whoever waited gave up before this began
        try:
            found.set_result(target_of(address, allowed=allowed))
        except BaseException as problem:  # whoever waits gets it
            found.set_exception(problem)

    Thread(target=ask, daemon=True).start()
    return await asyncio.wrap_future(found)


def _asked(client: httpx.AsyncClient, target: Target, known: Validators) -> Any:
    headers = {
        "Host": target.host_header,
        "User-Agent": _NAME,
        "Accept": "application/json, application/atom+xml, application/rss+xml, text/csv, */*",
        # What is packed could unpack to any size.
        "Accept-Encoding": "identity",
    }
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return client.stream(
        "GET", target.by_number, headers=headers, extensions={"sni_hostname": target.host}
    )


async def _answer(
    response: httpx.Response, target: Target, known: Validators, largest: int
) -> Answer:
    if response.status_code == _NOT_CHANGED and (known.etag or known.last_modified):
        return Answer(data=None, validators=known)
    if response.status_code in _WAIT:
        raise AskedToWait(target.host, _seconds_to_wait(response.headers))
    if response.status_code != httpx.codes.OK:
        raise Refused(f"{target.host} answered with status {response.status_code}; nothing read.")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(f"{target.host} sends the file packed, though it was asked not to.")
    data = bytearray()
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) > largest:
            raise Refused(
                f"{target.host} sends more than {largest / 1e6:g} MB; no status feed is so large."
            )
    found = Validators(
        etag=_short(response.headers.get("etag")),
        last_modified=_short(response.headers.get("last-modified")),
    )
    return Answer(data=bytes(data), validators=found)


def _seconds_to_wait(headers: httpx.Headers) -> float | None:
    """What Retry-After says, as seconds or as a date by the server's own clock; None: nothing."""
    stated = (headers.get("retry-after") or "").strip()
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    try:
        until = parsedate_to_datetime(stated)
        now = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _short(header: str | None) -> str | None:
    """A validator that is no longer than any real one."""
    return header if header and len(header) <= 500 else None


def _redirected(target: Target, found: Target) -> Target:
    if target.scheme == "https" and found.scheme == "http":
        raise Refused(f"{target.host} leads from https to {found.host} over plain http.")
    return found
