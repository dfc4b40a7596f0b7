"""Telling whoever waits how far a long reading has come, as a share of the work from 0 to 1."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Progress = Callable[[float], None]
Item = TypeVar("Item")

#: A bar need not move more often than this over one stretch of the work.
_STEPS = 100


def unheard(share: float) -> None:
    """Hear of ``share`` and do nothing, where nobody waits for it."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of one stretch of the work, which is ``start`` to ``end`` of the whole."""
    return lambda share: progress(start + (end - start) * share)


def each(items: Sequence[Item], progress: Progress) -> Iterator[Item]:
    """Every item in turn; ``progress`` hears about every hundredth of them, and 1 at the end."""
    step = max(1, len(items) // _STEPS)
    for number, item in enumerate(items):
        if number % step == 0:
            progress(number / len(items))
        yield item
    progress(1.0)
