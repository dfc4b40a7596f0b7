"""Strangers at the door of a running server: other sites, machines, programs, half requests."""

import http.server
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.serving import Dashboard, messages, page_of_a_program, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

BASE = "https://downstream.example.com"
HOST = {"Host": "downstream.example.com"}
#: Loaded by Python before anything else: whatever leaves this machine is refused and noted.
EGRESS_DROPPED = """
import os, sys
def look(event, args):
    if event == "socket.connect":
        address = args[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1")):
            note(f"connect {address}")
    elif event == "socket.getaddrinfo" and args[0] not in OWN:
        note(f"look up {args[0]}")
OWN = (None, "", "localhost", "127.0.0.1", "::1")
def note(said):
    with open(os.environ["EGRESS_NOTES"], "a") as notes:
        notes.write(said + "\\n")
    if said != "began":
        raise OSError("egress is dropped")
sys.addaudithook(look)
note("began")
"""


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard as it is by default, on a store that it makes itself; it can call nobody, and
    what it tried is in a file.
    """
    folder = tmp_path_factory.mktemp("local")
    (folder / "hooks").mkdir()
    (folder / "hooks" / "sitecustomize.py").write_text(EGRESS_DROPPED)
    notes = {"PYTHONPATH": f"{folder}/hooks", "EGRESS_NOTES": f"{folder}/notes.txt"}
    with running(folder, **notes) as dashboard:
        yield dashboard


@pytest.fixture(scope="module")
def links_alone(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard that others reach at an https address, and where nobody signs in."""
    folder = tmp_path_factory.mktemp("links")
    with running(folder, store=answered, DOWNSTREAM_BASE_URL=BASE) as dashboard:
        yield dashboard


@pytest.fixture(scope="module")
def signed(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard where people sign in; nobody of this test has."""
    provider = {
        "DOWNSTREAM_OIDC_ISSUER": "http://localhost:9",
        "DOWNSTREAM_OIDC_CLIENT_ID": "downstream",
        "DOWNSTREAM_OIDC_CLIENT_SECRET": "canary",
    }
    with running(tmp_path_factory.mktemp("signed"), store=answered, **provider) as dashboard:
        yield dashboard


@pytest.fixture(scope="module")
def other_port() -> Iterator[str]:
    """A page on another port of this machine."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>another page</h1>")

        def log_message(self, *said: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


REACH = """async (address) => {
  const stream = await new Promise(done => {
    const opened = new WebSocket(address.replace("http", "ws") + "/_stcore/stream", ["streamlit"]);
    opened.onopen = () => done("opened");
    opened.onerror = () => done("refused");
  });
  const answers = await Promise.all(["GET", "PUT", "POST"].map(method =>
    fetch(address + "/_stcore/upload_file/x/y", {method, credentials: "include"})
      .then(one => one.status, () => "unreadable")));
  return [stream, ...answers];
}"""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_page_on_another_port_of_this_machine_reaches_nothing(
    local: Dashboard, browser: Browser, other_port: str, name: str
):
    page = browser.new_page()
    page.goto(other_port.replace("127.0.0.1", name))
    address = local.address.replace("127.0.0.1", name)
    assert page.evaluate(REACH, address) == ["refused", "unreadable", "unreadable", "unreadable"]
    own = browser.new_page()
    own.goto(f"{address}/healthz")
    assert own.evaluate(REACH, address)[0] == "opened"


def test_nothing_is_called_whatever_a_stranger_says_and_however_often(local: Dashboard):
    stream = local.address.replace("http", "ws") + "/_stcore/stream"
    for origin in ["https://evil.example", "http://0.0.0.0:5", "http://192.168.1.7", "null"] * 5:
        with pytest.raises(InvalidStatus) as refused:
            connect(stream, origin=origin, open_timeout=60)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
    for page in ("", "startups", "providers", "import", "reports", "shares"):
        with page_of_a_program(local.address, page) as (opened, _):
            assert "new_element" in "".join(text for _, text in messages(opened))
    notes = local.folder / "notes.txt"
    assert set(notes.read_text().splitlines()) == {"began"}
    # A call would have been noted, and not made.
    calls = "import socket; socket.getaddrinfo('status.example.com', 443)"
    environment = {"PYTHONPATH": f"{local.folder}/hooks", "EGRESS_NOTES": f"{local.folder}/try.txt"}
    done = subprocess.run([sys.executable, "-c", calls], env=environment, capture_output=True)
    assert b"egress is dropped" in done.stderr
    assert "look up status.example.com" in (local.folder / "try.txt").read_text()


def told(dashboard: Dashboard, path: str = "/", **headers: str) -> tuple[int, str]:
    answer = httpx.get(dashboard.address + path, headers=headers, follow_redirects=False)
    return answer.status_code, answer.text


def test_an_https_address_without_sign_in_makes_nobody_the_owner(links_alone: Dashboard):
    for path in ("/", "/startups", "/_stcore/host-config", "/static/x.js", "/metrics"):
        assert told(links_alone, path, **HOST) == (
            403,
            "This address shows shared links alone. Open the link as it was sent to you.",
        )
    assert told(links_alone, "/s/", **HOST)[0] == 200
    stream = links_alone.address.replace("http", "ws") + "/_stcore/stream"
    for headers in (HOST, {}, {"X-Forwarded-For": "203.0.113.9"}):
        with pytest.raises(InvalidStatus):
            connect(stream, additional_headers=headers, open_timeout=60)
    # A proxy that hides itself asks as if from this machine; its visitors have no key.
    assert "?key=" in told(links_alone)[1]
    assert "?key=" in told(links_alone, "/?key=guess")[1]


def test_the_owner_of_such_a_server_opens_the_address_on_its_console(
    links_alone: Dashboard, browser: Browser
):
    (address,) = re.findall(r"Your own pages: (\S+)", links_alone.said())
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("link", name="Overview", exact=True).wait_for(timeout=90_000)
    assert "key=" not in page.url


def test_a_token_is_never_sent_in_the_clear_where_https_is_set(links_alone: Dashboard):
    plain = httpx.get(
        f"{links_alone.address}/s/",
        headers={**HOST, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"},
    )
    assert (plain.status_code, plain.headers["location"]) == (308, f"{BASE}/s/")
    sent = httpx.post(
        f"{links_alone.address}/s/open",
        headers={**HOST, "Origin": BASE.replace("https", "http")},
        json={"token": "x"},
    )
    assert sent.status_code == 403


def send_file(dashboard: Dashboard, session: str, data: bytes) -> httpx.Response:
    """Send a file as Streamlit's own page does."""
    with httpx.Client(base_url=dashboard.address) as client:
        client.get("/_stcore/health")
        token = {"X-Xsrftoken": client.cookies["_streamlit_xsrf"]}
        address = f"/_stcore/upload_file/{session}/a-file"
        return client.put(address, files={"file": ("a.csv", data)}, headers=token)


def test_only_a_page_that_asks_for_a_file_gets_one(local: Dashboard):
    with page_of_a_program(local.address, "startups") as (opened, session):
        list(messages(opened))
        assert send_file(local, session, b"x").status_code == 403
    with page_of_a_program(local.address, "import") as (opened, session):
        list(messages(opened))
        assert send_file(local, session, b"startup,provider\n").status_code == 204


def test_whoever_has_not_signed_in_sends_no_file(signed: Dashboard):
    for page in ("", "import", "reports"):
        with page_of_a_program(signed.address, page) as (opened, session):
            shown = "".join(text for _, text in messages(opened))
            assert "Sign in" in shown
            assert send_file(signed, session, b"x" * 1_000_000).status_code == 403


def test_a_download_is_for_the_browser_of_its_page_and_nothing_lies_at_media(local: Dashboard):
    mine = {"Cookie": "downstream_browser=mine"}
    with page_of_a_program(local.address, "startups", headers=mine) as (opened, _):
        shown = "".join(text for _, text in messages(opened))
        ticket = re.findall(r"/export/[\w-]+", shown)[0]
        assert "/media/" not in shown
        assert told(local, ticket)[0] == 404
        assert told(local, ticket, Cookie="downstream_browser=other")[0] == 404
        status, text = told(local, ticket, **mine)
        assert (status, "Quillhaven" in text) == (200, True)
    assert told(local, f"/media/{'0' * 56}.csv")[0] == 404


def seconds_until_closed(dashboard: Dashboard, sent: bytes) -> float:
    with socket.create_connection(("127.0.0.1", dashboard.port), timeout=60) as connection:
        connection.sendall(sent)
        began = time.monotonic()
        while connection.recv(65536):
            pass
        return time.monotonic() - began


def test_half_a_request_is_not_waited_for(local: Dashboard):
    own = f"Host: 127.0.0.1:{local.port}\r\n"
    halves = [
        b"",
        f"GET / HTTP/1.1\r\n{own}X-Half: ".encode(),
        # The second request over a connection that answered one before.
        f"GET /healthz HTTP/1.1\r\n{own}\r\nGET / HT".encode(),
        # The body of a request that was answered without it.
        f"POST /startups HTTP/1.1\r\n{own}Content-Length: 90\r\n\r\n{{".encode(),
    ]
    threads, closed = [], dict[int, float]()
    for place, half in enumerate(halves):
        threads.append(
            threading.Thread(
                target=lambda place=place, half=half: closed.update(  # type: ignore[misc]
                    {place: seconds_until_closed(local, half)}
                )
            )
        )
        threads[-1].start()
    # A websocket that says nothing is no half request: it stays.
    with page_of_a_program(local.address) as (opened, _):
        list(messages(opened))
        for thread in threads:
            thread.join(60)
        assert sorted(closed) == [0, 1, 2, 3]
        opened.ping().wait(10)


def test_the_settings_page_of_streamlit_names_no_other_site(local: Dashboard):
    answer = json.loads(told(local, "/_stcore/host-config")[1])
    assert answer["allowedOrigins"] == []
