from dataclasses import replace

from tests.ui.small_pages import BEST, COPY, OPTIONS, STAY, UNPRICED
from ui.charts import alternatives as charts
from ui.theme import LIGHT


def test_the_matrix_has_a_row_per_option_and_a_column_per_kind() -> None:
    cells = charts.coverage_figure((STAY, COPY), palette=LIGHT).data[0]
    assert list(cells.x) == ["Outage", "Wind-down"]
    # Drawn upwards: the first option is the last row.
    assert [list(row) for row in cells.text] == [["90", "0"], ["0", "0"]]


def test_a_kind_that_an_option_says_nothing_of_is_a_question_mark() -> None:
    silent = charts.coverage_figure((STAY, BEST), palette=LIGHT).data[0]
    assert "?" not in str(silent.text)
    partly = replace(BEST, covers={})
    assert list(charts.coverage_figure((STAY, partly), palette=LIGHT).data[0].text[0]) == ["?", "?"]


def test_an_option_without_a_price_is_not_drawn_as_free() -> None:
    drawn = charts.pareto_html((*OPTIONS, UNPRICED), palette=LIGHT)
    assert UNPRICED.option not in drawn
    assert BEST.option in drawn


def test_the_first_year_is_one_off_and_running_cost() -> None:
    assert charts.first_year_usd(BEST) == 12_000 + 20_000


def test_the_frontier_runs_over_the_best_trade_offs_from_cheap_to_dear() -> None:
    priced = [one for one in OPTIONS if one.run_usd_per_year is not None]
    frontier = charts.cost_loss_frontier(priced)
    assert [charts.first_year_usd(one) for one in frontier] == [12_000, 32_000]
    assert [one.usual_loss_usd for one in frontier] == [50_000, 9_000]


def test_the_frontier_only_falls_and_leaves_out_what_a_cheaper_option_beats() -> None:
    dear_and_worse = replace(BEST, option="x", one_off_usd=90_000, residual_aal_usd=20_000)
    drawn = charts.cost_loss_frontier([dear_and_worse, *OPTIONS])
    assert dear_and_worse not in drawn
    losses = [one.residual_aal_usd for one in drawn]
    assert losses == sorted(losses, reverse=True)
    # It is still drawn, as a point.
    assert "x: first year" in charts.pareto_html([dear_and_worse, *OPTIONS], palette=LIGHT)


def test_the_charts_say_their_findings() -> None:
    assert "leaves $9.0k of loss a year, staying $50k" in charts.pareto_alt(OPTIONS)
    assert "outage and wind-down" in charts.coverage_alt(OPTIONS)
    assert charts.coverage_alt((STAY,)) == "There is no other option to compare."
