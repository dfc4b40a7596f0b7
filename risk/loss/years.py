"""The law of a year's loss on even cells: the same steps for a portfolio and for one startup.

Everything temporary is one lognormal with its mean and variance. What comes at most once with
chance p multiplies by 1 - p + p·Σ q δ(loss), over the combinations of links that it can pass with
their chances q; price shocks come as often as a Poisson number says. Laws of several worlds are
mixed. Sources: Klugman, Panjer and Willmot, *Loss Models*; Acerbi and Tasche 2002 (tail value at
risk). docs/method.md §5.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.special import ndtr

from risk.loss.compiling import compiled

Array = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Integers = NDArray[np.int64]

#: Cells of a portfolio's law, and standard deviations above the mean at which its grid ends.
CELLS, REACH = 512, 6.0


@dataclass(frozen=True)
class MixedLaw:
    """A year's loss: ``losses`` (atoms,) in USD, rising, with their ``probability`` (atoms,)."""

    losses: Array
    probability: Array

    @cached_property
    def below(self) -> Array:
        """The probability of each loss or less, (atoms,)."""
        return np.cumsum(self.probability)

    @property
    def mean(self) -> float:
        """The expected loss of the law itself."""
        return float(self.losses @ self.probability)

    def value_at_risk(self, level: float) -> float:
        """The smallest loss that is not exceeded with probability ``level``."""
        place = np.searchsorted(self.below, level - 1e-12)
        return float(self.losses[min(int(place), len(self.losses) - 1)])

    def tail_value_at_risk(self, level: float) -> float:
        """Mean of the worst ``1 - level`` of years, the probability at the edge shared."""
        first = int(np.searchsorted(self.below, level))
        tail = np.minimum(self.probability[first:], self.below[first:] - level)
        return float(self.losses[first:] @ tail) / (1 - level)

    def exceeded(self, losses: Array) -> Array:
        """The probability of a year that costs more than each of some losses."""
        above = np.append(np.cumsum(self.probability[::-1])[::-1], 0.0)
        return np.asarray(above[np.searchsorted(self.losses, losses, side="right")])


def mixed(losses: Array, probability: Array) -> MixedLaw:
    """Laws of several worlds, each (…, cells), mixed in equal parts."""
    flat, chance = losses.ravel(), probability.ravel()
    order = np.argsort(flat, kind="stable")
    return MixedLaw(flat[order], chance[order] / chance.sum())


def lay(position: Array, mass: Array, row: Integers, shape: tuple[int, int]) -> Array:
    """Masses at positions in cells, laid on rows of cells (rows, cells), means kept.

    What is beyond the last cell is laid on it.
    """
    rows, cells = shape
    within = np.minimum(position, cells - 1.000001)
    low = within.astype(np.int64)
    upper = (within - low) * mass
    at = row * cells + low
    size = rows * cells
    found = np.bincount(at, weights=mass - upper, minlength=size)
    found += np.bincount(at + 1, weights=upper, minlength=size + 1)[:size]
    return np.asarray(found.reshape(rows, cells), dtype=np.float64)


def lognormal_cells(mean: Array, variance: Array, step: float, cells: int = CELLS) -> Array:
    """Lognormal laws on cells, (laws, cells); a mass is split between two to keep its mean."""
    edges = np.arange(cells) * step
    known = mean > 0
    usual = np.where(known, mean, 1.0)
    sigma = np.sqrt(np.log1p(np.maximum(variance, 1e-12 * usual**2) / usual**2))
    mu = np.log(usual) - sigma**2 / 2
    with np.errstate(divide="ignore"):
        z = (np.log(edges)[None, :] - mu[:, None]) / sigma[:, None]
    below, part = ndtr(z), usual[:, None] * ndtr(z - sigma[:, None])
    chance, means = np.diff(below, axis=1), np.diff(part, axis=1)
    upper = np.clip((means - edges[:-1] * chance) / step, 0.0, chance)
    found = np.zeros((len(mean), cells))
    found[:, :-1] += chance - upper
    found[:, 1:] += upper
    found[:, -1] += 1 - below[:, -1]
    found[~known] = np.eye(1, cells)
    return found


@dataclass(frozen=True, kw_only=True)
class Masses:
    """Losses of the disruptions of one world.

    Atom n costs ``loss[n]`` with chance ``chance[n]`` and is of a ``part``; parts of an event
    happen independently of each other, given the event. ``event_of_part`` rises. What each
    customer has for itself stands apart: ``alone_number`` of them lose ``alone_loss`` each in
    ``alone_event``, as ``alone_bin`` of like losses.
    """

    loss: Array
    chance: Array
    part: Integers
    event_of_part: Integers
    alone_loss: Array
    alone_number: Array
    alone_event: Integers
    alone_bin: Integers

    @property
    def most(self) -> float:
        """More than any disruption can cost, in USD: up to four parts of one come together."""
        return float(max(self.loss.max(initial=0.0) * 4, self.alone_loss.max(initial=0.0)))

    def moments(self, events: int) -> tuple[Array, Array, Array]:
        """Mean, variance and largest loss given each event, (events,)."""
        parts = len(self.event_of_part)
        mean = np.bincount(self.part, self.chance * self.loss, parts)
        square = np.bincount(self.part, self.chance * self.loss**2, parts)
        largest = np.zeros(parts)
        np.maximum.at(largest, self.part, self.loss)
        spread = square - mean**2
        first, second, most = (
            np.asarray(np.bincount(self.event_of_part, one, events), dtype=np.float64)
            for one in (mean, spread, largest)
        )
        return first, second, most

    def given(self, step: float, cells: int = CELLS) -> tuple[Integers, Array, ComplexArray]:
        """Events that cost anything, the law of the loss given each, and the law's transform."""
        parts = len(self.event_of_part)
        density = lay(self.loss / step, self.chance, self.part, (parts, cells))
        by_part = fft.rfft(density, axis=1) if parts else np.zeros((0, cells // 2 + 1), complex)
        events, first, count = np.unique(self.event_of_part, return_index=True, return_counts=True)
        law, transform = density[first], by_part[first]
        several = np.flatnonzero(count > 1)
        for event in several:
            own = slice(first[event], first[event] + count[event])
            transform[event] = np.multiply.reduce(by_part[own], axis=0)
        law[several] = np.clip(fft.irfft(transform[several], n=cells, axis=1), 0.0, None)
        return events, law, transform

    def alone(self, step: float, rates: Array, cells: int = CELLS) -> ComplexArray:
        """The exponents of what customers have for themselves, (laws, frequencies).

        Each startup's is its own and comes at most once: n ln(1 + p (T - 1)) for n of like loss,
        up to the second power of p, with T² at twice the loss.
        """
        laws, chance = len(rates), rates[:, self.alone_event]
        first = self.alone_number * (chance + chance**2)
        second = -self.alone_number * chance**2 / 2
        place = np.tile(np.concatenate([self.alone_loss, 2 * self.alone_loss]) / step, laws)
        row = np.repeat(np.arange(laws), 2 * len(self.alone_loss))
        mass = np.concatenate([first, second], axis=1).ravel()
        density = lay(place, mass, row, (laws, cells))
        return np.asarray(fft.rfft(density, axis=1) - density.sum(axis=1)[:, None])


def ceiling(
    masses: Masses, often: Array, once: NDArray[np.bool_], mean: Array, variance: Array
) -> float:
    """Where the grid of a world's laws ends: mean, six standard deviations, largest loss.

    ``often`` (laws, events) are rates, or chances where ``once`` (events,); ``mean`` and
    ``variance`` (laws,) are those of everything temporary.
    """
    first, second, largest = masses.moments(len(once))
    rates = often[:, masses.alone_event] * masses.alone_number
    total = mean + often @ first + rates @ masses.alone_loss
    square = second + first**2
    spread = variance + often @ square - (np.where(once, often, 0.0) ** 2) @ first**2
    spread = spread + rates @ masses.alone_loss**2
    reach = total + REACH * np.sqrt(np.maximum(spread, 0.0))
    most = max(largest.max(initial=0.0), masses.alone_loss.max(initial=0.0))
    return float(max(reach.max() + most, 1.0))


def year_laws(
    masses: Masses,
    given: tuple[Integers, ComplexArray],
    often: Array,
    once: NDArray[np.bool_],
    outages: Array,
    step: float,
) -> Array:
    """The laws of a year in one world under several draws of rates, (laws, CELLS).

    ``given`` are the events that cost anything, with the transform of the loss given each;
    ``outages`` (laws, CELLS) the laws of everything temporary. Others as for :func:`ceiling`.
    """
    events, transform = given
    body = fft.rfft(outages, axis=1)
    body *= np.exp(masses.alone(step, often))
    scratch = np.zeros((2, body.shape[1]), dtype=np.complex128)
    rates = np.ascontiguousarray(often[:, events])
    compiled(join_events)(once[events], rates, transform, scratch, body)
    found = np.clip(fft.irfft(body, n=CELLS, axis=1), 0.0, None)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def join_events(once: Any, often: Any, given: Any, scratch: Any, body: Any) -> None:
    """Multiply the transforms of events into each law's, (laws, frequencies), in one order.

    ``room`` (2, frequencies) is written on.
    """
    product, exponent = scratch
    for law in range(len(body)):
        for at in range(len(product)):
            product[at], exponent[at] = 1.0, 0.0
        for event in range(len(once)):
            rate = often[law, event]
            for at in range(len(product)):
                if once[event]:
                    product[at] *= 1.0 + rate * (given[event, at] - 1.0)
                else:
                    exponent[at] += rate * (given[event, at] - 1.0)
        for at in range(len(product)):
            body[law, at] *= product[at] * np.exp(exponent[at])
