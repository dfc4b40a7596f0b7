"""Hits of a scenario: who loses something, by which paths, what the loss is made of, by day.

Of a large portfolio the startups are arrays; nothing here makes more of them than are looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from risk.catalog.records import Catalog
from risk.loss.components import INTERRUPTION
from risk.loss.valuation import Members
from risk.portfolio.providers import Dependents
from risk.scenarios.results import StressedStartup, StressResult
from risk.scenarios.stress import MONEY_PARTS, StressedStartups

#: So many startups are named of those that one path hits.
NAMED = 100


def hit(result: StressResult) -> Sequence[StressedStartup]:
    """Return the startups that lose something, largest loss first."""
    if isinstance(result.startups, StressedStartups):
        return result.startups.losing
    losing = (one for one in result.startups if one.loss_usd > 0)
    return tuple(sorted(losing, key=lambda one: (-one.loss_usd, one.startup)))


def spared_count(result: StressResult) -> int:
    """How many startups lose nothing."""
    return len(result.unaffected) + len(result.startups) - len(hit(result))


def spared(result: StressResult) -> tuple[str, ...]:
    """Return the startups that lose nothing, by name."""
    rest: Iterable[StressedStartup] = result.startups
    if isinstance(result.startups, StressedStartups):
        rest = result.startups[len(hit(result)) :]
    unharmed = [one.startup for one in rest if one.loss_usd <= 0]
    return tuple(sorted({*result.unaffected, *unharmed}, key=str.casefold))


@dataclass(frozen=True, kw_only=True)
class Unharmed:
    """Companies that depend on the root of a scenario and lose nothing by it, counted by why.

    ``names`` are the first of them. ``suffices``: another of their providers does the same work.
    ``bridged``: they are hit, but a buffer or a backup bridges it. ``beyond``: the disruption does
    not reach what they use, such as models that they run themselves.
    """

    names: tuple[str, ...]
    suffices: int
    bridged: int
    beyond: int

    def __len__(self) -> int:
        return self.suffices + self.bridged + self.beyond


def unharmed(result: StressResult, found: Dependents) -> Unharmed:
    """Why some of those who depend on a scenario's root lose nothing.

    So it is told why fewer are hit than depend; ``found`` is of the same portfolio and day.
    """
    members = found.routes.members
    rows = found.rows[~_are(hit(result), members)[found.rows]]
    bridged = _are(result.startups, members)[rows]
    enough = found.suffices(rows) & ~bridged
    return Unharmed(
        names=tuple(members.names[row] for row in rows[:NAMED].tolist()),
        suffices=int(enough.sum()),
        bridged=int(bridged.sum()),
        beyond=int((~enough & ~bridged).sum()),
    )


def _are(startups: Sequence[StressedStartup], members: Members) -> NDArray[np.bool_]:
    """Which members of a portfolio are among some startups, (members,)."""
    found = np.zeros(len(members), dtype=np.bool_)
    if isinstance(startups, StressedStartups):
        if startups.happening.valuation.members is members:
            found[startups.rows] = True
            return found
        names = [startups.name(place) for place in range(len(startups))]
    else:
        names = [one.startup for one in startups]
    found[[members.place[one] for one in names if one in members.place]] = True
    return found


def only_through_others(startups: Sequence[StressedStartup], root: str, catalog: Catalog) -> int:
    """Count those that named the root as developer or host of no service that is hit.

    The same as who depends on it through someone else (:mod:`risk.portfolio.providers`).
    """
    own = [path for path in ways(startups) if _is_own(path, root, catalog)]
    return without(startups, own)


def _is_own(path: str, root: str, catalog: Catalog) -> bool:
    """Say whether a path such as ``OpenAI → Azure OpenAI (20 %)`` ends at what names the root."""
    last = path.rpartition(" (")[0].split(" → ")[-1]
    service = catalog.services.get(last)
    named = service is not None and root in (service.developer, service.host)
    return last == root or named or path.count("→") < 1


def sum_of_parts(startups: Sequence[StressedStartup]) -> dict[str, float]:
    """What the loss of all of them is made of, in USD."""
    if isinstance(startups, StressedStartups):
        sums = startups.told[:, INTERRUPTION : INTERRUPTION + len(MONEY_PARTS)].sum(axis=0)
        return dict(zip(MONEY_PARTS, sums.tolist(), strict=True))
    return {part: sum(one.parts.get(part, 0.0) for one in startups) for part in MONEY_PARTS}


def named(startups: Sequence[StressedStartup], names: Iterable[str]) -> dict[str, StressedStartup]:
    """Those of some startups that have these names."""
    wanted = set(names)
    if isinstance(startups, StressedStartups):
        return startups.named(wanted)
    return {one.startup: one for one in startups if one.startup in wanted}


@dataclass(frozen=True, kw_only=True)
class Path:
    """A path on which a disruption arrives, as ``nodes`` in one text, and how likely it passes.

    ``startups`` counts those hit on it, of which the first are ``names``; a startup that is hit on
    several paths counts in each of them with its whole loss.
    """

    nodes: str
    chances: tuple[str, ...]
    startups: int
    names: tuple[str, ...]
    loss_usd: float


def paths(startups: Sequence[StressedStartup]) -> tuple[Path, ...]:
    """The paths on which some startups are hit, those with the largest losses first."""
    by_way = startups.by_way if isinstance(startups, StressedStartups) else _by_way(startups)
    found: dict[str, list[tuple[str, NDArray[np.int64]]]] = {}
    for way, places in by_way.items():
        path, _, chance = way.rpartition(" (")
        found.setdefault(path, []).append((chance.rstrip(")"), places))
    losses = (
        startups.loss_usd
        if isinstance(startups, StressedStartups)
        else np.array([one.loss_usd for one in startups])
    )
    listed = []
    for path, ways in found.items():
        hits = np.concatenate([places for _, places in ways])
        listed.append(
            Path(
                nodes=path,
                chances=tuple(dict.fromkeys(chance for chance, _ in ways)),
                startups=len(hits),
                names=tuple(_name(startups, place) for place in hits[:NAMED].tolist()),
                loss_usd=float(losses[hits].sum()),
            )
        )
    return tuple(sorted(listed, key=lambda one: -one.loss_usd))


def _name(startups: Sequence[StressedStartup], place: int) -> str:
    if isinstance(startups, StressedStartups):
        return startups.name(place)
    return startups[place].startup


def _by_way(startups: Sequence[StressedStartup]) -> Mapping[str, NDArray[np.int64]]:
    found: dict[str, list[int]] = {}
    for place, one in enumerate(startups):
        for way in one.hit_through:
            found.setdefault(way, []).append(place)
    return {way: np.array(places, dtype=np.int64) for way, places in found.items()}


def without(startups: Sequence[StressedStartup], ways: Iterable[str]) -> int:
    """How many of some startups are hit, but on none of these ways."""
    wanted = set(ways)
    by_way = startups.by_way if isinstance(startups, StressedStartups) else _by_way(startups)
    reached, direct = np.zeros((2, len(startups)), dtype=bool)
    for way, places in by_way.items():
        reached[places] = True
        if way in wanted:
            direct[places] = True
    return int((reached & ~direct).sum())


def ways(startups: Sequence[StressedStartup]) -> tuple[str, ...]:
    """Every way on which some startups are hit."""
    by_way = startups.by_way if isinstance(startups, StressedStartups) else _by_way(startups)
    return tuple(by_way)


def daily_losses(result: StressResult) -> tuple[tuple[float, float], ...]:
    """(day, USD lost on that day), day 0 first; the amounts sum to the result's total.

    Day 0 holds what is lost at once, such as the decision to switch. A permanent one is taken
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
