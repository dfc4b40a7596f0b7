"""A provider's past by hand: means with intervals, months, and days shared beyond chance."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay
from risk.hazard.provider_history import (
    LEAST_DAYS,
    chance_of_as_many,
    mean_estimate,
    provider_history,
)

SEED = 7
START = datetime(2026, 1, 1, tzinfo=UTC)


def incident(
    provider: str,
    day: float,
    hours: float | None = 1.0,
    level: IncidentLevel | None = IncidentLevel.MAJOR,
) -> Incident:
    began = START + timedelta(days=day)
    return Incident(
        provider=provider,
        services=(),
        reference=f"{provider} {day}",
        level=level,
        title=None,
        started_at=began,
        resolved_at=None if hours is None else began + timedelta(hours=hours),
        source="test",
    )


def watched(provider: str, days: int, out: set[int]) -> list[ServiceDay]:
    return [
        ServiceDay(
            provider=provider,
            service="API",
            day=date(2026, 1, 1) + timedelta(days=day),
            partial_minutes=0.0,
            major_minutes=144.0 if day in out else 0.0,
            source="test",
        )
        for day in range(days)
    ]


def test_repair_and_gaps_are_means_over_what_is_known():
    told = [
        incident("Alpha", 0, 1.0),
        incident("Alpha", 10, 3.0),
        incident("Alpha", 40, None),
        incident("Alpha", 41, 8.0, IncidentLevel.MAINTENANCE),
        incident("Beta", 5, 100.0),
    ]
    found = provider_history("Alpha", told, [], seed=SEED)
    assert len(found.incidents) == 3
    assert (found.unknown_length, found.maintenance, found.uptime) == (1, 1, None)
    assert found.repair_hours is not None
    assert found.days_between is not None
    # (1 + 3) / 2 hours; (10 + 30) / 2 days. Two values give no interval.
    assert (found.repair_hours.mean, found.repair_hours.low, found.repair_hours.values) == (
        2,
        None,
        2,
    )
    assert found.days_between.mean == 20


def test_months_without_an_incident_are_shown_and_a_page_gives_availability():
    told = [incident("Alpha", 0), incident("Alpha", 62, level=None)]
    found = provider_history("Alpha", told, watched("Alpha", 31, {0}), seed=SEED)
    assert [one.first_day.month for one in found.months] == [1, 2, 3]
    january, february, march = found.months
    assert january.by_level == {IncidentLevel.MAJOR: 1}
    # One day of 31 with 144 of 1440 minutes lost: 1 - 0.1 / 31.
    assert january.availability == pytest.approx(1 - 0.1 / 31)
    assert (february.by_level, february.availability) == ({}, None)
    assert march.by_level == {None: 1}


def test_days_shared_are_set_beside_those_that_chance_would_give():
    # 100 days; Alpha out on 10, Beta on 20, together on 8: expected 10 · 20 / 100 = 2.
    alpha = watched("Alpha", 100, set(range(10)))
    beta = watched("Beta", 100, set(range(2, 22)))
    (found,) = provider_history("Alpha", [], [*alpha, *beta], seed=SEED).together
    assert (found.other, found.joint.both_days, found.joint.expected_days) == ("Beta", 8, 2.0)
    assert (found.ratio, found.from_uptime) == (4.0, True)
    # Drawing 20 days of 100, of which 10 are Alpha's: P(8 or more of them).
    by_hand = sum(comb(10, k) * comb(90, 20 - k) for k in (8, 9, 10)) / comb(100, 20)
    assert found.chance == pytest.approx(by_hand)


def test_the_published_pair_is_as_the_study_has_it():
    # Joint window of 318 days: OpenAI out on 53, Anthropic on 30, both on 8, expected 5.0.
    first = watched("OpenAI", 318, set(range(53)))
    second = watched("Anthropic", 318, set(range(45, 75)))
    (found,) = provider_history("OpenAI", [], [*first, *second], seed=SEED).together
    assert found.joint.both_days == 8
    assert found.joint.expected_days == pytest.approx(5.0)
    assert 0.05 < found.chance < 0.2


def test_without_uptime_pages_days_with_an_incident_going_on_are_compared():
    told = [incident("Alpha", day) for day in (0, 50, 100)]
    told += [incident("Beta", 50, 30.0), incident("Beta", 120), incident("Beta", 0)]
    (found,) = provider_history("Alpha", told, [], seed=SEED).together
    assert not found.from_uptime
    # Both histories cover days 0 to 100; Beta's long incident runs over days 50 and 51.
    assert (found.joint.days, found.joint.first_days) == (101, 3)
    assert (found.joint.second_days, found.joint.both_days) == (3, 2)


def test_its_own_services_are_paired_where_they_were_ever_out_together():
    chat = [replace(day, service="Chat") for day in watched("Alpha", 10, {1, 2, 3, 4})]
    shop = [replace(day, service="Shop") for day in watched("Alpha", 10, {9})]
    days = [*watched("Alpha", 10, {2, 3}), *chat, *shop]
    (pair,) = provider_history("Alpha", [], days, seed=SEED).services
    assert (pair.first, pair.second, pair.both_days) == (("Alpha", "api"), ("Alpha", "chat"), 2)
    assert (pair.first_given_second, pair.second_given_first) == (0.5, 1.0)


def test_too_few_common_days_say_nothing():
    short = LEAST_DAYS - 1
    days = [*watched("Alpha", short, {0}), *watched("Beta", short, {0})]
    assert provider_history("Alpha", [], days, seed=SEED).together == ()


def test_a_provider_that_nobody_imported_is_empty():
    found = provider_history("Gamma", [incident("Alpha", 0)], [], seed=SEED)
    assert found.is_empty
    assert (found.repair_hours, found.days_between, found.months) == (None, None, ())


@given(values=st.lists(st.floats(0.01, 1e4), min_size=5, max_size=60))
def test_an_interval_holds_its_mean_and_stays_among_the_values(values: list[float]):
    found = mean_estimate(values, seed=SEED)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert min(values) * 0.999 <= found.low <= found.high <= max(values) * 1.001
    assert found == mean_estimate(values, seed=SEED)


@given(
    days=st.integers(60, 300),
    first=st.integers(1, 50),
    second=st.integers(1, 50),
    both=st.integers(0, 50),
)
def test_the_chance_of_as_many_falls_as_more_days_are_shared(days, first, second, both):
    both = min(both, first, second)
    alpha = watched("Alpha", days, set(range(first)))
    beta = watched("Beta", days, set(range(first - both, first - both + second)))
    (found,) = provider_history("Alpha", [], [*alpha, *beta], seed=SEED).together
    assert 0 < found.chance <= 1
    assert found.chance == chance_of_as_many(found.joint)
    if found.joint.both_days == 0:
        assert found.chance == pytest.approx(1)
