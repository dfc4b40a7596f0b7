"""Wishes that a plan is told beforehand: options that must be in it, providers to avoid.

A pin names an option in the plan's own words, ``STARTUP / USE CASE / PROVIDER / OPTION``, of which
use case and provider may be left out where the rest tells it apart. It leaves its dependency this
option alone, and where dependencies stand or fall together a pinned change leaves the others to
stay. An exclusion takes away every option that brings work to a developer or a host that is not
today's, as the first or the second provider. docs/plan.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from risk.alternatives.offers import Offer
from risk.alternatives.planning.table import NoPlan, PlanTable
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

    def with_pins(self, pins: Iterable[str]) -> "Wishes":
        """The same with further pins, each once."""
        return replace(self, pins=tuple(dict.fromkeys((*self.pins, *pins))))


@dataclass(frozen=True, kw_only=True)
class Decided:
    """An option that was decided. None: about the whole startup, or no dependency was named.

    ``done``: it was carried out, so that the register may have it already.
    """

    startup: str
    use_case: str | None
    key: str | None
    option: str
    done: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionsKept:
    """What was decided as pins, and what of it the plan has no option for, as it was written."""

    pins: tuple[str, ...]
    left_out: tuple[str, ...]


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
                f"The pin “{pin}” begins with no company that has options here. Write it as "
                "STARTUP / USE CASE / OPTION, in the words of the plan."
            )
        found.extend(own)
    return sorted(set(found))


def looked_at(pins: Iterable[str], names: Sequence[str]) -> bool:
    """Whether every pin begins with one of these startups' names."""
    try:
        startups_of(pins, names)
    except NoPlan:
        return False
    return True


def with_wishes(table: PlanTable, wishes: Wishes) -> PlanTable:
    """The table with the options alone that the wishes leave.

    A dependency that is pinned to a change has that one option, and no longer one to stay; those
    that stand or fall with it stay.

    Raises:
        NoPlan: a pin names no option or several, or two wishes cannot both be kept.
    """
    if not wishes:
        return table
    leads = [not one.newly_on.isdisjoint(wishes.excluded) for one in table.options]
    left = ~np.array(leads, dtype=bool)[table.kind] & table.left
    left[table.stay] = table.left[table.stay]
    for dep, column in _pinned(table, wishes).items():
        left[table.start[dep] : table.start[dep + 1]] = False
        left[column] = True
    return replace(table, left=left)


def pins_offered(table: PlanTable, startup: str) -> dict[str, dict[str, str]]:
    """The pins of a startup, in full, by ``USE CASE / PROVIDER`` and by option."""
    found: dict[str, dict[str, str]] = {}
    for dep in np.flatnonzero(table.startup == table.startups.index(startup)).tolist():
        case, provider = table.use_cases[dep], table.providers[dep]
        name = provider if case is None else f"{case} / {provider}"
        for column in range(table.start[dep], table.start[dep + 1]):
            if table.left[column]:
                pin = _names(table, dep, column)[0]
                found.setdefault(name, {})[table.named(column).option] = pin
    return found


def decisions_kept(table: PlanTable, decided: Iterable[Decided]) -> DecisionsKept:
    """Decisions as pins, the first of each dependency, of the startups that are planned for.

    One that was carried out and is no option any longer is in the register: nothing of it is told.
    """
    places = {key_of(name): place for place, name in enumerate(table.startups)}
    pins: dict[int, str] = {}
    left_out: list[str] = []
    for one in decided:
        place = places.get(key_of(one.startup))
        if place is None:
            continue
        found = _decided_on(table, one, place)
        if len(found) == 1:
            dep, column = found[0]
            pins.setdefault(dep, _names(table, dep, column)[0])
        elif not one.done:
            case = () if one.use_case is None else (one.use_case,)
            left_out.append(" / ".join([one.startup, *case, one.option]))
    return DecisionsKept(pins=tuple(pins.values()), left_out=tuple(left_out))


def _decided_on(table: PlanTable, one: Decided, place: int) -> list[tuple[int, int]]:
    """The dependencies of a startup that a decision may be about, each with its option."""
    own = np.flatnonzero(table.startup == place).tolist()
    if one.key is not None and one.key in (table.keys[dep] for dep in own):
        own = [dep for dep in own if table.keys[dep] == one.key]
    elif one.use_case is not None:
        wanted = key_of(one.use_case)
        own = [dep for dep in own if key_of(table.use_cases[dep] or "") in ("", wanted)]
    option = key_of(one.option)
    return [
        (dep, column)
        for dep in own
        for column in range(table.start[dep], table.start[dep + 1])
        if key_of(table.named(column).option) == option
    ]


def _pinned(table: PlanTable, wishes: Wishes) -> dict[int, int]:
    """The one option that is left to each pinned dependency."""
    firms = startups_of(wishes.pins, table.startups)
    every = np.flatnonzero(np.isin(table.startup, firms)).tolist()
    said: dict[int, tuple[str, int]] = {}
    for pin in wishes.pins:
        for dep, column in _meant(table, pin, every):
            before = said.setdefault(dep, (pin, column))
            if before[1] != column:
                raise NoPlan(
                    f"The pins “{before[0]}” and “{pin}” want two different options for the same "
                    "provider of a use case. Leave out one of them."
                )
            for name in wishes.excluded:
                if name in table.named(column).newly_on:
                    raise NoPlan(
                        f"The pin “{pin}” leads to {name}, which is excluded. Leave out the pin or "
                        "the exclusion."
                    )
    changed: dict[int, tuple[int, str]] = {}
    for dep, (pin, column) in said.items():
        group = int(table.group[dep])
        if group < 0 or column == table.stay[dep]:
            continue
        other = changed.setdefault(group, (dep, pin))
        if other[0] != dep:
            case = table.use_cases[dep]
            raise NoPlan(
                f"The pins “{other[1]}” and “{pin}” change two providers that "
                f"{table.startups[int(table.startup[dep])]} needs together"
                f"{'' if case is None else f' for {case}'}; only one of them may change. Leave "
                "out one of the pins."
            )
    stays = {dep: int(table.stay[dep]) for dep in every if int(table.group[dep]) in changed}
    return {**stays, **{dep: column for dep, (_, column) in said.items()}}


def _names(table: PlanTable, dep: int, column: int) -> list[str]:
    """All names of an option, the fullest first."""
    use_case, provider = table.use_cases[dep], table.providers[dep]
    case = [] if use_case is None else [use_case]
    startup, option = table.startups[int(table.startup[dep])], table.named(column).option
    middles = [[*case, provider], case, [provider], []]
    return list(dict.fromkeys(" / ".join([startup, *one, option]) for one in middles))


def _meant(table: PlanTable, pin: str, every: Sequence[int]) -> list[tuple[int, int]]:
    """The dependencies that a pin names, each with the option."""
    key = key_of(pin)
    may = [
        (dep, column, _names(table, dep, column))
        for dep in every
        for column in range(table.start[dep], table.start[dep + 1])
    ]
    found = [one for one in may if key in (key_of(name) for name in one[2])]
    full = list(dict.fromkeys(names[0] for _, _, names in found))
    if len(full) > 1:
        raise NoPlan(f"The pin “{pin}” can mean {_listed(full, 'or')}. Write one of these.")
    if not found:
        firms = [table.startups[int(one)] for one in table.startup[list(every)]]
        begins = {key_of(one) for one in firms if key.startswith(f"{key_of(one)}/")}
        own = [names[0] for dep, _, names in may if key_of(firms[every.index(dep)]) in begins]
        raise NoPlan(f"The pin “{pin}” is no option of this plan. There are {_listed(own, 'and')}.")
    return [one[:2] for one in found]


def _listed(names: Sequence[str], last: str) -> str:
    """Names in a sentence; of very many the first ones."""
    quoted = [f"“{name}”" for name in dict.fromkeys(names)]
    if len(quoted) > NAMED:
        more = len(quoted) - NAMED
        quoted = [*quoted[:NAMED], f"{more} more"]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
