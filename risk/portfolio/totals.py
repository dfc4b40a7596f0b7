"""What of a portfolio's answer adds up: sums over startups, so that parts can be taken apart.

A portfolio that is scored in parts, here or on several machines, adds the totals of its parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.own_year import OwnYear
from risk.exposure.results import Confidence, Interval, StartupAssessment
from risk.exposure.score import interval_of
from risk.inventory.records import Startup
from risk.portfolio.book import Book
from risk.portfolio.concentration import margins_by_level
from risk.portfolio.cut_sets import CutSet
from risk.portfolio.open_questions import IfAllAsked, total_if_all_asked
from risk.portfolio.results import PairOfPoints, SinglePoint
from risk.portfolio.single_points import joined_pairs, joined_points, points_and_pairs

Array = NDArray[np.float64]
Name = TypeVar("Name")

#: Sums of hashes are taken within so many bits.
DIGEST_BITS = 256


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Sums over the startups of a portfolio or of a part of it; money in USD.

    ``aal_draws_usd`` (draws,) is the expected loss by draw of unknown facts, ``asked_draws_usd``
    the same if every open question is a yes. ``by_confidence`` holds the expected loss of the
    startups of each confidence. ``margins`` a day are by level and provider, ``case_margin_usd``
    is that of all use cases. ``facts`` is a sum of hashes, one for each startup.
    """

    startups: int
    exposed: int
    aal_usd: float
    aal_draws_usd: Array
    asked_draws_usd: Array
    gross_profit_usd: float
    tvar95_usd: float
    cash_out: int
    cash_out_anyway: int
    by_confidence: Mapping[Confidence, float]
    margins: Mapping[str, Mapping[str, float]]
    case_margin_usd: float
    single_points: tuple[SinglePoint, ...]
    pairs: tuple[PairOfPoints, ...]
    facts: int

    @property
    def aal_interval_usd(self) -> Interval:
        """10-90 % of the expected loss over unknown facts and open questions.

        The facts of different startups are drawn independently, so draws are added as they come.
        """
        known = interval_of(self.aal_draws_usd)
        asked = float(np.quantile(self.asked_draws_usd, 0.9))
        return Interval(low=known.low, high=max(known.high, asked))

    @property
    def confidence(self) -> Confidence:
        """The confidence that half of the exposed startups, weighted by loss, reach."""
        weights = {one: self.by_confidence.get(one, 0.0) for one in Confidence}
        total = sum(weights.values())
        if total <= 0:
            low = Confidence.LOW in self.by_confidence or not self.by_confidence
            return Confidence.LOW if low else Confidence.HIGH
        if weights[Confidence.HIGH] >= total / 2:
            return Confidence.HIGH
        known = weights[Confidence.HIGH] + weights[Confidence.MEDIUM]
        return Confidence.MEDIUM if known >= total / 2 else Confidence.LOW

    def digest(self, name: str, assumptions: Assumptions, learned: tuple[str, ...]) -> str:
        """Short SHA-256 of facts, assumptions and learned rates: equal means equal inputs."""
        return sha256(repr((name, self.facts, assumptions, *learned)).encode()).hexdigest()[:16]


def totals_of(
    book: Book,
    startups: Sequence[StartupAssessment],
    years: Mapping[str, OwnYear],
    worst: Mapping[str, IfAllAsked],
    cuts: Iterable[CutSet],
    catalog: Catalog,
    assumptions: Assumptions,
) -> Totals:
    """The totals of the startups of a book; ``worst`` is what open questions could hide."""
    limit = assumptions.cash_out_limit
    draws = {name: one.loss.aal_usd for name, one in years.items()}
    points, pairs = points_and_pairs(book, cuts)
    by_confidence: dict[Confidence, float] = {}
    for one in startups:
        by_confidence[one.confidence] = by_confidence.get(one.confidence, 0.0) + one.aal_usd
    return Totals(
        startups=len(startups),
        exposed=sum(bool(one.parts) for one in startups),
        aal_usd=sum(one.aal_usd for one in startups),
        aal_draws_usd=sum(draws.values(), start=np.zeros(1)),
        asked_draws_usd=total_if_all_asked(draws, worst),
        gross_profit_usd=sum(one.gross_profit_usd for one in startups),
        tvar95_usd=sum(one.tvar95_usd for one in startups),
        cash_out=sum(_runs_out(one, limit) for one in startups),
        cash_out_anyway=sum(
            _runs_out(one, limit) and _runs_out_anyway(one, limit) for one in startups
        ),
        by_confidence=by_confidence,
        margins=margins_by_level(book, catalog),
        case_margin_usd=sum(
            float(case.margin_usd_per_day.mean())
            for member in book.members
            for case in member.numbers.use_cases
        ),
        single_points=points,
        pairs=pairs,
        facts=facts_digest(member.startup for member in book.members),
    )


def added(parts: Sequence[Totals]) -> Totals:
    """The totals of a portfolio from those of its parts, of which there is at least one.

    Equal to those of the whole but for rounding.
    """
    if len(parts) == 1:
        return parts[0]
    whole = sum(one.case_margin_usd for one in parts)
    weights = [one.case_margin_usd / whole if whole > 0 else 0.0 for one in parts]
    sums: dict[str, Any] = {
        name: sum(getattr(one, name) for one in parts)
        for name in (
            "startups exposed aal_usd aal_draws_usd asked_draws_usd gross_profit_usd tvar95_usd "
            "cash_out cash_out_anyway"
        ).split()
    }
    return replace(
        parts[0],
        **sums,
        by_confidence=_by_name(one.by_confidence for one in parts),
        margins={
            level: _by_name(one.margins[level] for one in parts) for level in parts[0].margins
        },
        case_margin_usd=whole,
        single_points=joined_points((one.single_points for one in parts), weights),
        pairs=joined_pairs((one.pairs for one in parts), weights),
        facts=sum(one.facts for one in parts) % (1 << DIGEST_BITS),
    )


def facts_digest(startups: Iterable[Startup]) -> int:
    """A number that any fact of any startup changes; those of parts add up, in any order."""
    hashes = (int.from_bytes(sha256(repr(one).encode()).digest(), "big") for one in startups)
    return sum(hashes) % (1 << DIGEST_BITS)


def _by_name(parts: Iterable[Mapping[Name, float]]) -> dict[Name, float]:
    found: dict[Name, float] = {}
    for part in parts:
        for name, amount in part.items():
            found[name] = found.get(name, 0.0) + amount
    return found


def _runs_out(one: StartupAssessment, limit: float) -> bool:
    after = one.cash_out_probability.after
    return bool(one.parts) and after is not None and after > limit


def _runs_out_anyway(one: StartupAssessment, limit: float) -> bool:
    before = one.cash_out_probability.before
    return before is not None and before > limit
