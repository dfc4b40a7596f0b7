"""What an inventory file would change in the register: a plan, without touching the store.

A fact that the file does not state never erases one that is stored. Rows of one file that
contradict each other about their startup leave that fact as it was, and are reported.
"""

from collections.abc import Callable, Iterable, Sequence

from db.importing.agreement import (
    STARTUP_FACTS,
    USE_CASE_FACTS,
    AgreedFact,
    agreed_facts,
    joined_notes,
)
from db.importing.changes import Changes, FieldChange, RowChange, Status
from db.importing.plan import Key, Plan, StoredRows, planned, stored_rows
from db.register.columns import column_of
from db.register.documents import Row
from db.register.naming import comparison_key, dependency_key, tidy, use_case_name
from db.register.rows import StoredRegister
from risk.catalog.records import UNSPECIFIED
from risk.inventory.intake_results import Problem
from risk.inventory.progress import Progress, each, unheard
from risk.inventory.records import Requirement
from risk.inventory.rows import InventoryRow

DEPENDENCY_FACTS = (
    "host",
    "region",
    "data_residency",
    "share",
    "spend_usd",
    "depth",
    "fallback",
    "fallback_tested_on",
    "exit_plan",
    "notice_days",
    "renewal",
    "source",
    "as_of",
)


def plan_import(
    rows: Iterable[InventoryRow],
    register: StoredRegister,
    *,
    file_name: str,
    progress: Progress = unheard,
) -> Plan:
    """Compare the rows of a file with the register; ``progress`` hears 0 to 1.

    Returns:
        the rows to add, to change and to confirm, and the changes by record for the reader.
    """
    stored, plan = stored_rows(register), Plan()
    problems: list[Problem] = []
    changes: list[RowChange | None] = []
    by_startup = _grouped(rows, lambda row: comparison_key(row.startup))
    for startup, of_startup in each(list(by_startup.items()), progress):
        shared, disputed = _plan_startup(plan, stored, (startup,), of_startup, file_name)
        problems += disputed
        use_cases = _grouped(of_startup, lambda row: comparison_key(use_case_name(row.use_case)))
        for use_case, of_use_case in use_cases.items():
            key = (startup, use_case)
            more, disputed = _plan_use_case(plan, stored, key, of_use_case)
            problems += disputed
            changes += [
                _plan_dependency(plan, stored, key, row, shared + more) for row in of_use_case
            ]
    plan.disagreements = tuple(problems)
    plan.changes = _counted(plan, stored, changes, register.elsewhere)
    return plan


def _grouped(
    rows: Iterable[InventoryRow], key_of: Callable[[InventoryRow], str]
) -> dict[str, list[InventoryRow]]:
    groups: dict[str, list[InventoryRow]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return groups


def _plan_startup(
    plan: Plan, stored: StoredRows, key: Key, rows: Sequence[InventoryRow], file_name: str
) -> tuple[list[FieldChange], list[Problem]]:
    name = tidy(rows[0].startup)
    agreed, problems = agreed_facts(rows, STARTUP_FACTS, about=name)
    new = {"name": name, "name_key": key[0], "notes": None, "as_of": None}
    new |= {column_of(field): None for field in STARTUP_FACTS}
    row = planned(plan.startups, stored.startups, key, new)
    changes = row.overlay({field: fact.value for field, fact in agreed.items()})
    for field, fact in agreed.items():
        is_other_value = any(change.field == field for change in changes)
        _plan_fact(plan, stored, (*key, field), fact, file_name, is_other_value)
    _confirm_other_facts(plan, stored, key)
    dates = [fact.row.as_of for fact in agreed.values() if fact.row.as_of]
    changes += row.overlay({"notes": joined_notes(rows), "as_of": max(dates, default=None)})
    return changes if row.stored else [], problems


def _plan_fact(
    plan: Plan,
    stored: StoredRows,
    key: Key,
    fact: AgreedFact,
    file_name: str,
    is_other_value: bool,
) -> None:
    """Plan where the fact is from. Another value takes nothing over from the value it replaces."""
    row = planned(plan.facts, stored.facts, key, {"field": key[-1], "source": None, "as_of": None})
    if is_other_value or row.stored is None:
        row.values["source"] = fact.row.source or f"{file_name}, line {fact.row.line}"
        row.values["as_of"] = fact.row.as_of
    else:
        row.overlay({"source": fact.row.source, "as_of": fact.row.as_of})


def _confirm_other_facts(plan: Plan, stored: StoredRows, key: Key) -> None:
    """Keep the sources of facts that the file does not state: they go with the startup's row."""
    for field in STARTUP_FACTS:
        row = stored.facts.get((*key, field))
        if row is not None:
            new = {name: row[name] for name in ("field", "source", "as_of")}
            planned(plan.facts, stored.facts, (*key, field), new)


def _plan_use_case(
    plan: Plan, stored: StoredRows, key: Key, rows: Sequence[InventoryRow]
) -> tuple[list[FieldChange], list[Problem]]:
    name = use_case_name(rows[0].use_case)
    agreed, problems = agreed_facts(rows, USE_CASE_FACTS, about=f"{tidy(rows[0].startup)}, {name}")
    new = {
        "name": name,
        "name_key": key[-1],
        "criticality": None,
        "revenue_share": None,
        "buffer_hours": None,
        "requirement": Requirement.SHARED,
    }
    row = planned(plan.use_cases, stored.use_cases, key, new)
    changes = row.overlay({field: fact.value for field, fact in agreed.items()})
    return changes if row.stored else [], problems


def _plan_dependency(
    plan: Plan,
    stored: StoredRows,
    use_case: Key,
    row: InventoryRow,
    shared: Sequence[FieldChange],
) -> RowChange | None:
    """Plan one record. None: the register already says all of it."""
    key = (*use_case, comparison_key(row.provider), comparison_key(row.model))
    target = planned(plan.dependencies, stored.dependencies, key, _new_dependency(row, key))
    stated = {field: getattr(row, field) for field in DEPENDENCY_FACTS}
    if _agrees_with_what_was_given(target.values, row):
        stated["host"] = None
    changes = target.overlay(stated)
    changes += _take_resolution(target.values, row)
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


def _counted(
    plan: Plan, stored: StoredRows, changes: Sequence[RowChange | None], elsewhere: int
) -> Changes:
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
        missing=len(missing) + elsewhere,
        elsewhere=elsewhere,
        new_startups=sum(row.stored is None for row in plan.startups.values()),
        rows=(*listed, *missing),
    )
