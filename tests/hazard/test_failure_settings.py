"""A portfolio's own factors on rates and links, and the notice that a model's class brings."""

from dataclasses import replace

import pytest

from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.hazard.events import Event
from risk.hazard.failure_settings import (
    RATE_MULTIPLES,
    ModelClass,
    model_class,
    rate_factor,
    usual_notice_days,
)
from risk.hazard.supply_chain import Endpoint, build_supply_chain
from tests.oracle.book import events_behind
from tests.small_world import TODAY, dependency, rate, small_catalog, startup

KINDS = (
    FailureKind.PRICE_SHOCK,
    FailureKind.MODEL_RETIREMENT,
    FailureKind.ACCESS_CUT,
    FailureKind.ACQUISITION,
    FailureKind.WIND_DOWN,
    FailureKind.REGIONAL_BLOCK,
)
WORLD = small_catalog(
    rates=(
        rate("Beta", FailureKind.OUTAGE, 12, days=(-2.0, 1.0)),
        rate("Beta", FailureKind.WIND_DOWN, 0.1, notice_days=14),
        rate("*model first-party top", FailureKind.PRICE_SHOCK, 0.2, notice_days=30),
        rate("Beta", FailureKind.ACQUISITION, 0.05, notice_days=5),
        rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3, notice_days=180),
        rate("*customer", FailureKind.ACCESS_CUT, 0.01, notice_days=5),
        rate("*region", FailureKind.REGIONAL_BLOCK, 0.03, days=(3.3, 1.0)),
    )
)


def events(assumptions: Assumptions, model: str = "beta-1") -> tuple[Event, ...]:
    own = startup("Ash", dependency("a", "Beta", "Beta", model=model))
    return events_behind([own], catalog=WORLD, assumptions=assumptions, today=TODAY)[1]


def rates(assumptions: Assumptions) -> dict[FailureKind, float]:
    found: dict[FailureKind, float] = {}
    for one in events(assumptions):
        found[one.kind] = found.get(one.kind, 0.0) + one.rate_per_year
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_factor_multiplies_the_rates_of_its_kind_and_no_others(kind: FailureKind) -> None:
    usual = rates(DEFAULTS)
    assert set(KINDS) < set(usual)
    changed = rates(override(DEFAULTS, {RATE_MULTIPLES[kind]: 3.0}))
    assert changed == pytest.approx(usual | {kind: 3 * usual[kind]})


def test_a_factor_multiplies_the_one_for_all_kinds() -> None:
    both = override(DEFAULTS, {"rate_multiple": 2.0, "price_shock_rate_multiple": 1.5})
    assert rate_factor(FailureKind.PRICE_SHOCK, both) == 3.0
    assert rate_factor(FailureKind.OUTAGE, both) == 2.0
    assert rate_factor(FailureKind.OUTAGE, DEFAULTS) == 1.0


def test_zero_leaves_the_kind_out() -> None:
    assert FailureKind.ACCESS_CUT not in rates(override(DEFAULTS, {"access_cut_rate_multiple": 0}))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GPT-5.5", ModelClass.GENERAL),
        ("text-embedding-3-small", ModelClass.GENERAL),
        ("Unnamed model of OpenAI", ModelClass.GENERAL),
        ("gpt-realtime-2", ModelClass.SPECIALISED),
        ("Sonar Deep Research", ModelClass.SPECIALISED),
        ("GPT-4o mini Transcribe", ModelClass.SPECIALISED),
        ("o1-preview", ModelClass.PREVIEW),
        ("GPT-4o Audio Preview", ModelClass.PREVIEW),
    ],
)
def test_the_class_of_a_model_by_its_name(name: str, expected: ModelClass) -> None:
    assert model_class(name) is expected


@pytest.mark.parametrize(
    ("model", "number", "days"),
    [
        ("nova-1", "retirement_notice_general_days", 93),
        ("nova-audio", "retirement_notice_specialised_days", 92),
        ("nova-preview", "retirement_notice_preview_days", 14),
    ],
)
def test_the_notice_of_a_retirement_follows_the_class_and_the_portfolio(
    model: str, number: str, days: float
) -> None:
    def notice(assumptions: Assumptions) -> float:
        found = (one for one in events(assumptions, model) if one.root == f"{model} at Beta")
        return next(one.notice_days for one in found)

    assert notice(DEFAULTS) == days
    assert notice(override(DEFAULTS, {number: 7})) == 7


@pytest.mark.parametrize(
    ("node", "root", "days"),
    [
        ("*model cloud top", "nova-preview at Cloud", 173),
        ("*model reseller second", "nova-1 at Beta", 11),
        ("*model first-party second", "nova-1 at Beta", 93),
        ("*model first-party top", "nova-audio at Beta", 92),
    ],
)
def test_other_hosts_give_the_notice_of_their_sort(node: str, root: str, days: float) -> None:
    row = rate(node, FailureKind.MODEL_RETIREMENT, 0.3)
    assert usual_notice_days(row, root, DEFAULTS) == days


def test_other_kinds_keep_the_notice_of_their_row() -> None:
    closing = rate("*developer", FailureKind.WIND_DOWN, 0.1, notice_days=21)
    assert usual_notice_days(closing, "Nova preview", DEFAULTS) == 21


@pytest.mark.parametrize(
    ("basis", "reach", "loss"), [(Basis.JUDGEMENT, 1.0, 0.4), (Basis.PUBLISHED, 0.5, 0.8)]
)
def test_judged_links_move_with_the_factors_and_published_ones_stay(
    basis: Basis, reach: float, loss: float
) -> None:
    # Nimbus stops Beta with probability .5 and takes .8 of it: .5 · 3 is certain, .8 · .5 = .4.
    world = replace(WORLD, links=tuple(replace(one, basis=basis) for one in WORLD.links))
    changed = override(DEFAULTS, {"upstream_reach": 3.0, "upstream_loss": 0.5})
    endpoint = Endpoint(world.services["Beta API"], "beta-1")
    effect = build_supply_chain(world, [endpoint], changed).effects_of(FailureKind.OUTAGE)
    found = effect["Nimbus", "Beta"]
    assert (found.probability, found.gain) == pytest.approx((reach, loss))
    plain = build_supply_chain(world, [endpoint], DEFAULTS).effects_of(FailureKind.OUTAGE)
    assert plain["Nimbus", "Beta"] == WORLD.links[0].effects[FailureKind.OUTAGE]
