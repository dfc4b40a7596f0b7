"""Each line of ``downstream doctor`` says what is wrong once that is broken, and what to do."""

import re
import shutil
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import ROOT, answer
from ui.terminal import doctor
from ui.terminal.doctor import SETTINGS, Patient, examine


@pytest.fixture
def patient(url: str, monkeypatch: pytest.MonkeyPatch) -> Patient:
    """An installation with nothing wrong, on a port that is free."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Patient(database=url, port=port)


def line(patient: Patient, check: str) -> Mapping[str, Any]:
    """The line of one check, the worst of them."""
    own = [one for one in examine(patient) if one["check"] == check]
    assert own
    return next((one for one in own if one["state"] != "ok"), own[0])


def test_nothing_must_be_done_where_nothing_is_wrong(patient: Patient):
    assert [one for one in examine(patient) if one["state"] == "to do"] == []


def test_an_old_python(patient: Patient):
    found = line(replace(patient, python=(3, 10, 4)), "Python")
    assert (found["state"], found["found"]) == ("to do", "3.10.4")
    assert "3.11" in found["to_do"]


def test_a_missing_package_is_named_with_the_command_that_installs_it(patient: Patient):
    found = line(
        replace(patient, found=lambda name: None if name == "rapidfuzz" else patient.found(name)),
        "Packages",
    )
    assert found["state"] == "to do"
    assert re.search(r"pip install rapidfuzz==[\d.]+$", found["to_do"])


def test_a_package_of_another_version_is_a_note(patient: Patient):
    found = line(
        replace(patient, found=lambda name: "0.0.1" if name == "plotly" else patient.found(name)),
        "Packages",
    )
    assert found["state"] == "note"
    assert "plotly 0.0.1" in found["to_do"]


def test_a_setting_that_means_nothing(patient: Patient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOWNSTREAM_DATABSE_URL", "sqlite:///x.db")
    found = line(patient, "Settings")
    assert found["state"] == "to do"
    assert "DOWNSTREAM_DATABSE_URL" in found["found"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNSTREAM_OIDC_ISSUER", "https://id.example.com"),  # half of a sign-in
        ("DOWNSTREAM_TRUSTED_PROXIES", "everybody"),
        ("DOWNSTREAM_FRAME_ANCESTORS", "http://portal.example.com"),
        ("DOWNSTREAM_BASE_URL", "no address"),
        ("FORWARDED_ALLOW_IPS", "*"),
        ("STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION", "false"),
    ],
)
def test_a_setting_that_cannot_be_right(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(name, value)
    found = line(patient, "Settings")
    assert found["state"] == "to do"
    assert name.partition("OIDC_")[0] in found["to_do"]


def test_an_address_that_is_open_to_everybody(patient: Patient):
    found = line(replace(patient, address="0.0.0.0"), "Settings")  # noqa: S104 - looked at alone
    assert found["state"] == "to do"


def test_every_setting_that_is_documented_is_known():
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    documented = {
        name
        for name in re.findall(r"DOWNSTREAM_[A-Z_]*[A-Z]", text)
        if name != "DOWNSTREAM_OIDC" and not name.startswith("DOWNSTREAM_CHANNEL")
    }
    assert documented <= SETTINGS
    # Two are set by our own commands and the rest of the two secrets is their file.
    assert SETTINGS - documented <= {
        "DOWNSTREAM_OPEN_BROWSER",
        "DOWNSTREAM_INSECURE_OPEN",
        "DOWNSTREAM_OIDC_COOKIE_SECRET_FILE",
    }


def test_a_store_that_is_not_there(patient: Patient, tmp_path: Path):
    found = line(replace(patient, database=f"sqlite:///{tmp_path}/none.db"), "Store")
    assert found["state"] == "to do"
    assert "downstream init" in found["to_do"]


def test_a_store_of_another_schema(patient: Patient, url: str):
    import sqlite3

    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    found = line(patient, "Store")
    assert found["state"] == "to do"
    assert "later version" in found["to_do"]


def test_a_store_that_is_damaged(patient: Patient, url: str):
    file = Path(url.removeprefix("sqlite:///"))
    file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    assert line(patient, "Store")["state"] == "to do"


def test_a_folder_that_cannot_be_written_to(patient: Patient, monkeypatch: pytest.MonkeyPatch):
    def refused(**_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor, "TemporaryFile", refused)
    found = line(patient, "Data folder")
    assert found["state"] == "to do"
    assert "Permission denied" in found["found"]


def test_a_damaged_table_of_reference_facts(patient: Patient, tmp_path: Path):
    folder = shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    (folder / "rates.csv").write_text("no,such,columns\n1,2,3\n", encoding="utf-8")
    found = line(replace(patient, fixtures=folder), "Reference facts")
    assert found["state"] == "to do"
    assert "rates.csv" in found["found"]


def test_a_clock_that_is_behind(patient: Patient):
    found = line(replace(patient, now=datetime(2001, 1, 1, tzinfo=UTC)), "Clock")
    assert found["state"] == "to do"
    assert "2001-01-01" in found["found"]


def test_loops_that_are_not_compiled(patient: Patient, monkeypatch: pytest.MonkeyPatch):
    from risk.loss import compiling

    monkeypatch.setattr(compiling, "is_compiled", lambda: False)
    found = line(patient, "Compiled engine")
    assert found["state"] == "note"
    assert found["to_do"].endswith(" -m risk.compiling")


def test_no_browser_to_print_with(patient: Patient, tmp_path: Path):
    found = line(replace(patient, programs=str(tmp_path)), "PDF")
    assert found["state"] == "note"


def test_a_port_that_is_taken(patient: Patient):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        # Bound and not listening: nobody answers, and nobody else may listen.
        found = line(replace(patient, port=port), "Port")
    assert found["state"] == "to do"
    assert f"--port {port + 1}" in found["to_do"]


def test_a_port_on_which_it_answers_already_is_well(patient: Patient):
    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Healthy)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        found = line(replace(patient, port=server.server_port), "Port")
    finally:
        server.shutdown()
        server.server_close()
    assert found["state"] == "ok"


def test_the_command_ends_with_status_two_only_if_something_must_be_done(
    patient: Patient, url: str, tmp_path: Path
):
    port = str(patient.port)
    well = answer("doctor", "--port", port, url=url)
    assert {one["state"] for one in well} <= {"ok", "note"}
    missing = f"sqlite:///{tmp_path}/none.db"
    ill = answer("doctor", "--port", port, url=missing, status=2)
    assert [one["check"] for one in ill if one["state"] == "to do"] == ["Store"]
    shown = CliRunner().invoke(cli.app, ["doctor", "--port", port, "--database", url])
    assert shown.exit_code == 0
    assert "Reference facts" in shown.output
