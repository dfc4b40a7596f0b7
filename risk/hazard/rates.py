"""How often a node of the supply chain falters, from the reference facts.

Rates are read as the reference facts state them. Source of every row:
fixtures/rates.csv. docs/method.md §1.
"""

from collections.abc import Iterable
from functools import cache

import scipy

from risk.assumptions import Assumptions
from risk.catalog.falters import PERMANENT_KINDS, FalterKind, FalterRate
from risk.hazard.durations import Duration, LognormalDuration, Permanent

DAYS_PER_YEAR = 365.0


@cache
def elicited_gamma(median: float, q95: float) -> tuple[float, float]:
    """Shape and scale of the Gamma law with this median and 95 % quantile (events a year).

    The shape solves F⁻¹(0.95)/F⁻¹(0.5) = q95/median; the scale is median / F⁻¹(0.5).

    Raises:
        ValueError: unless 0 < median < q95.
    """
    if not 0 < median < q95:
        raise ValueError("The 95 % rate must be above the median, and both above zero.")

    quantile = scipy.stats.gamma.ppf

    def excess(shape: float) -> float:
        return float(quantile(0.95, shape) / quantile(0.5, shape) - q95 / median)

    shape = float(scipy.optimize.brentq(excess, 0.05, 500.0))
    return shape, median / float(quantile(0.5, shape))


def rows_for(
    rates: Iterable[FalterRate], *, node: str, kinds: Iterable[FalterKind], defaults: Iterable[str]
) -> tuple[FalterRate, ...]:
    """The rows of ``node`` for these kinds; a kind it has none of comes from the first default."""
    names = (node, *defaults)
    by_node: dict[tuple[str, FalterKind], list[FalterRate]] = {}
    for row in rates:
        if row.node in names:
            by_node.setdefault((row.node, row.kind), []).append(row)
    return tuple(
        row
        for kind in kinds
        for row in next((by_node[name, kind] for name in names if (name, kind) in by_node), [])
    )


def duration_of(row: FalterRate, assumptions: Assumptions) -> Duration:
    """The duration law of a row of rates; permanent kinds have none."""
    if row.kind in PERMANENT_KINDS or row.duration_mu_ln_days is None:
        return Permanent()
    sigma = row.duration_sigma or 1.0
    return LognormalDuration(row.duration_mu_ln_days, sigma * assumptions.tail_stretch)
