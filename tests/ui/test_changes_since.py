"""What changed since, on the page Overview, on a part of the demo in a store."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.assumptions import set_assumption
from db.services.scoring import score_portfolio
from risk.portfolio.week import usual_day
from tests.ui.conftest import DEMO_DAY, Open, texts
from ui.panels.changes_since import month_ends
from ui.words.run_words import what_changed

OCTOBER = date(2026, 10, 31)


def test_the_usual_day_is_the_last_before_the_month_else_the_first():
    today = date(2026, 11, 23)
    assert usual_day([date(2026, 9, 30), OCTOBER, date(2026, 11, 2), today], today) == OCTOBER
    assert usual_day([date(2026, 11, 2), date(2026, 11, 9), today], today) == date(2026, 11, 2)
    assert usual_day([today], today) is None
    assert month_ends(date(2026, 3, 5), 3) == [
        date(2026, 2, 28),
        date(2026, 1, 31),
        date(2025, 12, 31),
    ]


@pytest.fixture
def answered_in_october(demo_store: None) -> Iterator[Store]:
    """The demo with the figures of an answer of October, after which a number was changed."""
    at = [datetime(2026, 10, 31, 9, tzinfo=UTC)]
    store = open_store(clock=lambda: at[0])
    score_portfolio(store, LOCAL_OWNER, "demo", today=OCTOBER)
    at[0] = datetime(2026, 11, 10, tzinfo=UTC)
    set_assumption(store, LOCAL_OWNER, "demo", "rate_multiple", 2.0, "policy")
    yield store
    store.close()


def test_a_line_and_a_section_say_what_changed(answered_in_october: Store, open_page: Open) -> None:
    app = open_page("portfolio.py", portfolio="demo", section="changes")
    assert not app.exception
    said = texts(app).replace("\\", "")
    assert "Expected loss (mean) since 31 Oct 2026: +$" in said
    assert "assumptions +$" in said
    assert "From the figures kept on 31 Oct 2026" in said
    (since,) = [one for one in app.selectbox if one.label == "Since"]
    assert since.value == OCTOBER.isoformat()
    assert "30 Sep 2026 (register alone)" in since.options


def draws_kept_figures(app: AppTest) -> bool:
    return any(one.key == "kept_runs" for one in app.get("plotly_chart"))


def test_kept_figures_are_drawn_from_the_second_day_on(
    answered_in_october: Store, open_page: Open
) -> None:
    app = open_page("portfolio.py", portfolio="demo", section="changes")
    assert "Figures of one day are kept" in texts(app)
    assert not draws_kept_figures(app)
    score_portfolio(answered_in_october, LOCAL_OWNER, "demo", today=date(2026, 11, 10))
    assert draws_kept_figures(open_page("portfolio.py", portfolio="demo", section="changes"))


def test_what_changed_is_named_up_to_five() -> None:
    assert what_changed(()) == "–"
    assert what_changed(("a.csv", "b.csv")) == "a.csv, b.csv"
    assert what_changed([f"{number}.csv" for number in range(8)]).endswith("4.csv, and 3 more")


def test_without_kept_figures_there_is_no_line(demo_store: None, open_page: Open) -> None:
    app = open_page("portfolio.py", portfolio="demo")
    assert not app.exception
    assert "Expected loss (mean) since" not in texts(app)
    app = open_page("portfolio.py", portfolio="demo", section="changes", since=f"{DEMO_DAY:%Y}")
    assert not app.exception
