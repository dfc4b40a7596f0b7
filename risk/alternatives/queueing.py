"""Whose capacity an option needs when many must move at once, and what reserving it is worth.

docs/method.md §3, §6: capacity under contract is served first, then a provider's customers, then
those who come in the rush. The score assumes a queue (``queue_days``, none unless somebody changed
it); a reservation is worth what that queue would cost.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.ranking import extra_cost
from risk.alternatives.results import Alternative, Candidate, OptionClass
from risk.alternatives.variants import Setting
from risk.catalog.records import SELF_HOSTED
from risk.hazard.market_queue import market_queue
from risk.inventory.exposed import CONTRACTED
from risk.inventory.records import CapacityClass

Array = NDArray[np.float64]

#: Queues at which the loss of staying is taken, in days beyond the assumed one; straight between.
#: A longer queue than the last is no longer a queue.
QUEUES = (0.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0)

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


def worth_of_reserving(
    one: Alternative, stay: Alternative, staying: Array, setting: Setting
) -> Alternative:
    """The option, saying from which queue on a reservation pays against staying.

    ``staying`` (queues,) is the expected loss of staying at each of :data:`QUEUES`.
    """
    known = setting.assumptions.queue_days
    cost = extra_cost(one, stay, setting.assumptions)
    worth = staying - one.residual_aal_usd - cost
    if worth[-1] < 0:
        words = "Does not pay against staying, however long the queue for capacity"
    elif worth[0] >= 0:
        words = (
            "Pays against staying even without a queue for capacity"
            if known <= 0
            else f"Pays against staying at the assumed queue of {known:,.0f} days"
        )
    else:
        after = int(np.argmax(worth >= 0))
        part = -worth[after - 1] / (worth[after] - worth[after - 1])
        days = known + QUEUES[after - 1] + part * (QUEUES[after] - QUEUES[after - 1])
        words = f"Pays against staying if the queue for capacity is longer than {days:,.0f} days"
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
