"""Drills, judgements and decisions are kept with who and why, and move the score by the model."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.assumptions import set_assumption
from db.services.audit import list_audit
from db.services.decision_results import Promise, promised_and_done
from db.services.decisions import (
    finish_decision,
    list_decisions,
    record_decision,
    reopen_decision,
    withdraw_decision,
)
from db.services.drills import DrillNote, list_drills, record_drill, withdraw_drill
from db.services.judgements import (
    judge,
    load_judgements,
    take_back_judgement,
)
from db.services.options import accept_option, readiness
from db.services.portfolios import load_portfolio, save_portfolio, state_hash
from db.services.scoring import alternatives, score_portfolio
from risk.alternatives.evidence import DrillKind
from risk.alternatives.judgements import Judgement, Substitutability, Topic
from risk.alternatives.results import Criterion, OptionClass
from risk.inventory.records import Dependency, ExitPlan, Fallback
from tests.small_world import dependency, portfolio, startup

ANN = Actor("Ann", ActorRole.ANALYST)
HELD = startup(
    "Acme",
    dependency(
        "acme-1",
        "OpenAI",
        "OpenAI",
        model="GPT-5.5",
        fallback=Fallback.UNTESTED,
        fallback_developer="Anthropic",
        fallback_host="Anthropic",
        spend_usd_per_month=20_000.0,
    ),
    country="US",
)


@pytest.fixture
def fund(store: Store) -> Store:
    save_portfolio(store, LOCAL_OWNER, replace(portfolio(HELD), name="Fund"))
    return store


def today(store: Store) -> date:
    return store.now().date()


def shown(store: Store) -> Dependency:
    return load_portfolio(store, LOCAL_OWNER, "Fund").startups[0].use_cases[0].dependencies[0]


def aal(store: Store, day: date | None = None) -> float:
    when = day or today(store)
    return score_portfolio(store, LOCAL_OWNER, "Fund", today=when).aal_usd


def drill(store: Store, **facts: object) -> DrillNote:
    note = DrillNote(
        startup="Acme",
        kind=DrillKind.FALLBACK,
        held_on=today(store),
        evals_passed=48,
        evals_total=50,
        hours=0.5,
        conducted_by="Ann",
        source="runbook, page 3",
    )
    return replace(note, **facts)  # type: ignore[arg-type]


def test_a_passed_drill_cuts_the_loss_and_wears_out_within_half_a_year(fund: Store):
    untested = aal(fund)
    hash_before = state_hash(fund, LOCAL_OWNER, "Fund")
    record_drill(fund, ANN, "Fund", drill(fund))
    one = shown(fund)
    assert (one.fallback, one.fallback_tested_on, one.fallback_hours) == (
        Fallback.TESTED,
        today(fund),
        0.5,
    )
    fresh, half = aal(fund), aal(fund, today(fund) + timedelta(days=135))
    assert fresh < half < untested
    assert aal(fund, today(fund) + timedelta(days=189)) == pytest.approx(untested, rel=1e-4)
    # Evidence lies over the register; what was imported is as it was.
    assert state_hash(fund, LOCAL_OWNER, "Fund") == hash_before


def test_only_the_newest_drill_counts_and_a_failed_one_proves_nothing(fund: Store):
    record_drill(fund, ANN, "Fund", drill(fund, held_on=today(fund) - timedelta(days=30)))
    record_drill(fund, ANN, "Fund", drill(fund, evals_passed=44))  # 88 % of 50, and 90 % must pass
    assert shown(fund).fallback is Fallback.UNTESTED
    set_assumption(fund, ANN, "Fund", "drill_pass_share", 0.85, "our bar")
    assert shown(fund).fallback is Fallback.TESTED


def test_an_exit_drill_tests_the_plan_and_measures_the_time_to_leave(fund: Store):
    note = drill(fund, kind=DrillKind.EXIT, hours=52.0)
    record_drill(fund, ANN, "Fund", note)
    assert shown(fund).exit_plan is ExitPlan.TESTED
    (one,) = readiness(fund, LOCAL_OWNER, "Fund", "Acme", today=today(fund))
    assert one.readiness.substitutability is Substitutability.EASY
    assert one.readiness.days == pytest.approx(52 / 24)
    assert one.readiness.because == "a drill left it in 2 days"


def test_a_withdrawn_drill_stays_on_record_and_counts_no_longer(fund: Store):
    before = aal(fund)
    number = record_drill(fund, ANN, "Fund", drill(fund))
    withdraw_drill(fund, ANN, number, reason="wrong company")
    assert aal(fund) == before
    (found,) = list_drills(fund, LOCAL_OWNER, "Fund", "ACME")
    assert (found.withdrawn_by, found.withdrawn_reason) == ("Ann", "wrong company")
    with pytest.raises(Refused, match="withdrawn before, by Ann"):
        withdraw_drill(fund, ANN, number, reason="again")
    assert [one.object_kind for one in list_audit(fund, LOCAL_OWNER)[:2]] == ["drill", "drill"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"startup": "Acne"}, "no company “Acne” in Fund"),
        ({"use_case": "poems"}, "no use case “poems”"),
        ({"provider": "Mistral"}, "It depends on: OpenAI"),
        ({"evals_passed": 51}, "47 of 50"),
        ({"evals_passed": 0, "evals_total": 0}, "proves nothing"),
        ({"hours": -1.0}, "in hours"),
        ({"held_on": date(2999, 1, 1)}, "still to come"),
        ({"source": " "}, "where it is written down"),
    ],
)
def test_a_drill_that_makes_no_sense_is_refused(fund: Store, change: dict[str, object], said: str):
    with pytest.raises(Refused, match=said):
        record_drill(fund, ANN, "Fund", drill(fund, **change))
    assert list_drills(fund, LOCAL_OWNER, "Fund") == ()


def test_a_fallback_that_nobody_named_cannot_have_been_tried(fund: Store):
    bare = startup("Bare", dependency("bare", "OpenAI", "OpenAI"))
    save_portfolio(fund, LOCAL_OWNER, replace(portfolio(bare), name="Bare fund"))
    with pytest.raises(Refused, match="names no backup"):
        record_drill(fund, ANN, "Bare fund", drill(fund, startup="Bare"))


def test_what_a_contract_promises_is_judged_with_a_reason_and_counts(fund: Store):
    before = aal(fund)
    said = Judgement(
        topic=Topic.PROVIDER_NOTICE_DAYS, value="365", reason="contract, clause 9", startup="acme"
    )
    judge(fund, ANN, "Fund", said)
    assert shown(fund).provider_notice_days == 365
    assert aal(fund) < before
    take_back_judgement(fund, ANN, "Fund", replace(said, reason="clause was struck"))
    assert shown(fund).provider_notice_days is None
    with pytest.raises(Refused, match="nothing to take back"):
        take_back_judgement(fund, ANN, "Fund", said)


@pytest.mark.parametrize(
    ("topic", "value", "reason", "said"),
    [
        (Topic.ESCROW, "perhaps", "x", "yes, no"),
        (Topic.PROVIDER_NOTICE_DAYS, "soon", "x", "Write a number"),
        (Topic.PROVIDER_NOTICE_DAYS, "-3", "x", "between 0 and 3650"),
        (Topic.INPUT_MODALITIES, "smell", "x", "audio, image"),
        (Topic.SUBSTITUTABILITY, "hard", "x", "not substitutable"),
        (Topic.ESCROW, "yes", " ", "rests on"),
    ],
)
def test_a_judgement_that_does_not_fit_is_refused(
    fund: Store, topic: Topic, value: str, reason: str, said: str
):
    with pytest.raises(Refused, match=said):
        judge(fund, ANN, "Fund", Judgement(topic=topic, value=value, reason=reason, startup="Acme"))
    assert load_judgements(fund, LOCAL_OWNER, "Fund") == ()


def test_an_answer_takes_a_question_off_an_option_or_rules_it_out(fund: Store):
    options = alternatives(fund, LOCAL_OWNER, "Fund", "Acme", today=today(fund))
    moved = next(one for one in options if one.option_class is OptionClass.OTHER_DEVELOPER)
    asked = next(one for one in moved.checks if one.criterion is Criterion.RETENTION)
    assert asked.reason in moved.ask

    def answered(value: str) -> object:
        judge(
            fund,
            ANN,
            "Fund",
            Judgement(
                topic=Topic.ANSWER,
                value=value,
                reason="their terms of 2026-10",
                startup="Acme",
                subject=f"{moved.model} at {moved.host}",
                other=Criterion.RETENTION.value,
            ),
        )
        found = alternatives(fund, LOCAL_OWNER, "Fund", "Acme", today=today(fund))
        return next(one for one in found if one.option == moved.option)

    yes, no = answered("yes"), answered("no")
    assert asked.reason not in yes.ask
    assert not yes.excluded
    assert no.excluded == ("data retention: their terms of 2026-10",)


def test_a_class_that_an_analyst_judged_stands_with_the_reason(fund: Store):
    (derived,) = readiness(fund, LOCAL_OWNER, "Fund", "Acme", today=today(fund))
    judge(
        fund,
        ANN,
        "Fund",
        Judgement(
            topic=Topic.SUBSTITUTABILITY,
            value=Substitutability.HIGHLY_COMPLEX.value,
            reason="certified with this model only",
            startup="Acme",
        ),
    )
    (one,) = readiness(fund, LOCAL_OWNER, "Fund", "Acme", today=today(fund))
    assert one.readiness.substitutability is Substitutability.HIGHLY_COMPLEX
    assert one.readiness.derived is derived.readiness.derived
    assert (one.readiness.because, one.readiness.decided_by) == (
        "certified with this model only",
        "Ann",
    )
    assert one.readiness.reason_code == "eba_ZZ:x964"


def test_an_accepted_option_keeps_what_it_promised(fund: Store):
    options = alternatives(fund, LOCAL_OWNER, "Fund", "Acme", today=today(fund))
    stay, gateway = (
        options[0],
        next(one for one in options if one.option_class is OptionClass.GATEWAY),
    )
    due = today(fund) + timedelta(days=60)
    accept_option(fund, ANN, "Fund", "Acme", gateway, stay, owner="Bo", due=due)
    (found,) = list_decisions(fund, LOCAL_OWNER, "Fund")
    removed = stay.residual_aal_usd - gateway.residual_aal_usd
    assert found.promise.aal_removed_usd == pytest.approx(removed, abs=0.01)
    assert found.promise.one_off_usd == pytest.approx(gateway.one_off_usd, abs=0.01)
    assert (found.owner, found.due, found.done) == ("Bo", due, None)
    with pytest.raises(Refused, match="decided for this already"):
        accept_option(fund, ANN, "Fund", "Acme", options[1], stay, owner="Bo")
    ruled_out = replace(gateway, excluded=("no tool calling",))
    with pytest.raises(Refused, match="ruled out: no tool calling"):
        accept_option(fund, ANN, "Fund", "Acme", ruled_out, stay, owner="Bo")


def test_promised_against_done_adds_up_what_stands(fund: Store):
    def decide(removed: float | None, due: date | None = None) -> int:
        promise = Promise(aal_removed_usd=removed, tvar95_removed_usd=10.0)
        return record_decision(
            fund, ANN, "Fund", "Acme", "Claude API", owner="Ann", due=due, promise=promise
        )

    first, _, third, fourth = (
        decide(100.0),
        decide(40.0, today(fund) - timedelta(days=1)),
        decide(None),
        decide(999.0),
    )
    finish_decision(fund, ANN, first, done=today(fund))
    finish_decision(fund, ANN, third, done=today(fund))
    reopen_decision(fund, ANN, third)
    withdraw_decision(fund, ANN, fourth, reason="too dear")
    # 100 and 40 promised, the third unmeasured, the fourth taken back; 100 done.
    found = promised_and_done(list_decisions(fund, LOCAL_OWNER, "Fund"), today=today(fund))
    assert (found.promised, found.done, found.overdue, found.unmeasured) == (3, 1, 1, 1)
    assert (found.promised_aal_usd, found.done_aal_usd) == (140, 100)
    assert (found.promised_tvar95_usd, found.done_tvar95_usd) == (30, 10)
    with pytest.raises(Refused, match="taken back by Ann"):
        finish_decision(fund, ANN, fourth, done=today(fund))


def test_a_decision_changes_no_figure_until_it_is_carried_out(
    fund: Store, opened: Callable[[str], Store]
):
    before = load_portfolio(fund, LOCAL_OWNER, "Fund")
    record_decision(fund, ANN, "Fund", "Acme", "Claude API", owner="Ann")
    assert load_portfolio(fund, LOCAL_OWNER, "Fund") == before
