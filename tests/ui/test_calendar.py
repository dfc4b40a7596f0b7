"""The page Calendar on the demo portfolio."""

from pathlib import Path

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from tests.ui.conftest import Downloads, Open, texts


def test_the_calendar_shows_figures_table_and_file(
    demo_store: None, open_page: Open, downloads: Downloads
) -> None:
    app = open_page("calendar.py", portfolio="demo")
    assert not app.exception
    shown = app.dataframe[0].value
    labels = [one.label for one in app.metric]
    assert labels == ["Within 30 days", "Within 60 days", "Within 90 days", "Late already"]
    # A model that ended already is listed and is no deadline ahead.
    assert app.metric[2].value == f"{(shown['In days'] >= 0).sum()} deadlines"
    late = shown[shown["Slack, days"] < 0]
    assert app.metric[3].value.startswith(str(len(late)))
    assert late["Startup"].iloc[0] in texts(app)
    file = downloads["demo-deadlines.ics"]()
    assert file.count(b"BEGIN:VEVENT") == len(shown)


def test_looking_a_month_ahead_shows_less_and_says_what_is_unknown(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("calendar.py", portfolio="demo", days="30")
    assert not app.exception
    assert (app.dataframe[0].value["In days"] <= 30).all()
    assert "name no model" in texts(app)
    assert [one.label for one in app.metric] == ["Within 30 days", "Late already"]


def test_a_move_that_has_begun_is_said_in_its_row_and_is_not_late(
    demo_store: None, open_page: Open, downloads: Downloads, tmp_path: Path
) -> None:
    # GPT-5 ends on 11 December 2026, 183 days after OpenAI said so; 18 days are left. Agents that
    # one engineer takes elsewhere need 49 days at the usual pace: 7 · 6 · 1.1, and 3 to evaluate.
    rows = "".join(f"{name},GPT-5,OpenAI,agents,2,{said}\n" for name, said in MOVES.items())
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    publish_import(
        store,
        LOCAL_OWNER,
        data=f"startup,model,provider,depth,engineers,switch_begun\n{rows}".encode(),
        file_name="moves.csv",
        portfolio="Moves",
    )
    store.close()
    app = open_page("calendar.py", portfolio="Moves")
    assert not app.exception
    shown = app.dataframe[0].value.set_index("Startup")
    assert (shown["Slack, days"] < 0).all()
    assert dict(shown["Move"]) == {"Ash": "begun", "Birch": "not begun", "Cole": ""}
    assert next(one.value for one in app.metric if one.label == "Late already") == "2 deadlines"
    file = downloads["Moves-deadlines.ics"]().decode().replace("\r\n ", "")
    assert file.count("Late by") == 2
    assert file.count("Begun.") == file.count("Not begun.") == 1


MOVES = {"Ash": "yes", "Birch": "no", "Cole": ""}
