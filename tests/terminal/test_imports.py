"""Inventory files through the terminal: in, refused, questioned, and out again."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import answer, inventory, refusal

DATES = "startup,provider,renewal\nAcme,OpenAI,03/04/2026\nBorealis,Anthropic,05/06/2026\n"


def said(*words: str, url: str, status: int = 0) -> str:
    """What a person reads; spaces and line ends, which depend on the width, are single spaces."""
    result = CliRunner().invoke(cli.app, [*words, "--database", url])
    assert result.exit_code == status, result.output
    return " ".join(result.output.split())


def test_an_import_is_published_listed_and_undone(url: str, tmp_path: Path):
    file = inventory(tmp_path)
    document = answer("import", file, "--portfolio", "mine", url=url)
    assert document["outcome"] == "accept"
    assert (document["records"], document["accepted"], document["rejected"]) == (2, 2, 0)
    assert document["changes"]["new"] > 0
    assert document["error"] is None
    (batch,) = answer("batches", url=url)
    assert batch["batch"] == document["batch"]
    assert not batch["undone"]
    assert len(answer("startups", "--portfolio", "mine", url=url)) == 2

    assert answer("undo", str(document["batch"]), url=url)["batch"] == document["batch"]
    (batch,) = answer("batches", url=url)
    assert batch["undone"]


def test_an_import_prints_exactly_the_documented_fields(url: str, tmp_path: Path):
    words = ("import", inventory(tmp_path), "--portfolio", "mine", "--dry-run")
    documented = {
        "outcome",
        "error",
        "records",
        "accepted",
        "rejected",
        "duplicate",
        "warnings",
        "problems",
        "confirm",
        "changes",
        "ended",
        "merged",
        "batch",
        "format",
        "mapping",
        "reject_file",
    }
    assert set(answer(*words, url=url)) == documented
    shown = answer(*words, "--show-records", url=url)
    assert set(shown) == documented | {"accepted_records"}
    assert [one["startup"] for one in shown["accepted_records"]] == ["Acme Notes", "Borealis"]


def test_a_dry_run_writes_nothing(url: str, tmp_path: Path):
    words = ("import", inventory(tmp_path), "--portfolio", "mine", "--dry-run")
    assert answer(*words, url=url)["batch"] is None
    assert answer("batches", url=url) == []
    assert answer("portfolios", url=url) == []


def test_the_same_file_again_changes_nothing(url: str, tmp_path: Path):
    words = ("import", inventory(tmp_path), "--portfolio", "mine")
    first = answer(*words, url=url)
    again = answer(*words, url=url)
    assert again["batch"] == first["batch"]
    assert len(answer("batches", url=url)) == 1


def test_a_file_that_is_no_inventory_is_refused_with_two(url: str, tmp_path: Path):
    file = inventory(tmp_path, "<!DOCTYPE html><html><body>Log in</body></html>\n")
    document = answer("import", file, "--portfolio", "mine", url=url, status=2)
    assert document["outcome"] == "reject_file"
    assert document["error"]
    assert document["problems"][0]["message"]


def test_a_bad_record_is_named_by_line_and_the_rest_goes_in(url: str, tmp_path: Path):
    text = "startup,provider,spend_usd\nAcme,OpenAI,100\nBorealis,,\nCole,OpenAI,12k\n"
    document = answer("import", inventory(tmp_path, text), "--portfolio", "mine", url=url)
    assert document["outcome"] == "partial"
    assert (document["accepted"], document["rejected"]) == (2, 1)
    record, cell = document["problems"]
    assert (record["line"], record["column"], record["code"]) == (3, "provider", "missing_provider")
    assert (cell["line"], cell["column"], cell["code"]) == (4, "spend_usd", "bad_number")
    assert "Borealis" in document["reject_file"]
    assert document["format"] == "csv"
    assert document["mapping"] == {name: name for name in ("startup", "provider", "spend_usd")}


def test_how_the_columns_are_read_is_printed(url: str, tmp_path: Path):
    file = inventory(tmp_path, "Vendor,Cost\nOpenAI,5\n")
    words = ("import", file, "--portfolio", "mine", "--assume", "whole_file_company=Acme Notes")
    shown = said(*words, "--dry-run", url=url)
    assert "How the columns are read" in shown
    assert "Acme Notes, for the whole file" in shown


def test_several_providers_of_a_cell_are_asked_about_and_split(url: str, tmp_path: Path):
    file = inventory(tmp_path, 'startup,provider,spend_usd\nAcme,"OpenAI, Anthropic",90\n')
    words = ("import", file, "--portfolio", "mine")
    asked = answer(*words, url=url, status=3)
    assert [one["code"] for one in asked["confirm"]] == ["several_providers"]
    split = ("--assume", "several_providers=split", "--show-records")
    records = answer(*words, *split, url=url)["accepted_records"]
    assert [(one["provider"], one["spend_usd"]) for one in records] == [
        ("OpenAI", 45.0),
        ("Anthropic", 45.0),
    ]


def test_a_question_ends_with_three_and_writes_nothing(url: str, tmp_path: Path):
    # Is 03/04/2026 the 3rd of April or the 4th of March?
    text = "startup,provider,renewal\nAcme,OpenAI,03/04/2026\nBorealis,Anthropic,05/06/2026\n"
    words = ("import", inventory(tmp_path, text), "--portfolio", "mine")
    document = answer(*words, url=url, status=3)
    assert document["outcome"] == "confirm"
    (question,) = document["confirm"]
    assert question["code"] == "date_order_unknown"
    assert answer("batches", url=url) == []

    answered = answer(*words, "--assume", "date_order_unknown=dmy", "--show-records", url=url)
    assert answered["outcome"] == "accept"
    assert answered["accepted_records"][0]["renewal"] == "2026-04-03"


def test_all_takes_every_suggested_answer(url: str, tmp_path: Path):
    text = "startup,provider,renewal\nAcme,OpenAI,03/04/2026\nBorealis,Anthropic,05/06/2026\n"
    words = ("import", inventory(tmp_path, text), "--portfolio", "mine", "--assume", "all")
    assert answer(*words, url=url)["outcome"] == "accept"


def test_a_mapping_names_the_columns(url: str, tmp_path: Path):
    mapping = tmp_path / "map.json"
    mapping.write_text('{"Firma": "startup", "Werkzeug": "provider", "Notiz": null}')
    file = inventory(tmp_path, "Firma,Werkzeug,Notiz\nAcme,OpenAI,x\n")
    words = ("import", file, "--portfolio", "mine", "--map", str(mapping), "--show-records")
    (record,) = answer(*words, url=url)["accepted_records"]
    assert (record["startup"], record["provider"], record["notes"]) == ("Acme", "OpenAI", None)


def test_one_cell_is_split_into_products_when_asked(url: str, tmp_path: Path):
    text = 'startup,provider\nAcme,"ChatGPT, Claude"\n'
    words = ("import", inventory(tmp_path, text), "--portfolio", "mine", "--split-products")
    answer(*words, url=url)
    (startup,) = answer("startups", "--portfolio", "mine", url=url)
    assert {one["developer"] for one in startup["dependencies"]} == {"OpenAI", "Anthropic"}


def test_facts_on_which_lines_differ_are_named_only_where_there_are_any(url: str, tmp_path: Path):
    text = "startup,provider,use_case,cash_usd\nAcme,OpenAI,a,1\nAcme,OpenAI,b,2\n"
    document = answer("import", inventory(tmp_path, text), "--portfolio", "mine", url=url)
    assert [one["column"] for one in document["disagreements"]] == ["cash_usd"]


def test_every_outcome_has_its_exit_status(url: str, tmp_path: Path):
    texts = {
        "startup,provider\nAcme,OpenAI\n": ("accept", 0),
        "startup,provider\nAcme,OpenAI\n,OpenAI\n": ("partial", 0),
        DATES: ("confirm", 3),
        "a,b\n1,2\n": ("reject_file", 2),
    }
    for text, (outcome, status) in texts.items():
        words = ("import", inventory(tmp_path, text), "--portfolio", "mine", "--dry-run")
        assert answer(*words, url=url, status=status)["outcome"] == outcome


def test_a_question_is_put_in_words_with_what_to_write(url: str, tmp_path: Path):
    words = ("import", inventory(tmp_path, DATES), "--portfolio", "mine")
    read = said(*words, url=url, status=3)
    assert "--assume date_order_unknown=dmy Day first: 03/04/2026 → 3 Apr 2026" in read
    assert "(suggested)" in read
    assert "Nothing was written" in read


def test_an_answer_to_a_question_that_is_never_asked_is_refused(url: str, tmp_path: Path):
    words = ("import", inventory(tmp_path), "--portfolio", "mine", "--assume", "date_order=dmy")
    assert "no question is called date_order" in refusal(*words, url=url)


def test_a_sheet_of_a_file_without_sheets_is_refused(url: str, tmp_path: Path):
    words = ("import", inventory(tmp_path), "--portfolio", "mine", "--sheet", "Vendors")
    assert "is no workbook" in refusal(*words, url=url)


def test_rejected_records_are_written_mended_and_imported_alone(url: str, tmp_path: Path):
    text = "startup,provider,spend_usd\nAcme,OpenAI,100\nBorealis,,\n"
    rejects = tmp_path / "rejects.csv"
    words = ("import", inventory(tmp_path, text), "--portfolio", "mine")
    assert "1 record to correct in" in said(*words, "--rejects", str(rejects), url=url)
    rejects.write_bytes(rejects.read_bytes().replace(b"Borealis,", b"Borealis,Mistral"))
    corrected = answer("import", str(rejects), "--portfolio", "mine", url=url)
    assert (corrected["outcome"], corrected["accepted"], corrected["warnings"]) == ("accept", 1, [])
    assert len(answer("startups", "--portfolio", "mine", url=url)) == 2
    # A file that is there is never written over, and nothing is imported before that is known.
    assert "exists already" in refusal(*words, "--rejects", str(rejects), url=url)


def test_changes_are_shown_before_and_after(url: str, tmp_path: Path):
    head = "startup,provider,spend_usd\n"
    words = ("--portfolio", "mine")
    answer("import", inventory(tmp_path, f"{head}Acme,OpenAI,100\n"), *words, url=url)
    file = inventory(tmp_path, f"{head}Acme,OpenAI,1500\n")
    read = said("import", file, *words, "--dry-run", url=url)
    assert "Would be changed 1" in read
    assert "100 1,500" in read
    answer("import", file, *words, url=url)
    assert "already imported as batch 2; nothing changes" in said("import", file, *words, url=url)
    assert "a later import speaks of it too" in said("undo", "1", url=url)


def test_whoever_waits_at_a_terminal_hears_how_far_it_is(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    heard: list[float] = []

    class Bar:
        def __enter__(self):
            return heard.append

        def __exit__(self, *_: object):
            return None

    file = inventory(tmp_path)
    # Nobody waits at the end of a pipe: no bar is drawn.
    assert "━" not in said("import", file, "--portfolio", "mine", "--dry-run", url=url)
    monkeypatch.setattr("ui.terminal.commands.imports.progress", lambda *_, **__: Bar())
    answer("import", file, "--portfolio", "mine", url=url)
    assert heard == sorted(heard)
    assert heard[-1] > heard[0]
