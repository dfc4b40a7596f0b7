"""What ends when, through the terminal and as a calendar file."""

from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest

from tests.terminal.running import answer, refusal


@pytest.fixture
def book(url: str, tmp_path: Path) -> str:
    """Two contracts: one renews in 40 days with 30 of notice, one names a model and no renewal."""
    renewal = date.today() + timedelta(days=40)
    table = tmp_path / "book.csv"
    table.write_text(
        "startup,provider,model,renewal,notice_days,switch_begun\n"
        f"Acme,Claude API,,{renewal.isoformat()},30,\n"
        "Borealis,OpenAI,gpt-4.1,,,yes\n"
    )
    answer("import", str(table), "--portfolio", "Fund", url=url)
    return url


def test_the_calendar_lists_notice_and_renewal_and_counts_what_is_unknown(book: str):
    document = answer("calendar", "--portfolio", "Fund", "--days", "60", url=book)
    ours = [one for one in document["deadlines"] if one["startup"] == "Acme"]
    assert [(one["kind"], one["days_left"]) for one in ours] == [("notice", 10), ("renewal", 40)]
    assert all(one["slack_days"] == 40 - one["days_to_switch"] for one in ours)
    assert document["within"]["30"] >= 1
    assert document["unknown"]["without_model"] == 1
    assert document["unknown"]["without_renewal"] == 1


def test_the_calendar_tells_which_move_has_begun_and_how_long_the_notice_was(book: str):
    # OpenAI announced on 14 October 2026 that GPT-4.1 ends on 14 January 2027: 92 days.
    document = answer("calendar", "--portfolio", "Fund", "--days", "3650", url=book)
    (ours,) = [one for one in document["deadlines"] if one["startup"] == "Borealis"]
    assert (ours["begun"], ours["notice_days"], ours["notice_too_short"]) == (True, 92, False)
    others = [one for one in document["deadlines"] if one["kind"] != "retirement"]
    assert {one["begun"] for one in others} == {None}
    assert document["unknown"]["begun_unknown"] == 0


def test_the_calendar_file_has_a_day_for_each_and_the_same_ids_again(book: str, tmp_path: Path):
    file = tmp_path / "days.ics"
    command = ("calendar", "--portfolio", "Fund", "--days", "60", "--ics", str(file))
    document = answer(*command, url=book)
    first = file.read_bytes()
    made = icalendar.Calendar.from_ical(first)
    events = list(made.walk("VEVENT"))
    assert len(events) == len(document["deadlines"])
    days = {str(one["summary"]): one["dtstart"].dt for one in events}
    assert days["Acme: Contract with Claude API renews"] == date.today() + timedelta(days=40)
    assert len({str(one["uid"]) for one in events}) == len(events)
    answer(*command, url=book)
    assert file.read_bytes() == first


def test_a_file_that_cannot_be_written_is_refused(book: str, tmp_path: Path):
    missing = str(tmp_path / "nowhere" / "days.ics")
    said = refusal("calendar", "--portfolio", "Fund", "--ics", missing, url=book)
    assert "cannot be written" in said
