"""Whose loss stops use cases: structures small enough to list every point and pair by hand."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from fixtures.demo import demo_portfolio
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.hazard.supply_chain import OWN_OPERATION
from risk.inventory.records import Dependency, Fallback, Requirement, Startup
from risk.loss.margins import margins_of
from risk.loss.valuing import value
from risk.portfolio.points import points_and_pairs, signed
from risk.portfolio.results import PairOfPoints, SinglePoint
from risk.portfolio.structure import stops_of
from tests.loss import small
from tests.small_world import (
    PLAIN,
    TODAY,
    dependency,
    rate,
    service,
    small_catalog,
    startup,
)

ALPHA = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14)
BETA = rate("Beta", FailureKind.WIND_DOWN, 0.2, notice_days=14)
CLOUD = rate("Cloud", FailureKind.OUTAGE, 1, days=(0.0, 1.0))
WORLD = small_catalog(rates=(ALPHA, BETA, CLOUD))
OUTAGES = small_catalog(
    rates=(
        rate("Alpha", FailureKind.OUTAGE, 2, days=(0.0, 1.0)),
        rate("Beta", FailureKind.OUTAGE, 3, days=(0.0, 1.0)),
    )
)

X = dependency("x", "Alpha", "Alpha")
Y = dependency("y", "Beta", "Beta")
COPY = dependency("z", "Alpha", "Cloud")


def found(
    *held: Startup, world: Catalog = WORLD
) -> tuple[dict[str, SinglePoint], dict[tuple[str, str], PairOfPoints]]:
    book = small.book(*held, catalog=world)
    world_tables = small.world_tables(book, world, assumptions=PLAIN)
    margin = margins_of(book.exposures, world_tables.worlds, world_tables.count)
    points, pairs = points_and_pairs(
        book, world_tables, stops_of(book, world_tables, world, PLAIN), margin
    )
    return {one.root: one for one in points}, {one.roots: one for one in pairs}


def cuts(held: Startup, world: Catalog = WORLD) -> set[tuple[str, ...]]:
    points, pairs = found(held, world=world)
    return {(root,) for root in points} | set(pairs)


def expected(held: Startup, world: Catalog = WORLD) -> float:
    return float(small.central(held, catalog=world, assumptions=PLAIN)[0])


def test_needing_all_of_three_makes_each_of_their_roots_a_single_point() -> None:
    every = startup("All", X, Y, COPY, requirement=Requirement.ALL)
    assert cuts(every) == {("Alpha",), ("Beta",), ("Cloud",)}


def test_any_of_three_falls_with_pairs_that_reach_all_of_them() -> None:
    # x falls with Alpha, y with Beta, the copy with Cloud or (one time in five) with Alpha.
    # {Alpha, Beta} takes all three; {Beta, Cloud} leaves x, {Alpha, Cloud} leaves y.
    _, pairs = found(startup("Any", X, Y, COPY, requirement=Requirement.ANY))
    assert set(pairs) == {("Alpha", "Beta")}
    # Without the copy they meet five times as often: here the wind-down must reach it as well.
    _, without = found(startup("Any", X, Y, requirement=Requirement.ANY))
    assert without["Alpha", "Beta"].rate_per_year == pytest.approx(
        5 * pairs["Alpha", "Beta"].rate_per_year
    )


def test_two_routes_with_a_common_ancestor_have_it_as_their_single_point() -> None:
    # Alpha's own API and its copy at Cloud: Alpha's wind-down takes the copy one time in five, and
    # then costs what it costs whoever loses both; never as rarely as a product of two would say.
    both = startup("Routes", X, COPY, requirement=Requirement.ANY)
    points, pairs = found(both)
    assert (set(points), set(pairs)) == ({"Alpha"}, set())
    assert points["Alpha"].kinds == ("wind_down",)
    # Whoever needs any of them loses nothing else by it.
    alone = small_catalog(rates=(ALPHA,))
    assert found(both, world=alone)[0]["Alpha"].aal_usd == pytest.approx(expected(both, alone))


def test_a_shared_workload_stops_only_when_every_part_has() -> None:
    assert cuts(startup("Shared", X, Y)) == {("Alpha", "Beta")}


def test_a_shared_workload_counts_what_is_lost_when_its_other_part_is_down_too() -> None:
    # Half the work goes to Alpha's API, half to the copy, which Alpha takes along one time in
    # five. Alpha's API down: p · a; the copy down: p/5 · c. All of c is lost with both down, and
    # a fifth of a: the point weighs p/5 · (a + c).
    half = startup("Shared", replace(X, share=0.5), replace(COPY, share=0.5))
    alone = small_catalog(rates=(ALPHA,))
    first = startup("First", replace(X, share=0.5))
    second = startup("Second", replace(COPY, share=0.5))
    points, _ = found(half, world=alone)
    assert points["Alpha"].aal_usd == pytest.approx(
        expected(first, alone) / 5 + expected(second, alone)
    )


def test_a_single_points_weight_is_rate_times_the_loss_done_by_hand() -> None:
    # One wind-down costs 383,539 (tests/loss/test_kernels.py), at most once a year, with
    # the chance 1 - e^{-.1}.
    points, _ = found(startup("Direct", X))
    assert set(points) == {"Alpha"}
    assert points["Alpha"].aal_usd == pytest.approx((1 - exp(-0.1)) * 383_539, rel=1e-5)


def test_a_pairs_weight_is_how_often_and_how_long_both_are_down() -> None:
    # Outages of Alpha (2 a year) and Beta (3 a year), each e^{½} = 1.6487 days long on average:
    # they meet 2 · 3 · (2 · 1.6487)/365 = .054204 times a year, for 1.6487/2 = .82436 days on
    # average, at a margin of $10,000 a day: 6e/365 · $10,000 a year.
    _, pairs = found(startup("Any", X, Y, requirement=Requirement.ANY), world=OUTAGES)
    pair = pairs["Alpha", "Beta"]
    assert pair.rate_per_year == pytest.approx(6 * 2 * exp(0.5) / 365)
    assert pair.margin_usd_per_year == pytest.approx(6 * exp(1) / 365 * 10_000)


def test_a_pair_that_lasts_until_one_has_switched_weighs_its_days() -> None:
    # Two wind-downs, p and q a year, each down for d = days to switch less 14 of notice: they meet
    # pq · 2d/365 times a year. An outage of 2 days in place of Beta's end meets q · (d + 2)/365.
    both = startup("Any", X, Y, requirement=Requirement.ANY)
    _, pairs = found(both)
    p, q = 1 - exp(-0.1), 1 - exp(-0.2)
    days = pairs["Alpha", "Beta"].rate_per_year * 365 / (2 * p * q)
    assert pairs["Alpha", "Beta"].margin_usd_per_year == pytest.approx(
        p * q / 365 * days**2 * 10_000
    )
    later = small_catalog(rates=(replace(ALPHA, notice_days=14 + days / 2), BETA))
    _, shorter = found(both, world=later)
    assert shorter["Alpha", "Beta"].rate_per_year == pytest.approx(p * q * 1.5 * days / 365)


def test_use_cases_on_the_same_routes_have_one_signature_in_whatever_order_they_name_them() -> None:
    again = [
        replace(one, key=f"{one.key}{number}")
        for number, one in enumerate((COPY, X, Y, X), start=1)
    ]
    book = small.book(startup("One", X, Y, COPY), startup("Other", *again), catalog=WORLD)
    found = signed(book)
    (signature,) = found.signatures
    assert found.of_case.tolist() == [0, 0]
    ends = [book.routes[route].endpoint for route in book.exposures.route]
    named = [book.endpoints[signature.routes[place][0]] for place in found.route]
    assert named == ends


def with_fallback(one: Dependency, **facts: object) -> Dependency:
    return replace(one, **facts)  # type: ignore[arg-type]


def test_a_named_fallback_elsewhere_is_a_second_route_and_an_unnamed_one_is_not() -> None:
    tested = {"fallback": Fallback.TESTED, "fallback_tested_on": TODAY}
    unnamed = with_fallback(X, **tested)
    assert cuts(startup("Unnamed", unnamed)) == {("Alpha",)}
    named = with_fallback(X, **tested, fallback_developer="Beta", fallback_host="Beta")
    assert cuts(startup("Named", named)) == {("Alpha", "Beta")}
    paper = with_fallback(named, fallback=Fallback.DOCUMENTED)
    assert cuts(startup("Paper", paper)) == {("Alpha",)}


def test_a_fallback_on_the_same_root_is_no_second_route() -> None:
    same = with_fallback(
        X, fallback=Fallback.AUTOMATIC, fallback_developer="Alpha", fallback_host="Alpha"
    )
    assert cuts(startup("Same", same)) == {("Alpha",)}


def test_a_fallback_that_sometimes_falls_too_counts_only_then() -> None:
    # The copy at Cloud goes with Alpha one time in five; only what is lost then is Alpha's weight.
    backed = startup(
        "Backed",
        with_fallback(
            X,
            fallback=Fallback.TESTED,
            fallback_tested_on=TODAY,
            fallback_developer="Alpha",
            fallback_host="Cloud",
        ),
    )
    alone = small_catalog(rates=(ALPHA,))
    weight = found(backed, world=alone)[0]["Alpha"].aal_usd
    # At most what it costs without a fallback, a fifth as often: of the copy something is left.
    assert 0 < weight < expected(startup("Bare", X), alone) / 5
    assert weight < expected(backed, alone)


def test_price_shocks_and_slow_days_stop_nothing() -> None:
    rates = (
        rate("*model first-party top", FailureKind.PRICE_SHOCK, 1),
        rate("Alpha", FailureKind.DEGRADED, 50),
    )
    assert not cuts(startup("Direct", X), small_catalog(rates=rates))


def test_single_points_count_whom_they_stop() -> None:
    # Direct and Routes stop with Alpha, Copied with Alpha (one in five) or Cloud, Shared with
    # neither alone. Every use case has the same margin, so Alpha stops 3/4 of it.
    points, _ = found(
        startup("Direct", dependency("d", "Alpha", "Alpha")),
        startup("Copied", dependency("c", "Alpha", "Cloud")),
        startup("Routes", X, COPY, requirement=Requirement.ANY),
        startup("Shared", dependency("s", "Alpha", "Alpha"), Y),
    )
    assert set(points) == {"Alpha", "Cloud"}
    assert (points["Alpha"].startups, points["Alpha"].use_cases) == (3, 3)
    assert points["Alpha"].margin_share == pytest.approx(0.75)
    assert points["Cloud"].startups == 1
    # Direct (1 - e^{-.1}) · 383,539 = 36,498, Copied a fifth of it, and what Routes loses.
    assert points["Alpha"].aal_usd > 36_498 * 1.2
    losses = [one.aal_usd for one in points.values()]
    assert losses == sorted(losses, reverse=True)


def test_a_startup_counts_once_however_many_of_its_use_cases_stop() -> None:
    one = startup("Two", dependency("a", "Alpha", "Alpha"))
    more = replace(one.use_cases[0], name="more", dependencies=(dependency("b", "Alpha", "Alpha"),))
    points, _ = found(replace(one, use_cases=(*one.use_cases, more)))
    assert (points["Alpha"].startups, points["Alpha"].use_cases) == (1, 2)


def test_what_a_startup_runs_itself_is_no_single_point() -> None:
    own = rate("*service", FailureKind.OUTAGE, 4, days=(-2.0, 1.0))
    world = small_catalog(rates=(own,))
    served = service("beta-open, self-hosted", "Beta", "self-hosted")
    world = replace(world, services={**world.services, served.name: served})
    assert not cuts(startup("Own", dependency("o", "Beta", "self-hosted")), world)


def test_pairs_count_whom_they_stop_together() -> None:
    # Alpha and Beta are down 2 and 3 times a year for e^{½} days: both at once 6 · 2e^{½}/365
    # times a year, on 6e/365 days, at $10,000 a day of each of the two shared use cases. Direct
    # stops with Alpha alone, so it is no pair's; of three equal margins the pair holds two.
    points, pairs = found(
        startup("One", X, Y, requirement=Requirement.ANY),
        startup("Two", dependency("p", "Alpha", "Alpha"), dependency("q", "Beta", "Beta")),
        startup("Direct", dependency("d", "Alpha", "Alpha")),
        world=OUTAGES,
    )
    (pair,) = pairs.values()
    assert pair.roots == ("Alpha", "Beta")
    assert pair.kinds == ("outage",)
    assert (pair.startups, pair.use_cases) == (2, 2)
    assert pair.margin_share == pytest.approx(2 / 3)
    assert pair.rate_per_year == pytest.approx(6 * 2 * exp(0.5) / 365)
    assert pair.margin_usd_per_year == pytest.approx(2 * 6 * exp(1) / 365 * 10_000)
    assert list(points) == ["Alpha"]


def test_points_of_use_cases_without_a_second_way_hold_all_that_such_disruptions_cost(
    catalog: Catalog,
) -> None:
    # Where nobody has a fallback every disruption that stops a service stops whoever calls it.
    held = [
        replace(
            one,
            use_cases=tuple(
                replace(
                    case,
                    dependencies=tuple(
                        replace(link, fallback=Fallback.NONE) for link in case.dependencies[:1]
                    ),
                )
                for case in one.use_cases
            ),
        )
        for one in demo_portfolio(catalog).startups
    ]
    book = small.book(*held, catalog=catalog)
    world_tables = small.world_tables(book, catalog, count=4, drawn=True)
    margin = margins_of(book.exposures, world_tables.worlds, world_tables.count)
    points, _ = points_and_pairs(
        book, world_tables, stops_of(book, world_tables, catalog, PLAIN), margin
    )
    events = world_tables.worlds.hazards.events
    parts = np.zeros((len(book.exposures), len(events)))
    value(book.exposures, world_tables, parts=parts)
    by_root: dict[str, float] = {}
    for event, usd in zip(events, parts.sum(axis=0) / world_tables.count, strict=True):
        if event.kind in {
            *(FailureKind.OUTAGE, FailureKind.MODEL_RETIREMENT, FailureKind.ACCESS_CUT),
            *(FailureKind.ACQUISITION, FailureKind.WIND_DOWN),
        }:
            by_root[event.root] = by_root.get(event.root, 0.0) + float(usd)
    # What a startup runs itself is no point that anybody shares.
    assert {one.root for one in points} == set(by_root) - {OWN_OPERATION}
    for one in points:
        # Losses are added up in thousandths of a cent.
        assert one.aal_usd == pytest.approx(by_root[one.root], rel=1e-9, abs=1e-4)
