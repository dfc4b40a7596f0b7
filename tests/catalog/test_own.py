"""Own facts among the shipped ones: their names, loops, what is taken already, whom they serve."""

from dataclasses import replace
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from db.sharing.naming import OWN_PROVIDER, labels_beside
from fixtures.demo import demo_portfolio
from risk.alternatives.offers import Setting
from risk.alternatives.options import alternatives_for
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.catalog.own import OWN_RELATIONS, everything_behind, loop_of, usual_effects, with_own
from risk.catalog.records import (
    Answer,
    Catalog,
    LinkEffect,
    OwnFacts,
    OwnLink,
    OwnProvider,
    OwnService,
    Provider,
    Role,
    Service,
    UpstreamLink,
)
from risk.hazard.supply_chain import Endpoint, build_supply_chain
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.inventory.resolution import Resolver
from risk.loss.valuation import valuation_of
from risk.portfolio.assessment import assess, assess_portfolio
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress

AS_OF = "2026-11-01"
OUTAGE = FailureKind.OUTAGE
ALWAYS = {OUTAGE: LinkEffect(probability=1.0, gain=1.0)}


def provider(name: str = "Helpdesk AI GmbH", *roles: Role) -> OwnProvider:
    known = frozenset(roles or (Role.DEVELOPER, Role.HOST))
    tier = "second" if Role.DEVELOPER in known else ""
    return OwnProvider(
        provider=Provider(
            name=name,
            roles=known,
            country="DE",
            website="",
            tier=tier,
            colour="#7f6a4f",
            source="contract",
            as_of=AS_OF,
        )
    )


def service(
    name: str = "Helpdesk AI",
    *aliases: str,
    host: str = "Helpdesk AI GmbH",
    developer: str | None = "Helpdesk AI GmbH",
) -> OwnService:
    offered = Service(
        name=name, developer=developer, host=host, form="api", source="contract", as_of=AS_OF
    )
    return OwnService(service=offered, aliases=aliases)


def link(upstream: str, downstream: str = "Helpdesk AI GmbH") -> OwnLink:
    return OwnLink(
        link=UpstreamLink(
            upstream=upstream,
            downstream=downstream,
            relation="gateway",
            effects=ALWAYS,
            source="contract",
            as_of=AS_OF,
            basis=Basis.PUBLISHED,
        )
    )


def test_own_facts_stand_among_the_shipped_ones_and_are_told_apart(catalog: Catalog):
    own = OwnFacts(providers=(provider(),), services=(service(),), links=(link("OpenAI"),))
    found = with_own(catalog, own)
    assert found.providers["Helpdesk AI GmbH"].country == "DE"
    assert found.services["Helpdesk AI"].host == "Helpdesk AI GmbH"
    assert found.links[:-1] == catalog.links
    assert found.links[-1].upstream == "OpenAI"
    assert found.own.names == {"Helpdesk AI GmbH", "Helpdesk AI"}
    assert found.own.doubts == ()
    assert found.open_services == tuple(catalog.services.values())


def test_without_own_facts_the_catalogue_is_the_shipped_one(catalog: Catalog):
    assert with_own(catalog, OwnFacts()) is catalog


def test_names_and_aliases_of_own_services_are_read_at_once(catalog: Catalog):
    own = OwnFacts(providers=(provider(),), services=(service("Helpdesk AI", "HD Assist"),))
    before, now = Resolver(catalog), Resolver(with_own(catalog, own))
    for text in ("Helpdesk AI GmbH", "Helpdesk AI", "hd assist"):
        assert before.resolve(text).answer is not Answer.YES
        found = now.resolve(text)
        assert (found.answer, found.developer) == (Answer.YES, "Helpdesk AI GmbH")
    assert now.resolve("OpenAI") == before.resolve("OpenAI")


def test_a_provider_without_services_is_read_by_its_own_name(catalog: Catalog):
    own = OwnFacts(providers=(provider("Zed Hosting", Role.HOST),))
    found = Resolver(with_own(catalog, own)).resolve("Zed Hosting")
    assert (found.developer, found.host) == ("unspecified", "Zed Hosting")


def test_a_name_that_ships_later_stays_the_shipped_one_and_is_told(catalog: Catalog):
    own = OwnFacts(
        providers=(provider("OpenAI"), provider()),
        services=(service("ChatGPT"),),
        links=(link("Anthropic"),),
    )
    found = with_own(catalog, own)
    assert found.providers["OpenAI"] == catalog.providers["OpenAI"]
    assert found.services["ChatGPT"] == catalog.services["ChatGPT"]
    assert found.own.names == {"Helpdesk AI GmbH"}
    assert found.links[-1].upstream == "Anthropic"
    assert [one.split(" has come")[0] for one in found.own.doubts] == ["OpenAI", "ChatGPT"]


def test_a_link_that_closes_a_loop_does_not_count_and_the_loop_is_named(catalog: Catalog):
    own = OwnFacts(
        providers=(provider("A"), provider("B")),
        services=(service("S", host="A", developer="A"),),
        links=(link("A", "B"), link("B", "A"), link("S", "A")),
    )
    found = with_own(catalog, own)
    # B runs on A, which is let in; that A runs on B, and on its own service, is not.
    assert [(one.upstream, one.downstream) for one in found.links[len(catalog.links) :]] == [
        ("A", "B")
    ]
    assert "A → B → A" in found.own.doubts[0]
    assert "A → S → A" in found.own.doubts[1]
    build_supply_chain(found, [Endpoint(one, None) for one in found.services.values()], DEFAULTS)


def test_a_link_to_what_left_the_catalogue_is_told(catalog: Catalog):
    found = with_own(catalog, OwnFacts(providers=(provider(),), links=(link("Gone Inc."),)))
    assert "Gone Inc." in found.own.doubts[0]


def test_the_shipped_facts_have_no_loop(catalog: Catalog):
    graph = everything_behind(catalog)
    assert loop_of(graph, "OpenAI", "OpenAI") == ("OpenAI", "OpenAI")
    assert loop_of(graph, "ChatGPT", "OpenAI") == ("OpenAI", "ChatGPT", "OpenAI")
    assert not any(loop_of(graph, one.upstream, one.downstream) for one in catalog.links)


def test_usual_effects_are_the_medians_of_the_shipped_links_alone(catalog: Catalog):
    # Of 27 shipped cloud links 18 pass an outage on with 0.5, and cost 0.8 of the service.
    usual = usual_effects(catalog, "cloud")
    assert usual[OUTAGE] == LinkEffect(probability=0.5, gain=0.8)
    assert set(usual) == {OUTAGE, FailureKind.DEGRADED}
    assert usual_effects(catalog, "owner") == {}
    more = OwnFacts(providers=(provider(),), links=tuple(map(link, ("OpenAI", "Anthropic"))))
    assert usual_effects(with_own(catalog, more), "gateway") == usual_effects(catalog, "gateway")
    assert all(one in OWN_RELATIONS for one in ("cloud", "owner"))


def test_who_runs_on_a_service_runs_on_its_developer_and_its_host(catalog: Catalog):
    own = OwnFacts(
        providers=(provider(),), services=(service(),), links=(link("Azure OpenAI Service"),)
    )
    known = with_own(catalog, own)
    chain = build_supply_chain(known, [Endpoint(known.services["Helpdesk AI"], None)], DEFAULTS)
    assert chain.path("OpenAI", "Helpdesk AI", OUTAGE) == (
        *("OpenAI", "Azure OpenAI Service", "Helpdesk AI GmbH", "Helpdesk AI"),
    )
    licensed = chain.graph["OpenAI"]["Azure OpenAI Service"]["effects"][OUTAGE]
    assert licensed.probability == DEFAULTS.licensed_outage
    hosted = chain.graph["Microsoft Azure"]["Azure OpenAI Service"]["effects"][OUTAGE]
    assert hosted.probability == 1.0


def test_where_names_are_hidden_own_ones_are(catalog: Catalog):
    own = OwnFacts(providers=(provider(),), services=(service(),))
    names = labels_beside(with_own(catalog, own))
    assert names.provider("Helpdesk AI GmbH") == OWN_PROVIDER
    assert names.provider("Helpdesk AI") == OWN_PROVIDER
    assert names.provider("OpenAI") == "OpenAI"


def test_what_an_answer_is_about_changes_with_the_own_facts_that_it_rests_on(catalog: Catalog):
    used = Dependency(
        key="x", provider_text="x", answer=Answer.YES, developer="A", host="A", product=None
    )
    acme = Startup(name="Acme", use_cases=(UseCase(name="x", dependencies=(used,)),))
    portfolio = Portfolio(name="Fund", startups=(acme,))

    def digest(*links: OwnLink) -> str:
        known = with_own(catalog, OwnFacts(providers=(provider("A"),), links=links))
        return assess_portfolio(
            portfolio, catalog=known, assumptions=DEFAULTS, today=date(2026, 11, 23)
        ).register_digest

    assert digest() != digest(link("OpenAI", "A"))
    assert digest(link("OpenAI", "A")) == digest(link("OpenAI", "A"))


def test_an_own_provider_that_nobody_uses_changes_no_figure(catalog: Catalog):
    # Options name clouds first, then by name: were "Aida" open to all, it would come first.
    # The first startup uses a model of OpenAI that nobody named, at a host of many.
    demo = demo_portfolio(catalog)
    names = ("Blythemoor Homes", *(one.name for one in demo.startups[:2]))
    startups = tuple(next(one for one in demo.startups if one.name == name) for name in names)
    portfolio = replace(demo, startups=startups)
    today = date(2026, 11, 23)
    wind_down = Scenario(id="x", title="x", root="OpenAI", kind=FailureKind.WIND_DOWN)

    def figures(known: Catalog) -> list[object]:
        laid_out = valuation_of(portfolio, catalog=known, assumptions=DEFAULTS, today=today)
        answer, stressed = assess(laid_out), stress(laid_out, wind_down)
        return [
            *(answer.aal_usd, answer.tvar95_usd, answer.data_digest, *answer.startups),
            *(stressed.total_usd, *stressed.startups, stressed.herd),
            alternatives_for(
                startups[0], Setting(catalog=known, assumptions=DEFAULTS, today=today)
            ),
        ]

    before = figures(catalog)

    @example(developer="OpenAI", upstream="OpenAI", roles={Role.CLOUD})
    @settings(max_examples=3, deadline=None)
    @given(
        developer=st.sampled_from([None, "Aida", "OpenAI", "Anthropic"]),
        upstream=st.sampled_from(["OpenAI", "Microsoft Azure", "Azure OpenAI Service", "Grok"]),
        roles=st.sets(st.sampled_from(list(Role)), min_size=1),
    )
    def holds(developer: str | None, upstream: str, roles: set[Role]) -> None:
        own = OwnFacts(
            providers=(provider("Aida", *roles),),
            services=(service(host="Aida", developer=developer),),
            links=(link(upstream, "Aida"),),
        )
        assert figures(with_own(catalog, own)) == before

    holds()
