"""Rates learned from incidents and signals replace those of the reference facts, and say so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.catalog.failure_kinds import EvidenceKind, FailureKind, FailureRate, RateEvidence
from risk.catalog.records import Catalog
from risk.hazard.frequency import GammaLaw
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay
from risk.hazard.learned_rates import (
    LearnedRate,
    learned_from_incidents,
    learned_from_signals,
    mixture,
    with_learned,
)
from risk.hazard.rate_laws import rate_laws
from risk.hazard.signals import Signal
from tests.hazard.test_signals import KINDS
from tests.small_world import rate, small_catalog

TODAY = date(2026, 11, 25)
MU = log(1 / 24)

#: Alpha and Beta were counted: 12 and 24 major outages in a year each.
RATES = (
    rate("Alpha", FailureKind.OUTAGE, 12, level="major", severity=0.3, days=(MU, 1.0)),
    rate("Beta", FailureKind.OUTAGE, 24, level="major", severity=0.3, days=(MU, 1.0)),
    rate("*service", FailureKind.OUTAGE, 18, level="major", severity=0.3, days=(MU, 1.0)),
    rate("Alpha", FailureKind.WIND_DOWN, 0.02, level="closure", notice_days=14),
)


def counted(events: int) -> RateEvidence:
    return RateEvidence(how=EvidenceKind.COUNTED, events=events, years=1.0)


WORLD = replace(
    small_catalog(rates=RATES),
    rate_evidence={
        ("Alpha", FailureKind.OUTAGE, "major"): counted(12),
        ("Beta", FailureKind.OUTAGE, "major"): counted(24),
    },
)


def incident(
    number: int, began: datetime, *services: str, hours: float | None = 1.0, provider: str = "Alpha"
) -> Incident:
    return Incident(
        provider=provider,
        services=services,
        reference=str(number),
        level=IncidentLevel.MAJOR,
        title=None,
        started_at=began,
        resolved_at=None if hours is None else began + timedelta(hours=hours),
        source="invented",
    )


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def learned(*incidents: Incident, world: Catalog = WORLD, today: date = TODAY) -> LearnedRate:
    (found,) = learned_from_incidents(world, incidents, today=today)
    return found


def outage_row(world: Catalog) -> FailureRate:
    (row,) = [one for one in world.rates if one.node == "Alpha" and one.kind is FailureKind.OUTAGE]
    return row


def test_a_rate_learned_from_one_month_by_hand() -> None:
    # September holds the first incident: nobody knows since when it was watched. November is not
    # over. October's one, a month old, counts 1, .8 and .6; all forecast October alike, so that
    # the three weigh the same. The market: 36 events in 2 years, 18 a year, worth a quarter of a
    # year: Gamma(4.5, .25). Means 5.5/.33333, 5.3/.31667 and 5.1/.3: 16.5, 16.737 and 17.
    found = learned(incident(0, on(9, 20)), incident(1, on(10, 30)), incident(2, on(11, 2)))
    assert found.row.rate_per_year == pytest.approx((16.5 + 5.3 / (0.25 + 0.8 / 12) + 17) / 3)
    means, shapes = np.array([16.5, 5.3 / (0.25 + 0.8 / 12), 17]), np.array([5.5, 5.3, 5.1])
    variance = (means**2 * (1 + 1 / shapes)).mean() - means.mean() ** 2
    assert found.evidence.shape == pytest.approx(means.mean() ** 2 / variance)
    assert found.before == 12
    assert "1 incident in 1 month" in found.sentence
    # .25/.33333, .25/.31667 and .25/.3: on average 79 %.
    assert "79 % market average, 21 % this provider's record" in found.sentence


def test_what_drifts_is_forgotten_faster_than_what_does_not() -> None:
    market = GammaLaw(4.5, 0.25)
    steady, _ = mixture(market, [4] * 18, gap=0)
    rising, _ = mixture(market, [0] * 12 + [20] * 6, gap=0)
    # 4 a month all along: never forgetting, which gives (4.5 + 72)/(.25 + 1.5) = 43.7, forecasts
    # best. 20 a month after a quiet year: never forgetting gives (4.5 + 120)/1.75 = 71.1 and
    # forecasts worst, 0.8 best, which gives 110.
    assert steady.mean == pytest.approx(43.7, rel=0.02)
    assert 95 < rising.mean < 110


def test_the_new_rate_stands_in_the_reference_facts_with_its_law_and_says_why() -> None:
    told = [incident(0, on(8, 20)), incident(1, on(9, 3)), incident(2, on(10, 3))]
    one = learned(*told, incident(3, on(11, 2)))
    world = with_learned(WORLD, [one])
    assert outage_row(world) == one.row
    assert world.learned == (one.sentence,)
    (law,) = rate_laws([one.row], rates=world.rates, evidence=world.rate_evidence)
    assert law.law.mean == pytest.approx(one.row.rate_per_year)
    assert law.how is EvidenceKind.LEARNED
    assert law.sentence.startswith("Learned from 2 incidents")
    # Nobody else's rate moved.
    others = [row for row in WORLD.rates if row != outage_row(WORLD)]
    assert [row for row in world.rates if row != one.row] == others


def test_lengths_are_drawn_towards_the_pooled_law() -> None:
    # Two lengths, of e and e³ days: mean of ln 2, against the pooled -3.178 with weight 10 to 2.
    long = [incident(n, on(8 + n, 3), hours=24 * 2.718281828 ** (2 * n + 1)) for n in (0, 1)]
    found = learned(*long, incident(2, on(11, 1), hours=None))
    assert found.row.duration_mu_ln_days == pytest.approx((2 * 2 + 10 * MU) / 12)
    # Too few for a spread of their own.
    assert found.row.duration_sigma == 1.0


def test_learned_lengths_follow_the_spliced_law_where_the_reference_facts_do() -> None:
    tail = {"long_share": 0.02, "tail_shape": 0.6, "tail_scale_days": 0.4}
    spliced = replace(WORLD, rates=tuple(replace(row, **tail) for row in RATES[:3]))
    # Two of 2 and 8 hours, one of three days: the mean of ln(1/12) and ln(1/3) is ln(1/6), with
    # weight 2 to 10; the three days count above a day alone, (1 + 10)/(3 + 10/0.02).
    told = [incident(n, on(8 + n, 3), hours=hours) for n, hours in enumerate((2, 8, 72))]
    found = learned(*told, incident(3, on(11, 1), hours=None), world=spliced)
    assert found.row.duration_mu_ln_days == pytest.approx((2 * log(1 / 6) + 10 * MU) / 12)
    assert found.row.long_share == pytest.approx(11 / 503)
    assert (found.row.tail_shape, found.row.tail_scale_days) == (0.6, 0.4)


def test_incidents_of_applications_do_not_count_where_the_api_is_named() -> None:
    told = [
        incident(0, on(8, 20), "API"),
        incident(1, on(9, 3), "Chat"),
        incident(2, on(10, 3), "API", "Chat"),
        incident(3, on(10, 4)),
        incident(4, on(11, 4), "API"),
    ]
    # The one of the application is left out; one that names nothing may be anything.
    assert "2 incidents in 2 months" in learned(*told).sentence
    without = [replace(one, services=("Chat",)) for one in told]
    assert "3 incidents in 2 months" in learned(*without).sentence


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40))
def test_31_what_is_still_to_come_changes_nothing(days: int) -> None:
    known = [incident(0, on(8, 20)), incident(1, on(9, 3)), incident(2, on(11, 2))]
    later = incident(9, on(11, 25) + timedelta(days=days))
    assert learned(*known, later) == learned(*known)


def test_32_an_old_record_is_forgotten_and_the_market_is_left() -> None:
    told = [
        incident(0, on(1, 2)),
        *(incident(n, on(2, n)) for n in range(1, 28)),
        incident(99, on(3, 30)),
    ]
    fresh, old = learned(*told), learned(*told, today=date(2036, 1, 1))
    # 18 a year is the market's.
    assert old.row.rate_per_year == pytest.approx(18, rel=1e-6)
    assert abs(fresh.row.rate_per_year - 18) > 1


def test_quiet_months_that_an_uptime_page_watched_lower_the_rate() -> None:
    told = [incident(0, on(1, 2)), incident(1, on(2, 3)), incident(2, on(3, 3))]
    quiet = ServiceDay(
        provider="Alpha",
        service="API",
        day=date(2026, 10, 31),
        partial_minutes=0,
        major_minutes=0,
        source="invented",
    )
    (watched,) = learned_from_incidents(WORLD, told, [quiet], today=TODAY)
    assert watched.row.rate_per_year < learned(*told).row.rate_per_year


def test_a_provider_that_nobody_knows_and_a_whole_cloud_keep_out() -> None:
    told = [incident(n, on(8 + n, 3), provider="Nobody") for n in range(3)]
    assert learned_from_incidents(WORLD, told, today=TODAY) == ()
    cloud = [replace(one, provider="Cloud") for one in told]
    assert learned_from_incidents(WORLD, cloud, today=TODAY) == ()


def heard(days_ago: float, kind: str = "chief_executive_dismissed") -> Signal:
    return Signal(provider="Alpha", kind=kind, at=on(11, 25) - timedelta(days=days_ago))


def test_a_signal_replaces_the_wind_down_rate_by_hand() -> None:
    (found,) = learned_from_signals(WORLD, [heard(0)], kinds=KINDS, as_of=on(11, 25))
    # P0 = 1 - e^(-.02 · 90/365) = .0049194; odds .0049438 · 8 = .0395500; P = .0380453;
    # rate = -ln(1 - P) · 365/90 = .157310.
    assert found.row.rate_per_year == pytest.approx(0.157310, rel=1e-4)
    assert found.before == 0.02
    assert found.sentence == (
        "Alpha, wind down (closure): 0.02 a year before, 0.157 now, "
        "after 1 signal: 3.80 % within 90 days"
    )
    # The notice stays, and how unsure the rate is (95 % point three times the median) does too.
    assert found.row.notice_days == 14
    world = with_learned(WORLD, [found])
    before, after = (
        rate_laws(
            [row for row in one.rates if row.kind is FailureKind.WIND_DOWN],
            rates=one.rates,
            evidence=one.rate_evidence,
        )[0].law
        for one in (WORLD, world)
    )
    assert after.shape == before.shape


def test_30_a_reassuring_signal_lowers_the_rate_and_worn_out_ones_change_nothing() -> None:
    kinds = {"kinds": KINDS, "as_of": on(11, 25)}
    (good,) = learned_from_signals(WORLD, [heard(0, "leadership_reinstated")], **kinds)
    assert good.row.rate_per_year < 0.02
    assert learned_from_signals(WORLD, [heard(5_000)], **kinds) == ()
    assert learned_from_signals(WORLD, [heard(-1)], **kinds) == ()
    assert learned_from_signals(WORLD, [], **kinds) == ()
