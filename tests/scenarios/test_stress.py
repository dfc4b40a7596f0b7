"""Stress tests: who is hit, through whom, and sums that add up."""

from pathlib import Path

import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.scenarios.library import load_scenarios
from risk.scenarios.results import Scenario, StressResult
from risk.scenarios.stress import UnknownRoot, stress_portfolio
from tests.small_world import TODAY, dependency, portfolio, rate, small_catalog, startup

FIXTURES = Path(__file__).parents[2] / "fixtures"
WORLD = small_catalog(rates=(rate("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14),))
BOOK = portfolio(
    startup("Direct", dependency("d", "Alpha", "Alpha")),
    startup("Copied", dependency("c", "Alpha", "Cloud")),
    startup("Beside", dependency("b", "Beta", "Beta")),
)


def stress(root: str, kind: FalterKind, **settings: float) -> StressResult:
    scenario = Scenario(id="", title="", root=root, kind=kind, **settings)  # type: ignore[arg-type]
    return stress_portfolio(BOOK, scenario, catalog=WORLD, assumptions=DEFAULTS, today=TODAY)


def test_a_wind_down_hits_direct_customers_whole_and_copies_with_their_probability() -> None:
    result = stress("Alpha", FalterKind.WIND_DOWN)
    losses = {one.startup: one.loss_usd for one in result.startups}
    # 383,539 each if hit (tests/exposure/test_vulnerability.py); the copy is hit in one of five.
    assert losses["Direct"] == pytest.approx(383_539, abs=5)
    assert losses["Copied"] == pytest.approx(0.2 * 383_539, abs=2)
    assert result.unaffected == ("Beside",)
    assert result.startups[1].hit_through == ("Alpha → Alpha on Cloud (20 %)",)


def test_a_slow_wind_down_reaches_copies_more_often_but_leaves_time_to_switch() -> None:
    slow = stress("Alpha", FalterKind.WIND_DOWN, notice_days=90)
    by_name = {one.startup: one for one in slow.startups}
    assert by_name["Copied"].hit_probability == pytest.approx(0.5)
    # T_sw = 17 days < 90: no day is lost; quality 67,500 and switching 9,500 remain.
    assert by_name["Direct"].lost_service_days == 0
    assert by_name["Direct"].loss_usd == pytest.approx(77_000)


def test_totals_are_sums_and_parts_are_losses() -> None:
    for kind in (FalterKind.OUTAGE, FalterKind.WIND_DOWN, FalterKind.PRICE_SHOCK):
        result = stress("Alpha", kind)
        assert result.total_usd == pytest.approx(sum(one.loss_usd for one in result.startups))
        for one in result.startups:
            assert sum(one.parts.values()) == pytest.approx(one.loss_usd)


def test_the_path_rises_from_the_first_day_to_the_total() -> None:
    for kind in (FalterKind.OUTAGE, FalterKind.WIND_DOWN):
        result = stress("Alpha", kind)
        losses = [usd for _, usd in result.by_day]
        assert losses == sorted(losses)
        assert losses[-1] == pytest.approx(result.total_usd)


def test_an_outage_uses_exactly_the_days_given() -> None:
    # U = 0.5: interruption 10,000 · 0.5 · 0.8 = 4,000.
    result = stress("Alpha", FalterKind.OUTAGE, days=0.5)
    direct = result.startups[0]
    assert direct.parts["interruption"] == pytest.approx(4_000)
    assert direct.lost_service_days == pytest.approx(0.5)


def test_a_leadership_crisis_charges_nothing_itself() -> None:
    result = stress("Alpha", FalterKind.LEADERSHIP_CRISIS)
    assert result.total_usd == 0
    assert "stops no service" in result.note


def test_the_root_is_found_whatever_its_case_and_an_unknown_one_is_named() -> None:
    assert stress("alpha", FalterKind.OUTAGE).scenario.root == "Alpha"
    with pytest.raises(UnknownRoot, match="'Gamma' is not a provider"):
        stress("Gamma", FalterKind.OUTAGE)


@pytest.fixture(scope="module")
def named() -> dict[str, Scenario]:
    return load_scenarios(FIXTURES)


def test_every_named_scenario_has_a_source_and_runs_on_the_demo(
    named: dict[str, Scenario], catalog: Catalog, demo: Portfolio
) -> None:
    assert len(named) >= 14
    for scenario in named.values():
        assert scenario.sources
        assert scenario.summary
        result = stress_portfolio(
            demo, scenario, catalog=catalog, assumptions=DEFAULTS, today=TODAY
        )
        assert result.total_usd >= 0
        hit = scenario.kind is not FalterKind.LEADERSHIP_CRISIS
        assert bool(result.startups) is hit, scenario.id


def test_openai_winding_down_hits_azure_customers_and_spares_those_on_anthropic_alone(
    named: dict[str, Scenario], catalog: Catalog, demo: Portfolio
) -> None:
    result = stress_portfolio(
        demo, named["openai-wind-down"], catalog=catalog, assumptions=DEFAULTS, today=TODAY
    )
    ways = {way for one in result.startups for way in one.hit_through}
    assert "OpenAI → Azure OpenAI Service (20 %)" in ways
    developers = {
        one.name: {each.developer for case in one.use_cases for each in case.dependencies}
        for one in demo.startups
    }
    only_anthropic = {name for name, found in developers.items() if found == {"Anthropic"}}
    assert only_anthropic
    assert only_anthropic <= set(result.unaffected)
