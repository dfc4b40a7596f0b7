"""What a plan is told beforehand: options that must be in it, and providers nobody shall go to.

A pin names an option in the plan's own words, ``STARTUP / USE CASE / PROVIDER / OPTION``, of which
use case and provider may be left out where the rest tells it apart. It leaves its dependency this
option alone, and where dependencies stand or fall together a pinned change leaves the others to
stay. An exclusion takes away every option that brings work to a developer or a host that is not
today's, as the first or the second provider. docs/plan.md.
"""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from risk.alternatives.offers import Offer
from risk.alternatives.planning.plan import NoPlan
from risk.alternatives.planning.table import PlanTable
from risk.catalog.records import UNSPECIFIED

#: Options that a sentence names at most.
NAMED = 12


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Pinned options as somebody wrote them, and excluded providers by their own names."""

    pins: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pins or self.excluded)


@dataclass(frozen=True, kw_only=True)
class Pinnable:
    """A dependency by what the plan prints of it, with its options, staying first.

    ``use_case`` None: its name was not read. ``newly_on`` has of each option the providers to which
    it leads, ``group`` tells dependencies that stand or fall together (None: it stands alone).
    """

    startup: str
    use_case: str | None
    provider: str
    options: tuple[str, ...]
    newly_on: tuple[frozenset[str], ...]
    group: Hashable | None = None

    def names(self, place: int) -> list[str]:
        """All names of an option, the fullest first."""
        case = [] if self.use_case is None else [self.use_case]
        middles = [[*case, self.provider], case, [self.provider], []]
        every = [" / ".join([self.startup, *one, self.options[place]]) for one in middles]
        return list(dict.fromkeys(every))


def newly_on(today: Offer, offer: Offer) -> frozenset[str]:
    """The developers and hosts to which an option brings work that are not today's.

    Of an option that keeps a second provider ready that is this one, whether or not something is
    written down about falling back to it today.
    """
    there, here = offer.serves.service, today.endpoint.service
    roles = ((there.developer, here.developer), (there.host, here.host))
    return frozenset(new for new, old in roles if new is not None and new not in (old, UNSPECIFIED))


def key_of(text: str) -> str:
    """A name as it is compared: neither case nor spaces around words and strokes matter."""
    return re.sub(r" ?/ ?", "/", " ".join(text.split()).casefold())


def startups_of(pins: Iterable[str], names: Sequence[str]) -> list[int]:
    """The places of the startups that pins begin with.

    Raises:
        NoPlan: a pin begins with no startup's name.
    """
    pins = tuple(pins)
    known = {key_of(name): place for place, name in enumerate(names)} if pins else {}
    found: list[int] = []
    for pin in pins:
        pieces = key_of(pin).split("/")
        begins = ["/".join(pieces[:count]) for count in range(1, len(pieces))]
        own = [known[one] for one in begins if one in known]
        if not own:
            raise NoPlan(
                f"The pin “{pin}” begins with no startup that has options here. Write it as "
                "STARTUP / USE CASE / OPTION, in the words of the plan."
            )
        found.extend(own)
    return sorted(set(found))


def pinned_places(wishes: Wishes, every: Mapping[int, Pinnable]) -> dict[int, int]:
    """The place of the pinned option of each pinned dependency, by their numbers.

    ``every`` are the dependencies of the startups that pins begin with, or more. The one option
    left to a dependency that stands or falls with one that changes is to stay.

    Raises:
        NoPlan: a pin names no option or several, or two wishes cannot both be kept.
    """
    said: dict[int, tuple[str, int]] = {}
    for pin in wishes.pins:
        for number, place in _meant(pin, every):
            before = said.setdefault(number, (pin, place))
            if before[1] != place:
                raise NoPlan(
                    f"The pins “{before[0]}” and “{pin}” want two different options for the same "
                    "provider of a use case. Leave out one of them."
                )
            _refuse_excluded(pin, every[number].newly_on[place], wishes.excluded)
    changed: dict[Hashable, tuple[int, str]] = {}
    for number, (pin, place) in said.items():
        group = every[number].group
        if group is None or place == 0:
            continue
        other = changed.setdefault(group, (number, pin))
        if other[0] != number:
            one = every[number]
            raise NoPlan(
                f"The pins “{other[1]}” and “{pin}” change two providers that {one.startup} needs "
                f"together{'' if one.use_case is None else f' for {one.use_case}'}; only one of "
                "them may change. Leave out one of the pins."
            )
    found = {number: place for number, (_, place) in said.items()}
    stays = {number: 0 for number, one in every.items() if one.group in changed}
    return {**stays, **found}


def _meant(pin: str, every: Mapping[int, Pinnable]) -> list[tuple[int, int]]:
    """The dependencies that a pin names, each with the option's place."""
    key = key_of(pin)
    found = [
        (number, place)
        for number, one in every.items()
        for place in range(len(one.options))
        if key in (key_of(name) for name in one.names(place))
    ]
    full = list(dict.fromkeys(every[number].names(place)[0] for number, place in found))
    if len(full) > 1:
        raise NoPlan(f"The pin “{pin}” can mean {_listed(full, 'or')}. Write one of these.")
    if not found:
        own = [one for one in every.values() if key.startswith(f"{key_of(one.startup)}/")]
        may = [
            name
            for one in own
            for name in (one.names(place)[0] for place in range(len(one.options)))
        ]
        raise NoPlan(f"The pin “{pin}” is no option of this plan. There are {_listed(may, 'and')}.")
    return found


def _listed(names: Sequence[str], last: str) -> str:
    """Names in a sentence; of very many the first ones."""
    quoted = [f"“{name}”" for name in dict.fromkeys(names)]
    if len(quoted) > NAMED:
        more = len(quoted) - NAMED
        quoted = [*quoted[:NAMED], f"{more} more"]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]


def _refuse_excluded(pin: str, leads_to: Collection[str], excluded: Sequence[str]) -> None:
    for name in excluded:
        if name in leads_to:
            raise NoPlan(
                f"The pin “{pin}” leads to {name}, which is excluded. Leave out the pin or the "
                "exclusion."
            )


def with_wishes(table: PlanTable, wishes: Wishes) -> PlanTable:
    """The table with the options alone that the wishes leave.

    A dependency that is pinned to a change has that one option, and no longer one to stay.

    Raises:
        NoPlan: a pin names no option or several, or two wishes cannot both be kept.
    """
    if not wishes:
        return table
    every = {
        number: Pinnable(
            startup=one.startup,
            use_case=one.use_case,
            provider=one.provider,
            options=tuple(option.option for option in one.options),
            newly_on=tuple(option.newly_on for option in one.options),
            group=one.group,
        )
        for number, one in enumerate(table.dependencies)
    }
    startups_of(wishes.pins, [one.startup for one in table.dependencies])
    pinned = pinned_places(wishes, every)
    places = [
        [pinned[number]]
        if number in pinned
        else [
            place
            for place, leads_to in enumerate(one.newly_on)
            if place == 0 or not leads_to.intersection(wishes.excluded)
        ]
        for number, one in every.items()
    ]
    columns = [
        int(start) + place
        for start, own in zip(table.first_column, places, strict=True)
        for place in own
    ]
    return replace(
        table,
        dependencies=tuple(
            replace(one, options=tuple(one.options[place] for place in own))
            for one, own in zip(table.dependencies, places, strict=True)
        ),
        changes=table.changes[:, np.array(columns, dtype=np.int64)],
        draws=table.draws.of(np.array(columns, dtype=np.int64)),
    )
