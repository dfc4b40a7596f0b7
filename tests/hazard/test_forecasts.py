"""Questions about providers: what the model says of them, when they are over, what answers them."""

from datetime import UTC, date, datetime, timedelta
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS, override
from risk.catalog.failure_kinds import EvidenceKind, FailureKind
from risk.hazard.forecast_chances import Known, forecasts_of, period_of
from risk.hazard.forecasts import (
    LEVELS,
    Answered,
    Forecast,
    Kept,
    Outcome,
    Question,
    State,
    answered_by_incidents,
)
from risk.hazard.frequency import GammaLaw
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay
from risk.hazard.rate_laws import RateLaw
from risk.hazard.signals import wind_down
from tests.small_world import rate

TODAY = date(2026, 11, 30)
#: ln of 4 hours in days: half of all lengths are above four hours.
MEDIAN_4_HOURS = log(4 / 24)


def outages(law: GammaLaw, level: str = "major", sigma: float = 1.0) -> RateLaw:
    row = rate("Alpha", FailureKind.OUTAGE, law.mean, level=level, days=(MEDIAN_4_HOURS, sigma))
    return RateLaw(row=row, law=law, how=EvidenceKind.JUDGED, sentence="A test.", shrunk=None)


def made(known: Known, question: Question, **numbers: float) -> Forecast:
    found = forecasts_of(known, override(DEFAULTS, numbers), today=TODAY)
    return next(one for one in found if one.question is question)


def alpha(*laws: RateLaw) -> Known:
    return Known(provider="Alpha", wind_down=None, outages=laws)


@given(st.dates(date(2020, 1, 1), date(2099, 1, 1)), st.sampled_from(Question))
def test_a_question_begins_after_the_day_on_which_it_is_asked(today: date, question: Question):
    first, last = period_of(question, today)
    assert today < first <= last
    if question in (Question.LONG_OUTAGE, Question.OUTAGE_HOURS):
        assert (first.day, (last + timedelta(days=1)).day) == (1, 1)


def test_outages_are_asked_by_the_next_month_and_quarter_of_the_calendar():
    assert period_of(Question.LONG_OUTAGE, TODAY) == (date(2026, 12, 1), date(2026, 12, 31))
    assert period_of(Question.OUTAGE_HOURS, TODAY) == (date(2027, 1, 1), date(2027, 3, 31))
    # From the first day of a quarter it is the next one, too: this one has begun.
    quarter = period_of(Question.OUTAGE_HOURS, date(2026, 10, 1))
    assert quarter == (date(2027, 1, 1), date(2027, 3, 31))
    ninety = period_of(Question.WIND_DOWN, TODAY)
    assert ninety == (date(2026, 12, 1), date(2027, 2, 28))
    assert (ninety[1] - ninety[0]).days + 1 == 90


def test_the_chance_of_a_long_outage_is_the_counting_laws_own():
    # 12 a year, known exactly (a shape without end); December is 31/365 of a year, half are long:
    # 1 - e^(-12 · 31/365 · ½) = 1 - e^(-0.5096) = 0.3993.
    sure = GammaLaw(1e9, 1e9 / 12)
    found = made(alpha(outages(sure)), Question.LONG_OUTAGE)
    assert found.probability == pytest.approx(1 - exp(-6 * 31 / 365), rel=1e-4)
    assert found.low == pytest.approx(found.probability, rel=1e-3)
    # A rate of which little is known, Gamma(1, 1/12): P(none) = 1/(1 + t·s/b) with b = 1/12.
    unsure = made(alpha(outages(GammaLaw(1, 1 / 12))), Question.LONG_OUTAGE)
    assert unsure.probability == pytest.approx(1 - 1 / (1 + 6 * 31 / 365), rel=1e-4)
    assert unsure.low is not None
    assert unsure.probability is not None
    assert unsure.low < unsure.probability < (unsure.high or 0)
    # Two levels: neither has a long one with (1 - p)².
    two = made(alpha(outages(sure), outages(sure, "critical")), Question.LONG_OUTAGE)
    assert 1 - (two.probability or 0) == pytest.approx((1 - (found.probability or 0)) ** 2)


def test_a_portfolios_factor_on_rates_moves_the_chances():
    known = alpha(outages(GammaLaw(1e9, 1e9 / 12)))
    doubled = made(known, Question.LONG_OUTAGE, rate_multiple=2.0)
    assert doubled.probability == pytest.approx(1 - exp(-12 * 31 / 365), rel=1e-4)
    # None at all: nothing is forecast, rather than a chance of nothing.
    assert forecasts_of(known, override(DEFAULTS, {"rate_multiple": 0.0}), today=TODAY) == ()


def test_the_hours_of_a_quarter_are_number_times_length():
    # Lengths are all but 4 hours (σ = 0.01) and 400 a year come for sure: 400 · 90/365 = 98.6 in
    # the quarter, each of 4 h: 394.5 h, with a standard deviation of 4·√98.6 = 39.7 h.
    sure = GammaLaw(1e9, 1e9 / 400)
    found = made(alpha(outages(sure, sigma=0.01)), Question.OUTAGE_HOURS)
    low, _, median, _, high = found.quantiles
    assert median == pytest.approx(394.5, rel=0.01)
    assert (high - low) / 2 == pytest.approx(1.2816 * 39.7, rel=0.05)
    assert found.probability is None


def test_a_price_rise_is_asked_of_one_model_within_a_year():
    law = RateLaw(
        row=rate("*model", FailureKind.PRICE_SHOCK, 0.5),
        law=GammaLaw(1.0, 2.0),
        how=EvidenceKind.FITTED,
        sentence="A test.",
        shrunk=None,
    )
    known = Known(provider="Alpha", wind_down=None, outages=(), price=law, model="alpha-1")
    found = made(known, Question.PRICE_RISE)
    # Gamma(1, 2): P(none in a year) = 2/(2 + 1).
    assert found.probability == pytest.approx(1 / 3)
    assert (found.subject, found.threshold) == ("alpha-1", 1.2)
    assert (
        forecasts_of(
            Known(provider="Alpha", wind_down=None, outages=(), price=law), DEFAULTS, today=TODAY
        )
        == ()
    )


def test_a_wind_down_has_the_chance_that_the_page_of_the_provider_prints():
    at = datetime(2026, 11, 30, tzinfo=UTC)
    printed = wind_down(GammaLaw(2.0, 100.0), (), kinds={}, as_of=at, seed=1)
    known = Known(provider="Alpha", wind_down=printed, outages=())
    found = made(known, Question.WIND_DOWN)
    assert (found.probability, found.low, found.high) == (
        printed.probability,
        printed.low,
        printed.high,
    )


# --- What imported incidents say ------------------------------------------------------------------

LONG = Forecast(
    question=Question.LONG_OUTAGE,
    provider="Alpha",
    first_day=date(2026, 12, 1),
    last_day=date(2026, 12, 31),
    threshold=4.0,
    probability=0.3,
)
HOURS = Forecast(
    question=Question.OUTAGE_HOURS,
    provider="Alpha",
    first_day=date(2026, 12, 1),
    last_day=date(2026, 12, 31),
    quantiles=(1.0, 2.0, 4.0, 6.0, 10.0),
)
LATER = date(2027, 1, 15)


def incident(
    day: date,
    hours: float | None,
    level: IncidentLevel | None = IncidentLevel.MAJOR,
    services: tuple[str, ...] = (),
) -> Incident:
    start = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Incident(
        provider="Alpha",
        services=services,
        reference=f"{day}{hours}{level}",
        level=level,
        title=None,
        started_at=start,
        resolved_at=None if hours is None else start + timedelta(hours=hours),
        source="status",
    )


BEFORE, AFTER = incident(date(2026, 11, 2), 1.0), incident(date(2027, 1, 3), 1.0)


def answer(asked: Forecast, *inside: Incident, today: date = LATER) -> Answered | None:
    return answered_by_incidents(asked, [BEFORE, *inside, AFTER], (), today=today)


def test_a_long_outage_inside_the_period_is_a_yes_at_once():
    told = incident(date(2026, 12, 5), 5.0)
    early = answered_by_incidents(LONG, [told], (), today=date(2026, 12, 6))
    assert early == Answered(outcome=Outcome.YES, day=date(2026, 12, 5), source="status")


def test_a_record_that_goes_on_past_the_period_without_one_is_a_no():
    found = answer(LONG, incident(date(2026, 12, 5), 4.0))
    assert found is not None
    assert found.outcome is Outcome.NO


def test_slow_service_and_planned_work_are_no_outage():
    minor = incident(date(2026, 12, 5), 9.0, IncidentLevel.MINOR)
    planned = incident(date(2026, 12, 6), 9.0, IncidentLevel.MAINTENANCE)
    found = answer(LONG, minor, planned)
    assert found is not None
    assert found.outcome is Outcome.NO


def test_of_a_provider_that_tells_its_api_apart_that_alone_counts():
    chat = incident(date(2026, 12, 5), 9.0, services=("Chat",))
    api = incident(date(2026, 12, 6), 1.0, services=("API",))
    found = answer(LONG, chat, api)
    assert found is not None
    assert found.outcome is Outcome.NO


@pytest.mark.parametrize(
    ("told", "today"),
    [
        ([BEFORE, AFTER], date(2026, 12, 31)),  # its last day is not over
        ([BEFORE], LATER),  # the record ends before the period does
        ([AFTER], LATER),  # the record begins after it
        ([], LATER),
        ([BEFORE, incident(date(2026, 12, 5), None), AFTER], LATER),  # nobody told how long
        ([BEFORE, incident(date(2026, 12, 5), 1.0, None), AFTER], LATER),  # nor how bad
    ],
)
def test_what_is_not_known_stays_open_and_is_no_no(told: list[Incident], today: date):
    assert answered_by_incidents(LONG, told, (), today=today) is None
    assert answered_by_incidents(HOURS, told, (), today=today) is None


def test_hours_are_the_sum_of_the_outages_that_began_in_the_period():
    found = answer(HOURS, incident(date(2026, 12, 5), 1.5), incident(date(2026, 12, 31), 30.0))
    assert found is not None
    assert (found.outcome, found.hours) == (Outcome.AMOUNT, 31.5)


def test_days_of_an_uptime_page_say_that_somebody_watched():
    day = ServiceDay(
        provider="Alpha",
        service="API",
        day=date(2027, 1, 2),
        partial_minutes=0,
        major_minutes=0,
        source="uptime",
    )
    found = answered_by_incidents(HOURS, [BEFORE], [day], today=LATER)
    assert found is not None
    assert found.hours == 0.0


def test_no_incident_decides_about_a_wind_down():
    asked = Forecast(
        question=Question.WIND_DOWN, provider="Alpha", first_day=LONG.first_day, last_day=TODAY
    )
    assert answer(asked) is None


# --- How far a question is ------------------------------------------------------------------------


def kept(asked: Forecast, said: Answered | None = None) -> Kept:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return Kept(number=1, forecast=asked, kept_by="Ann", kept_at=at, model_version="5", answer=said)


def test_a_question_is_settled_only_once_its_time_is_over():
    yes = Answered(outcome=Outcome.YES, day=date(2026, 12, 5))
    assert kept(LONG, yes).state(date(2026, 12, 31)) is State.AHEAD
    assert kept(LONG, yes).state(date(2027, 1, 1)) is State.SETTLED
    assert kept(LONG).state(date(2027, 1, 1)) is State.UNANSWERED
    assert kept(LONG, Answered(outcome=Outcome.VOID)).state(TODAY) is State.VOID


def test_surprise_is_bits_of_the_chance_that_was_given_to_what_came():
    # 30 % was said: a yes is -log2 0.3 = 1.74 bits, a no -log2 0.7 = 0.51.
    assert kept(LONG, Answered(outcome=Outcome.YES)).surprise == pytest.approx(1.737, abs=1e-3)
    assert kept(LONG, Answered(outcome=Outcome.NO)).surprise == pytest.approx(0.515, abs=1e-3)
    assert kept(LONG).surprise is None
    assert kept(LONG, Answered(outcome=Outcome.VOID)).surprise is None


@pytest.mark.parametrize(
    ("hours", "held", "bits"),
    [
        (4.0, True, 0.0),  # the median: at least half lies as far out
        (7.0, True, 1.0),  # above the 75 % point: a quarter on either side, -log2 ½
        (11.0, False, 2.32),  # above the 90 % point: -log2 0.2
        (0.5, False, 2.32),  # below the 10 % point
    ],
)
def test_an_amount_far_out_surprises_more(hours: float, held: bool, bits: float):
    one = kept(HOURS, Answered(outcome=Outcome.AMOUNT, hours=hours))
    assert one.held is held
    assert one.surprise == pytest.approx(bits, abs=0.01)
    assert len(LEVELS) == len(HOURS.quantiles)


def test_no_hours_where_none_were_said_to_come_are_no_surprise():
    nothing = Forecast(
        question=Question.OUTAGE_HOURS,
        provider="Alpha",
        first_day=LONG.first_day,
        last_day=LONG.last_day,
        quantiles=(0.0,) * 5,
    )
    assert kept(nothing, Answered(outcome=Outcome.AMOUNT, hours=0.0)).surprise == 0.0
