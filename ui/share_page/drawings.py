"""Charts as SVG: pure functions of figures that have been put into words. Colours come from CSS."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import count
from math import log10

from ui.uncertainty import Spread

_ROW, _BAR, _WIDTH = 26, 11, 460
#: Where bars begin and where the longest ends, between labels and amounts.
_BARS_FROM, _BARS_TO = 190, 395
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 12, 34
_HEIGHT = 230
#: What is over sooner is drawn in hours.
_SHORT_DAYS = 3.0
MOST_BARS = 10
#: How far a bar of a range runs beyond it.
_BEYOND = 1.12
_NAMED_SHARES = 3


def bar_chart(
    title: str, note: str, amounts: Iterable[tuple[str, float]], said: Callable[[float], str]
) -> dict[str, str]:
    """Return a card of bars, each between its label and its amount, at most ten.

    Its chart is empty where nothing is above zero.
    """
    lines = [(label, amount, said(amount)) for label, amount in amounts if amount > 0][:MOST_BARS]
    largest = max((amount for _, amount, _ in lines), default=0.0)
    drawn = [
        f'<text x="0" y="{y + 17}" class="label">{escape(_cut(label))}</text>'
        f'<text x="{_WIDTH}" y="{y + 17}" class="amount">{escape(told)}</text>'
        f'<rect x="{_BARS_FROM}" y="{y + 8}" height="{_BAR}" rx="3" class="plain"'
        f' width="{max(2.0, amount / largest * (_BARS_TO - _BARS_FROM)):.1f}"/>'
        for y, (label, amount, told) in zip(count(step=_ROW), lines, strict=False)
    ]
    alt = f"{title}: {', '.join(f'{label} {told}' for label, _, told in lines)}"
    svg = _svg(drawn, width=_WIDTH, height=len(lines) * _ROW, alt=alt) if lines else ""
    return {"title": title, "note": note, "svg": svg}


def range_bar(spread: Spread, *, alt: str, end: float = 0.0) -> str:
    """Return a range from zero to ``end``, as :func:`ui.uncertainty.bar_html` draws it.

    The policy of a shared page allows no style in its HTML: colours come from the sheet by class,
    and so in print and in the dark. Where only questions are known the range is hatched.
    """
    whole = end or spread.high * _BEYOND
    if whole <= 0:
        return ""

    def at(value: float) -> float:
        return 100 * min(1.0, max(0.0, value / whole))

    def part(low: float, high: float, look: str) -> str:
        width = max(0.8, at(high) - at(low))
        return (
            f'<rect x="{at(low):.1f}%" y="4" width="{width:.1f}%" height="6" rx="3"'
            f' class="{look}"/>'
        )

    drawn = ['<rect x="0" y="4" width="100%" height="6" rx="3" class="track"/>']
    if spread.asked:
        drawn.append(
            f'<line x1="{at(spread.low):.1f}%" x2="{at(spread.high):.1f}%" y1="7" y2="7"'
            ' class="hatched"/>'
        )
    else:
        facts = spread.of_facts
        drawn.append(part(spread.low, spread.high, "bar light"))
        if facts.high > facts.low:
            drawn.append(part(facts.low, facts.high, "bar"))
        drawn.append(
            f'<rect x="{max(0.0, at(spread.median) - 0.4):.1f}%" y="0" width="2" height="14"'
            ' class="middle"/>'
        )
    return f'<svg class="spread" role="img" aria-label="{escape(alt)}">{"".join(drawn)}</svg>'


def shares_bar(shares: Sequence[tuple[str, float]], *, alt: str) -> str:
    """Return parts of a whole (0..1 each) side by side, the largest first and the strongest.

    Beyond the third they are one part with whatever is left.
    """
    named = [(share, f"share{place}") for place, (_, share) in enumerate(shares[:_NAMED_SHARES])]
    rest = 1.0 - sum(share for share, _ in named)
    drawn, left = [], 0.0
    for share, look in [*named, (max(0.0, rest), "track")]:
        drawn.append(
            f'<rect x="{100 * left:.1f}%" y="3" width="{100 * share:.1f}%" height="8"'
            f' class="{look}"/>'
        )
        left += share
    return f'<svg class="spread" role="img" aria-label="{escape(alt)}">{"".join(drawn)}</svg>'


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


def _cut(label: str, width: int = 25) -> str:
    return label if len(label) <= width else label[: width - 1].rstrip() + "…"
