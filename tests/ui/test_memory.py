"""Memory goes back to the operating system, again and again."""

import asyncio
import gc
import weakref
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ui import memory


def apart(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: a browser of other tests may keep this one's loop running."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, work).result()


class Cycle:
    """Something that holds itself, as a session whose browser has gone."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("library", ["glibc", ""])
def test_memory_is_given_back_again_and_again_until_the_server_stops(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    given = collected = 0

    def trim() -> None:
        nonlocal given
        given += 1

    def left() -> None:
        nonlocal collected
        collected += 1

    monkeypatch.setattr(memory, "trimmer", lambda: trim if library else None)

    async def server() -> None:
        task = asyncio.create_task(memory.give_back_now_and_then(between_seconds=0.0))
        for number in range(1, 4):
            weakref.finalize(Cycle(), left)
            while collected < number or given < number * bool(library):
                await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    gc.disable()  # So that nothing else finds the cycles.
    try:
        apart(server())
    finally:
        gc.enable()
    assert collected == 3


def test_a_c_library_without_the_call_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.platform, "libc_ver", lambda: ("", ""))
    assert memory.trimmer() is None
    assert not memory.few_regions()
