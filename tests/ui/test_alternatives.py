"""The page Alternatives on hand-made options."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Open, texts
from tests.ui.sample import ASSESSMENT, PORTFOLIO
from tests.ui.small_pages import OPTIONS, STAY
from ui import cached
from ui.words import option_words


def options_of(name: str, startup: str, use_case: str | None = None) -> tuple[object, ...]:
    from dataclasses import replace

    if startup != "Acme Notes":
        return ()
    return tuple(
        replace(one, use_case="Visit summaries", dependency_key="acme-1") for one in OPTIONS
    )


@pytest.fixture(autouse=True)
def options(answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "alternatives_of", options_of)


def metrics(app: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_the_startup_with_the_largest_loss_opens_with_its_recommendation(open_page: Open) -> None:
    app = open_page("alternatives.py")
    assert not app.exception
    assert ASSESSMENT.startups[0].startup == "Acme Notes"
    shown = texts(app)
    assert "Recommended: beta-1 on Beta API" in shown
    assert "What would flip it: Stay as today wins if disruptions are below 0.1 times" in shown
    assert "Runner-up: Stay as today." in shown
    assert metrics(app) == {
        "Removes a year": "–",
        "Loss that remains": "$9.0k",
        "Cost once": "$12k",
        "Running cost a year": "$20k",
        "Effort": "3 weeks",
    }
    assert {one.key for one in app.get("plotly_chart")} == {"coverage", "pareto"}


def test_every_option_is_listed_best_first_and_excluded_ones_last(open_page: Open) -> None:
    table = open_page("alternatives.py").dataframe[0].value
    assert table[["Option", "Verdict"]].to_numpy().tolist() == [
        ["beta-1 on Beta API", "Recommended"],
        ["Stay as today", "Runner-up"],
        ["beta-open", "Price unknown"],
        ["alpha-1 on Alpha on Cloud", "Excluded"],
    ]
    # 50,000 if nothing changes - 9,000
    assert table["Loss removed a year"].iloc[0] == 41_000
    assert table["Why not, or what to ask"].iloc[3] == "Excluded: retires on 30 Jun 2027"


def test_an_option_without_a_price_is_named_below_the_chart(open_page: Open) -> None:
    assert "Not drawn, because no price is known: beta-open." in texts(open_page("alternatives.py"))


def test_a_startup_without_dependence_says_what_to_do(open_page: Open) -> None:
    app = open_page("alternatives.py", startup="Cedar Pumps")
    assert not app.exception
    assert "Cedar Pumps depends on no language model that is known." in texts(app)


@pytest.mark.parametrize(
    "parameters",
    [{"startup": "Nobody"}, {"use_case": "Nobody"}, {"startup": "Acme Notes", "use_case": "x"}],
)
def test_odd_parameters_are_named_and_left_out(open_page: Open, parameters: dict[str, str]) -> None:
    app = open_page("alternatives.py", **parameters)
    assert not app.exception
    assert "which does not exist here" in texts(app)
    assert "Recommended: beta-1 on Beta API" in texts(app)


def test_another_startups_use_case_is_forgotten_without_a_word(open_page: Open) -> None:
    app = open_page("alternatives.py", startup="Acme Notes")
    app.session_state["alternatives_looked_at"] = "Bolt $ [Legal]"
    app.query_params["use_case"] = "Drafting"
    app.run()
    assert "does not exist here" not in texts(app)
    assert "use_case" not in app.query_params


def test_only_staying_is_possible_where_the_catalogue_knows_nothing_else(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    only = replace(STAY, use_case="Visit summaries", dependency_key="acme-1", recommended=True)
    monkeypatch.setattr(cached, "alternatives_of", lambda *names: (only,))
    app = open_page("alternatives.py")
    assert not app.exception
    assert "The catalogue knows no other option" in texts(app)


def test_an_unnamed_model_is_said_to_be_unnamed() -> None:
    bolt = PORTFOLIO.startups[1].use_cases[0]
    dependency = option_words.dependency_of(bolt, "bolt-1")
    assert dependency is not None
    assert option_words.uses(dependency) == "An unnamed model of OpenAI, served by OpenAI"
