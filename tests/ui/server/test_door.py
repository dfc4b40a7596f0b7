"""The door: own names, own pages, this machine, and links alone where only links are for."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.server.door import (
    Door,
    OwnPages,
    client_of,
    is_known_name,
    is_this_machine,
    link_origin,
)

BASE = "https://downstream.example.com"
KEY_SAID = "printed when it started"


async def anything(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{link_origin(request)} {client_of(request)}")


EVERY_METHOD = ["GET", "POST", "PUT", "DELETE"]
SITE = Starlette(routes=[Route("/{rest:path}", anything, methods=EVERY_METHOD)])


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOWNSTREAM_BASE_URL", "DOWNSTREAM_OIDC_ISSUER", "DOWNSTREAM_INSECURE_OPEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNSTREAM_BASE_URL", BASE)


def visitor(
    host: str = "localhost", client: str = "127.0.0.1", key: OwnPages | None = None
) -> TestClient:
    door = Door(SITE, key=key or OwnPages())
    return TestClient(door, base_url=f"http://{host}", client=(client, 1), follow_redirects=False)


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
        ("192.168.1.7", True),
        ("a word that a proxy sent", True),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_another_machine_is_told_from_this_one(client: str, elsewhere: bool) -> None:
    assert is_this_machine(client) is not elsewhere


def test_a_foreign_name_is_turned_away_but_monitors_are_not() -> None:
    assert visitor().get("/").status_code == 200
    assert visitor("evil.example").get("/").status_code == 403
    assert visitor("evil.example").get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/interact", "/media/abc.csv", "/media/x/y"]
)
def test_what_streamlit_offers_to_everybody_is_closed(path: str) -> None:
    assert visitor().get(path).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", "http://localhost:5", "http://127.0.0.1"),
        *("http://0.0.0.0:5", "http://192.168.1.7", "http://localhost.evil.example"),
    ],
)
def test_no_page_of_another_origin_reaches_anything(method: str, origin: str) -> None:
    assert visitor().request(method, "/x", headers={"Origin": origin}).status_code == 403
    with pytest.raises(Exception), visitor().websocket_connect("/x", headers={"Origin": origin}):  # noqa: B017, PT011 - the test client's own way to say that it was closed
        pass


@pytest.mark.parametrize("origin", [None, "http://localhost", "http://LOCALHOST"])
def test_our_own_pages_and_programs_reach_everything(origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert visitor().post("/x", headers=headers).status_code == 200


def test_two_origins_are_one_too_many() -> None:
    headers = [("Origin", "http://localhost"), ("Origin", "https://evil.example")]
    assert visitor().post("/x", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"X-Forwarded-Proto": "https"},
    ],
)
def test_without_sign_in_no_other_machine_gets_a_page_whatever_passed_it_on(
    header: dict[str, str],
) -> None:
    assert visitor(client="10.0.0.9").get("/").status_code == 403
    assert visitor().get("/", headers=header).status_code == 403


@pytest.mark.usefixtures("beyond")
def test_the_address_beyond_this_machine_serves_links_alone_while_nobody_signs_in() -> None:
    there = visitor("downstream.example.com", client="203.0.113.7")
    for path in (
        "/",
        "/startups",
        "/_stcore/stream",
        "/export/x",
        "/metrics",
        "/sx",
        "/api/v1/x",
        "/mcp",
    ):
        assert "shared links alone" in there.get(path).text
    assert there.get("/s/").text == f"{BASE} 203.0.113.7"
    assert there.post("/s/open", headers={"Origin": BASE}).status_code == 200
    plain = {"Origin": BASE.replace("https", "http")}
    assert there.post("/s/open", headers=plain).status_code == 403


@pytest.mark.usefixtures("beyond")
def test_a_proxy_that_hides_itself_makes_nobody_the_owner(
    capsys: pytest.CaptureFixture[str],
) -> None:
    key = OwnPages()
    # Such a proxy sends this machine's own name and says of nobody that it passed them on.
    hidden = visitor("127.0.0.1:8501", key=key)
    for path in ("/", "/_stcore/host-config", "/?key=guess", "/startups?key="):
        assert KEY_SAID in hidden.get(path).text
    # A program shows a token of its own at every request, and gets no page by it.
    assert hidden.get("/api/v1/x").status_code == hidden.post("/mcp").status_code == 200
    assert KEY_SAID in hidden.get("/mcpx").text
    # Whoever reads the console opens the printed address, and has their pages.
    key.announce(address="127.0.0.1", port=8501)
    printed = capsys.readouterr().out.split()[-1]
    assert hidden.get(printed).status_code == 303
    assert hidden.get("/startups").status_code == 200
    assert KEY_SAID in visitor("127.0.0.1:8501", key=OwnPages()).get(printed).text


def test_on_this_machine_alone_pages_need_no_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOWNSTREAM_BASE_URL", "http://127.0.0.1:8501")
    OwnPages().announce(address="127.0.0.1", port=8501)
    assert capsys.readouterr().out == ""
    assert visitor("127.0.0.1:8501").get("/").status_code == 200


@pytest.mark.usefixtures("beyond")
def test_where_people_sign_in_pages_are_served_beyond_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOWNSTREAM_OIDC_ISSUER", "https://id.example.com")
    there = visitor("downstream.example.com", client="203.0.113.7")
    assert there.get("/", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200
    assert there.put("/x", headers={"Origin": BASE}).status_code == 200
    assert there.put("/x", headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.usefixtures("beyond")
def test_a_proxy_may_leave_the_port_out_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNSTREAM_BASE_URL", f"{BASE}:8443")
    there = visitor("downstream.example.com", client="203.0.113.7")
    assert there.post("/s/open", headers={"Origin": f"{BASE}:8443"}).status_code == 200


def test_links_open_on_this_machine_alone_until_an_address_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert visitor("localhost:8501").get("/s/").text == "http://localhost:8501 this machine"
    monkeypatch.setenv("DOWNSTREAM_OIDC_ISSUER", "https://id.example.com")
    assert visitor(client="10.0.0.9").get("/s/").text == "None 10.0.0.9"


@pytest.mark.usefixtures("beyond")
def test_where_https_is_set_links_do_not_open_by_another_name() -> None:
    assert visitor().get("/s/").text.startswith("None")


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("::1", "this machine"),
        ("a word", "unknown"),
    ],
)
def test_a_home_or_an_office_counts_as_one_client(
    monkeypatch: pytest.MonkeyPatch, client: str, counted: str
) -> None:
    monkeypatch.setenv("DOWNSTREAM_OIDC_ISSUER", "https://id.example.com")
    assert visitor(client=client).get("/").text.endswith(f" {counted}")
