"""The command plan prints what is documented, and refuses in words."""

from pathlib import Path

import pytest

from tests.terminal.running import answer, inventory, refusal


@pytest.fixture
def fund(url: str, tmp_path: Path) -> str:
    """A store with a portfolio of two."""
    path = inventory(tmp_path, "Company,Vendor,Use case\nAcme,OpenAI,notes\nBorealis,OpenAI,maps\n")
    answer("import", path, "--portfolio", "Fund", url=url)
    return url


def test_plan_has_the_documented_fields_and_keeps_its_budget(fund: str) -> None:
    document = answer("plan", "--portfolio", "Fund", "--budget", "30000", url=fund)
    assert {
        "budget_usd",
        "spent_usd",
        "aal_before_usd",
        "aal_after_usd",
        "tvar95_before_usd",
        "tvar95_after_usd",
        "choices",
        "price_of_herding_usd",
        "frontier",
        "gap",
        "optimality_gap",
        "next_step_usd",
    } == set(document)
    assert document["spent_usd"] <= document["budget_usd"] == 30_000
    assert {one["startup"] for one in document["choices"]} == {"Acme", "Borealis"}
    spent = sum(one["first_year_usd"] for one in document["choices"])
    assert spent == pytest.approx(document["spent_usd"], abs=0.02)
    totals = [one["total_usd_per_year"] for one in document["frontier"]]
    assert totals == sorted(totals, reverse=True)


def test_a_share_that_nobody_can_reach_is_refused_with_what_would_do(fund: str) -> None:
    said = refusal("plan", "--portfolio", "Fund", "--budget", "0", "--max-share", "0.5", url=fund)
    assert "the lowest that can be reached is 100 % (OpenAI)" in said


def test_an_unknown_portfolio_is_refused(url: str) -> None:
    assert "no portfolio named" in refusal("plan", "--portfolio", "X", "--budget", "1", url=url)


def test_a_budget_that_is_no_amount_is_refused(url: str) -> None:
    said = refusal("plan", "--portfolio", "X", "--budget", "inf", url=url)
    assert "as an amount in USD" in said
