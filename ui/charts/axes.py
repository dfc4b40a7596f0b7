"""Axes whose marks are written as money and per cent are in the text beside them.

The plotting library would write ``50%`` where every sentence says ``50 %``, and call a billion
``G``; so the marks are chosen and written here.
"""

from collections.abc import Callable, Iterable
from math import ceil, floor, log10
from typing import Any

from ui import money

#: Marks stand at multiples of these, times a power of ten.
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
#: Room for autoranged ends beyond the data.
BEYOND = 1.15


def money_axis(values: Iterable[float], *, most: int = 7) -> dict[str, Any]:
    """What an axis in USD needs that shows zero and ``values``: at most so many written marks.

    The marks are round in the currency that is shown, and stand where USD are drawn.
    """
    shown = [money.shown().of(one) for one in (0.0, *values)]
    return _money_axis(round_marks(min(shown), max(shown), most=most))


def money_marks(low: float, high: float, *, most: int = 7) -> dict[str, Any]:
    """The same for an axis from ``low`` to ``high`` that need not show zero."""
    shown = money.shown()
    return _money_axis(_between(shown.of(low), shown.of(high), most=most))


def _money_axis(marks: list[float]) -> dict[str, Any]:
    axis = _axis(marks, _money_mark)
    return {**axis, "tickvals": [money.shown().in_usd(one) for one in marks]}


def _money_mark(amount: float) -> str:
    """A round amount in full: ``$12.5M``, for a mark may have three figures."""
    before = f"{'−' if amount < 0 else ''}{money.shown().prefix}"
    for limit, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(amount) >= limit:
            return f"{before}{abs(amount) / limit:.4g}{unit}"
    return f"{before}{abs(amount):.4g}"


def percent_axis(low: float, high: float, *, most: int = 7) -> dict[str, Any]:
    """What an axis of shares of 1 from ``low`` to ``high`` needs."""
    marks = _between(low, high, most=most)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    decimals = max(0, ceil(-log10(100 * step) - 1e-9))
    return _axis(marks, lambda share: f"{100 * share:.{decimals}f} %")


def _axis(marks: list[float], written: Callable[[float], str]) -> dict[str, Any]:
    texts = [written(one) for one in marks]
    return {"tickmode": "array", "tickvals": marks, "ticktext": texts}


def _between(low: float, high: float, *, most: int) -> list[float]:
    return [one for one in round_marks(low, high, most=most) if low <= one <= high]


def round_marks(low: float, high: float, *, most: int) -> list[float]:
    """Round numbers, evenly apart, over what lies between and a little beyond."""
    length = high - low
    if length <= 0:
        return [low]
    rough = length / max(1, most - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough * (1 - 1e-9))
    first = floor(low / step + 1e-9)
    last = floor((low + length * BEYOND) / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]
