"""The pages Providers and Provider on the small supply chain."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.frequency import GammaLaw, sum_of_laws
from risk.hazard.neighbours import catalogue_chain
from risk.loss.valuation import valuation_of
from risk.portfolio.providers import dependents_of, users_of
from tests.small_world import TODAY, rate
from tests.ui import sample
from tests.ui.conftest import Open, nobody_depends, texts
from tests.ui.small_pages import BOOK, CATALOG
from ui import cached
from ui.tables import model as model_table
from ui.words import rate_words

#: Margins are as 6 : 3 : 1.
HELD = replace(
    BOOK,
    startups=tuple(
        replace(one, annual_revenue_usd=usd)
        for one, usd in zip(BOOK.startups, (6e6, 3e6, 1e6), strict=True)
    ),
)


@pytest.fixture(autouse=True)
def small(answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    held = valuation_of(HELD, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY)
    found = dependents_of(held)
    monkeypatch.setattr(sample, "register", lambda name: BOOK)
    monkeypatch.setattr(cached, "catalog", lambda: CATALOG)
    monkeypatch.setattr(cached, "dependents", lambda name: found)
    monkeypatch.setattr(cached, "users", lambda name: users_of(held))
    monkeypatch.setattr(cached, "supply_chain", lambda: catalogue_chain(CATALOG, DEFAULTS))
    monkeypatch.setattr(cached, "today", lambda: TODAY)


def metrics(app: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_the_list_counts_who_stands_on_each_provider(open_page: Open) -> None:
    app = open_page("providers.py")
    assert not app.exception
    rows = app.dataframe[0].value.set_index("Provider")
    assert list(rows.index) == ["Alpha", "Cloud", "Beta", "Nimbus"]
    counts = rows[["Directly", "Through others", "Share of margin"]]
    assert list(counts.loc["Alpha"]) == [2, 0, 90]
    assert list(counts.loc["Nimbus"]) == [0, 1, 10]


def test_rates_are_written_in_words(open_page: Open) -> None:
    rows = open_page("providers.py").dataframe[0].value.set_index("Provider")
    # 7 critical and 35 major outages; 1 / 0.01 years
    assert repr(rows.loc["Alpha", "Outages"]).strip("'").startswith("42 a year (")
    assert repr(rows.loc["Alpha", "Its end"]).strip("'").startswith("1 in 100 years (1 in ")
    assert rows.loc["Cloud", "Its end"] == "Not modelled"


def test_the_heaviest_provider_that_nobody_named_is_a_headline(open_page: Open) -> None:
    app = open_page("providers.py")
    assert app.title[0].value.startswith("2 of 3 companies depend directly on Alpha")
    assert metrics(app)["Only behind others"] == "1"
    assert "the heaviest is Nimbus, behind 10 % of the margin" in texts(app)


def test_roles_and_search_in_the_address_are_applied(open_page: Open) -> None:
    app = open_page("providers.py", role="cloud", search="nim")
    assert list(app.dataframe[0].value["Provider"]) == ["Nimbus"]


def test_a_role_that_does_not_exist_is_named_and_left_out(open_page: Open) -> None:
    app = open_page("providers.py", role="wizard")
    assert "wizard" in texts(app)
    assert len(app.dataframe[0].value) == 4


def test_a_search_without_result_says_what_to_do(open_page: Open) -> None:
    app = open_page("providers.py", search="no such provider")
    assert not app.dataframe
    assert "Remove a role or change the search." in texts(app)


def test_a_provider_page_shows_everything_that_is_known(open_page: Open) -> None:
    app = open_page("provider.py", provider="Alpha")
    assert not app.exception
    assert app.title[0].value == "2 of your 3 companies depend on Alpha, all of them directly"
    assert metrics(app) == {
        "Margin that depends on it": "90 %",
        "Outages": "42 a year",
        "Its end": "1 in 100 years",
    }
    assert list(app.dataframe[0].value["Company"]) == ["Ash", "Birch $ [x]"]
    assert not app.get("plotly_chart")


def test_a_section_of_a_provider_shows_its_part_alone(open_page: Open) -> None:
    shown: dict[str, tuple[str | None, str]] = {
        "how": ("rates", "Outage"),
        "past": (None, "Incidents and availability"),
        "models": (None, "2 last days ahead"),
        "chain": ("supply", "Alpha depends on"),
    }
    for section, (chart, heading) in shown.items():
        app = open_page("provider.py", provider="Alpha", section=section)
        assert not app.exception
        assert [one.key for one in app.get("plotly_chart")] == ([chart] if chart else [])
        assert any(one.value.startswith(heading) for one in app.subheader), section


def test_a_sum_of_rates_has_their_means_and_variances() -> None:
    # Shapes 4 and 9 over a year each: mean 4 + 9, variance 4 + 9, so shape 13² / 13 over 1 year.
    law = sum_of_laws([GammaLaw(4.0, 1.0), GammaLaw(9.0, 1.0)])
    assert law == GammaLaw(13.0, 1.0)
    assert sum_of_laws([]) is None


def test_the_range_of_what_is_rare_is_said_in_years() -> None:
    assert rate_words.range_in_words(28.4, 43.0) == "28 to 43 a year"
    # 1 / 0.035 = 28.6 and 1 / 0.00022 = 4,545 years
    assert rate_words.range_in_words(0.00022, 0.035) == "1 in 29 to 1 in 4,500 years"
    assert rate_words.range_in_words(0.0, 0.01) == "1 in 100 years or rarer"


def test_without_a_choice_the_busiest_provider_is_shown(open_page: Open) -> None:
    assert "on Alpha" in open_page("provider.py").title[0].value


def test_a_provider_that_does_not_exist_is_named(open_page: Open) -> None:
    app = open_page("provider.py", provider="<b>Nobody</b>")
    assert not app.exception
    assert "<b>Nobody</b>" in texts(app)


def test_a_provider_on_whom_nobody_stands_says_so(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "dependents", lambda name: nobody_depends())
    app = open_page("provider.py", provider="Cloud")
    assert not app.exception
    assert "neither directly nor through someone else" in texts(app)
    assert metrics(app)["Margin that depends on it"] == "0 %"


def test_a_retirement_hits_only_those_whose_host_it_holds_for() -> None:
    users = users_of(valuation_of(BOOK, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY))
    rows = model_table.retirement_rows(CATALOG, "Alpha", users, today=TODAY)
    # Cloud has a date of its own, so the developer's date does not hold there.
    assert [[one["where"], one["startups"]] for one in rows] == [
        ["Everywhere else", "Ash"],
        ["At Cloud", "Birch $ [x]"],
    ]


def test_a_model_shows_the_last_day_and_price_of_the_provider_looked_at() -> None:
    model = CATALOG.models["alpha-1"]
    at_cloud = model_table.retirement_at(CATALOG, model, "Cloud")
    at_home = model_table.retirement_at(CATALOG, model, "Alpha")
    assert at_cloud is not None
    assert at_home is not None
    assert (f"{at_cloud.shutdown}", f"{at_home.shutdown}") == ("2027-06-30", "2027-01-31")


def test_a_duration_is_said_as_median_and_ninety_per_cent_point() -> None:
    # e^-3 d = 1.19 h; e^(-3 + 1.2816) d = 4.3 h
    row = rate("Alpha", FailureKind.OUTAGE, 1, days=(-3.0, 1.0))
    assert rate_words.lasts_in_words(row) == "Half within 1 hour, 9 in 10 within 4 hours"
    assert rate_words.lasts_in_words(rate("Alpha", FailureKind.WIND_DOWN, 1)) == "For good"


def test_each_falter_stands_with_its_range_and_what_it_rests_on(open_page: Open) -> None:
    app = open_page("provider.py", provider="Alpha", section="how")
    disruptions = next(one.value for one in app.dataframe if "Based on" in one.value)
    outage = disruptions.set_index("Disruption").loc["Outage, major"]
    assert outage["How often"] == "About 35 a year"
    # No evidence is recorded: a 95 % point of three medians.
    assert outage["Based on"].endswith("95 % point 3 × median.")
    said = outage["80 % range"].removesuffix(" a year")
    low, high = (float(one) for one in said.split(" to "))
    assert low < 35 < high
