"""What a year can cost a portfolio, by the exact law or by simulated years: the same figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.engine.exposures import portfolio_columns
from risk.engine.states import customer_templates
from risk.engine.valuation import Prepared, measure, prepare, value
from risk.exposure.event_losses import EventLoss
from risk.hazard.supply_chain import SupplyChain
from risk.portfolio.book import Book
from risk.portfolio.dependents import dependents
from risk.portfolio.empirical import return_level
from risk.portfolio.exact_year import ExactYear, exact_year
from risk.portfolio.interactions import InteractionEffect, interaction_effect
from risk.portfolio.results import ExceedancePoint, SimulationNote, TailPart
from risk.portfolio.simulation import Simulation, simulate, tail_by, tail_parts
from risk.portfolio.tail_shares import tail_shares

Array = NDArray[np.float64]
RETURN_PERIODS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
TAIL_LEVEL = 0.95
LEVELS = {"var95_usd": 0.95, "tvar95_usd": 0.95, "var99_usd": 0.99, "tvar99_usd": 0.99}


@dataclass(frozen=True, kw_only=True)
class SimulatedYears:
    """How many years to draw, and with which seed."""

    years: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class YearFigures:
    """``measures`` are var95_usd, tvar95_usd, var99_usd and tvar99_usd; ``tail`` is by startup.

    ``tail_parts`` divides the tail value at risk at 95 % by provider, root and kind.
    ``grid_error`` is how far the finite grid moves the tail value at risk at 99 %, as a share.
    ``aal_usd`` is the mean of simulated years; None for the exact law, where it is the startups'
    sum.
    """

    measures: Mapping[str, float]
    exceedance: tuple[ExceedancePoint, ...]
    tail: Mapping[str, float]
    tail_parts: Mapping[str, tuple[TailPart, ...]] = field(default_factory=dict)
    grid_error: float | None = None
    aal_usd: float | None = None
    note: SimulationNote | None = None
    interactions: InteractionEffect | None = None


def exact_figures(book: Book, prepared: Prepared, assumptions: Assumptions) -> YearFigures:
    """Figures of the year by the exact law (:mod:`risk.portfolio.exact_year`)."""
    year = law_of_year(prepared, assumptions)
    shares = tail_shares(year, level=TAIL_LEVEL)
    tail = zip(prepared.columns.startups, shares.by_startup, strict=True)
    events = prepared.states.events
    return figures_of_law(
        year,
        tail={name: float(part) for name, part in tail},
        tail_parts={
            "provider": tail_by_service(book.chain, prepared, shares.by_row),
            "root": shares.by_root(events),
            "kind": shares.by_kind(events),
        },
    )


def figures_of_law(
    year: ExactYear,
    *,
    tail: Mapping[str, float],
    tail_parts: Mapping[str, Mapping[str, float]],
) -> YearFigures:
    """The figures of a law; ``tail`` is by startup, ``tail_parts`` by provider, root and kind."""
    return YearFigures(
        measures={
            name: year.tvar_usd(level) if name.startswith("tvar") else year.var_usd(level)
            for name, level in LEVELS.items()
        },
        exceedance=tuple(_point(year, period) for period in RETURN_PERIODS),
        tail=tail,
        tail_parts={name: _largest_first(parts) for name, parts in tail_parts.items()},
        grid_error=year.grid_error(0.99),
    )


def laid_out(book: Book, assumptions: Assumptions) -> Prepared:
    """The portfolio laid out for the engine, its members in the book's order."""
    columns = portfolio_columns(((one.numbers, one.placed) for one in book.members), assumptions)
    return prepare(columns, customer_templates(book.events), assumptions)


def law_of_year(prepared: Prepared, assumptions: Assumptions) -> ExactYear:
    """The law of a portfolio's year."""
    valued = value(prepared, measure(prepared.states, prepared.states.rates))
    return exact_year(prepared, valued, frailty_variance=assumptions.frailty_variance)


def simulated_figures(
    book: Book,
    losses: Mapping[str, tuple[EventLoss, ...]],
    *,
    simulated: SimulatedYears,
    assumptions: Assumptions,
    progress: Callable[[float], None] | None = None,
) -> YearFigures:
    """Figures of drawn years, and what following startups through them changes.

    ``progress`` hears 0 to 1.
    """

    def tell(first: float) -> Callable[[float], None]:
        return lambda share: progress(first + share / 2) if progress else None

    drawn = simulate(
        losses,
        {one.event: one.probability for one in book.events},
        years=simulated.years,
        seed=simulated.seed,
        frailty_variance=assumptions.frailty_variance,
        progress=tell(0.0),
    )
    parts = tail_parts(drawn, level=TAIL_LEVEL)
    tail = tail_by(parts, "startup")
    return YearFigures(
        measures={
            name: drawn.tvar_usd(level) if name.startswith("tvar") else drawn.var_usd(level)
            for name, level in LEVELS.items()
        },
        exceedance=_exceedance(drawn),
        tail={name: tail.get(name, 0.0) for name in losses},
        tail_parts={
            "provider": _largest_first(_by_key(book, tail_by(parts, "dependency_key"))),
            **{name: _largest_first(tail_by(parts, name)) for name in ("root", "kind")},
        },
        interactions=interaction_effect(drawn, dependents(book, assumptions), progress=tell(0.5)),
        aal_usd=drawn.aal_usd,
        note=_note(drawn),
    )


def _point(year: ExactYear, period: float) -> ExceedancePoint:
    # On the grid the largest event may seem to pass the sum by less than a cell.
    single, total = year.oep_usd(period), year.aep_usd(period)
    return ExceedancePoint(return_period_years=period, oep_usd=single, aep_usd=max(total, single))


def tail_by_service(chain: SupplyChain, prepared: Prepared, by_row: Array) -> dict[str, float]:
    """Shares (rows,) by the service called; a use case with several counts for each alike."""
    service = {one.node: one.service.name for one in chain.endpoints}
    routes = [service[one.endpoint] for one in prepared.columns.routes]
    found: dict[str, float] = {}
    count = len(prepared.columns.exposures)
    alone = np.bincount(
        prepared.columns.exposures.route, weights=by_row[:count], minlength=len(routes)
    )
    for name, part in zip(routes, alone, strict=True):
        found[name] = found.get(name, 0.0) + float(part)
    for start, group in zip(prepared.group_start, prepared.grouped, strict=True):
        part = float(by_row[start : start + len(group.startup)].sum()) / len(group.routes)
        for route in group.routes:
            found[routes[route]] = found.get(routes[route], 0.0) + part
    return found


def _by_key(book: Book, parts: Mapping[str, float]) -> dict[str, float]:
    """Parts of dependencies, by the service that each of them calls."""
    service = {
        key: endpoint.service.name
        for member in book.members
        for key, endpoint in member.placed.endpoint_of.items()
    }
    found: dict[str, float] = {}
    for key, part in parts.items():
        found[service[key]] = found.get(service[key], 0.0) + part
    return found


def _largest_first(parts: Mapping[str, float]) -> tuple[TailPart, ...]:
    order = sorted(parts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(TailPart(name=name, tvar95_usd=part) for name, part in order if part > 0)


def _exceedance(drawn: Simulation) -> tuple[ExceedancePoint, ...]:
    """Only return periods that the number of years can speak of."""
    return tuple(
        ExceedancePoint(
            return_period_years=period,
            oep_usd=return_level(drawn.largest_losses, period),
            aep_usd=return_level(drawn.year_losses, period),
        )
        for period in RETURN_PERIODS
        if period <= drawn.years
    )


def _note(drawn: Simulation) -> SimulationNote:
    _, tail95 = drawn.spreads(0.95)
    _, tail99 = drawn.spreads(0.99)
    return SimulationNote(
        years=drawn.years,
        seed=drawn.seed,
        aal_standard_error_usd=drawn.aal_standard_error_usd if drawn.years > 1 else None,
        tvar95_low_usd=tail95.low,
        tvar95_high_usd=tail95.high,
        tvar99_low_usd=tail99.low,
        tvar99_high_usd=tail99.high,
    )
