"""What the parts of a portfolio stand on, looked at part by part, and what all of it stands on.

The supply chain and its events are those of the whole portfolio, so every part must first say
what it depends on. docs/scale.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.engine.exposures import Route, routes_of
from risk.engine.grouped import EACH_CUSTOMER
from risk.engine.routes import reaching, without_others
from risk.engine.states import customer_templates
from risk.exposure.numbers import (
    DependencyNumbers,
    UseCaseNumbers,
    buffer_days,
    exposed_use_cases,
    numbers_of,
)
from risk.exposure.places import place_startup
from risk.hazard.patterns import EventPatterns
from risk.hazard.supply_chain import Endpoint, SupplyChain
from risk.inventory.records import Requirement, Startup
from risk.portfolio.book import chain_on
from risk.portfolio.engine_cuts import KnownPairs
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

    ``asked_…`` is the same if every open question is a yes; the rest is as in :class:`Survey`, with
    routes merged that no event tells apart.
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

    @cached_property
    def known_pairs(self) -> KnownPairs:
        """What parts that are scored in one process find once for all of them."""
        return KnownPairs(self.templates)


def survey_of(
    startups: Iterable[Startup], *, catalog: Catalog, assumptions: Assumptions, today: date
) -> Survey:
    """What these startups stand on."""
    startups = tuple(startups)
    placed = [place_startup(one, catalog) for one in startups]
    routes: dict[Route, None] = {}
    shapes: dict[Shape, UseCaseNumbers] = {}
    for startup, where in zip(startups, placed, strict=True):
        own = routes_of(where)
        routes.update(dict.fromkeys(own.values()))
        for shape, number in _shapes(startup, own, assumptions):
            if shape not in shapes:
                numbers = numbers_of(startup, assumptions=assumptions, today=today)
                shapes[shape] = _one_draw(numbers.use_cases[number])
    asked = [place_startup(one, catalog) for one in asked_startups(startups)]
    return Survey(
        startups=len(startups),
        endpoints=frozenset(end for one in placed for end in one.endpoints),
        customers=frozenset(customer[1:] for one in placed for customer in one.customers),
        asked_endpoints=frozenset(end for one in asked for end in one.endpoints),
        asked_customers=frozenset(customer[1:] for one in asked for customer in one.customers),
        routes=tuple(routes),
        countries=tuple(dict.fromkeys(one.country or "" for one in startups)),
        shapes=shapes,
    )


def _shapes(
    startup: Startup, routes: Mapping[str, Route], assumptions: Assumptions
) -> Iterable[tuple[Shape, int]]:
    """The shapes of a startup's use cases whose dependencies stand or fall together, by number."""
    for number, (case, models) in enumerate(exposed_use_cases(startup)):
        if case.requirement is not Requirement.SHARED and len(models) > 1:
            path = tuple(routes[one.key] for one in models)
            delay = buffer_days(case, assumptions)
            yield (case.requirement, delay, path, startup.country or ""), number


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
    suppliers = reaching(templates)
    known = {one: without_others(one, suppliers) for one in survey.routes}
    return Ground(
        catalog=catalog,
        assumptions=assumptions,
        today=today,
        chain=chain,
        templates=templates,
        asked_chain=asked_chain,
        asked_templates=asked_templates,
        routes=tuple(dict.fromkeys(known.values())),
        countries=survey.countries,
        shapes={
            (requirement, delay, tuple(known[one] for one in path), country): numbers
            for (requirement, delay, path, country), numbers in survey.shapes.items()
        },
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
