"""What pinned options use up before a plan has chosen anything, and the limit that they exceed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from risk.alternatives.planning.milp import PlanLimits

#: A limit counts as kept up to this share of it.
SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """A dependency that is left one option, which is not to stay; ``volume`` is the room it needs.

    USD of the first year, engineer weeks, and USD of spend a month at ``pool`` (None: nobody's).
    """

    startup: str
    first_year_usd: float
    weeks: float
    pool: str | None
    volume: float


def what_pins_exceed(
    pinned: Iterable[Pinned],
    limits: PlanLimits,
    *,
    weeks: Mapping[str, float],
    room: Mapping[str, float],
) -> str | None:
    """One sentence: the limit that pinned options alone exceed, and what would do; None: none.

    ``weeks`` by startup and ``room`` by pool are what there is.
    """
    held = tuple(pinned)
    spent = sum(one.first_year_usd for one in held)
    if limits.budget_usd is not None and spent > limits.budget_usd * (1 + SLACK) + 0.005:
        return (
            f"The pinned options cost ${spent:,.0f} in the first year, more than the budget of "
            f"${limits.budget_usd:,.0f}. Allow more, or pin less."
        )
    if limits.weeks:
        for name, needs in _sums((one.startup, one.weeks) for one in held).items():
            if needs > weeks.get(name, float("inf")) * (1 + SLACK):
                return (
                    f"The pinned options of {name} take {needs:,.1f} engineer weeks; its engineers "
                    f"can spare {weeks[name]:,.1f} in a quarter. Pin less of {name}."
                )
    if limits.room:
        asked = _sums((one.pool, one.volume) for one in held if one.pool is not None)
        for pool, needs in asked.items():
            if needs > room[pool] * (1 + SLACK):
                return (
                    f"The pinned options need room for ${needs:,.0f} of spend a month at {pool}; "
                    f"there is room for ${room[pool]:,.0f}. Pin less of it."
                )
    return None


def _sums(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, amount in pairs:
        found[name] = found.get(name, 0.0) + amount
    return found
