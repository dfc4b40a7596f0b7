"""Plan of an import: what a file's records make of the rows of the register, by columns.

A fact that the file does not state never erases one that is stored. Records of one file that
contradict each other about their startup or use case leave that fact as it was, and are reported.
Amounts are compared as they were stated: the same euros by another day's rate are no change.
Values are plain, as JSON and the databases hold them (:mod:`db.register.documents`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Date, Table

from db.importing.keys import Keys, named
from db.register.bulk import Columns
from db.register.columns import STATED, as_stated, as_stored, column_of
from db.register.documents import plain_value
from db.register.naming import key_of_dependency, tidy, use_case_name
from db.register.rows import DEPENDENCIES, FACTS, REGISTER_TABLES, STARTUPS, USE_CASES
from risk.catalog.records import UNSPECIFIED
from risk.inventory.intake_results import Problem
from risk.inventory.progress import Progress, unheard
from risk.inventory.records import Requirement
from risk.inventory.rows import Coded, Indices, InventoryRows, combined, object_array
from risk.money.stated import Stated, stated_of

STARTUP_FACTS = (
    "website sector country annual_revenue_usd gross_margin ai_revenue_share cash_usd"
    " monthly_burn_usd engineers invested_usd"
).split()
USE_CASE_FACTS = ("criticality", "buffer_hours")
DEPENDENCY_FACTS = (
    "host region data_residency share spend_usd depth fallback fallback_tested_on exit_plan"
    " switch_begun notice_days renewal source as_of"
).split()
_READ_AS = ("answer", "developer", "host", "product")
_FALLBACK = ("fallback_provider_text", "fallback_developer", "fallback_host")

Mask = NDArray[np.bool_]
Objects = NDArray[np.object_]


def _nothing() -> dict[str, Columns]:
    return {
        table.name: {column.name: object_array([]) for column in table.columns}
        for table in REGISTER_TABLES
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredRows:
    """Rows of a register that a file may touch, by table and column.

    ``elsewhere`` counts the dependencies of startups that were not read.
    """

    tables: Mapping[str, Columns] = field(default_factory=_nothing)
    elsewhere: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedTable:
    """Rows of one table as they shall be, without their numbers and their batch.

    ``places`` says where each stands in ``stored``, -1: it is new. ``parents`` is the place of
    its parent in the plan of that table, named by the column ``link``; startups have none.
    """

    table: Table
    link: str
    stored: Columns
    places: Indices
    columns: Columns
    parents: Indices | None = None

    @cached_property
    def new(self) -> Indices:
        """The rows that are not stored yet."""
        return np.flatnonzero(self.places < 0)

    @cached_property
    def differing(self) -> dict[str, Mask]:
        """By column which stored rows get another value; only columns where any does."""
        kept = self.places >= 0
        masks = {
            name: kept & (after != _at(self.stored[name], self.places))
            for name, after in self.columns.items()
            if kept.any()
        }
        return {name: mask for name, mask in masks.items() if mask.any()}

    @cached_property
    def changed(self) -> Mask:
        """Which rows are stored and get another value."""
        return _any(self.differing.values(), len(self.places))


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What records of the file change about a field: which of them, and the value before and after.

    Values are as the inventory states them.
    """

    field: str
    rows: Mask
    before: Objects
    after: Objects


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """What some records of a file mean: rows by table, parents first, and what a reader is told.

    ``is_new`` says which records speak of a dependency that is not stored, ``missing`` which
    stored dependencies no record speaks of.
    """

    rows: InventoryRows
    stored: StoredRows
    tables: tuple[PlannedTable, ...]
    told: tuple[Told, ...]
    is_new: Mask
    missing: Indices
    disagreements: tuple[Problem, ...]

    @cached_property
    def is_changed(self) -> Mask:
        """Which records change something that is stored."""
        return _any((one.rows for one in self.told), len(self.rows))


def _any(masks: Iterable[Mask], count: int) -> Mask:
    found = np.zeros(count, bool)
    for one in masks:
        found |= one
    return found


def _at(column: Objects, places: Indices) -> Objects:
    """The values at some places; unknown at -1."""
    found: Objects = np.append(column, object_array([None]))[places]
    return found


def _either(places: Indices, stored: Objects, new: Objects) -> Objects:
    """What is stored where anything is, else the new values."""
    found: Objects = np.where(places >= 0, _at(stored, places), new)
    return found


def _places_of(stored: Sequence[Iterable[Any]], wanted: Sequence[Iterable[Any]]) -> Indices:
    """Where the rows with the wanted keys stand; -1: nowhere. Both are columns of the key."""
    known = {key: place for place, key in enumerate(zip(*stored, strict=True))}
    return np.array([known.get(key, -1) for key in zip(*wanted, strict=True)], np.int64)


def _last(numbers: Indices, stating: Indices, count: int) -> Indices:
    """For each of ``count`` groups the last of the records that state something, or -1."""
    last = np.full(count, -1, np.int64)
    last[numbers[stating]] = stating
    return last


def _earlier(numbers: Indices, stating: Mask) -> Indices:
    """For each record the last one before it of the same group that states something, or -1."""
    order = np.argsort(numbers, kind="stable")
    grouped = numbers[order]
    begins = np.flatnonzero(np.diff(grouped, prepend=-1))
    begin = begins[np.searchsorted(begins, np.arange(len(order)), side="right") - 1]
    last = np.where(stating[order], np.arange(len(order)), -1)
    before = np.maximum.accumulate(np.concatenate([[-1], last[:-1]])) if len(order) else last
    found = np.full(len(order), -1, np.int64)
    found[order] = np.where(before >= begin, order[before], -1)
    return found


def _plain(rows: InventoryRows, name: str) -> Objects:
    """A field of all records as its column keeps it."""
    return named(rows, name, lambda value: plain_value(as_stored(name, value))).objects


def _stated(table: Table, name: str, values: Objects) -> Objects:
    """Values of a column as an inventory states them: money in USD, days as dates."""
    is_day = isinstance(table.columns[column_of(name)].type, Date)
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    told = [date.fromisoformat(one) if is_day else _told_as(name, one) for one in distinct]
    return object_array([*told, None])[codes]


def _told_as(name: str, value: Any) -> Any:
    """A value as a reader is told it: an amount of another currency as it was stated."""
    return stated_of(value[1]).said if isinstance(value, tuple) else as_stated(name, value)


@dataclass(frozen=True, eq=False)
class _Shared:
    """Facts of startups or use cases on which the records of each agree.

    ``agreed`` has for each fact the last record that states it, -1: none does or they differ;
    ``after`` and ``changed`` what becomes of the facts that are stored.
    """

    agreed: Mapping[str, Indices]
    after: dict[str, Objects]
    changed: dict[str, Mask]
    disputed: Mapping[str, Mask]


def _shared(
    rows: InventoryRows, fields: Sequence[str], numbers: Indices, places: Indices, stored: Columns
) -> _Shared:
    agreed, after, changed, disputed = {}, {}, {}, {}
    for name in fields:
        stated = _identities(rows, name)
        stating = np.flatnonzero(stated >= 0)
        last = _last(numbers, stating, len(places))
        differs = stated[stating] != stated[last[numbers[stating]]]
        disputed[name] = np.zeros(len(places), bool)
        disputed[name][numbers[stating[differs]]] = True
        agreed[name] = np.where(disputed[name], -1, last)
        said = _at(_plain(rows, name), agreed[name])
        known = _at(stored[column_of(name)], places)
        if name not in STATED:
            after[name], changed[name] = _overlaid(known, said)
            continue
        said_so = _at(_as_stated(rows, name), agreed[name])
        known_so = _at(stored[STATED[name]], places)
        before = _amounts(known, known_so)
        became, changed[name] = _overlaid(before, _settled(_amounts(said, said_so), before))
        after[name], after[STATED[name]] = _cents_and_stated(became)
    return _Shared(agreed, after, changed, disputed)


def _identities(rows: InventoryRows, name: str) -> Indices:
    """As :meth:`InventoryRows.identities`; of an amount by what was stated, not by its rate."""
    stated = rows.columns.get(STATED.get(name, ""))
    if stated is None:
        return rows.identities(name)
    in_usd = np.where(stated.identities >= 0, -1, rows.identities(name))
    numbers, _ = combined([in_usd, stated.identities])
    found: Indices = np.where((in_usd < 0) & (stated.identities < 0), -1, numbers)
    return found


def _as_stated(rows: InventoryRows, name: str) -> Objects:
    """What is stated about an amount of all records, as its column keeps it."""
    return named(rows, STATED[name], lambda value: None if value is None else value.text).objects


def _amounts(cents: Objects, stated: Objects) -> Objects:
    """Amounts with what was stated: pairs where anything was, else cents alone; None is unknown."""
    places = np.flatnonzero(pd.notna(stated))
    if not len(places):
        return cents
    pairs = cents.copy()
    for place in places.tolist():
        pairs[place] = (cents[place], stated[place])
    return pairs


def _cents_and_stated(amounts: Objects) -> tuple[Objects, Objects]:
    """The opposite of :func:`_amounts`."""
    cents, stated = amounts.copy(), object_array([None] * len(amounts))
    for place, amount in enumerate(amounts.tolist()):
        if isinstance(amount, tuple):
            cents[place], stated[place] = amount
    return cents, stated


def _settled(said: Objects, stored: Objects) -> Objects:
    """What is said of amounts, as it is stored where it says the same.

    The same amount in the same currency is the same whatever its rate was; so are as many cents of
    USD as those that are stored with what they were made of.
    """
    settled = said.copy()
    for place, (new, old) in enumerate(zip(said.tolist(), stored.tolist(), strict=True)):
        if isinstance(old, tuple) and new is not None and _says_the_same(new, old):
            settled[place] = old
    return settled


def _says_the_same(new: Any, old: tuple[int | None, str]) -> bool:
    if not isinstance(new, tuple):
        return bool(new == old[0])
    # One that had no rate may have one by now.
    is_new = old[0] is None and new[0] is not None
    return not is_new and stated_of(new[1]) == stated_of(old[1])


def _overlaid(stored: Objects, stated: Objects) -> tuple[Objects, Mask]:
    """What is stated laid over what is stored, and where that changes something."""
    known = pd.notna(stated)
    return np.where(known, stated, stored), known & (stored != stated)


def plan_import(
    rows: InventoryRows, stored: StoredRows, *, file_name: str, progress: Progress = unheard
) -> Plan:
    """Compare records of a file with the register; ``progress`` hears 0 to 1."""
    keys = Keys(rows)
    startups, startup_facts = _startups(rows, keys, stored)
    facts = _facts(rows, startups, startup_facts, stored, file_name)
    progress(0.3)
    use_cases, use_case_facts = _use_cases(rows, keys, startups, stored)
    progress(0.4)
    dependencies, own = _dependencies(rows, keys, use_cases, stored)
    progress(0.9)
    is_new = dependencies.places[keys.dependencies[0]] < 0
    own_by_field = {one.field: one.rows for one in own}
    shared = (
        *_told_of(rows, startups, startup_facts, keys.startups[0]),
        *_told_of(rows, use_cases, use_case_facts, keys.use_cases[0]),
    )
    plan = Plan(
        rows=rows,
        stored=stored,
        tables=(startups, facts, use_cases, dependencies),
        told=tuple(_of_known(own, is_new, {})) + tuple(_of_known(shared, is_new, own_by_field)),
        is_new=is_new,
        missing=np.setdiff1d(np.arange(len(dependencies.stored["id"])), dependencies.places),
        disagreements=_disagreements(rows, keys, startup_facts, use_case_facts),
    )
    progress(1.0)
    return plan


def _startups(rows: InventoryRows, keys: Keys, stored: StoredRows) -> tuple[PlannedTable, _Shared]:
    numbers, first = keys.startups
    known = stored.tables[STARTUPS.name]
    places = _places_of([known["name_key"]], [keys.names])
    facts = _shared(rows, STARTUP_FACTS, numbers, places, known)
    name = named(rows, "startup", lambda text: tidy(text or "")).objects[first]
    for fact, said in (
        ("notes", _notes(rows, numbers, len(first))),
        ("as_of", _latest(rows, facts.agreed.values(), len(first))),
    ):
        facts.after[fact], facts.changed[fact] = _overlaid(_at(known[fact], places), said)
    columns = {
        "name": _either(places, known["name"], name),
        "name_key": keys.names,
        **{column_of(fact): after for fact, after in facts.after.items()},
    }
    table = PlannedTable(
        table=STARTUPS, link="portfolio_id", stored=known, places=places, columns=columns
    )
    return table, facts


def _notes(rows: InventoryRows, numbers: Indices, count: int) -> Objects:
    """The notes of each startup's records, each once, a line each: they add up, never disagree."""
    column = named(rows, "notes", lambda text: text if text and tidy(text) else None)
    collected: dict[int, dict[str, None]] = {}
    for place in np.flatnonzero(column.identities >= 0).tolist():
        note = column.values[column.codes[place]]
        collected.setdefault(int(numbers[place]), {})[note] = None
    notes = object_array([None] * count)
    for number, said in collected.items():
        notes[number] = "\n".join(said)
    return notes


def _latest(rows: InventoryRows, stating: Iterable[Indices], count: int) -> Objects:
    """The latest day of any record that a startup's facts are taken from."""
    column = rows.columns.get("as_of")
    if column is None:
        return object_array([None] * count)
    days = np.array([0 if day is None else day.toordinal() for day in column.values], np.int64)
    of_row = np.append(days[column.codes], 0)
    latest = np.max([of_row[places] for places in stating], axis=0, initial=0)
    distinct, codes = np.unique(latest, return_inverse=True)
    known = [date.fromordinal(one).isoformat() if one else None for one in distinct.tolist()]
    return object_array(known)[codes]


def _facts(
    rows: InventoryRows, startups: PlannedTable, facts: _Shared, stored: StoredRows, file_name: str
) -> PlannedTable:
    """Where each fact of each startup is from. Another value takes nothing over from the old one.

    The sources of facts that the file does not state are kept: they go with the startup's row.
    """
    known = stored.tables[FACTS.name]
    agreed = np.stack([facts.agreed[name] for name in STARTUP_FACTS], axis=1)
    changed = np.stack([facts.changed[name] for name in STARTUP_FACTS], axis=1)
    number_of = {
        number: place
        for place, number in enumerate(_at(startups.stored["id"], startups.places).tolist())
        if number is not None
    }
    column_at = {name: place for place, name in enumerate(STARTUP_FACTS)}
    stored_at = np.full(agreed.shape, -1, np.int64)
    for place, (number, name) in enumerate(zip(known["startup_id"], known["field"], strict=True)):
        if number in number_of and name in column_at:
            stored_at[number_of[number], column_at[name]] = place
    owners, fields = np.nonzero((agreed >= 0) | (stored_at >= 0))
    said, places = agreed[owners, fields], stored_at[owners, fields]
    is_other = (said >= 0) & (changed[owners, fields] | (places < 0))
    columns: dict[str, Objects] = {"field": object_array(STARTUP_FACTS)[fields]}
    for name, stated in (
        ("source", named(rows, "source", lambda text: text).objects),
        ("as_of", _plain(rows, "as_of")),
    ):
        told = _at(stated, said)
        kept, _ = _overlaid(_at(known[name], places), told)
        columns[name] = np.where(is_other, told, kept)
    lines = np.append(rows.lines, 0)[said]
    for place in np.flatnonzero(is_other & pd.isna(columns["source"])).tolist():
        columns["source"][place] = f"{file_name}, line {lines[place]}"
    return PlannedTable(
        table=FACTS,
        link="startup_id",
        stored=known,
        places=places,
        columns=columns,
        parents=owners,
    )


def _use_cases(
    rows: InventoryRows, keys: Keys, startups: PlannedTable, stored: StoredRows
) -> tuple[PlannedTable, _Shared]:
    numbers, first = keys.use_cases
    known = stored.tables[USE_CASES.name]
    parents = keys.startups[0][first]
    name_keys = keys.use_case_keys.objects[first]
    owner = _at(startups.stored["id"], startups.places)[parents]
    places = _places_of([known["startup_id"], known["name_key"]], [owner, name_keys])
    facts = _shared(rows, USE_CASE_FACTS, numbers, places, known)
    name = named(rows, "use_case", use_case_name).objects[first]
    always = object_array([Requirement.SHARED.value] * len(first))
    columns = {
        "name": _either(places, known["name"], name),
        "name_key": name_keys,
        "revenue_share": _at(known["revenue_share"], places),
        "requirement": _either(places, known["requirement"], always),
        **{column_of(fact): after for fact, after in facts.after.items()},
    }
    table = PlannedTable(
        table=USE_CASES,
        link="startup_id",
        stored=known,
        places=places,
        columns=columns,
        parents=parents,
    )
    return table, facts


@dataclass(frozen=True, eq=False)
class _Named:
    """The dependencies of a file: the number of each record's, and where each is stored, if it is.

    ``known`` are the columns of all that are stored.
    """

    numbers: Indices
    places: Indices
    known: Columns

    def stored(self, column: str) -> Objects:
        """What is stored of each dependency in a column."""
        return _at(self.known[column], self.places)

    def taken(self, stored: Objects, said: Objects, stating: Mask) -> tuple[Objects, Objects, Mask]:
        """What records state about something of which ``stored`` is known, one after the other.

        Returns:
            the value in the end, for each record the value before it, and where it changes that.
        """
        earlier = _earlier(self.numbers, stating)
        before = np.where(earlier >= 0, said[earlier], stored[self.numbers])
        last = _last(self.numbers, np.flatnonzero(stating), len(self.places))
        after = np.where(last >= 0, said[last], stored) if len(said) else stored
        return after, before, stating & (before != said)


def _dependencies(
    rows: InventoryRows, keys: Keys, use_cases: PlannedTable, stored: StoredRows
) -> tuple[PlannedTable, list[Told]]:
    numbers, first = keys.dependencies
    known = stored.tables[DEPENDENCIES.name]
    parents = keys.use_cases[0][first]
    provider_keys, model_keys = keys.provider_keys.objects[first], keys.model_keys.objects[first]
    places = _places_of(
        [known["use_case_id"], known["provider_key"], known["model_key"]],
        [_at(use_cases.stored["id"], use_cases.places)[parents], provider_keys, model_keys],
    )
    of_file = _Named(numbers, places, known)
    columns: dict[str, Objects] = {
        "key": _either(places, known["key"], _keys_of(keys, first)),
        "provider_text": _either(
            places, known["provider_text"], rows.columns["provider"].objects[first]
        ),
        "provider_key": provider_keys,
        "model": _either(
            places, known["model"], named(rows, "model", lambda text: text).objects[first]
        ),
        "model_key": model_keys,
    }
    told: list[Told] = []
    as_given = _agrees_with_what_was_given(rows, of_file)

    def take(column: str, name: str, said: Objects, stating: Mask) -> None:
        stored = of_file.stored(column)
        columns[column], before, changed = of_file.taken(stored, said, stating)
        if changed.any():
            values = [_stated(DEPENDENCIES, name, one) for one in (before, said)]
            told.append(Told(field=name, rows=changed, before=values[0], after=values[1]))

    def take_amount(name: str) -> None:
        stored = _amounts(of_file.stored(column_of(name)), of_file.stored(STATED[name]))
        said = _amounts(_plain(rows, name), _as_stated(rows, name))
        said = _settled(said, stored[numbers])
        after, before, changed = of_file.taken(stored, said, pd.notna(said))
        columns[column_of(name)], columns[STATED[name]] = _cents_and_stated(after)
        if changed.any():
            values = [_stated(DEPENDENCIES, name, one) for one in (before, said)]
            told.append(Told(field=name, rows=changed, before=values[0], after=values[1]))

    for name in DEPENDENCY_FACTS:
        if name in STATED:
            take_amount(name)
            continue
        said = _plain(rows, name)
        stating = pd.notna(said) & ~as_given if name == "host" else pd.notna(said)
        take(column_of(name), name, said, stating)
    _take_readings(rows, columns, of_file, ~as_given, told)
    table = PlannedTable(
        table=DEPENDENCIES,
        link="use_case_id",
        stored=known,
        places=places,
        columns=columns,
        parents=parents,
    )
    return table, told


def _keys_of(keys: Keys, first: Indices) -> Objects:
    parts = (keys.startup_keys, keys.use_case_keys, keys.provider_keys, keys.model_keys)
    each = zip(*(one.objects[first] for one in parts), strict=True)
    return object_array([key_of_dependency(part) for part in each])


def _agrees_with_what_was_given(rows: InventoryRows, of_file: _Named) -> Mask:
    """Whether developer and host were given, not read from a text, and a record means the same.

    Then its text is no news: an exported demo portfolio changes nothing when it is imported.
    """
    stored = of_file.places[of_file.numbers]
    agrees = (stored >= 0) & pd.isna(_at(of_file.known["resolution_confidence"], stored))
    for name in ("answer", "developer", "host"):
        known = _at(of_file.known[name], stored)
        meant = _reading(rows, name)
        agrees &= np.where(pd.isna(known), UNSPECIFIED, known) == np.where(
            pd.isna(meant), UNSPECIFIED, meant
        )
    return agrees


def _reading(rows: InventoryRows, name: str) -> Objects:
    read = rows.columns["resolution"]
    return read.mapped([plain_value(getattr(one, name)) for one in read.values]).objects


def _take_readings(
    rows: InventoryRows,
    columns: dict[str, Objects],
    of_file: _Named,
    is_read: Mask,
    told: list[Told],
) -> None:
    """Take a name's reading over as a whole: half of an old one and half of a new one is none."""
    read_as = {name: (name, _reading(rows, name), is_read) for name in _READ_AS}
    fallback = named(rows, "fallback_resolution", lambda read: read)
    said = named(rows, "fallback_provider", lambda text: text).objects
    has_fallback = pd.notna(said)
    fallbacks = {
        "fallback_provider_text": said,
        "fallback_developer": _of_reading(fallback, "developer"),
        "fallback_host": _of_reading(fallback, "host"),
    }
    read_as |= {
        name: (name.removesuffix("_text"), values, has_fallback)
        for name, values in fallbacks.items()
    }
    is_other = of_file.places < 0
    for column, (name, values, stating) in read_as.items():
        columns[column], before, changed = of_file.taken(of_file.stored(column), values, stating)
        if column in _READ_AS:
            is_other |= columns[column] != _at(of_file.known[column], of_file.places)
        if changed.any():
            told.append(Told(field=name, rows=changed, before=before, after=values))
    for name in ("confidence", "reason"):
        column = f"resolution_{name}"
        after, _, _ = of_file.taken(of_file.stored(column), _reading(rows, name), is_read)
        columns[column] = np.where(is_other, after, _at(of_file.known[column], of_file.places))


def _of_reading(read: Coded, name: str) -> Objects:
    return read.mapped([one and getattr(one, name) for one in read.values]).objects


def _told_of(
    rows: InventoryRows, planned: PlannedTable, facts: _Shared, numbers: Indices
) -> Iterable[Told]:
    """What changes about a startup or a use case, told of each record that states it."""
    for name, changed in facts.changed.items():
        is_told = (changed & (planned.places >= 0))[numbers] & (_identities(rows, name) >= 0)
        if is_told.any():
            stored, after = _at(planned.stored[column_of(name)], planned.places), facts.after[name]
            if name in STATED:
                stored = _amounts(stored, _at(planned.stored[STATED[name]], planned.places))
                after = _amounts(after, facts.after[STATED[name]])
            yield Told(
                field=name,
                rows=is_told,
                before=_stated(planned.table, name, stored)[numbers],
                after=_stated(planned.table, name, after)[numbers],
            )


def _of_known(told: Iterable[Told], is_new: Mask, already: Mapping[str, Mask]) -> Iterable[Told]:
    """What is told of records whose dependency is stored, and was not told of them already."""
    for one in told:
        rows = one.rows & ~is_new
        if one.field in already:
            rows &= ~already[one.field]
        if rows.any():
            yield replace(one, rows=rows)


def _disagreements(
    rows: InventoryRows, keys: Keys, startups: _Shared, use_cases: _Shared
) -> tuple[Problem, ...]:
    """A problem for each fact in dispute, startup by startup and then use case by use case."""
    startup = named(rows, "startup", lambda text: tidy(text or "")).objects
    use_case = named(rows, "use_case", use_case_name).objects
    found: list[tuple[tuple[int, int, int], Problem]] = []
    for facts, (numbers, first), is_case in (
        (startups, keys.startups, False),
        (use_cases, keys.use_cases, True),
    ):
        for at, (name, disputed) in enumerate(facts.disputed.items()):
            stating = np.flatnonzero(disputed[numbers] & (_identities(rows, name) >= 0))
            by_group: dict[int, list[int]] = {}
            for place in stating.tolist():
                by_group.setdefault(int(numbers[place]), []).append(place)
            for group, places in by_group.items():
                head = first[group]
                about = f"{startup[head]}, {use_case[head]}" if is_case else startup[head]
                order = (int(keys.startups[0][head]), group if is_case else -1, at)
                found.append((order, _disagreement(rows, name, places, about)))
    return tuple(problem for _, problem in sorted(found, key=lambda one: one[0]))


def _disagreement(rows: InventoryRows, field: str, places: Sequence[int], about: str) -> Problem:
    values = [_said_of(rows, field, place) for place in places]
    odd = next(at for at, value in enumerate(values) if value != values[0])
    lines = rows.lines[list(places)].tolist()
    return Problem(
        code="facts_disagree",
        line=lines[odd],
        column=field,
        value=str(values[odd]),
        message=(
            f"{field} of {about} is {values[0]} in line {lines[0]} but {values[odd]} in line "
            f"{lines[odd]}: it is left as it was. Write the same value in every line, or in one."
        ),
    )


def _said_of(rows: InventoryRows, field: str, place: int) -> Any:
    """What one record states about a field; an amount of another currency with that."""
    for name in (STATED.get(field, field), field):
        column = rows.columns.get(name)
        value = None if column is None else column.values[column.codes[place]]
        if value is not None:
            return value.said if isinstance(value, Stated) else value
    return None
