"""Pages of a portfolio too large to be read whole: from kept scores, not from its startups."""

import csv
import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.engine import Store, open_store
from db.errors import Refused, TooLarge
from db.parts.sources import scored_portfolio
from db.services import portfolios, share_contents
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.exports import export_table
from db.services.portfolios import save_portfolio
from db.services.scoring_in_parts import ThisProcess
from db.services.setup import initialise
from db.services.share_contents import Wanted, frozen_content, snapshot_of
from db.services.share_lists import list_shares
from db.services.stored_scores import store_scores
from db.services.watching import set_limit, watch_portfolio
from fixtures.demo import demo_portfolio
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.watching import Measure
from tests.ui.conftest import Open, texts
from ui import cached, import_jobs, large, large_register, large_scoring

HAND_COUNTED = 61


@pytest.fixture
def store(tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The demo, taken for a portfolio that nobody may read whole."""
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    initialise(store)
    save_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))
    monkeypatch.setattr(cached, "store", lambda: store)
    for module in (large, portfolios, share_contents):
        monkeypatch.setattr(module, "LARGE", 60)
    return store


@pytest.fixture
def never_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_of(*known: Any, startup_key: str | None = None) -> Portfolio:
        if startup_key is None:
            pytest.fail("a large portfolio was read whole")
        return scored_portfolio(*known, startup_key=startup_key)

    monkeypatch.setattr(portfolios, "scored_portfolio", one_of)


def keep_scores(store: Store) -> None:
    day = datetime.now(UTC).date()
    with ThisProcess() as workers:
        store_scores(store, LOCAL_OWNER, "demo", workers=workers, today=day, part_size=25)


def test_the_portfolio_shows_what_was_kept_of_the_whole(
    store: Store, never_whole: None, open_page: Open
) -> None:
    keep_scores(store)
    page = open_page("portfolio.py").run()
    assert not page.exception
    shown = {one.label: one.value for one in page.metric}
    # As on the page of the demo itself, whose answer is calculated from all of its startups.
    assert shown["Expected loss a year"] == "$4.3 M"
    assert shown["Biggest dependence"] == "50 % OpenAI"
    assert shown["Out of cash in 12 months"] == "8 startups"
    assert f"{HAND_COUNTED} startups" in texts(page)
    assert "INVENTED DATA" in texts(page)
    assert "INVENTED DATA" in texts(open_page("startups.py").run())
    (first,) = [one.value for one in page.dataframe if "Share of the tail" in one.value.columns]
    tails = first["Share of the tail"].tolist()
    assert len(tails) == 20
    assert tails == sorted(tails, reverse=True)


def test_without_kept_scores_it_says_how_long_scoring_takes_and_does_it(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 60)
    page = open_page("portfolio.py").run()
    # 61 startups at 0.01 s are 0.6 s: said as at least a minute.
    assert "about 1 minute here" in texts(page)
    (button,) = [one for one in page.button if one.label == "Score it now"]
    page = button.click().run()
    assert not page.exception
    assert "Expected loss a year" in {one.label for one in page.metric}


def test_scoring_goes_on_while_nobody_looks_and_once_for_all_who_ask(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    let_go = threading.Event()

    def slow(*asked: Any, progress: Callable[[float], None], **more: Any) -> Any:
        begun.append(asked[2])
        progress(0.25)
        assert let_go.wait(60)
        return store_scores(*asked, progress=progress, **more)

    monkeypatch.setattr(large_scoring, "store_scores", slow)
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 0)
    page = open_page("portfolio.py").run()
    (button,) = [one for one in page.button if one.label == "Score it now"]
    page = button.click().run()
    assert "it goes on" in texts(page)
    # Somebody else sees it going on, and cannot begin it again.
    other = open_page("portfolio.py").run()
    assert not [one for one in other.button if one.label == "Score it now"]
    let_go.set()
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 60)
    other = other.run()
    assert "Expected loss a year" in {one.label for one in other.metric}
    assert "Expected loss a year" in {one.label for one in page.run().metric}
    assert begun == ["demo"]


def test_why_scoring_was_refused_is_said_and_it_can_be_asked_for_again(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*asked: Any, **more: Any) -> Any:
        raise NotAllowed("You may read and not score.")

    monkeypatch.setattr(large_scoring, "store_scores", refused)
    page = open_page("portfolio.py").run()
    (button,) = [one for one in page.button if one.label == "Score it now"]
    page = button.click().run()
    assert [one.value for one in page.error] == ["You may read and not score."]
    assert [one for one in page.run().button if one.label == "Score it now"]


def test_who_may_only_read_is_told_whom_to_ask(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "actor", lambda: Actor("viewer", ActorRole.VIEWER))
    page = open_page("portfolio.py").run()
    assert "Ask an analyst or owner" in texts(page)
    assert not [one for one in page.button if one.label == "Score it now"]


def test_a_portfolio_that_changed_since_says_so(
    store: Store, open_page: Open, catalog: Catalog, never_whole: None
) -> None:
    keep_scores(store)
    save_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))
    page = open_page("portfolio.py").run()
    assert [one.value for one in page.warning] == ["The portfolio has changed since it was scored."]
    assert any(one.label == "Score it now" for one in page.button)


def test_one_startup_of_many_is_read_and_scored_alone(
    store: Store, never_whole: None, open_page: Open
) -> None:
    alone = open_page("startup.py", startup="Wickenby Voice").run()
    assert not alone.exception
    assert {one.label: one.value for one in alone.metric}["Exposure score"] == "67 · band D"


def test_a_startup_of_many_checks_no_limit_for_that_reads_all(
    store: Store, never_whole: None, open_page: Open
) -> None:
    set_limit(store, LOCAL_OWNER, "demo", Measure.EXPECTED_LOSS, 1.0, "policy")
    alone = open_page("startup.py", startup="Wickenby Voice").run()
    assert not alone.exception
    assert not alone.warning


def test_a_startup_of_many_is_shared_alone_and_nothing_else_is_offered(
    store: Store, never_whole: None, open_page: Open
) -> None:
    alone = open_page("startup.py", startup="Wickenby Voice").run()
    assert [one.key for one in alone.radio if one.key == "share_scope"] == []
    (button,) = [one for one in alone.button if one.label == "Create the link"]
    alone = button.click().run()
    assert not alone.exception
    (made,) = list_shares(store, LOCAL_OWNER)
    assert (made.portfolio, made.startup) == ("demo", "Wickenby Voice")
    content = snapshot_of(store, made.share).content
    assert content["answer"]["score"] == pytest.approx(67, abs=0.5)
    whole = open_page("portfolio.py").run()
    assert "Create the link" not in {one.label for one in whole.button}


def test_a_link_to_all_of_a_large_portfolio_is_refused_in_words(
    store: Store, never_whole: None
) -> None:
    wanted = Wanted(portfolio="demo", today=datetime.now(UTC).date())
    with pytest.raises(
        TooLarge, match="more than 60 startups, which is as many as a link can list"
    ):
        frozen_content(store, LOCAL_OWNER, wanted)


def test_the_exported_scores_of_a_large_portfolio_are_the_kept_ones(
    store: Store, never_whole: None
) -> None:
    today = datetime.now(UTC).date()
    with pytest.raises(Refused, match="downstream scores keep --portfolio 'demo'"):
        export_table(store, LOCAL_OWNER, "scores", portfolio="demo", today=today)
    keep_scores(store)
    file = export_table(store, LOCAL_OWNER, "scores", portfolio="demo", today=today)
    assert file.rows == HAND_COUNTED
    assert file.left_out == (f"The scores are those that were kept, of {today}.",)
    rows = {
        row["startup"]: row for row in csv.DictReader(io.StringIO(file.data.decode("utf-8-sig")))
    }
    wickenby = rows["Wickenby Voice"]
    assert (round(float(wickenby["score"])), wickenby["band"]) == (67, "D")
    # The demo's expected loss, $4.3 M, is the sum of its startups'.
    assert sum(float(row["aal_usd"]) for row in rows.values()) == pytest.approx(4.3e6, rel=0.02)


def test_whatever_reads_all_of_too_many_says_what_to_do_instead(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 61 startups: 61 may be read at once, 60 may not.
    monkeypatch.setattr(portfolios, "MOST_AT_ONCE", 61)
    assert len(portfolios.load_portfolio(store, LOCAL_OWNER, "demo").startups) == HAND_COUNTED
    monkeypatch.setattr(portfolios, "MOST_AT_ONCE", 60)
    with pytest.raises(TooLarge, match="downstream scores keep --portfolio 'demo'"):
        watch_portfolio(store, LOCAL_OWNER, "demo", today=datetime.now(UTC).date())


def test_the_copied_link_of_a_large_portfolio_names_it(store: Store, open_page: Open) -> None:
    for page in ("portfolio.py", "startups.py"):
        shown = open_page(page).run()
        assert any("portfolio=demo" in one.value for one in shown.code)


@pytest.mark.parametrize("page", ["stress.py", "calendar.py", "plan.py", "providers.py"])
def test_pages_that_need_every_startup_say_where_the_answer_is(
    store: Store, never_whole: None, open_page: Open, page: str
) -> None:
    shown = open_page(page).run()
    assert not shown.exception
    assert [one.value for one in shown.title] == ["Too many startups for this page"]
    assert "demo has 61" in texts(shown)


def test_a_startup_that_is_not_there_leads_to_the_list(
    store: Store, never_whole: None, open_page: Open
) -> None:
    page = open_page("startup.py", startup="Nobody").run()
    assert not page.exception
    assert "Choose one in the list" in texts(page)


def test_the_list_of_startups_comes_a_page_at_a_time(
    store: Store, never_whole: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_register, "PER_PAGE", 25)
    page = open_page("startups.py", search="mistral").run()
    assert not page.exception
    shown = texts(page)
    assert "of 61 startups match" in shown
    assert "No scores are kept yet" in shown
    (table,) = page.dataframe
    assert 0 < len(table.value) <= 25
    assert "Startup" in table.value.columns
    assert "Score" not in table.value.columns  # an empty column would look like a score
