from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.sensitivity import A_YEAR, Driver, LossFigures, Sensitivity, Sort, Swing
from ui.charts import assumptions as charts
from ui.theme import LIGHT
from ui.wording import money
from ui.words import driver_words


def swing(name: str, low: float, high: float, median: tuple[float, float]) -> Swing:
    return Swing(
        driver=Driver(name=name, sort=Sort.NUMBER, low={name: 0.25}, high={name: 0.8}),
        at_low=LossFigures(aal_usd=low, median_usd=median[0]),
        at_high=LossFigures(aal_usd=high, median_usd=median[1]),
    )


GROUP = Driver(
    name="effort", sort=Sort.JUDGEMENT, low={"a": 1.0, "b": 2.0}, high={"a": 3.0, "b": 4.0}
)
RATE = Driver(
    name="OpenAI: wind_down (closure)",
    sort=Sort.RATE,
    low={A_YEAR: 0.01},
    high={A_YEAR: 0.04},
    rate=("OpenAI", FailureKind.WIND_DOWN, "closure"),
)
FOUND = Sensitivity(
    portfolio="demo",
    as_it_is=LossFigures(aal_usd=100_000, median_usd=80_000),
    swings=(
        swing("churn_maximum", 60_000, 180_000, (70_000, 90_000)),
        swing("recapture", 120_000, 90_000, (110_000, 50_000)),
        swing("upstream_loss", 100_000, 100_000, (80_000, 80_000)),
    ),
    startups=3,
    sampled=3,
    unread=(),
)


def test_bars_run_from_todays_figure_to_each_end() -> None:
    low, high = charts.tornado_figure(FOUND, charts.expected_loss, palette=LIGHT).data
    assert low.base == high.base == 100_000
    # Drawn upwards: the furthest is last. What moves nothing is left out.
    assert list(low.x) == [20_000, -40_000]
    assert list(high.x) == [-10_000, 80_000]
    assert list(high.text) == ["0.8", "0.8"]


def test_the_measure_decides_the_order() -> None:
    # Expected loss: 120,000 against 30,000. Median: 20,000 against 60,000.
    by_loss = [one.driver.name for one in charts.drawn(FOUND, charts.expected_loss)]
    by_median = [one.driver.name for one in charts.drawn(FOUND, charts.median)]
    assert by_loss == ["churn_maximum", "recapture"]
    assert by_median == ["recapture", "churn_maximum"]


def test_the_chart_says_its_finding() -> None:
    assert charts.tornado_alt(FOUND, charts.expected_loss) == (
        f"Churn maximum moves it most: from {money(60_000)} to {money(180_000)} a year, "
        f"where it is {money(100_000)} today. Next: recapture."
    )
    nothing = FOUND.rates()
    assert "No number moves" in charts.tornado_alt(nothing, charts.median)
    charts.tornado_figure(nothing, charts.median, palette=LIGHT)


def test_ends_are_told_with_what_they_are() -> None:
    assert driver_words.end_in_words(GROUP, 0) == "A 1, B 2"
    assert driver_words.end_in_brief(GROUP, 1) == "high"
    assert driver_words.end_in_words(FOUND.swings[0].driver, 1) == "0.8"
    assert driver_words.end_in_words(RATE, 1) == "0.04 events a year"
    assert driver_words.driver_name(RATE) == "Wind-down of OpenAI, closure"
    assert driver_words.within_a_sentence("Wind-down of OpenAI") == "wind-down of OpenAI"
    assert driver_words.within_a_sentence("API spend") == "API spend"
