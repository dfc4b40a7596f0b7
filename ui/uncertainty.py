"""One language of uncertainty: a median with its range as words, as a bar, and as a small picture.

A bar begins at zero. Its light part is the range of 10 to 90 % over facts, rates and judgement,
its dark part what of the range the facts that nobody stated would leave by themselves; where
nothing but questions is known, it is hatched. Pure: the same in cards, tables and reports.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

from risk.portfolio.results import Interval
from ui.theme import Palette, faded

#: What the range stands for, in words below a figure.
OF_TEN = "in 8 of 10 worlds"
#: How a bar is read, for the hint of a figure.
_WORLDS = (
    "The range holds in 8 of 10 worlds: facts that nobody stated, how often providers fail, and "
    "judgement are drawn anew in each."
)
_DIVIDED = "Full colour is what unknown facts alone leave open."
_UNDIVIDED = "It is not divided by what leaves it open."
#: How far a bar runs beyond its range.
_ROOM = 1.12
_HATCH = 5
#: Smaller parts of a whole have no colour of their own.
SMALL = 0.03


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A median with its range; ``facts`` is the part (0..1) of the variance due to facts.

    None: the range is not divided by what leaves it open, and its bar has no dark part. ``asked``:
    nothing but open questions is known, so that the range is what they could add.
    """

    low: float
    median: float
    high: float
    facts: float | None = None
    asked: bool = False

    @property
    def meaning(self) -> str:
        """How its bar is read."""
        return f"{_WORLDS} {_UNDIVIDED if self.facts is None else _DIVIDED}"

    @property
    def of_facts(self) -> Interval:
        """What of the range would be left if facts alone were unknown.

        Widths of a normal law add up as squares: a part f of the variance is √f of the width.
        """
        width = sqrt(min(max(self.facts or 0.0, 0.0), 1.0))
        return Interval(
            low=self.median - width * max(self.median - self.low, 0.0),
            high=self.median + width * max(self.high - self.median, 0.0),
        )


def spread_of(median: float, interval: Interval, *, facts: float | None = None) -> Spread:
    """The spread of an answer; one of which only questions are known has a median of zero."""
    return Spread(
        low=interval.low,
        median=median,
        high=interval.high,
        facts=facts,
        asked=median <= 0 < interval.high,
    )


def widest(spreads: Sequence[Spread]) -> float:
    """Where bars that are compared with each other end."""
    return max((one.high for one in spreads), default=0.0) * _ROOM


def bar_html(spread: Spread, *, palette: Palette, label: str, end: float | None = None) -> str:
    """A bar as HTML that needs no picture; ``label`` says it for readers who cannot see it."""
    parts = "".join(
        f'<div style="position:absolute;left:{left:.2f}%;width:{width:.2f}%;top:{top}px;'
        f'height:{height}px;border-radius:3px;background:{colour}"></div>'
        for left, width, top, height, colour in _parts(spread, palette, end)
    )
    return (
        f'<div role="img" aria-label="{escape(label)}" style="position:relative;height:14px;'
        f'margin:2px 0">{parts}</div>'
    )


def _parts(
    spread: Spread, palette: Palette, end: float | None
) -> list[tuple[float, float, int, int, str]]:
    """Left edge and width in per cent, top and height in pixels, and colour of each part."""
    whole = end or spread.high * _ROOM
    found = [(0.0, 100.0, 4, 6, palette.grid)]
    if whole <= 0:
        return found
    facts = spread.of_facts

    def at(value: float) -> float:
        return 100 * min(max(value / whole, 0.0), 1.0)

    light = faded(palette.accent, 0.35)
    if spread.asked:
        light = (
            f"repeating-linear-gradient(45deg,{light} 0 {_HATCH}px,"
            f"transparent {_HATCH}px {2 * _HATCH}px)"
        )
    found.append((at(spread.low), at(spread.high) - at(spread.low), 4, 6, light))
    if facts.high > facts.low:
        found.append((at(facts.low), at(facts.high) - at(facts.low), 4, 6, palette.accent))
    if not spread.asked:
        found.append((max(at(spread.median) - 0.4, 0.0), 0.8, 0, 14, palette.text))
    return found


def shares_html(shares: Sequence[tuple[float, str]], *, palette: Palette, label: str) -> str:
    """Parts of a whole side by side in their colours, the largest first; small ones in one."""
    ordered = sorted(shares, key=lambda one: -one[0])
    shown = [(share, colour) for share, colour in ordered if share >= SMALL]
    rest = 1.0 - sum(share for share, _ in shown)
    parts = "".join(
        f'<div style="width:{100 * share:.2f}%;background:{colour}"></div>'
        for share, colour in [*shown, (max(rest, 0.0), palette.grid)]
    )
    return (
        f'<div role="img" aria-label="{escape(label)}" style="display:flex;height:8px;'
        f'border-radius:4px;overflow:hidden;margin:5px 0">{parts}</div>'
    )


def dots_html(parts: Sequence[tuple[str, str]], *, palette: Palette) -> str:
    """What colours stand for, side by side: a dot and its words each."""
    said = " ".join(
        f'<span style="white-space:nowrap">{dot_html(colour)} {escape(words)}</span>'
        for colour, words in parts
    )
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:2px 10px;font-size:13px;'
        f'color:{palette.muted}">{said}</div>'
    )


def dot_html(colour: str) -> str:
    """A dot in a colour, before what it stands for."""
    return (
        f'<span style="display:inline-block;flex:none;width:9px;height:9px;border-radius:50%;'
        f'background:{colour}"></span>'
    )


def bar_picture(spread: Spread, *, palette: Palette, end: float, width: int = 150) -> str:
    """The same bar as a picture in an address, for the cell of a table."""
    height, middle = 32, 16  # A cell shows a picture as high as its row.

    def at(value: float) -> float:
        return round(width * min(max(value / end, 0.0), 1.0), 1) if end > 0 else 0.0

    def part(low: float, high: float, colour: str, opacity: float) -> str:
        drawn = max(at(high) - at(low), 1.0)
        return (
            f'<rect x="{at(low)}" y="{middle - 3}" width="{drawn:.1f}" height="6" rx="3" '
            f'fill="{colour}" fill-opacity="{opacity:g}"/>'
        )

    drawn = [part(0.0, end, palette.grid, 0.8)]
    if spread.high > 0 and spread.asked:
        shape = part(spread.low, spread.high, "url(#h)", 1.0)
        drawn.append(
            '<defs><pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)">'
            f'<rect width="2.5" height="5" fill="{palette.accent}" fill-opacity="0.5"/>'
            f"</pattern></defs>{shape}"
        )
    elif spread.high > 0:
        facts = spread.of_facts
        drawn.append(part(spread.low, spread.high, palette.accent, 0.35))
        if facts.high > facts.low:
            drawn.append(part(facts.low, facts.high, palette.accent, 1.0))
        drawn.append(
            f'<rect x="{at(spread.median) - 1:.1f}" y="{middle - 7}" width="2" height="14" '
            f'fill="{palette.text}"/>'
        )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(drawn)}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"
