"""The process that opens one workbook or archive: bytes on standard input, JSON on its output.

It is started by :mod:`db.importing.unpacking` and takes its limits before it looks at the file. The
answer is one JSON document a line: the package or the refusal first, then each sheet and its rows.
Where the system knows no such limits, only the time by the clock is limited, from outside.
"""

import errno
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from risk.inventory.formats.packages import Package
from risk.inventory.formats.unpacking import unpack
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused

#: The exit status where memory, or room for the answer, ran out.
OUT_OF_ROOM = 3


def main() -> int:
    """Read, answer, and return the exit status."""
    settings = json.loads(sys.argv[1])
    _limit(settings["bounds"])
    try:
        for document in _answer(Limits(**settings["limits"])):
            sys.stdout.write(json.dumps(document) + "\n")
        sys.stdout.flush()
    except MemoryError:
        return OUT_OF_ROOM
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return OUT_OF_ROOM
    return 0


def _limit(bounds: dict[str, Any]) -> None:
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_AS, bounds["memory_bytes"]),
        (resource.RLIMIT_CPU, bounds["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, bounds["answer_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def _answer(limits: Limits) -> Iterator[Any]:
    try:
        package = unpack(sys.stdin.buffer.read(), limits)
    except FileRefused as refusal:
        problem = refusal.problem
        yield {"refused": [problem.code, problem.message, problem.line, problem.value]}
        return
    yield {"kind": package.kind, "sheets": len(package.sheets)}
    yield from _sheets(package)


def _sheets(package: Package) -> Iterator[Any]:
    for sheet in package.sheets:
        yield {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "refusal": sheet.refusal,
            "rows": len(sheet.rows),
        }
        for row in sheet.rows:
            yield [row.line, row.cells, row.fault, row.fault_at, row.computed]


if __name__ == "__main__":
    # What is left of an answer that has no room must not be written again at the end.
    os._exit(main())
