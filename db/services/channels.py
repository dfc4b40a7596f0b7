"""Channels of the settings through which messages go out: e-mail, Slack, Teams, webhooks.

``DOWNSTREAM_CHANNEL_<NAME>`` holds an address as the library apprise writes it, with its secrets;
``DOWNSTREAM_CHANNEL_<NAME>_FILE`` names a file that holds it. An address never leaves this module:
pages, store, trail and log know the name and the kind alone.
"""

import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from db.errors import Refused

PREFIX = "DOWNSTREAM_CHANNEL_"
_FILE = "_FILE"
_MAIL = frozenset({"mailto", "mailtos"})
_RECIPIENT = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NAMES = {
    **dict.fromkeys(_MAIL, "e-mail"),
    **dict.fromkeys(("json", "jsons", "form", "forms", "xml", "xmls"), "webhook"),
    **dict.fromkeys(("slack", "slacks"), "Slack"),
    **dict.fromkeys(("msteams", "workflows", "workflow"), "Teams"),
}


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A channel as it may be shown. ``to_people``: whoever is told by it has an e-mail address."""

    name: str
    kind: str
    to_people: bool


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that goes with a message; its name ends as such files do."""

    name: str
    data: bytes


def channels() -> tuple[Channel, ...]:
    """Return the channels of the settings by name."""
    return tuple(
        Channel(name=name, kind=_NAMES.get(scheme, scheme), to_people=scheme in _MAIL)
        for name in sorted(_stated())
        if (scheme := urlsplit(_address(name)).scheme.lower())
    )


def channel_named(name: str) -> Channel:
    """Return one channel.

    Raises:
        Refused: no setting names it; the sentence lists those that there are.
    """
    known = {one.name: one for one in channels()}
    if name in known:
        return known[name]
    named = ", ".join(known) or "none yet"
    raise Refused(
        f"There is no channel “{name}” (there are: {named}). Whoever runs the server sets "
        f"{PREFIX}{re.sub('[^A-Za-z0-9]+', '_', name).upper() or 'NAME'} to its address."
    )


def checked_recipient(channel: Channel, recipient: str) -> str:
    """Return an e-mail address as it is kept, '' where the channel needs none.

    Raises:
        Refused: it is no single e-mail address, or is given where the channel says whom it reaches.
    """
    tidy = recipient.strip()
    if not channel.to_people:
        if tidy:
            raise Refused(f"The channel “{channel.name}” says itself whom it reaches: name nobody.")
        return ""
    if len(tidy) > 200 or not _RECIPIENT.fullmatch(tidy):
        raise Refused("Write one e-mail address, such as anna@example.com.")
    return tidy


def takes_files(name: str) -> bool:
    """Whether files can go with messages of a channel; Teams and some others take none.

    Raises:
        Refused: the channel is not set, or cannot be read.
    """
    channel_named(name)
    return any(one.attachment_support for one in _service(name, _address(name)))


def deliver(
    name: str, recipient: str, title: str, body: str, files: Sequence[Attached] = ()
) -> None:
    """Send one message through a channel and wait for a yes; files where it takes some.

    Raises:
        Refused: the channel is not set, cannot be read, or did not take the message. The sentence
            holds nothing of its address.
    """
    from apprise import NotifyFormat
    from apprise.attachment import memory

    channel = channel_named(name)
    address = _address(name)
    if channel.to_people:
        address = _to_one(address, checked_recipient(channel, recipient))
    service = _service(name, address)
    attach: Any = memory.AttachMemory
    attached = [
        attach(content=one.data, name=one.name, mimetype=guess_type(one.name)[0]) for one in files
    ]
    try:
        sent = bool(
            service.notify(
                body=body, title=title, body_format=NotifyFormat.TEXT, attach=attached or None
            )
        )
    except Exception as error:  # of a library that calls others; nothing of it is repeated
        raise Refused(
            f"The channel “{name}” did not take the message ({type(error).__name__})."
        ) from None
    if not sent:
        raise Refused(
            f"The channel “{name}” ({channel.kind}) did not take the message: its host could not "
            "be reached or refused it."
        )


def _service(name: str, address: str) -> Any:
    """The library's sender for an address."""
    import apprise

    # What the library logs of a failure can hold parts of the address.
    for log in ("apprise", "requests", "urllib3"):
        logging.getLogger(log).setLevel(logging.CRITICAL + 1)
    service: Any = apprise.Apprise()
    if not service.add(address):
        raise Refused(f"The address of the channel “{name}” cannot be read. Look at its setting.")
    return service


def _stated() -> Mapping[str, str]:
    """The settings' names by those of channels: ``DOWNSTREAM_CHANNEL_RISK_TEAM`` is risk-team."""
    return {
        name.removeprefix(PREFIX).removesuffix(_FILE).lower().replace("_", "-"): name
        for name, value in os.environ.items()
        if name.startswith(PREFIX) and name not in (PREFIX, PREFIX + _FILE) and value.strip()
    }


def _address(name: str) -> str:
    """A channel's address; '' where its file cannot be read."""
    setting = _stated().get(name, "")
    value = os.environ.get(setting, "").strip()
    if not setting.endswith(_FILE):
        return value
    try:
        return Path(value).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _to_one(address: str, recipient: str) -> str:
    """An e-mail channel's address with one recipient, whoever its setting names."""
    parts = urlsplit(address)
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key not in ("to", "cc", "bcc")]
    return parts._replace(path="", query=urlencode([*kept, ("to", recipient)])).geturl()
