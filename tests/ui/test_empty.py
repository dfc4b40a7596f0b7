"""Pages on a portfolio without startups: each names the next step, none fails."""

from dataclasses import replace
from datetime import datetime

import pytest

from risk.assumptions import DEFAULTS
from risk.hazard.neighbours import catalogue_chain
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.providers import users_of
from risk.scenarios.results import Scenario, StressResult
from risk.scenarios.stress import stress
from tests.scenarios.small import central
from tests.small_world import TODAY, portfolio
from tests.ui import sample
from tests.ui.conftest import Open, Summary, texts
from tests.ui.small_pages import CATALOG, WIND_DOWN
from ui import cached

NEED_COMPANIES = (
    *("stress.py", "replay.py", "incident.py", "alternatives.py", "plan.py", "watch.py"),
    "reports.py",
)
EMPTY = replace(portfolio(), name="demo")
SUMMARY = Summary("demo", 0, datetime(2026, 11, 20), True, 1)


@pytest.fixture(autouse=True)
def empty(answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = assess_portfolio(EMPTY, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY)

    def stressed(name: str, scenario: Scenario) -> StressResult:
        return stress(central(EMPTY, CATALOG), scenario)

    monkeypatch.setattr(sample, "register", lambda name: EMPTY)
    monkeypatch.setattr(cached, "portfolios", lambda: (SUMMARY,))
    monkeypatch.setattr(cached, "catalog", lambda: CATALOG)
    monkeypatch.setattr(cached, "assessment", lambda name: assessment)
    monkeypatch.setattr(cached, "users", lambda name: users_of(central(EMPTY, CATALOG)))
    monkeypatch.setattr(cached, "supply_chain", lambda: catalogue_chain(CATALOG, DEFAULTS))
    monkeypatch.setattr(cached, "scenarios", lambda: {WIND_DOWN.id: WIND_DOWN})
    monkeypatch.setattr(cached, "stress_result", stressed)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("providers.py", "No margin of this portfolio is known to depend on a provider."),
        ("provider.py", "neither directly nor through someone else"),
        *((page, "This portfolio has no companies yet.") for page in NEED_COMPANIES),
    ],
)
def test_an_empty_portfolio_is_told_what_to_do_next(open_page: Open, page: str, said: str) -> None:
    app = open_page(page)
    assert not app.exception
    assert said in texts(app)
