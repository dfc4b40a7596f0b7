"""Eight bytes for each row, by which an edit is noticed without keeping the row twice."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: An odd factor keeps every bit in play (Knuth's, from the golden ratio).
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Fingerprints = NDArray[np.uint64]


def fingerprints(columns: Mapping[str, NDArray[np.object_]]) -> Fingerprints:
    """Return a number for each row, the same whenever its values are, in any process.

    ``columns`` hold what JSON can (:func:`db.register.documents.plain_value`); their order does
    not matter.
    """
    rows = len(next(iter(columns.values())))
    result = np.zeros(rows, np.uint64)
    for name in sorted(columns):
        codes, values = pd.factorize(columns[name], use_na_sentinel=True)
        marks = np.array([_mark(name, None), *(_mark(name, one) for one in values)], np.uint64)
        result = result * _FACTOR ^ marks[codes + 1]
    return result


def fingerprints_of(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> Fingerprints:
    """Return the fingerprints of rows as a database gives them, columns in the order of names."""
    columns = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        columns[name] = np.empty(len(rows), object)
        columns[name][:] = values
    return fingerprints(columns)


def _mark(name: str, value: Any) -> int:
    # A whole number means the same whether a database gives it back as 12 or as 12.0.
    plain = float(value) if isinstance(value, int) else value
    text = f"{name}\x1f{plain!r}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
