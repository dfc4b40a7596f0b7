"""Questions to founders in the terminal, as scripts use them."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from db.engine import open_store
from db.services.question_answers import attach_file, save_answers, send_answers
from db.services.share_visits import open_share, visit_of
from tests.terminal.running import answer, inventory, refusal

SEND = ("questions", "send", "--portfolio", "mine")


@pytest.fixture
def mine(url: str, tmp_path: Path) -> str:
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    return url


def answers_come(url: str, link: str) -> None:
    """Somebody at the startup answers one question, does not know another, and sends a file."""
    store = open_store(url)
    token = link.partition("#")[2]
    opened = open_share(store, token=token, passcode=None, client="203.0.113.1")
    visit = visit_of(store, secret=opened.secret, share=opened.share)
    save_answers(store, visit, {0: "2.5m", 1: None}, said_by="Bea")
    attach_file(store, visit, file_name="bill.csv", data=b"a,b\n1,2\n")
    send_answers(store, visit)
    store.close()


def test_questions_are_chosen_sent_followed_and_shown(mine: str, tmp_path: Path):
    known = answer("questions", "choose", "--portfolio", "mine", url=mine)
    assert {one["startup"] for one in known} == {"Acme Notes", "Borealis"}
    removed = [one["removes_usd"] for one in known]
    assert removed == sorted(removed, reverse=True)
    choice = ("questions", "choose", "--portfolio", "mine", "--startup", "Borealis")
    chosen = answer(*choice, "--most", "6", url=mine)
    assert len(chosen["proposed"]) == 6
    assert chosen["questions"][0]["field"] == "annual_revenue_usd"
    (made,) = answer(*SEND, "--startup", "Borealis", "--asked-by", "Ann", url=mine)["links"]
    token = made["link"].partition("/s/#")[2]
    assert (len(token), made["questions"], made["passcode"]) == (43, 9, None)
    (listed,) = answer("questions", "list", url=mine)
    assert token not in str(listed)
    assert (listed["state"], listed["answered"], listed["of"], listed["overdue"]) == (
        *("sent", 0, 9),
        False,
    )
    number = str(listed["id"])
    mail = answer("questions", "remind", number, url=mine)["mail"]
    assert "Borealis" in mail
    assert token not in mail
    answers_come(mine, made["link"])
    shown = answer("questions", "show", number, "--files", str(tmp_path), url=mine)
    assert (shown["state"], shown["not_known"], shown["files"]) == ("answered", 1, 1)
    states = [one["state"] for one in shown["answers"]]
    assert (states.count("answered"), states.count("not known"), states.count("open")) == (1, 1, 7)
    assert (tmp_path / f"{number}-1-bill.csv").read_bytes() == b"a,b\n1,2\n"
    assert "exists already" in refusal(
        "questions", "show", number, "--files", str(tmp_path), url=mine
    )
    (correction,) = answer("correction", "list", url=mine)
    assert (correction["asked"], correction["id"]) == (True, shown["correction"])
    answer("correction", "accept", str(correction["id"]), url=mine)
    again = answer(*choice, url=mine)
    assert len(again["not_known_before"]) == 1
    assert not set(again["not_known_before"]) & set(again["proposed"])
    assert set(answer(*choice, "--again", url=mine)["proposed"]) >= set(again["not_known_before"])
    assert "answered: there is nothing" in refusal("questions", "remind", number, url=mine)


def test_many_links_leave_as_one_file_and_what_was_made_is_never_lost(mine: str, tmp_path: Path):
    file = tmp_path / "links.csv"
    both = ("--startup", "Acme Notes", "--startup", "Borealis", "--passcode", "--own", "Who?")
    told = answer(*SEND, *both, "--csv", str(file), url=mine)
    assert told["refused"] == []
    assert "link" not in told["links"][0]
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [row["startup"] for row in rows] == ["Acme Notes", "Borealis"]
    assert all(row["link"].startswith("http") for row in rows)
    assert all(len(row["passcode"].split()) == 6 for row in rows)
    assert "exists already" in refusal(*SEND, *both, "--csv", str(file), url=mine)
    nowhere = str(tmp_path / "none" / "links.csv")
    assert "cannot be written" in refusal(*SEND, *both, "--csv", nowhere, url=mine)
    assert len(answer("questions", "list", url=mine)) == 2  # no link without a place for it
    partly = answer(*SEND, "--startup", "Borealis", "--startup", "Nobody", url=mine, status=2)
    assert [one["startup"] for one in partly["links"]] == ["Borealis"]
    assert partly["refused"] == ["There is no company called 'Nobody' in mine."]
    assert answer("questions", "revoke", "3", url=mine)["state"] == "revoked"


def test_what_cannot_be_asked_is_refused_in_a_sentence(mine: str):
    one = ("--startup", "Borealis")
    assert "3 to 15" in refusal(*SEND, *one, "--most", "2", url=mine)
    assert "questions 0 to" in refusal(*SEND, *one, "--only", "99", url=mine)
    assert "one company" in refusal(*SEND, *one, "--startup", "X", "--only", "1", url=mine)
    assert "choose another day" in refusal(*SEND, *one, "--due", "2020-01-01", url=mine)
    assert "no company called" in refusal(*SEND, "--startup", "Nobody", url=mine)
    assert "no portfolio named" in refusal("questions", "choose", "--portfolio", "x", url=mine)
    for command in ("show", "remind", "revoke"):
        assert "asks no questions" in refusal("questions", command, "7", url=mine)


def test_people_get_tables_and_the_link_alone_on_standard_output(mine: str):
    def run(*words: str) -> str:
        done = CliRunner().invoke(cli.app, [*words, "--database", mine])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "Annual revenue" in run("questions", "choose", "--portfolio", "mine")
    assert "What is your revenue a year?" in run(
        "questions", "choose", "--portfolio", "mine", "--startup", "Borealis"
    )
    (link,) = run(*SEND, "--startup", "Borealis", "--only", "0").splitlines()
    assert link.startswith("http")
    assert "Sent, not opened" in run("questions", "list")
    assert "no answer yet" in run("questions", "show", "1")
    assert run("questions", "remind", "1").startswith("Subject:")
