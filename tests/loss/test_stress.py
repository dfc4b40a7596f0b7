"""What happens if: chosen disruptions, on the worlds of every answer."""

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Depth
from risk.loss.answer import answer_on
from tests.loss import small
from tests.loss.test_kernels import EVERYTHING
from tests.oracle.stress import losses_if
from tests.oracle.years import disruptions
from tests.small_world import TODAY, dependency, small_catalog, startup

CATALOG = small_catalog(rates=EVERYTHING)
STARTUPS = (
    startup("Direct", dependency("a", "Alpha", "Alpha", model="alpha-1")),
    startup("Hosted", dependency("b", "Alpha", "Cloud", model="alpha-1", depth=Depth.AGENTS)),
    startup("Elsewhere", dependency("c", "Beta", "Beta")),
)


def places(world_tables, root, kind):
    return [
        place
        for place, one in enumerate(world_tables.worlds.hazards.events)
        if (one.root, one.kind) == (root, kind)
    ]


def test_a_wind_down_costs_its_customers_what_the_plain_formulas_say():
    # Alpha's end stops its own service for certain and the copy on Cloud one time in five.
    held = small.book(*STARTUPS, catalog=CATALOG)
    world_tables = small.world_tables(held, CATALOG)
    found = losses_if(
        held.exposures, world_tables, places(world_tables, "Alpha", FailureKind.WIND_DOWN)
    )[0]
    ends = [
        one
        for one in disruptions(STARTUPS, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY)
        if one.often == pytest.approx(1 - np.exp(-0.1))
    ]
    expected = ends[0].weights @ ends[0].parts
    assert len(ends) == 1
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found[2] == 0


def test_two_disruptions_cost_what_each_costs():
    held = small.book(*STARTUPS, catalog=CATALOG)
    world_tables = small.world_tables(held, CATALOG, count=16, drawn=True)
    first = places(world_tables, "Alpha", FailureKind.WIND_DOWN)
    second = places(world_tables, "Unnamed model of Beta at Beta", FailureKind.PRICE_SHOCK)
    both = losses_if(held.exposures, world_tables, [*first, *second])
    apart = losses_if(held.exposures, world_tables, first) + losses_if(
        held.exposures, world_tables, second
    )
    np.testing.assert_allclose(both, apart, rtol=1e-12)
    assert (both > 0).all(axis=0).tolist() == [True, True, True]


def test_nothing_happening_costs_nothing():
    held = small.book(*STARTUPS, catalog=CATALOG)
    world_tables = small.world_tables(held, CATALOG, count=2, drawn=True)
    assert not losses_if(held.exposures, world_tables, ()).any()


def test_a_portfolio_without_startups_is_answered():
    held = small.book(catalog=CATALOG)
    answer = answer_on(
        small.world_tables(held, CATALOG, count=8, drawn=True), held.exposures, DEFAULTS
    )
    assert answer.book.mean == 0
    assert len(answer.startups.mean) == 0
    assert losses_if(held.exposures, small.world_tables(held, CATALOG), ()).shape == (1, 0)
