"""Rates and durations, with their arithmetic shown."""

from math import exp, log

import pytest
from scipy.stats import gamma

from risk.catalog.failure_kinds import Basis, FailureKind, FailureRate
from risk.catalog.records import Catalog
from risk.hazard.rate_laws import elicited_gamma

#: Chu et al., ICPE 2025: API-affecting incidents that began 2023-09-01 to 2024-08-31.
COUNTS = {
    "OpenAI": {"critical": 7, "major": 35, "minor": 51, "years": 1.0},
    "Anthropic": {"critical": 0, "major": 29, "minor": 29, "years": 1.0},
    "Character.AI": {"critical": 19, "major": 11, "minor": 4, "years": 0.85},
}


def rate(catalog: Catalog, node: str, kind: FailureKind, level: str | None = None) -> FailureRate:
    return next(
        one
        for one in catalog.rates
        if one.node == node and one.kind == kind and level in (None, one.level)
    )


def test_forty_two_twenty_nine_and_thirty_serious_incidents_a_year() -> None:
    totals = {name: one["critical"] + one["major"] for name, one in COUNTS.items()}
    assert totals == {"OpenAI": 42, "Anthropic": 29, "Character.AI": 30}


@pytest.mark.parametrize("node", list(COUNTS))
@pytest.mark.parametrize("level", ["critical", "major", "minor"])
def test_a_rate_is_incidents_by_years(catalog: Catalog, node: str, level: str) -> None:
    """None at all counts as one half (Jeffreys): Anthropic's critical rate is 0.5 / 1 y."""
    kind = FailureKind.DEGRADED if level == "minor" else FailureKind.OUTAGE
    expected = (COUNTS[node][level] or 0.5) / COUNTS[node]["years"]
    assert rate(catalog, node, kind, level).rate_per_year == pytest.approx(expected, abs=5e-4)


def test_the_pooled_rate_is_all_incidents_by_all_years(catalog: Catalog) -> None:
    """(7 + 0 + 19) / (1 + 1 + 0.85) = 9.12 critical incidents a year."""
    pooled = rate(catalog, "*service", FailureKind.OUTAGE, "critical")
    assert pooled.rate_per_year == pytest.approx(26 / 2.85, abs=5e-4)


def test_a_duration_is_shrunk_in_hours_and_kept_in_days(catalog: Catalog) -> None:
    """OpenAI: (158 · 0.2871 + 10 · 0.0862) / 168 = 0.2751 ln hours; - ln 24 = -2.9029 ln days."""
    shrunk_hours = (158 * 0.2871 + 10 * 0.0862) / 168
    row = rate(catalog, "OpenAI", FailureKind.OUTAGE, "major")
    assert row.duration_mu_ln_days == pytest.approx(shrunk_hours - log(24), abs=2e-4)
    assert row.duration_sigma == pytest.approx(1.032, abs=1e-3)


@pytest.mark.parametrize(
    ("node", "beyond", "incidents"),
    [("OpenAI", 6, 299), ("Anthropic", 4, 89), ("Character.AI", 1, 34), ("*service", 11, 422)],
)
def test_a_share_above_a_day_is_drawn_towards_eleven_of_four_hundred_and_twenty_two(
    catalog: Catalog, node: str, beyond: int, incidents: int
) -> None:
    """Ten longer than a day come of 10·422/11 = 384 incidents: (k + 10)/(n + 384)."""
    for kind in (FailureKind.OUTAGE, FailureKind.DEGRADED):
        row = rate(catalog, node, kind)
        drawn = (beyond + 10) / (incidents + 10 * 422 / 11)
        assert row.long_share == pytest.approx(drawn, abs=6e-5)
        assert (row.tail_shape, row.tail_scale_days) == (0.786, 0.391)


def test_clouds_and_regional_blocks_keep_their_lognormal_law(catalog: Catalog) -> None:
    rows = [one for one in catalog.rates if one.level in ("region", "country")]
    assert len(rows) == 11
    assert all(one.long_share is None for one in rows)


def test_an_outage_counts_for_less_than_its_span(catalog: Catalog) -> None:
    """Severity 0.3 of a major incident times 0.28: 0.084 of the service over the span."""
    row = rate(catalog, "OpenAI", FailureKind.OUTAGE, "major")
    assert row.severity * row.calibration == pytest.approx(0.084)
    calibrations = {
        node: rate(catalog, node, FailureKind.OUTAGE).calibration for node in (*COUNTS, "*service")
    }
    assert calibrations == {
        "OpenAI": 0.28,
        "Anthropic": 0.40,
        "Character.AI": 0.57,
        "*service": 0.41,
    }


@pytest.mark.parametrize(
    ("node", "median", "high"),
    [("*developer top", 0.006, 0.05), ("*developer second", 0.03, 0.12), ("*host", 0.01, 0.08)],
)
def test_a_wind_down_rate_is_the_mean_of_the_elicited_law(
    catalog: Catalog, node: str, median: float, high: float
) -> None:
    """Gamma with this median and 95 % quantile; its mean is shape · scale, above the median."""
    shape, scale = elicited_gamma(median, high)
    assert gamma.ppf(0.5, shape, scale=scale) == pytest.approx(median)
    assert gamma.ppf(0.95, shape, scale=scale) == pytest.approx(high)
    row = rate(catalog, node, FailureKind.WIND_DOWN)
    assert row.rate_per_year == pytest.approx(shape * scale, abs=1e-5)
    assert row.rate_per_year > median


def test_a_large_cloud_closes_less_often_than_any_other_host(catalog: Catalog) -> None:
    usual = rate(catalog, "*host", FailureKind.WIND_DOWN).rate_per_year
    for cloud in ("Microsoft Azure", "Amazon Web Services", "Google Cloud"):
        assert rate(catalog, cloud, FailureKind.WIND_DOWN).rate_per_year < usual / 10


def test_a_cloud_rate_comes_from_the_listed_outages(catalog: Catalog) -> None:
    """Azure: two outages in the 1,422 days from 2023-01-01 to 2026-11-23: 2.5 / 3.896 y."""
    row = rate(catalog, "Microsoft Azure", FailureKind.OUTAGE)
    assert row.rate_per_year == pytest.approx(2.5 / (1422 / 365), abs=5e-4)
    assert row.basis is Basis.JUDGEMENT
    amazon = rate(catalog, "Amazon Web Services", FailureKind.OUTAGE)
    assert exp(amazon.duration_mu_ln_days or 0) * 24 == pytest.approx(14 + 32 / 60, abs=0.01)


def test_a_block_like_italys_lasts_four_weeks(catalog: Catalog) -> None:
    row = rate(catalog, "*region", FailureKind.REGIONAL_BLOCK)
    assert exp(row.duration_mu_ln_days or 0) == pytest.approx(28, abs=0.01)
    assert row.duration_sigma == 1.0


def test_two_percent_of_chief_executives_a_year_is_a_rate_of_0_0202(catalog: Catalog) -> None:
    row = rate(catalog, "*developer", FailureKind.LEADERSHIP_CRISIS)
    assert 1 - exp(-row.rate_per_year) == pytest.approx(0.02, abs=1e-4)
    assert row.severity == 0


def test_every_kind_of_falter_has_a_default_row(catalog: Catalog) -> None:
    defaults = {row.kind for row in catalog.rates if row.node.startswith("*")}
    assert defaults == set(FailureKind)
