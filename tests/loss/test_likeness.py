"""What a worse replacement costs: by hand, against the plain formulas, and what must hold."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.likeness import Relation, preference_between
from risk.catalog.records import Catalog, Task
from risk.inventory.records import Depth, Startup
from risk.loss.churn import churn_curve
from risk.loss.draws import normals, seeds_of, uniforms
from risk.loss.preferences import drawn_losses
from risk.loss.preferences import rated as points_of
from risk.loss.valuing import value
from tests.catalog.test_likeness import rated, rating
from tests.loss.small import book, central, world_tables
from tests.loss.test_kernels import CLOSING, EVERYTHING, oracle
from tests.oracle.likeness import lost, times_as_unlike
from tests.small_world import dependency, model, rate, small_catalog, startup

USUAL = dict.fromkeys(Relation, (0.1, 0.1, 0.0, 0.0, 0.0))
RETIRING = rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3, notice_days=30)


def world(*rates: object, alpha: float = 1500.0, other: float = 1400.0) -> Catalog:
    """Alpha's model has an older sister; voters rate all three, and Beta's holds half as much."""
    small = small_catalog(rates=rates or EVERYTHING)  # type: ignore[arg-type]
    sister = model("alpha-0", "Alpha", "Alpha")
    beta = replace(small.models["beta-1"], context_tokens=64_000)
    return replace(
        small,
        models={**small.models, "alpha-0": sister, "beta-1": beta},
        usual_distances=USUAL,
        ratings=rated(alpha_1=alpha, alpha_0=alpha - 40, beta_1=other),
    )


def named(depth: Depth = Depth.RAW_API, **facts: object) -> Startup:
    link = dependency("d", "Alpha", "Alpha", depth=depth, model="alpha-1")
    return startup("Direct", link, **facts)


def test_a_worse_replacement_takes_longer_and_earns_less() -> None:
    # 100 points and half the context lost: 0.28013 + 0.2 · 0.5 against 0.12, 2.0839 times as unlike
    # as usual: 0.5210. Effort 1.5 · 1.5210 = 2.2815 weeks: 15.970 days and 3 of evaluation, less 14
    # of notice: 4.970 days down. Quality 0.5210 · 0.3 · 90 = 14.07 days; the move 11,126 USD.
    unlike = 0.25 * (1 + 0.5 * ((0.28013 + 0.2 * 0.5) / 0.12 - 1))
    down = 7 * 1.5 * (1 + unlike) + 3 - 14
    assert (unlike, down) == pytest.approx((0.5210, 4.970), abs=5e-4)
    knots, shares = churn_curve(DEFAULTS)
    days = down + np.interp(down, knots, shares) * 365 + unlike * 0.3 * 90
    loss = days * 10_000 + 1.5 * (1 + unlike) * 4_000 + 2_000
    found = central(named(), catalog=world(CLOSING))
    assert found[0] == pytest.approx((1 - exp(-0.1)) * loss, rel=1e-5)


@pytest.mark.parametrize("depth", [Depth.RAW_API, Depth.AGENTS, Depth.FINE_TUNED])
def test_facts_of_models_count_as_the_plain_formulas_say(depth: Depth) -> None:
    catalog = world()
    numbers = replace(DEFAULTS, unlike_unseen=0.3, unlike_context_weight=0.4)
    for one in (named(depth), startup("Bare", dependency("d", "Alpha", "Alpha", depth=depth))):
        found = central(one, catalog=catalog, assumptions=numbers)
        assert found[0] == pytest.approx(oracle(one, catalog, numbers), rel=0.01)


def test_each_way_out_counts_its_own_replacement() -> None:
    # The sister is 40 points below: a retirement loses less than a wind-down, which leads to Beta.
    plain, facts = small_catalog(rates=(RETIRING,)), world(RETIRING)
    nearer = world(RETIRING, other=1500.0)
    one = named()
    assert central(one, catalog=facts)[0] == central(one, catalog=nearer)[0]
    assert central(one, catalog=facts)[0] != central(one, catalog=plain)[0]
    assert (
        central(one, catalog=world(CLOSING))[0]
        > central(one, catalog=world(CLOSING, other=1500.0))[0]
    )


def test_without_facts_of_models_figures_are_those_of_the_levels_to_the_last_bit() -> None:
    plain, facts = replace(world(), usual_distances={}), world()
    bare = startup("Bare", dependency("d", "Alpha", "Alpha"))
    unlisted = startup("Odd", dependency("d", "Alpha", "Alpha", model="nobody knows it"))
    held = book(bare, unlisted, catalog=plain)
    drawn = [
        value(held.exposures, world_tables(held, one, count=8, drawn=True)).y
        for one in (plain, facts)
    ]
    assert np.array_equal(*drawn)


def test_what_was_tuned_is_lost_whichever_model_comes() -> None:
    tuned = named(Depth.FINE_TUNED)
    plain = replace(world(), usual_distances={})
    assert central(tuned, catalog=world())[0] == central(tuned, catalog=plain)[0]


def test_the_better_the_model_that_is_lost_the_more_is_lost() -> None:
    losses = [
        float(central(named(), catalog=world(alpha=points, other=1400.0))[0])
        for points in (1200, 1300, 1400, 1450, 1500, 1600, 1800)
    ]
    assert losses == sorted(losses)
    # A better replacement never costs: below its rating nothing changes.
    assert losses[0] == losses[1] == losses[2] < losses[3]


def test_a_rating_for_one_task_alone_leaves_the_preference_as_usual() -> None:
    # Coding is told, not counted: without an overall rating the part is the typical one, and the
    # price class is the same.
    coding = {
        (name, Task.CODING): rating(name, points, task=Task.CODING)
        for name, points in (("alpha-1", 1500.0), ("beta-1", 1000.0))
    }
    none, some = replace(world(), ratings={}), replace(world(), ratings=coding)
    assert central(named(), catalog=some)[0] == central(named(), catalog=none)[0]


def test_the_interval_of_a_preference_is_what_is_drawn_of_it() -> None:
    # 100 points apart, half widths 30 and 40: the difference has the half width 50, so that 2.5 %
    # of the worlds lie below 50 points, 2P - 1 = 0.14290, and 2.5 % above 150, 0.40680.
    pair = preference_between(rating("a", 1500, 30), rating("b", 1400, 40))
    assert (pair.low, pair.high) == pytest.approx((0.1429, 0.4068), abs=1e-4)
    drawn = drawn_losses([pair], 4096)[:, 0]
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx(
        [pair.low, pair.loss, pair.high], abs=0.006
    )
    assert drawn.mean() == pytest.approx(pair.loss, abs=0.003)
    # As good as each other, half of the worlds lose nothing and half lose something.
    even = drawn_losses([preference_between(rating("a", 1400, 30), rating("b", 1400, 40))], 4096)
    assert (even == 0).mean() == pytest.approx(0.5, abs=0.02)
    # 50 / 1.96 points of spread lose 0.5 · 50/1.96 · 0.798 points on average: 10.2, so 0.0293.
    assert even.mean() == pytest.approx(0.0293, abs=0.001)


def test_a_pair_has_the_same_draws_in_whatever_company() -> None:
    one = preference_between(rating("a", 1500, 30), rating("b", 1400, 40))
    two = preference_between(rating("c", 1500, 30), rating("b", 1400, 40))
    alone, together = drawn_losses([one], 64), drawn_losses([two, None, one], 64)
    assert np.array_equal(alone[:, 0], together[:, 2])
    assert np.isnan(together[:, 1]).all()
    assert np.array_equal(drawn_losses([one], 16), alone[:16])
    # What b is rated too high against a, it is against c.
    z = normals(uniforms(seeds_of("rating", ["b"]), 64))[:, 0]
    high = points_of(one.other, z) > one.other.rating
    assert 0 < high.mean() < 1
    assert together[high, 0].mean() < together[~high, 0].mean()


def test_in_every_world_a_replacement_is_as_unlike_as_the_plain_formula_says() -> None:
    names = {"alpha-1": 1500.0, "alpha-0": 1480.0, "beta-1": 1440.0}
    catalog = replace(
        world(),
        ratings={(name, Task.OVERALL): rating(name, at, 25.0) for name, at in names.items()},
    )
    on = world_tables(book(named(), catalog=catalog), catalog, count=16, drawn=True).worlds
    z = normals(uniforms(seeds_of("rating", list(names)), 16))
    models = catalog.models
    for k, numbers in enumerate(on.judgement.numbers):
        places = dict(zip(names, z[k].tolist(), strict=True))
        for place, other in enumerate(("beta-1", "alpha-0")):
            parts = lost(models["alpha-1"], models[other], catalog, places=places)
            times = times_as_unlike((parts, USUAL[Relation.ELSEWHERE]), numbers)
            assert on.unlike[k, 0, place] == pytest.approx(times, rel=1e-6)


def test_an_interval_is_doubt_and_the_middle_stays_where_it_is() -> None:
    sure = world()
    wide = {
        key: replace(one, low=one.low - 80, high=one.high + 80) for key, one in sure.ratings.items()
    }
    unsure = replace(sure, ratings=wide)
    assert central(named(), catalog=sure)[0] == central(named(), catalog=unsure)[0]
    held = book(named(), catalog=sure)
    spread = [
        world_tables(held, one, count=64, judgement=True).worlds.unlike[:, 0, 0].std()
        for one in (sure, unsure)
    ]
    assert spread[0] < spread[1]
