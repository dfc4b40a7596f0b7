"""Reading what status pages tell: the traps are handled and counted, mistakes are all named."""

from datetime import UTC, datetime

import pytest

from risk.hazard.incidents.reading import read_history
from risk.hazard.incidents.records import FileFormat, HistoryFile, IncidentLevel, SkipReason
from tests.hazard.incidents.tables import (
    INCIDENT_HEADER,
    SIX,
    SIX_DAYS,
    UPTIME_HEADER,
    at,
    incident,
    incident_table,
    uptime_table,
)


def codes(file: HistoryFile) -> list[tuple[str, int, str | None]]:
    return [(one.code, one.line, one.column) for one in file.problems]


def test_both_tables_are_recognised_by_their_headers():
    assert read_history(SIX).format is FileFormat.INCIDENT_STAGES
    assert read_history(SIX_DAYS).format is FileFormat.UPTIME_DAYS
    assert read_history(b"\xef\xbb\xbf" + SIX).format is FileFormat.INCIDENT_STAGES


def test_an_incident_lasts_from_the_first_word_to_the_word_that_it_is_over():
    first, second = read_history(SIX).incidents[:2]
    assert (first.provider, first.services, first.level) == ("OpenAI", ("API",), "major")
    assert first.started_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert first.hours == 1.0
    # Nobody said that b was investigated: it began when its cause was known.
    assert (second.services, second.hours) == (("API", "Chat"), 2.0)


def test_what_is_told_only_when_it_is_over_has_no_known_length():
    file = read_history(SIX)
    told_late = next(one for one in file.incidents if one.reference == "d")
    assert told_late.started_at == datetime(2024, 3, 11, tzinfo=UTC)
    assert told_late.hours is None
    assert file.unknown_duration == 1


def test_a_row_whose_stamps_are_out_of_order_is_set_aside_and_counted():
    file = read_history(SIX)
    assert (file.rows, len(file.incidents)) == (6, 5)
    (skipped,) = file.skipped
    assert (skipped.line, skipped.reference) == (6, "e")
    assert skipped.reason is SkipReason.STAMPS_OUT_OF_ORDER
    assert "before “investigating”" in skipped.message
    assert file.skipped_by_reason == {"stamps out of order": 1, "repeated": 0}


def test_planned_maintenance_is_told_apart():
    file = read_history(SIX)
    assert file.maintenance == 1
    assert file.incidents[-1].level is IncidentLevel.MAINTENANCE


def test_an_incident_may_name_no_service():
    file = read_history(incident_table(incident("a", services="0,0", resolved=at(1, "00:00"))))
    assert file.incidents[0].services == ()
    assert file.without_service == 1


def test_moments_in_other_zones_become_utc():
    row = incident("z", investigating="2024-03-01T01:00+02:00", resolved=at(1, "00:00"))
    (found,) = read_history(incident_table(row)).incidents
    assert found.started_at == datetime(2024, 2, 29, 23, tzinfo=UTC)


@pytest.mark.parametrize("spelling", ["character", "characterai", "Character.AI"])
def test_one_provider_is_spelled_differently_in_two_tables(spelling: str):
    row = incident("s", provider=spelling, resolved=at(1, "00:00"))
    assert read_history(incident_table(row)).incidents[0].provider == "Character.AI"
    day = f"2024-03-01,character.ai,0,0,0,{spelling}"
    assert read_history(uptime_table(day)).service_days[0].provider == "Character.AI"


def test_partial_minutes_count_three_tenths():
    first, _, third = read_history(SIX_DAYS).service_days[:3]
    # 144 partial: 0.3 · 144 = 43.2 lost of 1440, 97 % served; 72 major: 72 lost, 95 % served.
    assert (first.lost_minutes, first.availability) == (pytest.approx(43.2), pytest.approx(0.97))
    assert (third.lost_minutes, third.availability) == (72, pytest.approx(0.95))


def test_a_flag_of_two_is_one_outage_day():
    days = read_history(SIX_DAYS).service_days
    assert [day.is_outage_day for day in days] == [True, False, True, False, True, False]


def test_flags_are_read_as_tools_write_numbers():
    read = read_history(
        incident_table(
            incident("a", services="1.0,0.0", resolved=at(1, "01:00")),
            incident("b", level="2.0", services="0.0,1", resolved=at(2, "01:00")),
            incident("c", services="0,", resolved=at(3, "01:00")),
        )
    )
    assert [one.services for one in read.incidents] == [("API",), ("Chat",), ()]


def test_the_provider_is_stated_where_the_file_names_none():
    header = UPTIME_HEADER.replace(",provider", "")
    data = uptime_table("2024-03-01,api,0,0,0", header=header)
    assert codes(read_history(data)) == [("missing_value", 2, "provider")]
    assert read_history(data, provider="openai").service_days[0].provider == "OpenAI"


def test_every_problem_is_named_at_once_and_nothing_is_accepted():
    file = read_history(
        incident_table(
            incident("ok", resolved=at(1, "00:00")),
            incident("a", level="7", services="2,0", resolved="yesterday"),
            incident("", provider="", resolved="2024-03-01 00:00:00"),
            incident("b"),
        )
    )
    assert file.incidents == ()
    assert codes(file) == [
        ("bad_moment", 3, "resolved_timestamp"),
        ("bad_flag", 3, "API"),
        ("bad_level", 3, "incident_impact_level"),
        ("no_time_zone", 4, "resolved_timestamp"),
        ("missing_value", 4, "provider"),
        ("missing_value", 4, "incident_id"),
        ("missing_value", 5, "resolved_timestamp"),
    ]
    assert all(one.message.startswith(f"Line {one.line}, ") for one in file.problems)


def test_minutes_and_days_are_checked():
    rows = ("01/03/2024,api,0,0,0,openai", "2024-03-01,,-1,1501,0,openai")
    assert codes(read_history(uptime_table(*rows))) == [
        ("bad_date", 2, "Date"),
        ("missing_value", 3, "Service"),
        ("bad_minutes", 3, "partial_outage_minutes"),
        ("bad_minutes", 3, "major_outage_minutes"),
    ]


def test_a_name_has_at_most_two_hundred_characters():
    file = read_history(incident_table(incident("x" * 201, resolved=at(1, "00:00"))))
    assert codes(file) == [("too_long", 2, "incident_id")]


def test_a_row_that_stands_twice_counts_once_and_a_contradiction_is_refused():
    row = incident("a", resolved=at(1, "00:00"))
    file = read_history(incident_table(row, row))
    assert len(file.incidents) == 1
    assert file.skipped_by_reason["repeated"] == 1
    other = incident("a", resolved=at(2, "00:00"))
    assert codes(read_history(incident_table(row, other))) == [("contradiction", 3, "incident_id")]
    days = ("2024-03-01,api,0,0,0,openai", "2024-03-01,API,5,0,0,openai")
    assert codes(read_history(uptime_table(*days))) == [("contradiction", 3, "Date")]


def test_a_line_break_inside_a_title_does_not_shift_line_numbers():
    two_lines = incident("a", resolved=at(1, "00:00")).replace("Invented a", '"Two\nlines"')
    bad = incident("b", level="9", resolved=at(1, "00:00"))
    assert codes(read_history(incident_table(two_lines, bad)))[0][1] == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"startup,provider\nAcme,OpenAI\n", "neither a table of incident stages"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"incident_id\x00", "zero bytes"),
        (f"{INCIDENT_HEADER},API\n".encode(), "names a column twice"),
        (f'{INCIDENT_HEADER}\n"open'.encode(), "no CSV"),
        (f"{INCIDENT_HEADER}\n".encode(), "nothing below"),
        (f"{INCIDENT_HEADER}\na,b\n".encode(), "2 cells where the header has 10"),
    ],
)
def test_what_is_no_history_is_refused_in_a_sentence(data: bytes, sentence: str):
    file = read_history(data)
    assert sentence in file.problems[0].message
    assert (file.incidents, file.service_days) == ((), ())


def test_a_stated_format_says_which_columns_are_missing():
    file = read_history(SIX, file_format=FileFormat.UPTIME_DAYS)
    assert "lacks Date, Service, major_outage_minutes, partial_outage_minutes" in (
        file.problems[0].message
    )
