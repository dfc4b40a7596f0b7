"""Options made by hand, and what options are valued with so that they follow by hand."""

from dataclasses import replace

from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from tests.small_world import TODAY

STAY = Alternative(
    use_case="assistant",
    dependency_key="d",
    option="Stay as today",
    option_class=OptionClass.STAY,
    developer="Alpha",
    host="Alpha",
    model=None,
    excluded=(),
    ask=(),
    covers={},
    down_together={},
    weeks=0.0,
    one_off_usd=0.0,
    run_usd_per_year=20_000.0,
    residual_aal_usd=50_000.0,
    residual_tvar95_usd=400_000.0,
    pareto=True,
    recommended=False,
    flips_if=None,
)
MOVE = replace(
    STAY,
    option="beta-1 at Beta",
    option_class=OptionClass.OTHER_DEVELOPER,
    one_off_usd=30_000.0,
    run_usd_per_year=26_000.0,
    residual_aal_usd=10_000.0,
    residual_tvar95_usd=100_000.0,
)


def central(catalog: Catalog, assumptions: Assumptions = DEFAULTS) -> Setting:
    """One world with judgement, rates and common parts of facts in the middle."""
    return Setting(catalog=catalog, assumptions=assumptions, today=TODAY, count=1, drawn=False)
