"""Charts as HTML of ours: bars, stretches of time, a line with its band, and points.

A page draws its first sight so: the browser loads no plotting library for it, its text can be
selected and is read aloud as it stands, and it fits a phone. All text is escaped. Pure.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from risk.portfolio.results import Interval
from ui import wording
from ui.theme import Palette, text_on
from ui.uncertainty import Spread, bar_html, dot_html, widest

#: Room for the marks of an axis, in px: on the left of a plot, and below it.
LEFT, BELOW = 52, 22
#: Dates written below bars in time.
MOST_DATES = 5
#: Pixels of a stretch too short to be seen.
_LEAST = 3


def address(page: str, **parameters: str) -> str:
    """The address of another page beside this one, such as ``startup``, with its parameters."""
    return f"{page}?{urlencode(parameters)}"


def company_address(portfolio: str) -> Callable[[Mapping[str, Any]], str | None]:
    """What says the address of the page of a row's company; None where it names none."""

    def of(row: Mapping[str, Any]) -> str | None:
        name = row["startup"]
        return address("startup", portfolio=portfolio, startup=name) if name else None

    return of


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A line of a chart: its name, its bar, and the amount in words behind it.

    The bar is that of ``spread``, or neutral: ``share`` (0..1 of the whole width) and ``faded``
    more of it, hardly coloured. ``dot`` is the colour of a dot before it, ``href`` where the name
    leads. ``note`` follows the amount in grey.
    """

    label: str
    said: str
    note: str = ""
    spread: Spread | None = None
    share: float = 0.0
    faded: float = 0.0
    dot: str | None = None
    href: str | None = None


def ranged(label: str, spread: Spread, *, href: str | None = None) -> Bar:
    """A bar in USD with its median and its range in words."""
    return Bar(
        label=label,
        said=wording.money(spread.median),
        note=wording.money_range(Interval(low=spread.low, high=spread.high)),
        spread=spread,
        href=href,
    )


def bars_html(bars: Sequence[Bar], *, palette: Palette, alt: str) -> str:
    """Bars from top to bottom; those with a range share one scale that begins at zero.

    On a phone each stands below its name and amount (``.bars`` in :mod:`ui.menu`).
    """
    end = widest([one.spread for one in bars if one.spread is not None])
    lines = "".join(
        f'<div role="listitem" style="display:contents">'
        f'<div style="overflow-wrap:anywhere">{_named(one.label, one.href, palette)}</div>'
        f'<div aria-hidden="true" style="display:flex;align-items:center;gap:8px">'
        f"{'' if one.dot is None else dot_html(one.dot)}"
        f'<div style="flex:1">{_bar(one, end, palette)}</div></div>'
        f"<div>{_amount(one, palette)}</div></div>"
        for one in bars
    )
    return (
        f'<div class="bars" role="list" aria-label="{escape(alt)}" '
        'style="display:grid;align-items:center;'
        "grid-template-columns:fit-content(42%) minmax(4rem,1fr) fit-content(42%);"
        f'gap:7px 14px;font-size:14px;line-height:1.35;color:{palette.text}">{lines}</div>'
    )


def _bar(one: Bar, end: float, palette: Palette) -> str:
    if one.spread is not None:
        return bar_html(one.spread, palette=palette, label=one.label, end=end)
    parts = "".join(
        f'<div style="width:{100 * min(max(share, 0.0), 1.0):.2f}%;background:{palette.muted};'
        f'opacity:{strength}"></div>'
        for share, strength in ((one.share, 0.75), (one.faded, 0.3))
        if share > 0
    )
    return f'<div style="display:flex;height:8px;border-radius:3px;overflow:hidden">{parts}</div>'


def _amount(one: Bar, palette: Palette) -> str:
    said = f'<span style="white-space:nowrap;font-weight:600">{escape(one.said)}</span>'
    if not one.note:
        return said
    return f'{said} <span style="color:{palette.muted}">{escape(one.note)}</span>'


def _named(label: str, href: str | None, palette: Palette) -> str:
    if href is None:
        return escape(label)
    return (
        f'<a href="{escape(href)}" style="color:{palette.text};text-decoration:underline;'
        f'text-decoration-color:{palette.muted};text-underline-offset:3px">{escape(label)}</a>'
    )


def dotted_bar_html(share: float, *, dot: str, palette: Palette, label: str) -> str:
    """A neutral bar, a share (0..1) of the longest one, after a dot in a colour."""
    return (
        f'<div role="img" aria-label="{escape(label)}" title="{escape(label)}" '
        f'style="display:flex;align-items:center;gap:8px;height:26px">{dot_html(dot)}'
        f'<div style="height:8px;border-radius:3px;width:{100 * min(share, 1.0):.1f}%;'
        f'background:{palette.muted};opacity:0.6"></div></div>'
    )


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A stretch of time from ``start`` to ``end``; one that is ``late`` is in the loss's colour.

    ``said`` stands before its name, where a phone cuts nothing off.
    """

    label: str
    said: str
    start: date
    end: date
    late: bool = False
    href: str | None = None


def stretches_html(stretches: Sequence[Stretch], *, today: date, palette: Palette, alt: str) -> str:
    """Stretches below each other on one scale of days, with today as a line through all."""
    days = [day for one in stretches for day in (one.start, one.end)] + [today]
    first, last = min(days), max(days)
    whole = max((last - first).days, 1)

    def at(day: date) -> float:
        return 2 + 96 * (day - first).days / whole

    now = (
        f'<div style="position:absolute;left:{at(today):.2f}%;top:-3px;bottom:-3px;'
        f'border-left:2px dashed {palette.warning}"></div>'
    )
    lines = "".join(
        f'<div role="listitem" style="margin-bottom:9px"><div>{_said(one, palette)} · '
        f"{_named(one.label, one.href, palette)}</div>"
        f'<div aria-hidden="true" style="position:relative;height:14px;margin-top:2px">'
        f"{_stretch(at(one.start), at(one.end), one.late, palette)}{now}</div></div>"
        for one in stretches
    )
    marks = "".join(_mark(at(day), f"{day.day} {day:%b}", palette) for day in _dates(first, last))
    return (
        f'<div style="font-size:14px;line-height:1.35;color:{palette.text}">'
        f'<div role="list" aria-label="{escape(alt)}">{lines}</div>'
        f'<div style="position:relative;height:{BELOW}px;border-top:1px solid {palette.grid}">'
        f'{marks}</div><div style="font-size:12px;color:{palette.muted}">'
        f'<span style="color:{palette.warning}">┆</span> today, {today.day} {today:%b}</div></div>'
    )


def _said(one: Stretch, palette: Palette) -> str:
    colour = palette.loss if one.late else palette.text
    return f'<span style="font-weight:600;color:{colour}">{escape(one.said)}</span>'


def _stretch(left: float, right: float, late: bool, palette: Palette) -> str:
    colour = palette.loss if late else palette.quantity
    return (
        f'<div style="position:absolute;left:0;right:0;top:4px;height:6px;border-radius:3px;'
        f'background:{palette.grid}"></div>'
        f'<div style="position:absolute;left:{left:.2f}%;width:{max(right - left, 0):.2f}%;'
        f'min-width:{_LEAST}px;top:3px;height:8px;border-radius:3px;background:{colour}"></div>'
        f'<div style="position:absolute;left:{right:.2f}%;top:0;width:3px;height:14px;'
        f'background:{colour}"></div>'
    )


def _dates(first: date, last: date) -> list[date]:
    """Dates evenly apart, the same distance each; both ends are free of them."""
    apart = max(round((last - first).days / MOST_DATES), 1)
    found = first + timedelta(days=apart // 2)
    dates = []
    while found <= last:
        dates.append(found)
        found += timedelta(days=apart)
    return dates[:MOST_DATES]


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A mark at (x, y), each 0..1 from the left and from below; ``said`` is told by a pointer.

    ``sign`` is a letter or figure in it, ``strong`` makes it larger.
    """

    x: float
    y: float
    colour: str
    said: str
    sign: str = ""
    strong: bool = False
    hollow: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line through (x, y), each 0..1, ``low`` and ``high`` the ends of its band.

    ``steps``: it keeps each value until the next one.
    """

    x: Sequence[float]
    y: Sequence[float]
    colour: str
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    dash: bool = False
    width: float = 3.0
    steps: bool = True


def plot_html(
    *,
    palette: Palette,
    alt: str,
    height: int,
    across: Iterable[tuple[float, str]],
    up: Iterable[tuple[float, str]],
    lines: Sequence[Line] = (),
    dots: Sequence[Dot] = (),
    uprights: Sequence[tuple[float, str]] = (),
) -> str:
    """Lines and dots between axes; marks of the axes are (place 0..1, text).

    ``uprights`` are dashed lines from top to bottom: (place 0..1, colour). The lines are a picture,
    which is stretched to the width of the page; all text stays text.
    """
    levels = "".join(
        f'<div style="position:absolute;left:0;right:0;bottom:{100 * y:.2f}%;'
        f'border-top:1px solid {palette.grid}"></div>'
        f'<div style="position:absolute;right:100%;bottom:{100 * y:.2f}%;margin:0 6px -7px 0;'
        f'white-space:nowrap">{escape(text)}</div>'
        for y, text in up
        if 0 <= y <= 1
    )
    marks = "".join(_mark(100 * x, text, palette) for x, text in across if 0 <= x <= 1)
    upright = "".join(
        f'<div style="position:absolute;left:{100 * x:.2f}%;top:0;bottom:0;'
        f'border-left:1.5px dashed {colour}"></div>'
        for x, colour in uprights
    )
    drawn = (
        f'<img alt="" src="{_picture(lines)}" style="position:absolute;inset:0;width:100%;'
        'height:100%;max-width:none;border-radius:0">'
        if lines
        else ""
    )
    return (
        f'<div role="group" aria-label="{escape(alt)}" style="font-size:12px;line-height:14px;'
        f'color:{palette.muted};padding:8px 12px 0 {LEFT}px">'
        f'<div style="position:relative;height:{height}px">{levels}{upright}{drawn}'
        f"{''.join(_dot(one, palette) for one in dots)}</div>"
        f'<div style="position:relative;height:{BELOW}px">{marks}</div></div>'
    )


def strip_html(parts: Sequence[tuple[float, float, str]], *, label: str, palette: Palette) -> str:
    """A strip below a plot, on its scale: parts (from, to, colour), each 0..1 of it."""
    drawn = "".join(
        f'<div style="position:absolute;left:{100 * start:.2f}%;'
        f"width:{100 * max(end - start, 0.0):.2f}%;min-width:{_LEAST}px;height:10px;"
        f'border-radius:3px;background:{colour}"></div>'
        for start, end, colour in parts
    )
    return (
        f'<div style="padding:4px 12px 0 {LEFT}px;font-size:12px;color:{palette.muted}">'
        f'{escape(label)}<div aria-hidden="true" style="position:relative;height:10px;'
        f'margin-top:2px">{drawn}</div></div>'
    )


def _mark(left: float, text: str, palette: Palette) -> str:
    return (
        f'<div style="position:absolute;left:{left:.2f}%;top:5px;transform:translateX(-50%);'
        f'white-space:nowrap;font-size:12px;color:{palette.muted}">{escape(text)}</div>'
    )


def _dot(one: Dot, palette: Palette) -> str:
    said = escape(one.said)
    half = _size(one) // 2
    return (
        f'<div role="img" aria-label="{said}" title="{said}" style="position:absolute;'
        f"left:{100 * one.x:.2f}%;bottom:{100 * one.y:.2f}%;"
        f'margin:0 0 -{half}px -{half}px">{_sign(one, palette)}</div>'
    )


def _size(one: Dot) -> int:
    return 20 if one.sign else 16 if one.strong else 12


def _sign(one: Dot, palette: Palette) -> str:
    """The dot itself with what stands in it."""
    size = _size(one)
    ground, ink = (palette.background, one.colour) if one.hollow else (one.colour, "")
    ink = ink or text_on(one.colour)
    edge = one.colour if one.hollow else palette.background
    return (
        f'<span style="display:block;flex:none;width:{size}px;height:{size}px;'
        f"box-sizing:border-box;border-radius:50%;background:{ground};border:2px solid {edge};"
        f"color:{ink};font-size:11px;font-weight:700;line-height:{size - 4}px;"
        f'text-align:center">{escape(one.sign)}</span>'
    )


def numbered_html(dots: Sequence[tuple[Dot, str, str]], *, palette: Palette) -> str:
    """What each numbered dot is, side by side: the dot, its name and a word on it."""
    said = "".join(
        f'<li style="display:flex;gap:6px;margin:0">{_sign(dot, palette)}<span>{escape(name)}'
        f'<span style="color:{palette.muted}">, {escape(word)}</span></span></li>'
        for dot, name, word in dots
    )
    return (
        '<ol style="list-style:none;margin:6px 0 0;padding:0;display:grid;gap:4px 16px;'
        "grid-template-columns:repeat(auto-fill,minmax(230px,1fr));font-size:13px;"
        f'line-height:1.35;color:{palette.text}">{said}</ol>'
    )


def _picture(lines: Sequence[Line]) -> str:
    """Bands and lines as a picture in an address: 1,000 units wide and high, however it is seen."""
    shapes = []
    for one in lines:
        if one.low:
            back = list(reversed(_along(one.x, one.low, one.steps)))
            points = _points([*_along(one.x, one.high, one.steps), *back])
            shapes.append(f'<polygon points="{points}" fill="{one.colour}" fill-opacity="0.16"/>')
        dash = ' stroke-dasharray="2 5"' if one.dash else ""
        shapes.append(
            f'<polyline points="{_points(_along(one.x, one.y, one.steps))}" fill="none" '
            f'stroke="{one.colour}" stroke-width="{one.width:g}"{dash} '
            'vector-effect="non-scaling-stroke"/>'
        )
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000" '
        f'preserveAspectRatio="none">{"".join(shapes)}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


def _along(x: Sequence[float], y: Sequence[float], steps: bool) -> list[tuple[float, float]]:
    points = list(zip(x, y, strict=True))
    if not steps:
        return points
    between = [(after[0], before[1]) for before, after in pairwise(points)]
    stepped = [one for pair in zip(points, between, strict=False) for one in pair]
    return [*stepped, *points[-1:]]


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{1000 * x:.1f},{1000 - 1000 * y:.1f}" for x, y in places)


def scaled(axis: Mapping[str, Any], end: float) -> list[tuple[float, str]]:
    """The marks of :mod:`ui.charts.axes` as places 0..1 of a scale from 0 to ``end``."""
    return [
        (value / end, text)
        for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True)
        if end > 0
    ]
