import logging

import pytest
import streamlit as st

import app
from db.errors import PortfolioNotFound
from tests.ui.running import run_apart
from ui import cached
from ui.routes import health


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(st, "error", texts.append)
    return texts


def test_an_error_is_shown_as_an_id_that_the_log_explains(
    shown: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="downstream"):
        assert app.say_what_happened(ValueError("secret path /srv/data")) is True
    error_id = caplog.records[0].getMessage().removeprefix("error ")
    assert error_id in shown[0]
    assert "secret" not in shown[0]
    assert "secret path" in caplog.text


def test_what_the_store_refuses_is_said_in_its_own_words(shown: list[str]) -> None:
    assert app.say_what_happened(PortfolioNotFound("x")) is True
    assert "There is no portfolio named “x”" in shown[0]


def test_health_needs_no_store_and_readiness_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "store_is_readable", lambda: False)
    assert run_apart(health.healthz(None)).body == b"ok"
    assert run_apart(health.readyz(None)).status_code == 503
    monkeypatch.setattr(cached, "store_is_readable", lambda: True)
    assert run_apart(health.readyz(None)).status_code == 200
