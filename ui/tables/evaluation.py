"""Evaluations of startups' own as columns: two scores on one set of cases, and how old they are."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.evaluations import RecordedEvaluation


def rows_of(known: Iterable["RecordedEvaluation"], *, today: date) -> list[Record]:
    """Return a row an evaluation, with what it says of how alike the two models are."""
    return [
        {
            **attributes(one, "number startup use_case model other source by at"),
            "score_today": one.evaluation.today,
            "score_other": one.evaluation.other,
            "cases": one.evaluation.cases,
            "held_on": one.evaluation.held_on,
            "set": one.evaluation.name,
            "run_by": one.evaluation.by,
            "age_days": one.age_days(today),
            "alike": one.evaluation.alike,
            "alike_range": list(one.evaluation.interval),
        }
        for one in known
    ]


def _alike(row: Record) -> str:
    low, high = row["alike_range"]
    return f"{row['alike']:.2f} ({low:.2f} to {high:.2f})"


def _compared(row: Record) -> str:
    return f"{row['use_case']}: {row['other']} against {row['model']}"


def _result(row: Record) -> str:
    age = wording.days(row["age_days"])
    return (
        f"{wording.percent(row['score_other'])} against {wording.percent(row['score_today'])} of "
        f"{wording.number(row['cases'])} cases of “{row['set']}”, {wording.day(row['held_on'])} "
        f"({age} ago), {row['run_by']}"
    )


COLUMNS = (
    Column(key="number", label="No.", unit=Unit.COUNT),
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case"),
    Column(key="model", label="Today"),
    Column(key="other", label="Other model"),
    Column(key="score_today", label="Score today", unit=Unit.SHARE),
    Column(key="score_other", label="Score of the other", unit=Unit.SHARE),
    Column(key="cases", label="Cases", unit=Unit.COUNT),
    Column(key="set", label="Set"),
    Column(key="held_on", label="Run on", unit=Unit.DATE),
    Column(
        key="age_days", label="Age", unit=Unit.DAYS, cell=lambda row: wording.days(row["age_days"])
    ),
    Column(key="run_by", label="Run by"),
    Column(
        key="alike", label="Alike", cell=_alike, help="The other's score over today's, 95 % range."
    ),
    Column(key="alike_range", label="Alike, 95 %", unit=Unit.LIST),
    Column(key="source", label="Written down in"),
    Column(key="by", label="Noted by"),
    Column(key="at", label="Noted", unit=Unit.MOMENT),
)
TERMINAL = chosen(
    COLUMNS,
    "number startup use_case model other score_today score_other cases set held_on age_days run_by"
    " alike".split(),
)
_RESULT = ("score_other", "score_today", "cases", "set", "held_on", "age_days", "run_by")
PAGE = (
    *chosen(COLUMNS, ["number"]),
    Column(key="compared", label="Compared", cell=_compared, of=("use_case", "other", "model")),
    Column(key="result", label="Result", cell=_result, of=_RESULT),
    *chosen(COLUMNS, ["alike"]),
)
