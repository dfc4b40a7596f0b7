"""Changes by hand: what ends, has another name, or is the same as something else, row by row.

Every change is planned as an import is (:class:`db.importing.planning.PlannedTable`), so that it is
written and taken back in the same way. It speaks of all that it rests on, too: of the startup, its
facts and the use case, for whoever takes back the import that made them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Table

from db.errors import Refused
from db.importing.changes import FieldChange, RowChange, Status
from db.importing.evidence import Moves
from db.importing.planning import (
    STARTUP_FACTS,
    USE_CASE_FACTS,
    PlannedTable,
    StoredRows,
    names_in,
    places_by_name,
)
from db.register.columns import STATED, as_stated, column_of
from db.register.documents import Row
from db.register.naming import (
    WITH_MODEL,
    comparison_key,
    key_of_dependency,
    tidy,
    use_case_name,
)
from db.register.tables import DEPENDENCIES, FACTS, REGISTER_TABLES, STARTUPS, USE_CASES
from risk.inventory.rows import object_array
from risk.money.rates import Rate
from risk.money.stated import Period, Stated, stated_of

_LINKS = {STARTUPS: "portfolio_id", FACTS: "startup_id", USE_CASES: "startup_id"}
_LINKS[DEPENDENCIES] = "use_case_id"
_LONGEST_NAME = 200
#: Columns of amounts, and where each is kept as it was stated.
_AS_STATED = {column_of(name): column for name, column in STATED.items()}
_SPEND = column_of("spend_usd")
_SPEND_STATED = STATED["spend_usd"]
#: What a dependency takes over from one that is merged into it where it says nothing itself.
_TAKEN_OVER = (
    "region data_residency depth exit_plan switch_begun notice_days renewal source as_of"
).split()
_FALLBACK = (
    "fallback fallback_provider_text fallback_developer fallback_host fallback_tested_on"
).split()


@dataclass(frozen=True, kw_only=True)
class HandChange:
    """What a change by hand does: the rows it writes, what a reader is told, what follows it.

    ``said`` names it in a sentence; ``rows`` are told record by record, ``moves`` are the names
    under which evidence is found from then on. ``dependencies`` counts those that change.
    """

    said: str
    tables: tuple[PlannedTable, ...]
    rows: tuple[RowChange, ...]
    moves: Moves = field(default_factory=Moves)

    @property
    def dependencies(self) -> int:
        """How many dependencies get another value."""
        return int(self.tables[-1].changed.sum())


class Register:
    """Rows of some startups as documents, and which of them a change has touched."""

    def __init__(self, stored: StoredRows) -> None:
        self._stored = stored
        self._rows: dict[str, list[Row]] = {}
        self._touched: dict[str, set[int]] = {}
        for table in REGISTER_TABLES:
            columns = stored.tables[table.name]
            each = zip(*columns.values(), strict=True)
            self._rows[table.name] = [dict(zip(columns, values, strict=True)) for values in each]
            self._touched[table.name] = set()

    def named(self, name: str) -> Row | None:
        """The startup of this name that counts, by its present name or one that it had."""
        rows = self._rows[STARTUPS.name]
        place = places_by_name(self._stored.tables[STARTUPS.name]).get(comparison_key(name))
        return rows[place] if place is not None and rows[place]["until"] is None else None

    def by_name(self) -> dict[str, Row]:
        """The startups by the keys of all names that they have or, if none has it, had."""
        rows = self._rows[STARTUPS.name]
        had = {name: row for row in rows for name in names_in(row["other_names"])}
        return had | {row["name_key"]: row for row in rows}

    def of(self, table: Table, parent: Row) -> list[Row]:
        """The rows of a table that belong to another row."""
        return [one for one in self._rows[table.name] if one[_LINKS[table]] == parent["id"]]

    def edit(self, table: Table, row: Row, **values: Any) -> None:
        """Give a row other values, or none: then the change only speaks of it."""
        row.update(values)
        self._touched[table.name].add(row["id"])

    def speak_of(self, startup: Row, *use_cases: Row) -> None:
        """Let the change speak of a startup with its facts, and of some of its use cases."""
        self.edit(STARTUPS, startup)
        for fact in self.of(FACTS, startup):
            self.edit(FACTS, fact)
        for one in use_cases:
            self.edit(USE_CASES, one)

    def planned(self) -> tuple[PlannedTable, ...]:
        """What was touched as plans, parents first."""
        return tuple(self._planned(table) for table in REGISTER_TABLES)

    def _planned(self, table: Table) -> PlannedTable:
        rows, touched = self._rows[table.name], self._touched[table.name]
        places = [place for place, row in enumerate(rows) if row["id"] in touched]
        return PlannedTable(
            table=table,
            link=_LINKS[table],
            stored=self._stored.tables[table.name],
            places=np.array(places, np.int64),
            columns={
                column.name: object_array([rows[place][column.name] for place in places])
                for column in table.columns
                if column.name != "id"
            },
        )


def use_case_called(register: Register, startup: Row, name: str) -> Row:
    """The use case of this name that counts.

    Raises:
        Refused: there is none; the sentence lists those that there are.
    """
    live = _live(register.of(USE_CASES, startup))
    key = comparison_key(use_case_name(name))
    found = [one for one in live if one["name_key"] == key]
    found = found or [one for one in live if key in names_in(one["other_names"])]
    if found:
        return found[0]
    listed = "; ".join(one["name"] for one in live) or "none"
    raise Refused(f"{startup['name']} has no use case “{name}”. Its use cases: {listed}.")


def dependency_called(
    register: Register, use_case: Row, name: str, model: str | None = None
) -> Row:
    """The dependency that counts with this key, provider, developer or host.

    Raises:
        Refused: there is none, or several to choose from; the sentence lists them.
    """
    live = _live(register.of(DEPENDENCIES, use_case))
    key = comparison_key(name)
    found = [one for one in live if one["key"] == name or one["provider_key"] == key]
    found = found or [
        one
        for one in live
        if key in (comparison_key(one["developer"]), comparison_key(one["host"]))
    ]
    if model is not None:
        found = [one for one in found if one["model_key"] == comparison_key(model)]
    if len(found) == 1:
        return found[0]
    listed = "; ".join(map(_called, live)) or "none"
    wanted = f"“{name}”" if model is None else f"“{name}” with the model “{model}”"
    if not found:
        raise Refused(f"“{use_case['name']}” depends on no {wanted}, but on: {listed}.")
    raise Refused(
        f"“{use_case['name']}” depends on {wanted} more than once. Name the model, too: {listed}."
    )


def _called(dependency: Row) -> str:
    model = dependency["model"]
    return f"{dependency['provider_text']}, {model}" if model else str(dependency["provider_text"])


def _live(rows: Iterable[Row]) -> list[Row]:
    return [one for one in rows if one["until"] is None]


# ---------------------------------------------------------------------------- ends


def end_dependency(
    register: Register, startup: Row, use_case: Row, dependency: Row, day: date
) -> HandChange:
    """End one dependency; its use case stays."""
    register.speak_of(startup, use_case)
    _end(register, DEPENDENCIES, dependency, day, startup)
    said = f"{startup['name']} · {use_case['name']} · {_called(dependency)} ended"
    rows = (_told(Status.ENDED, startup, use_case, dependency),)
    return HandChange(said=said, tables=register.planned(), rows=rows)


def end_use_case(register: Register, startup: Row, use_case: Row, day: date) -> HandChange:
    """End a use case with all that it depends on."""
    register.speak_of(startup)
    rows = _end_use_case(register, startup, use_case, day)
    said = f"{startup['name']} · {use_case['name']} ended"
    return HandChange(said=said, tables=register.planned(), rows=tuple(rows))


def exit_startup(register: Register, startup: Row, day: date, *, how: str) -> HandChange:
    """End a startup with all that it has; ``how`` completes the sentence “Acme …”."""
    register.speak_of(startup)
    rows = [
        told
        for use_case in register.of(USE_CASES, startup)
        for told in _end_use_case(register, startup, use_case, day)
    ]
    _end(register, STARTUPS, startup, day, startup)
    rows = rows or [_told(Status.ENDED, startup)]
    return HandChange(said=f"{startup['name']} {how}", tables=register.planned(), rows=tuple(rows))


def _end_use_case(register: Register, startup: Row, use_case: Row, day: date) -> list[RowChange]:
    told = []
    for one in register.of(DEPENDENCIES, use_case):
        if one["until"] is None:
            told.append(_told(Status.ENDED, startup, use_case, one))
        _end(register, DEPENDENCIES, one, day, startup)
    if use_case["until"] is None and not told:
        told.append(_told(Status.ENDED, startup, use_case))
    _end(register, USE_CASES, use_case, day, startup)
    return told


def _end(register: Register, table: Table, row: Row, day: date, startup: Row) -> None:
    """Let a row count until a day, if it had not ended before.

    Raises:
        Refused: it counts only since a later day.
    """
    since = row["since"]
    if row["until"] is None and since is not None and since > day.isoformat():
        began = date.fromisoformat(since)
        what = _called(row) if table is DEPENDENCIES else row["name"]
        raise Refused(
            f"{what} of {startup['name']} counts since {began:%d %B %Y}: it cannot end on "
            f"{day:%d %B %Y}. Give a day from then on."
        )
    register.edit(table, row, until=row["until"] or day.isoformat())


def _told(
    status: Status,
    startup: Row,
    use_case: Row | None = None,
    dependency: Row | None = None,
    fields: Sequence[FieldChange] = (),
) -> RowChange:
    return RowChange(
        status=status,
        startup=startup["name"],
        use_case=use_case["name"] if use_case else "",
        provider=dependency["provider_text"] if dependency else "",
        model=dependency["model"] if dependency else None,
        fields=tuple(fields),
    )


# ---------------------------------------------------------------------------- names


def rename_startup(
    register: Register, startup: Row, name: str, taken: Mapping[str, Row]
) -> HandChange:
    """Give a startup another name; ``taken`` are the startups that have or had that name, by key.

    Raises:
        Refused: it is its name already, or another startup's, or none that is possible.
    """
    before, after = startup["name"], _checked_name(name, "company")
    key, old_key = comparison_key(after), startup["name_key"]
    if after == before:
        raise Refused(f"{before} has this name already.")
    other = taken.get(key)
    if other is not None and other["id"] != startup["id"]:
        raise Refused(_taken(other, after))
    register.speak_of(startup)
    fields = [FieldChange(field="startup", before=before, after=after)]
    told = _told(Status.CHANGED, startup, fields=fields)
    keys: dict[str, str] = {}
    for use_case in register.of(USE_CASES, startup):
        register.edit(USE_CASES, use_case)
        for one in register.of(DEPENDENCIES, use_case):
            keys |= _new_key(register, one, (old_key, use_case), (key, use_case))
    names = {old_key, *names_in(startup["other_names"])} - {key}
    register.edit(STARTUPS, startup, name=after, name_key=key, other_names=_joined(names))
    return HandChange(
        said=f"{before} renamed to {after}",
        tables=register.planned(),
        rows=(told,),
        moves=Moves(startups={old_key: (key, after)}, dependencies=keys),
    )


def _taken(other: Row, name: str) -> str:
    if other["until"] is not None:
        ended = date.fromisoformat(other["until"])
        return (
            f"{name} is the name of a company that counted until {ended:%d %B %Y}. "
            "Choose another name."
        )
    if other["name_key"] != comparison_key(name):
        return f"{other['name']} had the name {name} before. Choose another name."
    return f"There is a company {other['name']} already. Merge the two, or choose another name."


def rename_use_case(register: Register, startup: Row, use_case: Row, name: str) -> HandChange:
    """Give a use case another name.

    Raises:
        Refused: it is its name already, or that of another use case of the startup.
    """
    before, after = use_case["name"], _checked_name(name, "use case")
    key, old_key = comparison_key(after), use_case["name_key"]
    if after == before:
        raise Refused(f"“{before}” has this name already.")
    for one in register.of(USE_CASES, startup):
        if one is not use_case and key in (one["name_key"], *names_in(one["other_names"])):
            which = "has" if one["until"] is None else "had"
            raise Refused(
                f"{startup['name']} {which} another use case “{after}”. Choose another name."
            )
    register.speak_of(startup)
    fields = [FieldChange(field="use_case", before=before, after=after)]
    told = _told(Status.CHANGED, startup, use_case, fields=fields)
    names = {old_key, *names_in(use_case["other_names"])} - {key}
    register.edit(USE_CASES, use_case)
    was = dict(use_case)
    register.edit(USE_CASES, use_case, name=after, name_key=key, other_names=_joined(names))
    keys: dict[str, str] = {}
    for one in register.of(DEPENDENCIES, use_case):
        owner = startup["name_key"]
        keys |= _new_key(register, one, (owner, was), (owner, use_case))
    return HandChange(
        said=f"{startup['name']} · {before} renamed to {after}",
        tables=register.planned(),
        rows=(told,),
        moves=Moves(use_cases={(startup["name_key"], old_key): after}, dependencies=keys),
    )


def _checked_name(name: str, what: str) -> str:
    shown = tidy(name)
    if not 0 < len(shown) <= _LONGEST_NAME or not shown.isprintable():
        raise Refused(f"Give the {what} a name of 1 to {_LONGEST_NAME} letters.")
    return shown


def _joined(names: Iterable[str]) -> str | None:
    return "\n".join(sorted(names)) or None


def _new_key(
    register: Register, dependency: Row, before: tuple[str, Row], after: tuple[str, Row]
) -> dict[str, str]:
    """Give a dependency the key of its new place, if its key was made of the old one's names.

    Places are the key of the startup, and the use case. Returns the old key with the new one.
    """
    own = dependency["provider_key"], dependency["model_key"]
    old, new = (
        key_of_dependency((startup, use_case["name_key"], *own))
        for startup, use_case in (before, after)
    )
    if dependency["key"] != old:
        # It was given with the portfolio; nothing in it is a name.
        register.edit(DEPENDENCIES, dependency)
        return {}
    register.edit(DEPENDENCIES, dependency, key=new)
    return {old: new}


# ---------------------------------------------------------------------------- merges


def merge_dependencies(
    register: Register, startup: Row, use_case: Row, kept: Row, other: Row, day: date
) -> HandChange:
    """Make one dependency of two of a use case: what one says, and spend and share of both.

    Raises:
        Refused: they are the same one.
    """
    if kept is other:
        raise Refused("Name two dependencies: these are the same one.")
    register.speak_of(startup, use_case)
    known = _known_of_both(kept, other) | _spend_of_both(kept, other)
    shares = [one["share"] for one in (kept, other) if one["share"] is not None]
    if shares:
        known["share"] = min(1.0, round(sum(shares), 9))
    fields = _fields(kept, known)
    kept_told = _told(Status.CHANGED, startup, use_case, kept, fields)
    ended = _told(Status.ENDED, startup, use_case, other)
    register.edit(DEPENDENCIES, kept, **known, other_names=_spellings(kept, other))
    _end(register, DEPENDENCIES, other, day, startup)
    return HandChange(
        said=f"{startup['name']} · {use_case['name']} · {_called(other)} merged into "
        f"{_called(kept)}",
        tables=register.planned(),
        rows=(kept_told, ended),
        moves=Moves(dependencies={other["key"]: kept["key"]}),
    )


def _known_of_both(kept: Row, other: Row) -> Row:
    """What ``kept`` does not say and ``other`` does. A fallback is taken over as a whole."""
    names = [one for one in _TAKEN_OVER if kept[one] is None and other[one] is not None]
    if all(kept[one] is None for one in _FALLBACK):
        names += [one for one in _FALLBACK if other[one] is not None]
    return {name: other[name] for name in names}


def _spend_of_both(kept: Row, other: Row) -> Row:
    """What is paid for two dependencies together: as it was stated where both were stated alike.

    If no rate is known for what one of them costs, neither is it for both.
    """
    paid = [one for one in (kept, other) if _is_known(one, _SPEND)]
    if len(paid) < 2:
        return _amount_of(paid[0], _SPEND) if paid else {}
    cents = [one[_SPEND] for one in paid]
    stated = [stated_of(one[_SPEND_STATED]) for one in paid if one[_SPEND_STATED] is not None]
    together = None
    if len(stated) == len(paid) and len({_unit_and_day(one) for one in stated}) == 1:
        together = replace(stated[0], amount=sum((one.amount for one in stated), Decimal(0))).text
    return {
        _SPEND: None if None in cents else sum(cents),
        _SPEND_STATED: together,
    }


def _unit_and_day(stated: Stated) -> tuple[str, Period | None, Rate | None]:
    return stated.currency, stated.per, stated.rate


def _is_known(row: Row, column: str) -> bool:
    """Whether a row says something in a column; of an amount, in any currency."""
    return row[column] is not None or (column in _AS_STATED and row[_AS_STATED[column]] is not None)


def _amount_of(row: Row, column: str) -> Row:
    """What a row says in a column; an amount goes with what was stated."""
    return {one: row[one] for one in (column, _AS_STATED.get(column)) if one is not None}


def _spellings(kept: Row, other: Row) -> str | None:
    """The spellings of a dependency that another one was merged into, those of both."""
    own = kept["provider_key"], kept["model_key"]
    taken = [(other["provider_key"], other["model_key"])]
    for one in names_in(other["other_names"]):
        provider, _, model = one.partition(WITH_MODEL)
        taken.append((provider, model if WITH_MODEL in one else other["model_key"]))
    lines = {WITH_MODEL.join(pair) for pair in taken if pair != own}
    return _joined({*names_in(kept["other_names"]), *lines})


def _fields(row: Row, values: Row) -> list[FieldChange]:
    """What becomes of a row, as an inventory states it."""
    shown = {
        "spend_cents_per_month": "spend_usd",
        **{column_of(name): name for name in (*STARTUP_FACTS, *USE_CASE_FACTS)},
    }
    return [
        FieldChange(
            field=shown.get(name, name),
            before=as_stated(shown.get(name, name), row[name]),
            after=as_stated(shown.get(name, name), value),
        )
        for name, value in values.items()
        if row[name] != value and name not in STATED.values()
    ]


def merge_startups(register: Register, kept: Row, other: Row, day: date) -> HandChange:
    """Make one startup of two: what ``kept`` says counts, what it does not say is the other's.

    Raises:
        Refused: they are the same one.
    """
    if kept is other:
        raise Refused("Name two companies: these are the same one.")
    register.speak_of(kept)
    register.speak_of(other)
    told, keys = list[RowChange](), dict[str, str]()
    values = _facts_taken(register, kept, other)
    fields = _fields(kept, values)
    if fields:
        told.append(_told(Status.CHANGED, kept, fields=fields))
    of_kept = {one["name_key"]: one for one in register.of(USE_CASES, kept)}
    for use_case in _live(register.of(USE_CASES, other)):
        target = of_kept.get(use_case["name_key"])
        if target is None:
            told += _moved_use_case(register, kept, other, use_case, keys)
        else:
            told += _merged_use_case(register, (kept, target), (other, use_case), keys, day)
    told.append(_told(Status.ENDED, other))
    names = {
        other["name_key"],
        *names_in(other["other_names"]),
        *names_in(kept["other_names"]),
    } - {kept["name_key"]}
    register.edit(STARTUPS, kept, **values, other_names=_joined(names))
    for use_case in register.of(USE_CASES, other):
        _end_use_case(register, other, use_case, day)
    _end(register, STARTUPS, other, day, other)
    return HandChange(
        said=f"{other['name']} merged into {kept['name']}",
        tables=register.planned(),
        rows=tuple(told),
        moves=Moves(
            startups={other["name_key"]: (kept["name_key"], kept["name"])}, dependencies=keys
        ),
    )


def _facts_taken(register: Register, kept: Row, other: Row) -> Row:
    """What the kept startup does not say and the other does; its sources go along."""
    values: Row = {}
    sources = {one["field"]: one for one in register.of(FACTS, kept)}
    theirs = {one["field"]: one for one in register.of(FACTS, other)}
    for name in STARTUP_FACTS:
        column = column_of(name)
        if _is_known(kept, column) or not _is_known(other, column):
            continue
        values |= _amount_of(other, column)
        source = theirs.get(name)
        if source is None:
            continue
        if name in sources:
            told = {one: source[one] for one in ("source", "as_of", "recorded_on")}
            register.edit(FACTS, sources[name], **told)
        else:
            register.edit(FACTS, source, startup_id=kept["id"])
    notes = [one for one in (kept["notes"], other["notes"]) if one]
    if other["notes"] and other["notes"] != kept["notes"]:
        values["notes"] = "\n".join(notes)
    return values


def _moved_use_case(
    register: Register, kept: Row, other: Row, use_case: Row, keys: dict[str, str]
) -> list[RowChange]:
    """Give a use case with all that it depends on to the kept startup."""
    fields = [FieldChange(field="startup", before=other["name"], after=kept["name"])]
    live = _live(register.of(DEPENDENCIES, use_case))
    told = [_told(Status.CHANGED, other, use_case, one, fields) for one in live]
    register.edit(USE_CASES, use_case, startup_id=kept["id"])
    for one in register.of(DEPENDENCIES, use_case):
        places = (other["name_key"], use_case), (kept["name_key"], use_case)
        keys |= _new_key(register, one, *places)
    return told or [_told(Status.CHANGED, other, use_case, fields=fields)]


def _merged_use_case(
    register: Register,
    kept: tuple[Row, Row],
    other: tuple[Row, Row],
    keys: dict[str, str],
    day: date,
) -> list[RowChange]:
    """Give all that a use case depends on to the one of the same name of the kept startup."""
    (startup, target), (from_startup, use_case) = kept, other
    told: list[RowChange] = []
    values: Row = {
        name: use_case[name]
        for name in ("criticality", "buffer_hours", "revenue_share")
        if target[name] is None and use_case[name] is not None
    }
    if target["until"] is not None:
        values |= {"until": None, "since": day.isoformat()}
    if fields := _fields(target, values):
        told.append(_told(Status.CHANGED, startup, target, fields=fields))
    register.edit(USE_CASES, target, **values)
    own = {
        (one["provider_key"], one["model_key"]): one for one in register.of(DEPENDENCIES, target)
    }
    for one in _live(register.of(DEPENDENCIES, use_case)):
        same = own.get((one["provider_key"], one["model_key"]))
        if same is None:
            fields = [
                FieldChange(field="startup", before=from_startup["name"], after=startup["name"])
            ]
            told.append(_told(Status.CHANGED, from_startup, use_case, one, fields))
            places = (from_startup["name_key"], use_case), (startup["name_key"], target)
            keys |= _new_key(register, one, *places)
            register.edit(DEPENDENCIES, one, use_case_id=target["id"])
            continue
        told += _merged_same(register, (startup, target, same), one, day)
        keys[one["key"]] = same["key"]
    return told


def _merged_same(
    register: Register, kept: tuple[Row, Row, Row], other: Row, day: date
) -> list[RowChange]:
    """Complete a dependency by the other startup's same one; it counts again if it had ended."""
    startup, use_case, same = kept
    if same["until"] is None:
        values = _known_of_both(same, other)
        for name in (_SPEND, "share"):
            if not _is_known(same, name) and _is_known(other, name):
                values |= _amount_of(other, name)
    else:
        names = (*_TAKEN_OVER, *_FALLBACK, "share")
        values = {name: other[name] for name in names if other[name] is not None}
        values |= _amount_of(other, _SPEND) if _is_known(other, _SPEND) else {}
        values |= {"until": None, "since": day.isoformat()}
    fields = _fields(same, values)
    told = [_told(Status.CHANGED, startup, use_case, same, fields)] if fields else []
    register.edit(DEPENDENCIES, same, **values, other_names=_spellings(same, other))
    return told
