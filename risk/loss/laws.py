"""The states in which disruptions put each line of business, with their chances in each world.

A line is a route, or a combination of routes of which a use case needs all or any. A state says how
badly each of a line's endpoints and their backups are down. States are built once for a catalogue
and a set of lines and hold for every startup: first those of disruptions for good, then outages and
slowdowns, then regional blocks, which apply to startups of one country. docs/method.md §2, §5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import PERMANENT_KINDS, SERVICE_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.inventory.records import Requirement
from risk.loss.exposures import Book, Route
from risk.loss.hazards import Hazards, WorldHazards, supplier_of
from risk.loss.judgement import Judgement
from risk.loss.travel import Edge, Links, Spread, spread

Array = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class States:
    """States of one family, those of line i from ``start[i]`` to ``start[i + 1]``.

    ``event`` (states,) is the disruption; ``member`` (states + 1,) where the state's members begin
    among ``severity`` and ``backup`` (worlds, members), the shares of service lost at each endpoint
    and at its backup. ``chance`` (worlds, states) is the probability of the state, given the
    disruption; states of one ``bundle`` (states,) hang on the same uncertain links.
    """

    start: Codes
    event: Codes
    bundle: Codes
    member: Codes
    chance: Array
    severity: Array
    backup: Array

    @property
    def bundles(self) -> int:
        """How many bundles of links there are."""
        return int(self.bundle.max(initial=-1)) + 1

    def event_of_bundle(self) -> Codes:
        """The disruption of each bundle, (bundles,)."""
        found = np.zeros(self.bundles, dtype=np.int32)
        found[self.bundle] = self.event
        return found

    def hit_by_bundle(self) -> Array:
        """The chance that a bundle hits the line that it hits likeliest, (worlds, bundles)."""
        line = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        code, place = np.unique(line * max(self.bundles, 1) + self.bundle, return_inverse=True)
        of_line = np.zeros((len(self.chance), len(code)))
        np.add.at(of_line.T, place, self.chance.T)
        found = np.zeros((len(self.chance), self.bundles))
        np.maximum.at(found.T, code % max(self.bundles, 1), of_line.T)
        return np.clip(found, 0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How the states of lines in one disruption go together.

    Entry n stands for one line in one disruption; those of line i lie from ``start[i]`` to
    ``start[i + 1]``. ``bundle`` (entries,) names the uncertain links between them: lines of one
    bundle are hit by the same combination of links. ``state`` (entries' combinations,) from
    ``place`` (entries + 1,) on is the place of the state that each combination leads to, -1 for no
    hit. ``chance`` (worlds, bundles' combinations) from ``first`` (bundles + 1,) on is the
    probability of each combination, ``links`` the links of each bundle and ``event`` whose it is.
    """

    start: Codes
    bundle: Codes
    place: Codes
    state: Codes
    event: Codes
    first: Codes
    chance: Array
    links: tuple[tuple[Edge, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Laws:
    """All states of a portfolio's lines: routes first, then combinations of them.

    ``members`` (lines,) counts each line's endpoints; ``any_suffices`` (lines,) is True for a
    combination of which any member is enough. ``ways`` go with ``lasting``.
    """

    members: Codes
    any_suffices: NDArray[np.bool_]
    lasting: States
    ways: Ways
    outages: States
    blocks: States


def first_laws(laws: Laws, count: int) -> Laws:
    """The same in the first ``count`` worlds alone."""

    def first(states: States | Ways, *names: str) -> Any:
        return replace(states, **{name: getattr(states, name)[:count] for name in names})

    families = ("lasting", "outages", "blocks")
    drawn = ("chance", "severity", "backup")
    kept = {name: first(getattr(laws, name), *drawn) for name in families}
    return replace(laws, **kept, ways=first(laws.ways, "chance"))


@dataclass
class _Family:
    """The states of a family while they are being gathered."""

    start: list[int] = field(default_factory=lambda: [0])
    event: list[int] = field(default_factory=list)
    bundle: list[int] = field(default_factory=list)
    bundles: dict[tuple[int, tuple[Edge, ...]], int] = field(default_factory=dict)
    member: list[int] = field(default_factory=lambda: [0])
    chance: list[Array] = field(default_factory=list)
    severity: list[Array] = field(default_factory=list)
    backup: list[Array] = field(default_factory=list)

    def bundle_of(self, event: int, links: tuple[Edge, ...]) -> int:
        """The number of what hangs on some links in an event."""
        return self.bundles.setdefault((event, links), len(self.bundles))

    def add(self, event: int, bundle: int, chance: Array, severity: Array, backup: Array) -> int:
        """Add a state: ``chance`` (worlds,), severities (worlds, members); returns its place."""
        self.event.append(event)
        self.bundle.append(bundle)
        self.member.append(self.member[-1] + severity.shape[1])
        self.chance.append(chance)
        self.severity.append(severity)
        self.backup.append(backup)
        return len(self.event) - 1

    def built(self, worlds: int) -> States:
        nothing = np.zeros((worlds, 0))
        whole = {
            name: np.array(getattr(self, name), dtype=np.int32)
            for name in ("start", "event", "bundle", "member")
        }
        return States(
            **whole,
            chance=np.column_stack([nothing, *self.chance]),
            severity=np.concatenate([nothing, *self.severity], axis=1),
            backup=np.concatenate([nothing, *self.backup], axis=1),
        )


def laws_of(
    book: Book,
    hazards: Hazards,
    world: WorldHazards,
    catalog: Catalog,
    assumptions: Assumptions,
    judgement: Judgement,
    *,
    all_have_paths: bool = False,
) -> Laws:
    """The states of every line of a portfolio.

    With ``all_have_paths`` those that pass are filed with those for good, so that it is told of
    them too how they go together.
    """
    numbers = (assumptions, *judgement.numbers)
    today = np.array([one.severity for one in hazards.events])
    builder = _Builder(
        hazards=hazards,
        links=Links(hazards.chain, catalog, numbers),
        severity=np.concatenate([today[None], world.severity]),
        shared_root=np.array([one.fallback_shared_root for one in numbers])[:, None],
    )
    builder.all_have_paths = all_have_paths
    lines: list[tuple[Requirement, tuple[int, ...]]] = [
        (Requirement.SHARED, (place,)) for place in range(len(book.routes))
    ]
    lines += [(one.requirement, one.routes) for one in book.combinations]
    for requirement, members in lines:
        builder.line(requirement, [book.routes[place] for place in members])
    return Laws(
        members=np.array([len(members) for _, members in lines], dtype=np.int32),
        any_suffices=np.array([one is Requirement.ANY for one, _ in lines], dtype=bool),
        lasting=builder.lasting.built(judgement.worlds),
        ways=builder.ways(judgement.worlds),
        outages=builder.outages.built(judgement.worlds),
        blocks=builder.blocks.built(judgement.worlds),
    )


@dataclass(frozen=True)
class _Outcome:
    """States of a line in one disruption: chance (worlds,), severities (worlds, members) of each.

    ``of_way`` (ways,) is the state that each way leads to, -1 for no hit.
    """

    states: tuple[tuple[Array, Array, Array], ...]
    of_way: NDArray[np.int64]


class _Builder:
    all_have_paths = False

    def __init__(
        self, *, hazards: Hazards, links: Links, severity: Array, shared_root: Array
    ) -> None:
        self.hazards = hazards
        self.links = links
        self.severity = severity
        codes: dict[bytes, int] = {}
        self.severity_code = [codes.setdefault(one.tobytes(), len(codes)) for one in severity.T]
        self.shared_root = shared_root
        self.lasting, self.outages, self.blocks = _Family(), _Family(), _Family()
        self.known: dict[object, Spread] = {}
        self.outcomes: dict[object, _Outcome] = {}
        self.entry_start = [0]
        self.bundle: list[int] = []
        self.place = [0]
        self.state: list[int] = []
        self.bundle_chance: list[Array] = []

    def line(self, requirement: Requirement, routes: Sequence[Route]) -> None:
        """Take in one line: its states in every disruption that reaches it."""
        endpoints = [one.endpoint.node for one in routes]
        suppliers = {supplier_of(one.endpoint) for one in routes}
        for number, event in enumerate(self.hazards.events):
            if event.only_startup is not None and event.root not in suppliers:
                continue
            reached = self.links.reached(event.root, event.kind)
            if any(node in reached for node in endpoints):
                self._event(number, requirement, routes)
        for family in (self.lasting, self.outages, self.blocks):
            family.start.append(len(family.event))
        self.entry_start.append(len(self.bundle))

    def _event(self, number: int, requirement: Requirement, routes: Sequence[Route]) -> None:
        event = self.hazards.events[number]
        found = self._spread(number, routes)
        every = requirement is Requirement.ANY and event.kind is not FailureKind.PRICE_SHOCK
        told = self._outcome(found, every, routes)
        family = self._family(event.kind)
        bundle = family.bundle_of(number, found.links)
        first = len(family.event)
        for state in told.states:
            family.add(number, bundle, *state)
        if family is self.lasting:
            self._entry(bundle, found, np.where(told.of_way < 0, -1, first + told.of_way))

    def _outcome(self, found: Spread, every: bool, routes: Sequence[Route]) -> "_Outcome":
        """The states in which a disruption puts a line; lines that it reaches alike share them."""
        unnamed = tuple(one.backup is None for one in routes)
        key = id(found), every, unnamed
        if key not in self.outcomes:
            self.outcomes[key] = self._states(found, every, unnamed)
        return self.outcomes[key]

    def _states(self, found: Spread, every: bool, unnamed: Sequence[bool]) -> "_Outcome":
        phi, backup = self._severities(found, unnamed)
        today = np.round(np.concatenate([phi[0], backup[0]], axis=1), 12)
        down = today[:, : len(unnamed)] > 0
        hit = np.asarray(down.all(axis=1) if every else down.any(axis=1))
        rows = [tuple(row) for row in today.tolist()]
        number: dict[tuple[float, ...], int] = {}
        states: list[tuple[Array, Array, Array]] = []
        for row in sorted(set(rows)):
            # Ways that are alike today stay so up to tiny differences: the likeliest speaks.
            alike = [way for way, one in enumerate(rows) if one == row]
            if hit[alike[0]]:
                number[row] = len(states)
                speaks = alike[int(found.chance[0, alike].argmax())]
                chance = found.chance[1:, alike].sum(axis=1)
                states.append((chance, phi[1:, speaks], backup[1:, speaks]))
        return _Outcome(
            states=tuple(states), of_way=np.array([number.get(row, -1) for row in rows])
        )

    def _family(self, kind: FailureKind) -> _Family:
        if kind in PERMANENT_KINDS or self.all_have_paths:
            return self.lasting
        return self.outages if kind in SERVICE_KINDS else self.blocks

    def _spread(self, number: int, routes: Sequence[Route]) -> Spread:
        """How an event reaches a line; lines that it reaches alike share the answer."""
        event = self.hazards.events[number]
        nodes = [
            node
            for one in routes
            for node in (one.endpoint.node, None if one.backup is None else one.backup.node)
        ]
        ends = {node: f"end {place}" for place, node in enumerate(nodes) if node is not None}
        wanted = [node for node in nodes if node is not None]
        edges = self.links.between(event.root, event.kind, wanted)
        alike = (
            event.root,
            event.kind,
            self.severity_code[number],
            tuple((ends.get(above, above), ends.get(below, below)) for above, below in edges),
            tuple(None if node is None else ends[node] for node in nodes),
        )
        if alike not in self.known:
            self.known[alike] = spread(
                self.links, event.root, event.kind, self.severity[:, number], nodes
            )
        return self.known[alike]

    def _severities(self, found: Spread, unnamed: Sequence[bool]) -> tuple[Array, Array]:
        """Of endpoints and of backups, each (1 + worlds, ways, members).

        A backup that nobody named may stand on the same root.
        """
        phi = found.severity[:, :, 0::2]
        backup = found.severity[:, :, 1::2].copy()
        for member, nobody in enumerate(unnamed):
            if nobody:
                backup[:, :, member] = phi[:, :, member] * self.shared_root
        return phi, backup

    def _entry(self, bundle: int, found: Spread, states: NDArray[np.int64]) -> None:
        if bundle == len(self.bundle_chance):
            self.bundle_chance.append(found.chance[1:])
        self.bundle.append(bundle)
        self.state.extend(states.tolist())
        self.place.append(len(self.state))

    def ways(self, worlds: int) -> Ways:
        """How the states of everything taken in go together."""
        sizes = [one.shape[1] for one in self.bundle_chance]
        return Ways(
            start=np.array(self.entry_start, dtype=np.int32),
            bundle=np.array(self.bundle, dtype=np.int32),
            place=np.array(self.place, dtype=np.int32),
            state=np.array(self.state, dtype=np.int32),
            event=np.array([event for event, _ in self.lasting.bundles], dtype=np.int32),
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            chance=np.concatenate([np.zeros((worlds, 0)), *self.bundle_chance], axis=1),
            links=tuple(links for _, links in self.lasting.bundles),
        )
