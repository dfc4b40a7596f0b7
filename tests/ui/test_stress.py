"""The page Stress test on hand-made results."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from risk.catalog.failure_kinds import FailureKind
from risk.scenarios import hits
from risk.scenarios.event import UnknownRoot
from risk.scenarios.library import load_past_events
from risk.scenarios.results import WORST_HIT, Scenario, StressResult
from tests.ui import sample
from tests.ui.conftest import Open, texts
from tests.ui.small_pages import BOOK, CATALOG, HIT, STRESS, WIND_DOWN
from ui import cached, wording
from ui.panels.stress_settings import roots_for
from ui.tables import scenario
from ui.terminal.stresses import stress_tables
from ui.words.scenario_words import stated_notice

PAST = load_past_events(Path(__file__).parents[2] / "fixtures")


class Asked:
    """Remembers the scenarios that the page asked for."""

    def __init__(self) -> None:
        self.scenarios: list[Scenario] = []

    def __call__(self, name: str, scenario: Scenario) -> StressResult:
        self.scenarios.append(scenario)
        return STRESS


@pytest.fixture
def asked(answers: None, monkeypatch: pytest.MonkeyPatch) -> Asked:
    found = Asked()
    monkeypatch.setattr(sample, "register", lambda name: BOOK)
    monkeypatch.setattr(cached, "catalog", lambda: CATALOG)
    monkeypatch.setattr(cached, "scenarios", lambda: {WIND_DOWN.id: WIND_DOWN})
    monkeypatch.setattr(cached, "stress_result", found)
    monkeypatch.setattr(cached, "past_events", lambda: PAST)
    return found


def metrics(app: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_the_first_named_scenario_is_run_with_its_figures(asked: Asked, open_page: Open) -> None:
    app = open_page("stress.py")
    assert not app.exception
    assert asked.scenarios == [WIND_DOWN]
    assert metrics(app) == {
        "Loss if it happens": wording.money(108_000),
        "Companies hit": "2 of 3",
        "Largest single loss": wording.money(90_000),
        "Out of cash in 12 months": "1 company",
    }
    # 2 of the 3 lose $108,000 at the median, between $60,000 and $240,000.
    assert "2 of 3 companies" in app.title[0].value
    assert wording.money(108_000) in app.title[0].value.replace("\\", "")
    # The first sight is HTML, which needs no plotting library; names lead to their companies.
    assert not app.get("plotly_chart")
    drawn = "".join(one.proto.body for one in app.get("html"))
    assert "&amp;startup=Ash" in drawn


def test_a_notice_of_its_own_is_said_beside_the_loss_on_page_and_terminal(
    asked: Asked, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "The notice of 14 days is this scenario's own"
    assert stated_notice(WIND_DOWN).startswith(said)
    app = open_page("stress.py")
    assert said in texts(app)
    assert said in app.metric[0].help
    assert said in str(stress_tables(STRESS)[-1])
    without = replace(STRESS, scenario=replace(WIND_DOWN, notice_days=None))
    monkeypatch.setattr(cached, "stress_result", lambda name, scenario: without)
    assert said not in texts(open_page("stress.py"))
    assert said not in str(stress_tables(without)[-1])


def test_a_section_shows_its_part_alone(asked: Asked, open_page: Open) -> None:
    shown = {
        "how": {"by_day", "parts"},
        "through": set(),
        "days": {"courses"},
        "herd": set(),
        "past": set(),
    }
    for section, charts in shown.items():
        app = open_page("stress.py", section=section)
        assert not app.exception
        assert {one.key for one in app.get("plotly_chart")} == charts


def test_who_is_hit_is_listed_with_path_runway_and_unknowns(asked: Asked, open_page: Open) -> None:
    (hit,) = (one.value for one in open_page("stress.py").dataframe)
    (paths,) = (one.value for one in open_page("stress.py", section="through").dataframe)
    (past,) = (one.value for one in open_page("stress.py", section="past").dataframe)
    assert set(past["Provider"]) >= {"Inflection AI", "Adept"}
    assert list(paths["Path"]) == ["Alpha → Alpha API", "Alpha → Alpha on Cloud"]
    assert list(paths["Arrives"]) == ["100 %", "20 %"]
    assert list(paths["Their loss"]) == [100_000.0, 20_000.0]
    shown = hit.set_index("Company")
    assert list(shown.index) == ["Ash", "Birch $ [x]"]
    assert shown.loc["Ash", "Runway"] == "10 → 8 months"
    assert shown.loc["Ash", "Out of cash in 12 months"] == "20 % → 70 %"
    assert shown.loc["Birch $ [x]", "Runway"] == "unknown"
    assert shown.loc["Birch $ [x]", "Switched on"] == "Waits it out"
    assert shown.loc["Birch $ [x]", "Hit through"] == "Alpha → Alpha on Cloud (20 %)"


def test_sources_and_gaps_are_shown(asked: Asked, open_page: Open) -> None:
    shown = texts(open_page("stress.py", section="past"))
    assert "Not modelled:** Queues at the others." in shown
    assert "A newspaper, 2023-11-21" in shown
    assert "sets nobody in motion" in texts(open_page("stress.py", section="herd"))


def test_a_scenario_is_put_together_from_the_address(asked: Asked, open_page: Open) -> None:
    app = open_page("stress.py", root="Cloud", kind="outage", days="3", severity="0.5")
    assert not app.exception
    (one,) = asked.scenarios
    assert (one.root, one.kind, one.days, one.severity) == ("Cloud", FailureKind.OUTAGE, 3.0, 0.5)


def test_the_lead_developer_and_a_wind_down_are_the_default(asked: Asked, open_page: Open) -> None:
    open_page("stress.py", scenario="own")
    (one,) = asked.scenarios
    # Of the sample's developers, OpenAI and Anthropic, neither is in this catalogue.
    assert (one.root, one.kind, one.days) == ("Alpha", FailureKind.WIND_DOWN, None)
    assert one.notice_days is None  # As uncertain as in every other answer.


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"scenario": "no-such-scenario"}, "no-such-scenario"),
        ({"root": "Nobody", "kind": "wind_down"}, "Nobody"),
        ({"kind": "meteor"}, "meteor"),
        ({"root": "Alpha", "kind": "outage", "days": "soon"}, "soon"),
        ({"root": "Alpha", "kind": "outage", "days": "9999"}, "9999"),
        ({"root": "Alpha", "kind": "outage", "severity": "nan"}, "nan"),
    ],
)
def test_odd_parameters_are_named_and_left_out(
    asked: Asked, open_page: Open, parameters: dict[str, str], said: str
) -> None:
    app = open_page("stress.py", **parameters)
    assert not app.exception
    assert said in texts(app)
    assert asked.scenarios


def test_a_root_of_another_kind_is_explained(asked: Asked, open_page: Open) -> None:
    app = open_page("stress.py", root="Nimbus", kind="model_retirement")
    assert not app.exception
    assert "Model retirement does not begin at Nimbus." in texts(app)
    assert asked.scenarios[0].root == "alpha-1"


def test_a_root_that_the_model_does_not_know_ends_the_page_with_a_sentence(
    asked: Asked, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str, scenario: Scenario) -> StressResult:
        raise UnknownRoot("'X' is not a provider, service or model in the catalogue.")

    monkeypatch.setattr(cached, "stress_result", unknown)
    app = open_page("stress.py")
    assert not app.exception
    assert "'X' is not a provider" in texts(app)


def test_the_settings_of_a_named_scenario_can_be_taken_over(asked: Asked, open_page: Open) -> None:
    app = open_page("stress.py")
    next(one for one in app.button if one.label == "Change its settings").click().run()
    assert not app.exception
    assert app.query_params["scenario"] == "own"
    assert app.query_params["root"] == "Alpha"
    assert app.query_params["notice"] == "14"


def test_a_disruption_that_hits_nobody_says_what_to_try(
    asked: Asked, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = StressResult(
        scenario=WIND_DOWN,
        total_usd=0.0,
        total_low_usd=0.0,
        total_median_usd=0.0,
        total_high_usd=0.0,
        by_day=(),
        startups=(),
        unaffected=("Ash", "Cole"),
        herd=None,
        note="Nobody stands on it.",
    )
    monkeypatch.setattr(cached, "stress_result", lambda name, scenario: nobody)
    app = open_page("stress.py")
    assert not app.exception
    assert "Look up who depends on whom" in texts(app)
    assert metrics(app)["Companies hit"] == "0 of 2"
    other = replace(nobody, instead=(FailureKind.OUTAGE, FailureKind.PRICE_SHOCK))
    monkeypatch.setattr(cached, "stress_result", lambda name, scenario: other)
    assert "What Alpha can do to this portfolio" in texts(open_page("stress.py"))


def test_unknown_cash_is_not_nobody_out_of_cash(
    asked: Asked, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = replace(STRESS, newly_out_of_cash=None)
    monkeypatch.setattr(cached, "stress_result", lambda name, scenario: unknown)
    assert metrics(open_page("stress.py"))["Out of cash in 12 months"] == wording.UNKNOWN


def test_a_hosted_copy_names_its_developer_and_so_is_hit_directly() -> None:
    # Ash is at Alpha itself; Birch is at Cloud and named Alpha as the developer.
    assert hits.only_through_others(HIT, "Alpha", CATALOG) == 0
    # Chips stands behind what Ash named, and is named by nobody.
    behind = replace(HIT[0], hit_through=("Chips → Alpha API (100 %)",))
    assert hits.only_through_others((behind,), "Chips", CATALOG) == 1


def test_an_outage_can_begin_at_a_service_but_a_wind_down_cannot() -> None:
    assert "Alpha API" in roots_for(FailureKind.OUTAGE, ["alpha-1"], CATALOG)
    assert "Alpha API" not in roots_for(FailureKind.WIND_DOWN, ["alpha-1"], CATALOG)
    assert roots_for(FailureKind.MODEL_RETIREMENT, ["alpha-1"], CATALOG) == ["alpha-1"]


def test_two_scenarios_stand_side_by_side_both_from_the_address(
    asked: Asked, open_page: Open
) -> None:
    app = open_page(
        "stress.py",
        view="two",
        scenario=WIND_DOWN.id,
        second_scenario="own",
        second_root="Cloud",
        second_kind="outage",
        second_days="3",
    )
    assert not app.exception
    first, second = asked.scenarios
    assert first == WIND_DOWN
    assert (second.root, second.kind, second.days) == ("Cloud", FailureKind.OUTAGE, 3.0)
    assert f"Both cost {wording.money(120_000)}." in texts(app)
    (table,) = (one.value for one in app.dataframe)
    assert list(table["Company"]) == ["Ash", "Birch $ [x]"]
    assert list(table["Difference"]) == [0.0, 0.0]


def test_an_access_cut_asks_whom_it_hits(asked: Asked, open_page: Open) -> None:
    open_page("stress.py", scenario="own", kind="access_cut", root="Alpha")
    open_page("stress.py", scenario="own", kind="access_cut", root="Alpha", customer="Cole")
    open_page("stress.py", scenario="own", kind="access_cut", root="Alpha", customer=WORST_HIT)
    assert [one.customer for one in asked.scenarios] == [None, "Cole", WORST_HIT]


def test_an_outage_or_a_block_can_begin_at_a_model_that_somebody_uses() -> None:
    for kind in (FailureKind.OUTAGE, FailureKind.REGIONAL_BLOCK):
        assert "alpha-1" in roots_for(kind, ["alpha-1"], CATALOG)
    assert "alpha-1" not in roots_for(FailureKind.WIND_DOWN, ["alpha-1"], CATALOG)


def test_a_startup_hit_on_two_paths_stands_in_both() -> None:
    two = replace(HIT[0], hit_through=("Alpha → Alpha API (100 %)", "Alpha → Cloud (20 %)"))
    paths = scenario.path_rows((two, HIT[1]))
    assert [one["startups"] for one in paths] == [1, 1, 1]
    assert [one["loss_usd"] for one in paths] == [100_000.0, 100_000.0, 20_000.0]


def test_who_is_hit_by_one_scenario_only_is_compared_with_nothing() -> None:
    less = replace(STRESS, startups=HIT[:1], total_usd=100_000.0)
    compared = {one["startup"]: one for one in scenario.compared_rows(STRESS, less)}
    assert compared["Birch $ [x]"]["difference_usd"] == -20_000.0
    assert compared["Birch $ [x]"]["second_switched"] == "Not hit"
