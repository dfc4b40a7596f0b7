"""Opening the store: its address, how both databases are set up, and sessions to read and write.

SQLite is the default and PostgreSQL serves teams. Both have one writer at a time: SQLite by
itself, PostgreSQL through an advisory lock, because every write extends the audit chain.
"""

import copy
import itertools
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import platformdirs
from sqlalchemy import URL, Engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from db.dialects import WAITS, postgresql_engine, sqlite_engine
from db.errors import Refused, StoreBusy, StoreError, StoreNotReady
from db.failures import damaged, in_a_sentence, worth_retrying
from db.migration import bring_up_to_date, require_current_schema

Result = TypeVar("Result")

#: Names the writer's lock among all advisory locks of a PostgreSQL database.
_WRITER_LOCK = 0x646F776E73747265
_SECONDS_TO_WAIT_FOR_WRITER = 30.0
_ATTEMPTS = 8
#: Bytes of a file up to which a start looks for damage: half a second's reading.
_LOOKED_THROUGH = 256 * 2**20


def _utc_now() -> datetime:
    return datetime.now(UTC)


def default_database_url() -> str:
    """``DOWNSTREAM_DATABASE_URL`` if set, else a file in the user's data directory."""
    stated = os.environ.get("DOWNSTREAM_DATABASE_URL", "").strip()
    if stated:
        return stated
    folder = platformdirs.user_data_path("downstream", appauthor=False)
    return f"sqlite:///{folder / 'downstream.sqlite3'}"


def _parse(address: str) -> URL:
    """Read an address: a URL, or the path of an SQLite file."""
    if "://" not in address:
        return URL.create("sqlite", database=address)
    scheme, rest = address.split("://", 1)
    if scheme in ("postgres", "postgresql"):
        address = f"postgresql+psycopg://{rest}"
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # The text may hold a password, so it is not repeated here, nor is its error chained.
        raise StoreError(
            "The address of the store cannot be read. Write sqlite:///path/to/file, or "
            "postgresql://user:password@host:5432/database."
        ) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(
            f"The store works on SQLite and PostgreSQL, not on “{url.get_backend_name()}”."
        )
    return url


@dataclass(frozen=True, kw_only=True)
class View:
    """What of each portfolio is read: its register as of a past day, and which of its startups.

    ``past`` are the numbers of the portfolio that ``as_of`` is about, and of the hidden one that
    holds its register of then. ``slices`` are fields with a value each: several values of one field
    mean any of them, several fields all of them.
    """

    as_of: date | None = None
    past: tuple[int, int] | None = None
    slices: tuple[tuple[str, str], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything is read as it is now."""
        return self == WHOLE

    def register_of(self, portfolio_id: int) -> int:
        """The number of the portfolio in which the register of another is found."""
        own, hidden = self.past or (portfolio_id, portfolio_id)
        return hidden if own == portfolio_id else portfolio_id


WHOLE = View()
#: Where a session says through which view it reads.
VIEW = "view"
#: Views of a store that are remembered, each with what was worked out through it.
_MOST_VIEWS = 16


def view_of(session: Session) -> View:
    """The view through which a session reads; one that writes sees everything as it is."""
    found: View = session.info.get(VIEW, WHOLE)
    return found


class Rehearsed(Exception):
    """A write that was only tried: all before its end was in order, and it was taken back."""


_REHEARSING: ContextVar[bool] = ContextVar("rehearsed_writes", default=False)


@contextmanager
def rehearsed() -> Iterator[None]:
    """Take back the first write of this thread of work at its end, for a while.

    What may as well be written another time (:meth:`Store.transact_at_once`) is written.

    Raises:
        Rehearsed: a write came to its end.
    """
    before = _REHEARSING.set(True)
    try:
        yield
    finally:
        _REHEARSING.reset(before)


class Store:
    """One open store. Give it back with :meth:`close`; sessions never leave ``db``."""

    def __init__(self, url: URL, *, clock: Callable[[], datetime] = _utc_now) -> None:
        """``clock`` says what time it is in UTC; tests stop it."""
        self._url = url
        self.now = clock
        self.view = WHOLE
        self._base = self
        self._views: dict[View, Store] = {}
        self._written = 0
        self._numbers = itertools.count(1)
        self._ready = False
        make = sqlite_engine if self.is_sqlite else postgresql_engine
        self.read_engine: Engine = make(url, writes=False)
        self.write_engine: Engine = make(url, writes=True)

    @property
    def written(self) -> int:
        """Another number after each write of this process, to know when to look again."""
        return self._base._written

    @property
    def whole(self) -> "Store":
        """This store as it is, read through no view."""
        return self._base

    def viewed(self, view: View) -> "Store":
        """This store read through a view; the same object for the same view."""
        base = self._base
        if view == WHOLE:
            return base
        found = base._views.pop(view, None)
        if found is None:
            found = copy.copy(base)
            found.view = view
        base._views[view] = found
        while len(base._views) > _MOST_VIEWS:
            base._views.pop(next(iter(base._views)), None)
        return found

    @property
    def url(self) -> str:
        """The address, safe to print: a password is hidden."""
        return self._url.render_as_string(hide_password=True)

    @property
    def address(self) -> str:
        """The address with its password, for processes that open the store by themselves."""
        return self._url.render_as_string(hide_password=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this store is a file."""
        return self._url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        return Path(self._url.database or "") if self.is_sqlite else None

    def close(self) -> None:
        """Close all connections. The store can be used again; it reconnects."""
        self.read_engine.dispose()
        self.write_engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the store and cannot write.

        Raises:
            StoreError: the store is missing, of another version, or out of reach.
        """
        with self.in_sentences():
            self._require_ready()
            with Session(self.read_engine, autoflush=False, info={VIEW: self.view}) as session:
                yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in the one write transaction; commits at the end, rolls back on an error.

        Prefer :meth:`transact`, which tries again where PostgreSQL asks for it.

        Raises:
            StoreError: the store is missing, of another version, busy, or out of reach.
        """
        with self.in_sentences():
            self._require_ready()
            with self.write_unchecked() as session:
                yield session

    @contextmanager
    def write_unchecked(self, *, waits: bool = True, is_noticed: bool = True) -> Iterator[Session]:
        """As :meth:`write`, on a store whose schema may be old or missing (for migrations).

        Without ``waits`` it gives up at once where somebody else writes. What no answer depends on
        need not be noticed.
        """
        if self.view.as_of is not None:
            raise Refused(
                f"This is the register as of {self.view.as_of:%d %B %Y}, which can only be read. "
                "Go back to today to change it."
            )
        with Session(self.write_engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                # Sends BEGIN IMMEDIATE, which takes the lock.
                session.connection(execution_options={WAITS: waits})
            else:
                _become_the_writer(session, waits=waits)
            yield session
            if waits and _REHEARSING.get():
                session.flush()  # What the database itself refuses, it refuses here.
                raise Rehearsed
            session.commit()
        if is_noticed:
            self._base._written = next(self._numbers)

    def transact(self, work: Callable[[Session], Result], *, is_noticed: bool = True) -> Result:
        """Run ``work`` in one write transaction and return its result once it is committed.

        PostgreSQL may ask to run a serializable transaction again, so ``work`` must do nothing
        but use its session. ``is_noticed`` as of :meth:`write_unchecked`.

        Raises:
            StoreError: as :meth:`write`.
        """
        with self.in_sentences():
            self._require_ready()
            for attempt in range(_ATTEMPTS):
                try:
                    with self.write_unchecked(is_noticed=is_noticed) as session:
                        result = work(session)
                    return result
                except DBAPIError as error:
                    if not worth_retrying(error) or attempt == _ATTEMPTS - 1:
                        raise
                time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - not a secret
        raise AssertionError("unreachable: the last attempt returns or raises")

    def transact_at_once(
        self, work: Callable[[Session], Result], *, is_noticed: bool = True
    ) -> Result:
        """As :meth:`transact`, without waiting: for what may as well be written another time.

        Raises:
            StoreError: as :meth:`write`; at once where somebody else writes.
        """
        with self.in_sentences():
            self._require_ready()
            with self.write_unchecked(waits=False, is_noticed=is_noticed) as session:
                return work(session)

    def require_sound(self) -> None:
        """Look through an SQLite file for damage, unless that would keep a start waiting.

        Raises:
            StoreError: it is damaged.
        """
        file = self.file
        if file is None or not file.exists() or file.stat().st_size > _LOOKED_THROUGH:
            return
        with self.in_sentences(), self.read_engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise damaged(self.url)

    def migrate(self) -> None:
        """Make the tables, or bring them to the schema of this version, in one transaction.

        Raises:
            StoreError: the store was made by a later version, is busy, or out of reach.
        """
        self._ready = False  # a restore may have brought back an older schema
        with self.in_sentences():
            try:
                self._require_ready()
            except StoreNotReady:
                with self.write_unchecked() as session:
                    bring_up_to_date(session.connection())
        self._ready = True

    def _require_ready(self) -> None:
        if not self._ready:
            require_current_schema(self.read_engine, file=self.file)
            self._ready = True

    @contextmanager
    def in_sentences(self) -> Iterator[None]:
        """Turn what the database raises into a sentence for the reader."""
        try:
            yield
        except DBAPIError as error:
            raise in_a_sentence(error, url=self.url) from None


def _become_the_writer(session: Session, *, waits: bool = True) -> None:
    """Take the writer's lock for this transaction.

    A transaction that waits for a lock has already fixed what it sees, and would then fail for
    having seen too little. So it asks without waiting, and begins afresh when refused, if it waits.
    """
    seconds = _SECONDS_TO_WAIT_FOR_WRITER if waits else 0.0
    give_up_at = time.monotonic() + seconds
    pause = 0.002
    while not session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK}):
        session.rollback()
        if time.monotonic() > give_up_at:
            raise StoreBusy(
                f"Somebody else has been writing to the store for {seconds:g} seconds. "
                "Nothing was saved; try again in a moment."
            )
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - not a secret
        pause = min(pause * 1.5, 0.1)


def open_store(url: str | None = None, *, clock: Callable[[], datetime] = _utc_now) -> Store:
    """Open the store at ``url`` (default: :func:`default_database_url`) without touching it yet.

    Raises:
        StoreError: the address cannot be read, or its folder cannot be made.
    """
    parsed = _parse(url or default_database_url())
    if parsed.get_backend_name() == "sqlite":
        database = parsed.database
        if not database or database == ":memory:":
            raise StoreError(
                "A store in memory keeps nothing. Name a file: sqlite:///path/to/file."
            )
        try:
            Path(database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(
                f"The folder of the store {database} cannot be made: {error.strerror}."
            ) from None
    return Store(parsed, clock=clock)
