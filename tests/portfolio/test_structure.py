"""Whom a portfolio depends on, and the number of independent providers, done by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.demo import demo_portfolio
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio, Requirement
from risk.loss.formulas import CRITICAL
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.results import DependenceShare
from risk.portfolio.structure import (
    Independence,
    Level,
    Structure,
    dependence_adjusted_number,
    effective_number,
    falling_together,
    herfindahl,
    independence,
    reach_of,
    stopping_providers,
    structure_of,
)
from tests.loss import small
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

DIRECT = startup("Direct", dependency("d", "Alpha", "Alpha"))
COPIED = startup("Copied", dependency("c", "Alpha", "Cloud"))
BESIDE = startup("Beside", dependency("b", "Beta", "Beta"))
THREE = portfolio(DIRECT, COPIED, BESIDE)
EQUAL = {"Alpha API": 1 / 3, "Alpha on Cloud": 1 / 3, "Beta API": 1 / 3}
END = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14)


def laid_out(held: Portfolio, world: Catalog | None = None) -> Valuation:
    world = world or small_catalog(rates=(END,))
    return valuation_of(held, catalog=world, assumptions=PLAIN, today=TODAY)


def structure(held: Portfolio, world: Catalog | None = None) -> Structure:
    return structure_of(laid_out(held, world))


def found(world: Catalog, held: Portfolio = THREE) -> Independence:
    return independent(world, held, EQUAL)


def independent(
    world: Catalog, held: Portfolio, shares: dict[str, float], level: Level = "service"
) -> Independence:
    book = small.book(*held.startups, catalog=world)
    world_tables = small.world_tables(book, world, assumptions=PLAIN)
    reach = reach_of(book, world_tables, world, PLAIN)
    return independence(
        shares, reach, book.endpoints, stopping_providers(world_tables), level=level
    )


def test_concentration_of_three_equal_margins() -> None:
    # Developers: Alpha 2/3, Beta 1/3: HHI 4/9 + 1/9 = 5/9, effective number 1.8.
    # Services: three of 1/3: effective number 3. Clouds: one named, Nimbus under Beta, one unknown.
    result = structure(THREE)
    assert result.concentration["developer"].effective_number == pytest.approx(1.8)
    assert result.concentration["service"].effective_number == pytest.approx(3)
    assert result.listed_providers == 2
    assert result.concentration["cloud"].shares == {
        "Cloud": pytest.approx(1 / 3),
        "Nimbus": pytest.approx(1 / 3),
        "no known cloud": pytest.approx(1 / 3),
    }


def test_dependence_lists_the_margin_of_each_developer_host_and_startup() -> None:
    # $10,000 a day, or $3.65 m a year, times the part of it that the most critical use case stops.
    held = valuation_of(THREE, catalog=small_catalog(), assumptions=PLAIN, today=TODAY)
    margin = 3_650_000 * held.worlds.numbers[:, CRITICAL + 4].mean()
    listed = structure_of(held).dependence
    assert [(one.developer, one.host, one.startup) for one in listed] == [
        ("Alpha", "Alpha", "Direct"),
        ("Alpha", "Cloud", "Copied"),
        ("Beta", "Beta", "Beside"),
    ]
    assert isinstance(listed[0], DependenceShare)
    assert [one.margin_usd_per_year for one in listed[:]] == pytest.approx([margin] * 3)
    assert listed.by_pair["Alpha", "Cloud"] == pytest.approx(margin)
    assert listed.startups_by_pair["Beta", "Beta"] == 1


def test_dependencies_that_each_count_whole_share_the_margin() -> None:
    # Two services, both needed: each counts for half of what a service alone does.
    both = startup(
        "Both",
        dependency("a", "Alpha", "Alpha"),
        dependency("b", "Beta", "Beta"),
        requirement=Requirement.ALL,
    )
    (whole,) = structure(portfolio(DIRECT)).dependence
    halves = [one.margin_usd_per_year for one in structure(portfolio(both)).dependence]
    assert halves == pytest.approx([whole.margin_usd_per_year / 2] * 2)


def test_the_margin_of_the_demo_adds_up_to_what_depends_on_each_developer(
    catalog: Catalog,
) -> None:
    found = structure_of(
        valuation_of(demo_portfolio(catalog), catalog=catalog, assumptions=PLAIN, today=TODAY)
    )
    total = sum(one.margin_usd_per_year for one in found.dependence)
    by_developer: dict[str, float] = {}
    for one in found.dependence:
        before = by_developer.get(one.developer, 0.0)
        by_developer[one.developer] = before + one.margin_usd_per_year / total
    assert by_developer == pytest.approx(dict(found.concentration["developer"].shares))
    listed = found.concentration["developer"].effective_number
    assert 1 < (found.dependence_adjusted or 0) < (listed or 0)


def test_a_portfolio_of_nobody_has_no_structure() -> None:
    nothing = structure(portfolio())
    assert nothing.dependence_adjusted is None
    assert nothing.concentration["developer"].hhi is None
    assert (len(nothing.dependence), nothing.single_points, nothing.pairs) == (0, (), ())


def test_services_that_never_fall_together_count_as_listed() -> None:
    # Z = I: pᵀp = 3 · 1/9 = 1/3, so N_Z = 3 = 1/HHI.
    assert dependence_adjusted_number(np.ones(3) / 3, np.eye(3)) == pytest.approx(3)


def test_services_that_always_fall_together_count_as_one() -> None:
    assert dependence_adjusted_number(np.array([0.2, 0.3, 0.5]), np.ones((3, 3))) == pytest.approx(
        1
    )


def test_one_in_five_falls_with_the_other() -> None:
    # Alpha winds down 0.1 a year; its copy at Cloud goes with it one time in five. Given that the
    # copy is down Alpha's own API is for sure, so the larger of both directions is Z = 1.
    # pᵀZp = (3 + 2 · 1)/9 = 5/9: N_Z = 1.8, and 3 - 1.8 = 1.2 is not there.
    result = found(small_catalog(rates=(rate("Alpha", FailureKind.WIND_DOWN, 0.1),)))
    assert result.falls_with == {("Alpha API", "Alpha on Cloud"): pytest.approx(1.0)}
    assert result.effective_number == pytest.approx(3)
    assert result.dependence_adjusted == pytest.approx(1.8)


def test_a_provider_with_disruptions_of_its_own_falls_less_often_with_another() -> None:
    # Alpha on Cloud: 0.1 · 0.2 = .02 a year with Alpha, 0.18 with Cloud alone: .02/.2 = 10 %.
    # Alpha API: .02 of its 0.1 a year: 20 %, the larger. pᵀZp = (3 + 2 · .2)/9: N_Z = 2.647.
    rates = (
        rate("Alpha", FailureKind.WIND_DOWN, 0.1),
        rate("Cloud", FailureKind.WIND_DOWN, 0.18),
    )
    result = found(small_catalog(rates=rates))
    assert result.falls_with == {("Alpha API", "Alpha on Cloud"): pytest.approx(0.2)}
    assert result.dependence_adjusted == pytest.approx(9 / 3.4)


def test_outages_count_only_as_far_as_they_last_more_than_a_day() -> None:
    # Median e^0 = one day: half of Alpha's outages are long, and one in ten reaches the copy.
    # Alpha API is down .5 · 1 + .1 = .6 a year, both .5 · .1 + .1 · .2 = .07: Z = .07/.07 = 1 from
    # the copy's side. With outages of the copy's own host, .5 · .86 = .43: .07/(.07 + .43) = 14 %
    # there and .07/.6 = 11.7 % here.
    rates = (
        rate("Alpha", FailureKind.WIND_DOWN, 0.1),
        rate("Alpha", FailureKind.OUTAGE, 1, days=(0.0, 1.0)),
        rate("Cloud", FailureKind.OUTAGE, 0.86, days=(0.0, 1.0)),
    )
    result = found(small_catalog(rates=rates))
    assert result.falls_with == {("Alpha API", "Alpha on Cloud"): pytest.approx(0.14)}


@pytest.mark.parametrize(
    "harmless",
    [
        rate("*model first-party top", FailureKind.PRICE_SHOCK, 1),
        rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 1),
        rate("*customer", FailureKind.ACCESS_CUT, 1),
        rate("Alpha", FailureKind.OUTAGE, 50, days=(-20.0, 0.1)),
    ],
    ids=lambda one: one.kind.value,
)
def test_what_does_not_stop_a_provider_for_long_binds_nothing(harmless: object) -> None:
    result = found(small_catalog(rates=(harmless,)))  # type: ignore[arg-type]
    assert result.dependence_adjusted == pytest.approx(3)


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_the_adjusted_number_lies_between_one_and_the_effective_number(
    seed: int, count: int
) -> None:
    draws = np.random.default_rng(seed)
    shares = draws.random(count) + 0.01
    down = draws.random((count, 40)) < 0.3
    together = falling_together((down @ down.T).astype(float))
    part = shares / shares.sum()
    number = dependence_adjusted_number(shares, together)
    assert 1 - 1e-9 <= number <= 1 / (part @ part) + 1e-9


def test_developers_fall_together_as_far_as_their_margin_does() -> None:
    # Nimbus carries Beta's own API in half of its outages (all of these last over a day) and a
    # copy of Alpha's model at Nimbus always. A quarter of Alpha's margin is there:
    # Alpha is down 1 · ¼ a year, Beta ½, both ½ · ¼ = 1/8: Z = max(.125/.25, .125/.5) = ½.
    # p = 4/5 and 1/5: pᵀZp = .64 + .04 + 2 · .16 · ½ = .84, so N_Z = 1.190; 1/HHI = 1/.68 = 1.471.
    world = small_catalog(rates=(rate("Nimbus", FailureKind.OUTAGE, 1, days=(10.0, 0.1)),))
    copy = service("Alpha on Nimbus", "Alpha", "Nimbus")
    world = replace(world, services={**world.services, copy.name: copy})
    held = portfolio(DIRECT, startup("There", dependency("t", "Alpha", "Nimbus")), BESIDE)
    shares = {"Alpha API": 0.6, "Alpha on Nimbus": 0.2, "Beta API": 0.2}
    result = independent(world, held, shares, level="developer")
    assert result.falls_with == {("Alpha", "Beta"): pytest.approx(0.5)}
    assert result.effective_number == pytest.approx(1 / 0.68)
    assert result.dependence_adjusted == pytest.approx(1 / 0.84)


def test_no_margin_gives_no_number() -> None:
    nothing = independent(small_catalog(), THREE, {})
    assert nothing.dependence_adjusted is None


def test_herfindahl_and_effective_number_of_a_hand_checked_case() -> None:
    # Shares .5 .3 .2: .25 + .09 + .04 = .38; 1/.38 = 2.6316
    shares = np.array([50.0, 30.0, 20.0])
    assert herfindahl(shares) == pytest.approx(0.38)
    assert effective_number(shares) == pytest.approx(2.6316, abs=1e-4)


@given(st.integers(1, 40))
def test_equal_shares_have_their_count_as_effective_number(count: int) -> None:
    assert effective_number(np.full(count, 7.0)) == pytest.approx(count)
