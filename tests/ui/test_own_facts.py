"""Own providers on the pages Providers and Provider, on a real store in a temporary folder."""

import pytest
from streamlit.testing.v1 import AppTest

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.own_facts import state_own_link, state_own_provider, state_own_service
from db.services.reference import load_catalog
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.catalog.records import LinkEffect, OwnFacts, OwnLink, OwnProvider, OwnService
from tests.db.access_decisions import OWN_LINK, OWN_PROVIDER, OWN_SERVICE
from tests.ui.conftest import Open, texts
from ui import cached


def own() -> OwnFacts:
    return load_catalog(cached.store(), LOCAL_OWNER).own


def fill(page: AppTest, label: str, value: str) -> None:
    """Write into the last field of this label: forms that add stand below those that look."""
    next(one for one in reversed(page.text_input) if one.label == label).set_value(value)


def choose(page: AppTest, label: str, value: object) -> None:
    next(one for one in page.selectbox if one.label == label).set_value(value)


def click(page: AppTest, label: str) -> None:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception


@pytest.fixture
def stated(demo_store: None) -> None:
    """An own provider with a service, which runs on OpenAI."""
    store = cached.store()
    state_own_provider(store, LOCAL_OWNER, OwnProvider(provider=OWN_PROVIDER, note="in-house"))
    state_own_service(store, LOCAL_OWNER, OwnService(service=OWN_SERVICE))
    state_own_link(store, LOCAL_OWNER, OwnLink(link=OWN_LINK))


def test_a_provider_is_added_on_the_page_of_all(demo_store: None, open_page: Open) -> None:
    page = open_page("providers.py", portfolio="demo")
    assert "Your own providers" not in [one.value for one in page.subheader]
    fill(page, "Name", "Helpdesk AI GmbH")
    fill(page, "Country (two letters)", "de")
    fill(page, "Where that is known from", "contract 12")
    click(page, "Add the provider")
    (found,) = own().providers
    assert (found.provider.name, found.provider.country) == ("Helpdesk AI GmbH", "DE")
    assert "Helpdesk AI GmbH is a provider of your own" in texts(page)
    assert "Your own providers" in [one.value for one in page.subheader]
    listed = next(one.value for one in page.dataframe if "Stated by" in one.value)
    assert listed["Stated by"].tolist() == ["local owner"]


def test_a_name_that_ships_is_refused_and_what_was_typed_stays(
    demo_store: None, open_page: Open
) -> None:
    page = open_page("providers.py", portfolio="demo")
    fill(page, "Name", "OpenAI")
    fill(page, "Where that is known from", "contract 12")
    click(page, "Add the provider")
    assert [one.value for one in page.error] == [
        "OpenAI is a provider that is known already. Choose another name."
    ]
    assert next(one for one in page.text_input if one.label == "Name").value == "OpenAI"
    assert own().providers == ()


def test_its_page_tells_who_stated_what_and_a_shipped_one_has_no_such_card(
    stated: None, open_page: Open
) -> None:
    page = open_page("provider.py", section="own", portfolio="demo", provider="Helpdesk AI GmbH")
    assert not page.exception
    assert "Your own provider" in [one.value for one in page.subheader]
    shown = texts(page)
    assert "Stated by local owner" in shown
    assert "in-house" in shown
    links = next(one.value for one in page.dataframe if "Depends on" in one.value)
    assert links["Depends on"].tolist() == ["OpenAI"]
    shipped = open_page("provider.py", section="own", portfolio="demo", provider="OpenAI")
    assert "Your own provider" not in [one.value for one in shipped.subheader]


def test_services_and_links_are_added_and_changed_on_its_page(
    stated: None, open_page: Open
) -> None:
    page = open_page("provider.py", section="own", portfolio="demo", provider="Helpdesk AI GmbH")
    choose(page, "Which service", "Helpdesk AI")
    page.run()
    fill(page, "Other names in files, with commas between them", "HD Assist, HelpBot")
    service = next(one for one in page.button if one.label == "Change it")
    service.click().run()
    assert not page.exception
    assert own().services[0].aliases == ("HD Assist", "HelpBot")

    choose(page, "Runs on", "Azure OpenAI Service")
    kinds = next(one for one in page.multiselect if one.label == "Which disruptions pass")
    kinds.set_value([FailureKind.OUTAGE])
    next(one for one in page.slider if one.label == "Chance that they pass").set_value(40)
    next(one for one in page.checkbox if "source states" in one.label).set_value(True)
    sources = [one for one in page.text_input if one.label == "Where that is known from"]
    # Forms stand in the order service, link, provider.
    sources[1].set_value("contract 12")
    click(page, "Add the link")
    link = own().links[-1].link
    assert (link.upstream, link.basis) == ("Azure OpenAI Service", Basis.PUBLISHED)
    assert link.effects == {FailureKind.OUTAGE: LinkEffect(probability=0.4, gain=1.0)}


def test_numbers_that_would_not_count_are_refused(stated: None, open_page: Open) -> None:
    page = open_page("provider.py", section="own", portfolio="demo", provider="Helpdesk AI GmbH")
    choose(page, "Runs on", "Claude API")
    next(one for one in page.slider if one.label == "Chance that they pass").set_value(40)
    click(page, "Add the link")
    assert [one.value for one in page.error] == [
        "Choose which disruptions pass with these numbers."
    ]
    assert len(own().links) == 1


def test_what_was_added_is_removed_with_a_reason(stated: None, open_page: Open) -> None:
    page = open_page("provider.py", section="own", portfolio="demo", provider="Helpdesk AI GmbH")
    choose(page, "What", "Helpdesk AI GmbH on OpenAI")
    click(page, "Remove it")
    assert len(own().links) == 1
    assert page.error
    choose(page, "What", "Helpdesk AI GmbH on OpenAI")
    fill(page, "Why", "it moved")
    click(page, "Remove it")
    assert own().links == ()
    assert len(own().services) == 1


def test_viewers_see_and_change_nothing(
    stated: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "actor", lambda: Actor("viewer", ActorRole.VIEWER))
    page = open_page("provider.py", section="own", portfolio="demo", provider="Helpdesk AI GmbH")
    assert not page.exception
    assert "You may read this and not change it." in texts(page)
    assert not [one for one in page.button if one.label in ("Remove it", "Change it")]
