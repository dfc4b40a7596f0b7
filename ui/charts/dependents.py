"""Chart of whom the portfolio depends on: the margin that would feel each provider."""

from collections.abc import Iterable

import plotly.graph_objects as go

from risk.portfolio.providers import Dependents
from ui import wording
from ui.charts.axes import percent_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

MOST_SHOWN = 10


def dependents_figure(dependents: Iterable[Dependents], *, palette: Palette) -> go.Figure:
    """A bar per provider: solid for those who named it, faded for those behind someone else."""
    shown = heaviest(dependents)[::-1]
    names = [one.provider for one in shown]
    direct = [one.direct_margin_share or 0.0 for one in shown]
    through = [(one.margin_share or 0.0) - share for one, share in zip(shown, direct, strict=True)]
    colours = [palette.provider(name) for name in names]
    figure = Figure(
        [
            _bar("Directly", names, direct, colours),
            _bar("Through someone else", names, through, [faded(one, 0.4) for one in colours]),
        ]
    )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, 1.02], **percent_axis(0.0, 1.0))
    figure.update_yaxes(showgrid=False, ticklabelstandoff=6, type="category")
    return finish(figure, palette=palette, height=70 + 30 * max(3, len(shown)))


def dependents_alt(dependents: Iterable[Dependents]) -> str:
    """The finding: the heaviest provider, and the heaviest that nobody named."""
    shown = heaviest(dependents)
    if not shown:
        return "No margin of this portfolio is known to depend on a provider."
    named = max(shown, key=lambda one: one.direct_margin_share or 0.0)
    text = f"{wording.percent(named.direct_margin_share)} of the margin names {named.provider}"
    hidden = next((one for one in shown if one.direct == 0), None)
    if hidden is None:
        return f"{text}."
    return (
        f"{text}; nobody named {hidden.provider}, yet {wording.percent(hidden.margin_share)} "
        "depends on it through others."
    )


def heaviest(dependents: Iterable[Dependents]) -> list[Dependents]:
    """The providers with the largest share of margin, largest first."""
    known = [one for one in dependents if one.margin_share]
    known.sort(key=lambda one: (-(one.margin_share or 0.0), one.provider))
    return known[:MOST_SHOWN]


def _bar(name: str, names: list[str], shares: list[float], colours: list[str]) -> go.Bar:
    return go.Bar(
        y=names,
        x=shares,
        name=name,
        orientation="h",
        marker={"color": colours},
        hovertemplate="%{y}<br>" + name.lower() + ": %{x:.0%}<extra></extra>",
    )
