"""The page Replay on the demo portfolio, and its charts and words."""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from risk.scenarios.calls import Hour, hour_of
from risk.scenarios.replay import ReplayFrame, ReplaySetting, frame_at, frame_times, open_replay
from risk.scenarios.replays import Replay, ServiceOutage
from tests.scenarios.small import central
from tests.scenarios.test_replay import BOOK, KINDS, LAID_OUT, START, WORLD, moment, replay
from tests.ui import sample
from tests.ui.conftest import Open, texts
from ui import cached, wording
from ui.charts import replay as charts
from ui.panels import replay_clock
from ui.theme import LIGHT
from ui.words import replay_words

CRISIS = replay(
    moment(0, "chief_executive_dismissed"),
    moment(10, "backer_commits"),
    moment(20, outage=ServiceOutage(until=START + timedelta(hours=22), severity=0.3)),
    moment(30),
    moment(40, "staff_threaten_to_quit", intensity=0.7),
    moment(44, "staff_threaten_to_quit"),
)
CHANCE = "Chance that Alpha ends within 90 days"
SETTING = open_replay(LAID_OUT, "Alpha", catalog=WORLD, kinds=KINDS, seed=7)


def frame(hours: float) -> ReplayFrame:
    return frame_at(SETTING, CRISIS, START + timedelta(hours=hours))


def frames(until: float) -> list[ReplayFrame]:
    last = START + timedelta(hours=until)
    return [frame_at(SETTING, CRISIS, at) for at in frame_times(CRISIS, last) if at <= last]


def hour_at(setting: ReplaySetting) -> Callable[..., Hour]:
    """What a page asks for the hour of a frame."""
    return lambda name, frame, provider, before: hour_of(setting, frame, probability_before=before)


@pytest.fixture
def opened(
    answers: None, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> Callable[..., AppTest]:
    monkeypatch.setattr(sample, "register", lambda name: BOOK)
    monkeypatch.setattr(cached, "catalog", lambda: WORLD)
    monkeypatch.setattr(cached, "replays", lambda: {"test": CRISIS})
    every = tuple(frame_at(SETTING, CRISIS, at) for at in frame_times(CRISIS))
    monkeypatch.setattr(cached, "frames", lambda *key: every)
    monkeypatch.setattr(cached, "frame", lambda n, r, p, at: frame_at(SETTING, r, at))
    monkeypatch.setattr(cached, "hour_of_frame", hour_at(SETTING))
    monkeypatch.setattr(cached, "contacts", lambda *key: {})
    monkeypatch.setattr(cached, "signal_kinds", lambda name: tuple(KINDS.values()))

    def open_with(**parameters: str) -> AppTest:
        app = open_page("replay.py", **parameters)
        assert not app.exception
        return app

    return open_with


def metrics(app: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_it_opens_at_the_hour_at_which_the_end_was_likeliest(
    opened: Callable[..., AppTest],
) -> None:
    likeliest = max(frames(300), key=lambda one: one.hazard.probability)
    app = opened()
    # 44 hours after Friday 20:00 all of the staff threaten to quit.
    assert likeliest.as_of == START + timedelta(hours=44)
    assert "Sunday 19 November 2023, 16:00 UTC" in texts(app)
    assert metrics(app)[CHANCE] == "0.3 % → 19 %"


def test_without_a_chosen_hour_it_plays_from_the_start(opened: Callable[..., AppTest]) -> None:
    app = opened()
    next(one for one in app.button if one.label == "Play").click().run()
    assert app.session_state[replay_clock.SHOWN] < START + timedelta(hours=10)


def test_the_hour_of_the_first_news_has_its_figures(opened: Callable[..., AppTest]) -> None:
    app = opened(at="2023-11-17T20:00+00:00")
    assert "Friday 17 November 2023, 20:00 UTC" in texts(app)
    assert metrics(app)[CHANCE] == "0.3 % → 2.5 %"
    assert metrics(app)["If it does"] == wording.money(460_247)


def test_the_address_says_which_hour_is_shown_and_with_which_it_is_compared(
    opened: Callable[..., AppTest],
) -> None:
    app = opened(at="2023-11-19T18:00+00:00", against="2023-11-17T20:00+00:00")
    shown = texts(app)
    assert "Sunday 19 November 2023, 18:00 UTC" in shown
    now = wording.percent(frame(46).hazard.probability)
    assert metrics(app)[CHANCE] == f"2.5 % → {now}"


def test_what_came_later_stands_apart_and_names_no_figure(opened: Callable[..., AppTest]) -> None:
    app = opened(at="2023-11-18T07:00+00:00", section="later")
    hidden = next(one for one in app.expander if one.label.startswith("What nobody"))
    later = "\n".join(one.value for one in hidden.markdown)
    assert hidden.label == "What nobody could know yet (4)"
    assert later.count("staff\\_threaten\\_to\\_quit") == 2
    assert "Hindsight: nothing above uses it." in texts(app)
    news = [one.value for one in app.markdown if "backer\\_commits" in one.value]
    assert news
    assert not any("staff" in one for one in news)


def test_the_page_says_that_the_ratios_are_judgement(opened: Callable[..., AppTest]) -> None:
    shown = texts(opened(section="trust"))
    assert "**judgement**" in shown
    assert "Three crises validate nothing" in shown
    assert "It went well. Not used for the ratios." in shown


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("noon", "“noon”, which is none"),
        ("2031-01-01T00:00+00:00", "this replay runs from 16 Nov 2023 to 27 Nov 2023"),
    ],
)
def test_an_odd_hour_is_named_and_left_out(
    opened: Callable[..., AppTest], at: str, said: str
) -> None:
    app = opened(at=at)
    assert said in texts(app)
    assert metrics(app)[CHANCE] == "0.3 % → 19 %"


def test_later_news_goes_to_the_next_and_writes_it_into_the_address(
    opened: Callable[..., AppTest],
) -> None:
    app = opened(at="2023-11-17T20:00+00:00")
    next(one for one in app.button if one.label == "Later news").click().run()
    assert app.query_params["at"] == "2023-11-18T06:00+00:00"
    assert "backer_commits" in texts(app)


def test_playing_goes_on_by_one_hour_a_run_and_stops_at_the_end(
    opened: Callable[..., AppTest],
) -> None:
    app = opened(at="2023-11-27T10:00+00:00", section="later")
    next(one for one in app.button if one.label == "Play").click().run()
    shown = [app.session_state[replay_clock.SHOWN]]
    for _ in range(5):
        app.run()
        shown.append(app.session_state[replay_clock.SHOWN])
    assert shown == sorted(shown)
    assert shown[-1] == CRISIS.ends
    assert not app.session_state[replay_clock.PLAYING]
    assert app.query_params["at"] == "2023-11-27T20:00+00:00"
    assert "How it ended:** It went well." in texts(app)


def test_a_portfolio_without_stake_says_so(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = central(type(BOOK)(name="test", startups=BOOK.startups[2:]), WORLD)
    nobody = open_replay(beside, "Alpha", catalog=WORLD, kinds=KINDS, seed=7)
    every = tuple(frame_at(nobody, CRISIS, at) for at in frame_times(CRISIS))
    monkeypatch.setattr(cached, "frames", lambda *key: every)
    monkeypatch.setattr(cached, "hour_of_frame", hour_at(nobody))
    shown = texts(opened())
    assert "Nobody in this portfolio depends on Alpha." in shown


def test_nothing_later_than_the_hour_is_drawn() -> None:
    known = frames(until=12)
    shown = charts.chance_html(known, CRISIS, against=None, palette=LIGHT)
    now = (START + timedelta(hours=12) - CRISIS.starts) / (CRISIS.ends - CRISIS.starts)
    dots = [float(one) for one in re.findall(r"left:([\d.]+)%;bottom:", shown)]
    picture = b64decode(shown.partition("base64,")[2].partition('"')[0]).decode()
    along = [float(one) for one in re.findall(r"([\d.]+),[\d.]+", picture)]
    assert max(dots) == pytest.approx(100 * now, abs=0.01)
    assert max(along) == pytest.approx(1000 * now, abs=0.1)
    # The scales tell nothing either: the same at every hour.
    later = charts.chance_html(frames(until=60), CRISIS, against=None, palette=LIGHT)
    marks = r"left:[\d.]+%;top:5px"
    assert re.findall(marks, shown) == re.findall(marks, later)
    assert re.findall(marks, shown)


def test_news_is_coloured_by_what_it_speaks_for() -> None:
    last = frame(50)
    dismissed, backed, faltering, told = CRISIS.moments[:4]
    assert charts.news_colour(dismissed, last.hazard, LIGHT) == LIGHT.loss
    assert charts.news_colour(backed, last.hazard, LIGHT) == LIGHT.gain
    assert charts.news_colour(faltering, last.hazard, LIGHT) == LIGHT.warning
    assert charts.news_colour(told, last.hazard, LIGHT) == LIGHT.muted


def test_the_picture_in_words_says_chance_range_and_outages() -> None:
    alt = charts.chance_alt(frames(until=30), CRISIS)
    assert "0.3 % before any news" in alt
    assert "Outages have cost $" in alt
    assert "nothing" in charts.chance_alt(frames(until=1), CRISIS)


def test_the_strength_of_the_evidence_is_a_factor_in_two_digits() -> None:
    # ln 8 + ½ ln 3 …: one dismissal alone is a factor of 8.
    assert "a factor of 8.0: positive evidence" in charts.signals_alt(frame(0).hazard)
    assert charts._factor(247.3) == "250"
    assert charts._factor(0.25) == "1/4.0"
    assert "Nothing was known" in charts.signals_alt(frame(-5).hazard)


def test_an_older_report_of_the_same_thing_says_that_it_was_replaced() -> None:
    last = frame(50)
    text = replay_words.news_markdown(last.known, CRISIS, last)
    assert text.count("replaced by newer") == 1
    assert ":orange-badge[30 % of the service lost]" in text
    assert ":gray-badge[no number]" in text
    assert "−0.7" in text


def test_an_hour_is_written_on_the_clock_of_the_crisis(catalog: object) -> None:
    pacific: Replay = replay(moment(0))
    at = datetime(2023, 11, 20, 7, 53, tzinfo=UTC)
    assert replay_words.time_of(at, pacific) == "Mon 20 Nov, 07:53"
    assert replay_words.long_time(at, pacific) == "Monday 20 November 2023, 07:53"


def test_what_is_to_be_done_stands_out_and_names_stay_text() -> None:
    assert replay_words.with_lead("Call A$ and [B] first") == r"**Call** A\$ and \[B\] first"
    assert replay_words.with_lead("The service is up.") == "The service is up."
