"""Routes that no event tells apart are one route.

A startup's direct suppliers matter to a route only where their falter towards one customer alone
reaches its endpoint. Without the others a million startups go a few hundred ways instead of tens of
thousands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from risk.engine.exposures import PortfolioColumns, Route
from risk.hazard.patterns import EventPatterns

#: By endpoint the suppliers whose falter towards one customer alone reaches it.
Reaching = Mapping[str, frozenset[str]]


def reaching(catalogue: Iterable[EventPatterns]) -> Reaching:
    """Which suppliers' customers a catalogue treats apart, by endpoint."""
    found: dict[str, set[str]] = {}
    for one in catalogue:
        if one.event.only_startup is not None:
            for node in one.severity:
                found.setdefault(node, set()).add(one.event.root)
    return {node: frozenset(suppliers) for node, suppliers in found.items()}


def without_others(route: Route, suppliers: Reaching) -> Route:
    """The same route with the suppliers that matter to it alone."""
    own = suppliers.get(route.endpoint, frozenset())
    return replace(route, suppliers=tuple(one for one in route.suppliers if one in own))


def merged_routes(
    columns: PortfolioColumns, catalogue: Iterable[EventPatterns]
) -> PortfolioColumns:
    """The same columns with one route in place of those that the catalogue treats alike."""
    suppliers = reaching(catalogue)
    number: dict[Route, int] = {}
    place = [
        number.setdefault(without_others(one, suppliers), len(number)) for one in columns.routes
    ]
    if tuple(number) == columns.routes:
        return columns
    renumbered = np.array(place, dtype=np.int32)
    exposures = columns.exposures
    return replace(
        columns,
        routes=tuple(number),
        exposures=replace(exposures, route=renumbered[exposures.route]),
        grouped=tuple(
            replace(one, routes=tuple(place[route] for route in one.routes))
            for one in columns.grouped
        ),
    )
