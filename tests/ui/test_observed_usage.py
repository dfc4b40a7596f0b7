"""What the Startup and Provider pages show of logs and bills: present, absent, of a past day."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.past import as_of
from tests.ui.conftest import Open, texts
from tests.usage_files import Request, bill, log, publish
from ui import cached

SEPTEMBER = log(
    Request("2026-09-01", spend="400", tokens_in=1_000_000, tokens_out=100_000),
    Request("2026-09-30", spend="200", failed=True),
)


@pytest.fixture
def opened(unanswered_store: None) -> Store:
    return open_store()


@pytest.fixture
def book(opened: Store) -> None:
    """Acme has a log of September, and later a bill of two months; Borealis has nothing."""
    publish(opened, SEPTEMBER, day=date(2026, 10, 2))
    publish(opened, bill(sep="100", oct="320"), day=date(2026, 11, 2))
    publish(opened, b"startup,provider\nBorealis,OpenAI\n", day=date(2026, 11, 2))
    opened.close()


def open_usage(open_page: Open) -> AppTest:
    return open_page("startup.py", portfolio="Fund", startup="Acme", section="usage")


def test_the_panel_shows_bars_rows_and_what_the_tokens_cost_at_list_prices(
    book: None, open_page: Open
) -> None:
    app = open_usage(open_page)
    assert not app.exception
    shown = texts(app)
    assert "October 2026: $320, of which Anthropic 100 %." in shown
    assert "AWS Cost Explorer of 1 Sep 2026 to 31 Oct 2026" in shown
    assert "Spend is in part an estimate of the gateway" in shown
    assert "usage" in {one.key for one in app.get("plotly_chart")}
    rows = next(one.value for one in app.dataframe if "Supplier" in one.value)
    # The bill names no use case, the log a team.
    assert rows["Spend"].tolist() == ["$320", "$100", "$600, estimated"]
    assert "At today's list prices the tokens seen cost" in shown


def test_a_startup_without_logs_and_bills_has_no_such_panel(book: None, open_page: Open) -> None:
    app = open_page("startup.py", portfolio="Fund", startup="Borealis")
    assert not app.exception
    (sections,) = [one for one in app.get("button_group") if "Facts" in str(one.options)]
    assert "Observed usage" not in str(sections.options)


def test_as_of_a_past_day_a_later_bill_is_not_known(
    book: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    then = as_of(store, LOCAL_OWNER, "Fund", date(2026, 10, 20)).view
    store.close()
    monkeypatch.setattr(cached, "view", lambda: then)
    app = open_usage(open_page)
    assert not app.exception
    shown = texts(app)
    assert "September 2026: $600, of which OpenAI 100 %." in shown
    assert "AWS Cost Explorer" not in shown


def test_the_provider_page_shows_failed_requests_beside_incidents(
    book: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="Fund", provider="OpenAI", section="past")
    assert not app.exception
    said = "In logs of 1 company, 1 of 2 requests served by OpenAI failed in September 2026 (50 %)."
    assert said in texts(app)


def test_a_provider_without_any_logged_request_has_no_such_card(
    book: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="Fund", provider="Anthropic", section="past")
    assert not app.exception
    assert "Failed requests in logs" not in texts(app)
