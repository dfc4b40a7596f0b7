"""Long commands whose callers do not wait, and answers that are repeated for the same request.

Both are kept by the process that began them, for a day; a restart forgets them. An import that is
sent again after that changes nothing, since the store knows the file.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from db.errors import StoreError
from risk.inventory.progress import Progress
from ui.api.calling import Said
from ui.jobs import Job

_KEPT_SECONDS = 24 * 3600.0
_MOST_KEPT = 1_000
#: Unfinished jobs that one token may have at once.
MOST_AT_ONCE = 10
LONGEST_KEY = 200
#: Bytes of an answer up to which it is kept to be repeated.
_LONGEST_KEPT = 1_000_000


class JobNotFound(StoreError):
    """No job of this token has this name."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such job, or no longer. What was imported stands in “batches”."
        )


class TooManyJobs(StoreError):
    """A token has as many unfinished jobs as it may."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """One job: whose it is, what it works on, and since when by this process's clock."""

    name: str
    token: int
    command: str
    job: Job[Said]
    at: float


class JobDesk:
    """The jobs of all tokens."""

    def __init__(self, *, most_at_once: int = MOST_AT_ONCE) -> None:
        self._most_at_once = most_at_once
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, token: int, command: str, work: Callable[[Progress], Said]) -> Begun:
        """Begin a job on a thread of its own.

        Raises:
            TooManyJobs: the token has as many unfinished ones as it may.
        """
        with self._lock:
            self._forget()
            own = [one for one in self._begun.values() if one.token == token]
            if sum(not one.job.is_done for one in own) >= self._most_at_once:
                raise TooManyJobs(
                    f"{self._most_at_once} jobs of this token are not done yet. Wait for one."
                )
            begun = Begun(
                name=secrets.token_urlsafe(16),
                token=token,
                command=command,
                job=Job(command, work),
                at=time.monotonic(),
            )
            self._begun[begun.name] = begun
        begun.job.start()
        return begun

    def find(self, name: str, *, token: int) -> Begun:
        """Return a job of a token.

        Raises:
            JobNotFound: there is none, or it is another token's.
        """
        with self._lock:
            found = self._begun.get(name)
        if found is None or found.token != token:
            raise JobNotFound
        return found

    def _forget(self) -> None:
        """Forget what was done long ago, and the oldest where there are too many."""
        old = time.monotonic() - _KEPT_SECONDS
        done = [one for one in self._begun.values() if one.job.is_done]
        for number, one in enumerate(done):
            if one.at < old or number < len(self._begun) - _MOST_KEPT:
                self._begun.pop(one.name, None)


@dataclass(kw_only=True)
class _Repeated:
    """A request by its key: what it was, and its answer once there is one."""

    fingerprint: str
    at: float = field(default_factory=time.monotonic)
    answer: tuple[int, list[tuple[bytes, bytes]], bytes] | None = None


class KeyUsedOtherwise(StoreError):
    """The key belongs to another request, or to one that is still being answered."""


class Repeats:
    """Answers to requests that came with a key, for those that come again with it."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, str], _Repeated] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, token: int, key: str, fingerprint: str) -> Response | None:
        """Return the first answer again; None: this is the first, which is to be told or dropped.

        Raises:
            KeyUsedOtherwise: the key came with something else, or its answer is still to come.
        """
        with self._lock:
            self._forget()
            found = self._known.get((token, key))
            if found is None:
                self._known[token, key] = _Repeated(fingerprint=fingerprint)
                return None
        if found.fingerprint != fingerprint:
            raise KeyUsedOtherwise(
                "This Idempotency-Key came with another request. Make a new one."
            )
        if found.answer is None:
            raise KeyUsedOtherwise("The first request with this Idempotency-Key is not done yet.")
        status, headers, body = found.answer
        again = Response(body, status_code=status)
        again.raw_headers = [*headers, (b"idempotency-replayed", b"true")]
        return again

    def tell(self, token: int, key: str, answer: Response) -> None:
        """Keep the first answer; an error of ours is no answer, and neither is a large file."""
        body = bytes(answer.body)
        with self._lock:
            found = self._known.get((token, key))
            if found is None:
                return
            if answer.status_code >= 500 or len(body) > _LONGEST_KEPT:
                del self._known[token, key]
            else:
                found.answer = (answer.status_code, list(answer.raw_headers), body)

    def drop(self, token: int, key: str) -> None:
        """Forget a request that got no answer."""
        with self._lock:
            self._known.pop((token, key), None)

    def _forget(self) -> None:
        old = time.monotonic() - _KEPT_SECONDS
        while self._known:
            first = next(iter(self._known))
            if self._known[first].at >= old and len(self._known) < 10 * _MOST_KEPT:
                return
            del self._known[first]
