"""Machine code for the inner loops of the loss engine, kept on disk from run to run.

Loops run without Python's lock, side by side in threads. A NaN stands for what nobody stated, so
the compiler may not assume that there are none. docs/method.md §5.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

#: Divisions by zero give infinities as in NumPy; no sum is taken in another order. References are
#: not counted: a loop that hands a world of twenty arrays from step to step would do little else.
#: So no loop may make an array; each is given the room that it needs.
COMMON: dict[str, Any] = {
    "error_model": "numpy",
    "fastmath": {"nsz", "contract"},
    "_nrt": False,
}
FLAGS: dict[str, Any] = {**COMMON, "nogil": True}
#: Steps are taken into the loop that calls them.
STEP_FLAGS: dict[str, Any] = {**COMMON, "forceinline": True}


def compiled(loop: Callable[..., Any], *steps: Callable[..., Any]) -> Callable[..., Any]:
    """A loop as machine code; ``steps`` are the functions that it calls, and those that they call.

    What is kept is filed under the text of this folder, because the compiler looks for changes in
    the loop's own file alone.
    """
    import numba
    from numba.extending import register_jitable

    folder = Path(__file__).parent / "__pycache__" / _text_of_folder()
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # set when it is imported
    for step in steps:
        register_jitable(**STEP_FLAGS)(step)
    found: Callable[..., Any]
    try:
        found = numba.njit(cache=True, **FLAGS)(loop)
    except RuntimeError:
        # Nowhere may anything be kept: each process compiles for itself.
        found = numba.njit(**FLAGS)(loop)
    return found


@cache
def _text_of_folder() -> str:
    """A short name for what the files of this folder say now."""
    texts = [one.read_bytes() for one in sorted(Path(__file__).parent.glob("*.py"))]
    return f"loops-{sha256(b''.join(texts)).hexdigest()[:12]}"
