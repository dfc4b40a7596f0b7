"""Rates of rare events in the cells of a table, partially pooled, and their check out of time.

A cell (say, models of large developers at clouds) had n events in T model-years. The cells' rates
are draws from one Gamma(α, β), fitted as for providers (:mod:`risk.hazard.frequency`), so that
a cell's rate is (α + n)/(β + T). Events come in clumps: a host that moves twenty prices on one
day has decided once. With b the sizes of the clumps, φ = Σb²/Σb is the clump that a random event
lies in, and the law of the rate is Gamma((α + n)/φ, (β + T)/φ): the same mean, known as well as
n/φ single events would tell. Counts ahead are φ times a negative binomial one.

Sources: Klugman, Panjer and Willmot, *Loss Models* (credibility by empirical Bayes); McCullagh
and Nelder 1989, ch. 9 (quasi-likelihood); scores as in :mod:`risk.hazard.scoring_rules`.
docs/method.md §1.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import floor
from statistics import fmean

import scipy

from risk.catalog.model_history import CellKey
from risk.hazard.calibration import LEAST_MEAN
from risk.hazard.frequency import GammaLaw, MarketPrior, ProviderRecord, count_law, market_prior
from risk.hazard.scoring_rules import crps_of_law

#: Intervals of rates and of counts ahead: 10 to 90 %.
LEVEL = 0.8
_TAIL = (1 - LEVEL) / 2
_NEGLIGIBLE = 1e-9


class Rival(StrEnum):
    """A way to forecast a cell's count; the first is the fit."""

    FIT = "this fit"
    POOLED = "one rate for all"
    LAST_YEAR = "last year's rate"
    JUDGED = "the number judged before"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``events`` in ``years`` of record; ``clump`` is φ, ``days`` the clumps there were."""

    name: str
    events: int
    years: float
    days: int
    clump: float = 1.0


@dataclass(frozen=True, kw_only=True)
class CellRate:
    """A cell with the law of its rate, in events a year of record."""

    cell: Cell
    law: GammaLaw

    @property
    def rate(self) -> float:
        """The mean of the law."""
        return self.law.mean

    @property
    def interval(self) -> tuple[float, float]:
        """Between which rates the truth lies with 80 % probability."""
        return self.law.interval(LEVEL)


@dataclass(frozen=True, kw_only=True)
class CellFit:
    """All cells with their laws, and the law that they are drawn towards."""

    cells: tuple[CellRate, ...]
    prior: MarketPrior

    @property
    def pooled_rate(self) -> float:
        """All events by all years."""
        years = sum(one.cell.years for one in self.cells)
        return sum(one.cell.events for one in self.cells) / years


@dataclass(frozen=True, kw_only=True)
class CellForecast:
    """What a cell was forecast to have in ``years`` ahead, and what came.

    ``low`` to ``high`` should hold ``came`` with at least 80 % probability. ``expected`` and
    ``crps`` are events, by rival; the judged number stands as it was, nothing was fitted for it.
    """

    name: str
    years: float
    came: int
    low: int
    high: int
    expected: Mapping[Rival, float]
    crps: Mapping[Rival, float]

    @property
    def is_held(self) -> bool:
        """Whether the interval held what came."""
        return self.low <= self.came <= self.high


@dataclass(frozen=True, kw_only=True)
class CellCheck:
    """A fit scored on the time after it, cell by cell."""

    cells: tuple[CellForecast, ...]

    def crps(self, rival: Rival) -> float:
        """The mean score over cells, in events; lower is better."""
        return fmean(one.crps[rival] for one in self.cells)

    @property
    def better(self) -> tuple[Rival, ...]:
        """Rivals that score better than the fit, best first."""
        ours = self.crps(Rival.FIT)
        ahead = [one for one in Rival if one is not Rival.FIT and self.crps(one) < ours]
        return tuple(sorted(ahead, key=self.crps))


def clump(occasions: Iterable[Hashable]) -> float:
    """φ = Σb²/Σb, b being how often each occasion occurs; 1 where there is none.

    Events at one host on one day are one occasion, so three single ones give 1, three on one day
    3, and 5/3 two on one day and one on another: (4 + 1)/3.
    """
    sizes = Counter(occasions).values()
    return sum(size**2 for size in sizes) / sum(sizes) if sizes else 1.0


def counted_cells(
    years: Mapping[CellKey, float], events: Sequence[tuple[CellKey, tuple[str, date]]]
) -> tuple[Cell, ...]:
    """Every cell of ``years`` with its events, each of which happened at a host on a day.

    The clump is that of all cells of a sort of host.
    """
    found = []
    for key, watched in years.items():
        own = [occasion for cell, occasion in events if cell == key]
        found.append(
            Cell(
                name=f"{key[0]}, {key[1]}",
                events=len(own),
                years=watched,
                days=len(set(own)),
                clump=clump(occasion for cell, occasion in events if cell[0] is key[0]),
            )
        )
    return tuple(found)


def fit_cells(cells: Sequence[Cell]) -> CellFit:
    """Fit the common law to all cells that were watched, and draw each towards it.

    Raises:
        ValueError: no cell was watched at all.
    """
    prior = market_prior(
        ProviderRecord(provider=one.name, events=one.events, years=one.years) for one in cells
    )
    shape, years = prior.law.shape, prior.law.years
    laws = (
        GammaLaw((shape + one.events) / one.clump, (years + one.years) / one.clump) for one in cells
    )
    rates = tuple(CellRate(cell=one, law=law) for one, law in zip(cells, laws, strict=True))
    return CellFit(cells=rates, prior=prior)


def check_cells(
    fit: CellFit, came: Sequence[Cell], *, last_year: Sequence[Cell], judged: float
) -> CellCheck:
    """Score the fit and its rivals on what ``came`` later in the same cells.

    Args:
        fit: made from the time before.
        came: events and years of the time that is scored, cells in the same order.
        last_year: the same cells in the last year before it.
        judged: a rate a year that was judged, not fitted.
    """
    scored = []
    for ours, later, before in zip(fit.cells, came, last_year, strict=True):
        if later.years <= 0:
            continue
        rates = {
            Rival.POOLED: fit.pooled_rate,
            Rival.LAST_YEAR: max(before.events, LEAST_MEAN) / before.years if before.years else 0,
            Rival.JUDGED: judged,
        }
        means = {rival: max(rate * later.years, _NEGLIGIBLE) for rival, rate in rates.items()}
        crps = {
            rival: crps_of_law(scipy.stats.poisson(mean), later.events)
            for rival, mean in means.items()
        }
        width = ours.cell.clump
        law = count_law(ours.law, years=later.years / width)
        scored.append(
            CellForecast(
                name=later.name,
                years=later.years,
                came=later.events,
                low=floor(width * int(law.ppf(_TAIL))),
                high=round(width * int(law.ppf(1 - _TAIL))),
                expected={Rival.FIT: ours.rate * later.years, **means},
                crps={Rival.FIT: crps_of_law(law, later.events, width=width), **crps},
            )
        )
    return CellCheck(cells=tuple(scored))
