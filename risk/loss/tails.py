"""Carriers of the tail of a portfolio's year: startups, providers called, and disruptions.

By Mecke's formula a loss belongs to the tail as often as the rest of the year and it together reach
the value at risk: w = P(S + L >= v). So each state's rate is multiplied by its w and the kernel
values everybody once more. What comes at most once meets a year without itself. Draws of rates are
taken together before, and facts enter by their means wherever the loss is linear in them, so that
few worlds tell a startup's share. Worlds count by how much tail they hold; the parts are scaled to
the tail value at risk. docs/method.md §5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from risk.loss.books import BookYear, felt_by_length
from risk.loss.dividing import Lines, lines_of
from risk.loss.exposures import Exposures
from risk.loss.rates import RATE_DRAWS
from risk.loss.tables import GROUPS, Family, Tables, tables_of
from risk.loss.valuing import MEAN, Kept, WorldTables, by_chunks, in_threads, value
from risk.loss.years import CELLS, ComplexArray, Integers, Masses, lognormal_cells

Array = NDArray[np.float64]

LEVEL = 0.95
#: Worlds with most tail, in which shares are taken, unless fewer are asked for.
WORLDS = 16


@dataclass(frozen=True, kw_only=True)
class TailShares:
    """Weights with which any startup of the portfolio finds its share of the tail.

    ``worlds`` (w,) are those in which shares are taken. ``lasting`` (w, states), ``outages``
    (w, events), ``blocks`` (w, events, GROUPS) and ``alone`` (w, events that customers have for
    themselves, BINS) are factors on mean rates: means over the draws of rates.
    ``by_event`` (events,) are the parts of disruptions in USD, all outages last. ``tvar`` is the
    tail value at risk, and ``scale`` makes parts add up to it: it stands for the other worlds.
    ``error`` is how far the parts of these worlds miss their own tail, relative to it.
    """

    worlds: tuple[int, ...]
    lasting: Array
    outages: Array
    blocks: Array
    alone: Array
    by_event: Array
    tvar: float
    scale: float
    error: float


def tail_shares(
    world_tables: WorldTables, kept: Kept, year: BookYear, *, most_worlds: int = WORLDS
) -> TailShares:
    """The weights of a portfolio's tail at 95 %."""
    quantile = year.law.value_at_risk(LEVEL)
    tvar = year.law.tail_value_at_risk(LEVEL)
    cells = np.arange(CELLS) * year.step[:, None]
    held = (year.laws.sum(axis=1) * cells * (cells >= quantile)).sum(axis=1)
    worlds = np.sort(np.argsort(-held, kind="stable")[:most_worlds])
    hazards, state = world_tables.worlds.hazards, world_tables.worlds.laws.lasting.event
    events = len(hazards.events)
    lasting = np.zeros((len(worlds), len(state)))
    outages = np.zeros((len(worlds), events))
    blocks = np.zeros((len(worlds), events, GROUPS))
    alone = np.zeros((len(worlds), *kept.alone.shape[1:3]))
    parts = np.zeros(events + 1)

    def told(places: list[int]) -> list[Array]:
        return [one(place) for place in places]

    def one(place: int) -> Array:
        k = int(worlds[place])
        world = _World(world_tables, kept, year, k)
        of_world = np.zeros(events + 1)
        usual = np.maximum(world_tables.worlds.rates[k, 0], 1e-300)
        for draw in range(RATE_DRAWS):
            found = world.weights(draw, quantile)
            often = world_tables.worlds.rates[k, 1 + draw] / usual / RATE_DRAWS
            lasting[place] += often[state] * found.lasting
            outages[place] += often * found.outages
            blocks[place] += often[:, None] * found.blocks
            alone[place] += often[hazards.each_customer][:, None] * found.alone
            of_world += found.parts / RATE_DRAWS
        # What each customer has for itself is weighed loss by loss.
        lasting[place, hazards.alone_row[state] >= 0] = 1.0
        return of_world

    # Added up in one order, whoever was ready first.
    for half in in_threads(told, list(range(len(worlds)))):
        for of_world in half:
            parts += of_world
    whole = float(parts.sum())
    scale = tvar / whole if whole > 0 else 0.0
    expected = float(held[worlds].sum()) / RATE_DRAWS
    return TailShares(
        worlds=tuple(int(k) for k in worlds),
        lasting=lasting,
        outages=outages,
        blocks=blocks,
        alone=alone,
        by_event=parts * scale,
        tvar=tvar,
        scale=scale,
        error=abs(whole / expected - 1) if expected > 0 else 0.0,
    )


@dataclass(frozen=True, kw_only=True)
class TailParts:
    """Parts of the tail value at risk in USD: of startups (n,), and of routes called (routes,)."""

    startups: Array
    routes: Array


def tail_parts(exposures: Exposures, world_tables: WorldTables, shares: TailShares) -> TailParts:
    """What startups, and the routes that they call, add to the portfolio's tail value at risk.

    They add up to it up to what a law on cells rounds, and are scaled to do so exactly. What a use
    case that needs all or any of several dependencies loses goes to those that were down, as badly
    as they were.
    """
    known = {
        k: tables_of(
            *(world_tables.worlds, world_tables.signatures, k),
            (
                *(shares.lasting[place], shares.outages[place]),
                *(shares.blocks[place], shares.alone[place]),
            ),
        )
        for place, k in enumerate(shares.worlds)
    }
    members = range(int(world_tables.worlds.laws.members.max(initial=1)))
    of_member = [{k: _of_member(one, m) for k, one in known.items()} for m in members]

    def raw_of(one: Exposures, lines: Lines, tables: dict[int, Tables]) -> Array:
        found = value(
            *(one, world_tables),
            worlds=shares.worlds,
            tables=tables.__getitem__,
            columns=1,
            lines=lines,
        )
        return np.asarray(found.y[:, :, MEAN].sum(axis=0))

    def part(pieces: list[tuple[int, Exposures]]) -> tuple[list[Array], Array]:
        found, routes = [np.zeros(0)], np.zeros(len(world_tables.routes))
        for _, one in pieces:
            lines = lines_of(one)
            raw = raw_of(one, lines, known)
            found.append(lines.added(raw, len(one)))
            alone = one.combination[lines.case] < 0
            routes += np.bincount(one.route[lines.link[alone]], raw[alone], len(routes))
            several = one.taken(np.unique(lines.owner[~alone]))
            lines = lines_of(several)
            together = several.combination[lines.case] >= 0
            size = np.diff(several.link_start)[lines.case]
            for m, tables in enumerate(of_member if together.any() else []):
                has = together & (size > m)
                own = raw_of(several, lines, tables)[has]
                routes += np.bincount(several.route[lines.link[has] + m], own, len(routes))
        return found, routes

    halves = by_chunks(part, exposures)
    raw = np.concatenate([one for half in halves for one in half[0]])
    total = float(raw.sum())
    scale = shares.tvar / total if total > 0 else 0.0
    return TailParts(
        startups=raw * scale, routes=np.sum([half[1] for half in halves], axis=0) * scale
    )


def _of_member(tables: Tables, m: int) -> Tables:
    """The same with the part of every state's rate that the m-th endpoint of its line bears."""

    def borne(family: Family) -> Family:
        first, size = family.member[:-1], np.diff(family.member)
        whole = np.add.reduceat(np.append(family.severity, 0.0), first) if len(first) else first
        own = np.append(family.severity, np.zeros(m + 1))[first + m]
        part = np.where(size > m, own, 0.0) / np.maximum(whole, 1e-300)
        return family._replace(rate=np.ascontiguousarray(family.rate * part[:, None]))

    return tables._replace(
        lasting=borne(tables.lasting), outages=borne(tables.outages), blocks=borne(tables.blocks)
    )


@dataclass(frozen=True, kw_only=True)
class _Weights:
    """Weights of one world and draw: of states, of all outages, of blocks, of what is alone.

    ``parts`` (events + 1,) are those of disruptions in USD, all outages last.
    """

    lasting: Array
    outages: float
    blocks: Array
    alone: Array
    parts: Array


class _World:
    """One world's laws taken apart: of everything without one disruption, and without outages."""

    def __init__(self, world_tables: WorldTables, kept: Kept, year: BookYear, k: int) -> None:
        self.k, self.pieces, self.masses = k, world_tables.pieces, year.masses[k]
        self.step = float(year.step[k])
        self.rates = world_tables.worlds.rates[k, 1:]
        self.states = world_tables.worlds.laws.lasting
        self.alone_row = world_tables.worlds.hazards.alone_row
        self.shape = kept.alone.shape[1:3]
        self.mean = kept.usd("outages", k)[1 : 1 + RATE_DRAWS]
        variance = self.rates @ felt_by_length(world_tables, kept, k)[1]
        self.body = lognormal_cells(self.mean, variance, self.step)
        self.events, _, self.given = self.masses.given(self.step)
        self.once = world_tables.worlds.hazards.once[self.events]
        self.alone = self.masses.alone(self.step, self.rates)
        self.row = np.full(len(world_tables.worlds.hazards.events), -1)
        self.row[self.events[self.once]] = np.arange(int(self.once.sum()))

    def weights(self, draw: int, quantile: float) -> _Weights:
        """The weights in one draw of rates."""
        masses, rates = self.masses, self.rates[draw]
        without, whole, no_body = self._laws(draw)
        need = (quantile - self._together(masses)) / self.step
        row = self.row[masses.event_of_part[masses.part]]
        weight = np.where(row >= 0, reached(without, row, need), reached(whole, 0 * row, need))
        event = masses.event_of_part[masses.part]
        paid = masses.chance * masses.loss
        parts = np.zeros(len(rates) + 1)
        np.add.at(parts, event, paid * weight * rates[event])
        own = len(self.pieces.part)
        alone = self._alone_weights(whole, quantile, parts, rates)
        cells = np.arange(CELLS) * self.step
        rest = np.asarray((quantile - cells) / self.step, dtype=np.float64)
        above = reached(no_body, np.zeros(CELLS, dtype=np.int64), rest)
        taken = float((self.body[draw] * cells) @ above)
        parts[-1] += taken
        return _Weights(
            lasting=self.pieces.to_states(weight[:own], self.k, len(self.states.event)),
            outages=taken / max(float(self.mean[draw]), 1e-12),
            blocks=self._block_weights(event[own:], paid[own:], weight[own:], len(rates)),
            alone=alone,
            parts=parts,
        )

    def _block_weights(self, event: Integers, paid: Array, weight: Array, events: int) -> Array:
        """Weights of blocks by length, over the ways in which each reaches anybody."""
        code = event * GROUPS + np.arange(len(event)) % GROUPS
        above = np.bincount(code, paid * weight, events * GROUPS)
        under = np.bincount(code, paid, events * GROUPS)
        return np.asarray((above / np.maximum(under, 1e-300)).reshape(events, GROUPS))

    def _together(self, masses: Masses) -> Array:
        """What an event costs where an atom happens: its own, and the mean of its other parts."""
        count = len(masses.event_of_part)
        of_part = np.bincount(masses.part, masses.chance * masses.loss, count)
        of_event = np.bincount(masses.event_of_part, of_part)
        others = of_event[masses.event_of_part] - of_part if count else of_part
        return np.asarray(masses.loss + others[masses.part])

    def _laws(self, draw: int) -> tuple[Array, Array, Array]:
        """P(S >= cell) without each disruption that comes once, of all, and without outages."""
        rates, change = self.rates[draw], self.given - 1
        often = rates[self.events[~self.once], None] * change[~self.once]
        rare = np.exp(self.alone[draw] + often.sum(axis=0))
        factor = 1 + rates[self.events[self.once], None] * change[self.once]
        left, right = _others(factor)
        body = fft.rfft(self.body[draw])
        every = np.prod(factor, axis=0)
        without = _survival(rare * body * left * right)
        return without, _survival((rare * body * every)[None]), _survival((rare * every)[None])

    def _alone_weights(self, whole: Array, quantile: float, parts: Array, rates: Array) -> Array:
        """Weights of what customers have for themselves, loss by loss; adds their parts."""
        masses, found = self.masses, np.zeros(self.shape)
        need = (quantile - masses.alone_loss) / self.step
        weight = reached(whole, np.zeros(len(need), dtype=np.int64), need)
        found[self.alone_row[masses.alone_event], masses.alone_bin] = weight
        paid = masses.alone_loss * masses.alone_number * weight
        parts[:-1] += rates * np.bincount(masses.alone_event, paid, len(rates))
        return found


def _others(factor: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Products of all factors before each, and of all behind it: nothing is ever divided by."""
    ones = np.ones((1, factor.shape[1]), dtype=np.complex128)
    left = np.cumprod(np.concatenate([ones, factor]), axis=0)[:-1]
    right = np.cumprod(np.concatenate([ones, factor[::-1]]), axis=0)[:-1][::-1]
    return left, right


def _survival(transform: ComplexArray) -> Array:
    law = np.clip(fft.irfft(transform, n=CELLS, axis=1), 0.0, None)
    return np.asarray(np.cumsum(law[:, ::-1], axis=1)[:, ::-1])


def reached(laws: Array, row: Integers, need: Array) -> Array:
    """P(S >= need) in cells, straight between them, of one law for each need; sure below 0."""
    if not len(laws):
        return np.ones(len(need))
    within = np.clip(need, 0.0, CELLS - 1)
    low = np.minimum(within.astype(np.int64), CELLS - 2)
    before = laws[row, low]
    found = before + (within - low) * (laws[row, low + 1] - before)
    return np.asarray(np.where(need <= 0, laws[row, 0], found))
