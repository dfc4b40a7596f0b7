"""Cards of rows below each other: for a phone, in place of a table that runs off the screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from ui.tables.column import Column, Record
from ui.theme import Palette

#: So many cards at first sight, and so many in all; files have the rest.
FIRST_CARDS, MOST_CARDS = 3, 50
#: What a cell says that says nothing about its row.
_NOTHING = ("", "–")
_ON_A_PHONE = """<style>
.st-key-KEY_cards { display: none }
@media (max-width: 640px) { .st-key-KEY { display: none } .st-key-KEY_cards { display: flex } }
</style>"""


@dataclass(frozen=True, kw_only=True)
class Cards:
    """How a row looks as a card, by keys of columns; those not named follow in small print.

    The name of the company leads to ``address`` of its row, if that has one. ``aside`` stands
    beside it, coloured where ``is_urgent``; ``below`` in a line of its own.
    """

    aside: str
    below: tuple[str, ...]
    address: Callable[[Record], str | None]
    palette: Palette
    heading: str = "startup"
    is_urgent: Callable[[Record], bool] = lambda row: False


def cards_html(columns: Sequence[Column], rows: Sequence[Record], look: Cards, *, key: str) -> str:
    """The first rows as cards; a style sheet shows either them or the table of this ``key``."""
    said = [_card(columns, row, look) for row in rows[:MOST_CARDS]]
    first, more = "".join(said[:FIRST_CARDS]), "".join(said[FIRST_CARDS:])
    if more:
        label = f"The next {len(said) - FIRST_CARDS:,}"
        if len(rows) > len(said):
            label += f" of {len(rows) - FIRST_CARDS:,}; the files below list all"
        more = f'<details><summary style="cursor:pointer;padding:10px 0">{label}</summary>{more}'
        more += "</details>"
    return (
        f"{_ON_A_PHONE.replace('KEY', key)}"
        f'<div style="font-size:15px;line-height:1.4;color:{look.palette.text}">{first}{more}</div>'
    )


def _card(columns: Sequence[Column], row: Record, look: Cards) -> str:
    text = {one.key: (one.label, one.text(row)) for one in columns}
    name, aside = (escape(text.pop(key)[1]) for key in (look.heading, look.aside))
    below = " · ".join(escape(text.pop(key)[1]) for key in look.below)
    colour = look.palette.loss if look.is_urgent(row) else look.palette.text
    rest = " · ".join(
        f"{escape(label)}: {escape(cell)}" for label, cell in text.values() if cell not in _NOTHING
    )
    called, address = f"font-weight:600;color:{look.palette.text}", look.address(row)
    title = (
        f'<span style="{called}">{name}</span>'
        if address is None
        else f'<a href="{escape(address)}" style="{called}">{name}</a>'
    )
    return (
        f'<div style="border-top:1px solid {look.palette.grid};padding:10px 0">'
        f'<div style="display:flex;flex-wrap:wrap;gap:0 10px;justify-content:space-between">'
        f'{title}<span style="font-weight:600;color:{colour}">{aside}</span></div>'
        f'<div>{below}</div><div style="font-size:13px;color:{look.palette.muted}">{rest}</div>'
        "</div>"
    )
