"""Options valued side by side have the figures of each valued by itself, to nine digits."""

from collections.abc import Iterable

import numpy as np
import pytest

from risk.alternatives.candidates import candidates
from risk.alternatives.planning.scenarios import LONG_GRID, Years, draw_years
from risk.alternatives.residuals import residuals
from risk.alternatives.variants import (
    Setting,
    Variant,
    losses_of_case,
    shared_events,
    variant_of,
)
from risk.assumptions import DEFAULTS
from risk.catalog.falters import PERMANENT_KINDS
from risk.catalog.records import Catalog
from risk.exposure.numbers import exposed_use_cases
from risk.exposure.own_year import annual_loss
from risk.exposure.side_by_side import losses_side_by_side
from risk.hazard.durations import DURATION_GRID
from risk.inventory.records import Portfolio, UseCase
from tests.small_world import TODAY

#: Nine digits, and a billionth of a cent where nothing is lost.
CLOSE = {"rel": 1e-9, "abs": 1e-11}

Options = tuple[UseCase, list[Variant]]


@pytest.fixture(scope="module")
def setting(catalog: Catalog) -> Setting:
    return Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY)


@pytest.fixture(scope="module")
def of_each_sort(demo: Portfolio, setting: Setting) -> list[Options]:
    """The options of one dependency for each sort of use case that the demo portfolio has.

    Workloads shared, needed together or instead of each other, and facts known or drawn.
    """
    found: dict[tuple[object, ...], Options] = {}
    for startup in demo.startups:
        for case, dependencies in exposed_use_cases(startup):
            listed = candidates(
                dependencies[0], catalog=setting.catalog, assumptions=DEFAULTS, today=TODAY
            )
            variants = [
                variant_of(startup, case, dependencies[0], one.changed, setting) for one in listed
            ]
            draws = len(variants[0].case(case.name).margin_usd_per_day)
            found.setdefault((case.requirement, len(dependencies), draws), (case, variants))
    return list(found.values())


def test_the_demo_has_use_cases_of_every_sort(of_each_sort: list[Options]) -> None:
    several = [case for case, _ in of_each_sort if len(case.dependencies) > 1]
    assert {case.requirement.value for case in several} == {"shared", "all", "any"}
    draws = {len(variants[0].numbers.gross_profit_usd) for _, variants in of_each_sort}
    assert draws == {1, 32}


def test_what_options_leave_is_what_each_leaves_by_itself(
    of_each_sort: list[Options], setting: Setting
) -> None:
    for case, variants in of_each_sort:
        events = shared_events((one.placed for one in variants), setting)
        together = residuals(variants, case.name, events, DEFAULTS)
        for one, (aal, tail) in zip(variants, together, strict=True):
            year = annual_loss(losses_of_case(one, case.name, events, DEFAULTS))
            assert aal == pytest.approx(float(year.aal_usd.mean()), **CLOSE)
            assert tail == pytest.approx(float(year.tvar95_usd.mean()), **CLOSE)
            assert aal > 0


def test_variants_with_other_numbers_of_draws_do_not_mix(
    of_each_sort: list[Options], setting: Setting
) -> None:
    # Two startups of unlike knowledge in one batch: each keeps its own draws.
    case, known = next(
        each for each in of_each_sort if len(each[1][0].numbers.gross_profit_usd) == 1
    )
    other, drawn = next(
        each
        for each in of_each_sort
        if len(each[1][0].numbers.gross_profit_usd) > 1
        and len(each[0].dependencies) == len(case.dependencies)
    )
    both = [known[0], drawn[0]]
    events = shared_events((one.placed for one in both), setting)
    sides = [known[0].side(case.name), drawn[0].side(other.name)]
    found = losses_side_by_side(sides, events, DEFAULTS)
    draws = {len(losses.total[0]): {hit.variant for hit in losses.hits} for losses in found}
    assert draws == {1: {0}, 32: {1}}


def test_what_options_lose_in_drawn_years_is_read_from_the_same_curves(
    of_each_sort: list[Options], setting: Setting
) -> None:
    for case, variants in of_each_sort:
        years = draw_years(shared_events((one.placed for one in variants), setting), setting)
        together = years.losses(variants, case.name, setting)
        for one, losses in zip(variants, together, strict=True):
            alone = np.zeros(years.count)
            for place, loss in _one_by_one(one, case.name, years, setting):
                alone[place] += loss
            np.testing.assert_allclose(losses, alone, rtol=1e-9, atol=1e-9)
            assert losses.any()


def _one_by_one(
    variant: Variant, use_case: str, years: Years, setting: Setting
) -> Iterable[tuple[int, float]]:
    """Every occurrence's year and loss: the mean curve over the draws, straight between points."""
    events = {id(one): one for each in years.reaching.values() for one in each}
    for found in losses_of_case(variant, use_case, events.values(), setting.assumptions):
        drawn = years.drawn[found.event]
        curves = found.loss.total.mean(axis=1)
        days = LONG_GRID[drawn.left]
        days = days + drawn.share * (LONG_GRID[(drawn.left + 1) % len(LONG_GRID)] - days)
        for year, pattern, length in zip(drawn.years, drawn.patterns, days, strict=True):
            way = found.pattern_state[pattern]
            if way < 0:
                continue
            permanent = found.event.kind in PERMANENT_KINDS
            loss = curves[way, 0] if permanent else np.interp(length, DURATION_GRID, curves[way])
            yield year, float(loss)


def test_lasting_falters_come_as_often_as_the_rates_say_and_last_longer_than_a_day(
    of_each_sort: list[Options], setting: Setting
) -> None:
    _, variants = of_each_sort[0]
    events = shared_events((one.placed for one in variants), setting)
    years = draw_years(events, setting)
    grid_end = len(LONG_GRID) - 1
    expected = sum(
        each.event.rate_per_year * _share_beyond_a_day(each.event.duration)
        for each in events
        if each.event in years.drawn
    )
    drawn = sum(len(one.years) for one in years.drawn.values())
    # Counts are overdispersed by uncertain rates and good and bad years: 5 % is generous.
    assert drawn == pytest.approx(expected * years.count, rel=0.05)
    for one in years.drawn.values():
        assert ((one.left >= 0) & (one.left < grid_end)).all()
        assert ((one.share >= 0) & (one.share <= 1)).all()


def _share_beyond_a_day(law: object) -> float:
    from scipy.stats import lognorm

    mu, sigma = getattr(law, "mu", None), getattr(law, "sigma", None)
    return 1.0 if mu is None or sigma is None else float(lognorm.sf(1.0, sigma, scale=np.exp(mu)))
