"""Scenarios and crises of one's own: kept, seen by a team, followed as they go on, and removed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.audit import list_audit, verify_audit
from db.services.hours import HourAsked
from db.services.imports import publish_import
from db.services.provider_history import ProviderSignals, provider_signals
from db.services.replays import replay_named
from db.services.scenario_files import (
    FOLDER_VARIABLE,
    News,
    Sort,
    check_file,
    crises,
    draft_file,
    file_text,
    keep_file,
    note_news,
    own_file,
    own_files,
    remove_file,
    scenarios,
    shipped_crises,
    shipped_scenarios,
)
from db.services.share_contents import Wanted, frozen_content, snapshot_of
from db.services.shares import ShareKind, create_share
from db.sharing.presets import Preset
from risk.scenarios.replays import Replay
from tests.db.access_decisions import CRISIS, DATA

BLUE = Actor("Ann", ActorRole.ANALYST, team="Blue")
RED = Actor("Rob", ActorRole.ANALYST, team="Red")
OF_NO_TEAM = Actor("Noa", ActorRole.ANALYST)
OUTAGE = """\
title = "Two days of OpenAI"
provider = "OpenAI"
kind = "outage"
days = 2
sources = ["judgement"]
"""


def news(hours: float, headline: str = "More", **more: object) -> News:
    at = datetime(2026, 11, 2, 10, tzinfo=UTC) + timedelta(hours=hours)
    return News(at=at, headline=headline, source="axios.com", **more)  # type: ignore[arg-type]


def test_an_own_scenario_stands_among_those_that_ship(store: Store) -> None:
    kept = keep_file(store, LOCAL_OWNER, OUTAGE)
    assert (kept.id, kept.sort, kept.by) == ("two-days-of-openai", Sort.SCENARIO, "local owner")
    every = scenarios(store, LOCAL_OWNER)
    assert list(every) == [*shipped_scenarios(store, LOCAL_OWNER), kept.id]
    assert every[kept.id].days == 2


def test_an_own_crisis_can_be_replayed_up_to_now(store: Store) -> None:
    keep_file(store, LOCAL_OWNER, CRISIS.encode(), name="board.toml")
    found = replay_named(store, LOCAL_OWNER, "board")
    assert found.is_open
    now = store.now()
    assert timedelta() <= now - found.ends < timedelta(minutes=5)
    assert "board" not in shipped_crises(store, LOCAL_OWNER)


def test_what_a_team_wrote_its_members_and_owners_see_alone(store: Store) -> None:
    keep_file(store, BLUE, CRISIS, name="blue")
    keep_file(store, OF_NO_TEAM, OUTAGE, name="of-all")
    seen = {
        one.name: [file.id for file in own_files(store, one)] for one in (BLUE, RED, OF_NO_TEAM)
    }
    assert seen == {"Ann": ["blue", "of-all"], "Rob": ["of-all"], "Noa": ["of-all"]}
    assert len(own_files(store, LOCAL_OWNER)) == 2
    assert "blue" in crises(store, BLUE)
    assert "blue" not in crises(store, RED)
    for call in (
        lambda: own_file(store, RED, "blue"),
        lambda: file_text(store, RED, "blue"),
        lambda: note_news(store, RED, "blue", news(1)),
        lambda: remove_file(store, RED, "blue", "mine"),
        lambda: keep_file(store, RED, CRISIS, name="blue", change=True),
    ):
        with pytest.raises(Refused, match=r"no file|another team"):
            call()
    assert own_file(store, BLUE, "blue").text == CRISIS


def test_a_broken_file_is_refused_with_every_line_and_nothing_is_kept(store: Store) -> None:
    broken = OUTAGE.replace('OpenAI"\nkind', 'OpenIA"\nkind').replace("days = 2", "days = two")
    with pytest.raises(Refused) as refused:
        keep_file(store, LOCAL_OWNER, broken)
    lines = str(refused.value).split("\n")
    assert [line.split(":")[0] for line in lines] == ["Line 2, provider", "Line 4, days"]
    assert own_files(store, LOCAL_OWNER) == ()
    assert check_file(store, LOCAL_OWNER, b"\xff").problems[0].line == 1


def test_an_id_is_taken_once(store: Store) -> None:
    with pytest.raises(Refused, match="comes with the product"):
        keep_file(store, LOCAL_OWNER, OUTAGE, name="openai-wind-down.toml")
    keep_file(store, LOCAL_OWNER, OUTAGE, name="mine")
    with pytest.raises(Refused, match="--change"):
        keep_file(store, LOCAL_OWNER, OUTAGE, name="mine")
    longer = keep_file(
        store, LOCAL_OWNER, OUTAGE.replace("days = 2", "days = 3"), name="mine", change=True
    )
    assert scenarios(store, LOCAL_OWNER)[longer.id].days == 3
    with pytest.raises(Refused, match="There is no file"):
        keep_file(store, LOCAL_OWNER, OUTAGE, name="other", change=True)


def test_news_is_added_in_its_place_as_it_comes_in(store: Store) -> None:
    keep_file(store, LOCAL_OWNER, CRISIS, name="board")
    note_news(store, BLUE, "board", news(5, "Last", signal="founder_or_chair_resigns"))
    note_news(store, BLUE, "board", news(2, 'The "second"', outage_severity=0.5))
    found = crises(store, LOCAL_OWNER)["board"]
    assert [one.headline for one in found.moments] == ["News", 'The "second"', "Last"]
    last = found.moments[-1]
    assert last.signal is not None
    assert (last.signal.provider, last.signal.source) == ("OpenAI", "axios.com")


def test_news_that_cannot_be_is_refused_and_the_crisis_stays(store: Store) -> None:
    keep_file(store, LOCAL_OWNER, CRISIS, name="board")
    keep_file(store, LOCAL_OWNER, OUTAGE, name="outage")
    held = own_file(store, LOCAL_OWNER, "board").text
    far = News(at=store.now() + timedelta(hours=1), headline="x", source="x")
    with pytest.raises(Refused, match="still to come"):
        note_news(store, LOCAL_OWNER, "board", far)
    with pytest.raises(Refused, match=r"signal: .*Did you mean founder_or_chair_resigns"):
        note_news(store, LOCAL_OWNER, "board", news(1, signal="founder_resigns"))
    with pytest.raises(Refused, match="source: this is empty"):
        note_news(store, LOCAL_OWNER, "board", News(at=news(1).at, headline="x", source=" "))
    with pytest.raises(Refused, match="time: this is before starts"):
        note_news(store, LOCAL_OWNER, "board", news(-9))
    with pytest.raises(Refused, match="does not go on"):
        note_news(store, LOCAL_OWNER, "outage", news(1))
    with pytest.raises(Refused, match="There is no file"):
        note_news(store, LOCAL_OWNER, "openai-crisis-2023", news(1))
    assert own_file(store, LOCAL_OWNER, "board").text == held


def test_the_trail_tells_who_wrote_what_and_keeps_what_was_removed(store: Store) -> None:
    keep_file(store, BLUE, CRISIS, name="board")
    note_news(store, BLUE, "board", news(1, "More"))
    with pytest.raises(Refused, match="Say why"):
        remove_file(store, BLUE, "board", " ")
    text = own_file(store, BLUE, "board").text
    assert remove_file(store, BLUE, "board", "over") == "Board"
    assert own_files(store, LOCAL_OWNER) == ()
    removed, noted, stated = [
        one for one in list_audit(store, LOCAL_OWNER) if one.object_kind == "own scenario or crisis"
    ][:3]
    assert (stated.actor, stated.after) == ("Ann", {"title": "Board", "text": CRISIS})
    assert noted.after is not None
    assert noted.after["headline"] == "More"
    assert (removed.reason, (removed.before or {})["text"]) == ("over", text)
    assert verify_audit(store, LOCAL_OWNER).broken_at is None


def test_files_of_the_folder_are_read_as_they_are_and_say_what_is_wrong(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert own_files(store, RED) == ()
    (tmp_path / "02-outage.toml").write_text(OUTAGE)
    (tmp_path / "01-board.toml").write_text(CRISIS)
    (tmp_path / "03-broken.toml").write_text("title = Down\n")
    (tmp_path / "04-openai-wind-down.toml").write_text(OUTAGE)
    (tmp_path / "notes.txt").write_text("not read")
    found = {one.id: one for one in own_files(store, RED)}
    assert list(found) == ["board", "outage", "broken", "openai-wind-down"]
    assert [bool(one.problems) for one in found.values()] == [False, False, True, True]
    assert "is taken" in found["openai-wind-down"].problems[0].says
    assert "outage" in scenarios(store, RED)
    assert scenarios(store, RED)["openai-wind-down"].root == "OpenAI"
    assert scenarios(store, RED)["openai-wind-down"].kind == "wind_down"
    assert crises(store, RED)["board"].is_open
    with pytest.raises(Refused, match="write the news there"):
        note_news(store, LOCAL_OWNER, "board", news(1))
    (tmp_path / "01-board.toml").unlink()
    assert "board" not in crises(store, RED)


@pytest.mark.parametrize("sort", Sort)
def test_a_draft_is_kept_and_read_as_it_is(store: Store, sort: Sort) -> None:
    kept = keep_file(store, LOCAL_OWNER, draft_file(store, LOCAL_OWNER, "Anthropic, outage", sort))
    assert (kept.sort, kept.title) == (sort, "Anthropic, outage")
    assert file_text(store, LOCAL_OWNER, kept.id) == kept.text


def test_what_ships_can_be_read_as_a_file_to_begin_with(store: Store) -> None:
    text = file_text(store, LOCAL_OWNER, "openai-crisis-2023")
    kept = keep_file(store, LOCAL_OWNER, text, name="our-november").content
    assert isinstance(kept, Replay)
    assert kept.moments == shipped_crises(store, LOCAL_OWNER)["openai-crisis-2023"].moments


TOLD = (
    CRISIS.replace(
        "starts = 2026-11-02T09:00:00Z", 'starts = 2026-11-02T09:00:00Z\nclock = "Acme time"'
    )
    .replace('headline = "News"', 'headline = "Acme is told"\nsignal = "founder_or_chair_resigns"')
    .replace('source = "test"', 'source = "a call with Acme"')
)


def shown(store: Store, preset: Preset) -> str:
    """What a link to an hour of the crisis shows, as text."""
    at = datetime(2026, 11, 2, 12, tzinfo=UTC)
    asked = HourAsked(provider="OpenAI", at=at, replay="board")
    today = store.now().date()
    wanted = Wanted(portfolio="Fund", hour=asked, preset=preset, today=today)
    return frozen_content(store, LOCAL_OWNER, wanted).text


def test_a_link_without_names_tells_nothing_that_somebody_wrote(store: Store) -> None:
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    keep_file(store, LOCAL_OWNER, TOLD, name="board")
    everything = shown(store, Preset.EVERYTHING)
    assert all(text in everything for text in ("Acme is told", "a call with Acme", "Acme time"))
    for preset in (Preset.NAMES, Preset.OUTLINE):
        assert "Acme" not in shown(store, preset)
    # What the news means is told, as of every signal.
    assert "a founder or the chair of the board resigns" in shown(store, Preset.NAMES)


def test_a_snapshot_of_an_hour_stays_when_the_crisis_is_removed(store: Store) -> None:
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    keep_file(store, LOCAL_OWNER, TOLD, name="board")
    asked = HourAsked(provider="OpenAI", at=datetime(2026, 11, 2, 12, tzinfo=UTC), replay="board")
    wanted = Wanted(portfolio="Fund", hour=asked, today=store.now().date())
    made = create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT)
    remove_file(store, LOCAL_OWNER, "board", "over")
    assert "Acme is told" in snapshot_of(store, made.share).text


def test_signals_of_an_own_crisis_are_not_those_of_the_provider(store: Store) -> None:
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    day = date(2026, 11, 3)

    def heard() -> ProviderSignals | None:
        today = store.now().date()
        return provider_signals(store, LOCAL_OWNER, "Fund", "OpenAI", on=day, today=today)

    before = heard()
    keep_file(store, LOCAL_OWNER, TOLD, name="board")
    assert heard() == before
