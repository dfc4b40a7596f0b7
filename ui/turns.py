"""Heavy answers are made a few at a time: as many as there are processors.

More at once would not be done sooner, would each hold their memory, and would keep every light
page waiting.
"""

import os
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_TURNS = threading.BoundedSemaphore(os.cpu_count() or 1)


def in_turn(work: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Make ``work`` wait until a processor is free for it.

    Only for work that asks for no other cached answer: somebody making that one may wait for the
    turn that this one holds.
    """

    @wraps(work)
    def waited(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        with _TURNS:
            return work(*args, **kwargs)

    return waited
