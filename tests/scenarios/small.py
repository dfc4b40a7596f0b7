"""Portfolios small enough to check by hand, laid out to be stressed."""

from datetime import date

from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.valuation import Valuation, valuation_of
from risk.loss.worlds import worlds_of
from tests.small_world import TODAY


def drawn(
    portfolio: Portfolio,
    catalog: Catalog,
    *,
    assumptions: Assumptions = DEFAULTS,
    today: date = TODAY,
    count: int = 16,
) -> Valuation:
    """A portfolio in a few worlds in which everything unknown is drawn."""
    found = valuation_of(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    return _on(found, count, drawn=True)


def central(
    portfolio: Portfolio,
    catalog: Catalog,
    *,
    assumptions: Assumptions = DEFAULTS,
    today: date = TODAY,
) -> Valuation:
    """A portfolio in one world in which all judged numbers are as the table has them."""
    found = valuation_of(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    return _on(found, 1, drawn=False)


def _on(found: Valuation, count: int, *, drawn: bool) -> Valuation:
    found.__dict__["worlds"] = worlds_of(
        found.book,
        found.catalog,
        found.assumptions,
        today=found.today,
        count=count,
        judgement=drawn,
        rates=drawn,
        facts=drawn,
    )
    return found
