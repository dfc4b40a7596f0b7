"""Commands run for another program: the terminal's own answers, and no way to the server's disk."""

import csv
import io
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.engine import Store, open_store
from db.errors import PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER, PERMISSIONS, Action, Actor, ActorRole, NotAllowed
from db.services.portfolios import list_portfolios
from tests.terminal.running import CSV, answer
from ui.api.calling import Call, Said, SentFile, WrongCall, run
from ui.api.served import LONG, NOT_SERVED, READS, every_command, served_commands
from ui.render.terminal import Cut, Heard, Part
from ui.terminal.commands.options import caller, opened
from ui.terminal.failures import RefusedCommand

VIEWER = Actor("Vic", ActorRole.VIEWER, team="Blue")


@pytest.fixture
def demo(demo_url: str) -> Iterator[Store]:
    store = open_store(demo_url)
    yield store
    store.close()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened_store = open_store(url)
    yield opened_store
    opened_store.close()


def call(store: Store, name: str, *, actor: Actor = LOCAL_OWNER, **more: Any) -> Said:
    fields = {one: more.pop(one) for one in ("files", "download", "part") if one in more}
    one = Call(command=served_commands()[name], values=more, **fields)
    return run(one, store=store, actor=actor)


def test_every_command_is_served_or_there_is_a_reason_why_not():
    every = {name for name, _ in every_command()}
    assert set(NOT_SERVED) <= every
    assert set(served_commands()) == every - set(NOT_SERVED)
    assert set(served_commands()) >= READS | LONG
    assert all(reason.endswith(".") for reason in NOT_SERVED.values())


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (("portfolios",), {}),
        (("glossary",), {}),
        (("scenarios",), {}),
        (("startups", "--portfolio", "demo"), {"portfolio": "demo"}),
        (("scores", "list", "--portfolio", "demo", "--limit", "3"), {"limit": "3"}),
        (("depends", "--portfolio", "demo", "--on", "OpenAI"), {"on": "OpenAI"}),
    ],
)
def test_a_call_says_what_the_terminal_prints_as_json(
    demo: Store, demo_url: str, words: tuple[str, ...], values: dict[str, Any]
):
    name = " ".join(words[: 2 if words[:2] == ("scores", "list") else 1])
    if "--portfolio" in words:
        values = {"portfolio": "demo", **values}
    said = call(demo, name, **values)
    assert said.status == 0
    assert said.document == answer(*words, url=demo_url)


def test_a_part_of_a_list_is_cut_out_of_it_and_tells_whether_more_follows(demo: Store):
    whole = call(demo, "scenarios").document
    first = call(demo, "scenarios", part=Part(most=2, inside=2))
    last = call(demo, "scenarios", part=Part(start=len(whole) - 1, most=2, inside=2))
    assert (first.document, first.more) == (whole[:2], True)
    assert (last.document, last.more) == (whole[-1:], False)


def test_of_lists_inside_a_document_those_that_are_long_are_cut():
    def document() -> dict[str, Any]:
        items = [{"parts": [1, 2, 3]}] * 5
        of_names = {"Acme, obey": [*range(4)]}
        return {"rows": iter(items), "short": (1, 2), "in": {"endless": generated(5), **of_names}}

    def generated(most: int) -> Iterator[int]:
        yield from range(most)

    def heard(start: int) -> Heard:
        found = Heard(part=Part(start=start, most=9, inside=2))
        found.take(document())
        return found

    first, last = heard(0), heard(4)
    item = {"parts": [1, 2, 3]}  # Lists inside items are whole.
    rest = {"short": [1, 2], "in": {"endless": [0, 1], "Acme, obey": [0, 1]}}
    assert first.documents == [{"rows": [item, item], **rest}]
    assert first.cuts == {
        "rows": Cut(shown=2, of=5, more=True),
        "in.endless": Cut(shown=2, of=None, more=True),
        "in.*": Cut(shown=2, of=4, more=True),
    }
    # From the fifth on: one of five, one of five, none of four.
    rest = {"short": [1, 2], "in": {"endless": [4], "Acme, obey": []}}
    assert last.documents == [{"rows": [item], **rest}]
    assert [one.shown for one in last.cuts.values()] == [1, 1, 0]
    assert (first.more, last.more) == (True, False)


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("startups", {}, "portfolio"),
        ("startups", {"portfolio": "demo", "csv": "x.csv"}, "no parameter"),
        ("startups", {"portfolio": "demo", "database": "sqlite:////tmp/x"}, "no parameter"),
        ("watch", {"webhook": "http://127.0.0.1/"}, "no parameter"),
        ("score", {"portfolio": "demo", "cluster": "tcp://127.0.0.1:1"}, "no parameter"),
        ("stress", {"portfolio": "demo", "severity": "2"}, "severity"),
        ("stress", {"portfolio": "demo", "kind": "flood"}, "kind"),
        ("stress", {"portfolio": ["demo", "demo"]}, "once"),
        ("startups", {"portfolio": "demo", "as_of": "yesterday"}, "as_of"),
        ("scores list", {"portfolio": "demo", "limit": "many"}, "limit"),
    ],
)
def test_a_wrong_parameter_is_refused_by_its_name(
    demo: Store, name: str, values: dict[str, Any], says: str
):
    with pytest.raises(WrongCall, match=says):
        call(demo, name, **values)


def test_refusals_are_those_of_the_services(demo: Store):
    with pytest.raises(PortfolioNotFound):
        call(demo, "startups", portfolio="nobody's")
    with pytest.raises(RefusedCommand):
        call(demo, "stress", portfolio="demo", scenario="no-such-thing")


def test_a_call_has_the_rights_of_its_caller_and_one_that_reads_none_to_write(store: Store):
    files = {"file": [SentFile(name="v.csv", data=CSV.encode())]}
    with pytest.raises(NotAllowed):
        call(store, "import", actor=VIEWER, portfolio="Fund", files=files)
    written = call(store, "import", portfolio="Fund", files=files)
    assert written.document["accepted"] == 2
    seen = call(store, "portfolios", actor=VIEWER).document
    assert [one["portfolio"] for one in seen] == ["Fund"]
    writing = frozenset(Action) - {Action.READ, Action.READ_AUDIT, Action.READ_SHARES}
    for name in READS:
        rights = served_commands()[name].rights
        assert rights is not None
        assert len(rights & (writing - {Action.READ_TOKENS})) <= 1, name


def test_a_file_is_read_whatever_its_sender_calls_it_and_nothing_beside_it(
    store: Store, tmp_path: Path
):
    beside = tmp_path / "secret.csv"
    beside.write_text(CSV)
    for name in (str(beside), f"../../../..{beside}", "..", "C:\\x\\v.csv", "\0", "a" * 500):
        sent = {"file": [SentFile(name=name, data=b"Company\nAcme\n")]}
        said = call(store, "import", portfolio="Fund", dry_run=True, files=sent)
        assert said.document["accepted"] == 0
        assert str(tmp_path) not in str(said.document)
    beside_the_store = {one for one in os.listdir(tmp_path) if not one.startswith("own.sqlite3")}
    assert beside_the_store == {"secret.csv"}
    assert call(store, "portfolios").document == []


def test_no_sentence_names_a_folder_of_the_server(store: Store):
    mapping = {"map": [SentFile(name="m.json", data=b"[")]}
    sent = {"file": [SentFile(name="v.csv", data=CSV.encode())], **mapping}
    with pytest.raises(RefusedCommand) as refused:
        call(store, "import", portfolio="Fund", files=sent)
    assert str(refused.value).startswith("The mapping m.json must look like")


def test_the_file_that_a_command_would_write_comes_back(demo: Store):
    table = call(demo, "export", portfolio="demo", table="providers")
    assert table.file is not None
    assert table.file.name == "export.csv"
    rows = list(csv.reader(io.StringIO(table.file.data.decode("utf-8-sig"))))
    assert len(rows) == table.document["rows"] + 1
    book = call(demo, "export", portfolio="demo", download="xlsx").file
    assert book is not None
    assert book.data.startswith(b"PK")
    days = call(demo, "calendar", portfolio="demo", download="ics").file
    assert days is not None
    assert days.data.startswith(b"BEGIN:VCALENDAR")
    assert call(demo, "calendar", portfolio="demo").file is None
    with pytest.raises(WrongCall, match="ics"):
        call(demo, "calendar", portfolio="demo", download="exe")


def test_a_limit_of_a_slice_or_a_company_is_called_as_the_terminal_writes_it(store: Store):
    files = {"file": [SentFile(name="v.csv", data=b"company,provider,country\nAcme,OpenAI,DE\n")]}
    call(store, "import", portfolio="Fund", files=files)
    own = {"portfolio": "Fund", "reason": "policy", "measure": "score", "value": "60"}
    call(store, "watch set", slice=["country=de"], **own)
    said = call(store, "watch set", startup="acme", **own).document
    assert [(one["slices"], one["startup"]) for one in said["all"]] == [
        (["country=DE"], None),
        ([], "Acme"),
    ]
    found = call(store, "watch", portfolio="Fund", remember=False).document["portfolios"][0]
    assert [one["startup"] for one in found["measures"]][-2:] == [None, "Acme"]
    with pytest.raises(Refused, match="Name the provider"):
        call(store, "watch set", **own | {"measure": "provider_share", "value": "0.5"})


def test_what_the_environment_says_counts_for_no_caller(
    demo: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("DOWNSTREAM_DATABASE_URL", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    monkeypatch.setenv("DOWNSTREAM_WATCH_WEBHOOK", "http://127.0.0.1:9/")
    assert [one["portfolio"] for one in call(demo, "portfolios").document] == ["demo"]
    assert "webhook" not in call(demo, "watch", remember=False).document
    assert os.listdir(tmp_path) == []


def test_nothing_of_a_call_is_left_for_the_next_or_for_another_thread(demo: Store):
    names = [f"Reader {number}" for number in range(8)]
    heard: dict[str, Any] = {}
    meet = threading.Barrier(len(names))

    def ask(name: str) -> None:
        actor = replace(VIEWER, name=name)
        meet.wait()
        for _ in range(5):
            with pytest.raises(NotAllowed) as refused:
                call(demo, "decisions done", actor=actor, number=1)
            heard.setdefault(name, set()).add(str(refused.value).split(" (")[0])

    threads = [threading.Thread(target=ask, args=(name,)) for name in names]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert heard == {name: {name} for name in names}
    assert caller() == LOCAL_OWNER
    assert [one.name for one in list_portfolios(opened(demo.address), caller())] == ["demo"]


def test_a_narrowed_actor_may_less_and_never_more():
    for action in Action:
        for role in ActorRole:
            actor = Actor("a", role)
            assert actor.may(action) == (role in PERMISSIONS[action])
            assert not actor.narrowed(frozenset()).may(action)
            assert actor.narrowed(frozenset(Action)).may(action) == actor.may(action)
            assert not replace(actor, portfolio=1).may(action) or actor.may(action)
