"""Limits in the store: set with a reason, audited, checked, compared with the last check."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.records import WatchLimitRecord, WatchReadingRecord
from db.services.access import LOCAL_OWNER
from db.services.assumptions import set_assumption
from db.services.audit import list_audit
from db.services.deadlines import model_ends
from db.services.dependence import dependents
from db.services.endings import exit_startup, merge, rename
from db.services.imports import publish_import, undo_batch
from db.services.limits import MOST_LIMITS, limit_history, load_limits, set_limit
from db.services.scoring import score_portfolio, score_startup
from db.services.signals import add_signal
from db.services.slices import sliced_store
from db.services.watching import last_watch, remember_watch, watch_portfolio
from risk.hazard.signals import Signal
from risk.portfolio.watching import ALWAYS_READ, About, Cause, Finding, Measure, Watch

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


PARTED = (
    b"startup,provider,country,annual_revenue_usd,cash_usd,monthly_burn_usd\n"
    b"Acme,OpenAI,DE,9000000,1000000,100000\n"
    b"Birch,Claude API,DE,4000000,,\n"
    b"Cole,OpenAI,US,2000000,500000,100000\n"
)


@pytest.fixture
def parted(store: Store) -> Store:
    publish_import(store, LOCAL_OWNER, data=PARTED, file_name="a.csv", portfolio="Fund")
    return store


def of_part(store: Store, measure: Measure, value: float | None, **what: Any) -> None:
    set_limit(store, LOCAL_OWNER, "Fund", measure, value, "policy", **what)


def found(store: Store, **what: Any) -> dict[Measure, Finding]:
    """The findings about one thing, by measure."""
    about = About(slices=what.get("slices", ()), startup=what.get("startup"))
    return {one.measure: one for one in watched(store).findings if one.about == about}


GERMANY = ["country=de"]
IN_GERMANY = (("country", "DE"),)


def test_a_slice_is_what_its_page_says(parted: Store):
    for measure in ALWAYS_READ:
        of_part(parted, measure, 0.5, slices=GERMANY)
    of_part(parted, Measure.PROVIDER_SHARE, 0.5, slices=GERMANY, provider="openai")
    part = sliced_store(parted, LOCAL_OWNER, "Fund", GERMANY)
    page = score_portfolio(part, LOCAL_OWNER, "Fund", today=TODAY)
    own = found(parted, slices=IN_GERMANY)
    assert own[Measure.EXPECTED_LOSS].value == page.aal_usd
    assert own[Measure.EXPECTED_LOSS].interval == page.aal_interval_usd
    assert own[Measure.TAIL].value == page.tvar95_usd
    assert own[Measure.SCORE].value == max(one.score for one in page.startups)
    shares = page.concentration["developer"].shares
    assert own[Measure.DEVELOPER_SHARE].value == shares["OpenAI"]
    held = dependents(part, LOCAL_OWNER, "Fund", "OpenAI", today=TODAY)
    share = own[Measure.PROVIDER_SHARE]
    assert (share.value, share.interval) == (held.margin_share, held.margin_range)
    # Of two companies in Germany, nobody stated the cash of one.
    runway = own[Measure.RUNWAY]
    assert (runway.subject, runway.unknown) == ("Acme", 1)


def test_a_company_is_what_its_page_says(parted: Store):
    for measure in ALWAYS_READ:
        of_part(parted, measure, 0.5, startup="acme")
    of_part(parted, Measure.PROVIDER_SHARE, 0.5, startup="acme", provider="OpenAI")
    _, _, alone = score_startup(parted, LOCAL_OWNER, "Fund", "Acme", today=TODAY)
    (page,) = alone.startups
    own = found(parted, startup="Acme")
    assert own[Measure.EXPECTED_LOSS].value == pytest.approx(page.aal_usd)
    assert own[Measure.TAIL].value == pytest.approx(page.tvar95_usd)
    assert own[Measure.SCORE].value == pytest.approx(page.score)
    assert own[Measure.RUNWAY].value == pytest.approx(page.runway_months.after)
    assert own[Measure.PROVIDER_SHARE].value == pytest.approx(1.0)
    ends = model_ends(parted, LOCAL_OWNER, "Fund", "Acme", today=TODAY, days=730)
    slack = min((one.slack_days for one in ends), default=None)
    assert own[Measure.RETIREMENT_SLACK].value == slack


def test_limits_of_a_measure_are_told_apart_by_what_they_are_about(parted: Store):
    loss = Measure.EXPECTED_LOSS
    of_part(parted, loss, 1e12)
    of_part(parted, loss, 2.0, slices=["country=DE"])
    of_part(parted, loss, 3.0, startup="Acme")
    of_part(parted, loss, 1.0, slices=GERMANY)  # however it is written, one slice
    known = load_limits(parted, LOCAL_OWNER, "Fund")
    assert [one.value for one in known] == [1e12, 1.0, 3.0]
    assert len({one.key for one in known}) == 3
    assert known[0].key == "expected_loss_usd"
    of_part(parted, loss, None, slices=GERMANY)
    assert [one.value for one in load_limits(parted, LOCAL_OWNER, "Fund")] == [1e12, 3.0]
    changes = limit_history(parted, LOCAL_OWNER, "Fund")
    assert [one.value for one in changes] == [None, 1.0, 3.0, 2.0, 1e12]
    assert changes[0].about == About(slices=IN_GERMANY)
    newest = max(list_audit(parted, LOCAL_OWNER), key=lambda entry: entry.number)
    assert newest.object_name == "Fund: expected_loss_usd of country=DE"


@pytest.mark.parametrize(
    ("measure", "what", "sentence"),
    [
        (Measure.PROVIDER_SHARE, {}, "Name the provider"),
        (Measure.PROVIDER_SHARE, {"provider": "Nobody Inc"}, "no provider “Nobody Inc”"),
        (Measure.SCORE, {"provider": "OpenAI"}, "of no single provider"),
        (Measure.SCORE, {"slices": ["planet=Mars"]}, "no slice"),
        (Measure.SCORE, {"slices": ["country=FR"]}, "No company of Fund has the country"),
        (Measure.SCORE, {"startup": "Dale"}, "no company “Dale”"),
        (Measure.SCORE, {"startup": " "}, "Name the provider or the company"),
        (Measure.SCORE, {"startup": "Acme", "slices": ["country=DE"]}, "leave one of them out"),
    ],
)
def test_a_limit_of_nothing_is_refused(
    parted: Store, measure: Measure, what: dict[str, Any], sentence: str
):
    with pytest.raises(Refused, match=sentence):
        of_part(parted, measure, 0.5, **what)
    with pytest.raises(Refused, match=sentence if "planet" in str(what) else "."):
        of_part(parted, measure, None, **what)
    assert limit_history(parted, LOCAL_OWNER, "Fund") == ()


def test_a_limit_follows_its_company_to_another_name_and_back(parted: Store):
    of_part(parted, Measure.EXPECTED_LOSS, 1.0, startup="Acme")
    remember_watch(parted, LOCAL_OWNER, watched(parted))
    (key,) = (one.key for one in load_limits(parted, LOCAL_OWNER, "Fund"))
    done = rename(parted, LOCAL_OWNER, "Fund", "Acme", "Acme Group")
    (limit,) = load_limits(parted, LOCAL_OWNER, "Fund")
    assert (limit.about.startup, limit.key) == ("Acme Group", key)
    own = found(parted, startup="Acme Group")[Measure.EXPECTED_LOSS]
    assert own.exceeded
    assert own.before is not None  # under the same key; draws go by names, so that it differs
    undo_batch(parted, LOCAL_OWNER, done.batch or 0)
    assert load_limits(parted, LOCAL_OWNER, "Fund")[0].about.startup == "Acme"


def test_limits_of_a_company_that_is_merged_count_where_the_other_has_none(parted: Store):
    for measure, value in ((Measure.SCORE, 30.0), (Measure.RUNWAY, 6.0)):
        of_part(parted, measure, value, startup="Cole")
    of_part(parted, Measure.SCORE, 50.0, startup="Acme")
    merge(parted, LOCAL_OWNER, "Fund", "Acme", "Cole")
    own = found(parted, startup="Acme")
    assert (own[Measure.SCORE].limit, own[Measure.RUNWAY].limit) == (50.0, 6.0)
    (gone,) = watched(parted).unchecked
    assert (gone.about.startup, gone.measure) == ("Cole", Measure.SCORE)


def test_a_company_that_is_gone_is_said_to_be_gone_and_its_limit_can_be_taken_away(
    parted: Store,
):
    of_part(parted, Measure.EXPECTED_LOSS, 1.0, startup="Cole")
    of_part(parted, Measure.EXPECTED_LOSS, 1.0, slices=["country=US"])
    assert len(watched(parted).exceeded) == 2
    remember_watch(parted, LOCAL_OWNER, watched(parted))
    exit_startup(parted, LOCAL_OWNER, "Fund", "Cole")
    watch = watched(parted)
    assert (watch.exceeded, watch.recovered) == ((), ())
    slice_, company = watch.unchecked
    assert "No company of Fund has the country “US”" in (slice_.missing or "")
    assert "no company Cole in Fund any longer" in (company.missing or "")
    of_part(parted, Measure.EXPECTED_LOSS, None, startup="cole")
    of_part(parted, Measure.EXPECTED_LOSS, None, slices=["country=us"])
    assert load_limits(parted, LOCAL_OWNER, "Fund") == ()


def test_what_was_kept_of_slices_and_companies_is_compared_with(parted: Store):
    of_part(parted, Measure.EXPECTED_LOSS, 1e12, slices=GERMANY)
    of_part(parted, Measure.EXPECTED_LOSS, 1e12, startup="Acme")
    remember_watch(parted, LOCAL_OWNER, watched(parted))
    set_assumption(parted, LOCAL_OWNER, "Fund", "rate_multiple", 2.0, "test")
    before = found(parted, slices=IN_GERMANY)[Measure.EXPECTED_LOSS]
    assert {one.name for one in before.moved} == {"Acme", "Birch"}
    assert before.before is not None
    assert before.value is not None
    assert before.value > before.before
    acme = found(parted, startup="Acme")[Measure.EXPECTED_LOSS]
    assert acme.before is not None


def test_readings_that_an_earlier_version_kept_open_as_they_were(parted: Store):
    remember_watch(parted, LOCAL_OWNER, watched(parted))
    four = {"expected_loss_usd", "developer_share", "wind_down_90d", "retirement_slack_days"}

    def of_before(session: Session) -> None:
        (row,) = session.scalars(select(WatchReadingRecord))
        kept = {name: one for name, one in row.reading["measures"].items() if name in four}
        for one in kept.values():
            one.pop("data")
        row.reading = {
            **{name: one for name, one in row.reading.items() if name != "limited"},
            "measures": kept,
        }

    parted.transact(of_before)
    watch = watched(parted)
    assert watch.causes == ()
    now = {one.measure.value: one for one in watch.findings}
    assert now["expected_loss_usd"].before == now["expected_loss_usd"].value
    assert now["tvar95_usd"].before is None


def test_no_more_limits_are_set_than_are_looked_at(parted: Store):
    of_part(parted, Measure.SCORE, 50.0)

    def fill(session: Session) -> None:
        (row,) = session.scalars(select(WatchLimitRecord))
        facts = {"measure": "score", "value": 1.0, "reason": "x", "set_by": "x"}
        session.add_all(
            WatchLimitRecord(
                portfolio_id=row.portfolio_id,
                set_at=row.set_at,
                startup=f"Company {number}",
                startup_key=f"company {number}",
                **facts,
            )
            for number in range(MOST_LIMITS - 1)
        )

    parted.transact(fill)
    of_part(parted, Measure.SCORE, 60.0)
    with pytest.raises(Refused, match="take one away"):
        of_part(parted, Measure.SCORE, 60.0, startup="Acme")
