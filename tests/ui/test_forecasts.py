"""The page Forecasts, its words, columns and chart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.forecasts import keep_forecasts, list_forecasts, settle_forecast
from db.services.realised_losses import list_losses
from risk.hazard.forecast_scores import Scored, chance_score, scored
from risk.hazard.forecasts import Answered, Forecast, Kept, Outcome, Question
from risk.scenarios.realised import score_losses
from tests.hazard.test_forecasts import HOURS, LATER, LONG, kept
from tests.scenarios.test_realised import compared
from tests.ui.conftest import Open, texts
from ui.charts.forecasts import calibration_alt, calibration_figure
from ui.tables import forecast, realised_loss
from ui.theme import palette_for
from ui.words import forecast_words as words

WIND_DOWN = Forecast(
    question=Question.WIND_DOWN,
    provider="Alpha",
    first_day=date(2026, 12, 1),
    last_day=date(2027, 2, 28),
    probability=0.0032,
    low=0.0001,
    high=0.0087,
)
PRICE = replace(WIND_DOWN, question=Question.PRICE_RISE, subject="alpha-1", threshold=1.2)


def of(*kept_ones: Kept) -> Scored:
    numbered = [replace(one, number=place) for place, one in enumerate(kept_ones, 1)]
    return scored(numbered, today=LATER)


YES, NO = (kept(LONG, Answered(outcome=one)) for one in (Outcome.YES, Outcome.NO))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (WIND_DOWN, "Alpha winds down by 28 Feb 2027"),
        (PRICE, "The price of alpha-1 at Alpha rises by more than 20 % by 28 Feb 2027"),
        (LONG, "Alpha has an outage above 4 hours, Dec 2026"),
        (HOURS, "Hours of outages of Alpha, Dec 2026"),
    ],
)
def test_a_question_is_said_with_its_time(asked: Forecast, said: str) -> None:
    assert words.question(asked) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2027, 1, 1), date(2027, 3, 31), "Jan to Mar 2027"),
        (date(2026, 12, 2), date(2026, 12, 31), "2 Dec 2026 to 31 Dec 2026"),
        (date(2026, 12, 1), date(2027, 1, 31), "1 Dec 2026 to 31 Jan 2027"),
    ],
)
def test_whole_months_are_said_by_name(first: date, last: date, said: str) -> None:
    assert words.span(first, last) == said


def test_what_was_said_has_its_range() -> None:
    assert words.said(WIND_DOWN) == "0.3 % (under 0.1 % to 0.9 %)"
    assert words.said(HOURS) == "4 hours (1–10)"
    assert words.said(LONG) == "30 %"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (0.0004, "under 0.001"), (0.0834, "0.083"), (5.27, "5.3"), (394.5, "390")],
)
def test_scores_have_two_significant_figures(value: float, said: str) -> None:
    assert words.figure(value) == said


def test_what_came_is_unknown_until_somebody_knows() -> None:
    assert words.came(None) == "unknown"
    assert words.came(Answered(outcome=Outcome.YES, day=date(2026, 12, 4))) == "yes, 4 Dec 2026"
    assert words.came(Answered(outcome=Outcome.AMOUNT, hours=1.0)) == "1 hour"


def test_a_surprise_is_said_by_the_chance_that_was_given_to_it() -> None:
    assert words.surprise(YES) == "had a chance of 30 %"
    assert words.surprise(kept(WIND_DOWN, Answered(outcome=Outcome.YES))) == (
        "had a chance of 1 in 310"
    )
    far = kept(HOURS, Answered(outcome=Outcome.AMOUNT, hours=11.0))
    assert words.surprise(far) == "above the range"
    assert words.surprise(kept(LONG)) == "unknown"
    assert [words.is_miss(one) for one in (YES, NO, far, kept(LONG))] == [True, False, True, False]


def test_few_forecasts_are_said_to_be_few() -> None:
    assert words.headline(of()) == "No forecast was kept yet"
    assert words.headline(of(kept(LONG))) == "1 forecast kept, none settled yet"
    assert words.headline(of(YES, NO)).endswith("too few to say how good they are")
    many = words.headline(of(*[YES] * 3, *[NO] * 7))
    assert many.startswith("10 of 10 forecasts settled: ")
    assert "too few" not in many


def test_the_chart_has_its_finding_as_a_title() -> None:
    few = chance_score([(0.3, True), (0.3, False)])
    assert words.calibration_finding(few) == (
        "1 of 2 questions came true; 0.6 were said to: too few to tell"
    )
    off = chance_score([(0.05, True)] * 10)
    assert words.calibration_finding(off).endswith("Off by more than chance in 1 group of 1")


def test_groups_off_by_more_than_chance_are_marked_apart() -> None:
    pairs = [(0.05, True)] * 6 + [(0.6, True)] * 3 + [(0.6, False)] * 2
    figure = calibration_figure(chance_score(pairs), palette=palette_for(None, dark=False))
    marks = {one.name: list(one.y) for one in figure.data}
    assert marks["Said"] == pytest.approx([0.05, 0.6])
    assert marks["Came true, off by more than chance"] == [1.0]
    assert marks["Came true, within what chance allows"] == pytest.approx([0.6])
    assert "6 of 6 came true" in calibration_alt(chance_score(pairs))


def test_a_row_tells_who_answered_or_which_incidents_did() -> None:
    source = Answered(outcome=Outcome.NO, source="status")
    columns = {one.key: one for one in forecast.SETTLED}

    def cell(one: Kept) -> str:
        return columns["answered_by"].text(forecast.row_of(one, LATER))

    assert cell(kept(LONG, source)) == "imported incidents (status)"
    assert cell(replace(kept(LONG, source), answered_by="Ann")) == "Ann"
    assert cell(kept(LONG)) == "–"


def test_losses_are_said_with_what_is_unknown_of_them() -> None:
    rows = realised_loss.rows_of([compared(1, 60.0), compared(2, None), compared(3, 5.0, None)])
    columns = {one.key: one for one in realised_loss.SHOWN}
    beside = [columns["where"].text(one) for one in rows]
    assert beside == ["inside the range", "unknown", "unknown"]
    assert columns["predicted"].text(rows[0]) == "$40 ($10–100)"
    assert columns["predicted"].text(rows[2]) == words.NOTHING_KEPT
    told = words.losses_words(score_losses([compared(1, 60.0), compared(2, None)]))
    assert "1 of 1 loss from 1 event" in told
    assert "Of 1 the amount is unknown" in told


# --- The page -------------------------------------------------------------------------------------

#: Kept on this day, so that the month and the quarter after it are over on any later one.
THEN = datetime(2026, 6, 30, 9, tzinfo=UTC)


@pytest.fixture
def opened(part_store: None) -> Iterator[Store]:
    store = open_store()
    yield store
    store.close()


@pytest.fixture
def settled(opened: Store) -> Store:
    """OpenAI's forecasts of last June, of which the long outage came and the hours are unknown."""
    now = opened.now
    opened.now = lambda: THEN
    made = keep_forecasts(opened, LOCAL_OWNER, "demo", provider="OpenAI").new
    opened.now = now
    number = next(one.number for one in made if one.forecast.question is Question.LONG_OUTAGE)
    yes = Answered(outcome=Outcome.YES, day=date(2026, 7, 4), source="status page")
    settle_forecast(opened, LOCAL_OWNER, number, yes)
    return opened


def test_without_a_forecast_the_page_says_what_to_keep(opened: Store, open_page: Open) -> None:
    app = open_page("forecasts.py", portfolio="demo")
    assert not app.exception
    assert app.title[0].value == "No forecast was kept yet"
    next(one for one in app.button if one.label == "Keep today's forecasts").click().run()
    assert not app.exception
    kept_now = list_forecasts(opened, LOCAL_OWNER, "demo")
    assert kept_now
    assert f"{len(kept_now)} forecasts kept." in texts(app)


def test_what_came_stands_first_with_its_surprise(settled: Store, open_page: Open) -> None:
    app = open_page("forecasts.py", portfolio="demo")
    assert not app.exception
    assert "too few to say how good they are" in app.title[0].value
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row["Question"] == "OpenAI has an outage above 4 hours, Jul 2026"
    assert row["What came"] == "yes, 4 Jul 2026"
    assert [one.value for one in app.metric][1] == "1"
    assert not open_page("forecasts.py", portfolio="demo", section="scores").exception


def test_what_is_over_is_answered_on_the_page(settled: Store, open_page: Open) -> None:
    app = open_page("forecasts.py", portfolio="demo", section="open")
    assert not app.exception
    question = next(one for one in app.selectbox if one.label == "Question")
    hours = next(one for one in question.options if "Hours of outages" in one)
    question.set_value(hours).run() if hours != question.options[0] else None
    next(one for one in app.number_input if one.label == "Hours").set_value(12.5)
    button = next(one for one in app.button if one.label == "Keep the answer")
    button.click().run()
    assert "comes from" in texts(app)
    next(one for one in app.text_input if one.label == "Where it is told").set_value("a letter")
    next(one for one in app.button if one.label == "Keep the answer").click().run()
    assert not app.exception
    answered = [
        one.answer
        for one in list_forecasts(settled, LOCAL_OWNER, "demo")
        if one.forecast.question is Question.OUTAGE_HOURS
    ]
    assert answered == [Answered(outcome=Outcome.AMOUNT, hours=12.5, source="a letter")]


def test_a_loss_is_noted_on_the_page_and_an_empty_amount_is_unknown(
    opened: Store, open_page: Open
) -> None:
    app = open_page("forecasts.py", portfolio="demo", section="losses")
    assert not app.exception
    named = {one.label: one for one in (*app.text_input, *app.selectbox, *app.date_input)}
    named["Company"].set_value("Quillhaven Briefs")
    named["Provider"].set_value("OpenAI")
    named["From"].set_value(date(2026, 10, 5))
    named["Where the figure comes from"].set_value("its finance team")
    next(one for one in app.button if one.label == "Note the loss").click().run()
    assert not app.exception
    (noted,) = list_losses(opened, LOCAL_OWNER, "demo")
    assert noted.realised.amount_usd is None
    assert "Of 1 the amount is unknown: in no figure." in texts(app)
