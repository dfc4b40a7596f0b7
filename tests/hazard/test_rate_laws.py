"""Every reference rate has a law whose mean it is, and says what it rests on."""

from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import gamma

import fixtures
from risk.catalog.failure_kinds import Basis, EvidenceKind, FailureKind, FailureRate, RateEvidence
from risk.catalog.loading import load_catalog, load_rate_evidence
from risk.catalog.model_history import CELLS, MOVES_FILE, cell_node, load_model_history
from risk.catalog.tables import CatalogError
from risk.hazard.frequency import JEFFREYS_SHAPE, GammaLaw
from risk.hazard.history_record import price_fit, retirement_fit
from risk.hazard.rate_laws import RateLaw, market_average, rate_law, rate_laws
from tests.small_world import rate

FOLDER = Path(fixtures.__file__).parent
EVIDENCE = load_rate_evidence(FOLDER)
RATES = load_catalog(FOLDER).rates
HEADER = "node,kind,level,how,events,years,shape,median,q95,spread,notice_q95_days,source,as_of\n"


def law_of(node: str, kind: FailureKind, level: str) -> RateLaw:
    rows = [one for one in RATES if (one.node, one.kind, one.level) == (node, kind, level)]
    (found,) = rate_laws(rows, rates=RATES, evidence=EVIDENCE)
    return found


def test_every_rate_has_evidence_and_no_evidence_is_left_over() -> None:
    assert {(one.node, one.kind, one.level) for one in RATES} == set(EVIDENCE)


@pytest.mark.parametrize("row", RATES, ids=lambda row: f"{row.node} {row.kind} {row.level}")
def test_a_laws_mean_is_the_rate_that_scoring_uses(row: FailureRate) -> None:
    evidence = EVIDENCE[row.node, row.kind, row.level]
    assert rate_law(row, evidence).mean == pytest.approx(row.rate_per_year, rel=1e-12)


def test_a_counted_rate_is_as_unsure_as_its_count() -> None:
    # 7 events: shape 7.5, relative spread 1/√7.5 = 0.365; mean 7 a year as in use.
    law = law_of("OpenAI", FailureKind.OUTAGE, "critical").law
    assert law.shape == 7.5
    assert law.shape**-0.5 == pytest.approx(0.3651, abs=1e-4)


def test_no_event_in_a_year_is_jeffreys() -> None:
    assert law_of("Anthropic", FailureKind.OUTAGE, "critical").law == GammaLaw(JEFFREYS_SHAPE, 1.0)


def test_a_regions_outages_are_jeffreys_up_to_the_rounding_of_the_rate() -> None:
    # (1 + ½)/3.896 = 0.38501 a year, kept as 0.385.
    law = law_of("Google Cloud", FailureKind.OUTAGE, "region").law
    assert law.shape == 1.5
    assert law.years == pytest.approx(3.896, rel=1e-3)


def test_the_elicited_pair_comes_back() -> None:
    law = law_of("*developer top", FailureKind.WIND_DOWN, "closure").law
    assert law.quantile(0.5) == pytest.approx(0.006, rel=1e-3)
    assert law.quantile(0.95) == pytest.approx(0.05, rel=1e-3)


def test_one_stated_figure_has_a_95_percent_point_of_three_medians() -> None:
    law = law_of("*customer", FailureKind.ACCESS_CUT, "customer").law
    assert law.quantile(0.95) / law.quantile(0.5) == pytest.approx(3)
    assert law.mean == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("kind", "level"),
    [(FailureKind.PRICE_SHOCK, "price"), (FailureKind.MODEL_RETIREMENT, "undated")],
)
def test_rates_of_models_are_those_fitted_to_the_record(kind: FailureKind, level: str) -> None:
    # Mean and shape of each cell's law, as written down beside each other to five digits.
    catalog, history = load_catalog(FOLDER), load_model_history(FOLDER)
    if kind is FailureKind.PRICE_SHOCK:
        until = history.sources[MOVES_FILE].until
        fit = price_fit(history, catalog.providers, until=until).rises
    else:
        fit = retirement_fit(history, catalog).ends
    for cell, one in zip(CELLS, fit.cells, strict=True):
        found = law_of(cell_node(cell), kind, level)
        assert found.how is EvidenceKind.FITTED
        assert found.law.mean == pytest.approx(one.rate, abs=1e-5)
        assert found.law.shape == pytest.approx(one.law.shape, abs=1e-4)


def test_the_market_average_is_far_less_sure_of_a_provider_nobody_watched() -> None:
    # Shape .25 · 9.123 = 2.28 instead of the 26.5 of all events together.
    found = law_of("*service", FailureKind.OUTAGE, "critical")
    assert found.law.shape == pytest.approx(0.25 * 9.123)
    assert found.sentence == (
        "100 % market average, 0 % this provider's record: 26 events in 2.85 years of other "
        "providers."
    )


def test_the_record_in_use_and_the_one_drawn_towards_the_market() -> None:
    # In use: 7 a year, all its own. Towards the market: (2.2807 + 7)/1.25 = 7.4246 a year.
    found = law_of("OpenAI", FailureKind.OUTAGE, "critical")
    assert found.sentence.startswith("0 % market average, 100 % this provider's record: 7 events")
    assert found.shrunk is not None
    assert found.shrunk.law.mean == pytest.approx(7.4246, abs=1e-4)
    assert found.shrunk.sentence == "20 % market average, 80 % this provider's record"


def test_the_market_is_the_providers_that_were_counted() -> None:
    kind = FailureKind.OUTAGE
    prior = market_average(RATES, kind=kind, level="critical", evidence=EVIDENCE)
    assert prior is not None
    assert (prior.providers, prior.events, prior.years) == (3, 26, pytest.approx(2.85))
    kind = FailureKind.WIND_DOWN
    assert market_average(RATES, kind=kind, level="closure", evidence=EVIDENCE) is None


def test_a_rate_without_evidence_says_so_and_is_judged() -> None:
    row = rate("Nowhere", FailureKind.OUTAGE, 2.0)
    (found,) = rate_laws([row], rates=[row], evidence={})
    assert found.how is EvidenceKind.JUDGED
    assert found.sentence.startswith("Nothing is recorded")
    assert found.law.quantile(0.95) / found.law.quantile(0.5) == pytest.approx(3)


def test_a_rate_of_zero_has_no_law() -> None:
    row = replace(rate("Nowhere", FailureKind.OUTAGE, 2.0), rate_per_year=0.0)
    with pytest.raises(ValueError, match="rate of zero"):
        rate_law(row, None)
    assert rate_laws([row], rates=[row], evidence={}) == ()


def test_a_published_figure_is_named_so() -> None:
    row = replace(rate("A", FailureKind.LEADERSHIP_CRISIS, 0.02), basis=Basis.PUBLISHED)
    evidence = {("A", row.kind, ""): RateEvidence(how=EvidenceKind.JUDGED, spread=2.0)}
    (found,) = rate_laws([row], rates=[row], evidence=evidence)
    assert "published" in found.sentence
    assert gamma.cdf(found.law.quantile(0.5) * 2, found.law.shape, scale=1 / found.law.years) == (
        pytest.approx(0.95)
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A,outage,x,counted,1.5,1,,,,,,s,2026-01-01", "whole events"),
        ("A,outage,x,elicited,,,,0.5,0.1,,,s,2026-01-01", "above the median"),
        ("A,outage,x,guessed,,,,,,,,s,2026-01-01", "guessed"),
        ("A,outage,x,judged,,,,,,3,,s,2026-01-01\nA,outage,x,judged,,,,,,3,,s,2026-01-01", "twice"),
    ],
)
def test_a_wrong_line_of_evidence_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "rate_evidence.csv").write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=said):
        load_rate_evidence(tmp_path)
