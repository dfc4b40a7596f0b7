"""What worlds are made of, against what the model says today and against plain arithmetic."""

from dataclasses import replace
from datetime import date, timedelta
from math import exp

import numpy as np
import pytest

from benchmarks.synthetic import reference_catalog
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS, override
from risk.catalog.failure_kinds import FailureKind
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Fallback, Requirement, Startup
from risk.loss.columns import filled_shares
from risk.loss.facts import BEGUN, COMMON, REVENUE, drawn_priors, priors_at
from risk.loss.hazards import TERMINAL, hazards_of
from risk.loss.rates import mean_rates, yearly
from risk.loss.travel import MOST_LINKS, Links, TooManyLinks, spread
from risk.loss.valuing import MEAN, value
from tests.loss import small
from tests.oracle.one_startup import ways
from tests.oracle.patterns import event_patterns
from tests.small_world import dependency, rate, small_catalog, startup

TODAY = date(2026, 11, 23)
CATALOG = reference_catalog()
DEMO = demo_portfolio(CATALOG)


@pytest.fixture(scope="module")
def book():
    return small.book(*DEMO.startups, catalog=CATALOG, today=TODAY)


def wholly_known(one: Startup) -> bool:
    """True if nothing of a startup is drawn, and no test of it has a date from which it ages."""
    cases = exposed_use_cases(one)
    links = [link for _, models in cases for link in models]
    stated = [one.annual_revenue_usd, one.gross_margin, one.ai_revenue_share, one.engineers]
    stated += [case.criticality for case, _ in cases]
    stated += [fact for link in links for fact in (link.fallback, link.depth, link.exit_plan)]
    stated += [link.spend_usd_per_month for link in links]
    if len(cases) > 1:
        stated += [case.revenue_share for case, _ in cases]
    stated += [
        link.share
        for case, models in cases
        if case.requirement is Requirement.SHARED and len(models) > 1
        for link in models
    ]
    tests = [day for link in links for day in (link.fallback_tested_on, link.exit_plan_tested_on)]
    return bool(links) and None not in stated and not any(tests)


def test_the_demo_loses_what_the_plain_formulas_say_kind_by_kind(book):
    # Everything at its middle; outages are looked up between nodes.
    on = small.world_tables(book, CATALOG, today=TODAY)
    known = [place for place, one in enumerate(DEMO.startups) if wholly_known(one)]
    assert len(known) >= 20
    hazards = on.worlds.hazards
    expected = dict.fromkeys(FailureKind, 0.0)
    begun = book.exposures.chunk(0).drawn[BEGUN]
    for place in known:
        one = DEMO.startups[place]
        drawn = begun[place]
        for way in ways(one, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY, begins=drawn):
            expected[way.event.kind] += way.rate * way.loss
    for kind in FailureKind:
        rates = np.where(hazards.are(kind), on.worlds.rates, 0.0)
        y = value(book.exposures, replace(on, worlds=replace(on.worlds, rates=rates))).y[0, :, MEAN]
        tolerance = 0.003 if kind in (FailureKind.OUTAGE, FailureKind.DEGRADED) else 2e-4
        assert y[known].sum() == pytest.approx(expected[kind], rel=tolerance, abs=1e-6), kind


def test_states_of_routes_are_the_patterns_that_travel_today(book):
    hazards = hazards_of(book, CATALOG, DEFAULTS, today=TODAY)
    links = Links(hazards.chain, CATALOG, (DEFAULTS,))
    compared = 0
    for event in hazards.events:
        patterns = event_patterns(hazards.chain, event)
        if len(patterns.probability) == 2**12:
            continue  # Drawn there, enumerated here.
        for node in list(patterns.severity)[:6]:
            found = spread(links, event.root, event.kind, np.array([event.severity]), (node,))
            ours = found.chance[0] @ found.severity[0, :, 0]
            assert ours == pytest.approx(patterns.probability @ patterns.severity[node], abs=1e-12)
            compared += 1
    assert compared > 300


def test_links_follow_the_numbers_that_they_are_made_of(book):
    hazards = hazards_of(book, CATALOG, DEFAULTS, today=TODAY)
    other = override(DEFAULTS, {"licensed_wind_down": 0.4, "upstream_reach": 1.5})
    links = Links(hazards.chain, CATALOG, (DEFAULTS, other))
    wind_down, outage = FailureKind.WIND_DOWN, FailureKind.OUTAGE
    assert links.chance(("OpenAI", "Azure OpenAI Service"), wind_down).tolist() == [0.2, 0.4]
    # Recorded and judged: a half, and half as much again.
    assert links.chance(("Microsoft Azure", "OpenAI"), outage).tolist() == [0.5, 0.75]


def test_too_many_uncertain_links_are_refused_by_name(book):
    hazards = hazards_of(book, CATALOG, DEFAULTS, today=TODAY)
    links = Links(hazards.chain, CATALOG, (DEFAULTS,))
    nodes = [one.node for one in hazards.chain.endpoints]
    kind = FailureKind.OUTAGE

    def unsure(root):
        edges = links.between(root, kind, nodes)
        return sum(links.chance(edge, kind)[0] < 1 for edge in edges)

    most = max((one.root for one in hazards.events if one.kind is kind), key=unsure)
    assert unsure(most) > MOST_LINKS
    with pytest.raises(TooManyLinks, match=most):
        spread(links, most, kind, np.array([1.0]), nodes)


def test_no_endpoint_of_the_whole_catalogue_has_too_many_links():
    services = [one for one in CATALOG.services.values() if one.developer is not None]
    startups = [
        startup(f"{place}", dependency(f"{place}", one.developer, one.host))
        for place, one in enumerate(services)
    ]
    held = small.book(*startups, catalog=CATALOG, today=TODAY)
    on = small.world_tables(held, CATALOG, today=TODAY)
    assert len(on.worlds.laws.outages.event) > len(services)


def test_a_rates_mean_is_exact_over_its_law_and_its_kind(book):
    hazards = hazards_of(book, CATALOG, DEFAULTS, today=TODAY)
    exact, drawn = mean_rates(hazards, DEFAULTS), yearly(hazards, DEFAULTS, 2048)
    np.testing.assert_array_equal(drawn[:, 0], np.tile(exact, (2048, 1)))
    np.testing.assert_allclose(drawn[:, 1:].mean(axis=(0, 1)), exact, rtol=0.08)
    chances = drawn[:, :, hazards.are(*TERMINAL)]
    assert (chances <= 1).all()
    # A chance that could have been certain is less than its rate: 1 - e^-λ < λ.
    undated = hazards.are(FailureKind.MODEL_RETIREMENT) & ~hazards.dated
    assert (exact[undated] < 1 - np.exp(-hazards.rate[undated])).all()


def test_a_dated_retirement_is_certain_in_every_draw(book):
    hazards = hazards_of(book, CATALOG, DEFAULTS, today=TODAY)
    assert hazards.dated.any()
    assert (yearly(hazards, DEFAULTS, 64)[:, :, hazards.dated] == 1).all()


def test_providers_of_a_kind_are_unsure_together(book):
    hazards = hazards_of(book, CATALOG, DEFAULTS, today=TODAY)
    drawn = np.log(yearly(hazards, DEFAULTS, 1024)[:, 1])
    first, second = np.flatnonzero(hazards.are(FailureKind.PRICE_SHOCK))[:2]
    outage = np.flatnonzero(hazards.are(FailureKind.OUTAGE))[0]
    assert np.corrcoef(drawn[:, first], drawn[:, second])[0, 1] > 0.2
    assert abs(np.corrcoef(drawn[:, first], drawn[:, outage])[0, 1]) < 0.15


def test_a_chance_after_signals_is_charged_for_its_ninety_days():
    # 1 a year after signals, 0.01 before: 90/365 · 1 + 275/365 · 0.01 = 0.2541.
    catalog = small_catalog(rates=(rate("Alpha", FailureKind.WIND_DOWN, 1.0, notice_days=14),))
    held = small.book(startup("One", dependency("d", "Alpha", "Alpha")), catalog=catalog)
    found = hazards_of(held, catalog, DEFAULTS, today=TODAY, before_signals={"Alpha": 0.01})
    assert found.rate[0] == pytest.approx(90 / 365 + 0.01 * 275 / 365)


def test_shares_are_filled_in_and_never_more_than_the_whole():
    nan = float("nan")
    stated = np.array([0.6, nan, nan, nan, 0.9, 0.6, 1.0, nan])
    group = np.array([0, 0, 0, 1, 2, 2, 3, 3], dtype=np.int32)
    # 0.6 and two halves of the rest; one alone has all; 1.5 is scaled to 1; beside a whole that is
    # stated a silent one has an even part: 1 and 0.5, scaled.
    expected = [0.6, 0.2, 0.2, 1.0, 0.6, 0.4, 2 / 3, 1 / 3]
    np.testing.assert_allclose(filled_shares(stated, group, 4), expected)


def test_every_fact_keeps_its_prior_whatever_its_common_part_is():
    # Over all worlds the mean of a fact is that of its prior: revenue's halves have spreads of
    # ln(2/0.3)/1.28 = 1.48 and ln(15/2)/1.28 = 1.57, cut at 2.33.
    priors = drawn_priors(DEFAULTS, 2048)
    z = np.random.default_rng(1).standard_normal(400_000)
    z = np.clip(z, -2.33, 2.33)
    low, middle, high = priors.points[REVENUE]
    prior = np.exp(middle + z * np.where(z > 0, high - middle, middle - low) / 1.2815515655)
    assert priors.mean[:, REVENUE].mean() == pytest.approx(prior.mean(), rel=0.02)
    # Worlds differ: in which of them revenues are large nobody knows either.
    assert priors.mean[:, REVENUE].std() > 0.2 * prior.mean()


def test_stated_spend_and_prior_are_weighed_by_their_precision():
    priors = priors_at(DEFAULTS, np.zeros((1, len(COMMON))))
    weight, spread_left, told, mean = priors.informed[0, 1]
    prior = np.log(15_000_000 / 300_000) / (2 * 1.2815515655)
    # With a known AI share only the share that is spent is unsure: 1 to 20 % of it.
    assert told == pytest.approx(np.log(0.20 / 0.01) / (2 * 1.2815515655))
    assert weight == pytest.approx(told**2 / (prior**2 + told**2))
    assert spread_left == pytest.approx((1 / prior**2 + 1 / told**2) ** -0.5)
    assert mean == pytest.approx(exp(spread_left**2 * (1 - priors.shared[0]) / 2), rel=0.03)


def test_capacity_that_does_not_grow_does_not_crash(book):
    stuck = override(DEFAULTS, {"herd_growth": 0.0})
    on = small.world_tables(book, CATALOG, today=TODAY, assumptions=stuck)
    assert np.isfinite(value(book.exposures, on).y).all()


@pytest.mark.parametrize(
    ("age", "hours", "share", "days"),
    [
        # Fresh counts in full, with the two hours that a drill took.
        (10, 2.0, 0.8, 2 / 24),
        # 137 days are 20 weeks, 140 days: 5/9 of the way from 90 to 180. 4/9 of 0.8 and 5/9 of 0.5,
        # and the slower of both.
        (137, None, 4 / 9 * 0.8 + 5 / 9 * 0.5, 4 / 9 * 0.02 + 5 / 9 * 0.1),
        (137, 6.0, 4 / 9 * 0.8 + 5 / 9 * 0.5, 0.25),
        # Too old, or without a date: as if never tested.
        (400, None, 0.5, 0.1),
        (None, None, 0.5, 0.1),
    ],
)
def test_a_test_of_a_fallback_wears_out(age, hours, share, days):
    tested_on = None if age is None else TODAY - timedelta(days=age)
    one = dependency(
        "d",
        "Alpha",
        "Alpha",
        fallback=Fallback.TESTED,
        fallback_tested_on=tested_on,
        fallback_hours=hours,
    )
    catalog = small_catalog()
    held = small.book(startup("One", one), catalog=catalog, today=TODAY)
    worlds = small.world_tables(held, catalog, today=TODAY).worlds
    tested = int(held.exposures.delay[0]) * len(Fallback) + list(Fallback).index(Fallback.TESTED)
    assert worlds.effective[0, tested] == pytest.approx(share)
    assert worlds.failover[0, tested] == pytest.approx(days)
