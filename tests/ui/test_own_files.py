"""One's own scenarios and crises on pages: written, refused by line, kept, followed, removed."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.scenario_files import crises, keep_file, own_files
from tests.ui.conftest import Open, texts
from ui import cached

OUTAGE = """\
title = "Two days of OpenAI"
provider = "OpenAI"
kind = "outage"
days = 2
sources = ["judgement"]
"""
STARTS = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
CRISIS = f"""\
title = "Board"
provider = "OpenAI"
starts = {STARTS:%Y-%m-%dT%H:%M:%SZ}
[[moment]]
time = {STARTS + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}
headline = "The chief executive goes"
signal = "chief_executive_dismissed"
source = "axios.com"
"""

SHIPPED = "openai-crisis-2023"

pytestmark = pytest.mark.usefixtures("demo_store")


def kept() -> list[str]:
    return [one.id for one in own_files(cached.store(), LOCAL_OWNER)]


def opened(open_page: Open, name: str, **parameters: str) -> AppTest:
    """A page whose section of one's own files is open."""
    page = open_page(name, portfolio="demo", **parameters)
    page.session_state["own_files"] = True
    page.run()
    assert not page.exception
    return page


def write(page: AppTest, text: str) -> None:
    page.text_area[0].set_value(text).run()
    assert not page.exception


def click(page: AppTest, label: str) -> None:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception


def fill(page: AppTest, label: str, value: str) -> None:
    next(one for one in page.text_input if one.label == label).set_value(value)


def buttons(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def test_a_scenario_with_mistakes_is_told_by_line_and_cannot_be_added(open_page: Open) -> None:
    page = opened(open_page, "stress.py")
    write(page, OUTAGE.replace('OpenAI"\nkind', 'OpenIA"\nkind').replace("days = 2", "days = x"))
    (said,) = [one.value for one in page.error]
    assert "Line 2, provider" in said
    assert "Line 4, days" in said
    assert "Add it" not in buttons(page)
    assert kept() == []


def test_a_scenario_is_added_and_stressed_at_once(open_page: Open) -> None:
    page = opened(open_page, "stress.py", root="Anthropic")
    write(page, OUTAGE)
    click(page, "Add it")
    assert kept() == ["two-days-of-openai"]
    assert page.title[0].value.startswith("Two days of OpenAI")
    assert page.query_params["scenario"] == "two-days-of-openai"
    assert "root" not in page.query_params


def test_fifteen_lines_to_begin_with_can_be_added_as_they_are(open_page: Open) -> None:
    page = opened(open_page, "replay.py")
    fill(page, "Whom and what it is about", "Anthropic, outage")
    click(page, "Begin with fifteen lines")
    assert len(page.text_area[0].value.splitlines()) == 15
    click(page, "Add it")
    assert kept() == ["anthropic-outage"]
    assert page.query_params["replay"] == "anthropic-outage"


def test_a_crisis_that_goes_on_comes_first_at_its_newest_hour(open_page: Open) -> None:
    keep_file(cached.store(), LOCAL_OWNER, CRISIS)
    page = open_page("replay.py", portfolio="demo")
    assert not page.exception
    chosen = next(one for one in page.selectbox if one.label == "Crisis")
    assert chosen.options[0] == "Board · goes on"
    assert chosen.value == "board"
    newest = crises(cached.store(), LOCAL_OWNER)["board"].ends
    assert f"{newest:%H:%M} UTC" in page.subheader[0].value
    assert "Newest hour" not in buttons(page)
    click(page, "Earlier news")
    assert f"{STARTS + timedelta(hours=2):%H:%M} UTC" in page.subheader[0].value
    click(page, "Newest hour")
    assert f"{newest:%H:%M}" in page.subheader[0].value
    # The shipped ones are one choice away, and stay chosen.
    next(one for one in page.selectbox if one.label == "Crisis").set_value("stability-2024").run()
    next(one for one in page.selectbox if one.label == "Crisis").set_value(SHIPPED).run()
    page.run()
    assert page.query_params["replay"] == SHIPPED
    assert "2023" in page.subheader[0].value


def test_the_crisis_that_began_last_opens_first(open_page: Open) -> None:
    keep_file(cached.store(), LOCAL_OWNER, CRISIS)
    earlier = STARTS - timedelta(hours=3)
    before = CRISIS.replace("Board", "Chair")
    before = before.replace(f"starts = {STARTS:%Y-%m-%dT%H}", f"starts = {earlier:%Y-%m-%dT%H}")
    keep_file(cached.store(), LOCAL_OWNER, before)
    page = open_page("replay.py", portfolio="demo")
    chosen = next(one for one in page.selectbox if one.label == "Crisis")
    assert chosen.options[:2] == ["Board · goes on", "Chair · goes on"]
    assert chosen.value == "board"


def test_an_hour_without_a_crisis_is_one_of_the_first_that_ships(open_page: Open) -> None:
    keep_file(cached.store(), LOCAL_OWNER, CRISIS)
    page = open_page("replay.py", portfolio="demo", at="2023-11-17T12:28-08:00")
    assert not page.exception
    assert "17 November 2023" in page.subheader[0].value
    click(page, "Later news")
    assert page.query_params["replay"] == SHIPPED
    assert "2023" in page.subheader[0].value


def test_news_is_added_on_the_page_and_shown(open_page: Open) -> None:
    keep_file(cached.store(), LOCAL_OWNER, CRISIS)
    page = open_page("replay.py", portfolio="demo", replay="board")
    add = [one for one in page.button if one.label == "Add it"]
    fill(page, "Headline", "The chair follows")
    fill(page, "When (UTC)", "soon")
    add[0].click().run()
    assert "“soon” is no time" in page.error[0].value
    fill(page, "When (UTC)", f"{STARTS + timedelta(hours=5):%Y-%m-%d %H:%M}")
    next(one for one in page.button if one.label == "Add it").click().run()
    assert "this is empty" in page.error[0].value
    fill(page, "Where it was read", "theverge.com")
    next(one for one in page.button if one.label == "Add it").click().run()
    assert not page.exception
    assert "The chair follows" in texts(page)
    assert len(crises(cached.store(), LOCAL_OWNER)["board"].moments) == 2


def test_what_somebody_wrote_is_shown_as_it_is_and_is_no_markup(open_page: Open) -> None:
    evil = "[click](https://evil.example) <b>$x$</b>"
    text = CRISIS.replace('"Board"', f'"{evil}"').replace('"The chief executive goes"', f'"{evil}"')
    keep_file(cached.store(), LOCAL_OWNER, f'clock = "{evil}"\n{text}', name="evil")
    page = open_page("replay.py", portfolio="demo", replay="evil", section="news")
    assert not page.exception
    said = [one.value for one in (*page.markdown, *page.subheader, *page.caption)]
    assert any("click" in one for one in page.subheader[0].value.split("\\"))
    assert not [one for one in said if "[click]" in one or "<b>" in one]


def test_a_shipped_crisis_takes_no_news(open_page: Open) -> None:
    page = open_page("replay.py", portfolio="demo", replay="openai-crisis-2023")
    assert not page.exception
    assert "Headline" not in [one.label for one in page.text_input]


def test_one_that_is_there_is_changed_and_removed_with_a_reason(open_page: Open) -> None:
    keep_file(cached.store(), LOCAL_OWNER, OUTAGE)
    page = opened(open_page, "stress.py")
    box = next(one for one in page.selectbox if one.label == "One that is there")
    box.set_value("two-days-of-openai").run()
    click(page, "Change its text")
    assert page.text_area[0].value == OUTAGE
    write(page, OUTAGE.replace("days = 2", "days = 3"))
    click(page, "Put it in the place of “two-days-of-openai”")
    (file,) = own_files(cached.store(), LOCAL_OWNER)
    assert "days = 3" in file.text
    box = next(one for one in page.selectbox if one.label == "One that is there")
    box.set_value("two-days-of-openai").run()
    click(page, "Remove it")
    assert "Say why" in page.error[0].value
    fill(page, "Why", "over")
    click(page, "Remove it")
    assert kept() == []


def test_a_viewer_reads_and_adds_nothing(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_file(cached.store(), LOCAL_OWNER, CRISIS)
    viewer = Actor("Vi", ActorRole.VIEWER, person=9)
    monkeypatch.setattr(cached, "actor", lambda: viewer)
    page = opened(open_page, "replay.py", replay="board")
    assert "Ask an analyst or owner" in texts(page)
    assert not page.text_area
    assert "Headline" not in [one.label for one in page.text_input]


def test_an_incident_is_followed_as_a_crisis(open_page: Open) -> None:
    page = open_page(
        "incident.py",
        portfolio="demo",
        provider="OpenAI",
        news="chief_executive_dismissed",
        source="axios.com",
    )
    next(one for one in page.button if one.label == "Follow it as a crisis").click().run()
    (name,) = kept()
    found = crises(cached.store(), LOCAL_OWNER)[name]
    assert found.is_open
    assert found.provider == "OpenAI"
    (moment,) = found.moments
    assert moment.signal is not None
    assert (moment.signal.kind, moment.sources) == ("chief_executive_dismissed", ("axios.com",))
