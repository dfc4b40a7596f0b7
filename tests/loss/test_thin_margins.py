"""What an interruption costs where little, nothing or less is made of revenue, by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from risk.assumptions import DEFAULTS, override
from risk.catalog.records import Retirement
from risk.inventory.records import Depth
from risk.loss.startup_years import startup_years
from risk.portfolio.simple_model import simple_model
from tests.loss import small
from tests.oracle.one_startup import margin_of
from tests.small_world import AS_OF, TODAY, dependency, small_catalog, startup

ENDS = Retirement(
    developer="Alpha",
    model="alpha-1",
    announced=None,
    shutdown=TODAY + timedelta(days=10),
    replacement=None,
    source="test",
    as_of=AS_OF,
)
CATALOG = replace(small_catalog(), retirements=(ENDS,))
#: One engineer, and 104 weeks of work: whoever must leave loses the whole year.
LONG = override(DEFAULTS, {"effort_fine_tuned": 104})


def tuned(margin: float):
    """$3.65 m of revenue, all from one model that ends in ten days."""
    needs = dependency("d", "Alpha", "Alpha", model="alpha-1", depth=Depth.FINE_TUNED)
    return startup("Tuned", needs, engineers=1.0, gross_margin=margin)


@pytest.mark.parametrize("margin", [-1.5, -0.05, 0.0, 0.005, 0.1])
def test_below_the_least_margin_all_lose_what_the_least_margin_says(margin):
    # $3,650,000 a year / 365 · 10 % = $1,000 a day, however little is made of it: costs run on.
    # 365 days of it, and leaving once: 104 weeks · (2 - 0.4) · $4,000 + $2,000 + $15,000.
    held = small.book(tuned(margin), catalog=CATALOG)
    on = small.world_tables(held, CATALOG, assumptions=LONG)
    assert startup_years(held.exposures, on).mean == pytest.approx([365_000 + 682_600])
    assert margin_of(tuned(margin), tuned(margin).use_cases[0], LONG) == pytest.approx(1_000)


def test_nothing_jumps_where_the_margin_passes_the_least_one():
    # A hundredth of a per cent more margin costs $3,650,000 · 0.0001 = $365 a year more.
    below, above = (
        small.central(tuned(margin), catalog=CATALOG, assumptions=LONG)[0]
        for margin in (0.1, 0.1001)
    )
    assert above - below == pytest.approx(365, rel=1e-4)


def test_the_simple_model_has_the_same_least_margin():
    # $10,000 of revenue a day, 10 % of it at stake.
    columns = small.columns_of((tuned(-0.05),), catalog=CATALOG, today=TODAY)
    (line,) = simple_model(columns, CATALOG, DEFAULTS, today=TODAY).lines
    assert line.margin_usd_a_day == pytest.approx(1_000)
