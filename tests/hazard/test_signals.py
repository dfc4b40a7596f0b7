"""What each signal adds to the odds of a wind-down, line by line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp, fsum, log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fixtures
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import Basis
from risk.catalog.tables import CatalogError
from risk.hazard.signals import (
    Signal,
    SignalGroup,
    SignalKind,
    UnknownSignalKind,
    known_signals,
    load_signal_kinds,
    log_odds_within,
    verbal_strength,
    weigh_signals,
)

FOLDER = Path(fixtures.__file__).parent
KINDS = load_signal_kinds(FOLDER)
START = datetime(2023, 11, 17, 12, 0, tzinfo=UTC)


def signal(
    kind: str,
    days: float = 0.0,
    *,
    intensity: float = 1.0,
    reliability: float = 1.0,
    source: str = "test",
) -> Signal:
    return Signal(
        provider="Alpha",
        kind=kind,
        at=START + timedelta(days=days),
        intensity=intensity,
        reliability=reliability,
        source=source,
    )


SIGNALS = st.lists(
    st.builds(
        signal,
        st.sampled_from(sorted(KINDS)),
        st.floats(0, 200),
        intensity=st.floats(0, 1),
        reliability=st.floats(0, 1),
    ),
    max_size=12,
)


def ln_units(*signals: Signal, days: float = 0.0, kinds: Mapping[str, SignalKind] = KINDS) -> float:
    as_of = START + timedelta(days=days)
    return weigh_signals(signals, kinds=kinds, as_of=as_of).ln_units


def test_the_kinds_are_those_of_the_method_and_all_judgement() -> None:
    ratios = {name: kind.likelihood_ratio for name, kind in KINDS.items()}
    assert ratios == pytest.approx(
        {
            "chief_executive_dismissed": 8,
            "founder_or_chair_resigns": 3,
            "second_interim_chief_executive": 2,
            "leadership_reinstated": 1 / 15,
            "staff_threaten_to_quit": 20,
            "staff_departures_confirmed": 30,
            "research_leads_leave": 2.5,
            "runway_below_six_months": 6,
            "funding_round_failed": 4,
            "down_round": 2,
            "new_funding_secured": 1 / 4,
            "regulator_suspension": 3,
            "backer_commits": 1 / 2,
        },
        rel=1e-4,
    )
    assert {kind.basis for kind in KINDS.values()} == {Basis.JUDGEMENT}


def test_one_signal_adds_the_logarithm_of_its_ratio() -> None:
    assert ln_units(signal("chief_executive_dismissed")) == pytest.approx(log(8))


def test_intensity_reliability_and_age_scale_a_signal() -> None:
    # ln 8 · 0.5 · 0.8 · 2^{-30/30} = 2.0794 · 0.2 = 0.41589.
    one = signal("chief_executive_dismissed", intensity=0.5, reliability=0.8)
    assert ln_units(one, days=30) == pytest.approx(0.41589, abs=1e-5)


def test_the_second_signal_of_a_group_counts_half() -> None:
    # Governance: ln 8 + ½ ln 3 + ½ ln 2 = ln 8 + ½ ln 6 = 2.0794 + 0.8959 = 2.9753.
    found = ln_units(
        signal("second_interim_chief_executive"),
        signal("chief_executive_dismissed"),
        signal("founder_or_chair_resigns"),
    )
    assert found == pytest.approx(log(8) + log(6) / 2)


def test_groups_add_up_and_for_and_against_are_discounted_apart() -> None:
    # Governance for: ln 8; against: -ln 15, in full although of the same group. Staff: ln 20.
    found = ln_units(
        signal("chief_executive_dismissed"),
        signal("leadership_reinstated"),
        signal("staff_threaten_to_quit"),
    )
    assert found == pytest.approx(log(8) - log(15) + log(20), abs=1e-4)


def test_all_signals_together_are_cut_at_a_factor_of_a_thousand() -> None:
    # 20 · √30 · 8 · 6 · 3 is more than 1,000.
    evidence = weigh_signals(
        [
            signal("staff_threaten_to_quit"),
            signal("staff_departures_confirmed"),
            signal("chief_executive_dismissed"),
            signal("runway_below_six_months"),
            signal("regulator_suspension"),
        ],
        kinds=KINDS,
        as_of=START,
    )
    assert evidence.likelihood_ratio == pytest.approx(1000)
    # Staff: ln 30 in full, ln 20 by half.
    uncut = log(30) + log(20) / 2 + log(8) + log(6) + log(3)
    assert evidence.contributions[-1].ln_units == pytest.approx(log(1000) - uncut)
    assert evidence.contributions[-1].signal is None


@given(SIGNALS, st.floats(0, 400))
def test_the_lines_of_the_waterfall_sum_to_the_total(signals: list[Signal], days: float) -> None:
    evidence = weigh_signals(signals, kinds=KINDS, as_of=START + timedelta(days=days))
    assert fsum(one.ln_units for one in evidence.contributions) == evidence.ln_units
    assert abs(evidence.ln_units) <= log(1000) * (1 + 1e-12)
    for one in evidence.contributions:
        assert one.ln_units == one.counted * one.weight


@given(SIGNALS.flatmap(lambda known: st.tuples(st.just(known), st.permutations(known))))
def test_the_order_in_which_signals_arrive_changes_nothing(
    pair: tuple[list[Signal], list[Signal]],
) -> None:
    # Relation 30. A permuted list holds the same signals with the same dates.
    first, second = (ln_units(*signals, days=250) for signals in pair)
    assert first == second


@given(SIGNALS, st.floats(0, 200))
def test_a_signal_of_the_future_changes_nothing(signals: list[Signal], days: float) -> None:
    # Relation 31: exactly the same result, with and without what is not known yet.
    future = signal("staff_departures_confirmed", days + 0.001)
    as_of = START + timedelta(days=days)
    assert weigh_signals([*signals, future], kinds=KINDS, as_of=as_of) == weigh_signals(
        signals, kinds=KINDS, as_of=as_of
    )


def test_a_signal_counts_from_the_moment_on_which_it_is_known() -> None:
    one = signal("down_round", 1)
    assert known_signals([one], START + timedelta(days=1)) == (one,)
    assert known_signals([one], START + timedelta(days=1, seconds=-1)) == ()


@given(SIGNALS, st.integers(0, 11))
def test_without_a_signal_for_a_wind_down_the_odds_are_never_higher(
    signals: list[Signal], place: int
) -> None:
    # Relation 30: removing a signal for lowers (or keeps, at the cap), removing one against raises.
    if place >= len(signals):
        return
    without = [one for number, one in enumerate(signals) if number != place]
    speaks_for = KINDS[signals[place].kind].likelihood_ratio > 1
    change = ln_units(*without, days=250) - ln_units(*signals, days=250)
    assert change <= 1e-12 if speaks_for else change >= -1e-12


def test_what_is_old_says_nothing() -> None:
    assert ln_units(signal("down_round"), days=5000) == pytest.approx(0, abs=1e-12)
    assert ln_units() == 0


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (2.9, "evidence worth no more than a mention for a wind-down"),
        (3.1, "positive evidence for a wind-down"),
        (19, "positive evidence for a wind-down"),
        (21, "strong evidence for a wind-down"),
        (151, "very strong evidence for a wind-down"),
        (1 / 21, "strong evidence against a wind-down"),
        (1, "no evidence"),
    ],
)
def test_the_scale_of_kass_and_raftery(factor: float, words: str) -> None:
    assert verbal_strength(log(factor)) == words


@given(st.floats(1e-6, 20))
def test_log_odds_of_a_rate(rate: float) -> None:
    chance = 1 - exp(-rate * 90 / 365)
    assert log_odds_within(rate, 90) == pytest.approx(log(chance / (1 - chance)), rel=1e-6)


def test_settings_change_the_discount_and_the_cap() -> None:
    two = [signal("chief_executive_dismissed"), signal("founder_or_chair_resigns")]
    full = replace(DEFAULTS, signal_further_weight=1.0, signal_largest_ratio=10.0)
    apart = replace(DEFAULTS, signal_further_weight=1.0)
    as_of = START
    assert weigh_signals(two, kinds=KINDS, as_of=as_of, numbers=apart).likelihood_ratio == (
        pytest.approx(24)
    )
    assert weigh_signals(two, kinds=KINDS, as_of=as_of, numbers=full).likelihood_ratio == (
        pytest.approx(10)
    )


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownSignalKind, match="down_round"):
        ln_units(signal("gossip"))


def test_shares_and_moments_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="intensity"):
        signal("down_round", intensity=1.1)
    with pytest.raises(ValueError, match="reliability"):
        signal("down_round", reliability=-0.1)
    with pytest.raises(ValueError, match="time zone"):
        Signal(provider="Alpha", kind="down_round", at=datetime(2023, 11, 17))


def test_a_kind_listed_twice_is_named(tmp_path: Path) -> None:
    header = "kind,group,meaning,basis,source\n"
    line = "down_round,staff,something,judgement,test\n"
    (tmp_path / "signals_kinds.csv").write_text(header + line + line, encoding="utf-8")
    with pytest.raises(CatalogError, match="twice"):
        load_signal_kinds(tmp_path)


def test_every_group_has_a_kind() -> None:
    assert {kind.group for kind in KINDS.values()} == set(SignalGroup)
