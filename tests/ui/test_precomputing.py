"""What a server makes before its first visitor, and what it says of itself meanwhile."""

import logging
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from db.errors import StoreBusy
from db.services import kept_answers
from tests.ui.conftest import Open
from tests.ui.running import run_apart
from ui import cached, precomputing, sign_in
from ui.precomputing import Precomputing
from ui.routes import health

KEEP = kept_answers.keep_answer


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which answers were made and kept, and for whom."""
    asked: list[str] = []

    def keep(store: Any, actor: Any, name: str, **options: Any) -> Any:
        asked.append(f"{name} for {actor.name}")
        return KEEP(store, actor, name, **options)

    monkeypatch.setattr(kept_answers, "keep_answer", keep)
    return asked


@pytest.fixture
def readiness(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The answer of ``/readyz`` while the store can be read and ``now`` warms up, and no more."""
    for later in ("warm_the_menu", "warm_the_plan"):
        monkeypatch.setattr(precomputing, later, lambda: None)

    def answer(now: Precomputing) -> tuple[int, bytes]:
        monkeypatch.setattr(cached, "store_is_readable", lambda: True)
        monkeypatch.setattr(health, "precomputing", now)
        told = run_apart(health.readyz(None))
        return told.status_code, bytes(told.body)

    return answer


@pytest.mark.usefixtures("unanswered_store")
def test_the_first_page_scores_nothing_any_more(made: list[str], open_page: Open):
    precomputing.warm_up()
    assert made == ["demo for local owner"]
    assert open_page().metric
    assert made == ["demo for local owner"]


@pytest.mark.usefixtures("unanswered_store")
def test_with_sign_in_the_answer_is_there_for_whoever_comes(
    made: list[str], monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as signing_in:
        signing_in.setattr(sign_in, "is_required", lambda: True)
        precomputing.warm_up()
    assert made == ["demo for local owner"]
    assert cached.answer_in_memory("demo") is not None


@pytest.mark.usefixtures("demo_store")
def test_a_portfolio_that_nobody_waits_for_keeps_nobody_away(
    made: list[str], monkeypatch: pytest.MonkeyPatch
):
    large = SimpleNamespace(
        name="large", invented=False, updated=None, startups=cached.WAITED_FOR + 1
    )
    monkeypatch.setattr(precomputing, "list_portfolios", lambda store, actor: (large,))
    precomputing.warm_up()
    assert made == []


@pytest.mark.usefixtures("demo_store")
def test_an_empty_store_is_warm(made: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(precomputing, "list_portfolios", lambda store, actor: ())
    precomputing.warm_up()
    assert made == []


def test_nobody_is_sent_before_it_is_warm(readiness: Any, monkeypatch: pytest.MonkeyPatch):
    let_go = threading.Event()
    monkeypatch.setattr(precomputing, "warm_up", lambda: let_go.wait(60))
    now = Precomputing()
    assert readiness(now) == (200, b"ready")  # what never begins keeps nobody away
    thread = now.begin()
    assert readiness(now) == (503, b"Precomputing up.")
    let_go.set()
    thread.join(60)
    assert readiness(now) == (200, b"ready")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreBusy("The database is away."), "Not warmed up: The database is away."),
        (ValueError("a mistake of ours"), "Not warmed up; the first visitors wait instead"),
    ],
)
def test_what_fails_is_logged_and_keeps_nobody_away(
    error: Exception,
    said: str,
    readiness: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    def fail() -> None:
        raise error

    monkeypatch.setattr(precomputing, "warm_up", fail)
    now = Precomputing()
    with caplog.at_level(logging.INFO, logger="downstream"):
        now.begin().join(60)
    assert readiness(now) == (200, b"ready")
    assert said in caplog.text


def test_what_takes_too_long_keeps_nobody_away(readiness: Any, monkeypatch: pytest.MonkeyPatch):
    let_go = threading.Event()
    monkeypatch.setattr(precomputing, "warm_up", lambda: let_go.wait(60))
    now = Precomputing()
    at = [1000.0]
    monkeypatch.setattr(precomputing.time, "monotonic", lambda: at[0])
    thread = now.begin()
    at[0] += precomputing.LONGEST_SECONDS
    assert readiness(now) == (503, b"Precomputing up.")
    at[0] += 1.0
    assert readiness(now) == (200, b"ready")
    let_go.set()
    thread.join(60)
