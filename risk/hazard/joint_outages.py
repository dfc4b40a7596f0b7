"""Outages of several providers at once, for reasons that the map of the supply chain misses.

Of two providers with λ_A and λ_B outages of one level a year, β·min(λ_A, λ_B) take both
(β-factor, Fleming 1975), and every provider keeps its rate. For more than two the one way that
gives every pair this rate and needs no more than it: with λ_1 ≤ … ≤ λ_n, an outage of i, …, n at
once comes β(λ_i - λ_(i-1)) times a year. It is the most cautious of those with these pairs: what
takes a rare falterer takes all who falter more often. docs/method.md §1.6.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from risk.catalog.falters import SERVICE_KINDS
from risk.hazard.durations import Duration
from risk.hazard.events import SEVERAL, Event

#: Rates that differ by less than this, relatively, count as equal.
SAME_RATE = 1e-9


def with_joint_outages(
    events: Iterable[Event], joint_share: float, shared_length: Callable[[Event], Duration]
) -> list[Event]:
    """Events of single roots with the joint part of their outages taken out and put beside them.

    ``joint_share`` is β; at 0 nothing changes. ``shared_length`` gives the duration law of a joint
    outage from one of the events it is made of: a shared cause has a length of its own. What hits
    one customer or one country alone is left as it is.
    """
    groups: dict[tuple[str, str], list[Event]] = {}
    rest: list[Event] = []
    for one in events:
        limited = one.only_startup is not None or one.only_country is not None
        if one.kind in SERVICE_KINDS and not limited and one.rate_per_year > 0:
            groups.setdefault((one.kind, one.level), []).append(one)
        else:
            rest.append(one)
    for group in groups.values():
        rest.extend(_split(group, joint_share, shared_length))
    return rest


def _split(
    group: list[Event], joint_share: float, shared_length: Callable[[Event], Duration]
) -> Iterable[Event]:
    """Outages of each alone, and of those from each rate on together."""
    ordered = sorted(group, key=lambda one: (one.rate_per_year, one.root))
    if joint_share <= 0 or len(ordered) < 2:
        return ordered
    found: list[Event] = []
    before = 0.0
    alone = {one.root: 1 - joint_share for one in ordered}
    for place, first in enumerate(ordered):
        step = first.rate_per_year - before
        if step <= SAME_RATE * first.rate_per_year:
            continue
        before = first.rate_per_year
        if place == len(ordered) - 1:
            # Nobody else falters this often: the last step is no joint outage.
            alone[first.root] += joint_share * step / first.rate_per_year
            continue
        found.append(
            replace(
                first,
                root=SEVERAL,
                level=f"{first.level}, {first.root} and all that falter as often",
                rate_per_year=joint_share * step,
                severity=max(one.severity for one in ordered[place:]),
                duration=shared_length(first),
                rate_shape=None,
                members=tuple(sorted((one.root, one.severity) for one in ordered[place:])),
            )
        )
    single = [
        replace(one, rate_per_year=one.rate_per_year * alone[one.root]) for one in ordered
    ]
    return [*single, *found]
