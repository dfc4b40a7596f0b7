"""Observed usage in the store: by startup, as of a past day, under another name, and failures."""

from datetime import date

import pytest

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER, ActorRole
from db.services.endings import rename
from db.services.imports import undo_batch
from db.services.past import as_of
from db.services.slices import sliced_store
from db.services.usage import ObservedUsage, observed_failures, observed_usage
from risk.alternatives.options import StartupNotFound
from tests.db.access_decisions import ACTORS
from tests.usage_files import Request, bill, log, publish

SEPTEMBER = log(Request("2026-09-01", spend="4"), Request("2026-09-30", spend="6", failed=True))
#: The same month anew, with more money.
AGAIN = log(Request("2026-09-01", spend="5"), Request("2026-09-30", spend="7"))
FIRST, SECOND = date(2026, 10, 2), date(2026, 10, 9)


def usage(store: Store, startup: str = "Acme", portfolio: str = "Fund") -> ObservedUsage:
    (one,) = observed_usage(store, LOCAL_OWNER, portfolio, startup)
    return one


def spends(store: Store, startup: str = "Acme") -> list[float]:
    months = usage(store, startup).summary.months
    return [float(one.figures.spend_usd or 0) for one in months]


def test_a_startup_has_the_months_of_its_files_and_which_came_last(store: Store):
    publish(store, SEPTEMBER)
    publish(store, bill(sep="100", oct="320"))
    one = usage(store, "acme")
    assert one.startup == "Acme"
    # A log of OpenAI and a bill of Claude tell of different traffic.
    assert spends(store) == [110, 320]
    assert [each.shown for each in one.files] == ["LiteLLM spend logs", "AWS Cost Explorer"]
    assert one.files[-1].last_day == date(2026, 10, 31)
    assert [each.model for each in one.at_list_prices] == ["GPT-5.4"]


def test_nothing_is_listed_where_nothing_was_observed(store: Store):
    publish(store, SEPTEMBER)
    publish(store, SEPTEMBER, "Borealis", portfolio="Other")
    assert [one.startup for one in observed_usage(store, LOCAL_OWNER, "Fund")] == ["Acme"]
    with pytest.raises(StartupNotFound):
        observed_usage(store, LOCAL_OWNER, "Fund", "Borealis")
    with pytest.raises(PortfolioNotFound):
        observed_usage(store, LOCAL_OWNER, "Absent")


def test_a_past_day_shows_what_was_known_then_and_not_what_a_later_file_says(store: Store):
    publish(store, SEPTEMBER, day=FIRST)
    publish(store, AGAIN, day=SECOND)
    assert spends(store) == [12]
    assert spends(as_of(store, LOCAL_OWNER, "Fund", FIRST)) == [10]
    past = as_of(store, LOCAL_OWNER, "Fund", FIRST)
    assert len(usage(past).files) == 1
    assert [one.failed for one in observed_failures(past, LOCAL_OWNER, "OpenAI").as_host] == [1]


def test_an_undone_file_leaves_what_was_known_before(store: Store):
    publish(store, SEPTEMBER)
    later = publish(store, AGAIN)
    undo_batch(store, LOCAL_OWNER, later.batch)
    assert spends(store) == [10]


def test_usage_follows_a_startup_to_its_new_name(store: Store):
    publish(store, SEPTEMBER)
    rename(store, LOCAL_OWNER, "Fund", startup="Acme", to="Acme Labs")
    assert spends(store, "Acme Labs") == [10]
    publish(store, log(Request("2026-10-01", spend="3")), "Acme Labs")
    assert spends(store, "Acme Labs") == [10, 3]


def test_failed_requests_are_counted_by_month_at_the_host_and_of_the_developer(store: Store):
    publish(
        store,
        log(
            Request("2026-09-01", failed=True),
            Request("2026-09-02"),
            Request("2026-09-03", host="azure"),
            Request("2026-10-01"),
        ),
    )
    publish(store, log(Request("2026-09-05"), Request("2026-09-06")), "Borealis")
    found = observed_failures(store, LOCAL_OWNER, "openai")
    assert found.provider == "OpenAI"
    # Two of Acme and two of Borealis; one of Acme's ran at Azure.
    september, october = found.as_host
    assert (september.startups, september.requests, september.failed) == (2, 4, 1)
    assert (october.startups, october.requests, october.share) == (1, 1, 0)
    assert [one.requests for one in found.as_developer] == [5, 1]
    azure = observed_failures(store, LOCAL_OWNER, "Microsoft Azure")
    assert [one.requests for one in azure.as_host] == [1]
    assert azure.as_developer == ()


def test_a_startup_in_two_portfolios_counts_once(store: Store):
    publish(store, SEPTEMBER)
    publish(store, SEPTEMBER, portfolio="Copy")
    (month,) = observed_failures(store, LOCAL_OWNER, "OpenAI").as_host
    assert (month.startups, month.requests) == (1, 2)


def test_bills_say_nothing_of_failures(store: Store):
    publish(store, bill(oct="320"))
    assert observed_failures(store, LOCAL_OWNER, "Anthropic").is_empty


def test_failures_in_another_teams_portfolio_are_not_told(store: Store):
    analyst, other = ACTORS["analyst"], ACTORS["other team"]
    publish(store, SEPTEMBER, actor=analyst)
    assert analyst.role is ActorRole.ANALYST
    assert not observed_failures(store, analyst, "OpenAI").is_empty
    assert observed_failures(store, other, "OpenAI").is_empty


def test_a_provider_that_is_not_there_is_refused(store: Store):
    with pytest.raises(Refused):
        observed_failures(store, LOCAL_OWNER, "Nobody")


def test_of_a_slice_only_its_startups_are_listed(store: Store):
    publish(store, SEPTEMBER)
    publish(store, SEPTEMBER, "Borealis")
    publish(store, b"startup,country,provider\nBorealis,DE,OpenAI\n")
    german = sliced_store(store, LOCAL_OWNER, "Fund", ["country=DE"])
    assert [one.startup for one in observed_usage(german, LOCAL_OWNER, "Fund")] == ["Borealis"]
    with pytest.raises(StartupNotFound):
        observed_usage(german, LOCAL_OWNER, "Fund", "Acme")
