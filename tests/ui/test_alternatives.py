"""The page Alternatives on hand-made options."""

from dataclasses import replace
from datetime import date

import pytest

from risk.alternatives.break_even import NEVER, Advice
from risk.hazard.provider_record import ProviderRecord
from tests.ui.conftest import Open, texts
from tests.ui.sample import ASSESSMENT, PORTFOLIO
from tests.ui.small_pages import BEST, ENDING, OPTIONS, STAY, WAITING
from ui import cached
from ui.words import option_words, waiting_words


def options_of(name: str, startup: str, use_case: str | None = None) -> tuple[object, ...]:
    if startup != "Acme Notes":
        return ()
    return tuple(
        replace(one, use_case="Visit summaries", dependency_key="acme-1") for one in OPTIONS
    )


@pytest.fixture(autouse=True)
def options(answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "alternatives_of", options_of)
    monkeypatch.setattr(cached, "waiting_of", lambda *names, all_providers: ())


def test_the_startup_with_the_largest_loss_opens_with_its_recommendation(open_page: Open) -> None:
    app = open_page("alternatives.py")
    assert not app.exception
    assert ASSESSMENT.startups[0].startup == "Acme Notes"
    # 50,000 if nothing changes less the 9,000 that are left.
    shown = texts(app)
    assert "Move Visit summaries to beta-1 on Beta API: $12k once, removes $41k a year" in shown
    assert "Doing nothing is better only if disruptions are 10 times" in shown
    assert "Best in 78 of 100 worlds." in shown
    assert "Runner-up: Stay as today." in shown
    assert [one.value for one in app.subheader[:2]] == ["beta-1 on Beta API", "Stay as today"]
    assert not app.get("plotly_chart")
    assert not any("first year" in one.proto.body for one in app.get("html"))
    app = open_page("alternatives.py", section="costs")
    assert not app.get("plotly_chart")
    assert any("beta-1 on Beta API: first year" in one.proto.body for one in app.get("html"))


def test_what_can_be_taken_is_listed_best_first_and_the_rest_ruled_out_with_reasons(
    open_page: Open,
) -> None:
    app = open_page("alternatives.py", section="out")
    shown = texts(app)
    rows = ["beta-1 on Beta API | Recommended", "Stay as today | Runner-up", "beta-open | Price un"]
    places = [shown.index(one) for one in rows]
    assert places == sorted(places)
    assert "alpha-1 on Alpha on Cloud | " not in shown
    assert "1 more are ruled out" in texts(app)
    assert "alpha-1 on Alpha on Cloud: retires on 30 Jun 2027." in texts(app)


def test_all_figures_of_every_option_stand_in_a_section(open_page: Open) -> None:
    table = open_page("alternatives.py", section="figures").dataframe[0].value
    # 50,000 if nothing changes - 9,000
    assert table["Loss removed a year"].iloc[0] == 41_000
    assert table["Why not, or what to ask"].iloc[3] == "Excluded: retires on 30 Jun 2027"


def test_an_option_without_a_price_is_named_below_the_chart(open_page: Open) -> None:
    shown = texts(open_page("alternatives.py", section="costs"))
    assert "Not drawn, because no price is known: beta-open." in shown


def test_the_last_day_of_todays_model_comes_first(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = [replace(one, use_case="Visit summaries", dependency_key="acme-1") for one in ENDING]
    monkeypatch.setattr(cached, "alternatives_of", lambda *names: tuple(ending))
    app = open_page("alternatives.py")
    assert not app.exception
    assert "before 15 Jan 2027" in app.title[0].value
    said = texts(app)
    assert "**alpha-1 ends on 15 Jan 2027, in 47 days: staying ends with it." in said
    assert "who starts today is 13 days too late." in said
    assert "The choice is open" in said
    assert [one.value for one in app.subheader[:2]] == ["beta-1 on Beta API", "Stay as today"]
    assert not [one for one in app.button if one.key == "decide_card_1"]


def test_where_nothing_is_left_the_page_says_what_to_do(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = replace(ENDING[0], use_case="Visit summaries", dependency_key="acme-1")
    monkeypatch.setattr(cached, "alternatives_of", lambda *names: (stay,))
    app = open_page("alternatives.py")
    assert not app.exception
    assert "Ask Beta for a longer life of the model" in texts(app)


def test_in_a_crisis_the_page_says_unasked_what_waiting_is_worth(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = replace(WAITING, use_case="Visit summaries", dependency_key="acme-1")
    monkeypatch.setattr(cached, "waiting_of", lambda *names, all_providers: (known,))
    app = open_page("alternatives.py")
    assert not app.exception
    shown = texts(app)
    assert "If Alpha may end" in shown
    assert "leaving now costs least on average: $20k against $34k for waiting." in shown


def test_elsewhere_what_waiting_is_worth_stands_in_a_section(open_page: Open) -> None:
    app = open_page("alternatives.py", section="waiting")
    assert not app.exception
    assert "Of no provider behind this dependency is it known" in texts(app)


def test_a_startup_without_dependence_says_what_to_do(open_page: Open) -> None:
    app = open_page("alternatives.py", startup="Cedar Pumps")
    assert not app.exception
    assert "Cedar Pumps depends on no language model that is known." in texts(app)


@pytest.mark.parametrize(
    "parameters",
    [{"startup": "Nobody"}, {"use_case": "Nobody"}, {"startup": "Acme Notes", "use_case": "x"}],
)
def test_odd_parameters_are_named_and_left_out(open_page: Open, parameters: dict[str, str]) -> None:
    app = open_page("alternatives.py", **parameters)
    assert not app.exception
    assert "which does not exist here" in texts(app)
    assert "beta-1 on Beta API" in app.title[0].value


def test_another_startups_use_case_is_forgotten_without_a_word(open_page: Open) -> None:
    app = open_page("alternatives.py", startup="Acme Notes")
    app.session_state["alternatives_looked_at"] = "Bolt $ [Legal]"
    app.query_params["use_case"] = "Drafting"
    app.run()
    assert "does not exist here" not in texts(app)
    assert "use_case" not in app.query_params


def test_only_staying_is_possible_where_the_catalogue_knows_nothing_else(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = replace(STAY, use_case="Visit summaries", dependency_key="acme-1", recommended=True)
    monkeypatch.setattr(cached, "alternatives_of", lambda *names: (only,))
    app = open_page("alternatives.py")
    assert not app.exception
    assert "The catalogue knows no other option" in texts(app)


def test_who_starts_in_time_is_told_by_when_and_whether_it_has_begun() -> None:
    stay, best = ENDING
    assert best.last_day is not None
    ends = replace(best.last_day, start_by=date(2026, 12, 10), days_late=0, begun=True)
    assert option_words.start_by(replace(best, switch_days=36.0, last_day=ends)) == (
        "Start by 10 Dec 2026: 36 days until it works. The move has begun."
    )
    assert option_words.start_by(stay) == ""


def test_beside_the_best_option_stands_what_is_best_most_often_of_the_others() -> None:
    best, stay = replace(BEST, best_in=0.4), replace(STAY, best_in=0.55, runner_up=False)
    other = replace(BEST, option="gamma", recommended=False, best_in=0.05)
    assert option_words.how_sure((stay, best, other)) == (
        "Best in 40 of 100 worlds; doing nothing in 55. The choice is open: best by the mean, yet "
        "not in half of the worlds."
    )
    assert option_words.how_sure((replace(best, best_in=1.0),)) == "Best in 100 of 100 worlds."
    assert option_words.how_sure((replace(best, best_in=None), stay)) == ""


def test_a_past_that_nobody_recorded_is_unknown() -> None:
    known = ProviderRecord(
        provider="Gamma",
        incidents=1,
        service="API",
        availability=0.9982,
        published=date(2024, 8, 31),
    )
    both = replace(BEST, records=(ProviderRecord(provider="Beta"), known))
    assert option_words.record(both) == (
        "Beta: no record, which says nothing; Gamma: 1 incident imported of the last year, 99.82 % "
        "available (API, study to Aug 2024)"
    )
    assert option_words.record(replace(BEST, records=())) == "Run by oneself: no provider's past"


def test_advice_in_a_crisis_says_why_over_which_range() -> None:
    said = [
        waiting_words.headline(replace(WAITING, advice=one)).partition(":")[0]
        for one in (Advice.ACT, Advice.PREPARE, Advice.WAIT, Advice.OPEN)
    ]
    assert said == ["Leave now", "Prepare", "Wait", "Open"]
    act, wait = WAITING.courses
    assert waiting_words.pays(act.pays_from) == "from 20 % (10 % to never)"
    assert waiting_words.pays(wait.pays_from) == "below the others"
    assert waiting_words.pays(NEVER) == "never"
    assert waiting_words.chance(WAITING) == (
        "Alpha ends within 90 days with 34 % probability (80 % range 1 % to 60 %); 0.3 % before "
        "its signals."
    )


def test_an_unnamed_model_is_said_to_be_unnamed() -> None:
    bolt = PORTFOLIO.startups[1].use_cases[0]
    dependency = option_words.dependency_of(bolt, "bolt-1")
    assert dependency is not None
    assert option_words.uses(dependency) == "An unnamed model of OpenAI, served by OpenAI"


def test_below_the_matrix_stands_what_the_recommended_and_the_chosen_option_leave(
    open_page: Open,
) -> None:
    shown = texts(open_page("alternatives.py", option="beta-open", section="covers"))
    for name in ("beta-1 on Beta API", "beta-open"):
        assert f"{name}: nothing that is known takes both down at once." in shown
    assert "Stay as today: covers nothing" not in shown
