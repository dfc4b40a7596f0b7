"""What drives a portfolio's result: every assumption at both ends of its plausible range.

A tornado: the expected loss and the tail are taken again with one assumption (or a few that
belong together) at its low and at its high value, all else as it is. Unknown facts are drawn at
the same quantiles each time, so differences come from the assumption alone. docs/method.md §7.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from risk.assumptions import RISING, AssumptionRow, Assumptions, assumption_rows, override
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.book import Progress
from risk.portfolio.rescoring import LossFigures, ScoredBook, score_again, score_once
from risk.signal_numbers import SignalNumbers

#: Part of the work that scoring the portfolio the first time is, for the progress bar.
FIRST_SCORE = 4
#: Numbers that change the reference facts themselves, by what was heard or imported.
CATALOG_NUMBERS = frozenset(
    {"learn_from_incidents", "rate_discount", "signals_in_scores"}
    | {one.name for one in fields(SignalNumbers)}
)
CatalogUnder = Callable[[Assumptions], Catalog]


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One assumption, or several that move together, with the values at either end.

    For several, ``low`` is the end that a hopeful reader would argue for.
    """

    name: str
    low: Mapping[str, float]
    high: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Swing:
    """The portfolio with one driver at its low and at its high end, in USD a year."""

    driver: Driver
    at_low: LossFigures
    at_high: LossFigures

    @property
    def aal_usd(self) -> float:
        """How far the average annual loss moves between the two ends."""
        return abs(self.at_high.aal_usd - self.at_low.aal_usd)

    @property
    def tvar95_usd(self) -> float:
        """How far the tail value at risk at 95 % moves between the two ends."""
        return abs(self.at_high.tvar95_usd - self.at_low.tvar95_usd)


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """The figures as they are, and the drivers with the largest swing of expected loss first."""

    portfolio: str
    as_it_is: LossFigures
    swings: tuple[Swing, ...]


def main_drivers(assumptions: Assumptions) -> tuple[Driver, ...]:
    """The three that matter most where a developer ends: churn curve, fallbacks, the queue.

    The churn curve is moved as a whole: fewer customers leave in the limit, later, and hardly any
    after a short outage; or more, sooner, and some at once.
    """
    rows = {row.name: row for row in assumption_rows(assumptions)}
    fallbacks = [name for name in rows if name in FALLBACK_EFFECTIVENESS]
    low = {name: _range(rows[name], assumptions)[0] for name in rows}
    high = {name: _range(rows[name], assumptions)[1] for name in rows}
    return (
        Driver(
            name="churn curve",
            low={
                "churn_maximum": low["churn_maximum"],
                "churn_scale_days": high["churn_scale_days"],
                "churn_exponent": high["churn_exponent"],
            },
            high={
                "churn_maximum": high["churn_maximum"],
                "churn_scale_days": low["churn_scale_days"],
                "churn_exponent": low["churn_exponent"],
            },
        ),
        Driver(
            name="fallback effectiveness",
            low={name: high[name] for name in fallbacks},
            high={name: low[name] for name in fallbacks},
        ),
        Driver(
            name="queue_days",
            low={"queue_days": low["queue_days"]},
            high={"queue_days": high["queue_days"]},
        ),
    )


#: Share of the workload that a fallback takes, from a documented to an automatic one.
FALLBACK_EFFECTIVENESS = (
    "fallback_documented",
    "fallback_untested",
    "fallback_tested",
    "fallback_automatic",
)


def every_assumption(assumptions: Assumptions) -> tuple[Driver, ...]:
    """Each assumption by itself, in the order of the table."""
    return tuple(
        Driver(name=row.name, low={row.name: low}, high={row.name: high})
        for row in assumption_rows(assumptions)
        for low, high in [_range(row, assumptions)]
    )


def portfolio_sensitivity(
    portfolio: Portfolio,
    drivers: Iterable[Driver],
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    catalog_under: CatalogUnder | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Score the portfolio with each driver at both ends. ``progress`` hears 0 to 1.

    ``catalog_under`` gives the reference facts under other numbers, where some rates were learned
    from what was heard or imported; without it these do not move.

    Raises:
        ValueError: a driver names an unknown assumption or a value outside its bounds.
    """
    drivers = tuple(drivers)
    work = FIRST_SCORE + 2 * len(drivers)

    def tell(done: float) -> None:
        if progress:
            progress(min(1.0, done / work))

    book = score_once(
        portfolio,
        catalog=catalog,
        assumptions=assumptions,
        today=today,
        progress=lambda share: tell(share * FIRST_SCORE),
    )
    swings = []
    for place, driver in enumerate(drivers):
        at_low = _at(book, driver.low, catalog_under)
        tell(FIRST_SCORE + 2 * place + 1)
        at_high = _at(book, driver.high, catalog_under)
        tell(FIRST_SCORE + 2 * place + 2)
        swings.append(Swing(driver=driver, at_low=at_low, at_high=at_high))
    swings.sort(key=lambda one: (-one.aal_usd, -one.tvar95_usd))
    return Sensitivity(portfolio=portfolio.name, as_it_is=book.figures, swings=tuple(swings))


def _at(
    book: ScoredBook, values: Mapping[str, float], catalog_under: CatalogUnder | None
) -> LossFigures:
    """The figures at one end; the portfolio is scored anew where the reference facts change."""
    if catalog_under is not None and values.keys() & CATALOG_NUMBERS:
        assumptions = override(book.assumptions, values)
        catalog = catalog_under(assumptions)
        if catalog.rates != book.catalog.rates:
            return score_once(
                book.portfolio, catalog=catalog, assumptions=assumptions, today=book.today
            ).figures
    return score_again(book, values)


def _range(row: AssumptionRow, assumptions: Assumptions) -> tuple[float, float]:
    """The plausible range, widened to the value in use; numbers that must rise keep rising."""
    low, high = min(row.plausible_low, row.value), max(row.plausible_high, row.value)
    for names in RISING:
        if row.name in names:
            place = names.index(row.name)
            if place > 0:
                low = max(low, getattr(assumptions, names[place - 1]))
            if place < len(names) - 1:
                high = min(high, getattr(assumptions, names[place + 1]))
    return low, high
