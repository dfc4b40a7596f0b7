"""How long do a million simulated years take, and do they agree with the exact law?"""

from datetime import date
from pathlib import Path

from benchmarks.measuring import Measurement, best_of, timed_once
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.portfolio.book import all_losses, open_book
from risk.portfolio.simulation import simulate, tail_by, tail_parts
from risk.portfolio.tail import annual_measures, portfolio_year, tail_shares

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)
YEARS = 1_000_000
SEED = 20231117
LARGEST = 50
LEVEL = 0.95


def measure() -> list[Measurement]:
    """Draw the demo portfolio's years and check them; compare with the law by Fourier inversion."""
    catalog = load_catalog(FIXTURES)
    book = open_book(demo_portfolio(catalog), catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    losses = all_losses(book, DEFAULTS)
    events = {one.event: one.probability for one in book.events}
    exact, year = best_of(3, lambda: portfolio_year(losses, events))
    drawing, drawn = timed_once(lambda: simulate(losses, events, years=YEARS, seed=SEED))
    measures = annual_measures(year)
    quantile, tail = drawn.spreads(0.99)
    distances = {
        "AAL": (drawn.aal_usd - year.losses @ year.rates) / drawn.aal_standard_error_usd,
        "VaR99": (drawn.var_usd(0.99) - measures["var99_usd"]) / quantile.standard_error,
        "TVaR99": (drawn.tvar_usd(0.99) - measures["tvar99_usd"]) / tail.standard_error,
    }
    attributing, parts = timed_once(lambda: tail_parts(drawn, level=LEVEL))
    worst = _furthest(tail_by(parts, "startup"), tail_shares(year, level=LEVEL))
    found = ", ".join(f"{name} {value:+.1f}" for name, value in distances.items())
    print(
        f"  standard errors from the exact law: {found}; a startup's part of the tail {worst:.1%}"
    )
    assert all(abs(one) < 3 for one in distances.values()), "simulation and exact law disagree"
    assert worst < 0.05, "they disagree on who carries the tail"
    law = "the exact law"
    return [
        Measurement(what=law, seconds=exact),
        Measurement(
            what=f"{YEARS:,} simulated years", seconds=drawing, against=law, against_seconds=exact
        ),
        Measurement(
            what="who carries their tail", seconds=attributing, against=law, against_seconds=exact
        ),
    ]


def _furthest(simulated: dict[str, float], exact: dict[str, float]) -> float:
    """The largest difference over the startups that carry most of the tail, as a share."""
    largest = sorted(exact, key=lambda one: -exact[one])[:LARGEST]
    return max(abs(simulated.get(one, 0.0) / exact[one] - 1) for one in largest if exact[one] > 0)
