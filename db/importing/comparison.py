"""Comparison of a file with the register: what is plainly new, and what changes what is known."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np

from db.importing.changes import Changes, FieldChange, RowChange, Status
from db.importing.covering import Covering
from db.importing.keys import Keys
from db.importing.planning import Mask, Plan, StoredRows, places_by_name, plan_import
from db.register.naming import comparison_key, tidy, use_case_name
from db.register.tables import DEPENDENCIES, STARTUPS, USE_CASES
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

    @property
    def erased(self) -> int:
        """How many facts are unknown again because the file, being complete, leaves them blank."""
        return self.rest.erased

    @cached_property
    def changes(self) -> Changes:
        """What the file means, record by record."""
        new = len(self.fresh.rows) + int(self.rest.is_new.sum())
        changed = int(self.rest.is_changed.sum())
        missing, elsewhere = len(self.rest.missing), self.rest.stored.elsewhere
        merged = [one.rows.sum() for one in self.rest.told if one.field == "provider"]
        return Changes(
            new=new,
            changed=changed,
            unchanged=len(self.fresh.rows) + len(self.rest.rows) - new - changed,
            ended=len(self.rest.ended),
            merged=int(sum(merged)),
            missing=missing + elsewhere,
            elsewhere=elsewhere,
            new_startups=len(self.fresh.tables[0].places),
            rows=ChangedRows(self.fresh, self.rest),
        )


def compare(
    rows: InventoryRows,
    stored: StoredRows,
    *,
    file_name: str,
    covering: Covering,
    progress: Progress = unheard,
) -> Comparison:
    """Compare the records of a file with the register; ``progress`` hears 0 to 1."""
    known = places_by_name(stored.tables[STARTUPS.name])
    is_known = _is_known(Keys(rows), known)
    new: dict[str, int] = {}
    old: dict[str, int] = {}
    for name, count in rows.unread.items():
        (old if comparison_key(name) in known else new)[name] = count
    first, second = part(progress, 0.0, _NEW_PLANNED), part(progress, _NEW_PLANNED, 1.0)

    def planned(
        some: Mask, unread: Mapping[str, int], held: StoredRows, progress: Progress
    ) -> Plan:
        return plan_import(
            replace(rows if some.all() else rows.taken(some), unread=unread),
            held,
            file_name=file_name,
            covering=covering,
            progress=progress,
        )

    return Comparison(
        fresh=planned(~is_known, new, StoredRows(), first),
        rest=planned(is_known, old, stored, second),
    )


def _is_known(keys: Keys, known: Container[str]) -> Mask:
    """Which records are about a startup that is stored."""
    return np.array([name in known for name in keys.names], bool)[keys.startups[0]]


def compare_again(
    before: Comparison, stored: StoredRows, *, file_name: str, covering: Covering
) -> Comparison:
    """Compare with a register that others have written to, without parting the rows anew."""
    known = places_by_name(stored.tables[STARTUPS.name])
    return replace(
        before,
        rest=plan_import(before.rest.rows, stored, file_name=file_name, covering=covering),
        is_overtaken=any(name in known for name in Keys(before.fresh.rows).all_names.tolist()),
    )


@dataclass(frozen=True, eq=False)
class ChangedRows(Sequence[RowChange]):
    """What a file adds, changes, ends, and does not mention, in this order; made when asked for."""

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

    def _unnamed(self, status: Status, place: int) -> RowChange:
        tables, place_of = self.rest.stored.tables, self._place_of
        dependencies, use_cases, startups = (
            tables[one.name] for one in (DEPENDENCIES, USE_CASES, STARTUPS)
        )
        of_case = place_of[USE_CASES.name][dependencies["use_case_id"][place]]
        of_startup = place_of[STARTUPS.name][use_cases["startup_id"][of_case]]
        return RowChange(
            status=status,
            startup=startups["name"][of_startup],
            use_case=use_cases["name"][of_case],
            provider=dependencies["provider_text"][place],
            model=dependencies["model"][place],
        )

    def __len__(self) -> int:
        """The number of changes."""
        unnamed = len(self.rest.ended) + len(self.rest.missing)
        return len(self.fresh.rows) + len(self._noted) + unnamed

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
        place -= len(self._noted)
        if place < len(self.rest.ended):
            return self._unnamed(Status.ENDED, int(self.rest.ended[place]))
        place -= len(self.rest.ended)
        return self._unnamed(Status.MISSING, int(self.rest.missing[place]))

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
    fields = tuple(one.change(row) for one in plan.told if one.rows[row])
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
