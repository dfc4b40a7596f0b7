"""Reference facts, assumptions, decisions and scores of a stored portfolio."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from db.engine import Store
from db.errors import AliasNotFound, PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER
from db.services.assumptions import assumption_history, load_assumptions, set_assumption
from db.services.audit import list_audit
from db.services.decisions import finish_decision, list_decisions, record_decision
from db.services.options import waiting
from db.services.portfolios import list_portfolios, load_portfolio, save_portfolio
from db.services.reference import (
    add_alias,
    list_aliases,
    load_catalog,
    load_resolver,
    remove_alias,
)
from db.services.scenario_files import scenarios
from db.services.scoring import alternatives, score_portfolio, stress
from db.services.setup import initialise
from db.services.signals import add_signal
from risk.alternatives.options import alternatives_for
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS, override
from risk.catalog.records import Alias, Answer, Catalog
from risk.hazard.signals import Signal
from risk.inventory.records import Portfolio
from risk.loss.valuation import valuation_of
from risk.portfolio.assessment import assess_portfolio
from risk.scenarios.stress import stress as stress_of

TODAY = date(2026, 11, 24)


@pytest.fixture
def fund(store: Store, demo: Portfolio) -> Portfolio:
    """Six startups of the demo portfolio, stored."""
    save_portfolio(store, LOCAL_OWNER, replace(demo, name="Fund", startups=demo.startups[:6]))
    return load_portfolio(store, LOCAL_OWNER, "Fund")


def alias(text: str, answer: Answer = Answer.NO) -> Alias:
    return Alias(text=text, answer=answer, developer=None, host=None, product=None, source="Ann")


@pytest.mark.parametrize("part", [one.name for one in fields(Catalog)])
def test_every_reference_fact_comes_back_from_the_store(store: Store, catalog: Catalog, part: str):
    assert getattr(load_catalog(store, LOCAL_OWNER), part) == getattr(catalog, part)


def test_an_alias_comes_last_and_replaces_an_earlier_decision(store: Store, catalog: Catalog):
    add_alias(store, LOCAL_OWNER, alias("Zed  Bot", Answer.YES))
    add_alias(store, LOCAL_OWNER, alias("zed bot"))
    found = load_catalog(store, LOCAL_OWNER).aliases
    assert found == (*catalog.aliases, alias("zed bot"))


def test_a_persons_alias_wins_over_the_products_own_and_removing_it_gives_the_earlier_answer(
    store: Store,
):
    def answer() -> Answer:
        return load_resolver(store, LOCAL_OWNER).resolve("Claude").answer

    assert answer() is Answer.YES
    add_alias(store, LOCAL_OWNER, alias("Claude", Answer.ASK))
    add_alias(store, LOCAL_OWNER, alias("claude", Answer.NO))
    assert answer() is Answer.NO
    assert [one.alias.answer for one in list_aliases(store, LOCAL_OWNER)] == [Answer.NO]
    earlier = remove_alias(store, LOCAL_OWNER, "CLAUDE")
    assert earlier == alias("Claude", Answer.ASK)
    assert answer() is Answer.ASK
    assert remove_alias(store, LOCAL_OWNER, "Claude") is None
    assert answer() is Answer.YES
    assert list_aliases(store, LOCAL_OWNER) == ()


def test_removing_an_alias_stands_in_the_audit_and_needs_one_to_remove(store: Store):
    with pytest.raises(AliasNotFound, match="Nobody decided what “zed bot” stands for"):
        remove_alias(store, LOCAL_OWNER, "zed bot")
    add_alias(store, LOCAL_OWNER, alias("zed bot"))
    remove_alias(store, LOCAL_OWNER, "Zed  Bot")
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert (newest.action, newest.object_name, newest.after) == ("remove alias", "zed bot", None)
    assert newest.before is not None
    assert newest.before["answer"] == "no"


def test_an_alias_outlives_new_reference_facts(store: Store, monkeypatch: pytest.MonkeyPatch):
    add_alias(store, LOCAL_OWNER, alias("zed bot"))
    monkeypatch.setattr("db.services.setup._CATALOGUE_PACKAGES", ())
    initialise(store)
    found = load_catalog(store, LOCAL_OWNER).aliases
    assert found[-1] == alias("zed bot")
    assert len(set(found)) == len(found)


def test_the_demo_is_added_once_and_labelled(store: Store):
    for _ in range(2):
        initialise(store, demo=True)
    (demo,) = list_portfolios(store, LOCAL_OWNER)
    assert (demo.name, demo.invented, demo.revision) == ("demo", True, 2)


def test_an_assumption_is_changed_for_one_portfolio_with_reason_and_name(
    store: Store, fund: Portfolio
):
    save_portfolio(store, LOCAL_OWNER, replace(fund, name="Other"))
    set_assumption(store, LOCAL_OWNER, "fund", "rate_multiple", 2.0, "a bad year")
    changed = override(DEFAULTS, {"rate_multiple": 2.0})
    assert load_assumptions(store, LOCAL_OWNER, "Fund") == changed
    assert load_assumptions(store, LOCAL_OWNER, "Other") == DEFAULTS
    (change,) = assumption_history(store, LOCAL_OWNER, "Fund")
    assert (change.name, change.value, change.reason) == ("rate_multiple", 2.0, "a bad year")
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert (newest.before, newest.after) == ({"value": 1.0}, {"value": 2.0})
    assert load_portfolio(store, LOCAL_OWNER, "Fund").revision == fund.revision + 1


def test_the_newest_change_counts_and_none_puts_the_default_back(store: Store, fund: Portfolio):
    for value in (2.0, 3.0):
        set_assumption(store, LOCAL_OWNER, "Fund", "rate_multiple", value, "try")
    assert load_assumptions(store, LOCAL_OWNER, "Fund").rate_multiple == 3.0
    set_assumption(store, LOCAL_OWNER, "Fund", "rate_multiple", None, "enough")
    assert load_assumptions(store, LOCAL_OWNER, "Fund") == DEFAULTS
    history = assumption_history(store, LOCAL_OWNER, "Fund")
    assert [one.value for one in history] == [None, 3.0, 2.0]


@pytest.mark.parametrize(
    ("name", "value", "reason", "sentence"),
    [
        ("rate_multiple", 11.0, "more", "must lie between 0 and 10"),
        ("luck", 1.0, "more", "no assumption called “luck”"),
        ("__class__", 1.0, "more", "no assumption called"),
        ("rate_multiple", 2.0, " ", "Say why"),
    ],
)
def test_an_assumption_needs_a_name_a_range_and_a_reason(
    store: Store, fund: Portfolio, name: str, value: float, reason: str, sentence: str
):
    with pytest.raises(Refused, match=sentence):
        set_assumption(store, LOCAL_OWNER, "Fund", name, value, reason)
    assert assumption_history(store, LOCAL_OWNER, "Fund") == ()


def test_a_decision_is_kept_until_it_is_done(store: Store, fund: Portfolio):
    name = fund.startups[0].name
    number = record_decision(
        store,
        LOCAL_OWNER,
        "Fund",
        name,
        "Claude API",
        owner="Ann",
        use_case="chat",
        due=date(2027, 1, 31),
    )
    finish_decision(store, LOCAL_OWNER, number, done=date(2027, 1, 5))
    (decision,) = list_decisions(store, LOCAL_OWNER, "Fund", name.upper())
    assert (decision.option, decision.owner, decision.use_case) == ("Claude API", "Ann", "chat")
    assert (decision.due, decision.done) == (date(2027, 1, 31), date(2027, 1, 5))
    assert list_decisions(store, LOCAL_OWNER, "Fund", "Nobody") == ()


def test_a_score_from_the_store_is_the_score_of_its_facts(
    store: Store, fund: Portfolio, catalog: Catalog
):
    set_assumption(store, LOCAL_OWNER, "Fund", "rate_multiple", 2.0, "a bad year")
    scored = score_portfolio(store, LOCAL_OWNER, "Fund", today=TODAY)
    direct = assess_portfolio(
        load_portfolio(store, LOCAL_OWNER, "Fund"),
        catalog=catalog,
        assumptions=override(DEFAULTS, {"rate_multiple": 2.0}),
        today=TODAY,
    )
    assert scored.median_usd == pytest.approx(direct.median_usd)
    assert scored.tvar95_usd == pytest.approx(direct.tvar95_usd)
    expected = {one.startup: one for one in direct.startups}
    assert len(scored.startups) == len(expected)
    for one in scored.startups:
        assert one.aal_usd == pytest.approx(expected[one.startup].aal_usd)
        assert one.score == pytest.approx(expected[one.startup].score)
        assert one.unknown == expected[one.startup].unknown


def test_a_stress_test_from_the_store_is_that_of_its_facts(
    store: Store, fund: Portfolio, catalog: Catalog
):
    scenario = next(iter(scenarios(store, LOCAL_OWNER).values()))
    stored = stress(store, LOCAL_OWNER, "Fund", scenario, today=TODAY)
    laid_out = valuation_of(fund, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    direct = stress_of(laid_out, scenario)
    assert stored.total_usd == pytest.approx(direct.total_usd)
    for found, expected in zip(stored.by_day, direct.by_day, strict=True):
        assert found == pytest.approx(expected)
    names = {one.startup for one in stored.startups}
    assert names == {one.startup for one in direct.startups}


def test_alternatives_from_the_store_are_those_of_its_facts(
    store: Store, fund: Portfolio, catalog: Catalog
):
    name = fund.startups[0].name
    given = {"catalog": catalog, "assumptions": DEFAULTS, "today": TODAY}
    found = alternatives(store, LOCAL_OWNER, "Fund", name, today=TODAY)
    plain = tuple(replace(one, records=()) for one in found)
    assert plain == alternatives_for(fund.startups[0], Setting(**given))
    # Beside the facts of the model stands the past of who would do the work.
    stay = found[0]
    assert [one.provider for one in stay.records] == ["OpenAI"]
    assert stay.records[0].documented > 0


def test_what_waiting_is_worth_is_said_once_signals_raise_a_chance(
    store: Store, fund: Portfolio, catalog: Catalog
):
    name = fund.startups[0].name

    def asked(**more: bool) -> set[str]:
        found = waiting(store, LOCAL_OWNER, "Fund", name, today=TODAY, **more)
        return {one.provider for one in found}

    assert asked() == set()
    assert asked(all_providers=True) == {"OpenAI"}
    at = datetime(2026, 11, 20, tzinfo=UTC)
    good = Signal(provider="OpenAI", kind="new_funding_secured", at=at, source="a newspaper")
    add_signal(store, LOCAL_OWNER, good)
    # Good news is no crisis.
    assert asked() == set()
    add_signal(store, LOCAL_OWNER, replace(good, kind="chief_executive_dismissed"))
    add_signal(store, LOCAL_OWNER, replace(good, kind="staff_threaten_to_quit"))
    assert asked() == {"OpenAI"}
    # Nobody of the startup's depends on Mistral.
    add_signal(store, LOCAL_OWNER, replace(good, kind="down_round", provider="Mistral AI"))
    assert asked() == {"OpenAI"}


def test_what_asks_for_a_portfolio_says_that_there_is_none(store: Store):
    scenario = next(iter(scenarios(store, LOCAL_OWNER).values()))
    for ask in (
        lambda: score_portfolio(store, LOCAL_OWNER, "Nowhere", today=TODAY),
        lambda: stress(store, LOCAL_OWNER, "Nowhere", scenario, today=TODAY),
        lambda: alternatives(store, LOCAL_OWNER, "Nowhere", "Acme", today=TODAY),
        lambda: load_assumptions(store, LOCAL_OWNER, "Nowhere"),
        lambda: set_assumption(store, LOCAL_OWNER, "Nowhere", "rate_multiple", 1.0, "x"),
        lambda: list_decisions(store, LOCAL_OWNER, "Nowhere"),
    ):
        with pytest.raises(PortfolioNotFound, match="There is no portfolio named “Nowhere”"):
            ask()
