"""Machine code for the inner loops of the loss engine, kept on disk from run to run.

Loops run without Python's lock, side by side in threads. A NaN stands for what nobody stated, so
the compiler may not assume that there are none. :mod:`risk.compiling` compiles them all, so
that nobody waits for it on a page. docs/method.md §5.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryFile, mkdtemp
from types import CodeType
from typing import Any

import numpy as np
from platformdirs import user_cache_path

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
#: How the folders of what is kept begin.
FOLDERS = "loops-"
#: How the file begins that says that all of them are there.
MARK = "compiled-"
#: Values that are taken into machine code where a function names them.
CONSTANTS = (int, float, str, tuple, np.ndarray)


@cache
def compiled(loop: Callable[..., Any], *steps: Callable[..., Any]) -> Callable[..., Any]:
    """A loop as machine code; ``steps`` are the functions that it calls, and those that they call.

    It is asked for wherever a loop runs, and compiled once.
    What is kept is filed under what all of them say, because the compiler looks for changes in the
    loop's own file alone.
    """
    import numba
    from numba.extending import register_jitable

    folder = _kept_in() / f"{FOLDERS}{fingerprint((loop, *steps))}"
    with suppress(OSError):
        # Who clears away what is no longer needed sees by this that it is.
        folder.touch() if folder.exists() else None
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
def _kept_in() -> Path:
    """Where machine code is kept: beside these files, unless numba was told another place.

    Where nobody may write there (an image, a folder of the machine's packages), what was compiled
    ahead is copied into the user's cache, because the compiler reads only where it may write.
    """
    import numba

    told: str = numba.config.CACHE_DIR  # type: ignore[attr-defined] # set when it is imported
    beside = Path(told) if told else Path(__file__).parent / "__pycache__"
    if told or _is_writable(beside):
        return beside
    own = user_cache_path("downstream") / "loops"
    return _copied(beside, own if _is_writable(own) else Path(mkdtemp(prefix="downstream-")))


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _copied(kept: Path, own: Path) -> Path:
    """A folder with what is kept in another and not in it."""
    own.mkdir(parents=True, exist_ok=True)
    for folder in kept.glob(f"{FOLDERS}*"):
        if not (own / folder.name).exists():
            with suppress(OSError):  # Another process was first, or the rest is compiled anew.
                part = Path(mkdtemp(dir=own))
                copytree(folder, part, dirs_exist_ok=True)
                part.rename(own / folder.name)
    return own


def is_compiled() -> bool:
    """Whether all loops of these files were compiled ahead, for this Python and this numba."""
    return any(
        (folder / _mark()).exists()
        for folder in (_kept_in(), Path(__file__).parent / "__pycache__")
    )


def how_to_compile() -> str:
    """The command that compiles all loops ahead."""
    return f"{sys.executable} -m {__name__.replace('.loss.', '.')}"


@cache
def _mark() -> str:
    """A name for what the loops are made from: the files of the model, Python and numba."""
    import numba

    told = sha256(f"{sys.version} {numba.__version__}".encode())
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        told.update(path.read_bytes())
    return f"{MARK}{told.hexdigest()[:12]}"


def fingerprint(functions: Iterable[Callable[..., Any]]) -> str:
    """A short name for what some functions do: their steps, and the constants that they name.

    How columns, worlds and tables lie in their tuples belongs to it.
    """
    from risk.loss.exposures import Chunk

    told = sha256(repr(Chunk._fields).encode())
    for one in functions:
        known = one.__globals__
        for layout in known.values():
            told.update(repr(getattr(layout, "_fields", None)).encode())
        told.update(one.__code__.co_code)
        for value in (
            *(each for each in one.__code__.co_consts[1:] if not isinstance(each, CodeType)),
            *(one.__code__.co_names, one.__code__.co_varnames),
            *(known[name] for name in one.__code__.co_names if name in known),
        ):
            if isinstance(value, np.ndarray):
                told.update(value.tobytes())
            elif isinstance(value, CONSTANTS):
                told.update(repr(value).encode())
    return told.hexdigest()[:12]


@contextmanager
def clearing_away() -> Iterator[None]:
    """Machine code that is not asked for meanwhile is of earlier loops, and is cleared away."""
    _kept_in().mkdir(parents=True, exist_ok=True)
    begun = _kept_in() / "compiling"
    begun.touch()
    yield
    for folder in _kept_in().glob(f"{FOLDERS}*"):
        if folder.stat().st_mtime < begun.stat().st_mtime:
            rmtree(folder, ignore_errors=True)
    for mark in _kept_in().glob(f"{MARK}*"):
        mark.unlink()
    (_kept_in() / _mark()).touch()
    begun.unlink()
