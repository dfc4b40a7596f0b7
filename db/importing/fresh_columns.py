"""The rows that fresh records add to each table of the register, as columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table

from db.importing.fresh import Keys, last_stating, named
from db.importing.merging import DEPENDENCY_FACTS, STARTUP_FACTS, USE_CASE_FACTS
from db.register.columns import as_stored, column_of
from db.register.documents import plain_value
from db.register.naming import key_of_dependency, tidy, use_case_name
from db.register.rows import DEPENDENCIES, FACTS, STARTUPS, USE_CASES
from risk.inventory.records import Requirement
from risk.inventory.rows import Coded, Indices, InventoryRows, object_array

_RESOLVED = ("answer", "developer", "host", "product")


@dataclass(frozen=True, kw_only=True)
class NewTable:
    """New rows of one table. ``parent``: the column that names the row's parent, by its place."""

    table: Table
    rows: int
    columns: Mapping[str, Coded]
    parent: str | None = None

    def part(self, start: int, end: int) -> dict[str, NDArray[np.object_]]:
        """The values of some rows, parents by place."""
        return {name: one.values[one.codes[start:end]] for name, one in self.columns.items()}


def new_tables(rows: InventoryRows, *, file_name: str) -> tuple[NewTable, ...]:
    """Return what fresh rows add, parents before children."""
    keys = Keys(rows)
    stating = {
        field: last_stating(keys.startups[0], rows.identities(field), len(keys.startups[1]))
        for field in STARTUP_FACTS
    }
    return (
        _startups(rows, keys, stating),
        _facts(rows, stating, file_name),
        _use_cases(rows, keys),
        _dependencies(rows, keys),
    )


def _startups(rows: InventoryRows, keys: Keys, stating: Mapping[str, Indices]) -> NewTable:
    numbers, first = keys.startups
    columns = {
        "name": named(rows, "startup", lambda text: tidy(text or "")).taken(first),
        "name_key": keys.startup_keys.taken(first),
        "notes": _notes(rows, numbers, len(first)),
        "as_of": _latest(rows, stating.values(), len(first)),
    }
    columns |= {column_of(name): _at(rows, name, last) for name, last in stating.items()}
    return NewTable(table=STARTUPS, rows=len(first), columns=columns)


def _facts(rows: InventoryRows, stating: Mapping[str, Indices], file_name: str) -> NewTable:
    """Where each fact of each startup is from, startup by startup."""
    fields = list(stating)
    lasts = np.stack([stating[field] for field in fields], axis=1)
    startups, field_numbers = np.nonzero(lasts >= 0)
    places = lasts[startups, field_numbers]
    sources = named(rows, "source", lambda text: text).objects[places]
    lines = rows.lines[places].tolist()
    sources = object_array(
        [
            source or f"{file_name}, line {line}"
            for source, line in zip(sources.tolist(), lines, strict=True)
        ]
    )
    columns = {
        "startup_id": _places(startups),
        "field": Coded(field_numbers, object_array(fields)),
        "source": Coded(np.arange(len(sources)), sources),
        "as_of": _at(rows, "as_of", places),
    }
    return NewTable(table=FACTS, rows=len(places), columns=columns, parent="startup_id")


def _use_cases(rows: InventoryRows, keys: Keys) -> NewTable:
    numbers, first = keys.use_cases
    columns = {
        "startup_id": _places(keys.startups[0][first]),
        "name": named(rows, "use_case", use_case_name).taken(first),
        "name_key": keys.use_case_keys.taken(first),
        "revenue_share": _always(None, len(first)),
        "requirement": _always(Requirement.SHARED.value, len(first)),
    }
    for field in USE_CASE_FACTS:
        last = last_stating(numbers, rows.identities(field), len(first))
        columns[column_of(field)] = _at(rows, field, last)
    return NewTable(table=USE_CASES, rows=len(first), columns=columns, parent="startup_id")


def _dependencies(rows: InventoryRows, keys: Keys) -> NewTable:
    resolution = rows.columns["resolution"]
    fallback = named(rows, "fallback_resolution", lambda read: read)
    columns = {
        "use_case_id": _places(keys.use_cases[0]),
        "key": _dependency_keys(keys),
        "provider_text": rows.columns["provider"],
        "provider_key": keys.provider_keys,
        "model": named(rows, "model", lambda text: text),
        "model_key": keys.model_keys,
        "resolution_confidence": resolution.mapped([one.confidence for one in resolution.values]),
        "resolution_reason": resolution.mapped([one.reason for one in resolution.values]),
        "fallback_provider_text": named(rows, "fallback_provider", lambda text: text),
        "fallback_developer": fallback.mapped([one and one.developer for one in fallback.values]),
        "fallback_host": fallback.mapped([one and one.host for one in fallback.values]),
    }
    for name in _RESOLVED:
        columns[name] = resolution.mapped(
            [plain_value(getattr(one, name)) for one in resolution.values]
        )
    for field in DEPENDENCY_FACTS:
        columns[column_of(field)] = _stored(rows, field)
    return NewTable(table=DEPENDENCIES, rows=len(rows), columns=columns, parent="use_case_id")


def _dependency_keys(keys: Keys) -> Coded:
    parts = (keys.startup_keys, keys.use_case_keys, keys.provider_keys, keys.model_keys)
    made = [key_of_dependency(part) for part in zip(*(p.objects for p in parts), strict=True)]
    return Coded(np.arange(len(made)), object_array(made))


def _stored(rows: InventoryRows, field: str) -> Coded:
    return named(rows, field, lambda value: plain_value(as_stored(field, value)))


def _at(rows: InventoryRows, field: str, places: Indices) -> Coded:
    """The values of a field at some rows; unknown where there is none (-1)."""
    column = _stored(rows, field)
    codes = np.where(places >= 0, column.codes[places], len(column.values))
    return Coded(codes, np.append(column.values, object_array([None])))


def _places(numbers: Indices) -> Coded:
    return Coded(numbers, object_array(range(int(numbers.max(initial=-1)) + 1)))


def _always(value: Any, count: int) -> Coded:
    return Coded(np.zeros(count, np.int64), object_array([value]))


def _notes(rows: InventoryRows, numbers: Indices, count: int) -> Coded:
    """The notes of each startup's rows, each once, a line each."""
    column = named(rows, "notes", lambda text: text if text and tidy(text) else None)
    stated = column.identities
    collected: dict[int, dict[str, None]] = {}
    for place in np.flatnonzero(stated >= 0).tolist():
        note = column.values[column.codes[place]]
        collected.setdefault(int(numbers[place]), {})[note] = None
    values = [None, *("\n".join(notes) for notes in collected.values())]
    codes = np.zeros(count, np.int64)
    codes[list(collected)] = np.arange(1, len(values))
    return Coded(codes, object_array(values))


def _latest(rows: InventoryRows, stating: Iterable[Indices], count: int) -> Coded:
    """The latest day of any row that a startup's facts are taken from."""
    column = rows.columns.get("as_of")
    if column is None:
        return _always(None, count)
    days = np.array([0 if day is None else day.toordinal() for day in column.values], np.int64)
    of_row = days[column.codes]
    latest = np.zeros(count, np.int64)
    for places in stating:
        latest = np.maximum(latest, np.where(places >= 0, of_row[places], 0))
    distinct, codes = np.unique(latest, return_inverse=True)
    known = {day.toordinal(): day.isoformat() for day in column.values if day is not None}
    return Coded(codes, object_array([known.get(int(one)) for one in distinct]))
