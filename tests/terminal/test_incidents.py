"""Past incidents through the terminal: in once, described in two poolings, refused by line."""

from pathlib import Path

import pytest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.feeds import import_feed
from tests.db.feed_server import Page, serving, this_machine
from tests.hazard.incidents import feed_samples
from tests.hazard.incidents.tables import SIX, SIX_DAYS, at, incident, incident_table
from tests.terminal.running import answer, refusal

DOCUMENTED = {
    "provider",
    "service",
    "incidents",
    "unknown_duration",
    "mttr_hours",
    "mtbf_days",
    "availability",
    "outage_day_share",
    "rate_per_year",
    "duration",
}


@pytest.fixture
def history(tmp_path: Path) -> str:
    path = tmp_path / "incidents.csv"
    path.write_bytes(SIX)
    return str(path)


@pytest.fixture
def uptime(tmp_path: Path) -> str:
    path = tmp_path / "uptime.csv"
    path.write_bytes(SIX_DAYS)
    return str(path)


def test_an_import_says_what_went_in_and_what_was_left_out(url: str, history: str):
    document = answer("incidents", "import", history, url=url)
    assert document["format"] == "incident-stages"
    assert document["records"] == 6
    assert document["incidents"] == {"new": 5, "changed": 0, "unchanged": 0}
    assert document["skipped"] == {"stamps out of order": 1, "repeated": 0}
    assert document["skipped_rows"][0]["line"] == 6
    counted = [document[name] for name in ("unknown_duration", "maintenance", "without_service")]
    assert counted == [1, 1, 0]


def test_an_import_again_doubles_nothing(url: str, history: str, uptime: str):
    for file in (history, uptime):
        answer("incidents", "import", file, url=url)
    before = answer("incidents", "stats", url=url)
    again = answer("incidents", "import", history, url=url)
    assert again["incidents"] == {"new": 0, "changed": 0, "unchanged": 5}
    assert answer("incidents", "stats", url=url) == before


def test_statistics_have_the_documented_fields_for_each_service(
    url: str, history: str, uptime: str
):
    for file in (history, uptime):
        answer("incidents", "import", file, url=url)
    rows = answer("incidents", "stats", "--provider", "openai", url=url)
    assert [row["service"] for row in rows] == ["API", "Chat", None]
    api = rows[0]
    assert set(api) >= DOCUMENTED
    # API: 1 h, 2 h and unknown; starts on the 1st, 3rd and 11th; 2 of 4 days with an outage.
    assert (api["incidents"], api["unknown_duration"], api["mttr_hours"]) == (3, 1, 1.5)
    assert (api["mtbf_days"], api["outage_day_share"]) == (5.0, 0.5)
    assert api["availability"] == pytest.approx(0.98)
    assert set(api["duration"]) == {"mu", "sigma", "median_hours"}


def test_a_provider_pools_each_incident_once(url: str, history: str):
    answer("incidents", "import", history, url=url)
    (row,) = answer("incidents", "stats", "--pooling", "provider", url=url)
    assert (row["provider"], row["service"], row["incidents"]) == ("OpenAI", None, 5)
    assert (row["availability"], row["outage_day_share"]) == (None, None)


def test_problems_refuse_the_file_and_are_named_by_line(url: str, tmp_path: Path):
    file = tmp_path / "bad.csv"
    file.write_bytes(incident_table(incident("a", level="9", resolved=at(1, "00:00"))))
    document = answer("incidents", "import", str(file), url=url, status=2)
    assert not document["accepted"]
    (problem,) = document["problems"]
    assert (problem["line"], problem["column"]) == (2, "incident_impact_level")
    assert answer("incidents", "stats", url=url) == []


def test_a_stated_format_that_does_not_fit_is_refused(url: str, history: str):
    words = ("incidents", "import", history, "--format", "uptime-days")
    assert "lacks Date" in answer(*words, url=url, status=2)["problems"][0]["message"]


def test_a_missing_file_is_refused_in_a_sentence(url: str):
    assert "There is no file nowhere.csv." in refusal("incidents", "import", "nowhere.csv", url=url)


def test_forecasts_of_past_months_are_scored_by_provider(url: str, tmp_path: Path):
    # Two incidents a month from January 2023 to March 2024, of one and of six hours.
    rows = [
        incident(
            f"{year}-{month}-{day}",
            investigating=f"{year}-{month:02}-{day:02} 00:00:00Z",
            resolved=f"{year}-{month:02}-{day:02} 0{hour}:00:00Z",
        )
        for year, month in [(2023 + number // 12, number % 12 + 1) for number in range(15)]
        for day, hour in ((5, 1), (15, 6))
    ]
    file = tmp_path / "steady.csv"
    file.write_bytes(incident_table(*rows))
    answer("incidents", "import", str(file), url=url)
    (record,) = answer("incidents", "calibration", url=url)
    # March 2024 was not watched to its end; six of the thirteen months are learned from.
    assert (record["provider"], record["since"], record["until"]) == (
        "OpenAI",
        "2023-02-01",
        "2024-03-01",
    )
    assert len(record["methods"]) == 6
    model = record["methods"][0]
    assert (model["method"], model["months"]) == ("gamma-poisson, discount 0.8", 7)
    assert (model["coverage_90"], model["coverage_is_honest"]) == (1.0, True)
    assert [one["observed"] for one in model["forecasts"]] == [2] * 7
    # Half of all lengths are above four hours, before and after the split.
    assert record["durations"]["long_seen"] == 0.5


def test_no_incidents_leave_nothing_to_score(url: str):
    assert answer("incidents", "calibration", url=url) == []


def test_a_feed_is_imported_with_what_it_cannot_tell(url: str, tmp_path: Path):
    feed = tmp_path / "incidents.json"
    feed.write_bytes(feed_samples.SEVEN)
    document = answer("incidents", "import", str(feed), url=url)
    assert (document["format"], document["records"]) == ("statuspage-json", 7)
    assert document["incidents"] == {"new": 4, "changed": 0, "unchanged": 0}
    assert document["skipped"]["planned, not begun"] == 1
    counted = ("unknown_duration", "unknown_severity", "still_open", "maintenance")
    assert [document[name] for name in counted] == [2, 1, 1, 1]
    feed.write_bytes(feed_samples.IO_RSS)
    document = answer("incidents", "import", str(feed), url=url)
    assert document["tells_durations"] is False
    assert "no durations" in document["notes"][0]


def test_a_file_of_another_shape_is_read_through_a_map(url: str, tmp_path: Path):
    table, mapped = tmp_path / "own.csv", tmp_path / "map.json"
    table.write_text("nr,from,to\n1,2026-01-01T00:00Z,2026-01-01T06:00Z\n")
    mapped.write_text('{"reference": "nr", "started": "from", "resolved": "to"}')
    options = ("--provider", "mistral ai", "--map", str(mapped))
    document = answer("incidents", "import", str(table), *options, url=url)
    assert document["incidents"] == {"new": 1, "changed": 0, "unchanged": 0}
    mapped.write_text('{"reference": "nr"}')
    assert "at least" in refusal("incidents", "import", str(table), *options, url=url)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://127.0.0.1:1/feed", "not on the public internet"),
        ("https://me:secret@example.com/feed", "user name or a password"),
        ("ftp://example.com/feed", "begins with https://"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused(url: str, address: str, sentence: str):
    assert sentence in refusal("incidents", "import", address, url=url)
    assert answer("incidents", "feeds", url=url) == []


def test_a_feed_is_asked_by_itself_once_somebody_says_how_often(url: str):
    store = open_store(url)
    with serving({"/feed": Page(body=feed_samples.SEVEN)}) as host:
        import_feed(store, LOCAL_OWNER, f"{host}/feed", allowed=this_machine)
    store.close()
    (feed,) = answer("incidents", "feeds", url=url)
    assert (feed["every_minutes"], feed["marks"]) == (None, [])
    (feed,) = answer("incidents", "poll", feed["address"], "--every", "15", url=url)
    assert feed["every_minutes"] == 15
    (feed,) = answer("incidents", "poll", feed["address"], "--by-hand", url=url)
    assert feed["every_minutes"] is None
    assert "either --every" in refusal("incidents", "poll", feed["address"], url=url)
