"""The server looks at the settings in force and does not start where one of them is unsafe."""

import re
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from db.errors import Refused
from tests.terminal.running import program
from ui import starting
from ui.starting import MUST_BE, refuse_unsafe_settings, secrets_or_exit

UI = Path(__file__).parents[2] / "ui"


def override(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    known = {name.replace("__", "."): value for name, value in values.items()}
    in_force = st.get_option
    monkeypatch.setattr(
        starting.st, "get_option", lambda name: known[name] if name in known else in_force(name)
    )


def test_the_settings_in_force_are_the_safe_ones() -> None:
    refuse_unsafe_settings()
    assert st.get_option("server.address") == "127.0.0.1"
    assert st.get_option("server.maxUploadSize") == 200
    assert st.get_option("server.allowedHosts") == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("name", sorted(MUST_BE))
def test_each_unsafe_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    safe = MUST_BE[name][0]
    override(monkeypatch, **{name.replace(".", "__"): "full" if safe == "none" else not safe})
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
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION", "false")
    done = program("serve", "--port", "18998", cwd=tmp_path, url=f"sqlite:///{tmp_path}/s.sqlite3")
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
    assert (UI / "assets" / "favicon.png").exists()
