"""The plan of an import startup by startup, row by row, that the one by columns is held against.

A fact that the file does not state never erases one that is stored. Rows of one file that
contradict each other about their startup leave that fact as it was, and are reported.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table

from db.importing.changes import Changes, FieldChange, RowChange, Status
from db.importing.planning import DEPENDENCY_FACTS, STARTUP_FACTS, USE_CASE_FACTS
from db.register.columns import as_stated, as_stored, column_of
from db.register.documents import Row
from db.register.naming import comparison_key, dependency_key, tidy, use_case_name
from db.register.rows import StoredRegister
from risk.catalog.records import UNSPECIFIED
from risk.inventory.intake_results import Problem
from risk.inventory.records import DEPENDS_ON_NOTHING, Requirement
from risk.inventory.rows import InventoryRow, InventoryRows

Key = tuple[str, ...]


@dataclass(kw_only=True)
class PlannedRow:
    """One row as it is stored (None: not yet) and as it shall be, without links to other rows.

    ``key`` names it within the portfolio: the startup's key first, then the use case's, and so on.
    """

    key: Key
    stored: Row | None
    values: Row

    def overlay(self, stated: Mapping[str, Any]) -> list[FieldChange]:
        """Take over the facts that are stated, and return what that changes."""
        changes = []
        for name, value in stated.items():
            column, kept = column_of(name), as_stored(name, value)
            before = self.values[column]
            if value is not None and before != kept:
                self.values[column] = kept
                before, after = (as_stated(name, one) for one in (before, kept))
                changes.append(FieldChange(field=name, before=before, after=after))
        return changes

    @property
    def is_changed(self) -> bool:
        """Whether a stored row gets other values."""
        stored = self.stored
        return stored is not None and any(
            stored[name] != value for name, value in self.values.items()
        )


Rows = dict[Key, PlannedRow]


@dataclass(kw_only=True)
class Plan:
    """All rows that a file speaks of, by table and key, and what that means to the reader."""

    startups: Rows = field(default_factory=dict)
    facts: Rows = field(default_factory=dict)
    use_cases: Rows = field(default_factory=dict)
    dependencies: Rows = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    disagreements: tuple[Problem, ...] = ()

    def rows(self, table: Table) -> Sequence[PlannedRow]:
        """Return the planned rows of one of the register's tables."""
        return tuple(cast(Rows, getattr(self, table.name)).values())


@dataclass(frozen=True, kw_only=True)
class _StoredRows:
    """The rows of a register by the keys that a plan uses."""

    startups: dict[Key, Row]
    facts: dict[Key, Row]
    use_cases: dict[Key, Row]
    dependencies: dict[Key, Row]


def stored_rows(register: StoredRegister) -> _StoredRows:
    """Index a register by key."""
    startups = {row["id"]: (row["name_key"],) for row in register.startups}
    use_cases = {
        row["id"]: (*startups[row["startup_id"]], row["name_key"]) for row in register.use_cases
    }
    return _StoredRows(
        startups={startups[row["id"]]: row for row in register.startups},
        facts={(*startups[row["startup_id"]], row["field"]): row for row in register.facts},
        use_cases={use_cases[row["id"]]: row for row in register.use_cases},
        dependencies={
            (*use_cases[row["use_case_id"]], row["provider_key"], row["model_key"]): row
            for row in register.dependencies
        },
    )


def _planned(target: Rows, stored: Mapping[Key, Row], key: Key, new: Row) -> PlannedRow:
    """Return the planned row for ``key``, begun from the stored row or else from ``new``."""
    if key not in target:
        row = stored.get(key)
        values = new if row is None else {name: row[name] for name in new}
        target[key] = PlannedRow(key=key, stored=row, values=dict(values))
    return target[key]


def plan_import(
    rows: InventoryRows,
    register: StoredRegister,
    *,
    file_name: str,
) -> Plan:
    """The rows to add, to change and to confirm, and the changes by record for the reader."""
    stored, plan = stored_rows(register), Plan()
    problems: list[Problem] = []
    changes: list[RowChange | None] = []
    by_startup = _grouped(rows, lambda row: comparison_key(row.startup))
    for startup, of_startup in by_startup.items():
        shared, disputed = _plan_startup(plan, stored, (startup,), of_startup, file_name)
        problems += disputed
        use_cases = _grouped(of_startup, lambda row: comparison_key(use_case_name(row.use_case)))
        for use_case, of_use_case in use_cases.items():
            key = (startup, use_case)
            more: list[FieldChange] = []
            if any(map(_names_a_use_case, of_use_case)):
                more, disputed = _plan_use_case(plan, stored, key, of_use_case)
                problems += disputed
            changes += [
                _plan_dependency(plan, stored, key, row, shared + more)
                if _depends(row)
                else _of_nothing(plan, key, row, shared + more)
                for row in of_use_case
            ]
    _plan_unread(plan, stored, rows.unread)
    plan.disagreements = tuple(problems)
    plan.changes = _counted(plan, stored, changes)
    return plan


def _plan_unread(plan: Plan, stored: _StoredRows, unread: Mapping[str, int]) -> None:
    """Startups of which lines could not be read, some of them named by no other line."""
    counted: dict[Any, int] = {}
    for name, count in unread.items():
        key = (comparison_key(name),)
        new: Row = {"name": tidy(name), "name_key": key[0], "notes": None, "as_of": None}
        new |= {column_of(field): None for field in STARTUP_FACTS}
        values = _planned(plan.startups, stored.startups, key, new).values
        values["unread_lines"] = counted[key] = counted.get(key, 0) + count


def _depends(row: InventoryRow) -> bool:
    return comparison_key(row.provider) != comparison_key(DEPENDS_ON_NOTHING)


def _names_a_use_case(row: InventoryRow) -> bool:
    stated = any(getattr(row, name) is not None for name in USE_CASE_FACTS)
    return _depends(row) or bool(tidy(row.use_case or "")) or stated


def _of_nothing(
    plan: Plan, key: Key, row: InventoryRow, shared: Sequence[FieldChange]
) -> RowChange | None:
    """What the reader is told of a record that names no provider."""
    about = plan.use_cases.get(key) or plan.startups[key[:1]]
    if about.stored is None:
        return _row_change(Status.NEW, row, ())
    changes = [one for one in shared if getattr(row, one.field) is not None]
    return _row_change(Status.CHANGED, row, tuple(changes)) if changes else None


def _grouped(
    rows: Iterable[InventoryRow], key_of: Callable[[InventoryRow], str]
) -> dict[str, list[InventoryRow]]:
    groups: dict[str, list[InventoryRow]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return groups


def _plan_startup(
    plan: Plan, stored: _StoredRows, key: Key, rows: Sequence[InventoryRow], file_name: str
) -> tuple[list[FieldChange], list[Problem]]:
    name = tidy(rows[0].startup)
    agreed, problems = _agreed_facts(rows, STARTUP_FACTS, about=name)
    new = {"name": name, "name_key": key[0], "notes": None, "as_of": None}
    new |= {column_of(field): None for field in STARTUP_FACTS}
    row = _planned(plan.startups, stored.startups, key, new)
    changes = row.overlay({fact: getattr(one, fact) for fact, one in agreed.items()})
    _plan_facts(plan, stored, key, agreed, {change.field for change in changes}, file_name)
    facts = (one for at, one in plan.facts.items() if at[:-1] == key)
    dates = [one.values["as_of"] for one in facts if one.values["as_of"]]
    changes += row.overlay({"notes": _joined_notes(rows), "as_of": max(dates, default=None)})
    return changes if row.stored else [], problems


def _plan_facts(
    plan: Plan,
    stored: _StoredRows,
    startup: Key,
    agreed: Mapping[str, InventoryRow],
    changed: Set[str],
    file_name: str,
) -> None:
    """Plan where the facts are from. Another value takes nothing over from what it replaces.

    The sources of facts that the file does not state are kept: they go with the startup's row.
    """
    new: Row = {"source": None, "as_of": None, "evidence": None}
    for fact in (*agreed, *(one for one in STARTUP_FACTS if one not in agreed)):
        key, one = (*startup, fact), agreed.get(fact)
        if one is None and key not in stored.facts:
            continue
        row = _planned(plan.facts, stored.facts, key, {"field": fact, **new})
        if one is not None and (fact in changed or row.stored is None):
            row.values["source"] = one.source or f"{file_name}, line {one.line}"
            row.values["as_of"] = one.as_of
            row.values["evidence"] = one.evidence
        elif one is not None:
            row.overlay({"source": one.source, "as_of": one.as_of, "evidence": one.evidence})


def _plan_use_case(
    plan: Plan, stored: _StoredRows, key: Key, rows: Sequence[InventoryRow]
) -> tuple[list[FieldChange], list[Problem]]:
    name = use_case_name(rows[0].use_case)
    agreed, problems = _agreed_facts(rows, USE_CASE_FACTS, about=f"{tidy(rows[0].startup)}, {name}")
    new = {
        "name": name,
        "name_key": key[-1],
        "criticality": None,
        "revenue_share": None,
        "buffer_hours": None,
        "requirement": Requirement.SHARED,
    }
    row = _planned(plan.use_cases, stored.use_cases, key, new)
    changes = row.overlay({fact: getattr(one, fact) for fact, one in agreed.items()})
    return changes if row.stored else [], problems


def _plan_dependency(
    plan: Plan,
    stored: _StoredRows,
    use_case: Key,
    row: InventoryRow,
    shared: Sequence[FieldChange],
) -> RowChange | None:
    """Plan one record. None: the register already says all of it."""
    key = (*use_case, comparison_key(row.provider), comparison_key(row.model))
    target = _planned(plan.dependencies, stored.dependencies, key, _new_dependency(row, key))
    stated = {field: getattr(row, field) for field in DEPENDENCY_FACTS}
    if _agrees_with_what_was_given(target.values, row):
        stated["host"] = None
    changes = target.overlay(stated)
    changes += _take_resolution(target.values, row)
    if target.stored is not None and changes and row.evidence is None:
        before, target.values["evidence"] = target.values["evidence"], None
        if before is not None:
            changes.append(FieldChange(field="evidence", before=before, after=None))
    if target.stored is None:
        return _row_change(Status.NEW, row, ())
    changes += [
        change
        for change in shared
        if getattr(row, change.field) is not None
        and change.field not in {other.field for other in changes}
    ]
    return _row_change(Status.CHANGED, row, tuple(changes)) if changes else None


def _new_dependency(row: InventoryRow, key: Key) -> Row:
    values: Row = {column_of(field): None for field in DEPENDENCY_FACTS}
    return values | {
        "key": dependency_key(row.startup, row.use_case, row.provider, row.model),
        "provider_text": row.provider,
        "provider_key": key[-2],
        "model": row.model,
        "model_key": key[-1],
        **_resolved(row),
        "fallback_provider_text": None,
        "fallback_developer": None,
        "fallback_host": None,
    }


def _resolved(row: InventoryRow) -> Row:
    resolution = row.resolution
    return {
        "answer": resolution.answer,
        "developer": resolution.developer,
        "host": resolution.host,
        "product": resolution.product,
        "resolution_confidence": resolution.confidence,
        "resolution_reason": resolution.reason,
    }


def _agrees_with_what_was_given(values: Row, row: InventoryRow) -> bool:
    """Whether developer and host were given, not read from a text, and the file means the same.

    Then its text is no news: an exported demo portfolio changes nothing when it is imported.
    """
    meant = _resolved(row)
    return values["resolution_confidence"] is None and all(
        (values[name] or UNSPECIFIED) == (meant[name] or UNSPECIFIED)
        for name in ("answer", "developer", "host")
    )


def _take_resolution(values: Row, row: InventoryRow) -> list[FieldChange]:
    """Take a name's reading over as a whole: half of an old one and half of a new one is none."""
    read = {} if _agrees_with_what_was_given(values, row) else _resolved(row)
    if row.fallback_provider is not None:
        fallback = row.fallback_resolution
        read |= {
            "fallback_provider_text": row.fallback_provider,
            "fallback_developer": fallback.developer if fallback else None,
            "fallback_host": fallback.host if fallback else None,
        }
    changes = [
        FieldChange(field=name.removesuffix("_text"), before=values[name], after=value)
        for name, value in read.items()
        if values[name] != value and not name.startswith("resolution_")
    ]
    if changes:
        values.update(read)
    return changes


def _row_change(status: Status, row: InventoryRow, fields: tuple[FieldChange, ...]) -> RowChange:
    return RowChange(
        status=status,
        startup=tidy(row.startup),
        use_case=use_case_name(row.use_case),
        provider=row.provider,
        model=row.model,
        fields=fields,
    )


def _counted(plan: Plan, stored: _StoredRows, changes: Sequence[RowChange | None]) -> Changes:
    listed = [change for change in changes if change is not None]
    new = sum(change.status is Status.NEW for change in listed)
    missing = [
        RowChange(
            status=Status.MISSING,
            startup=stored.startups[key[:1]]["name"],
            use_case=stored.use_cases[key[:2]]["name"],
            provider=row["provider_text"],
            model=row["model"],
        )
        for key, row in stored.dependencies.items()
        if key not in plan.dependencies
    ]
    return Changes(
        new=new,
        changed=len(listed) - new,
        unchanged=len(changes) - len(listed),
        missing=len(missing),
        new_startups=sum(row.stored is None for row in plan.startups.values()),
        rows=(*listed, *missing),
    )


def _agreed_facts(
    rows: Sequence[InventoryRow], fields: Iterable[str], *, about: str
) -> tuple[dict[str, InventoryRow], list[Problem]]:
    """For each fact that rows agree on the last that states it; and those on which they differ.

    ``about`` names the startup or use case in the sentence. A fact in dispute is in neither
    answer nor guess: it stays what it was in the register.
    """
    agreed: dict[str, InventoryRow] = {}
    problems: list[Problem] = []
    for name in fields:
        stating = [row for row in rows if getattr(row, name) is not None]
        values = list(dict.fromkeys(getattr(row, name) for row in stating))
        if len(values) == 1:
            agreed[name] = stating[-1]
        elif values:
            problems.append(_disagreement(name, values, stating, about))
    return agreed, problems


def _disagreement(
    field: str, values: Sequence[Any], stating: Sequence[InventoryRow], about: str
) -> Problem:
    odd = next(row for row in stating if getattr(row, field) != values[0])
    return Problem(
        code="facts_disagree",
        line=odd.line,
        column=field,
        value=str(values[1]),
        message=(
            f"{field} of {about} is {values[0]} in line {stating[0].line} but {values[1]} in line "
            f"{odd.line}: it is left as it was. Write the same value in every line, or in one."
        ),
    )


def _joined_notes(rows: Iterable[InventoryRow]) -> str | None:
    """Return the notes of all rows, each once, a line each: notes add up and never disagree."""
    notes = dict.fromkeys(row.notes for row in rows if row.notes and tidy(row.notes))
    return "\n".join(notes) or None
