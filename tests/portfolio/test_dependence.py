"""The number of independent providers, done by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.book import open_book
from risk.portfolio.dependence import (
    Independence,
    dependence_adjusted_number,
    diversification_ratio,
    falling_together,
    independence,
)
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

THREE = portfolio(
    startup("Direct", dependency("d", "Alpha", "Alpha")),
    startup("Copied", dependency("c", "Alpha", "Cloud")),
    startup("Beside", dependency("b", "Beta", "Beta")),
)
EQUAL = {"Alpha API": 1 / 3, "Alpha on Cloud": 1 / 3, "Beta API": 1 / 3}


def found(world: Catalog, held: Portfolio = THREE) -> Independence:
    book = open_book(held, catalog=world, assumptions=PLAIN, today=TODAY)
    return independence(EQUAL, book.chain, book.events)


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
    result = found(small_catalog(rates=(rate("Alpha", FalterKind.WIND_DOWN, 0.1),)))
    assert result.falls_with == {("Alpha API", "Alpha on Cloud"): pytest.approx(1.0)}
    assert result.effective_number == pytest.approx(3)
    assert result.dependence_adjusted == pytest.approx(1.8)
    assert result.illusory == pytest.approx(1.2)


def test_a_provider_with_falters_of_its_own_falls_less_often_with_another() -> None:
    # Alpha on Cloud: 0.1 · 0.2 = .02 a year with Alpha, 0.18 with Cloud alone: .02/.2 = 10 %.
    # Alpha API: .02 of its 0.1 a year: 20 %, the larger. pᵀZp = (3 + 2 · .2)/9: N_Z = 2.647.
    rates = (
        rate("Alpha", FalterKind.WIND_DOWN, 0.1),
        rate("Cloud", FalterKind.WIND_DOWN, 0.18),
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
        rate("Alpha", FalterKind.WIND_DOWN, 0.1),
        rate("Alpha", FalterKind.OUTAGE, 1, days=(0.0, 1.0)),
        rate("Cloud", FalterKind.OUTAGE, 0.86, days=(0.0, 1.0)),
    )
    result = found(small_catalog(rates=rates))
    assert result.falls_with == {("Alpha API", "Alpha on Cloud"): pytest.approx(0.14)}


@pytest.mark.parametrize(
    "harmless",
    [
        rate("Alpha", FalterKind.PRICE_SHOCK, 1),
        rate("*model", FalterKind.MODEL_RETIREMENT, 1),
        rate("*customer", FalterKind.ACCESS_CUT, 1),
        rate("Alpha", FalterKind.OUTAGE, 50, days=(-20.0, 0.1)),
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
    world = small_catalog(rates=(rate("Nimbus", FalterKind.OUTAGE, 1, days=(10.0, 0.1)),))
    copy = service("Alpha on Nimbus", "Alpha", "Nimbus")
    world = replace(world, services={**world.services, copy.name: copy})
    held = portfolio(
        startup("Direct", dependency("d", "Alpha", "Alpha")),
        startup("There", dependency("t", "Alpha", "Nimbus")),
        startup("Beside", dependency("b", "Beta", "Beta")),
    )
    book = open_book(held, catalog=world, assumptions=PLAIN, today=TODAY)
    shares = {"Alpha API": 0.6, "Alpha on Nimbus": 0.2, "Beta API": 0.2}
    result = independence(shares, book.chain, book.events, level="developer")
    assert result.falls_with == {("Alpha", "Beta"): pytest.approx(0.5)}
    assert result.effective_number == pytest.approx(1 / 0.68)
    assert result.dependence_adjusted == pytest.approx(1 / 0.84)


def test_no_margin_gives_no_number() -> None:
    book = open_book(THREE, catalog=small_catalog(), assumptions=PLAIN, today=TODAY)
    assert independence({}, book.chain, book.events).dependence_adjusted is None
    assert independence({}, book.chain, book.events).illusory is None


def test_the_diversification_ratio_is_one_when_all_bad_years_coincide() -> None:
    assert diversification_ratio(30, [10, 20]) == 1
    assert diversification_ratio(15, [10, 20]) == 0.5
    assert diversification_ratio(0, []) is None


def test_events_for_one_customer_alone_do_not_count() -> None:
    book = open_book(
        THREE,
        catalog=small_catalog(rates=(rate("Alpha", FalterKind.WIND_DOWN, 0.1),)),
        assumptions=PLAIN,
        today=TODAY,
    )
    limited = [replace(one, event=replace(one.event, only_startup="x")) for one in book.events]
    assert independence(EQUAL, book.chain, limited).dependence_adjusted == pytest.approx(3)
