"""Scores kept in the store, and pages of startups that the database sorts, filters and counts."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from db.engine import Store, open_store
from db.errors import StoreBusy
from db.parts.answers import counts_in
from db.parts.sources import PortfolioChanged
from db.parts.workers import ThisProcess
from db.records import ScoreRunRecord, StartupScoreRecord
from db.services import stored_scores
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import list_audit
from db.services.kept_answers import latest_answer
from db.services.portfolios import load_portfolio, save_portfolio, state_hash
from db.services.scoring import score_portfolio
from db.services.startup_pages import (
    StartupFilter,
    StartupOrder,
    StartupsPage,
    startup_sectors,
    startups_page,
)
from db.services.stored_scores import StoredRun, latest_run, store_scores
from fixtures.demo import demo_portfolio
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Portfolio

TODAY = date(2026, 11, 23)
#: Startups of the demo that are scored, so that tests stay quick.
FEW = 16


@pytest.fixture
def demo_store(store: Store, catalog: Catalog) -> Store:
    save_portfolio(store, LOCAL_OWNER, few(catalog))
    return store


def few(catalog: Catalog) -> Portfolio:
    portfolio = demo_portfolio(catalog)
    return replace(portfolio, startups=portfolio.startups[:FEW])


def kept(store: Store, *, part_size: int = FEW) -> StoredRun:
    with ThisProcess() as workers:
        return store_scores(
            store, LOCAL_OWNER, "demo", workers=workers, today=TODAY, part_size=part_size
        )


def page(store: Store, wanted: StartupFilter = StartupFilter(), **options: Any) -> StartupsPage:  # noqa: B008 - frozen
    return startups_page(store, LOCAL_OWNER, "demo", wanted, **options)


def names(found: StartupsPage) -> list[str]:
    return [one.name for one in found.startups]


def rows(store: Store, record: type) -> int:
    with store.read() as session:
        return session.query(record).count()


def test_kept_scores_are_those_of_the_portfolio(demo_store: Store) -> None:
    whole = score_portfolio(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    before = state_hash(demo_store, LOCAL_OWNER, "demo")
    run = kept(demo_store, part_size=6)
    assert (run.startups, run.current, run.as_of) == (FEW, True, TODAY)
    assert run.aal_usd == pytest.approx(whole.aal_usd, abs=0.006)
    assert run.tvar95_usd == pytest.approx(whole.tvar95_usd, abs=0.006)
    assert run.data_digest == whole.data_digest
    scores = page(demo_store, limit=100).scores
    for one in whole.startups:
        score = scores[one.startup]
        assert score.score == pytest.approx(one.score, rel=1e-9)
        assert (score.band, score.confidence) == (one.band, str(one.confidence))
        assert score.confidence_share == pytest.approx(one.confidence_share, rel=1e-9)
        # Money is kept in whole cents.
        assert score.aal_usd == pytest.approx(one.aal_usd, abs=0.006)
        assert score.tail_usd == pytest.approx(one.tvar95_contribution_usd, abs=0.006)
        assert score.worst == (one.worst.root if one.worst else None)
    assert state_hash(demo_store, LOCAL_OWNER, "demo") == before
    (entry,) = list_audit(demo_store, LOCAL_OWNER, limit=1)
    assert (entry.action, entry.object_name) == ("store scores", "demo")


def test_a_new_run_takes_the_place_of_the_last_one(demo_store: Store, catalog: Catalog) -> None:
    assert latest_run(demo_store, LOCAL_OWNER, "demo") is None
    first = kept(demo_store)
    save_portfolio(demo_store, LOCAL_OWNER, few(catalog))
    stale = latest_run(demo_store, LOCAL_OWNER, "demo")
    assert stale is not None
    assert (stale.run, stale.current) == (first.run, False)
    second = kept(demo_store)
    assert second.current
    assert second.run > first.run
    assert rows(demo_store, ScoreRunRecord) == 1
    assert rows(demo_store, StartupScoreRecord) == FEW


def test_a_run_that_fails_leaves_the_last_one(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept(demo_store)
    real, calls = stored_scores._insert, []

    def failing(*arguments: Any, **options: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise StoreBusy("The second part could not be written.")
        real(*arguments, **options)

    monkeypatch.setattr(stored_scores, "_insert", failing)
    with pytest.raises(StoreBusy, match="second part"):
        kept(demo_store, part_size=8)
    assert latest_run(demo_store, LOCAL_OWNER, "demo") == first
    assert rows(demo_store, ScoreRunRecord) == 1
    assert rows(demo_store, StartupScoreRecord) == FEW


def test_a_run_of_what_has_changed_is_not_kept(
    demo_store: Store, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stored_scores._insert

    def meddling(session: Any, **options: Any) -> None:
        real(session, **options)
        session.execute(stored_scores.update(stored_scores.PortfolioRecord).values(revision=99))

    monkeypatch.setattr(stored_scores, "_insert", meddling)
    with pytest.raises(PortfolioChanged, match="“demo” was changed"):
        kept(demo_store)
    assert latest_run(demo_store, LOCAL_OWNER, "demo") is None
    assert rows(demo_store, StartupScoreRecord) == 0


def test_what_a_killed_run_left_goes_with_the_next(demo_store: Store) -> None:
    with demo_store.write() as session:
        found = session.query(stored_scores.PortfolioRecord).one()
        stored_scores._begin(session, demo_store, LOCAL_OWNER, found, TODAY)
    assert latest_run(demo_store, LOCAL_OWNER, "demo") is None
    kept(demo_store)
    assert rows(demo_store, ScoreRunRecord) == 1


def test_pages_follow_each_other_without_a_gap(demo_store: Store) -> None:
    pages = [page(demo_store, offset=first, limit=7) for first in (0, 7, 14, 21)]
    assert [len(one.startups) for one in pages] == [7, 7, 2, 0]
    assert {(one.matching, one.total) for one in pages} == {(FEW, FEW)}
    listed = [name for one in pages for name in names(one)]
    assert listed == sorted(listed, key=str.casefold)
    held = {one.name: one for one in load_portfolio(demo_store, LOCAL_OWNER, "demo").startups}
    assert {one.name: one for part in pages for one in part.startups} == held


def test_startups_are_sorted_by_the_database_and_unknown_comes_last(demo_store: Store) -> None:
    kept(demo_store)
    for order, descending in ((StartupOrder.LOSS, True), (StartupOrder.SCORE, False)):
        found = page(demo_store, order=order, descending=descending, limit=100)
        figures = [
            found.scores[name].aal_usd if descending else found.scores[name].score
            for name in names(found)
        ]
        assert figures == sorted(figures, reverse=descending)
    by_revenue = page(demo_store, order=StartupOrder.REVENUE, descending=True, limit=100).startups
    known = [one.annual_revenue_usd for one in by_revenue if one.annual_revenue_usd is not None]
    assert known == sorted(known, reverse=True)
    assert [one.annual_revenue_usd for one in by_revenue[: len(known)]] == known


def test_without_kept_scores_an_order_by_them_is_by_name(demo_store: Store) -> None:
    found = page(demo_store, order=StartupOrder.TAIL)
    assert names(found) == names(page(demo_store))
    assert found.run is None
    assert page(demo_store, StartupFilter(bands=("A",))).matching == 0


def test_filters_count_what_they_let_through(demo_store: Store) -> None:
    kept(demo_store)
    held = load_portfolio(demo_store, LOCAL_OWNER, "demo").startups
    sectors = startup_sectors(demo_store, LOCAL_OWNER, "demo")
    assert sectors == tuple(sorted({one.sector for one in held if one.sector}))
    for sector in sectors[:3]:
        found = page(demo_store, StartupFilter(sectors=(sector,)), limit=2)
        assert found.matching == sum(one.sector == sector for one in held)
        assert len(found.startups) == min(2, found.matching)
    asking = {
        one.name
        for one in held
        if any(d.answer is Answer.ASK for case in one.use_cases for d in case.dependencies)
    }
    assert set(names(page(demo_store, StartupFilter(asks=True), limit=100))) == asking
    banded = page(demo_store, StartupFilter(bands=("A", "B")), limit=100)
    assert {banded.scores[name].band for name in names(banded)} <= {"A", "B"}
    assert banded.matching == len(banded.startups) > 0


@pytest.mark.parametrize("words", ["mistral", "QUILL brief", "100%", "_", "nobody's name"])
def test_every_word_must_occur_somewhere(demo_store: Store, words: str) -> None:
    def texts(one: Any) -> list[str]:
        pairs = [
            (d.provider_text, d.developer, d.host) for c in one.use_cases for d in c.dependencies
        ]
        return [one.name, one.notes or "", *(t for pair in pairs for t in pair if t)]

    expected = {
        one.name
        for one in load_portfolio(demo_store, LOCAL_OWNER, "demo").startups
        if all(
            any(word.casefold() in text.casefold() for text in texts(one)) for word in words.split()
        )
    }
    found = page(demo_store, StartupFilter(words=words), limit=100)
    assert set(names(found)) == expected
    assert found.matching == len(expected)


def test_a_page_holds_no_more_than_five_hundred(demo_store: Store, catalog: Catalog) -> None:
    one = demo_portfolio(catalog).startups[0]
    many = tuple(replace(one, name=f"S{number:04}", use_cases=()) for number in range(600))
    save_portfolio(demo_store, LOCAL_OWNER, replace(demo_portfolio(catalog), startups=many))
    assert len(page(demo_store, limit=10_000).startups) == 500
    assert len(page(demo_store, offset=-5, limit=-1).startups) == 0


def test_whoever_may_only_read_keeps_no_scores(demo_store: Store) -> None:
    viewer = Actor("viewer", ActorRole.VIEWER)
    with ThisProcess() as workers, pytest.raises(NotAllowed):
        store_scores(demo_store, viewer, "demo", workers=workers, today=TODAY)


def test_what_is_kept_of_the_whole_is_the_answer_without_its_startups(demo_store: Store) -> None:
    assert latest_answer(demo_store, LOCAL_OWNER, "demo") is None
    whole = score_portfolio(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    kept(demo_store, part_size=6)
    found = latest_answer(demo_store, LOCAL_OWNER, "demo")
    assert found is not None
    assert (found.run.startups, found.whole.startups) == (FEW, ())
    same = ("aal_usd", "var95_usd", "tvar95_usd", "var99_usd", "gross_profit_usd")
    for name in same:
        assert getattr(found.whole, name) == pytest.approx(getattr(whole, name), rel=1e-6)
    points = [(one.return_period_years, one.aep_usd) for one in whole.exceedance]
    assert [(one.return_period_years, one.aep_usd) for one in found.whole.exceedance] == [
        (years, pytest.approx(usd, rel=1e-6)) for years, usd in points
    ]
    assert found.whole.single_points[0].root == whole.single_points[0].root
    # On whom the margin stands adds up, developer by developer, to what its startups have there.
    for developer in {one.developer for one in whole.dependence}:
        own, all_ = (
            sum(one.margin_usd_per_year for one in answer.dependence if one.developer == developer)
            for answer in (found.whole, whole)
        )
        assert own == pytest.approx(all_, rel=1e-9)
    assert all(one.startup == "" for one in found.whole.dependence)
    assert sum(found.bands.values()) == FEW
    assert found.runway_known == sum(one.runway_months.before is not None for one in whole.startups)


def test_bands_are_kept_with_the_answer_and_counted_where_an_older_version_kept_none(
    demo_store: Store,
) -> None:
    kept(demo_store, part_size=6)
    with demo_store.read() as session:
        bands = session.scalars(select(StartupScoreRecord.band)).all()
        answer = session.scalars(select(ScoreRunRecord.answer)).one()
    assert answer is not None
    written = counts_in(answer)
    assert written is not None
    assert written.by_band == Counter(bands)

    older = {
        name: value
        for name, value in json.loads(answer).items()
        if name not in ("bands", "runway_known")
    }
    assert counts_in(json.dumps(older)) is None
    with demo_store.write() as session:
        session.execute(text("UPDATE score_runs SET answer = :old"), {"old": json.dumps(older)})
    other = open_store(demo_store.address)  # Which has counted nothing yet.
    try:
        found = latest_answer(other, LOCAL_OWNER, "demo")
    finally:
        other.close()
    assert found is not None
    assert (found.bands, found.runway_known) == (written.by_band, written.runway_known)
