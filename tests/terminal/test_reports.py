"""Reports in the terminal."""

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import cli
from tests.db.feed_server import Page, serving
from tests.terminal.running import answer, inventory, refusal
from ui.wording import money

HOSTS = re.compile(r"(?:src|href)=\"(?!data:)[^\"#]")


def test_a_report_is_one_page_without_scripts_or_addresses_and_a_workbook(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    page, book = tmp_path / "r.html", tmp_path / "r.xlsx"
    said = answer(
        "report", "--portfolio", "mine", "--html", str(page), "--xlsx", str(book), url=url
    )
    assert said["files"] == [str(page), str(book)]
    html = page.read_text()
    assert "Acme Notes" in html
    assert "<script" not in html
    assert HOSTS.findall(html) == []
    assert re.search(r"Content SHA-256</dt><dd><code>[0-9a-f]{64}</code>", html)
    assert load_workbook(book).sheetnames[0] == "Summary"


def test_a_report_of_one_startup_names_no_other(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    page = tmp_path / "r.html"
    words = ("report", "--portfolio", "mine", "--startup", "Borealis", "--html", str(page))
    answer(*words, url=url)
    assert "Borealis" in page.read_text()
    assert "Acme" not in page.read_text()


def test_a_report_of_one_scenario_says_what_is_tested_and_what_it_stands_on(
    url: str, tmp_path: Path
):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    known = answer("scenarios", url=url)
    tested = next(one for one in known if one["kind"] == "wind_down" and one["root"] == "OpenAI")
    loss = answer("stress", "--portfolio", "mine", "--scenario", tested["id"], url=url)
    page = tmp_path / "r.html"
    words = ("report", "--portfolio", "mine", "--scenario", tested["id"], "--html", str(page))
    assert answer(*words, url=url)["scenario"] == tested["id"]
    html = page.read_text()
    assert f"Stress test: {tested['title']}" in html
    assert money(loss["total_usd"]) in html
    assert "Acme Notes" in html
    assert re.search(r"<dt>Data</dt><dd>digest [0-9a-f]{8,}", html)
    assert re.search(r"<dt>Model</dt><dd>version .+, catalogue of ", html)
    assert "<script" not in html
    assert HOSTS.findall(html) == []


def test_a_report_is_of_one_thing(url: str, tmp_path: Path):
    words = ("report", "--portfolio", "mine", "--html", str(tmp_path / "r.html"))
    both = ("--startup", "Acme", "--scenario", "x")
    assert "not both" in refusal(*words, *both, url=url)
    assert "There is no scenario" in refusal(*words, "--scenario", "x", url=url)


def test_what_cannot_be_written_is_refused_with_what_to_do(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    there = tmp_path / "r.html"
    there.write_text("mine")
    assert "--force" in refusal("report", "--portfolio", "mine", "--html", str(there), url=url)
    assert there.read_text() == "mine"
    assert "Name a file" in refusal("report", "--portfolio", "mine", url=url)
    nowhere, new = str(tmp_path / "no" / "r.html"), str(tmp_path / "new.html")
    assert "no folder" in refusal("report", "--portfolio", "mine", "--html", nowhere, url=url)
    assert "none" in refusal("report", "--portfolio", "none", "--html", new, url=url)


def test_a_report_is_sent_by_itself_from_the_terminal(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    page = Page()
    with serving({"/hook": page}) as host:
        monkeypatch.setenv("DOWNSTREAM_CHANNEL_HOOK", f"{host}/hook".replace("http", "json"))
        asked = ("reports", "tell", "hook", "--portfolio", "mine", "--form", "html")
        (told,) = answer(*asked, "--every", "week", "--redact", "money", url=url)
        assert (told["forms"], told["left_out"], told["every"]) == (["html"], ["money"], "week")
        assert (told["sent"], told["waiting"], told["problem"]) == (0, 0, None)
        number = str(told["number"])
        shown = answer("reports", "test", number, url=url)
        ((file,), posted) = shown["files"], page.posted
        assert (file["name"].endswith("-report.html"), posted, shown["sent"]) == (True, [], False)
        assert answer("reports", "test", number, "--send", url=url)["sent"] is True
        listed = CliRunner().invoke(cli.app, ["reports", "list", "--database", url])
    assert "Mondays" in listed.stdout
    message = json.loads(page.posted[0])
    assert message["title"].startswith("Test: Downstream, mine: the week to")
    assert message["attachments"][0]["filename"] == file["name"]
    assert answer("reports", "end", number, url=url) == []
    assert "no report 9" in refusal("reports", "test", "9", url=url)
