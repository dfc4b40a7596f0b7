"""The engine's inner loops: the formulas of docs/method.md §2.2-2.4 for one row at a time.

They say for a row in a state what :mod:`risk.exposure.vulnerability` says for arrays, and tests
hold them to it. A temporary falter of length d costs min(m g(U(d)), C): waiting costs more the
longer it lasts, and once it costs as much as switching (C), one switches. So a row in a state is
one number, C, and the place on the duration grid where waiting passes it.

Plain Python runs a few thousand rows as soon as a compiler would have started; for more,
:func:`fast` compiles the same functions. Compiled loops run without Python's lock, side by side.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

#: Rows above which compiling pays for itself.
COMPILED_FROM = 20_000


def lost_service(
    days: float, severity: float, effective: float, buffer: float, failover: float
) -> float:
    """U = φ [min(τ, T⁺) + (1 - η_eff) max(0, T⁺ - τ)] with T⁺ = max(0, days - buffer)."""
    felt = days - buffer
    if felt <= 0.0:
        return 0.0
    if felt <= failover:
        return severity * felt
    return severity * (failover + (1.0 - effective) * (felt - failover))


def churned(days: float, knots: Any, shares: Any, slopes: Any) -> float:
    """The churn curve at ``days`` lost: straight between its 32 published knots."""
    low = 0
    for step in (16, 8, 4, 2, 1):
        low += step * (knots[low + step] <= days)
    return float(shares[low] + (days - knots[low]) * slopes[low])


def business_days(
    days: float, kept: float, quality: float, horizon: float, knots: Any, shares: Any, slopes: Any
) -> float:
    """Interruption, churn and quality in days of margin, at most those of the horizon."""
    total = days * kept + churned(days, knots, shares, slopes) * horizon + quality
    return total if total < horizon else horizon


def first_above(curve: Any, limit: float) -> int:
    """The first grid point at which a rising curve exceeds ``limit``; its length if none does.

    ``curve`` has 64 entries, infinite beyond its length, so that no step can leave it.
    """
    place = 0
    for step in (32, 16, 8, 4, 2, 1):
        place += step * (curve[place + step - 1] <= limit)
    return place


def state_cost(
    i: int,
    row: int,
    columns: Any,
    fine: int,
    rows: Any,
    row_ints: Any,
    constants: Any,
    knots: Any,
    shares: Any,
    slopes: Any,
) -> float:
    """Loss of row ``i`` in a permanent state; in a temporary one C, what switching costs.

    Arguments are those of :func:`value_rows`.
    """
    sort = row_ints[row, 0]
    same = row_ints[row, 1]
    margin = columns[0, i]
    cost = columns[3 + same, i] + columns[6, i] * constants[6]
    quality = constants[4] if fine else constants[2 + same]
    until = columns[1 + same, i] + rows[row, 4]
    until = 0.0 if until < 0.0 else until
    if sort == 2:
        daily = columns[6, i] * rows[row, 5] / constants[7]
        until = constants[5] if until > constants[5] else until
        stay = daily * constants[5]
        move = cost + columns[5, i] + quality * margin + daily * until
        return float(stay if stay <= move else move)
    lost = lost_service(until, rows[row, 0], rows[row, 1], rows[row, 2], rows[row, 3])
    kept = 1.0 if sort == 1 else 1.0 - constants[0]
    business = business_days(lost, kept, quality, constants[1], knots, shares, slopes)
    billed = 0.0 if sort == 1 else columns[5, i]
    return float(margin * business + cost + billed)


def value_rows(
    start: int,
    stop: int,
    columns: Any,
    signature: Any,
    country: Any,
    ranges: Any,
    country_ranges: Any,
    rows: Any,
    row_ints: Any,
    curves: Any,
    constants: Any,
    knots: Any,
    shares: Any,
    slopes: Any,
    margin_kept: Any,
    switched_in: Any,
    rate: Any,
    expected: Any,
    margin_above: Any,
    cost_below: Any,
    whole: Any,
    single: Any,
    deposit: bool,
) -> None:
    """Price rows ``start`` to ``stop`` in all their states.

    Args:
        start: first row.
        stop: one past the last.
        columns: (7, n) margin, gate other, gate same, cost other, cost same, stranded, spend.
        signature: (2, n) signature, and 1 for a fine-tuned model.
        country: (n,) of each row.
        ranges: (signatures, 2) table rows that hold for every country.
        country_ranges: (signatures, countries, 2) table rows of one country.
        rows: (table rows, 6) severity, effectiveness, buffer, failover, shift, rise.
        row_ints: (table rows, 5) sort, same developer, curve, slot of a customer's own event, and
            the number of a temporary state's table.
        curves: (curves, 64) waiting by duration in days of margin, then infinite.
        constants: recapture, churn horizon, quality days (other, same, fine-tuned), price horizon
            in days, dearer months, days a month.
        knots: days of the churn curve, (32,).
        shares: of the churn curve, (32,).
        slopes: of the churn curve from each knot on, (32,), 0 from the last.
        margin_kept: (tables, durations + 1) Σ weight·curve below each place.
        switched_in: (tables, durations + 1) Σ weight from each place on.
        rate: (table rows,) of permanent states and price shocks.
        expected: (n,) receives Σ over states of rate · loss.
        margin_above: (tables, durations + 1) receives margin by place.
        cost_below: the same for the cost C.
        whole: (table rows,) receives losses of permanent states and price shocks.
        single: (slots, n) receives losses (C for temporary ones) in customers' own events.
        deposit: False leaves the last four as they are.
    """
    for i in range(start, stop):
        margin = columns[0, i]
        sign = signature[0, i]
        where = country[i]
        total = 0.0
        inverse = 1.0 / margin if margin > 0.0 else 0.0
        for part in range(2):
            if part == 0:
                first, last = ranges[sign, 0], ranges[sign, 1]
            else:
                first, last = country_ranges[sign, where, 0], country_ranges[sign, where, 1]
            for row in range(first, last):
                loss = state_cost(
                    i,
                    row,
                    columns,
                    signature[1, i],
                    rows,
                    row_ints,
                    constants,
                    knots,
                    shares,
                    slopes,
                )
                slot = row_ints[row, 3]
                if deposit and slot >= 0:
                    single[slot, i] = loss
                if row_ints[row, 0] != 0:
                    total += rate[row] * loss
                    if deposit:
                        whole[row] += loss
                    continue
                if margin <= 0.0:
                    continue
                place = first_above(curves[row_ints[row, 2]], loss * inverse)
                table = row_ints[row, 4]
                total += margin * margin_kept[table, place] + loss * switched_in[table, place]
                if deposit:
                    margin_above[table, place] += margin
                    cost_below[table, place] += loss
        expected[i] = total


#: What the loops call; compiled along with them.
HELPERS = (lost_service, churned, business_days, first_above, state_cost)


def compiled(loop: Callable[..., None], *steps: Callable[..., Any]) -> Callable[..., None]:
    """A loop as machine code, which is kept on disk from run to run and runs without the lock.

    ``steps`` are functions that it calls beside the helpers of this module.
    """
    import numba
    from numba.extending import register_jitable

    called: tuple[Callable[..., Any], ...] = (*HELPERS, *steps)
    for helper in called:
        register_jitable(helper)
    found: Callable[..., None] = numba.njit(nogil=True, cache=True)(loop)
    return found


@cache
def fast() -> Callable[..., None]:
    """The compiled :func:`value_rows`."""
    return compiled(value_rows)


def kernel_for(rows: int) -> Callable[..., None]:
    """The loop that is quicker for so many rows, the compiler's start-up included."""
    return fast() if rows >= COMPILED_FROM else value_rows
