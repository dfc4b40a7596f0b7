"""Commands that score, stress and compare print exactly what is documented."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from risk.catalog.failure_kinds import FailureKind
from tests.terminal.running import answer, inventory

#: How sure an answer is, of the portfolio and of each startup.
UNCERTAIN = {
    "aal_usd",
    "median_usd",
    "aal_interval_usd",
    "variance_shares",
    "facts_known",
    "judged_factor",
    "narrow_most",
}


def test_score_has_exactly_the_documented_fields(ask: Callable[..., Any]):
    document = ask("score", "--portfolio", "demo")
    assert set(document) == {"portfolio", "startups", "provenance", "weighted_concentration"}
    assert set(document["portfolio"]) == {
        "startups",
        "currency",
        *UNCERTAIN,
        "var95_usd",
        "tvar95_usd",
        "var95_interval_usd",
        "tvar95_interval_usd",
        "var99_usd",
        "tvar99_usd",
        "exceedance",
        "hhi",
        "effective_providers",
        "diversification_ratio",
        "tail_parts",
        "cash_out",
        "single_points",
        "pairs",
    }
    levels = {"service", "developer", "host", "cloud"}
    assert set(document["portfolio"]["hhi"]) == levels
    assert set(document["portfolio"]["effective_providers"]) == levels | {
        "dependence_adjusted",
        "interval",
    }
    assert set(document["provenance"]) == {
        "model_version",
        "catalogue_date",
        "data_digest",
        "engine",
        "worlds",
        "mean_error",
    }
    assert document["provenance"]["engine"] == "worlds"
    for startup in document["startups"]:
        assert set(startup) == {
            *("startup", "sector", "providers", "lead_developer", "open_questions"),
            *("score", "score_interval", "band", "currency", "gross_profit_usd"),
            *UNCERTAIN,
            *("facts_stated", "cash_out_probability", "margin_below_least"),
            "tvar95_usd",
            "tvar95_contribution_usd",
            "worst",
            "days_to_switch",
            "days_to_switch_interval",
            "runway_months",
            "unknown",
            "parts",
            "next_action",
        }
        assert set(startup["runway_months"]) == {"before", "after", "after_low", "after_high"}
        for part in startup["parts"]:
            assert set(part) == {"use_case", "provider", "kind", "root", "score", "aal_usd"}


def test_a_margin_below_the_least_is_kept_counts_as_the_least_and_is_flagged(
    url: str, tmp_path: Path
):
    # Three that differ in their margin alone, and one whose margin is the least one: 10 %.
    names = {"Minus": "-5 %", "Brackets": "(5%)", "Zero": "0", "Half": "0.5%", "Least": "10%"}
    rows = [f"{name},OpenAI,1000000,{cell},50%,4" for name, cell in names.items()]
    head = "startup,provider,annual_revenue_usd,gross_margin,ai_revenue_share,engineers"
    path = inventory(tmp_path, "\n".join([head, *rows, ""]))
    answer("import", path, "--portfolio", "Fund", url=url)
    found = {
        one["startup"]: one for one in answer("score", "--portfolio", "Fund", url=url)["startups"]
    }
    assert {name for name, one in found.items() if one["margin_below_least"]} == set(names) - {
        "Least"
    }
    # What nobody stated is drawn for each row, so that scores differ a little; nothing jumps.
    scores = [one["score"] for one in found.values()]
    assert max(scores) - min(scores) < 15
    shown = CliRunner().invoke(cli.app, ["score", "--portfolio", "Fund", "--database", url])
    assert "4 companies with a gross margin below 10 %" in " ".join(shown.stdout.split())


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
    assert numbers["interval"]["low"] <= numbers["dependence_adjusted"] * 1.01
    assert numbers["interval"]["high"] >= numbers["dependence_adjusted"] * 0.99


def test_an_answer_says_how_sure_it_is_and_what_would_narrow_it(ask: Callable[..., Any]):
    document = ask("score", "--portfolio", "demo")
    for one in (document["portfolio"], *document["startups"]):
        interval, shares = one["aal_interval_usd"], one["variance_shares"]
        assert interval["low"] <= one["median_usd"] <= interval["high"]
        assert set(shares) == {"facts", "rates", "judgement"}
        assert sum(shares.values()) == pytest.approx(1 if interval["high"] > 0 else 0, abs=1e-9)
        assert 0 <= one["facts_known"] <= 1 <= one["judged_factor"] + 1e-9
    for narrowing in (n for one in document["startups"] for n in one["narrow_most"]):
        assert set(narrowing) == {"what", "kind", "share"}
        assert narrowing["kind"] in {"fact", "judgement"}
        assert 0 < narrowing["share"] <= 1
    assert document["provenance"]["worlds"] == 128
    assert 0 < document["provenance"]["mean_error"] < 0.1


def test_what_would_narrow_the_range_is_what_the_tornado_begins_with(ask: Callable[..., Any]):
    levers = ask("score", "--portfolio", "demo")["portfolio"]["narrow_most"]
    drivers = ask("sensitivity", "--portfolio", "demo")["drivers"]
    assert [one["what"] for one in levers] == [one["driver"] for one in drivers[: len(levers)]]
    assert {one["kind"] for one in levers} <= {"fact", "rate", "judgement"}
    assert len(levers) == 5


def test_every_division_of_the_tail_sums_to_it(ask: Callable[..., Any]):
    document = ask("score", "--portfolio", "demo")
    tail = document["portfolio"]["tvar95_usd"]
    divided = document["portfolio"]["tail_parts"]
    assert set(divided) == {"startup", "provider", "root", "kind"}
    for parts in divided.values():
        assert sum(one["tvar95_usd"] for one in parts) == pytest.approx(tail, rel=1e-6)
    assert {one["name"] for one in divided["kind"]} <= {kind.value for kind in FailureKind}
    assert 0 < document["portfolio"]["diversification_ratio"] <= 1


def test_parts_of_a_startup_sum_to_its_expected_loss_and_its_score(ask: Callable[..., Any]):
    for startup in ask("score", "--portfolio", "demo")["startups"]:
        parts = startup["parts"]
        assert sum(one["aal_usd"] for one in parts) == pytest.approx(startup["aal_usd"], rel=1e-6)
        assert sum(one["score"] for one in parts) == pytest.approx(startup["score"], rel=1e-6)


def test_people_read_the_median_with_its_range_and_both_marks(demo_url: str):
    told = CliRunner().invoke(cli.app, ["score", "--portfolio", "demo", "--database", demo_url])
    printed = " ".join(told.output.split())
    assert re.search(r"Expected loss a year \$\S.* \(\$.*\)", printed)
    assert re.search(r"facts known \d+ %; model: mostly judgement \(\d+ %\)", printed)
    assert "What would narrow it most" in printed
    # Of the one startup of which too little is known no figure but the upper end is told.
    assert re.search(r"Myrtlegate Legal \? up to", printed)


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


def test_another_assumption_changes_the_answer_only_this_once(
    ask: Callable[..., Any], demo_url: str
):
    before = ask("score", "--portfolio", "demo")["portfolio"]["aal_usd"]
    tried = ask("score", "--portfolio", "demo", "--set", "criticality_5=0.5")["portfolio"]
    # A use case on which everything hangs now loses half as much, so the sum must fall.
    assert tried["aal_usd"] < before
    after = answer("score", "--portfolio", "demo", url=demo_url)["portfolio"]
    assert after["aal_usd"] == before


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
    assert set(document) == {
        "scenario",
        "total_usd",
        "total_low_usd",
        "total_median_usd",
        "total_high_usd",
        "by_day",
        "startups",
        "herd",
        "note",
        "instead",
    }
    assert document["total_low_usd"] < document["total_median_usd"] < document["total_high_usd"]
    losses = [startup["loss_usd"] for startup in document["startups"]]
    assert document["total_usd"] == pytest.approx(sum(losses), rel=1e-6)
    for startup in document["startups"]:
        assert set(startup) == {
            *("hit_probability", "switched_alone_on_day"),
            "startup",
            "loss_usd",
            "loss_low_usd",
            "loss_median_usd",
            "loss_high_usd",
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
            "not_covered",
            "alike",
            "alike_range",
            "preference",
            "one_off_parts",
            "shared_by",
            "one_off_alone_usd",
            "removed_usd",
            "last_day",
            "start_by",
            "days_late",
            "best_in",
            "record",
            "waiting",
        }
        assert set(one["covers"]) <= set(FailureKind)


def test_what_waiting_is_worth_stands_with_staying(ask: Callable[..., Any], demo_url: str):
    words = ("alternatives", "--portfolio", "demo", "--startup", "Larkspur Intake", "--waiting")
    options = ask(*words)
    assert [one["waiting"] is None for one in options] == [
        one["class"] != "stay" for one in options
    ]
    of_openai = [each for one in options if one["waiting"] for each in one["waiting"]]
    assert {one["provider"] for one in of_openai} == {"OpenAI"}
    for one in of_openai:
        assert one["probability_low"] < one["probability"] < one["probability_high"]
        assert one["courses"][-1]["course"] == "wait"
        assert sum(each["best_in"] for each in one["courses"]) == pytest.approx(1)
    # For people the advice stands below each table, with the last day of GPT-4.1.
    result = CliRunner().invoke(cli.app, [*words, "--database", demo_url])
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert "on 14 Jan 2027" in said
    assert "If OpenAI may end: Larkspur Intake, visit notes" in said


def test_alternatives_of_one_use_case(ask: Callable[..., Any]):
    words = ("alternatives", "--portfolio", "demo", "--startup", "Quillhaven Briefs")
    options = ask(*words, "--use-case", "legal search")
    assert {one["use_case"] for one in options} == {"legal search"}
