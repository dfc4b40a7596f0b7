"""Draws of what is unknown: one stratified sequence for each key, the same in every run.

World k of a key is the k-th point of a van der Corput sequence whose index is shuffled and whose
digits are scrambled, both by a permutation that keeps strata together (Owen 1995, in the integer
form of Laine and Karras 2011 and Burley 2020). Of the first 2^m worlds exactly one lies in each of
2^m equal strata. The seed comes from a key that is stable (the name of an assumption, a row of the
register and a field), never from a place in a list or from the name of a startup: whatever else is
added or renamed, a key's draws stay. docs/method.md §4.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.compiling import compiled

Array = NDArray[np.float64]
Seeds = NDArray[np.uint32]

#: How far from its median a draw may lie, in standard deviations of a normal law.
CUT = 2.33
#: Standard normal quantile at 90 %.
Z90 = 1.2815515655446004

# Coefficients of Wichura's AS 241 (PPND7), correct to seven digits: middle, then both tails.
_MIDDLE = (3.3871327179e0, 5.0434271938e1, 1.5929113202e2, 5.9109374720e1)
_UNDER_MIDDLE = (1.7895169469e1, 7.8757757664e1, 6.7187563600e1)
_TAIL = (1.4234372777e0, 2.7568153900e0, 1.3067284816e0, 1.7023821103e-1)
_UNDER_TAIL = (7.3700164250e-1, 1.2021132975e-1)


def seed_of(*key: str) -> int:
    """The 32-bit seed of a key made of words."""
    return int.from_bytes(sha256("\n".join(key).encode()).digest()[:4])


def seeds_of(kind: str, keys: Sequence[str]) -> Seeds:
    """The seeds of many keys of two words, of which they share the first, (keys,)."""
    digests = [sha256(f"{kind}\n{key}".encode()).digest() for key in keys]
    # A digest has eight numbers, of which the first is taken.
    return np.frombuffer(b"".join(digests), dtype=">u4")[::8].astype(np.uint32)


def mixed(row: Any, field: Any) -> Any:
    """The 32-bit seed of a field of a row: two rounds of a mixing function over both numbers."""
    x = np.uint32(np.uint32(row) * np.uint32(0x9E3779B1))
    x = np.uint32(x ^ np.uint32(field * np.uint32(0x85EBCA6B)))
    for _ in range(2):
        x = np.uint32(x ^ np.uint32(x >> np.uint32(16)))
        x = np.uint32(x * np.uint32(0x7FEB352D))
        x = np.uint32(x ^ np.uint32(x >> np.uint32(15)))
        x = np.uint32(x * np.uint32(0x846CA68B))
        x = np.uint32(x ^ np.uint32(x >> np.uint32(16)))
    return x


def reversed_bits(x: Any) -> Any:
    """The 32 bits of ``x`` in the opposite order."""
    x = np.uint32(np.uint32(x >> np.uint32(16)) | np.uint32(x << np.uint32(16)))
    high, low = np.uint32(0xFF00FF00), np.uint32(0x00FF00FF)
    x = np.uint32(np.uint32((x & high) >> np.uint32(8)) | np.uint32((x & low) << np.uint32(8)))
    high, low = np.uint32(0xF0F0F0F0), np.uint32(0x0F0F0F0F)
    x = np.uint32(np.uint32((x & high) >> np.uint32(4)) | np.uint32((x & low) << np.uint32(4)))
    high, low = np.uint32(0xCCCCCCCC), np.uint32(0x33333333)
    x = np.uint32(np.uint32((x & high) >> np.uint32(2)) | np.uint32((x & low) << np.uint32(2)))
    high, low = np.uint32(0xAAAAAAAA), np.uint32(0x55555555)
    return np.uint32(np.uint32((x & high) >> np.uint32(1)) | np.uint32((x & low) << np.uint32(1)))


def scrambled(x: Any, seed: Any) -> Any:
    """A permutation of 32-bit integers in which a bit is changed by the bits below it alone."""
    x = np.uint32(x ^ np.uint32(x * np.uint32(0x3D20ADEA)))
    x = np.uint32(x + seed)
    x = np.uint32(x * np.uint32(np.uint32(seed >> np.uint32(16)) | np.uint32(1)))
    x = np.uint32(x ^ np.uint32(x * np.uint32(0x05526C56)))
    return np.uint32(x ^ np.uint32(x * np.uint32(0x53A22864)))


def uniform_at(world: Any, seed: Any) -> float:
    """The draw of a key in one world, strictly between 0 and 1."""
    index = scrambled(reversed_bits(np.uint32(world)), seed)
    digits = scrambled(reversed_bits(index), mixed(seed, np.uint32(0x5EED)))
    return (float(reversed_bits(digits)) + 0.5) / 4294967296.0


def normal_at(level: float) -> float:
    """The standard normal quantile at ``level``, cut at both ends (Wichura 1988)."""
    q = level - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = ((_MIDDLE[3] * r + _MIDDLE[2]) * r + _MIDDLE[1]) * r + _MIDDLE[0]
        under = ((_UNDER_MIDDLE[2] * r + _UNDER_MIDDLE[1]) * r + _UNDER_MIDDLE[0]) * r + 1.0
        return q * above / under
    r = np.sqrt(-np.log(min(level, 1.0 - level))) - 1.6
    above = ((_TAIL[3] * r + _TAIL[2]) * r + _TAIL[1]) * r + _TAIL[0]
    found = above / ((_UNDER_TAIL[1] * r + _UNDER_TAIL[0]) * r + 1.0)
    return float(np.sign(q) * min(found, CUT))


def split(z: float, low: float, middle: float, high: float) -> float:
    """A normal law whose halves have spreads of their own, through its 10, 50 and 90 % points."""
    return middle + z * ((high - middle) if z > 0 else (middle - low)) / Z90


#: What every loop that draws calls.
STEPS = (mixed, reversed_bits, scrambled, uniform_at, normal_at, split)


def _fill_uniforms(first: int, seeds: Any, found: Any) -> None:
    for row in range(found.shape[0]):
        for column in range(found.shape[1]):
            found[row, column] = uniform_at(first + row, seeds[column])


def uniforms(seeds: Seeds, worlds: int, *, first: int = 0) -> Array:
    """Draws in (0, 1) of some keys in worlds ``first`` to ``first + worlds``: (worlds, keys)."""
    found = np.zeros((worlds, len(seeds)))
    wanted = np.ascontiguousarray(seeds, dtype=np.uint32)
    compiled(_fill_uniforms, *STEPS)(first, wanted, found)
    return found


def _fill_seeds(rows: Any, field: Any, found: Any) -> None:
    for k in range(len(rows)):
        found[k] = mixed(rows[k], field)


def row_seeds(rows: Seeds, field: int) -> Seeds:
    """The seeds of one field of some rows of the register, (rows,)."""
    found = np.zeros(len(rows), dtype=np.uint32)
    compiled(_fill_seeds, *STEPS)(
        np.ascontiguousarray(rows, dtype=np.uint32), np.uint32(field), found
    )
    return found


def _fill_own(rows: Any, stated: Any, number: int, found: Any) -> None:
    for field in range(len(rows)):
        own, drawn = rows[field], found[field]
        for k in range(len(own)):
            drawn[k] = uniform_at(number, mixed(own[k], np.uint32(field)))
    for field in range(len(stated)):
        known, drawn = stated[field], found[field]
        for k in range(len(known)):
            if np.isnan(known[k]):
                drawn[k] = normal_at(drawn[k])


def own_draws(
    rows: tuple[Seeds, ...], stated: tuple[NDArray[np.float32], ...], world: int
) -> tuple[Array, ...]:
    """The draws of one world for each field of the register: levels in (0, 1), (rows,) each.

    Those of the first fields are normal quantiles where their ``stated`` value is NaN.
    """
    found = tuple(np.zeros(len(one)) for one in rows)
    compiled(_fill_own, *STEPS)(rows, stated, world, found)
    return found


def _fill_normals(levels: Any, found: Any) -> None:
    for k in range(len(levels)):
        found[k] = normal_at(levels[k])


def normals(levels: Array) -> Array:
    """Standard normal quantiles at ``levels`` (any shape), cut at both ends."""
    flat = np.ascontiguousarray(levels, dtype=np.float64).ravel()
    found = np.zeros(len(flat))
    compiled(_fill_normals, *STEPS)(flat, found)
    return found.reshape(np.shape(levels))
