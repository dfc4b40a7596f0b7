"""What heavy answers took goes back to the operating system.

The C library keeps what was freed in one region for each of several threads, so that a server that
scores in many threads comes to hold a large answer's memory many times over. Asked now and then,
it gives back what is free.
"""

import asyncio
import ctypes
import platform
from collections.abc import Callable

BETWEEN_SECONDS = 30.0


def trimmer() -> Callable[[], None] | None:
    """What gives free memory back, or None where the C library has no such call (only glibc)."""
    if platform.libc_ver()[0] != "glibc":
        return None
    trim = ctypes.CDLL(None).malloc_trim
    return lambda: trim(0)


async def give_back_now_and_then(*, between_seconds: float = BETWEEN_SECONDS) -> None:
    """Do so until cancelled, in a thread of its own each time."""
    trim = trimmer()
    while trim is not None:
        await asyncio.sleep(between_seconds)
        await asyncio.to_thread(trim)
