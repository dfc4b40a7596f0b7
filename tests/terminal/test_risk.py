"""Commands that score, stress and compare print exactly what is documented."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from risk.catalog.falters import FalterKind


def test_score_has_exactly_the_documented_fields(ask: Callable[..., Any]):
    document = ask("score", "--portfolio", "demo")
    assert set(document) == {"portfolio", "startups", "provenance"}
    assert set(document["portfolio"]) == {
        "startups",
        "aal_usd",
        "aal_interval_usd",
        "var95_usd",
        "tvar95_usd",
        "var99_usd",
        "tvar99_usd",
        "exceedance",
        "hhi",
        "effective_providers",
        "diversification_ratio",
        "tail_parts",
        "single_points",
        "pairs",
        "confidence",
    }
    levels = {"service", "developer", "host", "cloud"}
    assert set(document["portfolio"]["hhi"]) == levels
    assert set(document["portfolio"]["effective_providers"]) == levels | {"dependence_adjusted"}
    assert set(document["provenance"]) == {
        "model_version",
        "catalogue_date",
        "data_digest",
        "engine",
        "seed",
        "grid_error",
    }
    for startup in document["startups"]:
        assert set(startup) == {
            "startup",
            "score",
            "band",
            "aal_usd",
            "tvar95_usd",
            "tvar95_contribution_usd",
            "worst",
            "days_to_switch",
            "runway_months",
            "confidence",
            "confidence_share",
            "unknown",
            "parts",
            "next_action",
        }
        assert 0 <= startup["confidence_share"] <= 1
        for part in startup["parts"]:
            assert set(part) == {"use_case", "provider", "kind", "root", "score", "aal_usd"}


def test_the_portfolio_loses_what_its_startups_lose(ask: Callable[..., Any]):
    document = ask("score", "--portfolio", "demo")
    total = sum(startup["aal_usd"] for startup in document["startups"])
    assert document["portfolio"]["aal_usd"] == pytest.approx(total, rel=1e-6)
    assert document["portfolio"]["startups"] == len(document["startups"]) == 61


def test_single_points_and_the_number_of_independent_providers(ask: Callable[..., Any]):
    portfolio = ask("score", "--portfolio", "demo")["portfolio"]
    points = portfolio["single_points"]
    assert set(points[0]) == {"root", "kinds", "startups", "use_cases", "margin_share", "aal_usd"}
    assert {"OpenAI", "Anthropic"} <= {one["root"] for one in points}
    assert all(0 <= one["margin_share"] <= 1 and one["startups"] >= 1 for one in points)
    # Being stopped by one root alone is a part of the whole expected loss.
    assert sum(one["aal_usd"] for one in points) < portfolio["aal_usd"]
    numbers = portfolio["effective_providers"]
    assert 1 <= numbers["dependence_adjusted"] <= numbers["developer"]


def test_every_division_of_the_tail_sums_to_it_and_the_grid_is_told(ask: Callable[..., Any]):
    document = ask("score", "--portfolio", "demo")
    tail = document["portfolio"]["tvar95_usd"]
    divided = document["portfolio"]["tail_parts"]
    assert set(divided) == {"startup", "provider", "root", "kind"}
    for parts in divided.values():
        assert sum(one["tvar95_usd"] for one in parts) == pytest.approx(tail, rel=1e-6)
    assert {one["name"] for one in divided["kind"]} <= {kind.value for kind in FalterKind}
    assert 0 <= document["provenance"]["grid_error"] < 1e-3
    assert 0 < document["portfolio"]["diversification_ratio"] <= 1


def test_pairs_stop_only_together_and_weigh_little(ask: Callable[..., Any]):
    portfolio = ask("score", "--portfolio", "demo")["portfolio"]
    pair = portfolio["pairs"][0]
    assert set(pair) == {
        "roots",
        "kinds",
        "startups",
        "use_cases",
        "margin_share",
        "rate_per_year",
        "margin_usd_per_year",
    }
    assert all(len(set(one["roots"])) == 2 for one in portfolio["pairs"])
    assert portfolio["pairs"] == sorted(
        portfolio["pairs"], key=lambda one: -one["margin_usd_per_year"]
    )


def test_the_startup_without_a_language_model_loses_nothing(ask: Callable[..., Any]):
    document = ask("score", "--portfolio", "demo")
    control = next(one for one in document["startups"] if one["startup"] == "Stonewharf Masonry")
    assert control["aal_usd"] == 0
    assert control["parts"] == []


def test_another_assumption_changes_the_answer_only_this_once(ask: Callable[..., Any]):
    before = ask("score", "--portfolio", "demo")["portfolio"]["aal_usd"]
    tried = ask("score", "--portfolio", "demo", "--set", "criticality_5=0.5")["portfolio"]
    # A use case on which everything hangs now loses half as much, so the sum must fall.
    assert tried["aal_usd"] < before
    assert ask("score", "--portfolio", "demo")["portfolio"]["aal_usd"] == before


def test_simulated_years_are_named_with_their_seed_and_their_error(ask: Callable[..., Any]):
    words = ("score", "--portfolio", "demo", "--engine", "simulation", "--years", "2000")
    document = ask(*words, "--seed", "7")
    assert document["provenance"]["engine"] == "simulation"
    assert document["provenance"]["seed"] == 7
    assert set(document["simulation"]) == {
        "years",
        "seed",
        "aal_standard_error_usd",
        "tvar95_interval_usd",
        "tvar99_interval_usd",
        "interactions",
    }
    exact = ask("score", "--portfolio", "demo")
    assert "simulation" not in exact
    error = document["simulation"]["aal_standard_error_usd"]
    assert abs(document["portfolio"]["aal_usd"] - exact["portfolio"]["aal_usd"]) < 4 * error
    # 2,000 years hold four of what comes once in 500.
    assert document["portfolio"]["exceedance"][-1]["return_period_years"] == 500


def test_simulated_years_say_what_following_each_startup_changes(
    ask: Callable[..., Any], demo_url: str
):
    words = ("score", "--portfolio", "demo", "--engine", "simulation", "--years", "2000")
    document = ask(*words)
    found = document["simulation"]["interactions"]
    assert found["aal"]["additive_usd"] == document["portfolio"]["aal_usd"]
    parts = found["overlaps_usd"] + found["insolvency_usd"]
    assert found["aal"]["change_usd"] == pytest.approx(parts)
    # Overlaps are charged once; a startup that ends loses the rest of its year.
    assert found["overlaps_usd"] < 0 < found["insolvency_usd"]
    assert 0 < found["aal"]["standard_error_usd"] < abs(found["overlaps_usd"])
    assert found["not_followed"] == 10
    printed = " ".join(CliRunner().invoke(cli.app, [*words, "--database", demo_url]).output.split())
    assert "Followed startup by startup through the same years" in printed
    assert "not followed: 10 startups" in printed


def test_scenarios_have_ids_titles_and_sources(ask: Callable[..., Any]):
    scenarios = ask("scenarios")
    assert scenarios
    for one in scenarios:
        assert one["id"]
        assert one["title"]
        assert one["sources"]


def test_a_falter_that_sends_nobody_away_has_an_empty_herd(ask: Callable[..., Any]):
    document = ask("stress", "--portfolio", "demo", "--root", "OpenAI", "--kind", "price_shock")
    assert document["herd"] == []


def test_a_stress_test_adds_up(ask: Callable[..., Any]):
    document = ask("stress", "--portfolio", "demo", "--root", "OpenAI", "--kind", "wind_down")
    assert {"scenario", "total_usd", "by_day", "startups", "herd"} <= set(document)
    losses = [startup["loss_usd"] for startup in document["startups"]]
    assert document["total_usd"] == pytest.approx(sum(losses), rel=1e-6)
    for startup in document["startups"]:
        assert set(startup) == {
            "startup",
            "loss_usd",
            "parts",
            "lost_service_days",
            "hit_through",
            "switched_on_day",
            "queue_days",
            "runway_months",
            "cash_out_probability",
        }
        assert set(startup["parts"]) == {"interruption", "churn", "quality", "switching", "price"}
        assert sum(startup["parts"].values()) == pytest.approx(startup["loss_usd"], rel=1e-6)
    days = [point["day"] for point in document["by_day"]]
    losses = [point["usd"] for point in document["by_day"]]
    assert days[:181] == [*range(180), 365]
    assert min(losses) >= 0
    assert sum(losses) == pytest.approx(document["total_usd"], rel=1e-6)


def test_every_named_scenario_runs(ask: Callable[..., Any]):
    for scenario in ask("scenarios"):
        document = ask("stress", "--portfolio", "demo", "--scenario", scenario["id"])
        assert document["scenario"]["id"] == scenario["id"]
        assert document["total_usd"] >= 0


def test_alternatives_have_exactly_the_documented_fields(ask: Callable[..., Any]):
    options = ask("alternatives", "--portfolio", "demo", "--startup", "Quillhaven Briefs")
    assert {one["use_case"] for one in options} == {"contract review", "legal search"}
    for one in options:
        assert set(one) == {
            "use_case",
            "option",
            "class",
            "excluded",
            "covers",
            "weeks",
            "one_off_usd",
            "run_usd_per_year",
            "residual_aal_usd",
            "residual_tvar95_usd",
            "pareto",
            "recommended",
            "flips_if",
            "one_off_range_usd",
            "removed_usd",
        }
        assert set(one["covers"]) <= set(FalterKind)


def test_alternatives_of_one_use_case(ask: Callable[..., Any]):
    words = ("alternatives", "--portfolio", "demo", "--startup", "Quillhaven Briefs")
    options = ask(*words, "--use-case", "legal search")
    assert {one["use_case"] for one in options} == {"legal search"}
