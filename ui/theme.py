"""Colours: one per provider on every page, one per band, and what charts need in light and dark.

Pure: the page asks :func:`ui.page.palette` which of the two palettes the reader sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from risk.catalog.records import IN_HOUSE, SELF_HOSTED, UNSPECIFIED, Catalog


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one theme as ``#rrggbb``; ``providers`` goes from name to colour.

    Each colour says one thing, so that none means two on one page. Amounts are ``quantity``; parts
    of an amount, or the degrees of one thing, are ``parts`` from the strongest to the faintest.
    ``accent`` marks what the reader chose and ranges, ``loss`` what is late or down, ``warning``
    today, ``bands`` scores alone, and hues of ``providers`` nobody but providers.
    """

    dark: bool
    text: str
    muted: str
    grid: str
    background: str
    accent: str
    warning: str
    loss: str
    gain: str
    bands: Mapping[str, str]
    quantity: str
    parts: tuple[str, ...]
    providers: Mapping[str, str] = field(default_factory=dict)

    def provider(self, name: str | None) -> str:
        """Return the one colour of a provider, also for its models and services.

        Names outside the catalogue get a stable colour of their own.
        """
        known = (name or UNSPECIFIED).removeprefix("Unnamed model of ")
        known = known.removeprefix("Unnamed developer on ")
        if known not in self.providers:
            known = known.rpartition(" at ")[2]  # a model that one host retires
        return readable(self.providers.get(known) or _made_up(known), dark=self.dark)


LIGHT = Palette(
    dark=False,
    text="#0f172a",
    muted="#475569",
    grid="#e2e8f0",
    background="#ffffff",
    accent="#2563eb",
    warning="#b45309",
    loss="#dc2626",
    gain="#0f766e",
    bands={"A": "#0f766e", "B": "#4d7c0f", "C": "#a16207", "D": "#c2410c", "E": "#b91c1c"},
    quantity="#64748b",
    parts=("#1e293b", "#475569", "#64748b", "#8797ad", "#b6c2d1"),
)

DARK = Palette(
    dark=True,
    text="#e5eaf3",
    muted="#a3b1c6",
    grid="#26334b",
    background="#0b1220",
    accent="#60a5fa",
    warning="#fbbf24",
    loss="#f87171",
    gain="#2dd4bf",
    bands={"A": "#2dd4bf", "B": "#a3e635", "C": "#facc15", "D": "#fb923c", "E": "#f87171"},
    quantity="#94a3b8",
    parts=("#e2e8f0", "#b9c5d4", "#94a3b8", "#6f7f97", "#4a5a73"),
)

_WITHOUT_COMPANY = {UNSPECIFIED: "#94a3b8", SELF_HOSTED: "#64748b", IN_HOUSE: "#64748b"}
_SPARE = ("#0891b2", "#c026d3", "#ca8a04", "#4f46e5", "#059669", "#e11d48", "#7c3aed", "#0284c7")


def palette_for(catalog: Catalog | None, *, dark: bool) -> Palette:
    """Return the light or dark palette with the catalogue's provider colours."""
    colours = dict(_WITHOUT_COMPANY)
    if catalog is not None:
        owners = {name: one.developer for name, one in catalog.models.items()}
        owners |= {name: one.developer or one.host for name, one in catalog.services.items()}
        own = {name: one.colour for name, one in catalog.providers.items() if one.colour}
        colours |= {name: own[owner] for name, owner in owners.items() if owner in own} | own
    return replace(DARK if dark else LIGHT, providers=colours)


def _made_up(name: str) -> str:
    return _SPARE[sha256(name.encode()).digest()[0] % len(_SPARE)]


def readable(colour: str, *, dark: bool) -> str:
    """Return the colour, moved towards white or black until it stands out from the page (3 : 1)."""
    page = DARK.background if dark else LIGHT.background
    towards = 255 if dark else 0
    channels = _channels(colour)
    for _ in range(12):
        if contrast(_hex(channels), page) >= 3:
            break
        channels = tuple(round(c + (towards - c) * 0.15) for c in channels)
    return _hex(channels)


def text_on(colour: str) -> str:
    """Black or white, whichever is easier to read on the colour."""
    return "#ffffff" if contrast(colour, "#ffffff") >= contrast(colour, "#0f172a") else "#0f172a"


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def faded(colour: str, opacity: float) -> str:
    """Return the colour as ``rgba(...)`` for areas and links behind other marks."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{opacity:g})"


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (value / 255 for value in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _hex(channels: tuple[int, ...]) -> str:
    return "#" + "".join(f"{value:02x}" for value in channels)
