"""How often models end at their hosts and with how much notice, fitted to a public catalogue.

The catalogue began to keep last days on 12 August 2026, and a model that had ended before is gone
from it. So models are followed from that day on: at developers up to 60 days beyond the snapshot
and at clouds up to 30, about the shortest notice they give, so that whatever ends until then had
been announced; at other hosts, which give next to none, up to the snapshot. A model counts from
the day it is listed to its last day; one that leaves the list without a last day is watched until
it left. Cells are those of prices (:mod:`risk.hazard.price_history`), pooled and
scored in the same way (:mod:`risk.hazard.cell_rates`); what ends at one host on one day is one
clump.

Notice is known where the developer's page states the day of announcement. The catalogue's own day
is when somebody entered the last day, so it bounds the notice from below; where it lies after the
last day, it says nothing of the notice. docs/method.md §1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles

from risk.catalog.model_history import (
    CELLS,
    MODELS_FILE,
    CellKey,
    HostType,
    ListedModel,
    ModelHistory,
    cell_of,
)
from risk.catalog.records import Catalog, Provider, Retirement
from risk.hazard.cell_rates import Cell, CellFit, clump, fit_cells
from risk.hazard.falter_settings import ModelClass, model_class
from risk.hazard.price_history import cell_name
from risk.hazard.rates import DAYS_PER_YEAR

#: The day on which the catalogue began to keep last days.
KEPT_SINCE = date(2026, 8, 12)
#: Last days so far beyond the snapshot are taken as all announced (judgement, after the notices).
SURE_AHEAD: Mapping[HostType, timedelta] = {
    HostType.FIRST_PARTY: timedelta(days=60),
    HostType.CLOUD: timedelta(days=30),
    HostType.RESELLER: timedelta(0),
}
#: Years since a model was listed: below and from.
OLD_YEARS = 1.0
AGES = ("below one year", "one year and more")


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


def end_cells(
    history: ModelHistory,
    providers: Mapping[str, Provider],
    since: date,
    until: Mapping[HostType, date],
) -> tuple[Cell, ...]:
    """Every cell with its ends and model-years between the two days."""
    spells = [
        (key, one.host, *spell)
        for one in history.models
        if (key := cell_of(one.developer, one.host, providers))
        and (spell := followed(one, since=since, until=until[key[0]])) is not None
    ]
    ends = [(key, (host, leaves)) for key, host, _, leaves, ended in spells if ended]
    years = dict.fromkeys(CELLS, 0.0)
    for key, _, begins, leaves, _ in spells:
        years[key] += (leaves - begins).days / DAYS_PER_YEAR
    return tuple(_cell(cell_name(key), years[key], ends, key) for key in CELLS)


def _cell(
    name: str,
    years: float,
    ends: Sequence[tuple[CellKey, tuple[str, date]]],
    key: CellKey,
) -> Cell:
    own = [occasion for cell, occasion in ends if cell == key]
    return Cell(
        name=name,
        events=len(own),
        years=years,
        days=len(set(own)),
        clump=clump(occasion for cell, occasion in ends if cell[0] is key[0]),
    )


def _age_cells(
    history: ModelHistory,
    providers: Mapping[str, Provider],
    since: date,
    until: Mapping[HostType, date],
) -> tuple[Cell, ...]:
    """Ends and model-years by sort of host and age, the time split where a model turns one."""
    keys: tuple[CellKey, ...] = tuple((place, age) for place in HostType for age in AGES)
    years = dict.fromkeys(keys, 0.0)
    ends: list[tuple[CellKey, tuple[str, date]]] = []
    for one in history.models:
        place = cell_of(one.developer, one.host, providers)[0]
        spell = followed(one, since=since, until=until[place])
        if spell is None:
            continue
        begins, leaves, ended = spell
        birthday = (one.listed or date.min) + timedelta(days=round(OLD_YEARS * DAYS_PER_YEAR))
        turned = min(max(begins, birthday), leaves)
        years[place, AGES[0]] += (turned - begins).days / DAYS_PER_YEAR
        years[place, AGES[1]] += (leaves - turned).days / DAYS_PER_YEAR
        if ended:
            ends.append(((place, AGES[leaves >= birthday]), (one.host, leaves)))
    return tuple(_cell(cell_name(key), years[key], ends, key) for key in keys)


def _seen(history: ModelHistory, providers: Mapping[str, Provider], place: HostType) -> SeenNotices:
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
