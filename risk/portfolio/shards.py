"""A portfolio scored in parts: each part by itself, what they share once.

Curves add up. Each part scores its startups and adds up its losses by event and duration
(:func:`score_shard`); the sums have one law (:func:`law_of_shards`), and each part finds its
startups' shares of that law's tail (:func:`share_of_shard`). Nothing here knows where a part is
kept or which machine works on it. docs/scale.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.engine.customers import CustomerLosses, customer_losses
from risk.engine.exposures import GroupedCase, PortfolioColumns, portfolio_columns
from risk.engine.routes import merged_routes
from risk.engine.valuation import Prepared, measure, portfolio_curves, prepare, value
from risk.exposure.results import StartupAssessment
from risk.hazard.patterns import EventPatterns
from risk.hazard.supply_chain import SupplyChain
from risk.inventory.records import Portfolio, Startup
from risk.portfolio.assessment import assessed_startups, portfolio_answer
from risk.portfolio.book import Book, Member, member_of
from risk.portfolio.concentration import dependence
from risk.portfolio.exact_year import ExactYear, year_of_losses
from risk.portfolio.open_questions import IfAllAsked, answers_if_asked, asked_startups
from risk.portfolio.results import DependenceShare, PortfolioAssessment
from risk.portfolio.startup_figures import startup_figures
from risk.portfolio.survey import Ground
from risk.portfolio.tail_shares import TailWeights, shares_by_row
from risk.portfolio.totals import Totals, added, totals_of
from risk.portfolio.year_figures import YearFigures, figures_of_law, laid_out, tail_by_service

Array = NDArray[np.float64]

#: A startup that is in no part; it holds one use case of each shape, which costs nothing.
NOBODY = ""
NO_ROWS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class ShardSums:
    """What a part adds to the whole: totals, and its losses in USD.

    ``curves`` (patterns, durations) for events that hit everybody, ``customers`` for those that
    each customer has for itself.
    """

    totals: Totals
    curves: Array
    customers: tuple[CustomerLosses, ...]


@dataclass(frozen=True, kw_only=True)
class ShardScore:
    """A part scored by itself: ``sums`` travel, the rest stays where the part is worked on."""

    sums: ShardSums
    startups: tuple[StartupAssessment, ...]
    dependence: tuple[DependenceShare, ...]
    columns: PortfolioColumns


@dataclass(frozen=True, kw_only=True)
class ShardShares:
    """Shares of the portfolio's tail in USD: by startup of the part, and by service called."""

    by_startup: Mapping[str, float]
    by_service: Mapping[str, float]


def score_shard(startups: Iterable[Startup], ground: Ground) -> ShardScore:
    """Score the startups of one part, and add up what it loses by event and duration."""
    startups = tuple(startups)
    assumptions = ground.assumptions
    members = _members(startups, ground)
    book = _book(members, ground.chain, ground.templates)
    columns = _on_shared_ground(_columns_of(members, ground), ground)
    shared = _laid_out(columns, ground)
    # With a startup that is nobody's the engine's rows would not be the members'.
    own = laid_out(book, assumptions) if ground.shapes else shared
    figures = startup_figures(book, own, assumptions, known=ground.known_pairs)
    worst = _if_all_asked(startups, ground)
    assessed = assessed_startups(book, figures.years, worst, assumptions, ground.today)
    totals = totals_of(
        book, assessed, figures.years, worst, figures.cuts, ground.catalog, assumptions
    )
    return ShardScore(
        sums=_sums(shared, totals),
        startups=assessed,
        dependence=dependence(book),
        columns=columns,
    )


def law_of_shards(sums: Sequence[ShardSums], ground: Ground) -> ExactYear:
    """The law of a year of the whole portfolio."""
    nothing = portfolio_columns((), ground.assumptions)
    empty = _laid_out(_on_shared_ground(nothing, ground), ground)
    by_pattern: dict[tuple[int, int], list[CustomerLosses]] = {}
    for one in sums:
        for customer in one.customers:
            by_pattern.setdefault((customer.event, customer.pattern), []).append(customer)
    states = empty.states
    return year_of_losses(
        empty,
        sum((one.curves for one in sums), start=np.zeros((*states.probability.shape, 1))),
        tuple(_side_by_side(parts) for _, parts in sorted(by_pattern.items())),
        frailty_variance=ground.assumptions.frailty_variance,
    )


def share_of_shard(columns: PortfolioColumns, weights: TailWeights, ground: Ground) -> ShardShares:
    """The shares of one part in the tail of the whole portfolio's law."""
    prepared = _laid_out(columns, ground)
    valued = value(prepared, measure(prepared.states, prepared.states.rates))
    by_row, by_startup = shares_by_row(prepared, customer_losses(prepared, valued), weights)
    shares = zip(columns.startups, by_startup, strict=True)
    return ShardShares(
        by_startup={name: float(part) for name, part in shares if name != NOBODY},
        by_service=tail_by_service(ground.chain, prepared, by_row),
    )


def year_of_shards(
    year: ExactYear, weights: TailWeights, shares: Iterable[ShardShares]
) -> YearFigures:
    """The figures of the whole portfolio's year, with every startup's share of its tail."""
    by_startup: dict[str, float] = {}
    by_service: dict[str, float] = {}
    for one in shares:
        by_startup.update(one.by_startup)
        for name, part in one.by_service.items():
            by_service[name] = by_service.get(name, 0.0) + part
    by_root: dict[str, float] = {}
    by_kind: dict[str, float] = {}
    parts = weights.by_event * weights.scale
    for event, part in zip(year.prepared.states.events, parts, strict=True):
        by_root[event.root] = by_root.get(event.root, 0.0) + float(part)
        by_kind[str(event.kind)] = by_kind.get(str(event.kind), 0.0) + float(part)
    tail_parts = {"provider": by_service, "root": by_root, "kind": by_kind}
    return figures_of_law(year, tail=by_startup, tail_parts=tail_parts)


def answer_of_shards(
    portfolio: Portfolio,
    totals: Sequence[Totals],
    year: YearFigures,
    ground: Ground,
    *,
    startups: Iterable[StartupAssessment] = (),
    dependence_shares: Iterable[DependenceShare] = (),
) -> PortfolioAssessment:
    """The answer for the whole portfolio; of ``portfolio`` only name and marks are read."""
    return portfolio_answer(
        portfolio,
        added(totals),
        year,
        Book(members=(), chain=ground.chain, events=ground.templates),
        startups=tuple(sorted(startups, key=lambda one: one.startup)),
        dependence_shares=tuple(
            sorted(dependence_shares, key=lambda one: (one.developer, one.host, one.startup))
        ),
        catalog=ground.catalog,
        assumptions=ground.assumptions,
        today=ground.today,
    )


def _members(startups: Iterable[Startup], ground: Ground) -> tuple[Member, ...]:
    return tuple(
        member_of(one, catalog=ground.catalog, assumptions=ground.assumptions, today=ground.today)
        for one in sorted(startups, key=lambda one: one.name)
    )


def _book(
    members: tuple[Member, ...], chain: SupplyChain, templates: Iterable[EventPatterns]
) -> Book:
    """These members on a chain, each with the events that its suppliers' customers have."""
    whose: dict[str, set[str]] = {}
    for member in members:
        for name, _, supplier in member.placed.customers:
            whose.setdefault(supplier, set()).add(name)
    events: list[EventPatterns] = []
    for one in templates:
        if one.event.only_startup is None:
            events.append(one)
            continue
        for name in sorted(whose.get(one.event.root, ())):
            events.append(replace(one, event=replace(one.event, only_startup=name)))
    return Book(members=members, chain=chain, events=tuple(events))


def _columns_of(members: Iterable[Member], ground: Ground) -> PortfolioColumns:
    pairs = ((one.numbers, one.placed) for one in members)
    return merged_routes(portfolio_columns(pairs, ground.assumptions), ground.templates)


def _on_shared_ground(columns: PortfolioColumns, ground: Ground) -> PortfolioColumns:
    """The same columns with routes, countries and shapes numbered as in every other part."""
    routes = {one: place for place, one in enumerate(ground.routes)}
    countries = {one: place for place, one in enumerate(ground.countries)}
    route = np.array([routes[one] for one in columns.routes], dtype=np.int32)
    country = np.array([countries[one] for one in columns.countries], dtype=np.int32)
    exposures = columns.exposures
    shapes = tuple(
        GroupedCase(
            startup=len(columns.startups),
            country=countries[where],
            numbers=numbers,
            routes=tuple(routes[one] for one in path),
            draws=1,
        )
        for (_, _, path, where), numbers in ground.shapes.items()
    )
    own = tuple(
        replace(
            one,
            country=int(country[one.country]),
            routes=tuple(int(route[place]) for place in one.routes),
        )
        for one in columns.grouped
    )
    return replace(
        columns,
        startups=(*columns.startups, NOBODY) if shapes else columns.startups,
        draws=np.append(columns.draws, 1).astype(np.int32) if shapes else columns.draws,
        routes=ground.routes,
        countries=ground.countries,
        exposures=replace(
            exposures,
            route=route[exposures.route] if len(exposures) else exposures.route,
            country=country[exposures.country] if len(exposures) else exposures.country,
        ),
        grouped=(*shapes, *own),
    )


def _laid_out(columns: PortfolioColumns, ground: Ground) -> Prepared:
    """A part laid out so that its states are those of every other part."""
    prepared = prepare(columns, ground.templates, ground.assumptions)
    if ground.shapes:
        for group in prepared.grouped:
            group.weight[group.startup == len(columns.startups) - 1] = 0.0
    return prepared


def _sums(shared: Prepared, totals: Totals) -> ShardSums:
    valued = value(shared, measure(shared.states, shared.states.rates))
    return ShardSums(
        totals=totals,
        curves=portfolio_curves(shared.states, valued.curves),
        customers=tuple(
            replace(one, startup=NO_ROWS, rows=NO_ROWS, row_of=NO_ROWS, row_loss=one.loss[:0])
            for one in customer_losses(shared, valued)
        ),
    )


def _side_by_side(parts: Sequence[CustomerLosses]) -> CustomerLosses:
    """One pattern's losses to the customers of all parts."""
    width = max(one.loss.shape[1] for one in parts)
    wide = [np.broadcast_to(one.loss, (len(one.loss), width)) for one in parts]
    return replace(parts[0], loss=np.concatenate(wide))


def _if_all_asked(startups: Iterable[Startup], ground: Ground) -> Mapping[str, IfAllAsked]:
    asked = asked_startups(startups)
    if not asked:
        return {}
    book = _book(_members(asked, ground), ground.asked_chain, ground.asked_templates)
    return answers_if_asked(book, ground.assumptions)
