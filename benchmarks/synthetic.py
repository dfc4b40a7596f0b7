"""Invented portfolios of any size, as columns: who depends on whom as unevenly as in life.

Popularity of models follows a Zipf law; sizes of companies are lognormal. Everything comes from
one seed. A startup has 4.5 use cases on average, most without a fallback that deserves the name.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.invented_register import COUNTRIES, PLACES
from risk.assumptions import Assumptions
from risk.catalog.loading import load_catalog
from risk.catalog.lookup import service_for
from risk.catalog.records import Catalog
from risk.engine.exposures import Exposures, PortfolioColumns, Profile, Route
from risk.engine.grouped import EACH_CUSTOMER
from risk.hazard.event_catalogue import event_catalogue
from risk.hazard.patterns import EventPatterns, event_patterns
from risk.hazard.supply_chain import Endpoint, build_supply_chain, developer_node

Array = NDArray[np.float64]
FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)
USE_CASES = 4.5
#: Effectiveness and days until it takes over, of no, documented, untested, tested, automatic.
FALLBACKS = ((0.0, 0.0), (0.2, 1.0), (0.5, 0.1), (0.8, 0.02), (0.95, 0.002))
FALLBACK_SHARES = (0.5, 0.2, 0.15, 0.1, 0.05)
BUFFERS = (1 / 24, 1.0)


def synthetic_columns(
    startups: int, *, catalog: Catalog, seed: int = 7
) -> tuple[PortfolioColumns, tuple[Endpoint, ...]]:
    """Columns of an invented portfolio, and the endpoints that it stands on."""
    draw = np.random.default_rng(seed)
    endpoints = tuple(
        Endpoint(service_for(catalog, developer, host), model)
        for developer, host, models in PLACES
        for model in models
    )
    rows = int(startups * USE_CASES)
    startup = np.sort(
        np.concatenate([np.arange(startups), draw.integers(0, startups, rows - startups)])
    )
    popularity = 1 / np.arange(1, len(endpoints) + 1)
    main = draw.choice(len(endpoints), rows, p=popularity / popularity.sum())
    second = draw.choice(len(endpoints), rows, p=popularity / popularity.sum())
    state = draw.choice(len(FALLBACKS), rows, p=FALLBACK_SHARES)
    named = (state >= 2) & (draw.random(rows) < 0.7) & (second != main)
    pair = main * (len(endpoints) + 1) + np.where(named, second, len(endpoints))
    present, route = np.unique(pair, return_inverse=True)
    buffer = draw.choice(len(BUFFERS), rows, p=(0.85, 0.15))
    return (
        PortfolioColumns(
            startups=range(startups),
            countries=COUNTRIES,
            routes=_routes(present, endpoints),
            profiles=tuple(
                Profile(BUFFERS[i], *FALLBACKS[k]) for i in range(2) for k in range(len(FALLBACKS))
            ),
            exposures=_exposures(draw, startup, route, buffer * len(FALLBACKS) + state, startups),
            grouped=(),
            draws=np.ones(startups, dtype=np.int32),
        ),
        endpoints,
    )


def catalogue_of(
    endpoints: Sequence[Endpoint], *, catalog: Catalog, assumptions: Assumptions
) -> tuple[EventPatterns, ...]:
    """The events behind these endpoints, one for all customers of a supplier."""
    chain = build_supply_chain(catalog, endpoints, assumptions)
    suppliers = {developer_node(one.service) for one in endpoints}
    customers = [
        (EACH_CUSTOMER, country, supplier) for country in COUNTRIES for supplier in suppliers
    ]
    events = event_catalogue(chain, catalog, assumptions, customers=customers, today=TODAY)
    # An access cut does not depend on the country, so one event stands for all customers.
    return tuple(event_patterns(chain, one) for one in dict.fromkeys(events))


def reference_catalog() -> Catalog:
    """The reference facts that ship with the product."""
    return load_catalog(FIXTURES)


def _routes(present: NDArray[np.int64], endpoints: Sequence[Endpoint]) -> tuple[Route, ...]:
    count = len(endpoints) + 1
    return tuple(
        Route(
            endpoints[int(code) // count].node,
            endpoints[int(code) % count].node if int(code) % count < count - 1 else None,
            (developer_node(endpoints[int(code) // count].service),),
        )
        for code in present
    )


def _exposures(
    draw: np.random.Generator,
    startup: NDArray[np.int64],
    route: NDArray[np.int64],
    profile: NDArray[np.int64],
    startups: int,
) -> Exposures:
    rows = len(startup)
    revenue = np.exp(draw.normal(np.log(2e6), 1.5, startups))
    engineers = np.maximum(1.0, revenue / 4e5) ** 0.7
    critical = draw.choice((0.1, 0.25, 0.5, 0.8, 1.0), rows)
    margin = revenue[startup] * 0.3 * critical / 365 / USE_CASES
    effort = draw.choice((0.5, 1.5, 3.0, 4.0, 6.0), rows)
    spend = revenue[startup] * 0.02 / 12 / USE_CASES
    legal = draw.choice((0.0, 14.0, 45.0), rows, p=(0.3, 0.5, 0.2))
    team = np.maximum(1.0, engineers * 0.5)[startup] ** 0.7
    country = draw.choice(len(COUNTRIES), startups, p=(0.45, 0.15, 0.1, 0.1, 0.08, 0.05, 0.07))

    def days(effort: Array) -> Array:
        return np.maximum(7 * effort / team, legal) + 3

    return Exposures(
        startup=startup.astype(np.int32),
        draw=np.zeros(rows, dtype=np.int32),
        route=route.astype(np.int32),
        profile=profile.astype(np.int32),
        country=country[startup].astype(np.int32),
        margin=margin,
        gate_other=days(effort * 1.25),
        gate_same=days(effort * 1.1),
        cost_other=effort * 1.25 * 4_000 + 2_000,
        cost_same=effort * 1.1 * 4_000 + 2_000,
        stranded=spend,
        spend=spend,
        fine_tuned=(draw.random(rows) < 0.05).astype(np.int8),
    )
