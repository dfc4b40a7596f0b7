"""How far the time to switch may be off: three paces of switching in place of one.

Nobody knows beforehand how long moving takes. T_sw is multiplied by a lognormal factor with median
1 and spread σ (judgement), one factor for everybody who moves in an event: an estimate that is too
hopeful is so for all. Three points stand for the law and keep its first five moments in the
logarithm (Gauss-Hermite): e^(±√3 σ) in one case of six each, 1 in four. docs/method.md §3.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import exp, sqrt

from risk.catalog.falters import SERVICE_KINDS
from risk.hazard.events import Event

#: Names, shares and places (in σ of the logarithm) of the three paces.
PACES = (
    ("fast switching", 1 / 6, -sqrt(3)),
    ("", 2 / 3, 0.0),
    ("slow switching", 1 / 6, sqrt(3)),
)


def by_pace(events: Iterable[Event], spread: float) -> tuple[Event, ...]:
    """Every event three times, switching at the three paces, its rate divided among them.

    ``spread`` is σ; at 0 events stay as they are. So do outages and degraded service: they are
    over in hours, long before anybody has switched at any pace.
    """
    if spread <= 0:
        return tuple(events)
    found: list[Event] = []
    for event in events:
        if event.kind in SERVICE_KINDS:
            found.append(event)
            continue
        found.extend(
            replace(
                event,
                level=f"{event.level}, {name}".strip(", "),
                reference_level=event.reference_level or event.level,
                rate_per_year=event.rate_per_year * share,
                switching_pace=exp(step * spread),
            )
            for name, share, step in PACES
        )
    return tuple(found)


def at_mean_pace(events: Iterable[Event]) -> dict[Event, Event]:
    """For one of the paces of every event the whole event, at the mean of its paces.

    For what asks how long two falters meet, where all combinations of paces would say little more.
    """
    kin: dict[Event, list[Event]] = {}
    for event in events:
        level = event.reference_level or event.level
        same = replace(event, level=level, rate_per_year=0.0, switching_pace=1.0)
        kin.setdefault(same, []).append(event)
    found = {}
    for paces in kin.values():
        rate = sum(one.rate_per_year for one in paces)
        paced = sum(one.rate_per_year * one.switching_pace for one in paces)
        found[paces[0]] = replace(paces[0], rate_per_year=rate, switching_pace=paced / rate)
    return found
