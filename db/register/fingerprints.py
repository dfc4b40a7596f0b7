"""Eight bytes for each row, by which an edit is noticed without keeping the row twice."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from db.register.columns import STATED

#: An odd factor keeps every bit in play (from the golden ratio, as in SplitMix64, whose mixing
#: of bits is used for numbers: Steele, Lea, Flood 2014).
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LEFT_OUT = frozenset({"id", "portfolio_id", "key", "since", "recorded_on"})
#: Columns that came later: where they are unknown a row has the fingerprint that it had before.
_CAME_LATER = frozenset(STATED.values()).union(
    (
        "switch_begun until other_names unread_lines evidence tags stage fund ownership"
        " relationship watched_by contact_email provider_notice_days contract_start"
        " contract_end governing_law promised_availability contract"
    ).split()
)

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
        unknown = np.array([_mark(name, None)], np.uint64)
        after = result * _FACTOR ^ np.concatenate([unknown, _marks(name, values)])[codes + 1]
        result = np.where(codes < 0, result, after) if name in _CAME_LATER else after
    return result


def fingerprinted(columns: Mapping[str, NDArray[np.object_]]) -> dict[str, NDArray[np.object_]]:
    """The columns that say something: not numbers of rows, nor a key made of the others."""
    return {name: column for name, column in columns.items() if name not in _LEFT_OUT}


def _marks(name: str, values: Iterable[Any]) -> Fingerprints:
    """A number for each distinct value of a column; numbers are mixed without a digest each."""
    values = list(values)
    if not all(isinstance(one, (int, float)) for one in values):
        return np.array([_mark(name, one) for one in values], np.uint64)
    # A whole number means the same whether a database gives it back as 12 or as 12.0.
    bits = np.array(values, np.float64).view(np.uint64) ^ np.uint64(_mark(name, 0))
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Fingerprints = bits ^ (bits >> np.uint64(31))
    return mixed


def _mark(name: str, value: Any) -> int:
    text = f"{name}\x1f{value!r}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
