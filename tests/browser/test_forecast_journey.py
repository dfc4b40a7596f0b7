"""Forecasts by the page alone: kept, answered once their time is over, and scored."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.forecasts import keep_forecasts, list_forecasts
from db.services.imports import publish_import
from risk.hazard.forecasts import Forecast, Question
from tests.browser.serving import Dashboard, url_in
from tests.browser.visitor import Clicks, Visitor
from ui.words import forecast_words as words

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

FUND = "Forecast fund"
#: After so many days a month, a quarter and 90 days are over, and a year is not.
AGO = timedelta(days=200)
MOST_CLICKS = 7


@pytest.fixture
def kept(served: Dashboard, dashboard: str) -> Iterator[Store]:
    """The store, with a portfolio whose forecasts somebody kept some months ago."""
    store = open_store(url_in(served.folder))
    data = b"startup,provider\nAcme,OpenAI\n"
    publish_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio=FUND)
    now = store.now
    store.now = lambda: now() - AGO
    keep_forecasts(store, LOCAL_OWNER, FUND)
    store.now = now
    yield store
    store.close()


def long_outage(store: Store) -> Forecast:
    """The oldest question about a long outage."""
    every = [one.forecast for one in list_forecasts(store, LOCAL_OWNER, FUND)]
    return next(one for one in every if one.question is Question.LONG_OUTAGE)


def figure(page: Page, label: str) -> str:
    """What a metric shows."""
    found = page.get_by_test_id("stMetric").filter(has_text=label)
    return found.get_by_test_id("stMetricValue").inner_text().strip()


def test_a_forecast_is_kept_answered_and_scored(visit: Callable[..., Visitor], kept: Store):
    before = len(list_forecasts(kept, LOCAL_OWNER, FUND))
    asked = long_outage(kept)
    visitor, clicks = visit(), Clicks()
    page = visitor.open(f"forecasts?portfolio={FUND.replace(' ', '%20')}")
    clicks.on(page.get_by_role("button", name="Keep today's forecasts"))
    visitor.settle(page)
    new = len(list_forecasts(kept, LOCAL_OWNER, FUND)) - before
    assert new > 0
    expect(page.get_by_text(f"{new} forecasts kept.")).to_be_visible()
    expect(page.get_by_role("heading", name="none settled yet")).to_be_visible()

    # It opens at what waits for an answer; what is over stands first.
    visitor.choose(page, "Question", re.compile(re.escape(words.question(asked))))
    clicks.count += 2
    visitor.settle(page)
    clicks.on(page.get_by_text("Yes, it happened"))
    told = page.get_by_role("textbox", name="Where it is told")
    clicks.on(told)
    told.fill("its status page")
    clicks.on(page.get_by_role("button", name="Keep the answer"))
    visitor.settle(page)
    expect(page.get_by_text(f"Kept: {words.question(asked)}: yes.")).to_be_visible()

    assert asked.probability is not None
    assert figure(page, "Settled") == "1"
    assert figure(page, "Came true") == "1"
    # One question that came true: the square of what was missing to certainty.
    assert figure(page, "Brier score") == words.figure((1 - asked.probability) ** 2)
    few = re.compile("too few to say how good they are")
    expect(page.get_by_role("heading", name=few)).to_be_visible()

    clicks.on(page.get_by_role("radio", name="Scores"))
    visitor.settle(page)
    expect(page.get_by_text(words.BRIER, exact=False)).to_be_visible()
    print(f"{clicks.count} clicks from what the model says to its score")
    assert clicks.count <= MOST_CLICKS
