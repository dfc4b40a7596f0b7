"""Limits in the store: set with a reason, audited, checked, compared with the last check."""

from datetime import UTC, date, datetime

import pytest

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER
from db.services.assumptions import set_assumption
from db.services.audit import list_audit
from db.services.imports import publish_import
from db.services.limits import limit_history, load_limits, set_limit
from db.services.signals import add_signal
from db.services.watching import last_watch, remember_watch, watch_portfolio
from risk.hazard.signals import Signal
from risk.portfolio.watching import Cause, Measure, Watch

TODAY = date(2026, 11, 23)
BOOK = b"startup,provider,annual_revenue_usd\nAcme,OpenAI,1000000\nBirch,Claude API,500000\n"


@pytest.fixture
def fund(store: Store) -> Store:
    publish_import(store, LOCAL_OWNER, data=BOOK, file_name="a.csv", portfolio="Fund")
    return store


def watched(store: Store) -> Watch:
    return watch_portfolio(store, LOCAL_OWNER, "Fund", today=TODAY)


def limit(store: Store, measure: Measure, value: float | None, why: str = "policy") -> None:
    set_limit(store, LOCAL_OWNER, "Fund", measure, value, why)


def standing(store: Store) -> dict[Measure, float]:
    return {one.measure: one.value for one in load_limits(store, LOCAL_OWNER, "fund")}


def test_the_newest_limit_counts_and_none_takes_it_away(fund: Store):
    limit(fund, Measure.DEVELOPER_SHARE, 0.5)
    limit(fund, Measure.DEVELOPER_SHARE, 0.4, "stricter")
    limit(fund, Measure.WIND_DOWN, 0.02)
    assert standing(fund) == {Measure.DEVELOPER_SHARE: 0.4, Measure.WIND_DOWN: 0.02}
    limit(fund, Measure.WIND_DOWN, None, "not ours to watch")
    assert standing(fund) == {Measure.DEVELOPER_SHARE: 0.4}
    newest = limit_history(fund, LOCAL_OWNER, "Fund")[0]
    assert (newest.measure, newest.value, newest.reason) == (
        Measure.WIND_DOWN,
        None,
        "not ours to watch",
    )


def test_a_limit_is_audited_with_what_it_was(fund: Store):
    limit(fund, Measure.DEVELOPER_SHARE, 0.5)
    limit(fund, Measure.DEVELOPER_SHARE, 0.4, "stricter")
    newest = max(list_audit(fund, LOCAL_OWNER), key=lambda entry: entry.number)
    assert (newest.action, newest.object_name) == ("set limit", "Fund: developer_share")
    assert (newest.before, newest.after) == ({"value": 0.5}, {"value": 0.4})
    assert newest.reason == "stricter"


@pytest.mark.parametrize(
    ("measure", "value", "why", "sentence"),
    [
        (Measure.DEVELOPER_SHARE, 40.0, "x", "between 0 and 1"),
        (Measure.EXPECTED_LOSS, -1.0, "x", "between 0 and"),
        (Measure.EXPECTED_LOSS, float("nan"), "x", "between 0 and"),
        (Measure.WIND_DOWN, 0.1, " ", "Say why"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(
    fund: Store, measure: Measure, value: float, why: str, sentence: str
):
    with pytest.raises(Refused, match=sentence):
        limit(fund, measure, value, why)
    assert limit_history(fund, LOCAL_OWNER, "Fund") == ()


def test_a_check_reads_the_portfolio_and_writes_nothing(fund: Store):
    limit(fund, Measure.DEVELOPER_SHARE, 0.5)
    before = len(list_audit(fund, LOCAL_OWNER))
    watch = watched(fund)
    share = next(one for one in watch.findings if one.measure is Measure.DEVELOPER_SHARE)
    # Acme has twice Birch's revenue; what else is unknown is drawn alike for both.
    assert share.subject == "OpenAI"
    assert share.value == pytest.approx(2 / 3, abs=0.05)
    assert [one.measure for one in watch.exceeded] == [Measure.DEVELOPER_SHARE]
    assert last_watch(fund, LOCAL_OWNER, "Fund") is None
    assert len(list_audit(fund, LOCAL_OWNER)) == before


def test_the_next_check_says_what_changed_since_and_through_whom(fund: Store):
    first = watched(fund)
    remember_watch(fund, LOCAL_OWNER, first)
    same = watched(fund)
    assert (same.since, same.causes) == (last_watch(fund, LOCAL_OWNER, "Fund"), ())
    assert all(one.moved == () and one.before == one.value for one in same.findings)
    set_assumption(fund, LOCAL_OWNER, "Fund", "rate_multiple", 2.0, "test")
    watch = watched(fund)
    assert watch.causes == (Cause.REGISTER,)
    loss = watch.findings[0]
    assert loss.before == first.findings[0].value
    assert loss.value is not None
    assert loss.before is not None
    assert loss.value > loss.before
    assert {one.name for one in loss.moved} == {"Acme", "Birch"}
    remember_watch(fund, LOCAL_OWNER, watch)
    assert watched(fund).causes == ()


def test_news_of_a_developer_is_the_cause_and_not_the_register(fund: Store):
    remember_watch(fund, LOCAL_OWNER, watched(fund))
    add_signal(
        fund,
        LOCAL_OWNER,
        Signal(
            provider="OpenAI",
            kind="chief_executive_dismissed",
            at=datetime(2026, 11, 1, tzinfo=UTC),
            source="test",
        ),
    )
    watch = watched(fund)
    # Scores count with the raised rate, so the data of the score differ too; the register does not.
    assert watch.causes == (Cause.SIGNALS,)
    assert (watch.findings[0].value or 0.0) > (watch.findings[0].before or 0.0)


def test_a_portfolio_that_is_not_there_has_no_limits(store: Store):
    with pytest.raises(PortfolioNotFound):
        load_limits(store, LOCAL_OWNER, "nowhere")
