"""What drives an answer: one judged number moved, nothing else."""

from datetime import date

import numpy as np
import pytest

from benchmarks.invented_register import invented_register
from benchmarks.synthetic import reference_catalog
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS, override
from risk.loss.draws import Z90
from risk.loss.drivers import MOVES_STATES, drivers_of, sample_of
from risk.loss.hazards import world_hazards
from risk.loss.judgement import VARIABLES, central_judgement, drawn_judgement, judgement_at
from risk.loss.laws import laws_of
from risk.loss.valuing import MEAN, value
from risk.loss.worlds import worlds_of
from risk.plausible import PLAUSIBLE
from tests.loss import small

TODAY = date(2026, 11, 23)
CATALOG = reference_catalog()


def demo(count, **parts):
    held = small.book(*demo_portfolio(CATALOG).startups, catalog=CATALOG, today=TODAY)
    return held, worlds_of(held, CATALOG, DEFAULTS, today=TODAY, count=count, **parts)


def test_a_driver_at_the_centre_is_the_number_at_its_plausible_ends():
    # With everything else in the middle a variable at its 10 % point is the number at the low end
    # of its plausible range, which an override sets as well.
    held, worlds = demo(1, judgement=False, rates=False, facts=False)
    names = ("churn_maximum", "price_multiple")
    found = {one.name: one for one in drivers_of(held, worlds, CATALOG, DEFAULTS, names=names)}
    for name in names:
        for end, loss in zip(PLAUSIBLE[name], (found[name].low, found[name].high), strict=True):
            changed = override(DEFAULTS, {name: end})
            on = small.ground(held, CATALOG, today=TODAY, assumptions=changed)
            expected = value(held.exposures, on).y[0, :, MEAN].sum()
            assert loss == pytest.approx(expected, rel=1e-9)


def test_what_the_demo_hangs_on_leads():
    held, worlds = demo(16)
    found = drivers_of(held, worlds, CATALOG, DEFAULTS)
    assert len(found) == len(VARIABLES)
    swings = [one.swing for one in found]
    assert swings == sorted(swings, reverse=True)
    leading = {one.name for one in found[:6]}
    assert {"churn_horizon_days", "price_multiple"} & leading
    # Harder switching costs more, a fallback that takes more costs less.
    by_name = {one.name: one for one in found}
    assert by_name["effort to switch"].high > by_name["effort to switch"].low
    assert by_name["workload a fallback takes"].high < by_name["workload a fallback takes"].low


def test_a_sample_is_made_of_the_startups_it_names():
    held = small.book(*invented_register(50).startups, catalog=CATALOG, today=TODAY)
    on = small.ground(held, CATALOG, today=TODAY, count=2, drawn=True)
    whole = value(held.exposures, on).y
    sample = sample_of(held.exposures, 10)
    np.testing.assert_array_equal(value(sample, on).y, whole[:, ::5])
    assert sample_of(held.exposures, 50) is held.exposures


def test_drawn_numbers_lie_where_they_plausibly_do():
    # A tenth of worlds below the 10 % point and a tenth above the 90 % point.
    drawn = drawn_judgement(DEFAULTS, 1024).numbers
    for name in ("recapture", "churn_scale_days", "engineer_week_usd", "herd_headroom"):
        low, high = PLAUSIBLE[name]
        values = np.array([getattr(one, name) for one in drawn])
        assert (values < low).mean() == pytest.approx(0.1, abs=0.002) or low == 0
        assert (values > high).mean() == pytest.approx(0.1, abs=0.002)
        assert np.median(values) == pytest.approx(getattr(DEFAULTS, name), rel=0.02)


def test_numbers_of_one_judgement_move_together():
    drawn = drawn_judgement(DEFAULTS, 64).numbers
    efforts = np.array([[one.effort_gateway, one.effort_fine_tuned] for one in drawn])
    assert np.corrcoef(np.log(efforts.T))[0, 1] > 0.99
    crossed = np.array([[one.herd_panic, one.herd_growth] for one in drawn])
    assert np.corrcoef(crossed.T)[0, 1] < -0.8


def test_the_centre_is_the_table_of_assumptions():
    central = central_judgement(DEFAULTS, 3)
    assert all(one is DEFAULTS for one in central.numbers)
    assert (central.pace == 1).all()


def test_every_variable_names_numbers_with_a_plausible_range():
    named = [name for one in VARIABLES for name in (*one.rising, *one.falling)]
    assert len(named) == len(set(named))
    assert set(named) <= set(PLAUSIBLE)


def test_a_number_set_beyond_its_plausible_range_is_believed():
    bold = override(DEFAULTS, {"churn_maximum": 0.95})
    drawn = drawn_judgement(bold, 64).numbers
    values = np.array([one.churn_maximum for one in drawn])
    # Nothing lies above what was set but what the range above it held: none.
    assert values.max() == pytest.approx(0.95)
    assert np.median(values) == pytest.approx(0.95, rel=0.02)


@pytest.mark.parametrize("variable", [one.name for one in VARIABLES])
def test_states_change_with_the_variables_that_say_so(variable):
    # What is taken over from the worlds as they were must be what would be built anew.
    held, worlds = demo(2)
    z = worlds.judgement.z[:2].copy()
    z[:, [one.name for one in VARIABLES].index(variable)] = Z90
    judged = judgement_at(DEFAULTS, z)
    hazards = worlds.hazards
    anew = laws_of(
        held, hazards, world_hazards(hazards, CATALOG, DEFAULTS, judged), CATALOG, DEFAULTS, judged
    )
    for family in ("lasting", "outages", "blocks"):
        before, after = getattr(worlds.laws, family), getattr(anew, family)
        alike = all(
            np.array_equal(getattr(before, name), getattr(after, name))
            for name in ("chance", "severity", "backup")
        )
        assert alike or variable in MOVES_STATES
