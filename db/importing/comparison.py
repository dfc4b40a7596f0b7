"""Comparison of a file with the register: what is plainly new, and what changes what is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np

from db.importing.changes import Changes, FieldChange, RowChange, Status
from db.importing.keys import Keys
from db.importing.planning import Plan, StoredRows, plan_import
from db.register.naming import comparison_key, tidy, use_case_name
from db.register.rows import DEPENDENCIES, STARTUPS, USE_CASES
from risk.inventory.intake_results import Problem
from risk.inventory.progress import Progress, part, unheard
from risk.inventory.rows import Indices, InventoryRow, InventoryRows

#: How much of the comparison is done when the new startups are planned.
_NEW_PLANNED = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """``fresh`` plans the startups that are new, ``rest`` those that the register knows.

    ``is_overtaken``: a startup of ``fresh`` is in the register by now.
    """

    fresh: Plan
    rest: Plan
    is_overtaken: bool = False

    @property
    def disagreements(self) -> tuple[Problem, ...]:
        """Facts on which records of the file differ, and which are left as they are."""
        return (*self.rest.disagreements, *self.fresh.disagreements)

    @cached_property
    def changes(self) -> Changes:
        """What the file means, record by record."""
        new = len(self.fresh.rows) + int(self.rest.is_new.sum())
        changed = int(self.rest.is_changed.sum())
        missing, elsewhere = len(self.rest.missing), self.rest.stored.elsewhere
        return Changes(
            new=new,
            changed=changed,
            unchanged=len(self.fresh.rows) + len(self.rest.rows) - new - changed,
            missing=missing + elsewhere,
            elsewhere=elsewhere,
            new_startups=len(self.fresh.tables[0].places),
            rows=ChangedRows(self.fresh, self.rest),
        )


def compare(
    rows: InventoryRows, stored: StoredRows, *, file_name: str, progress: Progress = unheard
) -> Comparison:
    """Compare the records of a file with the register; ``progress`` hears 0 to 1."""
    keys = Keys(rows)
    known = set(stored.tables[STARTUPS.name]["name_key"])
    is_known = np.array([name in known for name in keys.names], bool)[keys.startups[0]]
    new: dict[str, int] = {}
    old: dict[str, int] = {}
    for name, count in rows.unread.items():
        (old if comparison_key(name) in known else new)[name] = count
    first, second = part(progress, 0.0, _NEW_PLANNED), part(progress, _NEW_PLANNED, 1.0)
    nothing = StoredRows()
    return Comparison(
        fresh=plan_import(
            replace(rows.taken(~is_known), unread=new),
            nothing,
            file_name=file_name,
            progress=first,
        ),
        rest=plan_import(
            replace(rows.taken(is_known), unread=old),
            stored,
            file_name=file_name,
            progress=second,
        ),
    )


def compare_again(before: Comparison, stored: StoredRows, *, file_name: str) -> Comparison:
    """Compare with a register that others have written to, without parting the rows anew."""
    known = set(stored.tables[STARTUPS.name]["name_key"])
    return replace(
        before,
        rest=plan_import(before.rest.rows, stored, file_name=file_name),
        is_overtaken=not known.isdisjoint(Keys(before.fresh.rows).all_names.tolist()),
    )


@dataclass(frozen=True, eq=False)
class ChangedRows(Sequence[RowChange]):
    """What a file adds, what it changes, then what it does not mention; each is made when asked."""

    fresh: Plan
    rest: Plan

    @cached_property
    def _noted(self) -> Indices:
        return np.flatnonzero(self.rest.is_new | self.rest.is_changed)

    @cached_property
    def _place_of(self) -> dict[str, dict[int, int]]:
        """Where the stored startup or use case with a number stands."""
        return {
            table.name: {
                number: at for at, number in enumerate(self.rest.stored.tables[table.name]["id"])
            }
            for table in (STARTUPS, USE_CASES)
        }

    def _missing(self, place: int) -> RowChange:
        tables, place_of = self.rest.stored.tables, self._place_of
        dependencies, use_cases, startups = (
            tables[one.name] for one in (DEPENDENCIES, USE_CASES, STARTUPS)
        )
        of_case = place_of[USE_CASES.name][dependencies["use_case_id"][place]]
        of_startup = place_of[STARTUPS.name][use_cases["startup_id"][of_case]]
        return RowChange(
            status=Status.MISSING,
            startup=startups["name"][of_startup],
            use_case=use_cases["name"][of_case],
            provider=dependencies["provider_text"][place],
            model=dependencies["model"][place],
        )

    def __len__(self) -> int:
        """The number of changes."""
        return len(self.fresh.rows) + len(self._noted) + len(self.rest.missing)

    @overload
    def __getitem__(self, index: int) -> RowChange: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[RowChange]: ...

    def __getitem__(self, index: int | slice) -> RowChange | Sequence[RowChange]:
        """One change, or some."""
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        place = range(len(self))[index]
        if place < len(self.fresh.rows):
            return _of_row(Status.NEW, self.fresh.rows[place], ())
        place -= len(self.fresh.rows)
        if place < len(self._noted):
            return _of_plan(self.rest, int(self._noted[place]))
        return self._missing(int(self.rest.missing[place - len(self._noted)]))

    def __iter__(self) -> Iterator[RowChange]:
        """All changes in order."""
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Whether the changes are the same, one by one."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as other sequences that are compared by content


def _of_plan(plan: Plan, row: int) -> RowChange:
    if plan.is_new[row]:
        return _of_row(Status.NEW, plan.rows[row], ())
    fields = tuple(
        FieldChange(field=one.field, before=one.before[row], after=one.after[row])
        for one in plan.told
        if one.rows[row]
    )
    return _of_row(Status.CHANGED, plan.rows[row], fields)


def _of_row(status: Status, row: InventoryRow, fields: tuple[FieldChange, ...]) -> RowChange:
    return RowChange(
        status=status,
        startup=tidy(row.startup),
        use_case=use_case_name(row.use_case),
        provider=row.provider,
        model=row.model,
        fields=fields,
    )
