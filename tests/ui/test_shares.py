"""The page Shares and the button Snapshot, on a real store."""

from typing import Any

import pytest

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.corrections import propose_correction
from db.services.imports import publish_import
from db.services.share_contents import Wanted, snapshot_of
from db.services.share_lists import list_shares
from db.services.share_visits import open_share, visit_of
from db.services.shares import ShareKind, ShareState, create_share
from db.sharing.presets import Preset
from db.sharing.proposals import Proposal
from tests.ui.conftest import Downloads, Open, texts
from ui import cached
from ui.share_page.words import opens_only_here

FUND = b"startup,use_case,provider,cash_usd\nAcme,chat,OpenAI,300000\n"


@pytest.fixture
def fund(demo_store: None) -> str:
    """A store with a small portfolio of the reader's own, which the pages open by themselves."""
    data = {"data": FUND, "file_name": "fund.csv", "portfolio": "Fund"}
    publish_import(cached.store(), LOCAL_OWNER, **data)  # type: ignore[arg-type]
    return "Fund"


def test_the_button_makes_a_link_that_is_shown_once(fund: str, open_page: Open) -> None:
    app = open_page("startup.py", portfolio=fund, startup="Acme")
    assert not app.exception
    assert [one.value for one in app.radio] == ["Acme", ShareKind.SNAPSHOT, Preset.EVERYTHING]
    next(one for one in app.checkbox if "passcode" in one.label).check()
    next(one for one in app.button if one.label == "Create the link").click().run()
    link, passcode = app.code[1].value, app.code[2].value
    assert link.startswith("http://127.0.0.1:8501/s/#")
    assert len(passcode.split()) == 6
    (made,) = list_shares(cached.store(), LOCAL_OWNER)
    assert (made.startup, made.kind, made.has_passcode) == ("Acme", ShareKind.SNAPSHOT, True)


def test_a_link_of_a_local_server_says_so_and_its_page_is_offered_as_a_file(
    fund: str, downloads: Downloads, open_page: Open
) -> None:
    app = open_page("startup.py", portfolio=fund, startup="Acme")
    assert not any(one.endswith(".html") for one in downloads)
    next(one for one in app.button if one.label == "Create the link").click().run()
    said = opens_only_here(app.code[1].value)
    assert said in [one.value for one in app.warning]
    page = downloads["downstream-snapshot-1.html"]().decode()
    assert "Acme" in page
    assert "Snapshot" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("link", "is_local"),
    [
        ("http://127.0.0.1:8501/s/#a", True),
        ("http://localhost/s/#a", True),
        ("http://[::1]:8501/s/#a", True),
        ("https://risk.example/s/#a", False),
        ("https://127.0.0.1.example/s/#a", False),
        ("http://10.0.0.7:8501/s/#a", False),
    ],
)
def test_a_link_opens_elsewhere_unless_its_host_is_this_machine(link: str, is_local: bool) -> None:
    assert (opens_only_here(link) is not None) == is_local


def frozen(share: int) -> dict[str, Any]:
    return snapshot_of(cached.store(), share).content


def test_the_button_on_a_stress_test_freezes_that_stress_test(fund: str, open_page: Open) -> None:
    app = open_page("stress.py", portfolio=fund, root="OpenAI", kind="outage", days="3")
    scope = next(one for one in app.radio if one.label == "What it shows")
    assert scope.value == "This stress test: Outage of OpenAI"
    next(one for one in app.radio if "reader sees" in one.label).set_value(Preset.NAMES)
    next(one for one in app.button if one.label == "Create the link").click().run()
    assert not app.exception
    content = frozen(1)
    assert (content["scope"], content["scenario"]["days"]) == ("scenario", 3.0)
    assert content["redacted"] == ["names"]
    assert content["startups"][0]["startup"] == "Company 1"
    assert content["figures"]["loss_usd"] > 0
    app = open_page("shares.py", portfolio=fund)
    assert app.dataframe[0].value.iloc[0]["Shows"] == "Stress test: Outage of OpenAI (Fund)"


def test_another_scenario_on_the_page_is_what_is_then_shared(fund: str, open_page: Open) -> None:
    app = open_page("stress.py", portfolio=fund, root="OpenAI", kind="outage")
    next(one for one in app.selectbox if one.label == "What happens").set_value("wind_down").run()
    next(one for one in app.button if one.label == "Create the link").click().run()
    assert not app.exception
    assert frozen(1)["scenario"]["title"] == "Wind-down of OpenAI"
    scope = next(one for one in app.radio if one.label == "What it shows")
    scope.set_value("The whole portfolio")
    next(one for one in app.button if one.label == "Create the link").click().run()
    assert frozen(2)["scope"] == "portfolio"


def test_either_of_two_stress_tests_can_be_shared(fund: str, open_page: Open) -> None:
    first = {"root": "OpenAI", "kind": "outage"}
    second = {"second_root": "OpenAI", "second_kind": "price_shock"}
    app = open_page("stress.py", portfolio=fund, view="two", **first, **second)
    scope = next(one for one in app.radio if one.label == "What it shows")
    assert scope.options == [
        "Stress test 1\\: Outage of OpenAI",
        "Stress test 2\\: Price shock of OpenAI",
        "The whole portfolio",
    ]
    scope.set_value("Stress test 2: Price shock of OpenAI")
    next(one for one in app.button if one.label == "Create the link").click().run()
    assert frozen(1)["scenario"]["kind"] == "price_shock"


def test_the_page_lists_links_and_ends_one(fund: str, open_page: Open) -> None:
    wanted = Wanted(portfolio=fund, today=cached.today())
    create_share(cached.store(), LOCAL_OWNER, wanted)
    app = open_page("shares.py", link="1")
    assert not app.exception
    row = app.dataframe[0].value.iloc[0]
    assert (row["State"], row["Kind"], row["Last opened"]) == ("Open", "Live view", "never")
    next(one for one in app.button if one.label == "Revoke link 1").click().run()
    assert "Link 1 opens nothing any more." in texts(app)
    assert list_shares(cached.store(), LOCAL_OWNER)[0].state is ShareState.REVOKED
    assert "which does not exist here" in texts(open_page("shares.py", link="7"))


def test_a_colleagues_link_has_no_button_and_says_who_can_revoke_it(
    fund: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_share(cached.store(), LOCAL_OWNER, Wanted(portfolio=fund, today=cached.today()))
    bob = Actor("Bob", ActorRole.ANALYST, person=9)
    monkeypatch.setattr(cached, "actor", lambda: bob)
    app = open_page("shares.py", link="1")
    assert not app.exception
    assert not [one for one in app.button if one.label.startswith("Revoke")]
    assert "local owner or an owner can revoke it" in texts(app)


def test_a_correction_is_shown_as_a_diff_and_accepted(fund: str, open_page: Open) -> None:
    wanted = Wanted(portfolio=fund, startup="Acme", today=cached.today())
    made = create_share(cached.store(), LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT)
    token = made.link.partition("#")[2]
    begun = open_share(cached.store(), token=token, passcode=None, client="this machine")
    visit = visit_of(cached.store(), secret=begun.secret, share=made.share)
    proposal = Proposal(dependency=None, field="cash_usd", before=300000.0, proposed=450000.0)
    propose_correction(cached.store(), visit, [proposal], message="More *cash*", proposed_by="Ann")
    app = open_page("shares.py")
    assert "| Cash | $300,000 | $300,000 | $450,000 |" in texts(app).replace("\u00a0", " ")
    next(one for one in app.button if one.label == "Accept").click().run()
    assert "Correction 1 is accepted as batch 2" in texts(app)
    assert cached.record_of(fund, "Acme").cash_usd == 450000.0
