"""Routes for other programs: who may ask which, what is answered, and what no attack gets."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from db.engine import Store, open_store
from db.errors import TooManyRequests
from db.records import CorrectionRecord
from db.services.access import LOCAL_OWNER
from db.services.api_calls import begin_call
from db.services.audit import verify_audit
from db.services.contract_records import keep_contracts
from db.services.decisions import record_decision
from db.services.drill_files import DrillFile, import_drills
from db.services.drills import record_drill
from db.services.evaluations import record_evaluation
from db.services.filings import keep_register
from db.services.forecasts import keep_forecasts
from db.services.imports import publish_import
from db.services.people import SignIn, actor_of, set_role
from db.services.portfolio_changes import archive_portfolio
from db.services.portfolios import list_portfolios
from db.services.question_forms import ask_founder
from db.services.realised_losses import note_loss
from db.services.scenario_files import keep_file
from db.services.share_contents import Wanted
from db.services.shares import ShareKind, create_share
from db.services.teams import assign_team
from db.services.tokens import TokenScope, create_token, list_tokens, revoke_token
from risk.inventory.contracts import Contract
from tests.api.route_decisions import (
    ALLOWED,
    BLUE,
    FILES,
    HIDDEN,
    OWN_VALUES,
    RED,
    REFUSED,
    ROUTES,
    STRANGER,
    STRANGERS,
    TOKENS,
    VALUES,
)
from tests.db.access_decisions import ARGUMENTS, CRISIS, DRILLS, FILING, LOSS
from ui import cached
from ui.api import routes
from ui.api.calling import Call
from ui.api.description import method_of, path_of
from ui.api.desk import Desk
from ui.api.jobs import JobDesk
from ui.api.served import ServedCommand, served_commands
from ui.logs import redacted

#: What is said to somebody for whom the thing does not exist.
NOT_THERE = (
    *("is taken by another team", "is for one portfolio", "There is no decision"),
    *("There is no drill", "There is no evaluation", "There is no import", "There is no register"),
    *("There is no forecast", "There is no loss", "There is no portfolio"),
)
DATA = b"startup,provider,use_case,contract\nAcme,OpenAI,Chat,C-1\nAcme Two,OpenAI,Chat,\n"
LIMIT = {"portfolio": "Fund", "measure": "expected_loss_usd", "value": 5, "reason": "a test"}
INVENTORY = {"file": ("v.csv", b"startup,provider\nBorealis,Cohere\n", "text/csv")}


class Server:
    """The routes on a store of the test's own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.tokens: dict[str, str] = {"none": "", "unknown": "ds_nobody's"}
        self.client = TestClient(Starlette(routes=routes.ROUTES), base_url="http://127.0.0.1")

    def make(self, label: str, maker: Any = LOCAL_OWNER, **asked: Any) -> str:
        asked = {"scopes": [TokenScope.READ], **asked}
        self.tokens[label] = create_token(self.store, maker, label, **asked).secret
        return self.tokens[label]

    def ask(self, token: str, path: str, *, method: str = "GET", **more: Any) -> Any:
        headers = more.pop("headers", {})
        if self.tokens[token]:
            headers = {"Authorization": f"Bearer {self.tokens[token]}", **headers}
        return self.client.request(method, f"{routes.PREFIX}{path}", headers=headers, **more)

    def call(self, token: str, command: ServedCommand, values: dict[str, Any]) -> Any:
        path, method = path_of(command), method_of(command)
        if method == "GET":
            return self.ask(token, path, params=values)
        if any(one.required for one in command.files.values()):
            files = {
                name: ("f.csv", FILES.get(command.name, DATA))
                for name in command.files
                if command.files[name].required
            }
            sent = {name: str(one) for name, one in values.items()}
            return self.ask(token, path, method="POST", data=sent, files=files)
        return self.ask(token, path, method="POST", json=values)

    def done(self, token: str, answer: Any) -> Any:
        """The result of a job, once it is there."""
        path = answer.json()["address"].removeprefix(routes.PREFIX)
        while self.ask(token, path).json()["state"] == "running":
            time.sleep(0.05)
        return self.ask(token, f"{path}/result")


@pytest.fixture
def server(
    prepared_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    copy = shutil.copy(prepared_file, tmp_path / "own.sqlite3")
    store = open_store(f"sqlite:///{copy}")
    st.cache_resource.clear()
    monkeypatch.setattr(cached, "whole_store", lambda: store)
    desk = Desk(lambda: store, believed_seconds=0.0, written_after_seconds=3600.0)
    monkeypatch.setattr(routes, "desk", desk)
    monkeypatch.setattr(routes, "jobs", JobDesk())
    yield Server(store)
    store.close()
    st.cache_resource.clear()


@pytest.fixture
def blue(server: Server) -> Server:
    """Portfolios of the team Blue with one of everything, another one, and all kinds of tokens."""
    store = server.store
    for subject, actor in (("a", BLUE), ("r", RED)):
        sign_in = SignIn(issuer="i", subject=subject, name="", email="", at=store.now())
        person = actor_of(store, sign_in).person
        assert person == actor.person
        set_role(store, LOCAL_OWNER, person or 0, actor.role, team=actor.team)
    for name in ("Fund", "Put away"):
        publish_import(store, BLUE, data=DATA, file_name="a.csv", portfolio=name)
    archive_portfolio(store, BLUE, "Put away")
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Other")
    assign_team(store, LOCAL_OWNER, "Other", "Green")
    record_decision(store, BLUE, "Fund", "Acme", "Claude API", owner="Ann")
    keep_contracts(store, BLUE, "Fund", [Contract(reference="C-1", notice_days=90.0)], source="t")
    keep_register(store, BLUE, "Fund", FILING, file_name="a.zip")
    import_drills(
        store, BLUE, "Fund", DrillFile(data=DRILLS, file_name="d.csv", conducted_by="Ann")
    )
    for name in ("board", "f.csv"):  # The latter is what callers call the file that they send.
        keep_file(store, BLUE, CRISIS, name=name)
    keep_forecasts(store, BLUE, "Fund", provider="OpenAI")
    note_loss(store, BLUE, "Fund", LOSS)
    record_evaluation(store, BLUE, "Fund", replace(ARGUMENTS["noted"], other="GPT-4.1"))
    record_drill(store, BLUE, "Fund", ARGUMENTS["note"])
    for kind in (ShareKind.LIVE, ShareKind.SNAPSHOT):
        wanted = Wanted(portfolio="Fund", today=store.now().date())
        link = create_share(store, BLUE, wanted, kind=kind)
    with store.write() as session:
        for _ in range(2):
            told = {"items": [], "message": "We left.", "proposed_at": store.now()}
            session.add(CorrectionRecord(link_id=link.share, **told))
    ask_founder(store, BLUE, "Fund", "Acme", ARGUMENTS["asking"], today=store.now().date())
    make_tokens(server)
    return server


def make_tokens(server: Server) -> None:
    server.make("to be revoked")
    for label, (maker, asked) in TOKENS.items():
        server.make(label, maker, **asked)
    server.make("revoked")
    newest = list_tokens(server.store, LOCAL_OWNER)[0].token
    revoke_token(server.store, LOCAL_OWNER, newest)
    server.make("expired")
    with server.store.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE tokens SET expires_at = '2026-01-01 00:00:00' WHERE name = 'expired'"
        )


def values_of(command: ServedCommand) -> dict[str, Any]:
    """What a route is asked with: all that must be stated, and the portfolio where it may be."""
    own = OWN_VALUES.get(command.name, {})
    wanted = {name for name, one in command.parameters.items() if one.required}
    if command.name not in OWN_VALUES and "portfolio" in command.parameters:
        wanted.add("portfolio")
    missing = wanted - VALUES.keys() - own.keys()
    assert not missing, f"name a value for {missing} of {command.name} in route_decisions.py"
    return {**{name: VALUES[name] for name in wanted - own.keys()}, **own}


def met(answer: Any) -> str:
    """What a caller met."""
    if answer.status_code == 401:
        return STRANGER
    if answer.status_code == 403:
        return REFUSED
    said = str(answer.json().get("detail", "")) if "json" in answer.headers["content-type"] else ""
    if "is archived" in said:
        return ALLOWED
    if answer.status_code == 404 or any(one in said for one in NOT_THERE):
        return HIDDEN
    if "may not make share link" in said:  # told of one company of several
        return REFUSED
    assert answer.status_code < 500, answer.text
    return ALLOWED


def test_somebody_decided_about_every_route():
    assert set(ROUTES) == set(served_commands())


def test_whoever_has_no_token_that_counts_is_let_in_nowhere(blue: Server):
    wrong = set()
    for command in served_commands().values():
        for label in STRANGERS:
            if label == "unknown":
                continue
            with blue.store.write() as session:  # Guessing is limited, which is another test.
                session.connection().exec_driver_sql("DELETE FROM share_attempts")
            answer = blue.call(label, command, {})
            if met(answer) != STRANGER or "Bearer" not in answer.headers["www-authenticate"]:
                wrong.add((command.name, label, answer.status_code))
    assert sorted(wrong) == []
    assert met(blue.ask("unknown", "/portfolios")) == STRANGER


#: Routes whose answer takes the engine some time: that they are open is told by the other tests.
OPEN_ONES_TAKE_LONG = routes._HEAVY | {"scores keep", "questions send", "share create", "dora draw"}
#: What takes away what the others are asked about, in this order.
LAST = (
    *("crisis remove", "losses undo"),
    *("evaluations undo", "drills undo", "drills undo-import", "decisions undo", "funds undo"),
    *("questions revoke", "share revoke", "contracts remove", "dora remove-row", "dora remove"),
    *("merge", "rename", "end", "exit", "undo", "portfolios rename", "portfolios unarchive"),
    *("portfolios archive", "portfolios delete"),
)


def in_order() -> list[ServedCommand]:
    def place(one: ServedCommand) -> tuple[int, bool, str]:
        return LAST.index(one.name) + 1 if one.name in LAST else 0, not one.reads, one.name

    return sorted(served_commands().values(), key=place)


def test_every_route_meets_every_token_as_was_decided(blue: Server):
    wrong = set()
    fund = [one for one in list_portfolios(blue.store, LOCAL_OWNER) if one.name == "Fund"]
    assert fund
    for command in in_order():
        for token in sorted(TOKENS, key=lambda one: ROUTES[command.name].verdict(one) == ALLOWED):
            decided = ROUTES[command.name].verdict(token)
            if decided == ALLOWED and command.name in OPEN_ONES_TAKE_LONG:
                continue
            rows = verify_audit(blue.store, LOCAL_OWNER).rows
            answer = blue.call(token, command, values_of(command))
            if answer.status_code == 202:
                answer = blue.done(token, answer)
            found = met(answer)
            written = verify_audit(blue.store, LOCAL_OWNER).rows - rows
            if found != decided or (written and (command.reads or decided != ALLOWED)):
                wrong.add((command.name, token, found, written, answer.text[:150]))
    assert sorted(wrong) == []


# --- What is answered -----------------------------------------------------------------------------


def test_a_reading_answer_has_a_tag_by_which_it_is_not_sent_again(server: Server):
    server.make("read")
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    first = server.ask("read", "/portfolios")
    assert [one["portfolio"] for one in first.json()["data"]] == ["Fund"]
    tag = {"If-None-Match": first.headers["etag"]}
    again = server.ask("read", "/portfolios", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="New")
    changed = server.ask("read", "/portfolios", headers=tag)
    assert [one["portfolio"] for one in changed.json()["data"]] == ["Fund", "New"]


def test_a_list_is_read_page_by_page_and_says_when_it_changed_meanwhile(server: Server):
    server.make("read")
    whole = server.ask("read", "/scenarios").json()["data"]
    path, found = "/scenarios?limit=7", []
    while path:
        page = server.ask("read", path.removeprefix(routes.PREFIX)).json()
        found += page["data"]
        before, path = path, page["next"]
        assert len(page["data"]) == 7 or not path
    assert found == whole
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="New")
    assert server.ask("read", before.removeprefix(routes.PREFIX)).status_code == 409
    for wrong in ("limit=0", "limit=1001", "limit=x", "cursor=x", "limit=1&limit=2"):
        assert server.ask("read", f"/scenarios?{wrong}").status_code == 422


def test_a_long_list_inside_a_document_has_pages_too(server: Server):
    server.make("read")
    rows = "startup,provider\n" + "".join(f"C{number:02},OpenAI\n" for number in range(30))
    publish_import(
        server.store, LOCAL_OWNER, data=rows.encode(), file_name="a.csv", portfolio="Fund"
    )
    whole = server.ask("read", "/depends?portfolio=Fund&on=OpenAI").json()
    assert (len(whole["data"]["startups"]), whole["notes"], whole["next"]) == (30, [], None)
    path, found, notes = "/depends?portfolio=Fund&on=OpenAI&limit=20", [], []
    while path:
        page = server.ask("read", path.removeprefix(routes.PREFIX)).json()
        assert page["data"]["direct"] == 30
        found += page["data"]["startups"]
        notes += page["notes"]
        before, path = path, page["next"]
    assert found == whole["data"]["startups"]
    assert notes == ["startups: items 1 to 20 of 30.", "startups: items 21 to 30 of 30."]
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="New")
    assert server.ask("read", before.removeprefix(routes.PREFIX)).status_code == 409


def test_an_import_is_a_job_of_its_token_alone(server: Server):
    server.make("import", scopes=[TokenScope.IMPORT])
    server.make("colleague", scopes=[TokenScope.IMPORT])
    begun = server.ask(
        "import", "/import", method="POST", data={"portfolio": "Fund"}, files=INVENTORY
    )
    assert begun.status_code == 202
    path = begun.headers["location"].removeprefix(routes.PREFIX)
    done = server.done("import", begun)
    assert (done.status_code, done.json()["data"]["accepted"]) == (200, 1)
    assert server.ask("import", path).json()["progress"] == 1.0
    for other in (path, f"{path}/result"):
        assert server.ask("colleague", other).status_code == 404
    assert server.ask("import", "/jobs/nobody's").status_code == 404


def test_a_file_that_is_refused_is_a_problem_that_says_why(server: Server):
    server.make("import", scopes=[TokenScope.IMPORT])
    bad = {"file": ("v.csv", b"\xff\xfe\x00\x00\x00")}
    begun = server.ask("import", "/import", method="POST", data={"portfolio": "F"}, files=bad)
    answer = server.done("import", begun)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == 422
    assert answer.json()["data"]["outcome"] == "reject_file"


def test_the_same_key_is_answered_as_the_first_time_and_runs_nothing_again(server: Server):
    server.make("share", scopes=[TokenScope.IMPORT])
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    asked = LIMIT
    more = {"method": "POST", "headers": {"Idempotency-Key": "k"}}
    first = server.ask("share", "/watch/set", json=asked, **more)
    rows = verify_audit(server.store, LOCAL_OWNER).rows
    again = server.ask("share", "/watch/set", json=asked, **more)
    assert (
        (again.status_code, again.content)
        == (first.status_code, first.content)
        == (200, first.content)
    )
    assert again.headers["idempotency-replayed"] == "true"
    assert verify_audit(server.store, LOCAL_OWNER).rows == rows
    assert server.ask("share", "/watch/set", json=asked | {"value": 6}, **more).status_code == 409
    server.make("another", scopes=[TokenScope.IMPORT])
    other = server.ask("another", "/watch/set", json=asked | {"value": 6}, **more)
    assert "idempotency-replayed" not in other.headers


def of_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the routes are those of a process that began nothing."""
    monkeypatch.setattr(routes, "jobs", JobDesk())


def test_another_process_shows_a_job_while_it_runs_and_its_result(
    server: Server, monkeypatch: pytest.MonkeyPatch
):
    server.make("import", scopes=[TokenScope.IMPORT])
    go_on, really = threading.Event(), routes.run

    def slow(call: Call, **named: Any) -> Any:
        if call.command.name == "import":
            named["report"](0.25)
            assert go_on.wait(60)
        return really(call, **named)

    monkeypatch.setattr(routes, "jobs", JobDesk(said_every=0.05))
    monkeypatch.setattr(routes, "run", slow)
    sent = {"data": {"portfolio": "Fund"}, "files": INVENTORY}
    key = {"Idempotency-Key": "monday"}
    begun = server.ask("import", "/import", method="POST", headers=key, **sent)
    path = begun.headers["location"].removeprefix(routes.PREFIX)
    of_another_process(monkeypatch)
    while (seen := server.ask("import", path).json())["progress"] == 0.0:
        time.sleep(0.02)
    assert (seen["state"], seen["progress"]) == ("running", 0.25)
    assert server.ask("import", f"{path}/result").status_code == 409
    again = server.ask("import", "/import", method="POST", headers=key, **sent)
    assert (again.status_code, again.headers["location"]) == (202, begun.headers["location"])
    assert again.headers["idempotency-replayed"] == "true"
    go_on.set()
    assert server.done("import", begun).json()["data"]["accepted"] == 1
    assert server.ask("import", path).json()["state"] == "done"
    assert len(server.ask("import", "/batches").json()["data"]) == 1


def test_a_key_is_known_to_another_process_and_after_a_restart(
    server: Server, monkeypatch: pytest.MonkeyPatch
):
    server.make("import", scopes=[TokenScope.IMPORT])
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    more = {"method": "POST", "headers": {"Idempotency-Key": "k"}}
    first = server.ask("import", "/watch/set", json=LIMIT, **more)
    rows = verify_audit(server.store, LOCAL_OWNER).rows
    of_another_process(monkeypatch)
    again = server.ask("import", "/watch/set", json=LIMIT, **more)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert verify_audit(server.store, LOCAL_OWNER).rows == rows


def test_many_requests_with_one_key_at_once_run_once(server: Server):
    server.make("import", scopes=[TokenScope.IMPORT])
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    rows = verify_audit(server.store, LOCAL_OWNER).rows
    met: list[int] = []
    meet = threading.Barrier(5)

    def ask() -> None:
        meet.wait()
        headers = {"Idempotency-Key": "k"}
        answer = server.ask("import", "/watch/set", method="POST", json=LIMIT, headers=headers)
        met.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(met) <= {200, 409}
    assert 200 in met
    assert verify_audit(server.store, LOCAL_OWNER).rows == rows + 1


def test_what_a_process_left_when_it_died_is_told_to_be_unknown(server: Server):
    server.make("import", scopes=[TokenScope.IMPORT])
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    (token,) = list_tokens(server.store, LOCAL_OWNER)
    left, _ = begin_call(server.store, token.token, "import", is_job=True)
    command = served_commands()["watch set"]
    fingerprint = routes._fingerprint(Call(command=command, values=LIMIT))
    asked = {"is_job": False, "key": "k", "fingerprint": fingerprint}
    begin_call(server.store, token.token, "watch set", **asked)
    more = {"method": "POST", "json": LIMIT, "headers": {"Idempotency-Key": "k"}}
    assert "not done yet" in server.ask("import", "/watch/set", **more).json()["detail"]

    rows = verify_audit(server.store, LOCAL_OWNER).rows
    now = server.store.now()
    server.store.now = lambda: now + timedelta(minutes=2)
    seen = server.ask("import", f"/jobs/{left.name}").json()
    assert (seen["state"], seen["result"]) == ("unknown", None)
    result = server.ask("import", f"/jobs/{left.name}/result")
    again = server.ask("import", "/watch/set", **more)
    for answer in (result, again):
        assert answer.status_code == 409
        assert "nobody knows whether it was done" in answer.json()["detail"]
    assert verify_audit(server.store, LOCAL_OWNER).rows == rows


def test_what_was_refused_frees_its_key(server: Server, monkeypatch: pytest.MonkeyPatch):
    server.make("import", scopes=[TokenScope.IMPORT])
    publish_import(server.store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    more = {"method": "POST", "json": LIMIT, "headers": {"Idempotency-Key": "k"}}

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret detail")

    with monkeypatch.context() as patched:
        patched.setattr(routes, "run", broken)
        assert server.ask("import", "/watch/set", **more).status_code == 500
    wrong = more | {"json": LIMIT | {"value": "five"}}
    assert server.ask("import", "/watch/set", **wrong).status_code == 422
    assert server.ask("import", "/watch/set", **more).status_code == 200


def test_a_token_that_sends_too_much_waits_and_the_others_do_not(server: Server):
    server.make("slow", per_minute=3)
    server.make("read")
    now = server.store.now()
    server.store.now = lambda: now
    assert [server.ask("slow", "/portfolios").status_code for _ in range(4)] == [200, 200, 200, 429]
    wait = int(server.ask("slow", "/portfolios").headers["retry-after"])
    assert 1 <= wait <= 60
    assert server.ask("read", "/portfolios").status_code == 200
    routes.desk.write_down()  # Another process counts what this one wrote down.
    other = Desk(lambda: server.store, believed_seconds=0.0)
    with pytest.raises(TooManyRequests):
        other.admitted(server.tokens["slow"], client="x")
    server.store.now = lambda: now + timedelta(seconds=60)
    assert server.ask("slow", "/portfolios").status_code == 200


def test_an_end_counts_at_once_however_often_the_token_was_used(server: Server):
    server.make("read")
    assert server.ask("read", "/portfolios").status_code == 200
    revoke_token(server.store, LOCAL_OWNER, 1)
    assert server.ask("read", "/portfolios").status_code == 401


def test_an_error_of_ours_has_an_id_and_no_traceback(
    server: Server, monkeypatch: pytest.MonkeyPatch
):
    server.make("read")

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(routes, "run", broken)
    answer = server.ask("read", "/glossary")
    assert answer.status_code == 500
    assert answer.json()["error_id"] in answer.json()["detail"]
    assert "secret detail" not in answer.text


def test_the_description_names_every_route_with_its_parameters_and_no_fixed_one(server: Server):
    found = server.ask("none", "/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    for command in served_commands().values():
        said = found["paths"][path_of(command)][method_of(command).lower()]
        assert said["summary"] == command.summary
        assert not command.fixed.keys() & json.dumps(said.get("parameters", [])).split('"')
    stress = found["paths"]["/stress"]["get"]["parameters"]
    kinds = next(one["schema"]["enum"] for one in stress if one["name"] == "kind")
    assert "wind_down" in kinds
    page = server.ask("none", "/docs").text
    assert "<script" not in page
    assert "http://" not in page.replace("http://127.0.0.1", "")
    assert all(routes.PREFIX + path_of(one) in page for one in served_commands().values())


# --- Attacks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": "Basic {}"},
        {"Authorization": "Bearer {}x"},
        {"Authorization": "Bearer {} {}"},
        {"Cookie": "token={}; Authorization={}"},
        {"X-Api-Key": "{}"},
    ],
)
def test_only_the_whole_token_in_its_header_lets_in(server: Server, headers: dict[str, str]):
    secret = server.make("read")
    sent = {name: text.replace("{}", secret) for name, text in headers.items()}
    for path in ("/portfolios", f"/portfolios?token={secret}&access_token={secret}"):
        answer = server.client.get(f"{routes.PREFIX}{path}", headers=sent)
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


def test_a_secret_is_in_no_answer_no_store_and_no_log(server: Server):
    secret = server.make("admin", scopes=[TokenScope.ADMIN])
    for path in ("/tokens/list", "/audit/list", "/people/list", "/nope", "/startups?portfolio=x"):
        assert secret not in server.ask("admin", path).text
    assert secret not in redacted(f"GET /x?y={secret} Authorization: Bearer {secret}")
    file = server.store.file
    assert file is not None
    for beside in file.parent.glob("own.sqlite3*"):
        assert secret.encode() not in beside.read_bytes()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/import", {"portfolio": "F", "file": "/etc/passwd"}),
        ("/incidents/import", {"source": "/etc/passwd"}),
        ("/incidents/import", {"source": "http://127.0.0.1:1/"}),
        ("/dora/export", {"folder": "x", "register": 1}),
        ("/score", {"portfolio": "F", "cluster": "tcp://127.0.0.1:1"}),
        ("/watch", {"portfolio": "F", "webhook": "http://127.0.0.1:1/"}),
        ("/backup", {"file": "x"}),
        ("/restore", {"file": "x"}),
        ("/tokens/create", {"name": "x", "scope": ["admin"]}),
        ("/init", {}),
        ("/portfolios", {"database": "sqlite:///x"}),
    ],
)
def test_no_path_no_address_and_no_store_of_the_server_can_be_named(
    server: Server, path: str, body: dict[str, Any]
):
    server.make("admin", scopes=[TokenScope.ADMIN])
    before = state_of(server)
    for more in ({"json": body}, {"data": body}, {"data": body, "files": {"x": b"x"}}):
        answer = server.ask("admin", path, method="POST", **more)
        if answer.status_code == 202:
            answer = server.done("admin", answer)
        assert answer.status_code in (404, 405, 422), answer.text
        assert "root:" not in answer.text
    got = server.ask("admin", path, params=body)
    assert got.status_code in (404, 405, 422)
    assert state_of(server) == before


def state_of(server: Server) -> tuple[int, list[str]]:
    file = server.store.file
    assert file is not None
    names = sorted(one.name for one in file.parent.iterdir() if "sqlite3-" not in one.name)
    return verify_audit(server.store, LOCAL_OWNER).rows, names


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"reason": {"a": 1}}', "application/json", 422),
        (b'{"portfolio": "\\ud800"}', "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b"x" * 1_000_001, "application/json", 413),
        (b"<a/>", "application/xml", 415),
        (b"--x\r\nno part", "multipart/form-data; boundary=x", 400),
        (b"x", "multipart/form-data", 400),
    ],
)
def test_what_is_no_request_is_told_so(server: Server, body: bytes, kind: str, status: int):
    server.make("import", scopes=[TokenScope.IMPORT])
    answer = server.ask(
        "import", "/watch/set", method="POST", content=body, headers={"Content-Type": kind}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_nobody_is_answered_from_what_another_token_may_see(blue: Server):
    path = "/scores/list?portfolio=Fund"
    for path in ("/portfolios", "/people/list", "/batches"):
        first = blue.ask("admin", path)
        assert first.status_code == 200
        for token in ("read", "other team", "other portfolio", "share"):
            answer = blue.ask(token, path)
            assert answer.status_code == 403 or answer.json() != first.json(), (path, token)
    seen = {
        token: {one["portfolio"] for one in blue.ask(token, "/portfolios").json()["data"]}
        for token in ("read", "other team", "other portfolio")
    }
    assert seen == {"read": {"Fund"}, "other team": set(), "other portfolio": {"Other"}}


def test_readers_of_two_teams_at_once_are_each_told_their_own(blue: Server):
    heard: dict[str, set[str]] = {"read": set(), "other team": set(), "other portfolio": set()}

    def ask(token: str) -> None:
        for number in range(20):
            found = blue.ask(token, f"/portfolios?limit={number + 1}").json()["data"]
            heard[token] |= {one["portfolio"] for one in found}

    threads = [threading.Thread(target=ask, args=(token,)) for token in heard for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert heard == {"read": {"Fund"}, "other team": set(), "other portfolio": {"Other"}}
