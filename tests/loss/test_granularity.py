"""One company loses as much however many use cases it is listed as."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

import numpy as np
import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Depth, Requirement, Startup
from risk.loss.books import book_year
from risk.loss.startup_years import startup_years
from risk.loss.tails import tail_parts, tail_shares
from risk.loss.valuing import value
from tests.loss.small import book, central, valued, world_tables
from tests.loss.test_kernels import CLOSING, EVERYTHING, oracle
from tests.small_world import dependency, rate, small_catalog, startup

#: Three days down with the customers that they cost, and quality: see the test of a wind-down.
DAYS_USD = (3 + 0.5 * (1 - exp(-(0.3**1.5))) * 365 + 6.75) * 10_000
MOVE_USD = 9_500
CHANCE = 1 - exp(-0.1)


def listed(
    shares: Sequence[float],
    developers: Sequence[str] = ("Alpha",),
    spend: float = 1_000.0,
    **facts: object,
) -> Startup:
    """The same company as use cases with these shares of its revenue, developers in turn."""
    cases = []
    for number, share in enumerate(shares):
        developer = developers[number % len(developers)]
        one = dependency(
            f"d{number}", developer, developer, spend_usd_per_month=spend * share, **facts
        )
        cases += startup("One", one, case={"revenue_share": share}).use_cases
    return replace(startup("One"), use_cases=tuple(cases))


def even(count: int) -> list[float]:
    return [1 / count] * count


def test_a_switch_is_paid_once_for_each_developer_left():
    # A wind-down of a developer costs 374,050 for the days and 9,500 for the move, in four use
    # cases 93,512.50 and 2,375 each. Half at each of two developers: 187,025 and 9,500 twice.
    catalog = small_catalog(rates=(CLOSING, replace(CLOSING, node="Beta")))
    whole, four, sixteen, apart = central(
        *(listed(even(count)) for count in (1, 4, 16)),
        listed(even(2), ("Alpha", "Beta")),
        catalog=catalog,
    )
    assert whole == pytest.approx(CHANCE * (DAYS_USD + MOVE_USD), rel=1e-6)
    assert [four, sixteen] == pytest.approx([whole] * 2, rel=1e-6)
    assert apart == pytest.approx(CHANCE * (DAYS_USD + 2 * MOVE_USD), rel=1e-6)


def test_two_models_of_one_service_are_left_at_once_and_replaced_apart():
    # Half of it calls alpha-1 and half alpha-2, both at Alpha. With 300 days of notice nothing
    # stands still, and worse answers cost 6.75 days of 10,000. When Alpha ends, the move is paid
    # once: 9,500. When alpha-1 alone ends (0.9 alike, 2.7 days of 5,000), its own move is paid:
    # 1.5 weeks · 1.1 · 4,000 + 2,000 = 8,600.
    one = listed(even(2))
    names = ("alpha-1", "alpha-2")
    both = replace(
        one,
        use_cases=tuple(
            replace(case, dependencies=(replace(case.dependencies[0], model=name),))
            for case, name in zip(one.use_cases, names, strict=True)
        ),
    )
    told = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=300)
    closing = central(both, catalog=small_catalog(rates=(told,)))[0]
    assert closing == pytest.approx(CHANCE * (67_500 + MOVE_USD), rel=1e-6)
    ends = rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.1, notice_days=300)
    ending = central(both, catalog=small_catalog(rates=(ends,)))[0]
    assert ending == pytest.approx(2 * CHANCE * (13_500 + 8_600), rel=1e-6)


def test_use_cases_that_reach_deeper_are_moved_by_themselves():
    # Half of it are agents: 6 weeks · 1.25 · 4,000 + 2,000 = 32,000 for those, 9,500 for the other
    # half. With 300 days of notice nothing stands still: 67,500 are for worse answers.
    shallow, deep = (listed(even(2), depth=one) for one in (Depth.RAW_API, Depth.AGENTS))
    both = replace(shallow, use_cases=(shallow.use_cases[0], deep.use_cases[1]))
    told = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=300)
    found = central(both, shallow, deep, catalog=small_catalog(rates=(told,)))
    moves = np.array([41_500, 9_500, 32_000])
    assert found == pytest.approx(CHANCE * (67_500 + moves), rel=1e-6)


@pytest.mark.parametrize("spend", [1_000.0, 60_000.0])
def test_everything_that_can_happen_costs_the_same(spend):
    # Whatever is paid, in every world and with every draw, and the year in which much comes
    # together; with parts that are as large, that are not, and that bring nothing.
    catalog = small_catalog(rates=EVERYTHING)
    held = book(
        *(
            listed(shares, spend=spend, notice_days=90.0, model="alpha-1")
            for shares in ([1.0], even(4), even(16), [0.7, 0.2, 0.1], [0.9, 0.1, 0.0])
        ),
        catalog=catalog,
    )
    on = world_tables(held, catalog, count=8, drawn=True)
    y = value(held.exposures, on).y
    np.testing.assert_allclose(y, y[:, :1].repeat(5, axis=1), rtol=1e-5)
    tail = startup_years(held.exposures, on).tvar95
    np.testing.assert_allclose(tail, tail[:1].repeat(5), rtol=1e-4)


@pytest.mark.parametrize("requirement", list(Requirement))
def test_what_moves_together_is_the_same_in_the_plain_formulas(requirement):
    # The first is in two use cases, which need it with others; the agents move by themselves.
    catalog = small_catalog(rates=EVERYTHING)
    several = startup(
        "Several",
        dependency("a", "Alpha", "Alpha", share=0.5),
        dependency("b", "Alpha", "Alpha", share=0.2, depth=Depth.AGENTS),
        dependency("c", "Beta", "Beta", share=0.3),
        requirement=requirement,
        case={"revenue_share": 0.4},
    )
    alone = listed([0.6], ("Alpha",)).use_cases
    both = replace(several, use_cases=(*several.use_cases, *alone))
    tolerance = 0.003 if requirement is Requirement.SHARED else 0.002
    assert central(both, catalog=catalog)[0] == pytest.approx(oracle(both, catalog), rel=tolerance)


def test_nobody_loses_more_than_there_is_to_lose_however_it_is_listed():
    # Everything ends many times over, and outages never stop: a year's margin of 3,650,000 is gone
    # and 9,500 are paid for the move, once.
    rates = (
        *(
            rate("Alpha", FailureKind.WIND_DOWN, 30.0),
            rate("*customer", FailureKind.ACCESS_CUT, 30.0),
        ),
        rate("*service", FailureKind.OUTAGE, 300.0, days=(2.0, 0.5), level="critical"),
    )
    catalog = small_catalog(rates=rates)
    held = book(*(listed(even(count), notice_days=0.0) for count in (1, 4)), catalog=catalog)
    tail = startup_years(held.exposures, world_tables(held, catalog)).tvar95
    assert tail == pytest.approx([3_659_500] * 2, rel=1e-6)


def test_an_access_cut_hits_all_lines_of_its_customer_in_the_portfolios_tail_too():
    # Cut off with a chance of 1 - e^(-0.06) = 0.058, above 5 %: the worst years are those in which
    # it comes, whole, whether the company is one use case or sixteen.
    catalog = small_catalog(rates=(rate("*customer", FailureKind.ACCESS_CUT, 0.06, notice_days=5),))
    whole = central(listed(even(1)), catalog=catalog)[0] / (1 - exp(-0.06))
    for count in (1, 4, 16):
        held = book(listed(even(count)), catalog=catalog)
        on = world_tables(held, catalog)
        kept = valued(held, on)[1]
        year = book_year(on, kept)
        assert kept.alone[0, :, :, 0].sum() == 1
        assert year.law.tail_value_at_risk(0.95) == pytest.approx(whole, rel=0.01)
        parts = tail_parts(held.exposures, on, tail_shares(on, kept, year))
        assert parts.startups == pytest.approx([whole], rel=0.01)
        assert parts.routes.sum() == pytest.approx(whole, rel=0.01)


def test_the_tail_of_a_combination_goes_to_whoever_faltered():
    # All three are needed. Only Alpha ends: it bears the whole tail. If Beta's end is as likely as
    # Alpha's, each bears what its own comes to, and Gamma nothing.
    def routes(**rates: float) -> list[float]:
        told = [rate(one, FailureKind.WIND_DOWN, often) for one, often in rates.items()]
        catalog = small_catalog(rates=tuple(told))
        needs = [dependency(one, one, one) for one in ("Alpha", "Beta", "Gamma")]
        held = book(startup("All", *needs, requirement=Requirement.ALL), catalog=catalog)
        on = world_tables(held, catalog)
        kept = valued(held, on)[1]
        parts = tail_parts(held.exposures, on, tail_shares(on, kept, book_year(on, kept)))
        names = [one.endpoint.service.developer for one in held.routes]
        return [parts.routes[names.index(one)] for one in ("Alpha", "Beta", "Gamma")]

    alpha, *others = routes(Alpha=0.1)
    assert alpha > 0
    assert others == [0, 0]
    alpha, beta, gamma = routes(Alpha=0.1, Beta=0.1)
    assert alpha == pytest.approx(beta, rel=1e-6)
    assert [alpha > 0, gamma] == [True, 0]
