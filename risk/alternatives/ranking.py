"""Ranking of options: dominance, the recommendation, how sure it is, and what would flip it.

docs/method.md §6. Recommended is the option with the least extra cost and loss together among those
that lose no more than staying. Where staying ends with today's model, nothing is compared with it,
and an option that works in time comes before one that works too late. A lower bill counts as
nothing: it is no reason to move, and a price per token says little about another model's bill.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.results import Alternative, OptionClass
from risk.assumptions import Assumptions

#: Disruptions less than this much rarer or more frequent are as frequent as assumed.
HARDLY = 1.05
#: Nobody argues that they could be more than so many times rarer or more frequent.
FAR = 100.0


def ranked(
    options: Sequence[Alternative],
    assumptions: Assumptions,
    *,
    in_worlds: NDArray[np.float64] | None = None,
) -> tuple[Alternative, ...]:
    """The options of one dependency, staying first, with who is efficient, best and second.

    ``in_worlds`` (draws, options) is what is minimised, in every world: where given, it is counted
    in how many of them each option is the best of those that can be recommended.
    """
    stay = options[0]
    allowed = [one for one in options if one.allowed]
    efficient = [
        one for one in allowed if not any(dominates(b, one, stay, assumptions) for b in allowed)
    ]
    safe = [
        one
        for one in efficient
        if not stay.allowed or yearly_loss(one, assumptions) <= yearly_loss(stay, assumptions)
    ]
    order = sorted(safe, key=lambda one: _preference(one, stay, assumptions))
    best = order[0] if order else None
    second = order[1] if len(order) > 1 else None
    # Money alone decides among those that are as late as the best one, in general not at all.
    rivals = [one for one in order if best is not None and one.weeks_late == best.weeks_late]
    wins = _wins(options, rivals, in_worlds)
    return tuple(
        replace(
            one,
            pareto=one in efficient,
            recommended=one is best,
            flips_if=_flip(one, best, rivals, stay, assumptions),
            runner_up=one is second,
            best_in=wins.get(place),
        )
        for place, one in enumerate(options)
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


def _preference(
    one: Alternative, stay: Alternative, assumptions: Assumptions
) -> tuple[float, float, float]:
    """What recommended options have least of: weeks too late, cost and loss, then the bill."""
    return one.weeks_late, objective(one, stay, assumptions), one.run_usd_per_year or 0.0


def dominates(a: Alternative, b: Alternative, stay: Alternative, assumptions: Assumptions) -> bool:
    """True if ``a`` is no worse in loss, cost, effort and time, and better in one of them."""
    first, second = _figures(a, stay, assumptions), _figures(b, stay, assumptions)
    return all(x <= y for x, y in zip(first, second, strict=True)) and first != second


def _figures(one: Alternative, stay: Alternative, assumptions: Assumptions) -> tuple[float, ...]:
    """Less of each is better. With the extra cost among them no dominated option is ever best."""
    yearly = one.one_off_usd / assumptions.annualise_years + (one.run_usd_per_year or 0.0)
    extra = extra_cost(one, stay, assumptions)
    return yearly_loss(one, assumptions), extra, yearly, one.weeks, one.weeks_late


def _wins(
    options: Sequence[Alternative],
    rivals: Sequence[Alternative],
    in_worlds: NDArray[np.float64] | None,
) -> dict[int, float]:
    """The share of worlds in which each rival is best, by its place.

    Of equals that counts which is better by the mean.
    """
    if in_worlds is None or not rivals:
        return {}
    places = [next(at for at, one in enumerate(options) if one is rival) for rival in rivals]
    first = np.argmin(in_worlds[:, places], axis=1)
    shares = np.bincount(first, minlength=len(places)) / len(first)
    return dict(zip(places, shares.tolist(), strict=True))


def _flip(
    one: Alternative,
    best: Alternative | None,
    rivals: Sequence[Alternative],
    stay: Alternative,
    assumptions: Assumptions,
) -> str | None:
    """How much more or less frequent disruptions must be for this option to overtake the best one.

    λ* = Δcost / Δloss: the multiple of all rates at which the two cost the same.
    """
    if best is None or not one.allowed or one.weeks_late > best.weeks_late:
        return None
    if one is best:
        return _first_rival(one, rivals, stay, assumptions)
    multiple = break_even_multiple(one, best, stay, assumptions)
    if multiple is None or _distance(multiple) > FAR:
        return None
    if yearly_loss(best, assumptions) > yearly_loss(one, assumptions):
        return f"Overtakes the recommended option if disruptions are {_often(multiple)}"
    return f"Better only if disruptions are {_often(multiple)}"


def _first_rival(
    best: Alternative, order: Sequence[Alternative], stay: Alternative, assumptions: Assumptions
) -> str | None:
    """Who overtakes the best option first as disruptions become more or less frequent."""
    if len(order) == 1:
        return None
    rivals: list[tuple[float, int, float, Alternative]] = []
    for other in order:
        multiple = None if other is best else break_even_multiple(best, other, stay, assumptions)
        if multiple is not None and _distance(multiple) <= FAR:
            rivals.append((_distance(multiple), len(rivals), multiple, other))
    if not rivals:
        often = f"{FAR:.0f} times as frequent, or as rare, as assumed"
        return f"It stays best even if disruptions are {often}"
    _, _, multiple, other = min(rivals, key=lambda rival: rival[:2])
    if yearly_loss(best, assumptions) > yearly_loss(other, assumptions):
        return f"{other.option} overtakes it if disruptions are {_often(multiple)}"
    nothing = other.option_class is OptionClass.STAY
    subject = "Doing nothing" if nothing else other.option
    return f"{subject} is better only if disruptions are {_often(multiple)}"


def _distance(multiple: float) -> float:
    """How far from once, at least 1: 25 for twenty-five times and for a twenty-fifth."""
    return max(multiple, 1 / multiple) if multiple > 0 else inf


def break_even_multiple(
    one: Alternative, other: Alternative, stay: Alternative, assumptions: Assumptions
) -> float | None:
    """The multiple of all rates at which both cost the same; None if one wins at every rate."""
    cost = extra_cost(one, stay, assumptions) - extra_cost(other, stay, assumptions)
    saved = yearly_loss(other, assumptions) - yearly_loss(one, assumptions)
    return cost / saved if cost * saved > 0 else None


def _often(multiple: float) -> str:
    """``1.6 times as frequent as assumed``, ``25 times rarer than assumed``."""
    rarer = multiple < 1
    times = 1 / multiple if rarer else multiple
    if times < HARDLY:
        return "slightly rarer than assumed" if rarer else "slightly more frequent than assumed"
    digits = 0 if times >= 9.95 else 1 if times >= 1.95 else 2
    return f"{times:,.{digits}f} times {'rarer than' if rarer else 'as frequent as'} assumed"
