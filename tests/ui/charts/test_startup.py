import pytest

from risk.catalog.failure_kinds import FailureKind
from tests.ui.sample import ACME, BOLT, CATALOG, CEDAR, PORTFOLIO
from ui.charts import startup as charts
from ui.theme import LIGHT

ACME_FACTS, BOLT_FACTS, CEDAR_FACTS = PORTFOLIO.startups


def test_the_map_leads_from_use_case_through_service_to_developer_and_host() -> None:
    sankey = charts.dependency_map(ACME_FACTS, catalog=CATALOG, palette=LIGHT).data[0]
    labels = [label.replace("<br>", " ") for label in sankey.node.label]
    assert labels[0] == "Visit summaries"
    assert {"OpenAI developer", "Microsoft Azure host", "Anthropic"} <= set(labels)


def test_what_flows_into_a_service_flows_out_of_it() -> None:
    link = charts.dependency_map(ACME_FACTS, catalog=CATALOG, palette=LIGHT).data[0].link
    into, out = {}, {}
    for start, end, value in zip(link.source, link.target, link.value, strict=True):
        into[end] = into.get(end, 0) + value
        out[start] = out.get(start, 0) + value
    services = set(into) & set(out)
    assert len(services) == 2
    for service in services:
        assert into[service] == pytest.approx(out[service])


def test_texts_that_nobody_could_read_are_not_on_the_map() -> None:
    assert "LexBrain" not in charts.dependency_map_alt(BOLT_FACTS, catalog=CATALOG)
    assert "no language model found" in charts.dependency_map_alt(CEDAR_FACTS, catalog=CATALOG)


def test_the_steps_of_the_waterfall_add_up_to_the_score() -> None:
    figure = charts.score_waterfall(ACME, palette=LIGHT)
    steps, total = figure.data[:-1], figure.data[-1]
    assert sum(step.x[0] for step in steps) == pytest.approx(62.0)
    assert total.x[0] == 62.0
    # 62 points for 90,000: 60, 20 and 10 of it.
    assert [step.base[0] for step in steps] == pytest.approx([0, 62 * 6 / 9, 62 * 8 / 9])


def test_the_waterfall_says_its_finding() -> None:
    assert charts.score_waterfall_alt(ACME) == (
        "Largest parts of the 62 points: wind-down of OpenAI (41) and outage of Microsoft Azure "
        "(14)."
    )
    assert "no dependence" in charts.score_waterfall_alt(CEDAR)


def test_losses_add_up_by_kind() -> None:
    assert charts.losses_by_kind(ACME.kinds) == {
        FailureKind.WIND_DOWN: 60_000,
        FailureKind.OUTAGE: 30_000,
    }


def test_an_unknown_runway_is_no_bar_of_zero() -> None:
    assert charts.runway_bars(BOLT, palette=LIGHT) is None
    assert charts.runway_bars_alt(BOLT) == "The runway is unknown, because cash or burn is."


def test_the_runway_bars_show_before_and_after() -> None:
    figure = charts.runway_bars(ACME, palette=LIGHT)
    assert sorted(figure.data[0].x) == [7, 12]
    # After the wind-down, which is drawn first: 7 months, 4 to 11.
    assert figure.data[0].error_x.array[0] == 4
    assert figure.data[0].error_x.arrayminus[0] == 3
    assert "from 30 % to 80 %" in charts.runway_bars_alt(ACME)
