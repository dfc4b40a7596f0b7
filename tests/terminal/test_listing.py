"""Commands that list what the store holds, and what a name is read as."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from risk.catalog.failure_kinds import FailureKind
from tests.terminal.running import answer


def test_portfolios_lists_name_size_and_day(ask: Callable[..., Any]):
    (demo,) = ask("portfolios")
    assert (demo["portfolio"], demo["startups"]) == ("demo", 61)
    assert datetime.fromisoformat(demo["updated"]).tzinfo is not None


def test_startups_have_facts_and_dependencies(ask: Callable[..., Any]):
    startups = {one["startup"]: one for one in ask("startups", "--portfolio", "demo")}
    assert len(startups) == 61
    quillhaven = startups["Quillhaven Briefs"]
    assert quillhaven["facts"]["annual_revenue_usd"] == 18_500_000
    assert quillhaven["facts"]["country"] == "US"
    assert quillhaven["dependencies"][0] == {
        "use_case": "contract review",
        "provider_text": "OpenAI",
        "answer": "yes",
        "developer": "OpenAI",
        "host": "OpenAI",
        "product": "OpenAI API",
        "model": quillhaven["dependencies"][0]["model"],
        "share": 1.0,
        "spend_usd": 43_200,
        "spend_stated": None,
    }


def test_an_unknown_fact_is_null(ask: Callable[..., Any]):
    startups = {one["startup"]: one for one in ask("startups", "--portfolio", "demo")}
    assert startups["Brackenfold Claims"]["facts"]["cash_usd"] is None


def test_providers_have_roles_services_and_upstream(ask: Callable[..., Any]):
    providers = {one["name"]: one for one in ask("providers")}
    openai = providers["OpenAI"]
    assert set(openai) == {"name", "own", "roles", "services", "upstream"}
    assert "developer" in openai["roles"]
    assert {"OpenAI API", "Azure OpenAI Service"} <= set(openai["services"])
    kinds = {kind for one in providers.values() for up in one["upstream"] for kind in up["kinds"]}
    assert kinds <= set(FailureKind)
    assert kinds


def test_resolve_answers_in_the_order_asked(ask: Callable[..., Any]):
    azure, capgemini, openai = ask("resolve", "Azure OpenAI", "Capgemini", "OpenAI, L.L.C.")
    assert set(azure) == {
        "text",
        "answer",
        "developer",
        "host",
        "product",
        "confidence",
        "reason",
    }
    assert (azure["answer"], azure["developer"], azure["host"]) == (
        "yes",
        "OpenAI",
        "Microsoft Azure",
    )
    assert capgemini["answer"] == "no"
    assert (openai["answer"], openai["host"]) == ("yes", "OpenAI")


def test_resolve_reads_a_file_with_one_name_a_line(ask: Callable[..., Any], tmp_path: Path):
    file = tmp_path / "names.txt"
    file.write_text("OpenAI\n\nSlack\n", encoding="utf-8")
    assert [one["text"] for one in ask("resolve", "--file", str(file))] == ["OpenAI", "Slack"]


def test_resolve_works_before_there_is_a_store(tmp_path: Path):
    (openai,) = answer("resolve", "OpenAI", url=f"sqlite:///{tmp_path / 'none.sqlite3'}")
    assert openai["answer"] == "yes"


def test_kept_scores_are_listed_page_by_page(ask: Callable[..., Any]):
    before = ask("scores", "list", "--portfolio", "demo", "--limit", "2")
    assert (before["total"], before["run"], before["startups"][0]["kept"]) == (61, None, None)
    run = ask("scores", "keep", "--portfolio", "demo")
    assert (run["startups"], run["current"]) == (61, True)
    first = ask("scores", "list", "--portfolio", "demo", "--limit", "20")["startups"]
    second = ask("scores", "list", "--portfolio", "demo", "--limit", "41", "--offset", "20")
    losses = [one["kept"]["aal_usd"] for one in (*first, *second["startups"])]
    assert len(losses) == 61
    assert losses == sorted(losses, reverse=True)
