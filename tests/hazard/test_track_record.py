"""Which months are forecast for whom: those that were watched, whole ones only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from risk.hazard.calibration import TrackRecord, track_records
from risk.hazard.durations import LengthTail
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay

TAIL = LengthTail(0.02, 0.5, 0.5)
START = datetime(2023, 1, 20, tzinfo=UTC)


def weekly(weeks: int, provider: str = "Invented") -> list[Incident]:
    """An incident of 1, 2 or 3 hours every week from 20 January 2023 on."""
    return [
        Incident(
            provider=provider,
            services=("API",),
            reference=f"{provider} {week}",
            level=IncidentLevel.MINOR,
            title=None,
            started_at=START + timedelta(weeks=week),
            resolved_at=START + timedelta(weeks=week, hours=1 + week % 3),
            source="invented",
        )
        for week in range(weeks)
    ]


def watched(until: date, provider: str = "Invented") -> ServiceDay:
    return ServiceDay(
        provider=provider,
        service="API",
        day=until,
        partial_minutes=0,
        major_minutes=0,
        source="invented",
    )


def only(records: tuple[TrackRecord, ...]) -> TrackRecord:
    (record,) = records
    return record


def test_months_run_from_the_one_after_the_first_incident_to_the_last_whole_one():
    # 52 weeks after 20 January 2023 the last incident is that of 12 January 2024.
    record = only(track_records(weekly(52), seed=1, tail=TAIL))
    assert (record.since, record.until) == (date(2023, 2, 1), date(2024, 1, 1))
    # Eleven months, six of them to learn from.
    assert [len(one.months) for one in record.methods] == [5] * 6
    # Fridays of August to December 2023.
    assert [month.observed for month in record.methods[0].months] == [4, 5, 4, 4, 5]


def test_an_uptime_page_says_that_a_month_was_watched_to_its_end():
    day = watched(date(2024, 1, 31))
    record = only(track_records(weekly(52), [day], seed=1, tail=TAIL))
    assert record.until == date(2024, 2, 1)
    assert record.methods[0].months[-1].observed == 2
    other = replace(day, provider="Other")
    assert only(track_records(weekly(52), [other], seed=1, tail=TAIL)).until == date(2024, 1, 1)


def test_months_before_anybody_watched_are_not_quiet_ones():
    record = only(track_records(weekly(52), seed=1, tail=TAIL, since=date(2020, 1, 1)))
    assert record.since == date(2023, 2, 1)
    later = only(track_records(weekly(52), seed=1, tail=TAIL, since=date(2023, 4, 15)))
    assert later.since == date(2023, 4, 1)


def test_lengths_are_split_six_months_before_the_end():
    record = only(track_records(weekly(52), seed=1, tail=TAIL))
    assert record.durations is not None
    # Before 1 July 2023: weeks 0 to 23. From then up to 1 January 2024: weeks 24 to 49.
    assert record.durations.split == date(2023, 7, 1)
    assert (record.durations.fit.incidents, record.durations.scored) == (24, 26)


def test_too_few_months_are_said_and_not_scored():
    # The last of 20 weeks is that of 2 June 2023: February to May are whole.
    record = only(track_records(weekly(20), seed=1, tail=TAIL))
    assert (record.learned_from, record.methods) == (4, ())


def test_each_provider_has_its_own_record_and_maintenance_is_no_incident():
    planned = [replace(one, level=IncidentLevel.MAINTENANCE) for one in weekly(52, "Planner")]
    records = track_records([*weekly(52, "B"), *weekly(40, "A"), *planned], seed=1, tail=TAIL)
    assert [one.provider for one in records] == ["A", "B"]


@pytest.mark.parametrize("since", [date(2023, 12, 1), date(2030, 1, 1)])
def test_a_start_near_or_after_the_end_leaves_nothing_to_score(since: date):
    assert only(track_records(weekly(52), seed=1, tail=TAIL, since=since)).methods == ()
