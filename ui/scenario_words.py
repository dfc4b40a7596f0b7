"""A scenario in words, as pages, reports and commands write it."""

from collections.abc import Sequence

from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.scenarios.results import Scenario, StressResult
from ui import wording

#: The parts of a loss in the order in which they are stacked, with their screen names.
PART_NAMES = {
    "interruption": "Interruption",
    "churn": "Churn",
    "quality": "Quality",
    "switching": "Switching",
    "price": "Price",
}


def settings_in_words(scenario: Scenario) -> Sequence[str]:
    """Return what is tested, one setting each: ``15 hours``, ``20 % of the service lost`` ..."""
    words = [wording.falter_of(scenario.root, scenario.kind)]
    if scenario.customer is not None:
        words.append(f"for {scenario.customer} alone")
    if scenario.kind is FalterKind.LEADERSHIP_CRISIS:
        return words  # It stops no service itself, so length and severity would mislead.
    if scenario.days is not None:
        words.append(f"lasts {wording.days(scenario.days)}")
    elif scenario.kind in PERMANENT_KINDS:
        words.append("for good")
    if scenario.severity is not None and scenario.kind not in PERMANENT_KINDS:
        words.append(f"{wording.percent(scenario.severity)} of the service lost")
    if scenario.price_multiple is not None:
        words.append(f"price × {scenario.price_multiple:g}")
    if scenario.notice_days:
        words.append(f"{wording.days(scenario.notice_days)} of notice")
    return words


def what_else(result: StressResult) -> str:
    """Say which kinds of disruption of the same root reach somebody where this one does not."""
    if not result.instead:
        return ""
    kinds = ", ".join(wording.falter(kind).lower() for kind in result.instead)
    return f"From {result.scenario.root}, what does reach this portfolio: {kinds}."
