import csv
import io

import pandas as pd
import pytest

from ui.tables import formula_safe, formula_safe_csv, markdown_table, matching


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", " =1"])
def test_text_that_starts_a_formula_gets_an_apostrophe(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


def test_other_text_is_left_alone() -> None:
    assert formula_safe("Acme = best") == "Acme = best"


def test_numbers_stay_numbers_and_unknown_is_empty() -> None:
    rows = pd.DataFrame({"startup": ["=cmd()", "Acme"], "loss": [-5.0, None]})
    read = list(csv.reader(io.StringIO(formula_safe_csv(rows).decode("utf-8-sig"))))
    assert read == [["startup", "loss"], ["'=cmd()", "-5.0"], ["Acme", ""]]


def test_a_missing_date_is_empty() -> None:
    rows = pd.DataFrame({"day": [pd.Timestamp("2026-01-02"), pd.NaT]})
    read = list(csv.reader(io.StringIO(formula_safe_csv(rows).decode("utf-8-sig"))))
    assert read[2] == [""]


def test_every_word_must_occur_whatever_its_case() -> None:
    rows = pd.DataFrame({"name": ["Acme Notes", "Bolt"], "provider": ["OpenAI", "OpenAI"]})
    found = matching(rows, "openai ACME", within=("name", "provider"))
    assert list(found["name"]) == ["Acme Notes"]


def test_a_small_table_shows_every_cell_as_it_is() -> None:
    rows = pd.DataFrame({"Name": ["a|b *c*"], "Loss a year": ["$1.2 M"]})
    assert markdown_table(rows, right=("Loss a year",)).splitlines() == [
        "| Name | Loss a year |",
        "| --- | ---: |",
        r"| a\|b \*c\* | \$1.2 M |",
    ]
