"""A portfolio comes back from the store exactly as it went in, unknown facts included."""

from dataclasses import fields, replace
from datetime import date

import pytest

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.register.naming import UNNAMED_USE_CASE
from db.services.access import LOCAL_OWNER
from db.services.portfolios import (
    list_portfolios,
    load_portfolio,
    portfolio_of_most,
    save_portfolio,
    state_hash,
)
from risk.catalog.records import Answer
from risk.inventory.records import (
    Dependency,
    Depth,
    Evidence,
    ExitPlan,
    Fallback,
    Portfolio,
    Requirement,
    Startup,
    SwitchBegun,
    UseCase,
)

FULL_DEPENDENCY = Dependency(
    key="full",
    provider_text="Azure OpenAI",
    answer=Answer.YES,
    developer="OpenAI",
    host="Microsoft Azure",
    product="Azure OpenAI Service",
    model="gpt-4o",
    region="eu-west",
    data_residency="EU",
    share=0.25,
    spend_usd_per_month=1234.56,
    depth=Depth.FINE_TUNED,
    fallback=Fallback.TESTED,
    fallback_provider_text="Claude",
    fallback_developer="Anthropic",
    fallback_host="Anthropic",
    fallback_tested_on=date(2026, 2, 28),
    exit_plan=ExitPlan.WRITTEN,
    switch_begun=SwitchBegun.NO,
    notice_days=30.5,
    renewal=date(2027, 1, 1),
    provider_notice_days=90.0,
    contract_start=date(2025, 1, 1),
    contract_end=date(2028, 12, 31),
    contract="MSA 7; annex",
    governing_law="DE",
    promised_availability=0.999,
    source="contract",
    as_of=date(2026, 10, 1),
    evidence=Evidence.OBSERVED,
)
FULL_STARTUP = Startup(
    name="Ärger & Söhne",
    website="https://example.com",
    sector="legal",
    country="Germany",
    notes="=1+1 <b>is text</b>",
    annual_revenue_usd=999_999_999_999.99,
    gross_margin=0.1,
    ai_revenue_share=0.0,
    cash_usd=0.01,
    monthly_burn_usd=0.0,
    engineers=2.5,
    invested_usd=0.29,
    tags="b2b; fintech",
    stage="seed",
    fund="Fund I; Fund II",
    ownership=0.125,
    relationship="portfolio company",
    watched_by="Ann",
    contact_email="jo@example.com",
    evidence={"engineers": Evidence.IMPUTED},
    sources={"cash_usd": "call of 3 October", "engineers": "website"},
    stated_on={"cash_usd": date(2026, 10, 3)},
    as_of=date(2026, 11, 1),
    unread_lines=2,
    use_cases=(
        UseCase(
            name="drafting",
            dependencies=(FULL_DEPENDENCY,),
            criticality=5,
            revenue_share=0.75,
            buffer_hours=0.5,
            requirement=Requirement.ALL,
        ),
    ),
)
BARE_STARTUP = Startup(
    name="Bare",
    use_cases=(
        UseCase(
            name="chat",
            dependencies=(Dependency(key="bare", provider_text="?", answer=Answer.ASK),),
        ),
    ),
)
PORTFOLIO = Portfolio(name="Fund I", startups=(FULL_STARTUP, BARE_STARTUP), invented=True)


def saved(store: Store, portfolio: Portfolio) -> Portfolio:
    save_portfolio(store, LOCAL_OWNER, portfolio)
    return load_portfolio(store, LOCAL_OWNER, portfolio.name)


def facts(portfolio: Portfolio) -> Portfolio:
    return replace(portfolio, revision=0, updated=None)


def test_every_field_comes_back_and_unknown_stays_unknown(store: Store):
    assert facts(saved(store, PORTFOLIO)) == PORTFOLIO


#: What drills and agreements say is laid over a dependency when it is read (test_exit_readiness).
FROM_EVIDENCE = {
    "recorded_on",
    "fallback_hours",
    "fallback_capacity",
    "exit_plan_tested_on",
    "escrow",
    "spend_stated",
    "step_in",
}


def test_the_sample_states_every_field_so_that_the_round_trip_means_something():
    for fact in (FULL_STARTUP, FULL_STARTUP.use_cases[0], FULL_DEPENDENCY):
        unstated = {one.name for one in fields(fact) if getattr(fact, one.name) is None}
        assert unstated == (FROM_EVIDENCE if fact is FULL_DEPENDENCY else set())


def test_the_demo_portfolio_comes_back(store: Store, demo: Portfolio):
    assert facts(saved(store, demo)) == facts(demo)


@pytest.mark.parametrize("usd", [0.29, 1.15, 4.35, 8.2, 1e12, 35.855 * 1000])
def test_money_is_kept_to_the_cent(store: Store, usd: float):
    portfolio = replace(PORTFOLIO, startups=(replace(FULL_STARTUP, cash_usd=usd),))
    assert saved(store, portfolio).startups[0].cash_usd == round(usd, 2)


def test_names_of_portfolios_ignore_case_and_spaces(store: Store):
    saved(store, PORTFOLIO)
    assert load_portfolio(store, LOCAL_OWNER, "  fund   i ").name == "Fund I"
    saved(store, replace(PORTFOLIO, name="FUND I", startups=(BARE_STARTUP,)))
    assert [(one.name, one.startups) for one in list_portfolios(store, LOCAL_OWNER)] == [
        ("Fund I", 1)
    ]


def test_a_file_is_of_the_portfolio_that_holds_most_of_its_startups(store: Store):
    for name, startups in (("One", "ABC"), ("Two", "AB"), ("Three", "A")):
        held = tuple(Startup(name=each, use_cases=()) for each in startups)
        save_portfolio(store, LOCAL_OWNER, Portfolio(name=name, startups=held))
    assert portfolio_of_most(store, LOCAL_OWNER, "ABC") == "One"
    # The one that a reader has chosen, where it holds more than half as well.
    assert portfolio_of_most(store, LOCAL_OWNER, "ABC", rather="Two") == "Two"
    assert portfolio_of_most(store, LOCAL_OWNER, "ABC", rather="Three") == "One"
    assert portfolio_of_most(store, LOCAL_OWNER, "AXYZ") is None


def test_every_write_makes_the_revision_grow(store: Store):
    assert [saved(store, PORTFOLIO).revision for _ in range(3)] == [1, 2, 3]


def test_a_portfolio_that_is_not_there_is_said_in_a_sentence(store: Store):
    with pytest.raises(PortfolioNotFound, match="There is no portfolio named “Fund II”"):
        load_portfolio(store, LOCAL_OWNER, "Fund II")


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\u202eb"])
def test_a_portfolio_needs_a_name_that_can_be_shown(store: Store, name: str):
    with pytest.raises(Refused, match="1 to 200"):
        save_portfolio(store, LOCAL_OWNER, replace(PORTFOLIO, name=name))
    assert list_portfolios(store, LOCAL_OWNER) == ()


def test_two_startups_of_one_name_are_refused_and_nothing_is_written(store: Store):
    saved(store, PORTFOLIO)
    twice = replace(PORTFOLIO, startups=(BARE_STARTUP, replace(BARE_STARTUP, name="BARE")))
    with pytest.raises(Refused, match="BARE is in the portfolio “Fund I” twice"):
        save_portfolio(store, LOCAL_OWNER, twice)
    assert facts(load_portfolio(store, LOCAL_OWNER, "Fund I")) == PORTFOLIO


def test_a_blank_use_case_has_a_name_to_show(store: Store):
    blank = replace(BARE_STARTUP, use_cases=(replace(BARE_STARTUP.use_cases[0], name=""),))
    portfolio = saved(store, replace(PORTFOLIO, startups=(blank,)))
    assert portfolio.startups[0].use_cases[0].name == UNNAMED_USE_CASE


def test_the_state_hash_knows_facts_and_nothing_else(store: Store):
    nothing = state_hash(store, LOCAL_OWNER, "Fund I")
    save_portfolio(store, LOCAL_OWNER, PORTFOLIO)
    first = state_hash(store, LOCAL_OWNER, "Fund I")
    save_portfolio(store, LOCAL_OWNER, replace(PORTFOLIO, startups=PORTFOLIO.startups[::-1]))
    assert state_hash(store, LOCAL_OWNER, "Fund I") == first != nothing
    changed = replace(BARE_STARTUP, engineers=0.0)
    save_portfolio(store, LOCAL_OWNER, replace(PORTFOLIO, startups=(FULL_STARTUP, changed)))
    assert state_hash(store, LOCAL_OWNER, "Fund I") != first
