"""Roles, teams and the audit trail in the terminal, and what `serve` refuses."""

import hashlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.engine import open_store
from db.services.people import SignIn, actor_of
from tests.terminal.running import answer, inventory, refusal, refusal_to_serve


def signed_in(url: str) -> None:
    store = open_store(url)
    now = datetime.now(UTC)
    actor_of(store, SignIn(issuer="https://id.example", subject="a", name="Ann", email="", at=now))
    store.close()


def test_somebody_is_given_a_role_and_a_team_and_loses_them(url: str):
    signed_in(url)
    (ann,) = answer("people", "list", url=url)
    assert (ann["person"], ann["name"], ann["role"], ann["team"]) == (1, "Ann", "none", None)
    answer("people", "set", "1", "--role", "analyst", "--team", "Blue", url=url)
    (ann,) = answer("people", "list", url=url)
    assert (ann["role"], ann["team"]) == ("analyst", "Blue")
    answer("people", "set", "1", "--role", "none", url=url)
    assert answer("people", "list", url=url)[0]["role"] == "none"
    assert "one of owner" in refusal("people", "set", "1", "--role", "king", url=url)
    assert "no person 9" in refusal("people", "set", "9", "--role", "viewer", url=url)


def test_a_portfolio_is_given_to_a_team_and_back(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "Fund", url=url)
    answer("teams", "assign", "--portfolio", "Fund", "--team", "Blue", url=url)
    assert answer("teams", "list", url=url) == [{"portfolio": "Fund", "team": "Blue"}]
    answer("teams", "assign", "--portfolio", "Fund", url=url)
    assert answer("teams", "list", url=url) == [{"portfolio": "Fund", "team": None}]


def test_tampering_is_found_with_the_row_named(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "Fund", url=url)
    answer("undo", "1", url=url)
    whole = answer("audit", "verify", url=url)
    assert (whole["whole"], whole["rows"]) == (True, 2)
    newest, _ = answer("audit", "list", url=url)
    assert (newest["action"], newest["actor"]) == ("undo", "local owner")
    assert [one["number"] for one in answer("audit", "list", "--what", "import", url=url)] == [1]
    assert answer("audit", "verify", "--noted", whole["noted"], url=url)["whole"]
    assert "audit verify" in refusal("audit", "verify", "--noted", "x", url=url)

    with sqlite3.connect(url.removeprefix("sqlite:///")) as store:
        store.execute("DROP TRIGGER audit_refuses_update")
        store.execute("UPDATE audit SET actor = 'nobody' WHERE number = 1")
    broken = answer("audit", "verify", url=url, status=1)
    assert (broken["whole"], broken["broken_at"]) == (False, 1)
    assert broken["because"] == "row 1 was changed"


def test_a_rewritten_snapshot_is_found_with_its_link_named(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "Fund", url=url)
    answer("share", "create", "--portfolio", "Fund", "--snapshot", url=url)
    assert answer("audit", "verify", url=url)["snapshots"] == []
    with sqlite3.connect(url.removeprefix("sqlite:///")) as store:
        store.execute("DROP TRIGGER snapshots_refuse_update")
        digest = hashlib.sha256(b"{}").hexdigest()
        store.execute("UPDATE snapshots SET content = '{}', digest = ?", (digest,))
    forged = answer("audit", "verify", url=url, status=1)
    assert (forged["whole"], forged["broken_at"]) == (False, None)
    assert "snapshot 1 " in forged["snapshots"][0]


def test_a_restore_says_what_it_brought_of_owners_and_of_the_record(url: str, tmp_path: Path):
    signed_in(url)
    answer("people", "set", "1", "--role", "owner", url=url)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as store:
        store.execute("DROP TRIGGER audit_refuses_update")
        store.execute("UPDATE audit SET actor = 'nobody' WHERE number = 1")
    file = str(tmp_path / "b")
    answer("backup", file, url=url)
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    restored = answer("restore", file, url=other)
    assert (restored["audit"]["broken_at"], restored["store_before"]) == (1, None)
    assert [name.partition(" ")[0] for name in restored["new_owners"]] == ["Ann"]
    with sqlite3.connect(file) as hostile:
        hostile.execute("CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM people; END")
    assert "trigger t" in refusal("restore", file, url=other)


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])  # noqa: S104 - what must be refused
def test_an_open_address_without_sign_in_is_refused_at_the_start(
    url: str, address: str, monkeypatch: pytest.MonkeyPatch
):
    asked = ("--address", address, "--port")
    refusal_to_serve(*asked, "0", url=url, monkeypatch=monkeypatch)
    said = refusal_to_serve(*asked, "18999", url=url, monkeypatch=monkeypatch)
    assert "everybody who reaches this machine would be the owner" in said


def test_half_a_sign_in_is_refused_at_the_start(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOWNSTREAM_OIDC_ISSUER", "https://id.example.com")
    said = refusal_to_serve("--port", "18999", url=url, monkeypatch=monkeypatch)
    assert "DOWNSTREAM_OIDC_CLIENT_SECRET is missing" in said
