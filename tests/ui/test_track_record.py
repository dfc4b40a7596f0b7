"""What past months say of the model: every miss in words, marked, and what to do without any."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from risk.hazard.calibration import DurationScore, Method, MethodScore, ScoredMonth, TrackRecord
from risk.hazard.durations import LengthFit
from tests.ui.conftest import Open, texts
from ui import cached
from ui.charts import track_record as charts
from ui.render.frames import sortable
from ui.tables import track_record as columns
from ui.theme import LIGHT
from ui.words import track_words as words

ROOT = Path(__file__).parents[2]


def month(number: int, observed: int, *, pit: float = 0.5) -> ScoredMonth:
    return ScoredMonth(
        first_day=date(2024, number, 1),
        observed=observed,
        mean=4.0,
        low=1,
        high=8,
        crps=1.0,
        log_score=2.0,
        pit=pit,
        long_outage_probability=0.5,
        brier=0.25,
    )


def score(method: Method, crps: float, *, coverage: float = 0.75, brier: float = 0.25) -> object:
    return MethodScore(
        method=method,
        crps=crps,
        skill=1 - crps / 4.0,
        coverage=coverage,
        band=(0.5, 1.0),
        log_score=2.0,
        brier=brier,
        months=(month(1, 3, pit=0.1), month(2, 8, pit=0.95), month(3, 9, pit=1.0), month(4, 2)),
    )


LENGTHS = DurationScore(
    split=date(2024, 3, 1),
    fit=LengthFit(incidents=40, mu=0.0, sigma=1.0),
    scored=100,
    spliced=2.0,
    lognormal=2.2,
    exponential=2.5,
    empirical=1.9,
    uniformity=0.01,
    long_predicted=0.10,
    long_lognormal=0.12,
    long_seen=0.30,
    day_predicted=0.02,
    day_lognormal=0.01,
    day_seen=0.12,
)
GOOD = TrackRecord(
    provider="OpenAI",
    since=date(2023, 7, 1),
    until=date(2024, 5, 1),
    learned_from=6,
    methods=(
        score(Method.DISCOUNT_08, 3.0),
        score(Method.LAST_VALUE, 3.5),
        score(Method.CLIMATOLOGY, 4.0, brier=0.3),
    ),
    durations=None,
)
BAD = replace(
    GOOD,
    methods=(
        replace(score(Method.DISCOUNT_08, 5.0), coverage=0.25, brier=0.4),
        score(Method.LAST_VALUE, 3.5),
        score(Method.CLIMATOLOGY, 4.0),
    ),
    durations=LENGTHS,
)


def test_a_record_without_a_miss_says_so() -> None:
    assert all(one.held for one in words.findings(GOOD))
    assert words.verdict(GOOD).endswith("All 4 questions held.")


def test_every_miss_is_said_with_both_figures_and_stands_first() -> None:
    found = words.findings(BAD)
    assert [one.held for one in found] == [False] * 8
    said = " ".join(one.sentence for one in found)
    assert "3 of 4 months lay inside their 90 % interval (25 %)" in said
    assert "honest intervals hold 50 % to 100 %" in said
    assert "more than the 4.00 of always forecasting the mean" in said
    assert "last month again with 3.50 and mean of all months with 4.00" in said
    assert "Brier score 0.400, worse than 0.250 for the mean" in said
    assert "do not fit the law of the 40 before (Kolmogorov–Smirnov p = 0.010)" in said
    assert "better: past lengths (1.90 h)" in said
    # Binomial(100, 0.10) lies between 5 and 16 with 95 % probability.
    assert "10 % forecast (12 % by a lognormal law), 30 % seen; by chance 5 % to 16 %" in said
    # Binomial(100, 0.02) lies between 0 and 5.
    assert "Longer than a day: 2 % forecast (1 % by a lognormal law), 12 % seen" in said
    assert words.verdict(BAD).endswith("8 of 8 questions missed.")


def test_a_months_miss_has_another_shape_and_a_name_not_only_a_colour() -> None:
    figure = charts.months_figure(BAD.methods[0], palette=LIGHT)
    shapes = {trace.name: trace.marker.symbol for trace in figure.data if trace.mode == "markers"}
    assert shapes == {"Came, inside": "circle", "Came, MISS": "x"}
    assert charts.months_alt(BAD.methods[0]) == "Missed: Mar 2024 (9 came, 1 to 8 forecast)."


def test_transforms_are_counted_by_fifths() -> None:
    # .1 in the first, .95 and 1.0 in the last, .5 in the third
    assert charts.transform_counts(BAD.methods[0]) == [1, 0, 1, 0, 2]
    assert "1 in the lowest fifth" in charts.transforms_alt(BAD.methods[0])


def test_a_method_whose_intervals_are_wrong_is_marked() -> None:
    scores = (replace(BAD.methods[0], band=(0.5, 1.0), coverage=0.25), GOOD.methods[1])
    table = sortable(columns.COLUMNS, map(columns.method_of, scores))
    assert list(table["Held by 90 %"]) == ["MISS 25 %", "75 %"]
    assert list(table["Skill"]) == ["-25 %", "+12 %"]
    assert len(columns.months_of(GOOD.methods)) == 12


@pytest.mark.usefixtures("answers")
def test_the_page_shows_the_record_of_the_chosen_provider(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(BAD, provider="Anthropic")
    monkeypatch.setattr(cached, "track_records", lambda: (GOOD, other))
    app = open_page("assumptions.py", section="record", provider="Anthropic")
    assert not app.exception
    assert {one.key for one in app.get("plotly_chart")} == {"months", "transforms"}
    shown = texts(app)
    assert "8 of 8 questions missed." in shown
    assert shown.count(":red-badge[MISS]") == 9  # eight findings and the model's row of the table
    held = texts(open_page("assumptions.py", section="record"))
    assert "All 4 questions held." in held


@pytest.mark.usefixtures("answers")
def test_without_a_history_the_page_says_how_to_import_one_and_what_ships(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "track_records", lambda: ())
    app = open_page("assumptions.py", section="record")
    assert not app.exception
    assert "No incident history has been imported yet." in texts(app)
    assert any("downstream incidents import FILE" in one.value for one in app.code)
    assert "| Gamma–Poisson, discount 0.8 a month |" in texts(app)


@pytest.mark.usefixtures("answers")
def test_too_few_months_are_said_and_nothing_is_drawn(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(GOOD, methods=(), learned_from=3)
    monkeypatch.setattr(cached, "track_records", lambda: (short,))
    app = open_page("assumptions.py", section="record")
    assert not app.exception
    assert "Too few months are known to score a forecast." in texts(app)
    assert not app.get("plotly_chart")


def test_the_published_record_is_read_from_the_method() -> None:
    text = words.published_record()
    assert text.startswith("Incidents and uptime days can be imported")
    assert "##" not in text
