"""Outages of several providers at once: who goes down with whom, and how often."""

from collections import defaultdict
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.catalog.falters import FalterKind
from risk.hazard.common_cause import joint_events
from risk.hazard.durations import FixedDuration
from risk.hazard.events import SEVERAL, Event
from risk.hazard.joint_outages import with_joint_outages
from risk.inventory.records import Fallback, Startup
from tests.metamorphic.world import aal, assess
from tests.small_world import dependency, rate, small_catalog, startup

SHARED = FixedDuration(0.5)


def outage(root: str, per_year: float, severity: float = 1.0, **facts: object) -> Event:
    made = Event(
        root=root,
        kind=FalterKind.OUTAGE,
        level="critical",
        rate_per_year=per_year,
        severity=severity,
        duration=FixedDuration(0.1),
        notice_days=0.0,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def split(*events: Event, share: float = 0.03) -> list[Event]:
    return with_joint_outages(events, share, lambda _: SHARED)


def test_three_providers_by_hand() -> None:
    # Rates 2, 5, 5: all three at once 0.03 · 2 = 0.06, the two 0.03 · (5 - 2) = 0.09 a year.
    found = split(outage("A", 2, 0.4), outage("B", 5, 0.3), outage("C", 5))
    alone = {one.root: one.rate_per_year for one in found if not one.members}
    assert alone == pytest.approx({"A": 1.94, "B": 4.85, "C": 4.85})
    joint = {one.members: one for one in found if one.members}
    assert {who: one.rate_per_year for who, one in joint.items()} == pytest.approx(
        {(("A", 0.4), ("B", 0.3), ("C", 1.0)): 0.06, (("B", 0.3), ("C", 1.0)): 0.09}
    )
    assert {one.root for one in joint.values()} == {SEVERAL}
    assert {one.duration for one in joint.values()} == {SHARED}


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=8), st.floats(0, 1))
def test_every_provider_keeps_its_rate_and_every_pair_has_its_share(
    rates: list[float], share: float
) -> None:
    names = [f"P{i}" for i in range(len(rates))]
    found = split(*map(outage, names, rates), share=share)
    total: dict[str, float] = defaultdict(float)
    pair: dict[tuple[str, ...], float] = defaultdict(float)
    for one in found:
        hit = sorted(root for root, _ in one.sources)
        for root in hit:
            total[root] += one.rate_per_year
        for two in combinations(hit, 2):
            pair[two] += one.rate_per_year
    assert dict(total) == pytest.approx(dict(zip(names, rates, strict=True)))
    for (a, first), (b, second) in combinations(zip(names, rates, strict=True), 2):
        both = joint_events(first, second, joint_share=share).both
        assert pair[a, b] == pytest.approx(both, rel=1e-6, abs=1e-9)


def test_what_hits_one_customer_or_is_no_outage_is_left_as_it_is() -> None:
    own = outage("*own", 3, only_startup="One")
    closure = outage("A", 0.1, kind=FalterKind.WIND_DOWN)
    assert split(own, closure) == [own, closure]


def test_slow_days_and_outages_have_reasons_of_their_own() -> None:
    found = split(outage("A", 4), outage("B", 4, kind=FalterKind.DEGRADED))
    assert not any(len(one.members) > 1 for one in found)


def test_a_fallback_elsewhere_is_down_in_the_joint_part_of_the_outages_and_only_then() -> None:
    # Twelve outages a year of each: with a fallback on Beta that always works, a share of 3 % of
    # Alpha's is not covered by it, with half of them joint it is worth half.
    world = small_catalog(
        rates=tuple(
            rate(name, FalterKind.OUTAGE, 12, days=(0.0, 0.5)) for name in ("Alpha", "Beta")
        )
    )
    route = dependency(
        "a",
        "Alpha",
        "Alpha",
        fallback=Fallback.AUTOMATIC,
        fallback_developer="Beta",
        fallback_host="Beta",
    )
    whole = {"fallback_automatic": 1.0, "failover_automatic_days": 0.0}
    backed, bare = startup("One", route), startup("One", dependency("a", "Alpha", "Alpha"))

    def loss(share: float, one: Startup = backed) -> float:
        return aal(one, world, joint_outage_share=share, **whole)

    unbacked = loss(0.0, bare)
    assert loss(0.0) == pytest.approx(0.0, abs=1e-6)
    assert loss(0.03) == pytest.approx(0.03 * unbacked, rel=1e-6)
    assert loss(0.5) == pytest.approx(0.5 * unbacked, rel=1e-6)


def test_who_else_is_in_the_portfolio_changes_nobodys_loss() -> None:
    a = startup("A", dependency("a", "Alpha", "Alpha"))
    b = startup("B", dependency("b", "Beta", "Beta"))
    both = assess(a, b)
    found = {one.startup: one.aal_usd for one in both.startups}
    assert found == pytest.approx({"A": aal(a), "B": aal(b)}, rel=1e-9)
