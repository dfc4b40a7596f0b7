"""The tour of the demo: what it says, where it leads, and that it stays away once hidden."""

from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from tests.ui import sample
from tests.ui.conftest import Open
from ui import cached
from ui.panels.tour import tour_steps
from ui.routes.tour import COOKIE, HIDDEN, ROUTES, SHOWN


def links_of(app: AppTest) -> set[str]:
    return {one.proto.label.replace("\\", "") for one in app.get("page_link")}


@pytest.mark.usefixtures("answers")
def test_the_demo_opens_with_three_steps_and_the_way_to_ones_own_file(open_page: Open) -> None:
    app = open_page("portfolio.py")
    titles = [step.title for step in tour_steps(sample.ASSESSMENT)]
    steps = [f"{place} · {title}" for place, title in enumerate(titles, start=1)]
    assert len(steps) == 3
    assert {*steps, "Use my own file"} <= links_of(app)


@pytest.mark.usefixtures("answers")
def test_hidden_the_tour_is_gone_until_it_is_asked_for(open_page: Open) -> None:
    app = open_page("portfolio.py")
    next(one for one in app.button if one.label == "Hide").click().run()
    assert "Use my own file" not in links_of(app)
    next(one for one in app.button if one.label == "Show the tour").click().run()
    assert "Use my own file" in links_of(app)


@pytest.mark.usefixtures("answers")
def test_a_portfolio_of_ones_own_has_no_tour(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tuple(replace(one, invented=False) for one in cached.portfolios())
    monkeypatch.setattr(cached, "portfolios", lambda: own)
    app = open_page("portfolio.py")
    assert "Use my own file" not in links_of(app)
    assert "Show the tour" not in [one.label for one in app.button]


def test_every_step_leads_to_what_it_speaks_of() -> None:
    startup, stress, options = tour_steps(sample.ASSESSMENT)
    # It carries $700k of the $900k of the worst years.
    first = startup.parameters["startup"]
    assert first == "Acme Notes"
    assert startup.page == "startup.py"
    assert options.page == "alternatives.py"
    assert options.parameters == startup.parameters == {"portfolio": "demo", "startup": first}
    assert stress.parameters["root"] == "OpenAI"
    assert stress.parameters["kind"] == "wind_down"


def test_a_portfolio_without_a_loss_has_no_steps() -> None:
    assert tour_steps(replace(sample.ASSESSMENT, tvar95_usd=0.0)) == ()


@pytest.mark.parametrize("state", [HIDDEN, SHOWN])
def test_the_browser_remembers_what_was_clicked(state: str) -> None:
    client = TestClient(Starlette(routes=ROUTES))
    answer = client.get(f"/tour/{state}.svg")
    assert answer.status_code == 200
    assert answer.cookies[COOKIE] == state
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_nothing_else_is_remembered() -> None:
    answer = TestClient(Starlette(routes=ROUTES)).get("/tour/anything.svg")
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
