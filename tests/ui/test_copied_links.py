"""A copied link brings a page back as it was, and one that is stale or forged says so in words."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from risk.scenarios.results import Scenario
from tests.ui import small_pages
from tests.ui.conftest import Open, texts
from ui import cached

pytestmark = pytest.mark.usefixtures("answers")

PARAMETERS = (
    *(
        "portfolio",
        "startup",
        "provider",
        "search",
        "sector",
        "band",
        "known",
        "gaps",
        "on",
        "view",
    ),
    *("tail", "expected", "scenario", "root", "kind", "days", "severity", "price", "notice"),
    *("use_case", "dependency", "link", "utterly_unknown"),
)
HOSTILE = (
    *("", "0", "-1", "1e999", "nan", "inf", "0x10", "9" * 400, "~", "~~~", "A~A~Z", "demo"),
    *("<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "%00", "$x^2$", "[a](b)"),
    *("\u202egnp", "😀" * 50, "nullable", "wind_down", "Acme Notes", "OpenAI", "own", "None"),
)


@pytest.fixture
def stressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stress page asks the model; here it always answers the same."""
    monkeypatch.setattr(cached, "scenarios", lambda: {"alpha-gone": small_pages.WIND_DOWN})

    def answer(name: str, scenario: Scenario) -> object:
        return small_pages.STRESS

    monkeypatch.setattr(cached, "stress_result", answer)


def copied(app: AppTest) -> dict[str, str]:
    """The parameters of the link that the page offers to copy."""
    return dict(parse_qsl(urlsplit(app.code[0].value).query))


def state(app: AppTest) -> list[tuple[str, str]]:
    """Everything that a reader has set on the page, by what it is called."""
    widgets = (*app.selectbox, *app.multiselect, *app.text_input, *app.slider, *app.number_input)
    bound = [one for one in widgets if str(one.key).startswith("in_address_")]
    return sorted((one.label, str(one.value)) for one in bound)


def test_a_filtered_portfolio_comes_back_from_its_link(open_page: Open) -> None:
    app = open_page("startups.py")
    next(one for one in app.multiselect if one.label == "Band").set_value(["B", "D"])
    next(one for one in app.multiselect if one.label == "Provider").set_value(["OpenAI"])
    next(one for one in app.text_input if one.label == "Search").set_value("openai").run()
    again = open_page("startups.py", **copied(app))
    assert copied(again) == copied(app)
    assert state(again) == state(app)
    # AppTest leaves the sidebar of a later run out.
    assert texts(again).startswith(texts(app))
    assert list(again.dataframe[0].value["Company"]) == list(app.dataframe[0].value["Company"])


@pytest.mark.usefixtures("stressed")
def test_a_stress_test_with_sliders_comes_back_from_its_link(open_page: Open) -> None:
    app = open_page("stress.py", scenario="own", kind="outage")
    next(one for one in app.number_input if "lasts" in one.label).set_value(2.5)
    next(one for one in app.slider if one.label == "Service lost").set_value(35.0).run()
    kept = copied(app)
    assert (kept["days"], kept["severity"], kept["portfolio"]) == ("2.5", "0.35", "demo")
    again = open_page("stress.py", **kept)
    assert state(again) == state(app)


@pytest.mark.parametrize("page", ["portfolio.py", "startups.py", "startup.py"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parameters=st.dictionaries(
        st.sampled_from(PARAMETERS), st.sampled_from(HOSTILE) | st.text(max_size=40), max_size=6
    )
)
def test_no_address_however_wrong_ends_in_an_error(
    open_page: Open, page: str, parameters: dict[str, str]
) -> None:
    app = open_page(page, **parameters)
    assert not app.exception
    assert not app.error
    assert app.title[0].value


@pytest.mark.usefixtures("stressed")
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parameters=st.dictionaries(
        st.sampled_from(PARAMETERS), st.sampled_from(HOSTILE) | st.text(max_size=40), max_size=6
    )
)
def test_no_stress_address_however_wrong_ends_in_an_error(
    open_page: Open, parameters: dict[str, str]
) -> None:
    app = open_page("stress.py", **parameters)
    assert not app.exception
    assert not app.error
