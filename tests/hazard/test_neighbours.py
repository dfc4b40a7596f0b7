from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.neighbours import (
    catalogue_chain,
    dependents_of,
    provider_rates,
    rate_of,
    upstream_of,
)
from tests.small_world import rate, small_catalog

CATALOG = small_catalog()
CHAIN = catalogue_chain(CATALOG, DEFAULTS)


def test_a_cloud_stands_behind_the_developer_it_carries() -> None:
    upstream = upstream_of(CATALOG, CHAIN, "Beta")
    assert [(one.name, one.steps, one.relation, one.source) for one in upstream] == [
        ("Nimbus", 1, "cloud", "test")
    ]


def test_what_stands_on_a_cloud_is_nearest_first_and_names_who_is_between() -> None:
    # Nimbus → Beta → Beta API
    dependents = dependents_of(CATALOG, CHAIN, "Nimbus")
    assert [(one.name, one.steps, one.via) for one in dependents] == [
        ("Beta", 1, ()),
        ("Beta API", 2, ("Beta",)),
    ]


def test_models_and_endpoints_are_not_neighbours() -> None:
    names = {one.name for one in dependents_of(CATALOG, CHAIN, "Alpha")}
    assert names == {"Alpha API", "Alpha on Cloud"}


def test_a_provider_outside_the_chain_has_no_neighbours() -> None:
    assert upstream_of(CATALOG, CHAIN, "Nobody") == ()
    assert dependents_of(CATALOG, CHAIN, "Nobody") == ()


def test_a_provider_has_its_own_rates_and_those_of_its_sort() -> None:
    catalog = small_catalog(
        rates=(
            rate("Alpha", FailureKind.OUTAGE, 7, level="critical"),
            rate("Alpha", FailureKind.OUTAGE, 35, level="major"),
            rate("*service", FailureKind.OUTAGE, 9),
            rate("*developer top", FailureKind.WIND_DOWN, 0.01),
            rate("*customer", FailureKind.ACCESS_CUT, 0.02),
        )
    )
    chain = catalogue_chain(catalog, DEFAULTS)
    rates = provider_rates(catalog, chain, "Alpha")
    # 7 critical and 35 major outages; nothing of the 9 that stand for others
    assert rate_of(rates, FailureKind.OUTAGE) == 42
    assert rate_of(rates, FailureKind.WIND_DOWN) == 0.01
    assert rate_of(rates, FailureKind.ACCESS_CUT) == 0.02
    assert rate_of(provider_rates(catalog, chain, "Beta"), FailureKind.OUTAGE) == 9


def test_a_kind_without_a_row_is_unknown_not_zero() -> None:
    assert rate_of((), FailureKind.OUTAGE) is None
