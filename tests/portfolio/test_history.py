"""Steps between two answers, and the startups that moved: small sums worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from risk.portfolio.history import Cause, Losses, Step, Why, movers_between, steps_between


def losses(**usd: float) -> Losses:
    return Losses(total_usd=sum(usd.values()), names=tuple(usd), usd=np.array([*usd.values()]))


def test_each_step_is_the_difference_of_two_answers_in_a_row():
    chain = {Cause.MODEL: 110.0, Cause.REGISTER: 150.0, Cause.NEWS: 140.0}
    steps = steps_between(100.0, chain, {Cause.MODEL: ("model version 1 → 2",)})
    assert steps == (
        Step(cause=Cause.MODEL, usd=10.0, because=("model version 1 → 2",)),
        Step(cause=Cause.REGISTER, usd=40.0),
        Step(cause=Cause.NEWS, usd=-10.0),
    )


@given(some.lists(some.integers(0, 10**9), min_size=1, max_size=5), some.integers(0, 10**9))
def test_steps_add_up_whatever_they_are(values: list[int], kept: int):
    chain = dict(zip(Cause, map(float, values), strict=False))
    steps = steps_between(float(kept), chain, {})
    assert sum(one.usd for one in steps) == values[-1] - kept


def test_movers_are_new_ended_changed_or_moved_by_the_rest():
    before = losses(Ash=100, Birch=50, Cole=80, Dune=10)
    then = losses(Ash=110, Birch=55, Cole=88, Dune=10)
    now = losses(Ash=210, Cole=88, Dune=10, Elm=30)
    found = movers_between(before, now, [(then, now)], most=10)
    # Ash: 210 - 100, of which 210 - 110 by the register; Cole: 8, none of it by the register.
    assert [(one.startup, one.change_usd, one.register_usd, one.why) for one in found] == [
        ("Ash", 110, 100, Why.FACTS),
        ("Birch", -50, -55, Why.ENDED),
        ("Elm", 30, 30, Why.NEW),
        ("Cole", 8, 0, Why.REST),
    ]
    assert (found[1].after_usd, found[2].before_usd) == (None, None)
    assert movers_between(before, now, [(then, now)], most=1) == found[:1]


def test_nobody_moves_where_nothing_changed():
    same = losses(Ash=100, Birch=0)
    assert movers_between(same, same, [(same, same)], most=10) == ()


@given(some.dictionaries(some.sampled_from("abcdef"), some.floats(1, 1e6), min_size=1))
def test_movers_of_two_registers_add_up(usd: dict[str, float]):
    before, now = losses(a=5.0, z=7.0), losses(**usd)
    found = movers_between(before, now, [(before, now)], most=100)
    assert sum(one.change_usd for one in found) == pytest.approx(
        now.total_usd - before.total_usd, abs=0.1
    )
