"""A portfolio valued world by world, chunk by chunk, on the kernel.

Chunks are valued side by side in threads; what they add up to is in whole cents, so that the answer
is the same to the last bit however many there are. docs/method.md §5.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.loss.columns import FALLBACKS
from risk.loss.compiling import compiled
from risk.loss.deposits import BINS, Cuts, Deposits, space_for_cuts
from risk.loss.deposits import CENTS as CENTS
from risk.loss.dividing import Lines, startup_of_link
from risk.loss.exposures import Book, Exposures, Route
from risk.loss.kernels import STEPS, headroom_for, value_startups
from risk.loss.pieces import Pieces, pieces_of
from risk.loss.rates import RATE_DRAWS
from risk.loss.tables import (
    BADNESS,
    GROUPS,
    Signatures,
    Tables,
    blank_signatures,
    signatures_of,
    tables_of,
)
from risk.loss.worlds import Worlds

Array = NDArray[np.float64]
Cents = NDArray[np.int64]
Piece = TypeVar("Piece")
Part = TypeVar("Part")

#: Startups of a chunk: so many that one world's tables stay in fast memory; fewer do not pay.
CHUNK = 2_048
LEAST_CHUNK = 16
THREADS = 2
#: Columns of a value: the mean, each draw of rates, drawn facts at mean rates.
COLUMNS = 2 + RATE_DRAWS
MEAN, DRAWN_FACTS = 0, 1 + RATE_DRAWS


class UnknownSignature(ValueError):
    """Startups are to be valued on a ground that was laid out without what they have."""


@dataclass(frozen=True, kw_only=True)
class WorldTables:
    """A portfolio's lines in all worlds, ready to value any of its startups."""

    worlds: Worlds
    signatures: Signatures
    routes: tuple[Route, ...]

    def prepare(self, worlds: int | None = None) -> None:
        """Make the tables of the first worlds (all, unless said), before threads ask for them."""
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self.table, range(self.count if worlds is None else worlds)))

    @cached_property
    def _known_tables(self) -> dict[int, Tables]:
        return {}

    def table(self, k: int) -> Tables:
        """The tables of world k, made when it is first asked for."""
        known = self._known_tables
        if k not in known:
            known[k] = tables_of(self.worlds, self.signatures, k)
        return known[k]

    @cached_property
    def blank(self) -> "WorldTables":
        """The ground of the same startups if nothing were known but whom they depend on."""
        return replace(self, signatures=blank_signatures(self.worlds, len(self.routes)))

    def check(self, exposures: Exposures) -> None:
        """Refuse startups with a fallback or a delay for which there are no tables.

        Raises:
            UnknownSignature: where a dependency has one on its route that the ground does not know.
        """
        number, base = self.signatures.number, exposures.delay * len(FALLBACKS)
        stated = number[exposures.route, base + np.maximum(exposures.fallback, 0)]
        silent = exposures.fallback < 0
        route, base = exposures.route[silent], base[silent]
        drawn = [number[route, base + code] for code in range(1, len(FALLBACKS))]
        if min([stated.min(initial=0), *(one.min(initial=0) for one in drawn)]) < 0:
            raise UnknownSignature(
                "A dependency has a backup or a delay that this ground has no tables for. "
                "Lay out a book that has it."
            )

    def space_for_cuts(self, exposures: Exposures) -> Cuts:
        """Room for what any of some startups has for itself, on all its lines."""
        alone, states = self.worlds.hazards.alone_row, self.worlds.laws.lasting
        before = np.concatenate([[0], np.cumsum(alone[states.event] >= 0)])
        on_line = int(np.diff(before[states.start]).max(initial=0))
        links = int(np.diff(exposures.link_start[exposures.case_start]).max(initial=0))
        return space_for_cuts(on_line * links, int(alone.max(initial=-1)) + 1)

    @cached_property
    def hit_by_outages(self) -> Array:
        """Chances of the bundles of outages, (worlds, bundles)."""
        return self.worlds.laws.outages.hit_by_bundle()

    @cached_property
    def pieces(self) -> Pieces:
        """The combinations of links in which disruptions reach the portfolio."""
        return pieces_of(self.worlds.laws)

    @property
    def count(self) -> int:
        """How many worlds there are."""
        return self.worlds.count

    def __getstate__(self) -> dict[str, object]:
        """What is sent to another process: nothing that it can make itself."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def world_tables_of(book: Book, worlds: Worlds) -> WorldTables:
    """The ground on which a portfolio is valued."""
    return WorldTables(worlds=worlds, signatures=signatures_of(book, worlds), routes=book.routes)


class Summed:
    """What startups come to, array by array, in whole cents: it adds up the same in any order."""

    def __add__(self, other: Self) -> Self:
        """What both come to."""
        return type(self)(**{name: own + getattr(other, name) for name, own in vars(self).items()})

    def __sub__(self, other: Self) -> Self:
        """The same without the other's."""
        return type(self)(**{name: own - getattr(other, name) for name, own in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class Kept(Summed):
    """Deposits of all worlds, in whole cents: see :class:`risk.loss.kernels.Deposits`."""

    lasting: Cents
    alone: Cents
    waiting: Cents
    outages: Cents
    blocks: Cents

    def of_world(self, k: int) -> Deposits:
        """The deposits of world k, to add to."""
        return Deposits(
            self.lasting[k], self.alone[k], self.waiting[k], self.outages[k], self.blocks[k]
        )

    def usd(self, name: str, k: int) -> Array:
        """Deposits of one sort in world k, in USD."""
        return np.asarray(getattr(self, name)[k] / CENTS)


def nothing_kept(world_tables: WorldTables, worlds: int | None = None) -> Kept:
    """Deposits of nobody, in all worlds unless said otherwise."""
    worlds, bundles = worlds or world_tables.count, world_tables.worlds.laws.blocks.bundles
    alone = int(world_tables.worlds.hazards.each_customer.sum())
    return Kept(
        lasting=np.zeros((worlds, len(world_tables.worlds.laws.lasting.event)), dtype=np.int64),
        alone=np.zeros((worlds, alone, BINS, 2), dtype=np.int64),
        waiting=np.zeros((worlds, len(world_tables.signatures.route), 1 + BADNESS), dtype=np.int64),
        outages=np.zeros((worlds, COLUMNS), dtype=np.int64),
        blocks=np.zeros((worlds, bundles, GROUPS), dtype=np.int64),
    )


@dataclass(frozen=True, kw_only=True)
class Valued:
    """A chunk's values in USD: ``y`` (worlds, rows, columns), ``profit`` (worlds, startups).

    A row is a startup or, where lines were asked for, a line.
    """

    start: int
    y: Array
    profit: Array


def value(
    exposures: Exposures,
    world_tables: WorldTables,
    *,
    kept: Kept | None = None,
    parts: Array | None = None,
    worlds: Sequence[int] | None = None,
    facts: Callable[[int], int] = lambda k: k,
    tables: Callable[[int], Tables] | None = None,
    columns: int = COLUMNS,
    start: int = 0,
    lines: Lines | None = None,
) -> Valued:
    """Value startups together in some worlds (all, unless said), adding to ``kept`` on the way.

    With ``lines`` there is a row for each of those in place of one for each startup. ``parts``
    (rows, events), where given, has every disruption's part of the mean column added to it, world
    by world: divided by the worlds its rows add up to expected losses.
    ``facts`` says whose draws of facts a world takes; ``tables`` are others than the ground's. Of
    the values only the first ``columns`` are made.
    """
    chosen = range(world_tables.count) if worlds is None else worlds
    row = startup_of_link(exposures) if lines is None else lines.row
    y = np.zeros((len(chosen), len(exposures) if lines is None else len(lines.link), columns))
    profit = np.zeros((len(chosen), len(exposures)))
    world_tables.check(exposures)
    held = kept or nothing_kept(world_tables, 1)
    told = np.zeros((y.shape[1], 0)) if parts is None else parts
    loop = compiled(value_startups, *STEPS)
    rows = np.zeros(told.shape[1]), np.zeros(columns)
    space = headroom_for(exposures), *rows, world_tables.space_for_cuts(exposures)
    for place, k in enumerate(chosen):
        own = world_tables.table(k) if tables is None else tables(k)
        loop(
            *(exposures.chunk(facts(k)), world_tables.worlds.at(k, facts(k)), own, space),
            *(row, y[place], profit[place], held.of_world(k if kept else 0), told),
        )
    return Valued(start=start, y=y, profit=profit)


def chunks(exposures: Exposures, size: int = CHUNK) -> Iterator[tuple[int, Exposures]]:
    """Stretches of startups and where each begins: one at least, if only an empty one."""
    for start in range(0, max(len(exposures), 1), size):
        yield start, exposures.stretch(start, min(start + size, len(exposures)))


def by_chunks(
    work: Callable[[list[tuple[int, Exposures]]], Part], exposures: Exposures, size: int = CHUNK
) -> list[Part]:
    """What ``work`` makes of two halves of some startups, chunk by chunk, as :func:`in_threads`.

    Chunks are even and as many for each thread, so that none waits for the other.
    """
    startups = len(exposures)
    rounds = max(1, -(-startups // (size * THREADS)))
    even = max(LEAST_CHUNK, -(-startups // (rounds * THREADS)))
    return in_threads(work, list(chunks(exposures, even)))


def in_threads(work: Callable[[list[Piece]], Part], pieces: list[Piece]) -> list[Part]:
    """What ``work`` makes of a first and a second half of some pieces, side by side, in order."""
    step = -(-len(pieces) // THREADS)
    halves = [pieces[start : start + step] for start in range(0, len(pieces), max(step, 1))]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, halves or [[]]))
