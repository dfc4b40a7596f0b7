from risk.assumptions import DEFAULTS
from risk.hazard.neighbours import catalogue_chain, dependents_of, upstream_of
from tests.ui.small_pages import CATALOG
from ui.charts import supply as charts
from ui.theme import LIGHT

CHAIN = catalogue_chain(CATALOG, DEFAULTS)


def test_both_sides_and_the_provider_are_drawn() -> None:
    upstream = upstream_of(CATALOG, CHAIN, "Beta")
    dependents = dependents_of(CATALOG, CHAIN, "Beta")
    figure = charts.supply_figure("Beta", upstream, dependents, palette=LIGHT)
    labels = [one.text for one in figure.layout.annotations]
    assert labels == ["Nimbus", "Beta API", "<b>Beta</b>"]


def test_a_line_through_somebody_else_is_dotted() -> None:
    dependents = dependents_of(CATALOG, CHAIN, "Nimbus")
    figure = charts.supply_figure("Nimbus", (), dependents, palette=LIGHT)
    lines = [trace.line.dash for trace in figure.data if trace.mode == "lines"]
    # Beta stands on it directly, Beta API through Beta.
    assert lines == ["solid", "dot"]


def test_the_chart_says_its_finding() -> None:
    alt = charts.supply_alt("Nimbus", (), dependents_of(CATALOG, CHAIN, "Nimbus"))
    assert alt == ("Nimbus depends on nobody that is recorded. On it depend Beta and Beta API.")
