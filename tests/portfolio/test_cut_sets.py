"""Whose loss stops a use case: structures small enough to list every cut by hand."""

from dataclasses import replace
from math import exp

import pytest

from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.inventory.records import Dependency, Fallback, Requirement, Startup
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.book import all_losses, open_book
from risk.portfolio.cut_sets import CutSet, minimal_cut_sets
from tests.small_world import (
    PLAIN,
    TODAY,
    dependency,
    portfolio,
    rate,
    service,
    small_catalog,
    startup,
)

ALPHA = rate("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14)
BETA = rate("Beta", FalterKind.WIND_DOWN, 0.2, notice_days=14)
CLOUD = rate("Cloud", FalterKind.OUTAGE, 1, days=(0.0, 1.0))
WORLD = small_catalog(rates=(ALPHA, BETA, CLOUD))

X = dependency("x", "Alpha", "Alpha")
Y = dependency("y", "Beta", "Beta")
COPY = dependency("z", "Alpha", "Cloud")


def cuts(held: Startup, world: Catalog = WORLD, order: int = 2) -> dict[tuple[str, ...], CutSet]:
    book = open_book(portfolio(held), catalog=world, assumptions=PLAIN, today=TODAY)
    losses = all_losses(book, PLAIN)
    found = minimal_cut_sets(book.members[0], book.events, losses[held.name], PLAIN, order=order)
    return {one.roots: one for one in found}


def test_needing_all_of_three_makes_each_of_their_roots_a_single_point() -> None:
    found = cuts(startup("All", X, Y, COPY, requirement=Requirement.ALL))
    assert set(found) == {("Alpha",), ("Beta",), ("Cloud",)}


def test_any_of_three_falls_with_pairs_that_reach_all_of_them() -> None:
    # x falls with Alpha, y with Beta, the copy with Cloud or (one time in five) with Alpha.
    # {Alpha, Beta} takes all three; {Beta, Cloud} leaves x, {Alpha, Cloud} leaves y.
    found = cuts(startup("Any", X, Y, COPY, requirement=Requirement.ANY))
    assert set(found) == {("Alpha", "Beta")}
    # Without the copy they meet five times as often: here the wind-down must reach it as well.
    without = cuts(startup("Any", X, Y, requirement=Requirement.ANY))
    assert without["Alpha", "Beta"].rate_per_year == pytest.approx(
        5 * found["Alpha", "Beta"].rate_per_year
    )


def test_two_routes_with_a_common_ancestor_have_it_as_their_single_point() -> None:
    # Alpha's own API and its copy at Cloud: Alpha winds down 0.1 a year and takes the copy with
    # probability 0.2, so both are gone 0.02 times a year; never 0.1 · 0.02 as a product would say.
    found = cuts(startup("Routes", X, COPY, requirement=Requirement.ANY))
    assert set(found) == {("Alpha",)}
    assert found["Alpha",].rate_per_year == pytest.approx(0.02)
    assert found["Alpha",].kinds == (FalterKind.WIND_DOWN,)


def test_a_shared_workload_stops_only_when_every_part_has() -> None:
    found = cuts(startup("Shared", X, Y))
    assert set(found) == {("Alpha", "Beta")}


def test_a_single_points_weight_is_rate_times_the_loss_done_by_hand() -> None:
    # One wind-down costs 383,539 (tests/exposure/test_vulnerability.py), once in ten years.
    found = cuts(startup("Direct", X))
    assert set(found) == {("Alpha",)}
    assert found["Alpha",].rate_per_year == pytest.approx(0.1)
    assert found["Alpha",].loss_usd == pytest.approx(383_539, rel=1e-5)
    assert found["Alpha",].expected_loss_usd == pytest.approx(38_353.9, rel=1e-5)


def test_a_pairs_weight_is_how_often_and_how_long_both_are_down() -> None:
    # Outages of Alpha (2 a year) and Beta (3 a year), each e^{½} = 1.6487 days long on average:
    # they meet 2 · 3 · (2 · 1.6487)/365 = .054204 times a year, for 1.6487/2 = .82436 days on
    # average, at a margin of $10,000 a day: $8,243.6 each time.
    outages = (
        rate("Alpha", FalterKind.OUTAGE, 2, days=(0.0, 1.0)),
        rate("Beta", FalterKind.OUTAGE, 3, days=(0.0, 1.0)),
    )
    found = cuts(startup("Any", X, Y, requirement=Requirement.ANY), small_catalog(rates=outages))
    pair = found["Alpha", "Beta"]
    assert pair.rate_per_year == pytest.approx(6 * 2 * exp(0.5) / 365)
    assert pair.loss_usd == pytest.approx(10_000 * exp(0.5) / 2)
    assert pair.expected_loss_usd == pytest.approx(6 * exp(1) / 365 * 10_000)


def with_fallback(one: Dependency, **facts: object) -> Dependency:
    return replace(one, **facts)  # type: ignore[arg-type]


def test_a_named_fallback_elsewhere_is_a_second_route_and_an_unnamed_one_is_not() -> None:
    tested = {"fallback": Fallback.TESTED, "fallback_tested_on": TODAY}
    unnamed = with_fallback(X, **tested)
    assert set(cuts(startup("Unnamed", unnamed))) == {("Alpha",)}
    named = with_fallback(X, **tested, fallback_developer="Beta", fallback_host="Beta")
    assert set(cuts(startup("Named", named))) == {("Alpha", "Beta")}
    paper = with_fallback(named, fallback=Fallback.DOCUMENTED)
    assert set(cuts(startup("Paper", paper))) == {("Alpha",)}


def test_a_fallback_on_the_same_root_is_no_second_route() -> None:
    same = with_fallback(
        X, fallback=Fallback.AUTOMATIC, fallback_developer="Alpha", fallback_host="Alpha"
    )
    assert set(cuts(startup("Same", same))) == {("Alpha",)}


def test_price_shocks_and_slow_days_stop_nothing() -> None:
    rates = (rate("Alpha", FalterKind.PRICE_SHOCK, 1), rate("Alpha", FalterKind.DEGRADED, 50))
    assert not cuts(startup("Direct", X), small_catalog(rates=rates))


def test_only_one_root_or_two_are_looked_for() -> None:
    assert set(cuts(startup("Shared", X, Y), order=1)) == set()
    with pytest.raises(ValueError, match="one root or two"):
        cuts(startup("Shared", X, Y), order=3)


def test_the_portfolios_single_points_count_whom_they_stop() -> None:
    # Direct and Routes stop with Alpha, Copied with Alpha (one in five) or Cloud, Shared with
    # neither alone. Every use case has the same margin, so Alpha stops 3/4 of it.
    held = portfolio(
        startup("Direct", dependency("d", "Alpha", "Alpha")),
        startup("Copied", dependency("c", "Alpha", "Cloud")),
        startup("Routes", X, COPY, requirement=Requirement.ANY),
        startup("Shared", dependency("s", "Alpha", "Alpha"), Y),
    )
    result = assess_portfolio(held, catalog=WORLD, assumptions=PLAIN, today=TODAY)
    points = {one.root: one for one in result.single_points}
    assert set(points) == {"Alpha", "Cloud"}
    assert (points["Alpha"].startups, points["Alpha"].use_cases) == (3, 3)
    assert points["Alpha"].margin_share == pytest.approx(0.75)
    assert points["Cloud"].startups == 1
    # Direct 38,354, Copied a fifth of it, Routes 0.02 · its own loss of both routes.
    assert points["Alpha"].aal_usd > 38_354 * 1.2
    losses = [one.aal_usd for one in result.single_points]
    assert losses == sorted(losses, reverse=True)


def test_what_a_startup_runs_itself_is_not_a_single_point_of_the_portfolio() -> None:
    own = rate("*service", FalterKind.OUTAGE, 4, days=(-2.0, 1.0))
    world = small_catalog(rates=(own,))
    served = service("beta-open, self-hosted", "Beta", "self-hosted")
    world = replace(world, services={**world.services, served.name: served})
    held = startup("Own", dependency("o", "Beta", "self-hosted"))
    assert set(cuts(held, world)) == {("Own operation",)}
    result = assess_portfolio(portfolio(held), catalog=world, assumptions=PLAIN, today=TODAY)
    assert result.single_points == ()


def test_the_portfolios_pairs_count_whom_they_stop_together() -> None:
    # Alpha and Beta are down 2 and 3 times a year for e^{½} days: both at once 6 · 2e^{½}/365
    # times a year, on 6e/365 days, at $10,000 a day of each of the two shared use cases. Direct
    # stops with Alpha alone, so it is no pair's; of three equal margins the pair holds two.
    outages = (
        rate("Alpha", FalterKind.OUTAGE, 2, days=(0.0, 1.0)),
        rate("Beta", FalterKind.OUTAGE, 3, days=(0.0, 1.0)),
    )
    held = portfolio(
        startup("One", X, Y, requirement=Requirement.ANY),
        startup("Two", dependency("p", "Alpha", "Alpha"), dependency("q", "Beta", "Beta")),
        startup("Direct", dependency("d", "Alpha", "Alpha")),
    )
    world = small_catalog(rates=outages)
    result = assess_portfolio(held, catalog=world, assumptions=PLAIN, today=TODAY)
    (pair,) = result.pairs
    assert pair.roots == ("Alpha", "Beta")
    assert pair.kinds == ("outage",)
    assert (pair.startups, pair.use_cases) == (2, 2)
    assert pair.margin_share == pytest.approx(2 / 3)
    assert pair.rate_per_year == pytest.approx(6 * 2 * exp(0.5) / 365)
    assert pair.margin_usd_per_year == pytest.approx(2 * 6 * exp(1) / 365 * 10_000)
    assert [one.root for one in result.single_points] == ["Alpha"]
