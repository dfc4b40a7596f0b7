"""Score a portfolio: every startup, and what only shows when they are looked at together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.assessment import assess_startup
from risk.exposure.own_year import OwnYear
from risk.exposure.results import Confidence, Interval, StartupAssessment
from risk.exposure.score import CASH_OUT_OVERRIDE, interval_of
from risk.inventory.records import Portfolio
from risk.portfolio.book import Progress, all_losses, open_book
from risk.portfolio.concentration import concentration, dependence
from risk.portfolio.dependence import diversification_ratio, independence
from risk.portfolio.open_questions import IfAllAsked, if_all_asked, widened, worst_total
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.single_points import points_and_pairs
from risk.portfolio.startup_figures import figures_of_losses, startup_figures
from risk.portfolio.year_figures import (
    SimulatedYears,
    exact_figures,
    laid_out,
    simulated_figures,
)

#: Changes whenever the same facts would give other numbers.
MODEL_VERSION = "3"


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
    startups = tuple(
        replace(
            widened(
                assess_startup(
                    member.startup,
                    member.numbers,
                    member.placed,
                    figures.years[member.startup.name],
                    assumptions,
                ),
                worst.get(member.startup.name),
            ),
            tvar95_contribution_usd=year.tail[member.startup.name],
        )
        for member in book.members
    )
    interval = _aal_interval(figures.years, worst)
    shares = concentration(book, catalog)
    services = shares["service"].shares
    points, pairs = points_and_pairs(book, figures.cuts)
    adjusted = independence(services, book.chain, book.events, level="developer")
    return PortfolioAssessment(
        portfolio=portfolio.name,
        invented=portfolio.invented,
        startups=startups,
        aal_usd=sum(one.aal_usd for one in startups) if year.aal_usd is None else year.aal_usd,
        aal_interval_usd=interval,
        gross_profit_usd=sum(one.gross_profit_usd for one in startups),
        var95_usd=year.measures["var95_usd"],
        tvar95_usd=year.measures["tvar95_usd"],
        var99_usd=year.measures["var99_usd"],
        tvar99_usd=year.measures["tvar99_usd"],
        exceedance=year.exceedance,
        concentration=shares,
        dependence=dependence(book),
        listed_providers=len(shares["developer"].shares),
        exposed_startups=sum(bool(one.parts) for one in startups),
        cash_out_startups=sum(_runs_out(one) for one in startups),
        cash_out_anyway=sum(_runs_out(one) and _runs_out_anyway(one) for one in startups),
        confidence=_confidence(startups),
        model_version=MODEL_VERSION,
        catalogue_date=catalog.catalogue_date.isoformat(),
        data_digest=_digest(portfolio, assumptions, catalog.learned),
        learned=catalog.learned,
        as_of=today.isoformat(),
        simulation=year.note,
        tail_parts=year.tail_parts,
        grid_error=year.grid_error,
        interactions=year.interactions,
        dependence_adjusted=adjusted.dependence_adjusted,
        diversification=diversification_ratio(
            year.measures["tvar95_usd"], (one.tvar95_usd for one in startups)
        ),
        single_points=points,
        pairs=pairs,
    )


def _aal_interval(years: Mapping[str, OwnYear], worst: Mapping[str, IfAllAsked]) -> Interval:
    """10-90 % of the portfolio's expected loss over unknown facts and open questions.

    The facts of different startups are drawn independently, so draws are added as they come.
    """
    draws = {name: one.loss.aal_usd for name, one in years.items()}
    known = interval_of(sum(draws.values(), start=np.zeros(1)))
    return Interval(low=known.low, high=max(known.high, worst_total(draws, worst, draws)))


def _runs_out(one: StartupAssessment) -> bool:
    after = one.cash_out_probability.after
    return bool(one.parts) and after is not None and after > CASH_OUT_OVERRIDE


def _runs_out_anyway(one: StartupAssessment) -> bool:
    before = one.cash_out_probability.before
    return before is not None and before > CASH_OUT_OVERRIDE


def _confidence(startups: tuple[StartupAssessment, ...]) -> Confidence:
    """The confidence that half of the exposed startups, weighted by expected loss, reach."""
    weights = dict.fromkeys(Confidence, 0.0)
    for one in startups:
        weights[one.confidence] += one.aal_usd
    total = sum(weights.values())
    if total <= 0:
        exposed = [one.confidence for one in startups]
        return Confidence.LOW if Confidence.LOW in exposed or not exposed else Confidence.HIGH
    if weights[Confidence.HIGH] >= total / 2:
        return Confidence.HIGH
    known = weights[Confidence.HIGH] + weights[Confidence.MEDIUM]
    return Confidence.MEDIUM if known >= total / 2 else Confidence.LOW


def _digest(portfolio: Portfolio, assumptions: Assumptions, learned: tuple[str, ...]) -> str:
    """Short SHA-256 of facts, assumptions and learned rates: equal digests mean equal inputs."""
    facts = replace(portfolio, revision=0, updated=None)
    return sha256(repr((facts, assumptions, *learned)).encode()).hexdigest()[:16]
