"""Resolved rows of a large file (as :mod:`.dependencies` and :mod:`.plausibility`, by column)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.inventory.columnar_duplicates import key_numbers
from risk.inventory.columnar_rows import Coded, ColumnarRows, Indices, combined, object_array
from risk.inventory.dependencies import inventory_rows, with_model_name
from risk.inventory.duplicates import ValidRecord, folded_name
from risk.inventory.findings import Findings
from risk.inventory.intake_results import InventoryRow
from risk.inventory.name_text import skeleton
from risk.inventory.plausibility import (
    names_that_look_alike,
    providers_nobody_knows,
    shares_that_exceed_one,
)
from risk.inventory.resolution import Resolver

#: What a provider's reading depends on.
_NAMES = ("provider", "model", "host")
#: Less than any excess that is said, so that no use case is passed over by rounding.
_WHOLE = 1 + 1e-10


def with_model_names(columns: dict[str, Coded], resolver: Resolver) -> dict[str, Coded]:
    """The columns with each model called as the catalogue calls it."""
    if "model" not in columns or not len(columns["model"].codes):
        return columns
    codes, records = _by_names(columns)
    models = [with_model_name(record, resolver).values["model"] for record in records]
    return {**columns, "model": Coded(codes, object_array(models))}


def rows_of(columns: dict[str, Coded], lines: Indices, resolver: Resolver) -> ColumnarRows:
    """The rows of records: their names resolved, each combination once."""
    if not len(lines):
        return ColumnarRows(lines, columns | {"resolution": Coded(lines, object_array([]))})
    codes, records = _by_names(columns)
    found = [_row(record, resolver) for record in records]
    columns = columns | {"resolution": Coded(codes, object_array([r.resolution for r in found]))}
    if "model" in columns:
        columns["model"] = Coded(codes, object_array([row.model for row in found]))
    if "fallback_provider" in columns:
        codes, first = combined([columns["fallback_provider"].identities])
        named = [_row(_record(columns, int(place)), resolver) for place in first]
        read = object_array([row.fallback_resolution for row in named])
        columns["fallback_resolution"] = Coded(codes, read)
    rows = ColumnarRows(lines, columns)
    _, first = key_numbers(columns, len(lines))
    return rows if len(first) == len(lines) else rows.taken(np.sort(first))


def warn_about_columns(rows: ColumnarRows, resolver: Resolver, findings: Findings) -> None:
    """Note what is doubtful about ``rows`` taken together; nothing is changed."""
    if not len(rows):
        return
    shares_that_exceed_one(rows.taken(_in_full_use_cases(rows)), findings)
    doubtful = _looks_like_another(rows, "startup") | _looks_like_another(rows, "provider")
    names_that_look_alike(rows.taken(doubtful), findings)
    numbers, first = combined([rows.identities("provider")])
    times = np.bincount(numbers)
    for place, number in zip(first.tolist(), times.tolist(), strict=True):
        row = rows[place]
        if not resolver.knows(row.provider):
            providers_nobody_knows((row,), resolver, findings)
            findings.repeat("unknown_provider", number - 1, column="provider", value=row.provider)


def _by_names(columns: Mapping[str, Coded]) -> tuple[Indices, list[ValidRecord]]:
    """Number the combinations of names, and return a record for each."""
    codes, first = combined([columns[name].identities for name in _NAMES if name in columns])
    return codes, [_record(columns, int(place)) for place in first]


def _record(columns: Mapping[str, Coded], place: int) -> ValidRecord:
    values: dict[str, Any] = {
        name: columns[name].values[columns[name].codes[place]]
        for name in ("startup", *_NAMES, "fallback_provider")
        if name in columns
    }
    return ValidRecord(place, 0, values)


def _row(record: ValidRecord, resolver: Resolver) -> InventoryRow:
    return next(iter(inventory_rows(record, resolver, split_products=False)))


def _in_full_use_cases(rows: ColumnarRows) -> NDArray[np.bool_]:
    """Which rows belong to a use case whose shares add up to more than the whole."""
    if "share" not in rows.columns:
        return np.zeros(len(rows), bool)
    keys = [
        one.mapped([folded_name(value) for value in one.values]).identities
        for one in (rows.columns.get("startup"), rows.columns.get("use_case"))
        if one is not None
    ]
    numbers, _ = combined(keys)
    shares = rows.columns["share"]
    weights = np.array([value or 0.0 for value in shares.values], float)
    totals = np.bincount(numbers, weights=weights[shares.codes])
    full: NDArray[np.bool_] = totals[numbers] > _WHOLE
    return full


def _looks_like_another(rows: ColumnarRows, name: str) -> NDArray[np.bool_]:
    """Which rows have a name that is not all ASCII, or shares its look with one that is not."""
    column = rows.columns[name]
    texts: Sequence[str] = ["" if value is None else value for value in column.values]
    if all(map(str.isascii, texts)):
        return np.zeros(len(rows), bool)
    looks = [skeleton(folded_name(text)) for text in texts]
    doubtful = {look for look, text in zip(looks, texts, strict=True) if not text.isascii()}
    flags = np.array([look in doubtful for look in looks], bool)
    each: NDArray[np.bool_] = flags[column.codes]
    return each
