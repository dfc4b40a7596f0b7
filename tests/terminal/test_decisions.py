"""Deciding, drills and judgements in the terminal, as a script would."""

from typing import Any

import pytest

from tests.terminal.running import answer, refusal

CSV = (
    "Company,Vendor,Use case,Model,Fallback,Fallback provider\n"
    "Acme Notes,OpenAI,summaries,GPT-5.5,untested,Anthropic\n"
)
HELD = ("--portfolio", "fund", "--startup", "Acme Notes")


@pytest.fixture
def fund(url: str, tmp_path: Any) -> str:
    path = tmp_path / "vendors.csv"
    path.write_text(CSV, encoding="utf-8")
    answer("import", str(path), "--portfolio", "fund", url=url)
    return url


def test_the_recommended_option_is_decided_carried_out_and_opened_again(fund: str) -> None:
    options = answer("alternatives", *HELD, url=fund)
    stay, best = options[0], next(one for one in options if one["recommended"])
    decided = answer(
        "decide",
        *HELD,
        "--option",
        "recommended",
        "--owner",
        "Ann",
        "--due",
        "2027-03-31",
        url=fund,
    )
    assert decided == {"decision": 1, "use_case": "summaries", "option": best["option"]}
    document = answer("decisions", "list", "--portfolio", "fund", url=fund)
    (one,) = document["decisions"]
    removed = stay["residual_aal_usd"] - best["residual_aal_usd"]
    assert one["aal_removed_usd"] == pytest.approx(removed, abs=0.01)
    assert (one["owner"], one["due"], one["done"]) == ("Ann", "2027-03-31", None)
    assert document["promised"]["aal_removed_usd"] == one["aal_removed_usd"]
    assert document["done"]["decisions"] == 0

    answer("decisions", "done", "1", url=fund)
    document = answer("decisions", "list", "--portfolio", "fund", url=fund)
    assert document["done"]["aal_removed_usd"] == one["aal_removed_usd"]
    answer("decisions", "reopen", "1", url=fund)
    answer("decisions", "undo", "1", "--reason", "too dear", url=fund)
    document = answer("decisions", "list", "--portfolio", "fund", url=fund)
    assert document["promised"]["decisions"] == 0
    assert document["decisions"][0]["withdrawn_reason"] == "too dear"


def test_the_alternatives_are_printed_as_documented(fund: str) -> None:
    for one in answer("alternatives", *HELD, "--use-case", "summaries", url=fund):
        assert set(one) == set(
            "use_case option class excluded covers not_covered weeks one_off_usd run_usd_per_year"
            " residual_aal_usd residual_tvar95_usd pareto recommended flips_if one_off_range_usd"
            " one_off_parts shared_by one_off_alone_usd removed_usd last_day start_by days_late"
            " best_in record waiting alike alike_range preference".split()
        )


def test_what_cannot_be_decided_is_refused_with_what_there_is(fund: str) -> None:
    said = refusal("decide", *HELD, "--option", "Magic", "--owner", "Ann", url=fund)
    assert "There is no option “Magic”. There are: Stay as today" in said
    assert "who sees to it" in refusal(
        "decide", *HELD, "--option", "recommended", "--owner", " ", url=fund
    )
    assert "still to come" in refusal("decisions", "done", "1", "--on", "2999-01-01", url=fund)
    assert "There is no decision 7" in refusal("decisions", "reopen", "7", url=fund)


def test_a_drill_is_noted_counts_in_readiness_and_is_taken_back(fund: str) -> None:
    drill = ("--kind", "exit", "--passed", "48", "--total", "50", "--hours", "30")
    who = ("--by", "Ann", "--source", "runbook")
    assert answer("drills", "add", *HELD, *drill, *who, url=fund) == {"drill": 1}
    (one,) = answer("readiness", *HELD, url=fund)
    assert one["substitutability"] == "easily substitutable"
    assert (one["code"], one["days"]) == ("eba_ZZ:x962", 1.25)
    assert (one["exit_plan"], one["drills"][0]["worth"]) == ("tested", 1)
    answer("drills", "undo", "1", "--reason", "wrong company", url=fund)
    assert answer("readiness", *HELD, url=fund)[0]["drills"] == []
    (kept,) = answer("drills", "list", "--portfolio", "fund", url=fund)
    assert kept["withdrawn_reason"] == "wrong company"


def test_a_judgement_stands_until_it_is_taken_back(fund: str) -> None:
    said = ("judge", *HELD, "--topic", "substitutability", "--reason", "certified")
    answer(*said, "--value", "not substitutable", url=fund)
    (one,) = answer("readiness", *HELD, url=fund)
    assert (one["substitutability"], one["code"]) == ("not substitutable", "eba_ZZ:x959")
    assert one["because"] == "certified"
    answer(*said, "--take-back", url=fund)
    assert answer("readiness", *HELD, url=fund)[0]["decided_by"] is None
    assert "write one of: not substitutable" in refusal(*said, "--value", "hard", url=fund)


def test_an_evaluation_of_its_own_says_how_alike_two_models_are(fund: str) -> None:
    options = answer("alternatives", *HELD, url=fund)
    one = next(each for each in options if each["class"].startswith("comparable"))
    model = one["option"].split(" at ")[0]
    scores = ("--score-today", "0.9", "--score-other", "0.81", "--cases", "100")
    told = ("--set", "golden", "--by", "Ann", "--source", "wiki/17", "--held", "2026-11-02")
    noted = answer("evaluations", "add", *HELD, "--other", model, *scores, *told, url=fund)
    (listed,) = answer("evaluations", "list", "--portfolio", "fund", url=fund)
    assert listed["number"] == noted["evaluation"]
    assert (listed["model"], listed["other"], listed["set"]) == ("GPT-5.5", model, "golden")
    assert listed["alike"] == pytest.approx(0.9)
    after = answer("alternatives", *HELD, url=fund)
    (same,) = [each for each in after if each["option"] == one["option"]]
    assert same["alike"] == pytest.approx(0.9)
    assert same["alike_range"] == pytest.approx([0.79459, 1.0], abs=2e-5)
    answer("evaluations", "undo", str(listed["number"]), "--reason", "leaked", url=fund)
    assert answer("evaluations", "list", "--portfolio", "fund", url=fund) == []
