"""The spread of a falter against the bound of the input-output model."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.catalog.falters import FalterKind
from risk.catalog.records import LinkEffect
from risk.hazard.durations import FixedDuration
from risk.hazard.events import Event
from risk.hazard.patterns import event_patterns
from risk.hazard.supply_chain import Endpoint, SupplyChain
from risk.portfolio.inoperability import expected_severity, inoperability, inoperability_of
from tests.small_world import service

OUTAGE = FalterKind.OUTAGE
chance = st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])


def outage_of(root: str, severity: float = 1.0) -> Event:
    return Event(
        root=root,
        kind=OUTAGE,
        level="",
        rate_per_year=1.0,
        severity=severity,
        duration=FixedDuration(1.0),
        notice_days=0.0,
    )


def chain_of(links: dict[tuple[int, int], tuple[float, float]], count: int) -> SupplyChain:
    """Nodes 0 … count-1 are all endpoints; every link leads from a lower to a higher number."""
    endpoints = tuple(Endpoint(service(f"s{i}", "d", "h"), f"m{i}") for i in range(count))
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from(one.node for one in endpoints)
    for (low, high), (probability, gain) in links.items():
        effects = {OUTAGE: LinkEffect(probability=probability, gain=gain)}
        graph.add_edge(endpoints[low].node, endpoints[high].node, effects=effects)
    return SupplyChain(graph, endpoints)


@st.composite
def random_chains(draw: st.DrawFn) -> SupplyChain:
    count = draw(st.integers(2, 6))
    pairs = [(a, b) for b in range(count) for a in range(b)]
    # At most ten links, so that every pattern of passing and stopping is enumerated.
    linked = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=10))
    return chain_of({pair: (draw(chance), draw(chance)) for pair in linked}, count)


def test_a_common_ancestor_is_counted_once_by_the_model_and_twice_by_the_bound() -> None:
    # 0 → 1 → 3 and 0 → 2 → 3, each first link certain, each second one passing half of the time:
    # P(3 down) = 1 - ½ · ½ = ¾, the bound adds ½ + ½ = 1.
    chain = chain_of({(0, 1): (1, 1), (0, 2): (1, 1), (1, 3): (0.5, 1), (2, 3): (0.5, 1)}, 4)
    event = outage_of(chain.endpoints[0].node)
    last = chain.endpoints[3].node
    assert expected_severity(event_patterns(chain, event))[last] == pytest.approx(0.75)
    assert inoperability_of(chain, event)[last] == pytest.approx(1.0)


@settings(max_examples=150, deadline=None)
@given(random_chains(), st.sampled_from([0.2, 1.0]))
def test_expected_severity_never_exceeds_the_bound(chain: SupplyChain, severity: float) -> None:
    event = outage_of(chain.endpoints[0].node, severity)
    bound = inoperability_of(chain, event)
    for node, value in expected_severity(event_patterns(chain, event)).items():
        assert value <= bound[node] + 1e-9


def test_along_a_single_path_both_are_the_product_of_its_links() -> None:
    # ½ · 0.8 · 0.4 · 1 = .16 of a root that is wholly down.
    chain = chain_of({(0, 1): (0.5, 0.8), (1, 2): (0.4, 1.0)}, 3)
    event = outage_of(chain.endpoints[0].node)
    last = chain.endpoints[2].node
    assert expected_severity(event_patterns(chain, event))[last] == pytest.approx(0.16)
    assert inoperability_of(chain, event)[last] == pytest.approx(0.16)


def test_a_loop_that_damps_has_an_answer_and_one_that_does_not_is_refused() -> None:
    # q1 = 1 + ½ q2, q2 = ½ q1: q1 = 4/3, q2 = 2/3.
    damped = inoperability(np.array([[0, 0.5], [0.5, 0]]), np.array([1.0, 0.0]))
    assert damped == pytest.approx([4 / 3, 2 / 3])
    with pytest.raises(ValueError, match="without end"):
        inoperability(np.array([[0, 1.0], [1.0, 0]]), np.array([1.0, 0.0]))
