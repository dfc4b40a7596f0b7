"""Rates and signals of a provider in the terminal."""

from typing import TYPE_CHECKING

from risk.hazard.signals import WindDown
from ui import wording
from ui.render.terminal import Document, printed, text
from ui.tables import rate, signal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.hazard import ProviderHazard


def hazard_document(hazard: "ProviderHazard") -> Document:
    """Return the provider's rates with their laws, and its wind-down with the waterfall."""
    return {
        "provider": hazard.provider,
        "as_of": hazard.as_of,
        "rates": [rate.row_of(one) for one in hazard.rates],
        "wind_down_90d": None if hazard.wind_down is None else _wind_down(hazard.wind_down),
    }


def _wind_down(after: WindDown) -> Document:
    return {
        "probability": after.probability,
        "low": after.low,
        "high": after.high,
        "probability_before_signals": after.probability_before,
        "rate_per_year": after.rate_per_year,
        "log_odds_before": after.log_odds_before,
        "log_odds_after": after.log_odds_after,
        "ln_units": after.evidence.ln_units,
        "verbal": after.evidence.verbal,
        "waterfall": [signal.line_of(one) for one in after.evidence.contributions],
    }


def hazard_tables(hazard: "ProviderHazard") -> list["RenderableType"]:
    """Return the rates, the waterfall and one sentence about the wind-down."""
    title = f"How {hazard.provider} fails, events a year"
    shown = [printed(title, rate.TERMINAL, rate.rows_of(hazard.rates))]
    after = hazard.wind_down
    if after is None:
        return [*shown, text("No rate of a wind-down is known for such a provider.")]
    if after.evidence.contributions:
        shown.append(_waterfall(after))
    chance = f"{_percent(after.probability)} ({_percent(after.low)} to "
    chance += f"{_percent(after.high)} with 80 % probability)"
    said = text(
        f"Wind-down within 90 days: {chance}; {_percent(after.probability_before)} before any "
        f"signal. {wording.sentence_case(after.evidence.verbal)}. Likelihood ratios are judgement; "
        "scores use today's figure unless signals_in_scores is 0."
    )
    return [*shown, said]


def _waterfall(after: WindDown) -> "RenderableType":
    """What was heard, between the odds before and after it."""
    lines = [
        {"label": "Before any signal", "ln_units": f"{after.log_odds_before:+.2f}"},
        *map(signal.line_of, after.evidence.contributions),
        {"label": "After all signals", "ln_units": f"{after.log_odds_after:+.2f}"},
    ]
    title = "What was heard, in ln units of the odds"
    return printed(title, signal.TERMINAL, lines, is_whole=lambda row: "counted" in row)


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"
