"""Making one call of an operation fail: the n-th statement, or the n-th file that it opens."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EIO
from pathlib import Path
from sqlite3 import OperationalError as DiskError
from typing import Any

from psycopg.errors import DiskFull
from sqlalchemy import event

from db.engine import Store

#: What the interpreter says of files that are no part of the operation.
_OF_THE_PROGRAM = (".py", ".pyc", ".so", ".pth", ".nbi", ".nbc")
_PROGRAM = (str(Path(__file__).parents[2]), sys.prefix, sys.base_prefix)
_FILE_CALLS = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod")


class Calls:
    """Counts calls; the one numbered ``fails`` raises, every other goes through."""

    def __init__(self, fails: int) -> None:
        self.fails = fails
        self.made = 0

    @property
    def failed(self) -> bool:
        """Whether the call came that had to fail."""
        return self.made >= self.fails

    def next_fails(self) -> bool:
        """Count one more call; is it the one?"""
        self.made += 1
        return self.made == self.fails


@contextmanager
def failing_statement(store: Store, number: int) -> Iterator[Calls]:
    """The ``number``-th statement or commit of a store fails as a broken disk makes it fail."""
    calls = Calls(number)

    def statement(cursor: Any, *_: Any) -> None:
        if calls.next_fails():
            raise DiskError("disk I/O error") if store.is_sqlite else DiskFull("no space left")

    engines = (store.read_engine, store.write_engine)
    hooks = [
        (engine, name)
        for engine in engines
        for name in ("do_execute", "do_executemany", "do_execute_no_params")
    ]
    committed = {engine: engine.dialect.do_commit for engine in engines}

    def failing(commit: Callable[[Any], None]) -> Callable[[Any], None]:
        def first_ask(connection: Any) -> None:
            statement(connection)
            commit(connection)

        return first_ask

    for engine, name in hooks:
        event.listen(engine, name, statement)
    for engine, commit in committed.items():
        engine.dialect.do_commit = failing(commit)  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        for engine, name in hooks:
            event.remove(engine, name, statement)
        for engine, commit in committed.items():
            engine.dialect.do_commit = commit  # type: ignore[method-assign]


class _FileFaults:
    """One hook for all tests: the interpreter keeps it for good."""

    calls: Calls | None = None
    installed = False

    def hear(self, name: str, arguments: tuple[Any, ...]) -> None:
        calls = self.calls
        if calls is None or name not in _FILE_CALLS or not arguments:
            return
        path = arguments[0]
        if not isinstance(path, str | bytes | os.PathLike):
            return
        text = os.fsdecode(path)
        if text.endswith(_OF_THE_PROGRAM) or text.startswith((*_PROGRAM, "/proc")):
            return
        if calls.next_fails():
            raise OSError(EIO, os.strerror(EIO), text)


_FAULTS = _FileFaults()


@contextmanager
def failing_file(number: int) -> Iterator[Calls]:
    """The ``number``-th call that opens, renames or removes a file fails with EIO."""
    if not _FAULTS.installed:
        sys.addaudithook(_FAULTS.hear)
        _FAULTS.installed = True
    _FAULTS.calls = Calls(number)
    try:
        yield _FAULTS.calls
    finally:
        _FAULTS.calls = None
