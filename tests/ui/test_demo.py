"""The pages on a real store that holds the demo portfolio."""

import pytest

from tests.ui.conftest import Open, texts

pytestmark = pytest.mark.usefixtures("demo_store")


def test_the_first_minute_shows_the_demo_alive(open_page: Open) -> None:
    app = open_page("portfolio.py")
    assert not app.exception
    assert len(app.metric) == 3
    assert "INVENTED DATA" in texts(app)
    assert [one.label for one in app.button if str(one.key).startswith("week_open")]
    app = open_page("startups.py")
    assert len(app.dataframe[0].value) == 61
    opened = app.dataframe[0].value["Company"].iloc[0]
    startup = open_page("startup.py", startup=opened)
    assert not startup.exception
    assert startup.title[0].value == opened
    assert not open_page("startups.py", view="facts").exception
