"""An attacker and a reader against the running server: what opens, and what never does."""

import contextlib
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, Request, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from db.services.share_contents import Wanted
from db.services.share_lists import list_shares, revoke_share
from db.services.shares import ShareKind, create_share
from db.sharing.presets import Preset
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.results import Scenario
from tests.browser.serving import ROOT, free_port, wait_until_healthy
from ui.cached import today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PASSCODE = "river lamp acorn quilt"
STARTUP = "Quillhaven Briefs"
FUND = b"""startup,use_case,provider,model,annual_revenue_usd,gross_margin,cash_usd,spend_usd,sector
Quillhaven Briefs,Quillhaven drafts,OpenAI,gpt-4o,4000000,0.7,2000000,9000,legal
Harrowgate Outreach,outreach,Azure OpenAI,,9000000,0.8,3000000,12000,sales
Tallowmere Support,answers,Claude on Bedrock,,2000000,0.6,,3000,support
Tallowmere Support,tallowmere_triage,TallowmereGPT,,2000000,0.6,,900,support
"""


@dataclass
class Server:
    """A running dashboard, its store and its log."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "store.sqlite3"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def start(self) -> None:
        environment = {**os.environ, "DOWNSTREAM_DATABASE_URL": f"sqlite:///{self.database}"}
        command = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(self.port)]
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        wait_until_healthy(self.address, self.process, self.log)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=20)

    def link(self, preset: Preset = Preset.EVERYTHING, **options: object) -> "Link":
        store = open_store(f"sqlite:///{self.database}")
        wanted = Wanted(
            portfolio="Fund",
            startup=options.pop("startup", None),  # type: ignore[arg-type]
            scenario=options.pop("scenario", None),  # type: ignore[arg-type]
            preset=preset,
            today=today(),
        )
        options.setdefault("kind", ShareKind.SNAPSHOT)
        made = create_share(store, LOCAL_OWNER, wanted, **options)  # type: ignore[arg-type]
        store.close()
        return Link(made.share, made.link, made.link.partition("#")[2])

    def revoke(self, share: int) -> None:
        store = open_store(f"sqlite:///{self.database}")
        revoke_share(store, LOCAL_OWNER, share)
        store.close()

    def opens(self, share: int) -> int:
        store = open_store(f"sqlite:///{self.database}")
        found = next(one.opens for one in list_shares(store, LOCAL_OWNER) if one.share == share)
        store.close()
        return found

    def sql(self, statement: str) -> None:
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection:
            connection.execute(statement)
            connection.commit()


@dataclass(frozen=True)
class Link:
    share: int
    link: str
    token: str


@pytest.fixture(scope="module")
def server(
    chromium: str, prepared_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard whose store and log the tests can look into."""
    running = Server(folder=tmp_path_factory.mktemp("sharing"), port=free_port())
    store = open_store(f"sqlite:///{shutil.copy(prepared_file, running.database)}")
    publish_import(store, LOCAL_OWNER, data=FUND, file_name="fund.csv", portfolio="Fund")
    store.close()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def whole(server: Server) -> Link:
    """A snapshot of the whole portfolio with nothing left out."""
    return server.link()


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=60) as opened:
        yield opened
    server.sql("DELETE FROM share_attempts")  # what one test failed at is not held against the next


def send(
    client: httpx.Client, token: str, passcode: str | None = None, **headers: str
) -> httpx.Response:
    """Send a token as our own page does; ``headers`` replace what a browser would say."""
    said = {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"token": token} | ({"passcode": passcode} if passcode is not None else {})
    return client.post("/s/open", json=body, headers={k: v for k, v in said.items() if v})


def shape(answer: httpx.Response) -> tuple[object, ...]:
    """Everything of an answer that a reader could tell two refusals apart by."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, answer.content, tuple(sorted(headers.items()))


def test_whatever_does_not_open_gets_one_answer(server: Server, client: httpx.Client, whole: Link):
    expired, revoked = server.link(), server.link()
    server.revoke(revoked.share)
    server.sql(
        f"UPDATE share_links SET expires_at = '2026-01-01 00:00:00' WHERE id = {expired.share}"  # noqa: S608 - a number
    )
    token = whole.token
    digest = hashlib.sha256(token.encode()).hexdigest()
    forged = [
        *("", ":token", "A" * 43, token[:-1], token + "A", token.swapcase(), digest),
        *(f"%{ord(token[0]):02x}{token[1:]}", f"#{token}", f"{token}\n", "../" + token),
        *(expired.token, revoked.token),
    ]
    answers = {shape(send(client, one)) for one in forged}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
    for share in (whole.share, expired.share, revoked.share, 9999, 0):
        client.cookies.clear()
        client.cookies.set(f"downstream-visit-{share}", "A" * 43)
        seen = {shape(client.get(f"/s/{what}/{share}")) for what in ("view", "status", "correct")}
        assert len(seen) == 1
        assert next(iter(seen))[0] == 404
        answers |= seen
    assert len(answers) == 2  # one for what is sent, one for what is looked at


def test_only_our_own_page_opens_a_link(server: Server, client: httpx.Client, whole: Link):
    before = server.opens(whole.share)
    foreign = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": server.address.replace("127.0.0.1", "localhost")},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ]
    assert {send(client, whole.token, **one).status_code for one in foreign} == {403, 404}
    body = f'{{"token": "{whole.token}"}}'
    own = {"Origin": server.address, "Sec-Fetch-Site": "same-origin"}
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {**own, "Content-Type": kind}
        assert client.post("/s/open", content=body, headers=headers).status_code == 404
    for path in (f"/s/open?token={whole.token}", f"/s/{whole.token}", f"/s/view/{whole.token}"):
        assert client.get(path).status_code == 404
    # Rebinding a foreign name to this machine opens nothing either.
    headers = {**own, "Host": "evil.example", "Origin": "http://evil.example"}
    assert client.post("/s/open", json={"token": whole.token}, headers=headers).status_code == 403
    assert server.opens(whole.share) == before
    assert send(client, whole.token).status_code == 200


def raw_answer(server: Server, sent: bytes) -> bytes:
    """Whatever the server says to bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=40) as connection:
        connection.sendall(sent)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def test_what_no_browser_sends_is_refused_in_a_sentence_and_is_no_error_of_ours(
    server: Server, client: httpx.Client, whole: Link
):
    before = server.log.read_text().count(" ERROR ")
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "POST"):
        answer = client.request(method, f"/s/view/{whole.share}")
        assert answer.status_code == 405
        assert answer.headers["cache-control"] == "no-store"
    head = (
        f"POST /s/open HTTP/1.1\r\nOrigin: {server.address}\r\nContent-Type: application/json\r\n"
    )
    own = f"Host: 127.0.0.1:{server.port}\r\n"
    odd = raw_answer(server, f"{head}Host: localhost:[\r\nConnection: close\r\n\r\n".encode())
    assert odd.startswith(b"HTTP/1.1 403")
    twice = f"GET /s/ HTTP/1.1\r\n{own}Host: evil.example\r\n\r\n"
    assert raw_answer(server, twice.encode()).startswith(b"HTTP/1.1 400")
    # A body that never comes to its end is not waited for, and one that breaks off is no error.
    slow = raw_answer(
        server, f"{head}{own}Content-Length: 90\r\nConnection: close\r\n\r\n{{".encode()
    )
    assert slow.startswith(b"HTTP/1.1 404")
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{head}{own}Content-Length: 90\r\n\r\n{{".encode())
    huge = {"Origin": server.address, "Content-Type": "application/json"}
    assert client.post("/s/open", content=b"a" * 5_000_000, headers=huge).status_code == 404
    deep = client.post("/s/open", content=b"[" * 4000, headers=huge)
    assert deep.status_code == 404
    client.get("/healthz")
    assert server.log.read_text().count(" ERROR ") == before


def test_previews_of_a_link_open_nothing(server: Server, client: httpx.Client, whole: Link):
    before = server.opens(whole.share)
    for method in ("GET", "HEAD"):
        answer = client.request(method, whole.link, headers={"User-Agent": "Slackbot"})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert "Fund" not in answer.text
    assert server.opens(whole.share) == before


def test_a_visit_is_of_one_link_and_its_cookie_is_for_the_server_alone(
    server: Server, client: httpx.Client, whole: Link
):
    other = server.link(startup=STARTUP)
    answer = send(client, whole.token)
    cookie = answer.headers["set-cookie"]
    assert re.search(r"HttpOnly; Max-Age=28800; Path=/s; SameSite=lax", cookie)
    secret = cookie.partition("=")[2].partition(";")[0]
    assert secret != whole.token
    client.cookies.clear()
    for tampered in (secret, secret[:-1], secret.swapcase(), whole.token, f"{other.share}"):
        headers = {"Cookie": f"downstream-visit-{other.share}={tampered}"}
        assert client.get(f"/s/view/{other.share}", headers=headers).status_code == 404
    headers = {"Cookie": f"downstream-visit-{whole.share}={secret}"}
    assert client.get(f"/s/view/{whole.share}", headers=headers).status_code == 200
    again = send(client, whole.token).headers["set-cookie"]
    assert secret not in again  # every opening is a visit of its own


def test_every_answer_about_a_link_is_kept_by_nobody_and_framed_by_nobody(
    client: httpx.Client, whole: Link
):
    send(client, whole.token)
    paths = ["/s/", f"/s/view/{whole.share}", f"/s/status/{whole.share}", "/s/view/9999"]
    paths += [f"/s/export/{whole.share}/{name}" for name in ("table.csv", "content.json")]
    for path in paths:
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"].startswith("noindex")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "http" not in headers["content-security-policy"]
    strict = client.get(f"/s/view/{whole.share}").headers["content-security-policy"]
    assert strict.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in strict


def hidden_texts(server: Server) -> list[str]:
    with contextlib.closing(sqlite3.connect(server.database)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM startups")]


def test_what_is_left_out_is_in_no_page_and_no_file_however_it_is_asked_for(
    server: Server, client: httpx.Client
):
    link = server.link(Preset.OUTLINE)
    send(client, link.token)
    sorts = ("", "?sort=score", "?columns=startup,score&order=desc", "?redact=", "?all=1")
    for name in (f"view/{link.share}", f"export/{link.share}/table.csv"):
        seen = {client.get(f"/s/{name}{sort}").content for sort in sorts}
        assert len(seen) == 1  # nothing that is asked for changes what is shown
        text = next(iter(seen)).decode()
        for startup in hidden_texts(server):
            assert startup.casefold() not in text.casefold()
            assert startup.split()[0].casefold() not in text.casefold()
    content = client.get(f"/s/export/{link.share}/content.json").json()
    known = str({name: value for name, value in content.items() if name != "redacted"})
    for word in ("'score'", "aal_usd", "runway", "cash", "loss_by_kind", "OpenAI"):
        assert word not in known
    book = client.get(f"/s/export/{link.share}/table.xlsx").content
    path = server.folder / "table.xlsx"
    path.write_bytes(book)
    header = [cell.value for cell in next(load_workbook(path).worksheets[0].iter_rows())]
    assert "startup" in header
    assert not {"score", "aal_usd", "runway_months_before", "providers"} & set(header)
    # The order of the rows follows what is shown, so that it tells nothing hidden.
    bands = [row["band"] for row in content["startups"]]
    assert bands == sorted(bands, reverse=True)


def test_a_shared_stress_test_has_nothing_that_is_left_out_on_its_page_or_in_its_files(
    server: Server, client: httpx.Client
):
    tested = Scenario(
        id="own",
        title="Harrowgate Outreach loses OpenAI",
        root="OpenAI",
        kind=FailureKind.WIND_DOWN,
        summary="As Quillhaven fears.",
    )
    link = server.link(Preset.NAMES, scenario=tested)
    send(client, link.token)
    page = client.get(f"/s/view/{link.share}").text
    assert "Stress test: Wind-down of OpenAI" in page
    assert "Content SHA-256" in page
    files = [client.get(f"/s/export/{link.share}/{name}") for name in ("table.csv", "content.json")]
    assert [one.status_code for one in files] == [200, 200]
    headers = [str(one.headers) for one in files]
    shown = "".join([page, *(one.text for one in files), *headers]).casefold()
    for startup in hidden_texts(server):
        assert startup.casefold() not in shown
        assert startup.split()[0].casefold() not in shown
    header = files[0].text.splitlines()[0].lstrip("\ufeff").split(",")
    assert {"startup", "loss_usd", "hit_through"} <= set(header)
    # A stress test is of many startups, so that nobody is asked to correct one of them.
    assert client.get(f"/s/correct/{link.share}").status_code == 404


def test_no_export_is_ever_another_links_file(server: Server, client: httpx.Client):
    """Two files of one name and nearly one length, asked for in turns."""
    first, second = server.link(startup="Harrowgate Outreach"), server.link(startup=STARTUP)
    for link in (first, second):
        send(client, link.token)
    own = {
        link.share: client.get(f"/s/export/{link.share}/content.json").content
        for link in (first, second)
    }
    assert b"Harrowgate" in own[first.share]
    assert b"Quillhaven" in own[second.share]
    for _ in range(40):
        for share, expected in own.items():
            assert client.get(f"/s/export/{share}/content.json").content == expected


def test_failing_too_often_locks_and_a_restart_forgets_nothing(
    server: Server, client: httpx.Client, whole: Link
):
    locked = server.link(startup=STARTUP, passcode=PASSCODE)
    assert send(client, locked.token).json()["passcode"] is True
    wrong = [send(client, locked.token, "a wrong passcode").status_code for _ in range(5)]
    assert wrong == [403] * 5
    server.stop()
    server.start()
    answer = send(client, locked.token, PASSCODE)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 901
    server.sql("DELETE FROM share_attempts")
    assert send(client, locked.token, PASSCODE).status_code == 200
    codes = [send(client, f"forged {number}").status_code for number in range(62)]
    assert codes == [404] * 60 + [429] * 2
    # An address that is made up is no way around it: nobody passes requests on here.
    forwarded = {"X_Forwarded_For": "198.51.100.7"}
    assert send(client, locked.token, PASSCODE, **forwarded).status_code in (403, 429)


def test_a_websocket_of_a_foreign_page_is_refused(server: Server):
    here = f"127.0.0.1:{server.port}"
    foreign = f"evil.example:{server.port}"
    asked = [
        (here, "https://evil.example"),
        (here, "null"),
        (here, f"http://127.0.0.1.{foreign}"),
        # A foreign name that leads to this machine (DNS rebinding), with its own origin.
        (foreign, f"http://{foreign}"),
    ]
    for host, origin in asked:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            address = f"ws://{host}/_stcore/stream"
            with pytest.raises(InvalidStatus) as refused:
                connect(address, origin=origin, sock=connection)  # type: ignore[arg-type]
            assert refused.value.response.status_code == 403


def opened(browser: Browser, link: str) -> Page:
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.clock.install()
    page.goto(link)
    page.wait_for_url("**/s/view/*")
    page.get_by_role("heading", name=STARTUP).wait_for()
    return page


def is_cleared_within_five_seconds(page: Page) -> None:
    """Five by the clock that the page reads, and not by one that a slow machine falls behind."""
    page.clock.pause_at(page.evaluate("Date.now() + 50"))
    for _ in range(5):
        page.wait_for_timeout(300)  # What was asked comes to its answer meanwhile.
        page.clock.run_for(1_000)
    page.get_by_text("This link is not available").first.wait_for(timeout=60_000)
    assert STARTUP not in page.content()
    page.clock.resume()


def test_revoking_clears_an_open_tab_within_five_seconds(server: Server, browser: Browser):
    link = server.link(startup=STARTUP)
    page = opened(browser, link.link)
    server.revoke(link.share)
    is_cleared_within_five_seconds(page)
    page.go_back()
    assert STARTUP not in page.content()


def test_a_reader_sends_a_correction_from_a_real_browser(server: Server, browser: Browser):
    """Browsers call the sender of a form “null” where a page sends no referrer; ours may."""
    page = opened(browser, server.link(startup=STARTUP).link)
    page.get_by_role("link", name="Propose a correction").click()
    page.get_by_label("Engineers").fill("14")
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_the_token_is_in_no_log_no_store_no_backup_and_no_referer(server: Server, browser: Browser):
    link = server.link(startup=STARTUP)
    context = browser.new_context()
    asked: list[Request] = []
    context.on("request", lambda one: asked.append(one))
    page = context.new_page()
    page.goto(link.link)
    page.wait_for_url("**/s/view/*")
    page.wait_for_timeout(2500)
    with page.expect_download() as started:
        page.get_by_role("link", name="Content (JSON)").first.click()
    secret = next(one["value"] for one in context.cookies() if "visit" in one["name"])  # type: ignore[typeddict-item]
    downloaded = Path(started.value.path()).read_bytes()
    assert {urlsplit(one.url).netloc for one in asked} == {urlsplit(server.address).netloc}
    for one in asked:
        assert "referer" not in one.all_headers()
        assert link.token not in one.url.partition("#")[0]
    backup = server.folder / "copy.sqlite3"
    with contextlib.closing(sqlite3.connect(server.database)) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
    files = [*server.folder.glob("store.sqlite3*"), backup, server.log]
    assert len(files) >= 3
    for canary in (link.token, secret):
        assert canary.encode() not in downloaded
        assert not [file.name for file in files if canary.encode() in file.read_bytes()]
    assert page.evaluate("history.length") <= 2
    assert link.token not in page.content()


def test_a_foreign_page_can_neither_frame_nor_open_a_link(
    server: Server, browser: Browser, whole: Link
):
    before = server.opens(whole.share)
    context = browser.new_context()
    foreign = context.new_page()
    foreign.goto(f"{server.address.replace('127.0.0.1', 'localhost')}/healthz")
    foreign.evaluate(
        """([address, token]) => Promise.allSettled(["cors", "no-cors"].flatMap(mode =>
          ["application/json", "text/plain"].map(type => fetch(address + "/s/open", {
            method: "POST", mode, credentials: "include", headers: {"Content-Type": type},
            body: JSON.stringify({token})}))))""",
        [server.address, whole.token],
    )
    assert server.opens(whole.share) == before
    assert not [one for one in context.cookies() if "visit" in one["name"]]  # type: ignore[typeddict-item]
    framed = context.new_page()
    framed.set_content(f'<iframe src="{whole.link}"></iframe>')
    framed.wait_for_timeout(1500)
    assert server.opens(whole.share) == before
    assert "Shared with you" not in framed.frames[-1].content()


def test_expiry_clears_an_open_tab(server: Server, browser: Browser, client: httpx.Client):
    link = server.link(startup=STARTUP, days=1)
    page = opened(browser, link.link)
    newest = "(SELECT max(id) FROM share_links)"
    server.sql(f"UPDATE share_links SET expires_at = datetime('now') WHERE id = {newest}")  # noqa: S608
    is_cleared_within_five_seconds(page)
    assert send(client, link.token).status_code == 404
