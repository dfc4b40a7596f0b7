"""What a file would change: plainly new rows by column, all others by a plan row by row."""

from dataclasses import dataclass, replace

from db.importing.changes import Changes
from db.importing.fresh import Keys, NewRows, part_rows
from db.importing.merging import Plan, plan_import
from db.register.rows import StoredRegister
from risk.inventory.progress import Progress, unheard
from risk.inventory.rows import InventoryRows


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """``fresh`` rows belong to startups that are new; ``plan`` says what the ``rest`` changes.

    ``is_overtaken``: a startup of fresh rows is in the register by now.
    """

    plan: Plan
    changes: Changes
    rest: InventoryRows
    fresh: InventoryRows
    is_overtaken: bool = False


def compare(
    rows: InventoryRows,
    register: StoredRegister,
    *,
    file_name: str,
    progress: Progress = unheard,
) -> Comparison:
    """Compare the rows of a file with the register."""
    fresh, rest = part_rows(rows, _known(register))
    return _of_parts(fresh, rest, register, file_name, progress)


def compare_again(before: Comparison, register: StoredRegister, *, file_name: str) -> Comparison:
    """Compare with a register that others have written to, without parting the rows anew."""
    again = _of_parts(before.fresh, before.rest, register, file_name)
    overtaken = not _known(register).isdisjoint(Keys(before.fresh).names.tolist())
    return replace(again, is_overtaken=overtaken)


def _known(register: StoredRegister) -> set[str]:
    return {row["name_key"] for row in register.startups}


def _of_parts(
    fresh: InventoryRows,
    rest: InventoryRows,
    register: StoredRegister,
    file_name: str,
    progress: Progress = unheard,
) -> Comparison:
    plan = plan_import(rest, register, file_name=file_name, progress=progress)
    changes = replace(
        plan.changes,
        new=plan.changes.new + len(fresh),
        new_startups=plan.changes.new_startups + len(Keys(fresh).names),
        rows=NewRows(fresh, plan.changes.rows),
    )
    return Comparison(plan=plan, changes=changes, rest=rest, fresh=fresh)
