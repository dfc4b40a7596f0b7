"""The page Watch and the banner of other pages, on the demo portfolio."""

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.limits import load_limits, set_limit
from risk.portfolio.watching import WHOLE, About, Measure
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
        "Limit: at most 20 %",
    ]
    assert "Highest score: **" in texts(app)


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


def test_slices_and_companies_stand_in_a_table_below_the_whole(
    limited: None, open_page: Open
) -> None:
    store = open_store()
    set_limit(
        store, LOCAL_OWNER, "demo", Measure.EXPECTED_LOSS, 1.0, "policy", slices=["country=US"]
    )
    set_limit(
        store, LOCAL_OWNER, "demo", Measure.SCORE, 100.0, "policy", startup="Quillhaven Briefs"
    )
    store.close()
    app = open_page("watch.py", portfolio="demo")
    assert not app.exception
    assert "2 limits exceeded" in texts(app)
    (table,) = [one.value for one in app.dataframe if "State" in one.value.columns]
    assert table["About"].tolist() == ["country US", "Quillhaven Briefs"]
    assert table["State"].tolist() == ["EXCEEDED", ""]
    other = open_page("calendar.py", portfolio="demo")
    assert "Expected loss a year of country US" in other.warning[0].value


def test_a_limit_of_a_slice_or_a_company_is_set_on_the_page(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("watch.py", portfolio="demo")
    choose(app, "Measure", Measure.PROVIDER_SHARE.value)
    choose(app, "Provider", "OpenAI")
    choose(app, "About", "A slice of it")
    put_limit(app, 40.0)
    assert "Choose the companies" in texts(app)
    slices = next(one for one in app.multiselect if one.label == "Companies with")
    slices.set_value([one for one in slices.options if one == "Country: US"]).run()
    put_limit(app, 40.0)
    assert not app.exception
    choose(app, "Measure", Measure.SCORE.value)
    choose(app, "About", "One company")
    choose(app, "Company", "Quillhaven Briefs")
    put_limit(app, 50.0)
    assert not app.exception
    store = open_store()
    known = load_limits(store, LOCAL_OWNER, "demo")
    store.close()
    assert [(one.measure, one.value, one.provider, one.about) for one in known] == [
        (Measure.PROVIDER_SHARE, 0.4, "OpenAI", About(slices=(("country", "US"),))),
        (Measure.SCORE, 50.0, None, About(startup="Quillhaven Briefs")),
    ]


def choose(app: AppTest, label: str, value: str) -> None:
    next(one for one in app.selectbox if one.label == label).set_value(value).run()


def put_limit(app: AppTest, value: float) -> None:
    next(one for one in app.number_input if one.label.startswith("Limit")).set_value(value)
    next(one for one in app.text_input if one.label == "Why").set_value("policy")
    next(one for one in app.button if one.label == "Set the limit").click().run()
