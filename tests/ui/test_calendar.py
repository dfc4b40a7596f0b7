"""The page Calendar on the demo portfolio."""

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
