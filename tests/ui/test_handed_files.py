"""Big files come through a route that asks again who may have them."""

import time
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from db.engine import open_store
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.setup import initialise
from ui import cached, handed_files
from ui.handed_files import file_button, handed
from ui.routes import files


@pytest.fixture
def addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    initialise(store)
    monkeypatch.setattr(cached, "store", lambda: store)
    given: list[str] = []
    monkeypatch.setattr(st, "link_button", lambda label, url, **look: given.append(url))
    return given


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=files.ROUTES))


def offer(data: bytes, key: str = "big") -> None:
    file_button("CSV", lambda: data, file_name="Fönd.csv", mime="text/csv", key=key, is_big=True)


def test_a_ticket_brings_its_file_and_is_kept_by_nobody(addresses: list[str], client: TestClient):
    offer(b"a,b\r\n")
    answer = client.get(addresses[0])
    assert answer.content == b"a,b\r\n"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''F%C3%B6nd.csv"
    assert answer.headers["cache-control"] == "no-store"


def test_a_thousand_pairs_of_one_name_and_length_are_never_mistaken(
    addresses: list[str], client: TestClient
):
    # 1.1 MB each, which Streamlit's own downloads tell apart by samples: only one byte differs.
    for number in range(1000):
        for letter in (b"y", b"z"):
            offer(b"x" * 700_000 + letter + b"x" * 400_000, key=f"{letter!r} {number}")
        first, second = addresses[-2:]
        if number % 100 == 0:
            assert client.get(first).content[700_000:700_001] == b"y"
            assert client.get(second).content[700_000:700_001] == b"z"
        made = [handed(one.removeprefix("/export/")) for one in (first, second)]
        assert [one.make()[700_000:700_001] for one in made if one] == [b"y", b"z"]


def test_a_ticket_ends_with_time_with_a_newer_one_and_with_the_readers_role(
    addresses: list[str], client: TestClient, monkeypatch: pytest.MonkeyPatch
):
    offer(b"old")
    offer(b"new")
    assert client.get(addresses[0]).status_code == 404
    assert client.get("/export/forged").status_code == 404
    gone = Actor("Ann", ActorRole.ANALYST, person=99)
    monkeypatch.setattr(cached, "actor", lambda: gone)
    offer(b"hers", key="other")
    assert client.get(addresses[2]).status_code == 403
    monkeypatch.setattr(cached, "actor", lambda: LOCAL_OWNER)
    now = time.monotonic()
    monkeypatch.setattr(handed_files.time, "monotonic", lambda: now + 601)
    assert client.get(addresses[1]).status_code == 404


def test_a_small_file_stays_with_streamlit(addresses: list[str], monkeypatch: pytest.MonkeyPatch):
    shown: list[str] = []
    monkeypatch.setattr(st, "download_button", lambda label, *_, **__: shown.append(label))
    file_button("CSV", lambda: b"", file_name="a.csv", mime="text/csv", key="k", is_big=False)
    assert (shown, addresses) == (["CSV"], [])
