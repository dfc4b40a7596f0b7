"""The currency of a portfolio on its pages: chosen there, shown everywhere, its rate beside it."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Store, open_store
from db.services import setup
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.imports import publish_import
from db.services.portfolios import currency_of, load_portfolio, set_currency
from tests.ui.conftest import Open, texts
from ui import cached

DATA = (
    "startup,provider,Annual cost (EUR),ARR (€),as_of\n"
    "Acme,OpenAI,12000,1000000,2024-03-28\n"
    "Beta,Anthropic,6000,500000,2024-03-28\n"
).encode()


@pytest.fixture
def store(prepared_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of the test's own, without the demo, with a portfolio that was stated in euros."""
    copy = shutil.copy(prepared_file, tmp_path / "own.sqlite3")
    monkeypatch.setenv("DOWNSTREAM_DATABASE_URL", f"sqlite:///{copy}")
    initialise = setup.initialise
    monkeypatch.setattr(setup, "initialise", lambda store, *, demo: initialise(store))
    opened = open_store()
    initialise(opened)
    publish_import(opened, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    return opened


def figures(app: AppTest) -> str:
    return " ".join(one.value for one in app.metric)


def test_a_currency_is_chosen_on_the_page_and_every_page_shows_it(
    store: Store, open_page: Open
) -> None:
    app = open_page(section="files")
    assert not app.exception
    assert "$" in figures(app)
    (currency,) = (one for one in app.selectbox if one.label == "Show money in")
    assert currency.value == "USD"
    currency.set_value("EUR").run()
    assert not app.exception
    assert currency_of(store, LOCAL_OWNER, "Fund") == "EUR"
    assert "€" in figures(app)
    assert "$" not in figures(app)
    assert "in EUR, 1 EUR = " in texts(app)
    assert "ECB reference rate" in texts(app)
    app.switch_page("pages/startups.py").run()
    assert not app.exception
    assert "in EUR, 1 EUR = " in texts(app)


def test_who_may_only_read_sees_the_currency_and_cannot_change_it(
    store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_currency(store, LOCAL_OWNER, "Fund", "GBP")
    monkeypatch.setattr(cached, "actor", lambda: Actor("reader", ActorRole.VIEWER))
    app = open_page(section="files")
    (currency,) = (one for one in app.selectbox if one.label == "Show money in")
    assert (currency.value, currency.disabled) == ("GBP", True)


def test_a_fact_says_how_it_was_stated_and_by_which_rate_it_became_what_is_shown(
    store: Store, open_page: Open
) -> None:
    app = open_page("startup.py", startup="Acme", section="facts")
    assert not app.exception
    cells = " ".join(str(table.value.to_dict()) for table in (*app.table, *app.dataframe))
    assert "stated as EUR\\xa01,000,000; 1 EUR = 1.0811 USD on 2024-03-28" in cells
    assert "stated as EUR\\xa012,000 per year; 1 EUR = 1.0811 USD on 2024-03-28" in cells


def test_what_is_unclear_about_money_is_asked_on_the_page_and_answered_there(
    store: Store, open_page: Open
) -> None:
    data = b"startup,provider,Umsatz,Spend (kr)\nAcme,OpenAI,1000,12000\n"
    app = open_page("imports.py")
    app.file_uploader[0].upload("b.csv", data).run()
    if not app.radio:  # It is still being read.
        app.run()
    assert not app.exception
    asked = {one.label: one for one in (*app.radio, *app.selectbox)}
    period = next(one for label, one in asked.items() if "for a month or for a year" in label)
    crown = next(one for label, one in asked.items() if "stand for" in label)
    named = next(one for label, one in asked.items() if "name no currency" in label)
    assert [one.replace("\\", "") for one in crown.options] == [
        *("SEK: Swedish krona · *suggested*", "NOK: Norwegian krone"),
        *("DKK: Danish krone", "ISK: Icelandic króna"),
    ]
    assert len(named.options) > 10
    period.set_value("year")
    crown.set_value("NOK")
    named.set_value("CHF")
    next(one for one in app.button if one.label == "Read it this way").click().run()
    assert not app.exception
    next(one for one in app.button if one.label == "Publish").click().run()
    assert not app.exception
    (acme,) = (
        one for one in load_portfolio(store, LOCAL_OWNER, "Fund").startups if one.name == "Acme"
    )
    said = acme.use_cases[0].dependencies[0].spend_stated
    assert str(said).startswith("NOK 12000 per year")
    assert acme.stated["annual_revenue_usd"].startswith("CHF 1000;")
