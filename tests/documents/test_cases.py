"""Ten worked cases: each advice is the best by its own sums, and what its defence says is so."""

import re

import pytest

from docs.worked_cases import CASES, TODAY, Case, options_of, setting
from risk.alternatives.ranking import objective
from risk.alternatives.results import Alternative, CostPart, OptionClass
from risk.assumptions import DEFAULTS
from risk.catalog.records import Purpose
from tests.documents.blocks import ROOT


def best_of(name: str) -> tuple[Alternative, Alternative]:
    """What is recommended in a case, and staying."""
    options = options_of(name)
    return next(one for one in options if one.recommended), options[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_advice_is_the_least_of_cost_and_loss_together(case: Case):
    best, stay = best_of(case.name)
    assert best.option_class is case.advice
    together = {one.option: objective(one, stay, DEFAULTS) for one in options_of(case.name)}
    more = max(0.0, (best.run_usd_per_year or 0) - (stay.run_usd_per_year or 0))
    by_hand = best.one_off_usd / 3 + more + best.residual_aal_usd + 0.06 * best.residual_tvar95_usd
    assert together[best.option] == pytest.approx(by_hand)
    # Nothing that may be taken, loses no more than staying and is in time costs less together.
    left = stay.residual_aal_usd + 0.06 * stay.residual_tvar95_usd
    rivals = [
        together[one.option]
        for one in options_of(case.name)
        if one.allowed
        and one.weeks_late == 0
        and (
            stay.last_day is not None
            or one.residual_aal_usd + 0.06 * one.residual_tvar95_usd <= left
        )
    ]
    assert together[best.option] == min(rivals)
    assert sum(one.mean_usd for one in best.once) == pytest.approx(best.one_off_usd)


def test_each_advice_is_defended_in_two_sentences():
    text = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
    defended = re.findall(r"^\*\*[^*]+\.\*\* (.+)$", text, flags=re.MULTILINE)
    assert len(defended) == len(CASES) == 10
    assert [len(re.findall(r"[.!?](?: |$)", one)) for one in defended] == [2] * 10


def test_who_talks_on_the_phone_is_offered_no_model_of_text():
    models = setting().catalog.models
    for one in options_of("a voice agent"):
        if one.comparison is not None:
            assert models[one.comparison.models[1]].purpose is Purpose.CONVERSATION


def test_a_second_store_costs_more_a_year_than_it_saves():
    stay, *others = options_of("a store of embeddings")
    gateway = next(one for one in others if one.option_class is OptionClass.GATEWAY)
    assert gateway.run_usd_per_year is not None
    assert stay.run_usd_per_year is not None
    dearer = gateway.run_usd_per_year - stay.run_usd_per_year
    assert dearer > stay.residual_aal_usd - gateway.residual_aal_usd
    assert CostPart.EMBEDDING in {one.part for one in gateway.once}


def test_what_was_tuned_is_tuned_again():
    best, _ = best_of("a fine tuned model")
    assert CostPart.TUNING in {one.part for one in best.once}
    move = next(
        one
        for one in options_of("a fine tuned model")
        if one.option_class is OptionClass.OTHER_DEVELOPER
    )
    assert move.one_off_usd > best.one_off_usd


def test_whether_data_stays_in_the_eu_is_asked_of_the_new_host():
    best, stay = best_of("data in the eu")
    assert any("EU" in one for one in best.ask)
    assert stay.excluded
    # 45 days of a review of residency, before it works.
    assert best.switch_days is not None
    assert best.switch_days > 45


def test_a_model_that_ends_in_47_days_is_replaced_in_time():
    best, stay = best_of("a model that ends")
    assert stay.last_day is not None
    assert stay.last_day.days_left == 47
    assert best.last_day is not None
    assert best.last_day.start_by is not None
    assert TODAY < best.last_day.start_by < best.last_day.day
    gateway = next(
        one for one in options_of("a model that ends") if one.option_class is OptionClass.GATEWAY
    )
    # By money alone the gateway before a dying model would have been chosen.
    assert objective(gateway, stay, DEFAULTS) < objective(best, stay, DEFAULTS)
    assert gateway.excluded


def test_leaving_a_contract_owes_half_a_years_bill():
    move = next(
        one for one in options_of("a contract") if one.option_class is OptionClass.OTHER_DEVELOPER
    )
    owed = next(one for one in move.once if one.part is CostPart.COMMITTED)
    # Half of USD 40,000 a month for the ten to eleven months that are left when the work has gone.
    assert 0.4 * 10 * 40_000 < owed.mean_usd < 0.6 * 12 * 40_000


def test_one_gateway_is_shared_by_three_and_would_not_pay_for_one():
    best, stay = best_of("one gateway")
    assert best.shared_by == 3
    assert best.alone_usd is not None
    alone = objective(best, stay, DEFAULTS) + (best.alone_usd - best.one_off_usd) / 3
    assert objective(best, stay, DEFAULTS) < objective(stay, stay, DEFAULTS) < alone
