"""From an option to a decision, and from a drill to another score, on a real store."""

import pytest
from streamlit.testing.v1 import AppTest

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.decisions import list_decisions
from db.services.drills import list_drills
from db.services.judgements import load_judgements
from db.services.portfolios import load_startup
from tests.ui.conftest import Open, texts
from ui import cached

pytestmark = pytest.mark.usefixtures("demo_store")
HELD = {"startup": "Quillhaven Briefs", "use_case": "contract review"}


def button(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label)


@pytest.mark.timeout(240)
def test_an_option_is_accepted_followed_and_taken_back(open_page: Open) -> None:
    app = open_page("alternatives.py", **HELD)
    assert not app.exception
    chosen = app.subheader[0].value
    app.button(key="decide_card_0").click().run()
    button(app, "Accept this option").click().run()
    assert "who sees to it" in texts(app)  # Nobody was named.
    app.button(key="decide_card_0").click().run()
    app.text_input(key="accept_owner").input("Ann")
    button(app, "Accept this option").click().run()
    assert f"Decided: {chosen}. Ann sees to it" in texts(app)
    (decision,) = list_decisions(cached.store(), LOCAL_OWNER, "demo")
    assert (decision.option, decision.owner) == (chosen, "Ann")
    promised = decision.promise.aal_removed_usd
    assert promised is not None
    assert promised > 0

    button(app, "Mark done").click().run()
    app = open_page("startup.py", startup="Quillhaven Briefs", section="exit")
    assert not app.exception
    assert "Decisions taken" in texts(app)
    assert f"contract review: {chosen}. Ann; done" in texts(app)
    app = open_page("decisions.py", state="done")
    assert not app.exception
    assert "1 decision removes up to" in app.title[0].value
    assert list(app.dataframe[0].value["Owner"]) == ["Ann"]
    button(app, "Not done after all").click().run()
    app.query_params["state"] = "open"
    app.run()
    app.text_input(key="why_1").input("too dear")
    button(app, "Take the decision back").click().run()
    app = open_page("decisions.py", state="back")
    assert list(app.dataframe[0].value["Status"]) == ["Taken back by local owner"]


@pytest.mark.timeout(240)
def test_an_answer_is_written_into_the_register_where_it_is_asked(open_page: Open) -> None:
    app = open_page("startup.py", startup="Quillhaven Briefs")
    assert not app.exception
    (tap,) = [one for one in app.button if (one.key or "").endswith("provider_notice_days_90")]
    tap.click().run()
    assert not app.exception
    assert "Kept. The figures count with it" in texts(app)
    record = load_startup(cached.store(), LOCAL_OWNER, "demo", "Quillhaven Briefs").startups[0]
    notices = {link.provider_notice_days for case in record.use_cases for link in case.dependencies}
    assert notices == {90}


@pytest.mark.timeout(240)
def test_a_drill_and_a_judgement_are_noted_on_the_startups_page(open_page: Open) -> None:
    app = open_page("startup.py", startup="Kestrelmoor Security", section="exit")
    assert not app.exception
    app.number_input(key="drill_passed").set_value(50)
    app.number_input(key="drill_total").set_value(50)
    app.text_input(key="drill_who").input("Ann")
    app.text_input(key="drill_source").input("runbook")
    button(app, "Note the drill").click().run()
    assert "Noted. The score counts with it" in texts(app)
    (noted,) = list_drills(cached.store(), LOCAL_OWNER, "demo")
    assert noted.drill.source == "runbook"

    label = "What it rests on"
    next(one for one in app.text_input if one.label == "Value").input("120")
    next(one for one in app.text_input if one.label == label).input("contract, clause 9")
    button(app, "Keep").click().run()
    assert "Notice the provider must give, days: 120. Kept." in texts(app)
    (said,) = load_judgements(cached.store(), LOCAL_OWNER, "demo")
    assert said.reason == "contract, clause 9"


@pytest.mark.timeout(240)
def test_a_viewer_reads_and_meets_no_forms(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "actor", lambda: Actor("Vi", ActorRole.VIEWER))
    app = open_page("alternatives.py", **HELD)
    assert not app.exception
    assert not [one for one in app.button if one.label in ("Decide", "Keep")]
    assert cached.asked(list_decisions, "demo") == ()
