"""Pages of a portfolio too large to be read or valued whole while somebody waits."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.engine import Store, open_store
from db.services import kept_answers, portfolios, scoring
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.kept_answers import keep_answer
from db.services.portfolios import save_portfolio
from db.services.setup import initialise
from db.services.share_lists import list_shares
from db.services.watching import set_limit
from fixtures.demo import demo_portfolio
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.watching import Measure
from tests.ui.conftest import Open, texts
from ui import answering, cached, cached_register, cached_startup, import_jobs, page, sharing

HAND_COUNTED = 61
TODAY = date(2026, 11, 23)
LOSS = "Expected loss a year"


@pytest.fixture
def store(tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The demo, taken for a portfolio that nobody may read whole."""
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    initialise(store)
    save_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))
    monkeypatch.setattr(cached, "store", lambda: store)
    monkeypatch.setattr(cached, "today", lambda: TODAY)
    for module in (answering, cached, cached_startup, page, sharing, portfolios):
        monkeypatch.setattr(module, "LARGE", 60)
    return store


@pytest.fixture(autouse=True)
def nothing_under_way() -> Iterator[None]:
    yield
    for making in answering._under_way.values():
        making.job.is_done_within(60)
    answering._under_way.clear()


@pytest.fixture
def never_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*asked: Any, **more: Any) -> Portfolio:
        pytest.fail("a large portfolio was read whole")

    monkeypatch.setattr(cached, "portfolio", refuse)


def shown(app: Any) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_a_kept_answer_is_shown_as_that_of_a_small_portfolio_is(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_answer(store, LOCAL_OWNER, "demo", today=TODAY)
    monkeypatch.setattr(answering, "_begun", lambda *asked: pytest.fail("it was made anew"))
    app = open_page("portfolio.py")
    assert not app.exception
    assert LOSS in shown(app)
    assert len(app.dataframe[0].value) == HAND_COUNTED == kept.startups
    assert f"{HAND_COUNTED} of {HAND_COUNTED} shown" in texts(app)
    found = open_page("portfolio.py", search="wickenby")
    assert list(found.dataframe[0].value["Startup"]) == ["Wickenby Voice"]


def test_the_first_answer_is_made_while_the_page_says_so_and_kept(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let_go = [], threading.Event()

    def slow(*asked: Any, **more: Any) -> Any:
        begun.append(asked[2])
        assert let_go.wait(60)
        return keep_answer(*asked, **more)

    monkeypatch.setattr(kept_answers, "keep_answer", slow)
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 0)
    app = open_page("portfolio.py")
    assert "are being valued for the first time" in texts(app)
    # Somebody else sees the same going on, and does not begin it again.
    assert "are being valued for the first time" in texts(open_page("portfolio.py"))
    let_go.set()
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 60)
    assert LOSS in shown(app.run())
    assert begun == ["demo"]
    assert cached.kept_answer("demo") is not None


def test_the_last_answer_is_shown_while_a_new_one_is_made(
    store: Store,
    never_whole: None,
    open_page: Open,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_answer(store, LOCAL_OWNER, "demo", today=TODAY)
    save_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))  # its revision rises
    let_go = threading.Event()

    def slow(*asked: Any, **more: Any) -> Any:
        assert let_go.wait(60)
        return keep_answer(*asked, **more)

    monkeypatch.setattr(kept_answers, "keep_answer", slow)
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 0)
    app = open_page("portfolio.py")
    assert LOSS in shown(app)
    (said,) = [one.value for one in app.info]
    assert said.startswith("This is the answer of 23 Nov 2026. It is being updated since")
    let_go.set()
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 60)
    assert not app.run().info


def test_who_may_only_read_is_answered_and_keeps_nothing(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "actor", lambda: Actor("viewer", ActorRole.VIEWER))
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 60)
    assert LOSS in shown(open_page("portfolio.py"))
    assert cached.kept_answer("demo") is None


def test_why_it_was_refused_is_said(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*asked: Any, **more: Any) -> Any:
        raise NotAllowed("You may read and not score.")

    monkeypatch.setattr(kept_answers, "keep_answer", refused)
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 60)
    app = open_page("portfolio.py")
    assert [one.value for one in app.error] == ["You may read and not score."]


def test_one_startup_of_many_is_read_and_answered_alone(
    store: Store, never_whole: None, open_page: Open
) -> None:
    set_limit(store, LOCAL_OWNER, "demo", Measure.EXPECTED_LOSS, 1.0, "policy")
    alone = open_page("startup.py", startup="Wickenby Voice", section="cost")
    assert not alone.exception
    assert not alone.warning  # checking a limit would value them all
    whole = scoring.score_portfolio(store, LOCAL_OWNER, "demo", today=TODAY)
    wickenby = next(one for one in whole.startups if one.startup == "Wickenby Voice")
    assert shown(alone)["Exposure score"] == f"{wickenby.score:.0f} · band {wickenby.band}"


def test_a_startup_of_many_is_shared_alone_and_nothing_else_is_offered(
    store: Store, never_whole: None, open_page: Open
) -> None:
    alone = open_page("startup.py", startup="Wickenby Voice", section="facts")
    assert [one.key for one in alone.radio if one.key == "share_scope"] == []
    keep_answer(store, LOCAL_OWNER, "demo", today=TODAY)
    whole = open_page("portfolio.py")
    assert "Create the link" in {one.label for one in alone.button}
    assert "Create the link" not in {one.label for one in whole.button}
    assert not list_shares(store, LOCAL_OWNER)


def test_a_startup_that_is_not_there_leads_to_the_list(
    store: Store, never_whole: None, open_page: Open
) -> None:
    app = open_page("startup.py", startup="Nobody")
    assert not app.exception
    assert "Choose one in the list" in texts(app)


@pytest.mark.parametrize("name", ["assumptions.py", "reports.py"])
def test_pages_that_need_every_record_say_where_the_answer_is(
    store: Store, never_whole: None, open_page: Open, name: str
) -> None:
    app = open_page(name)
    assert not app.exception
    assert [one.value for one in app.title] == ["Too many startups for this page"]
    assert "demo has 61" in texts(app)


def test_the_register_comes_a_page_at_a_time(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached_register, "PER_PAGE", 25)
    app = open_page("startups.py")
    assert not app.exception
    assert "25 of 61 that match, of 61 startups" in texts(app)
    (number,) = app.number_input
    app = number.set_value(3).run()
    # 61 = 25 + 25 + 11
    assert len(app.dataframe[0].value) == 11
    assert shown(app)["Startups"] == "61"


@pytest.mark.parametrize(
    ("gap", "column"), [("unknown revenue", "Annual revenue"), ("unknown cash or burn", "Cash")]
)
def test_what_nobody_stated_is_a_filter_of_the_register(
    store: Store, never_whole: None, open_page: Open, gap: str, column: str
) -> None:
    rows = open_page("startups.py", gaps=gap).dataframe[0].value
    assert 0 < len(rows) < HAND_COUNTED
    unknown = rows[column].isna()
    if column == "Cash":
        unknown |= rows["Burn a month"].isna()
    assert unknown.all()
