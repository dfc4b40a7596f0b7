"""Routes that no event tells apart are one, and nothing is lost by it."""

from pathlib import Path

import numpy as np
import pytest

import fixtures
from benchmarks.invented_register import invented_register
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.engine.exposures import Route, portfolio_columns
from risk.engine.routes import merged_routes, reaching, without_others
from risk.engine.states import RouteStates, State, customer_templates, route_states
from risk.inventory.records import Dependency
from risk.portfolio.book import open_book
from tests.engine.test_valuation import by_engine, laid_out, one_by_one
from tests.metamorphic.world import WORLD
from tests.small_world import TODAY, dependency, portfolio, startup

ALPHA, BETA = "Alpha", "Beta"


CATALOG = load_catalog(Path(fixtures.__file__).parent)


def on(key: str, developer: str) -> Dependency:
    return dependency(key, developer, developer)


def _states(states: RouteStates, route: int) -> set[State | None]:
    return {states.state[row] for row in np.flatnonzero(states.row_route == route)}


def test_another_supplier_of_the_same_startup_does_not_make_another_route() -> None:
    # One asks Alpha alone, Two asks Alpha and Beta. Beta may cut Two off, which leaves what Two
    # asks of Alpha as it is: its way to Alpha is One's way to Alpha.
    held = portfolio(
        startup("One", on("1.0", ALPHA)), startup("Two", on("2.0", ALPHA), on("2.1", BETA))
    )
    book = open_book(held, catalog=WORLD, assumptions=DEFAULTS, today=TODAY)
    events = customer_templates(book.events)
    columns = portfolio_columns(((one.numbers, one.placed) for one in book.members), DEFAULTS)
    assert [one.suppliers for one in columns.routes] == [(ALPHA,), (ALPHA, BETA), (ALPHA, BETA)]
    merged = merged_routes(columns, events)
    assert [one.suppliers for one in merged.routes] == [(ALPHA,), (BETA,)]
    assert [merged.routes[one].endpoint for one in merged.exposures.route] == [
        columns.routes[one].endpoint for one in columns.exposures.route
    ]
    # Done once, it is done.
    assert merged_routes(merged, events) is merged


def test_a_supplier_whose_falter_reaches_the_endpoint_stays() -> None:
    held = portfolio(startup("One", on("1.0", ALPHA)))
    book = open_book(held, catalog=WORLD, assumptions=DEFAULTS, today=TODAY)
    suppliers = reaching(customer_templates(book.events))
    (endpoint,) = {one.endpoint for one in book.members[0].placed.places.values()}
    known = Route(endpoint, None, (ALPHA, "nobody"))
    assert without_others(known, suppliers).suppliers == (ALPHA,)
    assert without_others(Route("elsewhere", None, (ALPHA,)), suppliers).suppliers == ()


def test_the_demo_and_an_invented_portfolio_need_fewer_states_for_the_same_losses() -> None:
    for held in (demo_portfolio(CATALOG), invented_register(40)):
        book = open_book(held, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY)
        events = customer_templates(book.events)
        pairs = [(one.numbers, one.placed) for one in book.members]
        columns = portfolio_columns(pairs, DEFAULTS)
        merged = merged_routes(columns, events)
        assert len(merged.routes) < len(columns.routes)
        before = route_states(columns.routes, columns.countries, events, DEFAULTS)
        after = route_states(merged.routes, merged.countries, events, DEFAULTS)
        assert len(after.state) < len(before.state)
        # A route keeps every state that it had.
        for place, route in enumerate(columns.routes):
            own = merged.routes.index(without_others(route, reaching(events)))
            assert _states(before, place) == _states(after, own)
        assert by_engine(laid_out(book, DEFAULTS)).sum() == pytest.approx(
            one_by_one(book).sum(), rel=1e-9
        )
