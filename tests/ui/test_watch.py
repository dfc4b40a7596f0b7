"""The page Watch and the banner of other pages, on the demo portfolio."""

import pytest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.limits import load_limits, set_limit
from risk.portfolio.watching import WHOLE, Measure
from tests.ui.conftest import Open, texts


@pytest.fixture
def limited(demo_store: None) -> None:
    """A limit that the demo portfolio passes, and one that it keeps."""
    store = open_store()
    set_limit(store, LOCAL_OWNER, "demo", Measure.DEVELOPER_SHARE, 0.2, "policy")
    set_limit(store, LOCAL_OWNER, "demo", Measure.EXPECTED_LOSS, 1e12, "policy")
    store.close()


def test_the_page_shows_each_measure_beside_its_limit(limited: None, open_page: Open) -> None:
    app = open_page("watch.py", portfolio="demo")
    assert not app.exception
    assert "1 limit exceeded (share on one developer)" in texts(app)
    assert [one.label.replace("\\", "") for one in app.metric] == [
        "Limit: at most $1000bn",
        "Limit: no limit",
        "Limit: at most 20 %",
        *["Limit: no limit"] * 4,
    ]


def test_an_exceeded_limit_is_a_banner_on_other_pages(limited: None, open_page: Open) -> None:
    app = open_page("calendar.py", portfolio="demo")
    assert not app.exception
    (banner,) = [one.value for one in app.warning]
    assert "Share on one developer" in banner
    assert "beyond the limit of at most 20 %" in banner


def test_a_limit_is_set_on_the_page_with_a_reason(demo_store: None, open_page: Open) -> None:
    app = open_page("watch.py", portfolio="demo")
    next(one for one in app.selectbox if one.label == "Measure").set_value(
        Measure.DEVELOPER_SHARE.value
    ).run()
    next(one for one in app.number_input if one.label.startswith("Limit")).set_value(35.0)
    next(one for one in app.button if one.label == "Set the limit").click().run()
    assert "Say why" in texts(app)
    next(one for one in app.text_input if one.label == "Why").set_value("policy")
    next(one for one in app.button if one.label == "Set the limit").click().run()
    assert not app.exception
    store = open_store()
    (limit,) = load_limits(store, LOCAL_OWNER, "demo")
    assert (limit.measure, limit.value, limit.about) == (Measure.DEVELOPER_SHARE, 0.35, WHOLE)
    store.close()


def test_readings_are_remembered_on_the_page(demo_store: None, open_page: Open) -> None:
    app = open_page("watch.py", portfolio="demo")
    assert "Nothing was remembered yet" in texts(app)
    next(one for one in app.button if one.label.startswith("Remember")).click().run()
    assert not app.exception
    assert "Nothing that the measures rest on changed since" in texts(app)
