"""The overview through the terminal: the same sentence, figures and week as on the page."""

from collections.abc import Callable
from typing import Any

from tests.terminal.running import answer, refusal


def test_the_overview_is_the_answer_the_figures_and_the_week(ask: Callable[..., Any]):
    found = ask("overview", "--portfolio", "demo")
    ended = found["if_it_ended"]
    assert f"{ended['startups']} of your 61 companies would lose" in found["answer"]
    assert ended["provider"] in found["answer"]
    assert ended["interval"]["low"] < ended["median_usd"] < ended["interval"]["high"]
    stressed = ask("stress", "--portfolio", "demo", "--root", "OpenAI", "--kind", "wind_down")
    assert ended["median_usd"] == stressed["total_median_usd"]
    assert 0 < len(found["week"]) <= 5
    acts = [one for one in found["week"] if one["sort"] == "act"]
    assert all(one["startup"] and one["dependency_key"] for one in acts)
    assert all(one["amount_interval_usd"]["low"] < one["amount_usd"] for one in acts)


def test_a_portfolio_that_is_not_there_is_refused(url: str):
    assert "Nowhere" in refusal("overview", "--portfolio", "Nowhere", url=url)


def test_one_company_alone_is_named(url: str, tmp_path: Any):
    table = tmp_path / "one.csv"
    table.write_text("startup,provider,annual_revenue,gross_margin\nAcme,OpenAI,2000000,0.7\n")
    answer("import", str(table), "--portfolio", "One", url=url)
    found = answer("overview", "--portfolio", "One", url=url)
    assert found["answer"].startswith("If OpenAI ended tomorrow, Acme would lose $")
