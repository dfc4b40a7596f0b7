"""The library gives what page and terminal give, of tables in memory, and says what it cannot."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import downstream as ds
from risk.alternatives.options import StartupNotFound
from risk.scenarios.event import UnknownRoot
from tests.terminal.running import answer

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "fixtures" / "sample_inventory.csv"


@pytest.fixture(scope="module")
def sample() -> ds.Inventory:
    return ds.read(SAMPLE, name="sample")


@pytest.fixture(scope="module")
def asked(prepared_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run a command on a store into which the same file was imported."""
    import shutil

    url = f"sqlite:///{shutil.copy(prepared_file, tmp_path_factory.mktemp('library') / 's.db')}"
    answer("import", str(SAMPLE), "--portfolio", "sample", url=url)
    return lambda *words: answer(*words, "--portfolio", "sample", url=url)


def test_a_score_is_that_of_the_terminal(sample: ds.Inventory, asked: Any):
    told, score = asked("score"), ds.score(sample)
    whole = told["portfolio"]
    found = score.expected_loss
    ends = whole["aal_interval_usd"]
    same = (ends["low"], whole["median_usd"], ends["high"])
    # Companies may be added up in another order.
    assert (found.low, found.median, found.high) == pytest.approx(same, rel=1e-9)
    assert score.tail_loss == pytest.approx(whole["tvar95_usd"], rel=1e-9)
    # Equal digests mean equal inputs: the same file, name and day.
    assert score.assessment.data_digest == told["provenance"]["data_digest"]
    own = score.frame.set_index("startup")["aal_usd"]
    for one in told["startups"]:
        if one["aal_usd"] is None:
            assert pd.isna(own[one["startup"]])
        else:
            assert own[one["startup"]] == pytest.approx(one["aal_usd"], rel=1e-9)


def test_a_stress_test_is_that_of_the_terminal(sample: ds.Inventory, asked: Any):
    told = asked("stress", "--root", "OpenAI", "--kind", "outage", "--days", "3")
    found = ds.stress(sample, root="OpenAI", kind="outage", days=3)
    ends = told["total_low_usd"], told["total_median_usd"], told["total_high_usd"]
    assert (found.loss.low, found.loss.median, found.loss.high) == pytest.approx(ends, rel=1e-9)
    assert list(found.frame["startup"]) == [one["startup"] for one in told["startups"]]
    assert found.by_day["usd"].iloc[-1] == pytest.approx(told["by_day"][-1]["usd"], rel=1e-9)


def test_a_named_scenario_is_taken_with_its_own_figures(sample: ds.Inventory, asked: Any):
    told = asked("stress", "--scenario", "openai-wind-down")
    found = ds.stress(sample, "openai-wind-down").result.total_usd
    assert found == pytest.approx(told["total_usd"], rel=1e-9)


def test_an_hour_of_a_crisis_is_that_of_the_terminal(sample: ds.Inventory, asked: Any):
    told = asked("replay", "openai-crisis-2023", "--at", "2023-11-19T23:00")
    found = ds.replay(sample, "openai-crisis-2023", at="2023-11-19T23:00")
    chance = told["hazard"]["wind_down_90d"]
    assert found.probability == (chance["probability"], chance["low"], chance["high"])
    for key in ("startup", "urgency", "model_ends"):
        own = [None if pd.isna(one) else str(one) for one in found.frame[key]]
        assert own == [one[key] for one in told["startups"]]
    expected = [one["expected_loss_usd"] for one in told["startups"]]
    assert list(found.frame["expected_loss_usd"]) == pytest.approx(expected, rel=1e-9)
    assert found.advice == tuple(told["advice"])


def test_alternatives_are_those_of_the_terminal(sample: ds.Inventory, asked: Any):
    told = asked("alternatives", "--startup", "Oxbow Contracts")
    found = ds.alternatives(sample, "Oxbow Contracts")
    assert list(found.frame["option"]) == [one["option"] for one in told]
    recommended = [one["option"] for one in told if one["recommended"]]
    assert [one.option for one in found.recommended] == recommended


def test_a_frame_an_arrow_table_and_the_file_say_the_same(sample: ds.Inventory):
    frame = pd.read_csv(SAMPLE)
    whole = ds.score(sample).assessment.aal_usd
    assert ds.score(ds.read(frame, name="sample")).assessment.aal_usd == whole
    table = pa.Table.from_pandas(frame)
    assert ds.score(ds.read(table, name="sample")).assessment.aal_usd == whole


def test_days_of_a_frame_are_days():
    frame = pd.DataFrame(
        {"startup": ["One"], "provider": ["OpenAI"], "renewal": [pd.Timestamp("2027-03-04")]}
    )
    (company,) = ds.read(frame).portfolio.startups
    assert company.use_cases[0].dependencies[0].renewal == date(2027, 3, 4)


def test_what_a_frame_does_not_state_stays_unknown():
    frame = pd.DataFrame({"startup": ["One"], "provider": ["OpenAI"], "cash_usd": [float("nan")]})
    (company,) = ds.read(frame).portfolio.startups
    assert company.cash_usd is None
    assert company.gross_margin is None


def test_the_day_is_an_argument():
    frame = pd.DataFrame({"startup": ["One"], "provider": ["OpenAI"]})
    assert ds.score(frame, today=date(2026, 6, 1)).assessment.as_of == "2026-06-01"


def test_an_open_question_is_told_with_its_answers_and_stops_the_score():
    frame = pd.DataFrame({"startup": ["One"], "provider": ["OpenAI"], "renewal": ["03/04/2027"]})
    found = ds.read(frame)
    (question,) = found.questions
    with pytest.raises(ds.QuestionsOpen, match=question.code):
        ds.score(found)
    sure = ds.read(frame, assume={question.code: question.choices[0]})
    assert not sure.questions
    assert ds.score(sure).expected_loss.high > 0


def test_a_wrong_cell_is_named_with_its_line_and_the_rest_is_read():
    frame = pd.DataFrame(
        {"startup": ["One", "Two"], "provider": ["OpenAI", "OpenAI"], "criticality": ["5", "often"]}
    )
    found = ds.read(frame)
    assert found.companies == ("One", "Two")
    assert found.portfolio.startups[1].use_cases[0].criticality is None
    assert any(one.line == 3 and one.column == "criticality" for one in found.problems)
    assert any(one.startswith("Line 3, criticality: ") for one in found.explain())


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"", "empty"),
        (pd.DataFrame({"colour": ["red"]}), "startup"),
        ({"startup": ["One"]}, "pandas"),
    ],
)
def test_what_is_no_inventory_is_refused_in_a_sentence(source: Any, told: str):
    with pytest.raises(ds.CannotBeRead, match=told):
        ds.read(source)


def test_wrong_questions_are_refused_in_a_sentence(sample: ds.Inventory):
    with pytest.raises(ds.CannotBeRead, match="wind_down"):
        ds.stress(sample, root="OpenAI", kind="meltdown")
    with pytest.raises(ds.CannotBeRead, match="Name a scenario"):
        ds.stress(sample)
    with pytest.raises(ds.CannotBeRead, match="no-such"):
        ds.stress(sample, "no-such")
    with pytest.raises(UnknownRoot):
        ds.stress(sample, root="Nobody Inc", kind="outage")
    with pytest.raises(ds.CannotBeRead, match="no-such"):
        ds.replay(sample, "no-such")
    with pytest.raises(ds.CannotBeRead, match="clock"):
        ds.replay(sample, "openai-crisis-2023", at="Sunday night")
    with pytest.raises(StartupNotFound, match="Nobody"):
        ds.alternatives(sample, "Nobody")
    with pytest.raises(ValueError, match="no_such_number"):
        ds.score(sample, assumptions={"no_such_number": 1.0})


def test_another_assumption_gives_another_answer(sample: ds.Inventory):
    assert ds.score(sample, assumptions={"churn_maximum": 0.9}).assessment.aal_usd != pytest.approx(
        ds.score(sample).assessment.aal_usd
    )


def test_answers_are_explained_with_their_range_and_where_they_come_from(sample: ds.Inventory):
    for found in (
        ds.score(sample),
        ds.stress(sample, root="OpenAI", kind="wind_down"),
        ds.replay(sample, "openai-crisis-2023"),
        ds.alternatives(sample, "Oxbow Contracts"),
    ):
        said = " ".join(found.explain())
        assert "10 to 90 %" in said
        assert "catalogue of" in said


def test_a_notebook_shows_names_as_text():
    frame = pd.DataFrame({"startup": ["<b>One</b>"], "provider": ["OpenAI"]})
    shown = ds.score(frame)._repr_html_()
    assert "&lt;b&gt;One&lt;/b&gt;" in shown
    assert "<b>One</b>" not in shown


def test_names_are_resolved_as_the_terminal_does(asked: Any):
    names = ["Azure OpenAI", "Capgemini", "OpenAI, L.L.C."]
    told = answer("resolve", *names, url="sqlite:////nowhere/none.db")
    found = ds.resolve(names)
    assert list(found["text"]) == names
    assert [str(one) for one in found["answer"]] == [one["answer"] for one in told]
    assert list(found["reason"]) == [one["reason"] for one in told]


def incidents() -> pd.DataFrame:
    """A hundred major incidents of OpenAI of two hours each, twenty a month until May."""
    begin = [
        pd.Timestamp(2026, 1 + number % 5, 1 + number // 5, 10, tz="UTC") for number in range(100)
    ]
    return pd.DataFrame(
        {
            "provider": "OpenAI",
            "services": "API",
            "reference": [f"i{number}" for number in range(100)],
            "level": "major",
            "title": "",
            "started_at": [one.isoformat() for one in begin],
            "resolved_at": [(one + pd.Timedelta(hours=2)).isoformat() for one in begin],
            "source": "own",
        }
    )


def test_own_incidents_replace_shipped_rates(sample: ds.Inventory):
    own = ds.history(incidents(), today=date(2026, 6, 1))
    assert len(own.incidents) == 100
    # 100 incidents in 5 months are some 240 a year; the shipped rate of OpenAI is far below.
    assert (own.frame["rate"] > own.frame["rate_before"]).any()
    plain, learned = ds.score(sample), ds.score(sample, incidents=own)
    assert learned.assessment.aal_usd != plain.assessment.aal_usd
    assert any("OpenAI" in one for one in learned.assessment.learned)
    assert any("100 incidents" in one for one in own.explain())


def test_a_history_that_is_none_is_refused_in_a_sentence():
    with pytest.raises(ds.CannotBeRead):
        ds.history(b"colour\nred\n", today=date(2026, 6, 1))


def test_importing_it_loads_no_engine_and_using_it_no_page():
    script = (
        "import sys, downstream as ds; "
        "heavy = {'numpy', 'pandas', 'numba', 'scipy', 'sqlalchemy', 'streamlit'}; "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules); "
        f"ds.score(ds.read({str(SAMPLE)!r}))._repr_html_(); "
        "pages = {'streamlit', 'plotly', 'typer', 'rich'}; "
        "assert not pages & set(sys.modules), pages & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_name_that_it_does_not_have_is_told():
    with pytest.raises(AttributeError, match="score"):
        ds.scores  # noqa: B018 - asked for, and refused
