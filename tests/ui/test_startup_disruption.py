"""A disruption on the Startup page: choosing it, its day, and the money by then."""

import pytest

from tests.ui import sample
from tests.ui.conftest import Open, texts
from ui.charts.course import lost_by, of_dependencies, states_alt
from ui.panels.startup_disruption import disruptions_of

PAGE = {"startup": "Acme Notes"}


def test_the_worst_disruption_comes_first_and_every_one_that_costs_something_is_offered() -> None:
    acme = next(one for one in sample.ASSESSMENT.startups if one.startup == "Acme Notes")
    offered = disruptions_of(acme)
    assert acme.worst is not None
    assert next(iter(offered.values())) == (acme.worst.root, acme.worst.kind)
    assert set(offered.values()) >= {(part.root, part.kind) for part in acme.kinds}


def test_the_money_grows_between_the_days_that_are_known() -> None:
    # 1,000 at once, 9,000 by day 4: 5,000 by day 2; in the end 10,000.
    assert lost_by(sample.COURSE, -1) == 0
    assert lost_by(sample.COURSE, 2) == pytest.approx(5_000)
    assert lost_by(sample.COURSE, 400) == 10_000


def test_the_page_shows_state_and_money_at_the_day_of_the_address(
    answers: None, open_page: Open
) -> None:
    app = open_page("startup.py", **PAGE, falter_day="2")
    assert not app.exception
    shown = {one.label: one.value for one in app.metric}
    assert shown["State"] == "Down"
    assert shown["Lost by then"] == "$5.0k"
    assert shown["Chance of being hit"] == "20 %"


def test_a_day_of_another_falter_is_forgotten(answers: None, open_page: Open) -> None:
    app = open_page("startup.py", **PAGE, falter_day="200")
    assert not app.exception
    assert "falter_day" not in app.query_params
    assert "it runs from" not in texts(app)
    assert {one.label: one.value for one in app.metric}["State"] == "Switched"


def test_the_course_in_words_names_every_state() -> None:
    said = states_alt(of_dependencies(sample.COURSE))
    assert said == ("support answers · OpenAI API: noticed, still served, down, waiting, switched.")
