"""The command plan prints what is documented, and refuses in words."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from risk.alternatives.results import OptionClass
from tests.terminal.running import answer, inventory, refusal
from ui import wording

FACTS = "startup,annual_revenue_usd,gross_margin,ai_revenue_share,engineers"


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
        "aal_before_interval_usd",
        "aal_after_interval_usd",
        "aal_removed_interval_usd",
        "aal_removed_share_interval",
        "spent_interval_usd",
        "tvar95_before_usd",
        "tvar95_after_usd",
        "choices",
        "price_of_herding_usd",
        "frontier",
        "gap",
        "optimality_gap",
        "pins",
        "excluded",
        "last_step",
        "next_step",
        "stay_on_ending",
    } == set(document)
    assert document["spent_usd"] <= document["budget_usd"] == 30_000
    assert {one["startup"] for one in document["choices"]} == {"Acme", "Borealis"}
    spent = sum(one["first_year_usd"] for one in document["choices"])
    assert spent == pytest.approx(document["spent_usd"], abs=0.02)
    # Two startups have no frontier, and no herd.
    assert (document["frontier"], document["price_of_herding_usd"]) == ([], None)
    said = CliRunner().invoke(
        cli.app, ["plan", "--portfolio", "Fund", "--budget", "30000", "--database", fund]
    )
    assert "herding" not in said.stdout


def test_without_a_budget_half_of_what_is_worth_spending_is_planned_for(rich: str) -> None:
    full = answer("plan", "--portfolio", "Rich", "--budget", "1e12", url=rich)
    half = answer("plan", "--portfolio", "Rich", url=rich)
    assert full["next_step"] is None
    assert half["budget_usd"] == pytest.approx(full["spent_usd"] / 2, rel=0.05)
    # With half of the money something that pays is left.
    assert half["next_step"]["first_year_usd"] > 0


def test_a_share_that_nobody_can_reach_is_refused_with_what_would_do(fund: str) -> None:
    said = refusal("plan", "--portfolio", "Fund", "--budget", "0", "--max-share", "0.5", url=fund)
    assert "the lowest that can be reached is 100 % (OpenAI)" in said


def test_an_unknown_portfolio_is_refused(url: str) -> None:
    assert "no portfolio named" in refusal("plan", "--portfolio", "X", "--budget", "1", url=url)


def test_a_budget_that_is_no_amount_is_refused(url: str) -> None:
    said = refusal("plan", "--portfolio", "X", "--budget", "inf", url=url)
    assert "as an amount in USD" in said


@pytest.fixture
def rich(url: str, tmp_path: Path) -> str:
    """A store with a portfolio of two that have something to lose."""
    rows = (
        f"{FACTS},use_case,provider,model,spend_usd",
        "Acme,6000000,0.8,100%,20,notes,OpenAI,GPT-5.5,9000",
        "Borealis,40000000,0.8,100%,40,maps,OpenAI,GPT-5.5,500",
    )
    path = inventory(tmp_path, "\n".join(rows) + "\n")
    answer("import", path, "--portfolio", "Rich", url=url)
    return url


def test_pins_and_exclusions_are_kept_and_written_in_the_words_of_the_plan(rich: str) -> None:
    def choices(*words: str) -> dict[str, str]:
        found = answer("plan", "--portfolio", "Rich", "--budget", "500000", *words, url=rich)
        return {one["startup"]: one["option"] for one in found["choices"]}

    free = choices()
    assert "Gemini" in free["Borealis"]
    stays = choices("--pin", "Borealis / maps / Stay as today")
    assert stays["Borealis"] == "Stay as today"
    newer = choices("--pin", "borealis / OpenAI API / GPT-5.4 at OpenAI")
    assert newer["Borealis"] == "GPT-5.4 at OpenAI"
    assert "Gemini" not in choices("--exclude", "google")["Borealis"]


def test_it_is_said_how_many_stay_on_a_model_that_ends(url: str, tmp_path: Path) -> None:
    # Without money nobody moves; GPT-4.1 ends on 14 January 2027, and no day is known of GPT-5.5.
    rows = (
        f"{FACTS},use_case,provider,model,spend_usd",
        "Acme,6000000,0.8,100%,20,notes,OpenAI,GPT-4.1,9000",
        "Borealis,40000000,0.8,100%,40,maps,OpenAI,GPT-5.5,500",
    )
    path = inventory(tmp_path, "\n".join(rows) + "\n")
    answer("import", path, "--portfolio", "Rich", url=url)
    words = ("plan", "--portfolio", "Rich", "--budget", "0")
    assert answer(*words, url=url)["stay_on_ending"] == 1
    said = " ".join(CliRunner().invoke(cli.app, [*words, "--database", url]).stdout.split())
    assert "1 use case stays on a model with a published last day" in said


def test_a_limit_in_dollars_of_margin_is_one_in_shares_of_it(rich: str) -> None:
    # 6 and 40 million of revenue at 80 %, some of which does not depend on OpenAI, else all.
    words = ("plan", "--portfolio", "Rich", "--budget", "0")
    said = refusal(*words, "--max-margin", "9000000", url=rich)
    assert "the lowest that can be reached is 100 % (OpenAI)" in said
    assert answer(*words, "--max-margin", "36800000", url=rich)["spent_usd"] == 0
    said = refusal(*words, "--max-share", "0.5", "--max-margin", "1", url=rich)
    assert "Name one limit on a developer" in said


def test_decisions_that_stand_are_kept(rich: str) -> None:
    held = ("--portfolio", "Rich", "--startup", "Borealis")
    answer("decide", *held, "--option", "GPT-5.4 at OpenAI", "--owner", "Ann", url=rich)
    words = ("plan", "--portfolio", "Rich", "--budget", "500000")
    kept = answer(*words, "--keep-decisions", url=rich)
    assert kept["pins"] == ["Borealis / maps / OpenAI API / GPT-5.4 at OpenAI"]
    (borealis,) = (one for one in kept["choices"] if one["startup"] == "Borealis")
    assert borealis["option"] == "GPT-5.4 at OpenAI"


def test_the_plan_of_a_tag_spends_its_budget_there_alone(url: str, tmp_path: Path) -> None:
    rows = (
        f"{FACTS},tags,use_case,provider,model,spend_usd",
        "Acme,6000000,0.8,100%,20,core,notes,OpenAI,GPT-5.5,9000",
        "Borealis,40000000,0.8,100%,40,edge,maps,OpenAI,GPT-5.5,500",
    )
    path = inventory(tmp_path, "\n".join(rows) + "\n")
    answer("import", path, "--portfolio", "Rich", url=url)
    part = answer(
        "plan", "--portfolio", "Rich", "--budget", "60000", "--slice", "tag=core", url=url
    )
    assert {one["startup"] for one in part["choices"]} == {"Acme"}
    assert 0 < part["spent_usd"] <= 60_000


TASKS_HEAD = "startup,owner,contact_email,task,use_case,from,to,start_by,start_by_reason"


def test_the_changes_are_written_as_tasks_that_no_spreadsheet_runs(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (
        f"{FACTS},watched_by,contact_email,use_case,provider,model,spend_usd,renewal,notice_days",
        "=Acme,6000000,0.8,100%,20,Ann,cto@acme.example,notes,OpenAI,GPT-5.5,9000,2027-12-31,30",
    )
    path = inventory(tmp_path, "\n".join(rows) + "\n")
    answer("import", path, "--portfolio", "Rich", url=url)
    words = ("plan", "--portfolio", "Rich", "--budget", "500000", "--pin")
    listed = answer("alternatives", "--portfolio", "Rich", "--startup", "=Acme", url=url)
    other = next(
        one["option"]
        for one in listed
        if one["class"] == OptionClass.CONTRACT and not one["excluded"]
    )
    pin = f"=Acme / notes / {other}"
    table, days = tmp_path / "tasks.csv", tmp_path / "tasks.ics"
    answer(*words, pin, "--tasks", str(table), url=url)
    head, row = table.read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith(TASKS_HEAD)
    assert row.startswith(f"'=Acme,Ann,cto@acme.example,Negotiate the contract: {other},notes")
    assert "2027-12-01,last day of notice: the contract with OpenAI renews on 31 Dec 2027" in row
    # A large plan knows its dependencies by their places, and says the same.
    monkeypatch.setattr("db.services.planning.PLANNED_WHOLE", 0)
    answer(*words, pin, "--tasks", str(table), "--force", url=url)
    again = table.read_text(encoding="utf-8-sig").splitlines()[1]
    assert again.split(",")[:9] == row.split(",")[:9]
    answer(*words, pin, "--tasks", str(days), url=url)
    assert "SUMMARY:=Acme: begin to negotiate the contract" in days.read_text().replace("\n ", "")
    # Nothing is written over, and only what is known can be written.
    assert "already" in refusal(*words, pin, "--tasks", str(table), url=url)
    assert "ends in .csv, .xlsx or .ics" in refusal(*words, pin, "--tasks", "tasks.doc", url=url)


@pytest.mark.parametrize("limit", [200, 1])
def test_wishes_that_cannot_be_kept_are_refused_at_every_size(
    rich: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.services.planning.PLANNED_WHOLE", limit)
    plan = ("plan", "--portfolio", "Rich", "--budget", "500000")
    said = refusal(*plan, "--pin", "Nobody / notes / Stay as today", url=rich)
    assert "begins with no company that has options here" in said
    said = refusal(*plan, "--pin", "Acme / notes / Pray", url=rich)
    assert "is no option of this plan" in said
    said = refusal(*plan, "--exclude", "Nobody", url=rich)
    assert "There is no provider “Nobody”" in said


def test_a_large_plan_prints_its_changes_and_what_it_comes_to(
    rich: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three small ones more, so that they are five: fewer have no frontier.
    rows = (f"{name},10000,0.8,100%,4,mail,OpenAI,GPT-5.5,10" for name in ("Cole", "Dee", "Eve"))
    path = inventory(tmp_path, "\n".join([f"{FACTS},use_case,provider,model,spend_usd", *rows, ""]))
    answer("import", path, "--portfolio", "Rich", "--addition", url=rich)
    words = ("plan", "--portfolio", "Rich", "--budget", "500000")
    exact = answer(*words, url=rich)
    # Five startups count as many, so that they are planned by prices.
    monkeypatch.setattr("db.services.planning.PLANNED_WHOLE", 1)
    document = answer(*words, url=rich)
    assert document["gap"] is None
    # Herding costs what it costs by the exact plan, but for the tail, which is told otherwise, and
    # for sixteen worlds in place of all, in which two startups begin late once or thrice.
    assert document["price_of_herding_usd"] == pytest.approx(exact["price_of_herding_usd"], rel=0.4)
    # More money never loses more.
    totals = [one["total_usd_per_year"] for one in document["frontier"]]
    assert len(totals) > 5
    assert totals == sorted(totals, reverse=True)
    assert document["startups_looked_at"] == 5
    assert 0 < document["spent_usd"] <= document["budget_usd"] == 500_000
    spent = sum(one["first_year_usd"] for one in document["choices"])
    assert spent == pytest.approx(document["spent_usd"], abs=0.02)
    removed = sum(one["aal_removed_usd"] for one in document["choices"])
    assert document["aal_before_usd"] - document["aal_after_usd"] == pytest.approx(removed)

    printed = CliRunner().invoke(cli.app, [*words, "--database", rich], env={"COLUMNS": "160"})
    assert printed.exit_code == 0, printed.output
    shown = " ".join(printed.stdout.split())
    assert f"For {wording.money(spent)}" in shown
    for one in document["choices"]:
        assert one["startup"] in shown
        assert one["option"] in shown
    assert f"Expected loss {wording.money(document['aal_before_usd'])} (" in shown
    assert "The 5 companies with the largest losses were looked at" in shown
    assert "All that is worth spending is" in shown


def test_of_a_very_large_plan_the_first_changes_are_listed(
    rich: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.services.planning.PLANNED_WHOLE", 1)
    monkeypatch.setattr("ui.terminal.plans.MOST_SHOWN", 1)
    words = ("plan", "--portfolio", "Rich", "--budget", "500000")
    first, second = (one["option"] for one in answer(*words, url=rich)["choices"])
    assert first != second
    printed = CliRunner().invoke(cli.app, [*words, "--database", rich], env={"COLUMNS": "160"})
    assert "The first 1 are listed." in " ".join(printed.stdout.split())
    table = printed.stdout.partition("Who does what")[2].partition("Expected loss ")[0]
    table = " ".join(table.split())
    assert first in table
    assert second not in table
