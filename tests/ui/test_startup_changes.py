"""The menu Change on the page Startup, what has ended there, and portfolios on the page Import."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import open_store
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.endings import end
from db.services.portfolios import list_portfolios, load_portfolio
from tests.ui.conftest import Open, texts
from ui import cached

ONE = "Larkspur Intake"


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Callable[[Actor], None]:
    """Let somebody else look from now on."""
    return lambda somebody: monkeypatch.setattr(cached, "actor", lambda: somebody)


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def test_a_use_case_is_ended_and_that_is_taken_back(demo_store: None, open_page: Open) -> None:
    app = press(open_page("startup.py", portfolio="demo", startup=ONE), "Change")
    assert not app.exception
    before = startups_of(ONE)
    press(app, "End it")
    assert not app.exception
    assert "This is batch" in texts(app)
    assert startups_of(ONE) == before - 1
    undo = next(one for one in app.button if one.label.startswith("Undo batch"))
    undo.click().run()
    assert not app.exception
    assert "was undone" in texts(app)
    assert startups_of(ONE) == before


def startups_of(name: str) -> int:
    """How many use cases a startup has."""
    store = open_store()
    portfolio = load_portfolio(store, LOCAL_OWNER, "demo")
    store.close()
    return sum(len(one.use_cases) for one in portfolio.startups if one.name == name)


def test_what_ended_is_listed_with_why(demo_store: None, open_page: Open) -> None:
    store = open_store()
    portfolio = load_portfolio(store, LOCAL_OWNER, "demo")
    case = next(one for one in portfolio.startups if one.name == ONE).use_cases[0]
    key = case.dependencies[0].key
    end(store, LOCAL_OWNER, "demo", ONE, case.name, key, reason="too dear")
    store.close()
    app = open_page("startup.py", portfolio="demo", startup=ONE, section="facts")
    assert not app.exception
    assert "No longer counts" in [one.value for one in app.subheader]
    assert app.dataframe[-1].value["Why"].tolist()[0].endswith("ended: too dear")


def test_a_viewer_has_no_menu(
    demo_store: None, open_page: Open, looking: Callable[[Actor], None]
) -> None:
    looking(Actor("Vic", ActorRole.VIEWER))
    app = open_page("startup.py", portfolio="demo", startup=ONE)
    assert not app.exception
    assert "Change" not in [one.label for one in app.button]


def test_a_portfolio_is_deleted_by_its_typed_name_only(demo_store: None, open_page: Open) -> None:
    app = open_page("imports.py", portfolio="demo")
    app.text_input(key="typed_portfolio").set_value("Demo")
    press(app, "Delete for good")
    assert "type its name exactly so" in texts(app)
    app.text_input(key="typed_portfolio").set_value("demo")
    press(app, "Delete for good")
    assert not app.exception
    assert "is deleted" in texts(app)
    store = open_store()
    assert list_portfolios(store, LOCAL_OWNER) == ()


def test_a_portfolio_is_renamed_archived_and_brought_back(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("imports.py", portfolio="demo")
    app.text_input(key="portfolio_name").set_value("Own")
    press(app, "Rename")
    assert "is called “Own” now" in texts(app)
    press(app, "Archive")
    assert not app.exception
    assert "is archived" in texts(app)
    press(app, "Bring back")
    assert not app.exception
    store = open_store()
    assert [one.name for one in list_portfolios(store, LOCAL_OWNER)] == ["Own"]
