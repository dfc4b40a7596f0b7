"""The set-ups of docs/deployment.md, with the proxies that they name in front of a server."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.conftest import SITE_NAME
from tests.browser.serving import Dashboard, free_port, running
from tests.documents.blocks import blocks

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAME = SITE_NAME
ROOT = Path(__file__).parents[2]


def documented(language: str, holding: str) -> str:
    """The text of the one file of the page in that language that holds a word."""
    (found,) = (
        one.text
        for one in blocks()
        if one.document == "deployment.md" and one.language == language and holding in one.text
    )
    return found


def nginx(folder: Path, port: int, server: int) -> list[str]:
    """nginx with the documented server, on other ports and with another certificate."""
    text = documented("nginx", "server_name")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = text.replace("127.0.0.1:8501", f"127.0.0.1:{server}")
    text = re.sub(r"/etc/letsencrypt/\S+/fullchain.pem", f"{folder}/cert.pem", text)
    text = re.sub(r"/etc/letsencrypt/\S+/privkey.pem", f"{folder}/key.pem", text)
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; user root; pid {folder}/nginx.pid; error_log {folder}/proxy.txt;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {folder};\n{text}\n}}\n"
    )
    return ["nginx", "-c", str(file)]


def caddy(folder: Path, port: int, server: int) -> list[str]:
    """Caddy with the documented site, on other ports and with a certificate that is there."""
    text = documented("", "reverse_proxy")
    text = text.replace(f"{NAME} {{", f"https://{NAME}:{port} {{\n    bind 127.0.0.1")
    text = text.replace("127.0.0.1:8501", f"127.0.0.1:{server}")
    text = text.replace("    header ", f"    tls {folder}/cert.pem {folder}/key.pem\n    header ")
    file = folder / "Caddyfile"
    file.write_text(f"{{\n    admin off\n    auto_https disable_redirects\n}}\n{text}")
    return ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]


PROXIES: dict[str, Callable[[Path, int, int], list[str]]] = {"nginx": nginx, "caddy": caddy}


class ThisMachine(httpx.HTTPTransport):
    """Calls this machine whatever the address names, and asks it for that name."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = request.url.host
        request.url = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(request)


@dataclass(frozen=True)
class Site:
    """A dashboard behind a proxy, as visitors reach it."""

    address: str
    dashboard: Dashboard

    def client(self) -> httpx.Client:
        """A program that finds the site although no name service knows it."""
        return httpx.Client(base_url=self.address, transport=ThisMachine(verify=False))

    def share(self) -> str:
        """A link to a snapshot of the demo portfolio, as the terminal makes it."""
        told = self.dashboard.tell("share", "create", "--portfolio", "demo", "--snapshot")
        return told.split()[0]


def require(program: str) -> None:
    if shutil.which(program) is None:
        reason = f"There is no {program} here; install it with: apt-get install -y {program}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@contextlib.contextmanager
def served(folder: Path, *, store: Path, **environment: str) -> Iterator[Site]:
    """Serve behind a proxy that is yet to be put in front, until the block ends."""
    address = f"https://{NAME}:{free_port()}"
    with running(folder, store=store, DOWNSTREAM_BASE_URL=address, **environment) as dashboard:
        yield Site(address, dashboard)


@contextlib.contextmanager
def behind(proxy: str, site: Site) -> Iterator[Site]:
    """Put a proxy in front of a site until the block ends."""
    require(proxy)
    require("openssl")
    folder, port = site.dashboard.folder, int(site.address.rpartition(":")[2])
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj"
    subprocess.run(
        ["openssl", *command.split(), f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    started = subprocess.Popen(
        PROXIES[proxy](folder, port, site.dashboard.port),
        env={**os.environ, "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port, started)
        yield site
    finally:
        started.terminate()
        started.wait(timeout=20)


def wait_until_open(port: int, started: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 20
    while time.monotonic() < give_up_at:
        assert started.poll() is None
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port}")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of an OpenID provider on this machine that knows one person."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it still uses a part of Authlib that moved
        mock: Any = pytest.importorskip("oidc_provider_mock")
    ann = mock.User(sub="ann", claims={"name": "Ann Lee", "email": "ann@fund.example"})
    with mock.run_server_in_thread(user_claims=[ann]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module", params=sorted(PROXIES))
def signed(
    request: pytest.FixtureRequest,
    provider: str,
    answered: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """Behind each proxy, where people sign in."""
    settings = {
        "DOWNSTREAM_OIDC_ISSUER": provider,
        "DOWNSTREAM_OIDC_CLIENT_ID": "downstream",
        "DOWNSTREAM_OIDC_CLIENT_SECRET": "canary",
    }
    with (
        served(tmp_path_factory.mktemp("signed"), store=answered, **settings) as site,
        behind(request.param, site),
    ):
        yield site


@pytest.fixture(scope="module")
def without_sign_in(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Where nobody signs in; the proxies stand in front of it one after the other."""
    with served(tmp_path_factory.mktemp("unsigned"), store=answered) as site:
        yield site


@pytest.fixture(scope="module", params=sorted(PROXIES))
def unsigned(request: pytest.FixtureRequest, without_sign_in: Site) -> Iterator[Site]:
    """Behind each proxy, where nobody signs in."""
    with behind(request.param, without_sign_in) as site:
        yield site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of somebody who trusts the certificate of this test."""
    context = browser.new_context(ignore_https_errors=True)
    opened = context.new_page()
    opened.set_default_timeout(90_000)
    yield opened
    context.close()


def test_people_sign_in_and_work_behind_the_documented_proxy(signed: Site, page: Page):
    page.goto(f"{signed.address}/startups?search=Quillhaven")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="ann", exact=True).first.click()
    page.get_by_label("Owner's code").fill(
        re.findall(r"with this code: (\S+)", signed.dashboard.said())[0]
    )
    page.get_by_role("button", name="Become the owner").click()
    # An owner's pages are in the list: the code was taken.
    expect(page.get_by_role("link", name="People", exact=True)).to_be_visible(timeout=60_000)
    page.goto(f"{signed.address}/startups?search=Quillhaven")
    expect(page.get_by_text("1 of 61 shown")).to_be_visible(timeout=60_000)
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").first.click()
    assert b"Quillhaven" in Path(started.value.path()).read_bytes()
    cookies = {one["name"]: one for one in page.context.cookies()}  # type: ignore[typeddict-item]
    assert cookies["downstream_browser"]["httpOnly"]


def codes_of(dashboard: Dashboard, proxy: str, visitors: list[str]) -> list[int]:
    """What each of the visitors is told whom a proxy passes on with a forged token."""
    own = {"Host": NAME, "Origin": f"https://{NAME}"}
    away = httpx.HTTPTransport(local_address=proxy)
    with httpx.Client(base_url=dashboard.address, transport=away, headers=own) as client:
        return [
            client.post(
                "/s/open", json={"token": f"{number}"}, headers={"X-Forwarded-For": visitor}
            ).status_code
            for number, visitor in enumerate(visitors)
        ]


def test_visitors_of_a_trusted_proxy_are_told_apart_and_those_of_another_are_one(
    answered: Path, tmp_path: Path
):
    """Sixty unknown tokens a minute lock a client."""
    trusted, unknown = "127.0.0.9", "127.0.0.7"
    settings = {
        "DOWNSTREAM_BASE_URL": f"https://{NAME}",
        "DOWNSTREAM_TRUSTED_PROXIES": trusted,
    }
    with running(tmp_path, store=answered, **settings) as dashboard:
        ann = ["203.0.113.5"] * 61
        assert codes_of(dashboard, trusted, ann) == [404] * 60 + [429]
        assert codes_of(dashboard, trusted, ["203.0.113.6"]) == [404]
        # A visitor who writes the header too gets no further: the proxy's own entry is the last.
        assert codes_of(dashboard, trusted, ["198.51.100.1, 203.0.113.5"]) == [429]
        many = [f"203.0.113.{number}" for number in range(100, 161)]
        assert codes_of(dashboard, unknown, many) == [404] * 60 + [429]


def test_without_sign_in_the_documented_proxy_passes_links_on_and_nothing_else(
    unsigned: Site, page: Page
):
    with unsigned.client() as client:
        for path in ("/", "/startups", "/_stcore/host-config", "/metrics", "/export/x"):
            assert client.get(path).status_code == 403
    page.goto(unsigned.share())
    page.wait_for_url("**/s/view/*")
    expect(page.get_by_role("heading", name="companies would lose")).to_be_visible()
    (cookie,) = page.context.cookies()
    assert cookie["name"].startswith("__Host-")  # type: ignore[typeddict-item]
    page.goto(unsigned.address)
    expect(page.get_by_text("This address shows shared links alone.")).to_be_visible()


def test_a_page_of_another_site_reaches_nothing_through_the_proxy(signed: Site):
    with signed.client() as client:
        foreign = {"Origin": "https://evil.example"}
        assert client.get("/_stcore/host-config", headers=foreign).status_code == 403
        assert client.get("/_stcore/host-config").status_code == 200
    port = int(signed.address.rpartition(":")[2])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for origin, status in (("https://evil.example", 403), (f"https://{NAME}", 403)):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            stream = f"wss://{NAME}:{port}/_stcore/stream"
            with pytest.raises(InvalidStatus) as refused:
                connect(stream, origin=origin, sock=connection, ssl=context, open_timeout=60)  # type: ignore[arg-type]
            assert refused.value.response.status_code == status


def test_the_container_trusts_the_network_that_its_proxy_comes_from():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    (network,) = compose["networks"]["default"]["ipam"]["config"]
    environment = compose["services"]["downstream"]["environment"]
    assert environment["DOWNSTREAM_TRUSTED_PROXIES"] == network["subnet"]
    # It listens on every address inside; so it starts with the sign-in settings alone.
    assert '"--address", "0.0.0.0"' in (ROOT / "Containerfile").read_text()
    assert compose["services"]["downstream"]["ports"] == ["127.0.0.1:8501:8501"]
