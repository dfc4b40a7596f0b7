"""Repeated and contradicting records of a large file (as :mod:`.duplicates`, by column)."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from risk.inventory.columnar_rows import Coded, Indices, combined
from risk.inventory.columnar_tables import ColumnTable
from risk.inventory.columns import KEY
from risk.inventory.duplicates import ValidRecord, folded_name
from risk.inventory.findings import Findings
from risk.inventory.intake import _settle_duplicates
from risk.inventory.tables import Table


def key_numbers(columns: Mapping[str, Coded], records: int) -> tuple[Indices, Indices]:
    """Number the records' keys (:data:`~risk.inventory.columns.KEY`), as :func:`combined` does."""
    parts = [np.zeros(records, np.int64)]
    for name in KEY:
        if name in columns:
            column = columns[name]
            parts.append(column.mapped([folded_name(one) for one in column.values]).identities)
    return combined(parts)


def settle_duplicates(
    table: ColumnTable,
    columns: Mapping[str, Coded],
    lines: Indices,
    positions: Indices,
    findings: Findings,
) -> Indices:
    """The records to import; repetitions are counted once, contradictions refused."""
    keys, first = key_numbers(columns, len(lines))
    if len(first) == len(lines):
        return np.arange(len(lines))
    shared = np.bincount(keys)[keys] > 1
    kept, repeated, doubtful = _by_content(columns, keys, first, shared)
    to_judge = np.flatnonzero(doubtful)
    said = np.empty(0, np.int64)
    if len(repeated):
        # The first repetition is said by the row-by-row path, the others are only counted.
        earliest = keys[repeated][np.argmin(first[keys[repeated]])]
        said = np.array([first[earliest], repeated[keys[repeated] == earliest].min()])
    places = np.sort(np.concatenate([to_judge, said]))
    valid = [_record(columns, place, lines, positions) for place in places.tolist()]
    raw = table.records_at(set(positions[to_judge].tolist()))
    head = cast(Table, SimpleNamespace(records=raw, cells=table.head.cells))
    chosen = {record.position for record in _settle_duplicates(head, valid, findings)}
    if len(repeated) > 1:
        findings.repeat("duplicate_records", len(repeated) - 1)
    kept[to_judge] = np.isin(positions[to_judge], list(chosen))
    return np.flatnonzero(kept)


def _by_content(
    columns: Mapping[str, Coded], keys: Indices, first: Indices, shared: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Indices, NDArray[np.bool_]]:
    """Which records to keep at once, which repeat an earlier one, and which need judging."""
    rows = np.flatnonzero(shared)
    parts = [np.zeros(len(rows), np.int64)]
    parts += [one.taken(rows).identities for name, one in columns.items() if name not in KEY]
    content = np.zeros(len(keys), np.int64)
    content[rows] = combined(parts)[0]
    differs = np.zeros(len(first), bool)
    differs[keys[rows[content[rows] != content[first[keys[rows]]]]]] = True
    doubtful: NDArray[np.bool_] = shared & differs[keys]
    is_first = np.zeros(len(keys), bool)
    is_first[first] = True
    repeated = np.flatnonzero(shared & ~doubtful & ~is_first)
    kept: NDArray[np.bool_] = is_first & ~doubtful
    return kept, repeated, doubtful


def _record(
    columns: Mapping[str, Coded], place: int, lines: Indices, positions: Indices
) -> ValidRecord:
    values: dict[str, Any] = {
        name: column.values[column.codes[place]] for name, column in columns.items()
    }
    return ValidRecord(int(positions[place]), int(lines[place]), values)
