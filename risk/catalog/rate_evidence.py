"""What each reference rate rests on: counts, the market's average, or somebody's judgement.

The table fixtures/rate_evidence.csv has one row for each row of fixtures/rates.csv.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from risk.catalog.falters import FalterKind
from risk.catalog.tables import Row, read_table

#: Node, kind and level of a reference rate.
RateKey = tuple[str, FalterKind, str]


class EvidenceKind(StrEnum):
    """What a rate rests on."""

    COUNTED = "counted"
    MARKET = "market"
    ELICITED = "elicited"
    JUDGED = "judged"
    FITTED = "fitted"
    LEARNED = "learned"


@dataclass(frozen=True, kw_only=True)
class RateEvidence:
    """What one reference rate rests on. ``spread`` is the 95 % point over the median.

    ``notice_q95_days`` is the 95 % point of a notice whose median stands beside the rate; None:
    the notice is taken as it stands there. ``shape`` is that of the Gamma law of a rate that was
    fitted to ``events`` in ``years`` of a sort, or learned from what was imported since.
    """

    how: EvidenceKind
    events: int | None = None
    years: float | None = None
    spread: float | None = None
    notice_q95_days: float | None = None
    shape: float | None = None
    source: str = ""


def load_rate_evidence(folder: Path) -> Mapping[RateKey, RateEvidence]:
    """What the rates of ``folder`` rest on, by node, kind and level.

    Raises:
        CatalogError: the table is missing or wrong; the message names file, line and column.
    """
    columns = (
        *("node", "kind", "level", "how", "events", "years", "shape", "median", "q95", "spread"),
        *("notice_q95_days", "source", "as_of"),
    )
    found: dict[RateKey, RateEvidence] = {}
    for row in read_table(folder / "rate_evidence.csv", columns):
        key = (row.text("node"), row.choice("kind", FalterKind), row.text("level"))
        if key in found:
            raise row.error("level", f"{' '.join(key)} is listed twice.")
        found[key] = _evidence(row)
    return found


def _evidence(row: Row) -> RateEvidence:
    how = row.choice("how", EvidenceKind)
    if how is EvidenceKind.LEARNED:
        raise row.error("how", "a rate of the reference facts was not learned since.")
    source = f"{row.text('source')} ({row.day('as_of').isoformat()})"
    notice = row.optional_number("notice_q95_days", low=0, high=3650)
    if how in (EvidenceKind.COUNTED, EvidenceKind.MARKET, EvidenceKind.FITTED):
        events = row.number("events", low=0, high=1e6)
        if events != int(events):
            raise row.error("events", "count whole events.")
        years = row.number("years", low=1e-6, high=1e6)
        fitted = how is EvidenceKind.FITTED
        return RateEvidence(
            how=how,
            events=int(events),
            years=years,
            notice_q95_days=notice,
            shape=row.number("shape", low=1e-3, high=1e6) if fitted else None,
            source=source,
        )
    if how is EvidenceKind.JUDGED:
        spread = row.number("spread", low=1.01, high=100)
        return RateEvidence(how=how, spread=spread, notice_q95_days=notice, source=source)
    median, q95 = row.number("median", low=1e-9, high=1e6), row.number("q95", low=1e-9, high=1e6)
    if median >= q95:
        raise row.error("q95", "the 95 % point must be above the median.")
    return RateEvidence(how=how, spread=q95 / median, notice_q95_days=notice, source=source)
