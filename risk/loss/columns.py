"""Facts of a portfolio as plain columns, one row for each startup, use case and dependency.

What nobody stated is NaN, or -1 in a column of codes; it is never zero. The columns can be filled
from records of the register (:func:`columns_of`) or from a store that keeps codes. Only use cases
that call a language model are in them, with those dependencies only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.catalog.records import Answer, Catalog
from risk.hazard.supply_chain import Endpoint
from risk.inventory.exposed import CONSENT, CONTRACTED, exposed_use_cases
from risk.inventory.records import (
    CapacityClass,
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Requirement,
    Startup,
    SwitchBegun,
    UseCase,
)
from risk.loss.draws import seed_of
from risk.loss.places import endpoint_for, fallback_endpoint

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Rows = NDArray[np.uint32]

#: A code is the place in its tuple.
REQUIREMENTS = (Requirement.SHARED, Requirement.ALL, Requirement.ANY)
DEPTHS = tuple(Depth)
FALLBACKS = tuple(Fallback)
PLANS = tuple(ExitPlan)
MOVES = (SwitchBegun.NO, SwitchBegun.YES)
#: Facts of a startup whose age is kept, by their names in the register.
DATED = ("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers")
#: What the law asks before one may leave, in codes.
NO_AGREEMENT, AGREEMENT, RESIDENCY, CONSENT_OF_CUSTOMERS = range(4)


@dataclass(frozen=True, kw_only=True)
class StartupColumns:
    """Startups (n,). Money in USD a year, but for ``cash`` (USD) and ``burn`` (USD a month).

    Ages are days since a fact was stated, NaN where nobody said when. ``answered`` is the
    share of the lines about a startup that say whom it depends on, 0 without any; the others are
    to be asked about or could not be read. ``answered_age`` is the age of the oldest record where
    all say so.
    """

    row: Rows
    country: Codes
    revenue: Floats
    gross_margin: Floats
    ai_share: Floats
    engineers: Floats
    cash: Floats
    burn: Floats
    revenue_age: Floats
    margin_age: Floats
    ai_share_age: Floats
    engineers_age: Floats
    answered: Floats
    answered_age: Floats


@dataclass(frozen=True, kw_only=True)
class CaseColumns:
    """Use cases, those of a startup one after the other: ``startup`` is the place of whose each is.

    ``criticality`` is 1 to 5 or -1; ``revenue_share`` of the startup's revenue from AI. ``age`` is
    that of the newest record of its dependencies, in days.
    """

    row: Rows
    startup: Codes
    requirement: Codes
    criticality: Codes
    revenue_share: Floats
    buffer_hours: Floats
    age: Floats


@dataclass(frozen=True, kw_only=True)
class DependencyColumns:
    """Dependencies, those of a use case one after the other: ``case`` is the place of whose.

    ``endpoint`` and ``backup`` are places among the endpoints (-1: no backup, or none that was
    named). ``fallback``, ``depth`` and ``plan`` are codes or -1. ``spend`` is USD a month,
    ``notice`` the days that the startup must give, ``promised`` those that the provider promised,
    ``contract_left`` the days until the contract ends (NaN: nobody said).
    Ages are days since a test, ``age`` since the record; ``takeover`` the days that taking over
    took in a drill. ``begun`` is 1 where the move away from a model with a published last day has
    begun, 0 where it has not, -1 where nobody said.
    """

    row: Rows
    case: Codes
    endpoint: Codes
    backup: Codes
    fallback: Codes
    depth: Codes
    plan: Codes
    legal: Codes
    share: Floats
    spend: Floats
    notice: Floats
    promised: Floats
    contract_left: Floats
    fallback_age: Floats
    plan_age: Floats
    takeover: Floats
    outlives: Codes
    reserved: Codes
    begun: Codes
    age: Floats


@dataclass(frozen=True, kw_only=True)
class Columns:
    """A portfolio. ``countries`` and ``endpoints`` are what the codes stand for."""

    countries: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    startups: StartupColumns
    cases: CaseColumns
    dependencies: DependencyColumns


def filled_shares(stated: Floats, group: Codes, groups: int) -> Floats:
    """Shares of each group: stated ones kept, the rest split evenly, never more than 1 in all.

    A silent entry beside stated ones that already fill the whole still gets an even part.
    """
    silent = np.isnan(stated)
    members = np.bincount(group, minlength=groups)
    quiet = np.bincount(group, silent, minlength=groups)
    left = 1 - np.bincount(group, np.where(silent, 0.0, stated), minlength=groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        even = np.where((quiet > 0) & (left > 1e-9), left / quiet, 1 / np.maximum(members, 1))
    shares = np.where(silent, even[group], stated)
    total = np.bincount(group, shares, minlength=groups)
    return np.asarray(shares / np.maximum(1.0, total)[group])


def taken(columns: Columns, places: NDArray[np.integer[Any]]) -> Columns:
    """The columns of some startups in the order of their places, with all that is theirs."""
    cases, startup = _below(columns.cases.startup, places, len(columns.startups.row))
    links, case = _below(columns.dependencies.case, cases, len(columns.cases.row))
    return replace(
        columns,
        startups=_rows(columns.startups, places),
        cases=replace(_rows(columns.cases, cases), startup=startup),
        dependencies=replace(_rows(columns.dependencies, links), case=case),
    )


def _below(
    owner: Codes, places: NDArray[np.integer[Any]], owners: int
) -> tuple[NDArray[np.int64], Codes]:
    """The rows of owners at some places, in their order, and the new place of each one's owner."""
    rank = np.full(owners, -1, dtype=np.int32)
    rank[places] = np.arange(len(places), dtype=np.int32)
    found = rank[owner]
    rows = np.flatnonzero(found >= 0)
    rows = rows[np.argsort(found[rows], kind="stable")]
    return rows, found[rows]


def _rows(table: Any, chosen: NDArray[Any]) -> Any:
    return replace(table, **{one.name: getattr(table, one.name)[chosen] for one in fields(table)})


def ordered(columns: Columns) -> Columns:
    """The same with countries and endpoints numbered by their names, in whatever order rows stand.

    Portfolios that use the same ones then have the same lines, to the last number. What no row has
    is left out.
    """
    firms, links = columns.startups, columns.dependencies
    here = np.bincount(firms.country, minlength=len(columns.countries)) > 0
    country = sorted(np.flatnonzero(here).tolist(), key=columns.countries.__getitem__)
    # The first place is for -1, no endpoint.
    ends = np.bincount(
        np.concatenate([links.endpoint, links.backup]) + 1, minlength=len(columns.endpoints) + 1
    )
    nodes = [(one.node, repr(one)) for one in columns.endpoints]
    end = sorted(np.flatnonzero(ends[1:]).tolist(), key=nodes.__getitem__)
    of_country = np.zeros(len(columns.countries), dtype=np.int32)
    of_country[country] = np.arange(len(country))
    # The last place is for -1.
    of_end = np.full(len(nodes) + 1, -1, dtype=np.int32)
    of_end[end] = np.arange(len(end))
    return replace(
        columns,
        countries=tuple(columns.countries[place] for place in country),
        endpoints=tuple(columns.endpoints[place] for place in end),
        startups=replace(firms, country=of_country[firms.country]),
        dependencies=replace(links, endpoint=of_end[links.endpoint], backup=of_end[links.backup]),
    )


class _Places(dict[object, int]):
    """Numbers things in the order in which they are first seen."""

    def __missing__(self, key: object) -> int:
        self[key] = len(self)
        return self[key]


def columns_of(startups: Iterable[Startup], *, catalog: Catalog, today: date) -> Columns:
    """The columns of startups of the register.

    Rows are numbered by the keys of dependencies, which stay when a startup is renamed.
    """
    builder = _Builder(catalog, today)
    for startup in startups:
        builder.add(startup)
    return Columns(
        countries=tuple(str(one) for one in builder.countries),
        endpoints=tuple(one for one in builder.endpoints if isinstance(one, Endpoint)),
        startups=StartupColumns(**_stacked(StartupColumns, builder.firms)),
        cases=CaseColumns(**_stacked(CaseColumns, builder.cases)),
        dependencies=DependencyColumns(**_stacked(DependencyColumns, builder.links)),
    )


class _Builder:
    """Columns row by row."""

    def __init__(self, catalog: Catalog, today: date) -> None:
        self.catalog, self.today = catalog, today
        self.countries, self.endpoints = _Places(), _Places()
        self.firms: list[tuple[object, ...]] = []
        self.cases: list[tuple[object, ...]] = []
        self.links: list[tuple[object, ...]] = []

    def add(self, startup: Startup) -> None:
        """Take in a startup with its use cases and dependencies."""
        exposed = exposed_use_cases(startup)
        keys = [one.key for _, models in exposed for one in models]
        row = seed_of("startup", min(keys, default=startup.name))
        country = self.countries[startup.country or ""]
        self.firms.append((row, country, *_firm_facts(startup), *_firm_ages(startup, self.today)))
        for case, models in exposed:
            row = seed_of("use case", min(one.key for one in models))
            age = _newest(case.dependencies, self.today)
            self.cases.append((row, len(self.firms) - 1, *_case_facts(case), age))
            for one in models:
                self._link(one)

    def _link(self, one: Dependency) -> None:
        beside = fallback_endpoint(one, self.catalog)
        backup = -1 if beside is None else self.endpoints[beside]
        endpoint = self.endpoints[endpoint_for(one, self.catalog)]
        row = seed_of("dependency", one.key)
        self.links.append(
            (row, len(self.cases) - 1, endpoint, backup, *_link_facts(one, self.today))
        )


def _stacked(kind: type, rows: list[tuple[object, ...]]) -> dict[str, Any]:
    """The fields of a class of columns from tuples in their order."""
    found: dict[str, Any] = {}
    for place, (name, sort) in enumerate(kind.__annotations__.items()):
        values = [row[place] for row in rows]
        kept = np.uint32 if sort is Rows else np.int32 if sort is Codes else np.float64
        found[name] = np.array(values, dtype=kept)
    return found


def _firm_facts(startup: Startup) -> tuple[float, ...]:
    engineers = _number(startup.engineers)
    return (
        _number(startup.annual_revenue_usd),
        _number(startup.gross_margin),
        _number(startup.ai_revenue_share),
        # Somebody must do the work: part of a person is the least.
        max(engineers, 0.5) if engineers == engineers else engineers,
        _number(startup.cash_usd),
        _number(startup.monthly_burn_usd),
    )


def _firm_ages(startup: Startup, today: date) -> tuple[float, ...]:
    """Ages of a startup's facts, whether it is settled whom it depends on, and the age of that."""
    named = [one for case in startup.use_cases for one in case.dependencies]
    lines = len(named) + (startup.unread_lines or 0)
    answered = sum(one.answer is not Answer.ASK for one in named) / max(lines, 1)
    settled = answered == 1
    ages = [_age(_day(one), today) for one in named]
    return (
        *(_age(startup.stated_on.get(name, startup.as_of), today) for name in DATED),
        answered,
        max(ages) if settled and not np.isnan(ages).any() else float("nan"),
    )


def _newest(links: Iterable[Dependency], today: date) -> float:
    """The age of the newest of some records; NaN if none has a day."""
    ages = [_age(day, today) for one in links if (day := _day(one)) is not None]
    return min(ages, default=float("nan"))


def _day(one: Dependency) -> date | None:
    """The day of a dependency's record."""
    return one.as_of or one.recorded_on


def _case_facts(case: UseCase) -> tuple[object, ...]:
    return (
        REQUIREMENTS.index(case.requirement),
        -1 if case.criticality is None else case.criticality,
        _number(case.revenue_share),
        _number(case.buffer_hours),
    )


def _link_facts(one: Dependency, today: date) -> tuple[object, ...]:
    takes = one.fallback_hours
    return (
        _code(FALLBACKS, one.fallback),
        _code(DEPTHS, one.depth),
        _code(PLANS, one.exit_plan),
        legal_code(one),
        _number(one.share),
        _number(one.spend_usd_per_month),
        _number(one.notice_days),
        one.provider_notice_days or 0.0,
        -_age(one.contract_end, today),
        _age(one.fallback_tested_on, today),
        _age(one.exit_plan_tested_on, today),
        _number(None if takes is None else takes / 24),
        int(bool(one.escrow or one.step_in)),
        int(one.fallback_capacity is CapacityClass.RESERVED),
        _code(MOVES, one.switch_begun),
        _age(_day(one), today),
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _code(options: tuple[object, ...], value: object) -> int:
    return -1 if value is None else options.index(value)


def _age(day: date | None, today: date) -> float:
    return float("nan") if day is None else float((today - day).days)


def legal_code(one: Dependency) -> int:
    """Data that must stay put needs a review, or the consent of regulated customers.

    A fallback under contract needs no new agreement.
    """
    if one.data_residency:
        asked = CONSENT.search(one.data_residency) is not None
        return CONSENT_OF_CUSTOMERS if asked else RESIDENCY
    reserved = one.fallback_capacity is CapacityClass.RESERVED
    return NO_AGREEMENT if reserved or one.fallback in CONTRACTED else AGREEMENT
