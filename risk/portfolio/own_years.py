"""Every startup's own year by the engine: what :mod:`risk.exposure.own_year` says one by one."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.engine.exposures import stands_alone
from risk.engine.startup_parts import Dependencies, StartupParts, startup_parts
from risk.engine.startup_years import startup_years
from risk.engine.valuation import Prepared
from risk.exposure.event_losses import EventLoss, event_losses
from risk.exposure.own_year import CELLS, AnnualLoss, OwnYear, equal_to_most
from risk.exposure.results import WorstFalter
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.inventory.records import Fallback
from risk.portfolio.book import Member

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
#: Fallbacks that count as a second route, if somebody said where they stand.
ROUTES = (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC)


@dataclass(frozen=True, kw_only=True)
class EngineYears:
    """Own years by startup; those that the engine cannot divide are not among them.

    ``parts`` are theirs and everybody's; ``dependency_key`` (dependencies,) names each of its
    dependencies.
    """

    years: Mapping[str, OwnYear]
    parts: StartupParts
    dependency_key: tuple[str, ...]


def engine_years(
    members: Sequence[Member],
    prepared: Prepared,
    events: Iterable[EventPatterns],
    assumptions: Assumptions,
) -> EngineYears:
    """The own years of all startups whose dependencies stand alone.

    ``members`` are those of ``prepared``, in its order.
    """
    keys, known = _dependencies(members)
    parts = startup_parts(prepared, known, cells=CELLS)
    years = startup_years(prepared, cells=CELLS)
    start = np.searchsorted(years.startup, np.arange(len(members) + 1))
    priced = ~(parts.refused | np.isin(np.arange(len(members)), grouped_startups(prepared)))
    table = _PartTable(prepared, parts)
    ends = _wind_downs(events)
    found: dict[str, OwnYear] = {}
    for place in np.flatnonzero(priced).tolist():
        member, own = members[place], slice(start[place], start[place + 1])
        found[member.startup.name] = OwnYear(
            loss=table.annual_loss(place, keys, years.aal_usd[own], years.tvar95_usd[own]),
            worst=table.worst[place],
            wind_down_of=partial(_wind_down_losses, ends, member, assumptions),
        )
    return EngineYears(years=found, parts=parts, dependency_key=keys)


def _dependencies(members: Iterable[Member]) -> tuple[tuple[str, ...], Dependencies]:
    """Keys of the dependencies that stand alone, in the order of the exposures."""
    keys: list[str] = []
    case: list[int] = []
    backed: list[bool] = []
    cases = 0
    for member in members:
        for one in member.numbers.use_cases:
            cases += 1
            if not stands_alone(one):
                continue
            for dependency in one.dependencies:
                known = dependency.dependency
                named = member.placed.places[known.key].fallback is not None
                keys.append(known.key)
                case.append(cases)
                backed.append(named and known.fallback in ROUTES)
    return tuple(keys), Dependencies(
        case=np.array(case, dtype=np.int64), backed=np.array(backed, dtype=np.bool_)
    )


def grouped_startups(prepared: Prepared) -> Integers:
    """Startups with use cases whose dependencies stand or fall together."""
    return np.array(sorted({one.startup for one in prepared.columns.grouped}), dtype=np.int64)


def _wind_downs(events: Iterable[EventPatterns]) -> Mapping[str, tuple[EventPatterns, ...]]:
    """Wind-downs by developer, the likeliest notice first."""
    found: dict[str, list[EventPatterns]] = {}
    for one in events:
        if one.event.kind is FalterKind.WIND_DOWN:
            found.setdefault(one.event.root, []).append(one)
    return {
        root: tuple(sorted(ends, key=lambda one: -one.event.rate_per_year))
        for root, ends in found.items()
    }


def _wind_down_losses(
    ends: Mapping[str, tuple[EventPatterns, ...]],
    member: Member,
    assumptions: Assumptions,
    developer: str | None,
) -> EventLoss | None:
    places = member.placed.places
    for one in ends.get(developer or "", ()):
        hit = tuple(
            case
            for case in member.numbers.use_cases
            if any(places[own.dependency.key].endpoint in one.severity for own in case.dependencies)
        )
        numbers = replace(member.numbers, use_cases=hit)
        losses = event_losses(numbers, (one,), places, assumptions)
        if losses:
            return losses[0]
    return None


class _PartTable:
    """Parts added up by dependency, root and kind, startup by startup."""

    def __init__(self, prepared: Prepared, parts: StartupParts) -> None:
        events = prepared.states.events
        first = prepared.columns.exposures.draw == 0
        startup = prepared.columns.exposures.startup[first].astype(np.int64)[parts.dependency]
        self.kinds = _Codes([(one.root, one.kind) for one in events])
        code = parts.dependency * len(self.kinds) + self.kinds.of_event[parts.event]
        distinct, place = np.unique(code, return_inverse=True)
        count = len(distinct)
        self.dependency, self.kind = np.divmod(distinct, max(len(self.kinds), 1))
        self.aal = np.bincount(place, weights=parts.aal_usd, minlength=count)
        self.tail = np.bincount(place, weights=parts.tail_usd, minlength=count)
        owner = np.zeros(count, dtype=np.int64)
        owner[place] = startup
        self.start = np.searchsorted(owner, np.arange(len(prepared.columns.startups) + 1))
        self.worst = _worst_falters(startup, parts, events, len(prepared.columns.startups))

    def annual_loss(
        self, place: int, keys: Sequence[str], aal_usd: Array, tvar95_usd: Array
    ) -> AnnualLoss:
        """One startup's year; its parts of the tail are scaled to the mean of the draws' tails."""
        own = slice(self.start[place], self.start[place + 1])
        kept = np.flatnonzero(self.aal[own] > 0) + own.start
        tail = self.tail[kept]
        whole = float(tail.sum())
        names = self.kinds.names
        return AnnualLoss(
            aal_usd=aal_usd,
            tvar95_usd=tvar95_usd,
            part_keys=tuple(
                (keys[one], *names[kind])
                for one, kind in zip(self.dependency[kept], self.kind[kept], strict=True)
            ),
            part_aal_usd=self.aal[kept],
            part_tvar95_usd=tail * (tvar95_usd.mean() / whole if whole > 0 else 0.0),
        )


class _Codes:
    """Numbers for what is the same: ``of_event`` (events,), ``names`` by number."""

    def __init__(self, values: Sequence[tuple[str, FalterKind]]) -> None:
        known: dict[Hashable, int] = {}
        self.of_event = np.array(
            [known.setdefault(one, len(known)) for one in values], dtype=np.int64
        )
        self.names = tuple(dict.fromkeys(values))

    def __len__(self) -> int:
        return len(self.names)


def _worst_falters(
    startup: Integers, parts: StartupParts, events: Sequence[Event], count: int
) -> list[WorstFalter | None]:
    """By startup: the falter that costs most if it happens, None where none reaches it."""
    rates = np.array([one.rate_per_year for one in events])
    groups = list(dict.fromkeys(one.rate_group for one in events))
    number = {one: place for place, one in enumerate(groups)}
    of_event = np.array([number[one.rate_group] for one in events], dtype=np.int64)
    pair, at = np.unique(startup * len(events) + parts.event, return_inverse=True)
    owner, event = np.divmod(pair, max(len(events), 1))
    loss = np.bincount(at, weights=parts.aal_usd, minlength=len(pair))
    code, place = np.unique(owner * len(groups) + of_event[event], return_inverse=True)
    group_loss = np.bincount(place, weights=loss, minlength=len(code))
    group_rate = np.bincount(place, weights=rates[event], minlength=len(code))
    whose, group = np.divmod(code, max(len(groups), 1))
    start = np.searchsorted(whose, np.arange(count + 1))
    found: list[WorstFalter | None] = []
    for one in range(count):
        own = slice(start[one], start[one + 1])
        if own.start == own.stop:
            found.append(None)
            continue
        named = [groups[other] for other in group[own]]
        cost = dict(zip(named, (group_loss[own] / group_rate[own]).tolist(), strict=True))
        most = min(equal_to_most(cost))
        root, kind, _ = most
        same = [other[:2] == (root, kind) for other in named]
        found.append(
            WorstFalter(
                root=root,
                kind=kind,
                loss_usd=cost[most],
                rate_per_year=float(group_rate[own][same].sum()),
            )
        )
    return found
