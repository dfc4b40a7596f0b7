"""Slices on pages, in links and in reports, on the demo portfolio."""

from datetime import date
from typing import Any

import pytest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.scoring import score_portfolio
from db.services.share_contents import Wanted, frozen_content
from db.services.slices import sliced_store
from tests.ui.conftest import DEMO_DAY, Open, texts
from ui import links
from ui.reports.making import html_report, workbook_report
from ui.share_views import slices_of
from ui.words.view_words import nothing_in, slice_label, slices_in_words


def test_slices_in_words() -> None:
    assert slice_label("country", "DE") == "Country: DE"
    assert slice_label("country", "") == "Country: not stated"
    said = slices_in_words([("country", "DE"), ("country", "US"), ("sector", "legal")])
    assert said == "country DE or US, and sector legal"


def test_a_slice_without_startups_says_what_to_do() -> None:
    slices = [("fund", "Harbour Growth II")]
    now = nothing_in(slices, None)
    assert now == "No company has fund Harbour Growth II. Take a slice away in the sidebar."
    then = nothing_in(slices, date(2026, 11, 15))
    assert then.startswith("As of 15 November 2026 no company had fund Harbour Growth II.")
    assert "imported" in then
    assert "imported" not in nothing_in([("country", "DE")], date(2026, 11, 15))


def test_the_slices_of_a_link_are_those_of_its_page() -> None:
    view: dict[str, Any] = {"page": "", "parameters": {"slice": "country:DE~sector:legal"}}
    assert slices_of(view) == ("country=DE", "sector=legal")
    assert slices_of({"page": "", "parameters": {}}) == slices_of(None) == ()


def test_a_page_in_a_slice_counts_its_startups_alone(demo_store: None, open_page: Open) -> None:
    app = open_page(portfolio="demo", slice="country:GB~country:Atlantis")
    assert not app.exception
    store = sliced_store(open_store(), LOCAL_OWNER, "demo", ["country=GB"])
    counted = len(score_portfolio(store, LOCAL_OWNER, "demo", today=DEMO_DAY).startups)
    store.close()
    assert 0 < counted < 61
    said = texts(app)
    assert "Only companies with country GB" in said
    assert f"{counted} companies" in said
    # What is not there is named and left out.
    assert "Atlantis" in said


def test_reports_say_of_which_startups_they_are(demo_store: None) -> None:
    store = open_store()
    part = sliced_store(store, LOCAL_OWNER, "demo", ["country=GB"])
    wanted = Wanted(portfolio="demo", today=DEMO_DAY)
    page = html_report(part, LOCAL_OWNER, wanted).decode()
    assert "country GB" in page
    assert "country GB" not in html_report(store, LOCAL_OWNER, wanted).decode()
    assert workbook_report(part, LOCAL_OWNER, "demo", today=DEMO_DAY).startswith(b"PK")
    content = frozen_content(part, LOCAL_OWNER, wanted).content
    assert content["filters"] == ["country GB"]
    assert "data_batch" not in content
    store.close()


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session and an address of their own."""
    session: dict[str, Any] = {}
    address: dict[str, str] = {}
    monkeypatch.setattr(links.st, "session_state", session)
    monkeypatch.setattr(links.st, "query_params", address)
    return address


def test_slices_go_along_from_page_to_page_and_not_to_other_portfolios(
    remembered: dict[str, Any],
) -> None:
    links.keep_slices("Fund", ["country:DE"], applied=True)
    assert remembered["slice"] == "country:DE"
    del remembered["slice"]
    assert links.wanted_slices("Fund") == ["country:DE"]
    assert links.wanted_slices("Other") == []
    # A page that is of the whole keeps them for the next one.
    links.keep_slices("Fund", ["country:DE"], applied=False)
    assert links.chosen_slices() == ()
    assert "slice" not in remembered
    assert links.wanted_slices("Fund") == ["country:DE"]
