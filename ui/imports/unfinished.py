"""Unfinished imports: the last file of each person with its answers, kept for a while.

A reload or another tab begins a session that knows of no file. Here the newest one that somebody
chose waits for them: for an hour, for the same person alone, and no more bytes than a server can
spare; what is older gives way.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from db.services.access import Action
from ui import cached

#: Bytes of all that is kept, and seconds for which it is.
MOST_BYTES = 300_000_000
KEPT_SECONDS = 3600.0


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """A file as it arrived, how its reader wants it to be read, and when it came (UTC)."""

    data: bytes
    file_name: str
    digest: str
    settings: Any
    portfolio: str | None
    at: datetime


class Keeper:
    """The newest unfinished import of each person, whoever that is."""

    def __init__(
        self,
        *,
        most_bytes: int = MOST_BYTES,
        seconds: float = KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_bytes, self._seconds, self._clock = most_bytes, seconds, clock
        #: By person, the oldest first, with the moment until which each is kept.
        self._kept: dict[object, tuple[float, Unfinished]] = {}
        self._lock = Lock()

    def keep(self, person: object, one: Unfinished) -> None:
        """Keep this in the place of what the person left before; one too large is not kept."""
        with self._lock:
            self._kept.pop(person, None)
            self._forget_old()
            if len(one.data) > self._most_bytes:
                return
            held = sum(len(other.data) for _, other in self._kept.values())
            while held + len(one.data) > self._most_bytes:
                oldest = next(iter(self._kept))
                held -= len(self._kept.pop(oldest)[1].data)
            self._kept[person] = self._clock() + self._seconds, one

    def found(self, person: object) -> Unfinished | None:
        """What the person left, None: nothing, or too long ago."""
        with self._lock:
            self._forget_old()
            known = self._kept.get(person)
            return None if known is None else known[1]

    def change(self, person: object, digest: str, **changes: Any) -> None:
        """Keep other settings with the file of this digest, if it is the one that is kept."""
        with self._lock:
            known = self._kept.get(person)
            if known is not None and known[1].digest == digest:
                self._kept[person] = known[0], replace(known[1], **changes)

    def drop(self, person: object, digest: str) -> None:
        """Keep the file of this digest no longer."""
        with self._lock:
            known = self._kept.get(person)
            if known is not None and known[1].digest == digest:
                del self._kept[person]

    def _forget_old(self) -> None:
        now = self._clock()
        for person in [one for one, (until, _) in self._kept.items() if until <= now]:
            del self._kept[person]


def _keeper() -> Keeper:
    found: Keeper = cached.one_for_all("unfinished imports", Keeper)
    return found


def _person() -> object | None:
    """Who is looking; None: nobody who may import, for whom nothing is kept."""
    if not cached.may(Action.IMPORT):
        return None
    actor = cached.actor()
    return cached.whole_store().url, actor.person, actor.name


def keep(data: bytes, file_name: str, digest: str, *, settings: Any) -> None:
    """Keep a file that just came, for whoever is looking."""
    if (person := _person()) is not None:
        now = datetime.now(UTC)
        one = Unfinished(
            data=data,
            file_name=file_name,
            digest=digest,
            settings=settings,
            portfolio=None,
            at=now,
        )
        _keeper().keep(person, one)


def found() -> Unfinished | None:
    """Return the file that whoever is looking left unfinished, or None."""
    person = _person()
    return None if person is None else _keeper().found(person)


def change(digest: str, **changes: Any) -> None:
    """Keep other settings, or another portfolio, with a file of whoever is looking."""
    if (person := _person()) is not None:
        _keeper().change(person, digest, **changes)


def drop(digest: str) -> None:
    """Keep a file of whoever is looking no longer: it was published or discarded."""
    if (person := _person()) is not None:
        _keeper().drop(person, digest)
