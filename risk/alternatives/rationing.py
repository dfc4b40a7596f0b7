"""Rationing: who gets in where when more come than there is capacity. docs/method.md §3, "Queues".

Classes are served one after the other. Within a class everybody asks their first choice; an
alternative that cannot take all takes the same share of each, and what is left over asks the next
choice. Nothing depends on the order in which requests are listed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Priority(IntEnum):
    """Whose turn it is: lower is served first."""

    COMMITTED = 1
    CUSTOMER = 2
    NEW = 3


@dataclass(frozen=True)
class Choice:
    """One alternative on somebody's list, and what they are to it."""

    alternative: str
    priority: Priority


@dataclass(frozen=True, kw_only=True)
class Request:
    """``units`` of demand (USD of spend a month) looking for room, first choice first.

    Choices at which the request has a higher priority are asked before the others.
    """

    key: str
    units: float
    choices: tuple[Choice, ...]

    @property
    def priority(self) -> Priority:
        """The best priority that the request has anywhere."""
        return min((one.priority for one in self.choices), default=Priority.NEW)


@dataclass(frozen=True, kw_only=True)
class Rationed:
    """Who was admitted where. All quantities are in the units of the requests.

    ``admitted`` maps request key and alternative to units; ``unserved`` maps every key to what
    found no room; ``asked`` what each alternative was asked for, those who came from a full
    one included.
    """

    admitted: Mapping[str, Mapping[str, float]]
    unserved: Mapping[str, float]
    asked: Mapping[str, float]

    def taken(self, alternative: str) -> float:
        """Units that one alternative took in."""
        return sum(places.get(alternative, 0.0) for places in self.admitted.values())


def ration(requests: Iterable[Request], capacity: Mapping[str, float]) -> Rationed:
    """Admit requests to alternatives with limited ``capacity`` (an unnamed one has no limit).

    Every choice is asked once, so there are at most as many rounds in a class as alternatives.
    """
    listed = sorted(requests, key=lambda one: one.key)
    left = {one.key: one.units for one in listed}
    headroom = dict(capacity)
    admitted: dict[str, dict[str, float]] = {one.key: {} for one in listed}
    asked: dict[str, float] = {}
    for priority in Priority:
        queues = {one.key: _choices(one, priority) for one in listed}
        for turn in range(max((len(one) for one in queues.values()), default=0)):
            if not any(left[key] > 0 for key, queue in queues.items() if turn < len(queue)):
                break
            _round(queues, turn, left, headroom, admitted, asked)
    return Rationed(admitted=admitted, unserved=left, asked=asked)


def _choices(request: Request, priority: Priority) -> Sequence[str]:
    names = (one.alternative for one in request.choices if one.priority is priority)
    return tuple(dict.fromkeys(names))


def _round(
    queues: Mapping[str, Sequence[str]],
    turn: int,
    left: dict[str, float],
    headroom: dict[str, float],
    admitted: dict[str, dict[str, float]],
    asked: dict[str, float],
) -> None:
    """Everybody asks the choice whose turn it is; every alternative takes the same share of all."""
    comers: dict[str, list[str]] = {}
    for key, queue in queues.items():
        if turn < len(queue) and left[key] > 0:
            comers.setdefault(queue[turn], []).append(key)
    for alternative, keys in comers.items():
        wanted = sum(left[key] for key in keys)
        asked[alternative] = asked.get(alternative, 0.0) + wanted
        space = headroom.get(alternative)
        share = 1.0 if space is None or wanted <= space else space / wanted
        for key in keys:
            units = left[key] * share
            admitted[key][alternative] = admitted[key].get(alternative, 0.0) + units
            left[key] = left[key] - units if share < 1 else 0.0
        if space is not None:
            headroom[alternative] = max(0.0, space - wanted)
