"""Results of reading an inventory file: rows, problems by line, and questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from risk.inventory.rows import InventoryRows


class Outcome(StrEnum):
    """What may happen to a file."""

    ACCEPT = "accept"
    PARTIAL = "partial"
    CONFIRM = "confirm"
    REJECT_FILE = "reject_file"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong, where, and what to write instead. ``line`` counts from 1, 0 is the file."""

    code: str
    line: int
    column: str | None
    value: str | None
    message: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something the reader must decide before the file can be imported; first choice suggested.

    ``free``: any name may be the answer, not only one of ``choices``.
    """

    code: str
    question: str
    choices: tuple[str, ...]
    examples: tuple[str, ...] = ()
    free: bool = False


@dataclass(frozen=True, kw_only=True)
class IntakeResult:
    """The whole reading of one file.

    ``records`` = ``accepted`` + ``rejected`` + ``duplicate``. ``mapping`` goes from the file's
    header to a canonical column or None (ignored); constants stand in it as ``=column`` → value.
    ``error`` is the refusing code, or the first rejected record's. ``reject_file`` is a CSV of the
    rejected records, each with its reason. ``format`` is the kind of file that was read (see
    :class:`~risk.inventory.tables.Table`), empty if that was never known.
    """

    outcome: Outcome
    error: str | None
    records: int
    rejected: int
    problems: tuple[Problem, ...]
    header: tuple[str, ...]
    mapping: Mapping[str, str | None]
    samples: Mapping[str, tuple[str, ...]]
    accepted: int = 0
    duplicate: int = 0
    warnings: tuple[str, ...] = ()
    confirm: tuple[Question, ...] = ()
    rows: InventoryRows = field(default_factory=InventoryRows)
    reject_file: bytes = b""
    format: str = ""

    @property
    def chosen_columns(self) -> Mapping[str, str | tuple[str, ...]]:
        """Canonical column → the header that it is read from, or ``=value`` for the whole file.

        Several headers that are kept together stand in a tuple.
        """
        found: dict[str, tuple[str, ...]] = {}
        for header, column in self.mapping.items():
            if header.startswith("="):
                found[header[1:]] = (f"={column}",)
            elif column is not None:
                found[column] = (*found.get(column, ()), header)
        return {name: one[0] if len(one) == 1 else one for name, one in found.items()}
