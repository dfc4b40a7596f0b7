"""End of a startup's lead developer: what it would lose, how long it is down, what cash is left.

The stress test of that wind-down, of this startup alone, with how likely it is within a year.
"""

from dataclasses import dataclass
from math import exp

import numpy as np

from risk.catalog.failure_kinds import FailureKind
from risk.loss.valuation import Valuation
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of
from risk.scenarios.event import UnknownRoot
from risk.scenarios.results import Scenario, StressedStartup
from risk.scenarios.stress import stressed_alone


@dataclass(frozen=True, kw_only=True)
class LeadEnd:
    """What the wind-down of ``developer``, so often a year, would do to a startup today."""

    developer: str
    rate_per_year: float
    hit: StressedStartup

    @property
    def chance(self) -> float:
        """The probability of it within a year."""
        return 1 - exp(-self.rate_per_year)


def end_of(developer: str) -> Scenario:
    """The wind-down of a developer as a stress test."""
    return Scenario(id="own", title="", root=developer, kind=FailureKind.WIND_DOWN)


def lead_end(valuation: Valuation, whole: PortfolioAssessment, startup: str) -> LeadEnd | None:
    """What the end of its lead developer would do to a startup; None: it has none, or no harm.

    ``whole`` is the answer about the portfolio that ``valuation`` lays out, row by row.
    """
    row = valuation.members.place[startup]
    developer = whole.startups[row].lead_developer
    if developer is None:
        return None
    try:
        hit = stressed_alone(valuation, startup, end_of(developer))
    except UnknownRoot:  # Nobody named the developer.
        return None
    if hit is None:
        return None
    table, place = assessed_of(whole).table, list(FailureKind).index(FailureKind.WIND_DOWN)
    ends = np.array([root == developer for root in table.roots]) & (table.kinds == place)
    return LeadEnd(developer=developer, rate_per_year=float(table.rates[ends].sum()), hit=hit)
