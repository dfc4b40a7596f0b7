"""Files come through a route that asks again who may have them, and in which browser."""

from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

import ui
from db.engine import Store
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.people import SignInExpired
from ui import cached, sign_in
from ui.server import downloads
from ui.server.cookies import BROWSER
from ui.server.downloads import Handed, Tickets, file_button

UI = Path(ui.__file__).parent


@pytest.fixture
def addresses(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(cached, "store", lambda: store)
    given: list[str] = []
    monkeypatch.setattr(st, "link_button", lambda label, url, **look: given.append(url))
    monkeypatch.setattr(type(st.context), "cookies", {BROWSER: "the first"})
    return given


@pytest.fixture
def client() -> TestClient:
    made = TestClient(Starlette(routes=downloads.ROUTES))
    made.cookies.set(BROWSER, "the first")
    return made


def offer(data: bytes, key: str = "big") -> None:
    file_button("CSV", lambda: data, file_name="Fönd.csv", mime="text/csv", key=key)


def test_a_ticket_brings_its_file(addresses: list[str], client: TestClient):
    offer(b"a,b\r\n")
    answer = client.get(addresses[0])
    assert answer.content == b"a,b\r\n"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''F%C3%B6nd.csv"


def test_a_ticket_ends_with_a_newer_one_of_the_same_button(
    addresses: list[str], client: TestClient
):
    offer(b"old")
    offer(b"new")
    assert client.get(addresses[0]).status_code == 404
    assert client.get(addresses[1]).content == b"new"
    assert client.get("/export/forged").status_code == 404


def test_a_ticket_is_for_the_browser_of_its_page_alone(
    addresses: list[str], client: TestClient, monkeypatch: pytest.MonkeyPatch
):
    offer(b"hers")
    client.cookies.clear()
    assert client.get(addresses[0]).status_code == 404
    client.cookies.set(BROWSER, "another")
    assert client.get(addresses[0]).status_code == 404
    # A page that was opened without the cookie offers nothing that opens without one.
    monkeypatch.setattr(type(st.context), "cookies", {})
    offer(b"of nobody", key="other")
    client.cookies.clear()
    assert client.get(addresses[1]).status_code == 404


def test_a_ticket_ends_with_the_sign_in_with_the_role_and_with_what_its_reader_sees(
    addresses: list[str], client: TestClient, monkeypatch: pytest.MonkeyPatch
):
    present: list[Actor] = [Actor("Ann", ActorRole.ANALYST, team="a", person=1)]

    def now() -> Actor:
        if not present:
            raise SignInExpired("You have signed out. Sign in again.")
        return present[-1]

    monkeypatch.setattr(sign_in, "reader", lambda store: now)
    offer(b"hers")
    assert client.get(addresses[0]).content == b"hers"
    present.append(Actor("Ann", ActorRole.ANALYST, team="b", person=1))
    assert "What you may see has changed" in client.get(addresses[0]).text
    present.append(Actor("Ann", ActorRole.NONE, person=1))
    assert client.get(addresses[0]).status_code == 403
    present.clear()
    refused = client.get(addresses[0])
    assert (refused.status_code, refused.text) == (403, "You have signed out. Sign in again.")


def test_tickets_end_with_the_session_that_gave_them():
    tickets = Tickets()
    handed = Handed(
        make=lambda: b"",
        file_name="a.csv",
        mime="text/csv",
        browser="one",
        scope="everything",
        reader=lambda: LOCAL_OWNER,
    )
    first = tickets.give(handed, session="open", button="csv")
    second = tickets.give(handed, session="closed", button="csv")
    tickets.end_closed(lambda session: session == "open")
    assert tickets.find(first) is handed
    assert tickets.find(second) is None


def test_no_page_hands_a_file_or_a_picture_to_streamlit_which_asks_nobody():
    for path in UI.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for call in ("download_button", "st.image", "st.audio", "st.video", "st.pdf"):
            assert call not in source, path
        if path.name != "uploads.py":
            assert "st.file_uploader" not in source, path
