"""Plans without records: the same options as the pages have, and totals that the full model has."""

from types import SimpleNamespace

import numpy as np
import pytest

from risk.alternatives.offers import OfferMaker
from risk.alternatives.options import asked_of
from risk.alternatives.planning.building import _alike, large_table, plan_table, tail_factors
from risk.alternatives.planning.plan import Plan, best_plan
from risk.alternatives.planning.table import NoPlan, PlanLimits, PlanTable
from risk.alternatives.planning.wishes import Wishes, with_wishes
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import Fallback, Portfolio
from risk.loss.valuation import Valuation, valuation_of
from tests.alternatives.planning.tables import titles as titles_of
from tests.small_world import TODAY

STARTUPS = 20


@pytest.fixture(scope="module")
def valuation(catalog: Catalog, demo: Portfolio) -> Valuation:
    some = Portfolio(name="Some", startups=demo.startups[:STARTUPS])
    return valuation_of(some, catalog=catalog, assumptions=DEFAULTS, today=TODAY)


@pytest.fixture(scope="module")
def world_tables(valuation: Valuation) -> PlanTable:
    return large_table(valuation, worlds=8)


def large_plan(table: PlanTable, limits: PlanLimits, wishes: Wishes = Wishes()) -> Plan:  # noqa: B008
    return best_plan(with_wishes(table, wishes), limits, DEFAULTS)


def places(table: PlanTable) -> list[int]:
    """The rows of the dependencies among all of the portfolio."""
    return [int(key) for key in table.keys]


def test_dependencies_are_offered_what_their_records_are_offered(
    world_tables: PlanTable, catalog: Catalog, demo: Portfolio
) -> None:
    setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    startups = sorted(demo.startups[:STARTUPS], key=lambda one: one.name)
    asked, links = asked_of(startups, OfferMaker(setting))
    compared = 0
    for dep, place in enumerate(places(world_tables)):
        one = asked[links.index(place)]
        # Of a fallback that is not there the columns keep no name.
        if one.dependency.fallback in (None, Fallback.NONE) and one.dependency.fallback_developer:
            continue
        titles = [
            each.candidate.title for each in one.offers if each.allowed or each is one.offers[0]
        ]
        assert titles_of(world_tables, dep) == titles
        compared += 1
    assert compared > STARTUPS


@pytest.mark.parametrize("part", [0.25, 0.5, 1.0])
def test_a_plan_by_prices_is_within_a_per_cent_of_the_exact_one_by_its_own_measure(
    exact: PlanTable, priced: PlanTable, part: float
) -> None:
    limits = PlanLimits(budget_usd=part * large_plan(exact, PlanLimits()).spent_usd)
    best, found = large_plan(exact, limits), large_plan(priced, limits)
    # The choices of one table in the other, where each dependency and option has the same name.
    place = {one: number for number, one in enumerate(named(exact))}
    chosen = np.array([place[one] for one in np.array(named(priced))[found.chosen].tolist()])
    same = Plan(table=exact, limits=limits, chosen=chosen, weight=best.weight, gap=0.0)
    assert same.objective_usd < 1.01 * best.objective_usd
    assert same.spent_usd < 1.05 * limits.budget_usd


@pytest.fixture(scope="module")
def exact(catalog: Catalog, demo: Portfolio) -> PlanTable:
    """The first startups as they are planned with records, by name as the columns are."""
    setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    startups = sorted(demo.startups[:STARTUPS], key=lambda one: one.name)
    return plan_table(startups, setting)


@pytest.fixture(scope="module")
def priced(valuation: Valuation) -> PlanTable:
    return large_table(valuation)


def named(table: PlanTable) -> list[str]:
    """Every option with whose it is; dependencies that share all names are counted."""
    names: list[str] = []
    for dep in range(len(table.volume)):
        firm = table.startups[int(table.startup[dep])]
        own = [f"{firm} / {table.use_cases[dep]} / {one}" for one in titles_of(table, dep)]
        times = sum(one.endswith(own[0]) for one in names)
        names.extend(f"{times} {one}" for one in own)
    return names


def test_the_tail_by_disruptions_adds_up_to_the_portfolios(
    world_tables: PlanTable, valuation: Valuation
) -> None:
    factor = tail_factors(valuation, valuation.world_tables)
    # What each disruption costs a year, times how much more of it the worst years hold.
    whole = float(valuation.answer.book.by_event @ factor)
    assert whole == pytest.approx(valuation.answer.book.tail.tvar, rel=0.02)


def test_a_large_plan_keeps_its_budget_and_its_sums_are_those_of_its_changes(
    world_tables: PlanTable,
) -> None:
    free = large_plan(world_tables, PlanLimits())
    some = large_plan(world_tables, PlanLimits(budget_usd=free.spent_usd / 4))
    assert 0 < some.spent_usd <= free.spent_usd / 4
    assert free.objective_usd <= some.objective_usd
    for one in (free, some):
        removed = sum(each.aal_removed_usd for each in one.choices)
        assert one.aal_today_usd - one.aal_usd == pytest.approx(removed)
        assert sum(each.first_year_usd for each in one.choices) == pytest.approx(one.spent_usd)
        assert one.tvar95_usd < one.tvar95_today_usd
        assert 0 <= one.gap < 0.1
        assert one.ranges.removed.low <= removed <= one.ranges.removed.high
        assert one.ranges.spent.low <= one.spent_usd <= one.ranges.spent.high
    # With a quarter of the money the next change still pays for itself.
    assert some.next_step is not None
    assert some.next_step.saved_usd > 0
    assert some.last_step is not None


def test_only_the_startups_with_the_largest_losses_are_looked_at(
    valuation: Valuation, world_tables: PlanTable
) -> None:
    few = large_table(valuation, worlds=2, most_options=60)
    assert 0 < len(few.startups) < len(world_tables.startups)
    assert len(few.cost) <= 60
    losses = valuation.answer.startups.mean
    loss = {name: losses[row] for row, name in enumerate(valuation.members.names)}
    rest = set(world_tables.startups) - set(few.startups)
    assert min(loss[one] for one in few.startups) >= max(loss[one] for one in rest)


def test_a_limit_that_no_plan_keeps_is_refused_in_words(world_tables: PlanTable) -> None:
    with pytest.raises(NoPlan, match=r"for \$0 was found that keeps every developer at 1 %"):
        large_plan(world_tables, PlanLimits(budget_usd=0.0, max_share=0.01))
    with pytest.raises(NoPlan, match="below zero; write 0 or more"):
        large_plan(world_tables, PlanLimits(budget_usd=-1.0))


def test_a_large_plan_keeps_its_pins_and_goes_to_nobody_who_is_excluded(
    world_tables: PlanTable,
) -> None:
    free = large_plan(world_tables, PlanLimits())
    whose = [one.startup for one in free.changed]
    # It shares its cost with nobody.
    first = next(one for one in free.changed if whose.count(one.startup) == 1)
    stays = f"{first.startup} / {first.use_case} / {first.provider} / Stay as today"
    held = large_plan(world_tables, PlanLimits(), Wishes(pins=(stays,)))
    assert first.key not in {one.key for one in held.changed}
    assert held.objective_usd >= free.objective_usd - 1e-6
    # With no money but for the pin, the pin alone changes.
    own = f"{first.startup} / {first.use_case} / {first.provider} / {first.option}"
    only = large_plan(
        world_tables, PlanLimits(budget_usd=first.first_year_usd), Wishes(pins=(own,))
    )
    paid = [one for one in only.changed if one.first_year_usd > 0]
    assert [(one.key, one.option) for one in paid] == [(first.key, first.option)]
    with pytest.raises(NoPlan, match="more than the budget of"):
        large_plan(world_tables, PlanLimits(budget_usd=1.0), Wishes(pins=(own,)))
    without = large_plan(world_tables, PlanLimits(), Wishes(excluded=("Anthropic",)))
    assert any("Claude" in one.option for one in free.changed if one.provider != "Claude API")
    assert not any(
        "Claude" in one.option for one in without.changed if "Claude" not in one.provider
    )


def test_a_startup_with_a_pin_is_looked_at_whatever_it_loses(valuation: Valuation) -> None:
    few = large_table(valuation, worlds=2, most_options=60)
    names = valuation.members.names
    losses = valuation.answer.startups.mean
    left_out = next(
        name for row, name in enumerate(names) if name not in few.startups and losses[row] > 0
    )
    pin = f"{left_out} / Stay as today"
    more = large_table(valuation, worlds=2, most_options=60, pins=(pin,))
    assert set(more.startups) == {*few.startups, left_out}


def test_dependencies_are_of_one_kind_where_nothing_tells_them_apart():
    """As if rows were compared column by column."""
    draw = np.random.default_rng(7)
    count = 5_000
    links = SimpleNamespace(
        **{
            name: draw.integers(low, high, count).astype(np.int32)
            for name, low, high in (
                *(("endpoint", 0, 9), ("backup", -1, 5), ("fallback", -1, 3)),
                *(("depth", -1, 2), ("legal", 0, 3)),
            )
        },
        promised=draw.choice([np.nan, 30.0, 180.5], count),
        outlives=draw.random(count) < 0.1,
        reserved=draw.random(count) < 0.1,
        fallback_age=draw.choice([np.nan, 2.0], count),
    )
    rows = np.column_stack(
        [
            *(links.endpoint, links.backup, links.fallback, links.depth, links.legal),
            *(np.nan_to_num(links.promised), links.outlives, links.reserved),
            np.isnan(links.fallback_age),
        ]
    )
    kinds, of = _alike(links)
    np.testing.assert_array_equal(rows[kinds][of], rows)
    assert len(kinds) == len(np.unique(rows, axis=0)) < count
