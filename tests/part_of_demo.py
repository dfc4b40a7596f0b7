"""A part of the demo portfolio for tests whose sentence does not depend on how many startups it is
of: options, plans and answers of all 61 take three to five times as long.
"""

from dataclasses import replace

from fixtures.demo import demo_portfolio
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio

EVERY = 5


def part_of_demo(catalog: Catalog) -> Portfolio:
    """Every fifth startup of the demo, 13 in all, under the demo's own name.

    Those that tests name are among them, as are the one without a language model and the one of
    which too little is known to be scored.
    """
    whole = demo_portfolio(catalog)
    return replace(whole, startups=whole.startups[::EVERY])
