"""Charts as SVG: pure functions of figures that have been put into words. Colours come from CSS."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import count
from math import log10

_ROW, _BAR, _WIDTH = 44, 12, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 12, 34
_HEIGHT = 230
#: What is over sooner is drawn in hours.
_SHORT_DAYS = 3.0
MOST_BARS = 10
#: Stripes for what is not known.
_HATCHED = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="3" height="6" class="bar"/></pattern></defs>'
)
_OF_HATCHES = 'fill="url(#hatch)"'


def bar_chart(
    title: str, note: str, amounts: Iterable[tuple[str, float]], said: Callable[[float], str]
) -> dict[str, str]:
    """Return a card of bars, each with its label and amount above it, at most ten.

    Its chart is empty where nothing is above zero.
    """
    lines = [(label, amount, said(amount)) for label, amount in amounts if amount > 0][:MOST_BARS]
    largest = max((amount for _, amount, _ in lines), default=0.0)
    drawn = [
        f'<text x="0" y="{y + 16}" class="label">{escape(_cut(label))}</text>'
        f'<text x="{_WIDTH}" y="{y + 16}" class="amount">{escape(told)}</text>'
        f'<rect x="0" y="{y + 23}" width="{_WIDTH}" height="{_BAR}" rx="3" class="track"/>'
        f'<rect x="0" y="{y + 23}" width="{max(2.0, amount / largest * _WIDTH):.1f}"'
        f' height="{_BAR}" rx="3" class="bar"/>'
        for y, (label, amount, told) in zip(count(step=_ROW), lines, strict=False)
    ]
    alt = f"{title}: {', '.join(f'{label} {told}' for label, _, told in lines)}"
    svg = _svg(drawn, width=_WIDTH, height=len(lines) * _ROW, alt=alt) if lines else ""
    return {"title": title, "note": note, "svg": svg}


def range_bar(
    low: float, median: float | None, high: float, *, alt: str, facts: float = 0.0, end: float = 0.0
) -> str:
    """Return a range from zero to ``end``: light the whole of it, dark what facts leave open.

    A part ``facts`` (0..1) of the variance is its root of the width. Where there is no median, too
    little is known to tell one, and the range is hatched.
    """
    whole = max(end, high)
    if whole <= 0:
        return ""

    def at(value: float) -> float:
        return _WIDTH * min(1.0, max(0.0, value / whole))

    def part(left: float, right: float, look: str) -> str:
        width = max(2.0, at(right) - at(left))
        return f'<rect x="{at(left):.1f}" y="4" width="{width:.1f}" height="8" rx="3" {look}/>'

    drawn = [f'<rect x="0" y="4" width="{_WIDTH}" height="8" rx="3" class="track"/>']
    if median is None:
        drawn += [_HATCHED, part(low, high, 'class="bar light"'), part(low, high, _OF_HATCHES)]
        return _svg(drawn, width=_WIDTH, height=16, alt=alt)
    width = min(1.0, max(0.0, facts)) ** 0.5
    drawn.append(part(low, high, 'class="bar light"'))
    if width > 0:
        left, right = median - width * (median - low), median + width * (high - median)
        drawn.append(part(left, right, 'class="bar"'))
    drawn.append(f'<rect x="{at(median) - 1:.1f}" y="0" width="2" height="16" class="middle"/>')
    return _svg(drawn, width=_WIDTH, height=16, alt=alt)


def curve(
    points: Sequence[tuple[float, float]], *, alt: str, levels: Sequence[tuple[float, str]]
) -> str:
    """Return loss (USD) against return period (years, on a log scale), with level lines in words.

    None for fewer than two points.
    """
    if len(points) < 2 or max(loss for _, loss in points) <= 0:
        return ""
    low, high = log10(points[0][0]), log10(points[-1][0])
    places = [((log10(years) - low) / (high - low), loss) for years, loss in points]
    ticks = [(across, f"{years:g}") for (across, _), (years, _) in zip(places, points, strict=True)]
    return _line(places, places, ticks, "once in so many years", alt=alt, levels=levels)


def growth(
    points: Sequence[tuple[float, float]], *, alt: str, levels: Sequence[tuple[float, str]]
) -> str:
    """Return a loss (USD) as it grows day by day; in hours where it is over within three days.

    None for fewer than two points.
    """
    if len(points) < 2 or points[-1][1] <= 0:
        return ""
    last = points[-1][0]
    unit, factor = ("hours", 24.0) if last < _SHORT_DAYS else ("days", 1.0)
    places = [(day / last, loss) for day, loss in points]
    ticks = [(part, f"{part * last * factor:.0f}") for part in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return _line(places, (), ticks, f"{unit} since it began", alt=alt, levels=levels)


def _line(
    places: Sequence[tuple[float, float]],
    dots: Sequence[tuple[float, float]],
    ticks: Sequence[tuple[float, str]],
    axis: str,
    *,
    alt: str,
    levels: Sequence[tuple[float, str]],
) -> str:
    """Draw losses (USD) at places from 0, the left edge, to 1, with dots on some of them."""
    top = max(*(level for level, _ in levels), max(loss for _, loss in places))

    def x(across: float) -> float:
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT)

    def y(loss: float) -> float:
        return _TOP + (1 - loss / top) * (_HEIGHT - _TOP - _BOTTOM)

    drawn = [
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(level):.1f}" y2="{y(level):.1f}"'
        f' class="grid"/><text x="{_LEFT - 6}" y="{y(level) + 4:.1f}" class="amount small">'
        f"{escape(said)}</text>"
        for level, said in levels
    ]
    drawn += [
        f'<text x="{x(across):.1f}" y="{_HEIGHT - 16}" class="tick">{escape(said)}</text>'
        for across, said in ticks
    ]
    drawn.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2:.0f}" y="{_HEIGHT - 2}" class="tick">'
        f"{escape(axis)}</text>"
    )
    line = " ".join(f"{x(across):.1f},{y(loss):.1f}" for across, loss in places)
    drawn.append(f'<polyline points="{line}" class="curve"/>')
    drawn += [
        f'<circle cx="{x(across):.1f}" cy="{y(loss):.1f}" r="3" class="point"/>'
        for across, loss in dots
    ]
    return _svg(drawn, width=_WIDTH, height=_HEIGHT, alt=alt)


def _svg(drawn: Sequence[str], *, width: int, height: int, alt: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(alt)}">'
        f"{''.join(drawn)}</svg>"
    )


def _cut(label: str, width: int = 38) -> str:
    return label if len(label) <= width else label[: width - 1].rstrip() + "…"
