"""What reading an inventory file produced: rows, problems by line, and questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from risk.inventory.records import Depth, ExitPlan, Fallback, Resolution


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
    """Something the reader must decide before the file can be imported; first choice suggested."""

    code: str
    question: str
    choices: tuple[str, ...]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InventoryRow:
    """One accepted record with every canonical column, typed; None is unknown.

    ``resolution`` is what the provider text was read as. ``line`` is where the record began.
    """

    line: int
    startup: str
    provider: str
    resolution: Resolution
    fallback_resolution: Resolution | None = None
    website: str | None = None
    sector: str | None = None
    country: str | None = None
    notes: str | None = None
    annual_revenue_usd: float | None = None
    cash_usd: float | None = None
    monthly_burn_usd: float | None = None
    invested_usd: float | None = None
    spend_usd: float | None = None
    gross_margin: float | None = None
    ai_revenue_share: float | None = None
    share: float | None = None
    engineers: float | None = None
    notice_days: float | None = None
    buffer_hours: float | None = None
    use_case: str | None = None
    model: str | None = None
    host: str | None = None
    region: str | None = None
    data_residency: str | None = None
    criticality: int | None = None
    depth: Depth | None = None
    fallback: Fallback | None = None
    fallback_provider: str | None = None
    fallback_tested_on: date | None = None
    exit_plan: ExitPlan | None = None
    renewal: date | None = None
    as_of: date | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class IntakeResult:
    """The whole reading of one file.

    ``records`` = ``accepted`` + ``rejected`` + ``duplicate``. ``mapping`` goes from the file's
    header to a canonical column or None (ignored); constants stand in it as ``=column`` → value.
    ``error`` is the refusing code, or the first
    rejected record's. ``rows`` of a large file are columns that make a row when asked for it
    (:class:`~risk.inventory.columnar_rows.ColumnarRows`). ``reject_file`` is a CSV of the rejected
    records, each with its reason.
    """

    outcome: Outcome
    error: str | None
    records: int
    accepted: int
    rejected: int
    duplicate: int
    warnings: tuple[str, ...]
    problems: tuple[Problem, ...]
    confirm: tuple[Question, ...]
    header: tuple[str, ...]
    mapping: Mapping[str, str | None]
    samples: Mapping[str, tuple[str, ...]]
    rows: Sequence[InventoryRow]
    reject_file: bytes
