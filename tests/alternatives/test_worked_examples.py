"""Options, filters, costs and the choice, each done by hand on a small supply chain."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.alternatives.judgements import Decided, Judgements, Needs
from risk.alternatives.options import alternatives_for
from risk.alternatives.ranking import dominates, objective, ranked
from risk.alternatives.results import Alternative, Criterion, OptionClass, Verdict
from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.likeness import Relation
from risk.catalog.records import Catalog, Offer, Retirement
from risk.inventory.records import CapacityClass, Depth, Fallback
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.alternatives.settings import MOVE, STAY, central
from tests.catalog.test_likeness import rated
from tests.scenarios import small
from tests.small_world import TODAY, dependency, portfolio, rate, small_catalog, startup

RATES = (
    rate("Alpha", FailureKind.OUTAGE, 10, days=(-2.0, 1.0)),
    rate("Alpha", FailureKind.WIND_DOWN, 0.05, notice_days=14),
    rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.2, notice_days=30),
    rate("*customer", FailureKind.ACCESS_CUT, 0.05, notice_days=5),
    rate("*region", FailureKind.REGIONAL_BLOCK, 0.05, days=(3.3, 1.0)),
    rate("Beta", FailureKind.WIND_DOWN, 0.02, notice_days=14),
)


def world(**changes: object) -> Catalog:
    """Alpha's model at Alpha and Cloud; Beta's closed and open models at Beta."""
    bare = small_catalog(rates=RATES)
    models = dict(bare.models)
    for name, facts in changes.items():
        key = name.replace("_", "-")
        models[key] = replace(models[key], **facts)  # type: ignore[arg-type]
    return replace(bare, models=models)


def options(
    catalog: Catalog,
    *,
    assumptions: Assumptions = DEFAULTS,
    judgements: Judgements | None = None,
    **facts: object,
) -> tuple[Alternative, ...]:
    held = startup("Any", dependency("d", "Alpha", "Alpha", model="alpha-1", **facts))
    return alternatives_for(
        held, central(catalog, assumptions), judgements=judgements or Judgements()
    )


def only(found: tuple[Alternative, ...], kind: OptionClass, host: str | None = None) -> Alternative:
    return next(one for one in found if one.option_class is kind and host in (None, one.host))


def reason(one: Alternative, criterion: Criterion) -> tuple[Verdict, str]:
    check = next(each for each in one.checks if each.criterion is criterion)
    return check.verdict, check.reason


# Hard filters.


@pytest.mark.parametrize(
    ("fact", "value", "criterion", "words"),
    [
        ("tool_call", False, Criterion.TOOLS, "no tool calling"),
        ("input_modalities", frozenset({"audio"}), Criterion.MODALITIES, "does not read text"),
    ],
)
def test_what_a_model_cannot_do_rules_it_out_with_the_reason(
    fact: str, value: object, criterion: Criterion, words: str
) -> None:
    # beta-open is the only other model; as open weights it is a candidate even if not comparable.
    catalog = world(beta_open={fact: value}, beta_1={"offers": ()})
    judged = Judgements(needs={("Any", "assistant"): Needs(tool_calling=True)})
    found = options(catalog, judgements=judged, depth=Depth.AGENTS)
    moved = [one for one in found if one.model == "beta-open"]
    assert moved
    for one in moved:
        assert reason(one, criterion) == (Verdict.UNMET, words)
        assert words in one.excluded
        assert not one.recommended


def test_a_stated_need_of_context_is_met_or_not_and_an_unstated_one_is_asked() -> None:
    catalog = world(beta_1={"context_tokens": 64_000})
    kind = OptionClass.OTHER_DEVELOPER

    def verdict(tokens: float | None) -> tuple[Verdict, str]:
        judged = Judgements(needs={("Any", "assistant"): Needs(context_tokens=tokens)})
        return reason(only(options(catalog, judgements=judged), kind), Criterion.CONTEXT)

    # Today's model takes 128,000 tokens; half of it is comparable, whether enough nobody said.
    assert verdict(None) == (
        Verdict.ASK,
        "whether 64,000 tokens of context are enough (today 128,000)",
    )
    assert verdict(50_000) == (
        Verdict.MET,
        "takes 64,000 tokens of context; 50,000 are needed",
    )
    assert verdict(100_000)[0] is Verdict.UNMET


def test_residency_and_retention_are_asked_of_another_host_and_not_of_the_same() -> None:
    found = options(world(), data_residency="EU")
    cloud = only(found, OptionClass.OTHER_HOST, "Cloud")
    assert reason(cloud, Criterion.RESIDENCY) == (Verdict.ASK, "whether data stays in EU")
    assert reason(cloud, Criterion.RETENTION)[0] is Verdict.ASK
    own = only(found, OptionClass.SELF_HOST)
    assert reason(own, Criterion.RESIDENCY) == (Verdict.ASK, "whether the GPUs stand in EU")
    assert reason(own, Criterion.LICENCE)[0] is Verdict.ASK
    assert reason(own, Criterion.RETENTION)[0] is Verdict.MET


def test_a_fact_that_nobody_stated_is_never_a_pass() -> None:
    unknown = {"tool_call": None, "structured_output": None, "context_tokens": None}
    found = options(world(beta_1=unknown, beta_open={"offers": ()}), depth=Depth.AGENTS)
    one = only(found, OptionClass.OTHER_DEVELOPER)
    for criterion in (Criterion.TOOLS, Criterion.STRUCTURED_OUTPUT, Criterion.CONTEXT):
        assert reason(one, criterion)[0] is Verdict.ASK


def test_a_model_that_ends_within_the_horizon_is_no_way_out() -> None:
    ends = Retirement(
        developer="Alpha",
        model="alpha-1",
        announced=None,
        shutdown=TODAY + timedelta(days=100),
        replacement=None,
        source="test",
        as_of="2026-11-23",
        host="Cloud",
    )
    catalog = replace(world(), retirements=(ends,))
    cloud = only(options(catalog), OptionClass.OTHER_HOST, "Cloud")
    assert cloud.excluded == (f"ends on {date(2027, 3, 3).isoformat()}",)


# Coverage: which disruption an option survives.


def test_another_host_survives_an_outage_and_not_the_developers_end() -> None:
    cloud = only(options(world()), OptionClass.OTHER_HOST, "Cloud")
    # One outage of Alpha in ten reaches its models at Cloud; access cuts reach none of them.
    assert cloud.covers[FailureKind.OUTAGE] == pytest.approx(0.9)
    assert cloud.covers[FailureKind.ACCESS_CUT] == 1
    # At 14 days' notice one wind-down in five stops the copy: probability, and no cover.
    assert cloud.down_together[FailureKind.WIND_DOWN] == pytest.approx(0.2)
    assert cloud.covers[FailureKind.WIND_DOWN] == 0


def test_a_model_withdrawn_everywhere_by_law_is_not_covered_by_another_host() -> None:
    # The model itself is what ends: every copy of it, whoever hosts it.
    found = options(world())
    cloud = only(found, OptionClass.OTHER_HOST, "Cloud")
    assert cloud.covers[FailureKind.MODEL_RETIREMENT] == 0
    assert cloud.down_together[FailureKind.MODEL_RETIREMENT] == 1
    assert only(found, OptionClass.OTHER_DEVELOPER).covers[FailureKind.MODEL_RETIREMENT] == 1
    # And as a stress: the model is cut off on both hosts, and the other developer's is not.
    held = portfolio(
        startup("Direct", dependency("a", "Alpha", "Alpha", model="alpha-1")),
        startup("Hosted", dependency("b", "Alpha", "Cloud", model="alpha-1")),
        startup("Other", dependency("c", "Beta", "Beta", model="beta-1")),
    )
    result = stress(
        small.central(held, world()),
        Scenario(id="law", title="law", root="alpha-1", kind=FailureKind.ACCESS_CUT),
    )
    assert {one.startup for one in result.startups} == {"Direct", "Hosted"}
    assert {one.hit_probability for one in result.startups} == {1.0}


# What an option costs.


def test_running_cost_follows_the_mix_of_input_and_output() -> None:
    # Today 2 in, 8 out. The other: 4 in, 4 out. At 3:1 (3·4+4)/(3·2+8) = 16/14 of 12,000.
    offer = Offer(
        model="beta-1",
        host="Beta",
        input_usd_per_million_tokens=4.0,
        output_usd_per_million_tokens=4.0,
        source="test",
    )
    catalog = world(beta_1={"offers": (offer,)}, beta_open={"offers": ()})

    def run(ratio: float | None, assumptions: Assumptions = DEFAULTS) -> float | None:
        needs = {("Any", "assistant"): Needs(input_per_output_tokens=ratio)}
        found = options(catalog, assumptions=assumptions, judgements=Judgements(needs=needs))
        return only(found, OptionClass.OTHER_DEVELOPER).run_usd_per_year

    assert run(None) == pytest.approx(12_000 * 16 / 14)
    # A stated mix of 1:1: (4+4)/(2+8). An assumption of 9:1: (36+4)/(18+8).
    assert run(1.0) == pytest.approx(12_000 * 8 / 10)
    assumed = override(DEFAULTS, {"input_per_output_tokens": 9.0})
    assert run(None, assumed) == pytest.approx(12_000 * 40 / 26)


def test_gpus_and_whoever_keeps_them_running_are_the_cost_of_self_hosting() -> None:
    # 8 GPUs · $2.5 · 8,760 h = 175,200; a quarter of an engineer: 0.25 · 4,000 · 52 = 52,000.
    own = only(options(world()), OptionClass.SELF_HOST)
    assert own.run_usd_per_year == pytest.approx(175_200 + 52_000)


def test_reserved_capacity_and_better_terms_cost_money_and_no_engineers() -> None:
    found = options(world())
    # The bill is 12,000; a quarter of it again is held at Beta, whose prices are the same.
    reserved = only(found, OptionClass.RESERVED)
    assert reserved.run_usd_per_year == pytest.approx(12_000 * 1.25)
    assert (reserved.weeks, reserved.one_off_usd) == (0, 2_000)
    terms = [one for one in found if one.option_class is OptionClass.CONTRACT]
    assert [one.one_off_usd for one in terms] == [15_000, 30_000]
    assert [one.run_usd_per_year for one in terms] == pytest.approx([12_600, 12_600])
    assert all(one.ask == ("whether Alpha agrees to it",) for one in terms)


# Reserved capacity, notice, escrow: the engine's own answer.


def test_a_reservation_is_worth_what_the_queue_would_cost() -> None:
    facts = {
        "fallback": Fallback.UNTESTED,
        "fallback_developer": "Beta",
        "fallback_host": "Beta",
    }

    def left(days: float) -> tuple[float, float]:
        found = options(world(), assumptions=override(DEFAULTS, {"queue_days": days}), **facts)
        reserved = only(found, OptionClass.RESERVED)
        assert reserved.capacity is CapacityClass.RESERVED
        assert reserved.needs_capacity_of == "Beta"
        return found[0].residual_aal_usd, reserved.residual_aal_usd

    stay, reserved = left(0)
    queued_stay, queued_reserved = left(30)
    assert reserved == pytest.approx(stay)
    assert queued_reserved == pytest.approx(reserved)
    assert queued_stay > stay


def test_twice_the_rates_double_what_every_option_removes() -> None:
    # Both runs use the same disruptions and draws; the chance of an end within a year stays small,
    # 1 - e^-0.002 against 1 - e^-0.004, so that twice the rate is twice the loss but for a
    # thousandth.
    rare = small_catalog(
        rates=(
            rate("Alpha", FailureKind.WIND_DOWN, 0.002, notice_days=14),
            rate("Beta", FailureKind.WIND_DOWN, 0.0004, notice_days=14),
        )
    )

    def removed(multiple: float) -> list[float]:
        found = options(rare, assumptions=override(DEFAULTS, {"rate_multiple": multiple}))
        return [found[0].residual_aal_usd - one.residual_aal_usd for one in found]

    once, twice = removed(1), removed(2)
    assert max(once) > 0
    assert twice == pytest.approx([2 * one for one in once], rel=2e-3)


def test_longer_notice_and_escrow_each_take_off_loss() -> None:
    found = options(world())
    notice, escrow = (one for one in found if one.option_class is OptionClass.CONTRACT)
    assert escrow.residual_aal_usd < notice.residual_aal_usd < found[0].residual_aal_usd
    # Notice keeps the service up for nobody: that is why a contract covers nothing.
    assert set(notice.covers.values()) == {0.0}


# The choice.


def test_a_dominated_option_is_never_offered_as_best() -> None:
    worse = replace(MOVE, option="worse", residual_aal_usd=20_000.0, one_off_usd=40_000.0)
    found = ranked((STAY, worse, MOVE), DEFAULTS)
    by_name = {one.option: one for one in found}
    assert dominates(MOVE, worse, STAY, DEFAULTS)
    assert not by_name["worse"].pareto
    assert not by_name["worse"].recommended
    assert by_name["beta-1 at Beta"].recommended


def test_the_break_even_rate_is_extra_cost_over_loss_saved() -> None:
    # Moving costs 30,000/3 + 6,000 = 16,000 a year more and saves 40,000 of expected loss and 6 %
    # of 300,000 of tail: 58,000. They meet at 16/58 of the rates: 58/16 = 3.6 times rarer.
    stay, move = ranked((STAY, MOVE), DEFAULTS)
    assert move.flips_if == (
        "Doing nothing is better only if disruptions are 3.6 times rarer than assumed"
    )
    assert stay.flips_if == "Better only if disruptions are 3.6 times rarer than assumed"
    assert stay.runner_up


amounts = st.floats(0, 1e6)


@st.composite
def anything(draw: st.DrawFn) -> Alternative:
    return replace(
        MOVE,
        option=f"option {draw(st.integers(0, 10**9))}",
        excluded=draw(st.sampled_from(((), ("no tool calling",)))),
        weeks=draw(st.floats(0, 20)),
        one_off_usd=draw(amounts),
        run_usd_per_year=draw(st.one_of(st.none(), amounts)),
        residual_aal_usd=draw(amounts),
        residual_tvar95_usd=draw(amounts),
    )


@settings(max_examples=150, deadline=None)
@given(known=st.lists(anything(), max_size=6), more=anything())
def test_one_more_option_never_worsens_the_choice(
    known: list[Alternative], more: Alternative
) -> None:
    def best(others: list[Alternative]) -> float:
        found = ranked((STAY, *others), DEFAULTS)
        (chosen,) = [one for one in found if one.recommended]
        assert chosen.pareto
        assert chosen.allowed
        assert not any(dominates(one, chosen, STAY, DEFAULTS) for one in found if one.allowed)
        return objective(chosen, STAY, DEFAULTS)

    assert best([*known, more]) <= best(known) + 1e-6


def test_how_alike_two_models_are_can_be_judged_and_changes_the_cost() -> None:
    usual = only(options(world()), OptionClass.OTHER_DEVELOPER)
    assert usual.comparison is not None
    assert usual.comparison.models == ("alpha-1", "beta-1")
    judged = Judgements(alike={("alpha-1", "beta-1"): Decided(value=0.95, reason="x", by="Ann")})
    closer = only(options(world(), judgements=judged), OptionClass.OTHER_DEVELOPER)
    assert closer.comparison is not None
    assert (closer.comparison.alike, closer.comparison.decided_by) == (0.95, "Ann")
    # Quality: 10,000 a day · (1 - s) · 0.3 · 90; effort 1.5 (2 - s) weeks at 4,000.
    saved = 10_000 * 0.2 * 0.3 * 90 + 1.5 * 0.2 * 4_000
    assert usual.one_off_usd - closer.one_off_usd == pytest.approx(saved)


def test_an_option_is_as_unlike_as_the_score_takes_its_model_to_be() -> None:
    # 100 points lost, 0.28013 of the voters, where 0.12 is usual: k = 1 + 0.5 · (2.3344 - 1) =
    # 1.6672 and s = 1 - 0.25 · 1.6672 = 0.5832, which is 0.1668 below the level.
    facts = replace(
        world(),
        usual_distances=dict.fromkeys(Relation, (0.12, 0.0, 0.0, 0.0, 0.0)),
        ratings=rated(alpha_1=1500, beta_1=1400),
    )
    usual = only(options(world()), OptionClass.OTHER_DEVELOPER)
    worse = only(options(facts), OptionClass.OTHER_DEVELOPER)
    assert worse.comparison is not None
    assert worse.comparison.likeness is not None
    assert worse.comparison.likeness.factor == pytest.approx(1.6672, abs=1e-4)
    assert (worse.comparison.alike, worse.comparison.level) == (
        pytest.approx(0.5832, abs=1e-4),
        0.75,
    )
    more = (0.25 * 0.66721) * (10_000 * 0.3 * 90 + 1.5 * 4_000)
    assert worse.one_off_usd - usual.one_off_usd == pytest.approx(more, rel=1e-4)
    # In the score the same: it is the model to which leaving Alpha leads.
    stay = [only(options(one), OptionClass.STAY).residual_aal_usd for one in (world(), facts)]
    assert stay[0] < stay[1]
    voted = {row[0]: row[1:] for row in worse.comparison.rows}
    assert voted["Voters' rating, not your task: overall"] == (
        "1,500 (1,500 to 1,500)",
        "1,400 (1,400 to 1,400)",
    )
    # An analyst's word stands above all facts.
    judged = Judgements(alike={("alpha-1", "beta-1"): Decided(value=0.95, reason="x", by="Ann")})
    decided = only(options(facts, judgements=judged), OptionClass.OTHER_DEVELOPER)
    assert decided.comparison is not None
    assert (decided.comparison.alike, decided.comparison.likeness) == (0.95, None)


def test_a_provider_that_was_the_fallback_takes_todays_as_its_own() -> None:
    facts = {
        "fallback": Fallback.TESTED,
        "fallback_tested_on": TODAY,
        "fallback_developer": "Beta",
        "fallback_host": "Beta",
        "provider_notice_days": 90.0,
    }
    moved = only(options(world(), **facts), OptionClass.OTHER_DEVELOPER).changed
    assert moved is not None
    assert (moved.fallback, moved.fallback_developer) == (Fallback.UNTESTED, "Alpha")
    assert moved.provider_notice_days is None  # Agreed with Alpha, not with Beta.


def test_an_unnamed_models_options_are_asked_what_it_must_do() -> None:
    held = startup("Any", dependency("d", "Alpha", "Alpha"))
    found = alternatives_for(held, central(world()))
    moved = only(found, OptionClass.OTHER_DEVELOPER)
    assert "whether it reads and writes all that the use case does" in moved.ask
    assert moved.comparison is not None
    assert moved.comparison.models[0] == "not named"
