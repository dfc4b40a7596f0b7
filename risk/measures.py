"""Risk measures and compound laws as free functions: arrays in, numbers out.

Sources: Acerbi and Tasche 2002 (tail value at risk); McNeil, Frey and Embrechts 2015, chapter 8
(Euler contributions); Klugman, Panjer and Willmot (compound Poisson by Fourier inversion).
docs/method.md §5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class AnnualLossLaw:
    """Probability of each annual loss on an even grid: ``probability`` (..., cells).

    Cell i stands for a loss of ``i * step`` USD; ``step`` (...) belongs to each leading index.
    """

    probability: Array
    step: Array


def compound_poisson(
    losses: Array, rates: Array, *, cells: int = 4096, ceiling: Array | None = None
) -> AnnualLossLaw:
    """The law of a year's sum of independent Poisson losses.

    Args:
        losses: (draws, n) loss of each mass in USD, non-negative.
        rates: (n,) events a year of each mass.
        cells: grid size, a power of two.
        ceiling: (draws,) largest annual loss on the grid; by default mean plus twelve standard
            deviations plus the largest single loss.

    Each mass is split between its two neighbouring cells so that the mean stays exact.
    """
    mean = losses @ rates
    if ceiling is None:
        deviation = np.sqrt((losses**2) @ rates)
        ceiling = mean + 12 * deviation + losses.max(axis=1, initial=0.0)
    step = np.where(ceiling > 0, ceiling, 1.0) / (cells - 1)
    severity = _split_masses(losses / step[:, None], rates, cells)
    transform = np.fft.rfft(severity, axis=1)
    law = np.fft.irfft(np.exp(transform - rates.sum()), n=cells, axis=1)
    law = np.clip(law, 0.0, None)
    return AnnualLossLaw(law / law.sum(axis=1, keepdims=True), step)


def value_at_risk(law: AnnualLossLaw, level: float) -> Array:
    """The smallest loss x with P(annual loss <= x) >= level, in USD, per leading index."""
    return _quantile_cell(law, level) * law.step


def tail_value_at_risk(law: AnnualLossLaw, level: float) -> Array:
    """Mean of the worst ``1 - level`` of years, in USD (ties shared as Acerbi and Tasche do)."""
    cell = _quantile_cell(law, level)
    index = np.arange(law.probability.shape[-1])
    above = np.where(index > cell[:, None], law.probability, 0.0)
    tail_probability, tail_sum = above.sum(axis=1), np.einsum("ij,j->i", above, index)
    tied = (1 - level - tail_probability) * cell
    return np.asarray((tail_sum + tied) / (1 - level) * law.step)


def survival(law: AnnualLossLaw) -> Array:
    """P(annual loss >= cell) for every cell, with 1 in cell 0; shape (..., cells)."""
    return np.cumsum(law.probability[..., ::-1], axis=-1)[..., ::-1]


def at_least(reached: Array, position: Array) -> Array:
    """P(loss >= position), straight between cells, for positions in cells of any shape.

    ``reached`` (cells,) is P(loss >= cell). Nothing below the first cell is missed, and beyond the
    last its probability counts.
    """
    last = len(reached) - 1
    within = np.clip(position, 0, last)
    low = np.minimum(within.astype(np.int64), last - 1)
    before = reached[low]
    found = before + (within - low) * (reached[low + 1] - before)
    return np.asarray(np.where(position < 0, 1.0, found))


def tail_contributions(
    losses: Array, rates: Array, parts: Array, *, law: AnnualLossLaw, level: float
) -> Array:
    """Each part's share of the tail value at risk (Euler), in USD; the shares sum to it.

    By the Mecke formula for Poisson processes E[S_part 1{S >= v}] is the sum over masses of
    rate · part · P(S + loss >= v).

    Args:
        losses: (n,) total loss of each mass.
        rates: (n,) events a year.
        parts: (k, n) how each mass's loss divides into k parts (columns sum to ``losses``).
        law: of one annual sum (leading index 1) on whose grid the masses were laid.
    """
    cell = int(_quantile_cell(law, level)[0])
    reached = survival(law)[0]
    need = np.clip(cell - losses / law.step[0], 0, len(reached) - 1)
    weight = np.interp(need, np.arange(len(reached)), reached)
    raw: Array = parts @ (rates * weight)
    total = float(tail_value_at_risk(law, level)[0])
    return raw * (total / raw.sum()) if raw.sum() > 0 else raw


def herfindahl(shares: Array) -> float:
    """Sum of squared shares, after scaling them to sum to 1; NaN if there are none."""
    total = shares.sum()
    return float(((shares / total) ** 2).sum()) if total > 0 else float("nan")


def effective_number(shares: Array) -> float:
    """How many equal shares would be as concentrated: 1 / HHI."""
    return 1 / herfindahl(shares)


def _quantile_cell(law: AnnualLossLaw, level: float) -> NDArray[np.int64]:
    cumulative = np.cumsum(law.probability, axis=1)
    return np.asarray((cumulative < level - 1e-12).sum(axis=1), dtype=np.int64)


def _split_masses(position: Array, rates: Array, cells: int) -> Array:
    """Lay rates on cells, each split between the two cells around its position."""
    draws = position.shape[0]
    position = np.minimum(position, cells - 1.000001)
    lower = position.astype(np.int64)
    upper_share = position - lower
    offset = np.arange(draws)[:, None] * cells
    size = draws * cells
    flat = np.bincount(
        (lower + offset).ravel(), weights=((1 - upper_share) * rates).ravel(), minlength=size
    )
    flat += np.bincount(
        (lower + 1 + offset).ravel(), weights=(upper_share * rates).ravel(), minlength=size
    )
    return np.asarray(flat.reshape(draws, cells), dtype=np.float64)
