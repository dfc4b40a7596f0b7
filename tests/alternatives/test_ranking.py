"""The choice among options: before a last day, in how many worlds, and what would flip it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.alternatives.judgements import Decided, Judgements
from risk.alternatives.offers import OfferMaker
from risk.alternatives.options import alternatives_for, asked_of, objectives, with_records
from risk.alternatives.ranking import dominates, objective, ranked
from risk.alternatives.results import Alternative, Criterion, LastDay, OptionClass
from risk.alternatives.valued import choices_of, valued_options
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS, override
from risk.catalog.records import SELF_HOSTED, Catalog, Retirement
from risk.catalog.replacements import ending
from risk.hazard.event_catalogue import last_days, published
from risk.hazard.provider_record import ProviderRecord
from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import SwitchBegun
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of
from tests.alternatives.settings import MOVE, STAY, central
from tests.alternatives.test_options import HERS
from tests.alternatives.test_worked_examples import only, options, world
from tests.small_world import TODAY, service

#: Options that keep today's model running where it runs.
KEEPERS = (OptionClass.STAY, OptionClass.CONTRACT, OptionClass.GATEWAY, OptionClass.RESERVED)


def last_day(model: str, days: int, *, host: str | None = None) -> Retirement:
    return Retirement(
        developer="Alpha" if model.startswith("alpha") else "Beta",
        model=model,
        announced=None,
        shutdown=TODAY + timedelta(days=days),
        replacement=None,
        source="test",
        as_of="2026-11-23",
        host=host,
    )


def ends(*retirements: Retirement, **changes: object) -> Catalog:
    return replace(world(**changes), retirements=retirements)


def recommended(found: tuple[Alternative, ...]) -> Alternative | None:
    return next((one for one in found if one.recommended), None)


# Deadline first.


def test_nothing_that_ends_with_todays_model_can_be_recommended() -> None:
    found = options(ends(last_day("alpha-1", 47)))
    kept = [one for one in found if one.option_class in KEEPERS]
    assert {one.option_class for one in kept} == set(KEEPERS)
    assert not any(one.allowed or one.recommended for one in kept)
    assert found[0].excluded == ("alpha-1 ends on 2027-01-09, in 47 days: staying ends with it",)
    # The same model elsewhere ends on the developer's day as well.
    assert only(found, OptionClass.OTHER_HOST).excluded == ("ends on 2027-01-09",)
    best = recommended(found)
    assert best is not None
    assert best.option_class in (OptionClass.OTHER_DEVELOPER, OptionClass.SELF_HOST)


def test_a_replacement_says_by_when_it_must_start_and_how_late_that_is() -> None:
    # Moving raw calls takes 1.5 · (2 − 0.75) = 1.875 weeks, an evaluation set one: 20.125 days of
    # one engineer; an agreement is signed meanwhile, then 3 days of evaluation: 24 days begun.
    in_time = only(options(ends(last_day("alpha-1", 47))), OptionClass.OTHER_DEVELOPER)
    assert in_time.switch_days == pytest.approx(23.125)
    assert in_time.last_day == LastDay(
        model="alpha-1", day=date(2027, 1, 9), days_left=47, start_by=date(2026, 12, 16)
    )
    late = only(
        options(ends(last_day("alpha-1", 10)), switch_begun=SwitchBegun.NO),
        OptionClass.OTHER_DEVELOPER,
    )
    assert late.last_day is not None
    # Fourteen days late: the day to start was 9 November, two weeks ago.
    assert late.last_day.start_by == date(2026, 11, 9)
    assert (late.last_day.days_late, late.last_day.begun) == (14, False)
    # A day that has passed leaves staying no more than one that is to come.
    passed = options(ends(last_day("alpha-1", -3)))
    assert "alpha-1 ended on 2026-11-20: staying has ended with it" in passed[0].excluded[0]


def test_a_last_day_beyond_the_horizon_decides_nothing() -> None:
    catalog = ends(last_day("alpha-1", 300))
    assert options(catalog)[0].last_day is not None
    near = override(DEFAULTS, {"advice_horizon_days": 180.0})
    found = options(catalog, assumptions=near)
    assert found[0].last_day is None
    assert found[0].allowed


def test_a_hosts_own_day_holds_at_that_host_alone() -> None:
    found = options(ends(last_day("alpha-1", 47, host="Cloud")))
    assert found[0].last_day is None
    assert only(found, OptionClass.OTHER_HOST, "Cloud").excluded == ("ends on 2027-01-09",)


def with_a_second_of_beta(catalog: Catalog, **facts: object) -> Catalog:
    """Beta's model once more under another name, the later one in the catalogue."""
    again = replace(catalog.models["beta-1"], name="beta-2", **facts)  # type: ignore[arg-type]
    offers = tuple(replace(one, model="beta-2") for one in again.offers)
    return replace(catalog, models={**catalog.models, "beta-2": replace(again, offers=offers)})


def test_a_model_that_has_ended_at_one_host_comes_behind_the_others_and_is_asked_about() -> None:
    gone = last_day("beta-1", -100, host="Cloud")
    both = options(with_a_second_of_beta(ends(gone)))
    assert only(both, OptionClass.OTHER_DEVELOPER).model == "beta-2"
    alone = only(options(ends(gone, beta_open={"offers": ()})), OptionClass.OTHER_DEVELOPER)
    assert alone.model == "beta-1"
    assert "how long it goes on: at Cloud it ended on 2026-08-15" in alone.ask
    # Nothing is said of the host where it runs, so that nothing rules it out.
    assert not alone.excluded


def test_a_model_of_two_years_comes_behind_a_younger_one() -> None:
    old = {"released": date(2025, 1, 1)}
    catalog = with_a_second_of_beta(world(beta_1=old), released=date(2026, 1, 1))
    # alpha-1 came out on 1 January 2026, both within eighteen months of it.
    assert only(options(catalog), OptionClass.OTHER_DEVELOPER).model == "beta-2"
    catalog = with_a_second_of_beta(world(beta_1={"released": date(2026, 1, 1)}), **old)
    assert only(options(catalog), OptionClass.OTHER_DEVELOPER).model == "beta-1"


def test_advice_and_losses_take_the_same_day(catalog: Catalog) -> None:
    known = last_days(catalog.retirements)
    hosts = ("OpenAI", "Anthropic", "Google", "Microsoft Azure", "Google Cloud", SELF_HOSTED)
    compared = 0
    for model in {one.model for one in catalog.retirements}:
        for host in hosts:
            place = published(Endpoint(service("any", None, host), model), known)
            found = ending(model, host, catalog, TODAY, days=10_000)
            expected = None if place < 0 else catalog.retirements[place].shutdown
            assert (found and found.shutdown) == expected
            compared += place >= 0
    assert compared > 100


def test_the_next_best_that_does_not_end_is_offered_and_weights_do_not_end() -> None:
    found = options(ends(last_day("beta-1", 100)))
    assert only(found, OptionClass.OTHER_DEVELOPER).model == "beta-open"
    assert only(found, OptionClass.GATEWAY).excluded == ()
    both = options(ends(last_day("beta-1", 100), last_day("beta-open", 100)))
    assert only(both, OptionClass.OTHER_DEVELOPER).excluded
    assert only(both, OptionClass.GATEWAY).excluded
    assert only(both, OptionClass.SELF_HOST).excluded == ()


def test_an_analyst_may_know_that_the_model_lives_on() -> None:
    said = Decided(value=1.0, reason="extended by contract", by="Ann")
    key = ("Any", "assistant", "alpha-1 at Alpha", Criterion.LAST_DAY)
    found = options(ends(last_day("alpha-1", 47)), judgements=Judgements(answers={key: said}))
    assert found[0].last_day is None
    # One answer holds for everything that keeps the model.
    assert all(one.allowed for one in found if one.option_class in KEEPERS)


def test_where_no_option_is_left_none_is_recommended() -> None:
    catalog = ends(last_day("alpha-1", 47), beta_1={"offers": ()}, beta_open={"tool_call": False})
    nothing = replace(catalog, models={"alpha-1": catalog.models["alpha-1"]})
    assert recommended(options(nothing)) is None


def late_by(one: Alternative, days: int) -> Alternative:
    known = LastDay(model="alpha-1", day=TODAY, days_left=0, start_by=TODAY, days_late=days)
    return replace(one, last_day=known)


def test_what_works_in_time_comes_before_what_is_cheaper() -> None:
    stay = replace(STAY, excluded=("alpha-1 ends",))
    cheap = late_by(replace(MOVE, option="cheap", one_off_usd=0.0), 20)
    dear = late_by(replace(MOVE, option="dear", one_off_usd=90_000.0), 0)
    found = {one.option: one for one in ranked((stay, cheap, dear), DEFAULTS)}
    assert found["dear"].recommended
    assert found["cheap"].runner_up
    # Money says nothing about the two, so no multiple of the rates can flip them.
    assert (found["dear"].flips_if, found["cheap"].flips_if) == (None, None)
    # Late by the same week, money decides again.
    near = late_by(dear, 16)
    again = {one.option: one for one in ranked((stay, cheap, near), DEFAULTS)}
    assert again["cheap"].recommended


# What would flip it, and in how many worlds it holds.


def test_a_choice_that_flips_with_more_disruptions_says_how_many_more() -> None:
    # 30,000/3 = 10,000 a year more than MOVE saves 6,250 of loss: 1.6 times as many are needed.
    safer = replace(
        MOVE,
        option="safer",
        one_off_usd=60_000.0,
        residual_aal_usd=3_750.0,
        weeks=9.0,
    )
    _, move, dearer = ranked((STAY, MOVE, safer), DEFAULTS)
    assert move.recommended
    assert move.flips_if == (
        "safer overtakes it if disruptions are 1.60 times as frequent as assumed"
    )
    assert dearer.flips_if == (
        "Overtakes the recommended option if disruptions are 1.60 times as frequent as assumed"
    )


def test_what_no_plausible_frequency_flips_is_said_to_be_so() -> None:
    # 30,000/3 a year against 40 of loss: 250 times as many.
    hardly = replace(MOVE, option="hardly", one_off_usd=60_000.0, residual_aal_usd=9_960.0)
    stay = replace(STAY, excluded=("alpha-1 ends",))
    _, move, other = ranked((stay, MOVE, hardly), DEFAULTS)
    assert move.flips_if == (
        "It stays best even if disruptions are 100 times as frequent, or as rare, as assumed"
    )
    assert other.flips_if is None


def test_worlds_are_won_by_cost_and_loss_of_the_same_world() -> None:
    # Of four worlds staying is dearer in three.
    worlds = np.array([[9.0, 5.0], [9.0, 5.0], [9.0, 5.0], [1.0, 5.0]])
    stay, move = ranked((STAY, MOVE), DEFAULTS, in_worlds=worlds)
    assert (stay.best_in, move.best_in) == (0.25, 0.75)
    assert move.recommended
    # What cannot be recommended wins no world, and its worlds go to who comes next.
    gone = replace(STAY, excluded=("alpha-1 ends",))
    stay, move = ranked((gone, MOVE), DEFAULTS, in_worlds=worlds)
    assert (stay.best_in, move.best_in) == (None, 1.0)


def test_what_is_counted_in_each_world_is_what_the_ranking_minimises(catalog: Catalog) -> None:
    # In one world with everything at its middle both are the same figure.
    setting = central(catalog)
    asked, links = asked_of([HERS], OfferMaker(setting))
    valued = valued_options(
        book_of(columns_of([HERS], catalog=catalog, today=TODAY)),
        choices_of([one.offers for one in asked], links),
        setting,
        draws=True,
    )
    found = objectives(valued, 0, DEFAULTS)
    shown = alternatives_for(HERS, setting)
    assert found.shape[1] == len(shown)
    for place, one in enumerate(shown):
        if one.run_usd_per_year is not None:
            whole = objective(one, shown[0], DEFAULTS)
            assert found[:, place] == pytest.approx(whole, rel=0.02)


def test_every_world_is_won_by_one_option(catalog: Catalog) -> None:
    setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY, count=16)
    shown = alternatives_for(HERS, setting)
    assert sum(one.best_in or 0.0 for one in shown) == pytest.approx(1)


amounts = st.floats(0, 1e6)


@st.composite
def anything(draw: st.DrawFn) -> Alternative:
    one = replace(
        MOVE,
        option=f"option {draw(st.integers(0, 10**9))}",
        weeks=draw(st.floats(0, 20)),
        one_off_usd=draw(amounts),
        # Also below today's bill, where a lower one counts as nothing.
        run_usd_per_year=draw(st.one_of(st.floats(0, 30_000), amounts)),
        residual_aal_usd=draw(amounts),
        residual_tvar95_usd=draw(amounts),
    )
    return late_by(one, draw(st.integers(0, 60)))


@settings(max_examples=150, deadline=None)
@given(
    known=st.lists(anything(), min_size=1, max_size=6),
    more=anything(),
    stays=st.booleans(),
)
def test_one_more_option_worsens_neither_time_nor_money(
    known: list[Alternative], more: Alternative, *, stays: bool
) -> None:
    stay = STAY if stays else replace(STAY, excluded=("alpha-1 ends",))

    def best(others: list[Alternative]) -> tuple[int, float]:
        found = ranked((stay, *others), DEFAULTS)
        (chosen,) = [one for one in found if one.recommended]
        assert not any(dominates(one, chosen, stay, DEFAULTS) for one in found if one.allowed)
        return chosen.weeks_late, objective(chosen, stay, DEFAULTS)

    assert best([*known, more]) <= best(known)


def test_an_option_is_told_with_the_past_of_who_would_do_the_work() -> None:
    known = {"Beta": ProviderRecord(provider="Beta", documented=2)}
    found = with_records(options(world()), known)

    def told(kind: OptionClass) -> list[tuple[str, bool]]:
        return [(one.provider, one.is_empty) for one in only(found, kind).records]

    assert told(OptionClass.OTHER_DEVELOPER) == [("Beta", False)]
    assert told(OptionClass.GATEWAY) == [("Beta", False)]
    # Nothing recorded of Alpha says nothing, and is said to be so.
    assert told(OptionClass.STAY) == [("Alpha", True)]
    assert told(OptionClass.OTHER_HOST) == [("Alpha", True), ("Cloud", True)]
    assert told(OptionClass.SELF_HOST) == []
