"""The rush on the Stress page: what is said, what is drawn, and that the page shows it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from risk.alternatives.herding import Herd, HerdAlternative, HerdMember
from risk.alternatives.rationing import Priority
from tests.ui.small_pages import STRESS
from ui import cached, wording
from ui.charts.herd import MOST_STREAMS, flow_alt, flow_figure, herd_alt, herd_figure, streams
from ui.render.page import frame
from ui.tables import herd as herd_table
from ui.theme import DARK
from ui.words.scenario_words import rush

MEMBER = HerdMember(
    key="ash",
    startup="Ash",
    priority=Priority.NEW,
    units=6_000.0,
    admitted=2_000.0,
    queue_days=9.0,
    first_choice="Beta API",
    second_choice="Gamma API",
    second_gone=True,
    admitted_first=1_500.0,
)
HERD = Herd(
    market_share=0.3,
    alternatives=(
        HerdAlternative(
            alternative="Beta API", displaced=6_000.0, capacity=1_500.0, admitted=1_500.0
        ),
        HerdAlternative(alternative="Gamma API", displaced=4_500.0, capacity=500, admitted=500),
    ),
    groups=(replace(MEMBER, startup=""),),
    members=(MEMBER,),
    askers=1,
    turned_away=1,
)
RESULT = replace(STRESS, crowd=HERD, herd=(), queue_usd=40_000.0)


def test_the_finding_names_the_capacity_the_wait_and_its_price() -> None:
    assert rush(RESULT, HERD) == (
        "Alpha sets 30 % of the whole market in motion. Of the "
        f"{wording.money(6_000)} a month that looks for another provider from this portfolio in "
        f"the first week, {wording.money(2_000)} gets capacity at once. The rest waits up to 9 "
        f"days, which adds {wording.money(40_000)} to the loss. For 1 of 1 company the second "
        "choice is full as well."
    )
    nobody = replace(HERD, groups=(replace(MEMBER, queue_days=0.0),))
    assert rush(RESULT, nobody).endswith("Nobody has to wait.")


def test_the_flow_leads_over_the_first_choice_to_capacity_there_elsewhere_and_nowhere() -> None:
    # $6,000 ask Beta first: 1,500 stay, 500 get capacity at Gamma, 4,000 none.
    (only,) = streams(HERD)
    assert (only.there, only.elsewhere, only.nowhere) == (1_500.0, 500.0, 4_000.0)
    (flow,) = flow_figure(HERD, "Alpha", palette=DARK).data
    assert list(flow.link.value) == [6_000.0, 1_500.0, 500.0, 4_000.0]
    assert list(flow.link.source) == [0, 1, 1, 1]
    assert flow.node.label[:2] == ("Leave Alpha", "Beta API")
    assert flow.node.label[-1] == f"No capacity at once {wording.money(4_000)}"
    assert flow_alt(HERD).startswith(
        f"Of the spend that leaves, {wording.money(1_500)} a month gets capacity at its"
    )


def test_small_streams_are_put_together_and_nothing_is_lost() -> None:
    groups = tuple(
        replace(MEMBER, key=str(place), first_choice=f"Service {place}")
        for place in range(MOST_STREAMS + 3)
    )
    found = streams(replace(HERD, groups=groups))
    assert len(found) == MOST_STREAMS
    assert found[-1].first_choice == "4 others"
    assert sum(one.total for one in found) == 6_000.0 * (MOST_STREAMS + 3)


def test_bars_add_up_to_what_was_asked_for() -> None:
    figure = herd_figure(HERD, palette=DARK)
    headroom, away = figure.data
    assert [a + b for a, b in zip(headroom.x, away.x, strict=True)] == [4_500.0, 6_000.0]
    assert herd_alt(HERD) == (
        f"Beta API is asked for {wording.money(6_000)} a month and has capacity for "
        f"{wording.money(1_500)}."
    )


def test_the_table_shows_both_switching_times() -> None:
    both = replace(
        RESULT,
        startups=(replace(RESULT.startups[0], switched_alone_on_day=3.0), *RESULT.startups[1:]),
    )
    row = frame(herd_table.PAGE, herd_table.rows_of(HERD, both)).iloc[0]
    assert (row["Switched alone"], row["Queue"]) == ("Day 3", "9 days")
    assert row["Gets capacity"] == "33 %"


def test_the_stress_page_shows_the_rush(
    answers: None, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "scenarios", lambda: {STRESS.scenario.id: STRESS.scenario})
    monkeypatch.setattr(cached, "stress_result", lambda name, scenario: RESULT)
    app = open_page("stress.py", section="herd")
    assert not app.exception
    assert any("gets capacity at once" in one.value for one in app.markdown)


def test_two_scenarios_side_by_side_show_both_rushes(
    answers: None, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "scenarios", lambda: {STRESS.scenario.id: STRESS.scenario})
    monkeypatch.setattr(cached, "stress_result", lambda name, scenario: RESULT)
    app = open_page("stress.py", view="two")
    assert not app.exception
    headings = [one.value.replace("\\", "") for one in app.subheader]
    assert "Where everybody would go: first" in headings
    assert "Where everybody would go: second" in headings
