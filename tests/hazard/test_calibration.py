"""Forecasts of past months: made from what was known, scored by hand, honest about coverage."""

from datetime import UTC, date, datetime, timedelta
from math import exp

import numpy as np
import pytest
from scipy.stats import kstest, nbinom, norm, poisson

from risk.hazard.calibration import (
    Method,
    MethodScore,
    MonthOfIncidents,
    chance_of_any,
    long_share,
    months_of,
    pooled_tail,
    score_counts,
    score_durations,
)
from risk.hazard.durations import LengthTail, fit_tail
from risk.hazard.frequency import MONTH_YEARS, GammaLaw
from risk.hazard.incidents.records import Incident, IncidentLevel


def incident(
    start: datetime, hours: float | None, level: IncidentLevel = IncidentLevel.MAJOR
) -> Incident:
    return Incident(
        provider="Invented",
        services=("API",),
        reference=start.isoformat(),
        level=level,
        title=None,
        started_at=start,
        resolved_at=None if hours is None else start + timedelta(hours=hours),
        source="invented",
    )


def moment(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


def months(*counts: int, long: float | None = None) -> list[MonthOfIncidents]:
    return [
        MonthOfIncidents(date(2000 + index // 12, index % 12 + 1, 1), count, long_share=long)
        for index, count in enumerate(counts)
    ]


def scores(*counts: int, warm_up: int = 1, seed: int = 1) -> dict[Method, MethodScore]:
    return {one.method: one for one in score_counts(months(*counts), seed=seed, warm_up=warm_up)}


def test_a_month_counts_what_began_in_it_in_utc_without_maintenance():
    found = months_of(
        [
            incident(moment(1, 31, 23), 5),
            incident(moment(2, 1), 1),
            incident(moment(2, 29, 23), None),
            incident(moment(2, 10), 9, IncidentLevel.MAINTENANCE),
        ],
        since=date(2024, 1, 15),
        until=date(2024, 3, 1),
    )
    assert [(one.first_day, one.count) for one in found] == [
        (date(2024, 1, 1), 1),
        (date(2024, 2, 1), 2),
    ]
    # Of five hours one, in January; February's lasted one hour, or nobody knows.
    assert [one.any_long for one in found] == [True, False]


def test_the_chance_of_a_long_one_is_learned_from_what_was_over_before_the_month():
    history = [
        incident(moment(1, 5), 2),
        incident(moment(1, 6), 8),
        incident(moment(1, 31, 23), 300),
        incident(moment(2, 5), 100),
    ]
    january, february = months_of(history, since=date(2024, 1, 1), until=date(2024, 3, 1))
    assert january.long_share is None
    # The one of 300 hours was not over on 1 February. ln 2 and ln 8 lie even about ln 4: one half.
    assert february.long_share == pytest.approx(0.5)


def test_a_share_above_four_hours_is_the_tail_of_the_lognormal_law():
    found = long_share([incident(moment(1, 1), 1), incident(moment(1, 2), exp(2))])
    # mu 1, sigma 1: P(ln D > ln 4) = 1 - Φ(ln 4 - 1).
    assert found == pytest.approx(1 - norm.cdf(np.log(4) - 1))
    assert long_share([incident(moment(1, 1), 3), incident(moment(1, 2), 3)]) is None


def test_every_method_forecasts_from_the_past_alone():
    # Start Gamma(1.5, ¼ month), then a month with 6, one with 2; the third is scored.
    found = {one.method: one.months[0] for one in scores(6, 2, 99, warm_up=2).values()}
    # Discount 0.8: a = 0.8·1.5 + 6 = 7.2, then 0.8·7.2 + 2 = 7.76; b = 1.2, then 1.96 months.
    assert found[Method.DISCOUNT_08].mean == pytest.approx(7.76 / 1.96)
    assert found[Method.STATIC].mean == pytest.approx((1.5 + 8) / 2.25)
    # Discount 0.6: a = 0.9 + 6 = 6.9, then 4.14 + 2 = 6.14; b = 1.15, then 0.69 + 1 = 1.69.
    assert found[Method.DISCOUNT_06].mean == pytest.approx(6.14 / 1.69)
    assert found[Method.LAST_VALUE].mean == 2
    assert found[Method.TRAILING_6].mean == 4
    assert found[Method.CLIMATOLOGY].mean == 4


def test_the_forecast_uses_the_discounted_law():
    (month,) = scores(6, 2)[Method.DISCOUNT_08].months
    # After the first month (7.2, 1.2 months); discounted to (5.76, 0.96): p = 0.96/1.96.
    law = nbinom(5.76, 0.96 / 1.96)
    assert (month.low, month.high) == (law.ppf(0.05), law.ppf(0.95))
    assert month.log_score == pytest.approx(-np.log(law.pmf(2)))
    assert law.cdf(1) <= month.pit <= law.cdf(2)


def test_a_sure_start_makes_the_static_filter_a_poisson_forecast():
    sure = GammaLaw(5e9, 1e9 * MONTH_YEARS)
    (month,) = next(
        one.months
        for one in score_counts(months(3, 7), seed=1, warm_up=1, start=sure)
        if one.method is Method.STATIC
    )
    law, k = poisson(5), np.arange(80)
    assert month.crps == pytest.approx(((law.cdf(k) - (k >= 7)) ** 2).sum(), abs=1e-5)


def test_after_no_incidents_at_all_a_rival_expects_half_a_one():
    (month,) = scores(0, 0)[Method.LAST_VALUE].months
    assert month.mean == 0.5
    assert month.log_score == pytest.approx(0.5)  # -ln e^(-½)


def test_scores_are_means_and_skill_is_measured_against_climatology():
    found = scores(4, 4, 9, 1)
    for one in found.values():
        assert one.crps == pytest.approx(sum(month.crps for month in one.months) / 3)
        assert one.skill == pytest.approx(1 - one.crps / found[Method.CLIMATOLOGY].crps)
    assert found[Method.CLIMATOLOGY].skill == 0


def test_intervals_that_miss_too_often_are_called_dishonest():
    steady = scores(*[5] * 20)[Method.STATIC]
    assert (steady.coverage, steady.is_honest) == (1.0, True)
    # Last value 0 allows at most 2; last value 40 nothing below 29.
    jumping = scores(*[0, 40] * 10)[Method.LAST_VALUE]
    assert (jumping.coverage, jumping.is_honest) == (0.0, False)


def test_the_chance_of_any_long_one_thins_the_count():
    assert chance_of_any(poisson(3), 0.2) == pytest.approx(1 - exp(-0.6))
    # Size 2, p ½: 1 - (½ / (½ + ½ · 0.2))² = 1 - (1/1.2)².
    assert chance_of_any(nbinom(2, 0.5), 0.2) == pytest.approx(1 - (1 / 1.2) ** 2)
    assert chance_of_any(poisson(3), 0.0) == pytest.approx(0)


def test_a_month_without_a_known_chance_has_no_brier_score():
    unknown = score_counts(months(3, 3), seed=1, warm_up=1)
    assert {one.brier for one in unknown} == {None}
    climatology = score_counts(months(3, 3, long=0.2), seed=1, warm_up=1)[-1]
    # Poisson of mean 3: 1 - e^(-0.6) was said, and none was long.
    assert climatology.brier == pytest.approx((1 - exp(-0.6)) ** 2)


def test_the_transform_is_uniform_where_the_forecast_is_right():
    counts = np.random.default_rng(7).poisson(9.0, 600)
    right = scores(*map(int, counts), warm_up=200)[Method.STATIC]
    assert kstest([month.pit for month in right.months], "uniform").pvalue > 0.05
    assert right.coverage == pytest.approx(0.9, abs=0.06)


def test_the_same_seed_gives_the_same_transforms_and_only_those_depend_on_it():
    one, same, other = (scores(4, 6, 3, seed=seed)[Method.STATIC] for seed in (1, 1, 2))
    assert one == same
    assert [month.pit for month in one.months] != [month.pit for month in other.months]
    assert one.crps == other.crps


def test_too_few_months_cannot_be_scored():
    with pytest.raises(ValueError, match="2 months are too few to score"):
        score_counts(months(1, 2), seed=1, warm_up=2)


def test_lengths_are_fitted_before_the_split_and_scored_after_it():
    tail = LengthTail(0.02, 0.5, 0.5)
    found = score_durations(
        [
            incident(moment(1, 1), 1),
            incident(moment(1, 2), exp(2)),
            incident(moment(1, 3), None),
            incident(moment(3, 1), 5),
            incident(moment(3, 2), 1),
        ],
        split=date(2024, 3, 1),
        tail=tail,
    )
    assert found is not None
    assert (found.fit.incidents, found.scored) == (2, 2)
    assert (found.fit.mu, found.fit.sigma) == (pytest.approx(1), pytest.approx(1))
    # One of two lasted longer than four hours; a lognormal law said 1 - Φ(ln 4 - 1) = 35 %.
    assert found.long_seen == 0.5
    assert found.long_lognormal == pytest.approx(1 - norm.cdf(np.log(4) - 1))
    # None of two before exceeded a day: (0 + 10)/(2 + 10/0.02) = 1.99 %. The model's law has the
    # rest of its lengths below a day: of them Φ(ln 4 - 1)/Φ(ln 24 - 1) up to four hours.
    assert found.day_predicted == pytest.approx(10 / 502)
    short = norm.cdf(np.log(4) - 1) / norm.cdf(np.log(24) - 1)
    assert found.long_predicted == pytest.approx(1 - (1 - 10 / 502) * short)
    assert found.day_lognormal == pytest.approx(1 - norm.cdf(np.log(24) - 1))
    assert found.day_seen == 0
    # The sample {1, e²}: E|X - y| at 5 is (4 + 2.389)/2, at 1 it is 6.389/2; less 6.389/4.
    width = exp(2) - 1
    expected = ((4 + exp(2) - 5) / 2 + width / 2) / 2 - width / 4
    assert found.empirical == pytest.approx(expected)


def test_lengths_without_a_past_or_a_future_are_not_scored():
    early = [incident(moment(1, 1), 1), incident(moment(1, 2), 2)]
    tail = LengthTail(0.02, 0.5, 0.5)
    assert score_durations(early, split=date(2024, 3, 1), tail=tail) is None
    assert score_durations(early, split=date(2024, 1, 1), tail=tail) is None
    late = [*early, incident(moment(3, 1), 1)]
    assert score_durations(late, split=date(2024, 3, 1), tail=tail) is not None
    assert score_durations(late, split=date(2024, 3, 1), tail=None) is None


def test_the_tail_is_fitted_to_what_all_providers_told_before_the_split():
    reference = LengthTail(0.02, 0.5, 0.5)
    told = [incident(moment(1, 1 + day), 24 + 24 * (1 + day)) for day in range(5)]
    told += [incident(moment(2, 1 + day), 1) for day in range(5)]
    after = [incident(moment(3, 1), 2400)]
    found = pooled_tail([*told, *after], split=date(2024, 3, 1), reference=reference)
    # Five of ten exceeded a day. One fewer, and it is the reference facts' tail.
    assert found is not None
    assert found.share == 0.5
    fit = fit_tail([2, 3, 4, 5, 6, *[1 / 24] * 5])
    assert fit is not None
    assert found == fit.tail
    assert pooled_tail(told[1:], split=date(2024, 3, 1), reference=reference) == reference
    assert pooled_tail([], split=date(2024, 3, 1), reference=None) is None
