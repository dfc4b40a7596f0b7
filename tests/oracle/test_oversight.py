"""The oversight of providers by columns against plain loops, on registers drawn at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.dora.oversight import Indicator, Level, Oversight, oversee
from risk.dora.stacked import CATEGORIES
from tests.dora.drawn_registers import several
from tests.dora.registers import Small, lei, stack_of
from tests.oracle.oversight import FINANCIAL, entities_of, shares

INDICATORS = (
    *(Indicator.DIRECT, Indicator.CHAIN, Indicator.CRITICAL_DIRECT, Indicator.CRITICAL_CHAIN),
    *(Indicator.CRITICAL, Indicator.NO_ALTERNATIVE, Indicator.HARD_TO_MIGRATE),
)


def cells(oversight: Oversight, indicator: Indicator) -> dict[tuple[str, str], tuple[float, ...]]:
    entities, assets = oversight.entities(indicator), oversight.assets(indicator)
    code = oversight.stack.providers.code
    return {
        (str(code[oversight.provider[at]]), CATEGORIES[oversight.category[at]]): (
            entities.low[at],
            entities.high[at],
            assets.low[at],
            assets.high[at],
        )
        for at in np.flatnonzero(oversight.category < len(CATEGORIES))
    }


@settings(max_examples=100, deadline=None)
@given(several(), st.sampled_from(list(Level)))
def test_columns_and_loops_find_the_same_bounds(found: list[Small], level: Level):
    oversight = oversee(stack_of(*found), level=level)
    known = [
        one
        for one in entities_of(found, by_group=level is Level.GROUP).values()
        if one.category in ("", *FINANCIAL)
    ]
    for indicator in INDICATORS:
        expected = {}
        for provider in {name for one in known for name in one.said}:
            for category in {one.category for one in known if provider in one.said} - {""}:
                bounds = shares(known, provider, indicator.value, category)
                expected[lei(provider), category] = (*bounds.entities, *bounds.assets)
        assert cells(oversight, indicator) == {
            cell: pytest.approx(bounds, abs=1e-6) for cell, bounds in expected.items()
        }
