"""How long does the whole portfolio take to score?"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.invented_register import invented_register
from benchmarks.measuring import Measurement
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.inventory.records import Portfolio
from risk.portfolio import startup_figures
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.results import PortfolioAssessment

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)
#: More startups than any portfolio has: all are taken one by one.
EVERYBODY = 1_000_000_000
#: Invented startups: one by one is compared at the first, the engine goes on to the second.
SOME, MORE = 600, 6_000


def measure() -> Iterator[Measurement]:
    """Score the demo portfolio and invented ones, startup by startup and by the engine."""
    catalog = load_catalog(FIXTURES)
    demo, some, more = demo_portfolio(catalog), invented_register(SOME), invented_register(MORE)

    def score(portfolio: Portfolio, *, many: int) -> tuple[float, float, PortfolioAssessment]:
        startup_figures.MANY = many
        wall, processors = perf_counter(), process_time()
        found = assess_portfolio(portfolio, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
        return perf_counter() - wall, process_time() - processors, found

    chosen = startup_figures.MANY
    score(demo, many=0)  # loads the loops, or compiles them
    yield _line("demo, startup by startup", *score(demo, many=EVERYBODY))
    yield _line("demo, by the engine", *score(demo, many=0))
    alone = score(some, many=EVERYBODY)
    yield _line("invented, startup by startup", *alone)
    engine = score(some, many=0)
    yield _line("invented, by the engine", *engine, against=("one by one", alone[1]))
    _same(alone[2], engine[2])
    many = score(more, many=0)
    yield _line("invented, by the engine", *many, against=(f"{SOME} startups", engine[1]))
    startup_figures.MANY = chosen


def _line(
    what: str,
    seconds: float,
    processors: float,
    answer: PortfolioAssessment,
    against: tuple[str, float] | None = None,
) -> Measurement:
    """One measurement; its ratio is of processor time, and its answer adds up."""
    losses = sum(startup.aal_usd for startup in answer.startups)
    assert abs(losses / answer.aal_usd - 1) < 1e-6, "startups must add up to the portfolio"
    each = 1000 * processors / len(answer.startups)
    return Measurement(
        what=f"{what} ({len(answer.startups):,}; {each:.1f} ms each)",
        seconds=seconds,
        processor_seconds=processors,
        against=None if against is None else f"{against[0]} (processor time)",
        paired_ratio=None if against is None else processors / against[1],
    )


def _same(one: PortfolioAssessment, other: PortfolioAssessment) -> None:
    """Fast and wrong is an error: every startup's figures are the same to nine digits."""
    for a, b in zip(one.startups, other.startups, strict=True):
        pairs = ((a.aal_usd, b.aal_usd), (a.tvar95_usd, b.tvar95_usd), (a.score, b.score))
        assert all(abs(x - y) <= 1e-9 * max(abs(x), 1e-3) for x, y in pairs), a.startup
