"""A stored portfolio laid out to be valued is what its records lay out."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from db.engine import Store
from db.errors import PortfolioNotFound
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.assumptions import set_assumption
from db.services.hazard import hazard_for_scores
from db.services.portfolios import load_portfolio, save_portfolio
from db.services.reference import load_catalog
from db.services.signals import add_signal
from db.services.valuations import valuation, valuation_alone
from risk.alternatives.options import StartupNotFound
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind, FailureRate
from risk.catalog.records import Answer
from risk.hazard.signals import Signal
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.assessment import assess
from risk.portfolio.results import NO_BAND

TODAY = date(2026, 11, 23)


def of_records(store: Store, portfolio: str = "demo") -> Valuation:
    return valuation_of(
        load_portfolio(store, LOCAL_OWNER, portfolio),
        catalog=load_catalog(store, LOCAL_OWNER),
        assumptions=DEFAULTS,
        today=TODAY,
    )


def test_every_startup_is_worth_what_its_records_say(store: Store, demo: Portfolio):
    save_portfolio(store, LOCAL_OWNER, demo)
    found = valuation(store, LOCAL_OWNER, "Demo", today=TODAY)
    wanted = of_records(store)
    assert (found.portfolio, found.invented) == ("demo", True)
    rows = [found.members.place[name] for name in wanted.members.names]
    assert [found.members.sectors[row] for row in rows] == list(wanted.members.sectors)
    np.testing.assert_array_equal(found.members.questions[rows], wanted.members.questions)
    np.testing.assert_array_equal(found.members.empty[rows], wanted.members.empty)
    assert named(found) == named(wanted)
    assert found.answer.book.mean == pytest.approx(wanted.answer.book.mean, rel=1e-12)
    ours, theirs = found.answer.startups, wanted.answer.startups
    for name in ("mean", "low", "high", "score", "tvar95", "narrows", "months_after"):
        np.testing.assert_allclose(
            getattr(ours, name)[rows], getattr(theirs, name), rtol=1e-9, err_msg=name
        )


def named(found: Valuation) -> set[tuple[str, str, str, str]]:
    """Every dependency by startup, use case, key and text."""
    members, columns = found.members, found.columns
    assert members.use_cases is not None
    assert members.keys is not None
    assert members.texts is not None
    return {
        (
            members.names[columns.cases.startup[case]],
            members.use_cases[case],
            members.keys[link],
            members.texts[link],
        )
        for link, case in enumerate(columns.dependencies.case.tolist())
    }


def test_members_say_who_is_empty_and_how_much_is_open(store: Store):
    asked = Dependency(key="a", provider_text="?", answer=Answer.ASK)
    startups = (
        Startup(name="Empty", sector="Health", use_cases=()),
        Startup(name="Asked", use_cases=(UseCase(name="x", dependencies=(asked,)),)),
        Startup(name="Nothing in it", use_cases=(UseCase(name="x", dependencies=()),)),
    )
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=startups))
    members = valuation(store, LOCAL_OWNER, "Fund", today=TODAY).members
    assert members.names == ["Empty", "Asked", "Nothing in it"]
    assert members.sectors == ["Health", None, None]
    assert members.questions.tolist() == [0, 1, 0]
    assert members.empty.tolist() == [True, False, False]


def test_open_questions_are_laid_out_as_if_each_were_a_yes(store: Store):
    yes = Dependency(key="y", provider_text="OpenAI", answer=Answer.YES, developer="OpenAI")
    ask = Dependency(key="a", provider_text="some cloud", answer=Answer.ASK, developer="Anthropic")
    no = Dependency(key="n", provider_text="no model", answer=Answer.NO)
    startups = (
        Startup(name="Sure", use_cases=(UseCase(name="chat", dependencies=(yes, no)),)),
        Startup(name="Unsure", use_cases=(UseCase(name="support", dependencies=(ask,)),)),
    )
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=startups))
    found = valuation(store, LOCAL_OWNER, "Fund", today=TODAY)
    assert (found.members.use_cases, found.members.texts) == (["chat"], ["OpenAI"])
    assert found.asked is not None
    assert (found.asked.members.names, found.asked.places.tolist()) == (["Unsure"], [1])
    (service,) = (one.service for one in found.asked.columns.endpoints[-1:])
    assert len(found.asked.columns.dependencies.row) == 1
    assert service.developer == "Anthropic"
    assess_one = assess(found).startups[1]
    assert assess_one.aal_usd == 0
    assert assess_one.aal_interval_usd.high > 0
    assert assess_one.band == NO_BAND


def test_one_startup_alone_is_worth_what_it_is_among_the_others(store: Store, demo: Portfolio):
    save_portfolio(store, LOCAL_OWNER, demo)
    name = demo.startups[7].name
    alone = valuation_alone(store, LOCAL_OWNER, "demo", name.upper(), today=TODAY)
    whole = valuation(store, LOCAL_OWNER, "demo", today=TODAY)
    row = whole.members.place[name]
    assert alone.members.names == [name]
    assert alone.worlds.count == whole.worlds.count
    assert alone.answer.startups.mean[0] == pytest.approx(whole.answer.startups.mean[row])
    assert alone.answer.startups.high[0] == pytest.approx(whole.answer.startups.high[row])
    with pytest.raises(StartupNotFound):
        valuation_alone(store, LOCAL_OWNER, "demo", "Nobody", today=TODAY)


def test_the_same_is_laid_out_once_and_whatever_it_rests_on_makes_it_another(
    store: Store, demo: Portfolio
):
    def ask(**more: object) -> Valuation:
        return valuation(store, LOCAL_OWNER, "demo", **{"today": TODAY, **more})  # type: ignore[arg-type]

    save_portfolio(store, LOCAL_OWNER, replace(demo, startups=demo.startups[:2]))
    seen = [ask()]
    assert ask() is seen[0]
    seen.append(ask(today=date(2026, 11, 24)))
    seen.append(ask(assumptions=replace(DEFAULTS, queue_days=1.0)))
    set_assumption(store, LOCAL_OWNER, "demo", "queue_days", 2.0, "tried")
    seen.append(ask())
    assert seen[-1].assumptions.queue_days == 2
    hear(store)
    seen.append(ask())
    save_portfolio(store, LOCAL_OWNER, replace(demo, startups=demo.startups[:3]))
    seen.append(ask())
    assert len({id(one) for one in seen}) == len(seen) == 6
    assert ask() is seen[-1]


def test_whoever_may_not_read_is_not_given_what_is_at_hand(store: Store, demo: Portfolio):
    save_portfolio(store, LOCAL_OWNER, replace(demo, startups=demo.startups[:1]))
    valuation(store, LOCAL_OWNER, "demo", today=TODAY)
    stranger = Actor("stranger", ActorRole.NONE)
    with pytest.raises(NotAllowed):
        valuation(store, stranger, "demo", today=TODAY)
    with pytest.raises(PortfolioNotFound):
        valuation(store, LOCAL_OWNER, "another", today=TODAY)


def test_a_wind_down_after_signals_counts_for_their_horizon_and_as_before_for_the_rest(
    store: Store, demo: Portfolio
):
    save_portfolio(store, LOCAL_OWNER, replace(demo, startups=demo.startups[:2]))
    doubled = replace(DEFAULTS, wind_down_rate_multiple=2.0)
    before = hazard_for_scores(store, LOCAL_OWNER, doubled, today=TODAY)
    assert before.before_signals == {}
    hear(store)
    after = hazard_for_scores(store, LOCAL_OWNER, doubled, today=TODAY)
    # The reference facts say 0.04159 a year of a developer of the second tier.
    assert after.before_signals == {"Mistral AI": pytest.approx(2 * 0.04159)}
    found = valuation(store, LOCAL_OWNER, "demo", today=TODAY, assumptions=doubled)
    assert found.before_signals == after.before_signals
    (heard,) = [one for one in found.catalog.rates if one.node == "Mistral AI" and closes(one)]
    assert heard.rate_per_year > 0.04159


def closes(one: FailureRate) -> bool:
    return one.kind is FailureKind.WIND_DOWN


def hear(store: Store) -> None:
    """Note that a provider is in trouble."""
    add_signal(
        store,
        LOCAL_OWNER,
        Signal(
            provider="Mistral AI",
            kind="chief_executive_dismissed",
            at=datetime(2026, 11, 20, tzinfo=UTC),
            intensity=1.0,
            reliability=1.0,
            source="a newspaper",
        ),
    )
