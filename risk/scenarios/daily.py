"""The loss of a stress test taken apart by day."""

from math import ceil

import numpy as np

from risk.scenarios.results import StressResult


def daily_losses(result: StressResult) -> tuple[tuple[float, float], ...]:
    """(day, USD lost on that day), day 0 first; the amounts sum to the result's total.

    Day 0 holds what is lost at once, such as the decision to switch. A permanent falter is taken
    day by day as far as its path goes; what comes later stands in one sum at its last point.
    """
    if not result.by_day:
        return ()
    days = np.array([day for day, _ in result.by_day])
    reached = np.array([usd for _, usd in result.by_day])
    whole = days[:-1][days[:-1] == np.floor(days[:-1])]
    followed = int(whole.max()) if len(whole) > 1 else 0
    beyond = days[-1] - followed > 1
    ends = np.arange(1.0, followed + 1) if beyond else np.arange(1.0, max(1, ceil(days[-1])) + 1)
    cumulative = np.interp(np.append(ends, days[-1]) if beyond else ends, days, reached)
    lost = np.diff(cumulative, prepend=0.0)
    numbers = [*range(len(ends)), *([float(days[-1])] if beyond else [])]
    return tuple((float(day), float(usd)) for day, usd in zip(numbers, lost, strict=True))
