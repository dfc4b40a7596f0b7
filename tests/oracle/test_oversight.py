"""The oversight of providers by columns against plain loops, on registers drawn at random."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.dora.oversight import Indicator, Level, Oversight, oversee
from risk.dora.stacked import CATEGORIES
from tests.dora.registers import (
    BANK,
    CLOUD,
    INSURER,
    NO,
    NOT_ASSESSED,
    SAAS,
    YES,
    Small,
    Use,
    lei,
    stack_of,
)
from tests.oracle.oversight import FINANCIAL, entities_of, shares

ENTITIES, FIRMS = ("alpha", "beta", "gamma", "delta"), ("north", "south", "west", "top")
INDICATORS = (
    *(Indicator.DIRECT, Indicator.CHAIN, Indicator.CRITICAL_DIRECT, Indicator.CRITICAL_CHAIN),
    *(Indicator.CRITICAL, Indicator.NO_ALTERNATIVE, Indicator.HARD_TO_MIGRATE),
)

uses = st.builds(
    Use,
    entity=st.sampled_from(ENTITIES),
    provider=st.sampled_from(FIRMS),
    critical=st.sampled_from([YES, NO, NOT_ASSESSED, ""]),
    contract=st.sampled_from(["C1", "C2", ""]),
    function=st.sampled_from(["F1", "F2", ""]),
    service=st.sampled_from([CLOUD, SAAS]),
    end=st.sampled_from(["9999-12-31", "2025-12-31", "2024-12-31", "2025-06-30"]),
    substitutability=st.sampled_from(["", *(f"eba_ZZ:x{code}" for code in (959, 960, 961, 962))]),
    reason=st.sampled_from(["", "eba_ZZ:x963", "eba_ZZ:x964", "eba_ZZ:x965"]),
)
listed = st.dictionaries(
    st.sampled_from(ENTITIES),
    st.tuples(
        st.sampled_from([BANK, INSURER, "", "eba_CT:x317"]),
        st.sampled_from(["", "10", "250", "3000"]),
    ),
)
registers = st.builds(
    Small,
    filer=st.sampled_from([*ENTITIES, "holding"]),
    entities=listed.map(lambda found: [(who, *said) for who, said in found.items()]),
    uses=st.lists(uses, min_size=1, max_size=6),
    scope=st.sampled_from(["IND", "CON"]),
    day=st.sampled_from(["2024-12-31", "2025-12-31"]),
    parents=st.dictionaries(st.sampled_from(FIRMS), st.sampled_from(FIRMS), max_size=3),
    chain=st.lists(
        st.tuples(
            st.sampled_from(["C1", "C2", "alpha-north"]),
            st.sampled_from([CLOUD, SAAS]),
            st.sampled_from(FIRMS),
            st.sampled_from(["1", "2", "3", ""]),
        ),
        max_size=3,
    ),
)


@st.composite
def several(draw: st.DrawFn) -> list[Small]:
    found = draw(st.lists(registers, min_size=1, max_size=3))
    # Two packages of one filer for one day were made at different times.
    return [replace(one, made=f"2026031510150000{at}") for at, one in enumerate(found)]


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
