"""The course of kept figures: one point a day, broken where the model changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from db.services.run_history import KeptRun
from risk.portfolio.results import Interval
from ui.charts.kept_runs import of_each_day, runs_alt, runs_figure
from ui.theme import LIGHT

FIRST = KeptRun(
    number=1,
    day=date(2026, 9, 30),
    made_at=datetime.combine(date(2026, 9, 30), time(9), tzinfo=UTC),
    model_version="5.0",
    catalogue_date=date(2026, 5, 21),
    catalogue_digest="",
    data_digest="",
    register_digest="",
    hazard_digest="",
    assumptions_digest="",
    startups=2,
    aal_usd=2e6,
    median_usd=1e6,
    aal_interval_usd=Interval(low=5e5, high=4e6),
    var95_usd=8e6,
    tvar95_usd=9e6,
    effective_providers=1.5,
    by_startup=True,
)
AGAIN = replace(FIRST, number=2, median_usd=1.5e6)
NEXT = replace(FIRST, number=3, day=date(2026, 10, 31), median_usd=3e6)
OTHER_MODEL = replace(NEXT, number=4, day=date(2026, 11, 1), model_version="5.1", median_usd=4e6)


def test_the_last_run_of_a_day_stands_for_it():
    assert [one.number for one in of_each_day([FIRST, AGAIN, NEXT])] == [2, 3]


def medians(runs: list[KeptRun]) -> list[tuple[float, ...]]:
    figure = runs_figure(runs, palette=LIGHT)
    return [tuple(one.y) for one in figure.data if one.name.startswith("Expected loss")]


def test_the_line_breaks_where_the_model_changed():
    assert medians([FIRST, AGAIN, NEXT]) == [(1.5e6, 3e6)]
    assert medians([FIRST, NEXT, OTHER_MODEL]) == [(1e6, 3e6), (4e6,)]
    figure = runs_figure([FIRST, NEXT, OTHER_MODEL], palette=LIGHT)
    assert [one.text.strip() for one in figure.layout.annotations] == ["model 5.1"]
    assert sum(bool(one.showlegend) for one in figure.data) == 3


def test_the_course_in_words():
    assert "$1.0M on 30 Sep 2026, $4.0M on 1 Nov 2026" in runs_alt([FIRST, NEXT, OTHER_MODEL])
    assert "5.0 → 5.1" in runs_alt([FIRST, NEXT, OTHER_MODEL])
    assert "begins with the second" in runs_alt([FIRST, AGAIN])
