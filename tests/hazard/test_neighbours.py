from risk.assumptions import DEFAULTS
from risk.catalog.falters import FalterKind
from risk.hazard.neighbours import (
    catalogue_chain,
    provider_rates,
    rate_of,
    stands_behind,
    stands_on,
)
from tests.small_world import rate, small_catalog

CATALOG = small_catalog()
CHAIN = catalogue_chain(CATALOG, DEFAULTS)


def test_a_cloud_stands_behind_the_developer_it_carries() -> None:
    behind = stands_behind(CATALOG, CHAIN, "Beta")
    assert [(one.name, one.steps, one.relation, one.source) for one in behind] == [
        ("Nimbus", 1, "cloud", "test")
    ]


def test_what_stands_on_a_cloud_is_nearest_first_and_names_who_is_between() -> None:
    # Nimbus → Beta → Beta API
    standing = stands_on(CATALOG, CHAIN, "Nimbus")
    assert [(one.name, one.steps, one.via) for one in standing] == [
        ("Beta", 1, ()),
        ("Beta API", 2, ("Beta",)),
    ]


def test_models_and_endpoints_are_not_neighbours() -> None:
    names = {one.name for one in stands_on(CATALOG, CHAIN, "Alpha")}
    assert names == {"Alpha API", "Alpha on Cloud"}


def test_a_provider_outside_the_chain_has_no_neighbours() -> None:
    assert stands_behind(CATALOG, CHAIN, "Nobody") == ()
    assert stands_on(CATALOG, CHAIN, "Nobody") == ()


def test_a_provider_has_its_own_rates_and_those_of_its_sort() -> None:
    catalog = small_catalog(
        rates=(
            rate("Alpha", FalterKind.OUTAGE, 7, level="critical"),
            rate("Alpha", FalterKind.OUTAGE, 35, level="major"),
            rate("*service", FalterKind.OUTAGE, 9),
            rate("*developer top", FalterKind.WIND_DOWN, 0.01),
            rate("*customer", FalterKind.ACCESS_CUT, 0.02),
        )
    )
    chain = catalogue_chain(catalog, DEFAULTS)
    rates = provider_rates(catalog, chain, "Alpha")
    # 7 critical and 35 major outages; nothing of the 9 that stand for others
    assert rate_of(rates, FalterKind.OUTAGE) == 42
    assert rate_of(rates, FalterKind.WIND_DOWN) == 0.01
    assert rate_of(rates, FalterKind.ACCESS_CUT) == 0.02
    assert rate_of(provider_rates(catalog, chain, "Beta"), FalterKind.OUTAGE) == 9


def test_a_kind_without_a_row_is_unknown_not_zero() -> None:
    assert rate_of((), FalterKind.OUTAGE) is None
