"""Settings that are whole and safe, or a server that does not start and says why."""

import base64
import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from db.errors import Refused
from tests.terminal.running import program
from ui import sign_in
from ui.server.settings import (
    MUST_BE,
    allowed_hosts,
    as_streamlit_secrets,
    frame_ancestors,
    is_asked_for,
    refuse_foreign_proxies,
    refuse_open_address,
    refuse_unsafe_settings,
    require_strong,
    secrets_or_exit,
    sign_in_settings,
    trusted_proxies,
)

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
def demo_url(demo_file: Path, tmp_path: Path) -> str:
    """A store that a server need not make."""
    return f"sqlite:///{shutil.copy(demo_file, tmp_path / 's.sqlite3')}"


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
        ("DOWNSTREAM_OIDC_COOKIE_SECRET", "short", "could be guessed"),
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


UNSAFE: dict[str, Any] = {
    "client.showErrorDetails": "full",
    "client.allowedOrigins": ["https://evil.example"],
    "server.corsAllowedOrigins": ["https://evil.example"],
    "server.trustedUserHeaders": {"X-User": "email"},
    "server.baseUrlPath": "below",
}
UI = Path(__file__).parents[3] / "ui"


def override(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    known = {name.replace("__", "."): value for name, value in values.items()}
    in_force = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda name: known[name] if name in known else in_force(name)
    )


def test_the_settings_in_force_are_the_safe_ones() -> None:
    refuse_unsafe_settings()
    assert st.get_option("server.address") == "127.0.0.1"
    assert st.get_option("server.maxUploadSize") == 200
    assert st.get_option("server.allowedHosts") == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("name", sorted(MUST_BE))
def test_each_unsafe_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    safe = MUST_BE[name][0]
    override(monkeypatch, **{name.replace(".", "__"): UNSAFE.get(name, not safe)})
    with pytest.raises(Refused, match=re.escape(name)):
        refuse_unsafe_settings()


@pytest.mark.parametrize("size", [0, 201])
def test_uploads_stay_capped(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    override(monkeypatch, server__maxUploadSize=size)
    with pytest.raises(Refused, match="maxUploadSize"):
        refuse_unsafe_settings()


@pytest.mark.parametrize("hosts", [[], ["*"]])
def test_some_hosts_are_named(monkeypatch: pytest.MonkeyPatch, hosts: list[str]) -> None:
    override(monkeypatch, server__allowedHosts=hosts)
    with pytest.raises(Refused, match="allowedHosts"):
        refuse_unsafe_settings()
    monkeypatch.setenv("DOWNSTREAM_INSECURE_OPEN", "1")
    override(monkeypatch, server__allowedHosts=["*"])
    refuse_unsafe_settings()


def test_an_open_address_ends_the_program_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    override(monkeypatch, server__address="0.0.0.0")  # noqa: S104 - what must be refused
    with pytest.raises(SystemExit, match="would be the owner"):
        secrets_or_exit()
    override(monkeypatch, server__address=None)
    with pytest.raises(SystemExit, match="would be the owner"):
        secrets_or_exit()


def test_a_server_whose_settings_were_overridden_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, demo_url: str
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION", "false")
    done = program("serve", "--port", "18998", cwd=tmp_path, url=demo_url)
    assert done.returncode != 0
    assert "server.enableXsrfProtection is False" in done.stderr + done.stdout


def test_page_icons_are_files_of_ours() -> None:
    """``:material/…:`` as a page's icon calls a font host; inside pages it is served from here."""
    calls = [
        call
        for path in UI.rglob("*.py")
        for call in re.findall(r"(?:set_page_config|st\.Page)\((.*?)\n", path.read_text())
    ]
    assert calls
    assert not [call for call in calls if ":material" in call]
    assert (UI / "assets" / "favicon.svg").exists()


@pytest.mark.parametrize(
    "secret",
    [
        "x",
        "x" * 32,
        "x" * 400,
        "abcdefgh" * 4,
        "0123456789" * 4,
        "change-me-" * 4,
        "passwordpassword",
    ],
)
def test_a_secret_that_could_be_guessed_is_refused_whatever_its_length(secret: str) -> None:
    with pytest.raises(Refused, match="could be guessed"):
        require_strong(secret, "The secret")


def test_a_random_secret_is_strong_enough_in_every_common_spelling() -> None:
    # Hexadecimal digits have 16 letters: the least varied way in which such secrets are written.
    refused = []
    for number in range(200):
        digest = hashlib.sha256(str(number).encode())
        for secret in (digest.hexdigest()[:32], base64.b64encode(digest.digest()).decode()):
            try:
                require_strong(secret, "The secret")
            except Refused:
                refused.append(secret)
    assert refused == []


def test_a_weak_secret_in_streamlits_own_file_is_refused_too(tmp_path: Path, demo_url: str) -> None:
    (tmp_path / ".streamlit").mkdir()
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.write_text(f'[auth]\ncookie_secret = "{"k" * 32}"\n')
    done = program("serve", "--port", "18997", cwd=tmp_path, url=demo_url)
    assert done.returncode != 0
    assert "could be guessed" in done.stderr + done.stdout


def test_the_usual_proxy_is_on_this_machine_and_others_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    assert trusted_proxies() == "127.0.0.1,::1"
    refuse_foreign_proxies()
    monkeypatch.setenv("DOWNSTREAM_TRUSTED_PROXIES", "172.28.0.0/16, 10.0.0.7")
    assert trusted_proxies() == "172.28.0.0/16,10.0.0.7"
    with pytest.raises(Refused, match="DOWNSTREAM_TRUSTED_PROXIES alone"):
        refuse_foreign_proxies()  # the web server was not told
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "172.28.0.0/16,10.0.0.7")
    refuse_foreign_proxies()


@pytest.mark.parametrize("proxies", ["*", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1/8"])
def test_trusting_everybody_is_refused(monkeypatch: pytest.MonkeyPatch, proxies: str) -> None:
    monkeypatch.setenv("DOWNSTREAM_TRUSTED_PROXIES", proxies)
    with pytest.raises(Refused, match="lists the addresses of your proxies"):
        trusted_proxies()


def test_a_server_told_otherwise_whom_to_believe_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, demo_url: str
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    done = program("serve", "--port", "18996", cwd=tmp_path, url=demo_url)
    assert done.returncode != 0
    assert "FORWARDED_ALLOW_IPS" in done.stderr + done.stdout


def test_only_https_origins_may_frame_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOWNSTREAM_FRAME_ANCESTORS", raising=False)
    assert frame_ancestors() == "'none'"
    monkeypatch.setenv("DOWNSTREAM_FRAME_ANCESTORS", "https://portal.example.org 'self'")
    assert frame_ancestors() == "https://portal.example.org 'self'"
    monkeypatch.setenv("DOWNSTREAM_FRAME_ANCESTORS", "http://portal.example.org")
    with pytest.raises(Refused, match="lists https origins"):
        frame_ancestors()


def test_too_many_wrong_codes_end_the_guessing() -> None:
    code = sign_in.OwnerCode()
    assert not code.is_spent
    code.wrong = 10
    assert code.is_spent
    assert code.code != sign_in.OwnerCode().code
