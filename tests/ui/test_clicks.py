"""A double click asks the store for something once, and a click that ends a run loses nothing."""

import threading
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.state import SafeSessionState
from streamlit.testing.v1 import AppTest

from db.errors import Refused
from ui import cached, clicks, jobs
from ui.clicks import once_a_click
from ui.imports import publishing as import_publishing

Written = list[tuple[str, int]]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader's session."""
    monkeypatch.setattr(st, "session_state", {})


@pytest.fixture
def written() -> Written:
    """What was written."""
    return []


def note(written: Written, what: str, *, times: int = 1) -> int:
    """Write something down; how many there are by then."""
    written.append((what, times))
    return len(written)


@pytest.mark.usefixtures("session")
def test_the_second_click_of_two_writes_nothing_and_says_the_same(written: Written):
    assert once_a_click(note, written, "signal") == 1
    assert once_a_click(note, written, "signal") == 1
    assert written == [("signal", 1)]


@pytest.mark.usefixtures("session")
def test_what_differs_in_anything_is_another_click(written: Written):
    for what, times in (("done", 1), ("open again", 1), ("done", 1), ("done", 2)):
        once_a_click(note, written, what, times=times)
    assert written == [("done", 1), ("open again", 1), ("done", 1), ("done", 2)]


@pytest.mark.usefixtures("session")
def test_the_same_later_is_done_again(written: Written, monkeypatch: pytest.MonkeyPatch):
    now = [100.0]
    monkeypatch.setattr(clicks.time, "monotonic", lambda: now[0])
    for at in (100.0, 101.9, 103.8, 103.9):
        now[0] = at
        once_a_click(note, written, "fetch")
    # Done at 100.0; 101.9 is the same click; 103.8 is 3.8 seconds after it was done, 103.9 is not.
    assert len(written) == 2


@pytest.mark.usefixtures("session")
def test_a_refusal_is_said_again_without_asking_again(written: Written):
    def refuse(into: Written) -> None:
        note(into, "asked")
        raise Refused("Only owners may.")

    for _ in range(2):
        with pytest.raises(Refused, match="Only owners may"):
            once_a_click(refuse, written)
    assert written == [("asked", 1)]


@pytest.mark.usefixtures("session")
def test_another_mistake_is_not_taken_for_an_answer(written: Written):
    def fail(into: Written) -> None:
        note(into, "asked")
        raise ValueError("a mistake of ours")

    for _ in range(2):
        with pytest.raises(ValueError, match="of ours"):
            once_a_click(fail, written)
    assert len(written) == 2


@pytest.mark.usefixtures("session")
def test_a_second_click_that_arrives_in_the_middle_waits_for_the_first(written: Written):
    inside, let_go = threading.Event(), threading.Event()
    answers: list[int] = []

    def slow(into: Written) -> int:
        inside.set()
        assert let_go.wait(60)
        return note(into, "link")

    threads = [
        threading.Thread(target=lambda: answers.append(once_a_click(slow, written)))
        for _ in range(2)
    ]
    threads[0].start()
    assert inside.wait(60)
    threads[1].start()
    let_go.set()
    for one in threads:
        one.join(60)
    assert answers == [1, 1]
    assert len(written) == 1


class ClickedElsewhere(Exception):
    """What ends a run."""


def publishing_page() -> None:
    """A page on which somebody clicks Publish."""
    from types import SimpleNamespace

    import streamlit as st

    from ui.imports import publishing as import_publishing

    seen = SimpleNamespace(intake=SimpleNamespace(accepted=1))
    import_publishing.publish(None, "Our book", seen)
    _, job = st.session_state["import_publishing"]
    assert job.is_done_within(60)


def end_the_first_run_that_keeps_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    keep = SafeSessionState.__setitem__
    ended: list[str] = []

    def keep_unless_first(state: SafeSessionState, key: str, value: Any) -> None:
        if key == "import_publishing" and not ended:
            ended.append(key)
            raise ClickedElsewhere
        keep(state, key, value)

    monkeypatch.setattr(SafeSessionState, "__setitem__", keep_unless_first)


def test_a_click_that_ends_the_run_of_the_first_leaves_no_batch_that_nobody_waits_for(
    monkeypatch: pytest.MonkeyPatch,
):
    """Each line that touches the session may be the last of a run; the next click does it all."""
    started: list[str] = []
    start = jobs.Job.start
    monkeypatch.setattr(jobs.Job, "start", lambda job: started.append("job") or start(job))
    monkeypatch.setattr(import_publishing, "_writing", lambda *asked: lambda progress: None)
    monkeypatch.setattr(cached, "store", lambda: None)
    end_the_first_run_that_keeps_a_job(monkeypatch)
    shown = AppTest.from_function(publishing_page, default_timeout=60).run()
    assert len(shown.exception) == 1
    assert started == []
    assert not shown.run().exception
    assert started == ["job"]
