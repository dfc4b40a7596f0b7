"""Feeds of status pages: each shape read with hand-counted results, traps handled and counted."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.hazard.incidents.maps import BadMap, IncidentMap, incident_map
from risk.hazard.incidents.reading import read_history
from risk.hazard.incidents.records import FileFormat, IncidentLevel, SkipReason
from tests.hazard.incidents import feed_samples as samples
from tests.hazard.incidents.tables import SIX


def test_statuspages_json_is_read_with_every_trap_counted():
    file = read_history(samples.SEVEN)
    assert file.format is FileFormat.STATUSPAGE_JSON
    assert (file.rows, len(file.incidents), file.problems) == (7, 4, ())
    assert file.skipped_by_reason == {
        "stamps out of order": 1,
        "repeated": 0,
        "planned, not begun": 1,
        "cannot be read": 1,
    }
    # Unknown are the lengths of the work that goes on and of what was told when it was over.
    assert (file.unknown_duration, file.still_open, file.maintenance) == (2, 1, 1)
    assert file.unknown_severity == 1


def test_an_incident_of_a_status_page_has_its_stated_length_and_every_service_named():
    (whole,) = read_history(samples.status_page(samples.page_incident("aaaaaaaaaaaa"))).incidents
    assert (whole.provider, whole.level, whole.hours) == ("OpenAI", IncidentLevel.MINOR, 1.0)
    assert whole.services == ("Chat", "API")
    assert (whole.source, whole.reference) == ("statuspage", "aaaaaaaaaaaa")


def test_stages_that_contradict_each_other_leave_an_incident_out():
    backwards = samples.page_incident(
        "aaaaaaaaaaaa",
        incident_updates=[
            samples.update("identified", "2026-06-01T10:30:00Z"),
            samples.update("monitoring", "2026-06-01T10:20:00Z"),
        ],
    )
    (left_out,) = read_history(samples.status_page(backwards)).skipped
    assert left_out.reason is SkipReason.STAMPS_OUT_OF_ORDER
    assert "“monitoring” at 2026-06-01 10:20, before “identified”" in left_out.message


def test_a_back_filled_incident_lasts_as_long_as_was_stated():
    # Written a day later, with the start and the end that it had.
    late = samples.page_incident("aaaaaaaaaaaa", created_at="2026-06-02T10:00:00Z")
    (found,) = read_history(samples.status_page(late)).incidents
    assert found.hours == 1.0


def test_planned_work_is_maintenance_whatever_impact_it_states():
    data = samples.status_page(scheduled_maintenances=[samples.page_incident("mmmmmmmmmmmm")])
    (found,) = read_history(data).incidents
    assert found.level is IncidentLevel.MAINTENANCE


def test_a_page_called_after_its_product_belongs_to_its_developer():
    data = samples.status_page(samples.page_incident("aaaaaaaaaaaa"), name="Claude")
    assert read_history(data).incidents[0].provider == "Anthropic"
    # What the file says counts for more than who was looking when it was given.
    assert read_history(data, provider="Mistral AI").incidents[0].provider == "Anthropic"
    unknown = samples.status_page(samples.page_incident("aaaaaaaaaaaa"), name="Our Cloud")
    assert read_history(unknown, provider="Mistral AI").incidents[0].provider == "Mistral AI"
    assert read_history(unknown).incidents[0].provider == "Our Cloud"


def test_statuspages_atom_tells_a_length_only_where_every_update_has_its_time():
    file = read_history(samples.atom(samples.WHOLE_ENTRY, samples.OPEN_ENTRY))
    assert file.format is FileFormat.STATUSPAGE_ATOM
    whole, still_open = file.incidents
    assert whole.started_at == datetime(2025, 12, 31, 22, 30, tzinfo=UTC)
    assert whole.hours == 2.75
    assert still_open.resolved_at is None
    assert still_open.started_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (file.still_open, file.unknown_duration, file.unknown_severity) == (1, 1, 2)
    assert {one.provider for one in file.incidents} == {"Anthropic"}
    assert any("duration" in note for note in file.notes)


@pytest.mark.parametrize(
    ("data", "file_format", "services", "still_open"),
    [
        (samples.IO_ATOM, FileFormat.INCIDENT_IO_ATOM, ("Images",), 0),
        (samples.IO_RSS, FileFormat.INCIDENT_IO_RSS, ("Images", "Video & sound"), 1),
    ],
)
def test_incident_ios_feeds_tell_one_moment_and_no_length(
    data: bytes, file_format: FileFormat, services: tuple[str, ...], still_open: int
):
    file = read_history(data)
    (found,) = file.incidents
    assert (file.format, found.provider, found.services) == (file_format, "OpenAI", services)
    assert (found.source, found.reference) == ("incident.io", samples.ULID)
    assert found.started_at.replace(microsecond=0) == datetime(2026, 1, 8, 2, 45, tzinfo=UTC)
    assert (found.resolved_at, found.level, file.still_open) == (None, None, still_open)
    assert not file.tells_lengths
    assert "no durations" in file.notes[0]


def test_google_clouds_list_states_beginning_end_and_products():
    file = read_history(samples.GOOGLE)
    outage, still_open, odd = file.incidents
    assert file.format is FileFormat.GOOGLE_CLOUD
    assert (outage.provider, outage.level, outage.hours) == ("Google Cloud", "critical", 2.0)
    assert outage.services == ("Vertex AI", "Cloud Run")
    assert (still_open.level, still_open.hours) == ("major", None)
    assert (odd.level, odd.services) == (None, ("Vertex AI",))
    assert (file.unknown_duration, file.still_open, file.unknown_severity) == (1, 1, 1)


def test_awss_events_have_no_length_and_one_number_for_each_service_and_second():
    file = read_history(samples.AWS)
    assert file.format is FileFormat.AWS
    assert (file.rows, len(file.incidents)) == (5, 3)
    assert file.skipped_by_reason["repeated"] == 1
    assert file.skipped_by_reason["cannot be read"] == 1
    first, second, current = file.incidents
    assert (first.level, second.level, current.level) == ("minor", "critical", "major")
    assert first.started_at == datetime(2021, 12, 7, 17, 1, 36, tzinfo=UTC)
    assert first.title == "Increased Error Rates"
    assert (file.unknown_duration, file.still_open) == (3, 1)
    assert "no durations" in file.notes[0]
    packed = samples.AWS.decode().encode("utf-16")
    assert read_history(packed).incidents == file.incidents


def test_openlogs_list_belongs_to_the_pages_that_it_was_collected_from():
    file = read_history(samples.OPENLOG)
    assert file.format is FileFormat.OPENLOG
    found = [(one.provider, one.source, one.reference[:12]) for one in file.incidents]
    assert found[0] == ("Anthropic", "statuspage", "aaaaaaaaaaaa")
    assert found[1] == ("OpenAI", "incident.io", samples.ULID[:12])
    assert found[2][0] == "Google Cloud"
    # A point of a report is no product.
    assert [one.services for one in file.incidents] == [(), ("Conversations",), ()]
    assert (file.unknown_duration, file.unknown_severity, file.tells_lengths) == (3, 3, False)
    assert "no durations" in file.notes[-1]


def test_the_published_tables_map_gives_what_its_own_reader_gives():
    mapped = IncidentMap(
        reference="incident_id",
        started=("investigating_timestamp", "identified_timestamp", "monitoring_timestamp"),
        resolved="resolved_timestamp",
        provider="provider",
        title="Incident_Title",
        level="incident_impact_level",
        service_flags=("API", "Chat"),
    )
    own, through_map = read_history(SIX), read_history(SIX, mapped=mapped)
    assert through_map.skipped_by_reason == own.skipped_by_reason

    def said(file):
        return [
            (i.reference, i.services, i.level, i.started_at, i.resolved_at) for i in file.incidents
        ]

    assert said(through_map) == said(own)


def test_a_map_reads_a_table_and_a_list_of_any_shape_alike():
    mapped = incident_map(
        '{"reference": "nr", "started": "from", "resolved": "to", "level": "how", "services":'
        ' "what", "levels": {"schlimm": "critical"}, "naive_is_utc": true, "records": "rows"}'
    )
    table = b"nr,from,to,how,what\n1,2026-01-01T00:00,2026-01-01T06:00,Schlimm,API; Chat\n"
    rows = [{"nr": 1, "from": "2026-01-01T00:00", "to": "2026-01-01T06:00", "how": "Schlimm"}]
    listed = json.dumps({"rows": [rows[0] | {"what": ["API", "Chat"]}]}).encode()
    first = read_history(table, provider="Mistral AI", mapped=mapped)
    second = read_history(listed, provider="Mistral AI", mapped=mapped)
    assert first.incidents == second.incidents
    (found,) = first.incidents
    assert (found.level, found.hours, found.services) == ("critical", 6.0, ("API", "Chat"))
    assert found.provider == "Mistral AI"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "no JSON"),
        ('{"reference": "a"}', "at least “reference” and “started”"),
        ('{"reference": "a", "started": "b", "ended": "c"}', "names ended"),
        ('{"reference": "a", "started": []}', "at least one field"),
        ('{"reference": 1, "started": "b"}', "“reference” is a text"),
        ('{"reference": "a", "started": "b", "levels": {"x": "awful"}}', "not awful"),
    ],
)
def test_a_map_that_cannot_be_used_says_why(text: str, sentence: str):
    with pytest.raises(BadMap, match=sentence):
        incident_map(text)


def test_an_empty_feed_is_no_mistake():
    file = read_history(samples.status_page())
    assert (file.incidents, file.problems) == ((), ())
    assert "lists no incident" in file.notes[-1]
    assert read_history(b"[]").problems == ()


def test_a_feed_in_which_nothing_can_be_read_is_refused_with_its_reasons():
    file = read_history(samples.status_page({"id": "x"}, 7))
    assert file.incidents == ()
    assert [one.line for one in file.problems] == [1, 2]
    assert "has no created_at" in file.problems[0].message


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed>&b;</feed>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (BOMB, "declares a document type"),
        (b'<!DOCTYPE f SYSTEM "file:///etc/passwd"><feed/>', "declares a document type"),
        (b"<feed><entry>", "no whole XML"),
        (b"<html></html>", "neither Atom nor RSS"),
        (b'{"a": 1}', "no known shape"),
        (b'{"incidents": [', "is none"),
        (b"[" * 100_000, "is none"),
    ],
)
def test_what_is_no_feed_is_refused_in_a_sentence(data: bytes, sentence: str):
    file = read_history(data)
    assert sentence in file.problems[0].message
    assert file.incidents == ()


def test_a_file_that_was_named_as_another_format_is_not_taken():
    file = read_history(samples.AWS, file_format=FileFormat.GOOGLE_CLOUD)
    assert "no google-cloud: it looks like aws" in file.problems[0].message


def test_texts_keep_no_sign_that_a_database_refuses():
    odd = samples.page_incident("aaaaaaaaaaaa", name="a\x00b\n c", components=[{"name": "x" * 900}])
    (found,) = read_history(samples.status_page(odd)).incidents
    assert found.title == "a b c"
    assert max(map(len, found.services)) == 200


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "status", "begin", "date", "name"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(value=anything, key=st.sampled_from(sorted(samples.page_incident("a"))))
def test_whatever_stands_in_a_field_a_feed_is_read_or_left_out_and_counted(value, key):
    record = samples.page_incident("aaaaaaaaaaaa") | {key: value}
    file = read_history(samples.status_page(record, samples.page_incident("zzzzzzzzzzzz")))
    assert len(file.incidents) + len(file.skipped) == file.rows == 2
    cloud = samples.cloud_incident("a") | {key: value}
    file = read_history(json.dumps([samples.cloud_incident("z"), cloud]).encode())
    assert len(file.incidents) + len(file.skipped) == file.rows == 2
