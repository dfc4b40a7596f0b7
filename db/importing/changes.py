"""Changes that an import would make or made, record by record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Value = str | float | int | date | None


class Status(StrEnum):
    """What a file means for one record of the register."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field before and after. Money in USD; None is unknown."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """One record that is new, changed, or stored and not in the file: ended by it, or left."""

    status: Status
    startup: str
    use_case: str
    provider: str
    model: str | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Records of a file by what they do: ``new`` + ``changed`` + ``unchanged`` = accepted.

    ``ended`` counts stored records that the file, being complete, ends by not naming them,
    ``missing`` those that it does not mention and leaves as they are. ``merged`` of the changed
    ones were stored under another spelling.
    ``rows`` lists what is new and changed, then what ended, then what is missing, of that all but
    the ``elsewhere``: those of a large portfolio's startups that the file does not name.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    merged: int = 0
    missing: int = 0
    elsewhere: int = 0
    new_startups: int = 0
    rows: Sequence[RowChange] = ()

    @property
    def ended_rows(self) -> Sequence[RowChange]:
        """The ended records, without going through the others."""
        first = self.new + self.changed
        return self.rows[first : first + self.ended]

    @property
    def merged_rows(self) -> Sequence[RowChange]:
        """The records that were stored under another spelling."""
        if not self.merged:
            return ()
        known = self.rows[: self.new + self.changed]
        return [one for one in known if any(field.field == "provider" for field in one.fields)]
