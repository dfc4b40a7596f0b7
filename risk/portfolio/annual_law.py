"""The law of a year's sum of losses when rates are uncertain and markets have good and bad years.

The characteristic function is built event by event and inverted by one Fourier transform. With
g(t) = E e^{itF} - 1 for the loss F of one event:

- a known rate λ adds λ g (compound Poisson);
- an uncertain rate λ ~ Gamma(a, rate b) adds -a log(1 - g/b) (negative binomial counts);
- events K that share a yearly frailty Z (Gamma, mean 1, variance θ) add
  -(1/θ) log(1 - θ Σ_K λ g).

Each event's part of the tail follows from the Mecke formula: E[part · 1{S >= v}] =
λ Σ part · P(S* + F >= v), where S* is S with the event's own mixing size-biased: its
characteristic function is multiplied by 1/(1 - g/b), or by 1/(1 - θ Σ_K λ g) for the frail.
Sources: Klugman, Panjer and Willmot, *Loss Models*, ch. 6-9; docs/method.md §5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from risk.engine.cells import lay_on_cells
from risk.measures import AnnualLossLaw, at_least, survival, tail_value_at_risk, value_at_risk

Array = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

CELLS = 2**15
#: Threads that transform the laws of many events at once.
WORKERS = 2
#: Standard deviations above the mean at which the grid ends, and wraps around.
REACH = 30.0


@dataclass(frozen=True, kw_only=True)
class EventMasses:
    """One event of the catalogue as a discrete loss.

    Args:
        rate_per_year: mean of the rate.
        rate_shape: shape a of its Gamma law; None for a rate that is known.
        frail: True if the market's yearly frailty multiplies the rate (then ``rate_shape`` is not
            used: the frailty is the larger uncertainty of frequent events).
        losses: (masses,) loss in USD of each way in which the event can go.
        probability: (masses,) of each, summing to at most 1; the rest costs nothing.
        parts: (owners, masses) how each loss divides among owners.
    """

    rate_per_year: float
    rate_shape: float | None
    frail: bool
    losses: Array
    probability: Array
    parts: Array


@dataclass(frozen=True, kw_only=True)
class AnnualLaw:
    """The law of the year's sum, and what is needed for contributions.

    ``changes`` holds E e^{itF} - 1 of each event, (events, frequencies), in their order.
    """

    law: AnnualLossLaw
    transform: ComplexArray
    frailty: ComplexArray
    frailty_variance: float
    changes: ComplexArray

    def reached(self, events: Sequence[EventMasses]) -> Array:
        """P(S* >= cell) with each event's own mixing size-biased, (events, cells)."""
        cells = self.law.probability.shape[1]
        biased = np.repeat(self.transform[None, :], len(events), axis=0)
        for row, (one, change) in enumerate(zip(events, self.changes, strict=True)):
            if _shares_frailty(one, self.frailty_variance):
                biased[row] /= self.frailty
            elif one.rate_shape is not None:
                biased[row] /= 1 - change * (one.rate_per_year / one.rate_shape)
        laws = _invert(biased, cells)
        return np.asarray(laws[:, ::-1].cumsum(axis=1)[:, ::-1])

    def weights(self, reached: Array, losses: Array, quantile_usd: float) -> Array:
        """P(S* + loss >= quantile) for each of an event's losses, any shape."""
        need = (quantile_usd - losses) / self.law.step[0]
        return at_least(reached, need)


def annual_law(
    events: Sequence[EventMasses], *, frailty_variance: float, cells: int = CELLS
) -> AnnualLaw:
    """Invert the characteristic function of the year's sum on ``cells`` even cells."""
    step = _ceiling(events, frailty_variance) / (cells - 1)
    changes = _changes(events, step, cells)
    exponent = np.zeros(cells // 2 + 1, dtype=np.complex128)
    shared = np.zeros_like(exponent)
    for one, change in zip(events, changes, strict=True):
        if _shares_frailty(one, frailty_variance):
            shared += one.rate_per_year * change
        elif one.rate_shape is None:
            exponent += one.rate_per_year * change
        else:
            exponent -= one.rate_shape * np.log1p(-change * (one.rate_per_year / one.rate_shape))
    frailty = 1 - frailty_variance * shared
    if frailty_variance > 0:
        exponent -= np.log(frailty) / frailty_variance
    transform = np.exp(exponent)
    law = AnnualLossLaw(_invert(transform[None, :], cells), np.array([step]))
    return AnnualLaw(
        law=law,
        transform=transform,
        frailty=frailty,
        frailty_variance=frailty_variance,
        changes=changes,
    )


def contributions(
    events: Sequence[EventMasses], year: AnnualLaw, *, level: float
) -> tuple[Array, list[Array]]:
    """Shares of the tail value at risk in USD: by owner, and by event and owner.

    They are Euler contributions; the probability at the value at risk itself is shared in
    proportion, so that they sum to the tail value at risk.
    """
    quantile = float(value_at_risk(year.law, level)[0])
    by_event = [
        one.parts
        @ (one.rate_per_year * one.probability * year.weights(reached, one.losses, quantile))
        for one, reached in zip(events, year.reached(events), strict=True)
    ]
    total = float(tail_value_at_risk(year.law, level)[0])
    raw = sum((float(one.sum()) for one in by_event), start=0.0)
    scale = total / raw if raw > 0 else 0.0
    scaled = [one * scale for one in by_event]
    owners = len(events[0].parts) if events else 0
    return sum(scaled, start=np.zeros(owners)), scaled


def tail_sum_error(events: Sequence[EventMasses], year: AnnualLaw, *, level: float) -> float:
    """How far the contributions miss the tail before scaling, relative to it.

    Σ E[part 1{S >= v}] - v (P(S >= v) - (1 - level)) equals (1 - level) · TVaR exactly; on a grid
    the difference is an error of the grid.
    """
    quantile = float(value_at_risk(year.law, level)[0])
    total = float(tail_value_at_risk(year.law, level)[0])
    raw: float = sum(
        one.rate_per_year
        * float((one.losses * one.probability) @ year.weights(above, one.losses, quantile))
        for one, above in zip(events, year.reached(events), strict=True)
    )
    reached = survival(year.law)[0]
    cell = round(quantile / float(year.law.step[0]))
    expected = (1 - level) * (total - quantile) + quantile * float(reached[cell])
    return float(abs(raw - expected) / max(expected, 1e-12))


def _shares_frailty(one: EventMasses, frailty_variance: float) -> bool:
    return one.frail and frailty_variance > 0


def _invert(transform: ComplexArray, cells: int) -> Array:
    """Probabilities (…, cells) from transforms (…, frequencies)."""
    law = np.clip(fft.irfft(transform, n=cells, axis=-1, workers=WORKERS), 0.0, None)
    return np.asarray(law / law.sum(axis=-1, keepdims=True))


def _changes(events: Sequence[EventMasses], step: float, cells: int) -> ComplexArray:
    """E e^{itF} - 1 on the grid; each mass is split between two cells so that its mean is kept."""
    density = np.zeros((len(events), cells))
    total = np.zeros((len(events), 1))
    for row, one in enumerate(events):
        lay_on_cells(one.losses / step, one.probability, density[row])
        total[row] = one.probability.sum()
    transform: ComplexArray = fft.rfft(density, axis=-1, workers=WORKERS)
    return np.asarray(transform - total)


def _ceiling(events: Sequence[EventMasses], frailty_variance: float) -> float:
    """Where the grid ends: the mean and many standard deviations, and the largest single loss."""
    mean, variance, frail, largest = 0.0, 0.0, 0.0, 0.0
    for one in events:
        expected = one.rate_per_year * float((one.probability * one.losses).sum())
        mean += expected
        variance += one.rate_per_year * float((one.probability * one.losses**2).sum())
        largest = max(largest, float(one.losses.max(initial=0.0)))
        if one.frail:
            frail += expected
        elif one.rate_shape is not None:
            variance += expected**2 / one.rate_shape
    variance += frailty_variance * frail**2
    return float(max(mean + REACH * np.sqrt(variance) + largest, 1.0))
