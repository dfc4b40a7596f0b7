from risk.portfolio.rescoring import LossFigures
from risk.portfolio.sensitivity import Driver, Sensitivity, Swing
from ui.charts import assumptions as charts
from ui.theme import LIGHT


def swing(name: str, low: float, high: float, tail: tuple[float, float]) -> Swing:
    return Swing(
        driver=Driver(name=name, low={name: 0.25}, high={name: 0.8}),
        at_low=LossFigures(aal_usd=low, tvar95_usd=tail[0]),
        at_high=LossFigures(aal_usd=high, tvar95_usd=tail[1]),
    )


GROUP = Driver(name="churn curve", low={"a": 1.0, "b": 2.0}, high={"a": 3.0, "b": 4.0})
FOUND = Sensitivity(
    portfolio="demo",
    as_it_is=LossFigures(aal_usd=100_000, tvar95_usd=400_000),
    swings=(
        swing("churn_maximum", 60_000, 180_000, (380_000, 420_000)),
        swing("recapture", 120_000, 90_000, (500_000, 350_000)),
        swing("gpu_count", 100_000, 100_000, (400_000, 400_000)),
    ),
)


def test_bars_run_from_todays_figure_to_each_end() -> None:
    low, high = charts.tornado_figure(FOUND, charts.expected_loss, palette=LIGHT).data
    assert low.base == high.base == 100_000
    # Drawn upwards: the furthest is last. What moves nothing is left out.
    assert list(low.x) == [20_000, -40_000]
    assert list(high.x) == [-10_000, 80_000]
    assert list(high.text) == ["0.8", "0.8"]


def test_the_measure_decides_the_order() -> None:
    # Expected loss: 120,000 against 30,000. Tail: 40,000 against 150,000.
    by_loss = [one.driver.name for one in charts.drawn(FOUND, charts.expected_loss)]
    by_tail = [one.driver.name for one in charts.drawn(FOUND, charts.tail)]
    assert by_loss == ["churn_maximum", "recapture"]
    assert by_tail == ["recapture", "churn_maximum"]


def test_the_chart_says_its_finding() -> None:
    assert charts.tornado_alt(FOUND, charts.expected_loss) == (
        "Churn maximum moves it most: from $60k to $180k a year, where it is $100k today. "
        "Next: recapture."
    )
    nothing = Sensitivity(portfolio="demo", as_it_is=FOUND.as_it_is, swings=FOUND.swings[2:])
    assert "No number moves" in charts.tornado_alt(nothing, charts.tail)
    charts.tornado_figure(nothing, charts.tail, palette=LIGHT)


def test_several_that_move_together_are_named_with_their_values() -> None:
    assert charts.end_in_words(GROUP, 0) == "A 1, B 2"
    assert charts.end_in_words(FOUND.swings[0].driver, 1) == "0.8"
