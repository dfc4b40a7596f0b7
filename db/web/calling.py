"""Calling other hosts, with little patience: reading a feed, and sending one message.

Nothing is called but addresses that somebody gave. Sizes, times and redirects are bounded; no
proxy, cookie or password of this machine is used.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from db.errors import Refused
from db.web.addresses import AddressRule, Target, is_public, target_of

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_LONGEST_WAIT_SECONDS = 30.0
_MOST_REDIRECTS = 3
LARGEST_ANSWER = 20_000_000
_NAME = "Downstream (reads status feeds)"
_NOT_CHANGED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


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
) -> Answer:
    """Read an address, unless it did not change since ``known``.

    Raises:
        Refused: it may not be called, does not answer in time, answers with an error or with
            more than ``largest`` bytes, or leads elsewhere too often.
    """
    known = known or Validators()
    give_up_at = time.monotonic() + _LONGEST_WAIT_SECONDS
    target = target_of(address, allowed=allowed)
    with httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client:
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                with _asked(client, target, known) as response:
                    if response.status_code not in _REDIRECTS:
                        return _answer(response, target, known, give_up_at, largest)
                    onward = urljoin(target.address, response.headers.get("location", ""))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Refused(_failure(target, error)) from None
            target = _redirected(target, onward, allowed)
    raise Refused(f"{target.host} leads elsewhere more than {_MOST_REDIRECTS} times.")


def post_json(
    address: str, document: Mapping[str, Any], *, allowed: AddressRule = is_public
) -> None:
    """Send one JSON message and wait for a yes.

    Raises:
        Refused: the address may not be called, or does not answer with success.
    """
    target = target_of(address, allowed=allowed)
    with httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client:
        try:
            response = client.post(
                target.by_number,
                json=document,
                headers={"Host": target.host_header, "User-Agent": _NAME},
                extensions={"sni_hostname": target.host},
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Refused(_failure(target, error)) from None
    if not response.is_success:
        raise Refused(f"{target.host} answered the message with status {response.status_code}.")


def _asked(client: httpx.Client, target: Target, known: Validators) -> Any:
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


def _answer(
    response: httpx.Response, target: Target, known: Validators, give_up_at: float, largest: int
) -> Answer:
    if response.status_code == _NOT_CHANGED and (known.etag or known.last_modified):
        return Answer(data=None, validators=known)
    if response.status_code != httpx.codes.OK:
        raise Refused(f"{target.host} answered with status {response.status_code}; nothing read.")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(f"{target.host} sends the file packed, though it was asked not to.")
    data = bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > largest:
            raise Refused(
                f"{target.host} sends more than {largest / 1e6:g} MB; no status feed is so large."
            )
        if time.monotonic() > give_up_at:
            raise Refused(
                f"{target.host} was not done within {_LONGEST_WAIT_SECONDS:g} seconds; nothing "
                "was written."
            )
    found = Validators(
        etag=_short(response.headers.get("etag")),
        last_modified=_short(response.headers.get("last-modified")),
    )
    return Answer(data=bytes(data), validators=found)


def _short(header: str | None) -> str | None:
    """A validator that is no longer than any real one."""
    return header if header and len(header) <= 500 else None


def _redirected(target: Target, onward: str, allowed: AddressRule) -> Target:
    found = target_of(onward, allowed=allowed)
    if target.scheme == "https" and found.scheme == "http":
        raise Refused(f"{target.host} leads from https to {found.host} over plain http.")
    return found


def _failure(target: Target, error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"{target.host} did not answer in time; nothing was written."
    return f"{target.host} cannot be reached ({type(error).__name__}); nothing was written."
