"""A portfolio scored startup by startup and by the engine: every figure is the same."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import fixtures
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.engine import batch_loops, cells, kernels
from risk.engine.part_loops import fast_divide, fast_lay_out_means
from risk.engine.startup_loops import fast_lay_out
from risk.exposure.priors import DRAWS
from risk.inventory.records import Portfolio
from risk.portfolio import startup_figures as figures
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.compiling import compile_engine
from risk.portfolio.own_years import engine_years
from tests.engine.test_valuation import books, opened
from tests.metamorphic.world import WORLD
from tests.small_world import TODAY, dependency, portfolio, startup

FOLDER = Path(fixtures.__file__).parent


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Every place at which two results are not equal to nine digits."""
    if is_dataclass(one):
        return [
            line
            for field in fields(one)
            for line in differences(
                getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}"
            )
        ]
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        return [line for key in one for line in differences(one[key], other[key], f"{where}.{key}")]
    if isinstance(one, tuple):
        assert len(one) == len(other), where
        pairs = enumerate(zip(one, other, strict=True))
        return [line for at, pair in pairs for line in differences(*pair, f"{where}[{at}]")]
    if isinstance(one, float):
        return (
            [] if one == pytest.approx(other, rel=1e-9, abs=1e-6) else [f"{where}: {one} {other}"]
        )
    return [] if one == other else [f"{where}: {one} {other}"]


def both_ways(held: Portfolio, world: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def scored(many: int) -> Any:
        monkeypatch.setattr(figures, "MANY", many)
        return assess_portfolio(held, catalog=world, assumptions=DEFAULTS, today=TODAY)

    return differences(scored(1_000_000), scored(0))


def test_every_figure_of_the_demo_portfolio_is_the_same_either_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalog = load_catalog(FOLDER)
    assert both_ways(demo_portfolio(catalog), catalog, monkeypatch) == []


@settings(max_examples=15, deadline=None)
@given(held=books())
def test_every_figure_of_any_portfolio_is_the_same_either_way(held: Portfolio) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert both_ways(held, WORLD, patch) == []


def test_what_each_dependency_and_event_costs_sums_to_the_startups_expected_loss() -> None:
    book, prepared = opened(
        portfolio(
            startup("A", dependency("a", "Alpha", "Alpha"), dependency("b", "Beta", "Beta")),
            startup("B", dependency("c", "Beta", "Beta")),
        )
    )
    found = engine_years(book.members, prepared, book.events, DEFAULTS)
    assert set(found.years) == {"A", "B"}
    for one in found.years.values():
        assert one.loss.part_aal_usd.sum() == pytest.approx(one.loss.aal_usd.mean(), rel=1e-12)
        assert one.loss.part_tvar95_usd.sum() == pytest.approx(one.loss.tvar95_usd.mean())
    # Nothing backs any of them up: whatever stops a dependency wholly stops its part.
    parts = found.parts
    alone = found.parts.dependency == found.dependency_key.index("c")
    assert parts.stopped_usd[alone] == pytest.approx(parts.aal_usd[alone], rel=1e-12)


def test_a_startup_with_too_many_dependencies_is_taken_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = [dependency(f"d{place}", "Alpha", "Alpha") for place in range(65)]
    held = portfolio(startup("Many", *many), startup("One", dependency("x", "Beta", "Beta")))
    book, prepared = opened(held)
    found = engine_years(book.members, prepared, book.events, DEFAULTS)
    assert set(found.years) == {"One"}
    assert both_ways(held, WORLD, monkeypatch) == []


def test_compiling_ahead_takes_a_portfolio_through_every_loop() -> None:
    count = compile_engine(WORLD)
    assert count * DRAWS >= kernels.COMPILED_FROM
    for loop in (
        batch_loops.fast(),
        cells.fast(),
        fast_lay_out(),
        fast_lay_out_means(),
        fast_divide(),
    ):
        assert loop.signatures  # type: ignore[attr-defined] # of numba's compiled functions
