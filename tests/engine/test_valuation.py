"""The engine says of a whole portfolio what the formulas say of each startup in each event."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fixtures
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.loading import load_catalog
from risk.catalog.records import Catalog
from risk.engine import kernels
from risk.engine.exposures import portfolio_columns
from risk.engine.states import customer_templates
from risk.engine.valuation import Prepared, measure, prepare, value
from risk.inventory.records import Portfolio, Requirement
from risk.portfolio.book import Book, all_losses, open_book
from tests.metamorphic.world import WORLD, dependencies
from tests.small_world import TODAY, dependency, portfolio, startup

FOLDER = Path(fixtures.__file__).parent
COUNTRIES = ("US", "DE", None)


def laid_out(book: Book, assumptions: Assumptions) -> Prepared:
    columns = portfolio_columns(((one.numbers, one.placed) for one in book.members), assumptions)
    return prepare(columns, customer_templates(book.events), assumptions)


def opened(
    held: Portfolio, world: Catalog = WORLD, assumptions: Assumptions = DEFAULTS
) -> tuple[Book, Prepared]:
    book = open_book(held, catalog=world, assumptions=assumptions, today=TODAY)
    return book, laid_out(book, assumptions)


def one_by_one(book: Book, assumptions: Assumptions = DEFAULTS) -> np.ndarray:
    """Each startup's expected loss a year from its own event losses."""
    losses = all_losses(book, assumptions)
    return np.array(
        [
            sum(
                float((one.event.rate_per_year * one.expected_by_draw(one.loss.total)).mean())
                for one in losses[member.startup.name]
            )
            for member in book.members
        ]
    )


def by_engine(prepared: Prepared) -> np.ndarray:
    valued = value(prepared, measure(prepared.states, prepared.states.rates))
    return valued.by_startup(prepared)


@st.composite
def books(draw: st.DrawFn) -> Portfolio:
    """A few startups with up to three dependencies, of any requirement, in several countries."""
    held = []
    for place in range(draw(st.integers(1, 4))):
        members = [
            draw(dependencies(key=f"{place}.{number}")) for number in range(draw(st.integers(1, 3)))
        ]
        named = draw(st.sampled_from((None, "Alpha", "Beta")))
        members = [replace(one, fallback_developer=named, fallback_host=named) for one in members]
        made = startup(f"S{place}", *members, requirement=draw(st.sampled_from(list(Requirement))))
        country = draw(st.sampled_from(COUNTRIES))
        revenue = draw(st.sampled_from((None, 3_650_000.0, 50_000.0)))
        held.append(replace(made, country=country, annual_revenue_usd=revenue))
    return portfolio(*held)


@settings(max_examples=40, deadline=None)
@given(held=books())
def test_expected_losses_equal_those_of_every_startup_by_itself(held: Portfolio) -> None:
    book, prepared = opened(held)
    expected = one_by_one(book)
    assert by_engine(prepared) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(
    held=books(),
    churn=st.floats(0.1, 0.9),
    queue=st.floats(0, 30),
    dearer=st.floats(0, 1),
    shared=st.floats(0, 1),
)
def test_they_do_so_under_any_assumptions(
    held: Portfolio, churn: float, queue: float, dearer: float, shared: float
) -> None:
    changes = {
        "churn_maximum": churn,
        "queue_days": queue,
        "replacement_price_change": dearer,
        "fallback_shared_root": shared,
    }
    assumptions = override(DEFAULTS, changes)
    book, prepared = opened(held, assumptions=assumptions)
    expected = one_by_one(book, assumptions)
    assert by_engine(prepared) == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_the_demo_portfolio_costs_the_same_either_way() -> None:
    catalog = load_catalog(FOLDER)
    book, prepared = opened(demo_portfolio(catalog), catalog)
    assert by_engine(prepared) == pytest.approx(one_by_one(book), rel=1e-9)


def test_the_compiled_loop_gives_what_plain_python_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = load_catalog(FOLDER)
    _, prepared = opened(demo_portfolio(catalog), catalog)
    rates = measure(prepared.states, prepared.states.rates)
    plain = value(prepared, rates)
    monkeypatch.setattr(kernels, "COMPILED_FROM", 0)
    compiled = value(prepared, rates)
    assert plain.rows.sum() > 0
    assert compiled.rows == pytest.approx(plain.rows, rel=1e-12)
    assert compiled.curves == pytest.approx(plain.curves, rel=1e-12)
    assert compiled.single == pytest.approx(plain.single, rel=1e-12)


def test_a_change_of_one_rate_moves_only_those_whom_it_reaches() -> None:
    # Twice Alpha's rates: what is added equals what Alpha's events cost before.
    _, prepared = opened(
        portfolio(
            startup("A", dependency("a", "Alpha", "Alpha")),
            startup("B", dependency("b", "Beta", "Beta")),
        )
    )
    rates = prepared.states.rates
    alphas = np.array([one.root == "Alpha" for one in prepared.states.events])
    added = value(
        prepared, measure(prepared.states, np.where(alphas, rates, 0.0)), deposit=False, some=True
    ).by_startup(prepared)
    doubled = value(prepared, measure(prepared.states, np.where(alphas, 2 * rates, rates)))
    before = by_engine(prepared)
    assert doubled.by_startup(prepared) == pytest.approx(before + added, rel=1e-12)
    assert added[1] == 0
    assert added[0] > 0
