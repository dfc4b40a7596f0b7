"""The rows that an import will add, change or confirm, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table

from db.importing.changes import Changes, FieldChange
from db.register.columns import as_stated, as_stored, column_of
from db.register.documents import Row
from db.register.rows import StoredRegister
from risk.inventory.intake_results import Problem

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
                changes.append(FieldChange(field=name, before=as_stated(name, before), after=value))
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
class StoredRows:
    """The rows of a register by the keys that a plan uses."""

    startups: dict[Key, Row]
    facts: dict[Key, Row]
    use_cases: dict[Key, Row]
    dependencies: dict[Key, Row]


def stored_rows(register: StoredRegister) -> StoredRows:
    """Index a register by key."""
    startups = {row["id"]: (row["name_key"],) for row in register.startups}
    use_cases = {
        row["id"]: (*startups[row["startup_id"]], row["name_key"]) for row in register.use_cases
    }
    return StoredRows(
        startups={startups[row["id"]]: row for row in register.startups},
        facts={(*startups[row["startup_id"]], row["field"]): row for row in register.facts},
        use_cases={use_cases[row["id"]]: row for row in register.use_cases},
        dependencies={
            (*use_cases[row["use_case_id"]], row["provider_key"], row["model_key"]): row
            for row in register.dependencies
        },
    )


def planned(target: Rows, stored: Mapping[Key, Row], key: Key, new: Row) -> PlannedRow:
    """Return the planned row for ``key``, begun from the stored row or else from ``new``."""
    if key not in target:
        row = stored.get(key)
        values = new if row is None else {name: row[name] for name in new}
        target[key] = PlannedRow(key=key, stored=row, values=dict(values))
    return target[key]
