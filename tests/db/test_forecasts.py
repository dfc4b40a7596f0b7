"""Forecasts in the store: kept once, never changed, answered by people or by incidents."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.records import Base, ForecastRecord
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.assumptions import set_assumption
from db.services.audit import list_audit, verify_audit
from db.services.forecasts import keep_forecasts, list_forecasts, settle_forecast
from db.services.hazard import provider_hazard
from db.services.incidents import import_incidents
from db.services.portfolio_changes import delete_portfolio
from db.services.signals import add_signal
from db.services.teams import assign_team
from risk.hazard.forecasts import Answered, Kept, Outcome, Question, State
from risk.hazard.signals import Signal
from tests.db.inventories import ACME, publish
from tests.hazard.incidents.tables import incident, incident_table

#: The store's clock stands here; December is the next month.
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
RED = Actor("Red", ActorRole.ANALYST, team="Red", person=9)
JANUARY = datetime(2027, 1, 15, tzinfo=UTC)


@pytest.fixture
def fund(store: Store) -> Store:
    """A store in which Acme calls GPT-4o at OpenAI, on the last day of November."""
    publish(store, ACME)
    store.now = lambda: NOW
    return store


def on(store: Store, moment: datetime) -> Store:
    store.now = lambda: moment
    return store


def the(kept: tuple[Kept, ...], question: Question) -> Kept:
    return next(one for one in kept if one.forecast.question is question)


def rows(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(ForecastRecord)) or 0


def test_all_providers_that_the_companies_call_are_kept_and_come_back(fund: Store):
    made = keep_forecasts(fund, LOCAL_OWNER, "fund")
    assert (made.portfolio, made.known) == ("Fund", 0)
    assert {one.forecast.provider for one in made.new} == {"OpenAI"}
    assert {one.forecast.question for one in made.new} == set(Question)
    assert the(made.new, Question.PRICE_RISE).forecast.subject == "GPT-4o"
    listed = list_forecasts(fund, LOCAL_OWNER, "Fund")
    assert sorted(listed, key=lambda one: one.number) == list(made.new)
    assert all(one.state(NOW.date()) is State.AHEAD for one in listed)
    assert all(one.forecast.first_day > NOW.date() for one in listed)


def test_the_chance_is_the_one_that_is_printed_elsewhere(fund: Store):
    news = Signal(provider="OpenAI", kind="down_round", at=NOW, source="a test")
    add_signal(fund, LOCAL_OWNER, news)
    set_assumption(fund, LOCAL_OWNER, "Fund", "wind_down_rate_multiple", 2.0, "a test")
    from db.services.assumptions import load_assumptions

    numbers = load_assumptions(fund, LOCAL_OWNER, "Fund")
    printed = provider_hazard(
        fund, LOCAL_OWNER, "openai", today=NOW.date(), assumptions=numbers
    ).wind_down
    kept = the(keep_forecasts(fund, LOCAL_OWNER, "Fund").new, Question.WIND_DOWN).forecast
    assert printed is not None
    assert (kept.probability, kept.low, kept.high) == (
        printed.probability,
        printed.low,
        printed.high,
    )
    assert printed.probability != printed.probability_before


def test_a_question_of_the_same_period_is_kept_once_whatever_the_model_says_later(fund: Store):
    first = keep_forecasts(fund, LOCAL_OWNER, "Fund")
    set_assumption(fund, LOCAL_OWNER, "Fund", "rate_multiple", 3.0, "a test")
    again = keep_forecasts(fund, LOCAL_OWNER, "Fund")
    assert (again.new, again.known) == ((), len(first.new))
    listed = list_forecasts(fund, LOCAL_OWNER, "Fund")
    assert the(listed, Question.LONG_OUTAGE) == the(first.new, Question.LONG_OUTAGE)
    # A day later the 90 days and the year are others; the month and the quarter are the next ones.
    later = keep_forecasts(on(fund, datetime(2026, 12, 1, tzinfo=UTC)), LOCAL_OWNER, "Fund")
    assert {one.forecast.question for one in later.new} == {
        Question.WIND_DOWN,
        Question.PRICE_RISE,
        Question.LONG_OUTAGE,
    }
    assert later.known == 1


def test_one_provider_is_kept_whatever_its_case_and_an_unknown_one_refused(fund: Store):
    made = keep_forecasts(fund, LOCAL_OWNER, "Fund", provider="cohere")
    assert {one.forecast.provider for one in made.new} == {"Cohere"}
    # Nobody calls a model there: no price is asked.
    assert Question.PRICE_RISE not in {one.forecast.question for one in made.new}
    with pytest.raises(Refused, match="no provider “Nobody”"):
        keep_forecasts(fund, LOCAL_OWNER, "Fund", provider="Nobody")


def test_a_portfolio_that_calls_nobody_is_told_so(store: Store):
    publish(store, {"startup": "Zeta", "use_case": "none", "provider": "none"})
    with pytest.raises(Refused, match="nothing to forecast"):
        keep_forecasts(store, LOCAL_OWNER, "Fund")


def test_no_statement_changes_a_forecast(fund: Store):
    keep_forecasts(fund, LOCAL_OWNER, "Fund")
    before = rows(fund)
    bare = create_engine(fund.write_engine.url)
    ways = ["UPDATE forecasts SET probability = 0.5"]
    if fund.is_sqlite:
        ways += [
            "REPLACE INTO forecasts SELECT * FROM forecasts",
            "UPDATE OR REPLACE forecasts SET provider = 'x'",
        ]
    for way in ways:
        with bare.connect() as connection:
            with pytest.raises(DBAPIError, match="is never changed"):
                connection.execute(text(way))
            connection.rollback()
    bare.dispose()
    assert rows(fund) == before > 0


def test_what_somebody_answered_is_told_with_who_said_so_and_the_newest_counts(fund: Store):
    made = keep_forecasts(fund, LOCAL_OWNER, "Fund")
    one = the(made.new, Question.LONG_OUTAGE)
    on(fund, JANUARY)
    settle_forecast(fund, LOCAL_OWNER, one.number, Answered(outcome=Outcome.NO, source="status"))
    yes = Answered(outcome=Outcome.YES, day=date(2026, 12, 4), source=" a letter ")
    settle_forecast(fund, LOCAL_OWNER, one.number, yes)
    found = the(list_forecasts(fund, LOCAL_OWNER, "Fund"), Question.LONG_OUTAGE)
    assert found.answer == Answered(outcome=Outcome.YES, day=date(2026, 12, 4), source="a letter")
    assert found.answered_by == "local owner"
    assert found.state(JANUARY.date()) is State.SETTLED
    newest, older, *_ = list_audit(fund, LOCAL_OWNER)
    assert [newest.after["outcome"], older.after["outcome"]] == ["yes", "no"]
    assert newest.before["probability"] == one.forecast.probability
    assert verify_audit(fund, LOCAL_OWNER).broken_at is None


@pytest.mark.parametrize(
    ("question", "answer", "moment", "said"),
    [
        (Question.LONG_OUTAGE, Answered(outcome=Outcome.NO), JANUARY, "comes from"),
        (Question.LONG_OUTAGE, Answered(outcome=Outcome.NO, source="x"), NOW, "over after"),
        (Question.LONG_OUTAGE, Answered(outcome=Outcome.YES, source="x"), NOW, "Name the day"),
        (
            Question.LONG_OUTAGE,
            Answered(outcome=Outcome.AMOUNT, hours=1.0, source="x"),
            JANUARY,
            "yes, no or void",
        ),
        (
            Question.LONG_OUTAGE,
            Answered(outcome=Outcome.YES, day=date(2027, 1, 1), source="x"),
            JANUARY,
            "name a day of these",
        ),
        (Question.OUTAGE_HOURS, Answered(outcome=Outcome.NO, source="x"), JANUARY, "hours, or"),
        (
            Question.OUTAGE_HOURS,
            Answered(outcome=Outcome.AMOUNT, hours=float("nan"), source="x"),
            datetime(2027, 5, 1, tzinfo=UTC),
            "from 0 up",
        ),
        (
            Question.OUTAGE_HOURS,
            Answered(outcome=Outcome.AMOUNT, hours=1.0, source="x"),
            JANUARY,
            "over after",
        ),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    fund: Store, question: Question, answer: Answered, moment: datetime, said: str
):
    one = the(keep_forecasts(fund, LOCAL_OWNER, "Fund").new, question)
    with pytest.raises(Refused, match=said):
        settle_forecast(on(fund, moment), LOCAL_OWNER, one.number, answer)
    assert all(each.answer is None for each in list_forecasts(fund, LOCAL_OWNER, "Fund"))


def test_a_yes_of_today_may_be_stated_before_the_time_is_over(fund: Store):
    one = the(keep_forecasts(fund, LOCAL_OWNER, "Fund").new, Question.WIND_DOWN)
    moment = datetime(2026, 12, 10, tzinfo=UTC)
    yes = Answered(outcome=Outcome.YES, day=date(2026, 12, 9), source="news")
    settle_forecast(on(fund, moment), LOCAL_OWNER, one.number, yes)
    found = the(list_forecasts(fund, LOCAL_OWNER, "Fund"), Question.WIND_DOWN)
    assert (found.answer, found.state(moment.date())) == (yes, State.AHEAD)


def test_there_is_no_forecast_of_a_number_that_nobody_was_given(fund: Store):
    void = Answered(outcome=Outcome.VOID, source="x")
    with pytest.raises(Refused, match="no forecast 99"):
        settle_forecast(fund, LOCAL_OWNER, 99, void)


def history(*days: str) -> bytes:
    """Incidents of OpenAI of an hour each, and what else is told, by their days in 2026 and 2027.

    ``12-05:30`` lasted thirty hours.
    """
    told = []
    for one in days:
        day, _, hours = one.partition(":")
        year = 2027 if day.startswith("01") else 2026
        start = f"{year}-{day} 01:00:00+00:00"
        end = datetime.fromisoformat(start).timestamp() + 3600 * float(hours or 1)
        stamp = datetime.fromtimestamp(end, UTC).isoformat(sep=" ")
        told.append(incident(day, investigating=start, resolved=stamp))
    return incident_table(*told)


@pytest.mark.parametrize(
    ("days", "outcome"),
    [
        (("11-02", "12-05", "01-03"), Outcome.NO),
        (("11-02", "12-05:30", "01-03"), Outcome.YES),
        (("11-02", "12-05"), None),  # the record ends inside the month
    ],
)
def test_imported_incidents_answer_what_they_decide(
    fund: Store, days: tuple[str, ...], outcome: Outcome | None
):
    keep_forecasts(fund, LOCAL_OWNER, "Fund")
    on(fund, JANUARY)
    import_incidents(fund, LOCAL_OWNER, data=history(*days), file_name="history.csv")
    found = the(list_forecasts(fund, LOCAL_OWNER, "Fund"), Question.LONG_OUTAGE)
    assert (found.answer and found.answer.outcome) == outcome
    assert found.answered_by is None


def test_what_somebody_states_stands_before_the_incidents(fund: Store):
    one = the(keep_forecasts(fund, LOCAL_OWNER, "Fund").new, Question.LONG_OUTAGE)
    on(fund, JANUARY)
    data = history("11-02", "12-05:30", "01-03")
    import_incidents(fund, LOCAL_OWNER, data=data, file_name="history.csv")
    void = Answered(outcome=Outcome.VOID, source="the page counted a drill")
    settle_forecast(fund, LOCAL_OWNER, one.number, void)
    found = the(list_forecasts(fund, LOCAL_OWNER, "Fund"), Question.LONG_OUTAGE)
    assert (found.answer, found.state(JANUARY.date())) == (void, State.VOID)


def test_the_pages_of_a_cloud_decide_nothing_about_all_of_it(fund: Store):
    keep_forecasts(fund, LOCAL_OWNER, "Fund", provider="Google Cloud")
    on(fund, JANUARY)
    data = history("11-02", "12-05:30", "01-03")
    import_incidents(
        fund,
        LOCAL_OWNER,
        data=data.replace(b"openai", b"Google Cloud"),
        file_name="history.csv",
    )
    listed = list_forecasts(fund, LOCAL_OWNER, "Fund")
    assert the(listed, Question.LONG_OUTAGE).answer is None


def test_another_team_sees_and_settles_nothing(fund: Store):
    one = the(keep_forecasts(fund, LOCAL_OWNER, "Fund").new, Question.WIND_DOWN)
    assign_team(fund, LOCAL_OWNER, "Fund", "Blue")
    for ask in (list_forecasts, keep_forecasts):
        asked: Callable[..., object] = ask
        with pytest.raises(PortfolioNotFound):
            asked(fund, RED, "Fund")
    with pytest.raises(Refused, match="no forecast"):
        settle_forecast(fund, RED, one.number, Answered(outcome=Outcome.VOID, source="x"))


def test_a_deleted_portfolio_takes_its_forecasts_along(fund: Store):
    one = the(keep_forecasts(fund, LOCAL_OWNER, "Fund").new, Question.WIND_DOWN)
    void = Answered(outcome=Outcome.VOID, source="x")
    settle_forecast(fund, LOCAL_OWNER, one.number, void)
    delete_portfolio(fund, LOCAL_OWNER, "Fund", typed="Fund")
    with fund.read() as session:
        for name in ("forecasts", "forecast_answers"):
            table = Base.metadata.tables[name]
            assert session.scalar(select(func.count()).select_from(table)) == 0
