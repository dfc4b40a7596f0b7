"""The engine's inner loops: the formulas of docs/method.md §3 for one exposure in one state.

They say for one exposure what :mod:`risk.exposure.vulnerability` says for arrays, and tests hold
them to it. A temporary falter of length d costs min(m g(U(d)), C): waiting costs more the longer
it lasts, and once it costs as much as switching (C), one switches. So an exposure in a state is
one number, C, and the place on the duration grid where waiting passes it.

Plain Python values a few thousand exposures as soon as a compiler would have started; for more
:mod:`risk.engine.batch_loops` is compiled. Compiled loops run without Python's lock, side by side.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from risk.hazard.durations import NEGLIGIBLE_WEIGHT

#: How loops are compiled: without Python's lock, and so that several rows are taken at a time. No
#: sum is taken in another order, so that answers are the same each time.
FLAGS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"nnan", "nsz", "contract"},
}
#: Exposures above which compiling pays for itself.
COMPILED_FROM = 5_000


def lost_service(
    days: float, severity: float, effective: float, buffer: float, failover: float
) -> float:
    """U = φ [min(τ, T⁺) + (1 - η_eff) max(0, T⁺ - τ)] with T⁺ = max(0, days - buffer)."""
    felt = max(0.0, days - buffer)
    return severity * (min(felt, failover) + (1.0 - effective) * max(0.0, felt - failover))


def churned(days: float, knots: Any, shares: Any, slopes: Any) -> float:
    """The churn curve at ``days`` lost: straight between its 32 published knots."""
    low = 16 * (knots[16] <= days)
    low += 8 * (knots[low + 8] <= days)
    low += 4 * (knots[low + 4] <= days)
    low += 2 * (knots[low + 2] <= days)
    low += 1 * (knots[low + 1] <= days)
    return shares[low] + (days - knots[low]) * slopes[low]  # type: ignore[no-any-return] # arrays


def first_above(curve: Any, limit: float) -> int:
    """The first grid point at which a rising curve exceeds ``limit``; its length if none does.

    ``curve`` has 64 entries, infinite beyond its length, so that no step can leave it.
    """
    place = 32 * (curve[31] <= limit)
    place += 16 * (curve[place + 15] <= limit)
    place += 8 * (curve[place + 7] <= limit)
    place += 4 * (curve[place + 3] <= limit)
    place += 2 * (curve[place + 1] <= limit)
    place += 1 * (curve[place] <= limit)
    return place  # type: ignore[no-any-return] # an integer


def price_cost(
    margin: float, until: float, move: float, daily: float, quality: float, horizon: float
) -> float:
    """Loss in a price shock: the dearer price for the horizon, or until one has moved."""
    return min(daily * horizon, move + quality * margin + daily * min(until, horizon))


def state_costs(
    count: int,
    exposure: Any,
    row: Any,
    columns: Any,
    fine: Any,
    rows: Any,
    row_ints: Any,
    constants: Any,
    knots: Any,
    shares: Any,
    slopes: Any,
    found: Any,
) -> None:
    """Loss of exposures in permanent states; in temporary ones C, what switching costs.

    ``exposure``, ``row`` and ``found`` (count,) or longer: whose, in which table row, and the
    answer in USD. ``fine`` (exposures,) is 1 for a fine-tuned model; the rest is as in
    :func:`risk.engine.batch_loops.value_states`. Many are taken in one call, and the churn curve is
    looked up in place, because handing arrays to a function costs more than all of the formula.
    """
    for k in range(count):
        i, at = exposure[k], row[k]
        sort, same = row_ints[at, 0], row_ints[at, 1]
        margin, stranded = columns[0, i], columns[5, i]
        cost = columns[3 + same, i] + columns[6, i] * constants[6]
        quality = constants[4] if fine[i] else constants[2 + same]
        until = max(0.0, rows[at, 6] * columns[1 + same, i] + rows[at, 4])
        if sort == 2:
            daily = columns[6, i] * rows[at, 5] / constants[7]
            found[k] = price_cost(margin, until, cost + stranded, daily, quality, constants[5])
            continue
        lost = lost_service(until, rows[at, 0], rows[at, 1], rows[at, 2], rows[at, 3])
        low = 16 * (knots[16] <= lost)
        low += 8 * (knots[low + 8] <= lost)
        low += 4 * (knots[low + 4] <= lost)
        low += 2 * (knots[low + 2] <= lost)
        low += 1 * (knots[low + 1] <= lost)
        churn = shares[low] + (lost - knots[low]) * slopes[low]
        kept = 1.0 if sort == 1 else 1.0 - constants[0]
        billed = 0.0 if sort == 1 else stranded
        # What is lost and what it costs to move: business for a year at most.
        business = min(lost * kept + churn * constants[1] + quality, constants[1])
        found[k] = margin * business + cost + billed


#: What the loops call; compiled along with them.
HELPERS = (lost_service, churned, first_above, price_cost, state_costs)


def compiled(loop: Callable[..., None], *steps: Callable[..., Any]) -> Callable[..., None]:
    """A loop as machine code, which is kept on disk from run to run and runs without the lock.

    ``steps`` are functions that it calls beside the helpers of this module. What is kept is filed
    under the text of the engine, because the compiler looks for changes in the loop's file alone.
    """
    import numba
    from numba.extending import register_jitable

    folder = Path(__file__).parent / "__pycache__" / _text_of_engine()
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # set when it is imported

    called: tuple[Callable[..., Any], ...] = (*HELPERS, *steps)
    for helper in called:
        register_jitable(helper)
    found: Callable[..., None]
    try:
        found = numba.njit(cache=True, **FLAGS)(loop)
    except RuntimeError:
        # Nowhere may anything be kept: each process compiles for itself.
        found = numba.njit(**FLAGS)(loop)
    return found


@cache
def _text_of_engine() -> str:
    """A short name for what the files of the engine, and what they compile in, say now."""
    texts = [one.read_bytes() for one in sorted(Path(__file__).parent.glob("*.py"))]
    constants = repr(NEGLIGIBLE_WEIGHT).encode()
    return f"loops-{sha256(b''.join([*texts, constants])).hexdigest()[:12]}"
