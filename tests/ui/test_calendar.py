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
    assert labels == ["Cannot be met", "Within 30 days", "Within 60 days", "Within 90 days"]
    # A model that ended already is listed and is no deadline ahead.
    assert app.metric[3].value == f"{(shown['In days'] >= 0).sum()} deadlines"
    late = shown[shown["Slack, days"] < 0]
    assert app.metric[0].value.startswith(str(len(late)))
    assert late["Company"].iloc[0] in app.title[0].value
    file = downloads["demo-deadlines.ics"]()
    assert file.count(b"BEGIN:VEVENT") == len(shown)


def test_looking_a_month_ahead_shows_less_and_says_what_is_unknown(
    demo_store: None, open_page: Open
) -> None:
    app = open_page("calendar.py", portfolio="demo", days="30")
    assert not app.exception
    assert (app.dataframe[0].value["In days"] <= 30).all()
    app.session_state["unknown"] = True
    assert "name no model" in texts(app.run())
    assert [one.label for one in app.metric] == ["Cannot be met", "Within 30 days"]


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
    shown = app.dataframe[0].value.set_index("Company")
    assert (shown["Slack, days"] < 0).all()
    assert dict(shown["Move"]) == {"Ash": "begun", "Birch": "not begun", "Cole": ""}
    assert next(one.value for one in app.metric if one.label == "Cannot be met") == "2 deadlines"
    file = downloads["Moves-deadlines.ics"]().decode().replace("\r\n ", "")
    assert file.count("Late by") == 2
    assert file.count("Begun.") == file.count("Not begun.") == 1


MOVES = {"Ash": "yes", "Birch": "no", "Cole": ""}


def test_backups_are_told_by_what_proves_them_and_drills_are_imported_below(
    part_store: None, open_page: Open
) -> None:
    app = open_page("calendar.py", portfolio="demo", section="backups")
    assert not app.exception
    before = {one.label: one.value for one in app.metric}
    table = app.dataframe[0].value
    never = table[table["Tried"] == "Never tried"].iloc[0]
    assert before["Never tried"] == f"{(table['Tried'] == 'Never tried').sum()} backups"
    # What a drill helps most stands first.
    assert table["A passed drill removes"].is_monotonic_decreasing

    header = "startup,use_case,provider,kind,held_on,passed,total\n"
    line = f'"{never["Company"]}","{never["Use case"]}","{never["Provider"]}"'
    data = f"{header}{line},fallback,2026-11-20,50,50\nNobody,,,exit,2026-11-20,1,2\n".encode()
    app.file_uploader[0].upload("drills.csv", data).run()
    assert "nobody is named who held the drill" in str(
        app.dataframe[1].value["What to write instead"]
    )
    app.text_input(key="drills_by").input("Ann").run()
    assert "2 lines: 1 new, 1 without a place." in texts(app)
    next(one for one in app.button if one.label == "Import these drills").click().run()
    assert not app.exception
    assert "1 drill imported" in texts(app)
    after = {one.label: one.value for one in app.metric}
    assert int(after["Still proven"].split()[0]) == int(before["Still proven"].split()[0]) + 1
