"""What all charts share: margins, legend, grid, number formats."""

import plotly.graph_objects as go

from ui.theme import Palette


def finish(
    figure: go.Figure, *, palette: Palette, height: int = 320, legend: bool = False
) -> go.Figure:
    """Margins of 8 px, transparent ground, horizontal legend on top, quiet grid."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": palette.text, "size": 13},
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": {"text": ""}},
        hoverlabel={"align": "left"},
        bargap=0.35,
        dragmode=False,
    )
    figure.update_xaxes(gridcolor=palette.grid, zerolinecolor=palette.grid, automargin=True)
    figure.update_yaxes(gridcolor=palette.grid, zerolinecolor=palette.grid, automargin=True)
    return figure
