"""Workers on the chunks of a portfolio: this process, or others (:mod:`db.chunks.cluster`)."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self

from risk.loss.valuing import THREADS


class Workers(Protocol):
    """Runs work on every part. A handle stands for a result, or for what all work may read."""

    def share(self, value: object) -> Any:
        """Return a handle of ``value``, which all work may read."""
        ...

    def each(self, work: Callable[..., Any], parts: Sequence[Any], *shared: Any) -> list[Any]:
        """Run ``work(part, *shared)`` for each part; return handles."""
        ...

    def value(self, handle: Any) -> Any:
        """Return the result that a handle stands for, once it is there."""
        ...

    def forget(self, handles: Sequence[Any]) -> None:
        """Give up results that nobody will ask for again."""
        ...


class ThisProcess:
    """Works on parts side by side in threads. Use it as a context: the threads end with it."""

    def __enter__(self) -> Self:
        """Begin."""
        self._pool = ThreadPoolExecutor(THREADS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Leave what was not begun."""
        self._pool.shutdown(cancel_futures=True)

    def share(self, value: object) -> Any:
        """Keep it in memory."""
        return value

    def each(self, work: Callable[..., Any], parts: Sequence[Any], *shared: Any) -> list[Any]:
        """Begin the work on every part; handles are futures."""
        return [self._pool.submit(work, part, *shared) for part in parts]

    def value(self, handle: Any) -> Any:
        """Wait for a result."""
        found: Future[Any] = handle
        return found.result()

    def forget(self, handles: Sequence[Any]) -> None:
        """Nothing waits anywhere but in the handles."""
