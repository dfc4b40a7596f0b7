"""A run of a page reads a thing once, the next run reads it anew, and a write in between shows."""

from types import SimpleNamespace
from typing import Any, cast

from streamlit.testing.v1 import AppTest

from db.engine import Store
from ui.this_run import once


def page() -> None:
    """Reads the same three times, and once more after a write; counts how often it was asked."""
    from types import SimpleNamespace
    from typing import Any

    import streamlit as st

    from ui.this_run import once

    store: Any = SimpleNamespace(written=0)
    asked: list[str] = []

    def read() -> int:
        asked.append("read")
        return len(asked)

    def show(what: str) -> None:
        st.text(f"{what}: {once(store, 'a', read)}, asked {len(asked)}")

    show("first")
    show("again")
    st.text(f"another question: {once(store, 'b', read)}")
    store.written += 1
    show("after a write")
    st.button("Run again")


def said(app: AppTest) -> list[str]:
    return [one.value for one in app.text]


def test_a_run_asks_once_for_each_question_and_again_after_a_write() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert said(app) == [
        "first: 1, asked 1",
        "again: 1, asked 1",
        "another question: 2",
        "after a write: 3, asked 3",
    ]


def test_the_next_run_asks_anew() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    first = said(app)
    assert said(app.button[0].click().run()) == first  # Were it kept, nothing would be asked.


def test_outside_of_a_page_everything_is_read_each_time() -> None:
    store = cast(Store, SimpleNamespace(written=0))
    answers: list[Any] = [once(store, "a", lambda one=one: one) for one in (1, 2)]  # type: ignore[misc]
    assert answers == [1, 2]
