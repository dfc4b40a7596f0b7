"""Options are scored by the same model and cover what the links let them cover."""

import numpy as np
import pytest

from risk.alternatives.actions import first_of, worst_of
from risk.alternatives.candidates import candidates
from risk.alternatives.options import StartupNotFound, alternatives_for, options_of_all
from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Depth, Portfolio, Requirement
from risk.loss.valuing import MEAN, value
from tests.alternatives.settings import central
from tests.loss.small import book, world_tables
from tests.small_world import TODAY, dependency, startup

#: A startup on OpenAI's own API, with a model that other hosts offer too.
HERS = startup(
    "Hers",
    dependency("h", "OpenAI", "OpenAI", model="GPT-4.1", spend_usd_per_month=5_000.0),
    country="US",
)


@pytest.fixture(scope="module")
def options(catalog: Catalog) -> tuple[Alternative, ...]:
    return alternatives_for(HERS, central(catalog))


def of_class(options: tuple[Alternative, ...], kind: OptionClass) -> list[Alternative]:
    return [one for one in options if one.option_class is kind]


def test_every_class_of_option_is_offered(options: tuple[Alternative, ...]) -> None:
    assert {one.option_class for one in options} == set(OptionClass)


def test_azure_hosted_gpt_covers_an_outage_and_not_a_wind_down(
    options: tuple[Alternative, ...],
) -> None:
    azure = next(
        one for one in of_class(options, OptionClass.OTHER_HOST) if one.host == "Microsoft Azure"
    )
    assert azure.covers[FailureKind.OUTAGE] > 0.8
    assert azure.covers[FailureKind.ACCESS_CUT] == 1
    assert azure.covers[FailureKind.WIND_DOWN] == 0
    # The weights may run on for a while: that is probability, not cover.
    assert azure.down_together[FailureKind.WIND_DOWN] == pytest.approx(0.2)
    assert azure.covers[FailureKind.MODEL_RETIREMENT] == 0


def test_another_model_of_the_same_developer_covers_its_retirement_only(
    options: tuple[Alternative, ...],
) -> None:
    (other,) = of_class(options, OptionClass.OTHER_MODEL)
    assert other.covers[FailureKind.MODEL_RETIREMENT] == 1
    assert other.covers[FailureKind.WIND_DOWN] == 0
    assert other.covers[FailureKind.OUTAGE] == 0


def test_another_developer_covers_the_first_ones_end(options: tuple[Alternative, ...]) -> None:
    for one in of_class(options, OptionClass.OTHER_DEVELOPER):
        assert one.developer != "OpenAI"
        assert one.covers[FailureKind.WIND_DOWN] == 1


def test_staying_covers_nothing_and_costs_nothing_more(options: tuple[Alternative, ...]) -> None:
    (stay,) = of_class(options, OptionClass.STAY)
    assert set(stay.covers.values()) == {0.0}
    assert (stay.weeks, stay.one_off_usd) == (0, 0)
    assert stay.run_usd_per_year == pytest.approx(60_000)  # 5,000 a month


def test_staying_scores_as_the_portfolio_scores_it(
    options: tuple[Alternative, ...], catalog: Catalog
) -> None:
    (stay,) = of_class(options, OptionClass.STAY)
    held = book(HERS, catalog=catalog)
    # The option's disruptions include those that could hit the other options, never this endpoint.
    alone = value(held.exposures, world_tables(held, catalog)).y[0, 0, MEAN]
    assert stay.residual_aal_usd == pytest.approx(alone, rel=1e-9)


def test_a_warm_fallback_behind_a_gateway_cuts_the_loss(
    options: tuple[Alternative, ...],
) -> None:
    (stay,) = of_class(options, OptionClass.STAY)
    (gateway,) = of_class(options, OptionClass.GATEWAY)
    assert gateway.residual_aal_usd < 0.5 * stay.residual_aal_usd
    # Two weeks of building, 1.5·(2 − s) of porting, one for an evaluation set; and evaluations.
    assert gateway.comparison is not None
    weeks = 2 + 1.5 * (2 - gateway.comparison.alike) + 1
    assert gateway.weeks == pytest.approx(weeks)
    assert gateway.one_off_usd == pytest.approx(weeks * 4_000 + 2_000)


def test_exactly_one_option_is_recommended_and_it_is_allowed(
    options: tuple[Alternative, ...],
) -> None:
    chosen = [one for one in options if one.recommended]
    assert len(chosen) == 1
    assert chosen[0].pareto
    assert not chosen[0].excluded


def test_no_pareto_option_is_dominated(options: tuple[Alternative, ...]) -> None:
    front = [one for one in options if one.pareto]

    def figures(one: Alternative) -> tuple[float, ...]:
        loss = one.residual_aal_usd + DEFAULTS.cost_of_capital * one.residual_tvar95_usd
        yearly = one.one_off_usd / DEFAULTS.annualise_years + (one.run_usd_per_year or 0)
        return loss, yearly, one.weeks

    for one in front:
        for other in options:
            if not other.excluded and other.run_usd_per_year is not None:
                better = all(
                    a <= b for a, b in zip(figures(other), figures(one), strict=True)
                ) and figures(other) != figures(one)
                assert not better, (one.option, other.option)


def test_agents_need_tool_calling_or_an_answer(catalog: Catalog) -> None:
    agent = startup(
        "Agent", dependency("a", "OpenAI", "OpenAI", model="GPT-4.1", depth=Depth.AGENTS)
    )
    found = alternatives_for(agent, central(catalog))
    for one in found:
        model = catalog.models.get(one.model or "")
        if one.option_class is OptionClass.OTHER_DEVELOPER and model and model.tool_call is False:
            assert "no tool calling" in one.excluded


def test_data_that_must_stay_put_is_a_question_not_a_pass(catalog: Catalog) -> None:
    european = startup(
        "EU", dependency("e", "OpenAI", "OpenAI", model="GPT-4.1", data_residency="EU")
    )
    found = alternatives_for(european, central(catalog))
    moved = [one for one in found if one.option_class is OptionClass.OTHER_DEVELOPER]
    assert moved
    assert all("whether data stays in EU" in one.ask for one in moved)


def test_an_unknown_use_case_is_answered_with_a_sentence(catalog: Catalog) -> None:
    with pytest.raises(StartupNotFound, match="no use case called 'x'"):
        alternatives_for(HERS, central(catalog), use_case="x")


@pytest.fixture(scope="module")
def in_demo(catalog: Catalog, demo: Portfolio) -> tuple[tuple[Alternative, ...], ...]:
    """Options of startups of every sort of use case that the demo portfolio has."""
    setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY, count=16)
    return options_of_all(demo.startups, setting, details=False)


def test_what_staying_leaves_of_all_use_cases_adds_up_to_the_portfolio(
    in_demo: tuple[tuple[Alternative, ...], ...], catalog: Catalog, demo: Portfolio
) -> None:
    several = {
        case.requirement
        for one in demo.startups
        for case, models in exposed_use_cases(one)
        if len(models) > 1
    }
    assert several == set(Requirement)
    held = book(*demo.startups, catalog=catalog)
    whole = value(held.exposures, world_tables(held, catalog, count=16, drawn=True)).y[:, :, MEAN]
    for place, options in enumerate(in_demo):
        # One dependency of each use case: staying leaves the same for all of them.
        stay = {
            one.use_case: one.residual_aal_usd
            for one in options
            if one.option_class is OptionClass.STAY
        }
        assert sum(stay.values()) == pytest.approx(float(whole[:, place].mean()), rel=1e-9)


def test_an_option_is_worth_the_same_whoever_is_valued_beside_it(
    in_demo: tuple[tuple[Alternative, ...], ...], catalog: Catalog, demo: Portfolio
) -> None:
    setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY, count=16)
    for place in (0, 17, 41):
        alone = alternatives_for(demo.startups[place], setting)
        for one, beside in zip(alone, in_demo[place], strict=True):
            assert one.residual_aal_usd == pytest.approx(beside.residual_aal_usd, rel=1e-9)
            assert one.residual_tvar95_usd == pytest.approx(beside.residual_tvar95_usd, rel=1e-6)
            assert one.one_off_usd == pytest.approx(beside.one_off_usd, rel=1e-9)


def test_what_an_option_removes_has_a_range_that_is_narrower_than_that_of_the_loss(
    catalog: Catalog,
) -> None:
    setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY, count=16)
    found = alternatives_for(HERS, setting)
    for one in found:
        assert one.removed is not None
        assert one.removed.low_usd <= one.removed.median_usd <= one.removed.high_usd
        assert one.removed.mean_usd == pytest.approx(
            found[0].residual_aal_usd - one.residual_aal_usd, abs=1e-6
        )
    # Staying removes nothing in any world: what both share is no doubt about the difference.
    assert (found[0].removed.low_usd, found[0].removed.high_usd) == (0, 0)  # type: ignore[union-attr]
    (notice, _) = of_class(found, OptionClass.CONTRACT)
    # Longer notice never costs: not even in its worst world does it add to the loss.
    assert notice.removed.low_usd >= 0  # type: ignore[union-attr]


def test_what_to_do_first_is_what_removes_most_for_its_cost(
    in_demo: tuple[tuple[Alternative, ...], ...], demo: Portfolio
) -> None:
    options = {one.name: each for one, each in zip(demo.startups, in_demo, strict=True)}
    actions = first_of(options)
    assert len(actions) == 5
    assert all(one.aal_removed_usd > 0 for one in actions)
    # The ratio of the two printed figures, the best first.
    every = first_of(options, count=1_000)
    ratios = [one.aal_removed_usd / max(one.one_off_usd, 1.0) for one in every]
    assert ratios == sorted(ratios, reverse=True)
    assert len(every) > 5
    assert every[:5] == actions


def test_what_is_decided_is_not_proposed_again(
    in_demo: tuple[tuple[Alternative, ...], ...], demo: Portfolio
) -> None:
    options = {one.name: each for one, each in zip(demo.startups, in_demo, strict=True)}
    first, second = first_of(options, count=2)
    decided = {(first.startup, first.dependency_key)}
    assert first_of(options, count=1, decided=decided) == (second,)


def test_the_worst_startups_are_those_with_the_largest_losses() -> None:
    assert worst_of(list("abcd"), np.array([1.0, 3.0, 0.0, 2.0]), count=2) == ("b", "d")
    assert worst_of(["a", "c"], np.array([1.0, 0.0])) == ("a",)


def test_what_nobody_says_writes_text_is_not_offered_in_place_of_what_does(
    catalog: Catalog,
) -> None:
    assert not catalog.models["Nova 2 Sonic"].output_modalities
    (hers,) = HERS.use_cases[0].dependencies
    found = candidates(hers, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    offered = [one.model for one in found if one.model is not None]
    assert len({one.developer for one in offered}) >= 4
    assert all(one.output_modalities == {"text"} for one in offered)
