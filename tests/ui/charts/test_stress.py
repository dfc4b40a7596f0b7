from dataclasses import replace

import pytest

from tests.ui.small_pages import HIT, STRESS
from ui.charts import stress as charts
from ui.theme import DARK, LIGHT


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_parts_of_the_bars_add_up_to_the_losses(palette: object) -> None:
    figure = charts.parts_figure(HIT, palette=palette)
    drawn = sum(sum(bar.x) for bar in figure.data)
    assert drawn == pytest.approx(100_000 + 20_000)


def test_parts_that_nobody_has_are_not_drawn() -> None:
    names = [bar.name for bar in charts.parts_figure(HIT, palette=LIGHT).data]
    assert names == ["Interruption", "Churn", "Switching"]


def test_the_largest_loss_is_the_top_bar() -> None:
    # Bars are drawn upwards: the last category is the top one.
    assert charts.parts_figure(HIT[::-1], palette=LIGHT).data[0].y[-1] == "Ash"


def test_the_loss_by_day_ends_at_the_total() -> None:
    figure = charts.by_day_figure(STRESS, palette=LIGHT)
    assert figure.data[0].y[-1] == STRESS.total_usd


def test_the_charts_say_their_findings() -> None:
    # Half of 120,000 is reached at day 10, where 70,000 are lost.
    assert "half of it is reached within 10 days" in charts.by_day_alt(STRESS)
    # Churn is 0.6 of 120,000.
    assert "churn, $72k" in charts.parts_alt(HIT)
    assert charts.parts_alt(()) == "No company loses anything."


def test_a_title_that_somebody_wrote_is_text_and_no_markup() -> None:
    own = replace(STRESS, scenario=replace(STRESS.scenario, title="<b>A</b> & B"))
    names = [line.name for line in charts.compared_figure(own, STRESS, palette=LIGHT).data]
    assert names[0] == "First: &lt;b&gt;A&lt;/b&gt; &amp; B"
