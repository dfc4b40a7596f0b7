"""Replays: what could be known at each hour, by hand and under the as-of rule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.hazard.signals import Signal, load_signal_kinds
from risk.inventory.records import Portfolio
from risk.scenarios.files import known_names, load_crises
from risk.scenarios.replay import (
    Decision,
    ReplaySetting,
    as_known,
    counted_signals,
    decide,
    frame_at,
    frame_times,
    open_replay,
)
from risk.scenarios.replay_advice import advice
from risk.scenarios.replays import Moment, Replay, ServiceOutage
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.scenarios.small import central, drawn
from tests.small_world import dependency, portfolio, rate, small_catalog, startup

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = load_signal_kinds(FIXTURES)
START = datetime(2023, 11, 17, 20, 0, tzinfo=UTC)
WORLD = small_catalog(
    rates=(rate("*developer top", FailureKind.WIND_DOWN, 0.01307, notice_days=14),)
)
BOOK = portfolio(
    startup("Direct", dependency("d", "Alpha", "Alpha")),
    startup("Copied", dependency("c", "Alpha", "Cloud")),
    startup("Beside", dependency("b", "Beta", "Beta")),
)

LAID_OUT = central(BOOK, WORLD)


def moment(
    hours: float,
    kind: str | None = None,
    *,
    intensity: float = 1.0,
    outage: ServiceOutage | None = None,
) -> Moment:
    at = START + timedelta(hours=hours)
    signal = None
    if kind is not None:
        signal = Signal(provider="Alpha", kind=kind, at=at, intensity=intensity, source="test")
    return Moment(
        at=at,
        headline=kind or "news",
        what="",
        signal=signal,
        outage=outage,
        sources=("test",),
        doubt="",
    )


def replay(*moments: Moment) -> Replay:
    return Replay(
        id="test",
        title="Test",
        provider="Alpha",
        starts=START - timedelta(days=1),
        ends=START + timedelta(days=10),
        clock="UTC",
        chosen_on=False,
        summary="",
        outcome="It went well.",
        ended=False,
        not_modelled="",
        moments=tuple(sorted(moments, key=lambda one: one.at)),
    )


@pytest.fixture(scope="module")
def world() -> ReplaySetting:
    return open_replay(LAID_OUT, "Alpha", catalog=WORLD, kinds=KINDS, seed=7)


MOMENTS = st.lists(
    st.builds(
        moment,
        st.floats(-20, 230),
        st.sampled_from([None, *KINDS]),
        intensity=st.floats(0, 1),
        outage=st.none()
        | st.builds(
            lambda hours: ServiceOutage(until=START + timedelta(hours=240 + hours), severity=0.3),
            st.floats(0, 48),
        ),
    ),
    max_size=6,
)


def test_before_any_news_the_chance_is_that_of_the_rate(world: ReplaySetting) -> None:
    frame = frame_at(world, replay(moment(0, "chief_executive_dismissed")), START - timedelta(1))
    assert frame.hazard.probability == pytest.approx(0.003218, abs=1e-6)
    assert frame.known == frame.signals == ()
    assert frame.service_loss_usd == 0


def test_a_dismissal_by_hand(world: ReplaySetting) -> None:
    # tests/hazard/test_wind_down.py: P = .025175. Loss if it happens: Direct 383,539 whole, the
    # licensed copy in one case of five (tests/scenarios/test_stress.py): 460,247.
    frame = frame_at(world, replay(moment(0, "chief_executive_dismissed")), START)
    assert frame.hazard.probability == pytest.approx(0.025175, abs=2e-6)
    assert frame.loss_if_wind_down_usd == pytest.approx(460_247, abs=10)
    assert frame.expected_loss_usd == pytest.approx(0.025175 * 460_247, rel=1e-3)
    by_name = {one.stake.startup: one for one in frame.startups}
    assert list(by_name) == ["Direct", "Copied"]
    # Moving costs quality 67,500 and the switch 9,500 (test_stress.py), whoever is hit: 77,000.
    assert by_name["Direct"].stake.move_usd == pytest.approx(77_000)
    assert by_name["Copied"].stake.move_usd == pytest.approx(77_000)
    # 77,000 / 383,539 = 0.2008; for the copy 77,000 is more than its 76,708: it never pays.
    assert by_name["Direct"].stake.break_even == pytest.approx(0.2008, abs=1e-4)
    assert by_name["Copied"].stake.break_even is None


@pytest.mark.parametrize(
    ("low", "probability", "high", "decision"),
    [
        # 20 spent for certain against 100 lost with some chance: equal at 0.2.
        (0.01, 0.05, 0.10, Decision.WATCH),
        (0.01, 0.05, 0.20, Decision.PREPARE),
        (0.01, 0.20, 0.50, Decision.PREPARE),
        (0.20, 0.30, 0.50, Decision.MOVE),
    ],
)
def test_one_moves_where_it_pays_at_the_low_end_and_prepares_where_it_may_pay(
    world: ReplaySetting, low: float, probability: float, high: float, decision: Decision
) -> None:
    stake = replace(world.stake.startups[0], loss_usd=100.0, move_usd=20.0)
    hazard = frame_at(world, replay(), START).hazard
    found = replace(hazard, low=low, probability=probability, high=high)
    assert decide(stake, found) is decision
    assert decide(replace(stake, move_usd=200.0), hazard) is Decision.WATCH


@settings(max_examples=25, deadline=None)
@given(MOMENTS, MOMENTS, st.floats(-20, 230))
def test_what_becomes_known_later_changes_nothing_earlier(
    world: ReplaySetting, known: list[Moment], later: list[Moment], hours: float
) -> None:
    as_of = START + timedelta(hours=hours)
    past = [one for one in known if one.at <= as_of]
    future = [one for one in later if one.at > as_of]
    longer = replace(
        replay(*past, *future), ends=START + timedelta(days=90), outcome="It ended.", ended=True
    )
    first, second = (frame_at(world, one, as_of) for one in (replay(*past), longer))
    assert first == second
    assert advice(first) == advice(second)


@settings(max_examples=25, deadline=None)
@given(MOMENTS, st.floats(-20, 230), st.floats(0, 40))
def test_how_long_an_outage_will_last_is_not_known_while_it_lasts(
    world: ReplaySetting, known: list[Moment], hours: float, more: float
) -> None:
    # Every outage above ends after the last moment asked about, so its end may be anything later.
    as_of = START + timedelta(hours=hours)
    longer = [
        one
        if one.outage is None
        else replace(one, outage=replace(one.outage, until=one.outage.until + timedelta(more)))
        for one in known
    ]
    assert frame_at(world, replay(*known), as_of) == frame_at(world, replay(*longer), as_of)


@settings(max_examples=25, deadline=None)
@given(MOMENTS.flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))))
def test_the_order_in_which_news_is_listed_changes_no_chance(
    world: ReplaySetting, pair: tuple[list[Moment], list[Moment]]
) -> None:
    latest = {}
    for one in pair[0]:
        latest.setdefault(one.at, one)
    if len(latest) < len(pair[0]):
        return  # Two reports of one moment: which is the newer is not known.
    first, second = (frame_at(world, replay(*one), START + timedelta(10)) for one in pair)
    assert first.hazard.probability == pytest.approx(second.hazard.probability, rel=1e-12)
    assert 0 < first.hazard.probability < 1


def test_a_newer_report_of_the_same_thing_replaces_the_older() -> None:
    first = moment(0, "staff_threaten_to_quit", intensity=0.7)
    second = moment(4, "staff_threaten_to_quit", intensity=1.0)
    other = moment(2, "backer_commits")
    assert counted_signals((second, other, first)) == (other.signal, second.signal)


def test_an_outage_costs_what_the_stress_test_of_its_length_says(world: ReplaySetting) -> None:
    outage = ServiceOutage(until=START + timedelta(hours=36), severity=0.3)
    shown = replay(moment(24, outage=outage))
    half = frame_at(world, shown, START + timedelta(hours=30)).service_loss_usd
    whole = frame_at(world, shown, START + timedelta(hours=60)).service_loss_usd
    for days, lost in ((0.25, half), (0.5, whole)):
        scenario = Scenario(
            id="", title="", root="Alpha", kind=FailureKind.OUTAGE, days=days, severity=0.3
        )
        expected = stress(LAID_OUT, scenario)
        assert lost == pytest.approx(expected.total_usd)
    assert 0 < half < whole


def test_frames_lie_at_every_piece_of_news_and_where_somebody_asks() -> None:
    shown = replay(moment(1.234), moment(50))
    asked = START + timedelta(hours=77.7)
    times = frame_times(shown, asked, START + timedelta(days=99))
    assert {one.at for one in shown.moments} < set(times)
    assert asked in times
    assert times[0] == shown.starts
    assert times[-1] == shown.ends
    assert list(times) == sorted(set(times))


def test_the_outcome_is_cut_off_with_everything_else_to_come() -> None:
    known = as_known(replay(moment(0), moment(5)), START + timedelta(hours=1))
    assert len(known.moments) == 1
    assert known.outcome == ""


def test_the_loss_if_it_winds_down_is_that_of_the_stress_test_world_by_world() -> None:
    laid_out = drawn(BOOK, WORLD)
    setting = open_replay(laid_out, "Alpha", catalog=WORLD, kinds=KINDS, seed=7)
    scenario = Scenario(id="", title="", root="Alpha", kind=FailureKind.WIND_DOWN)
    expected = stress(laid_out, scenario)
    frame = frame_at(setting, replay(), START)
    assert frame.loss_if_wind_down_usd == expected.total_usd
    assert frame.loss_if_wind_down_low_usd == expected.total_low_usd < expected.total_usd
    assert frame.loss_if_wind_down_high_usd == expected.total_high_usd > expected.total_usd


def test_sums_over_those_who_move_are_sums_of_their_rows(world: ReplaySetting) -> None:
    alarmed = replay(moment(0, "chief_executive_dismissed"), moment(1, "staff_threaten_to_quit"))
    frame = frame_at(world, alarmed, START + timedelta(hours=2))
    for decision in Decision:
        some = frame.startups.deciding(decision)
        rows = [one for one in frame.startups if one.decision is decision]
        assert list(some) == rows
        assert some.move_usd == pytest.approx(sum(one.stake.move_usd for one in rows))
        assert some.expected_loss_usd == pytest.approx(sum(one.expected_loss_usd for one in rows))
    assert frame.startups.pays_from == min(
        one.stake.break_even for one in frame.startups if one.stake.break_even is not None
    )


def test_without_news_there_is_nothing_to_do_and_without_stake_nothing_at_all(
    world: ReplaySetting,
) -> None:
    assert advice(frame_at(world, replay(), START))[0].startswith("No news")
    beside = central(portfolio(startup("Beside", dependency("b", "Beta", "Beta"))), WORLD)
    nobody = open_replay(beside, "Alpha", catalog=WORLD, kinds=KINDS, seed=7)
    frame = frame_at(nobody, replay(moment(0, "chief_executive_dismissed")), START)
    assert frame.loss_if_wind_down_usd == 0
    assert advice(frame) == (
        "Nobody in this portfolio depends on Alpha: there is nothing to do. Most depends on "
        "others: let the same news fall on Beta.",
    )
    assert frame.hazard.probability == pytest.approx(0.025175, abs=2e-6)


@pytest.fixture(scope="module")
def crises(catalog: Catalog) -> dict[str, Replay]:
    return load_crises(FIXTURES, known_names(catalog, KINDS))


def test_every_moment_of_the_published_replays_has_a_source_and_a_doubt(
    crises: dict[str, Replay],
) -> None:
    assert len(crises) >= 3
    for one in crises.values():
        assert one.moments
        assert one.outcome
        for each in one.moments:
            assert one.starts <= each.at <= one.ends, each.headline
            assert all(each.sources)
            assert each.doubt


def test_only_the_first_crisis_was_there_when_the_ratios_were_chosen(
    crises: dict[str, Replay],
) -> None:
    assert [one.id for one in crises.values() if one.chosen_on] == ["openai-crisis-2023"]


def test_in_november_2023_hazard_soars_while_the_service_costs_next_to_nothing(
    crises: dict[str, Replay], catalog: Catalog, demo: Portfolio
) -> None:
    november = crises["openai-crisis-2023"]
    setting = open_replay(
        drawn(demo, catalog), "OpenAI", catalog=catalog, kinds=KINDS, seed=20231117
    )

    def at(text: str) -> float:
        return frame_at(setting, november, datetime.fromisoformat(text)).hazard.probability

    quiet, friday = at("2023-11-17T12:00-08:00"), at("2023-11-17T23:00-08:00")
    sunday, monday = at("2023-11-19T23:59-08:00"), at("2023-11-20T10:00-08:00")
    wednesday = at("2023-11-22T09:00-08:00")
    assert quiet == pytest.approx(0.003218, abs=1e-5)
    assert quiet < sunday < friday < monday
    assert monday > 100 * quiet
    assert wednesday < friday
    worst = frame_at(setting, november, datetime.fromisoformat("2023-11-21T20:00-08:00"))
    assert 0 < worst.service_loss_usd < worst.loss_if_wind_down_usd / 1_000
    assert {one.decision for one in worst.startups} >= {Decision.PREPARE, Decision.WATCH}


def test_the_two_other_crises_are_judged_where_nothing_was_chosen(
    crises: dict[str, Replay], catalog: Catalog
) -> None:
    laid_out = central(BOOK, catalog)

    def highest(name: str) -> tuple[float, float]:
        one = crises[name]
        setting = open_replay(laid_out, one.provider, catalog=catalog, kinds=KINDS, seed=1)
        found = [frame_at(setting, one, each.at).hazard.probability for each in one.moments]
        return found[0], max(found)

    # Inflection: no warning at all before the day itself. Stability: an alarm that proved false.
    before, inflection = highest("inflection-2024")
    _, stability = highest("stability-2024")
    assert before == pytest.approx(0.0102, abs=2e-4)
    assert inflection > 0.3
    assert 0.1 < stability < 0.3
    assert crises["inflection-2024"].ended
    assert not crises["stability-2024"].ended
