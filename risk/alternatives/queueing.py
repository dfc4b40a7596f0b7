"""Whose capacity an option needs when many must move at once, and what reserving it is worth.

docs/method.md §3, §6: capacity under contract is served first, then a provider's customers, then
those who come in the rush. The score assumes a queue (``queue_days``, none unless somebody changed
it); a reservation is worth what that queue would cost.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from risk.alternatives.ranking import extra_cost
from risk.alternatives.results import Alternative, Candidate, OptionClass
from risk.alternatives.variants import Setting, Variant, losses_of_case
from risk.catalog.falters import QUEUED_KINDS
from risk.catalog.records import SELF_HOSTED
from risk.exposure.numbers import CONTRACTED
from risk.hazard.market_queue import market_queue
from risk.hazard.patterns import EventPatterns
from risk.inventory.records import CapacityClass

#: A longer queue than this is no longer a queue.
LONGEST_QUEUE_DAYS = 365.0
STEPS = 12

MOVED = (OptionClass.OTHER_DEVELOPER, OptionClass.SELF_HOST)


def who_is_asked(one: Candidate) -> tuple[CapacityClass, str | None]:
    """In which class the work asks for capacity when today's developer ends, and whom.

    Work that was moved before is a customer where it runs; what one runs oneself asks nobody. An
    option that stays with the developer asks its fallback, or comes as a newcomer to whoever has
    room (None).
    """
    changed = one.changed
    if one.option_class in MOVED:
        moved_to = None if changed.host == SELF_HOSTED else changed.host
        return CapacityClass.CUSTOMER, moved_to
    fallback = changed.fallback_host or changed.fallback_developer
    if one.option_class is OptionClass.RESERVED:
        return CapacityClass.RESERVED, fallback
    if changed.fallback_capacity is not None:
        return changed.fallback_capacity, fallback
    contracted = changed.fallback in CONTRACTED and fallback is not None
    return (CapacityClass.CUSTOMER if contracted else CapacityClass.NEW), fallback


def losses_by_queue(
    today: Variant, use_case: str, events: tuple[EventPatterns, ...], setting: Setting
) -> Callable[[float], float]:
    """How much is lost a year by falters that make customers queue, by the days of the queue."""
    queued = tuple(each for each in events if each.event.kind in QUEUED_KINDS)

    @cache
    def staying(days: float) -> float:
        assumptions = replace(setting.assumptions, queue_days=days)
        found = losses_of_case(today, use_case, queued, assumptions)
        return sum(
            each.event.rate_per_year * float(each.expected_by_draw(each.loss.total).mean())
            for each in found
        )

    return staying


def worth_of_reserving(
    one: Alternative, stay: Alternative, staying: Callable[[float], float], setting: Setting
) -> Alternative:
    """The option, saying from which queue on a reservation pays against staying.

    ``staying`` is from :func:`losses_by_queue`.
    """
    if one.option_class is not OptionClass.RESERVED or one.excluded:
        return one
    known = setting.assumptions.queue_days
    saved = stay.residual_aal_usd - one.residual_aal_usd - staying(known)
    cost = extra_cost(one, stay, setting.assumptions)
    if saved + staying(LONGEST_QUEUE_DAYS) < cost:
        words = "Does not pay against staying, however long the queue for capacity"
    elif saved + staying(0.0) >= cost:
        words = "Pays against staying even without a queue for capacity"
    else:
        low, high = 0.0, LONGEST_QUEUE_DAYS
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if saved + staying(middle) >= cost else (middle, high)
        words = f"Pays against staying if the queue for capacity is longer than {high:,.0f} days"
    words += _market_says(stay.developer, setting)
    return replace(one, flips_if=words if one.flips_if is None else f"{one.flips_if}. {words}")


def _market_says(developer: str | None, setting: Setting) -> str:
    """How long customers would wait on average if this developer's services all ended at once."""
    services = setting.catalog.services.values()
    names = {one.name for one in services if one.developer == developer}
    shares = setting.catalog.market
    displaced = sum(shares[name].share for name in names if name in shares)
    if displaced <= 0:
        return ""
    queue = market_queue(displaced, setting.assumptions)
    days = queue.mean_wait_days(0.0, queue.demand)
    return f" (the market's queue after {developer}'s end: {days:,.0f} days on average)"
