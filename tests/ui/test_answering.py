"""Pages while an answer is there, is being made, or no longer holds, at every size."""

import importlib
import sqlite3
import threading
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.engine import Store, open_store
from db.errors import StoreBusy
from db.services import kept_answers, planning, portfolios, scoring
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.assumptions import set_assumption
from db.services.kept_answers import keep_answer
from db.services.limits import set_limit
from db.services.portfolios import save_portfolio
from db.services.setup import initialise
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.watching import Measure
from tests.part_of_demo import part_of_demo
from tests.ui.conftest import Open, texts
from ui import answering, cached, jobs, keeping, startup_choice

HAND_COUNTED = 13
FEWER = HAND_COUNTED - 1
TODAY = date(2026, 11, 23)
LOSS = "Loss in a typical year"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> tuple[Path, Path]:
    """A store with a part of the demo, and the same with its answer kept."""
    folder = tmp_path_factory.mktemp("answering")
    bare, kept = folder / "bare.sqlite3", folder / "kept.sqlite3"
    store = open_store(f"sqlite:///{bare}")
    initialise(store)
    save_portfolio(store, LOCAL_OWNER, part_of_demo(catalog))
    copied(bare, kept)
    keep_answer(open_store(f"sqlite:///{kept}"), LOCAL_OWNER, "demo", today=TODAY)
    return bare, kept


def copied(source: Path, to: Path) -> None:
    """Copy a SQLite store as of this moment, whatever is open."""
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)


def opened(file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of a store for the pages, whose portfolio nobody waits for."""
    copied(file, folder / "store.sqlite3")
    store = open_store(f"sqlite:///{folder / 'store.sqlite3'}")
    monkeypatch.setattr(cached, "store", lambda: store)
    monkeypatch.setattr(cached, "today", lambda: TODAY)
    monkeypatch.setattr(cached, "WAITED_FOR", FEWER)
    monkeypatch.setattr(portfolios, "CHOSEN_FROM_A_LIST", FEWER)
    monkeypatch.setattr(startup_choice, "CHOSEN_FROM_A_LIST", FEWER)
    return store


@pytest.fixture
def store(tmp_path: Path, made_once: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Store:
    """The demo, of which no answer is kept."""
    return opened(made_once[0], tmp_path, monkeypatch)


@pytest.fixture
def kept(tmp_path: Path, made_once: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Store:
    """The demo with its answer."""
    return opened(made_once[1], tmp_path, monkeypatch)


@pytest.fixture
def never_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever binds the name is imported before it is patched, else they would keep the patch.
    importlib.import_module("db.services.filing_proposals")

    def refuse(*asked: Any, **more: Any) -> Portfolio:
        pytest.fail("the record of every company was read for a page")

    for module in (portfolios, planning):
        monkeypatch.setattr(module, "load_portfolio", refuse)
    monkeypatch.setattr(portfolios, "each_startup", refuse)


def shown(app: Any) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_a_kept_answer_is_shown_as_that_of_a_small_portfolio_is(
    kept: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_begun", lambda *asked: pytest.fail("it was made anew"))
    app = open_page("portfolio.py")
    assert not app.exception
    assert LOSS in shown(app)
    listed = open_page("startups.py")
    assert len(listed.dataframe[0].value) == HAND_COUNTED
    assert f"{HAND_COUNTED} of {HAND_COUNTED} shown" in texts(listed)
    found = open_page("startups.py", search="wickenby")
    assert list(found.dataframe[0].value["Company"]) == ["Wickenby Voice"]


def test_the_first_answer_is_made_while_the_page_says_so_and_kept(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let_go = [], threading.Event()

    def slow(*asked: Any, **more: Any) -> Any:
        begun.append(asked[2])
        assert let_go.wait(60)
        return keep_answer(*asked, **more)

    monkeypatch.setattr(kept_answers, "keep_answer", slow)
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0)
    app = open_page("portfolio.py")
    assert "are being valued for the first time" in texts(app)
    # Somebody else sees the same going on, and does not begin it again.
    assert "are being valued for the first time" in texts(open_page("portfolio.py"))
    let_go.set()
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    assert LOSS in shown(app.run())
    assert begun == ["demo"]
    assert cached.kept_answer("demo") is not None


def test_the_last_answer_is_shown_while_a_new_one_is_made(
    kept: Store,
    never_whole: None,
    open_page: Open,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save_portfolio(kept, LOCAL_OWNER, part_of_demo(catalog))  # its revision rises
    let_go = threading.Event()

    def slow(*asked: Any, **more: Any) -> Any:
        assert let_go.wait(60)
        return keep_answer(*asked, **more)

    monkeypatch.setattr(kept_answers, "keep_answer", slow)
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0)
    app = open_page("portfolio.py")
    assert LOSS in shown(app)
    (said,) = [one.value for one in app.info]
    assert said.startswith("This is the answer of ")
    assert "a new one is being made since" in said
    let_go.set()
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    assert not app.run().info


def test_who_may_only_read_is_answered_and_keeps_nothing(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "actor", lambda: Actor("viewer", ActorRole.VIEWER))
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    assert LOSS in shown(open_page("portfolio.py"))
    assert cached.kept_answer("demo") is None


def test_where_the_store_takes_no_answer_it_is_shown_all_the_same(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*asked: Any, **more: Any) -> Any:
        raise StoreBusy("Somebody else is writing.")

    monkeypatch.setattr(kept_answers, "keep_answer", refused)
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    assert LOSS in shown(open_page("portfolio.py"))
    assert cached.kept_answer("demo") is None


def test_why_it_was_refused_is_said(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*asked: Any, **more: Any) -> Any:
        raise StoreBusy("Somebody else is writing.")

    monkeypatch.setattr(keeping, "kept_or_made", refused)
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    app = open_page("portfolio.py")
    assert [one.value for one in app.error] == ["Somebody else is writing."]


def test_one_startup_of_many_is_read_and_answered_alone(
    store: Store, never_whole: None, open_page: Open
) -> None:
    set_limit(store, LOCAL_OWNER, "demo", Measure.EXPECTED_LOSS, 1.0, "policy")
    alone = open_page("startup.py", startup="Wickenby Voice", section="cost")
    # Neither the page nor the check of the limit reads the record of every startup.
    assert not alone.exception
    whole = scoring.score_portfolio(store, LOCAL_OWNER, "demo", today=TODAY)
    wickenby = next(one for one in whole.startups if one.startup == "Wickenby Voice")
    assert shown(alone)["Exposure score"] == f"{wickenby.score:.0f} · band {wickenby.band}"


def test_limits_of_slices_of_many_are_checked_by_their_own_page_first(
    kept: Store, never_whole: None, open_page: Open
) -> None:
    set_limit(
        kept, LOCAL_OWNER, "demo", Measure.EXPECTED_LOSS, 1.0, "policy", slices=["country=US"]
    )
    before = open_page("calendar.py")
    assert not before.warning
    assert any("not checked yet" in one.proto.label for one in before.get("page_link"))
    assert not open_page("watch.py").exception
    (banner,) = open_page("calendar.py").warning
    assert "Expected loss a year of country US" in banner.value


def test_the_whole_portfolio_is_shared_at_every_size(
    kept: Store, never_whole: None, open_page: Open
) -> None:
    whole = open_page("portfolio.py")
    assert "Create the link" in {one.label for one in whole.button}
    alone = open_page("startup.py", startup="Wickenby Voice", section="facts")
    (scope,) = [one for one in alone.radio if one.key == "share_scope"]
    assert scope.options == ["Wickenby Voice", "The whole portfolio"]


def test_a_startup_that_is_not_there_leads_to_the_list(
    store: Store, never_whole: None, open_page: Open
) -> None:
    app = open_page("startup.py", startup="Nobody")
    assert not app.exception
    assert "Choose one in the list" in texts(app)


PAGES = (
    "alternatives.py",
    "assumptions.py",
    "calendar.py",
    "contracts.py",
    "plan.py",
    "providers.py",
    "questions.py",
    "reports.py",
    "startups.py",
    "stress.py",
    "watch.py",
)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_at_every_size(
    kept: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(planning, "PLANNED_WHOLE", FEWER)
    app = open_page(name)
    assert not app.exception
    assert "Too many companies" not in texts(app)
    assert not app.error


def test_a_startup_is_named_where_there_are_too_many_for_a_list(
    kept: Store, never_whole: None, open_page: Open
) -> None:
    app = open_page("alternatives.py", startup="Wickenby Voice")
    (asked,) = [one for one in app.text_input if one.label == "Company"]
    assert asked.value == "Wickenby Voice"
    assert not app.exception
    assert "There is no company called “Nobody”" in texts(
        open_page("alternatives.py", startup="Nobody")
    )


def test_what_no_longer_holds_is_made_anew_without_being_asked(
    store: Store, catalog: Catalog
) -> None:
    assert keeping.keep_all(store, today=TODAY) == ("demo",)
    assert keeping.keep_all(store, today=TODAY) == ()
    set_assumption(store, LOCAL_OWNER, "demo", "churn_maximum", 0.5, "a test")
    assert keeping.keep_all(store, today=TODAY) == ("demo",)
    save_portfolio(store, LOCAL_OWNER, part_of_demo(catalog))
    assert keeping.keep_all(store, today=TODAY) == ("demo",)
    assert keeping.keep_all(store, today=TODAY + timedelta(days=1)) == ("demo",)


def test_after_a_restart_the_last_answer_is_shown_at_once(
    kept: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "WAITED_FOR", 5_000)
    monkeypatch.setattr(answering, "_begun", lambda *asked: pytest.fail("it was made anew"))
    monkeypatch.setattr(scoring, "assess", lambda *asked: pytest.fail("it was made anew"))
    assert LOSS in shown(open_page("portfolio.py", section="files"))


def test_the_register_comes_a_page_at_a_time(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "PER_PAGE", 5)
    app = open_page("startups.py")
    assert not app.exception
    assert "5 of 13 that match, of 13 companies" in texts(app)
    (number,) = [one for one in app.number_input if one.key != "share_days"]
    app = number.set_value(3).run()
    # 13 = 5 + 5 + 3
    assert len(app.dataframe[0].value) == 3


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
