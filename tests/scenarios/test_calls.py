"""Call lists: whom to call first, what to say, and what news would change."""

from dataclasses import replace

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Fallback
from risk.scenarios.calls import CallList, Say, Urgency, failed_hour, hour_of, next_news
from risk.scenarios.replay import ReplaySetting, frame_at, open_replay
from risk.scenarios.results import Scenario
from risk.scenarios.stress import StressedStartups, stress
from tests.scenarios.small import central
from tests.scenarios.test_replay import KINDS, LAID_OUT, START, WORLD, moment, replay
from tests.small_world import dependency, portfolio, startup

DISMISSED = replay(moment(0, "chief_executive_dismissed"))


@pytest.fixture(scope="module")
def world() -> ReplaySetting:
    return open_replay(LAID_OUT, "Alpha", catalog=WORLD, kinds=KINDS, seed=7)


def calls_at(setting: ReplaySetting, low: float, probability: float, high: float) -> CallList:
    """The list at a chance with a range."""
    hour = hour_of(setting, frame_at(setting, DISMISSED, START))
    assert hour.hazard is not None
    hazard = replace(hour.hazard, low=low, probability=probability, high=high)
    return replace(hour.calls, hazard=hazard)


def test_the_hour_says_the_chance_before_any_news_and_after_it(world: ReplaySetting) -> None:
    hour = hour_of(world, frame_at(world, DISMISSED, START))
    assert hour.probability_before == pytest.approx(0.003218, abs=1e-6)
    assert hour.hazard is not None
    assert hour.hazard.probability == pytest.approx(0.025175, abs=2e-6)


@pytest.mark.parametrize(
    ("low", "high", "counts"),
    [
        # Direct pays from 0.2008 on, the licensed copy never (tests/scenarios/test_replay.py).
        (0.21, 0.5, (1, 0, 1)),
        (0.10, 0.5, (0, 1, 1)),
        (0.01, 0.1, (0, 0, 2)),
    ],
)
def test_a_company_is_called_where_moving_pays_even_at_the_low_end(
    world: ReplaySetting, low: float, high: float, counts: tuple[int, int, int]
) -> None:
    found = calls_at(world, low, (low + high) / 2, high)
    assert tuple(found.count(one) for one in Urgency) == counts
    assert sum(counts) == len(found) == 2
    assert [one.urgency for one in found] == sorted(
        (one.urgency for one in found), key=list(Urgency).index
    )


def test_moving_everybody_costs_the_sum_of_their_moves(world: ReplaySetting) -> None:
    # 77,000 each (tests/scenarios/test_replay.py).
    assert calls_at(world, 0.01, 0.05, 0.1).move_all_usd == pytest.approx(154_000)


def test_a_copy_elsewhere_is_named_by_its_host(world: ReplaySetting) -> None:
    found = {one.stake.startup: one for one in calls_at(world, 0.01, 0.05, 0.1)}
    assert (found["Copied"].say, found["Copied"].other_host) == (Say.OTHER_HOST, "Cloud")
    assert found["Direct"].other_host is None


@pytest.mark.parametrize(
    ("backup", "say"),
    [
        (None, Say.UNKNOWN_BACKUP),
        (Fallback.NONE, Say.NO_BACKUP),
        (Fallback.DOCUMENTED, Say.NO_BACKUP),
        (Fallback.UNTESTED, Say.UNTESTED_BACKUP),
        (Fallback.TESTED, Say.BACKUP),
        (Fallback.AUTOMATIC, Say.BACKUP),
    ],
)
def test_what_is_said_follows_from_the_worst_backup(backup: Fallback | None, say: Say) -> None:
    one = replace(dependency("d", "Alpha", "Alpha"), fallback=backup)
    setting = open_replay(
        central(portfolio(startup("One", one)), WORLD), "Alpha", catalog=WORLD, kinds=KINDS, seed=7
    )
    (call,) = hour_of(setting, frame_at(setting, DISMISSED, START)).calls
    assert call.say is say


def test_where_the_service_is_down_those_without_a_backup_are_called() -> None:
    scenario = Scenario(id="", title="", root="Alpha", kind=FailureKind.OUTAGE, days=2.0)
    hour = failed_hour(stress(LAID_OUT, scenario), (), START, None)
    assert hour.hazard is None
    assert isinstance(hour.result.startups, StressedStartups)
    direct = next(one for one in hour.calls if one.stake.startup == "Direct")
    assert (direct.urgency, direct.decision) == (Urgency.CALL, None)
    # The outage reaches the licensed copy in one case of five: it is watched.
    others = [one for one in hour.calls if one.stake.startup != "Direct"]
    assert all(one.urgency is Urgency.WATCH for one in others)


def test_pages_of_the_list_are_the_list(world: ReplaySetting) -> None:
    found = calls_at(world, 0.10, 0.2, 0.5)
    assert [one.rank for one in found] == [1, 2]
    assert [one.stake.startup for one in (*found[:1], *found[1:2])] == [
        one.stake.startup for one in found
    ]


def test_the_news_that_would_change_most_has_not_come(world: ReplaySetting) -> None:
    hazard = hour_of(world, frame_at(world, DISMISSED, START)).hazard
    assert hazard is not None
    numbers = world.valuation.assumptions
    coming = next_news(hazard, "Alpha", kinds=KINDS, numbers=numbers)
    assert "chief_executive_dismissed" not in {one.kind for one in coming}
    assert len(coming) == 3
    assert coming[0].probability >= coming[1].probability > hazard.probability
    assert coming[2].probability < hazard.probability
    both = replay(moment(0, "chief_executive_dismissed"), moment(0, coming[0].kind))
    assert coming[0].probability == pytest.approx(
        frame_at(world, both, START).hazard.probability, rel=1e-9
    )


def test_who_named_the_provider_as_developer_or_host_is_hit_directly(
    world: ReplaySetting,
) -> None:
    # Direct is at Alpha itself, and Copied named Alpha as the developer of what Cloud serves.
    assert hour_of(world, frame_at(world, DISMISSED, START)).through_others == 0
    hour = failed_hour(
        stress(LAID_OUT, Scenario(id="", title="", root="Cloud", kind=FailureKind.OUTAGE, days=2)),
        (),
        START,
        None,
    )
    assert (len(hour.calls), hour.through_others) == (1, 0)
