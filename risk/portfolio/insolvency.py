"""A startup whose cash ends half-way through a simulated year because of falters.

docs/method.md §3, followed day by day. Cash falls by the planned burn; a falter takes what it
costs in cash on the day on which it begins, and what its lost customers brought in over the 365
days after it. On the day on which nothing is left the startup stops: what the rest of the year
would have earned is lost once, less what lost customers had already taken, and no later falter
costs anything. Later years are not counted, and no new money comes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.exposure.numbers import DAYS_PER_MONTH
from risk.portfolio.dependents import Dependent
from risk.portfolio.draws import DAYS_PER_YEAR

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What one startup's falters take, in the order of year and day. Arrays (falters,).

    ``usd`` is a falter's whole loss and ``churn_usd`` the part of it that goes with customers
    lost for good. ``daily_usd`` is the expected loss to falters too short to be listed.
    """

    years: Integers
    starts: Array
    usd: Array
    churn_usd: Array
    daily_usd: float


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The ``years`` in which the cash ends, and the ``days`` on which it does. Arrays (ends,).

    ``change_usd`` is what that adds to those years' losses: negative if the falters that it spares
    would have cost more.
    """

    years: Integers
    days: Array
    change_usd: Array


def ends_of_cash(dependent: Dependent, ledger: Ledger) -> Ends:
    """The years in which falters end the startup's cash.

    Only for a startup whose cash is known and, without any falter, lasts the year.
    """
    if not dependent.lasts_the_year or not len(ledger.years):
        return Ends(years=np.zeros(0, dtype=np.int64), days=np.zeros(0), change_usd=np.zeros(0))
    cash, burn = dependent.cash_usd or 0.0, dependent.burn_usd_per_month or 0.0
    daily = burn / DAYS_PER_MONTH + ledger.daily_usd
    years, starts, usd, churn = _by_year(ledger, cash - max(daily, 0.0) * DAYS_PER_YEAR)
    spent = usd - churn
    end = _first_day_without_cash(cash, daily, starts, spent, churn / DAYS_PER_YEAR)
    ended = end < DAYS_PER_YEAR
    starts, usd, churn, end = starts[ended], usd[ended], churn[ended], end[ended]
    before = starts <= end[:, None]
    left = DAYS_PER_YEAR - end
    gone = (churn * before).sum(axis=1) / DAYS_PER_YEAR
    earned = np.maximum(0.0, dependent.margin_usd_per_day - gone)
    spared = (usd * ~before).sum(axis=1) + ledger.daily_usd * left
    return Ends(years=years[ended], days=end, change_usd=left * earned - spared)


def _by_year(ledger: Ledger, least_cash: float) -> tuple[Integers, Array, Array, Array]:
    """Years whose falters could end the cash, and their falters (years, most in a year).

    A year with fewer is filled up with falters after its end that cost nothing.
    """
    years, place, count = np.unique(ledger.years, return_inverse=True, return_counts=True)
    near = np.bincount(place, weights=ledger.usd) >= least_cash
    order = np.arange(len(place)) - (np.cumsum(count) - count)[place]
    width = int(count[near].max(initial=0))
    row = np.cumsum(near) - 1
    kept = near[place]
    shape = (int(near.sum()), width)
    starts, usd, churn = np.full(shape, DAYS_PER_YEAR), np.zeros(shape), np.zeros(shape)
    at = row[place[kept]], order[kept]
    starts[at], usd[at], churn[at] = ledger.starts[kept], ledger.usd[kept], ledger.churn_usd[kept]
    return years[near], starts, usd, churn


def _first_day_without_cash(
    cash: float, daily: float, starts: Array, spent: Array, churned_daily: Array
) -> Array:
    """Day of the year (years,) on which cash reaches zero; infinite if it does not.

    Between falters it falls in a straight line.
    """
    level = np.full(len(starts), cash)
    slope = np.full(len(starts), daily)
    today = np.zeros(len(starts))
    end = np.full(len(starts), np.inf)
    for n in range(starts.shape[1] + 1):
        until = starts[:, n] if n < starts.shape[1] else np.full(len(starts), DAYS_PER_YEAR)
        runs_out = np.isinf(end) & (level <= slope * (until - today)) & (slope > 0)
        end[runs_out] = (today + level / np.where(slope > 0, slope, 1.0))[runs_out]
        if n < starts.shape[1]:
            level = level - slope * (until - today) - spent[:, n]
            slope = slope + churned_daily[:, n]
            today = until
            end[np.isinf(end) & (level <= 0)] = until[np.isinf(end) & (level <= 0)]
    return end
