"""What a year can cost a portfolio, by the exact law or by simulated years: the same figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.exposure.event_losses import EventLoss
from risk.hazard.events import Event
from risk.portfolio.empirical import return_level
from risk.portfolio.results import ExceedancePoint, SimulationNote
from risk.portfolio.simulation import Simulation, simulate, tail_by, tail_parts
from risk.portfolio.tail import (
    RETURN_PERIODS,
    annual_measures,
    exceedance,
    portfolio_year,
    tail_shares,
)

Array = NDArray[np.float64]
TAIL_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class SimulatedYears:
    """How many years to draw, and with which seed."""

    years: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class YearFigures:
    """``measures`` are var95_usd, tvar95_usd, var99_usd and tvar99_usd; ``tail`` is by startup.

    ``aal_usd`` is the mean of simulated years; None for the exact law, where it is the startups'
    sum.
    """

    measures: Mapping[str, float]
    exceedance: tuple[ExceedancePoint, ...]
    tail: Mapping[str, float]
    aal_usd: float | None = None
    note: SimulationNote | None = None


def year_figures(
    losses: Mapping[str, tuple[EventLoss, ...]],
    events: Mapping[Event, Array],
    *,
    simulated: SimulatedYears | None,
    progress: Callable[[float], None] | None = None,
) -> YearFigures:
    """Figures of the year by the exact law, or of ``simulated`` years. ``progress`` hears 0..1."""
    if simulated is None:
        year = portfolio_year(losses, events)
        return YearFigures(
            measures=annual_measures(year), exceedance=exceedance(year), tail=tail_shares(year)
        )
    drawn = simulate(losses, events, years=simulated.years, seed=simulated.seed, progress=progress)
    tail = tail_by(tail_parts(drawn, level=TAIL_LEVEL), "startup")
    return YearFigures(
        measures={
            "var95_usd": drawn.var_usd(0.95),
            "tvar95_usd": drawn.tvar_usd(0.95),
            "var99_usd": drawn.var_usd(0.99),
            "tvar99_usd": drawn.tvar_usd(0.99),
        },
        exceedance=_exceedance(drawn),
        tail={name: tail.get(name, 0.0) for name in losses},
        aal_usd=drawn.aal_usd,
        note=_note(drawn),
    )


def _exceedance(drawn: Simulation) -> tuple[ExceedancePoint, ...]:
    """Only return periods that the number of years can speak of."""
    return tuple(
        ExceedancePoint(
            return_period_years=period,
            oep_usd=return_level(drawn.largest_losses, period),
            aep_usd=return_level(drawn.year_losses, period),
        )
        for period in RETURN_PERIODS
        if period <= drawn.years
    )


def _note(drawn: Simulation) -> SimulationNote:
    _, tail95 = drawn.spreads(0.95)
    _, tail99 = drawn.spreads(0.99)
    return SimulationNote(
        years=drawn.years,
        seed=drawn.seed,
        aal_standard_error_usd=drawn.aal_standard_error_usd if drawn.years > 1 else None,
        tvar95_low_usd=tail95.low,
        tvar95_high_usd=tail95.high,
        tvar99_low_usd=tail99.low,
        tvar99_high_usd=tail99.high,
    )
