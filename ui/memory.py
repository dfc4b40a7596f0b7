"""Memory that heavy answers took, given back to the operating system once they are done.

A session whose browser has gone holds an event loop with three open files, and what its reader
saw, until it is freed. Where references run in a circle that is when Python's collector looks at
what is old, and the more there was at the start, the later it does.

The C library keeps what was freed in a region for each of several threads, and Arrow what its
tables took, so that a server that scores in many threads comes to hold a large answer's memory
many times over. With few regions, asked now and then, they give back what is free.
"""

import asyncio
import ctypes
import gc
import platform
from collections.abc import Callable

#: Looking for cycles among what is alive takes about a tenth of a second.
BETWEEN_SECONDS = 30.0
#: The parameter of glibc's ``mallopt`` that limits its regions (malloc.h).
_M_ARENA_MAX = -8
REGIONS = 2


def few_regions() -> bool:
    """Let the C library keep freed memory in few regions; False where it is not glibc.

    To be called before many threads have begun, each of which may have got a region.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, REGIONS))


def trimmer() -> Callable[[], None] | None:
    """What gives free memory back, or None where the C library has no such call (only glibc)."""
    if platform.libc_ver()[0] != "glibc":
        return None
    trim = ctypes.CDLL(None).malloc_trim

    def give_back() -> None:
        import pyarrow

        pyarrow.default_memory_pool().release_unused()
        trim(0)

    return give_back


async def give_back_now_and_then(*, between_seconds: float = BETWEEN_SECONDS) -> None:
    """Do so until cancelled, in a thread of its own each time."""
    trim = trimmer()
    while True:
        await asyncio.sleep(between_seconds)
        await asyncio.to_thread(gc.collect)
        if trim is not None:
            await asyncio.to_thread(trim)
