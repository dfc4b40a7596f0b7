"""What a portfolio overrides moves the figures that rest on it, and in the right direction."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from risk.assumptions import DEFAULTS, Assumptions, override
from risk.hazard.learned_rates import learned_from_signals, with_learned
from risk.hazard.signals import Signal
from risk.inventory.records import Startup
from risk.loss.answer import BANDS, bands_of
from risk.loss.valuation import valuation_of
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.results import PortfolioAssessment, StartupAssessment
from risk.portfolio.sensitivity import sensitivity
from tests.hazard.test_failure_settings import WORLD
from tests.hazard.test_signals import FOLDER, load_signal_kinds
from tests.small_world import TODAY, dependency, portfolio, startup

AT = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)


def ash(**facts: object) -> Startup:
    return startup("Ash", dependency("a", "Beta", "Beta", model="nova-preview"), **facts)


def scored(one: Startup | None = None, **changes: float) -> PortfolioAssessment:
    return assess_portfolio(
        portfolio(one or ash()),
        catalog=WORLD,
        assumptions=override(DEFAULTS, changes),
        today=TODAY,
    )


def answer(one: Startup | None = None, **changes: float) -> StartupAssessment:
    return scored(one, **changes).startups[0]


def told(score: float, cash_out: float, **changes: float) -> tuple[str, bool]:
    """The band of a startup of which all is known, and whether cash lowered it."""
    one = (np.array([value]) for value in (score, 1.0, cash_out))
    band, lowered = bands_of(*one, override(DEFAULTS, changes))
    return BANDS[int(band[0])], bool(lowered[0])


@pytest.mark.parametrize(
    "name",
    [
        "price_shock_rate_multiple",
        "retirement_rate_multiple",
        "access_cut_rate_multiple",
        "acquisition_rate_multiple",
        "wind_down_rate_multiple",
        "regional_block_rate_multiple",
    ],
)
def test_14_more_falters_of_a_kind_cost_more(name: str) -> None:
    usual = scored().aal_usd
    assert scored(**{name: 0.5}).aal_usd < usual < scored(**{name: 2.0}).aal_usd


def test_7_a_longer_notice_of_retirement_costs_less() -> None:
    usual = scored().aal_usd
    longer = scored(retirement_notice_preview_days=60).aal_usd
    assert longer < usual < scored(retirement_notice_preview_days=0).aal_usd
    # The model is a preview: what others are promised does not matter to it.
    assert scored(retirement_notice_general_days=0).aal_usd == usual


@pytest.mark.parametrize(
    ("score", "changes", "band"),
    [
        (19.9, {}, "A"),
        (20.0, {}, "B"),
        (59.9, {}, "C"),
        (80.0, {}, "E"),
        (20.0, {"band_a_below": 25.0}, "A"),
        (59.9, {"band_b_below": 60.0}, "B"),
        (80.0, {"band_d_below": 90.0}, "D"),
    ],
)
def test_the_bands_end_where_the_portfolio_says(
    score: float, changes: dict[str, float], band: str
) -> None:
    assert told(score, float("nan"), **changes) == (band, False)


def test_a_startup_changes_its_band_and_nothing_else_with_the_limits() -> None:
    usual = answer()
    assert usual.band == "E"
    moved = answer(band_d_below=usual.score + 1)
    assert moved == replace(usual, band="D")


def test_limits_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="must rise, not 45, 40, 60, 80"):
        override(DEFAULTS, {"band_a_below": 45})


def test_the_limit_of_running_out_of_cash_lowers_the_band() -> None:
    assert told(10.0, 0.4) == ("A", False)
    assert told(10.0, 0.4, cash_out_limit=0.3) == ("D", True)
    # Cash for ten months: it will likelier than not run out within the year.
    poor = ash(cash_usd=1_000_000.0, monthly_burn_usd=100_000.0)
    assert scored(poor).cash_out.anyway == 1
    assert scored(poor, cash_out_limit=1.0).cash_out.anyway == 0


def placed(residency: str | None, **changes: float) -> StartupAssessment:
    one = startup("Ash", dependency("a", "Beta", "Beta", data_residency=residency))
    return answer(one, **changes)


def test_11_consent_of_regulated_customers_takes_its_days() -> None:
    # A new agreement 14 days, a review of where data lie 45, consent of customers 90.
    review, consent = placed("EU"), placed("EU; customers' consent")
    assert placed(None).days_to_switch < review.days_to_switch < consent.days_to_switch
    for said in ("regulated customers", "Zustimmung der Banken"):
        assert placed(said).days_to_switch == consent.days_to_switch
    quick = placed("EU, consent", customer_consent_days=20)
    assert quick.days_to_switch < review.days_to_switch
    assert quick.aal_usd < consent.aal_usd
    assert placed("EU", customer_consent_days=20).aal_usd == review.aal_usd


def heard_rate(**changes: float) -> float:
    """The rate of Beta's wind-down after two pieces of news of one group, 30 days ago."""
    assumptions = override(DEFAULTS, changes)
    news = [
        Signal(provider="Beta", kind=kind, at=AT)
        for kind in ("chief_executive_dismissed", "founder_or_chair_resigns")
    ]
    (found,) = learned_from_signals(
        WORLD,
        news,
        kinds=load_signal_kinds(FOLDER, assumptions),
        as_of=AT.replace(month=12),
        assumptions=assumptions,
    )
    return found.row.rate_per_year


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signal_chief_executive_dismissed_ratio", 16.0),
        ("signal_founder_or_chair_resigns_ratio", 6.0),
        ("signal_chief_executive_dismissed_half_life", 60.0),
        ("signal_further_weight", 1.0),
    ],
)
def test_30_signals_that_weigh_more_raise_the_rate(name: str, value: float) -> None:
    assert heard_rate(**{name: value}) > heard_rate()


def test_the_cap_holds_signals_down() -> None:
    assert heard_rate(signal_largest_ratio=2.0) < heard_rate()


def test_the_factor_on_wind_downs_counts_once_beside_signals() -> None:
    # The learned rate is multiplied like every other, so the factor is taken out of it: what is
    # left differs from the plain one only as odds differ from probabilities (P is about 8 %).
    assert heard_rate(wind_down_rate_multiple=2.0) == pytest.approx(heard_rate(), rel=0.05)


def test_the_tornado_moves_the_reading_of_signals_where_something_was_heard() -> None:
    def catalog_under(assumptions: Assumptions):
        news = [Signal(provider="Beta", kind="down_round", at=AT)]
        kinds = load_signal_kinds(FOLDER, assumptions)
        heard = learned_from_signals(WORLD, news, kinds=kinds, as_of=AT, assumptions=assumptions)
        return with_learned(WORLD, heard), {}

    laid_out = valuation_of(
        portfolio(ash()), catalog=catalog_under(DEFAULTS)[0], assumptions=DEFAULTS, today=TODAY
    )
    found = sensitivity(replace(laid_out, count=16), catalog_under=catalog_under)
    swings = {one.driver.name: one for one in found.swings}
    # From 2^.5 to 2^1.5 times as likely; nobody heard of a failed round.
    moved, still = (
        swings[f"signal_{news}_ratio"] for news in ("down_round", "funding_round_failed")
    )
    assert moved.at_low.aal_usd < found.as_it_is.aal_usd < moved.at_high.aal_usd
    assert still.at_low == still.at_high == found.as_it_is


def test_what_is_read_from_the_reference_facts_has_its_own_number_once() -> None:
    kinds = load_signal_kinds(FOLDER)
    names = {name for name in vars(DEFAULTS) if name.startswith("signal_")}
    made = {f"signal_{kind}_{what}" for kind in kinds for what in ("ratio", "half_life")}
    settings = {"signal_further_weight", "signal_largest_ratio", "signal_ratio_spread"}
    assert names == made | settings
