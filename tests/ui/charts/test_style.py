"""Our figures are written out as plotly would write them with Streamlit's template."""

import json

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from ui.charts.style import Figure, finish, horizontal_bars
from ui.theme import LIGHT

BAR = go.Bar(x=[1.0, 2.0], y=["a", "b"], orientation="h")


def test_a_figure_carries_streamlits_template_only_once_it_is_written() -> None:
    st.plotly_chart  # noqa: B018 - with it Streamlit registers its template
    template = pio.templates["streamlit"]
    ours = Figure(BAR)
    ours.update_yaxes(showgrid=False)
    theirs = go.Figure(BAR, layout={"template": template})
    theirs.update_yaxes(showgrid=False)
    assert "template" not in ours.layout.to_plotly_json()
    assert json.loads(pio.to_json(ours)) == json.loads(pio.to_json(theirs))


def test_what_a_figure_says_itself_wins_over_the_house_style_and_its_template_stays() -> None:
    figure = Figure(BAR, layout={"template": "none", "height": 90})
    finish(figure, palette=LIGHT, height=120)
    written = figure.to_dict()["layout"]
    assert written["height"] == 120
    assert written["template"] == pio.templates["none"].to_plotly_json()


def test_bars_are_written_from_top_to_bottom_with_their_values() -> None:
    written = horizontal_bars(
        [("first", 2e6, "#111111"), ("second", 1e6, "#222222")], palette=LIGHT, height=80
    ).to_dict()
    assert list(written["data"][0]["y"]) == ["second", "first"]
    assert "template" in written["layout"]
