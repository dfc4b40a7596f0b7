"""Which falters an option survives: P(option down | today's provider down), by kind.

docs/method.md §6. A hosted copy of the same developer's model helps while the developer's own
API is down; it is no cover for the developer's end, because updates and the licence end with it.
"""

from collections.abc import Iterable, Mapping

from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.hazard.patterns import EventPatterns

#: Kinds in the order of the coverage matrix; a leadership crisis stops no service by itself.
COVERED_KINDS = tuple(one for one in FalterKind if one is not FalterKind.LEADERSHIP_CRISIS)


def coverage(
    events: Iterable[EventPatterns], *, incumbent: str, option: str, stays: bool
) -> tuple[Mapping[FalterKind, float], Mapping[FalterKind, float]]:
    """Share of falters of each kind that the option covers, and P(both down | incumbent down).

    Events weigh in by their rate. A permanent kind is covered only by an option that no such
    event can reach. A kind that never reaches the incumbent is left out.
    """
    both: dict[FalterKind, float] = dict.fromkeys(COVERED_KINDS, 0.0)
    down: dict[FalterKind, float] = dict.fromkeys(COVERED_KINDS, 0.0)
    for one in events:
        kind, rate = one.event.kind, one.event.rate_per_year
        hit = one.severity.get(incumbent)
        if hit is None or kind not in down:
            continue
        down[kind] += rate * float(one.probability @ (hit > 0))
        other = one.severity.get(option)
        if other is not None:
            both[kind] += rate * float(one.probability @ ((hit > 0) & (other > 0)))
    together: dict[FalterKind, float] = {
        kind: min(1.0, both[kind] / down[kind]) for kind in COVERED_KINDS if down[kind] > 0
    }
    covers: dict[FalterKind, float] = {
        kind: 0.0 if stays or (kind in PERMANENT_KINDS and chance > 0) else 1 - chance
        for kind, chance in together.items()
    }
    return covers, together
