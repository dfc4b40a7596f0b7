"""The formulas of one line of business in one disruption: each of them here and nowhere else.

Plain functions of numbers, compiled into every loop that needs them. Times are in days, money in
USD, shares 0 to 1. ``numbers`` holds the judged numbers of one world at the places named here.
docs/method.md §3.
"""

from typing import Any

#: Places among the judged numbers of a world.
CRITICAL = 0  # five, by criticality
EFFORT = 5  # six, by depth
PLAN_WRITTEN, PLAN_TESTED = 11, 12
LIKE_SAME, LIKE_OTHER, LIKE_TUNED = 13, 14, 15
ENGINEERS_FREE, TEAM_EXPONENT = 16, 17
LEGAL = 18  # four, by what the law asks
EVALUATION, PACE = 22, 23
RECAPTURE, HORIZON, QUALITY = 24, 25, 26
WEEK_USD, EVALUATION_USD, TUNING_USD = 27, 28, 29
PRICE_DAYS, DEARER_MONTHS, STRANDED_MONTHS, RISE = 30, 31, 32, 33
OUTLIVING, FRESH_DAYS, VALID_DAYS = 34, 35, 36
LEAST_MARGIN, ON_TIME = 37, 38
#: How many there are.
NUMBERS = 39

DAYS_PER_MONTH = 365.0 / 12.0


def team(engineers: float, numbers: Any) -> float:
    """People as good as n = max(1, α · engineers)^0.7: adding people helps less and less."""
    people = max(1.0, numbers[ENGINEERS_FREE] * engineers)
    return people ** numbers[TEAM_EXPONENT]  # type: ignore[no-any-return] # a number


def alike_by(level: float, factor: float) -> float:
    """How alike a replacement is, k times as unlike as a typical one: 1 - (1 - level) · k."""
    if factor == 1.0:
        return level
    return max(0.0, 1.0 - (1.0 - level) * factor)


def effort_weeks(base: float, alike: float, plan: float) -> float:
    """E = E_base · (2 - s) · x_exit, in engineer weeks."""
    return base * (2.0 - alike) * plan


def switch_days(effort: float, people: float, legal: float, numbers: Any) -> float:
    """T = max(7 E / n, legal days) + evaluation, at the world's pace."""
    days = max(7.0 * effort / people, legal) + numbers[EVALUATION]
    return numbers[PACE] * days  # type: ignore[no-any-return] # a number


def worn(age: float, numbers: Any) -> float:
    """Share of a test's worth that its age has taken: none while fresh, all once it is too old."""
    fresh = min(numbers[FRESH_DAYS], numbers[VALID_DAYS])
    if age <= fresh:
        return 0.0
    if numbers[VALID_DAYS] <= fresh:
        return 1.0
    return float(min(1.0, (age - fresh) / (numbers[VALID_DAYS] - fresh)))


def lost_service(
    days: float, severity: float, effective: float, buffer: float, failover: float
) -> float:
    """U = φ [min(τ, T⁺) + (1 - η_eff) max(0, T⁺ - τ)] with T⁺ = max(0, days - buffer)."""
    felt = max(0.0, days - buffer)
    return severity * (min(felt, failover) + (1.0 - effective) * max(0.0, felt - failover))


def churned(days: float, churn: Any) -> float:
    """The churn curve at ``days`` lost: straight between its 32 knots, flat beyond the last.

    ``churn`` (3, 32) holds the knots, the shares lost at each, and the slope from each on.
    """
    low = 16 if churn[0, 16] <= days else 0
    if churn[0, low + 8] <= days:
        low += 8
    if churn[0, low + 4] <= days:
        low += 4
    if churn[0, low + 2] <= days:
        low += 2
    if churn[0, low + 1] <= days:
        low += 1
    return churn[1, low] + (days - churn[0, low]) * churn[2, low]  # type: ignore[no-any-return] # a number


def business_days(lost: float, kept: float, quality: float, numbers: Any, churn: Any) -> float:
    """What an interruption costs in days of margin: U·kept + χ(U)·H + quality, at most H."""
    whole = lost * kept + churned(lost, churn) * numbers[HORIZON] + quality
    return float(min(whole, numbers[HORIZON]))


def price_loss(stay: float, move: float) -> float:
    """A price shock: pay the dearer price, or pay it until one has moved and the move."""
    return min(stay, move)


#: What every loop that values calls.
STEPS = (
    *(team, alike_by, effort_weeks, switch_days, worn, lost_service, churned, business_days),
    price_loss,
)
