"""Which falter reaches which endpoint, with what probability and severity."""

from dataclasses import replace

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog, LinkEffect, UpstreamLink
from risk.hazard.durations import Permanent
from risk.hazard.events import Event
from risk.hazard.supply_chain import (
    Endpoint,
    SupplyChain,
    SupplyChainCycle,
    build_supply_chain,
)
from tests.oracle.patterns import event_patterns
from tests.small_world import AS_OF, small_catalog

CATALOG = small_catalog()
ALPHA = Endpoint(CATALOG.services["Alpha API"], "alpha-1")
BETA = Endpoint(CATALOG.services["Beta API"], "beta-1")
COPY = Endpoint(CATALOG.services["Alpha on Cloud"], "alpha-1")


def chain_of(*endpoints: Endpoint, catalog: Catalog = CATALOG) -> SupplyChain:
    return build_supply_chain(catalog, endpoints, DEFAULTS)


def event(root: str, kind: FailureKind, *, notice_days: float = 0.0) -> Event:
    return Event(
        root=root,
        kind=kind,
        level="",
        rate_per_year=1.0,
        severity=1.0,
        duration=Permanent(),
        notice_days=notice_days,
    )


def chance_of(chain: SupplyChain, one: Event, endpoint: Endpoint) -> float:
    patterns = event_patterns(chain, one)
    assert patterns.probability.sum() == pytest.approx(1)
    severity = patterns.severity.get(endpoint.node, np.zeros(len(patterns.probability)))
    return float(patterns.probability @ (severity > 0))


@pytest.mark.parametrize(
    ("kind", "notice", "own", "copy"),
    [
        (FailureKind.OUTAGE, 0, 1.0, 0.10),
        (FailureKind.WIND_DOWN, 14, 1.0, 0.20),
        (FailureKind.ACCESS_CUT, 5, 1.0, 0.0),
        (FailureKind.PRICE_SHOCK, 30, 1.0, 0.80),
        (FailureKind.ACQUISITION, 90, 0.10, 0.50),
    ],
)
def test_a_developers_falter_reaches_its_own_api_and_a_licensed_copy_as_the_links_say(
    kind: FailureKind, notice: float, own: float, copy: float
) -> None:
    chain = chain_of(ALPHA, COPY)
    one = event("Alpha", kind, notice_days=notice)
    assert chance_of(chain, one, ALPHA) == pytest.approx(own)
    assert chance_of(chain, one, COPY) == pytest.approx(copy)


def test_a_falter_of_one_developer_does_not_reach_another() -> None:
    assert chance_of(chain_of(ALPHA, BETA), event("Alpha", FailureKind.WIND_DOWN), BETA) == 0


def test_a_retired_model_is_gone_at_every_host() -> None:
    chain = chain_of(ALPHA, COPY)
    one = event("alpha-1", FailureKind.MODEL_RETIREMENT)
    assert chance_of(chain, one, ALPHA) == chance_of(chain, one, COPY) == 1


def test_a_cloud_outage_passes_half_of_the_time_and_takes_four_fifths() -> None:
    patterns = event_patterns(chain_of(BETA), event("Nimbus", FailureKind.OUTAGE))
    expected = patterns.probability @ patterns.severity[BETA.node]
    assert expected == pytest.approx(0.5 * 0.8)
    assert patterns.severity[BETA.node].max() == pytest.approx(0.8)


def test_two_ways_from_one_root_combine_as_noisy_or() -> None:
    # The host stops (π = 1, g = 1) and the developer's own API, on the same cloud, passes the
    # outage on with 0.5 · 0.8 to its licensed copy with 0.1. 1 - (1 - 1)(...) = 1 in all patterns.
    link = UpstreamLink(
        upstream="Cloud",
        downstream="Alpha",
        relation="cloud",
        effects={FailureKind.OUTAGE: LinkEffect(probability=0.5, gain=0.8)},
        source="test",
        as_of=AS_OF,
    )
    catalog = replace(CATALOG, links=(*CATALOG.links, link))
    chain = chain_of(ALPHA, COPY, catalog=catalog)
    one = event("Cloud", FailureKind.OUTAGE)
    assert chance_of(chain, one, COPY) == pytest.approx(1)
    assert chance_of(chain, one, ALPHA) == pytest.approx(0.5)
    patterns = event_patterns(chain, one)
    both = (patterns.severity[ALPHA.node] > 0) & (patterns.severity[COPY.node] > 0)
    # Shared root: P(both) = 0.5, not 0.5 · 1 · (chance that they fail separately).
    assert patterns.probability @ both == pytest.approx(0.5)


def test_a_loop_of_links_is_named_instead_of_followed() -> None:
    back = UpstreamLink(
        upstream="Beta",
        downstream="Nimbus",
        relation="cloud",
        effects={FailureKind.OUTAGE: LinkEffect(probability=1.0, gain=1.0)},
        source="test",
        as_of=AS_OF,
    )
    catalog = replace(CATALOG, links=(*CATALOG.links, back))
    with pytest.raises(SupplyChainCycle, match="Nimbus"):
        chain_of(BETA, catalog=catalog)


def test_the_same_link_twice_counts_once() -> None:
    twice = replace(CATALOG, links=(*CATALOG.links, *CATALOG.links))
    once_patterns = event_patterns(chain_of(BETA), event("Nimbus", FailureKind.OUTAGE))
    twice_patterns = event_patterns(
        chain_of(BETA, catalog=twice), event("Nimbus", FailureKind.OUTAGE)
    )
    assert np.array_equal(once_patterns.probability, twice_patterns.probability)


def test_a_path_names_the_way_from_root_to_service() -> None:
    chain = chain_of(BETA)
    assert chain.path("Nimbus", BETA.node, FailureKind.OUTAGE) == (
        "Nimbus",
        "Beta",
        "Beta API",
        BETA.node,
    )
    assert chain.path("Nimbus", BETA.node, FailureKind.WIND_DOWN) == ()
