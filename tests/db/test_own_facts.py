"""Own providers, services and links in the store: stated, changed, removed, and used at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from db.engine import Store, open_store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.backup import back_up, restore
from db.services.hazard import hazard_revision
from db.services.imports import publish_import
from db.services.own_facts import (
    remove_own_link,
    remove_own_provider,
    remove_own_service,
    state_own_link,
    state_own_provider,
    state_own_service,
)
from db.services.reference import add_alias, load_catalog, load_resolver
from db.services.scoring import stress
from db.services.setup import initialise
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.catalog.records import Alias, Answer, LinkEffect, OwnLink, OwnProvider, OwnService
from risk.scenarios.results import Scenario
from tests.db.access_decisions import OWN_LINK, OWN_PROVIDER, OWN_SERVICE

TODAY = date(2026, 11, 23)
PROVIDER, SERVICE = OwnProvider(provider=OWN_PROVIDER), OwnService(service=OWN_SERVICE)
OUTAGE = FailureKind.OUTAGE
HEADER = (
    "startup,provider,use_case,annual_revenue_usd,gross_margin,ai_revenue_share,cash_usd,"
    "monthly_burn_usd,engineers,share,depth,fallback,exit_plan,criticality,spend_usd\n"
)
FACTS = "Support,10000000,0.8,0.5,5000000,200000,10,1,prompts,none,none,3,5000\n"
FILE = f"{HEADER}Direct,OpenAI API,{FACTS}Indirect,Helpdesk AI GmbH,{FACTS}".encode()


def passing(
    probability: float = 1.0,
    gain: float = 1.0,
    *,
    upstream: str = "OpenAI",
    downstream: str = "Helpdesk AI GmbH",
) -> OwnLink:
    """A link over which everything passes with this chance."""
    effect = LinkEffect(probability=probability, gain=gain)
    stated = replace(
        OWN_LINK,
        upstream=upstream,
        downstream=downstream,
        effects=dict.fromkeys(FailureKind, effect),
        basis=Basis.PUBLISHED,
    )
    return OwnLink(link=stated)


@pytest.fixture
def helpdesk(store: Store) -> Store:
    """A store with an own provider and its service, which runs on nobody yet."""
    state_own_provider(store, LOCAL_OWNER, PROVIDER)
    state_own_service(store, LOCAL_OWNER, replace(SERVICE, aliases=("HD Assist",)))
    return store


def losses(store: Store, root: str = "OpenAI", **settings: object) -> Mapping[str, float]:
    """What each startup of the fund loses when ``root`` is down for three days, in USD."""
    what = {"kind": OUTAGE, "days": 3.0, **settings}
    scenario = Scenario(id="x", title="x", root=root, **what)  # type: ignore[arg-type]
    found = stress(store, LOCAL_OWNER, "Fund", scenario, today=TODAY)
    return {one.startup: one.loss_usd for one in found.startups}


@pytest.mark.parametrize("kind", [OUTAGE, FailureKind.WIND_DOWN, FailureKind.PRICE_SHOCK])
def test_who_is_wholly_on_an_own_provider_that_runs_on_openai_is_hit_as_who_is_on_openai(
    helpdesk: Store, kind: FailureKind
):
    publish_import(helpdesk, LOCAL_OWNER, data=FILE, file_name="a.csv", portfolio="Fund")
    days = 3.0 if kind is OUTAGE else None
    assert losses(helpdesk, kind=kind, days=days).get("Indirect", 0.0) == 0.0
    state_own_link(helpdesk, LOCAL_OWNER, passing())
    found = losses(helpdesk, kind=kind, days=days)
    assert found["Direct"] > 0
    assert found["Indirect"] == pytest.approx(found["Direct"])
    # It passes on one day in four: a quarter of the loss is expected.
    state_own_link(helpdesk, LOCAL_OWNER, passing(0.25), change=True)
    assert losses(helpdesk, kind=kind, days=days)["Indirect"] == pytest.approx(found["Direct"] / 4)
    remove_own_link(helpdesk, LOCAL_OWNER, "helpdesk ai gmbh", "openai", "it moved to Mistral")
    assert losses(helpdesk, kind=kind, days=days).get("Indirect", 0.0) == 0.0


def test_who_runs_on_openai_through_azure_is_hit_by_both(helpdesk: Store):
    publish_import(helpdesk, LOCAL_OWNER, data=FILE, file_name="a.csv", portfolio="Fund")
    state_own_link(helpdesk, LOCAL_OWNER, passing(upstream="Azure OpenAI Service"))
    by_azure = losses(helpdesk, "Microsoft Azure")
    service = losses(helpdesk, "Azure OpenAI Service")
    # Azure hosts the service: it is down when Azure is. Who is on OpenAI's own API is hit with the
    # chance that the catalogue records for OpenAI's cloud.
    assert by_azure["Indirect"] == pytest.approx(service["Indirect"])
    assert losses(helpdesk, "Azure OpenAI Service", kind=FailureKind.DEGRADED)["Indirect"] > 0
    assert losses(helpdesk)["Indirect"] > 0


def test_own_names_are_read_at_once_and_a_decision_about_a_name_outweighs_them(helpdesk: Store):
    def developer(text: str) -> str | None:
        return load_resolver(helpdesk, LOCAL_OWNER).resolve(text).developer

    assert developer("hd assist") == developer("Helpdesk AI GmbH") == "Helpdesk AI GmbH"
    state_own_service(helpdesk, LOCAL_OWNER, replace(SERVICE, aliases=("HelpBot",)), change=True)
    assert (developer("hd assist"), developer("HelpBot")) == (None, "Helpdesk AI GmbH")
    decided = Alias(
        text="HelpBot", answer=Answer.NO, developer=None, host=None, product=None, source="test"
    )
    add_alias(helpdesk, LOCAL_OWNER, decided)
    assert developer("HelpBot") is None


def test_an_own_fact_tells_who_stated_it_when_and_from_where(helpdesk: Store):
    own = load_catalog(helpdesk, LOCAL_OWNER).own
    (provider,), (service,) = own.providers, own.services
    assert (provider.by, provider.provider.source) == ("local owner", "test")
    assert provider.at is not None
    assert provider.at <= helpdesk.now()
    assert (service.aliases, service.service.as_of) == (("HD Assist",), "2026-11-01")
    assert provider.provider.tier == "second"


def test_every_write_is_audited_with_what_was_before_and_why(helpdesk: Store):
    new = replace(OWN_PROVIDER, country="at")
    changed = state_own_provider(
        helpdesk, LOCAL_OWNER, OwnProvider(provider=new, note="n"), change=True
    )
    assert (changed.provider.country, changed.note) == ("AT", "n")
    newest = list_audit(helpdesk, LOCAL_OWNER)[0]
    assert (newest.action, newest.object_kind) == ("state own fact", "own provider")
    assert newest.before is not None
    assert newest.after is not None
    assert (newest.before["country"], newest.after["country"]) == ("DE", "AT")
    state_own_link(helpdesk, LOCAL_OWNER, passing())
    gone = remove_own_provider(helpdesk, LOCAL_OWNER, "Helpdesk AI GmbH", "contract ended")
    assert gone == (
        "link Helpdesk AI GmbH on OpenAI (gateway)",
        "service Helpdesk AI",
        "provider Helpdesk AI GmbH",
    )
    rows = list_audit(helpdesk, LOCAL_OWNER)[:3]
    assert {(one.action, one.reason) for one in rows} == {("remove own fact", "contract ended")}
    assert load_catalog(helpdesk, LOCAL_OWNER).own.names == frozenset()


def test_what_answers_rest_on_changes_with_every_own_fact_and_back_with_the_last(store: Store):
    states = [hazard_revision(store, LOCAL_OWNER)]
    for work in (
        lambda: state_own_provider(store, LOCAL_OWNER, PROVIDER),
        lambda: state_own_service(store, LOCAL_OWNER, SERVICE),
        lambda: state_own_link(store, LOCAL_OWNER, passing()),
        lambda: state_own_link(store, LOCAL_OWNER, passing(0.5), change=True),
        lambda: remove_own_link(store, LOCAL_OWNER, "Helpdesk AI GmbH", "OpenAI", "test"),
        lambda: state_own_link(store, LOCAL_OWNER, passing()),
    ):
        work()
        states.append(hazard_revision(store, LOCAL_OWNER))
    # With the link removed the facts are those of before it; stated again, it is another one.
    assert states.pop(5) == states[2]
    assert len(set(states)) == len(states)
    remove_own_provider(store, LOCAL_OWNER, "Helpdesk AI GmbH", "test")
    assert hazard_revision(store, LOCAL_OWNER) == states[0]


def test_without_effects_a_link_passes_on_what_shipped_ones_of_its_relation_do(helpdesk: Store):
    cloud = replace(OWN_LINK, upstream="microsoft azure", relation="cloud", basis=Basis.PUBLISHED)
    found = state_own_link(helpdesk, LOCAL_OWNER, OwnLink(link=cloud)).link
    assert found.upstream == "Microsoft Azure"
    assert found.effects[OUTAGE] == LinkEffect(probability=0.5, gain=0.8)
    assert found.basis is Basis.JUDGEMENT


@pytest.mark.parametrize(
    "name",
    ["OpenAI", "openai", " ChatGPT", "Open AI", "self-hosted", "Helpdesk AI", "", "a\u202eb"],
)
def test_a_name_that_is_taken_or_is_none_is_refused(helpdesk: Store, name: str):
    with pytest.raises(Refused):
        state_own_provider(
            helpdesk, LOCAL_OWNER, OwnProvider(provider=replace(OWN_PROVIDER, name=name))
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": frozenset()},
        {"country": "Germany"},
        {"website": "helpdesk.example"},
        {"source": " "},
        {"as_of": "1.11.2026"},
        {"as_of": "2199-01-01"},
    ],
)
def test_a_provider_that_cannot_be_is_refused(store: Store, wrong: dict[str, object]):
    stated = replace(OWN_PROVIDER, **wrong)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        state_own_provider(store, LOCAL_OWNER, OwnProvider(provider=stated))
    assert load_catalog(store, LOCAL_OWNER).own.providers == ()


def test_what_is_stated_already_is_changed_only_on_purpose(helpdesk: Store):
    with pytest.raises(Refused, match="--change"):
        state_own_provider(helpdesk, LOCAL_OWNER, PROVIDER)
    other = replace(OWN_PROVIDER, name="Zed GmbH")
    with pytest.raises(Refused, match="Add it first"):
        state_own_provider(helpdesk, LOCAL_OWNER, OwnProvider(provider=other), change=True)


@pytest.mark.parametrize("alias", ["ChatGPT", "OpenAI", "Helpdesk AI GmbH"])
def test_an_alias_that_names_somebody_else_is_refused(helpdesk: Store, alias: str):
    with pytest.raises(Refused):
        state_own_service(helpdesk, LOCAL_OWNER, replace(SERVICE, aliases=(alias,)), change=True)


def test_a_loop_is_refused_in_a_sentence_that_names_it(helpdesk: Store):
    state_own_provider(
        helpdesk, LOCAL_OWNER, OwnProvider(provider=replace(OWN_PROVIDER, name="Zed GmbH"))
    )
    state_own_link(helpdesk, LOCAL_OWNER, passing(upstream="Zed GmbH"))
    with pytest.raises(Refused, match="Zed GmbH → Helpdesk AI GmbH → Helpdesk AI → Zed GmbH"):
        state_own_link(
            helpdesk, LOCAL_OWNER, passing(upstream="Helpdesk AI", downstream="Zed GmbH")
        )
    assert len(load_catalog(helpdesk, LOCAL_OWNER).own.links) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"upstream": "Nobody Inc."},
        {"downstream": "OpenAI"},
        {"relation": "friend"},
        {"effects": {OUTAGE: LinkEffect(probability=1.5, gain=1.0)}},
        {"source": ""},
    ],
)
def test_a_link_that_cannot_be_is_refused(helpdesk: Store, wrong: dict[str, object]):
    stated = replace(OWN_LINK, **wrong)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        state_own_link(helpdesk, LOCAL_OWNER, OwnLink(link=stated))
    assert load_catalog(helpdesk, LOCAL_OWNER).own.links == ()


def test_what_others_rest_on_is_not_removed_and_nothing_without_a_reason(helpdesk: Store):
    state_own_provider(
        helpdesk, LOCAL_OWNER, OwnProvider(provider=replace(OWN_PROVIDER, name="Zed GmbH"))
    )
    state_own_link(helpdesk, LOCAL_OWNER, passing(upstream="Helpdesk AI", downstream="Zed GmbH"))
    with pytest.raises(Refused, match="Zed GmbH runs on Helpdesk AI"):
        remove_own_service(helpdesk, LOCAL_OWNER, "Helpdesk AI", "test")
    with pytest.raises(Refused, match="Zed GmbH runs on"):
        remove_own_provider(helpdesk, LOCAL_OWNER, "Helpdesk AI GmbH", "test")
    with pytest.raises(Refused, match="why"):
        remove_own_link(helpdesk, LOCAL_OWNER, "Zed GmbH", "Helpdesk AI", " ")
    with pytest.raises(Refused, match="ships with the product"):
        remove_own_provider(helpdesk, LOCAL_OWNER, "OpenAI", "test")
    own = load_catalog(helpdesk, LOCAL_OWNER).own
    assert (len(own.providers), len(own.services), len(own.links)) == (2, 1, 1)


def test_own_facts_outlive_new_reference_facts(helpdesk: Store, monkeypatch: pytest.MonkeyPatch):
    before = load_catalog(helpdesk, LOCAL_OWNER).own
    monkeypatch.setattr("db.services.setup._CATALOGUE_PACKAGES", ())
    initialise(helpdesk)
    assert load_catalog(helpdesk, LOCAL_OWNER).own == before


def test_a_backup_holds_own_facts(helpdesk: Store, tmp_path: Path):
    state_own_link(helpdesk, LOCAL_OWNER, passing())
    file = tmp_path / "backup.sqlite3"
    back_up(helpdesk, LOCAL_OWNER, file)
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    restore(other, LOCAL_OWNER, file)
    assert load_catalog(other, LOCAL_OWNER).own == load_catalog(helpdesk, LOCAL_OWNER).own
