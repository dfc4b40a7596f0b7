"""The page Assumptions on a real store with three small startups."""

import time
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import db.services.validation  # noqa: F401 - it takes scoring's functions when it is imported
from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.assumptions import load_assumptions, set_assumption
from db.services.portfolios import save_portfolio
from risk.assumptions import DEFAULTS, assumption_rows
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.rate_laws import rate_laws
from tests.small_world import rate
from tests.ui.charts.test_assumptions import FOUND
from tests.ui.conftest import Downloads, Open, texts
from tests.ui.sample import PORTFOLIO, TODAY
from ui import cached
from ui.panels.history_record import FITTED
from ui.tables.rate import lengths_in_words
from ui.words.method_text import LEFT_OUT, sentences

SENSITIVITY = cached.scoring.sensitivity


@pytest.fixture
def small_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that holds the three startups of tests/ui/sample.py as its only portfolio."""
    save_portfolio(store, LOCAL_OWNER, PORTFOLIO)
    monkeypatch.setattr(cached, "store", lambda: store)
    monkeypatch.setattr(cached, "today", lambda: TODAY)
    monkeypatch.setattr(cached.scoring, "sensitivity", lambda *args, **options: FOUND)


@pytest.fixture
def valued(small_store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same store, of which it is worked out what drives the result."""
    monkeypatch.setattr(cached.scoring, "sensitivity", SENSITIVITY)


def submit(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def numbers_shown(app: AppTest) -> Any:
    """The table of numbers."""
    return app.dataframe[0].value


def stands(name: str) -> float:
    return float(getattr(load_assumptions(cached.store(), LOCAL_OWNER, "demo"), name))


def test_every_number_is_listed_with_its_unit_range_and_source(
    small_store: None, open_page: Open
) -> None:
    app = open_page("assumptions.py")
    assert not app.exception
    shown = numbers_shown(app).set_index("Name")
    assert list(shown.index) == [row.name for row in assumption_rows(DEFAULTS)]
    churn = shown.loc["churn_maximum"]
    assert (churn["Value"], churn["Unit"], churn["Plausible"], churn["Bounds"]) == (
        "0.5",
        "share",
        "0.25 to 0.8",
        "0 to 1",
    )
    assert churn["Source"] == "Judgement"


def new_value(app: AppTest) -> Any:
    return next(one for one in app.number_input if one.label.startswith("New value"))


def why(app: AppTest) -> Any:
    return next(one for one in app.text_input if one.label == "Why")


def test_a_number_is_changed_with_a_reason_and_put_back(small_store: None, open_page: Open) -> None:
    app = open_page("assumptions.py", number="legal_days")
    new_value(app).set_value(30.0)
    why(app).set_value("our lawyers are slow")
    app = submit(app, "Change")
    assert not app.exception
    assert stands("legal_days") == 30
    assert "Legal days is now 30." in texts(app)
    shown = numbers_shown(app).set_index("Name").loc["legal_days"]
    assert (shown["Value"], shown["Default"]) == ("30", "14")
    assert (shown["By"], shown["Why"]) == (LOCAL_OWNER.name, "our lawyers are slow")
    why(app).set_value("they are not")
    app = submit(app, "Reset")
    assert stands("legal_days") == 14
    changes = app.dataframe[1].value
    assert list(changes["Value"]) == ["default", "30"]


@pytest.mark.parametrize(
    ("value", "reason", "said"),
    [
        (7.0, "own data", "churn_maximum must lie between 0 and 1 (share), not 7."),
        (0.4, " ", "Say why the number changes"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    small_store: None, open_page: Open, value: float, reason: str, said: str
) -> None:
    app = open_page("assumptions.py", number="churn_maximum")
    new_value(app).set_value(value)
    why(app).set_value(reason)
    app = submit(app, "Change")
    assert not app.exception
    assert said in texts(app)
    assert stands("churn_maximum") == 0.5


def swings(app: AppTest) -> list[str]:
    """The drivers in the table, which is opened; a thread of its own works them out."""
    for _ in range(600):
        if app.get("plotly_chart"):
            break
        time.sleep(0.2)
        app.run()
    app.session_state["swings_open"] = True
    return list(app.run().dataframe[0].value["Driver"])


def test_what_drives_the_result_is_drawn_at_once_and_what_is_moved_can_be_chosen(
    valued: None, open_page: Open
) -> None:
    app = open_page("assumptions.py", section="drivers")
    assert not app.exception
    together = swings(app)
    assert {one.key for one in app.get("plotly_chart")} == {"tornado"}
    assert "moves it most" in "".join(one.value for one in app.subheader)
    assert {"Criticality", "Rates of outages and slowdowns", "Unknown revenues"} <= set(together)
    app = open_page("assumptions.py", drivers="all")
    alone = swings(app)
    assert "Criticality 5" in alone
    assert "Criticality" not in alone
    unread = next(one.label for one in app.expander if "no loss rests on" in one.label)
    assert len(alone) + int(unread.split("(")[1][:-1]) == len(assumption_rows(DEFAULTS))
    assert "Wind-down of OpenAI, closure" in swings(open_page("assumptions.py", drivers="rates"))


def test_the_tornado_is_calculated_once_for_a_state_of_the_store(
    small_store: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counting(*args: object, **options: object) -> object:
        asked.append("once")
        return FOUND

    monkeypatch.setattr(cached.scoring, "sensitivity", counting)
    app = open_page("assumptions.py", section="drivers")
    app.run()
    assert asked == ["once"]
    set_assumption(cached.store(), LOCAL_OWNER, "demo", "legal_days", 30, "slow")
    app.run()
    assert asked == ["once", "once"]


def test_the_filter_shows_what_was_changed(small_store: None, open_page: Open) -> None:
    set_assumption(cached.store(), LOCAL_OWNER, "demo", "legal_days", 30, "slow")
    app = open_page("assumptions.py", show="changed")
    assert list(numbers_shown(app)["Name"]) == ["legal_days"]
    app = open_page("assumptions.py", search="no such words")
    assert "No number matches." in texts(app)


def test_odd_parameters_are_named_and_left_out(small_store: None, open_page: Open) -> None:
    odd = {"number": "luck", "drivers": "some", "measure": "mood", "show": "fun"}
    app = open_page("assumptions.py", section="numbers", **odd)
    assert not app.exception
    assert all(said in texts(app) for said in ("luck", "fun"))
    app = open_page("assumptions.py", **odd)
    assert not app.exception
    assert all(said in texts(app) for said in ("some", "mood"))


def test_what_is_left_out_is_read_from_the_method() -> None:
    said = sentences(LEFT_OUT)
    assert said
    assert all(one.endswith(".") and "#" not in one for one in said)


def test_the_parts_of_the_page_are_chosen_in_the_address(
    small_store: None, open_page: Open
) -> None:
    app = open_page("assumptions.py", section="rates")
    assert not app.exception
    assert {one.key for one in app.get("plotly_chart")} == {"rates"}
    shown = app.dataframe[0].value
    own = shown[(shown["Whose"] == "OpenAI") & (shown["Disruption"] == "Outage, major")].iloc[0]
    # 35 events in a year, Gamma(35.5) with mean 35: 28 to 43 with 80 % probability.
    assert (own["A year"], own["80 % range"]) == (35.0, "28 to 43")
    assert own["Based on"].endswith("35 events in 1 year.")
    # (6 + 10)/(299 + 10·422/11) of OpenAI's incidents exceed a day.
    assert own["Lasts"].startswith("Half within 1 hour, 9 in 10 within 6 hours, 2.3 %")
    assert "generalised Pareto law that all providers share" in texts(app)
    assert 0 < own["Market's weight"] < 100
    odd = open_page("assumptions.py", section="moon")
    assert "the part of the page “moon”" in texts(odd)


def test_lengths_above_a_day_are_told_in_words_where_a_rate_states_them() -> None:
    tail = {"long_share": 0.05, "tail_shape": 0.5, "tail_scale_days": 1.0}
    row = rate("*service", FailureKind.OUTAGE, 10, days=(-3.0, 1.0))
    laws = rate_laws([replace(row, **tail)], rates=(), evidence={})
    # Half of those above a day exceed it by 1·(2^0.5 - 1)/0.5 = 0.83 days.
    said = lengths_in_words(laws)
    assert said.endswith("(shape 0.5, scale 1 days): half of those last beyond 1.8 days.")
    assert "5 % of them" in said
    assert lengths_in_words(rate_laws([row], rates=(), evidence={})) == ""


def test_rates_are_filtered_by_falter(small_store: None, open_page: Open) -> None:
    app = open_page("assumptions.py", section="rates", kind="wind_down")
    assert set(app.dataframe[0].value["Disruption"]) == {"Wind-down, closure"}


def test_the_churn_curve_follows_the_portfolios_numbers(small_store: None, open_page: Open) -> None:
    shown = texts(open_page("assumptions.py", section="churn"))
    # ½(1 - e^(-0.1^1.5)) = 0.0156; ten days ½(1 - 1/e) = 0.316, in the table
    assert "1.6 % after 24 hours" in shown
    set_assumption(cached.store(), LOCAL_OWNER, "demo", "churn_maximum", 0.25, "own data")
    app = open_page("assumptions.py", section="churn")
    assert "0.8 % after 24 hours" in texts(app)
    at_ten = app.dataframe[0].value.set_index("Days").loc["10"]
    assert at_ten["Customers gone"] == "15.8 %"


def test_numbers_that_cannot_be_changed_stand_with_their_source(
    small_store: None, open_page: Open
) -> None:
    app = open_page("assumptions.py", section="fixed")
    assert "| Signals: horizon | 90 days |" in texts(app)
    heard = app.dataframe[0].value.set_index("Kind")
    assert heard.loc["chief_executive_dismissed", "Odds"] == "× 8"
    assert heard.loc["new_funding_secured", "Odds"] == "÷ 4"
    assert all(source.startswith("Judgement") for source in heard["Source"])


def test_the_kinds_of_signals_show_the_portfolios_ratios(
    small_store: None, open_page: Open
) -> None:
    name = "signal_chief_executive_dismissed_ratio"
    set_assumption(cached.store(), LOCAL_OWNER, "demo", name, 4, "seen more often since")
    app = open_page("assumptions.py", section="fixed")
    heard = app.dataframe[0].value.set_index("Kind")
    assert heard.loc["chief_executive_dismissed", "Odds"] == "× 4"


def test_the_record_of_prices_and_ends_stands_beside_what_was_judged_before(
    small_store: None, open_page: Open
) -> None:
    app = open_page("assumptions.py", section="prices")
    assert not app.exception
    shown = texts(app)
    assert FITTED in shown
    # Five misses of what was asked of the fits and three that held, each in words.
    assert shown.count(":red-badge[MISS]") == 5
    assert shown.count(":green-badge[HELD]") == 3
    tables = [one.value.set_index(one.value.columns[0]) for one in app.dataframe]
    # 13 rises on four days of a host in 272 model-years, where 0.15 a year was judged.
    other = tables[0].loc["Other host, first tier"]
    assert (other["Events"], other["Model-years"], other["Judged before"]) == (
        "13 on 4",
        "272",
        "0.15",
    )
    assert (other["A year"], other["10–90 %"]) == ("0.044", "0.008 to 0.094")
    # Of three checks, cell by cell: none, one and five counts outside of their interval.
    checks = [one["Held"] for one in tables if "Held" in one]
    assert [list(one).count("MISS") for one in checks] == [0, 1, 5]


def test_the_validation_of_the_model_is_offered_as_a_page_and_a_workbook(
    small_store: None, open_page: Open, downloads: Downloads
):
    assert not open_page("assumptions.py", section="limits").exception
    assert {"demo-validation.html", "demo-validation.xlsx"} <= set(downloads)
    html = downloads["demo-validation.html"]().decode()
    assert "Challengers</h2>" in html
    # Three startups are few enough that none is left out.
    assert "3 of 3" in html
