"""Matrix of providers and categories of entities: the share that rests on each, with its bounds.

A table of HTML: it scrolls on a phone and is read aloud cell by cell. Pure, as every chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ui import wording
from ui.theme import Palette, faded

MOST_PROVIDERS, MOST_CATEGORIES = 10, 8
_HATCH = 4
_NAME_LETTERS = 30


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The share of a category's entities whose critical functions rest on a provider, 0 to 1.

    ``entities`` says how many that are, in words.
    """

    provider: str
    category: str
    low: float
    high: float
    entities: str


def matrix_html(cells: Sequence[Cell], *, palette: Palette) -> str:
    """Providers down, categories across. A bar is full as far as it is sure, hatched beyond."""
    providers = list(dict.fromkeys(one.provider for one in cells))
    categories = list(dict.fromkeys(one.category for one in cells))
    known = {(one.provider, one.category): one for one in cells}
    line = f"border-bottom:1px solid {palette.grid}"
    first = (
        f"position:sticky;left:0;background:{palette.background};text-align:left;font-weight:600;"
        f"padding:6px 12px 6px 0;min-width:110px;max-width:190px;{line}"
    )
    head = "".join(
        f'<th scope="col" style="text-align:left;font-weight:500;color:{palette.muted};'
        f'vertical-align:bottom;padding:6px 8px;min-width:92px;{line}">{escape(one)}</th>'
        for one in categories
    )
    rows = []
    for provider in providers:
        said = "".join(
            _cell(known.get((provider, category)), palette, line) for category in categories
        )
        name = escape(wording.brief(provider, _NAME_LETTERS))
        rows.append(
            f'<tr><th scope="row" title="{escape(provider)}" style="{first}">{name}</th>{said}</tr>'
        )
    return (
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="Who depends on whom">'
        f'<table style="border-collapse:collapse;width:100%;font-size:0.85rem;'
        f'color:{palette.text}"><thead><tr><th scope="col" style="{first}">Provider</th>{head}'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(one: Cell | None, palette: Palette, line: str) -> str:
    style = f"padding:6px 8px;vertical-align:middle;white-space:nowrap;{line}"
    if one is None:
        return f'<td style="{style}"></td>'
    said = wording.share_bounds(one.low, one.high)
    light = faded(palette.accent, 0.45)
    hatched = (
        f"repeating-linear-gradient(45deg,{light} 0 {_HATCH}px,transparent {_HATCH}px"
        f" {2 * _HATCH}px)"
    )
    parts = (
        (0.0, 1.0, palette.grid),
        (one.low, one.high - one.low, hatched),
        (0.0, one.low, palette.accent),
    )
    bar = "".join(
        f'<div style="position:absolute;left:{100 * left:.1f}%;width:{100 * width:.1f}%;top:0;'
        f'height:6px;border-radius:3px;background:{colour}"></div>'
        for left, width, colour in parts
        if width > 0
    )
    return (
        f'<td title="{escape(one.entities)}" style="{style}">{escape(said)}'
        f'<div aria-hidden="true" style="position:relative;height:6px;margin-top:4px">{bar}</div>'
        "</td>"
    )
