"""How long the money lasts, and the chance that it runs out. docs/method.md §3.

Cash is a Brownian motion with drift -burn; the chance to reach zero is a first-passage
probability. New money is not modelled: results are to be labelled "without new money".
"""

from math import exp, sqrt

from scipy.special import log_ndtr

MONTHS_AHEAD = 12.0
DAYS_PER_MONTH = 365.0 / 12


def runway_months(cash_usd: float, burn_usd_per_month: float) -> float:
    """Months until the cash is gone at this net burn; infinite if nothing is burnt."""
    if cash_usd <= 0:
        return 0.0
    return cash_usd / burn_usd_per_month if burn_usd_per_month > 0 else float("inf")


def cash_out_probability(
    *,
    cash_usd: float,
    burn_usd_per_month: float,
    volatility_usd: float,
    months: float = MONTHS_AHEAD,
) -> float:
    """P(cash reaches zero within ``months``), with ``volatility_usd`` per √month.

    Φ((-C + B T)/(σ√T)) + e^{2 B C/σ²} Φ((-C - B T)/(σ√T)); the second term is taken in logs so
    that extreme arguments stay finite. With σ = 0 it is a step at the runway.
    """
    if cash_usd <= 0:
        return 1.0
    if volatility_usd <= 0:
        return float(runway_months(cash_usd, burn_usd_per_month) <= months)
    spread = volatility_usd * sqrt(months)
    drift = burn_usd_per_month * months
    first = log_ndtr((drift - cash_usd) / spread)
    second = log_ndtr((-cash_usd - drift) / spread)
    second += 2 * burn_usd_per_month * cash_usd / volatility_usd**2
    return float(min(1.0, _exp(first) + _exp(second)))


def _exp(value: float) -> float:
    return exp(min(0.0, value))
