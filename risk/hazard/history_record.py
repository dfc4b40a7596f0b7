"""The recorded past of prices and retirements: fits, checks out of time, rivals.

:func:`history_record` gives all of it as one plain result: fits of the whole record, which are the
rates of fixtures/rates.csv, and their checks, beside what model 4 judged. Cells are classes of
developers (``top``, ``second``) at sorts of hosts, pooled as in :mod:`risk.hazard.cell_rates`.

**Prices.** A model at a host is watched for as long as the catalogue lists it with a price a token.
A *rise* is a day on which its input or output price went above 1.2 times the old one, a *fall* one
on which either went below 0.8 times and neither rose. Names that moved to another model are
replacements and slips of the catalogue are repairs: neither counts. Sizes are peaks over a
threshold, ln(r/1.2) exponential, so that r has a Pareto tail. Counted by host instead of by model,
days with any rise a host-year are Gamma(n + ½, T). The record holds models that are still listed in
2026 or were dropped since: what had ended before is missing, with its prices. And it holds what
somebody entered: a price that moved unseen looks like one that stood still.

**Ends.** The catalogue began to keep last days on 12 August 2026, and a model that had ended before
is gone from it. So models are followed from that day on: at developers up to 60 days beyond the
snapshot and at clouds up to 30, about the shortest notice they give, so that whatever ends until
then had been announced; at other hosts, which give next to none, up to the snapshot. A model counts
from the day it is listed to its last day; one that leaves the list without a last day is watched
until it left. What ends at one host on one day is one clump.

**Notice** is known where the developer's page states the day of announcement. The catalogue's own
day is when somebody entered the last day, so it bounds the notice from below; where it lies after
the last day, it says nothing of the notice. docs/method.md §1.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log
from statistics import fmean, quantiles

import numpy as np

from risk.catalog.model_history import (
    CELLS,
    MODELS_FILE,
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
from risk.catalog.records import Catalog, Provider, Retirement
from risk.hazard.cell_rates import (
    Cell,
    CellCheck,
    CellFit,
    check_cells,
    counted_cells,
    fit_cells,
)
from risk.hazard.failure_settings import ModelClass, model_class
from risk.hazard.frequency import JEFFREYS_SHAPE, GammaLaw
from risk.hazard.rate_laws import DAYS_PER_YEAR
from risk.hazard.scoring_rules import crps_of_exponential, crps_of_sample

RISE = 1.2
FALL = 0.8
#: Prices are fitted to what came before and scored on the rest.
SPLIT = date(2026, 1, 1)
_LAST_YEAR = date(2025, 1, 1)
#: Last days from here on are scored by a fit to those before.
LATE_SPLIT = date(2026, 10, 1)
#: The half year that prices and notices are scored on ends before this day.
HALF_YEAR_END = date(2026, 7, 1)
_A_YEAR = timedelta(days=365)
#: The day on which the catalogue began to keep last days.
KEPT_SINCE = date(2026, 8, 12)
#: Last days so far beyond the snapshot are taken as all announced (judgement, after the notices).
SURE_AHEAD: Mapping[HostType, timedelta] = {
    HostType.FIRST_PARTY: timedelta(days=60),
    HostType.CLOUD: timedelta(days=30),
    HostType.RESELLER: timedelta(0),
}
#: Years since a model was listed.
AGES = ("below one year", "one year and more")

Providers = Mapping[str, Provider]


@dataclass(frozen=True, kw_only=True)
class JudgedNumbers:
    """What model 4 judged: rates a year, new price ÷ old, days of notice by class."""

    price_rate: float
    price_multiple: float
    retirement_rate: float
    notice_days: Mapping[ModelClass, float]


JUDGED = JudgedNumbers(
    price_rate=0.15,
    price_multiple=2.0,
    retirement_rate=0.3,
    notice_days={
        ModelClass.GENERAL: 180.0,
        ModelClass.SPECIALISED: 90.0,
        ModelClass.PREVIEW: 14.0,
    },
)


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
        here = host_type(one.developer, one.host, providers) is place
        if here and priced_years(one, since=since, until=until) > 0:
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
    watched = ((max(end for _, end in spells) - min(spells)[0]).days for spells in listed.values())
    return HostRises(
        place=place,
        hosts=len(listed),
        days=len(days),
        years=sum(watched) / DAYS_PER_YEAR,
        moved=len(moved),
        models=sum(first <= day < last for host, day in days for first, last in listed[host]),
    )


def check_prices(history: ModelHistory, providers: Providers) -> PriceCheck:
    """Fit to the end of 2025 and score what came after it, against simple rivals."""
    until = history.sources[MOVES_FILE].until
    before = price_fit(history, providers, until=SPLIT)
    came = _cells(history, providers, rises, SPLIT, until)
    year = _cells(history, providers, rises, _LAST_YEAR, SPLIT)
    later = tuple(max(one.ratios) for one in rises(history.moves) if SPLIT <= one.day < until)
    sizes = None
    if later:
        seen, past = (np.log(np.array(ratios) / RISE) for ratios in (later, before.ratios))
        sizes = SizeCheck(
            scored=later,
            fit=float(crps_of_exponential(before.sizes.excess, seen).mean()),
            past=float(crps_of_sample(past, seen).mean()),
            # A point forecast's CRPS is its absolute error.
            judged=float(np.abs(seen - log(JUDGED.price_multiple / RISE)).mean()),
        )
    return PriceCheck(
        split=SPLIT,
        until=until,
        rises=check_cells(before.rises, came, last_year=year, judged=JUDGED.price_rate),
        sizes=sizes,
    )


def _cells(
    history: ModelHistory,
    providers: Providers,
    sort: Callable[[Iterable[PriceMove]], tuple[PriceMove, ...]],
    since: date,
    until: date,
) -> tuple[Cell, ...]:
    """Every cell with its moves of one sort, and the model-years watched."""
    watched = {
        one.key: span
        for one in history.models
        if (span := priced_years(one, since=since, until=until)) > 0
    }
    years = dict.fromkeys(CELLS, 0.0)
    for (developer, _, host), span in watched.items():
        years[cell_of(developer, host, providers)] += span
    found = (one for one in sort(history.moves) if since <= one.day < until and one.key in watched)
    return counted_cells(
        years,
        [(cell_of(one.developer, one.host, providers), (one.host, one.day)) for one in found],
    )


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Days from announcement to last day: how many are known, and their quantiles."""

    days: tuple[int, ...]

    @property
    def points(self) -> tuple[float, float, float] | None:
        """The 10, 50 and 90 % points of the days; None below two of them."""
        if len(self.days) < 2:
            return None
        cuts = quantiles(self.days, n=10, method="inclusive")
        return cuts[0], cuts[4], cuts[8]


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """A last day that a developer's page announced on ``day``, ``days`` ahead."""

    day: date
    days: int
    kind: ModelClass


@dataclass(frozen=True, kw_only=True)
class SeenNotices:
    """What the catalogue says of notice at one sort of host.

    ``at_least``: days from the day the last day was entered, a bound from below. ``after``: last
    days that were entered once they had passed. ``undated``: entered on a day nobody knows.
    ``ended`` models had their last day while the catalogue kept such days, ``told`` of them were
    entered before it.
    """

    place: HostType
    at_least: Notices
    after: int
    undated: int
    ended: int
    told: int


@dataclass(frozen=True, kw_only=True)
class RetirementFit:
    """Ends a model-year by cell and by age, and notices.

    The record runs from ``since`` up to before ``until``, which differs by sort of host.
    ``published`` are the notices that developers' pages state, by class of model.
    """

    since: date
    until: Mapping[HostType, date]
    ends: CellFit
    ages: CellFit
    published: Mapping[ModelClass, Notices]
    seen: tuple[SeenNotices, ...]


def followed(one: ListedModel, *, since: date, until: date) -> tuple[date, date, bool] | None:
    """From when up to before when a model was watched, and whether it ended; None: never.

    A model that was listed, or had ended, outside of the time was not watched in it.
    """
    if not (one.is_text and one.is_fixed):
        return None
    begins = max(since, one.listed or since)
    leaves = one.last_day or one.gone or until
    if begins >= until or leaves < begins:
        return None
    return begins, min(leaves, until), one.last_day is not None and one.last_day < until


def retirement_fit(history: ModelHistory, catalog: Catalog) -> RetirementFit:
    """Rates of ends while last days are kept, and what is known of notice."""
    until = record_ends(history)
    told = announcements(told_by_developers(catalog, history))
    return RetirementFit(
        since=KEPT_SINCE,
        until=until,
        ends=fit_cells(end_cells(history, catalog.providers, KEPT_SINCE, until)),
        ages=fit_cells(_age_cells(history, catalog.providers, KEPT_SINCE, until)),
        published={
            kind: Notices(days=tuple(one.days for one in told if one.kind is kind))
            for kind in ModelClass
        },
        seen=tuple(_seen(history, catalog.providers, place) for place in HostType),
    )


def record_ends(history: ModelHistory) -> Mapping[HostType, date]:
    """Up to before which day last days are taken as all announced, by sort of host."""
    snapshot = history.sources[MODELS_FILE].snapshot
    return {place: snapshot + ahead for place, ahead in SURE_AHEAD.items()}


def told_by_developers(catalog: Catalog, history: ModelHistory) -> tuple[Retirement, ...]:
    """The retirements that were read off pages, without those that the history itself gave."""
    own = history.sources[MODELS_FILE].source
    return tuple(one for one in catalog.retirements if one.source != own)


def announcements(retirements: Iterable[Retirement]) -> tuple[Announcement, ...]:
    """What developers' pages announced, in order of time.

    Models of one class that a developer announced together for one day are one announcement. Only
    where the developer itself ends a model and its page states when that was announced.
    """
    found = {
        (one.announced, one.developer, one.shutdown, model_class(one.model))
        for one in retirements
        if one.announced is not None and one.host is None
    }
    return tuple(
        Announcement(day=day, days=(last - day).days, kind=kind)
        for day, _, last, kind in sorted(found)
    )


@dataclass(frozen=True)
class _Spell:
    """A model as it was watched from ``begins`` up to before ``leaves``."""

    cell: CellKey
    model: ListedModel
    begins: date
    leaves: date
    ended: bool


def _spells(
    history: ModelHistory, providers: Providers, since: date, until: Mapping[HostType, date]
) -> Iterator[_Spell]:
    for one in history.models:
        cell = cell_of(one.developer, one.host, providers)
        if spell := followed(one, since=since, until=until[cell[0]]):
            yield _Spell(cell, one, *spell)


def end_cells(
    history: ModelHistory, providers: Providers, since: date, until: Mapping[HostType, date]
) -> tuple[Cell, ...]:
    """Every cell with its ends and model-years between the two days."""
    years = dict.fromkeys(CELLS, 0.0)
    ends = []
    for one in _spells(history, providers, since, until):
        years[one.cell] += (one.leaves - one.begins).days / DAYS_PER_YEAR
        if one.ended:
            ends.append((one.cell, (one.model.host, one.leaves)))
    return counted_cells(years, ends)


def _age_cells(
    history: ModelHistory, providers: Providers, since: date, until: Mapping[HostType, date]
) -> tuple[Cell, ...]:
    """Ends and model-years by sort of host and age, the time split where a model turns one."""
    years = {(place, age): 0.0 for place in HostType for age in AGES}
    ends = []
    for one in _spells(history, providers, since, until):
        place = one.cell[0]
        birthday = (one.model.listed or date.min) + timedelta(days=round(DAYS_PER_YEAR))
        turned = min(max(one.begins, birthday), one.leaves)
        years[place, AGES[0]] += (turned - one.begins).days / DAYS_PER_YEAR
        years[place, AGES[1]] += (one.leaves - turned).days / DAYS_PER_YEAR
        if one.ended:
            ends.append(((place, AGES[one.leaves >= birthday]), (one.model.host, one.leaves)))
    return counted_cells(years, ends)


def _seen(history: ModelHistory, providers: Providers, place: HostType) -> SeenNotices:
    """What the catalogue says of notice; every language model with a last day counts once."""
    dated = [
        (one.last_day, one.seen)
        for one in history.models
        if one.last_day is not None
        and one.is_text
        and cell_of(one.developer, one.host, providers)[0] is place
    ]
    known = [((last - seen).days) for last, seen in dated if seen is not None]
    snapshot = history.sources[MODELS_FILE].snapshot
    ended = [(last, seen) for last, seen in dated if KEPT_SINCE <= last <= snapshot]
    return SeenNotices(
        place=place,
        at_least=Notices(days=tuple(sorted(days for days in known if days >= 0))),
        after=sum(days < 0 for days in known),
        undated=sum(seen is None for _, seen in dated),
        ended=len(ended),
        told=sum(seen is not None and seen < last for last, seen in ended),
    )


@dataclass(frozen=True, kw_only=True)
class NoticeCheck:
    """Mean CRPS in days over the announcements ``scored``; lower is better.

    ``past`` draws from the ``learned`` announcements before; ``judged`` is a point at the model's
    notice for the class of the model.
    """

    learned: tuple[int, ...]
    scored: tuple[int, ...]
    past: float
    judged: float


@dataclass(frozen=True, kw_only=True)
class RetirementCheck:
    """Fits scored on later time: ``half_year`` as prices are, ``late`` where ends are kept.

    ``developers_ends`` is how many ends of their own models developers' pages name in the half
    year: the catalogue has lost them, so that the half year says nothing of the rate.
    """

    half_year: CellCheck
    developers_ends: int
    late: CellCheck
    notices: NoticeCheck | None


@dataclass(frozen=True, kw_only=True)
class HistoryRecord:
    """Fits, checks and the judged numbers beside them."""

    judged: JudgedNumbers
    prices: PriceFit
    price_check: PriceCheck
    retirements: RetirementFit
    retirement_check: RetirementCheck
    source: str
    licence: str
    snapshot: date


def history_record(history: ModelHistory, catalog: Catalog) -> HistoryRecord:
    """Everything that the record says, beside what model 4 judged."""
    source = history.sources[MODELS_FILE]
    return HistoryRecord(
        judged=JUDGED,
        prices=price_fit(history, catalog.providers, until=history.sources[MOVES_FILE].until),
        price_check=check_prices(history, catalog.providers),
        retirements=retirement_fit(history, catalog),
        retirement_check=check_retirements(history, catalog),
        source=source.source,
        licence=source.licence,
        snapshot=source.snapshot,
    )


def check_retirements(history: ModelHistory, catalog: Catalog) -> RetirementCheck:
    """Fit to the end of 2025 and to September 2026, and score what came after each."""
    providers = catalog.providers
    start, half = history.sources[MODELS_FILE].since, dict.fromkeys(HostType, HALF_YEAR_END)
    split, late = dict.fromkeys(HostType, SPLIT), dict.fromkeys(HostType, LATE_SPLIT)
    pages = told_by_developers(catalog, history)
    told = announcements(pages)
    return RetirementCheck(
        half_year=check_cells(
            fit_cells(end_cells(history, providers, start, split)),
            end_cells(history, providers, SPLIT, half),
            last_year=end_cells(history, providers, SPLIT - _A_YEAR, split),
            judged=JUDGED.retirement_rate,
        ),
        developers_ends=sum(
            one.host is None and SPLIT <= one.shutdown < HALF_YEAR_END for one in pages
        ),
        late=check_cells(
            fit_cells(end_cells(history, providers, KEPT_SINCE, late)),
            end_cells(history, providers, LATE_SPLIT, record_ends(history)),
            last_year=end_cells(history, providers, LATE_SPLIT - _A_YEAR, late),
            judged=JUDGED.retirement_rate,
        ),
        notices=_check_notices(
            [one.days for one in told if one.day < SPLIT],
            [one for one in told if SPLIT <= one.day < HALF_YEAR_END],
        ),
    )


def _check_notices(before: Sequence[int], later: Sequence[Announcement]) -> NoticeCheck | None:
    if not before or not later:
        return None
    came = np.array([one.days for one in later], dtype=float)
    points = np.array([JUDGED.notice_days[one.kind] for one in later])
    return NoticeCheck(
        learned=tuple(before),
        scored=tuple(one.days for one in later),
        past=float(crps_of_sample(np.array(before, dtype=float), came).mean()),
        # A point forecast's CRPS is its absolute error.
        judged=float(np.abs(came - points).mean()),
    )
