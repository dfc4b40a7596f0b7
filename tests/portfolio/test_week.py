"""The few things of a week, chosen by hand among deadlines, actions, questions and news."""

from datetime import date, timedelta

import pytest

from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.results import Action, Interval
from risk.portfolio.week import AtStake, Changed, News, Sort, this_week

TODAY = date(2026, 11, 30)


def deadline(startup: str, *, ahead: int = 10, slack: float = 2.0) -> Deadline:
    day = TODAY + timedelta(days=ahead)
    return Deadline(
        kind=DeadlineKind.RETIREMENT,
        day=day,
        ends_on=day,
        startup=startup,
        use_case="notes",
        dependency_key=f"{startup}-key",
        provider="Alpha",
        model="alpha-1",
        developer="Alpha",
        host="Alpha",
        days_left=ahead,
        days_to_switch=ahead - slack,
        switch_range=Interval(low=1, high=40),
        slack_days=slack,
        replacement=None,
        source="test",
    )


def action(startup: str, use_case: str = "notes") -> Action:
    return Action(
        startup=startup, use_case=use_case, what="x", aal_removed_usd=9.0, one_off_usd=3.0
    )


def fact(usd: float) -> OpenFact:
    return OpenFact(startup="Elm", field="cash_usd", use_case=None, provider=None, removes_usd=usd)


NEWS = News(provider="Alpha", day=TODAY, meaning="the chair resigns")
CHANGED = Changed(since=TODAY, usd=-50.0)


def test_an_empty_week_has_nothing():
    assert this_week() == ()


def test_each_sort_has_one_of_five_places():
    found = this_week(
        deadlines=[deadline("Ash"), deadline("Birch")],
        actions=[action("Cedar"), action("Dogwood")],
        facts=[fact(5.0), fact(4.0)],
        news=[NEWS, NEWS],
        changed=CHANGED,
    )
    assert [one.sort for one in found] == list(Sort)


def test_places_that_are_free_go_to_what_cannot_be_met_and_then_to_actions():
    late = [deadline("Ash", slack=-1.0), deadline("Birch", slack=-2.0), deadline("Elm")]
    acts = [action(name) for name in ("Cedar", "Dogwood", "Fir", "Gum")]
    found = this_week(deadlines=late, actions=acts, facts=[fact(5.0)])
    # Four places beside the question: two late days, not the third that can be met, two actions.
    assert [one.sort for one in found] == [
        *(Sort.DEADLINE, Sort.DEADLINE),
        *(Sort.ACT, Sort.ACT),
        Sort.QUESTION,
    ]
    assert [one.late for one in found] == [True, True, False, False, False]
    only = this_week(actions=acts)
    assert [one.about.startup for one in only] == ["Cedar", "Dogwood", "Fir"]


def test_of_days_that_cannot_be_met_the_one_with_most_at_stake_comes_first():
    small, large = deadline("Ash", ahead=5, slack=-1.0), deadline("Birch", ahead=9, slack=-1.0)
    stakes = {
        one: AtStake(usd=usd, interval=Interval(low=0.0, high=usd))
        for one, usd in ((small, 10.0), (large, 20.0))
    }
    found = this_week(deadlines=[small, large], stakes=stakes)
    assert [one.about for one in found] == [large, small]
    assert found[0].stake == stakes[large]


def test_what_is_told_as_a_deadline_is_not_told_again_as_an_action():
    found = this_week(deadlines=[deadline("Ash")], actions=[action("Ash"), action("Ash", "search")])
    assert [(one.sort, one.about.use_case) for one in found] == [
        (Sort.DEADLINE, "notes"),
        (Sort.ACT, "search"),
    ]


@pytest.mark.parametrize("usd", [0.0, 0.4])
def test_an_answer_or_a_change_worth_nothing_has_no_line(usd: float):
    assert this_week(facts=[fact(usd)], changed=Changed(since=TODAY, usd=usd)) == ()
