"""The one memory of answers: made once for a key, heavy ones in turn, what is old let go."""

import os
import threading
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.services.in_memory import Memory
from ui import cached


def together(count: int, work: Callable[[int], object]) -> None:
    """Do it in so many threads at once."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_who_asks_for_what_is_being_made_waits_for_it() -> None:
    made, answers = [], []

    def make() -> str:
        made.append(1)
        time.sleep(0.05)
        return "answer"

    together(8, lambda _: answers.append(cached.kept("question", make)))
    assert (len(made), answers) == (1, ["answer"] * 8)


def test_another_key_is_another_answer() -> None:
    answers = iter("abc")
    found = [cached.kept(("question", day), lambda: next(answers)) for day in (1, 2, 1)]
    assert found == ["a", "b", "a"]


def test_an_error_is_not_kept() -> None:
    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cached.kept("question", fail)
    assert cached.kept("question", lambda: "answer") == "answer"


def test_whoever_waits_for_a_page_that_is_stopped_makes_the_answer_itself() -> None:
    class Stopped(BaseException):
        """As Streamlit ends a run in the middle, with what that reader had clicked."""

    begun, answers, stopped = threading.Event(), [], []

    def stop() -> str:
        begun.set()
        time.sleep(0.1)
        raise Stopped

    def first() -> None:
        try:
            cached.kept("question", stop)
        except Stopped:
            stopped.append(True)

    def second() -> None:
        begun.wait()
        answers.append(cached.kept("question", lambda: "answer"))

    together(2, lambda number: (first, second)[number]())
    assert (stopped, answers) == ([True], ["answer"])


def test_no_more_heavy_answers_are_made_at_once_than_there_are_processors() -> None:
    allowed = os.cpu_count() or 1
    here, most, lock = 0, 0, threading.Lock()

    def heavy() -> None:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
        time.sleep(0.02)
        with lock:
            here -= 1

    together(4 * allowed, lambda number: cached.kept(number, heavy, heavy=True))
    assert most == allowed


def test_a_turn_ends_with_an_error_too() -> None:
    def fail() -> None:
        raise ValueError("no")

    for number in range(2 * (os.cpu_count() or 1)):
        with pytest.raises(ValueError, match="no"):
            cached.kept(number, fail, heavy=True)


def test_what_was_asked_for_longest_ago_is_let_go_and_the_last_is_kept_whatever_its_size() -> None:
    memory: Memory[int] = Memory(most=10, size=float)
    for size in (4, 5):
        memory.get(size, lambda size=size: size)  # type: ignore[misc]
    memory.get(4, lambda: 0)  # asked for again, so that 5 is now the older
    memory.get(3, lambda: 3)  # 4 + 5 + 3 = 12 are more than 10
    assert [memory.found(key) for key in (4, 5, 3)] == [4, None, 3]
    memory.get(50, lambda: 50)
    assert [memory.found(key) for key in (4, 3, 50)] == [None, None, 50]


def page() -> None:
    """Asks for the list of portfolios three times, and again after a write."""
    from types import SimpleNamespace
    from typing import Any

    import streamlit as st

    from ui import cached

    store: Any = SimpleNamespace(url="a", written=0)
    asked: list[int] = []

    def portfolios(*_: object) -> int:
        asked.append(1)
        return len(asked)

    def ask() -> int:
        return cached._in_a_run("portfolios", portfolios)

    before, clock = cached.store, cached.time
    cached.store = lambda: store  # type: ignore[assignment]
    cached.time = SimpleNamespace(monotonic=lambda: 7.0)  # type: ignore[assignment]
    try:
        st.text(f"{ask()} {ask()} {ask()}")
        store.written += 1
        st.text(f"{ask()}")
    finally:
        cached.store, cached.time = before, clock


def test_a_page_asks_once_and_again_after_a_write() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert [one.value for one in app.text] == ["1 1 1", "2"]


def test_outside_of_a_page_everything_is_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "store", lambda: None)
    numbers = iter([1, 2])
    assert [cached._in_a_run("portfolios", lambda *_: next(numbers)) for _ in "ab"] == [1, 2]
