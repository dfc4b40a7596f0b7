"""Score a portfolio: every startup, and what only shows when they are looked at together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.assessment import assess_startup
from risk.exposure.own_year import OwnYear
from risk.exposure.results import StartupAssessment
from risk.inventory.records import Portfolio
from risk.portfolio.book import Book, Progress, all_losses, open_book
from risk.portfolio.concentration import concentration_of, dependence
from risk.portfolio.confidence import confidence_shares
from risk.portfolio.dependence import diversification_ratio, independence
from risk.portfolio.open_questions import IfAllAsked, if_all_asked, widened
from risk.portfolio.results import DependenceShare, PortfolioAssessment
from risk.portfolio.startup_figures import figures_of_losses, startup_figures
from risk.portfolio.totals import Totals, totals_of
from risk.portfolio.year_figures import (
    SimulatedYears,
    YearFigures,
    exact_figures,
    laid_out,
    simulated_figures,
)

#: Changes whenever the same facts would give other numbers.
MODEL_VERSION = "4"


def assess_portfolio(
    portfolio: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    simulated: SimulatedYears | None = None,
    progress: Progress | None = None,
) -> PortfolioAssessment:
    """Everything the Portfolio page shows. ``progress`` hears the share done, 0 to 1.

    With ``simulated`` the portfolio's year is drawn instead of calculated: its expected loss, tail,
    exceedance curve and who carries the tail. Each startup's own figures stay exact.
    """
    book = open_book(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    prepared = laid_out(book, assumptions)
    if simulated is None:
        figures = startup_figures(book, prepared, assumptions, progress)
        year = exact_figures(book, prepared, assumptions)
    else:
        losses = all_losses(book, assumptions)
        figures = figures_of_losses(book, losses, assumptions)
        year = simulated_figures(
            book, losses, simulated=simulated, assumptions=assumptions, progress=progress
        )
    worst = if_all_asked(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    startups = assessed_startups(book, figures.years, worst, assumptions, today)
    totals = totals_of(book, startups, figures.years, worst, figures.cuts, catalog, assumptions)
    return portfolio_answer(
        replace(portfolio, startups=()),
        totals,
        year,
        book,
        startups=startups,
        dependence_shares=dependence(book),
        catalog=catalog,
        assumptions=assumptions,
        today=today,
    )


def assessed_startups(
    book: Book,
    years: Mapping[str, OwnYear],
    worst: Mapping[str, IfAllAsked],
    assumptions: Assumptions,
    today: date,
) -> tuple[StartupAssessment, ...]:
    """The answer for every startup of a book, but for its share of the portfolio's tail."""
    shares = confidence_shares(book, worst, assumptions, today)
    found = []
    for member in book.members:
        name = member.startup.name
        one = assess_startup(
            member.startup, member.numbers, member.placed, years[name], assumptions
        )
        one = widened(one, worst.get(name), assumptions)
        found.append(replace(one, confidence_share=shares[name]))
    return tuple(found)


def portfolio_answer(
    portfolio: Portfolio,
    totals: Totals,
    year: YearFigures,
    ground: Book,
    *,
    startups: tuple[StartupAssessment, ...],
    dependence_shares: tuple[DependenceShare, ...],
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> PortfolioAssessment:
    """The answer for a portfolio from its totals and its year.

    Of ``portfolio`` only name and marks are read, of ``ground`` the supply chain and its events.
    """
    shares = concentration_of(totals.margins)
    adjusted = independence(
        shares["service"].shares, ground.chain, ground.events, level="developer"
    )
    return PortfolioAssessment(
        portfolio=portfolio.name,
        invented=portfolio.invented,
        startups=tuple(
            replace(one, tvar95_contribution_usd=year.tail[one.startup]) for one in startups
        ),
        aal_usd=totals.aal_usd if year.aal_usd is None else year.aal_usd,
        aal_interval_usd=totals.aal_interval_usd,
        gross_profit_usd=totals.gross_profit_usd,
        var95_usd=year.measures["var95_usd"],
        tvar95_usd=year.measures["tvar95_usd"],
        var99_usd=year.measures["var99_usd"],
        tvar99_usd=year.measures["tvar99_usd"],
        exceedance=year.exceedance,
        concentration=shares,
        dependence=dependence_shares,
        listed_providers=len(shares["developer"].shares),
        exposed_startups=totals.exposed,
        cash_out_startups=totals.cash_out,
        cash_out_anyway=totals.cash_out_anyway,
        confidence=totals.confidence,
        model_version=MODEL_VERSION,
        catalogue_date=catalog.catalogue_date.isoformat(),
        data_digest=totals.digest(portfolio.name, assumptions, catalog.learned),
        register_digest=totals.digest(portfolio.name, assumptions, ()),
        learned=catalog.learned,
        as_of=today.isoformat(),
        simulation=year.note,
        tail_parts=year.tail_parts,
        grid_error=year.grid_error,
        interactions=year.interactions,
        dependence_adjusted=adjusted.dependence_adjusted,
        diversification=diversification_ratio(year.measures["tvar95_usd"], (totals.tvar95_usd,)),
        single_points=totals.single_points,
        pairs=totals.pairs,
    )
