"""Pinned options and excluded providers: what is left to choose from, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.alternatives.planning.herding import price_of_herding
from risk.alternatives.planning.plan import Plan, best_plan, by_prices
from risk.alternatives.planning.table import NoPlan, PlanLimits, PlanTable
from risk.alternatives.planning.wishes import (
    Decided,
    Wishes,
    decisions_kept,
    pins_offered,
    with_wishes,
)
from risk.assumptions import DEFAULTS
from tests.alternatives.planning.tables import (
    dependency,
    every_choice,
    option,
    table,
    tables,
    taken,
    titles,
)

#: A saves 30 for 10, B saves 20 for 5: alone everybody takes A.
A = option("a", -30.0, cost=10.0, developer="Beta", leads_to="Beta")
B = option("b", -20.0, cost=5.0, developer="Gamma", leads_to="Gamma")
TWO = table(dependency("One", A, B), dependency("Two", A, B))
FREE = PlanLimits()


def planned(made: PlanTable, *pins: str, excluded: tuple[str, ...] = (), **limits: float) -> Plan:
    wishes = Wishes(pins=pins, excluded=excluded)
    return best_plan(with_wishes(made, wishes), PlanLimits(**limits), DEFAULTS)  # type: ignore[arg-type]


def test_a_pin_fixes_its_own_use_case_and_leaves_the_others_free() -> None:
    assert taken(planned(TWO)) == ["a", "a"]
    plan = planned(TWO, "One / assistant / b")
    assert taken(plan) == ["b", "a"]
    assert plan.spent_usd == pytest.approx(15)
    assert plan.aal_usd == pytest.approx(200 - 20 - 30)
    assert taken(planned(TWO, "One / assistant / stay", "Two / assistant / b")) == ["stay", "b"]


def test_a_pin_needs_no_more_words_than_tell_it_apart() -> None:
    for said in ("One / assistant / Alpha API / b", "ONE/b", "one / Alpha  API / B"):
        assert taken(planned(TWO, said)) == ["b", "a"]


def test_an_exclusion_takes_away_what_leads_to_a_provider_but_never_to_stay() -> None:
    assert taken(planned(TWO, excluded=("Beta",))) == ["b", "b"]
    assert taken(planned(TWO, excluded=("Beta", "Gamma"))) == ["stay", "stay"]
    # Nobody is on Alpha newly.
    assert taken(planned(TWO, excluded=("Alpha",))) == ["a", "a"]


def decided(startup: str, option: str, **known: object) -> Decided:
    facts: dict[str, object] = {"use_case": "assistant", "key": None, **known}
    return Decided(startup=startup, option=option, **facts)  # type: ignore[arg-type]


def test_decisions_are_pins_and_what_is_no_option_any_longer_is_told() -> None:
    kept = decisions_kept(
        TWO,
        [
            decided("ONE", "B"),
            # Older, about the same dependency.
            decided("One", "a"),
            decided("Two", "c"),
            # Carried out: the register has it, so that nothing is left to keep.
            decided("Two", "d", done=True),
            decided("Three", "a"),
        ],
    )
    assert kept.pins == ("One / assistant / Alpha API / b",)
    assert kept.left_out == ("Two / assistant / c",)
    assert taken(planned(TWO, *kept.pins)) == ["b", "a"]


def test_a_decision_about_one_of_two_providers_pins_that_one() -> None:
    made = table(
        dependency("d", A, B, startup="One", provider="Alpha API"),
        dependency("e", A, B, startup="One", provider="Delta API"),
    )
    assert decisions_kept(made, [decided("One", "a", key="e")]).pins == (
        "One / assistant / Delta API / a",
    )
    # Without its key it may be either.
    assert decisions_kept(made, [decided("One", "a")]).left_out == ("One / assistant / a",)


def test_every_option_of_a_startup_is_offered_as_a_pin_that_the_plan_understands() -> None:
    offered = pins_offered(TWO, "Two")
    assert list(offered) == ["assistant / Alpha API"]
    for title, pin in offered["assistant / Alpha API"].items():
        assert taken(planned(TWO, pin))[1] == title


def test_where_two_stand_together_a_pinned_change_leaves_the_other_to_stay() -> None:
    made = table(
        dependency("d", A, B, startup="One", group="g", provider="Alpha API"),
        dependency("e", A, B, startup="One", group="g", provider="Delta API"),
    )
    plan = planned(made, "One / assistant / Delta API / b")
    assert taken(plan) == ["stay", "b"]
    with pytest.raises(NoPlan, match="only one of them may change"):
        planned(made, "One / Alpha API / a", "One / Delta API / b")
    with pytest.raises(NoPlan, match="can mean “One / assistant / Alpha API / b” or “One / assis"):
        planned(made, "One / assistant / b")


@pytest.mark.parametrize(
    ("pins", "excluded", "says"),
    [
        (("Three / assistant / a",), (), "begins with no company that has options here"),
        (("a",), (), "Write it as STARTUP / USE CASE / OPTION"),
        (
            ("One / assistant / c",),
            (),
            "is no option of this plan. There are “One / assistant / Alpha API / stay”, “One",
        ),
        (("One / assistant / a", "One / b"), (), "two different options for the same provider"),
        (("One / assistant / a",), ("Beta",), "leads to Beta, which is excluded"),
    ],
)
def test_wishes_that_cannot_be_kept_are_refused_in_words(
    pins: tuple[str, ...], excluded: tuple[str, ...], says: str
) -> None:
    with pytest.raises(NoPlan, match=says):
        planned(TWO, *pins, excluded=excluded)


def test_pins_that_exceed_a_limit_are_refused_with_it() -> None:
    pins = ("One / assistant / a", "Two / assistant / b")
    assert taken(planned(TWO, *pins, budget_usd=15.0)) == ["a", "b"]
    with pytest.raises(NoPlan, match=r"cost \$15 in the first year, more than the budget of \$14"):
        planned(TWO, *pins, budget_usd=14.0)
    long = table(dependency("One", option("a", -30.0, weeks=3.0)), weeks={"One": 2.0})
    with pytest.raises(NoPlan, match=r"take 3\.0 engineer weeks; its engineers can spare 2\.0"):
        planned(long, "One / a")
    full = table(dependency("One", option("a", -30.0, pool="P"), volume=5.0), headroom={"P": 4.0})
    with pytest.raises(NoPlan, match=r"for \$5 of spend a month at P; there is capacity for \$4"):
        planned(full, "One / a")


def test_a_pinned_crowd_that_finds_no_room_loses_what_staying_does() -> None:
    crowd = option("a", -30.0, cost=10.0, pool="P")
    made = with_wishes(
        table(dependency("One", crowd), dependency("Two", crowd), headroom={"P": 1.0}),
        Wishes(pins=("One / a",)),
    )
    plan = best_plan(made, FREE, DEFAULTS)
    assert taken(plan) == ["a", "stay"]
    # Alone both come and get half of their room: half of each option is what one of them is whole.
    found = price_of_herding(made, plan, DEFAULTS)
    assert (found.turned_away, found.wanted) == (2, 2)
    assert found.alone_usd == pytest.approx(plan.objective_usd) == 10 + 1.06 * 170


@settings(max_examples=40, deadline=None)
@given(tables(), st.integers(0, 3), st.integers(0, 3), st.integers(50, 300))
def test_wishes_leave_the_best_of_the_choices_that_keep_them(
    made: PlanTable, number: int, place: int, budget: int
) -> None:
    number %= len(made.volume)
    pin, firm = titles(made, number)[place % len(titles(made, number))], made.startup[number]
    limits = PlanLimits(budget_usd=float(budget))
    left = with_wishes(made, Wishes(pins=(f"{made.startups[firm]} / {pin}",)))
    # The pin holds for all that the startup has under this name.
    wanted = {
        dep: titles(made, dep).index(pin)
        for dep in range(len(made.volume))
        if made.startup[dep] == firm and pin in titles(made, dep)
    }
    cost = DEFAULTS.cost_of_capital
    tried = [
        value
        for places, value in every_choice(made, limits, cost).items()
        if all(places[number] == own for number, own in wanted.items())
    ]
    if not tried:
        with pytest.raises(NoPlan):
            best_plan(left, limits, DEFAULTS)
        return
    plan = best_plan(left, limits, DEFAULTS)
    assert plan.objective_usd == pytest.approx(min(tried), rel=2e-3, abs=1e-6)
    # By prices: the same options are left, and none of them is given back.
    places = by_prices(left, limits, 0.0).chosen - made.stay
    assert {dep: int(places[dep]) for dep in wanted} == wanted
