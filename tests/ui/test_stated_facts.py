"""Facts stated on the page of a startup, on a real store."""

import pytest
from streamlit.testing.v1 import AppTest

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.portfolios import load_startup
from risk.inventory.records import Evidence, Requirement, Startup
from tests.ui.conftest import Open, texts
from ui import cached

pytestmark = pytest.mark.usefixtures("demo_store")
NAME = "Quillhaven Briefs"
PLACE = {"startup": NAME, "section": "facts"}
WRITE = "Write into the register"


def written(app: AppTest) -> AppTest:
    next(one for one in app.button if one.label == WRITE).click().run()
    assert not app.exception
    return app


def stored() -> Startup:
    return load_startup(cached.store(), LOCAL_OWNER, "demo", NAME).startups[0]


@pytest.mark.timeout(240)
def test_facts_of_the_company_and_of_a_use_case_are_written_with_their_source(
    open_page: Open,
) -> None:
    app = open_page("startup.py", **PLACE)
    assert not app.exception
    app.text_input(key=f"state_{NAME}_cash_usd").input("twelve")
    written(app)
    assert "such as 45000, 45k or 1.2M" in texts(app)
    app.text_input(key=f"state_{NAME}_cash_usd").input("1.2M")
    app.text_input(key=f"state_{NAME}_contact_email").input("jo@quillhaven.example")
    app.text_input(key="state_source").input("call with Jo")
    app.selectbox(key="state_evidence").select(Evidence.CONFIRMED)
    written(app)
    assert "Written as batch" in texts(app)
    found = stored()
    assert (found.cash_usd, found.contact_email) == (1_200_000, "jo@quillhaven.example")
    assert found.sources["cash_usd"] == "call with Jo"
    assert found.evidence["cash_usd"] is Evidence.CONFIRMED

    case = found.use_cases[0].name
    title = f"Use case: {case}"
    app = open_page("startup.py", **PLACE)
    app.selectbox(key="state_about").select(title).run()
    app.selectbox(key=f"state_{title}_requirement").select("all")
    app.text_input(key=f"state_{title}_use_case_revenue_share").input("35%")
    written(app)
    (first, *_) = stored().use_cases
    assert (first.requirement, first.revenue_share) == (Requirement.ALL, 0.35)


@pytest.mark.timeout(240)
def test_a_viewer_sees_the_facts_and_no_form(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = Actor("eve", ActorRole.VIEWER, person=2)
    monkeypatch.setattr(cached, "actor", lambda: viewer)
    app = open_page("startup.py", **PLACE)
    assert not app.exception
    assert WRITE not in [one.label for one in app.button]
