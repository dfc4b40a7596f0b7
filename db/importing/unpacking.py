"""Opening workbooks and archives of strangers in a process of its own, with limits.

The file goes to :mod:`db.importing.unpacking_child`, which has none of this process's secrets, may
use so much memory, time and disk and no more, and answers in JSON. If it is ended by a limit or by
its own fault, the file is refused and nothing else happens.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from db.importing import unpacking_child
from risk.inventory.formats.packages import Package, PackageKind, Row, Sheet
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused

#: The folder that this package is imported from, in a checkout as where it is installed.
_ROOT = Path(__file__).resolve().parents[__name__.count(".")]
#: What a Python process needs of its surroundings; passwords are not among it.
_NEEDED_SETTINGS = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_SHOWN_OF_ERROR = 2_000


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What reading one file may take: address space and answer in bytes, times in seconds."""

    memory_bytes: int = 2 * 1024**3
    answer_bytes: int = 1024**3
    cpu_seconds: int = 240
    wall_seconds: float = 300.0


BOUNDS = Bounds()


def unpack_apart(data: bytes, limits: Limits, *, bounds: Bounds = BOUNDS) -> Package:
    """As :func:`risk.inventory.formats.unpacking.unpack`, in a process that cannot harm this one.

    Raises:
        FileRefused: what is in the file, or ``archive_too_large`` where a limit ended the reading.
    """
    with TemporaryFile() as source, TemporaryFile() as answer, TemporaryFile() as errors:
        source.write(data)
        source.seek(0)
        try:
            status = _run(source, answer, errors, limits, bounds)
        except subprocess.TimeoutExpired:
            raise _too_much(f"it took longer than {bounds.wall_seconds:.0f} seconds") from None
        if status != 0:
            raise _ended(status, errors, bounds)
        answer.seek(0)
        return _package(json.loads(line) for line in answer)


def _run(
    source: IO[bytes], answer: IO[bytes], errors: IO[bytes], limits: Limits, bounds: Bounds
) -> int:
    settings = json.dumps({"limits": asdict(limits), "bounds": asdict(bounds)})
    done = subprocess.run(  # noqa: S603 - our own program with our own settings
        [sys.executable, "-P", "-m", unpacking_child.__name__, settings],
        stdin=source,
        stdout=answer,
        stderr=errors,
        env=_surroundings(),
        timeout=bounds.wall_seconds,
        check=False,
    )
    return done.returncode


def _surroundings() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _NEEDED_SETTINGS if name in os.environ}
    paths = dict.fromkeys([str(_ROOT), *filter(None, sys.path)])
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}


def _ended(status: int, errors: IO[bytes], bounds: Bounds) -> FileRefused:
    """The refusal for a reading that ended without an answer: by a limit, or by a fault of ours."""
    if status < 0 or status == unpacking_child.OUT_OF_ROOM:
        return _too_much(
            f"it took more than {bounds.cpu_seconds} seconds,"
            f" {bounds.memory_bytes // 1024**2:,} MB of memory, or"
            f" {bounds.answer_bytes // 1024**2:,} MB for its cells"
        )
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - _SHOWN_OF_ERROR))
    logging.getLogger(__name__).error(
        "unpacking ended with status %s: %s", status, errors.read().decode("utf-8", "replace")
    )
    return FileRefused(
        "corrupt_archive",
        "The file could not be read, so it is likely damaged. Open it in the program that made it,"
        " save it once more, or save the inventory as CSV.",
    )


def _too_much(reason: str) -> FileRefused:
    return FileRefused(
        "archive_too_large",
        f"Reading the file was stopped: {reason}. Split it, or save the inventory as CSV.",
    )


def _package(documents: Iterator[Any]) -> Package:
    head = next(documents)
    if "refused" in head:
        code, message, line, value = head["refused"]
        raise FileRefused(code, message, line=line, value=value)
    return Package(
        kind=PackageKind(head["kind"]),
        sheets=tuple(_sheet(next(documents), documents) for _ in range(head["sheets"])),
    )


def _sheet(head: dict[str, Any], documents: Iterator[Any]) -> Sheet:
    return Sheet(
        name=head["name"],
        hidden=head["hidden"],
        refusal=tuple(head["refusal"]) if head["refusal"] else None,
        rows=tuple(
            Row(line, tuple(cells), fault, fault_at, computed)
            for line, cells, fault, fault_at, computed in islice(documents, head["rows"])
        ),
    )
