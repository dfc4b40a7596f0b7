"""Figures of answers of before: kept once a day and state, and what changed since in steps."""

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select, update

from db.engine import Store, open_store
from db.errors import Refused, StoreBusy
from db.records import RunColumnRecord, RunRecord, table_of
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.assumptions import set_assumption
from db.services.imports import undo_batch
from db.services.kept_answers import keep_answer
from db.services.past import as_of
from db.services.portfolios import load_portfolio, save_portfolio
from db.services.run_history import ChangesSince, changes_since, kept_runs
from db.services.scoring import score_portfolio
from db.services.signals import add_signal
from db.services.slices import sliced_store
from risk.hazard.signals import Signal
from risk.portfolio.history import Cause, Why
from tests.db.inventories import ACME, Row, publish

#: An assumption that moves what anybody loses.
MOVED = "rate_multiple"
BEGIN = datetime(2026, 9, 30, 12, tzinfo=UTC)
KNOWN: Row = ACME | {"annual_revenue_usd": "1000000", "gross_margin": "0.7"}
ZETA: Row = KNOWN | {"startup": "Zeta"}


class Clock:
    def __init__(self) -> None:
        self.at = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def later(self, **much: float) -> None:
        self.at += timedelta(**much)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(address: str, clock: Clock) -> Iterator[Store]:
    opened = open_store(address, clock=clock)
    yield opened
    opened.close()


def score(store: Store, portfolio: str = "Fund", actor: Actor = LOCAL_OWNER) -> float:
    return score_portfolio(store, actor, portfolio, today=store.now().date()).aal_usd


def changes(store: Store, day: date, portfolio: str = "Fund") -> ChangesSince:
    return changes_since(store, LOCAL_OWNER, portfolio, day, today=store.now().date())


def runs(store: Store, portfolio: str = "Fund"):
    return kept_runs(store, LOCAL_OWNER, portfolio)


def by_cause(found: ChangesSince) -> dict[Cause, float]:
    return {one.cause: one.usd for one in found.steps}


def test_an_answer_leaves_its_headline_figures_once_a_day_and_state(store: Store, clock: Clock):
    publish(store, KNOWN)
    whole = score_portfolio(store, LOCAL_OWNER, "Fund", today=BEGIN.date())
    score(store)
    (run,) = runs(store)
    assert (run.day, run.startups, run.made_at) == (BEGIN.date(), 1, BEGIN)
    assert (run.aal_usd, run.median_usd) == (whole.aal_usd, whole.median_usd)
    assert run.aal_interval_usd == whole.aal_interval_usd
    assert (run.var95_usd, run.tvar95_usd) == (whole.var95_usd, whole.tvar95_usd)
    assert run.effective_providers == 1.0
    assert run.data_digest == whole.data_digest
    publish(store, KNOWN, ZETA)
    score(store)
    assert [one.startups for one in runs(store)] == [1, 2]
    clock.later(days=1)
    score(store)
    assert [one.day.day for one in runs(store)] == [30, 30, 1]


def test_the_answer_that_is_kept_whole_leaves_its_figures_too(store: Store):
    publish(store, KNOWN)
    kept = keep_answer(store, LOCAL_OWNER, "Fund", today=BEGIN.date())
    score(store)
    assert [one.aal_usd for one in runs(store)] == [kept.whole.aal_usd]


def test_another_day_a_view_and_a_reader_leave_nothing(store: Store, clock: Clock):
    publish(store, KNOWN, ZETA | {"country": "DE"})
    score_portfolio(store, LOCAL_OWNER, "Fund", today=BEGIN.date() - timedelta(days=1))
    score(store, actor=Actor("Vera", ActorRole.VIEWER, team=None, person=2))
    score(sliced_store(store, LOCAL_OWNER, "Fund", ["country=DE"]))
    clock.later(days=3)
    score(as_of(store, LOCAL_OWNER, "Fund", BEGIN.date()))
    assert runs(store) == ()
    with pytest.raises(NotAllowed):
        kept_runs(store, Actor("nobody", ActorRole.NONE), "Fund")


def test_a_busy_store_keeps_nothing_and_costs_no_answer(store: Store):
    publish(store, KNOWN)
    with store.write() as session:
        assert score(store) > 0
        with pytest.raises(StoreBusy):
            store.transact_at_once(lambda other: None)
        session.rollback()
    assert runs(store) == ()
    score(store)
    assert len(runs(store)) == 1


def test_the_last_run_of_a_month_keeps_every_startup(store: Store, clock: Clock):
    publish(store, KNOWN, ZETA)
    score(store)
    clock.later(days=1)
    score(store)
    clock.later(days=1)
    whole = score_portfolio(store, LOCAL_OWNER, "Fund", today=clock.at.date())
    assert [(one.day.day, one.by_startup) for one in runs(store)] == [
        (30, True),
        (1, False),
        (2, True),
    ]
    with store.read() as session:
        kept = session.scalars(select(RunColumnRecord.name).order_by(RunColumnRecord.name)).all()
    assert kept == sorted(["aal_usd", "names", "tvar95_usd"] * 2)
    found = changes(store, clock.at.date())
    assert found.movers == ()
    assert found.before_usd == whole.aal_usd


def test_twice_the_revenue_moves_exactly_the_step_of_the_register(store: Store, clock: Clock):
    publish(store, KNOWN, ZETA)
    before = score(store)
    clock.later(days=31)
    publish(store, KNOWN | {"annual_revenue_usd": "2000000"}, complete_for="portfolio")
    after = score(store)
    found = changes(store, BEGIN.date())
    steps = by_cause(found)
    # Acme earns twice as much and Zeta has ended; of the rest only the days moved anything.
    assert (found.before_usd, found.after_usd) == (before, after)
    assert sum(steps.values()) == pytest.approx(after - before, abs=1e-6)
    assert steps[Cause.MODEL] == pytest.approx(0, abs=1e-6)
    assert steps[Cause.ASSUMPTIONS] == steps[Cause.NEWS] == 0
    assert steps[Cause.REGISTER] + steps[Cause.DAYS] == pytest.approx(after - before, abs=1e-6)
    assert found.register_known
    then = as_of(store, LOCAL_OWNER, "Fund", BEGIN.date())
    same_day = score_portfolio(then, LOCAL_OWNER, "Fund", today=clock.at.date()).aal_usd
    assert steps[Cause.REGISTER] == pytest.approx(after - same_day, abs=1e-6)
    why = {one.startup: (one.why, one.after_usd is None) for one in found.movers}
    assert why == {"Acme": (Why.FACTS, False), "Zeta": (Why.ENDED, True)}
    # Startups add up to the portfolio as far as single precision goes.
    moved = sum(one.change_usd for one in found.movers)
    assert moved == pytest.approx(after - before, abs=0.01)


def test_an_assumption_moves_exactly_its_step(store: Store, clock: Clock):
    publish(store, KNOWN)
    score(store)
    clock.later(days=1)
    before = score(store)
    set_assumption(store, LOCAL_OWNER, "Fund", MOVED, 2.0, "policy")
    after = score(store)
    found = changes(store, BEGIN.date())
    assert by_cause(found)[Cause.ASSUMPTIONS] == pytest.approx(after - before, abs=1e-6)
    assert after != pytest.approx(before)
    assert by_cause(found)[Cause.REGISTER] == by_cause(found)[Cause.NEWS] == 0
    (step,) = [one for one in found.steps if one.cause is Cause.ASSUMPTIONS]
    assert step.because == (MOVED,)
    assert [one.why for one in found.movers] == [Why.REST]


def test_a_signal_moves_exactly_the_step_of_news(store: Store, clock: Clock):
    publish(store, KNOWN)
    score(store)
    clock.later(days=1)
    without = score(store)
    add_signal(
        store,
        LOCAL_OWNER,
        Signal(
            provider="OpenAI",
            kind="chief_executive_dismissed",
            at=clock.at,
            intensity=1.0,
            reliability=1.0,
            source="a newspaper",
        ),
    )
    after = score(store)
    found = changes(store, BEGIN.date())
    assert by_cause(found)[Cause.NEWS] == pytest.approx(after - without, abs=1e-6)
    assert after > without
    assert by_cause(found)[Cause.REGISTER] == 0


def test_another_model_version_is_named_and_what_is_left(store: Store, clock: Clock):
    publish(store, KNOWN)
    aal = score(store)
    table = table_of(RunRecord)
    with store.write() as session:
        session.execute(update(table).values(model_version="4.9", aal_usd=aal - 100))
    clock.later(days=1)
    score(store)
    step = changes(store, BEGIN.date()).steps[0]
    assert (step.cause, step.usd) == (Cause.MODEL, pytest.approx(100, abs=1e-6))
    assert step.because[0].startswith("model version 4.9 → ")


def test_a_file_of_an_earlier_day_that_came_later_is_a_change_of_the_register(
    store: Store, clock: Clock
):
    publish(store, KNOWN)
    score(store)
    clock.later(days=5)
    alone = score(store)
    publish(store, KNOWN, ZETA, day=BEGIN.date())
    after = score(store)
    found = changes(store, BEGIN.date())
    steps = by_cause(found)
    assert steps[Cause.MODEL] == pytest.approx(0, abs=1e-6)
    assert steps[Cause.REGISTER] == pytest.approx(after - alone, abs=1e-6)
    because = {one.cause: one.because for one in found.steps}
    assert because[Cause.REGISTER] == ("inventory.csv",)
    assert [one.why for one in found.movers][:1] == [Why.NEW]


def test_an_import_that_was_undone_since_is_a_change_of_the_register(store: Store, clock: Clock):
    publish(store, KNOWN)
    alone = score(store)
    clock.later(hours=1)
    wrong = publish(store, ZETA)
    clock.later(hours=1)
    both = score(store)
    clock.later(days=1)
    undo_batch(store, LOCAL_OWNER, wrong.batch)
    after = score(store)
    found = changes(store, BEGIN.date())
    steps = by_cause(found)
    assert not found.register_known
    assert steps[Cause.MODEL] == 0
    assert sum(steps.values()) == pytest.approx(after - both, abs=1e-6)
    assert steps[Cause.REGISTER] == pytest.approx(alone - both, abs=1e-6)
    assert next(one for one in found.movers if one.startup == "Zeta").why is Why.ENDED


def test_without_figures_of_then_the_step_of_the_register_alone_is_told(store: Store, clock: Clock):
    publish(store, KNOWN)
    clock.later(days=10)
    publish(store, ZETA)
    clock.later(days=1)
    after = score(store)
    found = changes(store, BEGIN.date())
    assert found.run is None
    assert [one.cause for one in found.steps] == [Cause.REGISTER]
    assert found.steps[0].usd == found.change_usd == after - found.before_usd
    assert found.steps[0].because == ("inventory.csv",)
    assert [(one.startup, one.why) for one in found.movers] == [("Zeta", Why.NEW)]


def test_a_register_that_is_not_kept_is_said(store: Store, clock: Clock):
    publish(store, KNOWN)
    score(store)
    clock.later(days=1)
    save_portfolio(store, LOCAL_OWNER, load_portfolio(store, LOCAL_OWNER, "Fund"))
    clock.later(days=1)
    score(store)
    found = changes(store, BEGIN.date())
    assert sum(by_cause(found).values()) == pytest.approx(found.change_usd, abs=1e-6)


def test_a_day_to_come_and_a_view_are_refused(store: Store, clock: Clock):
    publish(store, KNOWN | {"country": "DE"})
    with pytest.raises(Refused, match="still to come"):
        changes(store, BEGIN.date() + timedelta(days=1))
    with pytest.raises(Refused, match="portfolio as it is"):
        changes(sliced_store(store, LOCAL_OWNER, "Fund", ["country=DE"]), BEGIN.date())


THINGS = some.lists(
    some.one_of(
        some.tuples(some.just("revenue"), some.integers(1, 9)),
        some.tuples(some.just("factor"), some.sampled_from([0.5, 2.0, 3.0])),
        some.tuples(some.just("startup"), some.integers(0, 3)),
        some.tuples(some.just("score"), some.just(0)),
    ),
    min_size=1,
    max_size=6,
)


@given(THINGS)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_the_steps_add_up(store: Store, clock: Clock, things):
    name = f"Fund {secrets.token_hex(8)}"
    publish(store, KNOWN, portfolio=name)
    begun = clock.at.date()
    before = score(store, name)
    for number, (what, much) in enumerate(things):
        clock.later(days=1)
        if what == "revenue":
            changed = KNOWN | {"annual_revenue_usd": str(1_000_000 + much * 1000 + number)}
            publish(store, changed, portfolio=name)
        elif what == "startup":
            publish(store, ZETA | {"startup": f"Zeta {much}", "notes": str(number)}, portfolio=name)
        elif what == "factor":
            set_assumption(store, LOCAL_OWNER, name, MOVED, much, "try")
        else:
            score(store, name)
    clock.later(days=1)
    after = score(store, name)
    found = changes(store, begun, name)
    steps = by_cause(found)
    assert (found.before_usd, found.after_usd) == (before, after)
    assert sum(steps.values()) == pytest.approx(after - before, abs=1e-6)
    assert steps[Cause.MODEL] == pytest.approx(0, abs=1e-6)
    kinds = {what for what, _ in things}
    if not kinds & {"revenue", "startup"}:
        assert steps[Cause.REGISTER] == 0
    if "factor" not in kinds:
        assert steps[Cause.ASSUMPTIONS] == 0
