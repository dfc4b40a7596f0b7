"""What adding events up leaves out, and how much it matters: overlaps and startups that end.

The exact law, and simulated years as they are drawn, add every event's loss as if it met a whole
startup. Here the long falters of each simulated year are put on a calendar (start days drawn from
streams of their own, so that the years stay the same years) and each startup is followed through
it: :mod:`risk.portfolio.overlaps`, :mod:`risk.portfolio.insolvency`. The difference is taken year
by year, so its standard error is that of a paired comparison.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.hazard.durations import DURATION_GRID
from risk.portfolio.dependents import Dependent
from risk.portfolio.draws import start_days
from risk.portfolio.empirical import (
    paired_errors,
    standard_error_of_mean,
    tail_value_at_risk,
    value_at_risk,
)
from risk.portfolio.event_table import EventTable, read_curves
from risk.portfolio.insolvency import Ledger, ends_of_cash
from risk.portfolio.overlaps import Falters, charges
from risk.portfolio.simulation import BLOCK, Simulation
from risk.portfolio.startup_ways import (
    LONG_DAYS,
    StartupWays,
    hits_by_startup,
    startup_ways,
)

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

LEVEL = 0.99
NO_YEARS: Integers = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A figure with events added up, and by how much following the startups changes it, in USD."""

    additive_usd: float
    change_usd: float
    standard_error_usd: float

    @property
    def share(self) -> float | None:
        """The change as a share of the additive figure; None where that is zero."""
        return self.change_usd / self.additive_usd if self.additive_usd else None


@dataclass(frozen=True, kw_only=True)
class InteractionEffect:
    """How much overlaps and insolvency within a year change the additive answer.

    ``overlaps_usd`` and ``insolvency_usd`` are their parts of the change of the expected loss.
    ``insolvencies_per_year`` is the expected number of startups whose cash falters end within a
    year. ``not_followed`` startups have no known cash, or plan to run out of it within the year:
    their insolvency is not examined.
    """

    years: int
    seed: int
    aal: Change
    var99: Change
    tvar99: Change
    overlaps_usd: float
    insolvency_usd: float
    insolvencies_per_year: float
    not_followed: int


@dataclass(frozen=True, kw_only=True)
class YearChanges:
    """What following the startups adds to each year's loss, (years,) in USD, by cause.

    ``ended`` (years,) counts the startups whose cash ended.
    """

    overlaps: Array
    insolvency: Array
    ended: Integers


@dataclass(frozen=True, kw_only=True)
class _LongFalters:
    """Long occurrences of one event in one block of years. Arrays (falters,)."""

    years: Integers
    starts: Array
    patterns: Integers
    days: Array


def interaction_effect(
    simulation: Simulation,
    dependents: Mapping[str, Dependent],
    *,
    progress: Callable[[float], None] | None = None,
) -> InteractionEffect:
    """Compare the simulated years with the same years followed startup by startup.

    Args:
        simulation: years with events added up.
        dependents: facts of each startup; one without any is left as it is.
        progress: hears the share done, 0 to 1.
    """
    changes = year_changes(simulation, dependents, progress=progress)
    before = simulation.year_losses
    after = before + changes.overlaps + changes.insolvency
    var_error, tvar_error = paired_errors(before, after, LEVEL, seed=simulation.seed)
    return InteractionEffect(
        years=simulation.years,
        seed=simulation.seed,
        aal=_change(
            float(before.mean()), float(after.mean()), standard_error_of_mean(after - before)
        ),
        var99=_change(value_at_risk(before, LEVEL), value_at_risk(after, LEVEL), var_error),
        tvar99=_change(
            tail_value_at_risk(before, LEVEL), tail_value_at_risk(after, LEVEL), tvar_error
        ),
        overlaps_usd=float(changes.overlaps.mean()),
        insolvency_usd=float(changes.insolvency.mean()),
        insolvencies_per_year=float(changes.ended.mean()),
        not_followed=sum(not one.lasts_the_year for one in dependents.values()),
    )


def year_changes(
    simulation: Simulation,
    dependents: Mapping[str, Dependent],
    *,
    progress: Callable[[float], None] | None = None,
) -> YearChanges:
    """The same year by year."""
    tables = simulation.tables
    followed = [
        (dependents[name], startup_ways(dependents[name], hits, tables))
        for name, hits in hits_by_startup(tables).items()
        if name in dependents
    ]
    found = YearChanges(
        overlaps=np.zeros(simulation.years),
        insolvency=np.zeros(simulation.years),
        ended=np.zeros(simulation.years, dtype=np.int64),
    )
    blocks = range(-(-simulation.years // BLOCK))
    for block in blocks:
        long = [_long_falters(simulation, table, block) for table in tables]
        part = slice(block * BLOCK, (block + 1) * BLOCK)
        for dependent, ways in followed:
            _follow(
                dependent,
                ways,
                _falters_of(ways, long),
                YearChanges(
                    overlaps=found.overlaps[part],
                    insolvency=found.insolvency[part],
                    ended=found.ended[part],
                ),
            )
        if progress:
            progress((block + 1) / len(blocks))
    return found


def _follow(dependent: Dependent, ways: StartupWays, falters: Falters, found: YearChanges) -> None:
    """Add one startup's changes in one block of years to ``found``."""
    years = len(found.overlaps)
    charged = charges(ways, falters, years=years)
    np.add.at(found.overlaps, falters.years, charged.together - charged.additive)
    found.overlaps[:] -= charged.relief
    # Customers lost for good shrink or grow with the whole of a falter's loss.
    churn = read_curves(ways.churn, DURATION_GRID, falters.ways, falters.days)
    part = charged.together / np.where(charged.additive > 0, charged.additive, 1.0)
    ledger = Ledger(
        years=falters.years,
        starts=falters.starts,
        usd=charged.together,
        churn_usd=churn * part,
        daily_usd=ways.short_usd_per_day,
    )
    ends = ends_of_cash(dependent, ledger)
    found.insolvency[ends.years] += ends.change_usd
    found.ended[ends.years] += 1


def _long_falters(simulation: Simulation, table: EventTable, block: int) -> _LongFalters:
    """The occurrences of one block that last LONG_DAYS or for good, with their start days."""
    starts = start_days(table.event, seed=simulation.seed, block=block, size=BLOCK)
    found = []
    for one, days in zip(simulation.occurrences_in(table, block), starts, strict=False):
        long = one.days >= LONG_DAYS
        # A published date is announced already when the year begins.
        begins = days[one.years[long]] * (not table.event.dated)
        found.append((one.years[long], begins, one.patterns[long], one.days[long]))
    if not found:
        found.append((NO_YEARS, np.zeros(0), NO_YEARS, np.zeros(0)))
    years, begins, patterns, lengths = (np.concatenate(one) for one in zip(*found, strict=True))
    return _LongFalters(years=years, starts=begins, patterns=patterns, days=lengths)


def _falters_of(ways: StartupWays, long: Sequence[_LongFalters]) -> Falters:
    """The long falters that cost one startup something, in the order of year and day."""
    events = [(long[place], first + state_of) for place, first, state_of in ways.hits]
    way = np.concatenate([way_of[one.patterns] for one, way_of in events])
    costs = ways.total[way, -1] > 0
    years = np.concatenate([one.years for one, _ in events])[costs]
    starts = np.concatenate([one.starts for one, _ in events])[costs]
    days = np.concatenate([one.days for one, _ in events])[costs]
    order = np.lexsort((starts, years))
    return Falters(
        years=years[order], starts=starts[order], ways=way[costs][order], days=days[order]
    )


def _change(before: float, after: float, error: float) -> Change:
    return Change(additive_usd=before, change_usd=after - before, standard_error_usd=error)
