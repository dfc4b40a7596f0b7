"""Disruptions that happened: every row with its source and its doubt."""

from pathlib import Path

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.tables import CatalogError
from risk.scenarios.library import PAST_FILE_NAME, like, load_past_events

FIXTURES = Path(__file__).parents[2] / "fixtures"
EVENTS = load_past_events(FIXTURES)


def test_every_row_has_a_source_and_a_doubt_and_dates_go_forward() -> None:
    assert len(EVENTS) >= 40
    assert all(one.source and one.doubt for one in EVENTS)
    assert [one.day for one in EVENTS] == sorted(one.day for one in EVENTS)


def test_they_cover_every_kind_but_slow_service() -> None:
    assert {one.kind for one in EVENTS} == set(FailureKind) - {FailureKind.DEGRADED}


def test_a_row_without_a_checked_source_says_so() -> None:
    unchecked = [one for one in EVENTS if one.source.startswith("general knowledge")]
    assert unchecked
    assert all("No source was checked" in one.doubt for one in unchecked)


def test_those_of_the_same_provider_come_first_and_new_before_old() -> None:
    found = like(EVENTS, FailureKind.OUTAGE, "Anthropic")
    own = [one for one in found if one.provider == "Anthropic"]
    assert list(found[: len(own)]) == own
    assert [one.day for one in own] == sorted((one.day for one in own), reverse=True)
    assert {one.kind for one in found} == {FailureKind.OUTAGE}


def test_a_bad_row_is_named_by_file_line_and_column(tmp_path: Path) -> None:
    text = (FIXTURES / PAST_FILE_NAME).read_text(encoding="utf-8")
    (tmp_path / PAST_FILE_NAME).write_text(text.replace("2023-03-31,", "31 March,", 1))
    with pytest.raises(CatalogError, match=r"past_events\.csv, line 2, column date"):
        load_past_events(tmp_path)
