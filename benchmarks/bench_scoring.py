"""How long does the whole portfolio take to score?"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks.measuring import Measurement, best_of
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.inventory.records import Portfolio
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.results import PortfolioAssessment

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)
COPIES = 10


def measure() -> list[Measurement]:
    """Score the demo portfolio, and one of ten copies of each of its startups."""
    catalog = load_catalog(FIXTURES)
    demo = demo_portfolio(catalog)
    larger = copied(demo, times=COPIES)

    def score(portfolio: Portfolio) -> PortfolioAssessment:
        return assess_portfolio(portfolio, catalog=catalog, assumptions=DEFAULTS, today=TODAY)

    one, answer = best_of(3, lambda: score(demo))
    many, larger_answer = best_of(1, lambda: score(larger))
    losses = sum(startup.aal_usd for startup in larger_answer.startups)
    assert abs(losses / larger_answer.aal_usd - 1) < 1e-6, "startups must add up to the portfolio"
    assert answer.aal_usd > 0
    count = len(demo.startups)
    return [
        Measurement(what=f"{count} startups", seconds=one),
        Measurement(
            what=f"{count * COPIES} startups",
            seconds=many,
            against=f"{count} startups",
            against_seconds=one,
        ),
    ]


def copied(portfolio: Portfolio, *, times: int) -> Portfolio:
    """Return a portfolio in which every startup stands ``times`` times under other names."""
    startups = tuple(
        replace(startup, name=f"{startup.name} {copy}")
        for copy in range(times)
        for startup in portfolio.startups
    )
    return replace(portfolio, name="larger", startups=startups)
