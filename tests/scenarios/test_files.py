"""Scenario and crisis files: what is read of them, and that each mistake is named by its line."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.catalog.tables import CatalogError
from risk.hazard.signals import load_signal_kinds
from risk.scenarios.drafts import crisis_draft, scenario_draft, with_moment
from risk.scenarios.files import (
    MOST_DAYS,
    BrokenFile,
    Known,
    going_on,
    id_of,
    known_names,
    load_crises,
    load_scenarios,
    mapping_lines,
    read_file,
    text_of,
)
from risk.scenarios.replay import as_known, frame_times
from risk.scenarios.replays import Replay
from risk.scenarios.results import Scenario
from risk.scenarios.statements import MOST_CHARACTERS, Problem, tables_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = load_signal_kinds(FIXTURES)
NOW = datetime(2026, 11, 30, 10, 17, 30, tzinfo=UTC)

OUTAGE = """\
title = "OpenAI is down for two days"
provider = "OpenAI"
kind = "outage"
days = 2
severity = 0.5
summary = "Half of it fails."
sources = ["judgement", "a page"]
doubt = "Invented."
"""
BOARD = """\
title = "OpenAI, board"
provider = "OpenAI"
starts = 2023-11-17T09:00:00-08:00
ends = 2023-11-20T18:00:00-08:00
clock = "Pacific"
outcome = "The service went on."

[[moment]]
time = 2023-11-17T12:28:00-08:00
headline = "The chief executive goes"
signal = "chief_executive_dismissed"
intensity = 0.5
source = "axios.com"

[[moment]]
time = 2023-11-18T08:00:00-08:00
headline = "The service is slow"
outage_severity = 0.25
outage_until = 2023-11-18T14:00:00-08:00
source = ["status page", "axios.com"]
"""
PACIFIC = timezone(timedelta(hours=-8))


@pytest.fixture(scope="module")
def known(catalog: Catalog) -> Known:
    return known_names(catalog, KINDS)


def read(text: str, known: Known) -> Scenario | Replay:
    return read_file(text, name="own", known=known)


def problems_of(text: str, known: Known) -> list[tuple[int, str]]:
    with pytest.raises(BrokenFile) as broken:
        read(text, known)
    return [(one.line, one.key) for one in broken.value.problems]


def refusals(text: str, known: Known) -> tuple[Problem, ...]:
    """All that is wrong with a text, nothing if it can be read."""
    try:
        read(text, known)
    except BrokenFile as broken:
        return broken.problems
    return ()


def changed(text: str, lines: dict[int, str | None]) -> str:
    """The text with some lines otherwise; None takes a line out and leaves its place."""
    every = text.split("\n")
    for number, line in lines.items():
        while len(every) < number:
            every.append("")
        every[number - 1] = line or ""
    return "\n".join(every)


def test_a_scenario_is_what_its_file_says(known: Known) -> None:
    assert read(OUTAGE, known) == Scenario(
        id="own",
        title="OpenAI is down for two days",
        root="OpenAI",
        kind=FailureKind.OUTAGE,
        days=2.0,
        severity=0.5,
        summary="Half of it fails.",
        sources=("judgement", "a page"),
        doubt="Invented.",
    )


def test_a_crisis_is_what_its_file_says(known: Known) -> None:
    crisis = read(BOARD, known)
    assert isinstance(crisis, Replay)
    assert (crisis.provider, crisis.clock, crisis.outcome) == (
        *("OpenAI", "Pacific"),
        "The service went on.",
    )
    assert crisis.starts == datetime(2023, 11, 17, 17, tzinfo=UTC)
    assert (crisis.is_open, crisis.chosen_on, crisis.ended) == (False, False, False)
    first, second = crisis.moments
    assert first.signal is not None
    assert (first.signal.kind, first.signal.intensity, first.signal.reliability) == (
        *("chief_executive_dismissed", 0.5),
        1.0,
    )
    assert second.signal is None
    assert second.outage is not None
    # Six hours, of which a quarter is lost.
    assert (second.outage.until or NOW) - second.at == timedelta(hours=6)
    assert second.outage.severity == 0.25
    assert second.sources == ("status page", "axios.com")


def test_names_are_found_whatever_their_case(known: Known) -> None:
    lines = {2: 'provider = "openai"', 3: 'kind = "OUTAGE"'}
    assert read(changed(OUTAGE, lines), known) == read(OUTAGE, known)


def test_times_may_stand_between_quotation_marks_and_without_seconds(known: Known) -> None:
    text = changed(BOARD, {9: 'time = "2023-11-17T12:28-08:00"'})
    assert read(text, known) == read(BOARD, known)


def test_the_most_used_model_of_a_developer_may_be_retired(known: Known) -> None:
    lines = {2: 'provider = "most used model of openai"', 3: 'kind = "model_retirement"'}
    found = read(changed(OUTAGE, {**lines, 4: "notice_days = 90", 5: None}), known)
    assert isinstance(found, Scenario)
    assert (found.root, found.notice_days) == ("most used model of OpenAI", 90.0)


#: What is changed in a sound file, and on which lines of which keys it is then wrong.
Wrong = tuple[str, dict[int, str | None], list[tuple[int, str]]]
BROKEN: dict[str, Wrong] = {
    # The text itself.
    "no sign": (OUTAGE, {4: "days 2"}, [(4, "")]),
    "no value": (OUTAGE, {4: "days ="}, [(4, "days")]),
    "a remark as value": (OUTAGE, {4: "days = # two"}, [(4, "days")]),
    "no quotation marks": (OUTAGE, {2: "provider = OpenAI"}, [(2, "provider")]),
    "one quotation mark": (OUTAGE, {1: 'title = "Down'}, [(1, "title")]),
    "curly quotation marks": (OUTAGE, {1: "title = “Down”"}, [(1, "title")]),
    "marks inside": (OUTAGE, {1: 'title = "The "big" one"'}, [(1, "title")]),
    "a comma in a number": (OUTAGE, {5: "severity = 0,5"}, [(5, "severity")]),
    "a percentage": (OUTAGE, {5: "severity = 50%"}, [(5, "severity")]),
    "a list without end": (OUTAGE, {7: 'sources = ["judgement"'}, [(7, "sources")]),
    "a list without commas": (OUTAGE, {7: 'sources = ["a" "b"]'}, [(7, "sources")]),
    "text without end": (OUTAGE, {6: 'summary = """Half'}, [(6, "summary")]),
    "a key of two words": (OUTAGE, {8: 'my doubt = "x"'}, [(8, "")]),
    "a key twice": (OUTAGE, {8: "days = 3"}, [(8, "days")]),
    "a header with one bracket too few": (BOARD, {8: "[[moment]"}, [(8, "")]),
    "a header with single brackets": (BOARD, {8: "[moment]"}, [(8, "")]),
    "a character that cannot be": (OUTAGE, {8: 'doubt = "\x01"'}, [(8, "doubt")]),
    "nothing": ("", {}, [(1, "")]),
    "too long": (OUTAGE, {9: "#" * MOST_CHARACTERS}, [(1, "")]),
    # Keys and tables.
    "an unknown key": (OUTAGE, {8: 'doubts = "x"'}, [(8, "doubts")]),
    "an unknown key of a moment": (BOARD, {12: "strength = 1"}, [(12, "strength")]),
    "an unknown table": (BOARD, {15: "[[news]]"}, [(15, "")]),
    "a table of a scenario": (OUTAGE, {9: "[more]"}, [(9, "")]),
    "a key inside a key": (OUTAGE, {4: "days.first = 2"}, [(4, "days")]),
    "no title": (OUTAGE, {1: None}, [(1, "title")]),
    "no kind": (OUTAGE, {3: None}, [(1, "kind")]),
    "no sources": (OUTAGE, {7: None}, [(1, "sources")]),
    "no headline": (BOARD, {10: None}, [(8, "headline")]),
    "no source of the second moment": (BOARD, {20: None}, [(15, "source")]),
    "no moment": (BOARD, dict.fromkeys(range(8, 21)), [(1, "")]),
    # Types.
    "a number as title": (OUTAGE, {1: "title = 5"}, [(1, "title")]),
    "an empty title": (OUTAGE, {1: 'title = " "'}, [(1, "title")]),
    "a long title": (OUTAGE, {1: f'title = "{"x" * 201}"'}, [(1, "title")]),
    "a title of two lines": (OUTAGE, {1: 'title = "a\\nb"'}, [(1, "title")]),
    "a number between marks": (OUTAGE, {4: 'days = "2"'}, [(4, "days")]),
    "a number that is none": (OUTAGE, {4: "days = nan"}, [(4, "days")]),
    "more than all": (OUTAGE, {5: "severity = 50"}, [(5, "severity")]),
    "true as number": (OUTAGE, {5: "severity = true"}, [(5, "severity")]),
    "an empty list": (OUTAGE, {7: "sources = []"}, [(7, "sources")]),
    "a list of numbers": (OUTAGE, {7: "sources = [1]"}, [(7, "sources")]),
    "yes": (BOARD, {7: 'ended = "no"'}, [(7, "ended")]),
    # Names.
    "an unknown provider": (OUTAGE, {2: 'provider = "OpenIA"'}, [(2, "provider")]),
    "an unknown kind": (OUTAGE, {3: 'kind = "outtage"'}, [(3, "kind")]),
    "an unknown signal": (BOARD, {11: 'signal = "chief_dismissed"'}, [(11, "signal")]),
    "an unknown sort of link": (OUTAGE, {9: 'through = "identty"'}, [(9, "through")]),
    "the most used model of nobody": (
        *(OUTAGE, {2: 'provider = "most used model of Nobody"'}),
        [(2, "provider")],
    ),
    # What contradicts itself.
    "days of an end": (
        *(OUTAGE, {3: 'kind = "wind_down"'}),
        [(4, "days"), (5, "severity")],
    ),
    "a price of an outage": (OUTAGE, {9: "price_multiple = 2"}, [(9, "price_multiple")]),
    "a customer of an outage": (OUTAGE, {9: 'customer = "Acme"'}, [(9, "customer")]),
    "an end without outcome": (BOARD, {6: None}, [(4, "ends")]),
    "an outcome without end": (BOARD, {4: None}, [(6, "outcome")]),
    "an end before the start": (
        *(BOARD, {4: "ends = 2023-11-16T09:00:00-08:00"}),
        [(4, "ends"), (9, "time"), (16, "time")],
    ),
    "too long a crisis": (BOARD, {4: "ends = 2027-11-16T09:00:00-08:00"}, [(4, "ends")]),
    "a strength without signal": (BOARD, {11: None}, [(12, "intensity")]),
    "an outage of nothing": (BOARD, {18: None}, [(19, "outage_until")]),
    "an outage without end": (BOARD, {19: None}, [(18, "outage_severity")]),
    "an outage that ends first": (
        *(BOARD, {19: "outage_until = 2023-11-18T07:00:00-08:00"}),
        [(19, "outage_until")],
    ),
    # Times.
    "no zone": (BOARD, {9: "time = 2023-11-17T12:28:00"}, [(9, "time")]),
    "no seconds": (BOARD, {9: "time = 2023-11-17T12:28-08:00"}, [(9, "time")]),
    "a day alone": (BOARD, {9: "time = 2023-11-17"}, [(9, "time")]),
    "a clock alone": (BOARD, {9: "time = 12:28:00"}, [(9, "time")]),
    "a time in words": (BOARD, {9: 'time = "Friday noon"'}, [(9, "time")]),
    "a day that is none": (BOARD, {9: "time = 2023-11-31T12:28:00Z"}, [(9, "time")]),
    "a year far off": (BOARD, {9: "time = 0001-01-01T00:00:00Z"}, [(9, "time")]),
    "before the start": (BOARD, {9: "time = 2023-11-17T08:00:00-08:00"}, [(9, "time")]),
    "after the end": (
        *(BOARD, {16: "time = 2023-11-21T08:00:00-08:00", 19: None, 18: None}),
        [(16, "time")],
    ),
    "out of order": (BOARD, {9: "time = 2023-11-18T09:00:00-08:00"}, [(16, "time")]),
    # Several at once.
    "three at once": (
        *(OUTAGE, {2: 'provider = "OpenIA"', 4: 'days = "2"', 8: "doubt = none"}),
        [(2, "provider"), (4, "days"), (8, "doubt")],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_every_mistake_is_named_by_its_line_and_nothing_is_loaded(name: str, known: Known) -> None:
    text, lines, where = BROKEN[name]
    found = problems_of(changed(text, lines), known)
    assert found == where


def test_fifty_broken_files_and_more_are_held_against_their_lines(known: Known) -> None:
    assert len(BROKEN) >= 50
    for text, _, _ in BROKEN.values():
        assert not text or read(text, known), "sound until a line of it is changed"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('provider = "OpenIA"', "Did you mean OpenAI?"),
        ('kind = "outtage"', "Did you mean outage?"),
        ('doubts = "x"', "Did you mean doubt?"),
        ("days = two", "write days = 2, or"),
    ],
)
def test_the_nearest_spelling_is_offered(line: str, meant: str, known: Known) -> None:
    key = line.split()[0]
    place = {"provider": 2, "kind": 3, "days": 4, "doubts": 8}[key]
    with pytest.raises(BrokenFile, match=meant.replace("?", r"\?")):
        read(changed(OUTAGE, {place: line}), known)


def test_a_file_that_is_not_utf_8_names_the_line() -> None:
    with pytest.raises(BrokenFile) as broken:
        text_of(b'title = "x"\nprovider = "\xff"\n')
    assert [one.line for one in broken.value.problems] == [2]
    assert text_of(b"\xef\xbb\xbfa = 1") == "a = 1"


# --- Any text -----------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *BOARD.split("\n"),
        *OUTAGE.split("\n"),
        *(line for _, lines, _ in BROKEN.values() for line in lines.values() if line),
    ]
).filter(lambda one: len(one) < 1_000)
TEXTS = st.one_of(
    st.text(),
    st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=25).map("\n".join),
    st.text(st.sampled_from("[]{}=\"'\n\\#.1a\ud800"), max_size=200),
)


@given(text=TEXTS)
@example(text=f"title = {'[' * 5_000}")
@example(text=f"days = {'9' * 5_000}")
@example(text='title = "\ud800"')
@example(text="[[moment]]\ntime = 9999-12-31T23:59:59-23:59")
def test_no_text_makes_the_reader_raise_anything_else(text: str, known: Known) -> None:
    problems = refusals(text, known)
    last = text.count("\n") + 1
    assert all(1 <= one.line <= last and one.says for one in problems)
    assert problems or read(text, known).title


@given(text=TEXTS)
def test_what_is_read_line_by_line_is_what_the_whole_text_says(text: str) -> None:
    tables, problems = tables_of(text)
    plain = all("." not in (one.name or ".") for one in tables[1:])
    if problems or not plain or len({one.name for one in tables}) < min(len(tables), 2):
        return
    try:
        whole = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return  # Such as a table of the same name twice, of which no file has one.
    for key, one in tables[0].values.items():
        assert repr(one.value) == repr(whole[key]), "not a number is not equal to itself"


# --- Those that ship ----------------------------------------------------------------------------


def test_the_files_that_ship_are_read_in_the_order_of_their_numbers(known: Known) -> None:
    scenarios, crises = load_scenarios(FIXTURES, known), load_crises(FIXTURES, known)
    assert (len(scenarios), len(crises)) == (22, 3)
    assert next(iter(scenarios)) == "openai-wind-down"
    assert list(crises) == ["openai-crisis-2023", "inflection-2024", "stability-2024"]


def test_a_broken_file_that_ships_is_named_with_its_line(tmp_path: Path, known: Known) -> None:
    folder = tmp_path / "crises"
    folder.mkdir()
    (folder / "01-bad.toml").write_text(changed(BOARD, {9: "time = 2023-11-17"}))
    with pytest.raises(CatalogError, match=r"01-bad\.toml: Line 9, time"):
        load_crises(tmp_path, known)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("01-openai-board.toml", "openai-board"),
        ("OpenAI, board!", "openai-board"),
        ("2026", "2026"),
        ("…", "own"),
    ],
)
def test_an_id_is_made_of_a_file_name_or_a_title(name: str, id_: str) -> None:
    assert id_of(name) == id_


# --- Drafts, moments and a crisis that goes on --------------------------------------------------


def test_a_draft_of_a_crisis_has_fifteen_lines_and_can_be_loaded(known: Known) -> None:
    text = crisis_draft("open ai, board", now=NOW, known=known, kinds=KINDS)
    assert len(text.splitlines()) == 15
    crisis = read(text, known)
    assert isinstance(crisis, Replay)
    assert (crisis.title, crisis.provider) == ("open ai, board", "OpenAI")
    assert crisis.is_open
    assert crisis.moments[0].at == datetime(2026, 11, 30, 10, 17, tzinfo=UTC)
    assert crisis.moments[0].signal is None, "what the words suggest is a remark"
    assert '# signal = "chief_executive_dismissed"' in text


def test_every_remark_of_a_draft_can_be_made_to_count(known: Known) -> None:
    text = crisis_draft("OpenAI, board", now=NOW, known=known, kinds=KINDS)
    lines = [
        line.removeprefix("# ").split("      ")[0]
        if line.startswith(("# signal", "# out"))
        else line
        for line in text.split("\n")
    ]
    crisis = read("\n".join(lines), known)
    assert isinstance(crisis, Replay)
    assert crisis.moments[0].signal is not None
    assert crisis.moments[0].outage is not None


def test_a_draft_of_a_scenario_has_fifteen_lines_and_can_be_loaded(known: Known) -> None:
    text = scenario_draft('Anthropic, "two" days', known=known)
    assert len(text.splitlines()) == 15
    found = read(text, known)
    assert isinstance(found, Scenario)
    assert (found.title, found.root) == ('Anthropic, "two" days', "Anthropic")


@given(words=st.text(max_size=300))
def test_a_draft_of_any_words_names_what_is_wrong_or_loads(words: str, known: Known) -> None:
    for text in (
        crisis_draft(words, now=NOW, known=known, kinds=KINDS),
        scenario_draft(words, known=known),
    ):
        # Whom nobody knows, and signs that cannot be shown.
        assert {one.key for one in refusals(text, known)} <= {"title", "provider"}


def test_a_moment_goes_to_its_place_in_time(known: Known) -> None:
    text = changed(BOARD, {4: None, 6: None, 14: "# The second."})
    between = datetime(2023, 11, 17, 20, tzinfo=PACIFIC)
    text = with_moment(
        text, between, {"headline": 'A "chair" goes', "source": "a\nb", "doubt": None}
    )
    late = datetime(2023, 11, 19, tzinfo=PACIFIC)
    text = with_moment(text, late, {"headline": "Later", "source": ("x", "y")})
    crisis = read(text, known)
    assert isinstance(crisis, Replay)
    headlines = [one.headline for one in crisis.moments]
    assert headlines == [
        *("The chief executive goes", 'A "chair" goes'),
        *("The service is slow", "Later"),
    ]
    assert crisis.moments[1].sources == ("a\nb",)
    assert text.index("# The second.") > text.index("chair"), "a remark stays with its moment"


OPEN = changed(BOARD, {4: None, 6: None, 19: None})


def test_a_crisis_without_an_end_goes_on_until_now_and_its_outage_too(known: Known) -> None:
    crisis = read(OPEN, known)
    assert isinstance(crisis, Replay)
    assert crisis.ends == crisis.moments[-1].at
    now = datetime(2023, 11, 19, 8, tzinfo=PACIFIC)
    live = going_on(crisis, now)
    assert live.ends == now
    assert frame_times(live)[-1] == now
    outage = as_known(live, now).moments[-1].outage
    # It began a day before and nobody said that it was over.
    assert outage is not None
    assert outage.until == now
    early = going_on(crisis, datetime(2023, 11, 18, tzinfo=PACIFIC))
    assert early.ends == crisis.moments[-1].at, "never before its newest moment"
    later = going_on(crisis, NOW + timedelta(days=9_999))
    assert later.ends == crisis.starts + timedelta(days=MOST_DAYS)
    closed = read(BOARD, known)
    assert isinstance(closed, Replay)
    assert going_on(closed, NOW) == closed


def test_what_is_written_is_read_back(known: Known) -> None:
    scenario = read(OUTAGE, known)
    assert isinstance(scenario, Scenario)
    awkward = replace(scenario, title='"Down" \\ ok', summary="a\n\tb", sources=("x, y", '"'))
    keys = ("title", "days", "severity", "summary", "sources", "doubt")
    values = {"provider": awkward.root, "kind": awkward.kind.value}
    lines = mapping_lines(values | {key: getattr(awkward, key) for key in keys})
    assert read("\n".join(lines), known) == awkward
