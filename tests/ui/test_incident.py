"""The page Incident: what is asked, the answer, and what is kept."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.errors import Refused
from db.services.access import Actor, ActorRole
from db.services.hours import HourAsked
from risk.alternatives.planning.tasks import Contact
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.calls import Hour, failed_hour, hour_of
from risk.scenarios.replay import frame_at
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.scenarios.test_replay import BOOK, KINDS, LAID_OUT, START, WORLD, moment, replay
from tests.ui import sample
from tests.ui.conftest import Open, texts
from tests.ui.test_replay import SETTING, metrics
from ui import cached, wording
from ui.panels import hour as panel
from ui.render.cards import cards_html
from ui.tables import call as table
from ui.theme import LIGHT
from ui.words import incident_words as words

HOUR = hour_of(SETTING, frame_at(SETTING, replay(), START))
CHANCE = "Chance that Alpha ends within 90 days"


def answer(name: str, asked: HourAsked) -> Hour:
    """The hour of what the page asks for, on the small world."""
    if asked.failed is not None:
        assert asked.scenario is not None
        return failed_hour(stress(LAID_OUT, asked.scenario), (), asked.at, None)
    news = (moment(0, asked.news),) if asked.news else ()
    return hour_of(SETTING, frame_at(SETTING, replay(*news), START))


@pytest.fixture
def opened(
    answers: None, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> Callable[..., AppTest]:
    monkeypatch.setattr(sample, "register", lambda name: BOOK)
    monkeypatch.setattr(cached, "catalog", lambda: WORLD)
    monkeypatch.setattr(cached, "replays", lambda: {})
    monkeypatch.setattr(cached, "hour", answer)
    monkeypatch.setattr(
        cached, "contacts", lambda *key: {"Direct": Contact(watched_by="Ann", email="jo@d.example")}
    )
    monkeypatch.setattr(cached, "signal_kinds", lambda name: tuple(KINDS.values()))

    def open_with(**parameters: str) -> AppTest:
        app = open_page("incident.py", provider="Alpha", **parameters)
        assert not app.exception
        return app

    return open_with


def test_the_answer_is_there_once_it_is_said_what_happened(opened: Callable[..., AppTest]) -> None:
    app = opened()
    assert metrics(app)[CHANCE] == "0.3 %"
    chosen = next(one for one in app.selectbox if one.label == "What happened")
    chosen.select("chief_executive_dismissed").run()
    assert not app.exception
    assert app.query_params["news"] == "chief_executive_dismissed"
    # The odds times 8 (tests/hazard/test_wind_down.py).
    assert metrics(app)[CHANCE] == "0.3 % → 2.5 %"
    assert metrics(app)["If it does"] == wording.money(460_247)
    assert metrics(app)["Do tonight"] == "Nobody to call"


def test_a_failure_has_happened_and_has_a_length_in_place_of_a_chance(
    opened: Callable[..., AppTest],
) -> None:
    app = opened(news="outage", hours="48")
    assert CHANCE not in metrics(app)
    assert metrics(app)["It has happened"] == "Down for 2 days"


def test_the_message_says_what_happened_when_and_where_it_was_read(
    opened: Callable[..., AppTest],
) -> None:
    app = opened(news="chief_executive_dismissed", source="axios.com", at="2023-11-17T20:00+00:00")
    message = next(one.value for one in app.code if "Tonight: " in one.value)
    assert message.startswith("Alpha: The board dismisses the chief executive\n")
    assert "Friday 17 Nov 2023, 20:00 UTC · axios.com" in message
    assert "0.3 % → 2.5 %" in message
    assert "news=chief_executive_dismissed" in message


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"at": "noon"}, "“noon” is no time"),
        ({"at": "2999-01-01T00:00"}, "is still to come"),
        ({"news": "aliens"}, "“aliens”, which does not exist here"),
        ({"news": "outage", "hours": "99999"}, "it runs from 1 to 8760"),
    ],
)
def test_odd_questions_are_named_and_answered_without(
    opened: Callable[..., AppTest], parameters: dict[str, str], said: str
) -> None:
    assert said in texts(opened(**parameters))


def test_news_is_kept_only_when_somebody_says_so(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []

    def keep(store: Any, actor: Any, signal: Any) -> int:
        kept.append(signal)
        return 12

    monkeypatch.setattr("db.services.signals.add_signal", keep)
    app = opened(news="chief_executive_dismissed", source="axios.com")
    assert kept == []
    next(one for one in app.button if one.label == "Keep this news").click().run()
    assert [(one.kind, one.source) for one in kept] == [("chief_executive_dismissed", "axios.com")]
    assert "Kept as signal 12" in texts(app)


def test_who_may_not_note_signals_reads_that_it_is_a_what_if(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = Actor("viewer", ActorRole.VIEWER)
    monkeypatch.setattr(cached, "actor", lambda: viewer)
    app = opened(news="chief_executive_dismissed")
    assert not [one for one in app.button if one.label == "Keep this news"]
    assert "A what-if" in texts(app)


def test_what_the_store_refuses_is_said(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, asked: HourAsked) -> Hour:
        raise Refused("No rate of a wind-down is known for Alpha.")

    monkeypatch.setattr(cached, "hour", refuse)
    assert "No rate of a wind-down is known for Alpha." in texts(opened())


@pytest.mark.parametrize(
    ("row", "said", "advice"),
    [
        (
            {"say": "model_ends", "model": "GPT-4.1", "model_ends": "2027-01-14"},
            "GPT-4.1 ends 14 Jan 2027 anyway: replace it",
            "Move now: model ends",
        ),
        ({"say": "cash", "bridge": True}, "Cash out likely without bridge money", "Call about"),
        (
            {"decision": "move", "urgency": "call", "sign_with": "Claude API"},
            "No backup, down 5 days; switch to Claude API",
            "Move now: pays even at 1 %",
        ),
        (
            {"decision": "prepare", "urgency": "prepare", "sign_with": "Claude API"},
            "No backup, down 5 days; sign up for Claude API",
            "Prepare: pays above 4 %",
        ),
        ({"sign_with": "Claude API"}, "No backup, down 5 days", "Wait: pays above 4 %"),
        ({"break_even_probability": None}, "No backup", "Wait: moving never pays"),
        ({"say": "other_host", "other_host": "Azure"}, "May keep running: its copy at", "Wait"),
        ({"say": "untested_backup"}, "Backup untested: run the drill tonight", "Wait"),
        ({"decision": None, "urgency": "call"}, "No backup, down 5 days", "Call now"),
    ],
)
def test_one_sentence_and_one_advice_for_each(row: dict[str, Any], said: str, advice: str) -> None:
    usual = {
        **{"say": "no_backup", "urgency": "watch", "decision": "watch", "bridge": False},
        **{"days_down": 5.0, "sign_with": None, "other_host": None, "model": None},
        **{"model_ends": None, "break_even_probability": 0.04, "probability_low": 0.01},
    }
    assert words.say({**usual, **row}).startswith(said)
    assert words.advice({**usual, **row}).startswith(advice)


def test_on_a_phone_each_call_is_a_card_that_leads_to_the_company(
    opened: Callable[..., AppTest],
) -> None:
    app = opened()
    (drawn,) = [one.proto.body for one in app.get("html") if "Direct</a>" in one.proto.body]
    assert 'href="startup?portfolio=demo&amp;startup=Direct"' in drawn
    assert "Contact: Ann · jo@d.example" in drawn
    assert drawn.index("Direct</a>") < drawn.index("Copied</a>")
    assert "<details" not in drawn


def test_a_long_list_shows_the_first_cards_and_says_how_many_follow() -> None:
    (row,) = table.rows_of(HOUR, HOUR.calls[:1])
    drawn = cards_html(table.PAGE, [row] * 60, panel.call_cards("<Fund>", LIGHT), key="calls")
    # 50 of 60 are cards, 3 of them at first sight: 47 of the other 57 are below.
    assert drawn.count("</a>") == 50
    assert "The next 47 of 57; the files below list all" in drawn
    assert "<Fund>" not in drawn


def test_nobody_is_named_where_nobody_said_whom_to_call() -> None:
    assert words.contact({"watched_by": None, "contact_email": None}) == "— ask"
    assert words.contact({"watched_by": "Ann", "contact_email": "jo@d.example"}) == (
        "Ann · jo@d.example"
    )


def test_a_disruption_that_passes_takes_its_length_and_another_none() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    passing = HourAsked(provider="Alpha", at=at, news="outage", days=0.25).scenario
    ending = HourAsked(provider="Alpha", at=at, news="wind_down", days=0.25).scenario
    assert isinstance(passing, Scenario)
    assert isinstance(ending, Scenario)
    assert (passing.kind, passing.days) == (FailureKind.OUTAGE, 0.25)
    assert (ending.kind, ending.days) == (FailureKind.WIND_DOWN, None)
