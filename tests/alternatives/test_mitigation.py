"""What an option is worth, done by hand."""

from dataclasses import replace

import pytest

from risk.alternatives.mitigation import mitigation_value
from risk.alternatives.options import alternatives_for
from risk.alternatives.results import Alternative, OptionClass
from risk.assumptions import DEFAULTS, override
from risk.catalog.falters import FalterKind
from tests.small_world import TODAY, dependency, portfolio, rate, small_catalog, startup

STAY = Alternative(
    use_case="assistant",
    dependency_key="d",
    option="Stay as today",
    option_class=OptionClass.STAY,
    developer="Alpha",
    host="Alpha",
    model=None,
    excluded=(),
    ask=(),
    covers={},
    down_together={},
    weeks=0.0,
    one_off_usd=0.0,
    run_usd_per_year=20_000.0,
    residual_aal_usd=50_000.0,
    residual_tvar95_usd=400_000.0,
    pareto=True,
    recommended=False,
    flips_if=None,
)
MOVE = replace(
    STAY,
    option="beta-1 at Beta",
    option_class=OptionClass.OTHER_DEVELOPER,
    one_off_usd=30_000.0,
    run_usd_per_year=26_000.0,
    residual_aal_usd=10_000.0,
    residual_tvar95_usd=100_000.0,
)


def test_an_option_is_worth_the_loss_it_removes_and_the_capital_it_frees() -> None:
    # Removed: 40,000 a year and 300,000 of tail. Cost: 30,000 over 3 years + 6,000 = 16,000.
    # Value 40,000 + 6 % · 300,000 = 58,000; 58/16 = 3.625 per dollar; ROSI (40 - 16)/16 = 1.5.
    found = mitigation_value(STAY, MOVE, DEFAULTS)
    assert found is not None
    assert (found.aal_removed_usd, found.tvar95_removed_usd) == (40_000, 300_000)
    assert found.cost_usd == pytest.approx(16_000)
    assert found.value_usd == pytest.approx(58_000)
    assert found.value_per_usd == pytest.approx(3.625)
    assert found.rosi == pytest.approx(1.5)


def test_a_lower_bill_pays_for_nothing_else() -> None:
    # Running it is 5,000 cheaper: the cost is the 10,000 of the one-off part alone.
    found = mitigation_value(STAY, replace(MOVE, run_usd_per_year=15_000.0), DEFAULTS)
    assert found is not None
    assert found.cost_usd == pytest.approx(10_000)


def test_staying_is_worth_nothing_and_costs_nothing() -> None:
    found = mitigation_value(STAY, STAY, DEFAULTS)
    assert found is not None
    assert (found.value_usd, found.cost_usd, found.rosi) == (0, 0, None)


def test_without_a_price_there_is_no_value() -> None:
    assert mitigation_value(STAY, replace(MOVE, run_usd_per_year=None), DEFAULTS) is None


def test_options_for_different_dependencies_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same dependency"):
        mitigation_value(STAY, replace(MOVE, dependency_key="other"), DEFAULTS)


def test_twice_the_rates_double_what_every_option_removes() -> None:
    # Both runs use the same events and draws, so the difference scales with the rates exactly.
    world = small_catalog(
        rates=(
            rate("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14),
            rate("Beta", FalterKind.WIND_DOWN, 0.02, notice_days=14),
        )
    )
    held = portfolio(startup("Direct", dependency("d", "Alpha", "Alpha")))

    def removed(multiple: float) -> list[float]:
        assumptions = override(DEFAULTS, {"rate_multiple": multiple})
        options = alternatives_for(
            held, "Direct", catalog=world, assumptions=assumptions, today=TODAY
        )
        values = [mitigation_value(options[0], one, assumptions) for one in options]
        return [one.aal_removed_usd for one in values if one]

    once, twice = removed(1), removed(2)
    assert max(once) > 0
    assert twice == pytest.approx([2 * one for one in once])
