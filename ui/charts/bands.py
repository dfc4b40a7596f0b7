"""Chart of how many startups have each band of the score."""

from collections.abc import Mapping

import plotly.graph_objects as go

from ui import wording
from ui.charts.style import horizontal_bars
from ui.theme import Palette

#: From the least exposed to the most; “?” is a startup of which only questions are known.
ORDER = ("A", "B", "C", "D", "E", "?")


def band_bars(bands: Mapping[str, int], *, palette: Palette, height: int = 340) -> go.Figure:
    """A bar for each band, from A at the top, with its number of startups."""
    bars = [
        (f"Band {one}", float(bands.get(one, 0)), palette.muted if one == "?" else palette.accent)
        for one in ORDER
    ]
    return horizontal_bars(
        bars, palette=palette, height=height, shown=lambda number: f"{number:,.0f}"
    )


def bands_alt(bands: Mapping[str, int]) -> str:
    """The finding: how many startups are in the two worst bands."""
    total = sum(bands.values())
    if not total:
        return "No company is scored."
    worst = bands.get("D", 0) + bands.get("E", 0)
    return (
        f"{worst:,} of {total:,} companies, {wording.percent(worst / total)}, are in band D or E."
    )
