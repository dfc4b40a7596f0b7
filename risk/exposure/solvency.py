"""Runway and the chance of running out of cash, before and after one event. docs/method.md §3."""

from risk.assumptions import Assumptions
from risk.exposure.event_losses import EventLoss
from risk.exposure.results import BeforeAfter
from risk.exposure.runway import cash_out_probability, runway_months
from risk.inventory.records import Startup

UNKNOWN = BeforeAfter(before=None, after=None)
#: A runway beyond this many months is stated as none: the company hardly burns money.
LONGEST_RUNWAY_MONTHS = 1e6


def money_after(
    startup: Startup, event: EventLoss | None, assumptions: Assumptions
) -> tuple[BeforeAfter, BeforeAfter]:
    """Runway in months and chance of running out of cash in 12, before and after ``event``.

    Both are unknown where cash or burn is. After the event C' = C - cash loss and B' = B + lost
    monthly margin, averaged over the ways in which the event reaches the startup; without new
    money. ``event`` None leaves everything as it is.
    """
    cash, burn = startup.cash_usd, startup.monthly_burn_usd
    if cash is None or burn is None:
        return UNKNOWN, UNKNOWN
    volatility = assumptions.burn_volatility * burn
    chance = cash_out_probability(cash_usd=cash, burn_usd_per_month=burn, volatility_usd=volatility)
    months = runway_months(cash, burn)
    later_months, later_chance = months, chance
    if event is not None:
        untouched = 1 - float(event.probability.sum())
        later_months, later_chance = untouched * min(months, 1e9), untouched * chance
        for probability, left, faster in _states_after(event, cash, burn):
            later_months += probability * min(runway_months(left, faster), 1e9)
            later_chance += probability * cash_out_probability(
                cash_usd=left, burn_usd_per_month=faster, volatility_usd=volatility
            )
    return (
        BeforeAfter(before=_stated(months), after=_stated(later_months)),
        BeforeAfter(before=chance, after=min(1.0, later_chance)),
    )


def _states_after(event: EventLoss, cash: float, burn: float) -> list[tuple[float, float, float]]:
    """Probability, cash left and new monthly burn in each state of being hit."""
    loss = event.loss
    spent = (loss.interruption + loss.quality + loss.switching + loss.price).mean(axis=1)
    lost_margin = loss.churn.mean(axis=1) / 12
    return [
        (
            float(probability),
            cash - float(spent[state] @ event.weights),
            burn + float(lost_margin[state] @ event.weights),
        )
        for state, probability in enumerate(event.probability)
    ]


def _stated(months: float) -> float | None:
    return months if months < LONGEST_RUNWAY_MONTHS else None
