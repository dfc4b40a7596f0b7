"""Concentration as columns: how far a portfolio is spread, and whose loss stops use cases."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import (
    Concentration,
    PairOfPoints,
    PortfolioAssessment,
    SinglePoint,
)
from ui import wording
from ui.tables.column import Column, Record, Unit

if TYPE_CHECKING:
    from db.services.weighting import WeightedConcentration

LEVELS = {"service": "Service", "developer": "Developer", "host": "Host", "cloud": "Cloud"}


def _level(row: Record) -> str:
    return LEVELS[row["level"]]


def _largest(row: Record) -> str:
    if row["largest"] is None:
        return wording.UNKNOWN
    return f"{wording.provider(row['largest'])}, {wording.percent(row['largest_share'])}"


def _hhi(row: Record) -> str:
    return wording.UNKNOWN if row["hhi"] is None else f"{row['hhi']:.2f}"


def _effective(row: Record) -> str:
    found = row["effective_providers"]
    return wording.UNKNOWN if found is None else f"{found:.1f}"


LEVEL = (
    Column(key="level", label="By", cell=_level),
    Column(key="largest", label="Largest", cell=_largest),
    Column(key="hhi", label="HHI", unit=Unit.FACTOR, cell=_hhi),
    Column(key="effective_providers", label="Like equal ones", unit=Unit.COUNT, cell=_effective),
)


#: The same where startups are not weighted by their margin: each once, or as it is worth.
WEIGHTED = (Column(key="weighted_by", label="Each company counts"), *LEVEL)


def level_rows(assessment: PortfolioAssessment) -> list[Record]:
    """Return a row a level: who is largest there, HHI, and how many equal ones that makes."""
    return [_row(level, assessment.concentration[level]) for level in LEVELS]


def _row(level: str, one: Concentration) -> Record:
    return {
        "level": level,
        "largest": max(one.shares, key=lambda name: one.shares[name], default=None),
        "largest_share": max(one.shares.values(), default=None),
        "hhi": one.hhi,
        "effective_providers": one.effective_number,
    }


def weighted_rows(found: "WeightedConcentration") -> list[Record]:
    """Return the levels by count and by value, with how many startups have no weight stated."""
    ways = (("once", found.count), (f"by {found.basis}", found.value))
    return [
        {"weighted_by": way, "startups_without": one.without, **_row(level, levels)}
        for way, one in ways
        for level, levels in one.levels.items()
    ]


def without_value(found: "WeightedConcentration") -> str | None:
    """Return how many startups are in no share by value; None: all are."""
    without = found.value.without
    if not without:
        return None
    counted = wording.counted(without, "company", "companies")
    return f"{counted} without {found.basis}: in no share by value."


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Return ``outage, wind-down`` in the order of the closed list."""
    known = set(kinds)
    return ", ".join(
        wording.disruption(kind).lower() for kind in FailureKind if kind.value in known
    )


def _point(row: Record) -> str:
    return f"{wording.provider(row['root'])}: {kinds_in_words(row['kinds'])}"


def _pair(row: Record) -> str:
    return wording.listed(map(wording.provider, row["roots"]))


def _at_once(row: Record) -> str:
    return wording.rate(row["rate_per_year"]).removeprefix("about ")


_COUNTS = (
    Column(key="startups", label="Companies stopped", unit=Unit.COUNT),
    Column(key="use_cases", label="Use cases stopped", unit=Unit.COUNT),
    Column(
        key="margin_share",
        label="Of AI margin",
        unit=Unit.SHARE,
        help="Of the margin that depends on language models.",
    ),
)
_KINDS = Column(key="kinds", label="Disruptions", unit=Unit.LIST)
POINT_VALUES = (
    Column(
        key="root",
        label="Single point of failure",
        cell=_point,
        help="Whose loss alone stops a use case, and by which disruptions.",
    ),
    _KINDS,
    *_COUNTS,
    Column(
        key="aal_usd",
        label="Loss a year",
        unit=Unit.USD,
        help="Expected, from being stopped so.",
    ),
)
POINT = tuple(one for one in POINT_VALUES if one.key not in ("kinds", "use_cases"))
PAIR_VALUES = (
    Column(key="roots", label="Pair", cell=_pair, help="Who stop a use case only together."),
    _KINDS,
    *_COUNTS,
    Column(key="rate_per_year", label="Down at once", cell=_at_once),
    Column(
        key="margin_usd_per_year",
        label="Margin a year",
        unit=Unit.USD,
        help="Of the days on which both are down; in no other figure.",
    ),
)
PAIR = tuple(one for one in PAIR_VALUES if one.key not in ("kinds", "use_cases"))


def point_rows(points: Iterable[SinglePoint | PairOfPoints]) -> list[Record]:
    """The values of single points of failure, or of pairs."""
    return [vars(one) for one in points]
