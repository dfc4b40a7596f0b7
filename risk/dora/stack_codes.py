"""Cells of stacked tables as whole numbers: distinct texts, places in lists, joint keys.

Every distinct text is read once, however many rows hold it. -1 is unknown, 0 the empty text.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

UNKNOWN = -1


def encoded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """The place of each cell among its distinct texts, and these without space around."""
    # One piece before it is encoded: each of many pieces would carry every text so far.
    whole = pc.fill_null(column.combine_chunks(), "")
    coded = pc.dictionary_encode(whole)
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
    places: Ints = coded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return places, [text.strip() for text in coded.dictionary.to_pylist()]


class Names:
    """Distinct texts of several columns under one number each; 0 is the empty text."""

    def __init__(self, *, upper: bool = False) -> None:
        self._place: dict[str, int] = {"": 0}
        self._upper = upper

    def of(self, column: pa.ChunkedArray) -> Ints:
        """The number of each cell of a column."""
        places, texts = encoded(column)
        known = [self.number(text) for text in texts]
        return np.array(known, dtype=np.int64)[places] if texts else places.astype(np.int64)

    def number(self, text: str) -> int:
        """The number of a text, a new one where it is new."""
        text = text.upper() if self._upper else text
        return self._place.setdefault(text, len(self._place))

    @property
    def texts(self) -> Texts:
        """Every text by its number."""
        return np.array(list(self._place), dtype=object)


def each(column: pa.ChunkedArray, read: Callable[[str], Any], kind: type) -> NDArray[Any]:
    """Each cell read once for each distinct text."""
    places, texts = encoded(column)
    return np.array([read(text) for text in texts], dtype=kind)[places] if texts else places


def listed(column: pa.ChunkedArray, codes: Sequence[str]) -> Ints:
    """Places of codes in a list, with or without their prefix; -1 for what is not in it."""
    place = {code.casefold(): at for at, code in enumerate(codes)}
    place |= {code.rpartition(":")[2].casefold(): at for at, code in enumerate(codes)}
    found: Ints = each(column, lambda text: place.get(text.casefold(), UNKNOWN), np.int16)
    return found.astype(np.int16)


def amount(text: str) -> float:
    """An amount; NaN for what is none, and for a negative one."""
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    return value if 0 <= value < float("inf") else float("nan")


def day(text: str) -> int:
    """The number of a day; -1 for what is none."""
    try:
        return date.fromisoformat(text).toordinal() if len(text) == 10 else UNKNOWN
    except ValueError:
        return UNKNOWN


def keys(*parts: Iterable[Ints]) -> tuple[list[Ints], int]:
    """Numbers for combinations of columns that stand in several tables alike, and how many.

    Each part is one table's columns; equal combinations have equal numbers in all of them.
    """
    tables = [list(part) for part in parts]
    lengths = [len(columns[0]) for columns in tables]
    merged = [np.concatenate([columns[at] for columns in tables]) for at in range(len(tables[0]))]
    key = merged[0].astype(np.int64)
    for column in merged[1:]:
        # Renumbered before each step, so that no product can leave 64 bits.
        key = pd.factorize(key)[0].astype(np.int64)
        key = key * (int(column.max(initial=0)) + 2) + column + 1
    numbers, distinct = pd.factorize(key)
    return list(np.split(numbers, np.cumsum(lengths)[:-1])), len(distinct)


def most(values: Ints, at: Ints, size: int) -> Ints:
    """The highest value at each of ``size`` places; unknown where there is none."""
    found = np.full(size, UNKNOWN, dtype=np.int16)
    np.maximum.at(found, at, values)
    return found


def rank(text: str) -> int:
    """A rank in a supply chain; 0 where none is stated."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
