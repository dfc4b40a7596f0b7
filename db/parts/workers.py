"""Who works on the parts of a portfolio: this process, or others (:mod:`db.parts.cluster`)."""

import pickle  # nosec B403 - our own bytes alone
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Protocol, Self


class Workers(Protocol):
    """Runs work on every part and keeps what comes of it near to where it was made.

    A handle stands for a result; where work takes a handle, it is given the result.
    """

    def share(self, value: object) -> Any:
        """Return a handle of ``value``, which all work may read."""
        ...

    def each(self, work: Callable[..., Any], parts: Sequence[Any], *shared: Any) -> list[Any]:
        """Run ``work(part, *shared)`` for each part (a value or a handle); return handles."""
        ...

    def value(self, handle: Any) -> Any:
        """Return the result that a handle stands for, once it is there."""
        ...

    def forget(self, handles: Sequence[Any]) -> None:
        """Give up results that nobody will ask for again."""
        ...


class ThisProcess:
    """Works on one part after the other; results wait in files, so that memory stays small.

    Use it as a context: the files go when it ends.
    """

    def __enter__(self) -> Self:
        """Make room for results."""
        self._kept_in = TemporaryDirectory(prefix="downstream-parts-")
        self._made = 0
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Take the files away."""
        self._kept_in.cleanup()

    @property
    def folder(self) -> str:
        """Where results wait."""
        return self._kept_in.name

    def share(self, value: object) -> Any:
        """Keep it in memory."""
        return value

    def each(self, work: Callable[..., Any], parts: Sequence[Any], *shared: Any) -> list[Any]:
        """Run the work now, part by part."""
        return [self._kept(work(self.value(part), *shared)) for part in parts]

    def value(self, handle: Any) -> Any:
        """Read a result back; what is no handle stands for itself."""
        if not isinstance(handle, _File):
            return handle
        # Written by this process into a folder that only its user may read.
        return pickle.loads(handle.path.read_bytes())  # noqa: S301 # nosec B301 - our own

    def forget(self, handles: Sequence[Any]) -> None:
        """Delete the files."""
        for one in handles:
            if isinstance(one, _File):
                one.path.unlink(missing_ok=True)

    def _kept(self, value: object) -> "_File":
        self._made += 1
        path = Path(self.folder) / f"{self._made}"
        path.write_bytes(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))
        return _File(path)


class _File:
    """Where a result lies."""

    def __init__(self, path: Path) -> None:
        self.path = path
