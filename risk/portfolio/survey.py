"""What the parts of a portfolio stand on, looked at part by part, and what all of it stands on.

The supply chain and its events are those of the whole portfolio, so every part must first say
what it depends on. docs/scale.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.engine.exposures import Route, portfolio_columns
from risk.engine.grouped import EACH_CUSTOMER
from risk.engine.states import customer_templates
from risk.exposure.numbers import DependencyNumbers, UseCaseNumbers
from risk.exposure.places import place_startup
from risk.hazard.patterns import EventPatterns
from risk.hazard.supply_chain import Endpoint, SupplyChain
from risk.inventory.records import Requirement, Startup
from risk.portfolio.book import chain_on, member_of
from risk.portfolio.open_questions import asked_startups

#: Requirement, delay in days, routes and country: alike use cases have all of them in common.
Shape = tuple[Requirement, float, tuple[Route, ...], str]


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What startups stand on: endpoints, and (country, supplier) of direct customers.

    ``asked_…`` is the same if every open question is a yes. ``routes`` and ``countries`` are in
    the order in which they were met. ``shapes`` are those of use cases whose dependencies stand
    or fall together, each with one that has it.
    """

    startups: int = 0
    endpoints: frozenset[Endpoint] = frozenset()
    customers: frozenset[tuple[str, str]] = frozenset()
    asked_endpoints: frozenset[Endpoint] = frozenset()
    asked_customers: frozenset[tuple[str, str]] = frozenset()
    routes: tuple[Route, ...] = ()
    countries: tuple[str, ...] = ()
    shapes: Mapping[Shape, UseCaseNumbers]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The supply chain behind a whole portfolio, with one event for all customers of a supplier.

    ``asked_…`` is the same if every open question is a yes; the rest is as in :class:`Survey`.
    """

    catalog: Catalog
    assumptions: Assumptions
    today: date
    chain: SupplyChain
    templates: tuple[EventPatterns, ...]
    asked_chain: SupplyChain
    asked_templates: tuple[EventPatterns, ...]
    routes: tuple[Route, ...]
    countries: tuple[str, ...]
    shapes: Mapping[Shape, UseCaseNumbers]


def survey_of(
    startups: Iterable[Startup], *, catalog: Catalog, assumptions: Assumptions, today: date
) -> Survey:
    """What these startups stand on."""
    startups = tuple(startups)
    members = [
        member_of(one, catalog=catalog, assumptions=assumptions, today=today) for one in startups
    ]
    columns = portfolio_columns(((one.numbers, one.placed) for one in members), assumptions)
    shapes: dict[Shape, UseCaseNumbers] = {}
    for case in columns.grouped:
        routes = tuple(columns.routes[one] for one in case.routes)
        country = columns.countries[case.country]
        shape = (case.numbers.requirement, case.numbers.buffer_days, routes, country)
        if shape not in shapes:
            shapes[shape] = _one_draw(case.numbers)
    asked = [place_startup(one, catalog) for one in asked_startups(startups)]
    return Survey(
        startups=len(startups),
        endpoints=frozenset(end for one in members for end in one.placed.endpoints),
        customers=frozenset(one[1:] for member in members for one in member.placed.customers),
        asked_endpoints=frozenset(end for one in asked for end in one.endpoints),
        asked_customers=frozenset(customer[1:] for one in asked for customer in one.customers),
        routes=columns.routes,
        countries=columns.countries,
        shapes=shapes,
    )


def joined(surveys: Iterable[Survey]) -> Survey:
    """What all of them stand on."""
    whole = Survey(shapes={})
    routes: dict[Route, None] = {}
    countries: dict[str, None] = {}
    shapes: dict[Shape, UseCaseNumbers] = {}
    for one in surveys:
        whole = replace(
            whole,
            startups=whole.startups + one.startups,
            endpoints=whole.endpoints | one.endpoints,
            customers=whole.customers | one.customers,
            asked_endpoints=whole.asked_endpoints | one.asked_endpoints,
            asked_customers=whole.asked_customers | one.asked_customers,
        )
        routes.update(dict.fromkeys(one.routes))
        countries.update(dict.fromkeys(one.countries))
        shapes = {**one.shapes, **shapes}
    return replace(whole, routes=tuple(routes), countries=tuple(countries), shapes=shapes)


def ground_of(survey: Survey, *, catalog: Catalog, assumptions: Assumptions, today: date) -> Ground:
    """The supply chain and the events behind a whole portfolio."""

    def behind(
        endpoints: frozenset[Endpoint], customers: frozenset[tuple[str, str]]
    ) -> tuple[SupplyChain, tuple[EventPatterns, ...]]:
        each = [(EACH_CUSTOMER, *one) for one in sorted(customers)]
        chain, events = chain_on(
            endpoints, each, catalog=catalog, assumptions=assumptions, today=today
        )
        return chain, customer_templates(events)

    chain, templates = behind(survey.endpoints, survey.customers)
    asked_chain, asked_templates = behind(survey.asked_endpoints, survey.asked_customers)
    return Ground(
        catalog=catalog,
        assumptions=assumptions,
        today=today,
        chain=chain,
        templates=templates,
        asked_chain=asked_chain,
        asked_templates=asked_templates,
        routes=survey.routes,
        countries=survey.countries,
        shapes=survey.shapes,
    )


def _one_draw(case: UseCaseNumbers) -> UseCaseNumbers:
    """The same with the first draw of unknown facts alone."""
    return replace(
        case,
        margin_usd_per_day=case.margin_usd_per_day[:1],
        dependencies=tuple(_first(one) for one in case.dependencies),
    )


def _first(one: DependencyNumbers) -> DependencyNumbers:
    arrays: dict[str, Any] = {
        name: values[:1] for name, values in one.__dict__.items() if isinstance(values, np.ndarray)
    }
    return replace(one, **arrays)
