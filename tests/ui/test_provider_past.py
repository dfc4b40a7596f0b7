"""What the Provider page shows of the past: with and without history, signals by day, a feed."""

import pytest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.incidents import import_incidents, load_incidents
from db.services.signals import list_signals
from tests.hazard.incidents import feed_samples
from tests.hazard.incidents.tables import SIX, SIX_DAYS
from tests.ui.conftest import Open, texts


@pytest.fixture
def with_history(demo_store: None) -> None:
    store = open_store()
    for data in (SIX, SIX_DAYS):
        import_incidents(store, LOCAL_OWNER, data=data, file_name="x.csv")
    store.close()


def test_without_history_the_page_says_what_to_do_and_shows_what_is_published(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="demo", provider="OpenAI", section="past")
    assert not app.exception
    shown = texts(app)
    assert "No incident history of OpenAI was imported." in shown
    assert "ICPE 2025" in shown
    published = next(one.value for one in app.dataframe if "Repair, mean hours" in one.value)
    assert published["Repair, mean hours"].tolist() == ["2.56", "3.64", "3.03", "2.95"]
    documented = next(one.value for one in app.dataframe if "Doubt" in one.value)
    assert "All models and ChatGPT down" in documented["What"].tolist()
    models = open_page("provider.py", portfolio="demo", provider="OpenAI", section="models")
    assert "Use cases of this portfolio that lose their model" in texts(models)


def test_imported_history_gives_repair_gaps_and_availability(
    with_history: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="demo", provider="OpenAI", section="past")
    assert not app.exception
    figures = {one.label.replace("\\", ""): one.value for one in app.metric}
    # 1 h, 2 h and 30 h; starts on days 1, 3, 9 and 11; planned work in neither.
    assert figures["Incidents"] == "4"
    assert figures["Mean repair (MTTR)"] == "11 h"
    assert figures["Mean gap (MTBF)"] == "3.33 days"
    shown = texts(app)
    assert "1 of unknown length are in no repair time" in shown
    assert "1 planned are in no figure" in shown
    assert "of 3 only: too few for an interval" in shown
    # Api was out on 1 and 3 March, chat on 3 March.
    assert "api and chat: 1 day together" in shown
    assert "with api out, chat on 50 %" in shown


def test_a_day_of_the_past_shows_the_documented_signals_of_that_day(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="demo", provider="OpenAI", heard="2023-11-17")
    assert not app.exception
    signals = next(one.value for one in app.dataframe if "Half-life" in one.value)
    assert "The board dismisses the chief executive" in signals["What was heard"].tolist()
    # What came later is not known yet.
    assert (
        "Nine tenths of the staff or more threaten to leave"
        not in signals["What was heard"].tolist()
    )
    assert "If nothing more is heard, the chance falls back" in texts(app)


def test_a_feed_is_uploaded_and_told_in_words(demo_store: None, open_page: Open) -> None:
    app = open_page("provider.py", portfolio="demo", provider="OpenAI", section="past")
    app.file_uploader[0].upload("incidents.json", feed_samples.SEVEN).run()
    assert not app.exception
    shown = texts(app)
    assert "Read 7 records from Statuspage's JSON, version 2: 4 new" in shown
    assert "1 of 4 incidents is of unknown severity" in shown
    assert "1 of 4 incidents is planned maintenance" in shown
    assert "Incidents by month" in shown
    store = open_store()
    assert len(load_incidents(store, LOCAL_OWNER, provider="OpenAI")) == 4
    store.close()


def test_an_address_that_may_not_be_called_is_refused_on_the_page(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="demo", provider="OpenAI", section="past")
    field = next(one for one in app.text_input if one.label.startswith("Or the address"))
    field.set_value("http://127.0.0.1/feed")
    next(one for one in app.button if one.label == "Fetch and import").click().run()
    assert not app.exception
    assert "not on the public internet" in texts(app)


def test_a_signal_is_noted_on_the_page_and_moves_the_chance(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="demo", provider="OpenAI", section="news")
    assert "Nothing was heard that counts" in texts(app)
    field = {one.label: one for one in (*app.text_input, *app.selectbox)}
    field["Where it was heard"].set_value("Gazette, 2026-11-23")
    field["What sort of news"].set_value("chief_executive_dismissed")
    next(one for one in app.button if one.label == "Note the signal").click().run()
    assert not app.exception
    shown = texts(app)
    assert "Noted as signal 1" in shown
    assert "If nothing more is heard, the chance falls back" in shown
    store = open_store()
    (heard,) = list_signals(store, LOCAL_OWNER, "OpenAI")
    assert heard.signal.source == "Gazette, 2026-11-23"
    store.close()


def test_a_signal_without_a_source_is_refused_with_what_to_do(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("provider.py", portfolio="demo", provider="OpenAI", section="news")
    next(one for one in app.button if one.label == "Note the signal").click().run()
    assert not app.exception
    assert "Say where the signal was heard" in texts(app)
