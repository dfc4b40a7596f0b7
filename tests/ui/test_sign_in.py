"""Who must sign in: settings that are whole or refused, an address that is closed or refused."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from db.errors import Refused
from ui import doorkeeper, sign_in
from ui.doorkeeper import Doorkeeper, comes_from_elsewhere, is_known_name
from ui.sign_in_settings import (
    allowed_hosts,
    as_streamlit_secrets,
    is_asked_for,
    refuse_open_address,
    sign_in_settings,
)
from ui.way_back import COOKIE, WayBack, page_of

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what must be refused
WHOLE = {
    "DOWNSTREAM_OIDC_ISSUER": "https://id.example.com/",
    "DOWNSTREAM_OIDC_CLIENT_ID": "downstream",
    "DOWNSTREAM_OIDC_CLIENT_SECRET": "canary",
    "DOWNSTREAM_BASE_URL": "https://downstream.example.com",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*WHOLE, "DOWNSTREAM_OIDC_CLIENT_SECRET_FILE", "DOWNSTREAM_INSECURE_OPEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)


def test_without_settings_nobody_signs_in() -> None:
    assert sign_in_settings() is None
    assert as_streamlit_secrets(None) is None
    assert not is_asked_for()


@pytest.mark.usefixtures("whole")
def test_streamlit_is_told_where_people_sign_in_and_come_back() -> None:
    settings = sign_in_settings()
    assert settings is not None
    secrets = as_streamlit_secrets(settings)
    assert secrets is not None
    assert secrets["auth"]["server_metadata_url"] == (
        "https://id.example.com/.well-known/openid-configuration"
    )
    assert secrets["auth"]["redirect_uri"] == "https://downstream.example.com/oauth2callback"
    assert len(secrets["auth"]["cookie_secret"]) >= 32
    assert "canary" not in repr(settings)
    assert allowed_hosts()[-1] == "downstream.example.com"


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("missing", ["ISSUER", "CLIENT_ID", "CLIENT_SECRET"])
def test_half_a_setting_is_refused_and_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(f"DOWNSTREAM_OIDC_{missing}")
    with pytest.raises(Refused, match=f"DOWNSTREAM_OIDC_{missing} is missing"):
        sign_in_settings()
    assert sign_in.is_required()
    assert sign_in.actor(lambda: pytest.fail("the store is not asked")) == sign_in.ANONYMOUS


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DOWNSTREAM_OIDC_ISSUER", "http://id.example.com", "begins with https"),
        ("DOWNSTREAM_BASE_URL", "http://downstream.example.com", "need https"),
        ("DOWNSTREAM_OIDC_COOKIE_SECRET", "short", "too short"),
    ],
)
def test_settings_that_are_not_safe_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=said):
        sign_in_settings()


@pytest.mark.usefixtures("whole")
def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("of the file\n")
    monkeypatch.delenv("DOWNSTREAM_OIDC_CLIENT_SECRET")
    monkeypatch.setenv("DOWNSTREAM_OIDC_CLIENT_SECRET_FILE", str(file))
    settings = sign_in_settings()
    assert settings is not None
    assert (settings.client_secret, settings.client_id) == ("of the file", "downstream")
    file.unlink()
    with pytest.raises(Refused, match="cannot be read"):
        sign_in_settings()


def is_refused(address: str | None) -> bool:
    try:
        refuse_open_address(address)
    except Refused:
        return True
    return False


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machines_own_address_needs_no_sign_in(address: str) -> None:
    assert not is_refused(address)


@pytest.mark.parametrize("address", [EVERYWHERE, "::", "192.168.1.5", "example.com", "", None])
def test_an_open_address_without_sign_in_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    with pytest.raises(Refused, match="would be the owner"):
        refuse_open_address(address)
    monkeypatch.setenv("DOWNSTREAM_INSECURE_OPEN", "1")
    assert not is_refused(address)


@pytest.mark.usefixtures("whole")
def test_an_open_address_with_sign_in_is_served() -> None:
    assert not is_refused(EVERYWHERE)


def test_too_many_wrong_codes_end_the_guessing() -> None:
    code = sign_in.OwnerCode()
    assert not code.is_spent
    code.wrong = 10
    assert code.is_spent
    assert code.code != sign_in.OwnerCode().code


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost:8501", True),
        ("LOCALHOST", True),
        ("127.0.0.1:80", True),
        ("[::1]:8501", True),
        ("[::1]", True),
        ("localhost.", True),
        ("evil.example", False),
        ("localhost.evil.example:8501", False),
        ("localhost@evil.example", False),
        ("localhost:[", False),
        ("localhost:8501x", False),
        ("127.0.0.1, evil.example", False),
        ("", False),
        (None, False),
    ],
)
def test_the_server_answers_to_its_own_names_alone(host: str | None, known: bool) -> None:
    assert is_known_name(host, ["localhost", "127.0.0.1", "[::1]"]) is known
    assert is_known_name(host, ["*"])


@pytest.mark.parametrize(
    ("client", "elsewhere"),
    [
        ("127.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        (None, False),
        ("192.168.1.7", True),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_another_machine_is_told_from_this_one(client: str | None, elsewhere: bool) -> None:
    assert comes_from_elsewhere(client) is elsewhere


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse("a page")


async def back(request: Request) -> RedirectResponse:
    return RedirectResponse("/", status_code=302)


SITE = Starlette(
    routes=[Route("/healthz", page), Route("/oauth2callback", back), Route("/{rest:path}", page)]
)


def test_a_foreign_name_and_another_machine_are_turned_away_but_monitors_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doorkeeper.st, "get_option", lambda name: ["localhost"])
    here = TestClient(Doorkeeper(SITE), base_url="http://localhost", client=("127.0.0.1", 1))
    assert here.get("/").text == "a page"
    assert here.get("/", headers={"host": "evil.example"}).status_code == 403
    assert here.get("/healthz", headers={"host": "evil.example"}).status_code == 200
    assert here.get("/_stcore/metrics").status_code == 404  # Streamlit's counts ask nobody
    there = TestClient(Doorkeeper(SITE), base_url="http://localhost", client=("10.0.0.9", 1))
    assert there.get("/").status_code == 403
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    assert there.get("/").text == "a page"


@pytest.mark.usefixtures("whole")
def test_signing_in_leads_back_to_the_page_that_was_asked_for() -> None:
    visitor = TestClient(WayBack(SITE), base_url="http://localhost", follow_redirects=False)
    asked = visitor.get("/startups?search=Quill&portfolio=d%C3%A9mo")
    cookie = asked.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600"))
    done = visitor.get("/oauth2callback?state=x")
    assert done.headers["location"] == "/startups?search=Quill&portfolio=d%C3%A9mo"
    assert visitor.get("/oauth2callback").headers["location"] == "/"


def test_where_nobody_signs_in_no_page_is_remembered() -> None:
    visitor = TestClient(WayBack(SITE), base_url="http://localhost")
    assert "set-cookie" not in visitor.get("/startups").headers


@pytest.mark.parametrize(
    "cookie",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/auth/logout", "", None],
)
def test_the_way_back_leads_to_no_other_place(cookie: str | None) -> None:
    assert page_of(cookie) is None
    assert COOKIE == "downstream_way_back"
