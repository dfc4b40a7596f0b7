"""What must hold for a portfolio, whatever is in it, on the whole model."""

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog, LinkEffect, UpstreamLink
from risk.hazard.durations import Permanent
from risk.hazard.events import Event
from risk.hazard.supply_chain import Endpoint, build_supply_chain
from risk.inventory.records import Requirement, Startup
from risk.loss.hazards import TERMINAL
from tests.metamorphic.world import (
    RATES,
    WORLD,
    aal,
    alone,
    assess,
    dependencies,
    factors,
    no_more,
    startups,
    with_case,
)
from tests.oracle.patterns import event_patterns
from tests.small_world import AS_OF, dependency, rate, small_catalog, startup

quick = settings(max_examples=30, deadline=None)
#: Rates of what may come more than once a year.
REPEATED = [place for place, row in enumerate(RATES) if row.kind not in TERMINAL]
#: What a grid of annual losses is worth, relatively.
GRID = 2e-3


@quick
@given(startups(), st.sampled_from(range(len(RATES))), factors)
def test_14_any_rate_that_rises_raises_the_expected_loss(
    one: Startup, place: int, factor: float
) -> None:
    row = RATES[place]
    more = replace(row, rate_per_year=row.rate_per_year * factor)
    world = replace(WORLD, rates=(*RATES[:place], more, *RATES[place + 1 :]))
    before, after = alone(one), alone(one, world)
    assert no_more(before.aal_usd, after.aal_usd)
    assert after.score >= before.score - 100 * GRID


@quick
@given(startups("A"), startups("B"), st.permutations(RATES))
def test_17_the_order_of_rates_and_the_names_of_startups_change_nothing(
    a: Startup, b: Startup, rates: list[object]
) -> None:
    world = replace(WORLD, rates=tuple(rates))
    plain = assess(a, b)
    renamed = assess(replace(a, name="Zed"), replace(b, name="Yew"), world=world)
    assert renamed.aal_usd == pytest.approx(plain.aal_usd, rel=1e-9)
    assert renamed.tvar95_usd == pytest.approx(plain.tvar95_usd, rel=1e-6)


@quick
@given(startups(), st.sampled_from(REPEATED), st.floats(0.1, 0.9))
def test_19_an_event_in_two_parts_costs_what_it_did_whole(
    one: Startup, place: int, share: float
) -> None:
    row = RATES[place]
    halves = (
        replace(row, level="one", rate_per_year=row.rate_per_year * share),
        replace(row, level="other", rate_per_year=row.rate_per_year * (1 - share)),
    )
    world = replace(WORLD, rates=(*RATES[:place], *halves, *RATES[place + 1 :]))
    # An end that comes at most once would be two ends that can both come.
    whole, split = assess(one), assess(one, world=world)
    assert split.aal_usd == pytest.approx(whole.aal_usd, rel=1e-6, abs=0.01)
    for a, b in zip(whole.exceedance, split.exceedance, strict=True):
        assert b.aep_usd == pytest.approx(a.aep_usd, rel=GRID)
        assert b.oep_usd == pytest.approx(a.oep_usd, rel=GRID)


def test_what_one_startup_loses_does_not_depend_on_who_else_is_in_the_portfolio() -> None:
    copied = startup("Copied", dependency("c", "Alpha", "Cloud"))
    direct = startup("Direct", dependency("d", "Alpha", "Alpha"))
    beside = next(one for one in assess(copied, direct).startups if one.startup == "Copied")
    assert beside.aal_usd == pytest.approx(aal(copied))


@quick
@given(startups("A"), startups("B"))
def test_20_the_year_exceeds_its_largest_event_and_rarer_is_never_less(
    a: Startup, b: Startup
) -> None:
    curve = assess(a, b).exceedance
    assert all(point.aep_usd >= point.oep_usd for point in curve)
    for often, rare in pairwise(curve):
        assert often.return_period_years < rare.return_period_years
        assert often.oep_usd <= rare.oep_usd
        assert often.aep_usd <= rare.aep_usd


@quick
@given(startups("A"), startups("B"))
def test_21_value_at_risk_lies_below_its_tail_and_both_rise(a: Startup, b: Startup) -> None:
    found = assess(a, b)
    assert found.var95_usd <= found.tvar95_usd <= found.tvar99_usd
    assert found.var95_usd <= found.var99_usd <= found.tvar99_usd
    assert found.aal_usd <= found.tvar95_usd * (1 + GRID)


@quick
@given(startups("A"), startups("B"))
def test_22_the_tail_of_two_is_no_more_than_their_tails(a: Startup, b: Startup) -> None:
    together = assess(a, b).tvar95_usd
    apart = assess(a).tvar95_usd + assess(b).tvar95_usd
    # All outages of a year are one lognormal, together and apart: half a per cent (tests/loss).
    assert together <= apart * (1 + GRID + 0.005)


@quick
@given(startups("A"))
def test_22_the_tail_of_twins_that_fall_together_is_the_sum(a: Startup) -> None:
    # Only what hits both at once: no access cuts, which hit one customer.
    shared = tuple(row for row in RATES if row.kind is not FailureKind.ACCESS_CUT)
    world = replace(WORLD, rates=shared)
    together = assess(a, replace(a, name="B"), world=world).tvar95_usd
    assert together == pytest.approx(2 * assess(a, world=world).tvar95_usd, rel=GRID)


@quick
@given(st.floats(1e5, 1e7), st.floats(1e5, 1e7), st.floats(0.02, 0.2))
def test_26_two_roots_that_become_one_concentrate_the_portfolio(
    first: float, second: float, per_year: float
) -> None:
    world = small_catalog(
        rates=tuple(
            row
            for name in ("Alpha", "Beta")
            for row in (
                rate(name, FailureKind.WIND_DOWN, per_year, notice_days=14),
                rate(name, FailureKind.OUTAGE, 12, days=(-2.0, 1.0)),
            )
        )
    )

    def on(developer: str) -> Startup:
        made = startup("B", dependency("b", developer, developer))
        return replace(made, annual_revenue_usd=second)

    a = replace(startup("A", dependency("a", "Alpha", "Alpha")), annual_revenue_usd=first)
    apart, one_root = assess(a, on("Beta"), world=world), assess(a, on("Alpha"), world=world)
    assert one_root.aal_usd == pytest.approx(apart.aal_usd, rel=1e-9)
    assert one_root.tvar95_usd >= apart.tvar95_usd * (1 - GRID)
    wide, narrow = apart.concentration["developer"], one_root.concentration["developer"]
    assert (narrow.hhi or 0) > (wide.hhi or 0)
    assert narrow.effective_number == pytest.approx(1)
    # N_Z falls too: two developers that share nothing count as listed, one counts as one.
    assert apart.dependence_adjusted == pytest.approx(wide.effective_number)
    assert one_root.dependence_adjusted == pytest.approx(1)


FACTS = {
    "annual_revenue_usd": DEFAULTS.unknown_revenue,
    "gross_margin": DEFAULTS.unknown_gross_margin,
    "ai_revenue_share": DEFAULTS.unknown_ai_share,
    "engineers": DEFAULTS.unknown_engineers,
}


@quick
@given(st.sampled_from(sorted(FACTS)))
def test_34_a_fact_learnt_at_its_prior_median_does_not_widen_the_answer(name: str) -> None:
    # The last unknown fact: with it, nothing is left to be unsure of.
    silent = replace(startup("Any", dependency("d", "Alpha", "Alpha")), **{name: None})
    before = alone(silent)
    after = alone(replace(silent, **{name: FACTS[name]}))
    width_before = before.score_interval.high - before.score_interval.low
    width_after = after.score_interval.high - after.score_interval.low
    assert width_after <= 1e-9 <= width_before + 1e-9
    assert width_after <= width_before
    assert name in before.unknown
    assert name not in after.unknown


@quick
@given(dependencies(key="a"), dependencies(key="b"), st.sampled_from(list(Requirement)))
def test_36_the_order_of_dependencies_changes_nothing(
    a: object, b: object, requirement: Requirement
) -> None:
    one = startup("Two", a, b, requirement=requirement)  # type: ignore[arg-type]
    one = with_case(one, dependencies=tuple(replace(d, share=0.5) for d in (a, b)))  # type: ignore[type-var]
    other = with_case(one, dependencies=one.use_cases[0].dependencies[::-1])
    first, second = alone(one), alone(other)
    assert second.score == pytest.approx(first.score, rel=1e-9)
    assert {(part.root, part.kind, round(part.aal_usd, 2)) for part in first.kinds} == {
        (part.root, part.kind, round(part.aal_usd, 2)) for part in second.kinds
    }


@quick
@given(startups("A"), startups("B"))
def test_39_the_same_question_has_the_same_answer_to_the_last_bit(a: Startup, b: Startup) -> None:
    silent = replace(b, annual_revenue_usd=None, engineers=None)
    first, second = assess(a, silent), assess(a, silent)
    assert repr(list(first.startups)) == repr(list(second.startups))
    assert repr(replace(first, startups=())) == repr(replace(second, startups=()))


@quick
@given(startups())
def test_40_a_link_that_is_listed_twice_counts_once(one: Startup) -> None:
    twice = replace(WORLD, links=(*WORLD.links, *WORLD.links))
    assert aal(one, twice) == aal(one)


chances = st.floats(0, 1)
LINKS = (("Nimbus", "Beta"), ("Nimbus", "Alpha"), ("Cloud", "Alpha"), ("Nimbus", "Cloud"))


def linked(effects: list[tuple[float, float]]) -> Catalog:
    """The small world with a link for each pair of probability and gain."""
    links = tuple(
        UpstreamLink(
            upstream=upstream,
            downstream=downstream,
            relation="cloud",
            effects={FailureKind.OUTAGE: LinkEffect(probability=probability, gain=gain)},
            source="test",
            as_of=AS_OF,
        )
        for (upstream, downstream), (probability, gain) in zip(LINKS, effects, strict=True)
    )
    return replace(WORLD, links=links)


@quick
@given(st.lists(st.tuples(chances, chances), min_size=4, max_size=4), chances)
def test_43_mean_severity_is_no_more_than_the_linear_bound(
    effects: list[tuple[float, float]], severity: float
) -> None:
    # Haimes and Santos: q = (I - A)⁻¹ c with A = π g adds up what the noisy-or caps.
    catalog = linked(effects)
    endpoints = [
        Endpoint(catalog.services[name], None)
        for name in ("Alpha API", "Beta API", "Alpha on Cloud")
    ]
    chain = build_supply_chain(catalog, endpoints, DEFAULTS)
    event = Event(
        root="Nimbus",
        kind=FailureKind.OUTAGE,
        level="",
        rate_per_year=1.0,
        severity=severity,
        duration=Permanent(),
        notice_days=0.0,
    )
    patterns = event_patterns(chain, event)
    bound = {"Nimbus": severity}
    for node in nx.topological_sort(chain.graph):
        for upstream in chain.graph.predecessors(node):
            effect = chain.graph.edges[upstream, node]["effects"].get(FailureKind.OUTAGE)
            if effect is not None and upstream in bound:
                passed = effect.probability * effect.gain * bound[upstream]
                bound[node] = bound.get(node, 0.0) + passed
    for endpoint in endpoints:
        found = patterns.severity.get(endpoint.node, np.zeros(len(patterns.probability)))
        assert no_more(float(patterns.probability @ found), bound.get(endpoint.node, 0.0))
