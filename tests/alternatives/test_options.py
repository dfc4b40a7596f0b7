"""Options are scored by the same model and cover what the links let them cover."""

import pytest

from risk.alternatives.actions import do_first
from risk.alternatives.candidates import candidates
from risk.alternatives.options import StartupNotFound, alternatives_for
from risk.alternatives.results import Alternative, OptionClass
from risk.assumptions import DEFAULTS
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.inventory.records import Depth, Portfolio
from risk.portfolio.assessment import assess_portfolio
from tests.small_world import TODAY, dependency, portfolio, startup

#: A startup on OpenAI's own API, with a model that other hosts offer too.
HERS = startup(
    "Hers",
    dependency("h", "OpenAI", "OpenAI", model="GPT-4.1", spend_usd_per_month=5_000.0),
    country="US",
)


@pytest.fixture(scope="module")
def options(catalog: Catalog) -> tuple[Alternative, ...]:
    return alternatives_for(
        portfolio(HERS), "Hers", catalog=catalog, assumptions=DEFAULTS, today=TODAY
    )


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
    assert azure.covers[FalterKind.OUTAGE] > 0.8
    assert azure.covers[FalterKind.ACCESS_CUT] == 1
    assert azure.covers[FalterKind.WIND_DOWN] == 0
    # The weights may run on for a while: that is probability, not cover. It is 0.2 at once and
    # 0.5 with long notice, which comes in one case of six: 5/6 · 0.2 + 1/6 · 0.5 = 0.25.
    assert azure.down_together[FalterKind.WIND_DOWN] == pytest.approx(0.25)
    assert azure.covers[FalterKind.MODEL_RETIREMENT] == 0


def test_another_model_of_the_same_developer_covers_its_retirement_only(
    options: tuple[Alternative, ...],
) -> None:
    (other,) = of_class(options, OptionClass.OTHER_MODEL)
    assert other.covers[FalterKind.MODEL_RETIREMENT] == 1
    assert other.covers[FalterKind.WIND_DOWN] == 0
    assert other.covers[FalterKind.OUTAGE] == 0


def test_another_developer_covers_the_first_ones_end(options: tuple[Alternative, ...]) -> None:
    for one in of_class(options, OptionClass.OTHER_DEVELOPER):
        assert one.developer != "OpenAI"
        assert one.covers[FalterKind.WIND_DOWN] == 1


def test_staying_covers_nothing_and_costs_nothing_more(options: tuple[Alternative, ...]) -> None:
    (stay,) = of_class(options, OptionClass.STAY)
    assert set(stay.covers.values()) == {0.0}
    assert (stay.weeks, stay.one_off_usd) == (0, 0)
    assert stay.run_usd_per_year == pytest.approx(60_000)  # 5,000 a month


def test_staying_scores_as_the_portfolio_scores_it(
    options: tuple[Alternative, ...], catalog: Catalog
) -> None:
    result = assess_portfolio(portfolio(HERS), catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    (stay,) = of_class(options, OptionClass.STAY)
    # The option's event list also holds what could hit the other options, never this endpoint.
    assert stay.residual_aal_usd == pytest.approx(result.aal_usd, rel=1e-9)


def test_a_warm_fallback_behind_a_gateway_cuts_the_loss(
    options: tuple[Alternative, ...],
) -> None:
    (stay,) = of_class(options, OptionClass.STAY)
    (gateway,) = of_class(options, OptionClass.GATEWAY)
    assert gateway.residual_aal_usd < 0.5 * stay.residual_aal_usd
    assert gateway.one_off_usd == pytest.approx(2 * 4_000 + 2_000)  # two weeks and an evaluation


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
    found = alternatives_for(
        portfolio(agent), "Agent", catalog=catalog, assumptions=DEFAULTS, today=TODAY
    )
    for one in found:
        model = catalog.models.get(one.model or "")
        if one.option_class is OptionClass.OTHER_DEVELOPER and model and model.tool_call is False:
            assert "no tool calling" in one.excluded


def test_data_that_must_stay_put_is_a_question_not_a_pass(catalog: Catalog) -> None:
    european = startup(
        "EU", dependency("e", "OpenAI", "OpenAI", model="GPT-4.1", data_residency="EU")
    )
    found = alternatives_for(
        portfolio(european), "EU", catalog=catalog, assumptions=DEFAULTS, today=TODAY
    )
    moved = [one for one in found if one.option_class is OptionClass.OTHER_DEVELOPER]
    assert moved
    assert all("whether data stays in EU" in one.ask for one in moved)


def test_unknown_names_are_answered_with_a_sentence(catalog: Catalog) -> None:
    with pytest.raises(StartupNotFound, match="no startup called 'Nobody'"):
        alternatives_for(
            portfolio(HERS), "Nobody", catalog=catalog, assumptions=DEFAULTS, today=TODAY
        )
    with pytest.raises(StartupNotFound, match="no use case called 'x'"):
        alternatives_for(
            portfolio(HERS),
            "Hers",
            use_case="x",
            catalog=catalog,
            assumptions=DEFAULTS,
            today=TODAY,
        )


def test_what_to_do_first_removes_risk_in_the_demo(catalog: Catalog, demo: Portfolio) -> None:
    result = assess_portfolio(demo, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    actions = do_first(demo, result, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    assert 1 <= len(actions) <= 5
    assert all(one.aal_removed_usd > 0 for one in actions)


def test_what_nobody_says_writes_text_is_not_offered_in_place_of_what_does(
    catalog: Catalog,
) -> None:
    assert not catalog.models["Nova 2 Sonic"].output_modalities
    (hers,) = HERS.use_cases[0].dependencies
    found = candidates(hers, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    offered = [one.model for one in found if one.model is not None]
    assert len({one.developer for one in offered}) >= 4
    assert all(one.output_modalities == {"text"} for one in offered)
