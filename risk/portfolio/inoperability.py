"""An independent bound on how far a falter spreads: the inoperability input-output model.

q = (I - A)⁻¹ c with A_vu = π g of the link u → v (Haimes and Santos; Lian and Haimes 2006). It
adds the shortfalls of all that stands behind a node, where this model takes the noisy-OR of them;
the union bound says that the sum is never less. docs/method.md §5.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk.hazard.events import Event
from risk.hazard.patterns import LONG_NOTICE_DAYS, EventPatterns
from risk.hazard.supply_chain import SupplyChain

Array = NDArray[np.float64]


def inoperability(shares: Array, shock: Array) -> Array:
    """Expected shortfall q = (I - A)⁻¹ c of each node, (nodes,); not limited to 1.

    Args:
        shares: A (nodes, nodes), A[v, u] the part of u's shortfall that reaches v.
        shock: c (nodes,), shortfall that begins at each node.

    Raises:
        ValueError: shortfalls feed back on themselves without end (spectral radius of A not
            below 1).
    """
    radius = float(np.abs(np.linalg.eigvals(shares)).max(initial=0.0))
    if radius >= 1:
        raise ValueError(f"Shortfalls grow without end: the spectral radius is {radius:.2f}.")
    return np.asarray(np.linalg.solve(np.eye(len(shock)) - shares, shock))


def inoperability_of(chain: SupplyChain, event: Event) -> Mapping[str, float]:
    """The bound at every node of a chain for one event that begins at its roots."""
    nodes = list(chain.graph.nodes)
    place = {name: i for i, name in enumerate(nodes)}
    shares = np.zeros((len(nodes), len(nodes)))
    for upstream, downstream, data in chain.graph.edges(data=True):
        effect = data["effects"].get(event.kind)
        if effect is None:
            continue
        chance = effect.probability
        if effect.probability_long_notice is not None and event.notice_days >= LONG_NOTICE_DAYS:
            chance = effect.probability_long_notice
        shares[place[downstream], place[upstream]] = chance * effect.gain
    shock = np.zeros(len(nodes))
    for root, severity in event.sources:
        if root in place:
            shock[place[root]] = severity
    return dict(zip(nodes, (float(one) for one in inoperability(shares, shock)), strict=True))


def expected_severity(one: EventPatterns) -> Mapping[str, float]:
    """This model's mean severity at every endpoint that the event reaches."""
    return {node: float(values @ one.probability) for node, values in one.severity.items()}
