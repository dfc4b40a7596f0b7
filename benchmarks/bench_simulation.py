"""How long do a million simulated years take, and do they agree with the exact law?"""

from datetime import date
from pathlib import Path

from benchmarks.measuring import Measurement, best_of, timed_once
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.portfolio.book import all_losses, open_book
from risk.portfolio.dependents import dependents
from risk.portfolio.interactions import Change, InteractionEffect, interaction_effect
from risk.portfolio.simulation import Simulation, simulate, tail_by, tail_parts
from risk.portfolio.year_figures import YearFigures, exact_figures, laid_out

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)
YEARS = 1_000_000
#: Following every startup through them is measured on fewer.
FOLLOWED_YEARS = 100_000
SEED = 20231117
LARGEST = 50
LEVEL = 0.95
FRAILTY = DEFAULTS.frailty_variance


def measure() -> list[Measurement]:
    """Draw the demo portfolio's years and check them; compare with the law by Fourier inversion."""
    catalog = load_catalog(FIXTURES)
    book = open_book(demo_portfolio(catalog), catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    losses = all_losses(book, DEFAULTS)
    events = {one.event: one.probability for one in book.events}

    def drawn_years(years: int) -> Simulation:
        return simulate(losses, events, years=years, seed=SEED, frailty_variance=FRAILTY)

    exact, year = best_of(3, lambda: exact_figures(book, laid_out(book, DEFAULTS), DEFAULTS))
    drawing, drawn = timed_once(lambda: drawn_years(YEARS))
    _check_measures(drawn, year)
    attributing, parts = timed_once(lambda: tail_parts(drawn, level=LEVEL))
    worst = _furthest(tail_by(parts, "startup"), dict(year.tail))
    print(f"  a startup's part of the tail is at most {worst:.1%} from the exact law")
    assert worst < 0.05, "they disagree on who carries the tail"
    fewer = drawn_years(FOLLOWED_YEARS)
    following, effect = timed_once(lambda: interaction_effect(fewer, dependents(book, DEFAULTS)))
    _print_effect(effect)
    law = "the exact law"
    return [
        Measurement(what=law, seconds=exact),
        Measurement(
            what=f"{YEARS:,} simulated years", seconds=drawing, against=law, against_seconds=exact
        ),
        Measurement(
            what="who carries their tail", seconds=attributing, against=law, against_seconds=exact
        ),
        Measurement(
            what=f"every startup followed through {FOLLOWED_YEARS:,} years",
            seconds=following,
            against=law,
            against_seconds=exact,
        ),
    ]


def _check_measures(drawn: Simulation, year: YearFigures) -> None:
    """The expected loss of drawn years is checked against their events' own means."""
    table = drawn.event_loss_table
    expected = float((table["rate_per_year"] * table["mean_loss_usd"]).sum())
    quantile, tail = drawn.spreads(0.99)
    distances = {
        "AAL": (drawn.aal_usd - expected) / drawn.aal_standard_error_usd,
        "VaR99": (drawn.var_usd(0.99) - year.measures["var99_usd"]) / quantile.standard_error,
        "TVaR99": (drawn.tvar_usd(0.99) - year.measures["tvar99_usd"]) / tail.standard_error,
    }
    found = ", ".join(f"{name} {value:+.1f}" for name, value in distances.items())
    print(f"  standard errors from the exact law: {found}")
    assert all(abs(one) < 3 for one in distances.values()), "simulation and exact law disagree"


def _print_effect(effect: InteractionEffect) -> None:
    def share(change: Change) -> str:
        error = change.standard_error_usd / change.additive_usd
        return f"{change.share or 0.0:+.1%} (standard error {error:.1%})"

    print(
        f"  overlaps and insolvency within the year change AAL by {share(effect.aal)}, VaR99 by "
        f"{share(effect.var99)}, TVaR99 by {share(effect.tvar99)}"
    )


def _furthest(simulated: dict[str, float], exact: dict[str, float]) -> float:
    """The largest difference over the startups that carry most of the tail, as a share."""
    largest = sorted(exact, key=lambda one: -exact[one])[:LARGEST]
    return max(abs(simulated.get(one, 0.0) / exact[one] - 1) for one in largest if exact[one] > 0)
