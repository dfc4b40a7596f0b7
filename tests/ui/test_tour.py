"""The tour of the demo: what it says, where it leads, and that it stays away once hidden."""

from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.ui import sample
from tests.ui.conftest import Open, texts
from ui import cached
from ui.panels.tour import tour_steps
from ui.routes.tour import COOKIE, HIDDEN, ROUTES, SHOWN


@pytest.mark.usefixtures("answers")
def test_the_demo_opens_with_four_steps_and_the_way_to_ones_own_file(open_page: Open) -> None:
    app = open_page("portfolio.py")
    shown = texts(app)
    titles = [step.title for step in tour_steps(sample.ASSESSMENT)]
    assert len(titles) == 4
    for place, title in enumerate(titles, start=1):
        assert f"{place} · {title}" in shown
    assert "Use my own file" in [one.label for one in app.button]


@pytest.mark.usefixtures("answers")
def test_hidden_the_tour_is_gone_until_it_is_asked_for(open_page: Open) -> None:
    app = open_page("portfolio.py")
    next(one for one in app.button if one.label == "Hide the tour").click().run()
    assert "Four steps" not in texts(app)
    next(one for one in app.button if one.label == "Show the tour").click().run()
    assert "Four steps" in texts(app)


@pytest.mark.usefixtures("answers")
def test_a_portfolio_of_ones_own_has_no_tour(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tuple(replace(one, invented=False) for one in cached.portfolios())
    monkeypatch.setattr(cached, "portfolios", lambda: own)
    app = open_page("portfolio.py")
    assert "Four steps" not in texts(app)
    assert "Use my own file" not in [one.label for one in app.button]


def test_every_step_leads_to_what_it_speaks_of() -> None:
    worst, startup, stress, options = tour_steps(sample.ASSESSMENT)
    # The first startup carries $700k of the $900k of the worst years: 78 %.
    first = startup.parameters["startup"]
    assert worst.said == f"{first} alone drives 78 % of the worst years."
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
