"""What options are valued with in tests: everything in the middle, so that they follow by hand."""

from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from tests.small_world import TODAY


def central(catalog: Catalog, assumptions: Assumptions = DEFAULTS) -> Setting:
    """One world with judgement, rates and common parts of facts in the middle."""
    return Setting(catalog=catalog, assumptions=assumptions, today=TODAY, count=1, drawn=False)
