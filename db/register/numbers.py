"""Numbers of many rows in little space."""

import zlib

import numpy as np
from numpy.typing import NDArray


def packed_numbers(numbers: NDArray[np.int64]) -> bytes:
    """Numbers of rows in little space: their steps, compressed."""
    steps = np.diff(np.sort(numbers), prepend=0).astype("<i8")
    return zlib.compress(steps.tobytes(), 1)


def unpacked_numbers(packed: bytes) -> NDArray[np.int64]:
    """The opposite of :func:`packed_numbers`, in rising order."""
    found: NDArray[np.int64] = np.cumsum(np.frombuffer(zlib.decompress(packed), "<i8"))
    return found
