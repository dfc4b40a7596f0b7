import numpy as np
import pytest

from risk.portfolio.structure import Dependences
from tests.ui.sample import ASSESSMENT, CATALOG, many
from ui.charts import portfolio as charts
from ui.charts import tail
from ui.theme import DARK, LIGHT, palette_for


def test_the_treemap_adds_up_from_startup_to_developer() -> None:
    figure = charts.dependence_treemap(ASSESSMENT.dependence, palette=LIGHT)
    sizes = dict(zip(figure.data[0].ids, figure.data[0].values, strict=True))
    # Acme at Azure 1.6 M + Bolt at OpenAI 0.9 M
    assert sizes["OpenAI"] == 2_500_000
    assert sizes["OpenAI/Microsoft Azure"] == 1_600_000
    assert sizes["Anthropic"] == 560_000


def test_a_provider_has_the_same_colour_in_treemap_and_bars() -> None:
    palette = palette_for(CATALOG, dark=False)
    treemap = charts.dependence_treemap(ASSESSMENT.dependence, palette=palette).data[0]
    colours = dict(zip(treemap.ids, treemap.marker.colors, strict=True))
    bars = tail.tail_bars(ASSESSMENT, "startup", catalog=CATALOG, palette=palette).data[0]
    # Both startups that carry loss have OpenAI as their lead developer.
    assert set(bars.marker.color) == {colours["OpenAI"]}


def test_the_treemap_says_its_finding() -> None:
    # 2.5 M of 3.06 M = 82 %
    text = charts.dependence_treemap_alt(ASSESSMENT.dependence)
    assert "82 % on models of OpenAI" in text
    assert "Microsoft Azure" in text
    assert charts.dependence_treemap_alt(()) == "No margin depends on language models."


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_curve_shows_both_losses_at_every_return_period(palette: object) -> None:
    figure = charts.exceedance_curve(ASSESSMENT, palette=palette)
    assert [line.name for line in figure.data] == ["All events of a year", "Worst event of a year"]
    assert list(figure.data[0].x) == [2, 5, 10, 20, 50, 100, 200]
    assert all(a >= o for a, o in zip(figure.data[0].y, figure.data[1].y, strict=True))
    assert figure.layout.xaxis.range[1] < 3  # the axis is in powers of ten


def test_the_curve_says_its_finding() -> None:
    assert charts.exceedance_curve_alt(ASSESSMENT).startswith(
        "One year in twenty loses $500k or more; one year in 200 loses $1.5M"
    )


def test_bars_rank_startups_and_leave_out_those_that_carry_nothing() -> None:
    # Rows of Acme and Bolt; Cedar loses nothing.
    assert charts.startup_losses(ASSESSMENT) == [0, 1]
    whole, facts, median = charts.startup_bars(ASSESSMENT, palette=LIGHT).data
    assert list(median.x) == [80_000, 25_000]
    # Ranges of 60,000 to 140,000 and 5,000 to 80,000.
    assert list(whole.base) == [60_000, 5_000]
    assert list(whole.x) == [80_000, 75_000]
    # A quarter of Acme's variance is facts: half of the width, from 80 - 20/2 to 80 + 60/2.
    assert (facts.base[0], facts.x[0]) == (70_000, 40_000)


def test_the_rest_is_said_where_more_startups_carry_loss_than_are_shown() -> None:
    # Twenty with a mean of 90,000 each.
    note = charts.startup_bars_note(many(20))
    assert note.startswith("These 10 carry 50 % of the expected loss; the other 10 carry $900k.")


def test_a_treemap_of_many_names_the_largest_and_adds_the_others_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(charts, "SHOWN_TILES", 1)
    dependence = Dependences(
        pairs=(("Anthropic", "Anthropic"), ("OpenAI", "Microsoft Azure")),
        names=("Ash", "Birch", "Cole"),
        place=np.array([1, 1, 0], dtype=np.int32),
        startup=np.array([0, 1, 2], dtype=np.int32),
        margin=np.array([10.0, 30.0, 5.0]),
    )
    shown = [(one.startup, one.margin_usd_per_year) for one in charts.shown_dependence(dependence)]
    assert sorted(shown) == [("1 other company", 5.0), ("1 other company", 10.0), ("Birch", 30.0)]


def test_provider_bars_add_up_to_the_parts() -> None:
    losses = dict(charts.provider_losses(ASSESSMENT, catalog=CATALOG))
    # Acme 60 k + Bolt 12 k + 18 k
    assert losses == {"OpenAI": 90_000, "Microsoft Azure": 20_000, "Anthropic": 10_000}
    figure = charts.provider_bars(ASSESSMENT, catalog=CATALOG, palette=LIGHT)
    assert sum(sum(trace.x) for trace in figure.data) == 120_000


def test_a_retired_model_counts_for_who_retires_it() -> None:
    assert charts.company_of("Unnamed model of OpenAI", CATALOG) == "OpenAI"
    assert charts.company_of("GPT-5.5 at Microsoft Azure", CATALOG) == "Microsoft Azure"
    assert charts.company_of("Anthropic", CATALOG) == "Anthropic"


def test_provider_bars_say_their_finding() -> None:
    text = charts.provider_bars_alt(ASSESSMENT, catalog=CATALOG)
    assert "OpenAI 75 %, Microsoft Azure 17 % and Anthropic 8.3 %" in text
