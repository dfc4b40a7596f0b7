"""Inventory files through the terminal: in, refused, questioned, and out again."""

from pathlib import Path

from tests.terminal.running import answer, inventory


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
        "batch",
        "reject_file",
        "disagreements",
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
    text = "startup,provider,spend_usd\nAcme,OpenAI,100\nBorealis,Anthropic,12k\n"
    document = answer("import", inventory(tmp_path, text), "--portfolio", "mine", url=url)
    assert document["outcome"] == "partial"
    assert (document["accepted"], document["rejected"]) == (1, 1)
    (problem,) = document["problems"]
    assert (problem["line"], problem["column"], problem["code"]) == (3, "spend_usd", "bad_number")
    assert "12k" in document["reject_file"]


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
