"""How often and how far list prices rise, fitted to three years of a public model catalogue.

A model at a host is watched for as long as the catalogue lists it with a price a token. A *rise*
is a day on which its input or output price went above 1.2 times the old one, a *fall* one on
which either went below 0.8 times and neither rose. Names that moved to another model are
replacements and slips of the catalogue are repairs: neither counts. Cells are classes of
developers (``top``, ``second``) at sorts of hosts, pooled as in :mod:`risk.hazard.cell_rates`;
sizes are peaks over a threshold, ln(r/1.2) exponential, so that r has a Pareto tail. Counted by
host instead of by model, days with any rise a host-year are Gamma(n + ½, T).

The record holds models that are still listed in 2026 or were dropped since: what had ended
before is missing, with its prices. And it holds what somebody entered: a price that moved unseen
looks like one that stood still. docs/method.md §1.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log
from statistics import fmean

import numpy as np

from risk.catalog.model_history import (
    CELLS,
    MOVES_FILE,
    CellKey,
    Change,
    HostType,
    ListedModel,
    ModelHistory,
    PriceMove,
    cell_of,
    host_type,
)
from risk.catalog.records import Provider
from risk.hazard.cell_rates import Cell, CellCheck, CellFit, check_cells, clump, fit_cells
from risk.hazard.frequency import JEFFREYS_SHAPE, GammaLaw
from risk.hazard.rates import DAYS_PER_YEAR
from risk.hazard.scoring_rules import crps_of_exponential, crps_of_sample

RISE = 1.2
FALL = 0.8
#: Prices are fitted to what came before and scored on the rest.
SPLIT = date(2026, 1, 1)
_LAST_YEAR = date(2025, 1, 1)

Providers = Mapping[str, Provider]


@dataclass(frozen=True, kw_only=True)
class SizeLaw:
    """New price ÷ old of a rise: 1.2·e^X, X exponential with mean ``excess``, from ``rises``."""

    rises: int
    excess: float

    def quantile(self, level: float) -> float:
        """1.2·(1 - level)^(-excess)."""
        return RISE * exp(-self.excess * log(1 - level))


@dataclass(frozen=True, kw_only=True)
class HostRises:
    """Days on which a host raised any price: ``days`` of them in ``years`` host-years.

    ``models`` were listed with a price at those hosts on those days, ``moved`` of them rose.
    """

    place: HostType
    hosts: int
    days: int
    years: float
    moved: int
    models: int

    @property
    def law(self) -> GammaLaw:
        """Days a host-year, Gamma(n + ½, T): Jeffreys' posterior."""
        return GammaLaw(self.days + JEFFREYS_SHAPE, self.years)

    @property
    def moved_share(self) -> float | None:
        """The share of a host's models that rose on such a day; None without any."""
        return self.moved / self.models if self.models else None


@dataclass(frozen=True, kw_only=True)
class PriceFit:
    """Rises and falls a model-year by cell, and the sizes of rises, of ``since`` to ``until``.

    ``hosts`` counts by host instead.
    """

    since: date
    until: date
    rises: CellFit
    falls: CellFit
    hosts: tuple[HostRises, ...]
    sizes: SizeLaw
    ratios: tuple[float, ...]
    replacements: int
    repairs: int


@dataclass(frozen=True, kw_only=True)
class SizeCheck:
    """Mean CRPS of ln(r/1.2) over ``scored`` rises of the time after the fit; lower is better.

    ``past`` draws from the sizes before, ``judged`` is a point at a judged multiple.
    """

    scored: tuple[float, ...]
    fit: float
    past: float
    judged: float


@dataclass(frozen=True, kw_only=True)
class PriceCheck:
    """What a fit to the time before the split said of the time after it."""

    split: date
    until: date
    rises: CellCheck
    sizes: SizeCheck | None


def rises(moves: Iterable[PriceMove]) -> tuple[PriceMove, ...]:
    """The days on which a price rose above 1.2 times the old one."""
    return tuple(one for one in moves if one.what is Change.PRICE and max(one.ratios) > RISE)


def falls(moves: Iterable[PriceMove]) -> tuple[PriceMove, ...]:
    """The days on which a price fell below 0.8 times the old one and none rose."""
    return tuple(
        one
        for one in moves
        if one.what is Change.PRICE and min(one.ratios) < FALL and max(one.ratios) <= RISE
    )


def size_law(ratios: Sequence[float]) -> SizeLaw:
    """The most likely law of sizes: the mean of ln(r/1.2).

    Raises:
        ValueError: there is no rise, or one that is none.
    """
    if not ratios or min(ratios) <= RISE:
        raise ValueError(f"Sizes are fitted to at least one rise above {RISE:g} times.")
    return SizeLaw(rises=len(ratios), excess=fmean(log(one / RISE) for one in ratios))


def cell_name(key: CellKey) -> str:
    """Such as ``first-party, top``."""
    return f"{key[0]}, {key[1]}"


def priced_years(one: ListedModel, *, since: date, until: date) -> float:
    """Model-years for which one model was listed with a price a token between the two days."""
    if not (one.is_text and one.is_fixed and one.is_priced):
        return 0.0
    begins = max(since, one.listed or since)
    ends = min(until, one.gone or until)
    return max(0, (ends - begins).days) / DAYS_PER_YEAR


def price_fit(history: ModelHistory, providers: Providers, *, until: date) -> PriceFit:
    """Rates and sizes from the beginning of the record up to before ``until``."""
    since = history.sources[MOVES_FILE].since
    moves = [one for one in history.moves if one.day < until]
    found = rises(moves)
    ratios = tuple(max(one.ratios) for one in found)
    return PriceFit(
        since=since,
        until=until,
        rises=fit_cells(_cells(history, providers, rises, since, until)),
        falls=fit_cells(_cells(history, providers, falls, since, until)),
        hosts=tuple(_host_rises(history, providers, place, until) for place in HostType),
        sizes=size_law(ratios),
        ratios=ratios,
        replacements=sum(one.what is Change.REPLACEMENT for one in moves),
        repairs=sum(one.what is Change.REPAIR for one in moves),
    )


def _host_rises(
    history: ModelHistory, providers: Providers, place: HostType, until: date
) -> HostRises:
    """Count one sort of host; a host is watched from its first priced model to its last."""
    since = history.sources[MOVES_FILE].since
    listed: dict[str, list[tuple[date, date]]] = {}
    for one in history.models:
        if host_type(one.developer, one.host, providers) is not place:
            continue
        if priced_years(one, since=since, until=until) > 0:
            spell = max(since, one.listed or since), min(until, one.gone or until)
            listed.setdefault(one.host, []).append(spell)
    moved = [
        (one.host, one.day)
        for one in rises(history.moves)
        if one.day < until
        and one.host in listed
        and host_type(one.developer, one.host, providers) is place
    ]
    days = set(moved)
    spans = [(min(spell)[0], max(end for _, end in spell)) for spell in listed.values()]
    return HostRises(
        place=place,
        hosts=len(listed),
        days=len(days),
        years=sum((last - first).days for first, last in spans) / DAYS_PER_YEAR,
        moved=len(moved),
        models=sum(first <= day < last for host, day in days for first, last in listed[host]),
    )


def check_prices(
    history: ModelHistory, providers: Providers, *, judged_rate: float, judged_multiple: float
) -> PriceCheck:
    """Fit to the end of 2025 and score what came after it, against simple rivals."""
    until = history.sources[MOVES_FILE].until
    before = price_fit(history, providers, until=SPLIT)
    came = _cells(history, providers, rises, SPLIT, until)
    year = _cells(history, providers, rises, _LAST_YEAR, SPLIT)
    later = tuple(max(one.ratios) for one in rises(history.moves) if SPLIT <= one.day < until)
    return PriceCheck(
        split=SPLIT,
        until=until,
        rises=check_cells(before.rises, came, last_year=year, judged=judged_rate),
        sizes=_check_sizes(before, later, judged_multiple) if later else None,
    )


def _check_sizes(before: PriceFit, later: Sequence[float], multiple: float) -> SizeCheck:
    seen = np.log(np.array(later) / RISE)
    past = np.log(np.array(before.ratios) / RISE)
    return SizeCheck(
        scored=tuple(later),
        fit=float(crps_of_exponential(before.sizes.excess, seen).mean()),
        past=float(crps_of_sample(past, seen).mean()),
        # A point forecast's CRPS is its absolute error.
        judged=float(np.abs(seen - log(multiple / RISE)).mean()),
    )


def _cells(
    history: ModelHistory,
    providers: Providers,
    sort: Callable[[Iterable[PriceMove]], tuple[PriceMove, ...]],
    since: date,
    until: date,
) -> tuple[Cell, ...]:
    """Every cell with its events and years; the clump is that of all cells of a sort of host."""
    watched = {
        (one.developer, one.model, one.host): span
        for one in history.models
        if (span := priced_years(one, since=since, until=until)) > 0
    }
    found = [
        one
        for one in sort(history.moves)
        if since <= one.day < until and (one.developer, one.model, one.host) in watched
    ]
    years = dict.fromkeys(CELLS, 0.0)
    for (developer, _, host), span in watched.items():
        years[cell_of(developer, host, providers)] += span
    placed = [(cell_of(one.developer, one.host, providers), (one.host, one.day)) for one in found]
    return tuple(
        Cell(
            name=cell_name(key),
            events=sum(cell == key for cell, _ in placed),
            years=years[key],
            days=len({occasion for cell, occasion in placed if cell == key}),
            clump=clump(occasion for cell, occasion in placed if cell[0] is key[0]),
        )
        for key in CELLS
    )
