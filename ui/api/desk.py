"""Admission of programs: the token of a request, looked up in the store and counted.

What the store says of a token holds for a second, so that an end of it counts in every process
within two. Requests are counted here at once and written down some seconds later, also for the
limit of a minute, which holds for all processes together as far as these have written.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Store
from db.errors import StoreError, TokenNotAccepted, TooManyRequests
from db.services.tokens import TokenCaller, count_uses, token_caller
from db.sharing.secrets_of_links import digest_of

#: How long what the store says of a token is believed.
BELIEVED_SECONDS = 1.0
#: How long requests wait to be written down.
WRITTEN_AFTER_SECONDS = 5.0
#: Tokens that are remembered at once.
_MOST_KNOWN = 10_000


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What the store said of a token, and when by this process's clock."""

    caller: TokenCaller
    at: float


class Desk:
    """The place at which every request shows its token."""

    def __init__(
        self,
        store: Callable[[], Store],
        *,
        believed_seconds: float = BELIEVED_SECONDS,
        written_after_seconds: float = WRITTEN_AFTER_SECONDS,
    ) -> None:
        self._store = store
        self._believed_seconds = believed_seconds
        self._written_after_seconds = written_after_seconds
        self._known: dict[str, _Known] = {}
        self._uses: Counter[tuple[int, datetime]] = Counter()
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def admitted(self, secret: str, *, client: str) -> TokenCaller:
        """Return who sends a request with this secret, and count it.

        Raises:
            TokenNotAccepted: it lets nobody in.
            TooManyAttempts: this client sent too many unknown ones lately.
            TooManyRequests: it was used too often within this minute.
        """
        caller = self._looked_up(secret, client)
        now = self._store().now()
        if now >= caller.expires_at:
            raise TokenNotAccepted
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            counted = self._uses[caller.token, minute]
            before = counted + (caller.used if caller.minute == minute else 0)
            if before >= caller.per_minute:
                left = (minute + timedelta(minutes=1) - now).total_seconds()
                raise TooManyRequests(caller.per_minute, max(1.0, left))
            self._uses[caller.token, minute] += 1
            if self._timer is None:
                self._timer = threading.Timer(self._written_after_seconds, self.write_down)
                self._timer.daemon = True
                self._timer.start()
        return caller

    def write_down(self) -> None:
        """Write the counted requests into the store; where it is busy, another time."""
        with self._lock:
            uses, self._uses, self._timer = self._uses, Counter(), None
        if not uses:
            return
        try:
            count_uses(self._store(), uses)
        except StoreError:
            with self._lock:
                self._uses.update(uses)
        else:
            with self._lock:
                self._known.clear()  # What the store has counted is read anew.

    def _looked_up(self, secret: str, client: str) -> TokenCaller:
        digest = digest_of(secret)
        known = self._known.get(digest)
        if known is not None and time.monotonic() - known.at < self._believed_seconds:
            return known.caller
        at = time.monotonic()
        caller = token_caller(self._store(), secret=secret, client=client)
        with self._lock:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[digest] = _Known(caller=caller, at=at)
        return caller
