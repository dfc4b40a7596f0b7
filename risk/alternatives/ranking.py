"""Ranking of options: dominance, the recommendation, and what would flip it.

docs/method.md §6. Recommended is the option with the least extra cost and loss together among those
that lose no more than staying. A lower bill counts as nothing: it is no reason to move, and a price
per token says little about another model's bill.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from risk.alternatives.results import Alternative
from risk.assumptions import Assumptions


def ranked(options: Sequence[Alternative], assumptions: Assumptions) -> tuple[Alternative, ...]:
    """The options of one dependency, staying first, with who is efficient, best and second."""
    stay = options[0]
    allowed = [one for one in options if one.allowed]
    efficient = [one for one in allowed if not any(dominates(b, one, assumptions) for b in allowed)]
    safe = [
        one for one in efficient if yearly_loss(one, assumptions) <= yearly_loss(stay, assumptions)
    ]
    order = sorted(safe, key=lambda one: objective(one, stay, assumptions))
    best = order[0] if order else None
    second = order[1] if len(order) > 1 else None
    return tuple(
        replace(
            one,
            pareto=one in efficient,
            recommended=one is best,
            flips_if=_flip(one, best, order, stay, assumptions),
            runner_up=one is second,
        )
        for one in options
    )


def yearly_loss(one: Alternative, assumptions: Assumptions) -> float:
    """Expected loss plus the capital cost of the tail, USD a year."""
    return one.residual_aal_usd + assumptions.cost_of_capital * one.residual_tvar95_usd


def extra_cost(one: Alternative, stay: Alternative, assumptions: Assumptions) -> float:
    """What an option costs more than staying, USD a year; never below its one-off cost."""
    run, today = one.run_usd_per_year or 0.0, stay.run_usd_per_year or 0.0
    return one.one_off_usd / assumptions.annualise_years + max(0.0, run - today)


def objective(one: Alternative, stay: Alternative, assumptions: Assumptions) -> float:
    """What is minimised: extra cost and loss, USD a year."""
    return extra_cost(one, stay, assumptions) + yearly_loss(one, assumptions)


def dominates(a: Alternative, b: Alternative, assumptions: Assumptions) -> bool:
    """True if ``a`` is no worse in loss, cost and effort, and better in one of them."""
    first, second = _figures(a, assumptions), _figures(b, assumptions)
    return all(x <= y for x, y in zip(first, second, strict=True)) and first != second


def _figures(one: Alternative, assumptions: Assumptions) -> tuple[float, float, float]:
    yearly = one.one_off_usd / assumptions.annualise_years + (one.run_usd_per_year or 0.0)
    return yearly_loss(one, assumptions), yearly, one.weeks


def _flip(
    one: Alternative,
    best: Alternative | None,
    order: Sequence[Alternative],
    stay: Alternative,
    assumptions: Assumptions,
) -> str | None:
    """How much more or less frequent falters must be for this option to overtake the best one.

    λ* = Δcost / Δloss: the multiple of all rates at which the two cost the same.
    """
    if best is None or not one.allowed:
        return None
    if one is best:
        return _first_rival(one, order, stay, assumptions)
    multiple = break_even_multiple(one, best, stay, assumptions)
    if multiple is None:
        return None
    saves = yearly_loss(best, assumptions) > yearly_loss(one, assumptions)
    return f"Wins if disruptions are {'above' if saves else 'below'} {_times(multiple)}"


def _first_rival(
    best: Alternative, order: Iterable[Alternative], stay: Alternative, assumptions: Assumptions
) -> str | None:
    """Who overtakes the best option first as disruptions become more or less frequent."""
    rivals: list[tuple[float, int, float, Alternative]] = []
    for other in order:
        multiple = None if other is best else break_even_multiple(best, other, stay, assumptions)
        if multiple is not None:
            distance = max(multiple, 1 / multiple) if multiple > 0 else float("inf")
            rivals.append((distance, len(rivals), multiple, other))
    if not rivals:
        return None
    _, _, multiple, other = min(rivals, key=lambda rival: rival[:2])
    saves = yearly_loss(other, assumptions) > yearly_loss(best, assumptions)
    return (
        f"{other.option} wins if disruptions are {'below' if saves else 'above'} {_times(multiple)}"
    )


def break_even_multiple(
    one: Alternative, other: Alternative, stay: Alternative, assumptions: Assumptions
) -> float | None:
    """The multiple of all rates at which both cost the same; None if one wins at every rate."""
    cost = extra_cost(one, stay, assumptions) - extra_cost(other, stay, assumptions)
    saved = yearly_loss(other, assumptions) - yearly_loss(one, assumptions)
    return cost / saved if cost * saved > 0 else None


def _times(multiple: float) -> str:
    """``0.42 times as frequent as assumed``: two figures, more where it is almost once."""
    digits = 2 if multiple < 2 else 1 if multiple < 10 else 0
    if round(multiple, 2) == 1:
        digits = 4
    return f"{multiple:,.{digits}f} times as frequent as assumed"
