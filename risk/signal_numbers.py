"""How news of a provider is read, as numbers of the model: all of them judgement.

Part of :class:`risk.assumptions.Assumptions`. Each kind of fixtures/signals_kinds.csv has two: the
likelihood ratio, how many times as likely such news is before a wind-down as otherwise (below 1
it speaks against one), and the days after which it says half as much. docs/method.md §1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from risk.unknown_facts import number


def _ratio(default: float, news: str) -> Any:
    return number(default, "times as likely", 1e-3, 1e3, f"before a wind-down: {news}")


def _half_life(default: float, news: str) -> Any:
    return number(default, "days", 0.1, 3650, f"after which it says half as much: {news}")


@dataclass(frozen=True, kw_only=True)
class SignalNumbers:
    """How signals add up, then the likelihood ratio and the half-life of each kind."""

    signal_further_weight: float = number(
        0.5, "share", 0, 1, "what all but the strongest signal of a group count (ρ)"
    )
    signal_largest_ratio: float = number(
        1000, "times the odds", 1, 1e6, "all signals together move the odds by no more, either way"
    )
    signal_ratio_spread: float = number(
        0.5, "of the logarithm", 0, 3, "how unsure each likelihood ratio is taken to be"
    )

    signal_chief_executive_dismissed_ratio: float = _ratio(
        8, "the board dismisses the chief executive"
    )
    signal_chief_executive_dismissed_half_life: float = _half_life(
        30, "the board dismisses the chief executive"
    )
    signal_founder_or_chair_resigns_ratio: float = _ratio(
        3, "a founder or the chair of the board resigns"
    )
    signal_founder_or_chair_resigns_half_life: float = _half_life(
        30, "a founder or the chair of the board resigns"
    )
    signal_second_interim_chief_executive_ratio: float = _ratio(
        2, "a second interim chief executive within a week"
    )
    signal_second_interim_chief_executive_half_life: float = _half_life(
        30, "a second interim chief executive within a week"
    )
    signal_leadership_reinstated_ratio: float = _ratio(
        0.066667, "the chief executive returns or the board is replaced"
    )
    signal_leadership_reinstated_half_life: float = _half_life(
        90, "the chief executive returns or the board is replaced"
    )
    signal_staff_threaten_to_quit_ratio: float = _ratio(
        20, "nine tenths of the staff or more threaten to leave"
    )
    signal_staff_threaten_to_quit_half_life: float = _half_life(
        7, "nine tenths of the staff or more threaten to leave"
    )
    signal_staff_departures_confirmed_ratio: float = _ratio(
        30, "a quarter of the staff or more are confirmed to have left"
    )
    signal_staff_departures_confirmed_half_life: float = _half_life(
        90, "a quarter of the staff or more are confirmed to have left"
    )
    signal_research_leads_leave_ratio: float = _ratio(
        2.5, "two or more research leads leave within thirty days"
    )
    signal_research_leads_leave_half_life: float = _half_life(
        60, "two or more research leads leave within thirty days"
    )
    signal_runway_below_six_months_ratio: float = _ratio(6, "money for less than six months")
    signal_runway_below_six_months_half_life: float = _half_life(
        90, "money for less than six months"
    )
    signal_funding_round_failed_ratio: float = _ratio(4, "a funding round fails")
    signal_funding_round_failed_half_life: float = _half_life(90, "a funding round fails")
    signal_down_round_ratio: float = _ratio(2, "a funding round at a lower valuation")
    signal_down_round_half_life: float = _half_life(90, "a funding round at a lower valuation")
    signal_new_funding_secured_ratio: float = _ratio(0.25, "new money for twelve months or more")
    signal_new_funding_secured_half_life: float = _half_life(
        180, "new money for twelve months or more"
    )
    signal_regulator_suspension_ratio: float = _ratio(3, "a regulator suspends the service")
    signal_regulator_suspension_half_life: float = _half_life(
        60, "a regulator suspends the service"
    )
    signal_backer_commits_ratio: float = _ratio(0.5, "a main backer publicly commits to continuity")
    signal_backer_commits_half_life: float = _half_life(
        60, "a main backer publicly commits to continuity"
    )

    def likelihood_ratio(self, kind: str) -> float | None:
        """The likelihood ratio of a kind of signal; None: no kind has this name."""
        return getattr(self, f"signal_{kind}_ratio", None)

    def half_life_days(self, kind: str) -> float | None:
        """The days after which such a signal says half as much; None: no kind has this name."""
        return getattr(self, f"signal_{kind}_half_life", None)


def plausible_signals() -> Mapping[str, tuple[float, float]]:
    """Half to one and a half times each ratio's logarithm; half to double each half-life."""
    found: dict[str, tuple[float, float]] = {
        "signal_further_weight": (0.25, 0.8),
        "signal_largest_ratio": (100.0, 10_000.0),
        "signal_ratio_spread": (0.25, 1.0),
    }
    for one in fields(SignalNumbers):
        usual = float(getattr(SignalNumbers, one.name))
        if one.name.endswith("_half_life"):
            found[one.name] = (usual / 2, usual * 2)
        elif one.name not in found:
            low, high = sorted((usual**0.5, usual**1.5))
            found[one.name] = (float(f"{low:.3g}"), float(f"{high:.3g}"))
    return found
