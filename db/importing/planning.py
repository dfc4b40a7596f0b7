"""Plan of an import: what a file's records make of the rows of the register, by columns.

A fact that the file does not state never erases one that is stored, unless the file is complete
for it: then what earlier files of its kind stated is unknown again, and what it does not name has
ended. Records of one file that contradict each other about their startup or use case leave that
fact as it was, and are reported. A dependency on the same provider, host and model under another
spelling is the same one. Amounts are compared as they were stated: the same euros by another day's
rate are no change.
Values are plain, as JSON and the databases hold them (:mod:`db.register.documents`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Date, Table

from db.importing.changes import FieldChange
from db.importing.covering import Covering, Covers
from db.importing.keys import Keys, Renamed, named
from db.register.bulk import Columns
from db.register.columns import STATED, as_stated, as_stored, column_of
from db.register.documents import plain_value
from db.register.naming import (
    WITH_MODEL,
    comparison_key,
    key_of_dependency,
    tidy,
    use_case_name,
)
from db.register.tables import DEPENDENCIES, FACTS, REGISTER_TABLES, STARTUPS, USE_CASES
from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.intake_results import Problem
from risk.inventory.progress import Progress, unheard
from risk.inventory.records import DEPENDS_ON_NOTHING, Requirement
from risk.inventory.rows import Coded, Indices, InventoryRows, combined, object_array
from risk.money.stated import Stated, stated_of

STARTUP_FACTS = (
    "website sector country annual_revenue_usd gross_margin ai_revenue_share cash_usd"
    " monthly_burn_usd engineers invested_usd tags stage fund ownership relationship watched_by"
    " contact_email"
).split()
USE_CASE_FACTS = ("criticality", "buffer_hours", "requirement", "use_case_revenue_share")
DEPENDENCY_FACTS = (
    "host region data_residency share spend_usd depth fallback fallback_tested_on exit_plan"
    " switch_begun notice_days provider_notice_days contract_start contract_end renewal"
    " contract governing_law promised_availability source as_of evidence"
).split()
#: Fields that are days.
_DAYS = frozenset(
    column.name
    for table in REGISTER_TABLES
    for column in table.columns
    if isinstance(column.type, Date)
)
_READ_AS = ("answer", "developer", "host", "product")

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

    def only(self, kept: Mask, *, of_parents: Mask | None = None) -> "PlannedTable":
        """The rows that are kept; ``of_parents`` says which rows of the parents' plan are."""
        parents = None if self.parents is None else self.parents[kept]
        if parents is not None and of_parents is not None:
            parents = (np.cumsum(of_parents) - 1)[parents]
        return replace(
            self,
            places=self.places[kept],
            columns={name: column[kept] for name, column in self.columns.items()},
            parents=parents,
        )

    @cached_property
    def new(self) -> Indices:
        """The rows that are not stored yet."""
        return np.flatnonzero(self.places < 0)

    @cached_property
    def begins(self) -> Mask:
        """Which rows count that did not: new ones, and those that had ended."""
        begun: Mask = pd.isna(self.columns["until"]) & (
            (self.places < 0) | pd.notna(_at(self.stored["until"], self.places))
        )
        return begun

    @cached_property
    def ends(self) -> Mask:
        """Which rows counted and have ended."""
        ended: Mask = pd.notna(self.columns["until"]) & pd.isna(
            _at(self.stored["until"], self.places)
        )
        return ended

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

    Values are as the column keeps them; of an amount in another currency with what was stated.
    """

    field: str
    rows: Mask
    before: Objects
    after: Objects

    def change(self, row: int) -> FieldChange:
        """What one record changes, as a reader is told it."""
        return FieldChange(
            field=self.field,
            before=_told_as(self.field, self.before[row]),
            after=_told_as(self.field, self.after[row]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """What some records of a file mean: rows by table, parents first, and what a reader is told.

    ``is_new`` says which records speak of a dependency that did not count, ``ended`` which stored
    dependencies no record speaks of and end with it, ``missing`` which of them stay. ``erased``
    counts facts that are unknown again because the file, being complete, leaves them blank.
    """

    rows: InventoryRows
    stored: StoredRows
    tables: tuple[PlannedTable, ...]
    told: tuple[Told, ...]
    is_new: Mask
    ended: Indices
    missing: Indices
    disagreements: tuple[Problem, ...]
    erased: int

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


def _live_elsewhere(known: Columns, places: Indices) -> Mask:
    """Which stored rows count and stand at none of some places."""
    found: Mask = pd.isna(known["until"])
    found[places[places >= 0]] = False
    return found


def _without(values: Objects, unknown: Mask) -> Objects:
    """The values, with None where they are unknown again."""
    found = values.copy()
    found[unknown] = None
    return found


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


def _told_as(name: str, value: Any) -> Any:
    """A value of a column as an inventory states it: money in USD or as stated, days as dates."""
    if isinstance(value, tuple):
        return stated_of(value[1]).said
    if value is not None and name in _DAYS:
        return date.fromisoformat(value)
    return as_stated(name, value)


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
    rows: InventoryRows,
    fields: Sequence[str],
    numbers: Indices,
    places: Indices,
    stored: Columns,
    erasable: Callable[[str], Mask],
) -> _Shared:
    agreed, after, changed, disputed = {}, {}, {}, {}
    nobody, nothing = np.full(len(places), -1, np.int64), np.zeros(len(places), bool)
    for name in fields:
        if name not in rows.columns:
            agreed[name], changed[name], disputed[name] = nobody, nothing, nothing
            after[name] = _at(stored[column_of(name)], places)
            if name in STATED:
                after[STATED[name]] = _at(stored[STATED[name]], places)
            continue
        stated = _identities(rows, name)
        stating = np.flatnonzero(stated >= 0)
        last = _last(numbers, stating, len(places))
        differs = stated[stating] != stated[last[numbers[stating]]]
        disputed[name] = np.zeros(len(places), bool)
        disputed[name][numbers[stating[differs]]] = True
        agreed[name] = np.where(disputed[name], -1, last)
        said = _at(_plain(rows, name), agreed[name])
        before = _at(stored[column_of(name)], places)
        if name in STATED:
            before = _amounts(before, _at(stored[STATED[name]], places))
            said = _amounts(said, _at(_as_stated(rows, name), agreed[name]))
            said = _settled(said, before)
        now, changed[name] = _overlaid(before, said)
        erased = (last < 0) & pd.notna(before) & erasable(name)
        now = _without(now, erased)
        changed[name] |= erased
        if name in STATED:
            after[name], after[STATED[name]] = _cents_and_stated(now)
        else:
            after[name] = now
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
    # Behind what was stated, and before the rate.
    return not is_new and new[1].partition(";")[0] == old[1].partition(";")[0]


def _overlaid(stored: Objects, stated: Objects) -> tuple[Objects, Mask]:
    """What is stated laid over what is stored, and where that changes something."""
    known = pd.notna(stated)
    return np.where(known, stated, stored), known & (stored != stated)


def plan_import(
    rows: InventoryRows,
    stored: StoredRows,
    *,
    file_name: str,
    covering: Covering,
    progress: Progress = unheard,
) -> Plan:
    """Compare records of a file with the register; ``progress`` hears 0 to 1."""
    keys = Keys(rows, renamed_in(stored))
    depends = _depends_on_something(rows)
    startups, startup_facts = _startups(rows, keys, stored, covering)
    facts = _facts(rows, startups, startup_facts, stored, file_name, covering)
    startups = _dated(startups, startup_facts, facts, erases="as_of" in rows.columns, by=covering)
    progress(0.3)
    use_cases, use_case_facts = _use_cases(rows, keys, startups, stored, covering)
    progress(0.4)
    dependencies, own = _dependencies(rows, keys, use_cases, stored, covering)
    progress(0.9)
    is_new = dependencies.begins[keys.dependencies[0]]
    if not depends.all():
        is_case = _is_use_case(rows, keys, depends)
        of_nothing = np.where(
            is_case[keys.use_cases[0]],
            use_cases.begins[keys.use_cases[0]],
            startups.begins[keys.startups[0]],
        )
        is_new = np.where(depends, is_new, of_nothing)
        own = [replace(one, rows=one.rows & depends) for one in own]
    shared = (
        *_told_of(rows, startups, startup_facts, keys.startups[0], ~is_new),
        *_told_of(rows, use_cases, use_case_facts, keys.use_cases[0], ~is_new),
    )
    if not depends.all():
        dependencies = dependencies.only(depends[keys.dependencies[1]], of_parents=is_case)
        use_cases = use_cases.only(is_case)
    own_by_field = {one.field: one.rows for one in own}
    unnamed = _live_elsewhere(dependencies.stored, dependencies.places)
    startups, use_cases, dependencies = with_ends(startups, use_cases, dependencies, covering)
    ended = dependencies.places[dependencies.ends]
    unnamed[ended] = False
    plan = Plan(
        rows=rows,
        stored=stored,
        tables=(startups, facts, use_cases, dependencies),
        told=tuple(_of_known(own, is_new, {})) + tuple(_of_known(shared, is_new, own_by_field)),
        is_new=is_new,
        ended=ended,
        missing=np.flatnonzero(unnamed),
        disagreements=_disagreements(rows, keys, startup_facts, use_case_facts),
        erased=_erased(own, (startup_facts, use_case_facts)),
    )
    progress(1.0)
    return plan


def _depends_on_something(rows: InventoryRows) -> Mask:
    """Which records name a provider; the others are about a startup or use case alone."""
    nothing = comparison_key(DEPENDS_ON_NOTHING)
    found: Mask = named(
        rows, "provider", lambda text: comparison_key(text) != nothing
    ).objects.astype(np.bool_)
    return found


def _is_use_case(rows: InventoryRows, keys: Keys, depends: Mask) -> Mask:
    """Which of the use cases there are: no record of those that are not names one, or a fact."""
    is_named = named(rows, "use_case", lambda text: bool(tidy(text or ""))).objects
    says = depends | is_named.astype(np.bool_)
    for name in USE_CASE_FACTS:
        says |= rows.identities(name) >= 0
    found = np.zeros(len(keys.use_cases[1]), np.bool_)
    found[keys.use_cases[0][says]] = True
    return found


def _startups(
    rows: InventoryRows, keys: Keys, stored: StoredRows, covering: Covering
) -> tuple[PlannedTable, _Shared]:
    numbers, first = keys.startups
    known = stored.tables[STARTUPS.name]
    every = keys.all_names
    place_of = places_by_name(known)
    places = np.array([place_of.get(name, -1) for name in every], np.int64)
    is_own = _of_series(known, places, covering)
    own_facts = _facts_of_series(stored, covering)
    numbers_stored = _at(known["id"], places)

    def erasable(name: str) -> Mask:
        return np.array([(one, name) in own_facts for one in numbers_stored], bool)

    facts = _shared(rows, STARTUP_FACTS, numbers, places, known, erasable)
    name = named(rows, "startup", lambda text: tidy(text or "")).objects[first]
    unread = [keys.unread.get(key, ("", 0)) for key in every.tolist()]
    name = np.concatenate([name, object_array([tidy(one) for one, _ in unread[len(name) :]])])
    notes, before = _notes(rows, numbers, len(every)), _at(known["notes"], places)
    facts.after["notes"], facts.changed["notes"] = _overlaid(before, notes)
    if "notes" in rows.columns:
        erased = is_own & pd.isna(notes) & pd.notna(before)
        facts.after["notes"] = _without(facts.after["notes"], erased)
        facts.changed["notes"] |= erased
    columns = {
        "name": _either(places, known["name"], name),
        "name_key": _either(places, known["name_key"], every),
        "other_names": _at(known["other_names"], places),
        # What the last file that names a startup could not say of it.
        "unread_lines": object_array([count or None for _, count in unread]),
        **_days(known, places, covering.day),
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


def _dated(
    startups: PlannedTable, said: _Shared, facts: PlannedTable, *, erases: bool, by: Covering
) -> PlannedTable:
    """Startups with the latest day of any of their facts; without any, the day that is stored.

    ``erases``: the file has days, so that without any it is unknown again if it is complete.
    """
    days, distinct = pd.factorize(facts.columns["as_of"], sort=True, use_na_sentinel=True)
    latest = np.full(len(startups.places), -1, np.int64)
    if facts.parents is not None:
        np.maximum.at(latest, facts.parents, days)
    known = object_array([*distinct, None])[latest]
    before = _at(startups.stored["as_of"], startups.places)
    said.after["as_of"], said.changed["as_of"] = _overlaid(before, known)
    if erases:
        is_own = _of_series(startups.stored, startups.places, by)
        erased = is_own & pd.isna(known) & pd.notna(before)
        said.after["as_of"] = _without(said.after["as_of"], erased)
        said.changed["as_of"] |= erased
    return replace(startups, columns={**startups.columns, "as_of": said.after["as_of"]})


def _facts(
    rows: InventoryRows,
    startups: PlannedTable,
    facts: _Shared,
    stored: StoredRows,
    file_name: str,
    covering: Covering,
) -> PlannedTable:
    """Where each fact of each startup is from, and how it came to be known.

    Another value takes nothing over from the old one.

    The sources of facts that the file does not state are kept: they go with the startup's row.
    """
    known = stored.tables[FACTS.name]
    spoken_of = set(rows.columns).union(known["field"])
    names = [name for name in STARTUP_FACTS if name in spoken_of] or STARTUP_FACTS[:1]
    agreed = np.stack([facts.agreed[name] for name in names], axis=1)
    changed = np.stack([facts.changed[name] for name in names], axis=1)
    number_of = {
        number: place
        for place, number in enumerate(_at(startups.stored["id"], startups.places).tolist())
        if number is not None
    }
    column_at = {name: place for place, name in enumerate(names)}
    stored_at = np.full(agreed.shape, -1, np.int64)
    for place, (number, name) in enumerate(zip(known["startup_id"], known["field"], strict=True)):
        if number in number_of and name in column_at:
            stored_at[number_of[number], column_at[name]] = place
    owners, fields = np.nonzero((agreed >= 0) | (stored_at >= 0))
    said, places = agreed[owners, fields], stored_at[owners, fields]
    is_other = (said >= 0) & (changed[owners, fields] | (places < 0))
    erased = (said < 0) & changed[owners, fields]
    is_own = (said >= 0) & _of_series(known, places, covering)
    columns: dict[str, Objects] = {"field": object_array(names)[fields]}
    for name, stated in (
        ("source", named(rows, "source", lambda text: text).objects),
        ("as_of", _plain(rows, "as_of")),
        ("evidence", _plain(rows, "evidence")),
    ):
        told = _at(stated, said)
        kept, _ = _overlaid(_at(known[name], places), told)
        is_gone = is_own & pd.isna(told) & (name in rows.columns) & (name != "source")
        columns[name] = np.where(is_other, told, _without(kept, erased | is_gone))
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
    rows: InventoryRows,
    keys: Keys,
    startups: PlannedTable,
    stored: StoredRows,
    covering: Covering,
) -> tuple[PlannedTable, _Shared]:
    numbers, first = keys.use_cases
    known = stored.tables[USE_CASES.name]
    parents = keys.startups[0][first]
    name_keys = keys.use_case_keys.objects[first]
    owner = _at(startups.stored["id"], startups.places)[parents]
    places = _places_of([known["startup_id"], known["name_key"]], [owner, name_keys])
    is_own = _of_series(known, places, covering)
    facts = _shared(rows, USE_CASE_FACTS, numbers, places, known, lambda _: is_own)
    name = named(rows, "use_case", use_case_name).objects[first]
    always = object_array([Requirement.SHARED.value] * len(first))
    columns = {
        "name": _either(places, known["name"], name),
        "name_key": name_keys,
        "other_names": _at(known["other_names"], places),
        **_days(known, places, covering.day),
        **{column_of(fact): after for fact, after in facts.after.items()},
    }
    columns["requirement"] = np.where(
        pd.isna(columns["requirement"]), always, columns["requirement"]
    )
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

    ``known`` are the columns of all that are stored; of those ``erasable`` (dependencies,) a value
    that no record states is unknown again. ``columns`` and ``told`` are what becomes of them.
    """

    numbers: Indices
    places: Indices
    known: Columns
    erasable: Mask
    columns: dict[str, Objects] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def stored(self, column: str) -> Objects:
        """What is stored of each dependency in a column."""
        return _at(self.known[column], self.places)

    def taken(
        self, stored: Objects, said: Objects, stating: Mask, *, in_file: bool = False
    ) -> tuple[Objects, Objects, Mask]:
        """What records state about something of which ``stored`` is known, one after the other.

        ``in_file``: the file has a column for it.

        Returns:
            the value in the end, for each record the value before it, and where it changes that.
        """
        earlier = _earlier(self.numbers, stating)
        before = np.where(earlier >= 0, said[earlier], stored[self.numbers])
        last = _last(self.numbers, np.flatnonzero(stating), len(self.places))
        after = np.where(last >= 0, said[last], stored) if len(said) else stored
        changed = stating & (before != said)
        if in_file:
            erased = self.erasable & (last < 0) & pd.notna(stored)
            after = _without(after, erased)
            changed |= erased[self.numbers]
        return after, before, changed

    def take(
        self, column: str, name: str, said: Objects, stating: Mask, *, in_file: bool = False
    ) -> None:
        """Take over what records state in a column, and tell what that changes."""
        after, before, changed = self.taken(self.stored(column), said, stating, in_file=in_file)
        self.columns[column] = after
        if changed.any():
            self.told.append(Told(field=name, rows=changed, before=before, after=said))


def _dependencies(
    rows: InventoryRows,
    keys: Keys,
    use_cases: PlannedTable,
    stored: StoredRows,
    covering: Covering,
) -> tuple[PlannedTable, list[Told]]:
    numbers, first = keys.dependencies
    known = stored.tables[DEPENDENCIES.name]
    parents = keys.use_cases[0][first]
    provider_keys, model_keys = keys.provider_keys.objects[first], keys.model_keys.objects[first]
    of_case = _at(use_cases.stored["id"], use_cases.places)[parents]
    places = _places_of(
        [known["use_case_id"], known["provider_key"], known["model_key"]],
        [of_case, provider_keys, model_keys],
    )
    named_so = places
    places = _respelled(rows, known, places, first, of_case, provider_keys, model_keys)
    places, is_merged = _merged(known, places, of_case, provider_keys, model_keys)
    exact = is_merged | (named_so >= 0)
    for own, name in ((provider_keys, "provider_key"), (model_keys, "model_key")):
        own[is_merged] = known[name][places[is_merged]]
    of_file = _Named(numbers, places, known, _of_series(known, places, covering))
    written = rows.columns["provider"].objects[first] if len(first) else object_array([])
    columns, told = of_file.columns, of_file.told
    columns |= {
        "key": np.where(
            exact, _at(known["key"], places), _keys_of(rows, keys, first, known["key"])
        ),
        "provider_text": np.where(exact, _at(known["provider_text"], places), written),
        "provider_key": provider_keys,
        "other_names": _names_before(known, places, provider_keys),
        **_days(known, places, covering.day),
        "model": _either(
            places, known["model"], named(rows, "model", lambda text: text).objects[first]
        ),
        "model_key": model_keys,
    }
    respelled = ((places >= 0) & ~exact)[numbers]
    if respelled.any():
        before = _at(known["provider_text"], places)[numbers]
        told.append(Told(field="provider", rows=respelled, before=before, after=written[numbers]))
    as_given = _agrees_with_what_was_given(rows, of_file)

    def take_amount(name: str) -> None:
        stored = _amounts(of_file.stored(column_of(name)), of_file.stored(STATED[name]))
        said = _amounts(_plain(rows, name), _as_stated(rows, name))
        said = _settled(said, stored[numbers])
        after, before, changed = of_file.taken(stored, said, pd.notna(said), in_file=True)
        columns[column_of(name)], columns[STATED[name]] = _cents_and_stated(after)
        if changed.any():
            told.append(Told(field=name, rows=changed, before=before, after=said))

    for name in DEPENDENCY_FACTS:
        if name not in rows.columns:
            for column in (column_of(name), *([STATED[name]] if name in STATED else ())):
                columns[column] = of_file.stored(column)
            continue
        if name in STATED:
            take_amount(name)
            continue
        said = _plain(rows, name)
        stating = pd.notna(said) & ~as_given if name == "host" else pd.notna(said)
        of_file.take(column_of(name), name, said, stating, in_file=True)
    _take_readings(rows, of_file, ~as_given)
    told += _no_evidence_of_what_was(rows, columns, of_file)
    table = PlannedTable(
        table=DEPENDENCIES,
        link="use_case_id",
        stored=known,
        places=places,
        columns=columns,
        parents=parents,
    )
    return table, told


def places_by_name(known: Columns) -> dict[str, int]:
    """Where each stored startup stands, by its name and by names that it had.

    Where several have a name the one that counts has it, then one that had it before.
    """
    had = {
        name: place for place, names in enumerate(known["other_names"]) for name in names_in(names)
    }
    ended, live = dict[str, int](), dict[str, int]()
    for place, (key, until) in enumerate(zip(known["name_key"], known["until"], strict=True)):
        (live if until is None else ended)[key] = place
    return ended | had | live


def names_in(names: str | None) -> list[str]:
    """The keys in a column ``other_names``."""
    return names.split("\n") if names else []


def renamed_in(stored: StoredRows) -> Renamed:
    """The names that startups and use cases had, but for those that others have now."""
    startups, use_cases = (stored.tables[one.name] for one in (STARTUPS, USE_CASES))
    by_name = places_by_name(startups)
    key_of = dict(zip(startups["id"], startups["name_key"], strict=True))
    of_cases: dict[tuple[str, str], str] = {}
    cases = (use_cases[name] for name in ("startup_id", "name_key", "other_names"))
    for startup, key, names in zip(*cases, strict=True):
        of_cases |= {(key_of[startup], one): key for one in names_in(names)}
    if of_cases:
        cases = (use_cases[name] for name in ("startup_id", "name_key", "until"))
        for startup, key, until in zip(*cases, strict=True):
            if until is None:
                of_cases.pop((key_of[startup], key), None)
    renamed = {
        name: startups["name_key"][place]
        for name, place in by_name.items()
        if name != startups["name_key"][place]
    }
    return Renamed(
        startups={name: _followed(name, renamed) for name in renamed}, use_cases=of_cases
    )


def _erased(own: Iterable[Told], shared: Iterable[_Shared]) -> int:
    """How many stated facts are unknown again, of dependencies and of what stands above them."""
    facts = {*DEPENDENCY_FACTS, "fallback_provider"} - {"host"}
    found = sum(int((one.rows & pd.isna(one.after)).sum()) for one in own if one.field in facts)
    for said in shared:
        gone = (changed & pd.isna(said.after[name]) for name, changed in said.changed.items())
        found += sum(int(one.sum()) for one in gone)
    return found


def _followed(name: str, renamed: Mapping[str, str]) -> str:
    """The present key of a name: what it was renamed to may have been merged into another."""
    met = {name}
    while renamed.get(name, name) not in met:
        name = renamed[name]
        met.add(name)
    return name


def _days(known: Columns, places: Indices, day: date) -> dict[str, Objects]:
    """Since when rows that a file names count; none of them has ended."""
    stored = _at(known["until"], places)
    begins = (places < 0) | pd.notna(stored)
    since = np.where(begins, day.isoformat(), _at(known["since"], places))
    return {"since": since, "until": object_array([None] * len(places))}


def _of_series(known: Columns, places: Indices, covering: Covering) -> Mask:
    """Which stored rows an earlier file of the same kind wrote, if what this omits is unknown."""
    if not covering.ends:
        return np.zeros(len(places), bool)
    return np.array([one in covering.series for one in _at(known["batch_id"], places)], bool)


def _facts_of_series(stored: StoredRows, covering: Covering) -> set[tuple[int, str]]:
    """The facts of startups that earlier files of the same kind stated, if this may erase them."""
    known = stored.tables[FACTS.name]
    if not covering.ends:
        return set()
    each = zip(known["startup_id"], known["field"], known["batch_id"], strict=True)
    return {(startup, name) for startup, name, batch in each if batch in covering.series}


def _respelled(
    rows: InventoryRows,
    known: Columns,
    places: Indices,
    first: Indices,
    of_case: Objects,
    provider_keys: Objects,
    model_keys: Objects,
) -> Indices:
    """Where dependencies are stored, those too that are stored under another spelling.

    That is one that was spelled like this before, or one on the same developer's model at the same
    host, of the same product if both name one, that the file does not name otherwise.
    """
    wanted = np.flatnonzero((places < 0) & pd.notna(of_case))
    if not len(wanted):
        return places
    free = np.flatnonzero(_live_elsewhere(known, places))
    cases = set(of_case[wanted].tolist())
    spelled: dict[tuple[Any, ...], int] = {}
    alike: dict[tuple[Any, ...], list[int]] = {}
    for place in free.tolist():
        case, model = known["use_case_id"][place], known["model_key"][place]
        if case not in cases:
            continue
        for name in names_in(known["other_names"][place]):
            spelled[case, model, name] = place
        if known["answer"][place] == Answer.YES and known["developer"][place] is not None:
            meant = (case, model, known["developer"][place], known["host"][place])
            alike.setdefault(meant, []).append(place)
    found, taken = places.copy(), set[int]()
    read = {name: _reading(rows, name)[first] for name in _READ_AS}
    for row in wanted.tolist():
        case, model = of_case[row], model_keys[row]
        options = [spelled.get((case, model, provider_keys[row]), -1)]
        if read["answer"][row] == Answer.YES:
            options += alike.get((case, model, read["developer"][row], read["host"][row]), ())
        for place in options:
            if place < 0 or place in taken:
                continue
            product, stored = read["product"][row], known["product"][place]
            if place == options[0] or product is None or stored in (None, product):
                found[row] = place
                taken.add(place)
                break
    return found


def _merged(
    known: Columns,
    places: Indices,
    of_case: Objects,
    provider_keys: Objects,
    model_keys: Objects,
) -> tuple[Indices, Mask]:
    """Where dependencies stand that were merged with another, and which are: that other's place.

    A file that names both speaks of two.
    """
    live = pd.isna(known["until"])
    cases = set(of_case.tolist())
    kept = {
        (case, *name.split(WITH_MODEL)): place
        for place, (case, names) in enumerate(
            zip(known["use_case_id"], known["other_names"], strict=True)
        )
        if live[place] and case in cases
        for name in names_in(names)
        if WITH_MODEL in name
    }
    found, taken = places.copy(), set(places.tolist())
    merged: Mask = np.zeros(len(places), bool)
    for row in range(len(places)) if kept else ():
        place = kept.get((of_case[row], provider_keys[row], model_keys[row]), -1)
        if place >= 0 and place not in taken and (places[row] < 0 or not live[places[row]]):
            found[row], merged[row] = place, True
            taken.add(place)
    return found, merged


def _names_before(known: Columns, places: Indices, provider_keys: Objects) -> Objects:
    """The spellings that each dependency had, the present one aside, one a line."""
    found = _at(known["other_names"], places)
    stored = _at(known["provider_key"], places)
    for row in np.flatnonzero((places >= 0) & (stored != provider_keys)).tolist():
        names = {stored[row], *(found[row] or "").split("\n")} - {"", provider_keys[row]}
        found[row] = "\n".join(sorted(names)) or None
    return found


def with_ends(
    startups: PlannedTable,
    use_cases: PlannedTable,
    dependencies: PlannedTable,
    covering: Covering,
) -> tuple[PlannedTable, PlannedTable, PlannedTable]:
    """The same plans with what the file does not name and is complete for, which has ended.

    What had ended before is spoken of too: a file that is complete confirms it. Nothing ends
    above something that stays.
    """
    if not covering.ends:
        return startups, use_cases, dependencies
    spared = np.zeros(len(startups.stored["id"]), bool)
    by_name = places_by_name(startups.stored)
    for one in covering.spared or ():
        if one in by_name:
            spared[by_name[one]] = True
    case_of = _place_by_number(use_cases.stored)
    startup_of = _place_by_number(startups.stored)
    owner = np.array([startup_of[one] for one in use_cases.stored["startup_id"]], np.int64)
    case = np.array([case_of[one] for one in dependencies.stored["use_case_id"]], np.int64)
    whose = (np.arange(len(spared)), owner, owner[case])
    named_startup = np.zeros(len(spared), bool)
    named_startup[startups.places[startups.places >= 0]] = True
    stays_above: Mask = np.zeros(0, bool)
    ended = []
    for depth, planned in ((2, dependencies), (1, use_cases), (0, startups)):
        named = np.zeros(len(planned.stored["id"]), bool)
        named[planned.places[planned.places >= 0]] = True
        ends = ~named & ~spared[whose[depth]]
        if covering.covers is Covers.STARTUP:
            ends &= named_startup[whose[depth]] & (depth > 0)
        if covering.covers is Covers.SOURCE:
            ends &= covering.is_spoken(planned.table.name, planned.stored["id"].astype(np.int64))
        if depth < 2:
            ends &= ~stays_above
        live = ~ends & pd.isna(planned.stored["until"])
        if depth:
            above = case if depth == 2 else owner
            count = len(use_cases.stored["id"]) if depth == 2 else len(spared)
            stays_above = np.zeros(count, bool)
            stays_above[above[live]] = True
        ended.append(_ended(planned, np.flatnonzero(ends), covering.day))
    return ended[2], ended[1], ended[0]


def _place_by_number(stored: Columns) -> dict[int, int]:
    return {number: place for place, number in enumerate(stored["id"])}


def _ended(planned: PlannedTable, ends: Indices, day: date) -> PlannedTable:
    """A plan with more rows: stored ones, as they are, but ended on a day if they had not yet."""
    if not len(ends):
        return planned
    columns = {
        name: np.concatenate([column, planned.stored[name][ends]])
        for name, column in planned.columns.items()
    }
    until = planned.stored["until"][ends]
    columns["until"][len(planned.places) :] = np.where(pd.isna(until), day.isoformat(), until)
    parents = planned.parents
    if parents is not None:
        parents = np.concatenate([parents, np.zeros(len(ends), np.int64)])
    places = np.concatenate([planned.places, ends])
    return replace(planned, places=places, columns=columns, parents=parents)


def _no_evidence_of_what_was(
    rows: InventoryRows, columns: dict[str, Objects], of_file: _Named
) -> list[Told]:
    """Take away how a dependency was known where the file says another thing of it, and not how."""
    places, known = of_file.places, of_file.known
    others = (name for name in columns if name != "evidence")
    changed = _any((columns[name] != _at(known[name], places) for name in others), len(places))
    silent = np.ones(len(places), bool)
    silent[of_file.numbers[rows.identities("evidence") >= 0]] = False
    before = columns["evidence"]
    gone = (places >= 0) & changed & silent & pd.notna(before)
    if not gone.any():
        return []
    columns["evidence"] = before.copy()
    columns["evidence"][gone] = None
    last = _last(of_file.numbers, np.arange(len(rows)), len(places))
    told = np.zeros(len(rows), bool)
    told[last[gone]] = True
    nothing = object_array([None] * len(rows))
    return [Told(field="evidence", rows=told, before=before[of_file.numbers], after=nothing)]


def _keys_of(rows: InventoryRows, keys: Keys, first: Indices, known: Objects) -> Objects:
    """What dependencies are known by for good: as they were elsewhere, where the file says it.

    A key that another dependency of the file has, or of a startup in it, is not taken over.
    """
    parts = (keys.startup_keys, keys.use_case_keys, keys.provider_keys, keys.model_keys)
    each = zip(*(one.objects[first] for one in parts), strict=True)
    own = object_array([key_of_dependency(part) for part in each])
    if "dependency_key" not in rows.columns:
        return own
    said = rows.columns["dependency_key"].objects[first]
    taken = Counter([*said, *known, *own])
    return object_array(
        [
            other if other is not None and taken[other] == 1 + (other == mine) else mine
            for other, mine in zip(said, own, strict=True)
        ]
    )


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


def _take_readings(rows: InventoryRows, of_file: _Named, is_read: Mask) -> None:
    """Take a name's reading over as a whole: half of an old one and half of a new one is none."""
    columns = of_file.columns
    is_other = of_file.places < 0
    for name in _READ_AS:
        of_file.take(name, name, _reading(rows, name), is_read)
        is_other |= columns[name] != of_file.stored(name)
    for name in ("confidence", "reason"):
        column = f"resolution_{name}"
        stored = of_file.stored(column)
        after, _, _ = of_file.taken(stored, _reading(rows, name), is_read)
        columns[column] = np.where(is_other, after, stored)
    text = named(rows, "fallback_provider", lambda text: text).objects
    read, is_said = named(rows, "fallback_resolution", lambda read: read), pd.notna(text)
    in_file = "fallback_provider" in rows.columns
    for name, said in (
        ("fallback_provider", text),
        ("fallback_developer", _of_reading(read, "developer")),
        ("fallback_host", _of_reading(read, "host")),
    ):
        column = "fallback_provider_text" if name == "fallback_provider" else name
        of_file.take(column, name, said, is_said, in_file=in_file)


def _of_reading(read: Coded, name: str) -> Objects:
    return read.mapped([one and getattr(one, name) for one in read.values]).objects


def _told_of(
    rows: InventoryRows, planned: PlannedTable, facts: _Shared, numbers: Indices, known: Mask
) -> Iterable[Told]:
    """What changes about a startup or a use case, told of each record that states it.

    That nobody states it any more is told of the first of the ``known`` records.
    """
    every = {name: changed for name, changed in facts.changed.items() if changed.any()}
    if not every:
        return
    heads = np.zeros(len(numbers), bool)
    heads[np.flatnonzero(known)[np.unique(numbers[known], return_index=True)[1]]] = True
    for name, changed in every.items():
        stored, after = _at(planned.stored[column_of(name)], planned.places), facts.after[name]
        if name in STATED:
            stored = _amounts(stored, _at(planned.stored[STATED[name]], planned.places))
            after = _amounts(after, facts.after[STATED[name]])
        erased = pd.isna(after)[numbers] & heads
        stated = _identities(rows, name) >= 0
        is_told = (changed & (planned.places >= 0))[numbers] & (stated | erased)
        if is_told.any():
            yield Told(
                field=name,
                rows=is_told,
                before=stored[numbers],
                after=after[numbers],
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
