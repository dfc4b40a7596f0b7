"""Answers kept in the store, and pages of startups sorted, filtered and counted by them."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from db.chunks import answers
from db.chunks.answers import answer_from_columns, columns_of_answer, document_of
from db.chunks.sources import PortfolioChanged
from db.chunks.workers import ThisProcess
from db.engine import Store, open_store
from db.errors import StoreError
from db.records import (
    DependencyRecord,
    KeptAnswerRecord,
    KeptColumnRecord,
    PortfolioRecord,
    StartupRecord,
    UseCaseRecord,
    table_of,
)
from db.register.loss_columns import read_startups
from db.register.portfolios import mark_written
from db.register.rows import DEPENDENCIES, FACTS, STARTUPS, USE_CASES
from db.register.saving import insert_startups
from db.services import valuations
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.assumptions import set_assumption
from db.services.audit import list_audit
from db.services.kept_answers import (
    KeptAnswer,
    bands_of,
    is_stale,
    keep_answer,
    keep_narrowing,
    kept_narrowing,
    latest_answer,
)
from db.services.portfolios import load_portfolio, save_portfolio, state_hash
from db.services.scoring import narrowing, score_portfolio
from db.services.startup_pages import (
    StartupFilter,
    StartupOrder,
    StartupsPage,
    startup_sectors,
    startups_page,
)
from fixtures.demo import demo_portfolio
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Portfolio
from risk.loss import answer as loss_answer
from risk.loss import valuation as loss_valuation
from risk.loss.columns import Columns, ordered
from risk.loss.valuation import Valuation
from risk.portfolio.results import PortfolioAssessment
from tests.db.faults import failing_statement
from tests.db.test_scoring_in_chunks import everything
from tests.db.test_valuations import hear

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


def kept(store: Store, **options: Any) -> KeptAnswer:
    return keep_answer(store, LOCAL_OWNER, "demo", today=TODAY, **options)


def latest(store: Store, today: date = TODAY) -> KeptAnswer | None:
    return latest_answer(store, LOCAL_OWNER, "demo", today=today)


def elsewhere(store: Store) -> KeptAnswer:
    """The last answer as another process reads it, which has worked out nothing."""
    other = open_store(store.address)
    try:
        found = latest(other)
    finally:
        other.close()
    assert found is not None
    return found


def whole_of(store: Store) -> PortfolioAssessment:
    """The answer worked out now."""
    return score_portfolio(store, LOCAL_OWNER, "demo", today=TODAY)


def page(store: Store, wanted: StartupFilter = StartupFilter(), **options: Any) -> StartupsPage:  # noqa: B008 - frozen
    return startups_page(store, LOCAL_OWNER, "demo", wanted, today=TODAY, **options)


def names(found: StartupsPage) -> list[str]:
    return [one.name for one in found.startups]


def rows(store: Store, record: type) -> int:
    with store.read() as session:
        return session.query(record).count()


def test_what_is_kept_is_the_answer_with_every_startup(demo_store: Store) -> None:
    assert latest(demo_store) is None
    whole = whole_of(demo_store)
    before = state_hash(demo_store, LOCAL_OWNER, "demo")
    made = kept(demo_store)
    assert (made.startups, made.current, made.as_of) == (FEW, True, TODAY)
    assert everything(elsewhere(demo_store).whole) == everything(whole)
    assert state_hash(demo_store, LOCAL_OWNER, "demo") == before
    (entry,) = list_audit(demo_store, LOCAL_OWNER, limit=1)
    assert (entry.action, entry.object_name) == ("store scores", "demo")


def test_what_would_narrow_an_answer_is_kept_beside_it(demo_store: Store) -> None:
    at_hand: Any = partial(kept_narrowing, demo_store, LOCAL_OWNER, "demo", today=TODAY)
    keep: Any = partial(keep_narrowing, demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert (keep(), at_hand()) == (False, None)  # There is no answer yet.
    kept(demo_store)
    assert at_hand() is None
    found = narrowing(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert len(found) == 5
    assert keep()
    assert at_hand() == found == narrowing(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert not keep()
    # The answer is read as it was, and what belongs to it goes with it.
    assert everything(elsewhere(demo_store).whole) == everything(whole_of(demo_store))
    kept(demo_store)
    assert at_hand() is None
    assert keep()
    set_assumption(demo_store, LOCAL_OWNER, "demo", "price_multiple", 1.5, "test")
    assert (keep(), at_hand()) == (False, None)


def test_it_is_the_same_whoever_works_it_out(demo_store: Store) -> None:
    alone = kept(demo_store)
    with ThisProcess() as workers:
        shared = kept(demo_store, workers=workers)
    assert shared.number > alone.number
    assert everything(shared.whole) == everything(alone.whole)


def test_figures_of_large_portfolios_are_kept_in_single_precision(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = score_portfolio(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    monkeypatch.setattr(answers, "LARGE", FEW - 1)
    found = answer_from_columns(document_of(whole), columns_of_answer(whole))
    for ours, theirs in zip(found.startups, whole.startups, strict=True):
        assert ours.score == pytest.approx(theirs.score, rel=1e-6)
        assert (ours.band, ours.worst and ours.worst.root) == (
            theirs.band,
            theirs.worst and theirs.worst.root,
        )
    assert found.aal_usd == whole.aal_usd


def more_revenue(session: Session, portfolio: int, catalog: Catalog) -> None:
    session.query(StartupRecord).all()[3].annual_revenue_cents = 900_000_000


def others(session: Session, portfolio: int, catalog: Catalog) -> None:
    """One is left out, one is called otherwise, one has a use case more, and one is new."""
    gone, renamed, larger, *_ = session.query(StartupRecord).order_by(StartupRecord.id).all()
    renamed.name, renamed.name_key, renamed.sector = "Aardvark", "aardvark", "Zoos"
    case = session.query(UseCaseRecord).filter_by(startup_id=larger.id).first()
    assert case is not None
    more = as_new(case, name=f"{case.name} more", name_key=f"{case.name_key} more")
    session.add(more)
    session.flush()
    for one in session.query(DependencyRecord).filter_by(use_case_id=case.id):
        session.add(as_new(one, use_case_id=more.id, key=f"{one.key} more"))
    cases = [one for (one,) in session.query(UseCaseRecord.id).filter_by(startup_id=gone.id)]
    for table, condition in (
        (DEPENDENCIES, DEPENDENCIES.c.use_case_id.in_(cases)),
        (USE_CASES, USE_CASES.c.startup_id == gone.id),
        (FACTS, FACTS.c.startup_id == gone.id),
        (STARTUPS, STARTUPS.c.id == gone.id),
    ):
        session.execute(delete(table).where(condition))
    like_gone = demo_portfolio(catalog).startups[0]
    assert like_gone.name == gone.name
    insert_startups(session, portfolio, [replace(like_gone, name="New", engineers=3)])


def as_new(one: Any, **other: Any) -> Any:
    """A record with what is in another, but for its number."""
    columns = [each.key for each in table_of(type(one)).columns if each.key != "id"]
    return type(one)(**{name: getattr(one, name) for name in columns} | other)


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("change", [more_revenue, others])
def test_of_a_large_portfolio_only_what_changed_is_valued_again(
    demo_store: Store,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    held: bool,
    change: Callable[[Session, int, Catalog], None],
) -> None:
    """By the process that answered before, or by another one; and when there is another change."""
    for module in (answers, loss_answer, valuations):
        monkeypatch.setattr(module, "LARGE", FEW - 1)
    kept(demo_store)
    for each in (change, more_revenue):
        with demo_store.write() as session:
            found = session.query(PortfolioRecord).filter_by(name="demo").one()
            each(session, found.id, catalog)
            mark_written(found, at=demo_store.now())
        other = open_store(demo_store.address)
        with monkeypatch.context() as patch:
            patch.setattr(valuations, "_kept_before", lambda *_: None)
            whole = whole_of(other)
        wanted = answer_from_columns(document_of(whole), columns_of_answer(whole))
        other.close()
        other = demo_store if held else open_store(demo_store.address)
        with monkeypatch.context() as patch:
            patch.setattr(loss_valuation, "answer_on", None)
            kept(other)
        if not held:
            other.close()
        assert everything(elsewhere(demo_store).whole) == everything(wanted)


def test_what_a_page_asks_of_a_large_portfolio_builds_on_its_kept_answer(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a new process, which held nothing: a plan needs the losses of all, and waits for none."""
    for module in (answers, loss_answer, valuations):
        monkeypatch.setattr(module, "LARGE", FEW - 1)
    whole = kept(demo_store).whole
    monkeypatch.setattr(loss_valuation, "answer_on", None)
    found = read_anew(demo_store).answer
    assert found.book.mean == whole.aal_usd
    assert found.book.tail.tvar == pytest.approx(whole.tvar95_usd, rel=1e-9)


def test_of_a_large_portfolio_only_what_changed_is_read_again(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (answers, loss_answer, valuations):
        monkeypatch.setattr(module, "LARGE", FEW - 1)
    with demo_store.write() as session:
        session.execute(update(DEPENDENCIES).where(DEPENDENCIES.c.id == 5).values(answer="ask"))
    kept(demo_store)
    with demo_store.write() as session:
        found = session.query(PortfolioRecord).filter_by(name="demo").one()
        first, *_, last = session.query(StartupRecord).order_by(StartupRecord.id).all()
        # The last digit of a number that has no end counts.
        first.gross_margin, last.country = 1 / 3 + 1e-16, "Chile"
        mark_written(found, at=demo_store.now())
    asked = []

    def heard(*given: Any, **options: Any) -> Any:
        asked.append(options["only"])
        return read_startups(*given, **options)

    monkeypatch.setattr(valuations, "read_startups", heard)
    again = read_anew(demo_store)
    open_ones = np.flatnonzero(again.members.questions > 0) + first.id
    # Whoever has open questions is read again, since answers by yes are not kept.
    assert asked == [sorted({first.id, last.id, *open_ones.tolist()})]
    with demo_store.write() as session:
        session.execute(delete(KeptColumnRecord))
    whole = read_anew(demo_store)
    assert len(asked) > 1
    assert asked[1] is None
    for one in (again, whole):
        assert list(one.members.names) == list(whole.members.names)
        assert list(one.members.sectors) == list(whole.members.sectors)
        assert one.columns.endpoints == whole.columns.endpoints
        assert one.columns.countries == whole.columns.countries
    assert_alike(again.members, whole.members, ("questions", "empty", "marks"))
    assert_tables_alike(again.columns, whole.columns)
    assert again.asked is not None
    assert whole.asked is not None
    np.testing.assert_array_equal(again.asked.places, whole.asked.places)
    assert_tables_alike(ordered(again.asked.columns), ordered(whole.asked.columns))


def read_anew(store: Store) -> Valuation:
    """The demo as a new process reads it."""
    anew = open_store(store.address)
    try:
        return valuations.valuation(anew, LOCAL_OWNER, "demo", today=TODAY)
    finally:
        anew.close()


def assert_tables_alike(one: Columns, other: Columns) -> None:
    for name in ("startups", "cases", "dependencies"):
        table = getattr(other, name)
        assert_alike(getattr(one, name), table, [field.name for field in fields(table)])


def assert_alike(one: Any, other: Any, names: Iterable[str]) -> None:
    for name in names:
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours.dtype == theirs.dtype, name
        np.testing.assert_array_equal(ours, theirs, err_msg=name)


def test_an_answer_takes_the_place_of_the_last_one(demo_store: Store) -> None:
    first = kept(demo_store)
    second = kept(demo_store)
    assert second.number > first.number
    assert rows(demo_store, KeptAnswerRecord) == 1
    with demo_store.read() as session:
        of = {number for (number,) in session.query(KeptColumnRecord.answer_id)}
    assert of == {second.number}


def test_an_answer_is_stale_when_anything_that_it_rests_on_changes(
    demo_store: Store, catalog: Catalog
) -> None:
    def stale(today: date = TODAY) -> bool:
        found = latest(demo_store, today)
        assert found is not None
        assert is_stale(demo_store, LOCAL_OWNER, "demo", today=today) is not found.current
        return not found.current

    assert is_stale(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    kept(demo_store)
    assert not stale()
    assert stale(TODAY + timedelta(days=1))
    hear(demo_store)
    assert stale()
    found = latest(demo_store)
    assert found is not None
    assert found.unchanged
    kept(demo_store)
    assert not stale()
    set_assumption(demo_store, LOCAL_OWNER, "demo", "queue_days", 2.0, "tried")
    assert stale()
    kept(demo_store)
    save_portfolio(demo_store, LOCAL_OWNER, few(catalog))
    assert stale()
    found = latest(demo_store)
    assert found is not None
    assert not found.unchanged


def test_an_answer_that_cannot_be_written_leaves_the_last_one(demo_store: Store) -> None:
    first = kept(demo_store)
    with failing_statement(demo_store, 4), pytest.raises(StoreError):
        kept(demo_store)
    assert elsewhere(demo_store).number == first.number


def test_what_changed_while_workers_read_it_is_not_kept(
    demo_store: Store, catalog: Catalog
) -> None:
    class Meddling(ThisProcess):
        def share(self, value: object) -> Any:
            save_portfolio(demo_store, LOCAL_OWNER, few(catalog))
            return super().share(value)

    with Meddling() as workers, pytest.raises(PortfolioChanged, match="“demo” was changed"):
        kept(demo_store, workers=workers)
    assert latest(demo_store) is None


def test_bands_are_counted(demo_store: Store) -> None:
    whole = kept(demo_store).whole
    counted = [one.band for one in whole.startups]
    assert bands_of(whole) == {band: counted.count(band) for band in set(counted)}


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
            found.scores[name]["aal_usd" if descending else "score"] for name in names(found)
        ]
        assert figures == sorted(figures, reverse=descending)
    by_revenue = page(demo_store, order=StartupOrder.REVENUE, descending=True, limit=100).startups
    known = [one.annual_revenue_usd for one in by_revenue if one.annual_revenue_usd is not None]
    assert known == sorted(known, reverse=True)
    assert [one.annual_revenue_usd for one in by_revenue[: len(known)]] == known


def test_without_kept_scores_an_order_by_them_is_by_name(demo_store: Store) -> None:
    found = page(demo_store, order=StartupOrder.TAIL)
    assert names(found) == names(page(demo_store))
    assert found.kept is None
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
    assert {banded.scores[name]["band"] for name in names(banded)} <= {"A", "B"}
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


def test_a_page_leaves_out_who_is_gone_since_the_answer(
    demo_store: Store, catalog: Catalog
) -> None:
    first = kept(demo_store).whole.startups[0].startup
    fewer = few(catalog)
    rest = tuple(one for one in fewer.startups if one.name != first)
    save_portfolio(demo_store, LOCAL_OWNER, replace(fewer, startups=rest))
    found = page(demo_store, order=StartupOrder.LOSS, limit=100)
    assert set(names(found)) == {one.name for one in rest} == set(found.scores)


def test_sorted_by_name_among_some_bands(demo_store: Store) -> None:
    kept(demo_store)
    found = page(demo_store, StartupFilter(bands=("B", "C")), limit=100)
    assert names(found) == sorted(names(found), key=str.casefold)
    turned = page(demo_store, StartupFilter(bands=("B", "C")), descending=True, limit=100)
    assert names(turned) == names(found)[::-1]


def test_whoever_may_only_read_keeps_no_answer(demo_store: Store) -> None:
    with pytest.raises(NotAllowed):
        keep_answer(demo_store, Actor("viewer", ActorRole.VIEWER), "demo", today=TODAY)
