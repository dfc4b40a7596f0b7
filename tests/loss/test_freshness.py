"""What is known wears out: ages of facts as columns, and what they still count."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.records import Answer
from risk.inventory.records import ExitPlan, Fallback
from risk.loss.answer import WITHHELD, answer_on
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of
from risk.loss.questions import fresh_at
from tests.loss import small
from tests.loss.test_kernels import EVERYTHING
from tests.small_world import TODAY, dependency, small_catalog, startup

CATALOG = small_catalog(rates=EVERYTHING)


def ago(days):
    return TODAY - timedelta(days=days)


def known(*startups, count=8):
    held = small.book(*startups, catalog=CATALOG)
    on = small.world_tables(held, CATALOG, count=count, drawn=True)
    return answer_on(on, held.exposures, DEFAULTS).startups


def aged(company, record, **facts):
    link = dependency("d", "Alpha", "Alpha", as_of=record, **facts)
    return startup("One", link, as_of=company)


def test_ages_stand_in_their_columns():
    one = replace(
        aged(
            ago(100),
            ago(40),
            fallback=Fallback.TESTED,
            fallback_tested_on=ago(7),
            exit_plan=ExitPlan.WRITTEN,
        ),
        stated_on={"gross_margin": ago(3)},
    )
    found = columns_of([one], catalog=CATALOG, today=TODAY)
    firm = found.startups
    assert (firm.revenue_age[0], firm.margin_age[0], firm.engineers_age[0]) == (100, 3, 100)
    assert (found.cases.age[0], found.dependencies.age[0]) == (40, 40)
    held = book_of(found).exposures
    # A test is younger evidence than the record; a plan that was never tested is as old as that.
    assert (held.fallback_seen[0], held.plan_seen[0]) == (7, 40)


def test_a_day_that_nobody_stated_is_unknown():
    found = columns_of([aged(None, None)], catalog=CATALOG, today=TODAY)
    for ages in (found.startups.revenue_age, found.cases.age, found.dependencies.age):
        assert np.isnan(ages).all()
    # The day of the import stands in for the record's own.
    imported = dependency("d", "Alpha", "Alpha", recorded_on=ago(9))
    found = columns_of([startup("One", imported)], catalog=CATALOG, today=TODAY)
    assert found.dependencies.age[0] == 9


def test_a_fact_counts_half_after_its_half_life():
    company, record = DEFAULTS.company_fact_half_life, DEFAULTS.dependency_fact_half_life
    ages = np.array([0.0, company, 2 * company, -5.0, np.nan])
    undated = 2 ** (-DEFAULTS.undated_fact_days / company)
    np.testing.assert_allclose(fresh_at(ages, True, DEFAULTS), [1, 0.5, 0.25, 1, undated])
    assert fresh_at(np.array([record]), False, DEFAULTS)[0] == pytest.approx(0.5)


def test_a_startup_that_states_everything_knows_as_much_as_is_fresh():
    # All facts at their half-lives: half of each, whatever each matters.
    half = aged(
        ago(int(DEFAULTS.company_fact_half_life)), ago(int(DEFAULTS.dependency_fact_half_life))
    )
    found = known(aged(TODAY, TODAY), half, aged(None, None))
    np.testing.assert_array_equal(found.facts_stated, 1.0)
    np.testing.assert_allclose(found.facts_known[:2], [1.0, 0.5])
    # Undated ones count between a company's and a dependency's fact of the age assumed.
    years = DEFAULTS.undated_fact_days
    low = 2 ** (-years / DEFAULTS.company_fact_half_life)
    high = 2 ** (-years / DEFAULTS.dependency_fact_half_life)
    assert low <= found.facts_known[2] <= high
    # Age makes a figure no wronger: losses and bands stay.
    assert found.mean[0] == found.mean[1]
    assert found.band[0] == found.band[1]


def test_what_matters_more_weighs_more_when_it_is_stale():
    # Revenue moves the loss far more than engineers do: an old figure of it costs more knowledge.
    fresh = aged(TODAY, TODAY)
    old_revenue = replace(fresh, stated_on={"annual_revenue_usd": ago(720)})
    old_engineers = replace(fresh, stated_on={"engineers": ago(720)})
    found = known(fresh, old_revenue, old_engineers, count=64).facts_known
    assert found[0] == 1
    assert found[1] < found[2] <= 1


def test_who_depends_on_nothing_knows_it_only_if_it_was_asked():
    none = replace(dependency("d", None, None, as_of=ago(365)), answer=Answer.NO)
    asked = replace(none, answer=Answer.ASK)
    silent = replace(startup("Silent", none), use_cases=())
    found = known(startup("None", none, monthly_burn_usd=1.0), startup("Open", asked), silent)
    assert found.mean.tolist() == [0, 0, 0]
    np.testing.assert_allclose(found.facts_known, [0.5, 0, 0])
    assert found.band.tolist() == [0, WITHHELD, WITHHELD]
