"""Rationing by class and pro rata, with the arithmetic; then what must hold for every crowd."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.alternatives.rationing import Choice, Priority, Rationed, Request, ration

P1, P2, P3 = Priority


def request(key: str, units: float, *choices: str, priority: Priority = P3) -> Request:
    return Request(key=key, units=units, choices=tuple(Choice(one, priority) for one in choices))


def served(found: Rationed) -> float:
    return sum(sum(places.values()) for places in found.admitted.values())


def test_what_does_not_fit_is_shared_out_pro_rata_and_asks_the_next_choice():
    # 30 + 10 ask A, which has 20: half of each. The other 15 and 5 ask B, which has 10: half again.
    found = ration([request("x", 30, "A", "B"), request("y", 10, "A", "B")], {"A": 20, "B": 10})
    assert found.admitted["x"] == {"A": pytest.approx(15), "B": pytest.approx(7.5)}
    assert found.admitted["y"] == {"A": pytest.approx(5), "B": pytest.approx(2.5)}
    assert found.unserved == {"x": pytest.approx(7.5), "y": pytest.approx(2.5)}
    assert found.asked == {"A": pytest.approx(40), "B": pytest.approx(20)}


def test_committed_capacity_is_served_before_customers_and_customers_before_newcomers():
    crowd = [
        request("new", 10, "A", priority=P3),
        request("customer", 10, "A", priority=P2),
        request("committed", 10, "A", priority=P1),
    ]
    found = ration(crowd, {"A": 15})
    assert found.unserved == {
        "committed": 0,
        "customer": pytest.approx(5),
        "new": pytest.approx(10),
    }


def test_one_asks_first_where_one_is_a_customer_already():
    both = Request(key="x", units=10, choices=(Choice("A", P3), Choice("B", P2)))
    found = ration([both], {"A": 10, "B": 4})
    assert found.admitted["x"] == {"B": pytest.approx(4), "A": pytest.approx(6)}


def test_an_alternative_without_a_limit_takes_all():
    assert ration([request("x", 5, "own GPUs")], {}).unserved == {"x": 0}


def test_nobody_to_ask_leaves_all_unserved():
    assert ration([request("x", 5)], {"A": 9}).unserved == {"x": 5}


NAMES = ("A", "B", "C", "D")


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[Request], dict[str, float]]:
    units = st.floats(0, 100, allow_nan=False)
    choices = st.lists(
        st.builds(Choice, st.sampled_from(NAMES), st.sampled_from(list(Priority))),
        max_size=4,
        unique_by=lambda one: one.alternative,
    )
    crowd = [
        Request(key=f"r{i}", units=draw(units), choices=tuple(draw(choices)))
        for i in range(draw(st.integers(0, 6)))
    ]
    return crowd, {name: draw(units) for name in NAMES}


@given(crowds())
def test_units_are_conserved_and_no_alternative_takes_more_than_it_has(case):
    crowd, capacity = case
    found = ration(crowd, capacity)
    for one in crowd:
        admitted = sum(found.admitted[one.key].values())
        assert admitted + found.unserved[one.key] == pytest.approx(one.units, abs=1e-9)
        assert found.unserved[one.key] >= 0
    for name, headroom in capacity.items():
        assert found.taken(name) <= headroom + 1e-9


@given(crowds(), st.sampled_from(NAMES), st.floats(0, 50))
def test_more_capacity_never_lowers_what_is_served_in_all(case, name, more):
    crowd, capacity = case
    larger = {**capacity, name: capacity[name] + more}
    assert served(ration(crowd, larger)) >= served(ration(crowd, capacity)) - 1e-9


@given(crowds(), st.integers(0, 5), st.floats(0, 50))
def test_more_demand_of_one_startup_never_lowers_what_is_served_in_all(case, who, more):
    crowd, capacity = case
    changed = [
        Request(key=one.key, units=one.units + more * (i == who), choices=one.choices)
        for i, one in enumerate(crowd)
    ]
    assert served(ration(changed, capacity)) >= served(ration(crowd, capacity)) - 1e-9


@given(crowds(), st.randoms())
def test_the_order_of_the_list_changes_nothing(case, random):
    crowd, capacity = case
    shuffled = crowd.copy()
    random.shuffle(shuffled)
    assert ration(shuffled, capacity) == ration(crowd, capacity)


@given(crowds(), st.integers(0, 5), st.floats(0, 200))
def test_demand_of_a_lower_class_never_changes_a_higher_one(case, who, units):
    crowd, capacity = case
    if who >= len(crowd):
        return
    lowest = crowd[who].priority
    changed = [
        Request(key=one.key, units=units if i == who else one.units, choices=one.choices)
        for i, one in enumerate(crowd)
    ]
    before, after = ration(crowd, capacity), ration(changed, capacity)
    for one in crowd:
        higher = {c.alternative for c in one.choices if c.priority < lowest}
        for name in higher:
            assert after.admitted[one.key].get(name, 0.0) == before.admitted[one.key].get(name, 0.0)


@given(crowds())
@settings(max_examples=50)
def test_endless_capacity_admits_everybody_who_asks_somewhere(case):
    crowd, _ = case
    found = ration(crowd, {})
    assert all(found.unserved[one.key] == 0 for one in crowd if one.choices)
