"""Simulated years on the same events as the exact law: the independent check, and its tables.

Years are drawn in blocks. Every (event, block) has random streams of its own, one each for how
often, for how long and in which pattern. Counts come from one uniform number a year through the
inverse of the Poisson law, and the k-th occurrence of a year has a number of its own, so that a
higher rate adds occurrences and changes none (common random numbers, docs/method.md §5).
Nothing is kept but one loss a year: who carries the tail is found by drawing the same numbers
again, once the tail is known.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.exposure.event_losses import EventLoss
from risk.hazard.events import Event
from risk.portfolio.draws import Occurrences, occurrences
from risk.portfolio.empirical import (
    Spread,
    resampled,
    standard_error_of_mean,
    tail_value_at_risk,
    tail_weights,
    value_at_risk,
)
from risk.portfolio.event_table import EventTable, event_tables
from risk.portfolio.yearly_counts import market_years

Array = NDArray[np.float64]
Progress = Callable[[float], None]

#: Years drawn together; part of the definition of the streams, so never a setting.
BLOCK = 10_000
DEFAULT_YEARS = 50_000
PART_COLUMNS = ("startup", "dependency_key", "root", "kind")


@dataclass(frozen=True)
class Simulation:
    """Simulated years and what they rest on.

    ``year_losses`` and ``largest_losses`` (years,) hold a year's sum and its largest single event
    in USD. ``tables`` are the events behind them, ``frailty_variance`` the spread of good and bad
    years of the whole market.
    """

    years: int
    seed: int
    tables: tuple[EventTable, ...]
    year_losses: Array
    largest_losses: Array
    frailty_variance: float = 0.0

    @cached_property
    def market(self) -> Array | None:
        """Each year's factor on the rates of outages and slowdowns, (years,); None if it is 1."""
        return market_years(
            frailty_variance=self.frailty_variance, seed=self.seed, size=BLOCK, years=self.years
        )

    def occurrences(self, table: EventTable) -> Iterable[tuple[int, Iterable[Occurrences]]]:
        """One event's occurrences, drawn again: block by block, with the block's first year."""
        for block, start in enumerate(range(0, self.years, BLOCK)):
            yield start, self.occurrences_in(table, block)

    def occurrences_in(self, table: EventTable, block: int) -> Iterable[Occurrences]:
        """The same in one block of years, counted from the block's first."""
        start = block * BLOCK
        return occurrences(
            table.event,
            table.probability,
            None if self.market is None else self.market[start : start + BLOCK],
            seed=self.seed,
            block=block,
            size=BLOCK,
            years=min(BLOCK, self.years - start),
        )

    @property
    def aal_usd(self) -> float:
        """Mean of the simulated years."""
        return float(self.year_losses.mean())

    @property
    def aal_standard_error_usd(self) -> float:
        """Standard error of that mean."""
        return standard_error_of_mean(self.year_losses)

    def var_usd(self, level: float) -> float:
        """Value at risk of the simulated years."""
        return value_at_risk(self.year_losses, level)

    def tvar_usd(self, level: float) -> float:
        """Tail value at risk of the simulated years."""
        return tail_value_at_risk(self.year_losses, level)

    def spreads(self, level: float) -> tuple[Spread, Spread]:
        """How far value at risk and tail value at risk could be off."""
        return resampled(self.year_losses, level, seed=self.seed)

    @cached_property
    def event_loss_table(self) -> pd.DataFrame:
        """One row an event: id, root, kind, level, rate, mean loss and its standard deviation.

        The two are of the loss given that the event happens, over patterns and durations.
        ``limited_to`` names the startup or country that alone is hit.
        """
        rows = [one.row() for one in self.tables]
        return pd.DataFrame(rows, columns=EventTable.COLUMNS)

    @cached_property
    def event_part_table(self) -> pd.DataFrame:
        """One row an event, startup and dependency: mean loss in USD given that it happens."""
        rows = [row for one in self.tables for row in one.part_rows()]
        return pd.DataFrame(rows, columns=EventTable.PART_COLUMNS)

    @cached_property
    def year_loss_table(self) -> pd.DataFrame:
        """One row a year: year, loss_usd (its sum) and largest_usd (its largest event)."""
        return pd.DataFrame(
            {
                "year": np.arange(1, self.years + 1),
                "loss_usd": self.year_losses,
                "largest_usd": self.largest_losses,
            }
        )


def simulate(
    losses: Mapping[str, tuple[EventLoss, ...]] | Iterable[tuple[str, tuple[EventLoss, ...]]],
    events: Mapping[Event, Array],
    *,
    years: int = DEFAULT_YEARS,
    seed: int = 0,
    frailty_variance: float = 0.0,
    progress: Progress | None = None,
) -> Simulation:
    """Draw ``years`` years of the whole portfolio.

    Args:
        losses: event losses by startup; an iterable of pairs is read once, so that no more than
            one startup's losses need be in memory beside its mean curves.
        events: for each event the probability of each of its patterns, (patterns,).
        years: at least one.
        seed: the same seed gives the same years, byte for byte.
        frailty_variance: θ, how much good and bad years of the whole market vary (§5).
        progress: hears the share done, 0 to 1.

    Raises:
        ValueError: ``years`` is less than one, ``seed`` or ``frailty_variance`` negative.
    """
    if years < 1:
        raise ValueError(f"A simulation needs at least one year, not {years}.")
    if seed < 0:
        raise ValueError(f"A seed is a whole number from 0 upwards, not {seed}.")
    tables = event_tables(losses, events)
    total, largest = np.zeros(years), np.zeros(years)
    drawn = Simulation(years, seed, tables, total, largest, frailty_variance)
    for done, table in enumerate(tables, start=1):
        for start, hits in drawn.occurrences(table):
            for one in hits:
                place = one.years + start
                loss = table.loss_at(one.patterns, one.days)
                total[place] += loss
                largest[place] = np.maximum(largest[place], loss)
        if progress:
            progress(done / len(tables))
    return drawn


def tail_parts(simulation: Simulation, *, level: float) -> pd.DataFrame:
    """Who carries the tail: startup, dependency_key, root, kind and their part in USD.

    Euler contributions (Tasche 1999): the mean over tail years of each part, with the weights of
    the tail value at risk, so that any grouping of the rows sums to it exactly.
    """
    weights = tail_weights(simulation.year_losses, level)
    rows: list[tuple[str, str, str, str, float]] = []
    for table in simulation.tables:
        measure = np.zeros_like(table.total)
        for start, hits in simulation.occurrences(table):
            for one in hits:
                weight = weights[one.years + start]
                heavy = weight > 0
                if heavy.any():
                    table.deposit(measure, one.patterns[heavy], one.days[heavy], weight[heavy])
        event = table.event
        for (startup, key), part in table.parts_of(measure).items():
            rows.append((startup, key, event.root, str(event.kind), part))
    frame = pd.DataFrame(rows, columns=[*PART_COLUMNS, "tail_usd"])
    return frame.groupby(list(PART_COLUMNS))["tail_usd"].sum().reset_index()


def tail_by(parts: pd.DataFrame, column: str) -> dict[str, float]:
    """Sum the tail's parts by ``startup``, ``dependency_key``, ``root`` or ``kind``, in USD."""
    sums = parts.groupby(column)["tail_usd"].sum().sort_values(ascending=False)
    return {str(name): float(value) for name, value in sums.items()}
