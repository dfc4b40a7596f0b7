"""Repair times, gaps, shares and uptime of small invented histories, checked by hand."""

from math import exp, log

import pytest

from risk.hazard.durations import fit_lengths
from risk.hazard.incident_statistics import (
    IncidentStatistics,
    Pooling,
    incident_statistics,
)
from risk.hazard.incidents.reading import read_history
from tests.hazard.incidents.tables import SIX, SIX_DAYS

INCIDENTS = read_history(SIX).incidents
DAYS = read_history(SIX_DAYS).service_days


def rows(pooling: Pooling) -> dict[str | None, IncidentStatistics]:
    return {one.service: one for one in incident_statistics(INCIDENTS, DAYS, pooling=pooling)}


def test_each_service_has_its_own_row_and_the_provider_one_over_them():
    assert list(rows(Pooling.SERVICE)) == ["API", "Chat", None]


def test_repair_takes_the_mean_of_known_lengths():
    api = rows(Pooling.SERVICE)["API"]
    # a: 1 h, b: 2 h, d: unknown.
    assert (api.incidents, api.unknown_duration, api.repair.known) == (3, 1, 2)
    assert api.repair.mean_hours == 1.5
    assert api.repair.median_hours == 1.5


def test_shares_divide_by_all_incidents_and_the_unknown_is_in_the_rest():
    repair = rows(Pooling.SERVICE)["API"].repair
    assert repair.within_1_hour == pytest.approx(1 / 3)
    assert repair.within_3_hours == pytest.approx(2 / 3)
    assert repair.over_24_hours == 0
    assert repair.over_24_hours_or_unknown == pytest.approx(1 / 3)


def test_gaps_lie_between_starts_of_the_same_service():
    statistics = rows(Pooling.SERVICE)
    # API starts on the 1st, 3rd and 11th: gaps 2 and 8 days, 3 incidents in 10 days.
    assert statistics["API"].mean_days_between == 5.0
    assert statistics["API"].rate_per_year == pytest.approx(3 / (10 / 365.25))
    # Chat starts on the 3rd, 9th and 13th: gaps 6 and 4 days.
    assert statistics["Chat"].mean_days_between == 5.0


def test_pooling_services_counts_an_incident_of_two_services_twice():
    pooled = rows(Pooling.SERVICE)[None]
    # API 1, 2, ?; Chat 2, 30, 0.5 hours: 35.5 / 5. Gaps 2, 8, 6 and 4 days.
    assert (pooled.incidents, pooled.repair.known) == (6, 5)
    assert pooled.repair.mean_hours == pytest.approx(7.1)
    assert pooled.repair.median_hours == 2.0
    assert pooled.mean_days_between == 5.0


def test_pooling_by_provider_counts_every_incident_once():
    once = rows(Pooling.PROVIDER)[None]
    # 1, 2, 30, ?, 0.5 hours: 33.5 / 4. Starts on the 1st, 3rd, 9th, 11th, 13th: 12 days / 4.
    assert (once.incidents, once.maintenance) == (5, 1)
    assert once.repair.mean_hours == pytest.approx(8.375)
    assert once.mean_days_between == 3.0
    assert once.repair.over_24_hours == pytest.approx(1 / 5)


def test_uptime_joins_services_that_are_spelled_in_another_case():
    api = rows(Pooling.SERVICE)["API"].uptime
    assert api is not None
    # Lost: 0.3 · 144 = 43.2 and 72 of 4 · 1440 = 5760 minutes: 98 % served.
    assert (api.days, api.outage_days, api.outage_day_share) == (4, 2, 0.5)
    assert api.availability == pytest.approx(0.98)


def test_a_day_of_a_provider_is_as_bad_as_its_worst_service():
    once = rows(Pooling.PROVIDER)[None].uptime
    assert once is not None
    # The 3rd: API lost 72 minutes, Chat 0.3 · 20 + 30 = 36. The worse counts, and once.
    assert (once.days, once.outage_days) == (4, 2)
    assert once.availability == pytest.approx(1 - (43.2 + 72) / 5760)


def test_a_lognormal_law_is_fitted_to_lengths_above_zero():
    # ln 1 = 0 and ln e² = 2: mean 1, standard deviation 1 (most likely: divided by n, not n - 1).
    fit = fit_lengths([1.0, exp(2.0), 0.0])
    assert fit is not None
    assert (fit.incidents, fit.mu, fit.sigma) == (2, pytest.approx(1), pytest.approx(1))
    assert log(fit.median) == pytest.approx(1)


def test_one_incident_has_no_gap_no_rate_and_no_law():
    (only,) = incident_statistics(INCIDENTS[:1], pooling=Pooling.PROVIDER)
    assert (only.mean_days_between, only.rate_per_year, only.repair.fit) == (None, None, None)
    assert only.uptime is None


def test_days_without_incidents_are_described_too():
    (api, _, pooled) = incident_statistics((), DAYS, pooling=Pooling.SERVICE)
    assert (api.service, api.incidents, api.repair.mean_hours) == ("api", 0, None)
    assert pooled.uptime is not None
    # 2 + 1 outage days of 4 + 2 service-days.
    assert pooled.uptime.outage_day_share == 0.5
