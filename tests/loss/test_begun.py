"""Who has begun to leave a model that ends: days worked out by hand, and what holds for everybody.

A move of a use case takes max(7 · 1.65 weeks / one engineer, legal days) + 3 days of evaluation:
with 57 legal days 60, with 117 they are 120. The model ends in 47 days.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from risk.alternatives.variants import Changes, variants_of
from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog, Retirement
from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import Startup, SwitchBegun
from risk.loss.facts import BEGUN
from risk.loss.lines import notice_of
from risk.loss.startups import DAYS_SAME, FIRM, TERMS, firm_of, terms_of
from risk.loss.valuing import DRAWN_FACTS, MEAN, value
from risk.scenarios.happening import happening_of, mean_of, struck
from risk.scenarios.results import Scenario
from tests.loss.small import begins, book, central, world_tables
from tests.oracle.one_startup import churned, expected_loss
from tests.scenarios.small import central as stressed
from tests.small_world import (
    AS_OF,
    TODAY,
    dependency,
    portfolio,
    rate,
    small_catalog,
    startup,
)

SIXTY = override(DEFAULTS, {"legal_days": 57.0})
LONGER = override(DEFAULTS, {"legal_days": 117.0})
YES, NO = SwitchBegun.YES, SwitchBegun.NO


def dated(announced: int | None, days: int = 47) -> Catalog:
    """Alpha's model ends in so many days, announced so many days ago (None: nobody knows when)."""
    end = Retirement(
        developer="Alpha",
        model="alpha-1",
        announced=None if announced is None else TODAY - timedelta(days=announced),
        shutdown=TODAY + timedelta(days=days),
        replacement=None,
        source="test",
        as_of=AS_OF,
    )
    usual = rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3)
    return replace(small_catalog(rates=(usual,)), retirements=(end,))


def one(begun: SwitchBegun | None = None, key: str = "d", **facts: object) -> Startup:
    return startup(
        "One", dependency(key, "Alpha", "Alpha", model="alpha-1", switch_begun=begun, **facts)
    )


def late(catalog: Catalog, who: Startup, drawn: float, numbers: Assumptions = SIXTY) -> float:
    """Days that the move ends after the last day if the startup's draw is this; negative: before.

    Of those who begin at all a share ``drawn`` begins before it.
    """
    held = book(who, catalog=catalog)
    world = world_tables(held, catalog, assumptions=numbers).worlds.at(0)
    told = held.exposures.chunk(0)
    chunk = told._replace(drawn=(*told.drawn[:BEGUN], np.array([drawn])))
    firm, terms = np.zeros(FIRM), np.zeros((1, TERMS))
    firm_of(chunk, 0, world, firm)
    terms_of(chunk, 0, 1.0, firm, world, terms[0])
    return float(terms[0, DAYS_SAME] - notice_of(0, terms, 0, world))


def usd(days: float) -> float:
    """What so many days down cost: 10,000 a day, customers, 2.7 days' worse answers, 8,600."""
    gone = churned(max(0.0, days), DEFAULTS) * 365
    return (max(0.0, days) + gone + 2.7) * 10_000 + 8_600


def test_who_began_when_it_was_announced_has_the_whole_notice():
    # Announced 100 days ago: 147 days in all. 60 - 147 = -87: done long before; 120 - 147 = -27.
    assert late(dated(100), one(YES), 0.99) == pytest.approx(60 - 147)
    assert late(dated(100), one(YES), 0.99, LONGER) == pytest.approx(120 - 147)
    # Announced today there are 47 days for 60: 13 late; and where nobody knows when it was.
    assert late(dated(0), one(YES), 0.99) == pytest.approx(13)
    assert late(dated(None), one(YES), 0.99) == pytest.approx(13)


def test_who_has_not_begun_has_a_part_of_what_is_left():
    # At half of the 47 days 23.5 are left for 60: 36.5 late. On the last day all 60.
    assert late(dated(100), one(NO), 0.5) == pytest.approx(36.5)
    assert late(dated(100), one(NO), 1.0) == pytest.approx(60)
    # When it was announced does not matter any more.
    assert late(dated(0), one(NO), 0.5) == late(dated(100), one(NO), 0.5)


def test_of_whom_nothing_is_said_four_in_five_began_in_time():
    assert late(dated(100), one(), 0.79) == pytest.approx(60 - 147)
    # The 0.9 of all begin at half of what is left: (1 - 0.9) / (1 - 0.8).
    assert late(dated(100), one(), 0.9) == pytest.approx(36.5)
    # A plausible 0.95 on time leave him among those; where nobody is, (1 - 0.9) of 47 are left.
    early, nobody = (override(SIXTY, {"begins_on_time": share}) for share in (0.95, 0.0))
    assert late(dated(100), one(), 0.9, early) == pytest.approx(60 - 147)
    assert late(dated(100), one(), 0.9, nobody) == pytest.approx(60 - 4.7)


def test_an_end_still_to_be_announced_gives_its_notice_to_who_begins_in_time():
    catalog = small_catalog(
        rates=(rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3),)
    )
    numbers = override(SIXTY, {"retirement_notice_general_days": 47.0})
    assert late(catalog, one(), 0.79, numbers) == pytest.approx(13)
    assert late(catalog, one(), 0.9, numbers) == pytest.approx(36.5)
    # Nobody can have begun to leave what has no last day yet.
    assert late(catalog, one(YES), 0.9, numbers) == pytest.approx(36.5)
    # 120 days promised: done in time, or half of them are left.
    promised = one(provider_notice_days=120.0)
    assert late(catalog, promised, 0.79, numbers) == pytest.approx(60 - 120)
    assert late(catalog, promised, 0.9, numbers) == pytest.approx(60 - 60)
    # A promise is no news once a day is published.
    assert late(dated(0), promised, 0.79) == pytest.approx(13)


def test_a_retirement_in_47_days_costs_what_the_arithmetic_says():
    drawn = float(begins(one(), catalog=dated(100))[0])
    after = 60 - 47 * (1 - drawn)
    found = [
        central(one(begun), catalog=dated(announced), assumptions=SIXTY)[0]
        for begun, announced in ((YES, 100), (YES, 0), (NO, 100))
    ]
    assert found == pytest.approx([usd(0), usd(13), usd(after)], rel=1e-6)
    assert usd(0) == pytest.approx(35_600)


def test_over_worlds_the_late_are_spread_evenly_over_the_notice():
    # The mean of 0.8 · usd(13) + 0.2 · usd(60 - 47·x), x even from 0 to 1.
    late_usd = np.mean([usd(60 - 47 * (place + 0.5) / 1000) for place in range(1000)])
    held = book(one(), catalog=dated(0))
    on = world_tables(held, dated(0), count=512, assumptions=SIXTY)
    y = value(held.exposures, on).y[:, 0]
    assert y[:, MEAN].mean() == pytest.approx(0.8 * usd(13) + 0.2 * late_usd, rel=0.002)
    np.testing.assert_array_equal(y[:, MEAN], y[:, DRAWN_FACTS])


@pytest.mark.parametrize("announced", [None, 0, 30, 300])
def test_a_move_that_has_begun_never_costs_more_in_any_world(announced):
    catalog = dated(announced)
    held = book(*(one(begun) for begun in (YES, None, NO)), catalog=catalog)
    y = value(held.exposures, world_tables(held, catalog, count=64, drawn=True)).y[:, :, MEAN]
    assert (y[:, 0] <= y[:, 1]).all()
    assert (y[:, 1] <= y[:, 2]).all()
    assert y[:, 0].mean() < y[:, 2].mean()


def test_with_everybody_on_time_and_announced_today_all_notice_that_is_left_counts():
    sure = override(SIXTY, {"begins_on_time": 1.0})
    for begun in (YES, None):
        found = central(one(begun), catalog=dated(0), assumptions=sure)[0]
        assert found == pytest.approx(usd(13), rel=1e-6)


@pytest.mark.parametrize("begun", [YES, None, NO])
def test_more_notice_never_costs_more(begun):
    losses = [
        central(one(begun), catalog=dated(40, days), assumptions=SIXTY)[0]
        for days in range(0, 120, 10)
    ]
    assert losses == sorted(losses, reverse=True)
    earlier = [
        central(one(begun), catalog=dated(ago), assumptions=SIXTY)[0] for ago in range(0, 40, 5)
    ]
    assert earlier == sorted(earlier, reverse=True)


@pytest.mark.parametrize("begun", [YES, None, NO])
@pytest.mark.parametrize("announced", [None, 0, 10, 100])
def test_the_plain_formulas_say_the_same(begun, announced):
    catalog = dated(announced)
    for key in ("a", "b", "c", "d", "e", "f", "g", "h"):
        who = one(begun, key)
        expected = expected_loss(
            who,
            catalog=catalog,
            assumptions=SIXTY,
            today=TODAY,
            begins=float(begins(who, catalog=catalog)[0]),
        )
        found = central(who, catalog=catalog, assumptions=SIXTY)[0]
        assert found == pytest.approx(expected, rel=1e-6)


def test_all_that_a_startup_is_to_leave_begins_at_the_same_moment():
    # As two use cases of half the revenue each, or as one: 0.5 · usd without the move, paid once.
    whole = one()
    halves = tuple(
        replace(
            whole.use_cases[0],
            name=key,
            revenue_share=0.5,
            dependencies=(
                replace(whole.use_cases[0].dependencies[0], key=key, spend_usd_per_month=500.0),
            ),
        )
        for key in ("d", "e")
    )
    catalog = dated(0)
    held = book(whole, replace(whole, use_cases=halves), catalog=catalog)
    y = value(held.exposures, world_tables(held, catalog, count=64, drawn=True)).y[
        :, :, DRAWN_FACTS
    ]
    np.testing.assert_allclose(y[:, 0], y[:, 1], rtol=1e-5)


def test_a_stress_test_with_a_chosen_notice_follows_the_same_rule():
    # 47 days of notice for a move of 60: 13 days late for who begins in time, 60 - 47 · the part
    # that is left for who does not, whose draw lies above 0.8. What is stated is of dated ends.
    seen = set()
    for key in "abcdefghij":
        who, catalog = one(NO, key), small_catalog()
        laid_out = stressed(portfolio(who), catalog, assumptions=SIXTY)
        scenario = Scenario(
            id="", title="", root="alpha-1", kind=FailureKind.MODEL_RETIREMENT, notice_days=47.0
        )
        found = struck(happening_of(laid_out, scenario), laid_out.book.exposures)
        drawn = float(begins(who, catalog=catalog)[0])
        left = 1.0 if drawn < 0.8 else (1 - drawn) / 0.2
        assert mean_of(found.told)[0] == pytest.approx(usd(60 - 47 * left), rel=1e-6)
        seen.add(drawn < 0.8)
    assert seen == {True, False}


def test_a_move_elsewhere_has_not_begun_by_the_move_away_from_today():
    # Staying keeps what is stated; nobody has begun to leave another model.
    held = book(one(YES), catalog=dated(0))
    here, elsewhere = (
        Endpoint(service=held.endpoints[0].service, model=model) for model in ("alpha-1", "beta-1")
    )
    changes = Changes(
        link=np.array([0, 0]),
        endpoint=np.array([0, 1]),
        backup=np.array([-1, -1]),
        codes=np.array([[0.0, 1.0, 1.0, 0.0, 0.0, 0.0]] * 2),
        untried=np.zeros(2, dtype=bool),
        endpoints=(here, elsewhere),
    )
    found, _ = variants_of(held, changes).taken(np.array([0, 1]))
    assert found.begun.tolist() == [1, -1]
