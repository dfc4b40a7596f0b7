"""Records that say the same twice, and records that contradict each other.

A record is known by startup, use case, provider and model. Rows that agree in every mapped column
count once; rows of one key that differ are all refused, because the last is no truer than the
first.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from risk.inventory.columns import KEY
from risk.inventory.validators import Value

RecordKey = tuple[str, ...]


@dataclass(frozen=True)
class ValidRecord:
    """One record whose cells are all sound: canonical column → value, None where unknown."""

    position: int
    line: int
    values: Mapping[str, Value]

    @property
    def key(self) -> RecordKey:
        """The record's key as it is compared."""
        return tuple(folded_name(self.values.get(column)) for column in KEY)


@dataclass(frozen=True)
class Sorted:
    """Positions of the records to keep, of repeated ones, and of contradicting ones by key."""

    kept: tuple[ValidRecord, ...]
    repeated: tuple[ValidRecord, ...]
    conflicting: tuple[tuple[ValidRecord, ...], ...]


def folded_name(value: Value) -> str:
    """A name as it is compared: NFC, trimmed, inner space folded, without case."""
    if value is None:
        return ""
    return " ".join(unicodedata.normalize("NFC", str(value)).split()).casefold()


def sort_duplicates(records: Sequence[ValidRecord]) -> Sorted:
    """Separate repeated and contradicting records from the rest, in the order of the file."""
    by_key: dict[RecordKey, list[ValidRecord]] = {}
    for record in records:
        by_key.setdefault(record.key, []).append(record)
    kept, repeated, conflicting = [], [], []
    for group in by_key.values():
        first = group[0]
        if all(_content(other) == _content(first) for other in group[1:]):
            kept.append(first)
            repeated.extend(group[1:])
        else:
            conflicting.append(tuple(group))
    return Sorted(tuple(kept), tuple(repeated), tuple(conflicting))


def _content(record: ValidRecord) -> tuple[tuple[str, Value], ...]:
    return tuple(
        sorted(
            (column, value)
            for column, value in record.values.items()
            if value is not None and column not in KEY
        )
    )
